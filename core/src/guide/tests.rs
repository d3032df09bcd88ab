//! Walks with the guide, simulated and recorded, as a visitor would live them.

mod faults;
mod hostile;
mod quality;
mod stories;

use super::*;
use crate::catalogue::model::{Id, Zone};
use crate::geo::{Fix, Line, destination, distance_m};
use crate::track::read_trace;
use crate::trail::simulate::{Detour, Simulated, WalkOptions, simulate};
use proptest::prelude::*;

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

/// A trail with stops beside its line, 4 m to one side and the other.
fn trail(points: Vec<Position>, metres: &[f64]) -> GuideTrail {
    let line = Line::new(&points);
    let beside = |(index, &m): (usize, &f64)| {
        let side = if index % 2 == 0 { 0.0 } else { 180.0 };
        GuideStop::at(
            &format!("stop {}", index + 1),
            destination(line.point_at(m).unwrap(), side, 4.0),
        )
    };
    GuideTrail {
        stops: metres.iter().enumerate().map(beside).collect(),
        line: points,
    }
}

fn straight() -> GuideTrail {
    trail(legs(&[(70.0, 600.0)]), &[150.0, 300.0, 450.0])
}

fn clear_walk(trail: &GuideTrail) -> Vec<Fix> {
    let options = WalkOptions {
        sigma_m: 3.0,
        jumps: 0.0,
        street_bias_m: 0.0,
        pace_m_s: Some(1.2),
        ..WalkOptions::default()
    };
    simulate(&Line::new(&trail.line), &options)
        .into_iter()
        .map(|second| second.fix)
        .collect()
}

fn with_headphones() -> GuideOptions {
    GuideOptions {
        headphones: true,
        ..GuideOptions::default()
    }
}

fn run(trail: &GuideTrail, fixes: &[Fix], options: GuideOptions) -> Vec<GuideEvent> {
    let mut guide = Guide::new(trail.clone(), options);
    fixes.iter().flat_map(|&fix| guide.step(fix)).collect()
}

/// Kind and first stop of each event.
fn told(events: &[GuideEvent]) -> Vec<(GuideEventKind, &str)> {
    events
        .iter()
        .map(|e| (e.kind, e.stops.first().map_or("", String::as_str)))
        .collect()
}

fn triggered(events: &[GuideEvent]) -> Vec<&str> {
    told(events)
        .into_iter()
        .filter(|(kind, _)| *kind == Trigger)
        .map(|(_, stop)| stop)
        .collect()
}

use GuideEventKind::{Completed, Left, OffTrail, Offer, OnTrail, Trigger, Wait};

#[test]
fn a_walk_is_told_stop_by_stop_once_and_to_its_end() {
    let trail = straight();
    let events = run(&trail, &clear_walk(&trail), with_headphones());
    assert_eq!(
        told(&events),
        [
            (Trigger, "stop 1"),
            (Left, "stop 1"),
            (Trigger, "stop 2"),
            (Left, "stop 2"),
            (Trigger, "stop 3"),
            (Completed, "stop 3"),
            (Left, "stop 3")
        ]
    );
    let Reason::AtStop {
        distance_m,
        next_in_order: true,
        ..
    } = events[0].reason
    else {
        panic!(
            "the first story has no reason that a person could read: {:?}",
            events[0].reason
        )
    };
    assert!(distance_m < 10.0, "began {distance_m} m from the panel");
}

