//! This machine's own sound output, through rodio. Whatever may block or die (opening, the sound server, closing) happens on a
//! thread of its own that nobody waits for; the player sees a ring of samples and a status.

use super::super::{HOUSE_CHANNELS, HOUSE_RATE_HZ};
use super::ring::{RingReader, RingWriter, ring};
use super::{Output, OutputError};
use rodio::cpal::ErrorKind;
use rodio::{ChannelCount, DeviceSinkBuilder, MixerDeviceSink, SampleRate, Source};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A device that asks for nothing for this long is dead, in milliseconds: a listener should know within a second.
const SILENT_MAX_MS: u64 = 800;
/// What a device may take to begin, in milliseconds: Bluetooth wakes up for a second or two, and a sound server that was idle may
/// have rendered two seconds of silence ahead (`BLOCK_USEC` of PulseAudio's null sink).
const STARTING_MAX_MS: u64 = 3_000;
/// A device has begun when it asked for this often: for a second of sound, more than any of its buffers holds.
const STARTED_TIMES_ASKED: u32 = HOUSE_RATE_HZ * HOUSE_CHANNELS as u32 / TAKEN_SAMPLES as u32;
/// Between two looks at a device at most this much counts, in milliseconds: a player that slept itself, with the whole machine,
/// has not seen that the device was dead.
const LOOK_MAX_MS: u64 = 250;
/// A device that does not open for this long does not open at all, in milliseconds.
const OPENING_MAX_MS: u64 = 5_000;
/// Samples that are taken from the ring at once: 2.7 ms.
const TAKEN_SAMPLES: usize = 256;

enum Status {
    Opening,
    Open {
        name: String,
        /// What the system said last that may pass: ALSA's way to PulseAudio answers `I/O error` while a sound that has just
        /// begun has no times yet (alsa-plugins issue 65). Whether the device is dead, the watchdog tells.
        ailing: Option<String>,
    },
    Gone(OutputError),
}

/// The default output of this machine.
pub struct DeviceOutput {
    ring: RingWriter,
    status: Arc<Mutex<Status>>,
    /// Dropping it tells the device's thread to close.
    _keep_open: Sender<()>,
    watchdog: Watchdog,
    was_open: bool,
}

/// Counts for how long a device has asked for nothing.
#[derive(Default)]
struct Watchdog {
    looked_ms: Option<u64>,
    times_asked: u32,
    silent_ms: u64,
}

impl Watchdog {
    /// For how long it was silent at a time of the player's clock, in milliseconds.
    fn look(&mut self, now_ms: u64, times_asked: u32) -> u64 {
        let passed_ms = now_ms.saturating_sub(self.looked_ms.unwrap_or(now_ms));
        self.looked_ms = Some(now_ms);
        if self.times_asked == times_asked {
            self.silent_ms = self.silent_ms.saturating_add(passed_ms.min(LOOK_MAX_MS));
        } else {
            self.times_asked = times_asked;
            self.silent_ms = 0;
        }
        self.silent_ms
    }

    /// For how long an open device may be silent, in milliseconds. One that has just been opened, and says nothing of an error,
    /// may still begin.
    fn limit_ms(&self, ails: bool) -> u64 {
        match ails || self.times_asked >= STARTED_TIMES_ASKED {
            true => SILENT_MAX_MS,
            false => STARTING_MAX_MS,
        }
    }
}

impl DeviceOutput {
    /// Begins to open the default output and returns at once. What is written meanwhile is played when it is open.
    pub fn open() -> Self {
        let (writer, reader) = ring();
        let status = Arc::new(Mutex::new(Status::Opening));
        let (keep_open, until_closed) = channel();
        let of_thread = Arc::clone(&status);
        let spawned = thread::Builder::new()
            .name("alloclap-device".to_owned())
            .spawn(move || run_device(reader, &of_thread, &until_closed));
        if let Err(error) = spawned {
            set(
                &status,
                Status::Gone(OutputError::NoDevice {
                    reason: error.to_string(),
                }),
            );
        }
        Self {
            ring: writer,
            status,
            _keep_open: keep_open,
            watchdog: Watchdog::default(),
            was_open: false,
        }
    }
}

