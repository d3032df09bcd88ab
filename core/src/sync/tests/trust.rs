//! What an attacker would try against a publication's signatures: the list of `tough`'s own tests and the product's own. Each
//! is refused by its name, and the guide that was there stays whole.

use super::server::Server;
use super::signing::{FAR, Signing, signed};
use super::town::{Files, Phone, drafts, publish, publish_signed};
use crate::sync::{Attack, ClockTrouble, RootOfTrust, SyncError};
use serde_json::{Value, json};

/// A phone with edition 2, and its server.
async fn before() -> (Phone, Server) {
    let server = Server::start(publish(2, &drafts())).await;
    let phone = Phone::new();
    phone.sync(&server).await.unwrap();
    (phone, server)
}

async fn caught(phone: &Phone, server: &Server, files: Files) -> Attack {
    server.put(files);
    match phone.sync(server).await {
        Err(SyncError::Untrusted { attack, .. }) => {
            phone.assert_whole(2, "after an attack");
            attack
        }
        other => panic!("an attack was not caught: {other:?}"),
    }
}

/// Changes a metadata file without signing it again.
fn forge(files: &mut Files, name: &str, change: impl FnOnce(&mut Value)) {
    let bytes = files.get_mut(&format!("/metadata/{name}")).unwrap();
    let mut value: Value = serde_json::from_slice(bytes).unwrap();
    change(&mut value);
    *bytes = serde_json::to_vec(&value).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_is_refused_by_name() {
    let (phone, server) = before().await;
    let attack = caught(&phone, &server, publish(1, &drafts())).await;
    assert!(
        matches!(&attack, Attack::Older { what, seen: 2, offered: 1 } if what == "timestamp"),
        "{attack}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_of_two_editions_are_refused_by_name() {
    let (phone, server) = before().await;
    let old = publish(3, &drafts());
    let mut drafts = drafts();
    drafts[0].names[0] = "Elsewhere".into();
    let mut files = publish(3, &drafts);
    for name in ["3.targets.json", "3.snapshot.json"] {
        let mut mixed = files.clone();
        let path = format!("/metadata/{name}");
        mixed.insert(path.clone(), old[&path].clone());
        let attack = caught(&phone, &server, mixed).await;
        let what = name.trim_start_matches("3.").trim_end_matches(".json");
        assert_eq!(attack, Attack::Mixed { what: what.into() });
    }
    // A later timestamp that still names an older snapshot.
    let newer = publish_signed(2, &super::town::drafts(), &Signing::new(4));
    server.put(newer);
    phone.sync(&server).await.unwrap();
    let inner = json!({"_type": "timestamp", "spec_version": "1.0.0", "version": 9, "expires": FAR,
        "meta": {"snapshot.json": {"version": 3, "length": 1}}});
    files.insert("/metadata/timestamp.json".into(), signed(&inner, &[2]));
    let attack = caught(&phone, &server, files).await;
    assert!(
        matches!(&attack, Attack::Older { what, seen: 4, offered: 3 } if what == "snapshot"),
        "{attack}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_and_wrong_signatures_are_refused_by_name() {
    let (phone, server) = before().await;
    let wrong = Signing {
        hands: Some(vec![66]),
        ..Signing::new(3)
    };
    let attack = caught(&phone, &server, publish_signed(3, &drafts(), &wrong)).await;
    assert!(
        matches!(
            attack,
            Attack::Signatures {
                valid: 0,
                needed: 1,
                ..
            }
        ),
        "{attack}"
    );

    // Two of three are needed from now on, and one signs.
    let two = Signing {
        roots: vec![(vec![1], vec![2]), (vec![1], vec![2, 3, 4])],
        threshold: 2,
        hands: Some(vec![3]),
        ..Signing::new(3)
    };
    let mut files = publish_signed(3, &drafts(), &two);
    files.insert(
        "/metadata/1.root.json".into(),
        publish(1, &drafts())["/metadata/1.root.json"].clone(),
    );
    let attack = caught(&phone, &server, files.clone()).await;
    assert!(
        matches!(
            attack,
            Attack::Signatures {
                valid: 1,
                needed: 2,
                ..
            }
        ),
        "{attack}"
    );
    // The same signature twice is one.
    forge(&mut files, "timestamp.json", |value| {
        let first = value["signatures"][0].clone();
        value["signatures"].as_array_mut().unwrap().push(first);
    });
    let attack = caught(&phone, &server, files).await;
    assert!(
        matches!(&attack, Attack::Malformed { why, .. } if why.contains("twice")),
        "{attack}"
    );
    // Content that was changed after signing.
    for name in ["timestamp.json", "3.snapshot.json", "3.targets.json"] {
        let mut files = publish(3, &drafts());
        forge(&mut files, name, |value| value["signed"]["version"] = json!(7));
        let attack = caught(&phone, &server, files).await;
        assert!(
            matches!(attack, Attack::Signatures { .. } | Attack::Mixed { .. }),
            "{name}: {attack}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_lead_out_of_their_folder_are_refused_by_name() {
    for name in [
        "..",
        "../../catalogue.db",
        "/etc/passwd",
        "a/../../b",
        "..\\journal.db",
    ] {
        let (phone, server) = before().await;
        let signing = Signing {
            target: name,
            ..Signing::new(3)
        };
        let attack = caught(&phone, &server, publish_signed(3, &drafts(), &signing)).await;
        assert!(matches!(attack, Attack::UnsafeName { .. }), "{name}: {attack}");
    }
    let (phone, server) = before().await;
    let mut files = publish(3, &drafts());
    let inner = json!({"_type": "snapshot", "spec_version": "1.0.0", "version": 3, "expires": FAR,
        "meta": {"targets.json": {"version": 3}, "../../journal": {"version": 1}}});
    files.insert("/metadata/3.snapshot.json".into(), signed(&inner, &[2]));
    let inner = json!({"_type": "timestamp", "spec_version": "1.0.0", "version": 3, "expires": FAR,
        "meta": {"snapshot.json": {"version": 3}}});
    files.insert("/metadata/timestamp.json".into(), signed(&inner, &[2]));
    let attack = caught(&phone, &server, files).await;
    assert!(
        matches!(&attack, Attack::UnsafeName { name } if name == "../../journal"),
        "{attack}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_that_was_rotated_three_times_is_followed_and_a_forged_one_is_not() {
    let roots = vec![
        (vec![1], vec![2]),
        (vec![11], vec![2]),
        (vec![11, 12], vec![22]),
        (vec![13], vec![23]),
    ];
    let rotated = Signing {
        roots: roots.clone(),
        ..Signing::new(3)
    };
    let (phone, server) = before().await;
    server.put(publish_signed(3, &drafts(), &rotated));
    phone.sync(&server).await.unwrap();
    phone.assert_whole(3, "after three new roots");
    assert_eq!(phone.syncer().trusted().await.unwrap()[0].root_version, 4);
    // Who has the newest root asks for the next one alone.
    server.log();
    phone.sync(&server).await.unwrap();
    let asked: Vec<_> = server.log().into_iter().map(|a| a.path).collect();
    assert_eq!(asked, ["/metadata/5.root.json", "/metadata/timestamp.json"]);

    let (phone, server) = before().await;
    let mut stolen = rotated.clone();
    // The third root is made by somebody who has no key of the second.
    stolen.roots[2] = (vec![91], vec![92]);
    let mut files = publish_signed(3, &drafts(), &stolen);
    forge(&mut files, "3.root.json", |value| {
        let by = &mut value["signatures"];
        by.as_array_mut()
            .unwrap()
            .retain(|s| s["keyid"] != key_of(&roots[1].0));
    });
    let attack = caught(&phone, &server, files).await;
    assert!(
        matches!(&attack, Attack::Signatures { what, .. } if what == "root"),
        "{attack}"
    );
    // A root that skips a version.
    let mut files = publish_signed(3, &drafts(), &rotated);
    let third = files["/metadata/3.root.json"].clone();
    files.insert("/metadata/2.root.json".into(), third);
    let attack = caught(&phone, &server, files).await;
    assert!(
        matches!(&attack, Attack::Signatures { what, .. } | Attack::Older { what, .. } if what == "root"),
        "{attack}"
    );
}

/// The id of a lone key, taken from a signature of it.
fn key_of(keys: &[u8]) -> Value {
    let text: Value = serde_json::from_slice(&signed(&json!({}), keys)).unwrap();
    text["signatures"][0]["keyid"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_root_is_refused_and_an_unknown_one_is_shown() {
    let server = Server::start(publish(2, &drafts())).await;
    let phone = Phone::new();
    let other = Signing {
        roots: vec![(vec![7], vec![8])],
        ..Signing::new(1)
    };
    let theirs = publish_signed(1, &drafts(), &other)["/metadata/1.root.json"].clone();
    let theirs = String::from_utf8(theirs).unwrap();
    let syncer = phone.syncer();
    syncer
        .follow(&server.url(), RootOfTrust::File(theirs.clone()))
        .await
        .unwrap();
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::Untrusted {
                attack: Attack::Signatures { .. },
                ..
            }
        ),
        "somebody else's keys were believed: {error}"
    );
    let mine = publish(2, &drafts())["/metadata/1.root.json"].clone();
    let mine = RootOfTrust::File(String::from_utf8(mine).unwrap());
    let error = syncer.follow(&server.url(), mine.clone()).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::Untrusted {
                attack: Attack::OtherRoot { .. },
                ..
            }
        ),
        "{error}"
    );

    let phone = Phone::new();
    let hash = super::super::trust::fingerprint(theirs.as_bytes()).unwrap();
    phone
        .syncer()
        .follow(&server.url(), RootOfTrust::Fingerprint(hash))
        .await
        .unwrap();
    let error = phone.sync(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            SyncError::Untrusted {
                attack: Attack::OtherRoot { .. },
                ..
            }
        ),
        "{error}"
    );

    // The fingerprint of any of its roots will do.
    let rotated = Signing {
        roots: vec![(vec![1], vec![2]), (vec![5], vec![2])],
        ..Signing::new(2)
    };
    let files = publish_signed(2, &drafts(), &rotated);
    let second = super::super::trust::fingerprint(&files["/metadata/2.root.json"]).unwrap();
    server.put(files);
    let phone = Phone::new();
    phone
        .syncer()
        .follow(&server.url(), RootOfTrust::Fingerprint(second))
        .await
        .unwrap();
    phone.sync(&server).await.unwrap();
    phone.assert_whole(2, "by its second root");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expired_is_dated_for_those_who_have_it_and_refused_to_strangers() {
    let day = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let expiring = |expires| Signing {
        expires,
        ..Signing::new(2)
    };
    let soon = "2027-01-01T00:00:00Z";
    let late = day("2027-02-01T00:00:00Z");
    for (expires, role) in [
        ([soon, FAR, FAR, FAR], "root"),
        ([FAR, soon, FAR, FAR], "targets"),
        ([FAR, FAR, soon, FAR], "snapshot"),
        ([FAR, FAR, FAR, soon], "timestamp"),
    ] {
        let server = Server::start(publish_signed(2, &drafts(), &expiring(expires))).await;
        let stranger = Phone::new();
        *stranger.clock.unix_s.lock().unwrap() = late;
        let told = stranger.sync(&server).await;
        if matches!(role, "root" | "targets") {
            assert!(
                matches!(&told, Err(SyncError::Untrusted { attack: Attack::Expired { what, .. }, .. }) if what == role),
                "{role}: {told:?}"
            );
        } else {
            told.unwrap();
        }
        let phone = Phone::new();
        *phone.clock.unix_s.lock().unwrap() = day("2026-12-01T00:00:00Z");
        phone.sync(&server).await.unwrap();
        *phone.clock.unix_s.lock().unwrap() = late;
        let plan = phone
            .syncer()
            .plan(&server.url(), &Default::default())
            .await
            .unwrap();
        assert_eq!(
            plan.summary.dated.unwrap().role,
            role,
            "a frozen publication passed for a fresh one"
        );
        phone.sync(&server).await.unwrap();
        phone.assert_whole(2, "a dated guide");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_is_noticed_and_costs_neither_the_guide_nor_its_floors() {
    let day = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let (phone, server) = before().await;
    for (now, trouble) in [
        ("2041-01-01T00:00:00Z", None),
        ("2026-06-01T00:00:00Z", Some("ahead")),
        ("2026-06-02T00:00:00Z", None),
        ("1980-01-01T00:00:00Z", Some("ahead")),
        ("1980-01-02T00:00:00Z", Some("behind")),
    ] {
        *phone.clock.unix_s.lock().unwrap() = day(now);
        let plan = phone
            .syncer()
            .plan(&server.url(), &Default::default())
            .await
            .unwrap();
        let told = plan.summary.clock.map(|clock| match clock {
            ClockTrouble::WentBack { .. } => "ahead",
            ClockTrouble::Behind { .. } => "behind",
        });
        assert_eq!(told, trouble, "{now}");
        phone.sync(&server).await.unwrap();
    }
    let attack = caught(&phone, &server, publish(1, &drafts())).await;
    assert!(
        matches!(attack, Attack::Older { .. }),
        "the floors were lost with the clock: {attack}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_turns_into_another_publication_is_refused() {
    let (phone, server) = before().await;
    let mut files = publish(3, &drafts());
    let index = files
        .iter()
        .find(|(path, _)| path.starts_with("/index/"))
        .unwrap()
        .1;
    let mut index: Value = serde_json::from_slice(index).unwrap();
    index["publisher"]["id"] = json!("village");
    Signing::new(4).sign(&mut files, serde_json::to_vec(&index).unwrap());
    let attack = caught(&phone, &server, files).await;
    assert!(matches!(attack, Attack::OtherPublication { .. }), "{attack}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_are_none_are_named() {
    for name in [
        "timestamp.json",
        "3.snapshot.json",
        "3.targets.json",
        "2.root.json",
    ] {
        let (phone, server) = before().await;
        let mut files = publish(3, &drafts());
        files.insert(format!("/metadata/{name}"), vec![b'['; 100_000]);
        let attack = caught(&phone, &server, files).await;
        assert!(
            matches!(attack, Attack::Malformed { .. } | Attack::Mixed { .. }),
            "{name}: {attack}"
        );
        server.put(publish(3, &drafts()));
        phone.sync(&server).await.unwrap();
        phone.assert_whole(3, "once the server behaves");
    }
}
