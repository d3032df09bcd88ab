//! What a visitor may ask of a sync besides the guide itself: only Wi-Fi, no more than so much room, away with this trail; and
//! what an app may do for it: fetch files while it sleeps.

use super::server::{Fault, Server};
use super::signing::Signing;
use super::town::{Files, Phone, drafts, id, publish};
use crate::sync::{
    Choice, Control, DownloadOver, FileRequest, NetworkKind, ProgressListener, SyncError, SyncProgress,
};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The same publication with mirrors.
fn mirrored(mut files: Files, mirrors: &[String]) -> Files {
    let path = files
        .keys()
        .find(|path| path.starts_with("/index/"))
        .unwrap()
        .clone();
    let index = files.remove(&path).unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&index).unwrap();
    json["publisher"]["mirrors"] = mirrors.into();
    Signing::new(1).sign(&mut files, serde_json::to_vec(&json).unwrap());
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_serves_what_its_publisher_cannot() {
    let mirror = Server::start(publish(1, &drafts())).await;
    let files = mirrored(publish(1, &drafts()), &[mirror.url()]);
    let paths: Vec<String> = files
        .keys()
        .filter(|path| !path.starts_with("/metadata/") && !path.starts_with("/index/"))
        .cloned()
        .collect();
    for fault in [
        Fault::OtherBytes,
        Fault::Status(404, None),
        Fault::Status(503, None),
    ] {
        let own = Server::start(files.clone()).await;
        for path in &paths {
            own.always(path, fault.clone());
        }
        let phone = Phone::new();
        phone
            .sync(&own)
            .await
            .unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        phone.assert_whole(1, &format!("{fault:?}"));
        let asked = own.log().len();
        assert!(
            asked <= 4 * 6 + 1,
            "a host that fails was asked for every file all the same ({asked} times)"
        );
    }
    // Without the mirror the first host's fault is what is told.
    let own = Server::start(mirrored(files, &["http://127.0.0.1:9/".to_owned()])).await;
    for path in &paths {
        own.always(path, Fault::OtherBytes);
    }
    let error = Phone::new().sync(&own).await.unwrap_err();
    assert!(
        matches!(&error, SyncError::WrongBytes { url, .. } if url.starts_with(&own.url())),
        "{error}"
    );
}

/// Remembers whether it was told of waiting.
#[derive(Default)]
struct Waits(AtomicBool);

impl ProgressListener for Waits {
    fn progress(&self, progress: SyncProgress) {
        self.0.store(progress.waits_for_network, Ordering::SeqCst);
    }
}

