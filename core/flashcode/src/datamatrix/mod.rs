//! Data Matrix: from dark patches to content.

pub(crate) mod decode;
mod layout;
mod patch;

use crate::binarise::Bitmap;
use crate::code::{Code, Point, Symbology};
use crate::geometry::Vector;
use crate::grid::{Grid, Scene};
use crate::ladder::Finds;
use crate::modules;
use crate::pattern::{Known, Pattern};
use layout::{SIZES, Size};
use std::sync::LazyLock;

/// How strongly blur is taken away, in the order of trying.
const SHARPENINGS: [f32; 3] = [0.0, 0.6, 1.2];
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
const GAPS: [usize; 2] = [1, 4];

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

/// Reads the codes whose dark modules hang together in this bitmap, those aside that are `known`.
pub(crate) fn read(scene: Scene<'_>, bitmap: &Bitmap, known: &[Code], finds: &mut Finds) {
    for corners in GAPS.iter().flat_map(|gap| patch::find(bitmap, *gap)) {
        if scene.budget.is_spent() {
            return;
        }
        let middle = corners.iter().fold(Vector::default(), |sum, c| sum + *c) * 0.25;
        if !known
            .iter()
            .chain(&finds.codes)
            .any(|code| code.surrounds(middle.x, middle.y))
        {
            read_patch(scene, corners, finds);
        }
    }
}

/// Reads the symbol that fills a quadrilateral (clockwise), in whichever orientation and size.
fn read_patch(scene: Scene<'_>, corners: [Vector; 4], finds: &mut Finds) {
    let mut unread = None;
    for (_, mut grid, kind) in fits(scene, corners) {
        let stages: [fn(&mut Grid, Scene<'_>, &Pattern); 4] =
            [Grid::seize, Grid::settle, Grid::bend, Grid::mesh];
        for stage in stages {
            stage(&mut grid, scene, &kind.pattern);
            let borders = Borders::of(scene, &grid, kind);
            if !borders.reach(LEAST_CERTAIN) || scene.budget.is_spent() {
                break;
            }
            if let Some(code) = read_grid(scene, &grid, kind) {
                return finds.codes.push(code);
            }
            if borders.reach(LEAST_EVIDENT) {
                unread = unread.or(Some(places(&grid)));
            }
        }
    }
    finds.unread.extend(unread);
}

/// The grids that fit a quadrilateral best.
fn fits(scene: Scene<'_>, corners: [Vector; 4]) -> Vec<(f32, Grid, &'static Kind)> {
    let mut fits: Vec<(f32, Grid, &Kind)> = vec![];
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
            }
        }
    }
    fits.sort_by(|a, b| b.0.total_cmp(&a.0));
    fits.truncate(MOST_GRIDS);
    fits
}

fn read_grid(scene: Scene<'_>, grid: &Grid, kind: &Kind) -> Option<Code> {
    let lights = grid.lights(scene.picture);
    SHARPENINGS.iter().find_map(|strength| {
        let sharp = modules::sharpened(&lights, kind.size.width, *strength);
        let content = decode::read(
            &kind.size,
            &kind.codewords,
            &modules::darkness(&sharp, kind.size.width),
        )?;
        Some(Code {
            symbology: Symbology::DataMatrix,
            text: Some(content.text),
            bytes: content.bytes,
            corners: places(grid),
            spare: Some(content.spare),
        })
    })
}

fn places(grid: &Grid) -> [Point; 4] {
    grid.corners().map(|p| Point { x: p.x, y: p.y })
}
