//! A walk along a trail.

use crate::{WALK, number, walk};
use alloclap_tests::{at, data, sample, text, visitor};
use std::fs;

#[test]
fn a_walk_tells_each_stop_once_and_in_order() {
    let events = walk(&["--json"]).objects();
    let told: Vec<&str> = events
        .iter()
        .filter(|event| ["trigger", "offer"].contains(&at(event, "event")))
        .map(|event| at(event, "stop"))
        .collect();
    assert_eq!(
        told,
        [
            "stop-deux-moulins",
            "stop-marche-de-la-butte",
            "stop-rue-berthe",
            "stop-manege",
            "stop-rue-foyatier",
            "stop-vers-la-rue-des-saules",
            "stop-maison-rose",
            "stop-lamarck-caulaincourt",
        ]
    );
    let quiet = events
        .iter()
        .find(|event| event["stop"] == "stop-marche-de-la-butte")
        .expect("the grocer's");
    assert_eq!(
        at(quiet, "event"),
        "offer",
        "at a quiet place nothing starts by itself: {quiet}"
    );
    assert!(
        events.iter().all(|event| event["reason"].is_object()),
        "each decision has its reason"
    );
    assert!(
        events.iter().any(|event| at(event, "event") == "completed"),
        "the trail is walked to its end"
    );
    let times: Vec<f64> = events.iter().map(|event| number(event, "t_ms")).collect();
    assert!(times.is_sorted(), "events come as they happen: {times:?}");
}

#[test]
fn every_fix_is_told_when_asked_for() {
    let told = walk(&["--json", "--every-fix"]).objects();
    let fixes: Vec<_> = told
        .iter()
        .filter(|object| at(object, "event") == "fix")
        .collect();
    let recorded = fs::read_to_string(sample(WALK))
        .expect("the walk")
        .matches("<trkpt")
        .count();
    assert_eq!(fixes.len(), recorded);
    assert_eq!(number(fixes[0], "t_ms"), 0.0, "time runs from the first fix");
    let last = fixes[fixes.len() - 1];
    assert!(
        number(last, "progress_m") > 2_000.0 && last["on_trail"] == true,
        "{last}"
    );
    assert!(number(last, "offset_m") < 50.0, "{last}");
}

#[test]
fn a_plain_file_is_a_trail_and_a_public_trace_is_walked() {
    let line = text(&sample("saint-bonnet/trails/montmartre-au-cinema.gpx"));
    let trace = text(&sample(WALK));
    visitor(&["walk", &line, "--trace", &trace, "--json"]).ok();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let trail = folder.path().join("trail.gpx");
    fs::write(
        &trail,
        "<gpx><wpt lat=\"48.88493\" lon=\"2.33364\"><name>Le café</name></wpt><trk><trkseg>\
         <trkpt lat=\"48.8840\" lon=\"2.3328\"/><trkpt lat=\"48.8858\" lon=\"2.3345\"/></trkseg></trk></gpx>",
    )
    .expect("a trail");
    let events = visitor(&["walk", &text(&trail), "--trace", &trace, "--json"])
        .ok()
        .objects();
    let first = events
        .iter()
        .find(|event| at(event, "event") == "trigger")
        .expect("a trigger at the waypoint");
    assert_eq!(at(first, "stop"), "Le café", "a waypoint is named by its name");
    if let Some(altona) = data("traces/altona-walk.json") {
        let fixes = visitor(&[
            "walk",
            &text(&trail),
            "--trace",
            &text(&altona),
            "--json",
            "--every-fix",
        ])
        .ok()
        .objects();
        assert_eq!(
            fixes.iter().filter(|object| at(object, "event") == "fix").count(),
            2_179
        );
    }
}
