//! A camera that is held at something: frame after frame, each within a given time.
//!
//! The ladder of effort is spread over successive frames. What looks like a code but was not read is looked at again, closer and with
//! all steps in turn, where it was last seen. A code is reported when it is first read, and again only after it has left the
//! picture.

use crate::budget::Budget;
use crate::code::{Code, Point, surround};
use crate::ladder::{Area, CAMERA, FOCUS, Finds, following};
use crate::luma::{FrameError, LumaView, Region};
use crate::room::{MOST_KNOWN, Room};
use std::time::Duration;

/// What one frame's search may take unless the caller says otherwise, in milliseconds: at 30 frames a second a third of one core.
pub const DEFAULT_BUDGET_MS: u32 = 12;
/// Frames without a code after which it has left the picture: half a second at 30 frames a second, which a shaking hand outlasts.
const GONE_AFTER_FRAMES: u32 = 15;
/// Frames for which a place is looked at again without anything being seen there.
const FOCUS_FRAMES: usize = 2 * FOCUS.len();
/// The most codes whose place is looked at in one frame.
const MOST_FOLLOWED: usize = 4;
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
///
/// The first frame makes room for all that follow, about 30 bytes a pixel (28 MB for 1280 × 720); after it, this crate's own code takes no
/// more memory as long as the frames do not grow, except for the text and the bytes of a code that is read.
#[derive(Debug)]
pub struct Session<C> {
    clock: C,
    budget: Duration,
    turn: usize,
    rung_at: usize,
    tracks: Vec<Track>,
    focus: Option<Focus>,
    room: Room,
    finds: Finds,
    seen: Sighting,
    /// The pixels of the largest frame so far.
    roomy_for: usize,
}

/// A code in the picture.
#[derive(Debug)]
struct Track {
    code: Code,
    unseen_frames: u32,
}

/// A place that is looked at again.
#[derive(Debug, Clone, Copy)]
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
            rung_at: 0,
            tracks: vec![],
            focus: None,
            room: Room::default(),
            finds: Finds::default(),
            seen: Sighting::default(),
            roomy_for: 0,
        }
    }

    /// Looks at the next frame. What it shows is kept until the next one.
    ///
    /// # Errors
    /// When width, height, stride and bytes do not fit together, or there are more than [`crate::MAX_PIXELS`] pixels.
    pub fn frame(&mut self, frame: &LumaView<'_>) -> Result<&Sighting, FrameError> {
        frame.check()?;
        self.seen.new.clear();
        let Some(picture) = frame.picture() else {
            return Ok(&self.seen);
        };
        if picture.area() > self.roomy_for {
            self.room.reserve(picture.width, picture.height);
            self.finds.unread.reserve(MOST_KNOWN);
            self.seen.unread.reserve(MOST_KNOWN);
            self.roomy_for = picture.area();
        }
        let end = (self.clock)() + self.budget;
        let clock: &dyn Fn() -> Duration = &self.clock;
        let budget = Budget::of_frame(clock, end);
        let Self {
            tracks,
            focus,
            room,
            finds,
            turn,
            rung_at,
            ..
        } = self;
        finds.codes.clear();
        finds.unread.clear();
        // Codes that were seen take turns: one that is still there is enough to see in each frame.
        let count = tracks.len().max(1);
        for track in tracks
            .iter()
            .cycle()
            .skip(*turn % count)
            .take(count.min(MOST_FOLLOWED))
        {
            if let Some(area) = Area::around(picture, &track.code.corners, MARGIN) {
                following(&track.code, area).read(area, budget, room, finds, &mut |_, codes, _| codes == 0);
            }
        }
        // A place that is looked at closely takes turns with the whole picture, so that neither waits for the other.
        *turn = turn.wrapping_add(1);
        let closer = focus.as_mut().filter(|_| turn.is_multiple_of(2));
        if let Some(focus) = closer {
            if let Some(area) = Area::around(picture, &focus.corners, MARGIN)
                && let Some(rung) = FOCUS.get(focus.looks % FOCUS.len())
            {
                rung.read(area, budget, room, finds, &mut |_, codes, _| codes == 0);
            }
            focus.looks += 1;
        } else if !budget.is_spent()
            && let Some(rung) = CAMERA.get(*rung_at % CAMERA.len())
        {
            let b=(self.clock)();
            let before = finds.codes.len();
            rung.read(Area::whole(picture), budget, room, finds, &mut |_, codes, _| codes == 0);
            // The rung that found a code may find another beside it in the next frame.
            if finds.codes.len() == before {
                *rung_at = rung_at.wrapping_add(1);
            }
            if std::env::var_os("RT").is_some(){eprintln!("RUNG {} {:.3}",rung.name,((self.clock)()-b).as_secs_f64()*1e3);}
        }
        self.conclude();
        Ok(&self.seen)
    }

    fn conclude(&mut self) {
        let Self {
            tracks,
            focus,
            finds,
            seen,
            ..
        } = self;
        for track in tracks.iter_mut() {
            track.unseen_frames += 1;
        }
        for code in finds.codes.drain(..) {
            match tracks.iter_mut().find(|track| track.code.is_same_symbol(&code)) {
                Some(track) => {
                    *track = Track {
                        code,
                        unseen_frames: 0,
                    }
                }
                None => {
                    seen.new.push(code.clone());
                    tracks.push(Track {
                        code,
                        unseen_frames: 0,
                    });
                }
            }
        }
        tracks.retain(|track| track.unseen_frames <= GONE_AFTER_FRAMES);
        seen.present.clear();
        seen.present.extend(tracks.iter().map(|track| track.code.clone()));
        seen.unread.clear();
        seen.unread.extend(finds.unread.iter().copied().filter(|corners| {
            let middle = Region::around(corners, 0.0).middle();
            !tracks
                .iter()
                .any(|track| surround(&track.code.corners, middle.x, middle.y))
        }));
        match seen.unread.first() {
            Some(corners) => {
                let looks = focus.map_or(0, |focus| focus.looks % FOCUS.len());
                *focus = Some(Focus {
                    corners: *corners,
                    looks,
                });
            }
            None if !seen.new.is_empty() => *focus = None,
            None => *focus = focus.filter(|focus| focus.looks < FOCUS_FRAMES),
        }
    }
}
