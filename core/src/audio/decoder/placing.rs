//! Puts what was decoded onto one line of frames: cuts run-in and padding, fills holes, and notes what is damaged.

use super::super::container::{Codec, Fault};
use super::super::error::{AudioError, Damage};
use super::Decoder;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

/// Packets whose time is off by less are neighbours: clocks of containers are coarse.
const NEIGHBOUR_MS: u64 = 2;
/// A hole longer than this is not filled: the clock of such a file is wrong.
const HOLE_MAX_MS: u64 = 10_000;
/// A recording that misses its declared end by less is whole.
const END_TOLERANCE_MS: u64 = 100;

impl Decoder {
    /// Puts the block that begins at `start` onto the line of frames: cuts what is before `next_frame` and behind the end, fills
    /// a hole before it with silence.
    pub(super) fn place(&mut self, start: i64) {
        let channels = usize::from(self.channels());
        let expected = i64::try_from(self.next_frame).unwrap_or(i64::MAX);
        let neighbour = self.frames_of_ms(NEIGHBOUR_MS);
        let after_seek = self.settle_from.is_some();
        let start = if !after_seek && start.abs_diff(expected) <= neighbour {
            expected
        } else {
            start
        };
        if start < expected {
            let early = (expected.abs_diff(start) as usize)
                .saturating_mul(channels)
                .min(self.block.len());
            self.block.drain(..early);
        } else if start > expected && !self.block.is_empty() {
            let hole = start.abs_diff(expected);
            if hole <= self.frames_of_ms(HOLE_MAX_MS) {
                self.block
                    .splice(..0, std::iter::repeat_n(0.0, hole as usize * channels));
            }
            if !after_seek && expected > 0 {
                self.note_damage(format!("{} ms are missing", self.ms_of_frame(hole)));
            }
        }
        if let Some(end) = self.end_frame {
            let room = end.saturating_sub(self.next_frame) as usize;
            self.block.truncate(room.saturating_mul(channels));
        }
        if !self.block.is_empty() {
            self.settle_from = None;
        }
        self.next_frame += (self.block.len() / channels) as u64;
    }

    /// The mp3 demuxer cuts everything behind a length that it guessed from the bit rate, or that the header only claims
    /// (symphonia-bundle-mp3 0.6.1): 47 s of a 300 s recording with a variable bit rate. Only the end that is known may cut.
    pub(super) fn correct_trim(&mut self, packet: &mut Packet) {
        let Some(end) = self.end_frame else { return };
        let beyond =
            self.frame_of_ticks(packet.pts.get()) > (end + self.frames_of_ms(END_TOLERANCE_MS)) as i64;
        if beyond && self.container.edit.is_none() && !self.probe.duration_counted {
            self.note_damage("it goes on behind its declared end".to_owned());
            self.end_frame = None;
        }
        if self.container.codec == Codec::Mp3 {
            packet.trim_end = Duration::ZERO;
        }
    }

    /// No more packets. Says what is missing, if the end came too early.
    pub(super) fn finish(&mut self, fault: Option<Fault>) -> Result<(), AudioError> {
        self.over = true;
        // The demuxer of m4a cannot go back from the end (symphonia-format-isomp4 0.6.1), and none can after a panic.
        self.spent = self.container.is_iso_media() || matches!(fault, Some(Fault::Panicked(_)));
        let reason = fault.map(|fault| match fault.is_end_of_file() {
            true => "it breaks off".to_owned(),
            false => fault.to_string(),
        });
        let missing = self.end_frame.unwrap_or(0).saturating_sub(self.next_frame);
        let short = missing > self.frames_of_ms(END_TOLERANCE_MS);
        let reason = reason
            .or_else(|| short.then(|| format!("the last {} ms are missing", self.ms_of_frame(missing))));
        let Some(reason) = reason else { return Ok(()) };
        if !self.something_heard {
            return Err(self.damaged(self.ms_of_frame(self.next_frame), reason));
        }
        self.note_damage(reason);
        Ok(())
    }

    pub(super) fn note_damage(&mut self, reason: String) {
        let at_ms = self.ms_of_frame(self.next_frame);
        self.damage.get_or_insert(Damage { at_ms, reason });
    }

    pub(super) fn damaged(&self, at_ms: u64, reason: String) -> AudioError {
        AudioError::Damaged {
            file: self.container.file.clone(),
            at_ms,
            reason,
        }
    }
}
