//! Walks with the guide, simulated and recorded, as a visitor would live them.

use super::*;
use crate::catalogue::model::Id;
use crate::geo::{Fix, Line, destination, distance_m};
use crate::trail::simulate::{Simulated, WalkOptions, simulate};

fn start() -> Position {
    Position::new(45.4237, 4.0662).unwrap()
}

fn legs(legs: &[(f64, f64)]) -> Vec<Position> {
    let mut line = vec![start()];
    for &(bearing, metres) in legs {
        let corner = *line.last().unwrap();
        line.extend((1..=20).map(|i| destination(corner, bearing, metres * f64::from(i) / 20.0)));
    }
    line
}

/// Stops beside the line, 4 m to one side and the other.
fn stops_at(line: &Line, metres: &[f64]) -> Vec<GuideStop> {
    let beside = |(index, &m): (usize, &f64)| {
        let side = if index % 2 == 0 { 0.0 } else { 180.0 };
        GuideStop::at(
            &format!("stop {}", index + 1),
            destination(line.point_at(m).unwrap(), side, 4.0),
        )
    };
    metres.iter().enumerate().map(beside).collect()
}

fn with_headphones() -> GuideOptions {
    GuideOptions {
        headphones: true,
        ..GuideOptions::default()
    }
}

fn run(trail: &GuideTrail, walk: &[Simulated]) -> Vec<GuideEvent> {
    let mut guide = Guide::new(trail.clone(), with_headphones());
    walk.iter().flat_map(|second| guide.step(second.fix)).collect()
}

fn shapes() -> Vec<(&'static str, Vec<Position>, Vec<f64>)> {
    let circle: Vec<_> = (0..36).map(|i| (10.0 * f64::from(i), 60.0)).collect();
    let spread = |length: f64, every: f64| {
        (1..)
            .map(|i| every * f64::from(i))
            .take_while(|m| *m < length - 30.0)
            .collect::<Vec<_>>()
    };
    vec![
        ("straight", legs(&[(70.0, 2_000.0)]), spread(2_000.0, 150.0)),
        ("loop", legs(&circle), spread(2_160.0, 180.0)),
        (
            "out and back",
            legs(&[(30.0, 1_000.0), (210.0, 1_000.0)]),
            vec![100.0, 300.0, 500.0, 700.0, 1_150.0, 1_390.0, 1_610.0, 1_800.0],
        ),
        (
            "switchback",
            legs(&[
                (80.0, 300.0),
                (350.0, 25.0),
                (260.0, 300.0),
                (350.0, 25.0),
                (80.0, 300.0),
            ]),
            vec![60.0, 180.0, 280.0, 420.0, 540.0, 760.0, 900.0],
        ),
        ("crowded", legs(&[(70.0, 1_000.0)]), spread(1_000.0, 25.0)),
    ]
}

#[test]
fn the_right_story_begins_at_the_right_place() {
    for (sigma_m, near_m, least, far_m) in [
        (5.0, 25.0, 0.97, 60.0),
        (10.0, 30.0, 0.95, 60.0),
        (20.0, 50.0, 0.92, 100.0),
    ] {
        let (mut passed, mut right, mut offered, mut far, mut distances, mut hours) =
            (0, 0, 0, 0, Vec::new(), 0.0);
        for (shape, points, metres) in shapes() {
            let line = Line::new(&points);
            let trail = GuideTrail {
                stops: stops_at(&line, &metres),
                line: points.clone(),
            };
            let (mut p, mut r) = (0, 0);
            for seed in 1..=6 {
                let options = WalkOptions {
                    seed,
                    sigma_m,
                    pauses_at_m: metres.clone(),
                    ..WalkOptions::default()
                };
                let walk = simulate(&line, &options);
                hours += walk.len() as f64 / 3600.0;
                let events = run(&trail, &walk);
                p += trail.stops.len();
                for event in &events {
                    let truth = walk.iter().find(|s| s.fix.t_ms == event.t_ms).unwrap().truth;
                    let away = |id: &String| {
                        let stop = trail.stops.iter().find(|stop| stop.id == *id).unwrap();
                        (
                            distance_m(truth, stop.position),
                            walk.iter()
                                .map(|s| distance_m(s.truth, stop.position))
                                .fold(f64::MAX, f64::min),
                        )
                    };
                    match event.kind {
                        GuideEventKind::Trigger => {
                            let (now_m, ever_m) = away(&event.stops[0]);
                            distances.push(now_m);
                            r += usize::from(now_m <= near_m);
                            far += usize::from(ever_m > far_m);
                        }
                        GuideEventKind::Offer => offered += event.stops.len(),
                        _ => {}
                    }
                }
            }
            println!("  σ {sigma_m} m, {shape}: {r} of {p}");
            passed += p;
            right += r;
        }
        distances.sort_by(f64::total_cmp);
        let median_m = distances[distances.len() / 2];
        println!(
            "σ {sigma_m} m: {right} of {passed} stops right, {offered} offered, median {median_m:.1} m, {far} far in {hours:.1} h"
        );
        let share = right as f64 / passed as f64;
        assert!(
            share >= least,
            "only {right} of {passed} stops were told in time at σ {sigma_m} m"
        );
        assert_eq!(
            far, 0,
            "stories of panels that the walker never came near began at σ {sigma_m} m"
        );
    }
}
