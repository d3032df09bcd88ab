//! What a walk gives and takes, told to uniffi.

use alloclap_core::catalogue::Key;
use alloclap_core::geo::{Fix, Position};
use alloclap_core::guide::{
    Announcement, GuideEvent, GuideEventKind, GuideOptions, GuideSnapshot, LocationDemand, Positioning,
    Reason, Sound, StopAhead, WayBack,
};
use alloclap_core::trail::Direction;

/// One reading of the phone's position, as the operating system or a recorded trace gives it.
///
/// Hostile until checked: time may stand still or run backwards and the accuracy may lie; rooms that follow a walker
/// document what they make of it.
#[uniffi::remote(Record)]
pub struct Fix {
    t_ms: i64,
    position: Position,
    accuracy_m: f64,
    speed_m_s: Option<f64>,
    course_deg: Option<f64>,
}

/// Which way the walker follows the line.
#[uniffi::remote(Enum)]
pub enum Direction {
    /// From its start to its end.
    Forward,
    /// From its end to its start.
    Backward,
    /// Not known yet.
    Unknown,
}

/// When sound may start by itself.
#[uniffi::remote(Enum)]
pub enum Sound {
    /// While headphones are on: people live in front of where one stands.
    OnHeadphones,
    /// Always, because the visitor chose so. Quiet places stay quiet.
    Always,
    /// Never: every story is offered.
    OnRequest,
}

/// What the visitor chose.
#[uniffi::remote(Record)]
pub struct GuideOptions {
    sound: Sound,
    headphones: bool,
}

/// What kind of decision.
#[uniffi::remote(Enum)]
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
#[uniffi::remote(Record)]
pub struct GuideEvent {
    t_ms: i64,
    kind: GuideEventKind,
    stops: Vec<String>,
    panels: Vec<Key>,
    progress_m: Option<f64>,
    reason: Reason,
}

/// Why the guide decided so, with the figures that decided. Distances are to the stop, between estimates and not raw fixes.
#[uniffi::remote(Enum)]
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

/// How hard the operating system is asked to work for a position.
#[uniffi::remote(Enum)]
pub enum Positioning {
    /// Nothing is needed.
    Off,
    /// A fix when the visitor has come to another quarter; the system wakes the app.
    SignificantChange,
    /// Positions from networks, good to about 100 m; the satellite receiver rests.
    Balanced,
    /// The satellite receiver.
    Best,
}

/// What is needed of the phone's positioning.
#[uniffi::remote(Record)]
pub struct LocationDemand {
    positioning: Positioning,
    distance_filter_m: f64,
    interval_s: f64,
}

/// A short sentence for the phone's own voice.
#[uniffi::remote(Record)]
pub struct Announcement {
    t_ms: i64,
    english: String,
    french: String,
}

/// All that a screen needs to know of the walk.
#[uniffi::remote(Record)]
pub struct GuideSnapshot {
    next: Option<StopAhead>,
    progress_m: Option<f64>,
    remaining_m: Option<f64>,
    remaining_s: Option<f64>,
    direction: Direction,
    way_back: Option<WayBack>,
    offered: Vec<String>,
    offered_panels: Vec<Key>,
    playing: Option<String>,
    aloud: Option<Announcement>,
    completed: bool,
    location: LocationDemand,
    last_reason: Option<Reason>,
}

/// A stop ahead.
#[uniffi::remote(Record)]
pub struct StopAhead {
    id: String,
    name: String,
    distance_m: f64,
    bearing_deg: f64,
    time_s: f64,
}

/// The way back to the trail.
#[uniffi::remote(Record)]
pub struct WayBack {
    distance_m: f64,
    bearing_deg: f64,
}
