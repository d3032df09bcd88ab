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

fn walk(line: &[Position], options: WalkOptions) -> Vec<Simulated> {
    simulate(&Line::new(line), &options)
}

/// What the filter says after each fix.
fn follow(line: &[Position], walk: &[Simulated]) -> Vec<Progress> {
    let trail = Trail::new(line);
    let mut state = TrailState::default();
    walk.iter()
        .map(|second| step(&trail, &mut state, second.fix).unwrap())
        .collect()
}

/// Share of the fixes after which progress is wrong by more than 60 m.
fn wrong(walk: &[Simulated], said: &[Progress]) -> f64 {
    let far = |(second, progress): &(&Simulated, &Progress)| (progress.along_m - second.along_m).abs() > 60.0;
    walk.iter().zip(said).filter(far).count() as f64 / walk.len() as f64
}

/// Times at which the walker was said to have left the trail.
fn alarms_ms(walk: &[Simulated], said: &[Progress]) -> Vec<i64> {
    let pairs = said.iter().zip(said.iter().zip(walk).skip(1));
    pairs
        .filter(|(before, (now, _))| before.on_trail && !now.on_trail)
        .map(|(_, (_, s))| s.fix.t_ms)
        .collect()
}

#[test]
fn progress_is_right_on_a_trail_of_any_shape() {
    for (sigma_m, most) in [(5.0, 0.001), (10.0, 0.005), (20.0, 0.02)] {
        for (shape, line) in shapes() {
            // Legs of a switchback that are 25 m apart nearly drown in noise and in the bias of streets.
            let most = if shape == "switchback" { 4.0 * most } else { most };
            let (mut share, mut alarms, seeds) = (0.0, 0, 101..105u64);
            for seed in seeds.clone() {
                let pauses_at_m = vec![300.0, 700.0];
                let walk = walk(
                    &line,
                    WalkOptions {
                        seed,
                        sigma_m,
                        pauses_at_m,
                        ..WalkOptions::default()
                    },
                );
                let said = follow(&line, &walk);
                share += wrong(&walk, &said) / seeds.clone().count() as f64;
                alarms += alarms_ms(&walk, &said).len();
            }
            println!(
                "σ {sigma_m} m, {shape}: {:.2} % wrong, {alarms} false alarms",
                share * 100.0
            );
            assert!(
                share <= most,
                "progress is wrong on {:.2} % of a {shape} at σ {sigma_m} m",
                share * 100.0
            );
            assert!(alarms <= 1, "{alarms} false alarms on a {shape} at σ {sigma_m} m");
        }
    }
}

#[test]
fn a_detour_is_noticed_within_a_minute() {
    let line = legs(&[(70.0, 2_000.0)]);
    for sigma_m in [5.0, 10.0, 20.0] {
        let noticed_after_ms = |seed| {
            let detours = vec![Detour {
                at_m: 800.0,
                away_m: 80.0,
                stay_s: 240.0,
            }];
            let walk = walk(
                &line,
                WalkOptions {
                    seed,
                    sigma_m,
                    detours,
                    pace_m_s: Some(1.2),
                    ..WalkOptions::default()
                },
            );
            let away = |s: &&Simulated| Line::new(&line).project(s.truth).unwrap().offset_m > 78.0;
            let away_ms = walk.iter().find(away).unwrap().fix.t_ms;
            let alarms_ms = alarms_ms(&walk, &follow(&line, &walk));
            alarms_ms
                .into_iter()
                .find(|&t_ms| t_ms > away_ms - 60_000)
                .map_or(i64::MAX, |t_ms| t_ms - away_ms)
        };
        let mut after_ms: Vec<_> = (101..110).map(noticed_after_ms).collect();
        after_ms.sort_unstable();
        assert!(
            after_ms[4] < 60_000,
            "half of the detours at σ {sigma_m} m go unnoticed for a minute: {after_ms:?} ms"
        );
    }
}

#[test]
fn who_joins_in_the_middle_walks_backwards_or_takes_a_bus_is_found() {
    let line = legs(&[(70.0, 1_000.0), (160.0, 1_000.0)]);
    let whole = walk(
        &line,
        WalkOptions {
            pace_m_s: Some(1.2),
            ..WalkOptions::default()
        },
    );
    let middle = whole.len() / 2;
    let joined = &whole[middle..];
    let said = follow(&line, joined);
    assert!(
        (said[60].along_m - joined[60].along_m).abs() < 30.0,
        "joined in the middle: {:?}",
        said[60]
    );

    let last_ms = whole.last().unwrap().fix.t_ms;
    let mut backwards: Vec<_> = whole.clone();
    backwards.reverse();
    backwards
        .iter_mut()
        .for_each(|second| second.fix.t_ms = last_ms - second.fix.t_ms);
    let said = follow(&line, &backwards);
    assert!(wrong(&backwards[60..], &said[60..]) < 0.01, "walked backwards");
    assert_eq!(said[120].direction, Direction::Backward);
    assert!(
        (said[120].remaining_m - said[120].along_m).abs() < 0.01,
        "what remains is the way to the start"
    );

    let bus: Vec<_> = whole[..300]
        .iter()
        .chain(&whole[1_000..])
        .copied()
        .zip(0..)
        .map(|(mut second, s)| {
            second.fix.t_ms = s * 1000;
            second
        })
        .collect();
    let said = follow(&line, &bus);
    assert!(
        (said[360].along_m - bus[360].along_m).abs() < 60.0,
        "a minute after the bus: {:?}",
        said[360]
    );
}

