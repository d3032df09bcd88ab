//! Replays the fuzz corpora, and small changes of them, without a fuzzer: what once broke a room never does again.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::Path;

/// So many times the usual number of changed copies with `ALLOCLAP_LONG`.
const LONG: u64 = 60;

fn replay(corpus: &str, target: fn(&[u8]), changes: u64) {
    let long = std::env::var_os("ALLOCLAP_LONG").is_some();
    let changes = changes * if long { LONG } else { 1 };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(corpus);
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        target(&bytes);
        for seed in 0..changes {
            target(&changed(&bytes, seed));
        }
        files += 1;
    }
    assert!(files > 0, "no corpus in {}", folder.display());
}

/// A copy with some bytes replaced, and sometimes its end cut off or a part repeated.
fn changed(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut random = |below: usize| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 33) as usize % below.max(1)
    };
    let mut copy = bytes.to_vec();
    for _ in 0..=random(4) {
        let at = random(copy.len());
        let new = b"<>&\"{}[],-.019eE\x00\x80\xff"[random(19)];
        match random(4) {
            0 => copy.truncate(at),
            1 => copy.extend_from_slice(&bytes[at.min(bytes.len())..]),
            _ => copy.iter_mut().skip(at).take(1).for_each(|byte| *byte = new),
        }
    }
    copy
}

#[test]
fn fixes_of_any_kind_break_nothing() {
    replay("fuzz/corpus/fixes", targets::fixes, 25);
}

#[test]
fn files_of_any_kind_break_nothing() {
    replay("fuzz/corpus/files", targets::files, 300);
}

#[test]
fn recordings_of_any_kind_break_nothing() {
    replay("src/audio/testdata", targets::recordings, 4);
    replay("fuzz/corpus/recordings", targets::recordings, 2);
}

#[test]
fn transcripts_of_any_kind_break_nothing() {
    replay("fuzz/corpus/transcripts", targets::transcripts, 200);
}

#[test]
fn frames_of_any_kind_break_nothing() {
    replay("fuzz/corpus/luma", targets::luma, 4);
}

#[test]
fn texts_of_any_kind_break_nothing() {
    replay("fuzz/corpus/payload", targets::payload, 300);
}
