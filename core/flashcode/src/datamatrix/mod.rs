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
use crate::pattern::Pattern;
use layout::{SIZES, Size};
use std::sync::LazyLock;

/// How strongly blur is taken away, in the order of trying.
const SHARPENINGS: [f32; 3] = [0.0, 0.6, 1.2];
/// The least agreement of the borders for a grid to be worth more work, and to be read, from −1 to 1.
const LEAST_PROMISING: f32 = 0.3;
const LEAST_CERTAIN: f32 = 0.45;
/// The same for what is shown as a code that cannot be read yet.
const LEAST_EVIDENT: f32 = 0.7;
/// How much longer or shorter one side may look, by perspective, than the size has it.
const MOST_STRETCHED: std::ops::Range<f32> = 0.5..2.0;
/// The smallest module in pixels.
const LEAST_MODULE: f32 = 1.2;
/// Grids on one patch that are worked on, of all sizes and orientations.
const MOST_GRIDS: usize = 3;

/// Distances in pixels within which dark modules are taken to hang together.
const GAPS: [usize; 2] = [1, 4];

/// A size with all that is computed from it.
struct Kind {
    size: Size,
    pattern: Pattern,
    codewords: Vec<[usize; 8]>,
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    SIZES
        .iter()
        .map(|size| Kind {
            size: *size,
            pattern: size.pattern(),
            codewords: size.codewords(),
        })
        .collect()
});

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
            let agreement = grid.known(scene, &kind.pattern, |_, _| true);
            if agreement < LEAST_CERTAIN || scene.budget.is_spent() {
                break;
            }
            if let Some(code) = read_grid(scene, &grid, kind) {
                return finds.codes.push(code);
            }
            if agreement > LEAST_EVIDENT {
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
            let agreement = grid.known(scene, &kind.pattern, |_, _| true);
            if agreement > LEAST_PROMISING {
                fits.push((agreement, grid, kind));
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
