//! Asking what a sync would cost, without waiting on the spot: the network may be slow, and the visitor may not want to know any more.

use super::{Companion, CompanionError};
use crate::sync::{Choice, Plan, SyncError};
use std::sync::{Arc, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

type Outcome = Arc<std::sync::Mutex<Option<Result<Plan, SyncError>>>>;

/// A plan that is being made. Dropping it cancels.
#[derive(Debug)]
pub struct Planning {
    task: AbortHandle,
    runtime: Handle,
    /// Closed when the task has ended, however that was.
    ended: watch::Receiver<()>,
    outcome: Outcome,
}

impl Planning {
    /// Ends it. Returns at once.
    pub fn cancel(&self) {
        self.task.abort();
    }

    /// Waits for the plan. Blocks: never on a main thread. May be called again.
    ///
    /// # Errors
    /// As [`super::Syncing::wait`]; [`CompanionError::Cancelled`] if it was.
    pub fn wait(&self) -> Result<Plan, CompanionError> {
        let mut ended = self.ended.clone();
        self.runtime
            .block_on(async move { while ended.changed().await.is_ok() {} });
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        match &*outcome {
            Some(planned) => planned.clone().map_err(Into::into),
            None => Err(CompanionError::Cancelled),
        }
    }
}

impl Drop for Planning {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Companion {
    /// What a sync would download: starts to ask. Returns at once.
    pub fn planning(&self, address: &str, choice: Choice) -> Planning {
        let (syncer, address) = (self.syncer.clone(), address.to_owned());
        let (sender, ended) = watch::channel(());
        let outcome = Outcome::default();
        let of_task = Arc::clone(&outcome);
        let task = self.runtime.handle().spawn(async move {
            let planned = syncer.plan(&address, &choice).await;
            *of_task.lock().unwrap_or_else(PoisonError::into_inner) = Some(planned);
            drop(sender);
        });
        Planning {
            task: task.abort_handle(),
            runtime: self.runtime.handle().clone(),
            ended,
            outcome,
        }
    }
}
