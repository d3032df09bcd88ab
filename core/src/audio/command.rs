//! What a player is told: by a listener, a headset or a lock screen ([`Command`]), by the world ([`Interruption`]).
//! What comes of it is decided in `machine` and `policy`.

/// A recording to be played. Times in milliseconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    /// The caller's own name for it; comes back in snapshots and events.
    pub id: String,
    /// What a listener reads on the lock screen.
    pub title: String,
    /// The panel that it belongs to, as the caller names panels; comes back in snapshots.
    pub panel: Option<String>,
    /// The file; empty if there is no recording: then its words are given to the system's own voice.
    pub file: String,
    /// How long it lasts as far as is known before it is opened; 0 if it is not.
    pub duration_ms: u64,
    /// Its integrated loudness in LUFS, if it was measured.
    pub loudness_lufs: Option<f64>,
    /// Where the listener stopped the last time; 0 for the beginning.
    pub resume_ms: u64,
    /// What is said: WebVTT, SRT, LRC or plain text; empty if nobody wrote it down.
    pub transcript: String,
    /// The language of the words (BCP 47), for the system's own voice; empty if it is not known.
    pub language: String,
}

/// Everything that a listener can ask for. Shells forward it blindly; what makes no sense now does nothing.
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// What the system's own voice did with words it was asked to say ([`super::PlayerEvent::Speak`]). A shell forwards it.
#[derive(Debug, Clone, PartialEq, Eq)]
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
