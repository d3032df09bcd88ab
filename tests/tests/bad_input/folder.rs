//! The data folder: damaged, full, read-only, or no folder at all.

use crate::{CODE, TRAIL, complains, file, folder, still_answers};
use alloclap_tests::disk::Disk;
use alloclap_tests::{Server, alloclap, build, copy, guide, sample, text, visitor};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn a_damaged_guide_is_built_again_and_that_is_told_once() {
    for damage in [b"this is no database".as_slice(), &[0; 8192]] {
        let phone = copy(&guide().phone);
        let (catalogue, at) = (phone.path().join("catalogue.db"), text(phone.path()));
        for beside in ["catalogue.db-wal", "catalogue.db-shm"] {
            // There only if the last reader left them.
            let _ = fs::remove_file(phone.path().join(beside));
        }
        fs::write(&catalogue, damage).expect("a damaged file");
        let panel = alloclap(&["panel", CODE, "--data", &at]).ok();
        assert!(panel.stdout.contains("Korkoro"), "{}", panel.stdout);
        assert!(
            panel.stderr.contains("built again"),
            "nobody is told: {}",
            panel.stderr
        );
        let again = alloclap(&["panel", CODE, "--data", &at]).ok();
        assert_eq!(again.stderr, "", "told twice");
        still_answers(phone.path());
    }
}

#[test]
fn a_damaged_recording_is_told() {
    let phone = copy(&guide().phone);
    let at = text(phone.path());
    let done = alloclap(&["listen", CODE, "--text", "--json", "--data", &at])
        .ok()
        .objects();
    let recording = phone
        .path()
        .join(done[0]["commentary"]["file"].as_str().expect("a file"));
    let to = phone.path().join("out.wav");
    fs::write(&to, "what was there before").expect("a file");
    // As long as it was: another length would be as good as none.
    let length = fs::metadata(&recording).expect("the recording").len();
    fs::write(&recording, vec![b'x'; usize::try_from(length).expect("a length")]).expect("a damaged file");
    complains(
        alloclap(&["listen", CODE, "--out", &text(&to), "--data", &at]),
        &[&text(&recording)],
    );
    assert_eq!(fs::read(&to).expect("the file"), b"what was there before");
    fs::remove_file(&recording).expect("the recording");
    complains(
        alloclap(&["listen", CODE, "--out", &text(&to), "--data", &at]),
        &["alloclap sync"],
    );
}

#[test]
fn a_data_folder_that_is_a_file_is_told() {
    let folder = folder();
    let at = file(&folder, "folder", "a file");
    complains(alloclap(&["guides", "--data", &at]), &[&at, "--data"]);
}

/// The shared guide on a disk of its own with this much room left.
fn phone_on_a_disk(room: u64) -> Option<(Disk, PathBuf)> {
    let disk = Disk::of(40_000_000)?;
    let phone = disk.path().join("phone");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(&guide().phone)
        .arg(&phone)
        .status();
    assert!(
        copied.is_ok_and(|status| status.success()),
        "the guide fits on the disk"
    );
    still_answers(&phone);
    disk.fill(room);
    Some((disk, phone))
}

#[test]
fn a_full_disk_is_told_and_the_old_guide_stays() {
    let Some((_disk, phone)) = phone_on_a_disk(400_000) else {
        return;
    };
    // A second guide that does not fit: its pictures alone are larger than the room.
    let source = copy(&sample("saint-bonnet"));
    let toml = source.path().join("publication.toml");
    let words = fs::read_to_string(&toml).expect("publication.toml");
    fs::write(&toml, words.replace("\"alloclap-samples\"", "\"large-guide\"")).expect("publication.toml");
    let mut noise = 1_u32;
    let clip: Vec<u8> = (0..3_000_000)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.to_be_bytes()[0]
        })
        .collect();
    fs::write(
        source.path().join("media/large.mp4"),
        [b"\0\0\0\x18ftypisom\0\0\0\0isommp42", &clip[..]].concat(),
    )
    .expect("a clip");
    fs::write(
        source.path().join("clips/large.toml"),
        "[[clip]]\nid = \"clip-large\"\nshows = \"scene\"\nabout = { panel = \"panel-saint-bonnet\" }\n\
         title = { en = \"Large\" }\nrenditions = [{ file = \"media/large.mp4\" }]\nrights = { credit = \"A studio\", uses = [\"app\", \"offline\"] }\n",
    )
    .expect("a clip");
    let public = folder();
    build(source.path(), public.path());
    let server = Server::start(public.path());
    let at = text(&phone);
    complains(
        alloclap(&["sync", &server.url, "--data", &at]),
        &["no room left", &at],
    );
    still_answers(&phone);
    let out = phone.with_file_name("visit.wav");
    let said = complains(
        alloclap(&["listen", CODE, "--out", &text(&out), "--data", &at]),
        &["visit.wav"],
    );
    assert!(!out.exists(), "half a file was left: {said}");
}

#[test]
fn a_read_only_folder_is_told_and_the_guide_stays() {
    let Some((disk, phone)) = phone_on_a_disk(4_000_000) else {
        return;
    };
    disk.remount("ro");
    let at = text(&phone);
    let server = Server::start(&guide().publication);
    complains(alloclap(&["sync", &server.url, "--data", &at]), &[&at, "--data"]);
    let new = text(&phone.with_file_name("new"));
    complains(alloclap(&["guides", "--data", &new]), &[&new]);
    complains(
        alloclap(&["publish", "build", &text(&sample("saint-bonnet")), "--out", &new]),
        &[&new],
    );
    complains(alloclap(&["publish", "new", &new]), &[&new]);
    let (page, trace) = (
        text(&phone.with_file_name("visit.html")),
        text(&sample("walks/montmartre.gpx")),
    );
    complains(
        visitor(&["visit", TRAIL, "--trace", &trace, "--out", &page]),
        &[&page],
    );
    complains(
        visitor(&["walk", TRAIL, "--trace", &trace, "--svg", &page]),
        &[&page],
    );
    complains(visitor(&["listen", CODE, "--out", &page]), &[&page]);
    disk.remount("rw");
    still_answers(&phone);
}
