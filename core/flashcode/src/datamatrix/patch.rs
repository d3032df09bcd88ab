//! Finds dark patches that may be Data Matrix symbols: dark pixels that hang together or nearly so, with four corners around them.

#![expect(
    clippy::indexing_slicing,
    reason = "a pixel kernel: runs, rows and parents index each other, all made together"
)]

use super::{Candidate, MOST_CANDIDATES};
use crate::binarise::Bitmap;
use crate::budget::Budget;
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
pub(super) const MOST_PATCHES: usize = 60;

/// The most runs of dark pixels that are looked at; a picture with more is noise to the eye.
const MOST_RUNS: usize = 1_000_000;
/// The most patches before the smaller ones are dropped.
const MOST_CONSIDERED: usize = 2_000;

/// Black pixels beside each other in a row, from `start` to before `end`.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    y: u32,
    start: u32,
    end: u32,
}

/// What is known of a patch before its corners are looked for; of the patch's root alone.
#[derive(Debug, Clone, Copy)]
struct Extent {
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
    dark: u32,
}

/// Room for patches, kept from picture to picture, and the runs of the last one.
#[derive(Debug, Default)]
pub(crate) struct PatchRoom {
    runs: Vec<Run>,
    /// For each row (and for one more) the number of runs before it.
    rows: Vec<u32>,
    parents: Vec<u32>,
    extents: Vec<Extent>,
    /// Of each run the next one of its patch, or itself if it is the last.
    next: Vec<u32>,
    /// Of each root the last run of its patch so far.
    last: Vec<u32>,
    /// The rows of one patch, each from its first dark pixel to its last.
    outline: Vec<Run>,
    found: Vec<(f32, [Vector; 4])>,
    /// For who reads the patches.
    pub(super) candidates: Vec<Candidate>,
}

impl PatchRoom {
    /// Makes room for pictures of so many pixels and rows.
    pub(crate) fn reserve(&mut self, area: usize, height: usize) {
        let most = (area / 2 + height + 1).min(MOST_RUNS);
        self.runs.reserve(most.saturating_sub(self.runs.len()));
        self.rows.reserve((height + 1).saturating_sub(self.rows.len()));
        self.parents.reserve(most.saturating_sub(self.parents.len()));
        self.extents.reserve(most.saturating_sub(self.extents.len()));
        self.next.reserve(most.saturating_sub(self.next.len()));
        self.last.reserve(most.saturating_sub(self.last.len()));
        self.outline.reserve(height.saturating_sub(self.outline.len()));
        self.found
            .reserve(MOST_CONSIDERED.saturating_sub(self.found.len()));
        self.candidates
            .reserve(MOST_CANDIDATES.saturating_sub(self.candidates.len()));
    }

    /// Takes the runs of a bitmap; not all of them if time is over.
    pub(crate) fn take_runs(&mut self, bitmap: &Bitmap, budget: Budget<'_>) {
        let (runs, rows) = (&mut self.runs, &mut self.rows);
        runs.clear();
        rows.clear();
        rows.push(0);
        let mut is_over = false;
        for y in 0..bitmap.height {
            is_over = is_over || budget.is_over_at(y);
            if runs.len() + bitmap.width / 2 < MOST_RUNS && !is_over {
                runs_of(bitmap.row(y), y as u32, runs);
            }
            rows.push(runs.len() as u32);
        }
    }

    /// The corners of the patches, clockwise, with their areas, the largest first. Dark pixels hang together across fewer than `gap` light
    /// ones, 1 being neighbours.
    pub(crate) fn find(&mut self, gap: u32, budget: Budget<'_>) -> &[(f32, [Vector; 4])] {
        self.join(gap, budget);
        let Self {
            runs,
            parents,
            extents,
            next,
            last,
            outline,
            found,
            ..
        } = self;
        extents.clear();
        extents.extend(runs.iter().map(|run| Extent {
            left: run.start,
            right: run.end,
            top: run.y,
            bottom: run.y + 1,
            dark: 0,
        }));
        for chain in [&mut *next, &mut *last] {
            chain.clear();
            chain.extend(0..runs.len() as u32);
        }
        for (i, run) in runs.iter().enumerate() {
            let root = root(parents, i);
            let extent = &mut extents[root];
            extent.left = extent.left.min(run.start);
            extent.right = extent.right.max(run.end);
            extent.bottom = extent.bottom.max(run.y + 1);
            extent.dark += run.end - run.start;
            next[last[root] as usize] = i as u32;
            next[i] = i as u32;
            last[root] = i as u32;
        }
        found.clear();
        let is_patch = |i: &usize| parents[*i] as usize == *i && extents[*i].may_be_symbol();
        for first in (0..runs.len()).filter(is_patch).take(MOST_CONSIDERED) {
            outline_of(first, runs, next, outline);
            let dark = extents[first].dark;
            let corners = || outline.iter().flat_map(Run::corners);
            found.extend(
                quadrilateral(corners).filter(|(area, _)| DARK_SHARE.contains(&(dark as f32 / area))),
            );
        }
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        found.truncate(MOST_PATCHES);
        found
    }

