//! Following a walker.

use crate::house::Open;
use crate::subscription::{ListenerError, Subscription, pass_on};
use alloclap_core::catalogue::Key;
use alloclap_core::companion::{CompanionError, Walking};
use alloclap_core::geo::Fix;
use alloclap_core::guide::{GuideEvent, GuideSnapshot};
use std::sync::Arc;

/// Is told how a walk stands; see the module of subscriptions for threads. Decisions are not told here: `step` returns them.
#[uniffi::export(with_foreign)]
pub trait GuideListener: Send + Sync {
    /// The walk as it is now.
    fn changed(&self, snapshot: GuideSnapshot) -> Result<(), ListenerError>;

    /// The session is gone: the last call.
    fn ended(&self) -> Result<(), ListenerError>;
}

/// Follows a walker along a trail. No method does I/O, any thread may call any: feed it every fix, from the thread that receives
/// them.
#[derive(uniffi::Object)]
pub struct GuideSession {
    pub(crate) inner: Arc<Open<Walking>>,
}

#[uniffi::export]
impl GuideSession {
    /// Takes one fix and says what happens now, in order. Some microseconds. No I/O.
    pub fn step(&self, fix: Fix) -> Result<Vec<GuideEvent>, CompanionError> {
        self.inner.with(|walk| Ok(walk.step(fix)))
    }

    /// All that a screen needs to know of the walk. No I/O.
    pub fn snapshot(&self) -> Result<GuideSnapshot, CompanionError> {
        self.inner.with(|walk| Ok(walk.snapshot()))
    }

    /// Tells a listener of the walk as it is, then of each change. Returns at once. No I/O.
    pub fn subscribe(&self, listener: Arc<dyn GuideListener>) -> Result<Arc<Subscription>, CompanionError> {
        self.inner.with(|walk| {
            Ok(Subscription::new(walk.subscribe(move |told| {
                pass_on(told, |snapshot| listener.changed(snapshot), || listener.ended());
            })))
        })
    }

    /// The walk so far, some kilobytes of text. Keep it in the app's own storage, now and then and when the app is put away, and
    /// give it to `Companion.guide` or `roam` to go on after the app was killed. No I/O.
    pub fn saved(&self) -> Result<String, CompanionError> {
        self.inner.with(|walk| Ok(walk.saved()))
    }

    /// Headphones were put on or taken off. No I/O.
    pub fn headphones(&self, on: bool) -> Result<(), CompanionError> {
        self.inner.with(|walk| {
            walk.headphones(on);
            Ok(())
        })
    }

    /// The visitor scanned a panel: its commentary begins whatever plays. No I/O.
    pub fn scan(&self, panel: Key, t_ms: i64) -> Result<GuideEvent, CompanionError> {
        self.inner.with(|walk| Ok(walk.scan(&panel, t_ms)))
    }

    /// The visitor chose a stop: its commentary begins. Null if there is no such stop. No I/O.
    pub fn choose(&self, stop_id: String, t_ms: i64) -> Result<Option<GuideEvent>, CompanionError> {
        self.inner.with(|walk| Ok(walk.choose(&stop_id, t_ms)))
    }

    /// The commentary ended before its time. No I/O.
    pub fn commentary_ended(&self, t_ms: i64) -> Result<(), CompanionError> {
        self.inner.with(|walk| {
            walk.commentary_ended(t_ms);
            Ok(())
        })
    }
}
