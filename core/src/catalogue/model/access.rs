//! Whether a visitor can get there and in. Unknown never reads as yes.

use super::Texts;
use serde::{Deserialize, Serialize};

/// A fact that somebody checked, or nobody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// Checked, and so.
    Yes,
    /// Checked, and not so.
    No,
    /// Nobody checked; never shown as yes.
    #[default]
    #[serde(other)]
    Unknown,
}

/// How a place may be visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessKind {
    /// Open to everyone at any time: a street, a square.
    Public,
    /// Open at certain hours.
    Hours,
    /// To be looked at from outside.
    Outside,
    /// Private: not to be entered, nor pointed at more closely than its publisher did.
    Private,
    /// Nobody said.
    #[default]
    #[serde(other)]
    Unknown,
}

/// Access to a place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Access {
    /// How it may be visited.
    #[serde(default, rename = "is")]
    pub kind: AccessKind,
    /// When, in the syntax of OpenStreetMap's `opening_hours`: `Mo-Fr 09:00-17:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<String>,
    /// Whether a wheelchair or a pram gets there without a step.
    #[serde(default)]
    pub step_free: Known,
    /// Whether toilets are there.
    #[serde(default)]
    pub toilets: Known,
    /// Whether one can sit down.
    #[serde(default)]
    pub seating: Known,
    /// Anything else that a visitor should know before coming.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub note: Texts,
}
