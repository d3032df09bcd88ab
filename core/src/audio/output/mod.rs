//! Where sound goes: a port and its adapters. `device` is this machine's own output, `wav` a file, `pull` a shell that asks for
//! the next frames (AudioTrack, AVAudioEngine). All take interleaved stereo at the house rate, and none ever waits.

#[cfg(feature = "device")]
pub mod device;
mod pull;
mod ring;
mod wav;

pub use pull::{PullOutput, Puller};
pub use wav::WavOutput;

use super::HOUSE_RATE_HZ;

/// Frames that are kept written ahead of what is heard: 120 ms, enough for a thread that is woken late, and short enough that a
/// pause is felt as one.
pub(super) const LEAD_FRAMES: u32 = HOUSE_RATE_HZ * 12 / 100;

/// Why an output takes no sound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// There is no device to play on.
    #[error("no sound output was found ({reason}); connect or switch on a loudspeaker or headphones")]
    NoDevice {
        /// What the system said.
        reason: String,
    },
    /// The device was there and is gone, or does not take sound any more.
    #[error("the sound output went away ({reason}); connect it again, or press play to use another")]
    Lost {
        /// What was noticed.
        reason: String,
    },
    /// The file cannot be written.
    #[error("{file} cannot be written ({reason}); choose another place or free some space")]
    File {
        /// The file.
        file: String,
        /// What the system said.
        reason: String,
    },
}

/// An output. Belongs to the player's thread; no call waits for a device.
pub trait Output: Send {
    /// The name that a listener knows it by.
    fn name(&self) -> String;

    /// Whether sound that is written is being heard; an output may take sound while it still opens.
    fn is_open(&self) -> bool {
        true
    }

    /// How many frames it takes now without waiting. `now_ms` is the player's clock, by which a dead device is noticed.
    ///
    /// # Errors
    /// [`OutputError`], once the output is of no use any more.
    fn room_frames(&mut self, now_ms: u64) -> Result<u32, OutputError>;

    /// Takes interleaved stereo samples, at most as many frames as there is room for.
    ///
    /// # Errors
    /// [`OutputError`], once the output is of no use any more.
    fn write(&mut self, samples: &[f32]) -> Result<(), OutputError>;

    /// Nothing follows for now. An output that waits for more before it begins plays what it has.
    fn complete(&mut self) {}

    /// Frames that were written and not yet heard.
    fn pending_frames(&self) -> u32;
}
