//! A download under way.

use crate::Companion;
use alloclap_core::catalogue::Key;
use alloclap_core::catalogue::model::{BlobHash, Id, Language, Medium};
use alloclap_core::companion::{self, CompanionError};
use alloclap_core::sync::{
    Amount, Choice, DownloadOver, FileRequest, NetworkKind, Plan, PlannedMedia, ProgressListener,
    SyncProgress,
};
use std::path::Path;
use std::sync::Arc;

/// What a visitor may choose to download or to leave.
#[uniffi::remote(Enum)]
pub enum Medium {
    /// Recordings.
    Audio,
    /// Pictures.
    Picture,
    /// Clips and their subtitles.
    Video,
    /// Maps.
    Map,
    /// A medium of a later version of the format.
    Other,
}

/// How far a sync has come. The totals are estimates until the packs have been read.
#[uniffi::remote(Record)]
pub struct SyncProgress {
    files_done: u64,
    files_total: u64,
    bytes_done: u64,
    bytes_total: u64,
    bytes_per_s: u64,
    eta_s: Option<u64>,
    waits_for_network: bool,
}

/// The kind of network that the phone is on.
#[uniffi::remote(Enum)]
pub enum NetworkKind {
    /// Nobody has told.
    Unknown,
    /// None: downloads wait for one instead of failing.
    Offline,
    /// Wi-Fi or cable that costs nothing by the byte.
    Unmetered,
    /// Mobile data, or Wi-Fi that counts.
    Metered,
}

/// Over which networks the visitor wants downloads.
#[uniffi::remote(Enum)]
pub enum DownloadOver {
    /// Any.
    Any,
    /// Only those that cost nothing by the byte.
    Unmetered,
}

/// What should be on the phone once a sync has ended; everything where nothing is said.
#[uniffi::remote(Record)]
pub struct Choice {
    areas: Option<Vec<Id>>,
    packs: Option<Vec<Id>>,
    departements: Option<Vec<String>>,
    communes: Option<Vec<String>>,
    languages: Option<Vec<Language>>,
    media: Option<Vec<Medium>>,
}

/// Files and their bytes.
#[uniffi::remote(Record)]
pub struct Amount {
    files: u64,
    bytes: u64,
}

/// The media of one kind and language in the chosen packs: all of them, and those that are here.
#[uniffi::remote(Record)]
pub struct PlannedMedia {
    medium: Medium,
    language: Option<Language>,
    chosen: bool,
    total: Amount,
    here: Amount,
}

/// A file that an app may fetch by itself.
#[uniffi::remote(Record)]
pub struct FileRequest {
    publication: Id,
    pack: bool,
    addresses: Vec<String>,
    from_byte: u64,
    bytes: u64,
    hash: BlobHash,
}

/// What a sync would do and cost.
#[derive(uniffi::Record)]
pub struct SyncCost {
    /// The publication.
    pub publication: Id,
    /// Who publishes it.
    pub publisher: String,
    /// The edition that is offered.
    pub version: u64,
    /// The packs that are chosen; a trail's has the trail's id.
    pub packs: Vec<Id>,
    /// The media of the chosen packs.
    pub media: Vec<PlannedMedia>,
    /// Texts that must be fetched.
    pub text: Amount,
    /// All that must be fetched.
    pub download: Amount,
    /// Free space that is needed, in bytes.
    pub needed_bytes: u64,
    /// Free space that there is, in bytes, where the system tells.
    pub free_bytes: Option<u64>,
    /// Whether there is nothing to do.
    pub up_to_date: bool,
}

/// What is missing for a trail to be walked without network.
#[derive(uniffi::Record)]
pub struct TrailReadiness {
    /// Whether nothing is missing.
    pub ready: bool,
    /// Files that are missing, or were altered.
    pub missing_files: u64,
    /// Their size in bytes.
    pub missing_bytes: u64,
}

/// A sync that was thought through, and not begun.
#[derive(uniffi::Object)]
pub struct SyncPlan {
    inner: Plan,
}

#[uniffi::export]
impl SyncPlan {
    /// What it would do and cost. No I/O.
    pub fn cost(&self) -> SyncCost {
        let plan = &self.inner.summary;
        let chosen = plan.packs.iter().filter(|pack| pack.chosen);
        SyncCost {
            publication: plan.publication.clone(),
            publisher: plan.publisher.clone(),
            version: plan.version,
            packs: chosen.map(|pack| pack.id.clone()).collect(),
            media: plan.media.clone(),
            text: plan.text,
            download: plan.download,
            needed_bytes: plan.needed_bytes,
            free_bytes: plan.free_bytes,
            up_to_date: plan.is_up_to_date(),
        }
    }
}

#[uniffi::export]
impl Companion {
    /// What a sync would download. Goes to the network and blocks: never on a main thread.
    pub fn plan(&self, address: String, choice: Choice) -> Result<Arc<SyncPlan>, CompanionError> {
        let inner = self.inner.plan(&address, &choice)?;
        Ok(Arc::new(SyncPlan { inner }))
    }

