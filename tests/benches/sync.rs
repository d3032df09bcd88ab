//! A cold sync of 1,000 places with 200 recordings of 100 kB over loopback, beside curl fetching the same files at once
//! followed by `sha256sum`; and a refresh of what has not changed. Both ask the server of `alloclap publish serve`.

mod measure;

use alloclap_core::catalogue::Catalogue;
use alloclap_core::catalogue::model::{BlobHash, Medium};
use alloclap_core::geo::Position;
use alloclap_core::publication::{
    Area, AreaEntry, Blob, Bounds, FORMAT, FileKind, FileRef, Index, MediaTotal, Pack, PackEntry, PackKind,
};
use alloclap_core::sync::{
    Choice, Control, FetchError, Fetcher, HttpFetcher, Options, Reply, Request, SyncReport, Syncer,
    SystemClock,
};
use alloclap_publisher::keys::{KeyPlan, Keys, VALID_DAYS, sign_index};
use alloclap_publisher::serve::serve;
use futures_util::future::BoxFuture;
use measure::{Outcome, Seeded, Spread, Table, time, timed};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const PLACES: u32 = 1_000;
const RECORDINGS: u32 = 200;
const RECORDING_BYTES: usize = 100_000;
const RUNS: usize = 7;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let publication = tempfile::tempdir()?;
    let files = publish(publication.path())?;
    let server = serve(publication.path(), (Ipv4Addr::LOCALHOST, 0).into())?;
    let url = server.url();
    let runtime = tokio::runtime::Runtime::new()?;

    let (mut cold, mut refresh) = (Vec::new(), Vec::new());
    let mut told = Vec::new();
    for _ in 0..RUNS {
        let phone = tempfile::tempdir()?;
        let (first, time) = timed(|| runtime.block_on(sync(phone.path(), &url)));
        cold.push(time);
        let (second, time) = timed(|| runtime.block_on(sync(phone.path(), &url)));
        refresh.push(time);
        told = vec![("cold sync", first?), ("refresh, nothing new", second?)];
    }
    let (cold, refresh) = (Spread::of(cold), Spread::of(refresh));
    let peer = curl_and_sum(&url, &files)?;

    let mut times = Table::new(&["", "least", "median", "most", "ours : peer"]);
    let against = peer.map_or_else(|| "–".to_owned(), |peer| cold.against(peer));
    times.row(&[
        &"cold sync",
        &time(cold.min),
        &time(cold.median),
        &time(cold.max),
        &against,
    ]);
    if let Some(peer) = peer {
        times.row(&[
            &"curl --parallel, sha256sum",
            &time(peer.min),
            &time(peer.median),
            &time(peer.max),
            &"",
        ]);
    }
    times.row(&[
        &"refresh, nothing new",
        &time(refresh.min),
        &time(refresh.median),
        &time(refresh.max),
        &"",
    ]);
    times.print(&format!(
        "sync: {PLACES} places, {RECORDINGS} recordings of {RECORDING_BYTES} bytes, {} files, {RUNS} runs",
        files.len()
    ));
    let mut network = Table::new(&["", "requests", "bytes"]);
    for (name, (requests, report)) in &told {
        network.row(&[name, requests, &report.bytes_fetched]);
    }
    network.print("sync: what goes over the network");
    Ok(())
}

/// Plans and runs, as an app does; gives the number of requests too.
async fn sync(phone: &Path, url: &str) -> Result<(u64, SyncReport), String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let store = Arc::new(Catalogue::open(phone).map_err(|error| said(&error))?);
    let options = Options::default();
    let http = HttpFetcher::new(options.stall).map_err(|error| said(&error))?;
    let fetcher = Arc::new(Counting {
        http,
        requests: AtomicU64::new(0),
    });
    let syncer = Syncer::with_ports(
        phone,
        store,
        options,
        Arc::clone(&fetcher) as _,
        Arc::new(SystemClock::new()),
    );
    let plan = syncer
        .plan(url, &Choice::default())
        .await
        .map_err(|error| said(&error))?;
    let report = syncer
        .run(plan, Arc::new(()), &Control::new())
        .await
        .map_err(|error| said(&error))?;
    Ok((fetcher.requests.load(Ordering::Relaxed), report))
}

/// Counts what is asked of the network.
struct Counting {
    http: HttpFetcher,
    requests: AtomicU64,
}

impl Fetcher for Counting {
    fn fetch(&self, request: Request) -> BoxFuture<'_, Result<Reply, FetchError>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.http.fetch(request)
    }
}

/// The same files by curl, then their sums; `None`, said aloud, where a program is missing.
fn curl_and_sum(url: &str, files: &[String]) -> Fallible<Option<Spread>> {
    for program in ["curl", "sha256sum"] {
        let answers = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        if !answers.is_ok_and(|status| status.success()) {
            println!("skipped the peer: {program} is not installed");
            return Ok(None);
        }
    }
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let mut list = String::new();
        for (n, file) in files.iter().enumerate() {
            writeln!(
                list,
                "url = \"{}/{file}\"\noutput = \"{n}\"",
                url.trim_end_matches('/')
            )?;
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
        });
        done?;
        times.push(time);
    }
    Ok(Some(Spread::of(times)))
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
    let mut records: Vec<serde_json::Value> =
        vec![json!({"kind": "film", "id": "film", "title": {"fr": "Liberté"}})];
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
