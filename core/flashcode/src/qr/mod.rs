//! QR Codes: from eyes to content.

pub(crate) mod decode;
pub(crate) mod finder;
mod layout;
pub(crate) mod triple;

use crate::code::{Code, Point, Symbology, surround};
use crate::geometry::{Vector, at};
use crate::grid::{Grid, Scene};
use crate::ladder::Finds;
use crate::modules::{self, ModuleRoom};
use crate::pattern::Pattern;
use crate::third_party::Sampled;
use arrayvec::ArrayVec;
use decode::Content;
use finder::Finder;
use layout::Layout;
use triple::{Candidate, Triple};

/// How strongly blur is taken away, in the order of trying.
const SHARPENINGS: [f32; 3] = [0.0, 0.6, 1.2];
/// The same for a sampling that is summed up with others.
const VOTED_SHARPENING: f32 = 0.6;
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
/// The least agreement of the timing patterns for a symbol that stands out, and is read before any other gets more work.
const LEAST_CLEAR: f32 = 0.45;

/// Reads the codes that have three of these eyes, those aside that are between the corners of `known` ones. Sorts the eyes.
pub(crate) fn read(
    scene: Scene<'_>,
    eyes: &mut Vec<Finder>,
    candidates: &mut Vec<Candidate>,
    room: &mut ModuleRoom,
    known: &[[Point; 4]],
    finds: &mut Finds,
) {
    let before = finds.codes.len();
    let is_free = |triple: &Triple, finds: &Finds| {
        let inside = |corners: &[Point; 4]| {
            triple
                .eyes()
                .iter()
                .any(|eye| surround(corners, eye.centre.x, eye.centre.y))
        };
        !known.iter().any(inside) && !finds.codes.iter().any(|code| inside(&code.corners))
    };
    let is_done = |finds: &Finds| {
        scene.budget.is_spent() || (scene.budget.stops_at_first() && finds.codes.len() > before)
    };
    triple::likely(eyes, candidates);
    // What stands out first: among many eyes most triples are none, and each of those takes longer than a clear symbol.
    for candidate in candidates.iter_mut() {
        if is_done(finds) {
            return;
        }
        let Some(triple) = candidate.triple(eyes).filter(|triple| is_free(triple, finds)) else {
            continue;
        };
        let fits = fits(scene, &triple);
        candidate.timing = fits.first().map_or(-1.0, |(timing, ..)| *timing);
        for (timing, mut grid, layout) in fits {
            if timing < LEAST_CLEAR || scene.budget.is_spent() {
                break;
            }
            aligned(scene, &triple, &mut grid, layout);
            if grid.known(scene, &layout.pattern.known) > LEAST_CERTAIN
                && let Some(code) = read_modules(scene, &grid, layout, room)
            {
                finds.codes.push(code);
                break;
            }
        }
    }
    candidates.retain(|candidate| candidate.timing > LEAST_TIMING);
    if candidates.len() > scene.budget.most_thorough() {
        candidates.sort_unstable_by(|a, b| b.timing.total_cmp(&a.timing));
        candidates.truncate(scene.budget.most_thorough());
    }
    for candidate in candidates.iter() {
        if is_done(finds) {
            return;
        }
        if let Some(triple) = candidate.triple(eyes).filter(|triple| is_free(triple, finds)) {
            read_triple(scene, &triple, room, finds);
        }
    }
}

/// The pattern of the symbols with so many modules along the upper and the left side.
pub(crate) fn pattern((width, height): (u16, u16)) -> Option<&'static Pattern> {
    let version = usize::from(width).checked_sub(17)? / 4;
    Layout::of(version)
        .map(|layout| &layout.pattern)
        .filter(|pattern| (pattern.width, pattern.height) == (width.into(), height.into()))
}

/// Reads the codes whose modules others have sampled, those aside that are `known`: as they are, or by a grid of ours between their
/// corners.
pub(crate) fn read_sampled(
    scene: Scene<'_>,
    sampled: &[Sampled],
    room: &mut ModuleRoom,
    known: &[[Point; 4]],
    finds: &mut Finds,
) {
    for symbol in sampled {
        if scene.budget.is_spent() {
            return;
        }
        let corners = symbol.corners.map(|p| at(p.x, p.y));
        let middle = corners.iter().fold(Vector::default(), |sum, c| sum + *c) * 0.25;
        let inside = |corners: &[Point; 4]| surround(corners, middle.x, middle.y);
        let is_known = known.iter().any(inside) || finds.codes.iter().any(|code| inside(&code.corners));
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
        room.darkness.clear();
        room.darkness
            .extend(symbol.dark.iter().map(|dark| if *dark { 1.0 } else { -1.0 }));
        match either_way(layout, room) {
            Some(content) => finds.codes.push(code(content, &grid)),
            None => {
                if let Reading::Read(code) = read_grid(scene, grid, layout, room) {
                    finds.codes.push(code);
                }
            }
        }
    }
}

