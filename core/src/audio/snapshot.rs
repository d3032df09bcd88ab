//! What a shell is told of a player: the state as a whole, the latest counts, and events of which none may be missed.

use super::error::{AudioError, Damage};
use super::output::OutputError;

/// What a player is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlayerState {
    /// Nothing is loaded.
    #[default]
    Empty,
    /// A recording is being opened.
    Loading,
    /// Sound comes.
    Playing,
    /// Paused by the listener, a call, a lost output or the sleep timer.
    Paused,
    /// It would play, and waits for an output to come back; the position is kept.
    WaitingForOutput,
    /// The last recording is over.
    Ended,
    /// The recording cannot be played; `error` says why.
    Failed,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlayerError {
    /// With the recording.
    #[error(transparent)]
    Recording(#[from] AudioError),
    /// With the output.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// A player at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlayerSnapshot {
    /// What it is doing.
    pub state: PlayerState,
    /// The id of the recording that is loaded.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Where it is heard, in milliseconds.
    pub position_ms: u64,
    /// How long it lasts, in milliseconds; 0 until it is open.
    pub duration_ms: u64,
    /// The speed, 1 for that of the recording.
    pub speed: f32,
    /// Whether it is played again when it is over.
    pub repeat: bool,
    /// The ids of what comes after it.
    pub queue: Vec<String>,
    /// Time until the sleep timer fades out, in milliseconds.
    pub sleep_left_ms: Option<u64>,
    /// Whether the sleep timer waits for the end of this recording.
    pub sleep_at_end: bool,
    /// Whether another app is speaking and this one is quieter.
    pub ducked: bool,
    /// The name of the output, once it is open.
    pub output: String,
    /// What went wrong last; gone as soon as it plays again.
    pub error: Option<PlayerError>,
    /// What of the recording could not be decoded, if anything.
    pub damage: Option<Damage>,
}

/// Something that happened once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayerEvent {
    /// A recording was heard: nine tenths of it, or to its end.
    Heard {
        /// Its id.
        id: String,
    },
    /// The listener left a recording here; to be remembered. 0 after its end.
    Left {
        /// Its id.
        id: String,
        /// In milliseconds.
        position_ms: u64,
    },
    /// A recording could not be played.
    Failed {
        /// Its id.
        id: String,
        /// Why.
        error: PlayerError,
    },
}
