//! A flat map around one position, in metres.

use super::{EARTH_RADIUS_M, NVector, Position};

/// A point on a [`Plane`], in metres from its origin.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Metres towards east.
    pub east_m: f64,
    /// Metres towards north.
    pub north_m: f64,
}

impl Point {
    /// Distance from the origin in metres.
    pub fn length_m(self) -> f64 {
        (self.east_m * self.east_m + self.north_m * self.north_m).sqrt()
    }
}

/// The plane that touches the Earth at an origin; positions are seen on it from infinitely high above (orthographic).
///
/// Distances from the origin come out short by d³ / 6R²: 4 mm at 10 km, 4 m at 100 km. What lies beyond the horizon is drawn
/// on its rim, 6,371 km away, in the right direction. At a pole, north is where the origin's own meridian comes from.
#[derive(Debug, Clone, Copy)]
pub struct Plane {
    up: NVector,
    east: NVector,
    north: NVector,
}

impl Plane {
    /// The plane at `origin`.
    pub fn at(origin: Position) -> Self {
        let (sin_lon, cos_lon) = libm::sincos(origin.lon_deg.to_radians());
        let up = NVector::from(origin);
        let east = NVector([-sin_lon, cos_lon, 0.0]);
        Self {
            up,
            east,
            north: up.cross(east),
        }
    }

    /// Where `position` is on the plane.
    pub fn project(&self, position: Position) -> Point {
        self.project_vector(position.into())
    }

    /// Where an n-vector is on the plane.
    pub fn project_vector(&self, there: NVector) -> Point {
        let (east, north) = (there.dot(self.east), there.dot(self.north));
        let scale = match (east * east + north * north).sqrt() {
            length if there.dot(self.up) < 0.0 && length > 0.0 => EARTH_RADIUS_M / length,
            _ => EARTH_RADIUS_M,
        };
        Point {
            east_m: east * scale,
            north_m: north * scale,
        }
    }

    /// Direction from the origin to an n-vector in degrees clockwise from north, 0 ≤ bearing < 360, as
    /// [`super::bearing_deg`] gives it, with a quarter of its trigonometry; 0 to the origin itself.
    pub fn bearing_deg(&self, there: NVector) -> f64 {
        if there == self.up {
            return 0.0;
        }
        let (east, north) = (there.dot(self.east), there.dot(self.north));
        (libm::atan2(east, north).to_degrees() + 360.0) % 360.0
    }

    /// The position of a point; points beyond the rim are taken to lie on it, points that are not finite at the origin.
    pub fn position(&self, point: Point) -> Position {
        self.vector(point).into()
    }

    /// As [`Plane::position`], as an n-vector and without trigonometry.
    pub fn vector(&self, point: Point) -> NVector {
        let (east, north) = (point.east_m / EARTH_RADIUS_M, point.north_m / EARTH_RADIUS_M);
        let length2 = east * east + north * north;
        if !length2.is_finite() {
            return self.up;
        }
        let shrink = if length2 > 1.0 { 1.0 / length2.sqrt() } else { 1.0 };
        let up = (1.0 - length2.min(1.0)).sqrt();
        let level = self.east.combine(east * shrink, self.north, north * shrink);
        self.up.combine(up, level, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{bearing_deg, destination, distance_m};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_map_keeps_distances_and_directions(
            lat in -89.9..=89.9f64, lon in -180.0..=180.0f64, bearing in 0.0..360.0f64, metres in 1.0..10_000.0f64,
        ) {
            let origin = Position::new(lat, lon).unwrap();
            let there = destination(origin, bearing, metres);
            let point = Plane::at(origin).project(there);
            prop_assert!((point.length_m() - metres).abs() < 0.01);
            let drawn = point.east_m.atan2(point.north_m).to_degrees();
            let turned = (drawn - bearing_deg(origin, there) + 540.0).rem_euclid(360.0) - 180.0;
            prop_assert!(turned.abs() < 1e-3, "drawn at {drawn}°");
            prop_assert!(distance_m(Plane::at(origin).position(point), there) < 0.001);
        }
    }

    #[test]
    fn what_lies_on_the_other_side_is_drawn_on_the_rim() {
        let plane = Plane::at(Position::new(0.0, 0.0).unwrap());
        let point = plane.project(Position::new(0.0, 170.0).unwrap());
        assert!((point.east_m - EARTH_RADIUS_M).abs() < 1.0);
        assert!(
            plane
                .position(Point {
                    east_m: f64::NAN,
                    north_m: 0.0
                })
                .lat_deg
                .abs()
                < 1e-9
        );
        assert!(
            (plane
                .position(Point {
                    east_m: 1e9,
                    north_m: 0.0
                })
                .lon_deg
                - 90.0)
                .abs()
                < 1e-6
        );
    }
}
