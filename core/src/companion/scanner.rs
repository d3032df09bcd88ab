//! The camera's frames, one after the other → the codes that come into the picture. What a code means is `Companion::answer`'s work.

use super::answer::corners_of;
use super::{CompanionError, Corner, SeenCode};
use alloclap_flashcode::{DEFAULT_BUDGET_MS, FrameError, LumaView, Session};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a frame showed.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenFrame {
    /// Codes that were not in the picture before: each is here once until it leaves.
    pub new: Vec<SeenCode>,
    /// All codes that are in the picture, with their last known corners.
    pub present: Vec<SeenCode>,
    /// What looks like a code and cannot be read yet: for the viewfinder.
    pub unread: Vec<SeenPlace>,
}

/// The place of what looks like a code.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenPlace {
    /// Its four corners in pixels of the frame, clockwise.
    pub corners: Vec<Corner>,
}

type Monotonic = Box<dyn Fn() -> Duration + Send>;

/// A camera that is held at something. Make one when the camera opens, and hand it every frame from the camera's thread. Frames may come
/// from several threads, but wait for each other.
pub struct Scanner {
    session: Mutex<Session<Monotonic>>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new(DEFAULT_BUDGET_MS)
    }
}

impl Scanner {
    /// A scanner that spends about so many milliseconds on each frame, of this machine's clock.
    pub fn new(budget_ms: u32) -> Self {
        let begun = Instant::now();
        let clock: Monotonic = Box::new(move || begun.elapsed());
        Self {
            session: Mutex::new(Session::new(clock, budget_ms)),
        }
    }

    /// Looks at the next frame of 8-bit luma, `row_stride` bytes from row to row; it is not copied. No I/O.
    ///
    /// # Errors
    /// [`CompanionError::Input`] if the sizes do not fit the data.
    pub fn frame(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        row_stride: u32,
    ) -> Result<SeenFrame, CompanionError> {
        let view = LumaView {
            data: luma,
            width,
            height,
            row_stride,
        };
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = session.frame(&view).map_err(no_frame)?;
        let codes = |codes: &[alloclap_flashcode::Code]| codes.iter().cloned().map(SeenCode::from).collect();
        let place = |corners: &[alloclap_flashcode::Point; 4]| SeenPlace {
            corners: corners_of(*corners),
        };
        Ok(SeenFrame {
            new: codes(&seen.new),
            present: codes(&seen.present),
            unread: seen.unread.iter().map(place).collect(),
        })
    }
}

/// A frame that is none, as a shell is told.
pub(super) fn no_frame(error: FrameError) -> CompanionError {
    CompanionError::Input {
        what: "frame".to_owned(),
        why: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_whose_sizes_lie_is_named_and_the_next_one_is_read() {
        let scanner = Scanner::default();
        let short = scanner.frame(&[0; 10], 640, 480, 640);
        assert!(matches!(short, Err(CompanionError::Input { .. })), "{short:?}");
        let grey = scanner.frame(&[128; 64 * 64], 64, 64, 64).expect("fits");
        assert!(grey.new.is_empty() && grey.present.is_empty() && grey.unread.is_empty());
    }
}
