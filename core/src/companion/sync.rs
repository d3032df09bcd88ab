//! Following publications: what a shell starts, watches and stops. How bytes are fetched and verified is `sync`'s.

use super::{Companion, CompanionError};
use crate::catalogue::Followed;
use crate::catalogue::model::Id;
use crate::sync::{Choice, Plan, ProgressListener, RootOfTrust, SyncHandle, SyncReport, Trust};
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

    /// Waits for its end. Blocks: never on a main thread.
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

    /// Removes a publication's records from this phone; the journal keeps the visitor's marks.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if it is not followed.
    pub fn forget(&self, publication: &Id) -> Result<(), CompanionError> {
        self.catalogue.unfollow(publication)?;
        Ok(self.runtime.block_on(self.syncer.distrust(publication))?)
    }
}
