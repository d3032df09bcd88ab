//! A catalogue or journal that is broken, old, or from the future.

use alloclap_core::catalogue::model::{Audience, Id};
use alloclap_core::catalogue::{Catalogue, Key};
use alloclap_core::companion::{Companion, CompanionError, Preferences, SystemClock};
use alloclap_tests::{copy, guide};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn open(folder: &Path) -> Result<Companion, CompanionError> {
    let preferences = Preferences {
        languages: vec!["fr".parse().expect("a language")],
        audience: Audience::Standard,
    };
    Companion::open(folder, preferences, Arc::new(SystemClock))
}

fn panel() -> Key {
    Key {
        publication: "alloclap-samples".parse().expect("an id"),
        id: "panel-saint-bonnet".parse().expect("an id"),
    }
}

/// Closes a catalogue's file with all its rows in it.
fn settle(folder: &Path) {
    for name in ["catalogue.db", "journal.db"] {
        if let Ok(connection) = Connection::open(folder.join(name)) {
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
}

#[test]
fn a_broken_catalogue_is_built_again_from_its_packs() {
    let whole = copy(&guide().phone);
    settle(whole.path());
    let bytes = fs::read(whole.path().join("catalogue.db")).expect("the catalogue");
    let noise: Vec<u8> = (0..bytes.len()).map(|n| (n * 7919 % 251) as u8).collect();
    for (what, broken) in [
        ("noise", noise),
        ("truncated in its first page", bytes[..2_000].to_vec()),
        ("another file", b"this is no database".repeat(500)),
        ("nothing but zeros", vec![0; 8192]),
    ] {
        let phone = copy(whole.path());
        fs::write(phone.path().join("catalogue.db"), &broken).expect("a broken catalogue");
        let companion = open(phone.path()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let rebuilt: Option<Vec<Id>> = companion.rebuilt().map(<[Id]>::to_vec);
        assert_eq!(
            rebuilt,
            Some(vec![panel().publication]),
            "{what}: the visitor is not told"
        );
        companion
            .panel(&panel())
            .unwrap_or_else(|error| panic!("{what}: the guide is gone: {error}"));
        drop(companion);
        let again = open(phone.path()).expect("it opens again");
        assert_eq!(again.rebuilt(), None, "{what}: told twice");
    }
}

#[test]
fn a_catalogue_cut_anywhere_answers_or_says_that_it_is_damaged() {
    let whole = copy(&guide().phone);
    settle(whole.path());
    let bytes = fs::read(whole.path().join("catalogue.db")).expect("the catalogue");
    for part in 1..8 {
        let phone = copy(whole.path());
        let cut = &bytes[..bytes.len() * part / 8];
        fs::write(phone.path().join("catalogue.db"), cut).expect("a cut catalogue");
        match open(phone.path()) {
            Ok(companion) => match companion.panel(&panel()) {
                Ok(_) | Err(CompanionError::Damaged { .. }) => {}
                Err(error) => panic!("cut at {part}/8: {error:?}"),
            },
            Err(error) => panic!("cut at {part}/8: {error:?}"),
        }
    }
}

#[test]
fn a_file_of_a_newer_app_is_called_so_and_left_alone() {
    let phone = copy(&guide().phone);
    settle(phone.path());
    let file = phone.path().join("catalogue.db");
    Connection::open(&file)
        .and_then(|newer| newer.pragma_update(None, "user_version", 999))
        .expect("a version");
    let before = fs::read(&file).expect("the catalogue");
    let error = open(phone.path()).err().expect("it is too new");
    assert!(matches!(error, CompanionError::UpdateApp { .. }), "{error:?}");
    assert!(
        before == fs::read(&file).expect("the catalogue"),
        "a newer file was changed"
    );
}

#[test]
fn a_broken_journal_is_saved_aside_and_what_can_be_read_stays() {
    let phone = copy(&guide().phone);
    drop(open(phone.path()).expect("the guide"));
    settle(phone.path());
    let noise = vec![0x5a; 9000];
    fs::write(phone.path().join("journal.db"), &noise).expect("a broken journal");
    let companion = open(phone.path()).expect("the guide opens all the same");
    let rescue = companion.rescue().expect("the visitor is told");
    assert!(
        rescue_path_exists(phone.path(), &noise),
        "the visitor's own data was thrown away: {rescue:?}"
    );
}

/// Whether some file of the folder still has the broken journal's bytes.
fn rescue_path_exists(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder)
        .expect("the folder can be listed")
        .flatten()
        .any(|entry| {
            entry.file_name().to_string_lossy().starts_with("journal")
                && fs::read(entry.path()).is_ok_and(|kept| kept == bytes)
        })
}

/// The catalogue's tables as its first released version made them, with rows. Never to be changed: phones have such files.
const FIRST: &str = include_str!("first_catalogue.sql");

#[test]
fn the_first_catalogue_of_all_still_opens_with_its_rows() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let old = Connection::open(folder.path().join("catalogue.db")).expect("a file");
    old.execute_batch(FIRST).expect("the frozen tables");
    drop(old);
    let catalogue = Catalogue::open(folder.path()).expect("an old file opens");
    let followed = catalogue.followed().expect("its rows are read");
    assert_eq!(followed.len(), 1);
    assert_eq!(
        (followed[0].version, followed[0].places, followed[0].packs),
        (7, 1, 1)
    );
    let visitor = alloclap_core::catalogue::Visitor {
        languages: vec!["fr".parse().expect("a language")],
        audience: Audience::Standard,
        today: "2026-06-01".parse().expect("a day"),
    };
    let place = Key {
        publication: "old-town".parse().expect("an id"),
        id: "town-hall".parse().expect("an id"),
    };
    let place = catalogue.place(&place, &visitor).expect("it can be read");
    assert_eq!(place.expect("the place of the old file").name.text, "Mairie");
    let found = catalogue
        .search("mairie", &visitor, 5)
        .expect("it can be searched");
    assert_eq!(found.len(), 1, "the words of the old file are lost");
    assert_eq!(catalogue.all_blobs().expect("blobs").len(), 1);
}
