//! Everything that can be wrong with what a person hands in, or with the machine: each time one clear line on standard error
//! that says what and where, exit code 1, no panic, and what was there before is whole.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod codes;
mod folder;
mod network;
mod pictures;
mod publisher;
mod walks;

use alloclap_tests::{Ran, alloclap, text};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) const TRAIL: &str = "trail-montmartre";
/// A panel of the samples that answers as long as the guide is whole.
pub(crate) const CODE: &str = "YKW3-QPT9";

/// The complaint names each of these, and nothing in it is obeyed by a terminal.
pub(crate) fn complains(ran: Ran, names: &[&str]) -> String {
    names_all(ran.complaint(), names)
}

/// The same for a command that was typed wrongly.
pub(crate) fn misused(ran: Ran, names: &[&str]) -> String {
    names_all(ran.misuse(), names)
}

fn names_all(said: String, names: &[&str]) -> String {
    for name in names {
        assert!(
            said.contains(name),
            "the complaint does not say \"{name}\": {said}"
        );
    }
    assert!(
        said.starts_with("alloclap: ") && !said.trim_end().contains(|c: char| c.is_control()),
        "{said:?}"
    );
    said
}

pub(crate) fn still_answers(phone: &Path) {
    let panel = alloclap(&["panel", CODE, "--data", &text(phone)]).ok().stdout;
    assert!(
        panel.contains("Korkoro"),
        "the guide that was there before no longer answers: {panel}"
    );
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub(crate) fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file of the test");
    text(&path)
}

/// Every file of a folder with its bytes.
pub(crate) fn listing(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                all.push((path, bytes));
            }
        }
    }
    all.sort();
    all
}
