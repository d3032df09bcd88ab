//! The way from the player's thread to the thread that plays: a wait-free ring of samples (rtrb), so that neither ever waits for
//! the other. Sound begins only when enough is there to go on: a player that is late is then heard as one short silence, not as
//! a stutter.

use super::super::{HOUSE_CHANNELS, HOUSE_RATE_HZ};
use super::LEAD_FRAMES;
use rtrb::{Consumer, Producer, RingBuffer, chunks::ChunkError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Room for 400 ms: the player keeps less in it, and may add a fade at once.
const CAPACITY_FRAMES: u32 = HOUSE_RATE_HZ * 2 / 5;
const CHANNELS: usize = HOUSE_CHANNELS as usize;

/// What both ends tell each other beside the samples.
#[derive(Default)]
struct Told {
    /// What is in the ring is all for now: it is played out, however little it is.
    complete: AtomicBool,
    /// How often samples were asked for: the pulse of whoever plays.
    asked: AtomicU32,
}

pub(super) struct RingWriter {
    samples: Producer<f32>,
    told: Arc<Told>,
}

/// The end from which samples are taken.
pub(super) struct RingReader {
    samples: Consumer<f32>,
    told: Arc<Told>,
    /// Whether a sound has begun and not run dry.
    flowing: bool,
}

pub(super) fn ring() -> (RingWriter, RingReader) {
    let (writer, reader) = RingBuffer::new(CAPACITY_FRAMES as usize * CHANNELS);
    let told = Arc::new(Told::default());
    let writer = RingWriter {
        samples: writer,
        told: Arc::clone(&told),
    };
    let reader = RingReader {
        samples: reader,
        told,
        flowing: false,
    };
    (writer, reader)
}

fn frames(samples: usize) -> u32 {
    u32::try_from(samples / CHANNELS).unwrap_or(u32::MAX)
}

impl RingWriter {
    pub(super) fn room_frames(&self) -> u32 {
        frames(self.samples.slots())
    }

    pub(super) fn pending_frames(&self) -> u32 {
        CAPACITY_FRAMES - self.room_frames().min(CAPACITY_FRAMES)
    }

    /// Whether the other end is gone.
    pub(super) fn is_abandoned(&self) -> bool {
        self.samples.is_abandoned()
    }

    /// Counts on as long as the other end asks for samples.
    #[cfg(any(feature = "device", test))]
    pub(super) fn times_asked(&self) -> u32 {
        self.told.asked.load(Ordering::Relaxed)
    }

    /// Writes what fits.
    pub(super) fn write(&mut self, samples: &[f32]) {
        self.told.complete.store(false, Ordering::Release);
        let count = samples.len().min(self.samples.slots());
        if let Ok(chunk) = self.samples.write_chunk_uninit(count) {
            chunk.fill_from_iter(samples.iter().copied());
        }
    }

    /// Nothing follows for now: what is there is played, however little it is.
    pub(super) fn complete(&self) {
        self.told.complete.store(true, Ordering::Release);
    }
}

impl RingReader {
    /// Fills `out` with what is there, the rest with silence; says how many frames were there. A sound begins when
    /// [`LEAD_FRAMES`] of it are there, or all of it.
    pub(super) fn read(&mut self, out: &mut [f32]) -> u32 {
        self.told.asked.fetch_add(1, Ordering::Relaxed);
        // Asked first: then whatever was written before it was said is seen.
        let complete = self.told.complete.load(Ordering::Acquire);
        self.flowing |= complete || frames(self.samples.slots()) >= LEAD_FRAMES;
        let wanted = if self.flowing { out.len() } else { 0 };
        let chunk = match self.samples.read_chunk(wanted) {
            Err(ChunkError::TooFewSlots(available)) => self.samples.read_chunk(available),
            whole => whole,
        };
        let mut taken = 0;
        if let Ok(chunk) = chunk {
            for (place, sample) in out.iter_mut().zip(chunk) {
                *place = sample;
                taken += 1;
            }
        }
        out.iter_mut().skip(taken).for_each(|place| *place = 0.0);
        self.flowing &= taken == out.len();
        frames(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A whole number of milliseconds of sound that is nowhere silent.
    fn sound(ms: usize) -> Vec<f32> {
        vec![0.5; ms * HOUSE_RATE_HZ as usize / 1000 * CHANNELS]
    }

    fn taken_ms(reader: &mut RingReader, ms: usize) -> u32 {
        let mut out = sound(ms);
        let frames = reader.read(&mut out);
        let silent = out.iter().skip(frames as usize * CHANNELS).all(|s| *s == 0.0);
        assert!(silent, "what was not there is not silent");
        frames / (HOUSE_RATE_HZ / 1000)
    }

    #[test]
    fn a_sound_begins_when_there_is_enough_of_it_to_go_on() {
        let (mut writer, mut reader) = ring();
        writer.write(&sound(30));
        assert_eq!(taken_ms(&mut reader, 10), 0, "30 ms are heard, then a hole");
        writer.write(&sound(90));
        assert_eq!(taken_ms(&mut reader, 10), 10, "120 ms are enough");
        assert_eq!(
            taken_ms(&mut reader, 105),
            105,
            "and go on however little is left"
        );
        assert_eq!(taken_ms(&mut reader, 10), 5, "it runs dry");
        writer.write(&sound(60));
        assert_eq!(
            taken_ms(&mut reader, 10),
            0,
            "it stutters on instead of filling up again"
        );
        writer.write(&sound(60));
        assert_eq!(taken_ms(&mut reader, 10), 10);
    }

    #[test]
    fn the_end_of_a_sound_is_heard_however_short_it_is() {
        let (mut writer, mut reader) = ring();
        writer.write(&sound(5));
        assert_eq!(taken_ms(&mut reader, 10), 0);
        writer.complete();
        assert_eq!(taken_ms(&mut reader, 10), 5);
        writer.write(&sound(5));
        assert_eq!(taken_ms(&mut reader, 10), 0, "the next sound has just begun");
        assert_eq!(writer.times_asked(), 3);
    }
}
