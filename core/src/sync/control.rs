//! The visitor's hand on a running sync: pause, resume, cancel.

use super::network::Network;
use super::progress::Meter;
use std::sync::Arc;
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Run,
    Pause,
    Cancel,
}

/// Pauses, resumes or cancels the sync that it was given to. Clones steer the same sync.
#[derive(Debug, Clone)]
pub struct Control {
    wish: Arc<watch::Sender<Wish>>,
}

impl Control {
    /// A control that lets a sync run.
    pub fn new() -> Self {
        Self {
            wish: Arc::new(watch::Sender::new(Wish::Run)),
        }
    }

    /// Closes the connections and waits, with everything kept, until [`Self::resume`] or [`Self::cancel`].
    pub fn pause(&self) {
        self.change(Wish::Pause);
    }

    /// Goes on where it paused.
    pub fn resume(&self) {
        self.change(Wish::Run);
    }

    /// Ends the sync with [`super::SyncError::Cancelled`], unless it is installing already. Cannot be taken back.
    pub fn cancel(&self) {
        self.change(Wish::Cancel);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.wish.borrow() == Wish::Cancel
    }

    fn change(&self, to: Wish) {
        self.wish.send_if_modified(|wish| {
            let changes = *wish != Wish::Cancel && *wish != to;
            if changes {
                *wish = to;
            }
            changes
        });
    }

    /// Ends once it is cancelled.
    pub(super) async fn cancelled(&self) {
        self.until(|wish| wish == Wish::Cancel).await;
    }

    /// Ends as soon as it is not paused.
    pub(super) async fn running(&self) {
        self.until(|wish| wish != Wish::Pause).await;
    }

    async fn until(&self, is: impl Fn(Wish) -> bool) {
        let mut wish = self.wish.subscribe();
        // Cannot fail: `self` holds the sender.
        let _ = wish.wait_for(|wish| is(*wish)).await;
    }
}

impl Default for Control {
    fn default() -> Self {
        Self::new()
    }
}

/// What steers a running sync: the visitor's hand, and the network that it may use.
#[derive(Clone, Copy)]
pub(super) struct Steering<'a> {
    pub(super) control: &'a Control,
    pub(super) network: &'a Network,
}

impl Steering<'_> {
    /// Ends as soon as bytes may come, or it was cancelled. While it waits for a network, the meter says so.
    pub(super) async fn running(&self, meter: &Meter) {
        loop {
            self.control.running().await;
            if self.network.allows() || self.control.is_cancelled() {
                meter.waits(false);
                return;
            }
            meter.waits(true);
            tokio::select! {
                () = self.control.cancelled() => {}
                () = self.network.until(true) => {}
            }
        }
    }

    /// Ends once bytes may not come any more, for a while or for good.
    pub(super) async fn stopped(&self) {
        tokio::select! {
            () = self.control.until(|wish| wish != Wish::Run) => {}
            () = self.network.until(false) => {}
        }
    }
}
