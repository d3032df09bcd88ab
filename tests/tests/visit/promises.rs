//! What machines and people are promised: documented fields, two languages.

use crate::{CODE, TRAIL, WALK, only};
use alloclap_tests::{alloclap, at, guide, sample, text, visitor};
use serde_json::Value;
use std::fs;

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
