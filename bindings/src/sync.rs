//! A download under way.

use alloclap_core::catalogue::model::{Id, Medium};
use alloclap_core::companion::{self, CompanionError};
use alloclap_core::sync::{ProgressListener, SyncProgress};
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
