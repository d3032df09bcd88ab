//! What the guide decides, and why. Plain data: shells make sentences of it.

use super::aloud::Announcement;
use super::demand::LocationDemand;
use crate::catalogue::Key;
use crate::trail::Direction;
use serde::Serialize;

/// What kind of decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuideEventKind {
    /// The commentary of the stop begins now.
    Trigger,
    /// One of these, you choose: the phone vibrates and shows them.
    Offer,
    /// Something could have begun and did not. Said when the reason changes, not with each fix.
    Wait,
    /// The walker left a stop whose commentary was begun or offered.
    Left,
    /// The walker is off the trail.
    OffTrail,
    /// The walker is back on the trail.
    OnTrail,
    /// The walk is complete.
    Completed,
}

/// One decision.
#[derive(Debug, Clone, PartialEq)]
pub struct GuideEvent {
    /// When, in the time of the fixes.
    pub t_ms: i64,
    /// What kind.
    pub kind: GuideEventKind,
    /// The ids of the stops that are meant: one, several in an offer (nearest first), or none.
    pub stops: Vec<String>,
    /// The panels of these stops, in the same order.
    pub panels: Vec<Key>,
    /// Progress along the trail in metres, if there is a trail and it is known.
    pub progress_m: Option<f64>,
    /// Why.
    pub reason: Reason,
}

/// Why the guide decided so, with the figures that decided. Distances are to the stop, between estimates and not raw fixes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// The walker is at the stop.
    AtStop {
        /// Metres to the stop.
        distance_m: f64,
        /// The phone's accuracy in metres.
        accuracy_m: f64,
        /// Probability of being in the stop's zone, 0 to 1.
        probability: f64,
        /// How many fixes in a row said so.
        fixes: u32,
        /// Whether it is the next stop in the order of the trail.
        next_in_order: bool,
    },
    /// The commentary that was playing has ended, and the walker is still at this stop.
    AfterCommentary {
        /// Metres to the stop.
        distance_m: f64,
    },
    /// The visitor scanned the panel.
    Scanned,
    /// The visitor chose it.
    Chosen,
    /// Several stops fit, and a guess could be wrong.
    SeveralFit {
        /// How many.
        count: u32,
        /// Metres to the nearest.
        nearest_m: f64,
    },
    /// Another commentary is playing.
    CommentaryPlaying {
        /// How much of it is left, in milliseconds.
        remaining_ms: u64,
        /// Metres to the stop.
        distance_m: f64,
    },
    /// Sound does not start by itself without headphones.
    NoHeadphones {
        /// Metres to the stop.
        distance_m: f64,
    },
    /// People live or pray here: sound never starts by itself.
    QuietPlace {
        /// Metres to the stop.
        distance_m: f64,
    },
    /// The visitor wants sound never to start by itself.
    SoundOnRequest {
        /// Metres to the stop.
        distance_m: f64,
    },
    /// The trail is walked from its end to its start; the guide follows.
    WalkedBackwards {
        /// Metres from the start of the trail.
        along_m: f64,
    },
    /// The phone does not know well enough where it is.
    PoorAccuracy {
        /// The phone's accuracy in metres.
        accuracy_m: f64,
        /// Metres to the stop.
        distance_m: f64,
    },
    /// A fix near the stop that no walker could have reached.
    UnlikelyFix {
        /// Metres from where the walker probably is.
        jump_m: f64,
        /// The accuracy that the phone claims, in metres.
        accuracy_m: f64,
    },
    /// The walker may as well be elsewhere on the trail.
    Unsure {
        /// Probability of being in the stop's zone, 0 to 1.
        probability: f64,
        /// Metres to the stop.
        distance_m: f64,
    },
    /// Faster than anyone walks or should listen: 25 km/h.
    TooFast {
        /// Metres a second.
        speed_m_s: f64,
    },
    /// A notice says that the stop is closed.
    Closed {
        /// Metres to the stop.
        distance_m: f64,
    },
    /// The stop is shut at this hour.
    Shut {
        /// Metres to the stop.
        distance_m: f64,
        /// In how many milliseconds it opens, if that is known: today or tomorrow.
        opens_in_ms: Option<u64>,
    },
    /// The walker has been out of the stop's zone for a while.
    OutOfZone {
        /// Metres to the stop.
        distance_m: f64,
        /// For how long, in milliseconds.
        for_ms: u64,
    },
    /// The walker is away from the line.
    AwayFromTrail {
        /// Metres to the line.
        distance_m: f64,
    },
    /// The walker is back on the line.
    BackOnTrail {
        /// For how long the walker was away, in milliseconds.
        away_ms: u64,
    },
    /// The last stop was reached.
    LastStop,
    /// The end of the line was reached.
    EndOfTrail,
}

impl Reason {
    /// A bit for each reason to wait, by which each is said once per visit of a stop.
    pub(super) fn bit(&self) -> u8 {
        match self {
            Self::PoorAccuracy { .. } => 1,
            Self::UnlikelyFix { .. } => 2,
            Self::Unsure { .. } => 4,
            Self::TooFast { .. } => 8,
            Self::Closed { .. } | Self::Shut { .. } => 16,
            _ => 32,
        }
    }
}

/// All that a screen needs to know of the walk.
#[derive(Debug, Clone, PartialEq)]
pub struct GuideSnapshot {
    /// The next stop of the trail that is open and was not told; without a trail the nearest one.
    pub next: Option<StopAhead>,
    /// Metres from the start of the trail.
    pub progress_m: Option<f64>,
    /// Metres left to the end of the trail.
    pub remaining_m: Option<f64>,
    /// Seconds left at the walker's own pace, without pauses.
    pub remaining_s: Option<f64>,
    /// Which way the trail is followed.
    pub direction: Direction,
    /// Set while the walker is off the trail: the way back.
    pub way_back: Option<WayBack>,
    /// The ids of the stops that are offered, nearest first.
    pub offered: Vec<String>,
    /// The panels of these stops, in the same order.
    pub offered_panels: Vec<Key>,
    /// The id of the stop whose commentary plays.
    pub playing: Option<String>,
    /// The last thing to be said aloud by the phone's own voice; none while sound does not start by itself.
    pub aloud: Option<Announcement>,
    /// Whether the walk is complete.
    pub completed: bool,
    /// What is needed of the phone's positioning now.
    pub location: LocationDemand,
    /// The reason of the last decision.
    pub last_reason: Option<Reason>,
}

/// A stop ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct StopAhead {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Metres to it: along the trail where the walker is on it, else as the crow flies.
    pub distance_m: f64,
    /// Direction to it in degrees clockwise from north.
    pub bearing_deg: f64,
    /// Seconds to it at the walker's own pace.
    pub time_s: f64,
}

/// The way back to the trail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WayBack {
    /// Metres to the line.
    pub distance_m: f64,
    /// Direction in degrees clockwise from north.
    pub bearing_deg: f64,
}
