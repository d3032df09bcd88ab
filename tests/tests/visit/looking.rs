//! What is looked up without network: flashcodes, panels, films, what is near, words.

use crate::{TRAIL, number, only};
use alloclap_tests::{Server, alloclap, at, build, copy, sample, text, visitor};
use std::fmt::Write as _;
use std::fs;

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
        ("alloclap-samples", alloclap_tests::guide().url.as_str())
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
fn the_places_of_a_large_guide_are_ready_when_its_sync_ends() {
    let source = copy(&sample("saint-bonnet"));
    let (mut places, mut shootings) = ("id,name,position\n".to_owned(), "id,film,place\n".to_owned());
    for n in 0..2_100 {
        let (north, east) = (48.0 + 0.001 * f64::from(n % 50), 2.0 + 0.001 * f64::from(n / 50));
        // Writing to a String cannot fail.
        let _ = writeln!(places, "many-{n},Lieu {n},\"{north:.3}, {east:.3}\"");
        let _ = writeln!(shootings, "shot-{n},film-amelie,many-{n}");
    }
    fs::write(source.path().join("places.csv"), places).expect("places");
    fs::write(source.path().join("shootings.csv"), shootings).expect("shootings");
    let public = tempfile::tempdir().expect("a temporary folder");
    let built = build(source.path(), &public.path().join("public"));
    assert!(number(&built, "places") > 2_100.0, "{built}");
    let server = Server::start(&public.path().join("public"));
    let phone = tempfile::tempdir().expect("a temporary folder");
    let on_phone = |words: &[&str]| alloclap(&[words, &["--data", &text(phone.path())]].concat()).ok();
    on_phone(&["sync", &server.url]);
    let index = phone.path().join("places.index");
    let ready =
        fs::read(&index).expect("the first question would wait for an index that the sync did not leave");
    let near = only(on_phone(&["nearby", "48.0101,2.0099", "-n", "1", "--json"]));
    assert_eq!(at(&near, "place.id"), "many-510", "{near}");
    assert_eq!(
        fs::read(&index).expect("the index"),
        ready,
        "the index was built again for a question"
    );
}
