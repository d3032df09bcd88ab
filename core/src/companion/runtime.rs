//! The companion's one async runtime, and how it ends: whoever drops a companion must not wait for a listener that hangs, nor
//! be on one of its threads by mistake.

use super::CompanionError;
use std::future::Future;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// Threads of the runtime: one that waits for the network, one that hashes and writes.
const THREADS: usize = 2;
/// How long the last writes of a sync that was cut are waited for, so that the folder can be opened again.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// Owns the runtime's threads.
#[derive(Debug)]
pub(super) struct Workers(Option<Runtime>, Handle);

impl Workers {
    pub(super) fn start() -> Result<Self, CompanionError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("alloclap")
            .enable_all()
            .build()
            .map_err(|error| CompanionError::Internal {
                why: error.to_string(),
            })?;
        let handle = runtime.handle().clone();
        Ok(Self(Some(runtime), handle))
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.1
    }

    /// Waits for a future. Never called on a thread of the runtime.
    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.1.block_on(future)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // A listener may drop the companion that calls it: waiting for oneself would never end.
            if Handle::try_current().is_ok() {
                runtime.shutdown_background();
            } else {
                runtime.shutdown_timeout(LAST_WRITES);
            }
        }
    }
}
