//! Walks with the guide, simulated and recorded, as a visitor would live them.

mod quality;

use super::*;
use crate::catalogue::model::Id;
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

#[test]
fn closed_quiet_and_silent_stops_do_not_sound() {
    let mut trail = straight();
    trail.stops[0].closed = true;
    trail.stops[1].quiet = true;
    let fixes = clear_walk(&trail);
    let events = run(&trail, &fixes, with_headphones());
    assert_eq!(triggered(&events), ["stop 3"]);
    assert!(
        matches!(
            events[0],
            GuideEvent {
                kind: Wait,
                reason: Reason::Closed { .. },
                ..
            }
        ),
        "closed and not said"
    );
    assert_eq!(
        events.iter().filter(|e| e.kind == Wait).count(),
        1,
        "said once and not with every fix"
    );
    assert!(
        events
            .iter()
            .any(|e| matches!((e.kind, e.reason), (Offer, Reason::QuietPlace { .. })))
    );
    let events = run(&trail, &fixes, GuideOptions::default());
    assert!(triggered(&events).is_empty(), "sound started without headphones");
    assert!(
        events
            .iter()
            .any(|e| matches!((e.kind, e.reason), (Offer, Reason::NoHeadphones { .. })))
    );
    let always = GuideOptions {
        sound: Sound::Always,
        headphones: false,
    };
    assert_eq!(
        triggered(&run(&trail, &fixes, always)),
        ["stop 3"],
        "the visitor chose sound"
    );
}

#[test]
fn while_a_story_plays_the_next_is_offered_and_begins_only_if_one_is_still_there() {
    let mut trail = trail(legs(&[(70.0, 400.0)]), &[100.0, 130.0, 250.0]);
    trail.stops[0].commentary_ms = 60_000;
    let options = |pause: f64| WalkOptions {
        seed: 3,
        sigma_m: 3.0,
        jumps: 0.0,
        pace_m_s: Some(1.0),
        detours: vec![Detour {
            at_m: 130.0,
            away_m: 0.0,
            stay_s: pause,
        }],
        ..WalkOptions::default()
    };
    let walk = |pause| -> Vec<Fix> {
        simulate(&Line::new(&trail.line), &options(pause))
            .iter()
            .map(|s| s.fix)
            .collect()
    };
    let stays = run(&trail, &walk(90.0), with_headphones());
    assert_eq!(told(&stays)[..2], [(Trigger, "stop 1"), (Offer, "stop 2")]);
    assert!(matches!(
        stays[1].reason,
        Reason::CommentaryPlaying {
            remaining_ms: 1..,
            ..
        }
    ));
    let then = stays
        .iter()
        .find(|e| matches!(e.reason, Reason::AfterCommentary { .. }))
        .expect("still there, and nothing");
    assert_eq!(
        (then.stops[0].as_str(), then.t_ms - stays[0].t_ms),
        ("stop 2", 60_000)
    );
    let goes = run(&trail, &walk(0.0), with_headphones());
    assert_eq!(
        triggered(&goes),
        ["stop 1", "stop 3"],
        "a story begins at a stop that was left"
    );
}

#[test]
fn several_at_one_spot_are_offered_as_a_list_nearest_first() {
    let mut trail = trail(legs(&[(70.0, 400.0)]), &[100.0, 300.0]);
    let spot = trail.stops[0].position;
    trail
        .stops
        .insert(1, GuideStop::at("other", destination(spot, 0.0, 3.0)));
    let events = run(&trail, &clear_walk(&trail), with_headphones());
    assert_eq!(events[0].kind, Offer);
    assert_eq!(events[0].stops, ["stop 1", "other"]);
    assert!(matches!(events[0].reason, Reason::SeveralFit { count: 2, .. }));
    let mut guide = Guide::new(trail, with_headphones());
    let chosen = guide.choose("other", 0).unwrap();
    assert_eq!((chosen.kind, chosen.reason), (Trigger, Reason::Chosen));
    assert!(guide.choose("nowhere", 0).is_none());
}

