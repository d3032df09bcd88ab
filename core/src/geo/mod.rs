//! Positions, distances, bearings and lines: the only place that does trigonometry.
//!
//! Its job ends at geometry: it does not know what stands at a position, nor who walks there.
//!
//! The Earth is a sphere of mean radius ([`EARTH_RADIUS_M`]). Against the ellipsoid a distance is wrong by at most 0.56 %:
//! 14 cm over a zone of 25 m, far below what a phone's fix is worth. Functions come from `libm`, not from the platform, so
//! that the same walk gives the same bits, and with them the same decisions, on every phone.

mod fix;
mod lambert93;
mod line;
mod plane;
mod polygon;
mod position;
mod sphere;

pub use fix::Fix;
pub use lambert93::from_lambert93;
pub use line::{Line, Projection};
pub use plane::{Plane, Point};
pub use polygon::encloses_ground;
pub use position::{Position, PositionError};
pub use sphere::{EARTH_RADIUS_M, NVector, bearing_deg, destination, distance_m};
