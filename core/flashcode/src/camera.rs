//! A camera that is held at something: frame after frame, each within a given time.
//!
//! The ladder of effort is spread over successive frames. What looks like a code but was not read is looked at again, closer and with
//! all steps in turn, where it was last seen. A code is reported when it is first read, and again only after it has left the
//! picture.

use crate::budget::Budget;
use crate::code::{Code, Point, surround};
use crate::ladder::{Area, CAMERA, FOCUS, Finds, following};
use crate::luma::{FrameError, LumaView, Region};
use crate::picture::Picture;
use crate::room::{MOST_KNOWN, Room};
use crate::track::{MARGIN, Print};
use std::time::Duration;

/// What one frame's search may take unless the caller says otherwise, in milliseconds: at 30 frames a second a third of one core.
pub const DEFAULT_BUDGET_MS: u32 = 12;
/// One part in so many of a frame's time is kept for the piece of work in which it ends.
const LAST_PIECE: u32 = 16;
/// Frames without a code after which it has left the picture: half a second at 30 frames a second, which a shaking hand outlasts.
const GONE_AFTER_FRAMES: u32 = 15;
/// Frames for which a place is looked at again without anything being seen there.
const FOCUS_FRAMES: usize = 2 * FOCUS.len();
/// Frames for which the place of an unread code is shown without being seen anew: most steps see only some codes, and a mark that goes and
/// comes is worse than one that stays a fifth of a second too long.
const SHOWN_FRAMES: u32 = 6;
/// The most codes whose place is looked at in one frame.
const MOST_FOLLOWED: usize = 4;
/// Frames after which a code whose turn never came is not taken to be where it was.
const FOLLOWED_EVERY: u32 = 5;
/// The most pixels that are looked at at once, those of 1920 × 1080 and a few: larger frames are shrunk first.
const MOST_WORKED_ON: usize = 2_100_000;

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
/// The first frame makes room for all that follow, about 30 bytes a pixel (28 MB for 1280 × 720, 63 MB at most: of larger frames a part of the
/// pixels is looked at). After it, this crate's own code takes no more memory as long as the frames do not grow, except once for a code
/// that is new.
#[derive(Debug)]
pub struct Session<C> {
    clock: C,
    budget: Duration,
    turn: usize,
    rung_at: usize,
    /// The rung of this step, and the look of it, with which the next frame begins, because it was too late for it in the last one.
    owed: Option<(usize, usize)>,
    /// Of each code in `seen.present`, in the same order.
    tracks: Vec<Track>,
    focus: Option<Focus>,
    room: Room,
    finds: Finds,
    seen: Sighting,
    /// The pixels of the largest frame so far.
    roomy_for: usize,
}

/// How long a code in the picture was not seen, and what it looks like.
#[derive(Debug)]
struct Track {
    print: Option<Print>,
    unseen_frames: u32,
}

/// A place that is looked at again.
#[derive(Debug, Clone, Copy)]
struct Focus {
    corners: [Point; 4],
    looks: usize,
    unseen_frames: u32,
}

impl<C: Fn() -> Duration> Session<C> {
    /// A session that spends at most `budget_ms` milliseconds on each frame, but for a rare one, fewer than one in twenty of those
    /// without a code, that takes one piece of work longer, up to a few milliseconds.
    /// `clock` gives the time since any fixed moment.
    pub fn new(clock: C, budget_ms: u32) -> Self {
        Self {
            clock,
            budget: Duration::from_millis(budget_ms.into()),
            turn: 0,
            rung_at: 0,
            owed: None,
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
            self.room.reserve(picture.width, picture.height, MOST_WORKED_ON);
            self.finds.unread.reserve(MOST_KNOWN);
            self.finds.known.reserve(MOST_KNOWN);
            self.seen.unread.reserve(MOST_KNOWN);
            self.roomy_for = picture.area();
        }
        let end = (self.clock)() + self.budget - self.budget / LAST_PIECE;
        self.finds.codes.clear();
        self.finds.unread.clear();
        self.finds.known.clear();
        self.follow(picture, end);
        self.look(picture, end);
        self.conclude(picture, end);
        Ok(&self.seen)
    }

    /// Sees which of the codes that were read are still there. They take turns: to see one is enough for a frame.
    fn follow(&mut self, picture: Picture<'_>, end: Duration) {
        let budget = Budget::of_frame(&self.clock, end, self.budget);
        let Self {
            tracks,
            seen,
            room,
            finds,
            turn,
            ..
        } = self;
        for track in tracks.iter_mut() {
            track.unseen_frames += 1;
        }
        let count = tracks.len().max(1);
        let first = *turn % count;
        for at in (first..count).chain(0..first).take(MOST_FOLLOWED) {
            let (Some(track), Some(code)) = (tracks.get_mut(at), seen.present.get_mut(at)) else {
                continue;
            };
            let print = track.print.as_ref();
            if let Some(corners) = print.and_then(|print| print.find(&code.corners, picture, budget, room)) {
                code.corners = corners;
                track.unseen_frames = 0;
                finds.known.push(corners);
            } else if let Some(area) = Area::around(picture, &code.corners, MARGIN) {
                let inverted = print.is_some_and(Print::is_inverted);
                following(code, area, inverted)
                    .read(area, budget, room, finds, &mut |_, codes, _| codes == 0);
            }
        }
        // Those whose turn it is not are where they were, give or take a hand's movement.
        for (track, code) in tracks.iter().zip(&seen.present) {
            if count > MOST_FOLLOWED && (1..FOLLOWED_EVERY).contains(&track.unseen_frames) {
                finds.known.push(code.corners);
            }
        }
    }

