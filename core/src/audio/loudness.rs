//! How loud a recording is (EBU R 128, ITU-R BS.1770), whether it clips or is silent, and the gain that makes it as loud as all
//! others. Measures; `limiter` keeps the peaks of what is played.

use super::decoder::{Decoder, Probe};
use super::error::{AudioError, Damage};
use ebur128::{EbuR128, Mode};
use std::path::Path;

/// How loud every commentary is played, in LUFS: what podcasts and phones agree on (AES TD1008).
pub const PLAYED_LUFS: f64 = -16.0;
/// No peak of what is played is above this, in decibels of full scale, so that no encoder or converter after us clips.
pub const PEAK_MAX_DBTP: f64 = -1.0;
/// A recording that is quieter than this in LUFS is not made louder any more: it would be its noise that is heard.
const QUIETEST_LUFS: f64 = -40.0;
/// Below this in LUFS there is nothing to hear (the absolute gate of BS.1770).
const SILENCE_LUFS: f64 = -70.0;
/// So many samples in a row at full scale are no chance.
const CLIPPED_RUN: u32 = 3;
const FULL_SCALE: f32 = 0.999;
/// Parts of a waveform: as many bars as a phone's screen shows well.
pub const WAVEFORM_PARTS: usize = 200;

/// What a publisher should know of a recording before it goes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Loudness {
    /// What the recording is.
    pub probe: Probe,
    /// Integrated loudness in LUFS; nothing if the recording is silent.
    pub integrated_lufs: Option<f64>,
    /// The highest peak between samples, in decibels of full scale; nothing if every sample is zero.
    pub true_peak_dbtp: Option<f64>,
    /// How often the sound stays at full scale: it was recorded or mastered too loud.
    pub clipped_times: u32,
    /// Its shape for the screen: the peaks of [`WAVEFORM_PARTS`] equal parts, 0 silence and 255 full scale.
    pub waveform: Vec<u8>,
    /// What could not be decoded, if anything.
    pub damage: Option<Damage>,
}

/// The peaks of equal parts of a recording whose length is known.
struct Waveform {
    peaks: Vec<f32>,
    frames: u64,
}

impl Waveform {
    fn of(probe: Probe) -> Self {
        let frames = u128::from(probe.duration_ms) * u128::from(probe.sample_rate_hz) / 1000;
        Self {
            peaks: vec![0.0; WAVEFORM_PARTS],
            frames: u64::try_from(frames).unwrap_or(u64::MAX).max(1),
        }
    }

