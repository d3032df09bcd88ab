//! Codes, names and texts of others.

use crate::{CODE, complains, folder, still_answers};
use alloclap_tests::{Server, alloclap, copy, data, guide, sample, text, visitor};
use std::fs;
use std::net::TcpListener;

#[test]
fn what_no_guide_knows_is_said_so() {
    complains(visitor(&["panel", "K44C-3RTM"]), &["K44C-3RTM", "alloclap sync"]);
    complains(visitor(&["panel", "YKW3"]), &["YKW3", "eight characters"]);
    complains(visitor(&["panel", "YKW3-QPT8"]), &["YKW3-QPT8", "mistyped"]);
    complains(visitor(&["panel", "YKW3-PQT9"]), &["YKW3-PQT9", "swapped"]);
    complains(
        visitor(&["panel", "9999999999999999"]),
        &["old Flashcode", "9999999999999999"],
    );
    complains(
        visitor(&["film", "film-nobody-made"]),
        &["film-nobody-made", "alloclap search"],
    );
    complains(visitor(&["film", "no/id at all"]), &["no/id at all"]);
    complains(visitor(&["listen", "K44C-3RTM"]), &["K44C-3RTM"]);
    let trace = text(&sample("walks/montmartre.gpx"));
    complains(
        visitor(&["walk", "trail-nowhere", "--trace", &trace]),
        &["trail-nowhere"],
    );
    complains(
        visitor(&["visit", "trail-nowhere", "--trace", &trace]),
        &["trail-nowhere"],
    );
    for position in ["here", "91,0", "48.8", "NaN,2"] {
        complains(visitor(&["nearby", position]), &[position, "48.8848,2.3336"]);
    }
    still_answers(&guide().phone);
}

#[test]
fn a_code_is_forgiven_what_people_take_for_another_letter() {
    for typed in ["AW4G-160G", "aw4g160g", " aw4g 16og ", "Aw4G.l6oG"] {
        let shown = visitor(&["panel", typed, "--json"]).ok().objects();
        assert_eq!(
            shown[0]["panel"]["id"], "panel-boulevard-de-clichy",
            "a visitor who types {typed:?} finds nothing"
        );
    }
}

#[test]
fn somebody_elses_code_is_shown_and_never_opened() {
    // A server that notices if anybody comes.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a port");
    let link = format!("http://{}/p/anything", listener.local_addr().expect("a port"));
    complains(visitor(&["panel", &link]), &["127.0.0.1", "not opened"]);
    assert!(
        listener.accept().is_err(),
        "the link of somebody else's code was opened"
    );
    complains(visitor(&["panel", "WIFI:S:cafe;P:secret;;"]), &["WIFI:S:cafe"]);

    let Some(manifest) = data("codes/manifest.csv") else {
        return;
    };
    let manifest = fs::read_to_string(manifest).expect("the manifest");
    let of_others = manifest.lines().find_map(|line| {
        let name = line.split(',').next()?;
        (name.starts_with("syn-qr") || name.starts_with("zx-qr")).then(|| name.to_owned())
    });
    let Some(picture) = of_others.and_then(|name| data(&format!("codes/{name}"))) else {
        return;
    };
    let seen = visitor(&["scan", &text(&picture), "--json"]).ok().objects();
    for code in seen[0]["codes"].as_array().expect("codes") {
        assert!(code["panel"].is_null() && code["text"].is_string(), "{code}");
    }
}

#[test]
fn no_text_of_others_commands_the_terminal() {
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}";
    complains(visitor(&["panel", &format!("{hostile}text")]), &["text"]);
    complains(visitor(&["film", &format!("{hostile}film")]), &["film"]);
    complains(visitor(&["scan", &format!("{hostile}photo.png")]), &["photo.png"]);

    let source = copy(&sample("saint-bonnet"));
    for name in [
        "films/liberte.toml",
        "panels/saint-bonnet-le-chateau.toml",
        "places/saint-bonnet-le-chateau.toml",
    ] {
        let path = source.path().join(name);
        let words = fs::read_to_string(&path).expect("a record");
        let words = words.replace("en = \"", "en = \"\\u001B[2J\\u001B]0;owned\\u0007\\u009B31m");
        fs::write(&path, words).expect("a record");
    }
    let folder = folder();
    let (public, phone) = (folder.path().join("public"), text(&folder.path().join("phone")));
    let built = alloclap(&["publish", "build", &text(source.path()), "--out", &text(&public)]);
    if built.code != 0 {
        complains(built, &[]);
        return;
    }
    let server = Server::start(&public);
    for words in [
        vec!["sync", &server.url],
        vec!["panel", CODE],
        vec!["panel", CODE, "--json"],
        vec!["film", "film-liberte"],
        vec!["nearby", "45.42,4.06", "-n", "1"],
        vec!["search", "korkoro"],
        vec!["search", "korkoro", "--json"],
        vec!["listen", CODE, "--text"],
    ] {
        let ran = alloclap(&[&words[..], &["--data", &phone]].concat()).ok();
        let obeyed = |c: char| c.is_control() && c != '\n';
        assert!(
            !ran.stdout.contains(obeyed),
            "`{}` hands a terminal {:?}",
            words.join(" "),
            ran.stdout
        );
    }
}
