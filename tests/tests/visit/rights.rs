//! What rights allow to be packed and shown.

use crate::companion;
use alloclap_tests::{Server, alloclap, build, copy, sample, text};
use std::fs;
use std::path::Path;

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
