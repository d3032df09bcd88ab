//! "Only on Wi-Fi": what the visitor allows against what the shell tells of the network. Decides, and wakes who waits for a
//! change; pauses nothing itself.

use std::sync::Arc;
use tokio::sync::watch;

/// The kind of network that the phone is on, as its system tells the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NetworkKind {
    /// Nobody has told.
    #[default]
    Unknown,
    /// None: downloads wait for one instead of failing.
    Offline,
    /// Wi-Fi or cable that costs nothing by the byte.
    Unmetered,
    /// Mobile data, or Wi-Fi that counts.
    Metered,
}

/// Over which networks the visitor wants downloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DownloadOver {
    /// Any.
    #[default]
    Any,
    /// Only those that cost nothing by the byte; a network of unknown kind is not one.
    Unmetered,
}

impl DownloadOver {
    /// Whether downloads may run on such a network.
    pub fn allows(self, kind: NetworkKind) -> bool {
        match (self, kind) {
            (_, NetworkKind::Offline) => false,
            (Self::Any, _) | (Self::Unmetered, NetworkKind::Unmetered) => true,
            (Self::Unmetered, NetworkKind::Metered | NetworkKind::Unknown) => false,
        }
    }
}

/// What is known of the network, shared by all syncs of a data folder.
#[derive(Debug, Clone)]
pub(super) struct Network(Arc<watch::Sender<(DownloadOver, NetworkKind)>>);

impl Network {
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Default::default())))
    }

    pub(super) fn is(&self, kind: NetworkKind) {
        self.0.send_modify(|(_, known)| *known = kind);
    }

    pub(super) fn download_over(&self, over: DownloadOver) {
        self.0.send_modify(|(policy, _)| *policy = over);
    }

    pub(super) fn allows(&self) -> bool {
        let (over, kind) = *self.0.borrow();
        over.allows(kind)
    }

    /// Ends as soon as downloads may run, or may not.
    pub(super) async fn until(&self, allowed: bool) {
        let mut known = self.0.subscribe();
        // Cannot fail: `self` holds the sender.
        let _ = known.wait_for(|(over, kind)| over.allows(*kind) == allowed).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_data_are_spared_unless_they_are_allowed() {
        use NetworkKind::{Metered, Offline, Unknown, Unmetered};
        for (over, allowed) in [
            (DownloadOver::Any, vec![Unknown, Unmetered, Metered]),
            (DownloadOver::Unmetered, vec![Unmetered]),
        ] {
            for kind in [Unknown, Offline, Unmetered, Metered] {
                assert_eq!(over.allows(kind), allowed.contains(&kind), "{over:?} on {kind:?}");
            }
        }
    }
}
