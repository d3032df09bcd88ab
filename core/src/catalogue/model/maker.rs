//! The people and companies who made a film, and where to follow them.

use super::{Id, Known, State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where somebody can be followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The network in lower case: `instagram`, `youtube`, `mastodon`, `web`.
    pub network: String,
    /// The handle there: `@name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// The full address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Whether it is the person's or company's own.
    #[serde(default)]
    pub official: Known,
    /// The day on which somebody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Date>,
    /// Whether it was closed: kept, no longer offered.
    #[serde(default)]
    pub closed: bool,
}

/// A person who made films.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The id.
    pub id: Id,
    /// Whether the person may be shown.
    #[serde(default)]
    pub state: State,
    /// Other ids that mean this person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Id>,
    /// Ids elsewhere: `allocine`, `wikidata`, `isni`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub same_as: BTreeMap<String, String>,
    /// The name as it is credited.
    pub name: String,
    /// Where to follow them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
}

/// A company that made, or distributes, films.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Company {
    /// The id.
    pub id: Id,
    /// Whether the company may be shown.
    #[serde(default)]
    pub state: State,
    /// Other ids that mean this company.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Id>,
    /// Ids elsewhere: `allocine`, `wikidata`, `siren`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub same_as: BTreeMap<String, String>,
    /// The name as it is credited.
    pub name: String,
    /// Where to follow it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
}
