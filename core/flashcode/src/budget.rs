//! How long a search may go on: asked between two pieces of work, never in the middle of one.

use std::time::Duration;

/// The end of a search on the caller's clock.
#[derive(Clone, Copy)]
pub(crate) struct Budget<'a> {
    until: Option<(&'a dyn Fn() -> Duration, Duration)>,
}

impl<'a> Budget<'a> {
    /// As long as it takes.
    pub(crate) const UNLIMITED: Budget<'static> = Budget { until: None };

    /// Until the clock shows `end`.
    pub(crate) fn until(clock: &'a dyn Fn() -> Duration, end: Duration) -> Self {
        Self {
            until: Some((clock, end)),
        }
    }

    /// Whether it is time to stop.
    pub(crate) fn is_spent(&self) -> bool {
        self.until.is_some_and(|(clock, end)| clock() >= end)
    }
}
