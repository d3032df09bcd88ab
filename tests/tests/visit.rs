//! The whole visit as a person makes it, step by step through the `alloclap` command: a town publishes, a phone syncs, the
//! server goes away, and everything else happens without network. What can go wrong is tried in `bad_input.rs`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use alloclap_core::catalogue::model::Audience;
use alloclap_core::companion::{Clock, Companion, Preferences};
use alloclap_tests::{Ran, Server, alloclap, at, build, copy, data, guide, sample, text, visitor};
use jiff::civil::Date;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A panel of the samples with a commentary in French, English and for children.
const CODE: &str = "YKW3-QPT9";
const TRAIL: &str = "trail-montmartre";
const WALK: &str = "walks/montmartre.gpx";

fn walk(more: &[&str]) -> Ran {
    let trace = text(&sample(WALK));
    visitor(&[&["walk", TRAIL, "--trace", &trace], more].concat()).ok()
}

fn only(ran: Ran) -> Value {
    let mut objects = ran.ok().objects();
    assert_eq!(objects.len(), 1, "one object was expected: {objects:?}");
    objects.remove(0)
}

fn number(object: &Value, key: &str) -> f64 {
    object[key]
        .as_f64()
        .unwrap_or_else(|| panic!("no number \"{key}\" in {object}"))
}

// Publishing and syncing.

#[test]
fn the_samples_have_nothing_to_mend() {
    let source = text(&sample("saint-bonnet"));
    let checked = alloclap(&["publish", "check", &source, "--json"]).ok();
    let severe: Vec<_> = checked
        .objects()
        .into_iter()
        .filter(|finding| at(finding, "severity") == "error")
        .collect();
    assert_eq!(severe, Vec::<Value>::new());
}

#[test]
fn a_sync_tells_the_size_before_and_the_truth_after() {
    let guide = guide();
    let events = &guide.synced;
    let (first, last) = (&events[0], &events[events.len() - 1]);
    assert_eq!(
        (at(first, "event"), at(last, "event")),
        ("plan", "done"),
        "{events:?}"
    );
    let progress: Vec<_> = events
        .iter()
        .filter(|event| at(event, "event") == "progress")
        .collect();
    assert!(!progress.is_empty(), "a sync without progress: {events:?}");
    for event in &progress {
        // What two packs share is announced with each, and downloaded once.
        assert!(
            number(event, "bytes_total") <= number(first, "bytes"),
            "more than was announced: {event}"
        );
        assert!(
            number(event, "bytes_done") <= number(event, "bytes_total"),
            "{event}"
        );
    }
    assert_eq!(
        (&last["places"], &last["panels"]),
        (&guide.built["places"], &guide.built["panels"])
    );
    assert_eq!(
        (number(last, "trails"), last["skipped"].as_array().map(Vec::len)),
        (1.0, Some(0)),
        "{last}"
    );
}

#[test]
fn a_refresh_downloads_only_what_changed_and_the_old_guide_serves_until_then() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = copy(&sample("saint-bonnet"));
    let (public, phone) = (folder.path().join("public"), text(&folder.path().join("phone")));
    build(source.path(), &public);
    let server = Server::start(&public);
    alloclap(&["sync", &server.url, "--data", &phone]).ok();
    let refresh = || alloclap(&["sync", "--data", &phone, "--json"]).ok().objects();
    let unchanged = refresh();
    assert_eq!(
        (&unchanged[0]["files"], &unchanged[0]["bytes"]),
        (&0.into(), &0.into()),
        "nothing is downloaded twice"
    );

    let panels = source.path().join("panels/montmartre.toml");
    let words = fs::read_to_string(&panels).expect("the panels");
    fs::write(
        &panels,
        words.replace(
            "Amélie's café was not invented",
            "Amélie's café was never invented",
        ),
    )
    .expect("a hand edit");
    assert_eq!(build(source.path(), &public)["version"], 2);
    let infoclap = || {
        at(
            &only(alloclap(&["panel", "2GVM-19D9", "--data", &phone, "--json"])),
            "infoclap.text",
        )
        .to_owned()
    };
    assert!(
        infoclap().contains("was not invented"),
        "before the refresh the old words answer"
    );
    let changed = refresh();
    assert!(
        infoclap().contains("was never invented"),
        "after the refresh the new words answer"
    );
    assert!(
        number(&changed[0], "bytes") < 100_000.0,
        "one sentence does not cost a guide: {}",
        changed[0]
    );
}

