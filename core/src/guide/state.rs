//! What a session remembers, so that it can be written down and go on after the app was killed.

use super::Reason;
use super::walker::Walker;
use crate::geo::Position;
use crate::trail::TrailState;
use serde::{Deserialize, Serialize};

/// Everything that a session remembers. It does not grow with the walk.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GuideState {
    pub(super) trail: TrailState,
    pub(super) walker: Walker,
    pub(super) stops: Vec<StopState>,
    pub(super) playing: Option<Playing>,
    /// Set while the walker is off the trail, as it was last said.
    pub(super) away_since_ms: Option<i64>,
    pub(super) told_backwards: bool,
    /// Until when somebody who was fast counts as fast.
    pub(super) fast_until_ms: Option<i64>,
    pub(super) fast_reports: u32,
    /// The least and greatest progress in metres of this walk.
    pub(super) walked: Option<(f64, f64)>,
    pub(super) completed: bool,
    /// Since when the walker has been at the end of the line.
    #[serde(default)]
    pub(super) at_end_since_ms: Option<i64>,
    /// Where the phone last said that it was, and its accuracy in metres.
    #[serde(default)]
    pub(super) rough: Option<(Position, f64)>,
    #[serde(skip)]
    pub(super) last_reason: Option<Reason>,
}

impl GuideState {
    /// Reads what [`super::Guide::saved`] wrote. What cannot be read, because another version of the app wrote it or the file was
    /// cut, is a walk that begins.
    pub fn read(saved: &str) -> Self {
        serde_json::from_str(saved).unwrap_or_default()
    }
}

/// What became of a stop.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct StopState {
    pub(super) id: String,
    pub(super) told: Told,
    /// When it was last told or offered.
    pub(super) told_ms: i64,
    /// Since when, and for how many fixes in a row, the walker has probably been in its zone.
    pub(super) inside: Option<Inside>,
    /// Since when the walker, after a visit, has probably been out of its zone.
    pub(super) outside_since_ms: Option<i64>,
    /// Reasons to wait that were said since the last visit.
    pub(super) said: u8,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Told {
    /// Not in this visit.
    #[default]
    No,
    /// Offered, and here still.
    Offered,
    /// Offered because another commentary played: begins when that ends, if the walker is still here.
    Waiting,
    /// Begun, and here still.
    Begun,
    /// Offered, and left.
    Passed,
    /// Begun, and left.
    Done,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Inside {
    pub(super) since_ms: i64,
    pub(super) fixes: u32,
    /// Least distance so far to where the story should begin, in metres.
    pub(super) nearest_m: f64,
    /// When the walker last came nearer.
    pub(super) nearer_ms: i64,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Playing {
    pub(super) stop: usize,
    pub(super) until_ms: i64,
}
