//! Data Matrix: from dark patches to content.

pub(crate) mod decode;
mod layout;
mod patch;

use crate::binarise::Bitmap;
use crate::code::{Code, Point, Symbology};
use crate::geometry::Vector;
use crate::grid::{Grid, Scene};
use crate::modules;
use crate::pattern::Pattern;
use layout::{SIZES, Size};
use std::sync::LazyLock;

/// How strongly blur is taken away, in the order of trying.
const SHARPENINGS: [f32; 3] = [0.0, 0.6, 1.2];
/// The least agreement of the borders for a grid to be worth more work, and to be read, from −1 to 1.
const LEAST_PROMISING: f32 = 0.25;
const LEAST_CERTAIN: f32 = 0.35;
/// Grids on one patch that are worked on, of all sizes and orientations.
const MOST_GRIDS: usize = 3;

/// Gaps in pixels, to each side, across which dark modules are taken to hang together.
const GAPS: [usize; 2] = [0, 2];

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

/// The codes whose dark modules hang together in this bitmap.
pub(crate) fn read(scene: Scene<'_>, bitmap: &Bitmap, known: &[Code]) -> Vec<Code> {
    let mut codes: Vec<Code> = vec![];
    for corners in GAPS.iter().flat_map(|gap| patch::find(bitmap, *gap)) {
        let middle = corners.iter().fold(Vector::default(), |sum, c| sum + *c) * 0.25;
        if known
            .iter()
            .chain(&codes)
            .any(|code| code.surrounds(middle.x, middle.y))
        {
            continue;
        }
        codes.extend(read_patch(scene, corners));
    }
    codes
}

/// Reads the symbol that fills a quadrilateral (clockwise), in whichever orientation and size.
pub(crate) fn read_patch(scene: Scene<'_>, corners: [Vector; 4]) -> Option<Code> {
    let mut fits: Vec<(f32, Grid, &Kind)> = vec![];
    for turn in 0..4 {
        let mut turned = corners;
        turned.rotate_left(turn);
        let [a, b, c, d] = turned;
        let stretched = ((b - a).length() + (c - d).length()) / ((d - a).length() + (c - b).length());
        for kind in KINDS.iter() {
            let expected = kind.size.width as f32 / kind.size.height as f32;
            if !(0.5..2.0).contains(&(stretched / expected)) {
                continue;
            }
            let Some(grid) = Grid::with_corners(kind.size.width as f32, kind.size.height as f32, turned)
            else {
                continue;
            };
            if grid.module() < 1.2 {
                continue;
            }
            let agreement = grid.known(scene, &kind.pattern, |_, _| true);
            if agreement > LEAST_PROMISING {
                fits.push((agreement, grid, kind));
            }
        }
    }
    fits.sort_by(|a, b| b.0.total_cmp(&a.0));
    fits.truncate(MOST_GRIDS);
    fits.into_iter().find_map(|(_, mut grid, kind)| {
        let stages: [fn(&mut Grid, Scene<'_>, &Pattern); 4] =
            [|_, _, _| {}, Grid::settle, Grid::bend, Grid::mesh];
        stages.iter().find_map(|stage| {
            stage(&mut grid, scene, &kind.pattern);
            if grid.known(scene, &kind.pattern, |_, _| true) < LEAST_CERTAIN {
                return None;
            }
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
                    corners: grid.corners().map(|p| Point { x: p.x, y: p.y }),
                    spare: Some(content.spare),
                })
            })
        })
    })
}
