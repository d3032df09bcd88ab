//! A cold sync of 1,000 places with 1,000 recordings of 500 kB from nginx on loopback, beside curl fetching the same files at
//! once, `sha256sum` of them and fsync of them; and a refresh of what has not changed. The phone is a process of its own, so
//! that its peak memory is known.

mod measure;

use alloclap_core::catalogue::Catalogue;
use alloclap_core::catalogue::model::{BlobHash, Medium};
use alloclap_core::geo::Position;
use alloclap_core::publication::{
    Area, AreaEntry, Blob, Bounds, FORMAT, FileKind, FileRef, Index, MediaTotal, Pack, PackEntry, PackKind,
};
use alloclap_core::sync::{Choice, Control, Options, Syncer, SystemClock};
use alloclap_publisher::keys::{KeyPlan, Keys, VALID_DAYS, sign_index};
use alloclap_publisher::serve::{Server, serve};
use alloclap_tests::cost::{Counting, peak_kib};
use alloclap_tests::nginx::Nginx;
use measure::{Outcome, Seeded, Spread, Table, time, timed};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PLACES: u32 = 1_000;
const RECORDINGS: u32 = 1_000;
const RECORDING_BYTES: usize = 500_000;
const RUNS: usize = 3;
/// The word that makes this program a phone.
const PHONE: &str = "--phone";

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == PHONE)
        && let [folder, url] = words.get(at + 1..at + 3).unwrap_or_default()
    {
        return phone(Path::new(folder), url);
    }
    let publication = tempfile::tempdir()?;
    let files = publish(publication.path())?;
    let nginx = Nginx::start(publication.path());
    let own: Option<Server> = match &nginx {
        Some(_) => None,
        None => Some(serve(publication.path(), (Ipv4Addr::LOCALHOST, 0).into())?),
    };
    let url = match (&nginx, &own) {
        (Some(nginx), _) => nginx.url(),
        (None, Some(own)) => own.url(),
        (None, None) => return Err("no server".into()),
    };
    let programs = ["curl", "sha256sum", "sync"]
        .iter()
        .all(|program| answers(program));

    let (mut cold, mut refresh, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    let mut told = Vec::new();
    for _ in 0..RUNS {
        // One after the other, so that a busy machine is busy for both.
        let folder = tempfile::tempdir()?;
        settle();
        let first = in_own_process(folder.path(), &url)?;
        let second = in_own_process(folder.path(), &url)?;
        cold.push(Duration::from_micros(number(&first, "us")));
        refresh.push(Duration::from_micros(number(&second, "us")));
        told = vec![("cold sync", first), ("refresh, nothing new", second)];
        drop(folder);
        if programs {
            settle();
            peer.push(curl_sum_and_flush(&url, &files)?);
        }
    }
    let (cold, refresh) = (Spread::of(cold), Spread::of(refresh));
    let mut times = Table::new(&["", "least", "median", "most", "ours : peer"]);
    let peer = (!peer.is_empty()).then(|| Spread::of(peer));
    let against = peer.map_or_else(|| "–".to_owned(), |peer| cold.against(peer));
    let mut row = |name: &str, spread: Spread, against: &str| {
        times.row(&[
            &name,
            &time(spread.min),
            &time(spread.median),
            &time(spread.max),
            &against,
        ]);
    };
    row("cold sync", cold, &against);
    match peer {
        Some(peer) => row("curl --parallel, sha256sum, fsync", peer, ""),
        None => println!("skipped the peer: curl, sha256sum or sync is not installed"),
    }
    row("refresh, nothing new", refresh, "");
    times.print(&format!(
        "sync: {PLACES} places, {RECORDINGS} recordings of {RECORDING_BYTES} bytes, {} files, {RUNS} runs",
        files.len()
    ));
    let mut network = Table::new(&["", "requests", "bytes", "peak memory of the process"]);
    for (name, report) in &told {
        let peak = format!("{:.1} MiB", number(report, "peak_kib") as f64 / 1024.0);
        network.row(&[name, &number(report, "requests"), &number(report, "bytes"), &peak]);
    }
    network.print("sync: what goes over the network, and what it takes");
    Ok(())
}

