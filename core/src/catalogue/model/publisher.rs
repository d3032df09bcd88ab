//! Who answers for a publication.

use super::{Id, Language, Texts};
use serde::{Deserialize, Serialize};

/// Who paid, or helped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Supporter {
    /// The name.
    pub name: String,
    /// An address to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The picture with its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Id>,
}

/// The publisher: a town, a département, a région, a film company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publisher {
    /// The version of the source format; 1 today.
    #[serde(default = "first_format")]
    pub format: u32,
    /// The publication's id.
    pub id: Id,
    /// The publisher's name.
    pub name: String,
    /// The publication's title.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub title: Texts,
    /// The languages in which everything should exist; the first is the one to fall back to.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// Hosts whose addresses `https://HOST/p/CODE` name this publication's panels; former hosts stay listed.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Other addresses that serve the same files, the one to try first in front. Where a file comes from does not matter: it
    /// is verified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirrors: Vec<String>,
    /// The publisher's web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The legal notice.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub legal_notice: Texts,
    /// Whom to tell of a damaged panel: an e-mail address, telephone number or web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage_contact: Option<String>,
    /// Whom to tell of an obstacle for people with a disability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessibility_contact: Option<String>,
    /// Who paid, or helped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supporters: Vec<Supporter>,
}

fn first_format() -> u32 {
    1
}