#[test]
fn a_walk_is_not_complete_before_the_story_at_its_end() {
    let mut trail = trail(legs(&[(70.0, 600.0)]), &[150.0, 300.0, 596.0]);
    let kinds =
        |events: &[GuideEvent]| -> Vec<_> { told(events).into_iter().map(|(kind, _)| kind).collect() };
    let and_stays = |mut fixes: Vec<Fix>| {
        let arrived = *fixes.last().unwrap();
        fixes.extend((1..=90).map(|second| Fix {
            t_ms: arrived.t_ms + 1_000 * second,
            ..arrived
        }));
        fixes
    };
    let events = run(&trail, &and_stays(clear_walk(&trail)), with_headphones());
    let last = told(&events)
        .iter()
        .position(|event| *event == (Trigger, "stop 3"));
    let completed = kinds(&events).iter().position(|kind| *kind == Completed);
    assert!(
        last.is_some() && last < completed,
        "the walk was complete before its last story: {:?}",
        told(&events)
    );
    // The same end, whose panel stands in a courtyard that the walker does not enter.
    trail.stops[2].position = destination(*trail.line.last().unwrap(), 340.0, 45.0);
    trail.stops[2].zone = Some(Zone::Circle {
        centre: trail.stops[2].position,
        radius_m: 25.0,
    });
    let fixes = clear_walk(&trail);
    assert!(
        !kinds(&run(&trail, &fixes, with_headphones())).contains(&Completed),
        "somebody who has just arrived still looks for the last panel"
    );
    let events = run(&trail, &and_stays(fixes), with_headphones());
    let completed = events
        .iter()
        .find(|event| event.kind == Completed)
        .expect("nobody said that it is over");
    assert_eq!(completed.reason, Reason::EndOfTrail);
}

#[test]
fn a_stop_is_left_before_the_next_story_begins() {
    let trail = trail(legs(&[(70.0, 400.0)]), &[100.0, 140.0, 180.0]);
    let events = run(&trail, &clear_walk(&trail), with_headphones());
    let told = told(&events);
    for next in ["stop 2", "stop 3"] {
        let begins = told
            .iter()
            .position(|event| *event == (Trigger, next))
            .expect("a stop was not told");
        let visits: Vec<_> = told[..begins]
            .iter()
            .filter(|(kind, _)| *kind == Trigger)
            .collect();
        let left: Vec<_> = told[..begins].iter().filter(|(kind, _)| *kind == Left).collect();
        assert_eq!(
            visits.len(),
            left.len(),
            "{next} begins before the last was left: {told:?}"
        );
    }
}

#[test]
fn the_receiver_rests_while_the_next_panel_is_far_and_no_story_is_missed() {
    let line = legs(&[(70.0, 12_000.0)]);
    let places = GuideTrail {
        line: Vec::new(),
        ..trail(line.clone(), &[3_500.0, 4_300.0, 11_000.0])
    };
    let options = WalkOptions {
        pace_m_s: Some(1.3),
        jumps: 0.0,
        ..WalkOptions::default()
    };
    let walk = simulate(&Line::new(&line), &options);
    let mut guide = Guide::new(places.clone(), with_headphones());
    let (mut best, mut events, mut last): (usize, Vec<GuideEvent>, Option<Fix>) = (0, Vec::new(), None);
    for second in &walk {
        let demand = guide.location_demand();
        best += usize::from(demand.positioning == Positioning::Best);
        let due = last.is_none_or(|last| {
            (second.fix.t_ms - last.t_ms) as f64 >= demand.interval_s * 1_000.0
                && distance_m(last.position, second.truth) >= demand.distance_filter_m
        });
        if demand.positioning == Positioning::Off || !due {
            continue;
        }
        let fix = match demand.positioning {
            Positioning::Best => second.fix,
            _ => Fix {
                position: destination(second.truth, (second.fix.t_ms / 1_000) as f64, 70.0),
                accuracy_m: 90.0,
                ..second.fix
            },
        };
        last = Some(fix);
        events.extend(guide.step(fix));
    }
    assert_eq!(
        triggered(&events).len(),
        3,
        "a story was missed to save power: {:?}",
        told(&events)
    );
    let share = best as f64 / walk.len() as f64;
    println!("the receiver was on for {:.0} % of the day", share * 100.0);
    assert!(
        share < 0.25,
        "the receiver was on for {:.0} % of the day",
        share * 100.0
    );
}

#[test]
fn the_way_back_is_offered_and_told_backwards() {
    let trail = straight();
    let mut fixes = clear_walk(&trail);
    let last_ms = fixes.last().unwrap().t_ms;
    fixes.reverse();
    fixes.iter_mut().for_each(|fix| fix.t_ms = last_ms - fix.t_ms);
    let events = run(&trail, &fixes, with_headphones());
    assert_eq!(triggered(&events), ["stop 3", "stop 2", "stop 1"]);
    assert!(
        events
            .iter()
            .any(|e| matches!(e.reason, Reason::WalkedBackwards { .. })),
        "nobody said that it goes backwards"
    );
    assert!(told(&events).contains(&(Completed, "stop 1")));
}
