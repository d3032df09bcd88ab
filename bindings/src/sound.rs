//! What a player takes and tells, told to uniffi.

use alloclap_core::audio::{
    AudioError, Chapter, ChapterNow, Command, Cue, CueNow, Damage, Interruption, Item, NumberedEvent,
    OutputError, PlayerError, PlayerEvent, PlayerSnapshot, PlayerState, Transcript, Unsupported, VoiceReport,
};
use alloclap_core::catalogue::Key;
use alloclap_core::companion::SpokenHit;

/// A recording to be played. Times in milliseconds.
#[uniffi::remote(Record)]
pub struct Item {
    id: String,
    title: String,
    panel: Option<String>,
    file: String,
    duration_ms: u64,
    loudness_lufs: Option<f64>,
    resume_ms: u64,
    transcript: String,
    language: String,
}

/// Everything that a listener can ask for. Shells forward it blindly; what makes no sense now does nothing.
#[uniffi::remote(Enum)]
pub enum Command {
    /// Instead of everything else, play this.
    Play {
        /// The recording.
        item: Item,
    },
    /// Instead of everything else, get this ready without playing it.
    Load {
        /// The recording.
        item: Item,
    },
    /// After what is there, play this; nothing starts by it.
    Enqueue {
        /// The recording.
        item: Item,
    },
    /// Go on, or begin again after the end.
    Resume,
    /// Stop for a while.
    Pause,
    /// The one button of a headset: pause if it plays, else go on.
    Toggle,
    /// Stop, and forget what was loaded and what was to come.
    Stop,
    /// Go to a position.
    SeekTo {
        /// In milliseconds from the beginning.
        position_ms: u64,
    },
    /// Go forward or back; a player's buttons are ±15,000.
    SkipBy {
        /// In milliseconds, negative to go back.
        delta_ms: i64,
    },
    /// The next chapter; behind the last one, the next in the queue.
    Next,
    /// To the beginning of the chapter; in its first three seconds, to the one before, be it a chapter or a recording.
    Previous,
    /// The next in the queue, whatever chapters are left.
    NextRecording,
    /// To the words with this number in the transcript.
    JumpToCue {
        /// From 0.
        number: u32,
    },
    /// To the next words of the transcript.
    NextCue,
    /// To the beginning of these words; in their first second, to those before.
    PreviousCue,
    /// The words alone, at the pace at which they are spoken, and no sound: for those who cannot hear.
    SetTextOnly {
        /// Whether to.
        on: bool,
    },
    /// Faster or slower at the same pitch.
    SetSpeed {
        /// 0.75 to 2; the nearest of these is taken.
        speed: f32,
    },
    /// Play the same again when it is over.
    SetRepeat {
        /// Whether to.
        on: bool,
    },
    /// Fade out and pause after a time.
    SleepAfter {
        /// In minutes.
        minutes: u32,
    },
    /// Pause when this one is over.
    SleepAtEnd,
    /// No sleep timer any more.
    SleepOff,
}

/// What the world does to a player. A shell reports it; `policy` answers.
#[uniffi::remote(Enum)]
pub enum Interruption {
    /// A call, or another app that takes all sound for a while.
    CallBegan,
    /// It is over.
    CallEnded {
        /// Whether the system thinks that sound should go on.
        should_resume: bool,
    },
    /// Headphones were pulled out or went out of range: what comes now would come out of the loudspeaker.
    HeadphonesPulled,
    /// The route to the output is lost for another reason.
    RouteLost,
    /// There is a route again.
    RouteBack,
    /// Another app says something short and asks to be heard above us: navigation, a message.
    DuckBegan,
    /// It has said it.
    DuckEnded,
    /// Another app took the sound for good.
    FocusLost,
    /// The screen was left; sound goes on.
    Background,
    /// The screen is back.
    Foreground,
    /// The system needs memory.
    LowMemory,
}