#[test]
fn two_guides_live_in_one_folder_and_one_can_go() {
    let other = copy(&sample("saint-bonnet"));
    let toml = other.path().join("publication.toml");
    let words = fs::read_to_string(&toml).expect("publication.toml");
    fs::write(
        &toml,
        words
            .replace("\"alloclap-samples\"", "\"second-guide\"")
            .replace("name = \"AlloClap\"", "name = \"Second\""),
    )
    .expect("publication.toml");
    let phone = copy(&guide().phone);
    let (phone, folder) = (
        text(phone.path()),
        tempfile::tempdir().expect("a temporary folder"),
    );
    build(other.path(), folder.path());
    let server = Server::start(folder.path());
    alloclap(&["sync", &server.url, "--data", &phone]).ok();

    let guides = alloclap(&["guides", "--data", &phone, "--json"]).ok().objects();
    let mut names: Vec<_> = guides.iter().map(|guide| at(guide, "publication")).collect();
    names.sort_unstable();
    assert_eq!(names, ["alloclap-samples", "second-guide"]);
    let choice = only(alloclap(&["panel", "YKW3-QPT9", "--data", &phone, "--json"]));
    assert_eq!(
        at(&choice, "is"),
        "choice",
        "both know the code, so the visitor chooses: {choice}"
    );
    let films = alloclap(&["film", "film-amelie", "--data", &phone, "--json"])
        .ok()
        .objects();
    assert_eq!(films.len(), 2, "a film of both guides is shown from both");

    alloclap(&["sync", &server.url, "--forget", "--data", &phone]).ok();
    let panel = only(alloclap(&["panel", "YKW3-QPT9", "--data", &phone, "--json"]));
    assert_eq!(
        at(&panel, "publication"),
        "alloclap-samples",
        "the other guide is as it was"
    );
}

// Without network.

#[test]
fn a_photographed_flashcode_opens_its_panel() {
    let (easy, hard) = (
        text(&sample("photos/saint-bonnet-easy.jpg")),
        text(&sample("photos/deux-moulins-hard.jpg")),
    );
    let seen = visitor(&["scan", &easy, &hard, "--json"]).ok().objects();
    for (object, panel) in seen.iter().zip(["panel-saint-bonnet", "panel-deux-moulins"]) {
        let codes = object["codes"].as_array().expect("codes");
        assert_eq!(codes.len(), 1, "{object}");
        assert_eq!(
            (at(&codes[0], "panel"), at(&codes[0], "symbology")),
            (panel, "qr_code"),
            "{object}"
        );
        assert_eq!(codes[0]["corners"].as_array().map(Vec::len), Some(4), "{object}");
    }
    assert_eq!(seen.len(), 2);
    let shown = visitor(&["scan", &easy]).ok().stdout;
    assert!(
        shown.contains("Korkoro (2009)") && shown.contains("Tony Gatlif"),
        "a person sees the panel: {shown}"
    );
}

#[test]
fn every_sample_code_answers_as_its_panel_stands() {
    let answer = |code: &str| only(visitor(&["panel", code, "--json"]));
    for (typed, id) in [
        ("YKW3-QPT9", "panel-saint-bonnet"),
        ("ykw3qpt9", "panel-saint-bonnet"),
        ("https://alloclap.example/p/2GVM-19D9", "panel-deux-moulins"),
        // The number of an old Flashcode.
        ("420401", "panel-rue-du-port"),
        // Ordered, not put up yet; and damaged: both are still told about.
        ("JANV-D7GK", "panel-bir-hakeim"),
        ("8DJQ-Q4RF", "panel-rue-du-port"),
    ] {
        assert_eq!(at(&answer(typed), "id"), id, "typed: {typed}");
    }
    let withdrawn = answer("8F88-NAWJ");
    assert_eq!(
        (at(&withdrawn, "is"), at(&withdrawn, "panel.id")),
        ("withdrawn", "panel-hotel-du-nord")
    );
    let removed = answer("AW4G-160G");
    assert_eq!(
        (at(&removed, "is"), at(&removed, "replaced_by")),
        ("withdrawn", "panel-deux-moulins")
    );
    let draft = visitor(&["panel", "K44C-3RTM"]).complaint();
    assert!(
        draft.contains("K44C-3RTM"),
        "a draft is nobody's business: {draft}"
    );
}

