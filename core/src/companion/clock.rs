//! The clock is a port: a phone has one, a replay brings its own.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Tells the time. Called from any thread, and often: it must not block.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;
    /// Today, where the visitor is.
    fn today(&self) -> Date;
    /// Where the visitor's clocks are.
    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }
    /// Day and time where the visitor is.
    fn now(&self) -> Zoned {
        let now = Timestamp::from_millisecond(self.now_ms()).unwrap_or_default();
        now.to_zoned(self.zone())
    }
}

/// The clock and time zone of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        Timestamp::now().as_millisecond()
    }

    fn today(&self) -> Date {
        Zoned::now().date()
    }
}