/// What a player is doing.
#[uniffi::remote(Enum)]
pub enum PlayerState {
    /// Nothing is loaded.
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
#[uniffi::remote(Enum)]
pub enum PlayerError {
    /// With the recording.
    Recording(AudioError),
    /// With the output.
    Output(OutputError),
    /// There is neither a recording nor words.
    NoWords,
    /// The system's own voice cannot say the words.
    Voice {
        /// What the system said.
        reason: String,
    },
}

/// A player at one moment.
#[uniffi::remote(Record)]
pub struct PlayerSnapshot {
    state: PlayerState,
    id: Option<String>,
    title: String,
    panel: Option<String>,
    text_only: bool,
    spoken: bool,
    position_ms: u64,
    duration_ms: u64,
    cue: Option<CueNow>,
    chapter: Option<ChapterNow>,
    speed: f32,
    repeat: bool,
    queue: Vec<String>,
    sleep_left_ms: Option<u64>,
    sleep_at_end: bool,
    ducked: bool,
    output: String,
    error: Option<PlayerError>,
    damage: Option<Damage>,
}

/// Something that happened once.
#[uniffi::remote(Enum)]
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
    /// The system's own voice should say this now, instead of what it is saying. Answer with a `VoiceReport`.
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

/// What the system's own voice did with words it was asked to say. A shell forwards it.
#[uniffi::remote(Enum)]
pub enum VoiceReport {
    /// It has said them to their end.
    Done {
        /// The number that came with them.
        utterance: u64,
    },
    /// It cannot say them.
    Failed {
        /// The number that came with them.
        utterance: u64,
        /// What the system said.
        reason: String,
    },
}

/// The words of one moment.
#[uniffi::remote(Record)]
pub struct CueNow {
    number: u32,
    start_ms: u64,
    end_ms: u64,
    text: String,
    speaker: Option<String>,
}

/// The chapter of one moment.
#[uniffi::remote(Record)]
pub struct ChapterNow {
    number: u32,
    count: u32,
    title: String,
    start_ms: u64,
}

/// Words that are heard together.
#[uniffi::remote(Record)]
pub struct Cue {
    start_ms: u64,
    end_ms: u64,
    text: String,
    speaker: Option<String>,
}

/// A part of a recording with a title of its own.
#[uniffi::remote(Record)]
pub struct Chapter {
    start_ms: u64,
    title: String,
}

/// What is said in a recording, when, and its chapters.
#[uniffi::remote(Record)]
pub struct Transcript {
    cues: Vec<Cue>,
    chapters: Vec<Chapter>,
    timed: bool,
}

/// A passage of a commentary.
#[uniffi::remote(Record)]
pub struct SpokenHit {
    commentary: Key,
    title: String,
    cue: Cue,
}

/// Why an output takes no sound.
#[uniffi::remote(Enum)]
pub enum OutputError {
    /// There is no device to play on.
    NoDevice {
        /// What the system said.
        reason: String,
    },
    /// The device was there and is gone, or does not take sound any more.
    Lost {
        /// What was noticed.
        reason: String,
    },
    /// The file cannot be written.
    File {
        /// The file.
        file: String,
        /// What the system said.
        reason: String,
    },
}

/// Why a recording cannot be played. The file is named as the caller named it.
#[uniffi::remote(Enum)]
pub enum AudioError {
    /// The file is absent or may not be read.
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        reason: String,
    },
    /// The file has no bytes.
    Empty {
        /// The file.
        file: String,
    },
    /// The file holds no sound, or a format that is not known.
    NotARecording {
        /// The file.
        file: String,
    },
    /// The format is known, this variant of it cannot be played.
    Unsupported {
        /// The file.
        file: String,
        /// What is in it.
        what: Unsupported,
    },
    /// The bytes break off or contradict themselves.
    Damaged {
        /// The file.
        file: String,
        /// Where, in milliseconds from the beginning.
        at_ms: u64,
        /// What was found.
        reason: String,
    },
}

/// A variant of a known format that cannot be played.
#[uniffi::remote(Enum)]
pub enum Unsupported {
    /// AAC with spectral band replication: decoded as plain AAC it would lose the upper half of its sound.
    HeAac,
    /// More channels than two in a format for which only two are decoded.
    Channels,
    /// A sample rate outside of 8 to 192 kHz.
    SampleRate,
    /// Several streams that play at once in one Ogg file.
    SeveralStreams,
    /// Another codec in a known container.
    Codec,
}

/// The first thing in a recording that could not be decoded; what was whole around it has been played.
#[uniffi::remote(Record)]
pub struct Damage {
    at_ms: u64,
    reason: String,
}

/// An event with its number; numbers have no gaps.
#[uniffi::remote(Record)]
pub struct NumberedEvent {
    number: u64,
    event: PlayerEvent,
}