#[test]
fn a_panel_tells_film_place_access_and_whom_to_call() {
    let panel = only(visitor(&["panel", "JY15-NV3W", "--json"]));
    assert_eq!(
        (at(&panel, "film.id"), at(&panel, "access.step_free")),
        ("film-john-wick-4", "no")
    );
    assert_eq!(at(&panel, "damage_contact"), "panneaux@alloclap.example");
    let voices = panel["commentaries"].as_array().expect("commentaries");
    assert!(
        voices.iter().all(|voice| voice["present"] == true),
        "what was synced is here: {voices:?}"
    );
    assert_eq!(
        at(&voices[0], "language"),
        "en",
        "the visitor's language comes first"
    );
    let film = visitor(&["film", "film-liberte", "--ui", "en"]).ok().stdout;
    for words in [
        "Korkoro (2009)",
        "Deals with persecution",
        "Saint-Bonnet-le-Château",
        "Tony Gatlif",
    ] {
        assert!(film.contains(words), "the film's page lacks \"{words}\": {film}");
    }
}

#[test]
fn nearby_is_nearest_first() {
    let places = visitor(&["nearby", "48.8848,2.3336", "-n", "5", "--json"])
        .ok()
        .objects();
    assert_eq!(
        (at(&places[0], "place.id"), at(&places[0], "panel")),
        ("cafe-des-deux-moulins", "panel-deux-moulins")
    );
    let distances: Vec<f64> = places.iter().map(|place| number(place, "distance_m")).collect();
    assert!(distances.len() == 5 && distances.is_sorted(), "{distances:?}");
    let south = visitor(&["nearby", "-48.8848,2.3336", "-n", "1", "--json"])
        .ok()
        .objects();
    assert!(
        number(&south[0], "distance_m") > 10e6,
        "a southern latitude is no option: {south:?}"
    );
}

#[test]
fn a_radius_keeps_what_is_near_and_regions_wake_a_phone() {
    let within = visitor(&[
        "nearby",
        "48.8848,2.3336",
        "--within",
        "400",
        "-n",
        "1000",
        "--json",
    ])
    .ok()
    .objects();
    assert!(!within.is_empty());
    for place in &within {
        assert!(number(place, "distance_m") <= 400.0, "{place}");
    }
    let further = visitor(&["nearby", "48.8848,2.3336", "-n", "1000", "--json"])
        .ok()
        .objects();
    let near = further
        .iter()
        .filter(|place| number(place, "distance_m") <= 400.0);
    assert_eq!(near.count(), within.len(), "a place within the radius is missing");

    let regions = visitor(&["nearby", "48.8848,2.3336", "--regions", "5", "--json"])
        .ok()
        .objects();
    assert!(regions.len() <= 5, "iOS would refuse the rest: {regions:?}");
    assert!(
        regions[0]["place"].is_null() && regions[0]["on_enter"] == false,
        "{:?}",
        regions[0]
    );
    let bubble_m = number(&regions[0], "radius_m");
    let watched: Vec<&str> = regions[1..].iter().map(|region| at(region, "place")).collect();
    for place in &further {
        let inside = number(place, "distance_m") < bubble_m - 0.1;
        let id = at(place, "place.id");
        assert!(
            !inside || bubble_m <= 100.0 || watched.contains(&id),
            "somebody walks past {id} in a bubble of {bubble_m} m, and the phone sleeps"
        );
    }
}