fn set(status: &Mutex<Status>, value: Status) {
    *status.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

/// An open device said that something is wrong with it.
fn ails(status: &Mutex<Status>, reason: String) {
    if let Status::Open { ailing, .. } = &mut *status.lock().unwrap_or_else(PoisonError::into_inner) {
        *ailing = Some(reason);
    }
}

/// Opens the device, keeps it open until the other end is dropped, closes it.
fn run_device(reader: RingReader, status: &Arc<Mutex<Status>>, until_closed: &Receiver<()>) {
    // ALSA writes lines of its own to standard error when a device is missing; on this thread it tells a buffer instead. What
    // matters of it comes back as an error. Where even that cannot be had, the lines are only ugly.
    #[cfg(target_os = "linux")]
    let _told = alsa::Output::local_error_handler();
    match open_sink(status) {
        Ok((mut sink, name)) => {
            sink.log_on_drop(false);
            sink.mixer().add(Feed {
                reader,
                taken: [0.0; TAKEN_SAMPLES],
                next: TAKEN_SAMPLES,
            });
            set(status, Status::Open { name, ailing: None });
            // Ends with an error as soon as the output is dropped; nothing is ever sent.
            let _ = until_closed.recv();
        }
        Err(error) => set(status, Status::Gone(error)),
    }
}

fn open_sink(status: &Arc<Mutex<Status>>) -> Result<(MixerDeviceSink, String), OutputError> {
    use rodio::cpal::traits::{DeviceTrait, HostTrait};
    let none = |reason: String| OutputError::NoDevice { reason };
    let device = rodio::cpal::default_host().default_output_device();
    let device = device.ok_or_else(|| none("the system names none".to_owned()))?;
    let name = device
        .description()
        .map(|d| d.name().to_owned())
        .unwrap_or_default();
    let of_callback = Arc::clone(status);
    let builder = DeviceSinkBuilder::from_device(device).map_err(|e| none(chain(&e)))?;
    let builder = builder.with_error_callback(move |error: rodio::cpal::Error| match error.kind() {
        ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied | ErrorKind::Xrun => {}
        ErrorKind::DeviceNotAvailable => set(
            &of_callback,
            Status::Gone(OutputError::Lost {
                reason: error.to_string(),
            }),
        ),
        _ => ails(&of_callback, error.to_string()),
    });
    let sink = builder
        .with_channels(CHANNELS)
        .with_sample_rate(RATE)
        .open_sink_or_fallback();
    sink.map(|sink| (sink, name)).map_err(|e| none(chain(&e)))
}

/// An error with what caused it: rodio's own texts leave the cause out.
fn chain(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), |cause| cause.to_string())
}

impl Output for DeviceOutput {
    fn name(&self) -> String {
        match &*self.status.lock().unwrap_or_else(PoisonError::into_inner) {
            Status::Open { name, .. } => name.clone(),
            _ => String::new(),
        }
    }

    fn is_open(&self) -> bool {
        matches!(
            &*self.status.lock().unwrap_or_else(PoisonError::into_inner),
            Status::Open { .. }
        )
    }

    fn room_frames(&mut self, now_ms: u64) -> Result<u32, OutputError> {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let opened_now = !self.was_open && matches!(&*status, Status::Open { .. });
        if opened_now {
            // What opening took is not held against the device.
            self.was_open = true;
            self.watchdog = Watchdog::default();
        }
        let silent_ms = self.watchdog.look(now_ms, self.ring.times_asked());
        let reason = match &mut *status {
            Status::Gone(error) => return Err(error.clone()),
            Status::Opening => (silent_ms > OPENING_MAX_MS).then(|| "it does not open".to_owned()),
            Status::Open { ailing, .. } if silent_ms == 0 => {
                *ailing = None;
                None
            }
            Status::Open { ailing, .. } => {
                let limit_ms = self.watchdog.limit_ms(ailing.is_some());
                (silent_ms > limit_ms)
                    .then(|| ailing.clone().unwrap_or_else(|| "it stopped playing".to_owned()))
            }
        };
        match reason {
            Some(reason) => Err(OutputError::Lost { reason }),
            None => Ok(self.ring.room_frames()),
        }
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), OutputError> {
        self.ring.write(samples);
        Ok(())
    }

