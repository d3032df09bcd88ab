//! A hostile or broken server: nothing wrong is ever installed, the reason is told, the old guide stays whole.

use super::server::{Fault, Server};
use super::signing::Signing;
use super::town::{Phone, drafts, noise, publish, publish_signed};
use crate::catalogue::model::Medium;
use crate::sync::SyncError;
use std::time::Duration;

/// A phone with edition 1, and a server with edition 2, whose new commentary is the file to be spoilt.
async fn before() -> (Phone, Server, String, Vec<u8>) {
    let server = Server::start(publish(1, &drafts())).await;
    let phone = Phone::new();
    phone.sync(&server).await.unwrap();
    let mut drafts = drafts();
    let news = noise(99, 200_000);
    drafts[0].media[0] = (news.clone(), Medium::Audio, Some("fr"));
    let files = publish(2, &drafts);
    let path = files.iter().find(|(_, bytes)| **bytes == news).unwrap().0.clone();
    server.put(files);
    server.log();
    (phone, server, path, news)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_download_goes_on_where_it_was_cut() {
    let (phone, server, path, news) = before().await;
    for k in [0, 1, 65_535, 65_536, 65_537, 131_072, 199_999] {
        server.once(&path, Fault::CutAt(k));
        let plan = phone
            .syncer()
            .plan(&server.url(), &Default::default())
            .await
            .unwrap();
        let control = super::super::Control::new();
        phone
            .syncer()
            .run(plan, std::sync::Arc::new(()), &control)
            .await
            .unwrap();
        phone.assert_whole(2, "after a cut");
        let asked: Vec<_> = server.log().into_iter().filter(|a| a.path == path).collect();
        assert_eq!(asked.len(), 2, "cut at {k}");
        assert!(
            asked.iter().map(|a| a.body_bytes).sum::<usize>() <= news.len() + 65_536,
            "a cut at {k} cost the visitor's data plan twice"
        );
        assert_eq!(asked[1].from, k, "what had come was thrown away");
        // Once more from nothing.
        std::fs::remove_file(
            phone
                .folder
                .path()
                .join("media")
                .join(path.rsplit('/').next().unwrap()),
        )
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_to_a_range_never_end_up_in_a_file() {
    for fault in [
        Fault::IgnoreRange,
        Fault::Shift(7),
        Fault::LieInRange,
        Fault::Status(416, None),
    ] {
        let (phone, server, path, _) = before().await;
        server.once(&path, Fault::CutAt(100_000));
        server.once(&path, fault.clone());
        phone
            .sync(&server)
            .await
            .unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        phone.assert_whole(2, &format!("{fault:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_sends_something_else_is_named_and_nothing_of_it_is_kept() {
    for fault in [Fault::Longer(1), Fault::Gzip, Fault::Endless, Fault::OtherBytes] {
        let (phone, server, path, _) = before().await;
        server.always(&path, fault.clone());
        let error = phone.sync(&server).await.unwrap_err();
        assert!(
            matches!(&error, SyncError::WrongBytes { url, .. } if url.ends_with(&path)),
            "{fault:?}: {error}"
        );
        phone.assert_whole(1, &format!("{fault:?}"));
        // The visitor taps again: fetched and verified again, never taken over unchecked.
        server.behave();
        phone.sync(&server).await.unwrap();
        phone.assert_whole(2, &format!("after {fault:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_and_waits_are_those_that_the_server_asked_for() {
    let (phone, server, path, _) = before().await;
    server.always(&path, Fault::Status(404, None));
    let error = phone.sync(&server).await.unwrap_err();
    assert!(matches!(error, SyncError::Server { status: 404, .. }), "{error}");
    server.behave();
    server.always(&path, Fault::RedirectLoop);
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(&error, SyncError::Unreachable { why, .. } if why.contains("redirects")),
        "{error}"
    );
    assert!(
        phone.clock.waits.lock().unwrap().is_empty(),
        "what cannot change was tried again"
    );
    server.behave();
    server.always(&path, Fault::Status(503, Some("3600")));
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::Server {
                status: 503,
                retry_after_s: Some(3600),
                ..
            }
        ),
        "{error}"
    );
    phone.assert_whole(1, "after refusals");
    server.behave();
    server.once(&path, Fault::Status(503, Some("7")));
    phone.sync(&server).await.unwrap();
    assert_eq!(*phone.clock.waits.lock().unwrap(), [Duration::from_secs(7)]);
    phone.assert_whole(2, "after a wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_or_dribbles_is_given_up_and_what_came_is_kept() {
    let (mut phone, server, path, _) = before().await;
    phone.options.stall = Duration::from_millis(700);
    phone.options.retry.max_failures = 1;
    for fault in [Fault::Stall(70_000), Fault::Trickle] {
        server.always(&path, fault.clone());
        let error = phone.sync(&server).await.unwrap_err();
        assert!(matches!(error, SyncError::Stalled { .. }), "{fault:?}: {error}");
        phone.assert_whole(1, &format!("{fault:?}"));
        server.behave();
    }
    server.log();
    phone.sync(&server).await.unwrap();
    phone.assert_whole(2, "after a stall");
    let from = server.log().into_iter().find(|a| a.path == path).unwrap().from;
    assert!(from >= 70_000, "what had come before the stall was fetched again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_pack_area_or_list_is_never_installed() {
    for folder in ["/packs/", "/areas/", "/codes/", "/notices/"] {
        for fault in [Fault::OtherBytes, Fault::Endless, Fault::Gzip] {
            let server = Server::start(publish(1, &drafts())).await;
            let phone = Phone::new();
            let files = publish(1, &drafts());
            let path = files.keys().find(|path| path.starts_with(folder)).unwrap();
            server.always(path, fault.clone());
            let error = phone.sync(&server).await.unwrap_err();
            assert!(
                matches!(error, SyncError::WrongBytes { .. }),
                "{path} {fault:?}: {error}"
            );
            assert_eq!(phone.version(), None, "{path} {fault:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_publication_or_a_later_or_older_one_is_told_apart() {
    let (phone, server, _, _) = before().await;
    phone.sync(&server).await.unwrap();
    let with_index = |text: &str| {
        let mut files = publish(2, &drafts());
        Signing::new(2).sign(&mut files, text.as_bytes().to_vec());
        files
    };
    server.put(with_index("<!doctype html>"));
    let error = phone.sync(&server).await.unwrap_err();
    assert!(matches!(error, SyncError::NotAPublication { .. }), "{error}");
    server.put(Default::default());
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(&error, SyncError::NotAPublication { why, .. } if why.contains("404")),
        "{error}"
    );
    server.put(with_index(r#"{"format":2}"#));
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::NewerFormat {
                format: 2,
                readable: 1,
                ..
            }
        ),
        "{error}"
    );
    server.put(publish_signed(1, &drafts(), &Signing::new(3)));
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::Older {
                installed: 2,
                offered: 1,
                ..
            }
        ),
        "{error}"
    );
    server.always("/metadata/timestamp.json", Fault::Endless);
    let error = phone.sync(&server).await.unwrap_err();
    assert!(matches!(error, SyncError::NotAPublication { .. }), "{error}");
    phone.assert_whole(2, "after indexes that are none");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_home_is_told_after_some_tries() {
    let (phone, server, _, _) = before().await;
    let url = server.url();
    drop(server);
    let error = phone.syncer().plan(&url, &Default::default()).await.unwrap_err();
    assert!(matches!(error, SyncError::Unreachable { .. }), "{error}");
    assert_eq!(
        phone.clock.waits.lock().unwrap().len(),
        4,
        "five tries have four waits between them"
    );
    phone.assert_whole(1, "without network");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_that_takes_the_name_of_another_changes_nothing() {
    let (phone, _server, _, _) = before().await;
    let thief = Server::start(publish(9, &drafts())).await;
    let error = phone.sync(&thief).await.unwrap_err();
    assert!(error.to_string().contains(&thief.url()), "{error}");
    assert!(
        thief
            .log()
            .iter()
            .all(|a| a.path.starts_with("/metadata/") || a.path.starts_with("/index/")),
        "nothing but its index may be asked for"
    );
    phone.assert_whole(1, "after somebody took its name");
}
