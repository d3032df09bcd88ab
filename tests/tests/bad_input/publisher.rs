//! Tables and sources that a publisher hands in.

use crate::{complains, file, folder, listing};
use alloclap_tests::{Server, alloclap, copy, guide, sample, text};
use std::fs;

#[test]
fn a_table_that_is_none_is_told_and_the_source_stays() {
    let folder = folder();
    let source = copy(&sample("saint-bonnet"));
    let into = text(source.path());
    let import = |kind: &str, table: &str| alloclap(&["publish", "import", kind, table, "--into", &into]);
    let before = listing(source.path());
    for (name, bytes) in [
        ("columns.csv", b"a;b;c\n1;2;3\n".as_slice()),
        ("empty.csv", b""),
        ("binary.csv", b"\x00\x01\x02\xff\xfe\x00\x00PK\x03\x04"),
    ] {
        let table = file(&folder, name, bytes);
        complains(import("opendatasoft", &table), &[name]);
    }
    for (name, bytes) in [
        ("notes.xlsx", b"no workbook".as_slice()),
        ("notes.ods", b"PK\x03\x04 cut"),
        ("notes.doc", b"?"),
    ] {
        let table = file(&folder, name, bytes);
        complains(import("table", &table), &[name]);
    }
    let missing = text(&folder.path().join("missing.csv"));
    complains(import("opendatasoft", &missing), &["missing.csv"]);
    complains(import("table", &missing), &["missing.csv"]);
    assert!(
        before == listing(source.path()),
        "a table that was refused has changed the source"
    );
}

#[test]
fn a_source_that_cannot_be_published_leaves_the_publication_as_it_was() {
    let folder = folder();
    let public = copy(&guide().publication);
    let out = text(public.path());
    let before = listing(public.path());
    let source = copy(&sample("saint-bonnet"));
    fs::write(source.path().join("films/broken.toml"), "[[film]\nid = ").expect("a broken file");
    let ran = alloclap(&["publish", "build", &text(source.path()), "--out", &out]);
    assert!(
        ran.stdout.contains("films/broken.toml"),
        "where it is broken is told: {}",
        ran.stdout
    );
    complains(ran, &["films/broken.toml", "publish check"]);
    let missing = text(&folder.path().join("missing"));
    complains(
        alloclap(&["publish", "build", &missing, "--out", &out]),
        &["missing"],
    );
    complains(alloclap(&["publish", "check", &missing]), &["missing"]);
    complains(
        alloclap(&[
            "publish",
            "export",
            &missing,
            "--out",
            &text(&folder.path().join("all.xlsx")),
        ]),
        &["missing"],
    );
    complains(alloclap(&["publish", "draw-code", &missing]), &["missing"]);
    complains(
        alloclap(&["publish", "serve", &missing, "--address", "127.0.0.1:0"]),
        &["missing"],
    );
    assert!(
        before == listing(public.path()),
        "a build that failed has changed the publication"
    );
    let server = Server::start(public.path());
    let taken = server
        .url
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    complains(
        alloclap(&["publish", "serve", &out, "--address", &taken]),
        &[&taken],
    );
}
