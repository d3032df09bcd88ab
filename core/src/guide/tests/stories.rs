//! When a story sounds, is offered or waits: closed and quiet places, headphones, several at one spot, scans.

use super::*;
use crate::trail::Direction;

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
fn who_wanders_about_before_a_panel_is_told_and_need_not_walk_past() {
    let trail = straight();
    let line = Line::new(&trail.line);
    let walk = |metres: f64, second: i64| Fix {
        t_ms: second * 1_000,
        position: line.point_at(metres).unwrap(),
        accuracy_m: 8.0,
        speed_m_s: None,
        course_deg: None,
    };
    // Up to 12 m before the panel, then two minutes to and fro at a walking pace.
    let there = (0..115).map(|second| walk(1.2 * second as f64, second));
    let to_and_fro = (115..235).map(|second| {
        let phase = (second - 115) % 12;
        walk(138.0 - 1.2 * phase.min(12 - phase) as f64, second)
    });
    let fixes: Vec<Fix> = there.chain(to_and_fro).collect();
    let events = run(&trail, &fixes, with_headphones());
    assert_eq!(
        triggered(&events),
        ["stop 1"],
        "two minutes before a panel, and nothing told"
    );
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

/// The trail with its middle stop shut until half past, counted from the first fix.
fn shut_at_noon() -> GuideTrail {
    let mut trail = straight();
    trail.stops[1].hours = Some(OpenHours {
        known_from_ms: i64::MIN,
        known_until_ms: i64::MAX,
        open: vec![OpenSpan {
            from_ms: 1_800_000,
            until_ms: 7_200_000,
        }],
    });
    trail
}

#[test]
fn a_stop_that_is_shut_at_this_hour_is_skipped_and_says_when_it_opens() {
    let trail = shut_at_noon();
    let fixes = clear_walk(&trail);
    let events = run(&trail, &fixes, with_headphones());
    assert_eq!(triggered(&events), ["stop 1", "stop 3"]);
    let waited: Vec<_> = events.iter().filter(|event| event.kind == Wait).collect();
    assert_eq!(waited.len(), 1, "said once: {waited:?}");
    let Reason::Shut { opens_in_ms, .. } = waited[0].reason else {
        panic!("shut, and not said: {:?}", waited[0]);
    };
    assert_eq!(opens_in_ms, Some((1_800_000 - waited[0].t_ms) as u64));
    let later: Vec<Fix> = fixes
        .iter()
        .map(|fix| Fix {
            t_ms: fix.t_ms + 1_800_000,
            ..*fix
        })
        .collect();
    let events = run(&trail, &later, with_headphones());
    assert_eq!(
        triggered(&events),
        ["stop 1", "stop 2", "stop 3"],
        "open, and skipped"
    );
    let mut guide = Guide::new(trail, with_headphones());
    fixes.iter().take(150).for_each(|&fix| drop(guide.step(fix)));
    let next = guide.snapshot().next.unwrap();
    assert_eq!(
        next.id, "stop 3",
        "a stop that is shut is announced as the next one"
    );
}

#[test]
fn what_no_recording_says_is_said_aloud_where_sound_may_begin() {
    let trail = shut_at_noon();
    let fixes = clear_walk(&trail);
    let said = |options: GuideOptions| {
        let mut guide = Guide::new(trail.clone(), options);
        let mut said: Vec<String> = Vec::new();
        for &fix in &fixes {
            guide.step(fix);
            if let Some(aloud) = guide.snapshot().aloud
                && said.last() != Some(&aloud.french)
            {
                assert!(!aloud.english.is_empty());
                said.push(aloud.french);
            }
        }
        said
    };
    assert_eq!(
        said(with_headphones()),
        [
            "stop 1",
            "stop 2 : fermé à cette heure.",
            "stop 3. Le parcours s’achève ici."
        ]
    );
    assert!(
        said(GuideOptions::default()).is_empty(),
        "the phone talks without headphones"
    );
    let mut recorded = trail.clone();
    recorded.stops[0].commentary_ms = 600_000;
    let mut guide = Guide::new(recorded, with_headphones());
    fixes.iter().for_each(|&fix| drop(guide.step(fix)));
    assert_eq!(guide.snapshot().aloud, None, "the phone talks over a story");
}

#[test]
fn a_screen_has_all_that_it_shows() {
    let mut trail = trail(legs(&[(70.0, 600.0)]), &[150.0, 300.0, 450.0]);
    let key = |id: &str| Key {
        publication: "demo".parse::<Id>().unwrap(),
        id: id.parse::<Id>().unwrap(),
    };
    trail.stops[0].panels = vec![key("p1"), key("p2")];
    trail.stops[0].quiet = true;
    let mut guide = Guide::new(trail.clone(), with_headphones());
    for fix in clear_walk(&trail) {
        let events = guide.step(fix);
        let snapshot = guide.snapshot();
        if events.iter().any(|event| event.kind == Offer) {
            assert_eq!(snapshot.offered, ["stop 1"]);
            assert_eq!(snapshot.offered_panels, [key("p1"), key("p2")]);
            let next = snapshot.next.unwrap();
            assert_eq!(next.id, "stop 2");
            assert!((next.distance_m - 150.0).abs() < 20.0, "{next:?}");
            assert!((next.bearing_deg - 70.0).abs() < 10.0, "{next:?}");
            assert!((next.time_s - next.distance_m / 1.2).abs() < 60.0, "{next:?}");
            let (progress_m, remaining_m) = (snapshot.progress_m.unwrap(), snapshot.remaining_m.unwrap());
            assert!((progress_m + remaining_m - 600.0).abs() < 1.0);
            assert_eq!(snapshot.direction, Direction::Forward);
            assert!(snapshot.way_back.is_none() && !snapshot.completed);
            assert_eq!(snapshot.location.positioning, Positioning::Best);
            assert!(matches!(snapshot.last_reason, Some(Reason::QuietPlace { .. })));
            return;
        }
    }
    panic!("the quiet stop was never offered");
}

#[test]
fn who_roams_past_a_place_again_hears_it_only_after_a_while() {
    let out_and_back = trail(legs(&[(70.0, 200.0), (250.0, 200.0)]), &[100.0]);
    let fixes = clear_walk(&out_and_back);
    let places = GuideTrail {
        line: Vec::new(),
        ..out_and_back
    };
    let mut guide = Guide::new(places, with_headphones());
    let mut hear = |fixes: &[Fix], later_ms: i64| -> usize {
        let events: Vec<_> = fixes
            .iter()
            .flat_map(|fix| {
                guide.step(Fix {
                    t_ms: fix.t_ms + later_ms,
                    ..*fix
                })
            })
            .collect();
        triggered(&events).len()
    };
    assert_eq!(hear(&fixes, 0), 1, "told on the way out and on the way back");
    assert_eq!(hear(&fixes, 900_000), 0, "told again after a quarter of an hour");
    assert_eq!(hear(&fixes, 3_600_000), 1, "never told again");
}

#[test]
fn a_zone_away_from_its_panel_is_where_the_story_begins() {
    let mut trail = straight();
    let line = Line::new(&trail.line);
    let at = |metres: f64, aside_m: f64| destination(line.point_at(metres).unwrap(), 160.0, aside_m);
    // A lay-by, 60 to 90 m before the panel at 300 m: traffic is heavy in front of it.
    let corners = vec![
        at(210.0, -15.0),
        at(240.0, -15.0),
        at(240.0, 15.0),
        at(210.0, 15.0),
    ];
    for zone in [
        Zone::Polygon { corners },
        Zone::Circle {
            centre: at(225.0, 0.0),
            radius_m: 15.0,
        },
    ] {
        trail.stops[1].zone = Some(zone.clone());
        for line in [trail.line.clone(), Vec::new()] {
            let fixes = clear_walk(&trail);
            let walked = GuideTrail {
                line,
                ..trail.clone()
            };
            let events = run(&walked, &fixes, with_headphones());
            let begun = events
                .iter()
                .find(|e| e.kind == Trigger && e.stops == ["stop 2"])
                .unwrap_or_else(|| panic!("not told in {zone:?}: {events:?}"));
            let fix = fixes.iter().find(|fix| fix.t_ms == begun.t_ms).unwrap();
            let there = Line::new(&trail.line).project(fix.position).unwrap().along_m;
            assert!(
                (205.0..=245.0).contains(&there),
                "told at {there:.0} m, outside of {zone:?}"
            );
        }
    }
}
