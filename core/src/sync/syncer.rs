//! The front of the room: what a sync needs from outside, and the ways to ask for one.

use super::hosts::Reputation;
use super::network::Network;
use super::{
    Choice, Clock, Control, DownloadOver, Fetcher, FileRequest, HttpFetcher, Located, NetworkKind, Plan,
    ProgressListener, Readiness, RetryPolicy, RootOfTrust, Store, SyncError, SyncHandle, SyncReport,
    SystemClock, Trust, background, download::blocking, folder::Folder, kept, known, plan, ready, run,
    source::Source, trust::Kept,
};
use crate::catalogue::model::Id;
use crate::publication::Neighbour;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::runtime::Handle;

/// How patient and how thorough a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How long a server may send nothing (or next to nothing) before it is given up.
    pub stall: Duration,
    /// How often and how patiently a file is tried.
    pub retry: RetryPolicy,
    /// Files at once.
    pub parallel: usize,
    /// Read every file that is here again and compare its hash, instead of its length alone. Finds what was altered on
    /// disk, and fetches it again.
    pub verify: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(20),
            retry: RetryPolicy::default(),
            parallel: 6,
            verify: false,
        }
    }
}

/// What a sync needs from outside. Cheap to clone.
#[derive(Clone)]
pub(super) struct Tools {
    pub(super) root: PathBuf,
    pub(super) store: Arc<dyn Store>,
    pub(super) fetcher: Arc<dyn Fetcher>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) options: Options,
    pub(super) network: Network,
    pub(super) reputation: Reputation,
    /// `u64::MAX` for no limit.
    pub(super) quota_bytes: Arc<AtomicU64>,
}

impl Tools {
    pub(super) fn quota(&self) -> Option<u64> {
        Some(self.quota_bytes.load(Ordering::Relaxed)).filter(|quota| *quota != u64::MAX)
    }
}

/// Brings publications into a data folder. Keeps nothing between calls; clones share its ports.
///
/// Its futures run on a tokio runtime of the caller's with time and I/O enabled.
#[derive(Clone)]
pub struct Syncer {
    tools: Tools,
    /// Done on a thread that may block, once a sync in the background has come to its end.
    afterwards: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Syncer {
    /// A syncer for a data folder and its store, over HTTP and on this device's clock. Does no I/O.
    ///
    /// # Errors
    /// [`SyncError::Internal`] if TLS cannot be set up.
    pub fn new(
        folder: impl Into<PathBuf>,
        store: Arc<dyn Store>,
        options: Options,
    ) -> Result<Self, SyncError> {
        let fetcher = HttpFetcher::new(options.stall).map_err(|error| SyncError::Internal {
            why: error.to_string(),
        })?;
        Ok(Self::with_ports(
            folder,
            store,
            options,
            Arc::new(fetcher),
            Arc::new(SystemClock::new()),
        ))
    }

    /// The same with another network and another clock.
    pub fn with_ports(
        folder: impl Into<PathBuf>,
        store: Arc<dyn Store>,
        options: Options,
        fetcher: Arc<dyn Fetcher>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            tools: Tools {
                root: folder.into(),
                store,
                fetcher,
                clock,
                options,
                network: Network::new(),
                reputation: Reputation::default(),
                quota_bytes: Arc::new(AtomicU64::new(u64::MAX)),
            },
            afterwards: None,
        }
    }

