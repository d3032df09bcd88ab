//! Points divided into areas that lie together, each with a box around it and a tree of its own. Its job ends at one area;
//! which areas are asked is decided in the room.

use super::Found;
use crate::geo::{NVector, Position};
use kiddo::{ImmutableKdTree, SquaredEuclidean};
use std::num::NonZero;
use std::sync::OnceLock;

/// At most so many points are in an area. Fewer make more boxes to look at, more make areas that take longer to read.
pub(super) const MAX_POINTS: usize = 1_024;

/// A point with the row that names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) row: i64,
    pub(super) position: Position,
    pub(super) point: NVector,
}

/// A box in space that holds all points of one or several areas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) least: [f64; 3],
    pub(super) most: [f64; 3],
}

/// Points that lie together.
#[derive(Debug, Default)]
pub(super) struct Area {
    /// How many points of later areas follow them in a file.
    pub(super) left_after: usize,
    pub(super) count: usize,
    pub(super) entries: OnceLock<Vec<Entry>>,
    tree: OnceLock<Option<ImmutableKdTree<f64, 3>>>,
}

impl Entry {
    pub(super) fn new(row: i64, position: Position) -> Self {
        Self {
            row,
            position,
            point: position.into(),
        }
    }
}

impl Bounds {
    fn around(entries: &[Entry]) -> Self {
        let mut bounds = Self {
            least: [f64::INFINITY; 3],
            most: [f64::NEG_INFINITY; 3],
        };
        for entry in entries {
            let sides = bounds.least.iter_mut().zip(&mut bounds.most);
            for ((least, most), part) in sides.zip(entry.point.0) {
                *least = least.min(part);
                *most = most.max(part);
            }
        }
        bounds
    }

    /// The square of a chord from `here` below which no point of the box is. Rounds as [`NVector::chord2`] does, so that it is
    /// never above that of a point in it.
    pub(super) fn least_chord2(&self, here: NVector) -> f64 {
        let sides = self.least.iter().zip(&self.most).zip(here.0);
        sides
            .map(|((least, most), part)| (least - part).max(part - most).max(0.0))
            .map(|beyond| beyond * beyond)
            .sum()
    }
}

impl Area {
    fn of(entries: Vec<Entry>) -> Self {
        Self {
            left_after: 0,
            count: entries.len(),
            entries: OnceLock::from(entries),
            tree: OnceLock::new(),
        }
    }

    /// An area of a file, which is read when it is first asked.
    pub(super) fn elsewhere(left_after: usize, count: usize) -> Self {
        Self {
            left_after,
            count,
            ..Self::default()
        }
    }

    pub(super) fn is_here(&self) -> bool {
        self.entries.get().is_some()
    }

    pub(super) fn first(&self) -> Option<&Entry> {
        self.entries().first()
    }

    fn entries(&self) -> &[Entry] {
        self.entries.get().map_or(&[], Vec::as_slice)
    }

    fn tree(&self) -> Option<&ImmutableKdTree<f64, 3>> {
        let build = || {
            let points: Vec<[f64; 3]> = self.entries().iter().map(|entry| entry.point.0).collect();
            // Fails only where points cannot be numbered.
            (!points.is_empty())
                .then(|| ImmutableKdTree::new_from_slice(&points).ok())
                .flatten()
        };
        self.tree.get_or_init(build).as_ref()
    }

    /// Adds the nearest `asked` points.
    pub(super) fn nearest(&self, here: NVector, asked: usize, found: &mut Vec<Found>) {
        let Some((tree, asked)) = self.tree().zip(NonZero::new(asked.min(self.count))) else {
            return;
        };
        let near = tree
            .query(&here.0)
            .nearest_n::<SquaredEuclidean<f64>>(asked)
            .execute();
        found.extend(near.iter().filter_map(|near| self.found(here, near.item)));
    }

    /// Adds all points within a square of a chord.
    pub(super) fn within(&self, here: NVector, most_chord2: f64, found: &mut Vec<Found>) {
        let Some(tree) = self.tree() else { return };
        let near = tree
            .query(&here.0)
            .within::<SquaredEuclidean<f64>>(most_chord2)
            .unsorted()
            .execute();
        found.extend(near.iter().filter_map(|near| self.found(here, near.item)));
    }

    /// With the chord as this house rounds it, so that points of several areas compare.
    fn found(&self, here: NVector, number: u32) -> Option<Found> {
        let entry = *self.entries().get(number as usize)?;
        Some((here.chord2(entry.point), entry))
    }
}

/// Divides points into a power of two of areas, each time in halves across the widest extent, and puts a box around every
/// part, in the order of a heap.
pub(super) fn divide(mut entries: Vec<Entry>) -> (Vec<Bounds>, Vec<Area>) {
    if entries.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let count = entries.len().div_ceil(MAX_POINTS).next_power_of_two();
    let mut boxes = Vec::with_capacity(2 * count - 1);
    let mut parts: Vec<&mut [Entry]> = vec![&mut entries];
    loop {
        boxes.extend(parts.iter().map(|part| Bounds::around(part)));
        if parts.len() == count {
            break;
        }
        parts = parts.into_iter().flat_map(halves).collect();
    }
    let areas = parts.into_iter().map(|part| Area::of(part.to_vec()));
    (boxes, areas.collect())
}

/// Two halves across the widest extent.
fn halves(part: &mut [Entry]) -> [&mut [Entry]; 2] {
    let extent = |axis: usize| {
        let along = part.iter().map(|entry| along(entry, axis));
        let (least, most) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| {
            (least.min(x), most.max(x))
        });
        most - least
    };
    let widest = (0..3)
        .max_by(|&a, &b| extent(a).total_cmp(&extent(b)))
        .unwrap_or(0);
    let middle = part.len() / 2;
    if middle < part.len() {
        part.select_nth_unstable_by(middle, |a, b| {
            along(a, widest)
                .total_cmp(&along(b, widest))
                .then(a.row.cmp(&b.row))
        });
    }
    part.split_at_mut(middle).into()
}

fn along(entry: &Entry, axis: usize) -> f64 {
    let NVector([x, y, z]) = entry.point;
    match axis {
        0 => x,
        1 => y,
        _ => z,
    }
}