    fn complete(&mut self) {
        self.ring.complete();
    }

    fn pending_frames(&self) -> u32 {
        self.ring.pending_frames()
    }
}

const CHANNELS: ChannelCount = match ChannelCount::new(HOUSE_CHANNELS) {
    Some(channels) => channels,
    None => ChannelCount::MIN,
};
const RATE: SampleRate = match SampleRate::new(HOUSE_RATE_HZ) {
    Some(rate) => rate,
    None => SampleRate::MIN,
};

/// What rodio's mixer takes samples from: the ring, and silence while it is empty. Never ends by itself.
struct Feed {
    reader: RingReader,
    taken: [f32; TAKEN_SAMPLES],
    next: usize,
}

impl Iterator for Feed {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.next >= TAKEN_SAMPLES {
            self.reader.read(&mut self.taken);
            self.next = 0;
        }
        let sample = self.taken.get(self.next).copied();
        self.next += 1;
        sample
    }
}

impl Source for Feed {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        CHANNELS
    }

    fn sample_rate(&self) -> SampleRate {
        RATE
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_asks_for_nothing_is_noticed_within_a_second_and_a_sleeping_machine_is_not_blamed() {
        let mut watchdog = Watchdog::default();
        let mut now_ms = 0;
        let mut look = |passed_ms: u64, asked: u32| {
            now_ms += passed_ms;
            watchdog.look(now_ms, asked)
        };
        look(0, 1);
        assert_eq!(look(40, 2), 0, "it asks");
        let noticed_ms = (1..).map(|n| n * 10).find(|_| look(10, 2) > SILENT_MAX_MS);
        assert!(noticed_ms.is_some_and(|ms| ms <= 1_000), "{noticed_ms:?}");
        assert_eq!(look(10, 3), 0, "it asks again");
        assert!(
            look(60_000, 3) < SILENT_MAX_MS,
            "a minute in which nobody looked is no proof"
        );
        assert_eq!(look(60_000, 9), 0);
    }

    #[test]
    fn a_device_may_take_its_time_to_begin_but_not_once_it_plays_or_complains() {
        let asked = |times_asked| Watchdog {
            times_asked,
            ..Watchdog::default()
        };
        assert_eq!(asked(64).limit_ms(false), STARTING_MAX_MS, "Bluetooth wakes up");
        assert_eq!(asked(64).limit_ms(true), SILENT_MAX_MS, "the server died at once");
        assert_eq!(asked(STARTED_TIMES_ASKED).limit_ms(false), SILENT_MAX_MS);
        assert_eq!(
            STARTED_TIMES_ASKED, 375,
            "of 256 samples each: a second of stereo at 48 kHz"
        );
    }

    #[test]
    fn an_error_that_passes_ends_nothing_and_a_device_that_is_gone_stays_gone() {
        let status = Mutex::new(Status::Open {
            name: "Speaker".to_owned(),
            ailing: None,
        });
        ails(&status, "I/O error (5)".to_owned());
        assert!(matches!(
            &*status.lock().unwrap(),
            Status::Open { ailing: Some(reason), .. } if reason.contains("I/O")
        ));
        let lost = OutputError::Lost {
            reason: "unplugged".to_owned(),
        };
        set(&status, Status::Gone(lost));
        ails(&status, "I/O error (5)".to_owned());
        assert!(matches!(&*status.lock().unwrap(), Status::Gone(_)));
    }
}
