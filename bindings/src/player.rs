//! Hearing a commentary: on this machine's output, through an output of the app's own, or as plain samples.

use alloclap_core::audio::output::Puller;
use alloclap_core::audio::{
    Command, HOUSE_CHANNELS, Interruption, NumberedEvent, PlayerSnapshot, Rendering, VoiceReport,
};
use alloclap_core::companion::{CompanionError, Listening};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most frames that one call gives: ten seconds, so that a wrong number cannot ask for all memory.
const MAX_FRAMES: u32 = 480_000;

/// A player. No method waits for a disk or a device; it plays on threads of its own and stops when dropped.
#[derive(uniffi::Object)]
pub struct Player {
    inner: Listening,
    puller: Option<Mutex<Puller>>,
}

impl Player {
    pub(crate) fn new(inner: Listening, puller: Option<Puller>) -> Self {
        Self {
            inner,
            puller: puller.map(Mutex::new),
        }
    }
}

#[uniffi::export]
impl Player {
    /// Tells the player what to do: forward buttons, headsets and lock screens blindly. Any thread, returns at once.
    pub fn command(&self, command: Command) {
        self.inner.command(command);
    }

    /// Tells the player what the world does: calls, headphones, other apps. Any thread, returns at once.
    pub fn interrupt(&self, what: Interruption) {
        self.inner.interrupt(what);
    }

    /// Tells the player what the system's own voice did with what an event asked it to say. Any thread, returns at once.
    pub fn voice(&self, report: VoiceReport) {
        self.inner.voice(report);
    }

    /// The player as it is now. Writes to the journal what was heard since the last call.
    pub fn snapshot(&self) -> Result<PlayerSnapshot, CompanionError> {
        self.inner.snapshot()
    }

    /// What happened since the last call. Writes to the journal what was heard.
    pub fn take_events(&self) -> Result<Vec<NumberedEvent>, CompanionError> {
        self.inner.take_events()
    }

    /// The next frames for an output of the app's own: interleaved stereo at 48 kHz, silence where there is nothing. Empty for a
    /// player on the machine's output. Call it from the thread that feeds the device; it never waits.
    pub fn pull(&self, frames: u32) -> Vec<f32> {
        let Some(puller) = &self.puller else {
            return Vec::new();
        };
        let mut samples = silence(frames);
        puller
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pull(&mut samples);
        samples
    }
}

/// The samples of one commentary, as every output gets them.
#[derive(uniffi::Object)]
pub struct Commentary {
    inner: Mutex<Rendering>,
}

impl Commentary {
    pub(crate) fn new(rendering: Rendering) -> Self {
        Self {
            inner: Mutex::new(rendering),
        }
    }

    fn rendering(&self) -> MutexGuard<'_, Rendering> {
        // A call that panicked became an error of that call; the next one decodes on.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl Commentary {
    /// How long it lasts, in milliseconds. No I/O.
    pub fn duration_ms(&self) -> u64 {
        self.rendering().probe().duration_ms
    }

    /// Where the next frame is, in milliseconds. No I/O.
    pub fn position_ms(&self) -> u64 {
        self.rendering().position_ms()
    }

    /// Goes to a position in milliseconds; behind the end is the end. Reads the file.
    pub fn seek(&self, position_ms: u64) -> Result<(), CompanionError> {
        Ok(self.rendering().seek(position_ms)?)
    }

    /// Faster or slower at the same pitch, 0.75 to 2. No I/O.
    pub fn set_speed(&self, speed: f32) {
        self.rendering().set_speed(speed);
    }

    /// The next frames, at most ten seconds of them: interleaved stereo at 48 kHz. Fewer, or none, only at the end. Reads the file.
    pub fn read(&self, frames: u32) -> Result<Vec<f32>, CompanionError> {
        let mut samples = silence(frames);
        let read = self.rendering().render(&mut samples)?;
        samples.truncate(read * usize::from(HOUSE_CHANNELS));
        Ok(samples)
    }
}

fn silence(frames: u32) -> Vec<f32> {
    let frames = usize::try_from(frames.min(MAX_FRAMES)).unwrap_or_default();
    vec![0.0; frames * usize::from(HOUSE_CHANNELS)]
}
