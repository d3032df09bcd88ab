//! One recording as it is heard: decoded, at the house rate, at its speed, as loud as all others, peaks kept. Whoever plays takes
//! frames out; every output therefore gets the same samples.

use super::decoder::{Decoder, Probe};
use super::error::{AudioError, Damage};
use super::limiter::{LOOK_AHEAD_FRAMES, Limiter};
use super::loudness::{factor, gain_db};
use super::output::Output;
use super::resample::Resampler;
use super::snapshot::PlayerError;
use super::stretch::Stretch;
use super::{HOUSE_CHANNELS, HOUSE_RATE_HZ};
use std::collections::VecDeque;
use std::path::Path;

/// Renders one recording. Blocks on the disk.
pub struct Rendering {
    decoder: Decoder,
    resampler: Resampler,
    stretch: Stretch,
    limiter: Limiter,
    gain: f32,
    speed: f32,
    /// Where in the recording the next frame that is taken out is, in frames at the house rate.
    position_frames: f64,
    ready: VecDeque<[f32; 2]>,
    resampled: Vec<f32>,
    stretched: Vec<f32>,
    levelled: Vec<[f32; 2]>,
    at_end: bool,
    file: String,
}

impl Rendering {
    /// Opens a recording whose loudness was measured, or was not.
    ///
    /// # Errors
    /// See [`AudioError`].
    pub fn open(path: &Path, loudness_lufs: Option<f64>) -> Result<Self, AudioError> {
        let decoder = Decoder::open(path)?;
        let file = path.display().to_string();
        let resampler =
            Resampler::new(decoder.probe().sample_rate_hz, decoder.channels()).map_err(|reason| {
                AudioError::Damaged {
                    file: file.clone(),
                    at_ms: 0,
                    reason,
                }
            })?;
        Ok(Self {
            stretch: Stretch::new(decoder.channels()),
            decoder,
            resampler,
            limiter: Limiter::new(),
            gain: factor(gain_db(loudness_lufs)),
            speed: 1.0,
            position_frames: 0.0,
            ready: VecDeque::new(),
            resampled: Vec::new(),
            stretched: Vec::new(),
            levelled: Vec::new(),
            at_end: false,
            file,
        })
    }

    /// What the recording is.
    pub fn probe(&self) -> Probe {
        self.decoder.probe()
    }

    /// What could not be decoded so far, if anything.
    pub fn damage(&self) -> Option<&Damage> {
        self.decoder.damage()
    }

    /// Where in the recording the next frame is, in milliseconds.
    pub fn position_ms(&self) -> u64 {
        ((self.position_frames * 1000.0 / f64::from(HOUSE_RATE_HZ)) as u64).min(self.probe().duration_ms)
    }

    /// The speed that is heard from the next frames on, with the pitch kept; taken into [`super::SPEEDS`].
    pub fn set_speed(&mut self, speed: f32) {
        self.speed = speed.clamp(*super::SPEEDS.start(), *super::SPEEDS.end());
        self.stretch.set_speed(self.speed);
    }

    /// Goes to a position in milliseconds; behind the end is the end.
    ///
    /// # Errors
    /// See [`Decoder::seek`].
    pub fn seek(&mut self, position_ms: u64) -> Result<(), AudioError> {
        self.decoder.seek(position_ms)?;
        self.resampler.reset();
        self.stretch.reset();
        self.limiter.reset();
        self.ready.clear();
        self.at_end = false;
        let rate = f64::from(self.probe().sample_rate_hz);
        self.position_frames = self.decoder.next_frame() as f64 * f64::from(HOUSE_RATE_HZ) / rate;
        Ok(())
    }

    /// Fills `out` with interleaved stereo frames and says how many; fewer than fit only at the end.
    ///
    /// # Errors
    /// See [`Decoder::next_block`].
    pub fn render(&mut self, out: &mut [f32]) -> Result<usize, AudioError> {
        let wanted = out.len() / usize::from(HOUSE_CHANNELS);
        while self.ready.len() < wanted && !self.at_end {
            self.decode_more()?;
        }
        let frames = wanted.min(self.ready.len());
        let mut places = out
            .get_mut(..frames * usize::from(HOUSE_CHANNELS))
            .unwrap_or_default();
        let (first, second) = self.ready.as_slices();
        for samples in [first.as_flattened(), second.as_flattened()] {
            let count = samples.len().min(places.len());
            let (now, later) = places.split_at_mut(count);
            now.copy_from_slice(samples.get(..count).unwrap_or_default());
            places = later;
        }
        self.ready.drain(..frames);
        self.position_frames += frames as f64 * f64::from(self.speed);
        Ok(frames)
    }

    /// Hands everything from here to the end to an output that takes it as fast as it comes, such as a file.
    ///
    /// # Errors
    /// Of the recording or of the output.
    pub fn render_all(&mut self, output: &mut dyn Output) -> Result<(), PlayerError> {
        let mut block = vec![0.0; HOUSE_RATE_HZ as usize / 10 * usize::from(HOUSE_CHANNELS)];
        loop {
            let frames = self.render(&mut block)?;
            if frames == 0 {
                return Ok(());
            }
            output.write(
                block
                    .get(..frames * usize::from(HOUSE_CHANNELS))
                    .unwrap_or_default(),
            )?;
        }
    }

    fn decode_more(&mut self) -> Result<(), AudioError> {
        let Self {
            decoder,
            resampler,
            stretch,
            resampled,
            stretched,
            file,
            ..
        } = self;
        let odd = |reason| AudioError::Damaged {
            file: file.clone(),
            at_ms: 0,
            reason,
        };
        resampled.clear();
        stretched.clear();
        let channels = usize::from(decoder.channels());
        match decoder.next_block()? {
            Some(block) => {
                resampler.push(block.samples, resampled).map_err(odd)?;
                stretch.push(resampled, stretched);
            }
            None => {
                resampler.finish(resampled).map_err(odd)?;
                stretch.push(resampled, stretched);
                stretch.finish(stretched);
                self.at_end = true;
            }
        }
        let gain = self.gain;
        self.levelled.clear();
        if channels == 1 {
            let both = stretched.iter().map(|sample| [sample * gain; 2]);
            self.levelled.extend(both);
        } else {
            let (pairs, _) = stretched.as_chunks();
            let stereo = pairs.iter().map(|[left, right]| [left * gain, right * gain]);
            self.levelled.extend(stereo);
        }
        if self.at_end {
            self.levelled
                .extend(std::iter::repeat_n([0.0; 2], LOOK_AHEAD_FRAMES));
        }
        self.limiter.push(&self.levelled, &mut self.ready);
        Ok(())
    }
}
