//! What a refresh costs a visitor on roaming data: next to nothing when little has changed, and never a wrong text.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "fixtures of tests: what fails here fails the test that asked"
)]

use alloclap_core::catalogue::Catalogue;
use alloclap_core::sync::{Choice, Control, Options, SyncReport, Syncer, SystemClock};
use alloclap_publisher::build::{BuildOptions, build};
use alloclap_publisher::keys::VALID_DAYS;
use alloclap_publisher::serve::{Server, serve};
use alloclap_publisher::source::{Source, Sourced};
use alloclap_tests::cost::Counting;
use serde_json::{Value, json};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const PLACES: usize = 1_000;

/// A town of 1,000 places, each with a panel and its anecdote; in the second edition one in fifty is another.
fn town(folder: &Path, edition: usize) -> Source {
    let mut state = 1_u64;
    let mut word = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let words = [
            "film", "rue", "tournage", "nuit", "acteur", "scène", "caméra", "pluie", "place", "café",
        ];
        format!(
            "{} {}",
            words[(state >> 60) as usize % words.len()],
            (state >> 40) % 5_000
        )
    };
    let mut records = vec![json!({"kind": "film", "id": "film", "title": {"fr": "Liberté"}})];
    for n in 0..PLACES {
        let mut anecdote: Vec<String> = (0..25).map(|_| word()).collect();
        if n % 50 == 7 && edition > 1 {
            anecdote[n % 25] = format!("une autre fin, la {edition}e, pour le lieu {n}");
        }
        let at = [
            45.0 + n as f64 / 10_000.0,
            4.0 + (n * 7 % 1_000) as f64 / 10_000.0,
        ];
        records.push(json!({"kind": "place", "id": format!("place-{n}"), "name": {"fr": word()}, "position": at, "commune": "42204"}));
        records.push(json!({"kind": "panel", "id": format!("panel-{n}"), "code": format!("C{n}"), "place": format!("place-{n}"),
            "film": "film", "infoclap": {"fr": anecdote.join(" ")}}));
    }
    source_of(folder, records)
}

fn source_of(folder: &Path, records: Vec<Value>) -> Source {
    let sourced = |value: Value| Sourced {
        record: serde_json::from_value(value).expect("a record"),
        file: PathBuf::from("town"),
        line: 0,
    };
    let publisher = json!({"id": "town", "name": "La Ville", "languages": ["fr"]});
    Source {
        folder: folder.to_owned(),
        publisher: serde_json::from_value(publisher).expect("a publisher"),
        records: records.into_iter().map(sourced).collect(),
    }
}

struct World {
    folder: tempfile::TempDir,
    server: Server,
    runtime: tokio::runtime::Runtime,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        publish(folder.path(), 1);
        let server = serve(&folder.path().join("public"), (Ipv4Addr::LOCALHOST, 0).into()).expect("a server");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        Self {
            folder,
            server,
            runtime,
        }
    }

    /// A phone, and what it asks of the network.
    fn syncer(&self) -> (Syncer, Arc<Counting>) {
        let phone = self.folder.path().join("phone");
        let options = Options::default();
        let fetcher = Counting::new(&options).expect("TLS");
        let store = Arc::new(Catalogue::open(&phone).expect("a catalogue"));
        let clock = Arc::new(SystemClock::new());
        let syncer = Syncer::with_ports(phone, store, options, Arc::clone(&fetcher) as _, clock);
        (syncer, fetcher)
    }

    /// Syncs, and tells requests, bytes of bodies, and the report.
    fn sync(&self) -> (u64, u64, SyncReport) {
        let (syncer, fetcher) = self.syncer();
        let report = self.runtime.block_on(async {
            let plan = syncer
                .plan(&self.server.url(), &Choice::default())
                .await
                .expect("a plan");
            syncer
                .run(plan, Arc::new(()), &Control::new())
                .await
                .expect("a sync")
        });
        (fetcher.requests(), fetcher.bytes(), report)
    }

    /// The anecdote of the panel that changes.
    fn anecdote(&self) -> String {
        let database =
            rusqlite::Connection::open(self.folder.path().join("phone/catalogue.db")).expect("a catalogue");
        let body: String = database
            .query_row("SELECT body FROM record WHERE id = 'panel-7'", [], |row| {
                row.get(0)
            })
            .expect("the panel is there");
        body
    }
}

