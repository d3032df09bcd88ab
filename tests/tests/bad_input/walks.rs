//! Traces and lines that are none.

use crate::{TRAIL, complains, file, folder, misused};
use alloclap_tests::{sample, text, visitor};
use std::fs;

#[test]
fn a_trace_that_is_none_is_told() {
    let folder = folder();
    let lines: String = (0..20)
        .map(|n| format!("<!ENTITY e{} \"{}\">", n + 1, format!("&e{n};").repeat(10)))
        .collect();
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE gpx [<!ENTITY e0 \"ha\">{lines}]><gpx><trk><name>&e20;</name></trk></gpx>"
    );
    let huge = folder.path().join("huge.gpx");
    // A file with a hole: large without taking room.
    fs::File::create(&huge)
        .and_then(|file| file.set_len(80_000_000))
        .expect("a large file");
    for (trace, says) in [
        (
            file(
                &folder,
                "drawn.gpx",
                "<gpx><trk><trkseg><trkpt lat=\"48\" lon=\"2\"/></trkseg></trk></gpx>",
            ),
            "time",
        ),
        (file(&folder, "bomb.gpx", bomb), "XML"),
        (
            file(&folder, "cut.gpx", "<gpx><trk><trkseg><trkpt lat=\"48\""),
            "XML",
        ),
        (file(&folder, "page.gpx", "<html><body/></html>"), "html"),
        (file(&folder, "empty.gpx", ""), "empty.gpx"),
        (
            file(
                &folder,
                "pole.gpx",
                "<gpx><trk><trkseg><trkpt lat=\"148\" lon=\"2\"><time>2026-05-01T10:00:00Z</time></trkpt></trkseg></trk></gpx>",
            ),
            "1",
        ),
        (
            file(&folder, "latin.gpx", b"<gpx><name>\xe9\xe9</name></gpx>"),
            "UTF-8",
        ),
        (
            file(
                &folder,
                "short.json",
                "{\"times\":[0],\"latlon\":[[48,2],[48,2]]}",
            ),
            "latlon",
        ),
        (text(&huge), "80.0 MB"),
        (text(&folder.path().join("missing.gpx")), "no such file"),
        (text(folder.path()), "folder"),
    ] {
        let said = complains(visitor(&["walk", TRAIL, "--trace", &trace]), &[&trace, says]);
        assert!(said.len() < 400 + trace.len(), "that is no clear line: {said}");
    }
    let trace = text(&sample("walks/montmartre.gpx"));
    let empty = file(&folder, "nothing.gpx", "<gpx/>");
    complains(visitor(&["walk", &empty, "--trace", &trace]), &["nothing.gpx"]);
}

#[test]
fn a_walk_that_nobody_walks_is_not_simulated() {
    let folder = folder();
    let out = text(&folder.path().join("walk.gpx"));
    for (option, value) in [
        ("--sigma", "-1"),
        ("--sigma", "NaN"),
        ("--bias", "inf"),
        ("--jumps", "2"),
        ("--pace", "0"),
        ("--pace", "100"),
        ("--seed", "-1"),
        ("--gap", "5"),
        ("--detour", "10,80"),
        ("--detour", "10,1e9,5"),
    ] {
        misused(
            visitor(&["simulate", TRAIL, option, value, "--out", &out]),
            &[option, value],
        );
    }
    complains(
        visitor(&["simulate", TRAIL, "--detour", "999999,80,60", "--out", &out]),
        &["2.2 km", "detour"],
    );
    misused(
        visitor(&["nearby", "48.88,2.33", "--regions", "20", "--within", "400"]),
        &["--regions", "does not go with", "--within"],
    );
    misused(
        visitor(&["nearby", "48.88,2.33", "--within", "-5"]),
        &["--within", "-5"],
    );
    assert!(
        !folder.path().join("walk.gpx").exists(),
        "a refused walk was written"
    );
}
