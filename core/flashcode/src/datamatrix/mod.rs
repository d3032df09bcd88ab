//! Data Matrix: from dark patches to content.

pub(crate) mod decode;
mod layout;
pub(crate) mod patch;

use crate::binarise::Bitmap;
use crate::code::{Code, Point, Symbology, surround};
use crate::geometry::Vector;
use crate::grid::{Grid, Scene};
use crate::ladder::Finds;
use crate::modules::{self, ModuleRoom};
use crate::pattern::{Known, Pattern};
use arrayvec::ArrayVec;
use decode::Content;
use layout::{SIZES, Size};
use patch::PatchRoom;
use std::sync::LazyLock;

/// How strongly blur is taken away, in the order of trying.
const SHARPENINGS: [f32; 3] = [0.0, 0.6, 1.2];
/// The same for a sampling that is summed up with others.
const VOTED_SHARPENING: f32 = 0.6;
/// The least agreement of the solid sides, and of the alternating ones, for a grid to be worth more work; from −1 to 1. Both count by
/// themselves: any dark patch has solid sides, and what alternates by chance on two sides at once is rare.
const LEAST_PROMISING: Borders = Borders {
    solid: 0.3,
    alternating: 0.2,
};
/// The same once the corners have been moved to where they agree best, to be read.
const LEAST_CERTAIN: Borders = Borders {
    solid: 0.35,
    alternating: 0.35,
};
/// The same for what is shown as a code that cannot be read yet.
const LEAST_EVIDENT: Borders = Borders {
    solid: 0.7,
    alternating: 0.65,
};
/// How much longer or shorter one side may look, by perspective, than the size has it.
const MOST_STRETCHED: std::ops::Range<f32> = 0.5..2.0;
/// The smallest module in pixels.
const LEAST_MODULE: f32 = 1.2;
/// Grids on one patch that are worked on, of all sizes and orientations.
const MOST_GRIDS: usize = 3;

/// Distances in pixels within which dark modules are taken to hang together.
const GAPS: [u32; 2] = [1, 4];

/// How well a symbol's borders agree with a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Borders {
    /// The left and the lower side, all dark.
    solid: f32,
    /// The upper and the right side, dark and light in turn.
    alternating: f32,
}

impl Borders {
    fn of(scene: Scene<'_>, grid: &Grid, kind: &Kind) -> Self {
        Self {
            solid: grid.known(scene, &kind.solid),
            alternating: grid.known(scene, &kind.alternating),
        }
    }

    fn reach(self, least: Self) -> bool {
        self.solid >= least.solid && self.alternating >= least.alternating
    }
}

/// A size with all that is computed from it.
struct Kind {
    size: Size,
    pattern: Pattern,
    /// The modules of its solid and of its alternating outer sides.
    solid: Vec<Known>,
    alternating: Vec<Known>,
    codewords: Vec<[usize; 8]>,
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| SIZES.iter().map(Kind::of).collect());

impl Kind {
    fn of(size: &Size) -> Self {
        let pattern = size.pattern();
        let (right, bottom) = (size.width - 1, size.height - 1);
        Self {
            solid: pattern.known_at(|x, y| x == 0 || y == bottom),
            alternating: pattern.known_at(|x, y| (y == 0 && x > 0) || (x == right && y < bottom)),
            codewords: size.codewords(),
            size: *size,
            pattern,
        }
    }
}

/// Reads the codes whose dark modules hang together in this bitmap, those aside that are between the corners of `known` ones.
pub(crate) fn read(
    scene: Scene<'_>,
    bitmap: &Bitmap,
    patches: &mut PatchRoom,
    room: &mut ModuleRoom,
    known: &[[Point; 4]],
    finds: &mut Finds,
) {
    patches.take_runs(bitmap);
    for gap in GAPS {
        if scene.budget.is_spent() {
            return;
        }
        for (_, corners) in patches.find(gap) {
            if scene.budget.is_spent() {
                return;
            }
            let middle = corners.iter().fold(Vector::default(), |sum, c| sum + *c) * 0.25;
            let inside = |corners: &[Point; 4]| surround(corners, middle.x, middle.y);
            if !known.iter().any(inside) && !finds.codes.iter().any(|code| inside(&code.corners)) {
                read_patch(scene, *corners, room, finds);
            }
        }
    }
}

