//! Following a walker.

use alloclap_core::catalogue::Key;
use alloclap_core::geo::Fix;
use alloclap_core::guide::{Guide, GuideEvent, GuideSnapshot};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Follows a walker along a trail. No I/O: feed it every fix, from the thread that receives them.
#[derive(uniffi::Object)]
pub struct GuideSession {
    inner: Mutex<Guide>,
}

impl GuideSession {
    pub(crate) fn new(guide: Guide) -> Self {
        Self {
            inner: Mutex::new(guide),
        }
    }

    fn guide(&self) -> MutexGuard<'_, Guide> {
        // A step that panicked became an error of its call; the walk goes on from what is there.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl GuideSession {
    /// Takes one fix and says what happens now, in order. Some microseconds.
    pub fn step(&self, fix: Fix) -> Vec<GuideEvent> {
        self.guide().step(fix)
    }

    /// All that a screen needs to know of the walk.
    pub fn snapshot(&self) -> GuideSnapshot {
        self.guide().snapshot()
    }

    /// The walk so far, some kilobytes of text. Keep it in the app's own storage, now and then and when the app is put away, and
    /// give it to `Companion.guide` or `roam` to go on after the app was killed.
    pub fn saved(&self) -> String {
        self.guide().saved()
    }

    /// Headphones were put on or taken off.
    pub fn headphones(&self, on: bool) {
        self.guide().headphones(on);
    }

    /// The visitor scanned a panel: its commentary begins whatever plays.
    pub fn scan(&self, panel: Key, t_ms: i64) -> GuideEvent {
        self.guide().scan(&panel, t_ms)
    }

    /// The visitor chose a stop: its commentary begins. Null if there is no such stop.
    pub fn choose(&self, stop_id: String, t_ms: i64) -> Option<GuideEvent> {
        self.guide().choose(&stop_id, t_ms)
    }

    /// The commentary ended before its time.
    pub fn commentary_ended(&self, t_ms: i64) {
        self.guide().commentary_ended(t_ms);
    }
}