fn publish(folder: &Path, edition: usize) {
    publish_source(folder, &town(folder, edition));
}

fn publish_source(folder: &Path, source: &Source) {
    let keys = [folder.join("keys")];
    let out = folder.join("public");
    let options = BuildOptions {
        opus: false,
        out: &out,
        today: "2026-06-01".parse().expect("a day"),
        now_utc: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        keys: &keys,
        valid_days: VALID_DAYS,
    };
    build(source, &options, &mut |_| {}).expect("it can be built");
}

#[test]
fn a_refresh_costs_what_has_changed() {
    let world = World::new();
    let (_, whole, _) = world.sync();
    let (requests, bytes, _) = world.sync();
    assert!(
        requests <= 2 && bytes <= 4_096,
        "nothing new: {requests} requests, {bytes} bytes"
    );

    publish(world.folder.path(), 2);
    let (requests, bytes, report) = world.sync();
    println!("whole {whole} bytes; 2 % edited: {requests} requests, {bytes} bytes");
    assert!(bytes <= 4_096 + 10_240, "2 % edited: {bytes} bytes of {whole}");
    assert_eq!((report.packs_installed, report.version), (1, 2));
    assert!(
        world.anecdote().contains("une autre fin, la 2e"),
        "the phone tells the old anecdote"
    );
    // The patched pack is as good as the one that is served: nothing is fetched for it again.
    let (requests, _, _) = world.sync();
    assert_eq!(requests, 2, "a patched pack was fetched again");
    // Who missed an edition is not sent back to the beginning.
    publish(world.folder.path(), 3);
    publish(world.folder.path(), 4);
    let (_, bytes, _) = world.sync();
    assert!(
        bytes <= 4_096 + 2 * 10_240,
        "two editions later: {bytes} bytes of {whole}"
    );
    assert!(world.anecdote().contains("une autre fin, la 4e"));
}

#[test]
fn a_patch_that_is_not_what_it_should_be_costs_bytes_and_nothing_else() {
    let world = World::new();
    world.sync();
    publish(world.folder.path(), 2);
    for entry in fs::read_dir(world.folder.path().join("public/patches"))
        .expect("there are patches")
        .flatten()
    {
        let mut bytes = fs::read(entry.path()).expect("a patch");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x40;
        fs::write(entry.path(), bytes).expect("it can be spoilt");
    }
    let (_, _, report) = world.sync();
    assert_eq!((report.packs_installed, report.version), (1, 2));
    assert!(world.anecdote().contains("une autre fin, la 2e"));
    // And so does an old text that was altered on the phone.
    publish(world.folder.path(), 3);
    for entry in fs::read_dir(world.folder.path().join("phone/publications/town"))
        .expect("texts")
        .flatten()
    {
        fs::write(entry.path(), b"altered").expect("it can be altered");
    }
    world.sync();
    assert!(world.anecdote().contains("une autre fin, la 3e"));
}

/// A panel in every one of so many places, every other one in another département.
fn spread(folder: &Path, panels: usize) -> Source {
    let mut records = vec![json!({"kind": "film", "id": "film", "title": {"fr": "Liberté"}})];
    for n in 0..panels {
        let departement = if n % 2 == 0 { "42" } else { "43" };
        let commune = format!("{departement}001");
        records.push(
            json!({"kind": "place", "id": format!("place-{n}"), "name": {}, "position": [45.0, 4.0],
            "commune": commune, "commune_name": format!("Ville {departement}")}),
        );
        records.push(
            json!({"kind": "panel", "id": format!("panel-{n}"), "code": format!("C{n}"),
            "place": format!("place-{n}"), "film": "film", "infoclap": {}}),
        );
    }
    source_of(folder, records)
}