#[test]
fn gaps_an_hour_of_standing_and_fixes_out_of_order_change_nothing() {
    let line = legs(&[(30.0, 600.0), (210.0, 600.0)]);
    let gaps_s = vec![(200.0, 45.0), (400.0, 120.0)];
    let detours = vec![Detour {
        at_m: 700.0,
        away_m: 0.0,
        stay_s: 3_600.0,
    }];
    let walk = walk(
        &line,
        WalkOptions {
            pace_m_s: Some(1.1),
            gaps_s,
            detours,
            ..WalkOptions::default()
        },
    );
    let said = follow(&line, &walk);
    assert!(
        wrong(&walk, &said) < 0.005,
        "{:.2} % wrong",
        wrong(&walk, &said) * 100.0
    );
    let standing = walk
        .iter()
        .zip(&said)
        .rfind(|(s, _)| (s.along_m - 700.0).abs() < 1.0)
        .unwrap()
        .1;
    assert!(
        standing.standing > 0.5,
        "an hour in one place is not standing: {standing:?}"
    );

    let trail = Trail::new(&line);
    let mut state = TrailState::default();
    for (index, second) in walk.iter().enumerate() {
        let progress = step(&trail, &mut state, second.fix).unwrap();
        assert_eq!(progress, said[index], "a repeated or late fix changed the walk");
        step(&trail, &mut state, second.fix);
        step(&trail, &mut state, walk[index.saturating_sub(200)].fix);
    }
}

#[test]
fn a_trail_of_no_or_one_point_is_no_puzzle() {
    let fix = walk(&legs(&[(0.0, 10.0)]), WalkOptions::default())[0].fix;
    assert!(step(&Trail::new(&[]), &mut TrailState::default(), fix).is_none());
    let point = Trail::new(&[start(), start()]);
    let progress = step(&point, &mut TrailState::default(), fix).unwrap();
    assert_eq!(
        (progress.along_m, progress.remaining_m, point.length_m()),
        (0.0, 0.0, 0.0)
    );
    let lost = crate::geo::Fix {
        accuracy_m: 900.0,
        ..fix
    };
    assert!(
        step(&point, &mut TrailState::default(), lost).is_none(),
        "an accuracy of 900 m says something"
    );
}

#[test]
fn who_dawdles_at_the_start_of_an_out_and_back_is_not_on_the_way_back() {
    let line = legs(&[(30.0, 600.0), (210.0, 600.0)]);
    // Ten minutes of waiting for the others a little before the start, then out.
    let before = destination(start(), 210.0, 25.0);
    let out = walk(
        &line,
        WalkOptions {
            sigma_m: 10.0,
            pace_m_s: Some(1.1),
            ..WalkOptions::default()
        },
    );
    let waiting = (0..600).map(|second: i64| Simulated {
        fix: crate::geo::Fix {
            t_ms: second * 1_000,
            position: destination(before, 40.0 * (second / 20) as f64, 12.0),
            ..out[0].fix
        },
        ..out[0]
    });
    let later = out.iter().map(|second| {
        let mut second = *second;
        second.fix.t_ms += 600_000;
        second
    });
    let all: Vec<Simulated> = waiting.chain(later).collect();
    let said = follow(&line, &all);
    let share = wrong(&all[30..], &said[30..]);
    assert!(
        share < 0.01,
        "{:.1} % wrong: taken for somebody who walks it from its end",
        share * 100.0
    );
}

#[test]
fn a_loop_may_be_walked_from_its_end() {
    let circle: Vec<(f64, f64)> = (0..36).map(|i| (10.0 * f64::from(i), 40.0)).collect();
    let line = legs(&circle);
    let mut walk = walk(
        &line,
        WalkOptions {
            pace_m_s: Some(1.2),
            ..WalkOptions::default()
        },
    );
    let last_ms = walk.last().unwrap().fix.t_ms;
    walk.reverse();
    walk.iter_mut()
        .for_each(|second| second.fix.t_ms = last_ms - second.fix.t_ms);
    let said = follow(&line, &walk);
    assert!(
        wrong(&walk[90..], &said[90..]) < 0.01,
        "lost after a minute and a half"
    );
    assert_eq!(said[120].direction, Direction::Backward);
}
