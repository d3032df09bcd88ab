//! The sign at a place.

use super::{Id, Rights, State, Texts};
use crate::geo::Position;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The size of a panel in centimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PanelFormat {
    /// 15 × 20 cm.
    #[serde(rename = "15x20")]
    Small,
    /// 40 × 60 cm.
    #[serde(rename = "40x60")]
    Medium,
    /// 60 × 80 cm.
    #[serde(rename = "60x80")]
    Large,
    /// Not said, or a size of a later version of this format.
    #[default]
    #[serde(other, rename = "other")]
    Other,
}

/// How a panel is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mount {
    /// Screwed to a wall.
    Screwed,
    /// On a post.
    Post,
    /// Not said, or a mount of a later version of this format.
    #[default]
    #[serde(other)]
    Other,
}

/// The state of the sign itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Not put up yet.
    #[default]
    Planned,
    /// In its place.
    Standing,
    /// In its place, damaged.
    Damaged,
    /// Taken down; its code still answers.
    Removed,
    /// A condition of a later version of this format.
    #[serde(other)]
    Other,
}

/// A panel: one film, one InfoClap, one flashcode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Its id.
    pub id: Id,
    /// Whether it may be shown.
    #[serde(default)]
    pub state: State,
    /// First day on which it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_from: Option<Date>,
    /// Other ids that mean this panel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Id>,
    /// The panel code: eight characters in two groups, `K7QM-2FXR`. Drawn once, never reused.
    pub code: String,
    /// Codes of older signs that mean this panel: former panel codes, numeric indexes of old Flashcodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub old_codes: Vec<String>,
    /// The place that it tells about.
    pub place: Id,
    /// Where it stands, if not at its place's position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The direction to look, in degrees clockwise from north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facing_deg: Option<f64>,
    /// The film that it headlines.
    pub film: Id,
    /// The anecdote.
    pub infoclap: Texts,
    /// Who wrote the anecdote and what may be done with it.
    #[serde(default)]
    pub infoclap_rights: Rights,
    /// Its size.
    #[serde(default)]
    pub format: PanelFormat,
    /// How it is fixed.
    #[serde(default)]
    pub mount: Mount,
    /// The state of the sign.
    #[serde(default)]
    pub condition: Condition,
}