#[test]
fn a_scan_interrupts_and_is_a_certain_position() {
    let mut trail = straight();
    let key = |id: &str| Key {
        publication: "demo".parse::<Id>().unwrap(),
        id: id.parse::<Id>().unwrap(),
    };
    trail.stops[1].panels = vec![key("p2")];
    trail.stops[0].commentary_ms = 600_000;
    let mut guide = Guide::new(trail.clone(), with_headphones());
    for fix in clear_walk(&trail).into_iter().take(140) {
        guide.step(fix);
    }
    assert_eq!(guide.snapshot().playing.as_deref(), Some("stop 1"));
    let event = guide.scan(&key("p2"), 140_000);
    assert_eq!(
        (event.kind, event.reason, told(std::slice::from_ref(&event))[0].1),
        (Trigger, Reason::Scanned, "stop 2")
    );
    assert_eq!(guide.snapshot().playing, None, "the first commentary goes on");
    let poor = Fix {
        t_ms: 141_000,
        accuracy_m: 400.0,
        ..clear_walk(&trail)[140]
    };
    guide.step(poor);
    assert!(
        (guide.progress().unwrap().along_m - 300.0).abs() < 15.0,
        "{:?}",
        guide.progress()
    );
    let elsewhere = guide.scan(&key("p9"), 142_000);
    assert_eq!((elsewhere.stops.len(), elsewhere.panels), (0, vec![key("p9")]));
}

#[test]
fn nothing_begins_in_a_bus_or_because_of_one_bad_fix() {
    let trail = straight();
    let by_bus: Vec<_> = clear_walk(&trail)
        .into_iter()
        .step_by(9)
        .zip(0..)
        .map(|(fix, second)| Fix {
            t_ms: second * 1000,
            ..fix
        })
        .collect();
    assert!(triggered(&run(&trail, &by_bus, with_headphones())).is_empty());

    let parked = destination(start(), 70.0, 60.0);
    let mut fixes: Vec<_> = (0..120)
        .map(|second| Fix {
            t_ms: second * 1000,
            position: parked,
            accuracy_m: 5.0,
            speed_m_s: None,
            course_deg: None,
        })
        .collect();
    for liar in [60, 80, 100] {
        fixes[liar].position = trail.stops[1].position;
    }
    let events = run(&trail, &fixes, with_headphones());
    assert_eq!(told(&events), [(Wait, "stop 2")], "one fix that lies, said once");
    assert!(matches!(events[0].reason, Reason::UnlikelyFix { .. }));

    let blurred: Vec<_> = clear_walk(&trail)
        .into_iter()
        .map(|fix| Fix {
            accuracy_m: 90.0,
            ..fix
        })
        .collect();
    assert!(
        triggered(&run(&trail, &blurred, with_headphones())).is_empty(),
        "a story began on an accuracy of 90 m"
    );
}

#[test]
fn leaving_the_trail_and_coming_back_are_said_once() {
    let trail = trail(legs(&[(70.0, 800.0)]), &[100.0, 700.0]);
    let options = WalkOptions {
        seed: 5,
        pace_m_s: Some(1.2),
        detours: vec![Detour {
            at_m: 400.0,
            away_m: 100.0,
            stay_s: 60.0,
        }],
        ..WalkOptions::default()
    };
    let fixes: Vec<_> = simulate(&Line::new(&trail.line), &options)
        .into_iter()
        .map(|s| s.fix)
        .collect();
    let events = run(&trail, &fixes, with_headphones());
    let presence: Vec<_> = events
        .iter()
        .map(|e| e.kind)
        .filter(|kind| matches!(kind, OffTrail | OnTrail))
        .collect();
    assert_eq!(presence, [OffTrail, OnTrail]);
    let mut guide = Guide::new(trail.clone(), with_headphones());
    let off_ms = events.iter().find(|e| e.kind == OffTrail).unwrap().t_ms;
    fixes
        .iter()
        .take_while(|fix| fix.t_ms <= off_ms + 20_000)
        .for_each(|&fix| drop(guide.step(fix)));
    let way_back = guide.snapshot().way_back.unwrap();
    assert!(
        way_back.distance_m > 40.0 && way_back.distance_m < 120.0,
        "{way_back:?}"
    );
    assert!((way_back.bearing_deg - 340.0).abs() < 30.0, "{way_back:?}");
}

