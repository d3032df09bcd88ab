//! Whether corners enclose a piece of ground: a publisher draws the zone of a stop by hand, and hands slip.

use super::{Plane, Position};
use geo::{LineString, Polygon, Validation};

/// Whether no two sides of the polygon with these corners, not closed, cross or touch, and it has at least three corners
/// that differ. Only then is it clear where its inside is. For polygons of some kilometres.
pub fn encloses_ground(corners: &[Position]) -> bool {
    let Some(&first) = corners.first() else {
        return false;
    };
    let plane = Plane::at(first);
    let flat = |&corner: &Position| {
        let point = plane.project(corner);
        (point.east_m, point.north_m)
    };
    let ring: LineString = corners.iter().map(flat).collect();
    // It closes the ring itself.
    Polygon::new(ring, Vec::new()).is_valid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::destination;
    use proptest::prelude::*;

    fn around(bearings_deg: &[f64]) -> Vec<Position> {
        let middle = Position::new(45.4237, 4.0662).unwrap();
        bearings_deg
            .iter()
            .map(|&bearing| destination(middle, bearing, 25.0))
            .collect()
    }

    #[test]
    fn a_square_in_the_order_of_walking_is_ground_and_a_bow_tie_is_none() {
        assert!(encloses_ground(&around(&[45.0, 135.0, 225.0, 315.0])));
        assert!(
            !encloses_ground(&around(&[45.0, 225.0, 135.0, 315.0])),
            "its sides cross"
        );
        assert!(
            !encloses_ground(&around(&[45.0, 135.0])),
            "two corners enclose nothing"
        );
        assert!(
            !encloses_ground(&around(&[45.0, 45.0, 135.0])),
            "one corner is there twice"
        );
        assert!(!encloses_ground(&[]));
    }

    proptest! {
        #[test]
        fn corners_seen_in_turn_from_within_are_ground(
            steps_deg in prop::collection::vec(5.0..100.0f64, 4..8), first in 0.0..360.0f64,
        ) {
            let whole: f64 = steps_deg.iter().sum();
            let mut bearing = first;
            let turn: Vec<f64> = steps_deg.iter().map(|step| { bearing += step * 360.0 / whole; bearing }).collect();
            prop_assert!(encloses_ground(&around(&turn)));
            // The other way around too.
            let back: Vec<f64> = turn.iter().rev().copied().collect();
            prop_assert!(encloses_ground(&around(&back)));
        }
    }
}
