//! Processes that are killed at any moment, and two of them at once.

use crate::{Town, edited, long, missing, packs, version};
use alloclap_core::catalogue::Catalogue;
use alloclap_core::catalogue::model::Id;
use alloclap_core::sync::{Choice, Options, Syncer};
use alloclap_tests::{alloclap, build, command, text};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many blobs `ready` reports missing over all packs.
fn reported(folder: &Path, store: &Arc<Catalogue>) -> usize {
    let syncer = Syncer::new(folder, store.clone(), Options::default()).expect("a syncer");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut missing = BTreeSet::new();
    for (publication, pack) in packs(store) {
        let (publication, pack): (Id, Id) = (publication, pack);
        let everything = Choice::default();
        let ready = syncer.ready(&publication, &pack, &everything);
        let ready = runtime.block_on(ready).expect("the packs can be read");
        assert!(
            ready.installed,
            "pack {pack} is installed, and its list of files is lost"
        );
        missing.extend(ready.missing.into_iter().map(|blob| blob.file.hash));
    }
    missing.len()
}

#[test]
fn a_killed_sync_leaves_the_old_guide_or_the_new_one() {
    let Some(town) = Town::samples() else {
        return;
    };
    let edited = edited();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (phone, at) = (folder.path(), text(folder.path()));
    let sync = || alloclap(&["sync", &town.proxy.url(), "--data", &at]);
    let begun = Instant::now();
    sync().ok();
    let usual_ms = u64::try_from(begun.elapsed().as_millis())
        .expect("a time")
        .max(20);
    let mut random = 0x1234_5678_9abc_def1_u64;
    let mut edition = 1;
    for round in 0..if long() { 300 } else { 12 } {
        // Every round something is to do: another edition, and a recording that is not here.
        let source = if round % 2 == 0 {
            edited.path().to_owned()
        } else {
            alloclap_tests::sample("saint-bonnet")
        };
        build(&source, town.public.path());
        for (path, _) in town.files("media").into_iter().take(3) {
            let _ = std::fs::remove_file(phone.join(path.trim_start_matches('/')));
        }
        let mut child = command(&["sync", &town.proxy.url(), "--data", &at])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("alloclap can be started");
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis((random >> 33) % usual_ms));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");

        let store = Arc::new(Catalogue::open(phone).expect("the catalogue opens after a kill"));
        let now = version(&store).expect("a guide serves after a kill");
        assert!(
            now == edition || now == edition + 1,
            "round {round}: edition {now}, and {edition} was here"
        );
        assert_eq!(
            missing(phone, &store),
            reported(phone, &store),
            "round {round}: a lost file goes unnoticed"
        );
        drop(store);
        sync().ok();
        let store = Catalogue::open(phone).expect("the catalogue opens");
        edition += 1;
        assert_eq!(version(&store), Some(edition), "round {round}");
        assert_eq!(missing(phone, &store), 0, "round {round}");
    }
}

#[test]
fn of_two_processes_one_is_told_and_nothing_breaks() {
    let Some(town) = Town::samples() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = text(folder.path());
    let spawn = || {
        command(&["sync", &town.proxy.url(), "--data", &at])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("alloclap can be started")
    };
    for round in 0..if long() { 20 } else { 3 } {
        let both = [spawn(), spawn()].map(|child| child.wait_with_output().expect("it ends"));
        let ended = both.iter().filter(|output| output.status.success()).count();
        assert!(ended >= 1, "round {round}: neither came to its end: {both:?}");
        for output in both.iter().filter(|output| !output.status.success()) {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("another download"), "round {round}: {said}");
        }
        let store = Catalogue::open(folder.path()).expect("the catalogue opens");
        assert_eq!(missing(folder.path(), &store), 0, "round {round}");
        drop(store);
        alloclap(&["sync", "--forget", &town.proxy.url(), "--data", &at]).ok();
    }
}
