//! Disks that are full or must not be written, and files that somebody altered.

use crate::{Phone, Town, edited, missing, version};
use alloclap_core::catalogue::Catalogue;
use alloclap_core::sync::{Choice, SyncError};
use alloclap_tests::build;
use alloclap_tests::disk::Disk;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More than the guide, a second edition and the reserve together.
const DISK_BYTES: u64 = 96_000_000;

#[test]
fn a_disk_that_fills_up_at_any_step_is_told_and_the_old_guide_stays() {
    let Some(town) = Town::samples() else {
        return;
    };
    let Some(disk) = Disk::of(DISK_BYTES).map(Arc::new) else {
        return;
    };
    let phone = Phone::at(&disk.path().join("phone"));
    phone.sync(&town.proxy.url()).expect("the first edition fits");
    build(edited().path(), town.public.path());
    let (mut told, mut told_how_much, mut step) = (0, false, 0);
    loop {
        // Four recordings are to come again, and the pack that changed.
        for (path, _) in town.files("media").into_iter().take(4) {
            let _ = fs::remove_file(phone.folder.join(path.trim_start_matches('/')));
        }
        let asked = Arc::new(AtomicUsize::new(0));
        let (full, count) = (Arc::clone(&disk), Arc::clone(&asked));
        let at = step;
        town.proxy.on_request(move |_| {
            if count.fetch_add(1, Ordering::SeqCst) == at {
                full.fill(20_000);
            }
        });
        let done = phone.sync(&town.proxy.url());
        let requests = asked.load(Ordering::SeqCst);
        match done {
            Ok(_) if requests <= at => break,
            Ok(_) => {}
            Err(SyncError::DiskFull { needed_bytes, .. }) => {
                told += 1;
                told_how_much |= needed_bytes > 0;
                let now = phone.version();
                assert!(now == Some(1) || now == Some(2), "full at step {step}: {now:?}");
            }
            Err(error) => panic!("full at step {step}: {error}"),
        }
        disk.free();
        town.proxy.on_request(|_| {});
        // What was left answers, also to somebody who opens it anew.
        let again = Catalogue::open(&phone.folder).expect("the catalogue opens");
        assert!(version(&again).is_some());
        step += 1;
        assert!(step < 60, "it never came to its end");
    }
    assert!(told_how_much, "how much is needed is not told");
    assert!(told >= 3, "a full disk was noticed at {told} steps only");
    disk.free();
    phone.sync(&town.proxy.url()).expect("there is room again");
    phone.assert_whole(Some(2), "with room again");
}

#[test]
fn a_folder_that_must_not_be_written_is_told_and_the_guide_answers() {
    let Some(town) = Town::samples() else {
        return;
    };
    let Some(disk) = Disk::of(DISK_BYTES) else {
        return;
    };
    let phone = Phone::at(&disk.path().join("phone"));
    phone.sync(&town.proxy.url()).expect("the first edition fits");
    let folder = phone.folder.clone();
    drop(phone);
    disk.remount("ro");
    build(edited().path(), town.public.path());
    let phone = Phone::at(&folder);
    let error = phone.sync(&town.proxy.url()).expect_err("nothing can be written");
    assert!(matches!(error, SyncError::ReadOnly { .. }), "{error}");
    phone.assert_whole(Some(1), "read-only");
    drop(phone);
    disk.remount("rw");
}

#[test]
fn files_that_somebody_deleted_or_altered_are_noticed_and_come_again() {
    let Some(town) = Town::samples() else {
        return;
    };
    let phone = Phone::new();
    phone.sync(&town.proxy.url()).expect("the first edition");
    let files = town.files("media");
    let path = |n: usize| phone.folder.join(files[n].0.trim_start_matches('/'));
    fs::remove_file(path(0)).expect("a file of the guide");
    let mut bytes = fs::read(path(1)).expect("a file of the guide");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path(1), bytes).expect("one bit");
    fs::write(path(2), "short").expect("another length");
    let fetcher = alloclap_core::sync::HttpFetcher::new(phone.options.stall).expect("a fetcher");
    let syncer = phone.syncer(Arc::new(fetcher));
    let mut found = std::collections::BTreeSet::new();
    for (publication, pack) in crate::packs(&phone.store) {
        let everything = Choice::default();
        let ready = syncer.ready(&publication, &pack, &everything);
        let ready = phone.runtime.block_on(ready).expect("it can be looked at");
        found.extend(ready.missing.into_iter().map(|blob| blob.file.hash.to_string()));
    }
    for (path, _) in files.iter().take(3) {
        let name = path.rsplit('/').next().expect("a name");
        assert!(found.contains(name), "a walk would have begun without {name}");
    }
    assert_eq!(missing(&phone.folder, &phone.store), 3);
    phone.sync(&town.proxy.url()).expect("they come again");
    phone.assert_whole(Some(1), "after a repair");
}
