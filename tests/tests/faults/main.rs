//! What networks, servers, disks and power cuts do to a sync, each as it happens: a real web server, a proxy in front of it
//! that cuts and lies, processes that are killed, disks that are full. Every time the old guide is whole or the new one is.
//!
//! Long counts with `ALLOCLAP_LONG=1`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod catalogue;
mod cuts;
mod disks;
mod hostile;
mod kills;
mod wire;

use alloclap_core::catalogue::Catalogue;
use alloclap_core::catalogue::model::Id;
use alloclap_core::sync::{
    Choice, Clock, Control, Fetcher, HttpFetcher, Options, SyncError, SyncReport, Syncer,
};
use alloclap_tests::nginx::Nginx;
use alloclap_tests::proxy::Proxy;
use alloclap_tests::{build, copy, long, sample};
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A publication on a real server, and the proxy in front of it.
struct Town {
    public: TempDir,
    _server: Nginx,
    proxy: Proxy,
}

impl Town {
    /// `None`, said aloud, where nginx is missing.
    fn of(source: &Path) -> Option<Self> {
        let public = tempfile::tempdir().expect("a temporary folder");
        build(source, public.path());
        let server = Nginx::start(public.path())?;
        let proxy = Proxy::start(server.port());
        Some(Self {
            public,
            _server: server,
            proxy,
        })
    }

    /// The samples, with recordings.
    fn samples() -> Option<Self> {
        Self::of(&sample("saint-bonnet"))
    }

    /// One place and nothing else.
    fn small() -> Option<Self> {
        let source = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            let path = source.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a source file");
        };
        write(
            "publication.toml",
            "format = 1\nid = \"small-town\"\nname = \"Small town\"\nlanguages = [\"fr\"]\n",
        );
        write(
            "places/town-hall.toml",
            "[[place]]\nid = \"town-hall\"\nname = { fr = \"Mairie\" }\nposition = \"45.4237, 4.0662\"\naddress = \"Place de la Mairie\"\npostcode = \"42380\"\ncommune = \"42204\"\ncommune_name = \"Saint-Bonnet\"\ndepartement = \"Loire\"\ncountry = \"FR\"\n",
        );
        Self::of(source.path())
    }

    /// The paths on the server that begin so, with their lengths, the longest first.
    fn files(&self, folder: &str) -> Vec<(String, usize)> {
        let mut found: Vec<_> = fs::read_dir(self.public.path().join(folder))
            .expect("the publication has such files")
            .map(|entry| {
                let entry = entry.expect("the folder can be listed");
                let length = entry.metadata().expect("a file").len();
                let name = entry.file_name().to_string_lossy().into_owned();
                (
                    format!("/{folder}/{name}"),
                    usize::try_from(length).expect("a length"),
                )
            })
            .collect();
        found.sort_by_key(|(path, length)| (std::cmp::Reverse(*length), path.clone()));
        found
    }
}

/// A source with one text of the samples changed, so that one pack and no recording differs.
fn edited() -> TempDir {
    let source = copy(&sample("saint-bonnet"));
    let panels = source.path().join("panels/montmartre.toml");
    let words = fs::read_to_string(&panels).expect("the panels");
    let changed = words.replace(
        "Amélie's café was not invented",
        "Amélie's café was never invented",
    );
    assert_ne!(words, changed, "the samples have other words now");
    fs::write(&panels, changed).expect("a hand edit");
    source
}

/// A clock that does not wait.
struct Hurry(AtomicU64);

impl Clock for Hurry {
    fn now_ms(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn unix_s(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A phone in this process.
struct Phone {
    folder: PathBuf,
    _own: Option<TempDir>,
    store: Arc<Catalogue>,
    options: Options,
    runtime: Arc<Runtime>,
}

impl Phone {
    fn new() -> Self {
        let own = tempfile::tempdir().expect("a temporary folder");
        let phone = Self::at(own.path());
        Self {
            _own: Some(own),
            ..phone
        }
    }

    fn at(folder: &Path) -> Self {
        let options = Options {
            stall: Duration::from_secs(30),
            ..Options::default()
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        Self {
            folder: folder.to_owned(),
            _own: None,
            store: Arc::new(Catalogue::open(folder).expect("the catalogue opens")),
            options,
            runtime: Arc::new(runtime),
        }
    }

    fn syncer(&self, fetcher: Arc<dyn Fetcher>) -> Syncer {
        let clock = Arc::new(Hurry(AtomicU64::new(0)));
        Syncer::with_ports(&self.folder, self.store.clone(), self.options, fetcher, clock)
    }

    fn sync(&self, url: &str) -> Result<SyncReport, SyncError> {
        let fetcher = HttpFetcher::new(self.options.stall).expect("a fetcher");
        self.sync_over(Arc::new(fetcher), url)
    }

    fn sync_over(&self, fetcher: Arc<dyn Fetcher>, url: &str) -> Result<SyncReport, SyncError> {
        let syncer = self.syncer(fetcher);
        self.runtime.block_on(async {
            let plan = syncer.plan(url, &Choice::default()).await?;
            syncer.run(plan, Arc::new(()), &Control::new()).await
        })
    }

    fn version(&self) -> Option<u64> {
        version(&self.store)
    }

    /// Makes sure that this edition serves, and that every blob it names is here and right.
    fn assert_whole(&self, version: Option<u64>, told: &str) {
        assert_eq!(self.version(), version, "{told}: another edition serves");
        assert_eq!(missing(&self.folder, &self.store), 0, "{told}: files are missing");
    }
}

/// The edition that is installed of whatever is followed.
fn version(store: &Catalogue) -> Option<u64> {
    let followed = store.followed().expect("the catalogue can be read");
    followed.first().map(|one| one.version)
}

/// How many of the blobs that the catalogue names are not there. One that is there and wrong fails the test.
fn missing(folder: &Path, store: &Catalogue) -> usize {
    let named = store.all_blobs().expect("the catalogue can be read");
    let there = |name: &str| match fs::read(folder.join("media").join(name)) {
        Ok(bytes) => {
            assert_eq!(hex(&bytes), name, "a file is here under the name of another");
            true
        }
        Err(_) => false,
    };
    named.iter().filter(|blob| !there(blob.as_str())).count()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The only publication of a catalogue, with its packs.
fn packs(store: &Catalogue) -> Vec<(Id, Id)> {
    let followed = store.followed().expect("the catalogue can be read");
    followed
        .iter()
        .flat_map(|one| {
            let packs = store.pack_hashes(&one.publication).expect("the packs");
            packs.into_iter().map(|(pack, _)| (one.publication.clone(), pack))
        })
        .collect()
}
