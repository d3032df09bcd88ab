//! How well the guide guides, beside what could be reached at best and what other apps do: one table for each noise level.
//!
//! Walks are simulated after the reference model with seeds that nothing was tuned on. `ALLOCLAP_WALKS` sets how many walks
//! each trail gets; 40 make more than 2,000 stops for each figure. Speed is measured in `walk`, not here.

mod battery;
mod followers;
mod oracle;
mod score;
mod trails;

use followers::{Circle, Follower, NearestPoint, Ours};
use oracle::Oracle;
use score::Score;
use trails::Walked;

/// The recorded walks of the shared data.
const RECORDED: [&str; 2] = ["altona-walk.json", "hamburg-gaps.gpx"];

/// Seeds from here on; the guide's numbers were chosen on seeds up to 100, its tests use 101 to 110.
const FIRST_SEED: u64 = 10_001;

/// What a noise level must come to.
struct Level {
    sigma_m: f64,
    /// A story is right within so many metres of its panel, and wrong if the walker never came within so many.
    near_m: f64,
    far_m: f64,
    told: f64,
    median_m: f64,
    far_per_hour: f64,
    neighbour: f64,
    astray: f64,
    alarms_per_hour: f64,
    noticed_s: f64,
}

const LEVELS: [Level; 3] = [
    Level {
        sigma_m: 5.0,
        near_m: 25.0,
        far_m: 60.0,
        told: 0.998,
        median_m: 8.0,
        far_per_hour: 0.0,
        neighbour: 0.005,
        astray: 0.001,
        alarms_per_hour: 0.05,
        noticed_s: 30.0,
    },
    Level {
        sigma_m: 10.0,
        near_m: 30.0,
        far_m: 60.0,
        told: 0.99,
        median_m: 12.0,
        far_per_hour: 0.02,
        neighbour: 0.03,
        astray: 0.005,
        alarms_per_hour: 0.1,
        noticed_s: 35.0,
    },
    Level {
        sigma_m: 20.0,
        near_m: 50.0,
        far_m: 100.0,
        told: 0.97,
        median_m: 20.0,
        far_per_hour: 0.1,
        neighbour: 0.10,
        astray: 0.02,
        alarms_per_hour: 0.5,
        noticed_s: 60.0,
    },
];

type Make = fn(&Walked, f64) -> Box<dyn Follower>;

const FOLLOWERS: [(&str, Make); 5] = [
    ("guide", |walked, _| Box::new(Ours::new(walked))),
    ("limit", |walked, sigma_m| Box::new(Oracle::new(walked, sigma_m))),
    ("200 m", |walked, _| Box::new(Circle::new(walked, 200.0))),
    ("30 m", |walked, _| Box::new(Circle::new(walked, 30.0))),
    ("nearest", |walked, _| Box::new(NearestPoint::new(walked))),
];

fn main() {
    let walks = std::env::var("ALLOCLAP_WALKS").ok();
    let walks: u64 = walks.and_then(|walks| walks.parse().ok()).unwrap_or(40);
    println!(
        "guide: AlloClap's; limit: a particle filter that is given the true noise, its correlation and bias, and the\n\
         places of pauses; 200 m: first of the list within 200 m; 30 m: within 30 m; nearest: nearest point on the line"
    );
    for level in &LEVELS {
        let scores: Vec<Score> = FOLLOWERS
            .iter()
            .map(|(_, make)| score(level, walks, *make))
            .collect();
        table(level, &scores);
    }
    recorded();
    days();
}

/// The recorded walks, each its own trail. Where the walker truly was, nobody knows: the phone's own fixes stand for it, so the
/// figures say whether every stop is told once and in time, not how much noise the guide bears.
fn recorded() {
    println!(
        "\nrecorded walks, a stop every 130 m, judged by their own fixes (within 25 m, never within 60 m)"
    );
    for name in RECORDED {
        let Some((walked, walk)) = trails::recorded(name) else {
            println!("  {name} is absent (set ALLOCLAP_DATA)");
            continue;
        };
        let (stops, length_m) = (walked.trail.stops.len(), walked.line.length_m());
        println!("  {name}: {length_m:.0} m, {stops} stops, {} fixes", walk.len());
        for (follower, make) in FOLLOWERS.iter().filter(|(follower, _)| *follower != "limit") {
            let mut score = Score::default();
            score.follow(&walked, &walk, &mut *make(&walked, 5.0), 25.0, 60.0);
            let told = 100.0 * score.told();
            let wrong = score
                .astray(name)
                .map_or("–".to_owned(), |share| format!("{:.2} %", 100.0 * share));
            let (median_m, alarms) = (
                score.median_m(),
                score.alarms.map_or("–".to_owned(), |n| n.to_string()),
            );
            println!(
                "    {follower:<8} told {told:>5.1} %, offered {}, median {median_m:.1} m, far {}, progress wrong {wrong}, alarms {alarms}",
                score.offered, score.far
            );
        }
    }
}

