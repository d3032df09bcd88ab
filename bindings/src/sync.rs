//! Bringing guides onto this phone.

use crate::house::{House, Open};
use crate::subscription::{ListenerError, Subscription, pass_on};
use crate::transfer::TrailReadiness;
use alloclap_core::catalogue::Key;
use alloclap_core::catalogue::model::{Id, Language};
use alloclap_core::companion::{self, CompanionError, Download, Offered, SyncState};
use alloclap_core::publication::Neighbour;
use alloclap_core::sync::{
    Choice, DownloadOver, FileRequest, NetworkKind, Plan, PlanSummary, RootOfTrust, SyncReport, Trust,
};
use std::path::Path;
use std::sync::Arc;

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
    /// Says whose signatures to believe for the guide at an address, before its first sync: the text of its root file, or its
    /// fingerprint of 64 hexadecimal digits. Naming it again changes nothing. Writes to the data folder, fetches nothing.
    pub fn follow(&self, address: String, root: String) -> Result<(), CompanionError> {
        self.house
            .with(|companion| companion.follow(&address, RootOfTrust::from_text(root)))
    }

    /// Whose signatures are believed for which address, and until when its publisher vouches for it. Reads small files.
    pub fn trusted(&self) -> Result<Vec<Trust>, CompanionError> {
        self.house.with(companion::Companion::trusted)
    }

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

    /// What the visitor chose last of a guide: what a refresh should ask for. Everything if nothing is known. Reads a file.
    pub fn choice(&self, publication: Id) -> Result<Choice, CompanionError> {
        self.house.with(|companion| companion.choice(&publication))
    }

    /// What to ask for so that a pack comes to what is here already of its guide: the visitor's last choice, and this. Reads a file.
    pub fn choice_with_pack(&self, publication: Id, pack: Id) -> Result<Choice, CompanionError> {
        let more = Choice {
            packs: Some(vec![pack]),
            ..Choice::default()
        };
        self.house
            .with(|companion| Ok(companion.choice(&publication)?.with_places_of(&more)))
    }

    /// Looks for a panel code that is not on this phone: which pack has it, and what that costs; null if no guide knows it. `host`
    /// is that of `Answer.UnknownCode`. May ask a server for some kilobytes: blocks on the network, never on a main thread.
    #[uniffi::method(default(host = None))]
    pub fn locate(&self, code: String, host: Option<String>) -> Result<Option<Offered>, CompanionError> {
        self.house
            .with(|companion| companion.locate(&code, host.as_deref()))
    }

    /// What the pack of `Answer.NotHere` is called and costs; null if its guide has it no more. May ask a
    /// server: blocks on the network, never on a main thread.
    pub fn offer(&self, publication: Id, pack: Id) -> Result<Option<Offered>, CompanionError> {
        self.house.with(|companion| companion.offer(&publication, &pack))
    }

    /// The guides that those on this phone introduce: they can be followed without a root of one's own. Reads small files.
    pub fn neighbours(&self) -> Result<Vec<Neighbour>, CompanionError> {
        self.house.with(companion::Companion::neighbours)
    }

    /// Whether a trail can be walked without network in a language, in all without one. Reads every file of it: blocks for as
    /// long as that takes.
    #[uniffi::method(default(language = None))]
    pub fn ready(&self, trail: Key, language: Option<Language>) -> Result<TrailReadiness, CompanionError> {
        let readiness = self
            .house
            .with(|companion| companion.ready(&trail, language.as_ref()))?;
        Ok(TrailReadiness {
            ready: readiness.is_ready(),
            missing_files: u64::try_from(readiness.missing.len()).unwrap_or(u64::MAX),
            missing_bytes: readiness.missing_bytes,
        })
    }

    /// Takes a trail off this phone, and out of what a refresh asks for; gives the bytes that were freed. The visitor's own marks
    /// stay. Writes to the catalogue; `Busy` while a sync runs.
    pub fn remove_trail(&self, trail: Key) -> Result<u64, CompanionError> {
        self.house.with(|companion| companion.remove_trail(&trail))
    }

    /// Tells on which kind of network the phone is now; downloads pause and go on accordingly. Returns at once. No I/O.
    pub fn network_is(&self, kind: NetworkKind) -> Result<(), CompanionError> {
        self.house.with(|companion| {
            companion.network_is(kind);
            Ok(())
        })
    }

    /// Sets over which networks downloads may run. Returns at once. No I/O.
    pub fn download_over(&self, over: DownloadOver) -> Result<(), CompanionError> {
        self.house.with(|companion| {
            companion.download_over(over);
            Ok(())
        })
    }

    /// Sets how many bytes the media of all guides may take; null for no limit. Returns at once. No I/O.
    pub fn allow_bytes(&self, quota: Option<u64>) -> Result<(), CompanionError> {
        self.house.with(|companion| {
            companion.allow_bytes(quota);
            Ok(())
        })
    }

    /// The files that a plan lacks, for an app that fetches them while it sleeps: its packs, or once these are here, its blobs.
    /// None if all is here: then `start_planned` installs without a download. Blocks on the disk.
    pub fn outstanding(&self, plan: Arc<SyncPlan>) -> Result<Vec<FileRequest>, CompanionError> {
        self.house.with(|companion| companion.outstanding(&plan.inner))
    }

    /// Takes a file that the app fetched for a request, and verifies it. The file stays the app's to delete. Blocks on the disk.
    pub fn hand_in(&self, request: FileRequest, path: String) -> Result<(), CompanionError> {
        self.house
            .with(|companion| companion.hand_in(&request, Path::new(&path)))
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
    pub fn summary(&self) -> PlanSummary {
        self.inner.summary.clone()
    }

    /// Whether there is nothing to do. Any thread, returns at once. No I/O.
    pub fn is_up_to_date(&self) -> bool {
        self.inner.summary.is_up_to_date()
    }
}
