//! Finds dark patches that may be Data Matrix symbols: dark pixels that hang together or nearly so, with four corners around them.

use crate::binarise::Bitmap;
use crate::geometry::{Vector, at};

/// The shortest diagonal of a patch in pixels: ten modules of 1.2 pixels.
const LEAST_DIAGONAL: f32 = 16.0;
/// The least width and height of a patch in pixels.
const LEAST_SIDE: f32 = 6.0;
/// How far the other two corners must be from the longest diagonal, as a part of it: half for a square, less for a long rectangle.
const LEAST_OFF_DIAGONAL: f32 = 0.08;
/// How much of the quadrilateral is dark: half of a symbol's modules, and a little more or less for ink and light.
const DARK_SHARE: std::ops::RangeInclusive<f32> = 0.25..=0.85;
/// The most patches that are handed on, the largest first.
const MOST_PATCHES: usize = 60;

/// Black pixels beside each other in a row, from `start` to before `end`.
#[derive(Debug, Clone, Copy)]
struct Run {
    y: usize,
    start: usize,
    end: usize,
}

/// The patches' corners, clockwise. Dark pixels hang together across fewer than `gap` light ones, 1 being neighbours.
pub(crate) fn find(bitmap: &Bitmap, gap: usize) -> Vec<[Vector; 4]> {
    let (runs, rows) = runs(bitmap);
    let mut parents: Vec<usize> = (0..runs.len()).collect();
    for (i, run) in runs.iter().enumerate() {
        for y in run.y.saturating_sub(gap)..=run.y {
            let (Some(first), Some(last)) = (rows.get(y), rows.get(y + 1)) else {
                continue;
            };
            let before = runs.get(*first..(*last).min(i)).unwrap_or_default();
            let from = before.partition_point(|other| other.end + gap <= run.start);
            for (other, _) in before
                .iter()
                .enumerate()
                .skip(from)
                .take_while(|(_, other)| other.start < run.end + gap)
            {
                join(&mut parents, i, first + other);
            }
        }
    }
    let mut members: Vec<(usize, Run)> = runs
        .iter()
        .enumerate()
        .map(|(i, run)| (root(&mut parents, i), *run))
        .collect();
    members.sort_by_key(|(root, _)| *root);
    let mut patches: Vec<(f32, [Vector; 4])> = members
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|patch| {
            let dark: usize = patch.iter().map(|(_, run)| run.end - run.start).sum();
            quadrilateral(patch).filter(|(area, _)| DARK_SHARE.contains(&(dark as f32 / area)))
        })
        .collect();
    patches.sort_by(|a, b| b.0.total_cmp(&a.0));
    patches.truncate(MOST_PATCHES);
    patches.into_iter().map(|(_, corners)| corners).collect()
}

/// All runs, row after row, and for each row (and for one more) the number of runs before it.
fn runs(bitmap: &Bitmap) -> (Vec<Run>, Vec<usize>) {
    let (mut runs, mut rows) = (vec![], vec![0]);
    for y in 0..bitmap.height {
        let mut start = None;
        for (x, bit) in bitmap.row(y).iter().enumerate() {
            match (start, bit) {
                (None, 1) => start = Some(x),
                (Some(from), 0) => {
                    runs.push(Run {
                        y,
                        start: from,
                        end: x,
                    });
                    start = None;
                }
                _ => {}
            }
        }
        runs.extend(start.map(|start| Run {
            y,
            start,
            end: bitmap.width,
        }));
        rows.push(runs.len());
    }
    (runs, rows)
}

fn root(parents: &mut [usize], mut i: usize) -> usize {
    loop {
        let Some(parent) = parents.get(i).copied() else {
            return i;
        };
        if parent == i {
            return i;
        }
        let above = parents.get(parent).copied().unwrap_or(parent);
        if let Some(place) = parents.get_mut(i) {
            *place = above;
        }
        i = above;
    }
}

fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    if let Some(place) = parents.get_mut(a.max(b)) {
        *place = a.min(b);
    }
}

/// The area and corners of the quadrilateral around some runs: the two ends of the longest diagonal, and the places farthest from it on
/// both sides.
fn quadrilateral(patch: &[(usize, Run)]) -> Option<(f32, [Vector; 4])> {
    let (top, bottom) = (patch.first()?.1.y as f32, patch.last()?.1.y as f32 + 1.0);
    let left = patch.iter().map(|(_, run)| run.start).min()? as f32;
    let right = patch.iter().map(|(_, run)| run.end).max()? as f32;
    let (width, height) = (right - left, bottom - top);
    if height.hypot(width) < LEAST_DIAGONAL || height.min(width) < LEAST_SIDE {
        return None;
    }
    let outline: Vec<Vector> = patch
        .iter()
        .flat_map(|(_, run)| {
            let (left, right, y) = (run.start as f32, run.end as f32, run.y as f32);
            [at(left, y), at(left, y + 1.0), at(right, y), at(right, y + 1.0)]
        })
        .collect();
    let distance = |from: Vector, to: &Vector| (*to - from).dot(*to - from);
    let farthest = |from: Vector| {
        outline
            .iter()
            .copied()
            .max_by(|a, b| distance(from, a).total_cmp(&distance(from, b)))
    };
    // Sweeping to and fro finds the longest diagonal of anything as plump as a quadrilateral.
    let begin = farthest(*outline.first()?)?;
    let end = farthest(begin)?;
    let begin = farthest(end)?;
    let axis = end - begin;
    let side = |p: &Vector| axis.cross(*p - begin);
    let one = outline
        .iter()
        .copied()
        .max_by(|a, b| side(a).total_cmp(&side(b)))?;
    let other = outline
        .iter()
        .copied()
        .min_by(|a, b| side(a).total_cmp(&side(b)))?;
    let least = LEAST_OFF_DIAGONAL * axis.dot(axis);
    let area = (side(&one) - side(&other)) / 2.0;
    // The picture's rows run downwards: what is left of the axis by the cross product's sign comes first when going clockwise.
    (side(&one) > least && -side(&other) > least).then_some((area, [begin, other, end, one]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_square_is_one_patch_with_its_corners() {
        let (width, height) = (40, 30);
        // A square of 20 pixels with a light line through its middle.
        let dark = |x: usize, y: usize| (10..30).contains(&x) && (5..25).contains(&y) && x != 18;
        let bits = (0..width * height)
            .map(|i| u8::from(dark(i % width, i / width) && i % 3 != 0))
            .collect();
        let bitmap = Bitmap { bits, width, height };
        let patches = find(&bitmap, 3);
        assert_eq!(patches.len(), 1, "{patches:?}");
        for corner in [at(10.0, 5.0), at(30.0, 5.0), at(30.0, 25.0), at(10.0, 25.0)] {
            assert!(
                patches[0].iter().any(|p| (*p - corner).length() < 2.5),
                "{corner:?} is not in {patches:?}"
            );
        }
    }
}
