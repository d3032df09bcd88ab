//! One picture, every code in it.

use crate::budget::Budget;
use crate::code::{Code, Point, surround};
use crate::ladder::{Area, Finds, Look, Rung, STILL};
use crate::luma::{FrameError, LumaView, Region};
use crate::picture::Picture;
use crate::room::Room;
use std::time::Duration;

/// The most pixels that are worked on; a larger picture is shrunk first. All that is computed from so many fits into 200 MB.
const MOST_WORKED_ON: usize = 13_000_000;

/// How far around an unread symbol it is looked at again, as a part of its size.
const MARGIN: f32 = 0.5;
/// The most unread symbols that are looked at again once a picture has given a code.
const MOST_AREAS: usize = 6;
/// Pixels beyond which a picture is looked at in half its size first, and the rung where that begins.
const LARGE: usize = 3_000_000;
const LARGE_FIRST: usize = 1;
/// Rungs on the whole picture that every picture gets, so that a second code of another kind is not missed.
const ALWAYS: usize = 1;

/// Reads the codes in a frame. Holds no state: the same frame gives the same codes.
#[derive(Debug, Clone, Default)]
pub struct Reader {}

/// What one step of the effort for a picture did: for those who measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The rendering of the picture and the way of looking at it.
    pub name: String,
    /// Codes that were found in it first.
    pub codes: u32,
    /// What it took on the caller's clock.
    pub time: Duration,
}

impl Reader {
    /// A reader with its default effort.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every code in the frame, each symbol once; none is no error. Blocks while it computes: some ten milliseconds where a code stands
    /// out, and up to some seconds on a large picture in which nothing can be read.
    ///
    /// # Errors
    /// When width, height, stride and bytes do not fit together, or there are more than [`crate::MAX_PIXELS`] pixels.
    pub fn read(&self, frame: &LumaView<'_>) -> Result<Vec<Code>, FrameError> {
        self.climb(frame, Budget::UNLIMITED, &mut |_, _, _| {})
    }

    /// The same within a time: what was found until then. It may take one piece of work longer, some milliseconds.
    /// `clock` gives the time since any fixed moment.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn read_within(
        &self,
        frame: &LumaView<'_>,
        clock: &dyn Fn() -> Duration,
        budget_ms: u32,
    ) -> Result<Vec<Code>, FrameError> {
        let end = clock() + Duration::from_millis(budget_ms.into());
        self.climb(frame, Budget::until(clock, end), &mut |_, _, _| {})
    }

    /// The same as [`Reader::read`], with what every step took and found.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn read_explained(
        &self,
        frame: &LumaView<'_>,
        clock: &dyn Fn() -> Duration,
    ) -> Result<(Vec<Code>, Vec<Step>), FrameError> {
        let (mut steps, mut begun) = (vec![], clock());
        let codes = self.climb(frame, Budget::UNLIMITED, &mut |rung, look, codes| {
            let now = clock();
            steps.push(Step {
                name: format!("{}: {}", rung.name, look.name()),
                codes: u32::try_from(codes).unwrap_or(u32::MAX),
                time: now.saturating_sub(begun),
            });
            begun = now;
        })?;
        Ok((codes, steps))
    }

    fn climb(
        &self,
        frame: &LumaView<'_>,
        budget: Budget<'_>,
        told: &mut dyn FnMut(Rung, Look, usize),
    ) -> Result<Vec<Code>, FrameError> {
        frame.check()?;
        let Some(given) = frame.picture() else {
            return Ok(vec![]);
        };
        // Beyond what is worked on, light is noise anyway; and memory has an end.
        let factor = (1..)
            .find(|factor| given.area() / (factor * factor) <= MOST_WORKED_ON)
            .unwrap_or(1);
        let mut smaller = vec![];
        let shrunk = if factor > 1 {
            given.shrunk(factor, budget, &mut smaller)
        } else {
            None
        };
        let picture = shrunk.unwrap_or(given);
        let mut room = Room::default();
        let mut finds = Finds::default();
        // A large picture is likely to show large modules.
        let first = if picture.area() > LARGE { LARGE_FIRST } else { 0 };
        let rungs = STILL.iter().cycle().skip(first).take(STILL.len());
        for (at, rung) in rungs.enumerate() {
            if budget.is_spent() {
                break;
            }
            if finds.codes.is_empty() || at < ALWAYS {
                let mut any = false;
                let area = Area::whole(picture);
                rung.read(area, budget, &mut room, &mut finds, &mut |look, codes, _| {
                    told(*rung, look, codes);
                    any |= codes > 0;
                    // What costs more than it may still find is left out where something was found.
                    !any || matches!(look, Look::Qr(_))
                });
            } else {
                again(picture, *rung, budget, &mut room, &mut finds, told);
            }
            once(&mut finds.codes);
            let Finds { codes, unread, .. } = &mut finds;
            let is_read = |corners: &[Point; 4]| {
                let middle = Region::around(corners, 0.0).middle();
                codes
                    .iter()
                    .any(|code| surround(&code.corners, middle.x, middle.y))
            };
            unread.retain(|corners| !is_read(corners));
            if !codes.is_empty() && unread.is_empty() {
                break;
            }
        }
        Ok(finds
            .codes
            .iter()
            .map(|code| code.scaled(factor as f32))
            .collect())
    }
}

/// One rung on the places of what looks like a code and is not read yet.
fn again(
    picture: Picture<'_>,
    rung: Rung,
    budget: Budget<'_>,
    room: &mut Room,
    finds: &mut Finds,
    told: &mut dyn FnMut(Rung, Look, usize),
) {
    let places: Vec<[Point; 4]> = finds.unread.iter().take(MOST_AREAS).copied().collect();
    for corners in places {
        let Some(area) = Area::around(picture, &corners, MARGIN) else {
            continue;
        };
        let unread = finds.unread.len();
        rung.read(area, budget, room, finds, &mut |look, codes, _| {
            told(rung, look, codes);
            codes == 0
        });
        // It is known already that something is here.
        finds.unread.truncate(unread);
    }
}

/// Keeps each symbol once.
fn once(codes: &mut Vec<Code>) {
    let mut at = 0;
    while at < codes.len() {
        let (before, rest) = codes.split_at(at);
        let again = rest
            .first()
            .is_some_and(|code| before.iter().any(|known| known.is_same_symbol(code)));
        if again {
            codes.remove(at);
        } else {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn noise_holds_no_code_and_stops_nobody(width in 1_u32..90, height in 1_u32..90, padding in 0_u32..5, seed: u64) {
            let row_stride = width + padding;
            let mut state = seed | 1;
            let data: Vec<u8> = (0..row_stride * height).map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[4]
            }).collect();
            let codes = Reader::new().read(&LumaView { data: &data, width, height, row_stride });
            prop_assert_eq!(codes, Ok(vec![]), "a text was made up from noise");
        }
    }
}
