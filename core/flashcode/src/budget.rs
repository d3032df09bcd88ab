//! How long a search may go on, and how thorough it is: asked between two pieces of work, and within those that go through a large picture.

use std::time::Duration;

/// The end of a search on the caller's clock.
#[derive(Clone, Copy)]
pub(crate) struct Budget<'a> {
    until: Option<(&'a dyn Fn() -> Duration, Duration)>,
    /// The time of a whole frame.
    whole: Duration,
    /// Whether another picture of the same comes soon.
    camera: bool,
}

/// Candidates of one look that get thorough work in one frame of a camera, the likeliest ones.
const MOST_THOROUGH: usize = 4;

/// Rows that are worked on between two looks at the clock: less than a millisecond's.
const ROWS_AT_ONCE: usize = 32;

impl<'a> Budget<'a> {
    /// As long as it takes.
    pub(crate) const UNLIMITED: Budget<'static> = Budget {
        until: None,
        whole: Duration::ZERO,
        camera: false,
    };

    /// Until the clock shows `end`.
    pub(crate) fn until(clock: &'a dyn Fn() -> Duration, end: Duration) -> Self {
        Self {
            until: Some((clock, end)),
            whole: Duration::ZERO,
            camera: false,
        }
    }

    /// The same for a camera's frame: the first code that is new is told at once, and what is unlikely to be one waits for a better frame.
    /// `whole` is the frame's time.
    pub(crate) fn of_frame(clock: &'a dyn Fn() -> Duration, end: Duration, whole: Duration) -> Self {
        Self {
            whole,
            camera: true,
            ..Self::until(clock, end)
        }
    }

    /// Whether it is time to stop.
    pub(crate) fn is_spent(&self) -> bool {
        self.until.is_some_and(|(clock, end)| clock() >= end)
    }

    /// Whether it is too late in a frame to begin a piece of work that is not stopped half-way: one that goes through all pixels of a
    /// picture (`fine`) takes up to seven twelfths of a frame's time, one at half the size a third.
    pub(crate) fn is_late(&self, fine: bool) -> bool {
        let twelfths = if fine { 7 } else { 4 };
        let needed = self.whole * twelfths / 12;
        self.until.is_some_and(|(clock, end)| clock() + needed >= end)
    }

    /// Whether to stop in the middle of a piece of work that goes row by row, which is then lost: a camera would never finish one on a slow
    /// phone. The clock is asked at some rows only.
    pub(crate) fn is_over_at(&self, row: usize) -> bool {
        row.is_multiple_of(ROWS_AT_ONCE) && !self.camera && self.is_spent()
    }

    /// Whether one code is enough for now.
    pub(crate) fn stops_at_first(&self) -> bool {
        self.camera
    }

    /// Whether only what is a code to all appearances gets thorough work.
    pub(crate) fn wants_evidence(&self) -> bool {
        self.camera
    }

    /// How many candidates of a look get thorough work.
    pub(crate) fn most_thorough(&self) -> usize {
        if self.camera { MOST_THOROUGH } else { usize::MAX }
    }
}
