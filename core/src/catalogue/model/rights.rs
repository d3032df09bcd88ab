//! Who made a picture, clip, recording or text, and what its publisher may do with it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A use that a right covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Shown or played in a companion, while there is a network.
    App,
    /// Packed into a download.
    Offline,
    /// On the publication's web pages.
    Web,
    /// On the printed panel.
    Print,
    /// A use of a later version of this format.
    #[serde(other)]
    Other,
}

/// The rights to one thing. What they forbid is withheld, also offline; what they do not mention is forbidden too.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rights {
    /// The credit to be shown: "Photo: Jeanne Martin".
    #[serde(default)]
    pub credit: String,
    /// The licence: an SPDX identifier (`CC-BY-4.0`) or a short text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Who holds the rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// First day on which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day on which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Territories of the panel (never of the visitor) it may be used in, ISO 3166-1 or -2 (`FR`, `FR-42`); empty: everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub territories: Vec<String>,
    /// The uses that are granted.
    #[serde(default)]
    pub uses: Vec<Use>,
}
