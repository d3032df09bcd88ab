//! One reading of the phone's position. What to believe of it is decided in `trail` and `guide`.

use super::Position;

/// One reading of the phone's position, as the operating system or a recorded trace gives it.
///
/// Hostile until checked: time may stand still or run backwards and the accuracy may lie; rooms that follow a walker
/// document what they make of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// Milliseconds since an origin of the caller's choice: the Unix epoch on a phone, the first fix in a replay.
    pub t_ms: i64,
    /// Where the phone believes to be.
    pub position: Position,
    /// Radius in metres within which the true position lies with a probability of 68 %.
    pub accuracy_m: f64,
    /// Speed over ground in metres a second, if known.
    pub speed_m_s: Option<f64>,
    /// Course over ground in degrees clockwise from north, 0 ≤ course < 360, if known.
    pub course_deg: Option<f64>,
}
