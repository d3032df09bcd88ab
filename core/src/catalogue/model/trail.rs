//! A walking route and its stops.

use super::{Id, Known, State, Texts};
use crate::geo::Position;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How hard a trail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// For everyone.
    Easy,
    /// For those used to walking.
    Medium,
    /// For those used to mountains.
    Hard,
    /// Not said, or a value of a later version of this format.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A stop of a trail: a place, or a spoken direction between two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Its id, unique within the publication.
    pub id: Id,
    /// What it is.
    #[serde(flatten)]
    pub kind: StopKind,
}

/// What a stop is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StopKind {
    /// A place with its panels.
    Place {
        /// The place.
        place: Id,
    },
    /// A direction that is spoken when the walker passes.
    Direction {
        /// Where it is spoken.
        at: Position,
        /// What is said.
        direction: Texts,
    },
}

/// A walking trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trail {
    /// Its id.
    pub id: Id,
    /// Whether it may be shown.
    #[serde(default)]
    pub state: State,
    /// First day on which it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_from: Option<Date>,
    /// Other ids that mean this trail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Id>,
    /// Its name.
    pub name: Texts,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub description: Texts,
    /// In a source folder: the GPX file with its line, relative to the folder. Never on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_file: Option<String>,
    /// Its line; read from `line_file` by the build.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub line: Vec<Position>,
    /// Its stops in the order of walking.
    #[serde(default)]
    pub stops: Vec<Stop>,
    /// Length in metres; measured on the line by the build where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_m: Option<f64>,
    /// Metres upwards in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ascent_m: Option<f64>,
    /// Walking time in minutes, without the stops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_min: Option<u32>,
    /// How hard it is.
    #[serde(default)]
    pub difficulty: Difficulty,
    /// What one walks on.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub surface: Texts,
    /// How many steps there are, if somebody counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// The steepest slope in percent, if somebody measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steepest_percent: Option<f64>,
    /// Whether a wheelchair or a pram gets along without a step.
    #[serde(default)]
    pub step_free: Known,
    /// How to get there without a car.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub transport: Texts,
    /// Months in which it is open, 1 to 12; empty: all year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<u8>,
}
