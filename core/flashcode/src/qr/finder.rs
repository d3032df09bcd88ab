//! Finds finder patterns: the three square eyes of a QR Code.
//!
//! A line through the middle of an eye crosses dark and light in the ratio 1 : 1 : 3 : 1 : 1, at any angle and under any tilt. Rows of a
//! bitmap are searched for that; rays from the middle then confirm the eye and give its four corners.

use crate::binarise::Bitmap;
use crate::budget::Budget;
use crate::geometry::{Line, Vector, at};
use arrayvec::ArrayVec;

/// An eye.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finder {
    /// Its middle.
    pub(crate) centre: Vector,
    /// The mean distance from its middle to its outer edge, in pixels: 3.5 modules, and up to √2 times that towards the corners.
    pub(crate) radius: f32,
    /// The share of rays that crossed it as they should.
    pub(crate) quality: f32,
    /// Where the rays left its dark outer ring.
    pub(crate) edge: [Option<Vector>; RAYS],
}

/// Rays from the middle of an eye: enough for eight on each side.
const RAYS: usize = 32;
/// The share of rays that must cross an eye as they should. The others may meet dirt, a finger or glare.
const LEAST_QUALITY: f32 = 0.55;
/// How far a run may be from its share of an eye's width, as a part of itself, plus a pixel for the raster.
const RUN_TOLERANCE: f32 = 0.6;
/// The narrowest eye, in pixels across: seven modules of 1.2 pixels.
const LEAST_WIDTH: f32 = 8.0;

/// The most eyes of one bitmap; more come only from a picture full of ornaments.
pub(crate) const MOST_FOUND: usize = 160;
/// Adds the eyes in a bitmap to those that are `pooled`, each once, the surer one of two. Every `row_step` rows are searched; the dark middle of
/// an eye is three modules high. `ends` is room for a row's edges.
pub(crate) fn find(
    bitmap: &Bitmap,
    row_step: usize,
    budget: Budget<'_>,
    ends: &mut Vec<f32>,
    pooled: &mut Vec<Finder>,
) {
    for y in (0..bitmap.height).step_by(row_step) {
        if budget.is_over_at(y) {
            return;
        }
        edges(bitmap.row(y), ends);
        // Edges alternate white → black → white; an eye takes six, the first of them into black.
        for window in ends.windows(6).step_by(2) {
            let [a, b, c, d, e, f] = *window else { continue };
            if !is_eye([b - a, c - b, d - c, e - d, f - e]) {
                continue;
            }
            let seed = at((c + d) / 2.0, y as f32 + 0.5);
            let known = |eye: &&Finder| (eye.centre - seed).length() < eye.radius * 0.5 && eye.quality > SURE;
            if pooled.iter().any(|eye| known(&eye)) {
                continue;
            }
            if let Some(eye) = confirmed(bitmap, seed, f - a) {
                pool(pooled, eye);
            }
        }
    }
}

/// The share of rays above which another bitmap or row has nothing better to show of an eye.
const SURE: f32 = 0.9;

/// Adds an eye, or puts it in the place of the same one seen less well.
fn pool(eyes: &mut Vec<Finder>, eye: Finder) {
    let same = |known: &Finder| {
        (known.centre - eye.centre).length() < known.radius * 0.4
            && (0.7..1.4).contains(&(known.radius / eye.radius))
    };
    let at = eyes.iter().position(same).unwrap_or(eyes.len());
    match eyes.get_mut(at) {
        Some(known) if known.quality < eye.quality => *known = eye,
        Some(_) => {}
        None if at < MOST_FOUND => eyes.push(eye),
        None => {}
    }
}

/// Where a row of ones and zeros changes, and its end; eight pixels at a time are passed over if they are alike.
fn edges(row: &[u8], ends: &mut Vec<f32>) {
    ends.clear();
    let mut before = 0_u64;
    let (eights, rest) = row.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let word = u64::from_le_bytes(*eight);
        let mut changes = word ^ (word << 8 | before);
        before = word >> 56;
        while changes != 0 {
            ends.push((at * 8 + changes.trailing_zeros() as usize / 8) as f32);
            changes &= changes - 1;
        }
    }
    for (at, bit) in rest.iter().enumerate() {
        if u64::from(*bit) != before {
            ends.push((eights.len() * 8 + at) as f32);
            before = u64::from(*bit);
        }
    }
    ends.push(row.len() as f32);
}

