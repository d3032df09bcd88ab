//! Data Matrix: from dark patches to content.

pub(crate) mod decode;
mod layout;
pub(crate) mod patch;

use crate::binarise::Bitmap;
use crate::code::{Code, Point, Symbology, surround};
use crate::geometry::Vector;
use crate::grid::{Grid, Scene};
use crate::ladder::Finds;
use crate::luma::Region;
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
/// The least agreement of a few modules of the solid sides for the others to be looked at.
const LEAST_SPARSE: f32 = 0.1;
/// About so many modules are few.
const SPARSE: usize = 10;
/// The same as [`LEAST_PROMISING`] once the corners have been moved to where they agree best, to be read.
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

/// The most distances in pixels within which dark modules are taken to hang together, of one look.
const MOST_GAPS: usize = 2;

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
    /// A few of the solid ones, from all over both sides.
    sparse: Vec<Known>,
    codewords: Vec<[usize; 8]>,
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| SIZES.iter().map(Kind::of).collect());

impl Kind {
    fn of(size: &Size) -> Self {
        let pattern = size.pattern();
        let (right, bottom) = (size.width - 1, size.height - 1);
        let solid = pattern.known_at(|x, y| x == 0 || y == bottom);
        let every = solid.len() / SPARSE;
        Self {
            sparse: solid.iter().copied().step_by(every.max(1)).collect(),
            solid,
            alternating: pattern.known_at(|x, y| (y == 0 && x > 0) || (x == right && y < bottom)),
            codewords: size.codewords(),
            size: *size,
            pattern,
        }
    }
}

/// The pattern of the symbols with so many modules along the upper and the left side.
pub(crate) fn pattern((width, height): (u16, u16)) -> Option<&'static Pattern> {
    let is_of_size = |kind: &&Kind| (kind.size.width, kind.size.height) == (width.into(), height.into());
    KINDS.iter().find(is_of_size).map(|kind| &kind.pattern)
}

/// A grid that may lie on a symbol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// How well its borders agree: the sum of both kinds, from −2 to 2.
    score: f32,
    /// Clockwise from what would be the symbol's upper left.
    corners: [Vector; 4],
    /// The number of its size.
    kind: u8,
}

/// The most candidates of one bitmap.
pub(crate) const MOST_CANDIDATES: usize = MOST_GAPS * patch::MOST_PATCHES * MOST_GRIDS;
/// The agreement from which a candidate is read before other patches are looked for.
const CLEAR_SCORE: f32 = 1.0;

/// Reads the codes whose dark modules hang together in this bitmap across fewer than one of `gaps` pixels, those aside that are between the
/// corners of `known` ones.
pub(crate) fn read(
    scene: Scene<'_>,
    bitmap: &Bitmap,
    gaps: &[u32],
    patches: &mut PatchRoom,
    room: &mut ModuleRoom,
    known: &[[Point; 4]],
    finds: &mut Finds,
) {
    let before = finds.codes.len();
    let is_done = |finds: &Finds| {
        scene.budget.is_spent() || (scene.budget.stops_at_first() && finds.codes.len() > before)
    };
    let is_free = |corners: &[Vector; 4], finds: &Finds| {
        let middle = corners.iter().fold(Vector::default(), |sum, c| sum + *c) * 0.25;
        let inside = |corners: &[Point; 4]| surround(corners, middle.x, middle.y);
        !known.iter().any(inside) && !finds.codes.iter().any(|code| inside(&code.corners))
    };
    let mut candidates = std::mem::take(&mut patches.candidates);
    candidates.clear();
    let mut tried: ArrayVec<[Vector; 4], { MOST_GAPS * patch::MOST_PATCHES }> = ArrayVec::new();
    patches.take_runs(bitmap, scene.budget);
    'gaps: for gap in gaps.iter().take(MOST_GAPS) {
        if is_done(finds) {
            break;
        }
        let from = candidates.len();
        for (_, corners) in patches.find(*gap, scene.budget) {
            if scene.budget.is_spent() {
                break;
            }
            if is_free(corners, finds) && !tried.iter().any(|other| is_same_place(other, corners)) {
                tried.push(*corners);
                candidates.extend(fits(scene, *corners));
            }
        }
        let new = candidates.get_mut(from..).unwrap_or_default();
        new.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
        for candidate in new
            .iter_mut()
            .take_while(|candidate| candidate.score > CLEAR_SCORE)
        {
            if is_done(finds) {
                break 'gaps;
            }
            if is_free(&candidate.corners, finds)
                && let Some(code) = seized(scene, candidate, room)
            {
                finds.codes.push(code);
            }
        }
    }
    candidates.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
    for candidate in candidates.iter().take(scene.budget.most_thorough()) {
        if is_done(finds) {
            break;
        }
        if is_free(&candidate.corners, finds) {
            read_candidate(scene, candidate, room, finds);
        }
    }
    patches.candidates = candidates;
}

