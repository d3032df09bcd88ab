//! A publication followed for a while: first download, refresh, other choices; from a real static server.

use super::server::{Fault, Server};
use super::town::{Draft, Files, Phone, drafts, id, noise, publish};
use crate::catalogue::model::Medium;
use crate::sync::{Choice, Control, PackState, ProgressListener, SyncError, SyncProgress};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Default)]
struct Heard(Mutex<Vec<SyncProgress>>);

impl ProgressListener for Heard {
    fn progress(&self, progress: SyncProgress) {
        self.0.lock().unwrap().push(progress);
    }
}

/// Serves a folder as an ordinary web server does, on loopback.
async fn static_server(files: &Files) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serve = hyper_staticfile::Static::new(folder.path());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = serve.clone();
            let service = hyper::service::service_fn(move |request| service.clone().serve(request));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(hyper_util::rt::TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    (folder, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_from_an_ordinary_server_as_the_plan_said() {
    let (_folder, url) = static_server(&publish(1, &drafts())).await;
    let phone = Phone::new();
    let syncer = phone.syncer();
    let plan = syncer.plan(&url, &Choice::default()).await.unwrap();
    assert_eq!(
        (
            plan.summary.packs.len(),
            plan.summary.installed_version,
            plan.summary.text.files
        ),
        (2, None, 4)
    );
    assert!(plan.summary.needed_bytes > plan.summary.download.bytes && plan.summary.free_bytes.is_some());
    let media: u64 = plan.summary.media.iter().map(|media| media.total.bytes).sum();
    assert_eq!(
        media, 480_000,
        "the picture that both packs have was counted twice: {:?}",
        plan.summary.media
    );
    assert!(
        std::fs::read_dir(phone.folder.path())
            .unwrap()
            .all(|e| e.unwrap().file_name() != "publications")
    );
    let heard = Arc::new(Heard::default());
    let report = syncer.run(plan, heard.clone(), &Control::new()).await.unwrap();
    phone.assert_whole(1, "after the first sync");
    assert_eq!(
        (report.packs_installed, report.blobs, report.install.records),
        (2, 4, 3)
    );
    assert_eq!(report.notices_left_out.len(), 1);
    let last = *heard.0.lock().unwrap().last().unwrap();
    assert_eq!(
        (last.files_done, last.bytes_done),
        (last.files_total, last.bytes_total),
        "the bar stopped short"
    );
    assert_eq!(last.eta_s, Some(0));
    let again = syncer.plan(&url, &Choice::default()).await.unwrap();
    assert!(again.summary.is_up_to_date(), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_fetches_what_changed_and_nothing_else() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    phone.sync(&server).await.unwrap();
    server.log();
    phone.sync(&server).await.unwrap();
    let asked: Vec<_> = server.log().into_iter().map(|a| a.path).collect();
    assert_eq!(
        asked,
        ["/metadata/2.root.json", "/metadata/timestamp.json"],
        "nothing had changed"
    );
    let before = phone.media();

    let mut edited = drafts();
    edited[0].names[0] = "Place du Commandant Marey".into();
    edited[0].media[1] = (noise(7, 50_000), Medium::Audio, Some("en"));
    server.put(publish(2, &edited));
    let plan = phone
        .syncer()
        .plan(&server.url(), &Choice::default())
        .await
        .unwrap();
    let states: Vec<_> = plan.summary.packs.iter().map(|pack| pack.state).collect();
    assert_eq!(states, [PackState::Changed, PackState::Here]);
    server.log();
    let report = phone.sync(&server).await.unwrap();
    let asked: Vec<_> = server
        .log()
        .into_iter()
        .filter(|a| a.path.starts_with("/media/"))
        .collect();
    assert_eq!(asked.len(), 1, "only one recording was new: {asked:?}");
    assert_eq!((report.packs_installed, report.packs_kept), (1, 1));
    phone.assert_whole(2, "after a refresh");
    assert_eq!(
        phone.media().iter().filter(|hash| !before.contains(hash)).count(),
        1
    );
    assert_eq!(
        phone.media().len(),
        before.len(),
        "what nothing names any more was not swept"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trail_in_one_language_is_what_comes_and_what_stays() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    let trail = Choice {
        packs: Some(vec![id("liberte")]),
        languages: Some(vec!["en".parse().unwrap()]),
        ..Choice::default()
    };
    let plan = phone.syncer().plan(&server.url(), &trail).await.unwrap();
    let report = phone.sync_choice(&server, &trail).await.unwrap();
    assert_eq!(
        (report.packs_installed, report.blobs, report.blob_bytes),
        (1, 2, 90_000)
    );
    assert!(
        plan.summary.download.bytes >= 90_000 && plan.summary.download.bytes < 100_000,
        "{:?}",
        plan.summary.download
    );
    // Another language later: only that comes.
    let both = Choice {
        languages: None,
        ..trail
    };
    let plan = phone.syncer().plan(&server.url(), &both).await.unwrap();
    assert_eq!(
        (plan.summary.download.files, plan.summary.download.bytes),
        (1, 300_000),
        "the French commentary"
    );
    phone.sync_choice(&server, &both).await.unwrap();
    // Another trail instead: the first one goes, the picture that both share stays.
    let other = Choice {
        areas: Some(vec![id("paris")]),
        ..Choice::default()
    };
    let report = phone.sync_choice(&server, &other).await.unwrap();
    assert_eq!((report.packs_installed, report.packs_removed), (1, 1));
    phone.assert_whole(1, "after another choice");
    assert_eq!(phone.media().len(), 2);
    let unknown = Choice {
        packs: Some(vec![id("nowhere")]),
        ..Choice::default()
    };
    let error = phone.sync_choice(&server, &unknown).await.unwrap_err();
    assert!(matches!(error, SyncError::NoSuchPack { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_that_ended_does_not_keep_the_rest_from_being_refreshed() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    let both = Choice {
        packs: Some(vec![id("liberte"), id("montmartre")]),
        ..Choice::default()
    };
    phone.sync_choice(&server, &both).await.unwrap();
    server.put(publish(2, &drafts()[1..]));
    let kept = phone.syncer().kept_choice(&id("town")).await.unwrap();
    assert_eq!(kept, both);
    let report = phone.sync_choice(&server, &kept).await.unwrap();
    assert_eq!((report.version, report.packs_removed), (2, 1));
    phone.assert_whole(2, "without the trail that ended");
    let kept = phone.syncer().kept_choice(&id("town")).await.unwrap();
    assert_eq!(kept.packs, Some(vec![id("montmartre")]));
    phone.sync_choice(&server, &kept).await.unwrap();
    // Whoever asks for it now is told, and so is who asks for a commune or a département where there is nothing.
    for (asked, name) in [
        (both, "liberte"),
        (
            Choice {
                communes: Some(vec!["99999".into()]),
                ..Choice::default()
            },
            "99999",
        ),
        (
            Choice {
                departements: Some(vec!["2B".into()]),
                ..Choice::default()
            },
            "2B",
        ),
    ] {
        let error = phone.sync_choice(&server, &asked).await.unwrap_err();
        assert!(
            matches!(&error, SyncError::NoSuchPack { id, .. } if id == name),
            "{error}"
        );
        phone.assert_whole(2, "after a wish that cannot be granted");
    }
}

/// A server that stops in the middle of a large file, a phone, and the file's path.
async fn halfway() -> (Server, Phone, String) {
    let media = vec![(noise(5, 500_000), Medium::Video, None)];
    let big = Draft {
        id: "big",
        area: "loire",
        names: vec!["Gare".into()],
        media,
    };
    let files = publish(1, &[big]);
    let path = files
        .keys()
        .find(|path| path.starts_with("/media/"))
        .unwrap()
        .clone();
    let server = Server::start(files).await;
    server.always(&path, Fault::Stall(300_000));
    (server, Phone::new(), path)
}

/// What is surely written of the first 300,000 bytes: all but a piece that is still gathered.
const WRITTEN: u64 = 300_000 - 65_536;

/// Waits until it is so; a test that waits for ever would hide what broke.
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
async fn a_paused_sync_lets_go_of_the_network_and_goes_on_where_it_was() {
    let (server, phone, path) = halfway().await;
    let runtime = tokio::runtime::Handle::current();
    let handle = phone
        .syncer()
        .start_with_choice(&runtime, server.url(), Choice::default(), Arc::new(()));
    until(|| phone.part_bytes(&path) >= WRITTEN).await;
    handle.pause();
    until(|| server.let_go() == 1).await;
    server.behave();
    assert!(!handle.is_done());
    handle.resume();
    handle.wait().await.unwrap();
    phone.assert_whole(1, "after a pause");
    let from: Vec<_> = server
        .log()
        .into_iter()
        .filter(|a| a.path == path)
        .map(|a| a.from as u64)
        .collect();
    assert!(
        from.len() == 2 && from[1] >= WRITTEN,
        "what had come before the pause was thrown away: {from:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sync_frees_the_folder_and_the_next_one_goes_on() {
    let (server, phone, path) = halfway().await;
    let runtime = tokio::runtime::Handle::current();
    let handle = phone
        .syncer()
        .start_with_choice(&runtime, server.url(), Choice::default(), Arc::new(()));
    until(|| phone.part_bytes(&path) >= WRITTEN).await;
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(error, SyncError::Busy { .. }),
        "two syncs at once: {error}"
    );
    handle.cancel();
    assert!(matches!(handle.wait().await, Err(SyncError::Cancelled)));
    assert_eq!(phone.version(), None);
    server.behave();
    server.always(&path, Fault::Stall(50_000));
    let handle = phone
        .syncer()
        .start_with_choice(&runtime, server.url(), Choice::default(), Arc::new(()));
    until(|| server.log().iter().any(|a| a.path == path && a.from > 0)).await;
    drop(handle);
    until(|| server.let_go() == 2).await;
    server.behave();
    let lock = phone.folder.path().join("sync.lock");
    until(|| std::fs::File::open(&lock).is_ok_and(|file| file.try_lock().is_ok())).await;
    let report = phone.sync(&server).await.unwrap();
    assert!(
        report.bytes_fetched < 300_000,
        "what had come before was thrown away"
    );
    phone.assert_whole(1, "after being cancelled and dropped");
}