fn answers(program: &str) -> bool {
    let asked = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// Writes out what others left to be written, so that nobody pays for it.
fn settle() {
    let _ = Command::new("sync").status();
}

fn number(object: &Value, key: &str) -> u64 {
    object.get(key).and_then(Value::as_u64).unwrap_or_default()
}

/// Runs this program as a phone, and gives what it tells.
fn in_own_process(folder: &Path, url: &str) -> Fallible<Value> {
    let output = Command::new(std::env::current_exe()?)
        .arg(PHONE)
        .arg(folder)
        .arg(url)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the phone failed ({})", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Plans and runs, as an app does; tells time, requests, bytes and peak memory.
fn phone(folder: &Path, url: &str) -> Outcome {
    let begun = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let store = Arc::new(Catalogue::open(folder)?);
    let options = Options::default();
    let fetcher = Counting::new(&options)?;
    let syncer = Syncer::with_ports(
        folder,
        store,
        options,
        Arc::clone(&fetcher) as _,
        Arc::new(SystemClock::new()),
    );
    let report = runtime.block_on(async {
        let plan = syncer.plan(url, &Choice::default()).await?;
        syncer.run(plan, Arc::new(()), &Control::new()).await
    })?;
    let us = u64::try_from(begun.elapsed().as_micros())?;
    println!(
        "{}",
        json!({
            "us": us, "requests": fetcher.requests(), "bytes": report.bytes_fetched, "peak_kib": peak_kib(),
        })
    );
    Ok(())
}

/// The same files by curl, then their sums, then all of them flushed to the disk.
fn curl_sum_and_flush(url: &str, files: &[String]) -> Fallible<Duration> {
    let folder = tempfile::tempdir()?;
    let mut list = String::new();
    for (n, file) in files.iter().enumerate() {
        let url = url.trim_end_matches('/');
        writeln!(list, "url = \"{url}/{file}\"\noutput = \"{n}\"")?;
    }
    fs::write(folder.path().join("list"), list)?;
    let names: Vec<String> = (0..files.len()).map(|n| n.to_string()).collect();
    let run = |command: &mut Command| -> Fallible<()> {
        let status = command
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{command:?} failed ({status})").into())
        }
    };
    let (done, time) = timed(|| {
        run(Command::new("curl").args(["--silent", "--fail", "--parallel", "--config", "list"]))
            .and_then(|()| run(Command::new("sha256sum").args(&names)))
            .and_then(|()| run(Command::new("sync").args(&names)))
    });
    done?;
    Ok(time)
}

/// Writes a publication, and gives the paths of its files.
fn publish(folder: &Path) -> Fallible<Vec<String>> {
    let mut files = Vec::new();
    let mut put = |kind: FileKind, bytes: &[u8]| -> Fallible<FileRef> {
        let hash: BlobHash = hex(&Sha256::digest(bytes)).parse()?;
        let path = kind.path(&hash);
        let file = folder.join(&path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, bytes)?;
        files.push(path);
        Ok(FileRef {
            hash,
            bytes: bytes.len() as u64,
        })
    };
    let mut seeded = Seeded(3);
    let mut blobs = Vec::new();
    let mut records: Vec<Value> = vec![json!({"kind": "film", "id": "film", "title": {"fr": "Liberté"}})];
    for n in 0..PLACES {
        let position = [45.0 + seeded.share(), 4.0 + seeded.share()];
        records.push(json!({"kind": "place", "id": format!("place-{n}"), "name": {"fr": format!("{n} rue du Château")}, "position": position}));
        records.push(json!({"kind": "shooting", "id": format!("shooting-{n}"), "film": "film", "place": format!("place-{n}")}));
    }
    for n in 0..RECORDINGS {
        let noise: Vec<u8> = (0..RECORDING_BYTES.div_ceil(8))
            .flat_map(|_| seeded.next().to_le_bytes())
            .collect();
        let file = put(FileKind::Media, &noise)?;
        records.push(json!({
            "kind": "commentary", "id": format!("commentary-{n}"), "about": {"place": format!("place-{n}")}, "language": "fr",
            "duration_ms": 30_000, "transcript": "Bienvenue.", "rights": {"uses": ["app", "offline"]},
            "renditions": [{"blob": file.hash, "bytes": file.bytes, "media_type": "audio/ogg; codecs=opus"}],
        }));
        blobs.push(Blob {
            file,
            medium: Medium::Audio,
            language: Some("fr".parse()?),
        });
    }
    let corner = |lat_deg, lon_deg| Position { lat_deg, lon_deg };
    let bounds = Bounds {
        south_west: corner(45.0, 4.0),
        north_east: corner(46.0, 5.0),
    };
    let media = MediaTotal {
        medium: Medium::Audio,
        language: Some("fr".parse()?),
        files: RECORDINGS,
        bytes: blobs.iter().map(|blob| blob.file.bytes).sum(),
    };
    let pack = serde_json::to_vec(&Pack {
        format: FORMAT,
        id: "pack".parse()?,
        blobs,
        records,
    })?;
    let area = Area {
        packs: vec![PackEntry {
            id: "pack".parse()?,
            kind: PackKind::Area,
            name: Default::default(),
            bounds,
            places: PLACES,
            panels: 0,
            file: put(FileKind::Pack, &zstd::encode_all(pack.as_slice(), 3)?)?,
            unpacked_bytes: pack.len() as u64,
            unpacked_hash: None,
            patches: Vec::new(),
            communes: Vec::new(),
            media: vec![media],
        }],
    };
    let area = AreaEntry {
        id: "loire".parse()?,
        name: Default::default(),
        bounds,
        places: PLACES,
        departement: None,
        file: put(FileKind::Area, &serde_json::to_vec(&area)?)?,
        ways: Default::default(),
    };
    let index = Index {
        format: FORMAT,
        version: 1,
        built: "2026-01-01T00:00:00Z".to_owned(),
        publisher: serde_json::from_value(json!({"id": "town", "name": "La Ville"}))?,
        areas: vec![area],
        notices: None,
        codes: Vec::new(),
        code_shards: None,
        directory: Vec::new(),
    };
    let now = jiff::Timestamp::now();
    let keys = Keys::found(&[folder.join(".keys")], &KeyPlan::default(), now)?;
    sign_index(folder, &keys, &serde_json::to_vec(&index)?, VALID_DAYS, now)?;
    files.push("metadata/timestamp.json".to_owned());
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
