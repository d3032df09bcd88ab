//! The table of one noise level: a row for each promise, a column for each follower, and whether the guide keeps it.

use crate::score::Score;
use crate::{Level, trails};

/// Where the limit itself misses a target, so much of the limit is the target.
const OF_THE_LIMIT: f64 = 0.98;

/// What a figure must come to.
#[derive(Clone, Copy)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Nothing of its own.
    Shown,
}

/// How a figure is written.
#[derive(Clone, Copy)]
enum Unit {
    Percent,
    Metres,
    Seconds,
    PerHour,
}

impl Unit {
    fn write(self, value: Option<f64>) -> String {
        match (self, value) {
            (_, None) => "–".to_owned(),
            (Self::Percent, Some(share)) => format!("{:.2} %", share * 100.0),
            (Self::Metres, Some(metres)) => format!("{metres:.1} m"),
            (Self::Seconds, Some(seconds)) => format!("{seconds:.0} s"),
            (Self::PerHour, Some(count)) => format!("{count:.3}"),
        }
    }
}

impl Target {
    fn write(self, unit: Unit) -> String {
        match self {
            Self::AtLeast(value) => format!("≥ {}", unit.write(Some(value))),
            Self::AtMost(value) => format!("≤ {}", unit.write(Some(value))),
            Self::Shown => String::new(),
        }
    }

    /// Whether the guide's figure keeps it, or keeps 0.98 of a limit that does not.
    fn met(self, guide: Option<f64>, limit: Option<f64>) -> &'static str {
        let Some(guide) = guide else { return "" };
        let kept = match self {
            Self::AtLeast(least) => {
                guide
                    >= limit
                        .filter(|limit| *limit < least)
                        .map_or(least, |limit| OF_THE_LIMIT * limit)
            }
            Self::AtMost(most) => {
                guide
                    <= limit
                        .filter(|limit| *limit > most)
                        .map_or(most, |limit| limit / OF_THE_LIMIT)
            }
            Self::Shown => return "",
        };
        if kept { "yes" } else { "NO" }
    }
}

/// Prints what the followers came to at one level; the first of them is the guide, the second the limit.
pub fn print(level: &Level, names: &[&str], scores: &[Score]) {
    let (stops, pairs, hours) = scores
        .first()
        .map_or((0, 0, 0.0), |score| (score.passed, score.pairs, score.hours));
    println!(
        "\nσ = {} m: {stops} stops, {pairs} pairs, {hours:.0} h",
        level.sigma_m
    );
    print!("{:<56}{:>10}", "", "target");
    names.iter().for_each(|name| print!("{name:>10}"));
    println!("{:>6}", "met");
    let row = |what: &str, unit: Unit, target: Target, figure: &dyn Fn(&Score) -> Option<f64>| {
        print!("{what:<56}{:>10}", target.write(unit));
        let figures: Vec<Option<f64>> = scores.iter().map(figure).collect();
        figures
            .iter()
            .for_each(|value| print!("{:>10}", unit.write(*value)));
        let of = |n: usize| figures.get(n).copied().flatten();
        println!("{:>6}", target.met(of(0), of(1)));
    };
    use Target::{AtLeast, AtMost, Shown};
    row(
        &format!("told within {} m, of stops passed", level.near_m),
        Unit::Percent,
        AtLeast(level.told),
        &|s| Some(s.told()),
    );
    row("ended as an offer", Unit::Percent, AtMost(0.10), &|s| {
        Some(s.offered_share())
    });
    row(
        "median true distance to the panel",
        Unit::Metres,
        AtMost(level.median_m),
        &|s| Some(s.median_m()),
    );
    row(
        &format!("told though never within {} m, per hour", level.far_m),
        Unit::PerHour,
        AtMost(level.far_per_hour),
        &|s| Some(s.far as f64 / s.hours),
    );
    row(
        "two panels 25 m apart: the wrong one first",
        Unit::Percent,
        AtMost(level.neighbour),
        &|s| Some(s.wrong_first as f64 / s.pairs.max(1) as f64),
    );
    row(
        "progress wrong by > 60 m, worst shape",
        Unit::Percent,
        AtMost(level.astray),
        &|s| s.worst().map(|(_, share)| share),
    );
    for shape in trails::shapes() {
        row(&format!("  {}", shape.name), Unit::Percent, Shown, &|s| {
            s.astray(shape.name)
        });
    }
    row(
        "false off-trail alarms, per hour",
        Unit::PerHour,
        AtMost(level.alarms_per_hour),
        &|s| Some(f64::from(s.alarms?) / s.hours),
    );
    row(
        "a detour of 80 m noticed after, median",
        Unit::Seconds,
        AtMost(level.noticed_s),
        &|s| s.noticed_s(),
    );
}
