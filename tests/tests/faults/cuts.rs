//! Connections that are cut, at every byte that there is.

use crate::{Phone, Town, long};
use alloclap_core::sync::{SyncError, Unreached};
use alloclap_tests::proxy::{Answered, Fault};

/// What may be fetched a second time.
const AGAIN_BYTES: usize = 64 << 10;

/// Syncs a new phone while one file's connection is cut at a byte, and says how the file was asked for.
fn cut(town: &Town, path: &str, length: usize, at: usize) {
    town.proxy.log();
    town.proxy.once(path, Fault::CutAt(at));
    let phone = Phone::new();
    let done = phone.sync(&town.proxy.url());
    assert!(done.is_ok(), "cut at {at} of {length}: {done:?}");
    phone.assert_whole(Some(1), &format!("cut at {at}"));
    let asked: Vec<Answered> = town
        .proxy
        .log()
        .into_iter()
        .filter(|asked| asked.path == path)
        .collect();
    let fetched: usize = asked.iter().map(|asked| asked.body_bytes).sum();
    assert_eq!(asked.len(), 2, "cut at {at}: {asked:?}");
    assert!(
        fetched <= length + AGAIN_BYTES,
        "a cut at {at} cost {} bytes twice",
        fetched - length
    );
    assert!(
        asked[1].from + AGAIN_BYTES >= at,
        "a cut at {at} went on at {}",
        asked[1].from
    );
}

#[test]
fn a_small_pack_survives_a_cut_at_every_byte() {
    let Some(town) = Town::small() else {
        return;
    };
    let (path, length) = town.files("packs").remove(0);
    let step = if long() { 1 } else { 1 + length / 400 };
    for at in (0..length).step_by(step) {
        cut(&town, &path, length, at);
    }
}

#[test]
fn a_recording_survives_a_cut_at_any_byte() {
    let Some(town) = Town::samples() else {
        return;
    };
    let (path, length) = town.files("media").remove(0);
    let mut random = 0x9e37_79b9_u64;
    for _ in 0..if long() { 500 } else { 40 } {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(random >> 33).expect("31 bits") % length;
        cut(&town, &path, length, at);
    }
}

#[test]
fn a_sync_that_was_given_up_goes_on_with_the_next_one() {
    let Some(town) = Town::samples() else {
        return;
    };
    let (path, length) = town.files("media").remove(0);
    let mut phone = Phone::new();
    phone.options.retry.max_failures = 1;
    for part in 1..=4 {
        town.proxy.once(&path, Fault::CutAt(length / 5));
        let error = phone.sync(&town.proxy.url()).expect_err("it was cut");
        assert!(
            matches!(
                error,
                SyncError::Unreachable {
                    kind: Unreached::Cut,
                    ..
                }
            ),
            "try {part}: {error}"
        );
        assert_eq!(phone.version(), None, "half a guide was installed");
    }
    town.proxy.log();
    phone.sync(&town.proxy.url()).expect("nothing is cut any more");
    phone.assert_whole(Some(1), "after four cuts");
    let last = town.proxy.log().into_iter().find(|asked| asked.path == path);
    let from = last.map_or(length, |asked| asked.from);
    assert!(
        from + AGAIN_BYTES >= length / 5 * 4,
        "only {from} of {length} bytes were kept over four cuts"
    );
}
