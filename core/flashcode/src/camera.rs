//! A camera that is held at something: frame after frame, each within a given time.
//!
//! The ladder of effort is spread over successive frames. What looks like a code but was not read is looked at again, closer and with
//! all steps in turn, where it was last seen. A code is reported when it is first read, and again only after it has left the
//! picture.

use crate::budget::Budget;
use crate::code::{Code, Point};
use crate::ladder::{CAMERA, Finds, STILL};
use crate::luma::{FrameError, LumaView, Region};
use std::time::Duration;

/// What one frame's search may take unless the caller says otherwise, in milliseconds: at 30 frames a second a third of one core.
pub const DEFAULT_BUDGET_MS: u32 = 12;
/// Frames without a code after which it has left the picture: half a second at 30 frames a second, which a shaking hand outlasts.
const GONE_AFTER_FRAMES: u32 = 15;
/// Frames for which a place is looked at again without anything being seen there.
const FOCUS_FRAMES: usize = 2 * STILL.len();
/// The room left around a code's last place, as a part of its size: as far as a hand moves between two frames.
const MARGIN: f32 = 0.35;

/// What a frame showed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sighting {
    /// Codes that were not in the picture before: each is reported here once until it leaves.
    pub new: Vec<Code>,
    /// All codes that are in the picture, with their last known corners.
    pub present: Vec<Code>,
    /// Corners of what looks like a code and cannot be read yet: for the viewfinder.
    pub unread: Vec<[Point; 4]>,
}

/// A camera session. Used by one thread at a time.
#[derive(Debug)]
pub struct Session<C> {
    clock: C,
    budget: Duration,
    turn: usize,
    tracks: Vec<Track>,
    focus: Option<Focus>,
}

/// A code in the picture.
#[derive(Debug)]
struct Track {
    code: Code,
    unseen_frames: u32,
}

/// A place that is looked at again.
#[derive(Debug)]
struct Focus {
    corners: [Point; 4],
    looks: usize,
}

impl<C: Fn() -> Duration> Session<C> {
    /// A session that spends about `budget_ms` milliseconds on each frame; it may take one piece of work longer, a few milliseconds.
    /// `clock` gives the time since any fixed moment.
    pub fn new(clock: C, budget_ms: u32) -> Self {
        Self {
            clock,
            budget: Duration::from_millis(budget_ms.into()),
            turn: 0,
            tracks: vec![],
            focus: None,
        }
    }

    /// Looks at the next frame.
    ///
    /// # Errors
    /// When width, height, stride and bytes do not fit together, or there are more than [`crate::MAX_PIXELS`] pixels.
    pub fn frame(&mut self, frame: &LumaView<'_>) -> Result<Sighting, FrameError> {
        let end = (self.clock)() + self.budget;
        let clock: &dyn Fn() -> Duration = &self.clock;
        let budget = Budget::until(clock, end);
        frame.check()?;
        let mut finds = Finds::default();
        for track in &self.tracks {
            look_closer(frame, &track.code.corners, 0, budget, &mut finds);
        }
        if let Some(focus) = &mut self.focus {
            look_closer(frame, &focus.corners, focus.looks, budget, &mut finds);
            focus.looks += 1;
        }
        // A place that is looked at closely takes turns with the whole picture, so that neither waits for the other.
        if !budget.is_spent()
            && let Some(rung) = CAMERA.get(self.turn % CAMERA.len())
            && let Some(picture) = frame.picture(frame.whole())
        {
            let more = rung.read(&picture, &finds.codes, budget, &mut |_, _| true);
            finds.codes.extend(more.codes);
            finds.unread.extend(more.unread);
            self.turn += 1;
        }
        Ok(self.concluded(finds))
    }

    fn concluded(&mut self, finds: Finds) -> Sighting {
        let mut new: Vec<Code> = vec![];
        for track in &mut self.tracks {
            track.unseen_frames += 1;
        }
        for code in finds.codes {
            match self
                .tracks
                .iter_mut()
                .find(|track| track.code.is_same_symbol(&code))
            {
                Some(track) => {
                    *track = Track {
                        code,
                        unseen_frames: 0,
                    }
                }
                None => {
                    new.push(code.clone());
                    self.tracks.push(Track {
                        code,
                        unseen_frames: 0,
                    });
                }
            }
        }
        self.tracks
            .retain(|track| track.unseen_frames <= GONE_AFTER_FRAMES);
        let present: Vec<Code> = self.tracks.iter().map(|track| track.code.clone()).collect();
        let mut unread = finds.unread;
        unread.retain(|corners| {
            let middle = Region::around(corners, 0.0).middle();
            !present.iter().any(|code| code.surrounds(middle.x, middle.y))
        });
        match unread.first() {
            Some(corners) => {
                let looks = self.focus.as_ref().map_or(0, |focus| focus.looks % STILL.len());
                self.focus = Some(Focus {
                    corners: *corners,
                    looks,
                });
            }
            None if !new.is_empty() => self.focus = None,
            None => self.focus = self.focus.take().filter(|focus| focus.looks < FOCUS_FRAMES),
        }
        Sighting { new, present, unread }
    }
}

/// One step of the still ladder on the part of the frame around some corners.
fn look_closer(
    frame: &LumaView<'_>,
    corners: &[Point; 4],
    step: usize,
    budget: Budget<'_>,
    finds: &mut Finds,
) {
    let region = frame.whole().within(Region::around(corners, MARGIN));
    if budget.is_spent() {
        return;
    }
    let Some((picture, rung)) = frame.picture(region).zip(STILL.get(step % STILL.len())) else {
        return;
    };
    let more = rung.read(&picture, &[], budget, &mut |_, _| true);
    let (left, top) = (region.left as f32, region.top as f32);
    finds
        .codes
        .extend(more.codes.iter().map(|code| code.moved(left, top)));
    finds.unread.extend(
        more.unread
            .iter()
            .map(|corners| corners.map(|p| p.moved(left, top))),
    );
}
