//! Where something was shot, with or without a sign.

use super::{Access, Id, State, Texts};
use crate::geo::Position;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The ground on which a place's story may begin: a circle or a polygon where standing is safe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Zone {
    /// Within so many metres of a point.
    Circle {
        /// The middle; may be away from the panel.
        centre: Position,
        /// The radius in metres, above 0.
        radius_m: f64,
    },
    /// Within a polygon of at least three corners, not closed.
    Polygon {
        /// The corners, in order.
        corners: Vec<Position>,
    },
}

/// A place where something was shot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: Id,
    /// Whether it may be shown.
    #[serde(default)]
    pub state: State,
    /// First day on which it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_from: Option<Date>,
    /// Other ids that mean this place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Id>,
    /// Its name.
    pub name: Texts,
    /// Where it is.
    pub position: Position,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// INSEE code of the commune: five characters, `42204`, `2A004`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    /// The commune's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune_name: Option<String>,
    /// The département: `Loire`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departement: Option<String>,
    /// The région: `Auvergne-Rhône-Alpes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The country, ISO 3166-1: `FR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether and when it may be visited.
    #[serde(default)]
    pub access: Access,
    /// What there is to see.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub description: Texts,
    /// Whether people live or pray here: the phone vibrates and offers, sound never starts by itself.
    #[serde(default)]
    pub quiet: bool,
    /// The ground on which its story may begin; without it, a circle derived from the neighbours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
}