/// How long the receiver is on, if the phone does what `location_demand` asks.
fn days() {
    println!("\nsatellite receiver on, over a replayed day");
    let tell = |name: &str, day: &battery::Day| {
        println!(
            "  {name}: {:.1} h, on for {:.0} % of it, {} of {} stories told",
            day.hours,
            100.0 * day.receiver_on,
            day.told,
            day.stops
        );
    };
    for seed in FIRST_SEED..FIRST_SEED + 3 {
        tell("16 km, five places 1 km apart", &battery::simulated(seed));
    }
    for name in RECORDED {
        if let Some((walked, walk)) = trails::recorded(name) {
            tell(name, &battery::recorded(&walked, &walk));
        }
    }
}

fn score(level: &Level, walks: u64, make: Make) -> Score {
    let mut score = Score::default();
    for shape in trails::shapes() {
        for seed in FIRST_SEED..FIRST_SEED + walks {
            let walk = shape.walk(level.sigma_m, seed);
            score.follow(
                &shape,
                &walk,
                &mut *make(&shape, level.sigma_m),
                level.near_m,
                level.far_m,
            );
        }
    }
    // 24 stops on this trail: as many stops as all shapes together have.
    let pairs = trails::pairs();
    for seed in FIRST_SEED..FIRST_SEED + 2 * walks + walks / 4 {
        let walk = pairs.walk(level.sigma_m, seed);
        score.follow_pairs(&walk, &mut *make(&pairs, level.sigma_m));
    }
    let (detour, left_m) = trails::detour();
    for seed in FIRST_SEED..FIRST_SEED + walks {
        let walk = detour.detour(level.sigma_m, seed, left_m);
        score.follow_detour(&detour, &walk, &mut *make(&detour, level.sigma_m));
    }
    score
}

fn table(level: &Level, scores: &[Score]) {
    let count = scores
        .first()
        .map_or((0, 0, 0.0), |score| (score.passed, score.pairs, score.hours));
    println!(
        "\nσ = {} m: {} stops, {} pairs, {:.0} h",
        level.sigma_m, count.0, count.1, count.2
    );
    print!("{:<58}{:>10}", "", "target");
    FOLLOWERS.iter().for_each(|(name, _)| print!("{name:>10}"));
    println!();
    let percent = |share: f64| format!("{:.2} %", share * 100.0);
    let row = |what: &str, target: String, cell: &dyn Fn(&Score) -> String| {
        print!("{what:<58}{target:>10}");
        scores.iter().for_each(|score| print!("{:>10}", cell(score)));
        println!();
    };
    let seconds = |s: Option<f64>| s.map_or("–".to_owned(), |s| format!("{s:.0} s"));
    row(
        &format!("told within {} m, of stops passed", level.near_m),
        format!("≥ {}", percent(level.told)),
        &|s| percent(s.told()),
    );
    row("ended as an offer", "≤ 10 %".to_owned(), &|s| {
        percent(s.offered_share())
    });
    row(
        "median true distance to the panel",
        format!("≤ {} m", level.median_m),
        &|s| format!("{:.1} m", s.median_m()),
    );
    row(
        &format!("told though never within {} m, per hour", level.far_m),
        format!("≤ {}", level.far_per_hour),
        &|s| format!("{:.3}", s.far as f64 / s.hours),
    );
    row(
        "two panels 25 m apart: the wrong one first",
        format!("≤ {}", percent(level.neighbour)),
        &|s| percent(s.wrong_first as f64 / s.pairs.max(1) as f64),
    );
    row(
        "progress wrong by > 60 m, worst shape",
        format!("≤ {}", percent(level.astray)),
        &|s| s.worst().map_or("–".to_owned(), |(_, share)| percent(share)),
    );
    for shape in trails::shapes() {
        row(&format!("  {}", shape.name), String::new(), &|s| {
            s.astray(shape.name).map_or("–".to_owned(), percent)
        });
    }
    row(
        "false off-trail alarms, per hour",
        format!("≤ {}", level.alarms_per_hour),
        &|s| {
            s.alarms
                .map_or("–".to_owned(), |n| format!("{:.3}", f64::from(n) / s.hours))
        },
    );
    row(
        "a detour of 80 m noticed after, median",
        format!("≤ {:.0} s", level.noticed_s),
        &|s| seconds(s.noticed_s()),
    );
}
