//! Points on the unit sphere, and the distances and bearings between positions.

use super::Position;

/// Mean radius of the Earth in metres (IUGG R₁ of WGS 84).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A position as a vector of length 1 from the centre of the Earth ("n-vector"): x towards 0° N 0° E, y towards 0° N
/// 90° E, z towards the North Pole.
///
/// Straight distances between such vectors order as distances on the ground do, without a seam at the antimeridian and
/// without a special case at the poles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NVector(pub [f64; 3]);

impl From<Position> for NVector {
    fn from(position: Position) -> Self {
        let (sin_lat, cos_lat) = libm::sincos(position.lat_deg.to_radians());
        let (sin_lon, cos_lon) = libm::sincos(position.lon_deg.to_radians());
        Self([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat])
    }
}

impl From<NVector> for Position {
    fn from(NVector([x, y, z]): NVector) -> Self {
        let lat = libm::atan2(z, (x * x + y * y).sqrt());
        Self {
            lat_deg: lat.to_degrees().clamp(-90.0, 90.0),
            lon_deg: libm::atan2(y, x).to_degrees().clamp(-180.0, 180.0),
        }
    }
}

impl NVector {
    pub(super) fn dot(self, other: Self) -> f64 {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        a * x + b * y + c * z
    }

    pub(super) fn cross(self, other: Self) -> Self {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([b * z - c * y, c * x - a * z, a * y - b * x])
    }

    /// `self · k + other · l`.
    pub(super) fn combine(self, k: f64, other: Self, l: f64) -> Self {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([a * k + x * l, b * k + y * l, c * k + z * l])
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The vector of length 1 in the same direction; `None` if it has none.
    pub(super) fn unit(self) -> Option<Self> {
        let length = self.length();
        (length > 1e-15).then(|| self.combine(1.0 / length, self, 0.0))
    }

    /// Square of the straight distance through the Earth, in units of its radius: 0 to 4. It orders as
    /// [`NVector::distance_m`] does and costs no trigonometry.
    pub fn chord2(self, other: Self) -> f64 {
        let difference = self.combine(1.0, other, -1.0);
        difference.dot(difference)
    }

    /// Straight distance through the Earth in metres: shorter than on the ground by 1 mm at 10 km.
    pub fn chord_m(self, other: Self) -> f64 {
        EARTH_RADIUS_M * self.chord2(other).sqrt()
    }

    /// Distance on the ground in metres; exact on the sphere at every range.
    pub fn distance_m(self, other: Self) -> f64 {
        EARTH_RADIUS_M * libm::atan2(self.cross(other).length(), self.dot(other))
    }

    /// The distance on the ground in metres that a chord spans, given its square in units of the Earth's radius.
    pub fn ground_m(chord2: f64) -> f64 {
        let chord = chord2.max(0.0).sqrt();
        // Within 60 km the series of 2 asin(c / 2) is exact to the last digits, and costs no trigonometry.
        let angle = if chord2 < 1e-4 {
            chord * (1.0 + chord2 * (1.0 / 24.0 + chord2 * (3.0 / 640.0)))
        } else {
            2.0 * libm::asin((chord / 2.0).min(1.0))
        };
        EARTH_RADIUS_M * angle
    }

    /// The square of the chord, in units of the Earth's radius, that spans `distance_m` on the ground.
    /// Distances from half the Earth's circumference on span the diameter; negative ones and NaN span nothing.
    pub fn chord2_of(distance_m: f64) -> f64 {
        let half_angle = (distance_m / EARTH_RADIUS_M / 2.0).clamp(0.0, std::f64::consts::FRAC_PI_2);
        let half_chord = if half_angle.is_nan() {
            0.0
        } else {
            libm::sin(half_angle)
        };
        4.0 * half_chord * half_chord
    }
}

/// Distance on the ground in metres, along a great circle.
pub fn distance_m(from: Position, to: Position) -> f64 {
    NVector::from(from).distance_m(to.into())
}

/// Initial bearing of the great circle in degrees clockwise from north, 0 ≤ bearing < 360; 0 between equal positions.
pub fn bearing_deg(from: Position, to: Position) -> f64 {
    let (sin_from, cos_from) = libm::sincos(from.lat_deg.to_radians());
    let (sin_to, cos_to) = libm::sincos(to.lat_deg.to_radians());
    let (sin_dlon, cos_dlon) = libm::sincos((to.lon_deg - from.lon_deg).to_radians());
    let east = sin_dlon * cos_to;
    let north = cos_from * sin_to - sin_from * cos_to * cos_dlon;
    // `%` after `+ 360` and not `rem_euclid`: tiny negative angles must not round up to 360 itself.
    (libm::atan2(east, north).to_degrees() + 360.0) % 360.0
}

/// Where one arrives after `distance_m` metres along the great circle that starts at `bearing_deg`.
///
/// A distance or bearing that is not finite leads nowhere: the start is returned.
pub fn destination(from: Position, bearing_deg: f64, distance_m: f64) -> Position {
    if !(bearing_deg.is_finite() && distance_m.is_finite()) {
        return from;
    }
    let (sin_bearing, cos_bearing) = libm::sincos(bearing_deg.to_radians());
    let (sin_lat, cos_lat) = libm::sincos(from.lat_deg.to_radians());
    let (sin_lon, cos_lon) = libm::sincos(from.lon_deg.to_radians());
    let north = NVector([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat]);
    let east = NVector([-sin_lon, cos_lon, 0.0]);
    let heading = north.combine(cos_bearing, east, sin_bearing);
    let (sin_angle, cos_angle) = libm::sincos(distance_m / EARTH_RADIUS_M);
    NVector::from(from).combine(cos_angle, heading, sin_angle).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lat_deg: f64, lon_deg: f64) -> Position {
        Position::new(lat_deg, lon_deg).unwrap()
    }

