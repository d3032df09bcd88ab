//! Trouble on the phone itself: files altered or lost, a folder that cannot be written, a disk that is full.

use super::server::Server;
use super::town::{Phone, drafts, id, publish};
use crate::sync::{Choice, Control, SyncError, Syncer};
use std::{fs, sync::Arc};

#[tokio::test(flavor = "multi_thread")]
async fn lost_and_altered_files_are_fetched_again() {
    let server = Server::start(publish(1, &drafts())).await;
    let mut phone = Phone::new();
    phone.sync(&server).await.unwrap();
    let media = phone.media();
    let path = |n: usize| phone.folder.path().join("media").join(media[n].as_str());
    fs::remove_file(path(0)).unwrap();
    fs::write(path(1), b"short").unwrap();
    let report = phone.sync(&server).await.unwrap();
    assert_eq!(report.files_fetched, 2);
    phone.assert_whole(1, "after a loss");
    let mut altered = fs::read(path(2)).unwrap();
    altered[100] ^= 1;
    fs::write(path(2), altered).unwrap();
    phone.options.verify = true;
    let report = phone.sync(&server).await.unwrap();
    assert_eq!(
        (report.repaired, report.files_fetched),
        (1, 1),
        "one flipped bit went unnoticed"
    );
    phone.assert_whole(1, "after a repair");
    assert!(phone.ready("liberte").await.is_ready());
    fs::write(path(3), b"spoilt").unwrap();
    fs::remove_file(path(2)).unwrap();
    let spoilt = phone.ready("liberte").await.missing.len() + phone.ready("montmartre").await.missing.len();
    assert!(spoilt >= 2, "a walk would have begun with files missing");
    // Kept texts are verified always.
    let texts = phone.folder.path().join("publications/town");
    let kept = |entry: &fs::DirEntry| entry.file_name() != "edition.json";
    for entry in fs::read_dir(texts)
        .unwrap()
        .filter(|entry| kept(entry.as_ref().unwrap()))
    {
        fs::write(entry.unwrap().path(), b"nonsense").unwrap();
    }
    phone.sync(&server).await.unwrap();
    phone.assert_whole(1, "after the texts were spoilt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_spoilt_on_disk_does_not_accuse_the_server() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    let files = publish(1, &drafts());
    let name = files
        .keys()
        .find_map(|path| path.strip_prefix("/media/"))
        .unwrap();
    let parts = phone.folder.path().join("media/.part");
    fs::create_dir_all(&parts).unwrap();
    fs::write(parts.join(name), vec![0; 5_000]).unwrap();
    phone.sync(&server).await.unwrap();
    phone.assert_whole(1, "after a power cut");
    assert_eq!(fs::read_dir(&parts).unwrap().count(), 0, "parts were left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_a_file_is_told_by_its_path() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    fs::write(phone.folder.path().join("media"), b"a file").unwrap();
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(&error, SyncError::Storage { path, .. } if path.contains("media")),
        "{error}"
    );
    assert_eq!(phone.version(), None);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_and_a_folder_that_must_not_be_written_are_told_apart() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    let files = publish(1, &drafts());
    let (path, bytes) = files
        .iter()
        .find(|(path, _)| path.starts_with("/media/"))
        .unwrap();
    let parts = phone.folder.path().join("media/.part");
    fs::create_dir_all(&parts).unwrap();
    // The kernel's own full disk.
    std::os::unix::fs::symlink("/dev/full", parts.join(path.trim_start_matches("/media/"))).unwrap();
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(error, SyncError::DiskFull { needed_bytes, .. } if needed_bytes >= bytes.len() as u64),
        "{error}"
    );
    assert_eq!(phone.version(), None);

    let mut syncer = phone.syncer();
    let plan = syncer.plan(&server.url(), &Choice::default()).await.unwrap();
    syncer = Syncer::new("/sys/alloclap", phone.store.clone(), phone.options).unwrap();
    let error = syncer.run(plan, Arc::new(()), &Control::new()).await.unwrap_err();
    assert!(matches!(error, SyncError::ReadOnly { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_followed_any_more_leaves_nothing_behind() {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    phone.sync(&server).await.unwrap();
    assert_eq!(
        phone.syncer().tidy().await.unwrap(),
        0,
        "something that is needed was thrown away"
    );
    phone.store.unfollow(&id("town")).unwrap();
    assert!(phone.syncer().tidy().await.unwrap() > 480_000);
    assert!(phone.media().is_empty());
    assert!(!phone.folder.path().join("publications/town").exists());
}
