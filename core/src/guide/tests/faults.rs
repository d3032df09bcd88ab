//! Rides, bad fixes, detours, an app that is killed, and walks that were recorded.

use super::*;

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
    let events = run(&trail, &blurred, with_headphones());
    assert!(
        triggered(&events).is_empty(),
        "a story began on an accuracy of 90 m"
    );
    let poor = |event: &GuideEvent| matches!(event.reason, Reason::PoorAccuracy { accuracy_m, .. } if accuracy_m == 90.0);
    assert!(
        events.iter().any(poor),
        "nobody is told why nothing begins: {events:?}"
    );
}

#[test]
fn nobody_is_fast_before_two_fixes_say_so() {
    let trail = straight();
    let fixes: Vec<_> = (0..30)
        .map(|second| Fix {
            t_ms: second * 1_000,
            position: trail.stops[0].position,
            accuracy_m: 5.0,
            speed_m_s: None,
            course_deg: None,
        })
        .collect();
    let events = run(&trail, &fixes, with_headphones());
    assert_eq!(
        told(&events),
        [(Trigger, "stop 1")],
        "who begins at a stop is there, and on no ride"
    );
    assert!(events[0].t_ms <= 10_000, "{:?}", events[0]);
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
