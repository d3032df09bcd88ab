//! A sync that screens may watch: one state at a time, each excluding the others. How bytes come is `sync`'s.

use super::notify::{Notifier, Subscription, Told};
use super::{Companion, CompanionError, Syncing};
use crate::catalogue::Catalogue;
use crate::sync::{Choice, Plan, ProgressListener, SyncProgress, SyncReport};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What a sync is doing.
#[derive(Debug, Clone, PartialEq)]
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
        /// Why; [`CompanionError::Cancelled`] if somebody wanted it so.
        error: CompanionError,
    },
}

/// Writes the state for those who watch; whoever ends the sync takes the pen away.
struct Pen(Mutex<Option<watch::Sender<SyncState>>>);

impl Pen {
    fn pen(&self) -> MutexGuard<'_, Option<watch::Sender<SyncState>>> {
        // Nothing below can leave it half done: it is there, or it was taken.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, change: impl FnOnce(&mut SyncState)) {
        if let Some(pen) = &*self.pen() {
            pen.send_modify(change);
        }
    }

    fn write_last(&self, state: SyncState) {
        if let Some(pen) = self.pen().take() {
            pen.send_replace(state);
        }
    }
}

impl ProgressListener for Pen {
    fn progress(&self, now: SyncProgress) {
        self.write(|state| {
            if let SyncState::Running { progress } | SyncState::Paused { progress } = state {
                *progress = now;
            }
        });
    }
}

/// A sync under way. Dropping it cancels; what was downloaded is kept for the next time.
pub struct Download {
    syncing: Arc<Syncing>,
    pen: Arc<Pen>,
    state: watch::Receiver<SyncState>,
    notifier: Notifier,
}

impl Download {
    /// Holds it until [`Self::resume`]. Returns at once.
    pub fn pause(&self) {
        self.syncing.pause();
        self.pen.write(|state| {
            if let SyncState::Running { progress } = *state {
                *state = SyncState::Paused { progress };
            }
        });
    }

    /// Goes on. Returns at once.
    pub fn resume(&self) {
        self.pen.write(|state| {
            if let SyncState::Paused { progress } = *state {
                *state = SyncState::Running { progress };
            }
        });
        self.syncing.resume();
    }

    /// Ends it, unless it is installing already. Returns at once.
    pub fn cancel(&self) {
        self.syncing.cancel();
    }

    /// What it is doing. Returns at once.
    pub fn state(&self) -> SyncState {
        self.state.borrow().clone()
    }

    /// Tells a listener of the state as it is, then of each change, ten times a second at most; the last is how it ended.
    pub fn subscribe(&self, listener: impl Fn(Told<SyncState>) + Send + Sync + 'static) -> Subscription {
        self.notifier.subscribe(self.state.clone(), listener)
    }

    /// Waits for its end. Blocks: never on a main thread.
    ///
    /// # Errors
    /// Why it did not come to its end; the old guide is whole then.
    pub fn wait(&self) -> Result<SyncReport, CompanionError> {
        self.syncing.wait()
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.syncing.cancel();
    }
}

impl Companion {
    /// Plans, then downloads, for shells with screens that watch. Returns at once.
    pub fn download(&self, address: &str, choice: Choice) -> Download {
        self.watched(|listener| self.sync(address, choice, listener))
    }

    /// Downloads what was planned, for shells with screens that watch. Returns at once.
    pub fn download_planned(&self, plan: Plan) -> Download {
        self.watched(|listener| self.start(plan, listener))
    }

    /// The edition of the catalogue: another number means that it tells something else now, and that screens should ask again.
    pub fn edition(&self) -> u64 {
        self.catalogue.generation()
    }

    /// Tells a listener of the catalogue's edition as it is, then after each download that changed it.
    pub fn subscribe_to_editions(
        &self,
        listener: impl Fn(Told<u64>) + Send + Sync + 'static,
    ) -> Subscription {
        self.notifier.subscribe(self.editions.subscribe(), listener)
    }

    fn watched(&self, start: impl FnOnce(Arc<dyn ProgressListener>) -> Syncing) -> Download {
        let progress = SyncProgress::default();
        let (sender, state) = watch::channel(SyncState::Running { progress });
        let pen = Arc::new(Pen(Mutex::new(Some(sender))));
        let syncing = Arc::new(start(Arc::clone(&pen) as Arc<_>));
        let (of_task, last, catalogue, editions) = (
            Arc::clone(&syncing),
            Arc::clone(&pen),
            Arc::clone(&self.catalogue),
            self.editions.clone(),
        );
        self.runtime.handle().spawn(async move {
            let outcome = of_task.ended().await;
            tell_edition(&catalogue, &editions);
            last.write_last(match outcome {
                Ok(report) => {
                    tracing::info!(
                        "{} edition {} is here: {} files, {} bytes",
                        report.publication,
                        report.version,
                        report.files_fetched,
                        report.bytes_fetched
                    );
                    SyncState::Done { report }
                }
                Err(error) => {
                    match error {
                        CompanionError::Cancelled => tracing::info!("a sync was cancelled"),
                        _ => tracing::warn!("a sync failed: {error}"),
                    }
                    SyncState::Failed { error }
                }
            });
        });
        Download {
            syncing,
            pen,
            state,
            notifier: self.notifier.clone(),
        }
    }
}

/// Tells those who watch the catalogue if it has changed.
pub(super) fn tell_edition(catalogue: &Catalogue, editions: &watch::Sender<u64>) {
    let now = catalogue.generation();
    editions.send_if_modified(|edition| std::mem::replace(edition, now) != now);
}