    /// Also does `work`, which may block, after every sync in the background that comes to its end; its handle waits for that
    /// too. For what is made of the catalogue and would keep a visitor's first question waiting.
    #[must_use]
    pub fn and_afterwards(self, work: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            afterwards: Some(Arc::new(work)),
            ..self
        }
    }

    /// Says which root of a publication to believe, before its first sync. Fetches nothing. Asked again with the same root,
    /// it changes nothing.
    ///
    /// # Errors
    /// The address is none, it is followed with another root already, or the data folder cannot be written.
    pub async fn follow(&self, address: &str, root: RootOfTrust) -> Result<(), SyncError> {
        let (source, folder) = (Source::parse(address)?, Folder::new(&self.tools.root));
        blocking(move || Kept::read(&folder, &source)?.begin(root, &source)?.keep(&folder)).await
    }

    /// The publications of which a root is believed, also those that were not synced yet.
    ///
    /// # Errors
    /// None of its own: what cannot be read is left out.
    pub async fn trusted(&self) -> Result<Vec<Trust>, SyncError> {
        let folder = Folder::new(&self.tools.root);
        blocking(move || Ok(Kept::all(&folder).into_iter().map(Kept::told).collect())).await
    }

    /// Looks for a panel code that is not on this phone, and tells what its pack costs. The codes of small publications are all
    /// here; a large one's server is asked once for some kilobytes that hundreds of codes share, and what came is kept. `host`
    /// is that of the address in which the code was read.
    ///
    /// # Errors
    /// Network, server, or a text that cannot be used, if no publication had the code.
    pub async fn locate(&self, code: &str, host: Option<&str>) -> Result<Option<Located>, SyncError> {
        known::locate(&self.tools, code, host).await
    }

    /// What a pack that is not on this phone is called and costs; nothing if its publication does not have it.
    ///
    /// # Errors
    /// Network, server, or a text that cannot be used, if the area that lists it is not here.
    pub async fn offer(&self, publication: &Id, pack: &Id) -> Result<Option<Located>, SyncError> {
        known::offer(&self.tools, publication.clone(), pack).await
    }

    /// The publications that those on this phone introduce: they can be followed without a root of one's own.
    ///
    /// # Errors
    /// None of its own: what cannot be read is left out.
    pub async fn neighbours(&self) -> Result<Vec<Neighbour>, SyncError> {
        known::neighbours(&self.tools).await
    }

    /// Forgets whose root was believed, and the versions that were seen: for a publication that is not followed any more.
    ///
    /// # Errors
    /// The data folder cannot be written.
    pub async fn distrust(&self, publication: &Id) -> Result<(), SyncError> {
        let (folder, publication) = (Folder::new(&self.tools.root), publication.clone());
        blocking(move || {
            let all = Kept::all(&folder).into_iter();
            all.filter(|kept| kept.publication.as_ref() == Some(&publication))
                .try_for_each(|kept| kept.forget(&folder))
        })
        .await
    }

    /// Says what a choice would cost: fetches the index and the areas that it needs, compares them with what is here,
    /// and writes nothing.
    ///
    /// # Errors
    /// Network, server, or a publication that cannot be used.
    pub async fn plan(&self, address: &str, choice: &Choice) -> Result<Plan, SyncError> {
        plan::plan(&self.tools, &Control::new(), address, choice).await
    }

    /// Does what a plan says. The catalogue is switched at the very end, in one transaction.
    ///
    /// # Errors
    /// Any [`SyncError`]; the old guide is whole then, and what was downloaded is kept for the next time.
    pub async fn run(
        &self,
        plan: Plan,
        listener: Arc<dyn ProgressListener>,
        control: &Control,
    ) -> Result<SyncReport, SyncError> {
        run::run(&self.tools, plan, listener, control).await
    }

    /// Reads every file of a pack that a choice takes, and says which are missing or altered: the proof that a trail can
    /// be walked without network. A trail's pack has the trail's id.
    ///
    /// # Errors
    /// The catalogue cannot be read.
    pub async fn ready(&self, publication: &Id, pack: &Id, choice: &Choice) -> Result<Readiness, SyncError> {
        ready::ready(&self.tools, publication.clone(), pack.clone(), choice.clone()).await
    }

    /// What the visitor chose last of a publication: what a refresh should ask for. Everything if nothing is known.
    ///
    /// # Errors
    /// [`SyncError::Internal`] alone.
    pub async fn kept_choice(&self, publication: &Id) -> Result<Choice, SyncError> {
        kept::kept_choice(&self.tools, publication.clone()).await
    }

    /// Takes a pack (a trail's has the trail's id) off the phone, and out of the kept choice. Needs no network. Returns the
    /// bytes that were freed.
    ///
    /// # Errors
    /// [`SyncError::Busy`], or the catalogue does not have it or cannot be written.
    pub async fn remove(&self, publication: &Id, pack: &Id) -> Result<u64, SyncError> {
        kept::remove(&self.tools, publication.clone(), pack.clone()).await
    }

    /// Tells on which kind of network the phone is now. Downloads under way pause and go on accordingly.
    pub fn network_is(&self, kind: NetworkKind) {
        self.tools.network.is(kind);
    }

    /// Sets over which networks downloads may run, from now on.
    pub fn download_over(&self, over: DownloadOver) {
        self.tools.network.download_over(over);
    }

    /// Sets how many bytes the blobs of all guides may take together, from now on; without a number there is no limit.
    pub fn allow_bytes(&self, quota: Option<u64>) {
        let quota = quota.unwrap_or(u64::MAX);
        self.tools.quota_bytes.store(quota, Ordering::Relaxed);
    }

    /// Builds what the catalogue lost again from the packs that are here; needs no network. Gives the publications that it
    /// brought back. Blocks.
    ///
    /// # Errors
    /// [`SyncError::Busy`], or the catalogue cannot be used.
    pub fn rebuild(&self) -> Result<Vec<Id>, SyncError> {
        kept::rebuild(&self.tools)
    }

    /// The files that a plan lacks, for a shell that fetches them itself: its packs, or once these are here, its blobs.
    /// Nothing if all is here; then [`Self::run`] installs without a download.
    ///
    /// # Errors
    /// [`SyncError::Busy`] while a sync runs, or the data folder cannot be used.
    pub async fn outstanding(&self, plan: &Plan) -> Result<Vec<FileRequest>, SyncError> {
        background::outstanding(&self.tools, plan).await
    }

    /// Takes a file that was fetched for a request, with the bytes from its first missing one on, verifies it and puts it
    /// in its place. The file stays the caller's to delete.
    ///
    /// # Errors
    /// [`SyncError::WrongBytes`] if it is not what was asked for: nothing of it is kept then; [`SyncError::Busy`] while a
    /// sync runs.
    pub async fn hand_in(&self, request: &FileRequest, fetched: impl Into<PathBuf>) -> Result<(), SyncError> {
        background::hand_in(&self.tools, request.clone(), fetched.into()).await
    }

    /// Throws away every file that no installed publication needs: after one is not followed any more, or to free room.
    /// Half-downloaded files go too. Returns the bytes that were freed.
    ///
    /// # Errors
    /// [`SyncError::Busy`], or the catalogue cannot be read.
    pub async fn tidy(&self) -> Result<u64, SyncError> {
        ready::tidy(&self.tools).await
    }

    /// Does what a plan says on a runtime, in the background.
    pub fn start(&self, runtime: &Handle, plan: Plan, listener: Arc<dyn ProgressListener>) -> SyncHandle {
        let syncer = self.clone();
        SyncHandle::start(runtime, move |control| async move {
            syncer.run_whole(plan, listener, &control).await
        })
    }

    /// Plans and runs on a runtime, in the background.
    pub fn start_with_choice(
        &self,
        runtime: &Handle,
        address: String,
        choice: Choice,
        listener: Arc<dyn ProgressListener>,
    ) -> SyncHandle {
        let syncer = self.clone();
        SyncHandle::start(runtime, move |control| async move {
            let plan = plan::plan(&syncer.tools, &control, &address, &choice).await?;
            syncer.run_whole(plan, listener, &control).await
        })
    }

    async fn run_whole(
        &self,
        plan: Plan,
        listener: Arc<dyn ProgressListener>,
        control: &Control,
    ) -> Result<SyncReport, SyncError> {
        let report = self.run(plan, listener, control).await?;
        if let Some(work) = self.afterwards.clone() {
            // The guide is installed, whatever becomes of this.
            let _ = tokio::task::spawn_blocking(move || work()).await;
        }
        Ok(report)
    }
}