#[test]
fn search_forgives_accents_case_and_slips() {
    let best = |words: &[&str]| {
        let hits = visitor(&[&["search"], words, &["--json"]].concat())
            .ok()
            .objects();
        hits.first()
            .map(|hit| at(hit, "id").to_owned())
            .unwrap_or_default()
    };
    for typed in [["amelie", "poulain"], ["AMÉLIE", "POULAIN"], ["amélie", "poulin"]] {
        assert_eq!(best(&typed), "film-amelie", "typed: {typed:?}");
    }
    assert_eq!(best(&["gatlfi"]), "tony-gatlif");
    assert_eq!(best(&["saint bonnet"]), best(&["Saint-Bonnet"]));
    let nothing = visitor(&["search", "zzzzqqqq"]).ok().stdout;
    assert!(nothing.contains("zzzzqqqq"), "an empty answer says so: {nothing}");
}

#[test]
fn guides_name_what_is_here() {
    let guide = only(visitor(&["guides", "--json"]));
    assert_eq!(
        (at(&guide, "publication"), at(&guide, "url")),
        ("alloclap-samples", self::guide().url.as_str())
    );
    let trail = &guide["trails"][0];
    assert_eq!(
        (at(trail, "id"), trail["stops"].as_array().map(Vec::len)),
        (TRAIL, Some(8)),
        "{trail}"
    );
    let shown = visitor(&["guides", "--ui", "fr"]).ok().stdout;
    assert!(
        shown.contains("Montmartre, de film en film") && shown.contains("8 étapes"),
        "{shown}"
    );
}

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

#[test]
fn a_rendered_commentary_is_the_sound_that_a_player_makes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wav = folder.path().join("commentary.wav");
    let done = only(visitor(&[
        "listen",
        "YKW3-QPT9",
        "--lang",
        "fr",
        "--out",
        &text(&wav),
        "--json",
    ]));
    assert_eq!(at(&done, "commentary.id"), "commentary-saint-bonnet-fr");
    let bytes = fs::read(&wav).expect("the WAV file");
    assert_eq!(
        (&bytes[..4], &bytes[8..12], bytes[22], bytes[34]),
        (&b"RIFF"[..], &b"WAVE"[..], 2, 16)
    );
    let heard: Vec<i16> = bytes[44..]
        .chunks_exact(2)
        .map(|two| i16::from_le_bytes([two[0], two[1]]))
        .collect();

    let companion = companion(&guide().phone, "fr", jiff::Zoned::now().date());
    let commentary = companion
        .keys_of(&"commentary-saint-bonnet-fr".parse().expect("an id"))
        .expect("the guide")[0]
        .clone();
    let mut player = companion.open_commentary(&commentary).expect("the recording");
    let (mut played, mut some) = (Vec::new(), [0.0; 4_800]);
    loop {
        let frames = player.render(&mut some).expect("the recording");
        if frames == 0 {
            break;
        }
        played.extend(
            some[..frames * 2]
                .iter()
                .map(|sample| (sample * f32::from(i16::MAX)).round() as i16),
        );
    }
    assert!(
        heard == played,
        "the file holds other samples than a player is given"
    );
    let frames = heard.len() as f64 / 2.0;
    let want_s = number(&done, "duration_ms") / 1000.0;
    assert!(
        (frames / 48_000.0 - want_s).abs() < 0.05,
        "{frames} frames are not {want_s} s"
    );
    assert!(
        heard.iter().any(|sample| sample.unsigned_abs() > 3_000),
        "the commentary is silent"
    );
}

#[test]
fn a_visit_leaves_a_page_that_needs_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let to = folder.path().join("visit.html");
    let (trace, photo) = (text(&sample(WALK)), text(&sample("photos/saint-bonnet-easy.jpg")));
    let done = only(visitor(&[
        "visit",
        TRAIL,
        "--trace",
        &trace,
        "--scan",
        &photo,
        "--out",
        &text(&to),
        "--ui",
        "fr",
        "--json",
    ]));
    let page = fs::read_to_string(&to).expect("the page");
    assert_eq!(number(&done, "bytes"), page.len() as f64);
    for loads in [
        "src=\"http",
        "src='http",
        "<link",
        "<script",
        "@import",
        "url(http",
        "srcset",
    ] {
        assert!(
            !page.contains(loads),
            "the page loads something from elsewhere: {loads}"
        );
    }
    for words in [
        "<html lang=\"fr\"",
        "Le panneau scanné",
        "YKW3-QPT9",
        "Liberté",
        "<audio controls src=\"data:audio/",
        "<svg",
    ] {
        assert!(page.contains(words), "the page lacks {words}");
    }
    assert!(
        page.contains("Ici, Tony Gatlif a tourné Liberté"),
        "the transcript is there for whom sound is no use"
    );
    assert!(
        page.matches("<time>").count() >= 8,
        "each story of the walk is told"
    );
}

