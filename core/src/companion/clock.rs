//! The clock is a port: a phone has one, a replay brings its own.

use jiff::civil::Date;

/// Tells the time. Called from any thread, and often: it must not block.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;
    /// Today, where the visitor is.
    fn today(&self) -> Date;
}

/// The clock and time zone of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }

    fn today(&self) -> Date {
        jiff::Zoned::now().date()
    }
}
