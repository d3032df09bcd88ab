//! Recordings before they go out: listened to from beginning to end, measured, and if wanted made into the house format.
//! The check and the build ask here; how sound is decoded is core's.

mod message;
mod opus;

pub use opus::{OpusError, to_opus};

use alloclap_core::audio::{AudioError, Codec, Loudness, measure};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is cut off at the very end is less than anybody hears, in milliseconds; tools that cut mp3s leave half a frame there.
const END_MS: u64 = 100;

/// Something about a recording that can be played, which its publisher should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SoundNote {
    /// It is not whole: what is there can be heard, the rest is missing or damaged.
    Damaged {
        /// Where, in milliseconds from the beginning.
        at_ms: u64,
        /// What was found.
        reason: String,
    },
    /// Its last frame is not whole.
    FrayedEnd,
    /// An mp3 with a variable bit rate and no header that says how long it is: web players show a wrong duration and jump wrongly.
    LengthIsGuessed,
    /// It was recorded or mastered too loud.
    Clipped {
        /// How often it stays at full scale.
        times: u32,
    },
    /// There is nothing to hear in it.
    Silent,
}

impl SoundNote {
    /// Whether it has to be mended before a visitor may hear it. `made_anew`: the build makes another file of it.
    pub fn is_grave(&self, made_anew: bool) -> bool {
        match self {
            Self::Damaged { .. } => true,
            Self::LengthIsGuessed => !made_anew,
            Self::FrayedEnd | Self::Clipped { .. } | Self::Silent => false,
        }
    }
}

/// Listens to a recording from beginning to end; `name` stands for it in errors. Takes as long as decoding it takes.
///
/// # Errors
/// Why it cannot be played at all.
pub fn listen(path: &Path, name: &str) -> Result<(Loudness, Vec<SoundNote>), AudioError> {
    let found = measure(path).map_err(|error| named(error, name))?;
    let mut notes = Vec::new();
    if let Some(damage) = &found.damage {
        // An Ogg file that was cut lasts as long as what is left of it: only in an mp3 a frayed end is nothing more.
        let at_end = damage.at_ms + END_MS >= found.probe.duration_ms;
        notes.push(if at_end && found.probe.codec == Codec::Mp3 {
            SoundNote::FrayedEnd
        } else {
            SoundNote::Damaged {
                at_ms: damage.at_ms,
                reason: damage.reason.clone(),
            }
        });
    }
    if found.probe.length_is_guessed {
        notes.push(SoundNote::LengthIsGuessed);
    }
    if found.clipped_times > 0 {
        notes.push(SoundNote::Clipped {
            times: found.clipped_times,
        });
    }
    if found.integrated_lufs.is_none() {
        notes.push(SoundNote::Silent);
    }
    Ok((found, notes))
}

/// A waveform as it is published: two hexadecimal digits a part.
pub fn hex(waveform: &[u8]) -> String {
    waveform.iter().map(|peak| format!("{peak:02x}")).collect()
}

/// The same error of a file as its source names it: nobody is helped by where a program found it.
fn named(error: AudioError, name: &str) -> AudioError {
    let file = name.to_owned();
    match error {
        AudioError::Unreadable { reason, .. } => AudioError::Unreadable { file, reason },
        AudioError::Empty { .. } => AudioError::Empty { file },
        AudioError::NotARecording { .. } => AudioError::NotARecording { file },
        AudioError::Unsupported { what, .. } => AudioError::Unsupported { file, what },
        AudioError::Damaged { at_ms, reason, .. } => AudioError::Damaged { file, at_ms, reason },
    }
}

#[cfg(test)]
mod tests;
