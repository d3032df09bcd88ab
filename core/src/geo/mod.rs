//! Positions, distances, bearings and lines: the only place that does trigonometry.
//!
//! Its job ends at geometry: it does not know what stands at a position, nor who walks there.

mod fix;
mod position;

pub use fix::Fix;
pub use position::{Position, PositionError};
