//! QR Codes: from eyes to content.

pub(crate) mod decode;
pub(crate) mod finder;
mod layout;
mod triple;

use crate::code::{Code, Point, Symbology};
use crate::geometry::{Vector, at};
use crate::grid::{Grid, Scene};
use crate::ladder::Finds;
use crate::modules;
use crate::pattern::Pattern;
use crate::third_party::Sampled;
use decode::Content;
use finder::Finder;
use layout::Layout;
use triple::Triple;

/// How strongly blur is taken away, in the order of trying.
const SHARPENINGS: [f32; 3] = [0.0, 0.6, 1.2];
/// The least agreement of the timing patterns for three eyes and a number of modules to be worth a fit, from −1 to 1. Half of all chance
/// finds have more than 0.17, symbols have more than 0.7 unless they are bent or half in glare.
const LEAST_TIMING: f32 = 0.15;
/// The least agreement of all patterns with a first fit. Chance finds: half above 0.07, one in ten above 0.17; symbols above 0.8.
const LEAST_PROMISING: f32 = 0.1;
/// The same once the corners have been moved to where it is greatest. Chance finds: one in twenty above 0.4; symbols above 0.9.
const LEAST_SEIZED: f32 = 0.45;
/// The most numbers of modules that are tried for three eyes.
const MOST_SIZES: usize = 3;
/// The least agreement of all patterns for a grid to be read, from −1 to 1.
const LEAST_CERTAIN: f32 = 0.35;
/// The most triples of eyes that are tried in a picture; more come only from a picture full of ornaments.
const MOST_TRIPLES: usize = 60;

/// Reads the codes that have three of these eyes, those aside that are `known`.
pub(crate) fn read(scene: Scene<'_>, eyes: &[Finder], known: &[Code], finds: &mut Finds) {
    for triple in triple::likely(eyes).iter().take(MOST_TRIPLES) {
        if scene.budget.is_spent() {
            return;
        }
        let inside = |code: &Code| {
            triple
                .eyes()
                .iter()
                .any(|eye| code.surrounds(eye.centre.x, eye.centre.y))
        };
        if !known.iter().chain(&finds.codes).any(inside) {
            read_triple(scene, triple, finds);
        }
    }
}

/// Reads the codes whose modules others have sampled, those aside that are `known`: as they are, or by a grid of ours between their
/// corners.
pub(crate) fn read_sampled(scene: Scene<'_>, sampled: &[Sampled], known: &[Code], finds: &mut Finds) {
    for symbol in sampled {
        if scene.budget.is_spent() {
            return;
        }
        let corners = symbol.corners.map(|p| at(p.x, p.y));
        let middle = corners.iter().fold(Vector::default(), |sum, c| sum + *c) * 0.25;
        let is_known = known
            .iter()
            .chain(&finds.codes)
            .any(|code| code.surrounds(middle.x, middle.y));
        let layout = symbol.size.checked_sub(17).and_then(|more| Layout::of(more / 4));
        let Some((layout, grid)) = layout
            .filter(|layout| layout.size == symbol.size && !is_known)
            .and_then(|layout| {
                let side = symbol.size as f32;
                Some((layout, Grid::with_corners(side, side, corners)?))
            })
        else {
            continue;
        };
        let darkness: Vec<f32> = symbol
            .dark
            .iter()
            .map(|dark| if *dark { 1.0 } else { -1.0 })
            .collect();
        let read = decode::read(layout, &darkness)
            .or_else(|| decode::read(layout, &mirrored(&darkness, layout.size)));
        match read {
            Some(content) => finds.codes.push(code(content, &grid)),
            None => {
                if let Reading::Read(code) = read_grid(scene, grid, layout) {
                    finds.codes.push(code);
                }
            }
        }
    }
}

fn read_triple(scene: Scene<'_>, triple: &Triple, finds: &mut Finds) {
    let mut fits: Vec<(f32, Grid, &Layout)> = triple
        .sizes()
        .iter()
        .filter_map(|size| {
            let layout = Layout::of((size - 17) / 4)?;
            let grid = triple.grid(*size)?;
            let timing = grid.known(scene, &layout.timing);
            (timing > LEAST_TIMING).then_some((timing, grid, layout))
        })
        .collect();
    fits.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut unread = None;
    for (_, mut grid, layout) in fits.into_iter().take(MOST_SIZES) {
        aligned(scene, triple, &mut grid, layout);
        match read_grid(scene, grid, layout) {
            Reading::Read(code) => return finds.codes.push(code),
            Reading::Unread(corners) => unread = unread.or(Some(corners)),
            Reading::Nothing => {}
        }
    }
    finds.unread.extend(unread);
}

/// What became of a grid.
enum Reading {
    Read(Code),
    /// It is a symbol to all appearances, at these corners.
    Unread([Point; 4]),
    Nothing,
}

/// Reads the symbol under a grid that nearly fits, with more and more work on the fit.
fn read_grid(scene: Scene<'_>, mut grid: Grid, layout: &Layout) -> Reading {
    let agreement = |grid: &Grid| grid.known(scene, &layout.pattern.known);
    let read = |grid: &Grid| content(layout, &grid.lights(scene.picture)).map(|content| code(content, grid));
    let first = agreement(&grid);
    if first > LEAST_CERTAIN
        && let Some(code) = read(&grid)
    {
        return Reading::Read(code);
    }
    let mut seized = grid.clone();
    seized.seize(scene, &layout.pattern);
    if first < LEAST_PROMISING || agreement(&seized) < LEAST_SEIZED {
        return Reading::Nothing;
    }
    let stages: [fn(&mut Grid, Scene<'_>, &Pattern); 3] = [Grid::settle, Grid::bend, Grid::mesh];
    for stage in stages {
        if scene.budget.is_spent() {
            break;
        }
        stage(&mut grid, scene, &layout.pattern);
        if agreement(&grid) > LEAST_CERTAIN
            && let Some(code) = read(&grid)
        {
            return Reading::Read(code);
        }
    }
    Reading::Unread(grid.corners().map(|p| Point { x: p.x, y: p.y }))
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
