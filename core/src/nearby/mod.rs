//! Which points are around here: the nearest, and those within a radius, anywhere on Earth.
//!
//! Its job ends at rows, distances and bearings: what stands there is the catalogue's to tell.
//!
//! Points are kept on the unit sphere, where straight distances order as distances on the ground do. A tree over raw
//! degrees misses one neighbour in eight in France and nearly all at a pole.

mod regions;

pub use regions::{LEAST_RADIUS_M, Region};

use crate::geo::{NVector, Position, bearing_deg};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

/// An index of points by where they are.
#[derive(Debug, Default)]
pub struct Nearby {
    tree: RTree<Entry>,
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
    point: NVector,
}

impl RTreeObject for Entry {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.point.0)
    }
}

impl PointDistance for Entry {
    fn distance_2(&self, point: &[f64; 3]) -> f64 {
        self.point.chord2(NVector(*point))
    }
}

impl Nearby {
    /// An index of `points`, each with the row that names it. A million take about a second.
    pub fn new(points: impl Iterator<Item = (i64, Position)>) -> Self {
        let entries = points
            .map(|(row, position)| Entry {
                row,
                point: position.into(),
            })
            .collect();
        Self {
            tree: RTree::bulk_load(entries),
        }
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `n` points nearest to `position`, nearest first, equally near ones by row; fewer if there are fewer.
    pub fn nearest(&self, position: Position, n: usize) -> Vec<Near> {
        self.ordered(position, n, f64::INFINITY)
    }

    /// All points within `radius_m` metres of `position`, nearest first, equally near ones by row.
    /// A radius that is negative or not a number finds nothing.
    pub fn within(&self, position: Position, radius_m: f64) -> Vec<Near> {
        if radius_m.is_nan() || radius_m < 0.0 {
            return Vec::new();
        }
        // A hair wider, so that a point at exactly the radius is not lost to rounding; the exact distance decides below.
        let chord2 = NVector::chord2_of(radius_m * (1.0 + 1e-9) + 1e-3);
        let mut near = self.ordered(position, usize::MAX, chord2);
        near.retain(|n| n.distance_m <= radius_m);
        near
    }

    fn ordered(&self, position: Position, n: usize, most_chord2: f64) -> Vec<Near> {
        let here = NVector::from(position);
        let mut found: Vec<(f64, Entry)> = Vec::new();
        for (entry, chord2) in self.tree.nearest_neighbor_iter_with_distance_2(here.0) {
            // Those that are exactly as far as the last one wanted are gathered too, so that rows decide among them.
            let enough = found.len() >= n && found.last().is_none_or(|&(last, _)| chord2 > last);
            if enough || chord2 > most_chord2 {
                break;
            }
            found.push((chord2, *entry));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.row.cmp(&b.1.row)));
        found.truncate(n);
        let near = |(_, entry): (f64, Entry)| Near {
            row: entry.row,
            position: entry.point.into(),
            distance_m: here.distance_m(entry.point),
            bearing_deg: bearing_deg(position, entry.point.into()),
        };
        found.into_iter().map(near).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::distance_m;
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
                prop_assert!((distance_m(here, points[found.row as usize]) - found.distance_m).abs() < 0.001);
            }
            let within = index.within(here, radius);
            prop_assert_eq!(within.len(), all.iter().filter(|&&d| d <= radius).count());
        }
    }

    #[test]
    fn many_at_one_point_come_in_the_order_of_their_rows() {
        let here = Position::new(48.85, 2.35).unwrap();
        let index = Nearby::new((0..30).rev().map(|row| (row, here)));
        let rows: Vec<_> = index.nearest(here, 5).iter().map(|n| n.row).collect();
        assert_eq!(rows, [0, 1, 2, 3, 4]);
        assert_eq!(index.within(here, 0.0).len(), 30);
        assert!(index.within(here, f64::NAN).is_empty());
        assert!(Nearby::default().nearest(here, 3).is_empty());
    }
}
