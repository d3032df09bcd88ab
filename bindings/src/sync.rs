//! Bringing guides onto this phone.

use crate::house::{House, Open};
use crate::subscription::{ListenerError, Subscription, pass_on};
use alloclap_core::catalogue::model::{Id, Language, Medium};
use alloclap_core::catalogue::{InstallReport, Skipped};
use alloclap_core::companion::{self, CompanionError, Download, SyncState};
use alloclap_core::sync::{Choice, Plan, SyncProgress, SyncReport};
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

/// What should be on the phone once the sync has ended: the whole wish. By default everything.
#[uniffi::remote(Record)]
pub struct Choice {
    #[uniffi(default = None)]
    areas: Option<Vec<Id>>,
    #[uniffi(default = None)]
    packs: Option<Vec<Id>>,
    #[uniffi(default = None)]
    languages: Option<Vec<Language>>,
    #[uniffi(default = None)]
    media: Option<Vec<Medium>>,
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

/// Is told what a sync does; see the module of subscriptions for threads.
#[uniffi::export(with_foreign)]
pub trait SyncListener: Send + std::marker::Sync {
    /// What it is doing now, ten times a second at most. `Done` and `Failed` are the last.
    fn changed(&self, state: SyncState) -> Result<(), ListenerError>;

    /// It has ended: the last call.
    fn ended(&self) -> Result<(), ListenerError>;
}

/// Bringing guides onto this phone. Any thread may call any method.
#[derive(uniffi::Object)]
pub struct Sync {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl Sync {
    /// Starts to download or refresh the guide at an address. Returns at once; dropping what it returns cancels.
    #[uniffi::method(default(choice = None))]
    pub fn start(&self, address: String, choice: Option<Choice>) -> Result<Arc<Syncing>, CompanionError> {
        let choice = choice.unwrap_or_default();
        let inner = self
            .house
            .make(|companion| Ok(companion.download(&address, choice)))?;
        Ok(Arc::new(Syncing { inner }))
    }

    /// Starts to ask what a choice would cost. Returns at once; dropping what it returns cancels. Nothing is written.
    #[uniffi::method(default(choice = None))]
    pub fn plan(&self, address: String, choice: Option<Choice>) -> Result<Arc<Planning>, CompanionError> {
        let choice = choice.unwrap_or_default();
        let inner = self
            .house
            .make(|companion| Ok(companion.planning(&address, choice)))?;
        Ok(Arc::new(Planning { inner }))
    }

    /// Starts to download what was planned. Returns at once; dropping what it returns cancels.
    pub fn start_planned(&self, plan: Arc<SyncPlan>) -> Result<Arc<Syncing>, CompanionError> {
        let inner = self
            .house
            .make(|companion| Ok(companion.download_planned(plan.inner.clone())))?;
        Ok(Arc::new(Syncing { inner }))
    }
}

/// A sync under way. Dropping it cancels; what was downloaded is kept for the next time. Any thread may call any method.
#[derive(uniffi::Object)]
pub struct Syncing {
    inner: Arc<Open<Download>>,
}

#[uniffi::export]
impl Syncing {
    /// Holds the downloads until `resume`. Returns at once. No I/O.
    pub fn pause(&self) -> Result<(), CompanionError> {
        self.inner.with(|sync| {
            sync.pause();
            Ok(())
        })
    }

    /// Goes on. Returns at once. No I/O.
    pub fn resume(&self) -> Result<(), CompanionError> {
        self.inner.with(|sync| {
            sync.resume();
            Ok(())
        })
    }

    /// Stops, unless it is installing already. Returns at once. No I/O.
    pub fn cancel(&self) -> Result<(), CompanionError> {
        self.inner.with(|sync| {
            sync.cancel();
            Ok(())
        })
    }

    /// What it is doing. Returns at once. No I/O.
    pub fn state(&self) -> Result<SyncState, CompanionError> {
        self.inner.with(|sync| Ok(sync.state()))
    }

    /// Tells a listener of the state as it is, then of each change, then how it ended. Returns at once. No I/O.
    pub fn subscribe(&self, listener: Arc<dyn SyncListener>) -> Result<Arc<Subscription>, CompanionError> {
        self.inner.with(|sync| {
            Ok(Subscription::new(sync.subscribe(move |told| {
                pass_on(told, |state| listener.changed(state), || listener.ended());
            })))
        })
    }

    /// Waits for its end: blocks on the network, never on a main thread. May be called again.
    pub fn wait(&self) -> Result<SyncReport, CompanionError> {
        self.inner.with(Download::wait)
    }
}

/// A plan that is being made. Dropping it cancels. Any thread may call any method.
#[derive(uniffi::Object)]
pub struct Planning {
    inner: Arc<Open<companion::Planning>>,
}

#[uniffi::export]
impl Planning {
    /// Stops. Returns at once. No I/O.
    pub fn cancel(&self) -> Result<(), CompanionError> {
        self.inner.with(|planning| {
            planning.cancel();
            Ok(())
        })
    }

    /// Waits for the plan: blocks on the network, never on a main thread. May be called again.
    pub fn wait(&self) -> Result<Arc<SyncPlan>, CompanionError> {
        let inner = self.inner.with(companion::Planning::wait)?;
        Ok(Arc::new(SyncPlan { inner }))
    }
}

/// A sync that was thought through, and not begun.
#[derive(uniffi::Object)]
pub struct SyncPlan {
    inner: Plan,
}

#[uniffi::export]
impl SyncPlan {
    /// What it would do and cost. Any thread, returns at once. No I/O.
    pub fn summary(&self) -> alloclap_core::sync::PlanSummary {
        self.inner.summary.clone()
    }

    /// Whether there is nothing to do. Any thread, returns at once. No I/O.
    pub fn is_up_to_date(&self) -> bool {
        self.inner.summary.is_up_to_date()
    }
}
