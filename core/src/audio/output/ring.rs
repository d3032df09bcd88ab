//! The way from the player's thread to the thread that plays: a wait-free ring of samples (rtrb), so that neither ever waits for
//! the other.

use super::super::{HOUSE_CHANNELS, HOUSE_RATE_HZ};
use rtrb::{Consumer, Producer, RingBuffer, chunks::ChunkError};

/// Room for 400 ms: the player keeps less in it, and may add a fade at once.
const CAPACITY_FRAMES: u32 = HOUSE_RATE_HZ * 2 / 5;

pub(super) struct RingWriter(Producer<f32>);

/// The end from which samples are taken.
pub(super) struct RingReader(Consumer<f32>);

pub(super) fn ring() -> (RingWriter, RingReader) {
    let (writer, reader) = RingBuffer::new(CAPACITY_FRAMES as usize * usize::from(HOUSE_CHANNELS));
    (RingWriter(writer), RingReader(reader))
}

fn frames(samples: usize) -> u32 {
    u32::try_from(samples / usize::from(HOUSE_CHANNELS)).unwrap_or(u32::MAX)
}

impl RingWriter {
    pub(super) fn room_frames(&self) -> u32 {
        frames(self.0.slots())
    }

    pub(super) fn pending_frames(&self) -> u32 {
        CAPACITY_FRAMES - self.room_frames().min(CAPACITY_FRAMES)
    }

    /// Whether the other end is gone.
    pub(super) fn is_abandoned(&self) -> bool {
        self.0.is_abandoned()
    }

    /// Writes what fits.
    pub(super) fn write(&mut self, samples: &[f32]) {
        let count = samples.len().min(self.0.slots());
        if let Ok(chunk) = self.0.write_chunk_uninit(count) {
            chunk.fill_from_iter(samples.iter().copied());
        }
    }
}

impl RingReader {
    /// Fills `out` with what is there, the rest with silence; says how many frames were there.
    pub(super) fn read(&mut self, out: &mut [f32]) -> u32 {
        let chunk = match self.0.read_chunk(out.len()) {
            Err(ChunkError::TooFewSlots(available)) => self.0.read_chunk(available),
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
        frames(taken)
    }
}
