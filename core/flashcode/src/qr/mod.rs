//! QR Codes: from eyes to content.

pub(crate) mod decode;
pub(crate) mod finder;
mod layout;
mod triple;

use crate::code::{Code, Point, Symbology};
use crate::geometry::{Vector, at};
use crate::grid::{Grid, Scene};
use crate::modules;
use crate::pattern::Pattern;
use decode::Content;
use finder::Finder;
use layout::Layout;
use triple::Triple;

/// How strongly blur is taken away, in the order of trying.
const SHARPENINGS: [f32; 3] = [0.0, 0.6, 1.2];
/// The least agreement of the timing patterns for a grid to be worth more work, from −1 to 1.
const LEAST_TIMING: f32 = 0.12;
/// The most triples of eyes that are tried in a picture; more come only from a picture full of ornaments.
const MOST_TRIPLES: usize = 60;

/// The codes that have three of these eyes.
pub(crate) fn read(scene: Scene<'_>, eyes: &[Finder], known: &[Code]) -> Vec<Code> {
    let mut used: Vec<Vector> = vec![];
    let mut codes = vec![];
    for triple in triple::likely(eyes).iter().take(MOST_TRIPLES) {
        if triple
            .eyes()
            .iter()
            .any(|eye| used.iter().any(|u| (*u - eye.centre).length() < eye.radius))
        {
            continue;
        }
        if known.iter().any(|code| {
            triple
                .eyes()
                .iter()
                .all(|eye| code.surrounds(eye.centre.x, eye.centre.y))
        }) {
            continue;
        }
        if let Some(code) = read_triple(scene, triple) {
            used.extend(triple.eyes().map(|eye| eye.centre));
            codes.push(code);
        }
    }
    codes
}

fn read_triple(scene: Scene<'_>, triple: &Triple) -> Option<Code> {
    let mut fits: Vec<(f32, Grid, Layout)> = triple
        .sizes()
        .iter()
        .filter_map(|size| {
            let layout = Layout::of((size - 17) / 4)?;
            let grid = triple.grid(*size)?;
            Some((
                grid.known(scene, &layout.pattern, |x, y| layout.is_timing(x, y)),
                grid,
                layout,
            ))
        })
        .collect();
    fits.sort_by(|a, b| b.0.total_cmp(&a.0));
    fits.into_iter()
        .take(3)
        .filter(|(timing, _, _)| *timing > LEAST_TIMING)
        .find_map(|(_, mut grid, layout)| {
            aligned(scene, triple, &mut grid, &layout);
            let stages: [fn(&mut Grid, Scene<'_>, &Pattern); 4] =
                [|_, _, _| {}, Grid::settle, Grid::bend, Grid::mesh];
            stages.iter().find_map(|stage| {
                stage(&mut grid, scene, &layout.pattern);
                let content = content(&layout, &grid.lights(scene.picture))?;
                Some(code(content, &grid))
            })
        })
}

/// Pulls the grid's far corner to the alignment pattern beside it.
fn aligned(scene: Scene<'_>, triple: &Triple, grid: &mut Grid, layout: &Layout) {
    let Some((column, row)) = layout.alignment.last().copied() else {
        return;
    };
    let Some((place, _)) = grid.alignment(scene, column, row) else {
        return;
    };
    if let Some(better) = triple.grid_with(layout.size, (at(column as f32 + 0.5, row as f32 + 0.5), place)) {
        *grid = better;
    }
}

fn content(layout: &Layout, lights: &[f32]) -> Option<Content> {
    SHARPENINGS.iter().find_map(|strength| {
        let darkness = modules::darkness(&modules::sharpened(lights, layout.size, *strength), layout.size);
        decode::read(layout, &darkness).or_else(|| decode::read(layout, &mirrored(&darkness, layout.size)))
    })
}

fn mirrored(values: &[f32], size: usize) -> Vec<f32> {
    (0..values.len())
        .map(|i| values.get(i % size * size + i / size).copied().unwrap_or(0.0))
        .collect()
}

fn code(content: Content, grid: &Grid) -> Code {
    let corners = grid.corners().map(|p| Point { x: p.x, y: p.y });
    Code {
        symbology: Symbology::QrCode,
        text: content.text,
        bytes: content.bytes,
        corners,
        spare: Some(content.spare),
    }
}
