//! A dated message: works in a street, a panel that fell.

use super::{Id, Texts};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a notice changes for a walker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing: it is told.
    #[default]
    Inform,
    /// Stops at its place are skipped, and that is said.
    SkipStop,
    /// The trail is closed.
    TrailClosed,
    /// An effect of a later version of this format; treated like `Inform`.
    #[serde(other)]
    Other,
}

/// A dated message for a place, a trail or a commune.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id.
    pub id: Id,
    /// The place it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
    /// The trail it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail: Option<Id>,
    /// INSEE code of the commune it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    /// First day on which it is valid; missing: since always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day on which it is valid; missing: until it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// What it changes.
    #[serde(default)]
    pub effect: Effect,
    /// What it says.
    pub text: Texts,
}