    /// Looks for what is new: with the next rungs at the whole picture, and in turn with them closely at a place where something could not be
    /// read.
    fn look(&mut self, picture: Picture<'_>, end: Duration) {
        let budget = Budget::of_frame(&self.clock, end, self.budget);
        let Self {
            tracks,
            focus,
            room,
            finds,
            turn,
            rung_at,
            owed,
            ..
        } = self;
        *turn = turn.wrapping_add(1);
        let even = turn.is_multiple_of(2);
        if let Some(focus) = focus.as_mut().filter(|_| even) {
            if let Some(area) = Area::around(picture, &focus.corners, MARGIN)
                && let Some(rung) = FOCUS.get(focus.looks % FOCUS.len())
            {
                rung.read(area, budget, room, finds, &mut |_, codes, _| codes == 0);
            }
            focus.looks += 1;
            return;
        }
        // While a code is in the picture, another one may come a frame later.
        if even && !tracks.is_empty() {
            return;
        }
        let before = finds.codes.len();
        let rungs = CAMERA.get(*rung_at % CAMERA.len()).copied().unwrap_or_default();
        // On a slow phone the first look takes all of every frame: without a frame of their own the others would never be had.
        let (first, looked) = owed.take().unwrap_or_default();
        for (at, rung) in rungs.iter().enumerate().skip(first) {
            let from = if at == first { looked } else { 0 };
            let mut looks = from;
            if at > first && budget.is_late(rung.is_fine()) {
                *owed = Some((at, looks));
                break;
            }
            let area = Area::whole(picture);
            rung.after(looks)
                .read(area, budget, room, finds, &mut |_, codes, _| {
                    looks += 1;
                    codes == 0 && !budget.is_late(rung.is_fine())
                });
            if finds.codes.len() > before {
                break;
            }
            // What came to nothing with a whole frame for it never will.
            if looks < rung.looks.len() && (at > first || looks > from) {
                *owed = Some((at, looks));
                break;
            }
        }
        // What found a code may find another beside it in the next frame.
        if finds.codes.len() == before && owed.is_none() {
            *rung_at = rung_at.wrapping_add(1);
        }
    }

    fn conclude(&mut self, picture: Picture<'_>, end: Duration) {
        let budget = Budget::of_frame(&self.clock, end, self.budget);
        let Self {
            tracks,
            focus,
            finds,
            seen,
            room,
            ..
        } = self;
        for code in finds.codes.drain(..) {
            // A hand may have moved a code so far that only its content tells that it is the same.
            let here = seen.present.iter().position(|known| known.is_same_symbol(&code));
            let place = here.or_else(|| {
                seen.present
                    .iter()
                    .zip(tracks.iter())
                    .position(|(known, track)| track.unseen_frames > 0 && known.has_same_content(&code))
            });
            let known = place.and_then(|at| Some((tracks.get_mut(at)?, seen.present.get_mut(at)?)));
            match known {
                Some((track, known)) => {
                    // It looks another way now, or was read in a better frame.
                    track.print = Print::taken(&code, picture, budget, room);
                    track.unseen_frames = 0;
                    *known = code;
                }
                None => {
                    tracks.push(Track {
                        print: Print::taken(&code, picture, budget, room),
                        unseen_frames: 0,
                    });
                    seen.new.push(code.clone());
                    seen.present.push(code);
                }
            }
        }
        let mut stays = tracks
            .iter()
            .map(|track| track.unseen_frames <= GONE_AFTER_FRAMES);
        seen.present.retain(|_| stays.next().unwrap_or_default());
        tracks.retain(|track| track.unseen_frames <= GONE_AFTER_FRAMES);
        seen.unread.clear();
        seen.unread.extend(finds.unread.iter().copied().filter(|corners| {
            let middle = Region::around(corners, 0.0).middle();
            !seen
                .present
                .iter()
                .any(|code| surround(&code.corners, middle.x, middle.y))
        }));
        match seen.unread.first() {
            Some(corners) => {
                *focus = Some(Focus {
                    corners: *corners,
                    looks: focus.map_or(0, |focus| focus.looks % FOCUS.len()),
                    unseen_frames: 0,
                });
            }
            None if !seen.new.is_empty() => *focus = None,
            None => {
                *focus = focus.filter(|focus| focus.looks < FOCUS_FRAMES);
                if let Some(focus) = focus {
                    focus.unseen_frames += 1;
                    if focus.unseen_frames <= SHOWN_FRAMES {
                        seen.unread.push(focus.corners);
                    }
                }
            }
        }
    }
}
