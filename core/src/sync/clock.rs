//! Time and chance as a sync needs them, as a port: a replayed sync waits and draws the same.

use futures_util::future::BoxFuture;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// Time and chance.
pub trait Clock: Send + Sync {
    /// Milliseconds since some moment of this clock's own; never goes back.
    fn now_ms(&self) -> u64;
    /// Seconds since 1970, UTC, as far as this device knows.
    fn unix_s(&self) -> i64;
    /// Ends after that long.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
    /// A number drawn evenly from 0 (included) to 1 (not included).
    fn chance(&self) -> f64;
}

/// The clock of this device and the runtime that a sync runs on.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock that begins now.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn unix_s(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }

    fn chance(&self) -> f64 {
        // The keys of a `RandomState` differ each time, which is all that jitter needs.
        let bits = RandomState::new().hash_one(self.now_ms()) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }
}