type Fits = ArrayVec<(f32, Grid, &'static Layout), MOST_SIZES>;

/// The grids of the numbers of modules that agree best with the timing patterns, the best first.
fn fits(scene: Scene<'_>, triple: &Triple) -> Fits {
    let mut fits: ArrayVec<(f32, usize, &Layout), { triple::MOST_SIZES }> = triple
        .sizes()
        .iter()
        .filter_map(|size| {
            let layout = Layout::of((size - 17) / 4)?;
            let timing = triple.grid(*size)?.known(scene, &layout.timing);
            (timing > LEAST_TIMING).then_some((timing, *size, layout))
        })
        .collect();
    fits.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    fits.into_iter()
        .filter_map(|(timing, size, layout)| Some((timing, triple.grid(size)?, layout)))
        .take(MOST_SIZES)
        .collect()
}

fn read_triple(scene: Scene<'_>, triple: &Triple, room: &mut ModuleRoom, finds: &mut Finds) {
    let mut unread = None;
    for (_, mut grid, layout) in fits(scene, triple) {
        aligned(scene, triple, &mut grid, layout);
        match read_grid(scene, grid, layout, room) {
            Reading::Read(code) => return finds.codes.push(code),
            Reading::Unread(corners) => unread = unread.or(Some(corners)),
            Reading::Nothing => {}
        }
    }
    finds.see(unread);
}

/// What became of a grid.
enum Reading {
    Read(Code),
    /// It is a symbol to all appearances, at these corners.
    Unread([Point; 4]),
    Nothing,
}

/// Reads the symbol under a grid that nearly fits, with more and more work on the fit.
fn read_grid(scene: Scene<'_>, mut grid: Grid, layout: &Layout, room: &mut ModuleRoom) -> Reading {
    let agreement = |grid: &Grid| grid.known(scene, &layout.pattern.known);
    let first = agreement(&grid);
    if first > LEAST_CERTAIN
        && let Some(code) = read_modules(scene, &grid, layout, room)
    {
        return Reading::Read(code);
    }
    if first < LEAST_PROMISING {
        return Reading::Nothing;
    }
    let mut seized = grid.clone();
    seized.seize(scene, &layout.pattern);
    if agreement(&seized) < LEAST_SEIZED {
        return Reading::Nothing;
    }
    let stages: [fn(&mut Grid, Scene<'_>, &Pattern); 3] = [Grid::settle, Grid::bend, Grid::mesh];
    for stage in stages {
        if scene.budget.is_spent() {
            break;
        }
        stage(&mut grid, scene, &layout.pattern);
        if agreement(&grid) > LEAST_CERTAIN
            && let Some(code) = read_modules(scene, &grid, layout, room)
        {
            return Reading::Read(code);
        }
    }
    let corners = grid.corners().map(|p| Point { x: p.x, y: p.y });
    match voted(scene, &grid, layout, corners, room) {
        Some(content) => Reading::Read(code(content, &grid)),
        None => Reading::Unread(corners),
    }
}

fn read_modules(scene: Scene<'_>, grid: &Grid, layout: &Layout, room: &mut ModuleRoom) -> Option<Code> {
    grid.lights(scene.picture, &mut room.lights);
    SHARPENINGS.iter().find_map(|strength| {
        modules::sharpen(&room.lights, layout.size, *strength, &mut room.sharp);
        modules::darkness(&room.sharp, layout.size, &mut room.darkness);
        either_way(layout, room).map(|content| code(content, grid))
    })
}

/// What the modules in the room say, seen from the front or in a mirror.
fn either_way(layout: &Layout, room: &mut ModuleRoom) -> Option<Content> {
    let front = decode::read(layout, &room.darkness, &mut room.codewords, &mut room.data);
    front.or_else(|| {
        modules::mirror(&room.darkness, layout.size, &mut room.mirrored);
        decode::read(layout, &room.mirrored, &mut room.codewords, &mut room.data)
    })
}

/// What this sampling says together with earlier ones of the same symbol.
fn voted(
    scene: Scene<'_>,
    grid: &Grid,
    layout: &Layout,
    corners: [Point; 4],
    room: &mut ModuleRoom,
) -> Option<Content> {
    grid.lights(scene.picture, &mut room.lights);
    modules::sharpen(&room.lights, layout.size, VOTED_SHARPENING, &mut room.sharp);
    modules::darkness(&room.sharp, layout.size, &mut room.darkness);
    let sums = room.votes.add(corners, layout.size, &room.darkness)?;
    decode::read(layout, sums, &mut room.codewords, &mut room.data)
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

fn code(content: Content, grid: &Grid) -> Code {
    let corners = grid.corners().map(|p| Point { x: p.x, y: p.y });
    Code {
        symbology: Symbology::QrCode,
        text: content.text,
        bytes: content.bytes,
        corners,
        spare: Some(content.spare),
        modules: grid.modules(),
    }
}
