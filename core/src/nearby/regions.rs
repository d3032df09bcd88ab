//! Which regions the operating system is asked to watch, so that it wakes the app: iOS allows 20, Android 100.
//!
//! The system's regions are good to a hundred metres at best. They only wake; the guide decides on fixes.

use super::Nearby;
use crate::geo::Position;

/// Smallest radius in metres that the systems watch reliably.
pub const LEAST_RADIUS_M: f64 = 100.0;

/// Radius in metres of the bubble where nothing more is to be watched for: the next town.
const WIDEST_BUBBLE_M: f64 = 50_000.0;

/// A circle that the operating system watches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Which point it is around; `None` for the bubble around the asker, on whose edge regions are chosen anew.
    pub row: Option<i64>,
    /// Its middle.
    pub centre: Position,
    /// Its radius in metres.
    pub radius_m: f64,
    /// Whether entering it wakes the app; else leaving it does.
    pub on_enter: bool,
}

impl Nearby {
    /// At most `limit` regions around `position`: the nearest points, and one bubble that wakes the app when it is left.
    ///
    /// No point is inside the bubble without a region of its own, so that nobody walks past one that is not watched. Only
    /// where more points than `limit` lie within the least radius that systems can watch is the bubble larger than that:
    /// the visitor is among them already, and the app awake.
    pub fn regions(&self, position: Position, limit: usize) -> Vec<Region> {
        let Some(points) = limit.checked_sub(1) else {
            return Vec::new();
        };
        let mut near = self.nearest(position, limit);
        let first_left_out = (near.len() == limit).then(|| near.pop()).flatten();
        let bubble_m = first_left_out.map_or(WIDEST_BUBBLE_M, |near| near.distance_m.min(WIDEST_BUBBLE_M));
        let bubble = Region {
            row: None,
            centre: position,
            radius_m: bubble_m.max(LEAST_RADIUS_M),
            on_enter: false,
        };
        let around = near.into_iter().take(points).map(|near| Region {
            row: Some(near.row),
            centre: near.position,
            radius_m: LEAST_RADIUS_M,
            on_enter: true,
        });
        std::iter::once(bubble).chain(around).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{destination, distance_m};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nobody_walks_past_a_point_that_is_not_watched(
            points in prop::collection::vec((0.0..360.0f64, 0.0..80_000.0f64), 0..60), limit in 0usize..25,
        ) {
            let here = Position::new(48.8566, 2.3522).unwrap();
            let points: Vec<_> = points.into_iter().map(|(bearing, metres)| destination(here, bearing, metres)).collect();
            let regions = Nearby::new((0..).zip(points.iter().copied())).regions(here, limit);
            prop_assert!(regions.len() <= limit);
            prop_assert_eq!(regions.first().map(|region| region.row), (limit > 0).then_some(None));
            for (row, &point) in (0i64..).zip(&points) {
                let watched = regions.iter().any(|region| region.row == Some(row));
                let inside = regions.first().is_some_and(|bubble| {
                    bubble.radius_m > LEAST_RADIUS_M && distance_m(here, point) < bubble.radius_m - 0.01
                });
                prop_assert!(watched || !inside, "point {row} is in the bubble and not watched");
            }
        }
    }
}
