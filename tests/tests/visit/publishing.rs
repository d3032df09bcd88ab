//! Publishing, and syncing what was published.

use crate::{number, only};
use alloclap_tests::{Server, alloclap, at, build, copy, guide, sample, text};
use serde_json::Value;
use std::fs;

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
            .replace("name = \"AlloClap\"", "name = \"Second\"")
            .replace("hosts = [\"alloclap.example\"]", "hosts = [\"second.example\"]"),
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
    for (host, guide) in [
        ("alloclap.example", "alloclap-samples"),
        ("second.example", "second-guide"),
    ] {
        let address = format!("https://{host}/p/YKW3-QPT9");
        let panel = only(alloclap(&["panel", &address, "--data", &phone, "--json"]));
        assert_eq!(
            at(&panel, "publication"),
            guide,
            "the address on the panel says whose it is, and the visitor is asked all the same: {panel}"
        );
    }
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

#[test]
fn a_visitor_takes_one_trail_in_one_language_and_a_refresh_asks_for_no_more() {
    let server = Server::start(&guide().publication);
    let phone = tempfile::tempdir().expect("a temporary folder");
    let at = text(phone.path());
    let sync = |words: &[&str]| alloclap(&[&["sync"], words, &["--data", at.as_str(), "--json"]].concat());
    let plan = only(sync(&[
        &server.url,
        "--trail",
        "trail-montmartre",
        "--spoken",
        "fr",
        "--plan",
    ]));
    assert_eq!(plan["event"], "plan", "{plan}");
    assert!(
        plan["media"]
            .as_array()
            .expect("media")
            .iter()
            .all(|media| media["chosen"] == false
                || media["language"] == "fr"
                || media["language"].is_null()),
        "{plan}"
    );
    assert!(
        !phone.path().join("publications").exists(),
        "a plan downloads nothing"
    );
    sync(&[&server.url, "--trail", "trail-montmartre", "--spoken", "fr"]).ok();
    let refreshed = sync(&[]).ok().objects();
    assert_eq!(
        refreshed[0]["files"], 0,
        "the refresh asks for what was not chosen: {refreshed:?}"
    );
    let ready = |more: &[&str]| alloclap(&[&["ready"], more, &["--data", at.as_str(), "--json"]].concat());
    let one = only(ready(&["trail-montmartre", "--spoken", "fr"]));
    assert_eq!(
        (&one["ready"], number(&one, "missing_files")),
        (&true.into(), 0.0),
        "{one}"
    );

    // Somebody spoils a recording: noticed before the walk, and fetched again.
    let blob = fs::read_dir(phone.path().join("media"))
        .expect("media")
        .map(|entry| entry.expect("a file").path())
        .find(|path| path.is_file())
        .expect("a recording");
    let mut bytes = fs::read(&blob).expect("a recording");
    bytes[0] ^= 1;
    fs::write(&blob, bytes).expect("one bit");
    let spoilt = ready(&["trail-montmartre", "--spoken", "fr"]);
    assert_eq!(
        spoilt.code, 1,
        "a spoilt recording goes unnoticed: {}",
        spoilt.stdout
    );
    sync(&[]).ok();
    assert_eq!(
        only(ready(&["trail-montmartre", "--spoken", "fr"]))["ready"],
        true
    );

    // Everything again, but not beyond what the visitor allows.
    let refused = alloclap(&[
        "sync",
        "--all",
        "--quota",
        "1",
        "--data",
        at.as_str(),
        "--ui",
        "fr",
    ]);
    if refused.code != 0 {
        let said = refused.complaint();
        assert!(said.contains("--quota") && said.contains("Mo"), "{said}");
    }
    let removed = only(sync(&["--remove", "trail-montmartre"]));
    assert!(
        number(&removed, "bytes") > 0.0 && removed["event"] == "removed",
        "{removed}"
    );
    let after = sync(&[]).ok().objects();
    assert_eq!(after[0]["files"], 0, "what was removed came back: {after:?}");
}
