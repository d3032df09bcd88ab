//! A sync in the background: pause, resume, cancel, wait. Dropping the handle cancels.

use super::{Control, SyncError, SyncReport};
use std::{future::Future, sync::Arc};
use tokio::{runtime::Handle, sync::watch};

type Outcome = Arc<Result<SyncReport, SyncError>>;

/// A sync that was started. It runs until it ends, or until this is cancelled or dropped.
#[derive(Debug)]
pub struct SyncHandle {
    control: Control,
    runtime: Handle,
    outcome: watch::Receiver<Option<Outcome>>,
}

impl SyncHandle {
    pub(super) fn start<F>(runtime: &Handle, sync: impl FnOnce(Control) -> F) -> Self
    where
        F: Future<Output = Result<SyncReport, SyncError>> + Send + 'static,
    {
        let control = Control::new();
        let (sender, outcome) = watch::channel(None);
        let sync = sync(control.clone());
        runtime.spawn(async move {
            sender.send_replace(Some(Arc::new(sync.await)));
        });
        Self {
            control,
            runtime: runtime.clone(),
            outcome,
        }
    }

    /// Closes the connections and waits, with everything kept, until it is resumed. Returns at once.
    pub fn pause(&self) {
        self.control.pause();
    }

    /// Goes on after a pause. Returns at once.
    pub fn resume(&self) {
        self.control.resume();
    }

    /// Ends the sync, unless it is installing already. Returns at once.
    pub fn cancel(&self) {
        self.control.cancel();
    }

    /// Whether it has ended.
    pub fn is_done(&self) -> bool {
        self.outcome.borrow().is_some()
    }

    /// Waits until it has ended, however that was. May be called again.
    ///
    /// # Errors
    /// How it failed, as [`super::Syncer::run`] says.
    pub async fn wait(&self) -> Result<SyncReport, SyncError> {
        let mut outcome = self.outcome.clone();
        let ended = outcome.wait_for(Option::is_some).await;
        match ended.ok().as_deref() {
            Some(Some(outcome)) => Result::clone(outcome),
            // The task went away without a word: it panicked, or its runtime was shut down.
            _ => Err(SyncError::Internal {
                why: "its task ended without a result".to_owned(),
            }),
        }
    }

    /// The same for callers without a runtime; blocks. Must not be called on a thread of the runtime.
    ///
    /// # Errors
    /// As [`Self::wait`].
    pub fn wait_blocking(&self) -> Result<SyncReport, SyncError> {
        self.runtime.block_on(self.wait())
    }
}

impl Drop for SyncHandle {
    fn drop(&mut self) {
        self.control.cancel();
    }
}
