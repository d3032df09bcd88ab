//! The trails that are walked, and who walks them.

use alloclap_core::geo::{Line, Position, destination, distance_m};
use alloclap_core::guide::{GuideStop, GuideTrail};
use alloclap_core::track::read_trace;
use alloclap_core::trail::simulate::{Detour, Simulated, WalkOptions, simulate};

/// A trail with its stops, by metres from its start.
pub struct Walked {
    pub name: &'static str,
    pub trail: GuideTrail,
    pub line: Line,
    pub stops_m: Vec<f64>,
}

impl Walked {
    fn new(name: &'static str, points: Vec<Position>, stops_m: Vec<f64>) -> Self {
        let line = Line::new(&points);
        // Panels stand 4 m beside the line, on one side and the other.
        let beside = |(index, &metres): (usize, &f64)| {
            let side_deg = if index % 2 == 0 { 0.0 } else { 180.0 };
            let position = destination(line.point_at(metres)?, side_deg, 4.0);
            Some(GuideStop::at(&index.to_string(), position))
        };
        let stops = stops_m.iter().enumerate().filter_map(beside).collect();
        Self {
            name,
            trail: GuideTrail { line: points, stops },
            line,
            stops_m,
        }
    }

    pub fn walk(&self, sigma_m: f64, seed: u64) -> Vec<Simulated> {
        let options = WalkOptions {
            seed,
            sigma_m,
            pauses_at_m: self.stops_m.clone(),
            ..WalkOptions::default()
        };
        simulate(&self.line, &options)
    }

    pub fn detour(&self, sigma_m: f64, seed: u64, at_m: f64) -> Vec<Simulated> {
        let detours = vec![Detour {
            at_m,
            away_m: 80.0,
            stay_s: 240.0,
        }];
        let options = WalkOptions {
            seed,
            sigma_m,
            detours,
            ..WalkOptions::default()
        };
        simulate(&self.line, &options)
    }
}

fn start() -> Position {
    Position {
        lat_deg: 45.4237,
        lon_deg: 4.0662,
    }
}

/// A line that goes on by (bearing, metres) from leg to leg, with a point every 20 m.
fn legs(legs: impl IntoIterator<Item = (f64, f64)>) -> Vec<Position> {
    let mut line = vec![start()];
    let mut corner = start();
    for (bearing, metres) in legs {
        let steps = (metres / 20.0).ceil();
        line.extend((1..=steps as i32).map(|i| destination(corner, bearing, metres * f64::from(i) / steps)));
        corner = destination(corner, bearing, metres);
    }
    line
}

fn circle(turn: f64, metres: f64) -> impl Iterator<Item = (f64, f64)> {
    (0..36).map(move |i| (turn * 10.0 * f64::from(i), metres / 36.0))
}

fn every(step_m: f64, until_m: f64) -> Vec<f64> {
    (1..)
        .map(|i| step_m * f64::from(i))
        .take_while(|m| *m < until_m)
        .collect()
}

/// The shapes of trail on which stops and progress are judged.
pub fn shapes() -> Vec<Walked> {
    vec![
        Walked::new("straight", legs([(70.0, 2_000.0)]), every(150.0, 1_990.0)),
        Walked::new("loop", legs(circle(1.0, 2_000.0)), every(180.0, 1_990.0)),
        Walked::new(
            "out and back",
            legs([(30.0, 1_000.0), (210.0, 1_000.0)]),
            vec![100.0, 300.0, 500.0, 700.0, 1_150.0, 1_390.0, 1_610.0, 1_800.0],
        ),
        Walked::new(
            "figure of eight",
            legs(circle(1.0, 1_000.0).chain(circle(-1.0, 1_000.0))),
            every(170.0, 1_950.0),
        ),
        Walked::new(
            "switchback, legs 25 m apart",
            legs([
                (80.0, 300.0),
                (350.0, 25.0),
                (260.0, 300.0),
                (350.0, 25.0),
                (80.0, 300.0),
                (350.0, 25.0),
                (260.0, 300.0),
            ]),
            vec![60.0, 180.0, 280.0, 420.0, 540.0, 760.0, 900.0, 1_080.0],
        ),
    ]
}

/// Pairs of panels 25 m apart.
pub fn pairs() -> Walked {
    let firsts = every(150.0, 1_950.0);
    let both = firsts.into_iter().flat_map(|metres| [metres, metres + 25.0]);
    Walked::new("pairs", legs([(70.0, 2_000.0)]), both.collect())
}

/// A trail to be left, and where.
pub fn detour() -> (Walked, f64) {
    (
        Walked::new("detour", legs([(70.0, 2_000.0)]), vec![1_900.0]),
        800.0,
    )
}

/// A recorded walk as a trail, with a stop every 130 m, and its fixes as the truth: what a phone recorded is nearest to it.
pub fn recorded(name: &'static str) -> Option<(Walked, Vec<Simulated>)> {
    let folder = std::env::var("ALLOCLAP_DATA").unwrap_or_else(|_| "../../shared/data".to_owned());
    let bytes = std::fs::read(format!("{folder}/traces/{name}")).ok()?;
    let fixes = read_trace(&bytes).ok()?;
    let points: Vec<_> = fixes.iter().map(|fix| fix.position).collect();
    let line = Line::new(&points);
    let walked = Walked::new(name, points, every(130.0, line.length_m() - 40.0));
    let mut along_m = 0.0;
    let mut last: Option<Position> = None;
    let walk = fixes.into_iter().map(|fix| {
        along_m += last.map_or(0.0, |last| distance_m(last, fix.position));
        last = Some(fix.position);
        Simulated {
            fix,
            truth: fix.position,
            along_m,
        }
    });
    let walk = walk.collect();
    Some((walked, walk))
}

/// A day out: from home over 6 km of streets to places that are told, 1 km between them, and 6 km home again.
pub fn day() -> (GuideTrail, Line) {
    let points = legs([(70.0, 6_000.0), (160.0, 4_000.0), (250.0, 6_000.0)]);
    let line = Line::new(&points);
    let stops = (0..5).filter_map(|i| {
        let position = line.point_at(6_000.0 + 1_000.0 * f64::from(i))?;
        Some(GuideStop::at(&i.to_string(), destination(position, 0.0, 4.0)))
    });
    let day = GuideTrail {
        line: Vec::new(),
        stops: stops.collect(),
    };
    (day, line)
}