async fn until(is: impl Fn() -> bool) {
    let waiting = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .expect("it never came to that");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_on_wifi_means_that_leaving_it_pauses_and_coming_back_goes_on() {
    let files = publish(1, &drafts());
    let large = files.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    let (path, length) = (large.0.clone(), large.1.len() as u64);
    let server = Server::start(files).await;
    server.always(&path, Fault::Stall(200_000));
    let phone = Phone::new();
    let syncer = phone.syncer();
    syncer.download_over(DownloadOver::Unmetered);
    syncer.network_is(NetworkKind::Metered);
    let listener = Arc::new(Waits::default());
    let handle = syncer.start_with_choice(
        &tokio::runtime::Handle::current(),
        server.url(),
        Choice::default(),
        listener.clone(),
    );
    until(|| listener.0.load(Ordering::SeqCst)).await;
    assert!(
        server
            .log()
            .iter()
            .all(|asked| !asked.path.starts_with("/media/")),
        "mobile data were spent"
    );
    syncer.network_is(NetworkKind::Unmetered);
    until(|| phone.part_bytes(&path) > 100_000).await;
    syncer.network_is(NetworkKind::Offline);
    until(|| listener.0.load(Ordering::SeqCst) && server.let_go() == 1).await;
    server.behave();
    assert!(!handle.is_done());
    syncer.network_is(NetworkKind::Unmetered);
    let report = handle.wait().await.unwrap();
    phone.assert_whole(1, "after a change of networks");
    let all: u64 = report.blob_bytes;
    assert!(
        report.bytes_fetched < all + length / 2,
        "what had come was thrown away"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_kept_and_nothing_is_fetched_beyond_it() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    let syncer = phone.syncer();
    syncer.allow_bytes(Some(400_000));
    let plan = syncer.plan(&server.url(), &Choice::default()).await.unwrap();
    server.log();
    let error = syncer.run(plan, Arc::new(()), &Control::new()).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::OverQuota {
                needed_bytes: 480_000,
                quota_bytes: 400_000
            }
        ),
        "{error}"
    );
    assert!(
        server
            .log()
            .iter()
            .all(|asked| !asked.path.starts_with("/media/"))
    );
    assert_eq!(phone.version(), None);
    syncer.allow_bytes(Some(480_000));
    let plan = syncer.plan(&server.url(), &Choice::default()).await.unwrap();
    syncer.run(plan, Arc::new(()), &Control::new()).await.unwrap();
    phone.assert_whole(1, "within the quota");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_that_was_removed_stays_away() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    phone.sync(&server).await.unwrap();
    let syncer = phone.syncer();
    let freed = syncer.remove(&id("town"), &id("liberte")).await.unwrap();
    assert_eq!(freed, 370_000, "the picture that both trails share must stay");
    phone.assert_whole(1, "after a trail was removed");
    assert!(!phone.ready("liberte").await.installed);
    assert!(phone.ready("montmartre").await.is_ready());
    let kept = syncer.kept_choice(&id("town")).await.unwrap();
    server.log();
    let report = phone.sync_choice(&server, &kept).await.unwrap();
    assert_eq!(
        (report.packs_installed, report.files_fetched),
        (0, 0),
        "the refresh brought back what was removed"
    );
    let error = syncer.remove(&id("town"), &id("liberte")).await.unwrap_err();
    assert!(
        error.to_string().contains("liberte"),
        "there is nothing left to remove: {error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_fetches_itself_is_verified_and_then_installed_without_a_download() {
    let files = publish(1, &drafts());
    let server = Server::start(files.clone()).await;
    let phone = Phone::new();
    let syncer = phone.syncer();
    let plan = syncer.plan(&server.url(), &Choice::default()).await.unwrap();
    let fetched = phone.folder.path().join("fetched-by-the-app");
    let bytes_of = |request: &FileRequest| {
        let path = request.addresses[0]
            .strip_prefix(server.url().trim_end_matches('/'))
            .unwrap();
        files[path].clone()
    };
    let mut rounds = 0;
    loop {
        let requests = syncer.outstanding(&plan).await.unwrap();
        if requests.is_empty() {
            break;
        }
        rounds += 1;
        for request in &requests {
            let mut bytes = bytes_of(request);
            // Somebody on the way changed a byte, or stopped early, or added one.
            for spoilt in [
                {
                    let mut other = bytes.clone();
                    other[0] ^= 1;
                    other
                },
                bytes[1..].to_vec(),
                [bytes.as_slice(), b"x"].concat(),
            ] {
                fs::write(&fetched, spoilt).unwrap();
                let error = syncer.hand_in(request, &fetched).await.unwrap_err();
                assert!(matches!(error, SyncError::WrongBytes { .. }), "{error}");
            }
            bytes.drain(..usize::try_from(request.from_byte).unwrap());
            fs::write(&fetched, bytes).unwrap();
            syncer.hand_in(request, &fetched).await.unwrap();
        }
    }
    assert_eq!(rounds, 2, "packs first, then what they name");
    server.log();
    phone.sync(&server).await.unwrap();
    phone.assert_whole(1, "after a fetch in the background");
    let asked: Vec<_> = server.log().into_iter().map(|asked| asked.path).collect();
    assert!(
        asked
            .iter()
            .all(|path| !path.starts_with("/media/") && !path.starts_with("/packs/")),
        "fetched twice: {asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_goes_on_where_a_sync_was_cut() {
    let files = publish(1, &drafts());
    let path = files
        .iter()
        .max_by_key(|(_, bytes)| bytes.len())
        .unwrap()
        .0
        .clone();
    let server = Server::start(files.clone()).await;
    let mut phone = Phone::new();
    phone.options.retry.max_failures = 1;
    server.always(&path, Fault::CutAt(150_000));
    phone.sync(&server).await.unwrap_err();
    let syncer = phone.syncer();
    let plan = syncer.plan(&server.url(), &Choice::default()).await.unwrap();
    let requests = syncer.outstanding(&plan).await.unwrap();
    let request = requests
        .iter()
        .find(|request| request.addresses[0].ends_with(&path))
        .unwrap();
    assert_eq!(request.from_byte, 150_000);
    let fetched = phone.folder.path().join("rest");
    fs::write(&fetched, &files[&path][150_000..]).unwrap();
    syncer.hand_in(request, &fetched).await.unwrap();
    server.behave();
    phone.sync(&server).await.unwrap();
    phone.assert_whole(1, "after two hands on one file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_catalogue_is_built_again_from_its_packs_without_network() {
    let server = Server::start(publish(3, &drafts())).await;
    let phone = Phone::new();
    phone.sync(&server).await.unwrap();
    drop(server);
    let (folder, options) = (phone.folder, phone.options);
    drop(phone.store);
    for name in ["catalogue.db", "catalogue.db-wal", "catalogue.db-shm"] {
        let _ = fs::remove_file(folder.path().join(name));
    }
    let phone = Phone {
        store: Arc::new(crate::catalogue::Catalogue::open(folder.path()).unwrap()),
        folder,
        clock: Arc::default(),
        options,
    };
    assert_eq!(phone.version(), None);
    assert_eq!(phone.syncer().rebuild().unwrap(), [id("town")]);
    phone.assert_whole(3, "after the catalogue was lost");
    assert!(phone.ready("liberte").await.is_ready() && phone.ready("montmartre").await.is_ready());
    let texts = phone.store.followed().unwrap();
    assert_eq!(texts[0].places, 3, "places were lost");
}
