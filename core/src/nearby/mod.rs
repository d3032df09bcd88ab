//! Which points are around here: the nearest, and those within a radius, anywhere on Earth.
//!
//! Its job ends at rows, distances and bearings: what stands there is the catalogue's to tell.
//!
//! Points are kept on the unit sphere, where straight distances order as distances on the ground do. A tree over raw
//! degrees misses one neighbour in eight in France and nearly all at a pole.

mod regions;

pub use regions::{LEAST_RADIUS_M, Region};

use crate::geo::{NVector, Plane, Position};
use kiddo::{ImmutableKdTree, SquaredEuclidean};
use std::num::NonZero;

/// An index of points by where they are.
#[derive(Debug, Default)]
pub struct Nearby {
    /// By the number of a point in `points`; `None` without any.
    tree: Option<ImmutableKdTree<f64, 3>>,
    points: Vec<Entry>,
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

#[derive(Debug, Clone, Copy)]
struct Entry {
    row: i64,
    position: Position,
    point: NVector,
}

impl Nearby {
    /// An index of `points`, each with the row that names it. A million take about a second; beyond 4,294,967,295 none is
    /// taken.
    pub fn new(points: impl Iterator<Item = (i64, Position)>) -> Self {
        let points: Vec<Entry> = points
            .take(u32::MAX as usize)
            .map(|(row, position)| Entry {
                row,
                position,
                point: position.into(),
            })
            .collect();
        let vectors: Vec<[f64; 3]> = points.iter().map(|entry| entry.point.0).collect();
        let tree = if vectors.is_empty() {
            None
        } else {
            // Fails only where points cannot be numbered.
            ImmutableKdTree::new_from_slice(&vectors).ok()
        };
        Self { tree, points }
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `n` points nearest to `position`, nearest first, equally near ones by row; fewer if there are fewer.
    pub fn nearest(&self, position: Position, n: usize) -> Vec<Near> {
        let here = NVector::from(position);
        // One more than wanted shows whether others are exactly as far as the last one; then rows decide among them.
        let asked = NonZero::new(n.min(self.len()).saturating_add(1));
        let (Some(tree), Some(asked)) = (&self.tree, asked.filter(|_| n > 0)) else {
            return Vec::new();
        };
        let found = tree
            .query(&here.0)
            .nearest_n::<SquaredEuclidean<f64>>(asked)
            .execute();
        let last = found.get(n.wrapping_sub(1)).map(|last| last.distance);
        let beyond = found.get(n).map(|next| next.distance);
        let mut near = match last {
            Some(last) if beyond == Some(last) => self.around(here, last),
            _ => found.iter().filter_map(|found| self.entry(found.item)).collect(),
        };
        near.sort_unstable_by(|a, b| closer(here, a, b));
        near.truncate(n);
        told(position, near)
    }

    /// All points within `radius_m` metres of `position`, nearest first, equally near ones by row.
    /// A radius that is negative or not a number finds nothing.
    pub fn within(&self, position: Position, radius_m: f64) -> Vec<Near> {
        if radius_m.is_nan() || radius_m < 0.0 {
            return Vec::new();
        }
        // A hair wider, so that a point at exactly the radius is not lost to rounding; the exact distance decides below.
        let chord2 = NVector::chord2_of(radius_m * (1.0 + 1e-9) + 1e-3);
        let here = NVector::from(position);
        let mut near = self.around(here, chord2);
        near.sort_unstable_by(|a, b| closer(here, a, b));
        let mut near = told(position, near);
        near.retain(|n| n.distance_m <= radius_m);
        near
    }

    /// All points within a square of a chord, and perhaps some a hair beyond.
    fn around(&self, here: NVector, most_chord2: f64) -> Vec<Entry> {
        let Some(tree) = &self.tree else {
            return Vec::new();
        };
        // The index may round another way than `chord2` does.
        let most = most_chord2 * (1.0 + 1e-12) + f64::MIN_POSITIVE;
        let found = tree
            .query(&here.0)
            .within::<SquaredEuclidean<f64>>(most)
            .unsorted()
            .execute();
        found.iter().filter_map(|found| self.entry(found.item)).collect()
    }

    fn entry(&self, number: u32) -> Option<Entry> {
        self.points.get(number as usize).copied()
    }
}

/// Nearer ones first, equally near ones by row.
fn closer(here: NVector, a: &Entry, b: &Entry) -> std::cmp::Ordering {
    here.chord2(a.point)
        .total_cmp(&here.chord2(b.point))
        .then(a.row.cmp(&b.row))
}

fn told(position: Position, entries: Vec<Entry>) -> Vec<Near> {
    let (here, plane) = (NVector::from(position), Plane::at(position));
    let near = |entry: Entry| Near {
        row: entry.row,
        position: entry.position,
        distance_m: here.distance_m(entry.point),
        bearing_deg: plane.bearing_deg(entry.point),
    };
    entries.into_iter().map(near).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{bearing_deg, distance_m};
    use proptest::prelude::*;

    /// Positions crowded around the seams of the map, where indexes go wrong.
    fn position() -> impl Strategy<Value = Position> {
        let lat = prop_oneof![-90.0..=90.0f64, 89.9..=90.0f64, -90.0..=-89.9f64, 48.8..48.9f64];
        let lon = prop_oneof![
            -180.0..=180.0f64,
            179.9..=180.0f64,
            -180.0..=-179.9f64,
            2.3..2.4f64
        ];
        (lat, lon).prop_map(|(lat, lon)| Position::new(lat, lon).unwrap())
    }

    proptest! {
        #[test]
        fn the_index_finds_what_looking_at_every_point_finds(
            points in prop::collection::vec(position(), 0..200), here in position(), n in 0usize..20, radius in 0.0..2e6f64,
        ) {
            let index = Nearby::new(points.iter().enumerate().map(|(row, &p)| (row as i64, p)));
            let mut all: Vec<f64> = points.iter().map(|&p| distance_m(here, p)).collect();
            all.sort_by(f64::total_cmp);
            let nearest = index.nearest(here, n);
            prop_assert_eq!(nearest.len(), n.min(points.len()));
            for (found, want) in nearest.iter().zip(&all) {
                prop_assert!((found.distance_m - want).abs() < 0.1, "found {} m, nearest is {} m", found.distance_m, want);
                let there = points[found.row as usize];
                prop_assert!((distance_m(here, there) - found.distance_m).abs() < 0.001);
                // Towards the other side of the Earth every direction is right.
                if (1.0..1.9e7).contains(&found.distance_m) {
                    let off = (bearing_deg(here, there) - found.bearing_deg).abs();
                    prop_assert!(off.min(360.0 - off) < 1e-3, "{off} degrees off");
                }
            }
            let within = index.within(here, radius);
            prop_assert_eq!(within.len(), all.iter().filter(|&&d| d <= radius).count());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// A town on a grid: whole streets share an axis, and several points share a place.
        #[test]
        fn streets_in_a_row_and_places_told_twice_are_all_found(
            points in prop::collection::vec((0u8..12, 0u8..12), 1..3_000), here in (0u8..12, 0u8..12), n in 1usize..60,
        ) {
            let at = |(north, east): (u8, u8)| {
                Position::new(f64::from(north) * 1e-4, f64::from(east) * 1e-4).unwrap()
            };
            let index = Nearby::new((0..).zip(points.iter().map(|&point| at(point))));
            let mut all: Vec<(f64, i64)> = (0..).zip(&points).map(|(row, &point)| (distance_m(at(here), at(point)), row)).collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (found, (want, _)) in index.nearest(at(here), n).iter().zip(&all) {
                prop_assert!((found.distance_m - want).abs() < 0.001, "found {} m, nearest is {} m", found.distance_m, want);
            }
            let within = index.within(at(here), 40.0);
            let mut rows: Vec<i64> = within.iter().map(|near| near.row).collect();
            rows.sort_unstable();
            let mut want: Vec<i64> = all.iter().filter(|(metres, _)| *metres <= 40.0).map(|(_, row)| *row).collect();
            want.sort_unstable();
            prop_assert_eq!(rows, want);
        }
    }

    #[test]
    fn many_at_one_point_come_in_the_order_of_their_rows() {
        let here = Position::new(48.85, 2.35).unwrap();
        let index = Nearby::new((0..30).rev().map(|row| (row, here)));
        let rows: Vec<_> = index.nearest(here, 5).iter().map(|n| n.row).collect();
        assert_eq!(rows, [0, 1, 2, 3, 4]);
        assert_eq!(index.within(here, 0.0).len(), 30);
        let crowd = Nearby::new((0..5_000).map(|row| (row, here)));
        assert_eq!(crowd.within(here, 1.0).len(), 5_000);
        assert_eq!(crowd.nearest(here, 3).len(), 3);
        assert_eq!(crowd.nearest(here, usize::MAX).len(), 5_000);
        assert!(crowd.nearest(here, 0).is_empty());
        assert!(index.within(here, f64::NAN).is_empty());
        assert!(Nearby::default().nearest(here, 3).is_empty());
    }
}