#[test]
fn what_rights_forbid_is_not_packed_and_not_shown_after_its_day() {
    let source = copy(&sample("saint-bonnet"));
    let clip = |id: &str, rights: &str| {
        // The head of an MP4 file, made different for each clip: files are named by what is in them.
        fs::write(
            source.path().join(format!("media/{id}.mp4")),
            format!("\0\0\0\x18ftypisom\0\0\0\0isommp42{id}"),
        )
        .expect("a clip");
        format!(
            "[[clip]]\nid = \"{id}\"\nshows = \"scene\"\nabout = {{ panel = \"panel-saint-bonnet\" }}\n\
             title = {{ en = \"Scene {id}\" }}\nrenditions = [{{ file = \"media/{id}.mp4\" }}]\n\
             rights = {{ credit = \"A studio\", {rights} }}\n"
        )
    };
    let clips = [
        clip("clip-online-only", "uses = [\"app\", \"web\"]"),
        clip(
            "clip-for-a-season",
            "uses = [\"app\", \"offline\"], until = 2100-06-30",
        ),
    ];
    fs::write(source.path().join("clips/studio.toml"), clips.concat()).expect("the clips");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (public, phone) = (folder.path().join("public"), folder.path().join("phone"));
    let built = build(source.path(), &public);
    assert_eq!(
        built["withheld"], 1,
        "one clip is withheld, and the publisher is told: {built}"
    );
    assert_eq!(
        (
            holds(&public, b"clip-for-a-season"),
            holds(&public, b"isommp42clip-online-only")
        ),
        (true, false)
    );
    let server = Server::start(&public);
    alloclap(&["sync", &server.url, "--data", &text(&phone)]).ok();

    let shown = |day: &str| {
        let companion = companion(&phone, "en", day.parse().expect("a day"));
        let key = companion
            .keys_of(&"panel-saint-bonnet".parse().expect("an id"))
            .expect("the guide")[0]
            .clone();
        let panel = companion.panel(&key).expect("the panel");
        let clip = panel
            .clips
            .into_iter()
            .find(|clip| clip.key.id.as_str() == "clip-for-a-season")
            .expect("its words stay");
        (clip.title.map(|title| title.text), clip.file.is_some())
    };
    let title = Some("Scene clip-for-a-season".to_owned());
    assert_eq!(
        shown("2100-06-30"),
        (title.clone(), true),
        "on its last day it is still shown"
    );
    assert_eq!(
        shown("2100-07-01"),
        (title, false),
        "the day after, only its words are"
    );
}

/// A guide as an app opens it, on a day of the test's choice.
fn companion(phone: &Path, language: &str, day: Date) -> Companion {
    let preferences = Preferences {
        languages: vec![language.parse().expect("a language")],
        audience: Audience::Standard,
    };
    Companion::open(phone, preferences, Arc::new(Day(day))).expect("the guide")
}

/// A clock that stands still on a day.
struct Day(Date);

impl Clock for Day {
    fn today(&self) -> Date {
        self.0
    }

    fn now_ms(&self) -> i64 {
        0
    }
}

/// Whether any file in a folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder)
        .expect("the folder can be listed")
        .any(|entry| {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                holds(&path, bytes)
            } else {
                fs::read(&path)
                    .expect("the file")
                    .windows(bytes.len())
                    .any(|window| window == bytes)
            }
        })
}

// What machines and people are promised.

/// The words of the documentation that could be names of fields.
fn documented() -> std::collections::HashSet<String> {
    let page = fs::read_to_string(alloclap_tests::root().join("docs/cli.md")).expect("docs/cli.md");
    page.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map(str::to_owned)
        .collect()
}

