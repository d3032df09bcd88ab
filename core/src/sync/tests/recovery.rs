//! What a publisher and a phone recover from: keys that were stolen, a host that is gone, an address whose root nobody said.

use super::server::{Fault, Server};
use super::signing::Signing;
use super::town::{Files, Phone, drafts, publish, publish_signed};
use crate::sync::{Attack, SyncError, trust::fingerprint};
use serde_json::{Value, json};

/// The same edition with another index, signed again.
fn with_index(mut files: Files, signing: &Signing, change: impl FnOnce(&mut Value)) -> Files {
    let path = files.keys().find(|path| path.starts_with("/index/")).unwrap();
    let path = path.clone();
    let mut index: Value = serde_json::from_slice(&files.remove(&path).unwrap()).unwrap();
    change(&mut index);
    signing.sign(&mut files, serde_json::to_vec(&index).unwrap());
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_left_sign_nothing_any_more_and_their_high_versions_are_forgotten() {
    let server = Server::start(publish(2, &drafts())).await;
    let phone = Phone::new();
    phone.sync(&server).await.unwrap();
    let left = Signing {
        roots: vec![(vec![1], vec![2]), (vec![1], vec![3])],
        hands: Some(vec![2]),
        ..Signing::new(3)
    };
    server.put(publish_signed(3, &drafts(), &left));
    match phone.sync(&server).await {
        Err(SyncError::Untrusted {
            attack: Attack::Signatures { valid: 0, .. },
            ..
        }) => phone.assert_whole(2, "after a key that left"),
        other => panic!("a key that left was believed: {other:?}"),
    }
    // Before they were found out they counted everything far up: signatures and editions.
    server.put(publish_signed(1_000_000, &drafts(), &Signing::new(1_000_000)));
    phone.sync(&server).await.unwrap();
    phone.assert_whole(1_000_000, "the stolen key");
    // Under the same root nobody goes back, whoever signs.
    server.put(publish_signed(3, &drafts(), &Signing::new(1_000_001)));
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::Older {
                installed: 1_000_000,
                offered: 3,
                ..
            }
        ),
        "{error}"
    );
    // The key is revoked. New keys start again from where the publisher is, and who follows is not locked out.
    let recovered = Signing { hands: None, ..left };
    server.put(publish_signed(3, &drafts(), &recovered));
    phone.sync(&server).await.unwrap();
    phone.assert_whole(3, "after the keys were changed");
    // And from then on nobody goes back again.
    server.put(publish_signed(
        2,
        &drafts(),
        &Signing {
            version: 4,
            ..recovered
        },
    ));
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::Older {
                installed: 3,
                offered: 2,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_gone_is_refreshed_from_its_mirror_which_cannot_lie() {
    let own = Server::start(Files::new()).await;
    let mirror = Server::start(Files::new()).await;
    let mirrors = |index: &mut Value| index["publisher"]["mirrors"] = json!([mirror.url()]);
    let edition = |version| with_index(publish(version, &drafts()), &Signing::new(version), mirrors);
    own.put(edition(1));
    let phone = Phone::new();
    phone.sync(&own).await.unwrap();
    let gone = |own: &Server, version: u64| {
        for path in ["/metadata/2.root.json", "/metadata/timestamp.json"] {
            own.always(path, Fault::Status(503, None));
        }
        own.put(edition(version));
    };
    gone(&own, 1);
    mirror.put(edition(2));
    phone.sync(&own).await.unwrap();
    phone.assert_whole(2, "from the mirror");
    let trusted = phone.syncer().trusted().await.unwrap();
    assert_eq!(
        trusted.len(),
        1,
        "a mirror is no publication of its own: {trusted:?}"
    );
    // A mirror that lags behind, or lies, changes nothing; what is told is the trouble of the address that is followed.
    for (lying, what) in [
        (edition(1), "an older edition"),
        (
            publish_signed(
                9,
                &drafts(),
                &Signing {
                    hands: Some(vec![66]),
                    ..Signing::new(9)
                },
            ),
            "other keys",
        ),
    ] {
        mirror.put(lying);
        let error = phone.sync(&own).await.unwrap_err();
        assert!(
            matches!(error, SyncError::Server { status: 503, .. }),
            "{what}: {error}"
        );
        phone.assert_whole(2, what);
    }
    own.behave();
    own.put(edition(3));
    phone.sync(&own).await.unwrap();
    phone.assert_whole(3, "once the host is back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_vouches_for_its_neighbours_root_and_for_no_other() {
    let neighbour = Server::start(publish(1, &drafts())).await;
    let rename = |index: &mut Value| index["publisher"]["id"] = json!("village");
    let village = with_index(publish(1, &drafts()), &Signing::new(1), rename);
    let root = fingerprint(&village["/metadata/1.root.json"]).unwrap();
    neighbour.put(village);
    let introduces = |root: &str| {
        let url = neighbour.url();
        let entry = json!({"id": "village", "name": "Le Village", "address": url, "root": root});
        with_index(publish(1, &drafts()), &Signing::new(1), |index| {
            index["directory"] = json!([entry])
        })
    };
    for (told, believed) in [(root.to_string(), true), ("a".repeat(64), false)] {
        let server = Server::start(introduces(&told)).await;
        let phone = Phone::new();
        phone.sync(&server).await.unwrap();
        let known = phone.syncer().neighbours().await.unwrap();
        assert_eq!(known.len(), 1, "{known:?}");
        let followed = phone.sync(&neighbour).await;
        if believed {
            followed.unwrap();
            let trusted = phone.syncer().trusted().await.unwrap();
            let of_village = trusted.iter().find(|one| one.address == neighbour.url()).unwrap();
            assert_eq!(of_village.fingerprint.as_ref(), Some(&root));
        } else {
            assert!(
                matches!(
                    followed,
                    Err(SyncError::Untrusted {
                        attack: Attack::OtherRoot { .. },
                        ..
                    })
                ),
                "another root than the one that was vouched for was believed: {followed:?}"
            );
        }
    }
}
