//! How well the guide guides, beside what could be reached at best and what other apps do: one table for each noise level.
//!
//! Walks are simulated after the reference model with seeds that nothing was tuned on. `ALLOCLAP_WALKS` sets how many walks
//! each trail gets; the usual 40 make more than 2,000 stops for each figure and take two minutes of one core; 4 are a first
//! glance. How far it has come is told on the standard error. Speed is measured in `walk`, not here.

mod battery;
mod followers;
mod oracle;
mod score;
mod table;
mod trails;

use followers::{Circle, Follower, NearestPoint, Ours};
use oracle::Oracle;
use score::Score;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use trails::Walked;

/// The recorded walks of the shared data.
const RECORDED: [&str; 2] = ["altona-walk.json", "hamburg-gaps.gpx"];

/// Seeds from here on; the guide's numbers were chosen on seeds up to 100, its tests use 101 to 110.
const FIRST_SEED: u64 = 10_001;

/// Walks of each trail, if nobody asks for another number.
const WALKS: u64 = 40;

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
    let walks: u64 = walks.and_then(|walks| walks.parse().ok()).unwrap_or(WALKS);
    println!(
        "guide: AlloClap's; limit: a particle filter that is given the true noise, its correlation and bias, the places\n\
         of pauses and how detours go; 200 m: first of the list within 200 m; 30 m: within 30 m; nearest: nearest point\n\
         on the line; met: yes, or 0.98 of the limit where the limit itself misses the target"
    );
    levels(walks);
    recorded();
    days();
}

/// Scores every follower at every noise level, on all cores, and prints a level once it is known.
fn levels(walks: u64) {
    let jobs: Vec<(usize, &Level, usize, Make)> = LEVELS
        .iter()
        .enumerate()
        .flat_map(|(at, level)| {
            let followers = FOLLOWERS.iter().enumerate();
            followers.map(move |(follower, (_, make))| (at, level, follower, *make))
        })
        .collect();
    let (next, progress) = (AtomicUsize::new(0), Progress::of(jobs.len() as u64, walks));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (sender, scores) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            let sender = sender.clone();
            let (jobs, next, progress) = (&jobs, &next, &progress);
            scope.spawn(move || {
                while let Some(&(at, level, follower, make)) = jobs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let score = score(level, walks, make, progress);
                    // Nobody waits for it any more only if the table could not be printed.
                    let _ = sender.send((at, follower, score));
                }
            });
        }
        drop(sender);
        let mut known: Vec<(&Level, Vec<(usize, Score)>)> = LEVELS.iter().map(|l| (l, Vec::new())).collect();
        for (at, follower, score) in scores {
            let Some((level, scores)) = known.get_mut(at) else {
                continue;
            };
            scores.push((follower, score));
            if scores.len() == FOLLOWERS.len() {
                scores.sort_by_key(|(follower, _)| *follower);
                let scores: Vec<Score> = scores.drain(..).map(|(_, score)| score).collect();
                table::print(level, &FOLLOWERS.map(|(name, _)| name), &scores);
            }
        }
    });
}

/// How many of all walks were walked.
struct Progress {
    walked: AtomicUsize,
    all: usize,
}

impl Progress {
    fn of(jobs: u64, walks: u64) -> Self {
        let each = walks * (trails::shapes().len() as u64 + 1) + pair_walks(walks);
        Self {
            walked: AtomicUsize::new(0),
            all: (jobs * each) as usize,
        }
    }

    fn walked(&self) {
        let walked = self.walked.fetch_add(1, Ordering::Relaxed) + 1;
        // A line every twentieth part, which a log bears as well as a terminal.
        if walked * 20 / self.all.max(1) > (walked - 1) * 20 / self.all.max(1) {
            let percent = walked * 100 / self.all.max(1);
            eprintln!("guide: {percent} % of {} walks", self.all);
        }
    }
}

/// 24 stops are on the trail of pairs: with so many walks, as many stops as all shapes together have.
fn pair_walks(walks: u64) -> u64 {
    2 * walks + walks / 4
}

/// The recorded walks, each its own trail. Where the walker truly was, nobody knows: the phone's own fixes stand for it, so the
/// figures say whether every stop is told once and in time, not how much noise the guide bears.
fn recorded() {
    println!(
        "\nrecorded walks, a stop every 130 m, judged by their own fixes (within 25 m, never within 60 m); where somebody\n\
         stood for minutes, such a line is a tangle of a hundred metres on one spot, and progress in it means little"
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

fn score(level: &Level, walks: u64, make: Make, progress: &Progress) -> Score {
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
            progress.walked();
        }
    }
    let pairs = trails::pairs();
    for seed in FIRST_SEED..FIRST_SEED + pair_walks(walks) {
        let walk = pairs.walk(level.sigma_m, seed);
        score.follow_pairs(&walk, &mut *make(&pairs, level.sigma_m));
        progress.walked();
    }
    let (detour, left_m) = trails::detour();
    for seed in FIRST_SEED..FIRST_SEED + walks {
        let walk = detour.detour(level.sigma_m, seed, left_m);
        score.follow_detour(&detour, &walk, &mut *make(&detour, level.sigma_m));
        progress.walked();
    }
    score
}