#[test]
fn a_walk_goes_on_after_the_app_was_killed() {
    let trail = straight();
    let options = WalkOptions {
        sigma_m: 10.0,
        pace_m_s: Some(1.0),
        ..WalkOptions::default()
    };
    let fixes: Vec<_> = simulate(&Line::new(&trail.line), &options)
        .into_iter()
        .map(|s| s.fix)
        .collect();
    let whole = run(&trail, &fixes, with_headphones());
    assert_eq!(
        whole,
        run(&trail, &fixes, with_headphones()),
        "the same walk gives other decisions"
    );
    let mut guide = Guide::new(trail.clone(), with_headphones());
    let mut events = Vec::new();
    for (index, &fix) in fixes.iter().enumerate() {
        if index % 40 == 39 {
            let written = serde_json::to_string(guide.state()).unwrap();
            assert!(
                written.len() < 64 << 10,
                "the state of a walk takes {} bytes",
                written.len()
            );
            guide = Guide::resume(
                trail.clone(),
                with_headphones(),
                serde_json::from_str(&written).unwrap(),
            );
        }
        events.extend(guide.step(fix));
    }
    assert_eq!(told(&events), told(&whole));
}

#[test]
fn recorded_walks_are_told() {
    let folder = std::env::var("ALLOCLAP_DATA").unwrap_or_else(|_| "../../shared/data".to_owned());
    for name in ["altona-walk.json", "hamburg-gaps.gpx"] {
        let Ok(bytes) = std::fs::read(format!("{folder}/traces/{name}")) else {
            println!("skipped: {folder}/traces/{name} is absent (set ALLOCLAP_DATA)");
            continue;
        };
        let fixes = read_trace(&bytes).unwrap();
        let points: Vec<_> = fixes.iter().map(|fix| fix.position).collect();
        let length_m = Line::new(&points).length_m();
        let metres: Vec<_> = (1..)
            .map(|i| f64::from(i) * 130.0)
            .take_while(|m| *m < length_m - 40.0)
            .collect();
        let trail = trail(points, &metres);
        let events = run(&trail, &fixes, with_headphones());
        let mut heard = triggered(&events);
        println!(
            "{name}: {length_m:.0} m, {} of {} stops told; {:?}",
            heard.len(),
            metres.len(),
            told(&events)
        );
        assert!(
            heard.len() * 10 >= metres.len() * 9,
            "{name}: {} of {} stops told",
            heard.len(),
            metres.len()
        );
        heard.sort_unstable();
        heard.dedup();
        assert_eq!(
            heard.len(),
            triggered(&events).len(),
            "{name}: a story was told twice"
        );
    }
}

/// Fixes as no phone should give them.
fn hostile_fix() -> impl Strategy<Value = Fix> {
    let number = || {
        prop_oneof![
            -200.0..200.0f64,
            Just(f64::NAN),
            Just(f64::INFINITY),
            Just(-0.0),
            Just(1e300)
        ]
    };
    let degrees = (
        prop_oneof![45.42..45.43f64, number()],
        prop_oneof![4.06..4.07f64, number()],
    );
    let t_ms = prop_oneof![0..100_000i64, any::<i64>()];
    let maybe = || prop::option::of(number());
    (t_ms, degrees, number(), maybe(), maybe()).prop_map(
        |(t_ms, (lat_deg, lon_deg), accuracy_m, speed_m_s, course_deg)| Fix {
            t_ms,
            position: Position { lat_deg, lon_deg },
            accuracy_m,
            speed_m_s,
            course_deg,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_fix_and_no_trail_breaks_the_guide(
        fixes in prop::collection::vec(hostile_fix(), 0..60),
        line in prop::collection::vec((45.42..45.43f64, 4.06..4.07f64), 0..6),
        stops in prop::collection::vec((45.42..45.43f64, 4.06..4.07f64), 0..6),
        repeat in any::<bool>(),
    ) {
        let at = |(lat, lon): &(f64, f64)| Position::new(*lat, *lon).unwrap();
        let mut points: Vec<_> = line.iter().map(at).collect();
        if repeat {
            points.extend(points.clone().last().copied());
        }
        let stops = stops.iter().enumerate().map(|(i, p)| GuideStop::at(&i.to_string(), at(p))).collect();
        let mut guide = Guide::new(GuideTrail { line: points, stops }, with_headphones());
        for fix in fixes {
            for event in guide.step(fix) {
                prop_assert!(event.progress_m.is_none_or(f64::is_finite), "{event:?}");
            }
            if let Some(progress) = guide.progress() {
                prop_assert!(progress.along_m.is_finite() && (0.0..=1.0).contains(&progress.certainty), "{progress:?}");
            }
            let snapshot = guide.snapshot();
            prop_assert!(snapshot.next.is_none_or(|next| next.distance_m.is_finite()));
        }
    }
}