#[test]
fn a_code_of_a_part_that_is_not_here_leads_to_its_pack_and_tells_what_it_costs() {
    // More codes than every phone keeps, and fewer.
    for (panels, asked_of_the_network) in [(2_400, true), (240, false)] {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        publish_source(folder.path(), &spread(folder.path(), panels));
        let server = serve(&folder.path().join("public"), (Ipv4Addr::LOCALHOST, 0).into()).expect("a server");
        let world = World {
            folder,
            server,
            runtime: tokio::runtime::Runtime::new().expect("a runtime"),
        };
        let choice = Choice {
            departements: Some(vec!["42".to_owned()]),
            ..Choice::default()
        };
        let (syncer, counted) = world.syncer();
        let before = world.runtime.block_on(async {
            let plan = syncer.plan(&world.server.url(), &choice).await.expect("a plan");
            assert!(
                plan.summary
                    .packs
                    .iter()
                    .all(|pack| pack.area.as_str() == "area-42"),
                "another area was read"
            );
            syncer
                .run(plan, Arc::new(()), &Control::new())
                .await
                .expect("a sync");
            counted.requests()
        });
        let locate = |code: &str| world.runtime.block_on(syncer.locate(code, None));
        let last = format!("c-{}", panels - 1);
        for code in ["C1", &last] {
            let found = locate(code).expect("the server answers");
            let found = found.unwrap_or_else(|| panic!("{code} was not found among {panels}"));
            assert_eq!(
                (found.publication.as_str(), found.area.as_str()),
                ("town", "area-43")
            );
            assert!(
                found.text_bytes > 0 && found.panels > 0 && found.address == world.server.url(),
                "{found:?}"
            );
            assert_eq!(
                found.name,
                serde_json::from_value(json!({"fr": "Ville 43"})).expect("a name")
            );
        }
        assert_eq!(locate("C99999").expect("the server answers"), None);
        let (requests, bytes) = (counted.requests() - before, counted.bytes());
        println!("{panels} codes: {requests} requests, {bytes} bytes with the sync");
        assert_eq!(
            requests > 1,
            asked_of_the_network,
            "{panels} codes: {requests} requests"
        );
        // What was asked once is known in a valley without network, and another code of the same shard too.
        drop(world.server);
        let offline = |code: &str| world.runtime.block_on(syncer.locate(code, None));
        let found = offline("C1").expect("it was asked before");
        assert_eq!(
            found.map(|found| found.area.to_string()).as_deref(),
            Some("area-43")
        );
    }
}

#[test]
fn shards_that_did_not_change_outlive_a_new_edition() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut source = spread(folder.path(), 2_400);
    publish_source(folder.path(), &source);
    let server = serve(&folder.path().join("public"), (Ipv4Addr::LOCALHOST, 0).into()).expect("a server");
    let world = World {
        folder,
        server,
        runtime: tokio::runtime::Runtime::new().expect("a runtime"),
    };
    let (syncer, _) = world.syncer();
    let sync = || {
        let choice = Choice {
            departements: Some(vec!["42".to_owned()]),
            ..Choice::default()
        };
        world.runtime.block_on(async {
            let plan = syncer.plan(&world.server.url(), &choice).await.expect("a plan");
            syncer
                .run(plan, Arc::new(()), &Control::new())
                .await
                .expect("a sync");
        });
    };
    let locate = |code: &str| {
        let found = world.runtime.block_on(syncer.locate(code, None));
        found.expect("the server answers").map(|found| found.pack)
    };
    sync();
    assert!(locate("C1").is_some());
    let shards = || {
        let texts = fs::read_dir(world.folder.path().join("phone/publications/town")).expect("texts");
        let kept = texts.flatten().filter(|entry| {
            fs::read_to_string(entry.path()).is_ok_and(|text| text.starts_with("{\"codes\":{\"C"))
        });
        kept.count()
    };
    assert_eq!(shards(), 1, "the shard of C1");
    // A new panel in some other shard; C1's stays as it is, or is patched.
    let new = spread(world.folder.path(), 2_402)
        .records
        .split_off(source.records.len());
    source.records.extend(new);
    publish_source(world.folder.path(), &source);
    sync();
    assert!(
        shards() >= 1,
        "a shard that did not change has to be fetched again"
    );
    assert!(locate("C1").is_some() && locate("C2401").is_some());
}
