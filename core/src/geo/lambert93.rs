//! Lambert-93 (EPSG:2154), in which French public tables give positions, to degrees. The other way is nobody's need here.
//!
//! Formulas and constants: IGN, NT/G 71 "Projection cartographique conique conforme de Lambert", algorithms ALG0002 and
//! ALG0004, on the ellipsoid GRS 80. RGF93 and WGS 84 differ by less than a metre, and are taken as one here.

use super::{Position, PositionError};

/// Exponent of the projection with the parallels 44° and 49° N.
const N: f64 = 0.725_607_765_053_267;
/// Constant of the projection, in metres.
const C_M: f64 = 11_754_255.426_1;
/// Easting of the pole, in metres.
const POLE_X_M: f64 = 700_000.0;
/// Northing of the pole, in metres.
const POLE_Y_M: f64 = 12_655_612.049_9;
/// Meridian of origin: 3° E of Greenwich.
const ORIGIN_LON_DEG: f64 = 3.0;
/// First eccentricity of GRS 80.
const ECCENTRICITY: f64 = 0.081_819_191_042_815_8;
/// The latitude is iterated until it moves by less than this: 0.06 mm on the ground.
const TOLERANCE_RAD: f64 = 1e-11;
/// It converges in five rounds; a value that does not is no latitude.
const MOST_ROUNDS: usize = 30;

/// A position from Lambert-93 coordinates in metres.
///
/// # Errors
/// [`PositionError::OutOfRange`] if the result is not on the Earth. Whether it is in France is for the caller to judge:
/// metropolitan France lies within x 100,000…1,250,000 and y 6,040,000…7,120,000.
pub fn from_lambert93(x_m: f64, y_m: f64) -> Result<Position, PositionError> {
    let (east_m, south_m) = (x_m - POLE_X_M, POLE_Y_M - y_m);
    let radius_m = libm::hypot(east_m, south_m);
    let lon_deg = ORIGIN_LON_DEG + (libm::atan2(east_m, south_m) / N).to_degrees();
    let isometric = -libm::log(radius_m / C_M) / N;
    Position::new(latitude_rad(isometric).to_degrees(), lon_deg)
}

/// Latitude from isometric latitude (ALG0002).
fn latitude_rad(isometric: f64) -> f64 {
    let half_pi = std::f64::consts::FRAC_PI_2;
    let mut latitude = 2.0 * libm::atan(libm::exp(isometric)) - half_pi;
    for _ in 0..MOST_ROUNDS {
        let e_sin = ECCENTRICITY * libm::sin(latitude);
        let squeeze = libm::pow((1.0 + e_sin) / (1.0 - e_sin), ECCENTRICITY / 2.0);
        let next = 2.0 * libm::atan(squeeze * libm::exp(isometric)) - half_pi;
        let moved = (next - latitude).abs();
        latitude = next;
        if moved < TOLERANCE_RAD {
            break;
        }
    }
    latitude
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the table of filming locations of the Ville de Paris that give both, and the origin of the projection.
    #[test]
    fn lambert_93_meets_the_degrees_of_rows_that_give_both() {
        for (x_m, y_m, lat_deg, lon_deg) in [
            (
                652_451.117,
                6_861_399.796,
                48.850_884_000_130_26,
                2.352_027_043_086_803,
            ),
            (
                652_237.256,
                6_863_562.773,
                48.870_319_555_067_94,
                2.348_869_725_891_684,
            ),
            (700_000.0, 6_600_000.0, 46.5, 3.0),
        ] {
            let found = from_lambert93(x_m, y_m).unwrap();
            let off = (found.lat_deg - lat_deg)
                .abs()
                .max((found.lon_deg - lon_deg).abs());
            assert!(
                off < 1e-7,
                "{x_m}, {y_m} became {found}, more than a centimetre from {lat_deg}, {lon_deg}"
            );
        }
    }

    #[test]
    fn what_is_no_coordinate_is_refused() {
        for (x_m, y_m) in [(f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(from_lambert93(x_m, y_m).is_err(), "{x_m}, {y_m}");
        }
    }
}
