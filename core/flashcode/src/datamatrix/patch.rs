//! Finds dark patches that may be Data Matrix symbols: dark pixels that hang together or nearly so, with four corners around them.
#![expect(
    clippy::indexing_slicing,
    reason = "a pixel kernel: all indices run over the bitmap's own width and height"
)]

use crate::binarise::Bitmap;
use crate::geometry::{Vector, at};

/// The shortest diagonal of a patch in pixels: ten modules of 1.2 pixels.
const LEAST_DIAGONAL: f32 = 16.0;
/// How much of the quadrilateral is dark: half of a symbol's modules, and a little more or less for ink and light.
const DARK_SHARE: std::ops::RangeInclusive<f32> = 0.25..=0.85;
/// The most patches that are handed on, the largest first.
const MOST_PATCHES: usize = 60;

/// The patches' corners, clockwise. Dark pixels hang together across up to twice `gap` light ones.
pub(crate) fn find(bitmap: &Bitmap, gap: usize) -> Vec<[Vector; 4]> {
    let spread = spread(bitmap, gap);
    let mut seen = vec![false; bitmap.bits.len()];
    let mut stack = vec![];
    let mut patches: Vec<(f32, [Vector; 4])> = vec![];
    for start in 0..bitmap.bits.len() {
        if seen[start] || spread[start] == 0 {
            continue;
        }
        seen[start] = true;
        stack.push(start);
        // The leftmost and rightmost pixel of each row are all that the hull needs.
        let mut rows: Vec<(usize, usize, usize)> = vec![];
        let mut count = 0_usize;
        let top = start / bitmap.width;
        while let Some(i) = stack.pop() {
            let (x, y) = (i % bitmap.width, i / bitmap.width);
            let row = y - top; // scanned from above, so that no pixel of a patch is higher than its first
            while rows.len() <= row {
                rows.push((usize::MAX, 0, top + rows.len()));
            }
            if bitmap.bits[i] == 1 {
                count += 1;
                rows[row] = (rows[row].0.min(x), rows[row].1.max(x), y);
            }
            for ny in y.saturating_sub(1)..(y + 2).min(bitmap.height) {
                for nx in x.saturating_sub(1)..(x + 2).min(bitmap.width) {
                    let next = ny * bitmap.width + nx;
                    if !seen[next] && spread[next] == 1 {
                        seen[next] = true;
                        stack.push(next);
                    }
                }
            }
        }
        if let Some((area, corners)) = quadrilateral(&rows)
            && DARK_SHARE.contains(&(count as f32 / area))
        {
            patches.push((area, corners));
        }
    }
    patches.sort_by(|a, b| b.0.total_cmp(&a.0));
    patches.truncate(MOST_PATCHES);
    patches.into_iter().map(|(_, corners)| corners).collect()
}

/// Black for every pixel that has a black one at most `by` away along the row and along the column.
fn spread(bitmap: &Bitmap, by: usize) -> Vec<u8> {
    let mut spread = bitmap.bits.clone();
    if by == 0 {
        return spread;
    }
    let (width, height) = (bitmap.width, bitmap.height);
    for y in 0..height {
        let mut last = None;
        for x in (0..width).chain((0..width).rev()) {
            if bitmap.bits[y * width + x] == 1 {
                last = Some(x);
            }
            if last.is_some_and(|last: usize| last.abs_diff(x) <= by) {
                spread[y * width + x] = 1;
            }
        }
    }
    let along = spread.clone();
    for x in 0..width {
        let mut last = None;
        for y in (0..height).chain((0..height).rev()) {
            if along[y * width + x] == 1 {
                last = Some(y);
            }
            if last.is_some_and(|last: usize| last.abs_diff(y) <= by) {
                spread[y * width + x] = 1;
            }
        }
    }
    spread
}

/// The area and corners of the quadrilateral around some rows of pixels: the two ends of the longest diagonal, and the places farthest
/// from it on both sides.
fn quadrilateral(rows: &[(usize, usize, usize)]) -> Option<(f32, [Vector; 4])> {
    let outline: Vec<Vector> = rows
        .iter()
        .filter(|(left, right, _)| left <= right)
        .flat_map(|(left, right, y)| {
            let (left, right, y) = (*left as f32, *right as f32 + 1.0, *y as f32);
            [at(left, y), at(left, y + 1.0), at(right, y), at(right, y + 1.0)]
        })
        .collect();
    let height = outline.last()?.y - outline.first()?.y;
    let width = outline.iter().map(|p| p.x).fold(0.0, f32::max)
        - outline.iter().map(|p| p.x).fold(f32::MAX, f32::min);
    if height.hypot(width) < LEAST_DIAGONAL || height.min(width) < 6.0 {
        return None;
    }
    let farthest = |from: Vector| {
        outline
            .iter()
            .copied()
            .max_by(|a, b| (*a - from).length().total_cmp(&(*b - from).length()))
    };
    // Two sweeps find the longest diagonal of anything as plump as a quadrilateral.
    let first = farthest(*outline.first()?)?;
    let mut ends = (first, farthest(first)?);
    ends = (farthest(ends.1)?, ends.1);
    let axis = ends.1 - ends.0;
    let side = |p: &Vector| axis.cross(*p - ends.0);
    let one = outline
        .iter()
        .copied()
        .max_by(|a, b| side(a).total_cmp(&side(b)))?;
    let other = outline
        .iter()
        .copied()
        .min_by(|a, b| side(a).total_cmp(&side(b)))?;
    let area = (side(&one) - side(&other)) / 2.0;
    let balanced = side(&one) > 0.2 * axis.length() * axis.length() / 2.0 * 0.5
        && -side(&other) > 0.1 * axis.length() * axis.length() / 2.0;
    // In a picture, whose rows run downwards, a positive cross product is to the right of the axis: clockwise is the other side first.
    (balanced && area > 0.0).then_some((area, [ends.0, other, ends.1, one]))
}
