//! What can be wrong with a recording, and what to do about it. What can be wrong with a device stands in `output`.

use std::fmt;

/// Why a recording cannot be played. The file is named as the caller named it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AudioError {
    /// The file is absent or may not be read.
    #[error("{file} cannot be read ({reason}); check that it exists and may be opened")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        reason: String,
    },
    /// The file has no bytes.
    #[error("{file} is empty; download or export it again")]
    Empty {
        /// The file.
        file: String,
    },
    /// The file holds no sound, or a format that is not known.
    #[error("{file} is no recording that is known; use Ogg Opus, mp3, m4a (AAC-LC), FLAC, Ogg Vorbis or WAV")]
    NotARecording {
        /// The file.
        file: String,
    },
    /// The format is known, this variant of it cannot be played.
    #[error("{file} holds {what}")]
    Unsupported {
        /// The file.
        file: String,
        /// What is in it.
        what: Unsupported,
    },
    /// The bytes break off or contradict themselves.
    #[error("{file} is damaged at {at_ms} ms ({reason}); download or export it again")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HeAac => "HE-AAC, of which only half could be heard; export it as AAC-LC or Ogg Opus",
            Self::Channels => {
                "more than two channels, which this format is not decoded with; export it in stereo or mono"
            }
            Self::SampleRate => "a sample rate outside of 8 to 192 kHz; export it at 48 kHz",
            Self::SeveralStreams => "several streams at once; export the sound alone",
            Self::Codec => {
                "a codec that is not known; export it as Ogg Opus, mp3, AAC-LC, FLAC, Vorbis or PCM"
            }
        })
    }
}

/// The first thing in a recording that could not be decoded; what was whole around it has been played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where, in milliseconds from the beginning.
    pub at_ms: u64,
    /// What was found.
    pub reason: String,
}
