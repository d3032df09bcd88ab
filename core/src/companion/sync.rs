//! Following publications: what a shell starts, watches and stops. How bytes are fetched and verified is `sync`'s.

use super::download::tell_edition;
use super::{Companion, CompanionError};
use crate::catalogue::model::{Id, Language};
use crate::catalogue::{Followed, Key};
use crate::sync::{
    Choice, DownloadOver, FileRequest, NetworkKind, Plan, ProgressListener, Readiness, RootOfTrust,
    SyncHandle, SyncReport, Trust,
};
use std::path::Path;
use std::sync::Arc;

/// A sync under way. Dropping it cancels.
#[derive(Debug)]
pub struct Syncing(SyncHandle);

impl Syncing {
    /// Holds the downloads until [`Self::resume`].
    pub fn pause(&self) {
        self.0.pause();
    }

    /// Goes on.
    pub fn resume(&self) {
        self.0.resume();
    }

    /// Stops; what was downloaded is kept for the next time.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether it has ended.
    pub fn is_done(&self) -> bool {
        self.0.is_done()
    }

    /// Ends when it has, however that was.
    pub(super) async fn ended(&self) -> Result<SyncReport, CompanionError> {
        self.0.wait().await.map_err(Into::into)
    }

    /// Waits for its end, and until the places are ready to be asked for. Blocks: never on a main thread.
    ///
    /// # Errors
    /// Why it did not come to its end; the old guide is whole then.
    pub fn wait(&self) -> Result<SyncReport, CompanionError> {
        self.0.wait_blocking().map_err(Into::into)
    }
}

impl Companion {
    /// The publications that are followed.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn guides(&self) -> Result<Vec<Followed>, CompanionError> {
        Ok(self.catalogue.followed()?)
    }

    /// Says which root of a publication to believe, before its first sync. Fetches nothing; blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Untrusted`] if it is followed with another root already.
    pub fn follow(&self, address: &str, root: RootOfTrust) -> Result<(), CompanionError> {
        Ok(self.runtime.block_on(self.syncer.follow(address, root))?)
    }

    /// The publications of which a root is believed, with the date until which their publishers vouch for them.
    ///
    /// # Errors
    /// The data folder cannot be read.
    pub fn trusted(&self) -> Result<Vec<Trust>, CompanionError> {
        Ok(self.runtime.block_on(self.syncer.trusted())?)
    }

    /// What a sync would download. Goes to the network and blocks: never on a main thread.
    ///
    /// # Errors
    /// As [`Syncing::wait`].
    pub fn plan(&self, address: &str, choice: &Choice) -> Result<Plan, CompanionError> {
        Ok(self.runtime.block_on(self.syncer.plan(address, choice))?)
    }

    /// Starts to download what was planned. Returns at once.
    pub fn start(&self, plan: Plan, listener: Arc<dyn ProgressListener>) -> Syncing {
        Syncing(self.syncer.start(self.runtime.handle(), plan, listener))
    }

    /// Plans, then downloads. Returns at once.
    pub fn sync(&self, address: &str, choice: Choice, listener: Arc<dyn ProgressListener>) -> Syncing {
        Syncing(
            self.syncer
                .start_with_choice(self.runtime.handle(), address.to_owned(), choice, listener),
        )
    }

    /// What the visitor chose last of a publication: what a refresh should ask for. Everything if nothing is known.
    ///
    /// # Errors
    /// [`CompanionError::Internal`] alone.
    pub fn choice(&self, publication: &Id) -> Result<Choice, CompanionError> {
        Ok(self.runtime.block_on(self.syncer.kept_choice(publication))?)
    }

    /// Whether a trail can be walked without network in a language (in all without one): reads every file of it and compares
    /// its hash. Blocks for as long as that takes. What is altered is deleted, and comes again with the next sync.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn ready(&self, trail: &Key, language: Option<&Language>) -> Result<Readiness, CompanionError> {
        let choice = Choice {
            languages: language.map(|language| vec![language.clone()]),
            ..Choice::default()
        };
        let ready = self.syncer.ready(&trail.publication, &trail.id, &choice);
        Ok(self.runtime.block_on(ready)?)
    }

    /// Takes a trail, or another pack, off this phone, and out of what a refresh asks for. Needs no network. Returns the bytes
    /// that were freed; the journal keeps the visitor's marks.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if it is not here, [`CompanionError::Busy`] while a sync runs.
    pub fn remove_trail(&self, trail: &Key) -> Result<u64, CompanionError> {
        let removed = self.syncer.remove(&trail.publication, &trail.id);
        let freed = self
            .runtime
            .block_on(removed)
            .map_err(|error| match error.into() {
                CompanionError::NotFound { id, .. } => CompanionError::NotFound {
                    kind: "trail".to_owned(),
                    id,
                },
                other => other,
            });
        tell_edition(&self.catalogue, &self.editions);
        self.prepare_places();
        freed
    }

    /// Has the index of places ready again after some were taken away, meanwhile.
    fn prepare_places(&self) {
        let (places, today) = (Arc::clone(&self.places), self.clock.today());
        self.runtime
            .handle()
            .spawn_blocking(move || places.prepare(today));
    }

    /// Tells on which kind of network the phone is now; downloads under way pause and go on accordingly. Returns at once.
    pub fn network_is(&self, kind: NetworkKind) {
        self.syncer.network_is(kind);
    }

    /// Sets over which networks downloads may run ("only on Wi-Fi"), from now on. Returns at once.
    pub fn download_over(&self, over: DownloadOver) {
        self.syncer.download_over(over);
    }

    /// Sets how many bytes the media of all guides may take together; without a number there is no limit. Returns at once.
    pub fn allow_bytes(&self, quota: Option<u64>) {
        self.syncer.allow_bytes(quota);
    }

    /// The files that a plan lacks, for an app that fetches them itself while it sleeps: its packs, or once these are here,
    /// its blobs. Nothing if all is here; then [`Self::start`] installs without a download. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Busy`] while a sync runs.
    pub fn outstanding(&self, plan: &Plan) -> Result<Vec<FileRequest>, CompanionError> {
        Ok(self.runtime.block_on(self.syncer.outstanding(plan))?)
    }

    /// Takes a file that the app fetched for a request, verifies it and puts it in its place. The file stays the app's to
    /// delete. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::BadPublication`] if it is not what was asked for: nothing of it is kept then.
    pub fn hand_in(&self, request: &FileRequest, fetched: &Path) -> Result<(), CompanionError> {
        Ok(self.runtime.block_on(self.syncer.hand_in(request, fetched))?)
    }

    /// Removes a publication and its files from this phone; the journal keeps the visitor's marks.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if it is not followed.
    pub fn forget(&self, publication: &Id) -> Result<(), CompanionError> {
        self.catalogue.unfollow(publication)?;
        self.runtime.block_on(self.syncer.distrust(publication))?;
        // Its files only take room: if they cannot go now, they go after the next sync.
        let _ = self.runtime.block_on(self.syncer.tidy());
        self.prepare_places();
        tell_edition(&self.catalogue, &self.editions);
        Ok(())
    }
}
