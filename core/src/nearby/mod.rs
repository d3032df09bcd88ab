//! Which points are around here: the nearest, and those within a radius, anywhere on Earth.
//!
//! Its job ends at rows, distances and bearings: what stands there is the catalogue's to tell.
//!
//! Points are kept on the unit sphere, where straight distances order as distances on the ground do. A tree over raw
//! degrees misses one neighbour in eight in France and nearly all at a pole.
//!
//! The points are divided into areas of about a thousand that lie together, and only areas that somebody asks around get a
//! tree. So an index of a million points opens from its file ([`Nearby::open`]) by reading where its areas are, and a phone
//! holds those in memory where its owner walks.

mod areas;
mod file;
mod regions;
#[cfg(test)]
mod tests;

pub use file::Stamp;
pub use regions::{LEAST_RADIUS_M, Region};

use crate::geo::{NVector, Plane, Position};
use areas::{Area, Bounds, Entry};
use std::fs::File;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// An index of points by where they are.
#[derive(Debug, Default)]
pub struct Nearby {
    /// A binary tree in the order of a heap: the box of every area, and above them the boxes that hold two.
    boxes: Vec<Bounds>,
    /// A power of two of them, or none.
    areas: Vec<Area>,
    count: usize,
    /// Where areas are read from; `None` if all are in memory.
    file: Option<Mutex<File>>,
    /// Set once an area could not be read.
    broken: AtomicBool,
}

/// A point that is near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The row that was given with the point.
    pub row: i64,
    /// Where it is.
    pub position: Position,
    /// Metres from the asker.
    pub distance_m: f64,
    /// Direction from the asker in degrees clockwise from north, 0 ≤ bearing < 360.
    pub bearing_deg: f64,
}

/// An entry that was found, with the square of its chord.
type Found = (f64, Entry);

impl Nearby {
    /// An index of `points`, each with the row that names it. A million take some tenths of a second; beyond 4,294,967,295
    /// none is taken.
    pub fn new(points: impl Iterator<Item = (i64, Position)>) -> Self {
        let entries: Vec<Entry> = points
            .take(u32::MAX as usize)
            .map(|(row, position)| Entry::new(row, position))
            .collect();
        let count = entries.len();
        let (boxes, areas) = areas::divide(entries);
        Self {
            boxes,
            areas,
            count,
            ..Self::default()
        }
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether part of the file that it was opened from could not be read: what was found since may lack points, and the index
    /// should be built anew.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Up to so many points, spread over all areas: to see whether a file is of the catalogue that it says.
    pub fn sample(&self, n: u32) -> Vec<(i64, Position)> {
        let step = self.areas.len().div_ceil(n.max(1) as usize).max(1);
        let first = self.boxes.len() - self.areas.len();
        (first..self.boxes.len())
            .step_by(step)
            .filter_map(|number| self.area_of(number)?.first())
            .map(|entry| (entry.row, entry.position))
            .collect()
    }

    /// The `n` points nearest to `position`, nearest first, equally near ones by row; fewer if there are fewer.
    pub fn nearest(&self, position: Position, n: usize) -> Vec<Near> {
        if n == 0 || self.is_empty() {
            return Vec::new();
        }
        let here = NVector::from(position);
        // One more than wanted shows whether others are exactly as far as the last one; then rows decide among them.
        let asked = n.min(self.len()).saturating_add(1);
        let mut found = Vec::with_capacity(2 * asked.min(1_000));
        self.nearest_in(0, here, asked, &mut found);
        let last = found.get(n.wrapping_sub(1)).map(|&(chord2, _)| chord2);
        let beyond = found.get(n).map(|&(chord2, _)| chord2);
        if let Some(last) = last.filter(|_| beyond == last) {
            found = self.around(here, last);
        }
        found.sort_unstable_by(closer);
        found.truncate(n);
        told(position, found)
    }

    /// All points within `radius_m` metres of `position`, nearest first, equally near ones by row.
    /// A radius that is negative or not a number finds nothing.
    pub fn within(&self, position: Position, radius_m: f64) -> Vec<Near> {
        if radius_m.is_nan() || radius_m < 0.0 {
            return Vec::new();
        }
        // A hair wider, so that a point at exactly the radius is not lost to rounding; the exact distance decides below.
        let chord2 = NVector::chord2_of(radius_m * (1.0 + 1e-9) + 1e-3);
        let mut near = self.around(NVector::from(position), chord2);
        near.sort_unstable_by(closer);
        let mut near = told(position, near);
        near.retain(|n| n.distance_m <= radius_m);
        near
    }

    /// Adds what is nearest in the part of the world that the box of that number holds; `found` stays in order, and no longer
    /// than `asked`.
    fn nearest_in(&self, number: usize, here: NVector, asked: usize, found: &mut Vec<Found>) {
        let Some(this) = self.boxes.get(number) else {
            return;
        };
        let full = found.len() >= asked;
        if full
            && found
                .last()
                .is_some_and(|&(worst, _)| this.least_chord2(here) > worst)
        {
            return;
        }
        let (left, right) = (2 * number + 1, 2 * number + 2);
        if let (Some(a), Some(b)) = (self.boxes.get(left), self.boxes.get(right)) {
            let swap = b.least_chord2(here) < a.least_chord2(here);
            let (first, second) = if swap { (right, left) } else { (left, right) };
            self.nearest_in(first, here, asked, found);
            self.nearest_in(second, here, asked, found);
            return;
        }
        if let Some(area) = self.area_of(number) {
            area.nearest(here, asked, found);
            found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            found.truncate(asked);
        }
    }

    /// All points within a square of a chord, and perhaps some a hair beyond.
    fn around(&self, here: NVector, most_chord2: f64) -> Vec<Found> {
        // The trees round in their own way.
        let most = most_chord2 * (1.0 + 1e-12) + f64::MIN_POSITIVE;
        let mut found = Vec::new();
        let mut to_look_at = vec![0];
        while let Some(number) = to_look_at.pop() {
            let Some(this) = self.boxes.get(number) else {
                continue;
            };
            if this.least_chord2(here) > most {
                continue;
            }
            if self.boxes.get(2 * number + 1).is_some() {
                to_look_at.extend([2 * number + 1, 2 * number + 2]);
            } else if let Some(area) = self.area_of(number) {
                area.within(here, most, &mut found);
            }
        }
        found
    }

    /// The area of a box that holds no other, read from the file if it has not been yet.
    fn area_of(&self, number: usize) -> Option<&Area> {
        let first = self.boxes.len() - self.areas.len();
        let area = self.areas.get(number.checked_sub(first)?)?;
        if !area.is_here() {
            let read = self.file.as_ref().is_some_and(|file| area.read(file).is_some());
            if !read {
                self.broken.store(true, Ordering::Relaxed);
                return None;
            }
        }
        Some(area)
    }
}

/// Nearer ones first, equally near ones by row.
fn closer(a: &Found, b: &Found) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.row.cmp(&b.1.row))
}

fn told(position: Position, found: Vec<Found>) -> Vec<Near> {
    let plane = Plane::at(position);
    let near = |(chord2, entry): Found| Near {
        row: entry.row,
        position: entry.position,
        distance_m: NVector::ground_m(chord2),
        bearing_deg: plane.bearing_deg(entry.point),
    };
    found.into_iter().map(near).collect()
}