fn is_eye(runs: [f32; 5]) -> bool {
    let width: f32 = runs.iter().sum();
    let module = width / 7.0;
    width >= LEAST_WIDTH
        && runs.iter().zip([1.0, 1.0, 3.0, 1.0, 1.0]).all(|(run, modules)| {
            (run - modules * module).abs() <= module * RUN_TOLERANCE * f32::max(1.0, modules / 2.0) + 0.5
        })
}

/// Confirms an eye by crossing it upright through a middle found along a row, then by rays.
fn confirmed(bitmap: &Bitmap, seed: Vector, width: f32) -> Option<Finder> {
    let mut centre = seed;
    for direction in [at(0.0, 1.0), at(1.0, 0.0), at(0.0, 1.0)] {
        let there = distances(bitmap, centre, direction, width * 2.5)?;
        let back = distances(bitmap, centre, direction * -1.0, width * 2.5)?;
        let [[a, b, c], [d, e, f]] = [there, back];
        if !is_eye([c - b, b - a, a + d, e - d, f - e]) {
            return None;
        }
        centre = centre + direction * ((a - d) * 0.5);
    }
    let mut edge = [None; RAYS];
    let (mut crossed, mut sum) = (0, 0.0);
    for (ray, place) in edge.iter_mut().enumerate() {
        let angle = ray as f32 * std::f32::consts::TAU / RAYS as f32;
        let direction = at(angle.cos(), angle.sin());
        let Some([inner, ring, outer]) = distances(bitmap, centre, direction, width * 2.5) else {
            continue;
        };
        // 1.5, 2.5 and 3.5 modules, with half a module and a pixel for the raster and for bleeding ink.
        let module = outer / 3.5;
        let slack = module * 0.6 + 0.5;
        if (inner - 1.5 * module).abs() < slack && (ring - 2.5 * module).abs() < slack {
            *place = Some(centre + direction * outer);
            crossed += 1;
            sum += outer;
        }
    }
    let quality = crossed as f32 / RAYS as f32;
    (quality >= LEAST_QUALITY).then(|| Finder {
        centre,
        radius: sum / crossed as f32,
        quality,
        edge,
    })
}

/// From a dark place along a direction: how far it is to light, to dark, and to light again; in half-pixel steps.
fn distances(bitmap: &Bitmap, from: Vector, direction: Vector, furthest: f32) -> Option<[f32; 3]> {
    const STEP: f32 = 0.5;
    let mut found = [0.0; 3];
    let mut edges = found.iter_mut();
    let mut edge = edges.next()?;
    let mut black = true;
    let mut distance = 0.0;
    while distance < furthest {
        let place = from + direction * distance;
        if bitmap.black(place.x, place.y) != black {
            *edge = distance - STEP / 2.0;
            black = !black;
            let Some(next) = edges.next() else {
                return Some(found);
            };
            edge = next;
        }
        distance += STEP;
    }
    None
}

impl Finder {
    /// The outer corners, in the order − −, + −, + +, − + of two directions that point along the symbol's sides. Nothing where an edge was not
    /// seen well enough.
    pub(crate) fn corners(&self, right: Vector, down: Vector) -> Option<[Vector; 4]> {
        let (right, down) = (right * (1.0 / right.length()), down * (1.0 / down.length()));
        let determinant = right.cross(down);
        if determinant.abs() < 0.2 {
            return None;
        }
        let mut sides: [ArrayVec<Vector, RAYS>; 4] = Default::default();
        for place in self.edge.iter().flatten() {
            let offset = *place - self.centre;
            let (u, v) = (
                offset.cross(down) / determinant,
                right.cross(offset) / determinant,
            );
            let (along, across) = (u.abs().min(v.abs()), u.abs().max(v.abs()));
            if along > across * 0.85 {
                continue; // near a corner: it may belong to either side
            }
            let side = if u.abs() > v.abs() {
                if u > 0.0 { 1 } else { 3 }
            } else if v > 0.0 {
                2
            } else {
                0
            };
            if let Some(places) = sides.get_mut(side) {
                places.push(*place);
            }
        }
        let tolerance = self.radius / 3.5 * 0.5 + 0.5;
        let [top, right, bottom, left] = sides.map(|places| {
            (places.len() > 2)
                .then(|| Line::fitted(&places, tolerance))
                .flatten()
        });
        let (top, right, bottom, left) = (top?, right?, bottom?, left?);
        let corners = [
            top.meets(&left)?,
            top.meets(&right)?,
            bottom.meets(&right)?,
            bottom.meets(&left)?,
        ];
        let near = |corner: &Vector| (*corner - self.centre).length() < self.radius * 2.5;
        corners.iter().all(near).then_some(corners)
    }
}
