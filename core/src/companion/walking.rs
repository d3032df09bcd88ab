//! A walk that several screens may watch: the guide's decisions as they come, its snapshot to whoever subscribed. What is decided
//! is `guide`'s.

use super::notify::{Notifier, Subscription, Told};
use super::{Companion, CompanionError};
use crate::catalogue::Key;
use crate::geo::{Fix, Position};
use crate::guide::{Guide, GuideEvent, GuideOptions, GuideSnapshot};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// A walk under way. No I/O; any thread may call any method, one call waits for another for some microseconds at most.
#[derive(Debug)]
pub struct Walking {
    guide: Mutex<Guide>,
    snapshot: watch::Sender<GuideSnapshot>,
    notifier: Notifier,
}

impl Walking {
    /// Takes one fix and says what happens now, in order.
    pub fn step(&self, fix: Fix) -> Vec<GuideEvent> {
        self.change(|guide| guide.step(fix))
    }

    /// All that a screen needs to know of the walk.
    pub fn snapshot(&self) -> GuideSnapshot {
        self.guide().snapshot()
    }

    /// Tells a listener of the walk as it is, then of each change, until the walk is dropped.
    pub fn subscribe(&self, listener: impl Fn(Told<GuideSnapshot>) + Send + Sync + 'static) -> Subscription {
        // Nobody may have watched so far, and the snapshot kept is then an old one.
        let receiver = self.snapshot.subscribe();
        self.change(|_| ());
        self.notifier.subscribe(receiver, listener)
    }

    /// The walk so far, to go on with after the app was killed.
    pub fn saved(&self) -> String {
        self.guide().saved()
    }

    /// Headphones were put on or taken off.
    pub fn headphones(&self, on: bool) {
        self.change(|guide| guide.headphones(on));
    }

    /// The visitor scanned a panel: its commentary begins whatever plays.
    pub fn scan(&self, panel: &Key, t_ms: i64) -> GuideEvent {
        self.change(|guide| guide.scan(panel, t_ms))
    }

    /// The visitor chose a stop: its commentary begins. `None` if there is no such stop.
    pub fn choose(&self, stop_id: &str, t_ms: i64) -> Option<GuideEvent> {
        self.change(|guide| guide.choose(stop_id, t_ms))
    }

    /// The commentary ended before its time: it was stopped, or could not be played.
    pub fn commentary_ended(&self, t_ms: i64) {
        self.change(|guide| guide.commentary_ended(t_ms));
    }

    fn change<T>(&self, change: impl FnOnce(&mut Guide) -> T) -> T {
        let mut guide = self.guide();
        let outcome = change(&mut guide);
        // A snapshot costs some microseconds: it is made for those who look.
        if self.snapshot.receiver_count() > 0 {
            let now = guide.snapshot();
            self.snapshot.send_if_modified(|before| {
                let changed = *before != now;
                *before = now;
                changed
            });
        }
        outcome
    }

    fn guide(&self) -> MutexGuard<'_, Guide> {
        // A step that panicked became an error of its call; the walk goes on from what is there.
        self.guide.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Companion {
    /// As [`Self::guide`], for shells with screens that watch.
    ///
    /// # Errors
    /// As [`Self::guide`].
    pub fn walk(
        &self,
        trail: &Key,
        options: GuideOptions,
        saved: Option<&str>,
    ) -> Result<Walking, CompanionError> {
        Ok(self.walking(self.guide(trail, options, saved)?))
    }

    /// As [`Self::roam`], for shells with screens that watch.
    ///
    /// # Errors
    /// As [`Self::roam`].
    pub fn walk_around(
        &self,
        around: Position,
        options: GuideOptions,
        saved: Option<&str>,
    ) -> Result<Walking, CompanionError> {
        Ok(self.walking(self.roam(around, options, saved)?))
    }

    fn walking(&self, guide: Guide) -> Walking {
        Walking {
            snapshot: watch::Sender::new(guide.snapshot()),
            guide: Mutex::new(guide),
            notifier: self.notifier.clone(),
        }
    }
}
