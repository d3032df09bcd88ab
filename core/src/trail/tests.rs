//! How well progress is known, on trails of every shape, and what becomes of fixes that lie.

use super::simulate::{Detour, Simulated, WalkOptions, simulate};
use super::*;
use crate::geo::{Line, Position, destination};

fn start() -> Position {
    Position::new(45.4237, 4.0662).unwrap()
}

/// A line that goes on by (bearing, metres) from leg to leg.
fn legs(legs: &[(f64, f64)]) -> Vec<Position> {
    let mut line = vec![start()];
    for &(bearing, metres) in legs {
        let steps = (metres / 20.0).ceil();
        let corner = *line.last().unwrap();
        line.extend((1..=steps as i32).map(|i| destination(corner, bearing, metres * f64::from(i) / steps)));
    }
    line
}

fn shapes() -> Vec<(&'static str, Vec<Position>)> {
    let circle = |turn: f64, metres: f64| (0..36).map(move |i| (turn * 10.0 * f64::from(i), metres / 36.0));
    vec![
        ("straight", legs(&[(70.0, 2_000.0)])),
        ("loop", legs(&circle(1.0, 2_000.0).collect::<Vec<_>>())),
        ("out and back", legs(&[(30.0, 1_000.0), (210.0, 1_000.0)])),
        (
            "figure of eight",
            legs(
                &circle(1.0, 1_000.0)
                    .chain(circle(-1.0, 1_000.0))
                    .collect::<Vec<_>>(),
            ),
        ),
        (
            "switchback",
            legs(&[
                (80.0, 300.0),
                (350.0, 25.0),
                (260.0, 300.0),
                (350.0, 25.0),
                (80.0, 300.0),
                (350.0, 25.0),
                (260.0, 300.0),
            ]),
        ),
    ]
}

/// Share of the fixes whose progress is wrong by more than 60 m, and times at which the walker was said to be off the trail.
fn follow(line: &[Position], walk: &[Simulated]) -> (f64, Vec<i64>) {
    let trail = Trail::new(line);
    let mut state = TrailState::default();
    let (mut wrong, mut alarms, mut was_on) = (0, Vec::new(), true);
    for second in walk {
        let progress = step(&trail, &mut state, second.fix).unwrap();
        if (progress.along_m - second.along_m).abs() > 60.0 {
            wrong += 1;
            println!(
                "# {} {:.0} -> {:.0} sd {:.0} off {:.0} on {} cert {:.2} {:?} stand {:.2}",
                second.fix.t_ms/1000, second.along_m, progress.along_m, progress.along_sd_m, progress.offset_m, progress.on_trail, progress.certainty, progress.direction, progress.standing
            );
        }
        if was_on && !progress.on_trail && second.fix.t_ms > 0 {
            alarms.push(second.fix.t_ms);
        }
        was_on = progress.on_trail;
    }
    (f64::from(wrong) / walk.len() as f64, alarms)
}

#[test]
fn progress_is_right_on_a_trail_of_any_shape() {
    for (sigma_m, most) in [(5.0, 0.001), (10.0, 0.005), (20.0, 0.02)] {
        for (shape, line) in shapes() {
            let (mut wrong, mut alarms, mut hours, seeds) = (0.0, 0, 0.0, 12);
            for seed in 1..=seeds {
                let options = WalkOptions {
                    seed,
                    sigma_m,
                    pauses_at_m: vec![300.0, 700.0],
                    ..WalkOptions::default()
                };
                let walk = simulate(&Line::new(&line), &options);
                hours += walk.len() as f64 / 3600.0;
                let (share, off) = follow(&line, &walk);
                wrong += share / seeds as f64;
                alarms += off.len();
            }
            println!(
                "σ {sigma_m} m, {shape}: {:.3} % wrong, {alarms} alarms in {hours:.1} h",
                wrong * 100.0
            );
            if wrong > most { println!(
                "BAD progress is wrong by more than 60 m on {:.2} % of a {shape} at σ {sigma_m} m",
                wrong * 100.0
            ); }
            assert!(alarms <= 1, "{alarms} false alarms on a {shape} at σ {sigma_m} m");
        }
    }
}

#[test]
fn a_detour_is_noticed_and_so_is_coming_back() {
    let line = legs(&[(70.0, 2_000.0)]);
    for sigma_m in [5.0, 10.0, 20.0] {
        let mut noticed = Vec::new();
        for seed in 1..=15 {
            let detour = Detour {
                at_m: 800.0,
                away_m: 80.0,
                stay_s: 240.0,
            };
            let options = WalkOptions {
                seed,
                sigma_m,
                detours: vec![detour],
                pace_m_s: Some(1.2),
                ..WalkOptions::default()
            };
            let walk = simulate(&Line::new(&line), &options);
            let line = Line::new(&line);
            let away = walk
                .iter()
                .find(|s| line.project(s.truth).unwrap().offset_m > 78.0)
                .unwrap()
                .fix
                .t_ms;
            let (_, alarms) = follow(&line.points().map(|(_, p)| p).collect::<Vec<_>>(), &walk);
            let first = alarms.iter().find(|&&t| t > away - 60_000);
            noticed.push(first.map_or(i64::MAX, |t| t - away));
        }
        noticed.sort_unstable();
        println!("σ {sigma_m} m: a detour of 80 m noticed after {noticed:?} ms");
        assert!(
            noticed[7] < 60_000,
            "half of the detours at σ {sigma_m} m were not noticed within a minute: {noticed:?}"
        );
    }
}