    #[test]
    fn known_distances_and_bearings() {
        let (paris, lyon) = (at(48.8566, 2.3522), at(45.7640, 4.8357));
        // Vincenty on WGS 84 gives 391,499 m; the sphere may differ by 0.56 %.
        assert!((distance_m(paris, lyon) - 391_499.0).abs() < 391_499.0 * 0.0056);
        assert!((distance_m(at(0.0, 0.0), at(0.0, 1.0)) - 111_195.08).abs() < 0.1);
        assert!((distance_m(at(0.0, 179.9999), at(0.0, -179.9999)) - 22.239).abs() < 0.01);
        assert!((bearing_deg(at(0.0, 0.0), at(1.0, 0.0)) - 0.0).abs() < 1e-9);
        assert!((bearing_deg(at(0.0, 179.9), at(0.0, -179.9)) - 90.0).abs() < 1e-9);
        assert_eq!(bearing_deg(paris, paris), 0.0);
    }

    fn position() -> impl Strategy<Value = Position> {
        (-90.0..=90.0f64, -180.0..=180.0f64).prop_map(|(lat, lon)| at(lat, lon))
    }

    proptest! {
        #[test]
        fn going_there_is_as_far_as_it_was_said(from in position(), bearing in 0.0..360.0f64, metres in 0.0..1e7f64) {
            let there = destination(from, bearing, metres);
            prop_assert!((distance_m(from, there) - metres).abs() < 1e-3, "arrived {} m away", distance_m(from, there));
        }

        #[test]
        fn a_bearing_leads_to_its_target(from in position(), to in position()) {
            let bearing = bearing_deg(from, to);
            prop_assert!((0.0..360.0).contains(&bearing));
            let arrived = destination(from, bearing, distance_m(from, to));
            prop_assert!(distance_m(arrived, to) < 1.0, "missed by {} m", distance_m(arrived, to));
        }

        #[test]
        fn a_chord_orders_as_the_ground_does(a in position(), b in position()) {
            let metres = distance_m(a, b);
            let chord2 = NVector::from(a).chord2(b.into());
            prop_assert!((NVector::chord2_of(metres) - chord2).abs() < 1e-9);
        }

        #[test]
        fn a_chord_spans_the_ground_between_its_ends(a in position(), bearing in 0.0..360.0f64, metres in 0.0..2e7f64) {
            let chord2 = NVector::from(a).chord2(destination(a, bearing, metres).into());
            // Close to the antipode a chord hardly changes with the distance.
            let most = if metres < 1.9e7 { 1e-4 } else { 1.0 };
            prop_assert!((NVector::ground_m(chord2) - metres).abs() < most, "{} m", NVector::ground_m(chord2));
        }
    }
}
