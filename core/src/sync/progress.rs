//! How far a sync has come, told at most ten times a second.

use super::Clock;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shortest time between two reports, in milliseconds.
const REPORT_EVERY_MS: u64 = 100;
/// The time over which the rate is taken, in milliseconds: long enough to be calm, short enough to notice a tunnel.
const RATE_OVER_MS: u64 = 5_000;

/// How far a sync has come. The totals are estimates until the packs have been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncProgress {
    /// Files that are here, of those that were missing when it began.
    pub files_done: u64,
    /// Files that were missing when it began.
    pub files_total: u64,
    /// Bytes of those files that are here, parts of an earlier attempt included.
    pub bytes_done: u64,
    /// Bytes of those files.
    pub bytes_total: u64,
    /// Bytes a second, over the last five seconds.
    pub bytes_per_s: u64,
    /// Seconds left at that rate; missing while nothing comes.
    pub eta_s: Option<u64>,
    /// Whether it waits for a network that the visitor allows.
    pub waits_for_network: bool,
}

/// Is told how far a sync has come. Called from a thread of the runtime, never while a lock is held; slow listeners slow
/// the sync.
pub trait ProgressListener: Send + Sync {
    /// At most ten times a second, and once more at the end.
    fn progress(&self, progress: SyncProgress);
}

/// A listener that does not listen.
impl ProgressListener for () {
    fn progress(&self, _: SyncProgress) {}
}

/// Counts, and reports when it is time to.
pub(super) struct Meter {
    clock: Arc<dyn Clock>,
    listener: Arc<dyn ProgressListener>,
    count: Mutex<Count>,
}

#[derive(Debug, Default)]
struct Count {
    now: SyncProgress,
    /// Bytes that came over the network, those thrown away included.
    received: u64,
    /// When a report was made, and what had been received by then; oldest first.
    reports: VecDeque<(u64, u64)>,
}

impl Count {
    /// What to report at this moment, if it is time to or `last`.
    fn report(&mut self, now_ms: u64, last: bool) -> Option<SyncProgress> {
        let due = self
            .reports
            .back()
            .is_none_or(|(at, _)| now_ms.saturating_sub(*at) >= REPORT_EVERY_MS);
        if !due && !last {
            return None;
        }
        self.reports.push_back((now_ms, self.received));
        while self
            .reports
            .front()
            .is_some_and(|(at, _)| now_ms.saturating_sub(*at) > RATE_OVER_MS)
        {
            self.reports.pop_front();
        }
        let (since_ms, since) = self.reports.front().copied().unwrap_or((now_ms, self.received));
        let elapsed_ms = now_ms.saturating_sub(since_ms);
        self.now.bytes_per_s = (self.received.saturating_sub(since))
            .saturating_mul(1_000)
            .checked_div(elapsed_ms)
            .unwrap_or(0);
        let left = self.now.bytes_total.saturating_sub(self.now.bytes_done);
        self.now.eta_s = left
            .checked_div(self.now.bytes_per_s)
            .or((left == 0).then_some(0));
        Some(self.now)
    }
}

impl Meter {
    pub(super) fn new(clock: Arc<dyn Clock>, listener: Arc<dyn ProgressListener>) -> Self {
        Self {
            clock,
            listener,
            count: Mutex::default(),
        }
    }

    /// Sets how much there is to do in all.
    pub(super) fn expect(&self, files: u64, bytes: u64) {
        {
            let mut count = self.count();
            count.now.files_total = files;
            count.now.bytes_total = bytes;
        }
        self.tell(false);
    }

    /// A file is here.
    pub(super) fn file_done(&self) {
        self.count().now.files_done += 1;
        self.tell(false);
    }

    /// It waits for a network, or does not any more; told at once.
    pub(super) fn waits(&self, waits: bool) {
        let changed = std::mem::replace(&mut self.count().now.waits_for_network, waits) != waits;
        if changed {
            self.tell(true);
        }
    }

    /// What came over the network, in bytes and in all.
    pub(super) fn received(&self) -> u64 {
        self.count().received
    }

    /// The last report, as things are now.
    pub(super) fn finish(&self) {
        self.tell(true);
    }

    fn tell(&self, last: bool) {
        let now_ms = self.clock.now_ms();
        let report = self.count().report(now_ms, last);
        if let Some(report) = report {
            self.listener.progress(report);
        }
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One file's share of a meter.
pub(super) struct FileMeter<'a> {
    meter: &'a Meter,
    counted: u64,
}

impl<'a> FileMeter<'a> {
    pub(super) fn new(meter: &'a Meter) -> Self {
        Self { meter, counted: 0 }
    }

    /// So many bytes of the file are here: found on disk, or left after a part was emptied.
    pub(super) fn at(&mut self, bytes: u64) {
        let mut count = self.meter.count();
        count.now.bytes_done = (count.now.bytes_done + bytes).saturating_sub(self.counted);
        self.counted = bytes;
    }

    /// Bytes of the file that are here.
    pub(super) fn bytes(&self) -> u64 {
        self.counted
    }

    /// So many bytes more came.
    pub(super) fn received(&mut self, bytes: u64) {
        {
            let mut count = self.meter.count();
            count.received += bytes;
            count.now.bytes_done += bytes;
        }
        self.counted += bytes;
        self.meter.tell(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_come_ten_times_a_second_with_the_rate_of_the_last_seconds() {
        let mut count = Count::default();
        count.now.bytes_total = 100_000;
        let mut reports = Vec::new();
        for step in 0..1_000_u64 {
            count.received += 100;
            count.now.bytes_done += 100;
            reports.extend(count.report(step * 10, false));
        }
        assert_eq!(reports.len(), 100, "10 s are worth 100 reports");
        assert_eq!(reports.last().map(|r| r.bytes_per_s), Some(10_000));
        assert_eq!(reports.last().and_then(|r| r.eta_s), Some(0));
        assert_eq!(reports[1].eta_s, Some(9));
        assert!(
            count.report(9_991, true).is_some(),
            "the last report must not be swallowed"
        );
        let stalled = count.report(60_000, false).unwrap();
        assert_eq!((stalled.bytes_per_s, count.reports.len()), (0, 1));
    }
}
