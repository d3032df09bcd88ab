//! Frames at a recording's own sample rate → frames at the house rate. Changes nothing else.
//!
//! rubato's sinc interpolation without its FFT resampler: no FFT library in the phone, and 128 taps are few enough for speech.
//! Opus, the house format, decodes at the house rate and skips all of it.

use super::HOUSE_RATE_HZ;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters, WindowFunction};

/// Frames that go in at once: 23 ms at 44.1 kHz.
const CHUNK_FRAMES: usize = 1024;
/// Length of the filter, in samples.
const TAPS: usize = 128;

/// Converts one recording; [`Self::reset`] at each jump.
pub(super) struct Resampler {
    /// Nothing if the recording already is at the house rate.
    engine: Option<Async<f32>>,
    channels: usize,
    input: Vec<f32>,
    output: Vec<f32>,
    /// Frames at the beginning that are the filter's own delay.
    delay_left: usize,
    /// Frames that came in and that went out since the last reset, to end exactly.
    frames_in: u64,
    frames_out: u64,
    rate_hz: u32,
}

impl Resampler {
    /// For a recording with this rate and 1 or 2 channels.
    pub(super) fn new(rate_hz: u32, channels: u16) -> Result<Self, String> {
        let channels = usize::from(channels);
        let engine = if rate_hz == HOUSE_RATE_HZ {
            None
        } else {
            let ratio = f64::from(HOUSE_RATE_HZ) / f64::from(rate_hz);
            let filter = SincInterpolationParameters::new(TAPS, WindowFunction::BlackmanHarris2);
            let engine = Async::new_sinc(ratio, 1.0, &filter, CHUNK_FRAMES, channels, FixedAsync::Input);
            Some(engine.map_err(|e| e.to_string())?)
        };
        let mut resampler = Self {
            engine,
            channels,
            input: Vec::new(),
            output: Vec::new(),
            delay_left: 0,
            frames_in: 0,
            frames_out: 0,
            rate_hz,
        };
        resampler.reset();
        Ok(resampler)
    }

    /// Forgets what is inside: the next frames follow a jump.
    pub(super) fn reset(&mut self) {
        self.input.clear();
        self.frames_in = 0;
        self.frames_out = 0;
        if let Some(engine) = &mut self.engine {
            engine.reset();
            self.delay_left = engine.output_delay();
            self.output
                .resize(engine.output_frames_max() * self.channels, 0.0);
        }
    }

    /// Takes interleaved samples and appends what they give to `out`; some stay inside.
    pub(super) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) -> Result<(), String> {
        if self.engine.is_none() {
            out.extend_from_slice(samples);
            return Ok(());
        }
        self.frames_in += (samples.len() / self.channels) as u64;
        self.input.extend_from_slice(samples);
        let chunk = CHUNK_FRAMES * self.channels;
        while self.input.len() >= chunk {
            self.run(CHUNK_FRAMES, out)?;
            self.input.drain(..chunk);
        }
        Ok(())
    }

    /// Appends what is still inside. The recording is over.
    pub(super) fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), String> {
        if self.engine.is_none() {
            return Ok(());
        }
        let due = self.frames_in * u64::from(HOUSE_RATE_HZ) / u64::from(self.rate_hz);
        while self.frames_out < due {
            let frames = self.input.len() / self.channels;
            self.input.resize(CHUNK_FRAMES * self.channels, 0.0);
            self.run(frames, out)?;
            self.input.clear();
        }
        let surplus = usize::try_from(self.frames_out - due).unwrap_or(0) * self.channels;
        out.truncate(out.len().saturating_sub(surplus));
        self.frames_out = due;
        Ok(())
    }

    /// One chunk, of which the first `frames` are sound.
    fn run(&mut self, frames: usize, out: &mut Vec<f32>) -> Result<(), String> {
        let Some(engine) = &mut self.engine else {
            return Ok(());
        };
        let room = self.output.len() / self.channels;
        let input =
            InterleavedSlice::new(&self.input, self.channels, CHUNK_FRAMES).map_err(|e| e.to_string())?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.output, self.channels, room).map_err(|e| e.to_string())?;
        let indexing = Indexing {
            partial_len: Some(frames),
            ..Indexing::default()
        };
        let (_, written) = engine
            .process_into_buffer(&input, &mut output, Some(&indexing))
            .map_err(|e| e.to_string())?;
        let skipped = written.min(self.delay_left);
        self.delay_left -= skipped;
        self.frames_out += (written - skipped) as u64;
        out.extend(
            self.output
                .iter()
                .take(written * self.channels)
                .skip(skipped * self.channels),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testkit::{chirp, lag};
    use super::*;

    #[test]
    fn every_rate_becomes_the_house_rate_without_a_shift() {
        for rate in [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000] {
            let sound = chirp(rate, 0, rate as usize);
            let mut resampler = Resampler::new(rate, 1).unwrap();
            let mut out = Vec::new();
            for part in sound.chunks(777) {
                resampler.push(part, &mut out).unwrap();
            }
            resampler.finish(&mut out).unwrap();
            assert_eq!(
                out.len(),
                HOUSE_RATE_HZ as usize,
                "a second at {rate} Hz is a second"
            );
            let (late, fit) = lag(&out, HOUSE_RATE_HZ, 0, 50);
            assert!(
                late.abs() <= 1 && fit > 0.998,
                "from {rate} Hz: {late} frames late, likeness {fit}"
            );
        }
    }
}
