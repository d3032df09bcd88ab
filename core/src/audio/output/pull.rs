//! An output for shells that have their own: they ask for the next frames, on whichever thread their system calls them.

use super::ring::{RingReader, RingWriter, ring};
use super::{Output, OutputError};

/// The player's end.
pub struct PullOutput(RingWriter);

/// The shell's end.
pub struct Puller(RingReader);

impl PullOutput {
    /// Both ends.
    pub fn new() -> (Self, Puller) {
        let (writer, reader) = ring();
        (Self(writer), Puller(reader))
    }
}

impl Puller {
    /// Fills `out` with interleaved stereo samples at the house rate; what is not there is silence. Says how many frames were
    /// there: a sound begins when 120 ms of it are there, or all of it. Never waits and never allocates: made for the thread that
    /// feeds the device.
    pub fn pull(&mut self, out: &mut [f32]) -> u32 {
        self.0.read(out)
    }
}

impl Output for PullOutput {
    fn name(&self) -> String {
        "app".to_owned()
    }

    fn room_frames(&mut self, _now_ms: u64) -> Result<u32, OutputError> {
        if self.0.is_abandoned() {
            return Err(OutputError::Lost {
                reason: "the app stopped asking for sound".to_owned(),
            });
        }
        Ok(self.0.room_frames())
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), OutputError> {
        self.0.write(samples);
        Ok(())
    }

    fn complete(&mut self) {
        self.0.complete();
    }

    fn pending_frames(&self) -> u32 {
        self.0.pending_frames()
    }
}
