//! What downloads are asked for and what they tell, told to uniffi.

use alloclap_core::catalogue::model::{BlobHash, Id, Language, Medium, Texts};
use alloclap_core::catalogue::{InstallReport, Skipped};
use alloclap_core::companion::{CompanionError, Offered, SyncState};
use alloclap_core::publication::Neighbour;
use alloclap_core::sync::{Choice, DownloadOver, FileRequest, NetworkKind, SyncProgress, SyncReport, Trust};

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

/// What should be on the phone once the sync has ended: the whole wish. By default everything.
#[uniffi::remote(Record)]
pub struct Choice {
    #[uniffi(default = None)]
    areas: Option<Vec<Id>>,
    #[uniffi(default = None)]
    packs: Option<Vec<Id>>,
    #[uniffi(default = None)]
    departements: Option<Vec<String>>,
    #[uniffi(default = None)]
    communes: Option<Vec<String>>,
    #[uniffi(default = None)]
    languages: Option<Vec<Language>>,
    #[uniffi(default = None)]
    media: Option<Vec<Medium>>,
}

/// A pack that is not on this phone, with what it costs: places and panels in it, bytes of its text and of all of its media.
#[uniffi::remote(Record)]
pub struct Offered {
    publication: Id,
    address: String,
    pack: Id,
    area: Id,
    name: String,
    places: u32,
    panels: u32,
    text_bytes: u64,
    media_bytes: u64,
}

/// A guide that another one introduces: where it is at home, its address, and the fingerprint of its root.
#[uniffi::remote(Record)]
pub struct Neighbour {
    id: Id,
    name: String,
    area: Texts,
    address: String,
    root: BlobHash,
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

/// What a sync did.
#[uniffi::remote(Record)]
pub struct SyncReport {
    publication: Id,
    version: u64,
    packs_installed: u64,
    packs_kept: u64,
    packs_removed: u64,
    files_fetched: u64,
    bytes_fetched: u64,
    blobs: u64,
    blob_bytes: u64,
    repaired: u64,
    files_swept: u64,
    bytes_freed: u64,
    notices_left_out: Vec<String>,
    install: InstallReport,
}

/// What the catalogue made of new packs.
#[uniffi::remote(Record)]
pub struct InstallReport {
    records: u64,
    removed: u64,
    skipped: u64,
    reasons: Vec<Skipped>,
}

/// A record that was skipped.
#[uniffi::remote(Record)]
pub struct Skipped {
    pack: Option<Id>,
    kind: String,
    id: Option<String>,
    why: String,
}

/// What a sync is doing.
#[uniffi::remote(Enum)]
pub enum SyncState {
    /// It plans, fetches or installs.
    Running {
        /// How far it has come.
        progress: SyncProgress,
    },
    /// It is held; what came is kept.
    Paused {
        /// How far it has come.
        progress: SyncProgress,
    },
    /// It has ended: the new guide serves.
    Done {
        /// What it did.
        report: SyncReport,
    },
    /// It has ended: the old guide serves on, and what came is kept for the next time.
    Failed {
        /// Why; `Cancelled` if somebody wanted it so.
        error: CompanionError,
    },
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

/// A publication's trust, as an app may show it.
#[uniffi::remote(Record)]
pub struct Trust {
    address: String,
    fingerprint: Option<BlobHash>,
    root_version: u64,
    valid_until: Option<String>,
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
