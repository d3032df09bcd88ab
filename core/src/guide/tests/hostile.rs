//! Fixes, trails and states as nobody should give them: each has a documented rule, and none breaks the guide.

use super::*;

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

/// The clear walk with every fix changed, and a good fix after each.
fn among_good_ones(change: impl Fn(Fix) -> Fix) -> Vec<Fix> {
    clear_walk(&straight())
        .into_iter()
        .flat_map(|fix| [change(fix), fix])
        .collect()
}

#[test]
fn what_is_no_fix_is_passed_over() {
    let trail = straight();
    let whole = run(&trail, &clear_walk(&trail), with_headphones());
    let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, 91.0, -90.001];
    for number in numbers {
        let moved = |fix: Fix| Fix {
            position: Position {
                lat_deg: number,
                ..fix.position
            },
            ..fix
        };
        let events = run(&trail, &among_good_ones(moved), with_headphones());
        assert_eq!(
            told(&events),
            told(&whole),
            "a latitude of {number} changed the walk"
        );
    }
    for lon_deg in [f64::NAN, 180.5, -1e9] {
        let moved = |fix: Fix| Fix {
            position: Position {
                lon_deg,
                ..fix.position
            },
            ..fix
        };
        let events = run(&trail, &among_good_ones(moved), with_headphones());
        assert_eq!(
            told(&events),
            told(&whole),
            "a longitude of {lon_deg} changed the walk"
        );
    }
}

#[test]
fn an_accuracy_that_cannot_be_true_counts_as_a_poor_one() {
    let trail = straight();
    for accuracy_m in [0.0, -5.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let fixes: Vec<Fix> = clear_walk(&trail)
            .into_iter()
            .map(|fix| Fix { accuracy_m, ..fix })
            .collect();
        let heard = triggered(&run(&trail, &fixes, with_headphones())).len();
        assert_eq!(heard, 3, "with an accuracy of {accuracy_m} stories are missed");
    }
    let huge: Vec<Fix> = clear_walk(&trail)
        .into_iter()
        .map(|fix| Fix {
            accuracy_m: 1e9,
            ..fix
        })
        .collect();
    assert!(
        triggered(&run(&trail, &huge, with_headphones())).is_empty(),
        "a story began though the phone knows nothing"
    );
}

#[test]
fn time_that_stands_still_or_runs_backwards_is_passed_over_and_a_leap_begins_anew() {
    let trail = straight();
    let fixes = clear_walk(&trail);
    let whole = run(&trail, &fixes, with_headphones());
    let mut odd = Vec::new();
    for (index, &fix) in fixes.iter().enumerate() {
        odd.push(fix);
        odd.push(fix);
        odd.push(Fix {
            t_ms: fix.t_ms - 30_000,
            ..fixes[index / 2]
        });
    }
    assert_eq!(told(&run(&trail, &odd, with_headphones())), told(&whole));
    // Far in the future, and then as before: five fixes later the clock is believed to be set back.
    let mut leap = fixes.clone();
    leap[60].t_ms = i64::MAX;
    let heard = triggered(&run(&trail, &leap, with_headphones())).len();
    assert_eq!(heard, 3, "one fix from the future ends the walk");
}

#[test]
fn a_trail_of_a_hundred_thousand_points_and_repeated_ones_are_walked() {
    let mut points = legs(&[(70.0, 600.0)]);
    let last = *points.last().unwrap();
    points = points.into_iter().flat_map(|point| [point; 3]).collect();
    let repeated = GuideTrail {
        line: points,
        ..straight()
    };
    assert_eq!(
        triggered(&run(&repeated, &clear_walk(&straight()), with_headphones())).len(),
        3
    );
    let long: Vec<Position> = (0..100_000)
        .map(|i| destination(start(), 70.0, 0.5 * f64::from(i)))
        .collect();
    let long = GuideTrail {
        line: long,
        ..straight()
    };
    assert_eq!(
        triggered(&run(&long, &clear_walk(&straight()), with_headphones())).len(),
        3
    );
    let nothing = GuideTrail::default();
    assert!(run(&nothing, &clear_walk(&straight()), with_headphones()).is_empty());
    let point = GuideTrail {
        line: vec![last],
        stops: vec![GuideStop::at("end", last)],
    };
    assert_eq!(
        triggered(&run(&point, &clear_walk(&straight()), with_headphones())),
        ["end"]
    );
}

#[test]
fn a_stop_far_off_the_line_is_told_by_whoever_goes_there() {
    let mut trail = straight();
    trail.stops[1].position = destination(trail.stops[1].position, 340.0, 500.0);
    let along = run(&trail, &clear_walk(&trail), with_headphones());
    assert_eq!(
        triggered(&along),
        ["stop 1", "stop 3"],
        "told half a kilometre away"
    );
    let aside: Vec<Fix> = (0..120)
        .map(|second| Fix {
            t_ms: second * 1_000,
            position: destination(trail.stops[1].position, 160.0, (60 - second).max(0) as f64),
            accuracy_m: 8.0,
            speed_m_s: None,
            course_deg: None,
        })
        .collect();
    assert_eq!(triggered(&run(&trail, &aside, with_headphones())), ["stop 2"]);
}

#[test]
fn a_state_that_is_cut_or_of_another_trail_begins_anew() {
    let trail = straight();
    let mut guide = Guide::new(trail.clone(), with_headphones());
    let fixes = clear_walk(&trail);
    fixes.iter().take(200).for_each(|&fix| drop(guide.step(fix)));
    let saved = guide.saved();
    for cut in [0, 1, saved.len() / 2, saved.len() - 1] {
        let mut guide = Guide::resume(trail.clone(), with_headphones(), GuideState::read(&saved[..cut]));
        let events: Vec<_> = fixes.iter().flat_map(|&fix| guide.step(fix)).collect();
        assert_eq!(
            triggered(&events).len(),
            3,
            "a state of {cut} bytes stops the guide"
        );
    }
    let mut other = Guide::resume(
        GuideTrail {
            line: legs(&[(250.0, 90.0)]),
            stops: Vec::new(),
        },
        with_headphones(),
        GuideState::read(&saved),
    );
    fixes.iter().for_each(|&fix| drop(other.step(fix)));
    assert!(other.progress().unwrap().along_m <= 90.0);
}

#[test]
fn what_a_walk_remembers_does_not_grow_with_it() {
    let trail = trail(legs(&[(70.0, 1_000.0), (250.0, 1_000.0)]), &[200.0, 700.0]);
    let options = WalkOptions {
        sigma_m: 20.0,
        detours: vec![Detour {
            at_m: 500.0,
            away_m: 0.0,
            stay_s: 3_600.0,
        }],
        ..WalkOptions::default()
    };
    let mut guide = Guide::new(trail.clone(), with_headphones());
    let mut largest = 0;
    for (index, second) in simulate(&Line::new(&trail.line), &options).iter().enumerate() {
        guide.step(second.fix);
        if index % 200 == 199 {
            largest = largest.max(guide.saved().len());
        }
    }
    assert!(largest < 64 << 10, "after two hours a walk takes {largest} bytes");
}
