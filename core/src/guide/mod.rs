//! Fixes to stories: the one commentary that belongs here, once, not the neighbour's, and never because of one bad fix.
//!
//! Its job ends at decisions ([`GuideEvent`]) and at what a screen shows ([`GuideSnapshot`]). It plays nothing, reads no clock
//! and draws no random number: the same trail, inputs and fixes give the same decisions, on every platform.
//!
//! Two estimates work together. On the trail, the belief of [`crate::trail`] says which stretch is walked, so that a trail
//! that comes back on itself triggers the stop of this pass and not of the other. Off the trail, or without one (free
//! roaming), a smoothed position with its uncertainty says how probable it is that the walker stands in a zone.

mod aloud;
mod course;
mod decide;
mod demand;
mod event;
mod hours;
mod look;
mod session;
mod show;
mod site;
mod state;
#[cfg(test)]
mod tests;
mod walker;

pub use aloud::Announcement;
pub use demand::{LocationDemand, Positioning};
pub use event::{GuideEvent, GuideEventKind, GuideSnapshot, Reason, StopAhead, WayBack};
pub use hours::{OpenHours, OpenSpan};
pub use session::Guide;
pub use state::GuideState;

use crate::catalogue::{Key, model::Zone};
use crate::geo::Position;
use crate::track::Route;

/// A trail as the guide needs it. An empty line means free roaming: stops are told in whatever order they are met.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GuideTrail {
    /// The line, in the order of walking.
    pub line: Vec<Position>,
    /// The stops in the order of walking.
    pub stops: Vec<GuideStop>,
}

/// A stop as the guide needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct GuideStop {
    /// Its id, unique within the trail.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is: where the panel stands.
    pub position: Position,
    /// The ground on which its story may begin; `None` for a circle derived from its neighbours, 12 to 30 m.
    pub zone: Option<Zone>,
    /// Whether sound never starts by itself here.
    pub quiet: bool,
    /// Whether a notice says to skip it.
    pub closed: bool,
    /// When it is open during the walk; `None` if it always is, or nobody knows.
    pub hours: Option<OpenHours>,
    /// The panels that stand there.
    pub panels: Vec<Key>,
    /// How long its commentary lasts in milliseconds; 0 if it has none.
    pub commentary_ms: u64,
}

impl GuideStop {
    /// An open stop with nothing but a name, which is its id too.
    pub fn at(name: &str, position: Position) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            position,
            zone: None,
            quiet: false,
            closed: false,
            hours: None,
            panels: Vec::new(),
            commentary_ms: 0,
        }
    }
}

impl GuideTrail {
    /// A trail straight from a file: its line, and its waypoints in file order as stops. A name that was used before gets
    /// its number in the file, so that ids are unique.
    pub fn from_route(route: &Route) -> Self {
        let mut names = std::collections::HashSet::new();
        let stops = route.waypoints.iter().enumerate().map(|(index, waypoint)| {
            let mut id = waypoint.name.clone();
            while !names.insert(id.clone()) {
                id = format!("{id} ({})", index + 1);
            }
            GuideStop {
                id,
                ..GuideStop::at(&waypoint.name, waypoint.position)
            }
        });
        Self {
            stops: stops.collect(),
            line: route.line.clone(),
        }
    }
}

/// When sound may start by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sound {
    /// While headphones are on: people live in front of where one stands.
    #[default]
    OnHeadphones,
    /// Always, because the visitor chose so. Quiet places stay quiet.
    Always,
    /// Never: every story is offered.
    OnRequest,
}

/// What the visitor chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GuideOptions {
    /// When sound may start by itself.
    pub sound: Sound,
    /// Whether headphones are on at the beginning; see [`Guide::headphones`].
    pub headphones: bool,
}
