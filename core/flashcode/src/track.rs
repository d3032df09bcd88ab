//! A code that was read, seen again in the next frames without being read again: its modules are compared with those of the frame in which it
//! was read. Whether it is reported is the session's work.

use crate::budget::Budget;
use crate::code::{Code, Point, Symbology};
use crate::geometry::at;
use crate::grid::{Grid, Scene};
use crate::ladder::{Area, Size, rendered};
use crate::modules;
use crate::pattern::{Module, Pattern};
use crate::picture::Picture;
use crate::room::Room;
use crate::{datamatrix, qr};

/// The room left around a code's last place, as a part of its size: as far as a hand moves between two frames.
pub(crate) const MARGIN: f32 = 0.35;
/// How far a code is looked for from its last place, each way: so many steps of so many modules.
const REACH_STEPS: i32 = 4;
const STEP_MODULES: f32 = 0.5;
/// The agreement of the known modules with which a grid is where the code is, from −1 to 1.
const IN_PLACE: f32 = 0.85;
/// The least agreement for a code to be there at all.
const LEAST_THERE: f32 = 0.45;
/// The least share of a symbol's data modules that must be as they were; with fewer the code is read again. One other character changes half of
/// the modules of a block's check codewords too: a fifth of all modules where there is one block, a thirtieth where there are five.
const LEAST_SAME: f32 = 0.98;

/// How a code's modules looked when it was read.
#[derive(Debug)]
pub(crate) struct Print {
    symbology: Symbology,
    modules: (u16, u16),
    inverted: bool,
    /// Row after row: dark or not.
    dark: Vec<bool>,
}

impl Print {
    /// The print of a code that was read in this picture; nothing for a code on a bent surface, which is read again instead.
    pub(crate) fn taken(
        code: &Code,
        picture: Picture<'_>,
        budget: Budget<'_>,
        room: &mut Room,
    ) -> Option<Self> {
        let mut print = Self {
            symbology: code.symbology,
            modules: code.modules?,
            inverted: false,
            dark: vec![],
        };
        // Beside its place a code agrees with its own negative: nothing is moved as long as that is not decided.
        for inverted in [false, true] {
            print.inverted = inverted;
            if print.seen(&code.corners, 0, picture, budget, room).is_some() {
                print
                    .dark
                    .extend(room.modules.darkness.iter().map(|value| *value > 0.0));
                return Some(print);
            }
        }
        None
    }

    /// Whether it is light on a dark ground.
    pub(crate) fn is_inverted(&self) -> bool {
        self.inverted
    }

    /// Where the code is now, if it is near these corners.
    pub(crate) fn find(
        &self,
        corners: &[Point; 4],
        picture: Picture<'_>,
        budget: Budget<'_>,
        room: &mut Room,
    ) -> Option<[Point; 4]> {
        self.seen(corners, REACH_STEPS, picture, budget, room)
    }

    /// Where the code is now, if it is at most so many steps from these corners. Leaves how dark its modules are in the room.
    fn seen(
        &self,
        corners: &[Point; 4],
        reach: i32,
        picture: Picture<'_>,
        budget: Budget<'_>,
        room: &mut Room,
    ) -> Option<[Point; 4]> {
        let pattern = match self.symbology {
            Symbology::QrCode => qr::pattern(self.modules),
            Symbology::DataMatrix => datamatrix::pattern(self.modules),
        }?;
        let area = Area::around(picture, corners, MARGIN)?;
        let Room {
            resized,
            inverted,
            sums,
            modules: values,
            ..
        } = room;
        // Nothing is doubled here.
        let (picture, factor) = rendered(
            area,
            Size::of_area(area),
            self.inverted,
            (resized, inverted),
            0,
            budget,
        )?;
        sums.fill(&picture, budget);
        let scene = Scene {
            picture: &picture,
            sums,
            budget,
        };
        let origin = area.origin;
        let local = corners.map(|p| at((p.x - origin.x) * factor, (p.y - origin.y) * factor));
        let (width, height) = self.modules;
        let agreement = |grid: &Grid| grid.known(scene, &pattern.known);
        let mut grid = Grid::with_corners(width.into(), height.into(), local)?;
        let mut best = agreement(&grid);
        if best < IN_PLACE && reach > 0 {
            let module = grid.module();
            for (x, y) in (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| (x, y))) {
                let shift = at(x as f32, y as f32) * (module * STEP_MODULES);
                let moved = Grid::with_corners(width.into(), height.into(), local.map(|p| p + shift))?;
                let good = agreement(&moved);
                if good > best {
                    (best, grid) = (good, moved);
                }
            }
            grid.seize(scene, pattern);
            best = agreement(&grid);
        }
        if best < LEAST_THERE {
            return None;
        }
        grid.lights(&picture, &mut values.lights);
        modules::darkness(&values.lights, width.into(), &mut values.darkness);
        self.is_same(pattern, &values.darkness).then(|| {
            grid.corners().map(|p| Point {
                x: p.x / factor + origin.x,
                y: p.y / factor + origin.y,
            })
        })
    }

    /// Whether the data modules are those of the print; they are as long as it is being taken.
    fn is_same(&self, pattern: &Pattern, darkness: &[f32]) -> bool {
        let data = || {
            let of_module = pattern.modules.iter().zip(&self.dark).zip(darkness);
            of_module.filter(|((module, _), _)| **module == Module::Data)
        };
        let same = data()
            .filter(|((_, dark), value)| **dark == (**value > 0.0))
            .count();
        same as f32 >= LEAST_SAME * data().count() as f32
    }
}