    fn add(&mut self, from_frame: u64, samples: &[f32], channels: usize) {
        for (frame, samples) in (from_frame..).zip(samples.chunks_exact(channels.max(1))) {
            let part = u128::from(frame) * WAVEFORM_PARTS as u128 / u128::from(self.frames);
            let part = usize::try_from(part)
                .unwrap_or(usize::MAX)
                .min(WAVEFORM_PARTS - 1);
            if let Some(peak) = self.peaks.get_mut(part) {
                *peak = samples.iter().fold(*peak, |peak, s| peak.max(s.abs()));
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        let byte = |peak: f32| (peak.min(1.0) * 255.0).round() as u8;
        self.peaks.into_iter().map(byte).collect()
    }
}

/// Decodes a recording to its end and measures it. Blocks until then: not for a screen's thread.
///
/// # Errors
/// See [`AudioError`]. A recording that is damaged but can be heard is measured, and says so.
pub fn measure(path: &Path) -> Result<Loudness, AudioError> {
    let mut decoder = Decoder::open(path)?;
    let (channels, rate) = (decoder.channels(), decoder.probe().sample_rate_hz);
    let odd = |e: ebur128::Error| AudioError::Damaged {
        file: path.display().to_string(),
        at_ms: 0,
        reason: format!("its loudness cannot be measured: {e}"),
    };
    let mut meter = EbuR128::new(u32::from(channels), rate, Mode::I | Mode::TRUE_PEAK).map_err(odd)?;
    let mut waveform = Waveform::of(decoder.probe());
    let (mut clipped_times, mut run) = (0, 0);
    while let Some(block) = decoder.next_block()? {
        meter.add_frames_f32(block.samples).map_err(odd)?;
        waveform.add(block.start_frame, block.samples, usize::from(channels));
        for sample in block.samples {
            run = if sample.abs() >= FULL_SCALE { run + 1 } else { 0 };
            clipped_times += u32::from(run == CLIPPED_RUN);
        }
    }
    let peak = (0..u32::from(channels))
        .filter_map(|c| meter.true_peak(c).ok())
        .fold(0.0, f64::max);
    let loudness = meter.loudness_global().map_err(odd)?;
    Ok(Loudness {
        probe: decoder.probe(),
        integrated_lufs: Some(loudness).filter(|l| *l > SILENCE_LUFS),
        true_peak_dbtp: Some(20.0 * peak.log10()).filter(|p| p.is_finite()),
        clipped_times,
        waveform: waveform.finish(),
        damage: decoder.damage().cloned(),
    })
}

/// The gain in decibels that plays a recording at [`PLAYED_LUFS`]; 0 if its loudness was never measured.
pub fn gain_db(integrated_lufs: Option<f64>) -> f64 {
    integrated_lufs
        .filter(|l| l.is_finite())
        .map_or(0.0, |lufs| PLAYED_LUFS - lufs.max(QUIETEST_LUFS))
}

/// Decibels as a factor.
pub(super) fn factor(db: f64) -> f32 {
    10f64.powf(db / 20.0) as f32
}

#[cfg(test)]
mod tests {
    use super::super::testkit::{testdata, true_wav};
    use super::*;

    #[test]
    fn a_sine_of_known_loudness_is_measured() {
        // EBU Tech 3341, case 1: a stereo sine of 1 kHz at −23 dBFS is −23 LUFS.
        let sine: Vec<f32> = (0..48_000 * 5)
            .map(|n| 10f32.powf(-23.0 / 20.0) * (n as f32 * std::f32::consts::TAU / 48.0).sin())
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sine.wav");
        std::fs::write(&file, true_wav(2, 48_000, &sine)).unwrap();
        let found = measure(&file).unwrap();
        let lufs = found.integrated_lufs.unwrap();
        assert!((lufs + 23.0).abs() < 0.1, "{lufs} LUFS");
        assert!((found.true_peak_dbtp.unwrap() + 23.0).abs() < 0.2);
        assert!((gain_db(Some(lufs)) - 7.0).abs() < 0.1);
        assert_eq!(found.clipped_times, 0);
    }

    #[test]
    fn silence_and_clipping_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made.wav");
        std::fs::write(&file, true_wav(1, 48_000, &[0.0; 48_000])).unwrap();
        let silent = measure(&file).unwrap();
        assert_eq!(silent.integrated_lufs, None);
        assert!(silent.waveform.iter().all(|peak| *peak == 0));
        std::fs::write(
            &file,
            true_wav(1, 48_000, &[1.0, 1.0, 1.0, 1.0, 0.0].repeat(10_000)),
        )
        .unwrap();
        assert_eq!(measure(&file).unwrap().clipped_times, 10_000);
        assert!(measure(&testdata("chirp.opus")).unwrap().damage.is_none());
        let (quiet, loud) = (vec![0.1; 24_000], vec![-0.9; 24_000]);
        std::fs::write(&file, true_wav(2, 48_000, &[quiet, loud].concat())).unwrap();
        let shape = measure(&file).unwrap().waveform;
        assert_eq!(shape.len(), WAVEFORM_PARTS);
        assert!(shape[..99].iter().all(|p| (25..=27).contains(p)) && shape[101..].iter().all(|p| *p > 228));
    }

    #[test]
    fn noise_is_not_made_into_a_commentary() {
        assert_eq!(gain_db(Some(-69.0)), gain_db(Some(-40.0)));
        assert_eq!(gain_db(None), 0.0);
        assert_eq!(gain_db(Some(f64::NAN)), 0.0);
    }
}
