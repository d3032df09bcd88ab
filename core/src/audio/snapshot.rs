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
    /// There is neither a recording nor words.
    #[error("there is nothing to hear or to read here; tell its publisher")]
    NoWords,
    /// The system's own voice cannot say the words.
    #[error(
        "the system's voice cannot read this aloud ({reason}); install a voice for its language, or read the words"
    )]
    Voice {
        /// What the system said.
        reason: String,
    },
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
    /// The panel that it belongs to.
    pub panel: Option<String>,
    /// Whether the words run without sound, as asked for.
    pub text_only: bool,
    /// Whether it is the system's own voice that speaks, for lack of a recording.
    pub spoken: bool,
    /// Where it is heard, in milliseconds.
    pub position_ms: u64,
    /// How long it lasts, in milliseconds; 0 until it is open.
    pub duration_ms: u64,
    /// The words that are heard now.
    pub cue: Option<CueNow>,
    /// The chapter that is heard now, if there are chapters.
    pub chapter: Option<ChapterNow>,
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

/// The words of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueNow {
    /// Their number in the transcript, from 0.
    pub number: u32,
    /// When they begin, in milliseconds from the beginning of the recording.
    pub start_ms: u64,
    /// When they are over.
    pub end_ms: u64,
    /// The words.
    pub text: String,
    /// Who speaks, if the transcript says so.
    pub speaker: Option<String>,
}

/// The chapter of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChapterNow {
    /// Its number, from 0.
    pub number: u32,
    /// How many chapters there are.
    pub count: u32,
    /// Its title.
    pub title: String,
    /// When it begins, in milliseconds from the beginning of the recording.
    pub start_ms: u64,
}

/// Something that happened once.
#[derive(Debug, Clone, PartialEq)]
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
    /// The system's own voice should say this now, instead of what it is saying. The shell answers with a
    /// [`super::VoiceReport`].
    Speak {
        /// Counts up; comes back in the report.
        utterance: u64,
        /// The words: a sentence or two.
        text: String,
        /// Their language (BCP 47); empty if it is not known.
        language: String,
        /// How fast, 1 for the voice's own pace.
        speed: f32,
    },
    /// The system's own voice should be silent now.
    StopSpeaking,
}
