//! Hearing a commentary: on this machine's output, through an output of the app's own, or as plain samples.

use crate::house::Open;
use crate::subscription::{ListenerError, Subscription, pass_on};
use alloclap_core::audio::output::Puller;
use alloclap_core::audio::{
    Command, Damage, HOUSE_CHANNELS, Interruption, NumberedEvent, PlayerSnapshot, Rendering, VoiceReport,
};
use alloclap_core::companion::{CompanionError, Listening};
use std::sync::{Arc, Mutex, PoisonError};

/// The most frames that one call gives: ten seconds, so that a wrong number cannot ask for all memory.
const MAX_FRAMES: u32 = 480_000;

/// Is told how a player stands; see the module of subscriptions for threads.
#[uniffi::export(with_foreign)]
pub trait PlayerListener: Send + Sync {
    /// The player as it is now: at once on a change, ten times a second while only time goes by.
    fn changed(&self, snapshot: PlayerSnapshot) -> Result<(), ListenerError>;

    /// The player is gone: the last call.
    fn ended(&self) -> Result<(), ListenerError>;
}

/// A player. Any thread may call any method; none waits for a device. It plays on threads of its own and stops when dropped.
#[derive(uniffi::Object)]
pub struct Player {
    pub(crate) inner: Arc<Open<Listening>>,
    pub(crate) puller: Option<Mutex<Puller>>,
}

#[uniffi::export]
impl Player {
    /// Tells the player what to do: forward buttons, headsets and lock screens blindly. Returns at once. No I/O.
    pub fn command(&self, command: Command) -> Result<(), CompanionError> {
        self.inner.with(|player| {
            player.command(command);
            Ok(())
        })
    }

    /// Tells the player what the world does: calls, headphones, other apps. Returns at once. No I/O.
    pub fn interrupt(&self, what: Interruption) -> Result<(), CompanionError> {
        self.inner.with(|player| {
            player.interrupt(what);
            Ok(())
        })
    }

    /// Tells the player what the system's own voice did with what an event asked it to say. Returns at once. No I/O.
    pub fn voice(&self, report: VoiceReport) -> Result<(), CompanionError> {
        self.inner.with(|player| {
            player.voice(report);
            Ok(())
        })
    }

    /// The player as it is now. Writes to the journal what was heard since the last call.
    pub fn snapshot(&self) -> Result<PlayerSnapshot, CompanionError> {
        self.inner.with(Listening::snapshot)
    }

    /// Tells a listener of the player as it is, then of each change. Returns at once; the journal is kept meanwhile. No I/O.
    pub fn subscribe(&self, listener: Arc<dyn PlayerListener>) -> Result<Arc<Subscription>, CompanionError> {
        self.inner.with(|player| {
            Ok(Subscription::new(player.subscribe(move |told| {
                pass_on(told, |snapshot| listener.changed(snapshot), || listener.ended());
            })))
        })
    }

    /// What happened since the last call, numbered without gaps. Writes to the journal what was heard.
    pub fn take_events(&self) -> Result<Vec<NumberedEvent>, CompanionError> {
        self.inner.with(Listening::take_events)
    }

    /// The next frames for an output of the app's own: interleaved stereo at 48 kHz, silence where there is nothing. Empty for a
    /// player on the machine's output. Call it from the thread that feeds the device; it never waits. No I/O.
    pub fn pull(&self, frames: u32) -> Result<Vec<f32>, CompanionError> {
        self.inner.with(|_| {
            let Some(puller) = &self.puller else {
                return Ok(Vec::new());
            };
            let mut samples = silence(frames);
            puller
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pull(&mut samples);
            Ok(samples)
        })
    }
}

/// The samples of one commentary, as every output gets them. Any thread may call any method; one call waits for another.
#[derive(uniffi::Object)]
pub struct Commentary {
    pub(crate) inner: Arc<Open<Mutex<Rendering>>>,
}

impl Commentary {
    fn with<R>(
        &self,
        work: impl FnOnce(&mut Rendering) -> Result<R, CompanionError>,
    ) -> Result<R, CompanionError> {
        // A call that panicked became an error of that call; the next one decodes on.
        self.inner
            .with(|rendering| work(&mut rendering.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[uniffi::export]
impl Commentary {
    /// How long it lasts, in milliseconds. No I/O.
    pub fn duration_ms(&self) -> Result<u64, CompanionError> {
        self.with(|rendering| Ok(rendering.probe().duration_ms))
    }

    /// Where the next frame is, in milliseconds. No I/O.
    pub fn position_ms(&self) -> Result<u64, CompanionError> {
        self.with(|rendering| Ok(rendering.position_ms()))
    }

    /// The first thing that could not be decoded so far, if anything; what is whole around it is played. No I/O.
    pub fn damage(&self) -> Result<Option<Damage>, CompanionError> {
        self.with(|rendering| Ok(rendering.damage().cloned()))
    }

    /// Goes to a position in milliseconds; behind the end is the end. Reads the file.
    pub fn seek(&self, position_ms: u64) -> Result<(), CompanionError> {
        self.with(|rendering| Ok(rendering.seek(position_ms)?))
    }

    /// Faster or slower at the same pitch, 0.75 to 2. No I/O.
    pub fn set_speed(&self, speed: f32) -> Result<(), CompanionError> {
        self.with(|rendering| {
            rendering.set_speed(speed);
            Ok(())
        })
    }

    /// The next frames, at most ten seconds of them: interleaved stereo at 48 kHz. Fewer, or none, only at the end. Reads the file.
    pub fn read(&self, frames: u32) -> Result<Vec<f32>, CompanionError> {
        self.with(|rendering| {
            let mut samples = silence(frames);
            let read = rendering.render(&mut samples)?;
            samples.truncate(read * usize::from(HOUSE_CHANNELS));
            Ok(samples)
        })
    }
}

fn silence(frames: u32) -> Vec<f32> {
    let frames = usize::try_from(frames.min(MAX_FRAMES)).unwrap_or_default();
    vec![0.0; frames * usize::from(HOUSE_CHANNELS)]
}
