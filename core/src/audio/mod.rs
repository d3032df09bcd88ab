//! A commentary → sound: decode, stretch, state machine; the output is a port.
//!
//! This room takes files and plain numbers and knows nothing of the catalogue's records. The way of a sample:
//!
//! ```text
//! container  demuxers and decoders of others; their panics end here (`mended`: what was cut, as they have to see it)
//! decoder    one exact line of frames: run-in cut, holes filled, sought to the frame
//! rendering  resample → stretch → gain → limiter: stereo at the house rate, the same samples for every output
//! output     a port: device (rodio), WAV file, or pulled by a shell
//! ```
//!
//! The way of a wish: `player` (a handle, never waits) → `engine` (its thread) → `machine` (pure: what happens next, with
//! `policy` for calls, headphones and other apps) → effects, which the engine carries out.
//!
//! Where there is no recording, or nobody to hear it, `reading` runs the words instead: by the clock, or sentence by sentence
//! through the system's own voice, under the same machine. Beside it stand `loudness`, which measures at publishing, and
//! `transcript`, which reads what is said and when.

mod clock;
mod command;
mod container;
mod decoder;
mod downmix;
mod engine;
mod error;
mod limiter;
mod loudness;
mod m4a;
mod machine;
mod mended;
mod mp3;
pub mod output;
mod player;
mod policy;
mod reading;
mod rendering;
mod resample;
mod snapshot;
mod stretch;
mod transcript;

pub use clock::{Clock, SystemClock};
pub use command::{Command, Interruption, Item, VoiceReport};
pub use container::Codec;
pub use decoder::{Block, Decoder, Probe, probe};
pub use engine::OutputMaker;
pub use error::{AudioError, Damage, Unsupported};
pub use loudness::{Loudness, PEAK_MAX_DBTP, PLAYED_LUFS, WAVEFORM_PARTS, gain_db, measure};
pub use output::{Output, OutputError};
pub use player::{NumberedEvent, Player, SnapshotListener};
pub use policy::{Answer, DUCKED_DB, Doing, PausedBy, answer};
pub use rendering::Rendering;
pub use snapshot::{ChapterNow, CueNow, PlayerError, PlayerEvent, PlayerSnapshot, PlayerState};
pub use stretch::SPEEDS;
pub use transcript::{Chapter, Cue, Transcript};

/// The rate in Hz at which everything is mixed and handed to an output: that of Opus, and of nearly every phone.
pub const HOUSE_RATE_HZ: u32 = 48_000;
/// Channels that are handed to an output, interleaved: left, right.
pub const HOUSE_CHANNELS: u16 = 2;

#[cfg(test)]
mod testkit;