    /// Gives all runs that hang together one root.
    fn join(&mut self, gap: u32, budget: Budget<'_>) {
        let Self {
            runs, rows, parents, ..
        } = self;
        parents.clear();
        parents.extend(0..runs.len() as u32);
        for y in 0..rows.len() - 1 {
            if budget.is_over_at(y) {
                return;
            }
            let (first, last) = (rows[y] as usize, rows[y + 1] as usize);
            for above in y.saturating_sub(gap as usize)..=y {
                let (mut from, until) = (rows[above] as usize, rows[above + 1] as usize);
                for i in first..last {
                    let run = runs[i];
                    while from < until && runs[from].end + gap <= run.start {
                        from += 1;
                    }
                    let mut other = from;
                    while other < until.min(i) && runs[other].start < run.end + gap {
                        unite(parents, i, other);
                        other += 1;
                    }
                }
            }
        }
    }
}

fn runs_of(row: &[u8], y: u32, runs: &mut Vec<Run>) {
    let mut start = None;
    for (x, bit) in (0..).zip(row) {
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
        end: row.len() as u32,
    }));
}

/// The rows of the patch that begins with the run `first`: what is between two runs of a row has no corner.
fn outline_of(first: usize, runs: &[Run], next: &[u32], outline: &mut Vec<Run>) {
    outline.clear();
    let mut at = first;
    loop {
        let run = runs[at];
        match outline.last_mut().filter(|row| row.y == run.y) {
            Some(row) => row.end = run.end,
            None => outline.push(run),
        }
        let following = next[at] as usize;
        if following == at {
            return;
        }
        at = following;
    }
}

fn root(parents: &mut [u32], mut i: usize) -> usize {
    while parents[i] as usize != i {
        parents[i] = parents[parents[i] as usize];
        i = parents[i] as usize;
    }
    i
}

fn unite(parents: &mut [u32], a: usize, b: usize) {
    if parents[a] == parents[b] {
        return;
    }
    let (a, b) = (root(parents, a), root(parents, b));
    // The smaller number is the root, so that a patch's root is its first run.
    parents[a.max(b)] = a.min(b) as u32;
}

impl Run {
    fn corners(&self) -> [Vector; 4] {
        let (left, right, y) = (self.start as f32, self.end as f32, self.y as f32);
        [at(left, y), at(left, y + 1.0), at(right, y), at(right, y + 1.0)]
    }
}

impl Extent {
    /// Whether a symbol may have such an extent: it is large enough, and neither empty nor full, at whatever angle it lies.
    fn may_be_symbol(&self) -> bool {
        let (width, height) = ((self.right - self.left) as f32, (self.bottom - self.top) as f32);
        let share = self.dark as f32 / (width * height);
        height * height + width * width >= LEAST_DIAGONAL * LEAST_DIAGONAL
            && height.min(width) >= LEAST_SIDE
            && (DARK_SHARE.start() * LEAST_FILLED..=*DARK_SHARE.end()).contains(&share)
    }
}

/// The least part of the rectangle around it that a symbol fills: a square at 45° fills half, long and tilted ones less.
const LEAST_FILLED: f32 = 0.2;

/// The area and corners of the quadrilateral around some places: the two ends of the longest diagonal, and the places farthest from it on
/// both sides.
fn quadrilateral<I: Iterator<Item = Vector>>(outline: impl Fn() -> I) -> Option<(f32, [Vector; 4])> {
    let distance = |from: Vector, to: &Vector| (*to - from).dot(*to - from);
    let farthest = |from: Vector| outline().max_by(|a, b| distance(from, a).total_cmp(&distance(from, b)));
    // Sweeping to and fro finds the longest diagonal of anything as plump as a quadrilateral.
    let begin = farthest(outline().next()?)?;
    let end = farthest(begin)?;
    let begin = farthest(end)?;
    let axis = end - begin;
    let side = |p: &Vector| axis.cross(*p - begin);
    let one = outline().max_by(|a, b| side(a).total_cmp(&side(b)))?;
    let other = outline().min_by(|a, b| side(a).total_cmp(&side(b)))?;
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
        let mut room = PatchRoom::default();
        room.take_runs(&bitmap, Budget::UNLIMITED);
        let patches = room.find(3, Budget::UNLIMITED);
        assert_eq!(patches.len(), 1, "{patches:?}");
        for corner in [at(10.0, 5.0), at(30.0, 5.0), at(30.0, 25.0), at(10.0, 25.0)] {
            assert!(
                patches[0].1.iter().any(|p| (*p - corner).length() < 2.5),
                "{corner:?} is not in {patches:?}"
            );
        }
    }
}