/// Reads the symbol that fills a quadrilateral (clockwise), in whichever orientation and size.
fn read_patch(scene: Scene<'_>, corners: [Vector; 4], room: &mut ModuleRoom, finds: &mut Finds) {
    let mut unread = None;
    for (_, mut grid, kind) in fits(scene, corners) {
        let stages: [fn(&mut Grid, Scene<'_>, &Pattern); 4] =
            [Grid::seize, Grid::settle, Grid::bend, Grid::mesh];
        let mut evident = false;
        for stage in stages {
            stage(&mut grid, scene, &kind.pattern);
            let borders = Borders::of(scene, &grid, kind);
            if !borders.reach(LEAST_CERTAIN) || scene.budget.is_spent() {
                break;
            }
            if let Some(content) = read_grid(scene, &grid, kind, room) {
                return finds.codes.push(code(content, &grid));
            }
            evident = borders.reach(LEAST_EVIDENT);
        }
        if evident {
            if let Some(content) = voted(scene, &grid, kind, room) {
                return finds.codes.push(code(content, &grid));
            }
            unread = unread.or(Some(places(&grid)));
        }
    }
    finds.see(unread);
}

type Fits = ArrayVec<(f32, Grid, &'static Kind), { MOST_GRIDS + 1 }>;

/// The grids that fit a quadrilateral best.
fn fits(scene: Scene<'_>, corners: [Vector; 4]) -> Fits {
    let mut fits = Fits::new();
    for turn in 0..4 {
        let mut turned = corners;
        turned.rotate_left(turn);
        let [a, b, c, d] = turned;
        let stretched = ((b - a).length() + (c - d).length()) / ((d - a).length() + (c - b).length());
        for kind in KINDS.iter() {
            let (width, height) = (kind.size.width as f32, kind.size.height as f32);
            if !MOST_STRETCHED.contains(&(stretched * height / width)) {
                continue;
            }
            let Some(grid) =
                Grid::with_corners(width, height, turned).filter(|grid| grid.module() > LEAST_MODULE)
            else {
                continue;
            };
            // Most places fail by their solid sides, which saves looking at the others.
            if grid.known(scene, &kind.solid) < LEAST_PROMISING.solid {
                continue;
            }
            let borders = Borders::of(scene, &grid, kind);
            if borders.reach(LEAST_PROMISING) {
                fits.push((borders.solid + borders.alternating, grid, kind));
                fits.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
                fits.truncate(MOST_GRIDS);
            }
        }
    }
    fits
}

fn read_grid(scene: Scene<'_>, grid: &Grid, kind: &Kind, room: &mut ModuleRoom) -> Option<Content> {
    grid.lights(scene.picture, &mut room.lights);
    SHARPENINGS.iter().find_map(|strength| {
        modules::sharpen(&room.lights, kind.size.width, *strength, &mut room.sharp);
        modules::darkness(&room.sharp, kind.size.width, &mut room.darkness);
        let ModuleRoom {
            darkness,
            codewords,
            data,
            ..
        } = room;
        decode::read(&kind.size, &kind.codewords, darkness, codewords, data)
    })
}

/// What this sampling says together with earlier ones of the same symbol.
fn voted(scene: Scene<'_>, grid: &Grid, kind: &Kind, room: &mut ModuleRoom) -> Option<Content> {
    grid.lights(scene.picture, &mut room.lights);
    modules::sharpen(&room.lights, kind.size.width, VOTED_SHARPENING, &mut room.sharp);
    modules::darkness(&room.sharp, kind.size.width, &mut room.darkness);
    let sums = room.votes.add(places(grid), kind.size.width, &room.darkness)?;
    decode::read(
        &kind.size,
        &kind.codewords,
        sums,
        &mut room.codewords,
        &mut room.data,
    )
}

fn code(content: Content, grid: &Grid) -> Code {
    Code {
        symbology: Symbology::DataMatrix,
        text: Some(content.text),
        bytes: content.bytes,
        corners: places(grid),
        spare: Some(content.spare),
    }
}

fn places(grid: &Grid) -> [Point; 4] {
    grid.corners().map(|p| Point { x: p.x, y: p.y })
}