impl Candidate {
    fn grid(&self) -> Option<(Grid, &'static Kind)> {
        let kind = KINDS.get(usize::from(self.kind))?;
        let grid = Grid::with_corners(kind.size.width as f32, kind.size.height as f32, self.corners)?;
        Some((grid, kind))
    }
}

/// What a candidate says once its corners are in place; that is all that a clear one needs.
fn seized(scene: Scene<'_>, candidate: &Candidate, room: &mut ModuleRoom) -> Option<Code> {
    let (mut grid, kind) = candidate.grid()?;
    grid.seize(scene, &kind.pattern);
    let content = Borders::of(scene, &grid, kind)
        .reach(LEAST_CERTAIN)
        .then(|| read_grid(scene, &grid, kind, room))??;
    Some(code(content, &grid))
}

/// Whether two quadrilaterals have the same corners but for a pixel.
fn is_same_place(one: &[Vector; 4], other: &[Vector; 4]) -> bool {
    const APART: f32 = 1.5;
    one.iter().zip(other).all(|(a, b)| (*a - *b).length() < APART)
}

/// Reads the symbol under a candidate's grid, with more and more work on the fit.
fn read_candidate(scene: Scene<'_>, candidate: &Candidate, room: &mut ModuleRoom, finds: &mut Finds) {
    let Some((mut grid, kind)) = candidate.grid() else {
        return;
    };
    let stages: [fn(&mut Grid, Scene<'_>, &Pattern); 4] = [Grid::seize, Grid::settle, Grid::bend, Grid::mesh];
    let mut evident = false;
    for (at, stage) in stages.iter().enumerate() {
        stage(&mut grid, scene, &kind.pattern);
        let borders = Borders::of(scene, &grid, kind);
        if !borders.reach(LEAST_CERTAIN) || scene.budget.is_spent() {
            break;
        }
        // A clear one was read as far as its corners go.
        let read_before = at == 0 && candidate.score > CLEAR_SCORE;
        if !read_before && let Some(content) = read_grid(scene, &grid, kind, room) {
            return finds.codes.push(code(content, &grid));
        }
        evident = borders.reach(LEAST_EVIDENT);
        if scene.budget.wants_evidence() && !evident {
            break;
        }
    }
    if evident {
        if let Some(content) = voted(scene, &grid, kind, room) {
            return finds.codes.push(code(content, &grid));
        }
        let corners = places(&grid);
        let middle = Region::around(&corners, 0.0).middle();
        // Other sizes and patches may have shown the same symbol.
        if !finds
            .unread
            .iter()
            .any(|other| surround(other, middle.x, middle.y))
        {
            finds.see(Some(corners));
        }
    }
}

/// The candidates that fit a quadrilateral (clockwise) best, in whichever orientation and size.
fn fits(scene: Scene<'_>, corners: [Vector; 4]) -> ArrayVec<Candidate, { MOST_GRIDS + 1 }> {
    let mut fits = ArrayVec::new();
    for turn in 0..4 {
        let mut turned = corners;
        turned.rotate_left(turn);
        let [a, b, c, d] = turned;
        let stretched = ((b - a).length() + (c - d).length()) / ((d - a).length() + (c - b).length());
        for (number, kind) in (0_u8..).zip(KINDS.iter()) {
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
            if grid.known(scene, &kind.sparse) < LEAST_SPARSE {
                continue;
            }
            let solid = grid.known(scene, &kind.solid);
            if solid < LEAST_PROMISING.solid {
                continue;
            }
            // The module in the upper right corner is light: what was taken for the corner may be that of a module beside or below it.
            let corner_of = |b: Vector| {
                let corners = [a, b, c, d];
                let grid = Grid::with_corners(width, height, corners)?;
                Some((grid.known(scene, &kind.alternating), corners))
            };
            let best = [
                b,
                b + (b - a) * (1.0 / (width - 1.0)),
                b + (b - c) * (1.0 / (height - 1.0)),
            ]
            .into_iter()
            .filter_map(corner_of)
            .max_by(|one, other| one.0.total_cmp(&other.0));
            let Some((alternating, corners)) =
                best.filter(|(alternating, _)| *alternating >= LEAST_PROMISING.alternating)
            else {
                continue;
            };
            fits.push(Candidate {
                score: solid + alternating,
                corners,
                kind: number,
            });
            fits.sort_unstable_by(|a: &Candidate, b| b.score.total_cmp(&a.score));
            fits.truncate(MOST_GRIDS);
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
        modules: grid.modules(),
    }
}

fn places(grid: &Grid) -> [Point; 4] {
    grid.corners().map(|p| Point { x: p.x, y: p.y })
}