    /// Starts to download what was planned. Returns at once; dropping what it returns cancels.
    pub fn start(&self, plan: Arc<SyncPlan>, listener: Arc<dyn SyncListener>) -> Arc<Syncing> {
        let listening = Arc::new(Listening(listener));
        Arc::new(Syncing::new(self.inner.start(plan.inner.clone(), listening)))
    }

    /// What the visitor chose last of a guide: what a refresh should ask for. Reads a file.
    pub fn choice(&self, publication: Id) -> Result<Choice, CompanionError> {
        self.inner.choice(&publication)
    }

    /// Whether a trail can be walked without network in a language, in all without one. Reads every file of it: blocks for as
    /// long as that takes.
    pub fn ready(&self, trail: Key, language: Option<Language>) -> Result<TrailReadiness, CompanionError> {
        let readiness = self.inner.ready(&trail, language.as_ref())?;
        Ok(TrailReadiness {
            ready: readiness.is_ready(),
            missing_files: readiness.missing.len() as u64,
            missing_bytes: readiness.missing_bytes,
        })
    }

    /// Takes a trail off this phone, and gives the bytes that were freed; the visitor's own marks stay. Writes to the catalogue.
    pub fn remove_trail(&self, trail: Key) -> Result<u64, CompanionError> {
        self.inner.remove_trail(&trail)
    }

    /// Tells on which kind of network the phone is now; downloads pause and go on accordingly. Any thread, returns at once.
    pub fn network_is(&self, kind: NetworkKind) {
        self.inner.network_is(kind);
    }

    /// Sets over which networks downloads may run. Any thread, returns at once.
    pub fn download_over(&self, over: DownloadOver) {
        self.inner.download_over(over);
    }

    /// Sets how many bytes the media of all guides may take; null for no limit. Any thread, returns at once.
    pub fn allow_bytes(&self, quota: Option<u64>) {
        self.inner.allow_bytes(quota);
    }

    /// The files that a plan lacks, for an app that fetches them while it sleeps: its packs, or once these are here, its blobs.
    /// None if all is here: then `start` installs without a download. Blocks on the disk.
    pub fn outstanding(&self, plan: Arc<SyncPlan>) -> Result<Vec<FileRequest>, CompanionError> {
        self.inner.outstanding(&plan.inner)
    }

    /// Takes a file that was fetched for a request and verifies it. The file stays the app's to delete. Blocks on the disk.
    pub fn hand_in(&self, request: FileRequest, path: String) -> Result<(), CompanionError> {
        self.inner.hand_in(&request, Path::new(&path))
    }

    /// The guides that were built again because the catalogue was broken before this start: to be told once. Null if it was not.
    pub fn rebuilt(&self) -> Option<Vec<Id>> {
        self.inner.rebuilt().map(<[Id]>::to_vec)
    }
}

/// What a sync did.
#[derive(uniffi::Record)]
pub struct SyncReport {
    /// The publication.
    pub publication: Id,
    /// The edition that is installed now.
    pub version: u64,
    /// Files that were fetched.
    pub files: u64,
    /// Bytes that came over the network.
    pub bytes: u64,
}

/// Why a listener could not take a call: it threw.
#[derive(Debug, uniffi::Error)]
pub enum ListenerError {
    /// The foreign code threw; the sync goes on.
    Threw {
        /// What it said.
        why: String,
    },
}

impl std::fmt::Display for ListenerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Threw { why } = self;
        write!(f, "the listener threw: {why}")
    }
}

impl std::error::Error for ListenerError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Threw { why: error.reason }
    }
}

/// Is told how far a sync has come: from a thread of the companion's, at most ten times a second, never while a lock is held.
#[uniffi::export(with_foreign)]
pub trait SyncListener: Send + Sync {
    /// How far it has come.
    fn progress(&self, progress: SyncProgress) -> Result<(), ListenerError>;
}

pub(crate) struct Listening(pub(crate) Arc<dyn SyncListener>);

impl ProgressListener for Listening {
    fn progress(&self, progress: SyncProgress) {
        // A listener that throws misses this report; a broken progress bar must not cost the download.
        let _ = self.0.progress(progress);
    }
}

/// A sync under way. Dropping it cancels; what was downloaded is kept for the next time.
#[derive(uniffi::Object)]
pub struct Syncing {
    inner: companion::Syncing,
}

impl Syncing {
    pub(crate) fn new(inner: companion::Syncing) -> Self {
        Self { inner }
    }
}

#[uniffi::export]
impl Syncing {
    /// Holds the downloads until `resume`. Any thread, returns at once.
    pub fn pause(&self) {
        self.inner.pause();
    }

    /// Goes on. Any thread, returns at once.
    pub fn resume(&self) {
        self.inner.resume();
    }

    /// Stops. Any thread, returns at once.
    pub fn cancel(&self) {
        self.inner.cancel();
    }

    /// Whether it has ended. Any thread, returns at once.
    pub fn is_done(&self) -> bool {
        self.inner.is_done()
    }

    /// Waits for its end: blocks, never on a main thread.
    pub fn wait(&self) -> Result<SyncReport, CompanionError> {
        let report = self.inner.wait()?;
        Ok(SyncReport {
            publication: report.publication,
            version: report.version,
            files: report.files_fetched,
            bytes: report.bytes_fetched,
        })
    }
}
