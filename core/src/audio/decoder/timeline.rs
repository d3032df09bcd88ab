//! Times of a container ⇄ frames that are heard: where they begin, where they end, and how the two are counted.

use super::super::container::{Codec, Container};
use super::super::error::AudioError;
use super::Decoder;
use symphonia::core::units::Duration;

impl Decoder {
    /// The end as the file declares it; nothing if it does not, or if what it declares is a guess.
    pub(super) fn declared_end_frame(&self) -> Option<u64> {
        let Container {
            track, codec, edit, ..
        } = &self.container;
        // Without a LAME header there is no padding, and the length may be a guess from the bit rate.
        if *codec == Codec::Mp3 && track.padding.is_none() {
            return None;
        }
        let ticks = track.duration.map(Duration::get).or(track.num_frames)?;
        let end = u64::try_from(self.frame_of_ticks(i64::try_from(ticks).ok()?)).ok()?;
        let edit_frames = edit.filter(|e| e.length_ns > 0).and_then(|e| {
            u64::try_from(e.length_ns * u128::from(self.probe.sample_rate_hz) / 1_000_000_000).ok()
        });
        // A file without frames declares nothing, nor does one that is longer than a month.
        let plausible = 1..u64::from(self.probe.sample_rate_hz) * 86_400 * 31;
        Some(end.min(edit_frames.unwrap_or(end))).filter(|end| plausible.contains(end))
    }

    /// Reads all packets without decoding them, and goes back to the beginning.
    pub(super) fn counted_end_frame(&mut self) -> Result<u64, AudioError> {
        let (mut end, mut previous) = (0, None);
        let (mut smallest, mut largest) = (usize::MAX, 0);
        while let Ok(Some(packet)) = self.container.next_packet() {
            let pts = packet.pts.get();
            smallest = smallest.min(packet.data.len());
            largest = largest.max(packet.data.len());
            // All frames of an mp3 are equally long; what its packets say of their length depends on the guess.
            let length = match previous.filter(|_| self.container.codec == Codec::Mp3) {
                Some(previous) => pts.abs_diff(previous),
                None => packet.dur.get(),
            };
            end = end.max(self.frame_of_ticks(pts.saturating_add_unsigned(length)));
            previous = Some(pts);
        }
        // Frames of a constant bit rate differ by one byte of padding.
        self.probe.length_is_guessed =
            self.container.codec == Codec::Mp3 && largest > smallest.saturating_add(1);
        self.container.open_again()?;
        Ok(u64::try_from(end).unwrap_or(0))
    }

    pub(super) fn frame_of_ticks(&self, ticks: i64) -> i64 {
        self.scaled(i128::from(ticks) - i128::from(self.origin_ticks))
    }

    pub(super) fn frames_of_ticks(&self, ticks: u64) -> u64 {
        u64::try_from(self.scaled(i128::from(ticks))).unwrap_or(0)
    }

    fn scaled(&self, ticks: i128) -> i64 {
        let (numer, denom) = self.time_base();
        let rate = i128::from(self.probe.sample_rate_hz);
        let frames = (ticks * numer * rate + denom / 2).div_euclid(denom);
        i64::try_from(frames).unwrap_or(if frames < 0 { i64::MIN } else { i64::MAX })
    }

    pub(super) fn ticks_of_frame(&self, frame: i64) -> i64 {
        let (numer, denom) = self.time_base();
        let ticks = (i128::from(frame) * denom).div_euclid(numer * i128::from(self.probe.sample_rate_hz));
        i64::try_from(ticks + i128::from(self.origin_ticks)).unwrap_or(i64::MAX)
    }

    fn time_base(&self) -> (i128, i128) {
        let base = self.container.track.time_base;
        base.map_or((1, i128::from(self.probe.sample_rate_hz)), |b| {
            (b.numer.get().into(), b.denom.get().into())
        })
    }

    pub(super) fn frames_of_ms(&self, ms: u64) -> u64 {
        ms * u64::from(self.probe.sample_rate_hz) / 1000
    }

    pub(super) fn ms_of_frame(&self, frame: u64) -> u64 {
        let ms = u128::from(frame) * 1000 / u128::from(self.probe.sample_rate_hz);
        u64::try_from(ms).unwrap_or(u64::MAX)
    }
}

/// Ogg counts the encoder's run-in as time, an m4a hides it behind its edit list, mp3 begins before zero.
pub(super) fn origin_ticks(container: &Container) -> i64 {
    let track = &container.track;
    if container.is_ogg() {
        return track
            .start_ts
            .get()
            .saturating_add(i64::from(track.delay.unwrap_or(0)));
    }
    container
        .edit
        .map_or(0, |edit| i64::try_from(edit.start_ticks).unwrap_or(0))
}