/// The names of all fields in an object, those of a reason's figures aside.
fn fields(object: &Value, into: &mut Vec<String>) {
    match object {
        Value::Object(map) => {
            for (name, value) in map {
                into.push(name.clone());
                if name != "reason" {
                    fields(value, into);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| fields(value, into)),
        _ => {}
    }
}

#[test]
fn every_field_that_is_printed_is_documented() {
    let words = documented();
    let (photo, trace) = (text(&sample("photos/saint-bonnet-easy.jpg")), text(&sample(WALK)));
    let source = text(&sample("saint-bonnet"));
    let mut printed = guide().synced.clone();
    printed.push(guide().built.clone());
    printed.extend(alloclap(&["publish", "check", &source, "--json"]).ok().objects());
    printed.extend(
        alloclap(&["publish", "draw-code", &source, "--json"])
            .ok()
            .objects(),
    );
    for words in [
        vec!["guides"],
        vec!["scan", &photo],
        vec!["panel", CODE],
        vec!["panel", "JY15-NV3W"],
        vec!["panel", "AW4G-160G"],
        vec!["panel", "K44C-3RTM"],
        vec!["film", "film-liberte"],
        vec!["nearby", "48.8848,2.3336"],
        vec!["nearby", "48.8848,2.3336", "--regions", "20"],
        vec!["search", "amelie"],
        vec![
            "walk",
            TRAIL,
            "--trace",
            &trace,
            "--every-fix",
            "--at",
            "2026-07-15T10:00",
        ],
        vec!["listen", CODE, "--text"],
    ] {
        printed.extend(visitor(&[&words[..], &["--json"]].concat()).objects());
    }
    let mut names = Vec::new();
    printed.iter().for_each(|object| fields(object, &mut names));
    names.sort();
    names.dedup();
    names.retain(|name| !words.contains(name));
    assert_eq!(names, Vec::<String>::new(), "printed, but not in docs/cli.md");
}

#[test]
fn both_languages_are_whole_and_a_pipe_has_no_colours() {
    let photo = text(&sample("photos/saint-bonnet-easy.jpg"));
    let trace = text(&sample(WALK));
    for words in [
        vec!["guides"],
        vec!["scan", &photo],
        vec!["panel", "JY15-NV3W"],
        vec!["film", "film-liberte"],
        vec!["nearby", "48.8848,2.3336"],
        vec!["search", "amelie"],
        vec!["walk", TRAIL, "--trace", &trace],
        vec!["listen", CODE, "--text"],
        vec!["--help"],
    ] {
        let [en, fr] = ["en", "fr"].map(|ui| visitor(&[&words[..], &["--ui", ui]].concat()).ok().stdout);
        assert!(
            en != fr && !fr.is_empty(),
            "`{}` says the same in both languages: {fr}",
            words.join(" ")
        );
        assert!(
            !en.contains('\u{1b}') && !fr.contains('\u{1b}'),
            "`{}` colours a pipe",
            words.join(" ")
        );
        for word in [" the ", " and ", " of ", " with ", "Usage", "Commands"] {
            assert!(
                !fr.contains(word),
                "`{}` says \"{word}\" in French: {fr}",
                words.join(" ")
            );
        }
    }
    let refused = visitor(&["panel", "K44C-3RTM", "--ui", "fr"]).complaint();
    assert!(refused.contains("aucun guide"), "{refused}");
}

#[test]
fn a_text_in_another_language_says_so() {
    let panel = only(visitor(&["panel", "JY15-NV3W", "--lang", "de", "--json"]));
    assert_eq!(
        (at(&panel, "infoclap.language"), at(&panel, "infoclap.instead_of")),
        ("en", "de")
    );
    let shown = visitor(&["panel", "JY15-NV3W", "--lang", "de", "--ui", "fr"])
        .ok()
        .stdout;
    assert!(shown.contains("faute de version en allemand"), "{shown}");
    let heard = visitor(&["listen", CODE, "--lang", "de", "--text"]).ok().stdout;
    assert!(heard.contains("there is no German"), "{heard}");
    let machine = visitor(&["panel", "2GVM-19D9", "--lang", "de"]).ok().stdout;
    assert!(machine.contains("translated by a machine"), "{machine}");
}
