//! What is played, and how to recognise it in what was heard.

use std::f64::consts::TAU;
use std::path::Path;

pub const RATE: usize = 48_000;
/// How long the sweep lasts, in milliseconds.
const SWEEP_MS: u64 = 20_000;

/// Writes `sweep.wav` (from 200 Hz, 100 Hz more each second, so that every moment sounds different) and `tone.wav` (440 Hz).
pub fn write_recordings(folder: &Path) {
    write(&folder.join("sweep.wav"), &sweep(0, SWEEP_MS));
    let tone = |n: usize| (0.5 * (TAU * 440.0 * n as f64 / RATE as f64).sin()) as f32;
    write(
        &folder.join("tone.wav"),
        &(0..RATE * 3).map(tone).collect::<Vec<_>>(),
    );
}

fn write(file: &Path, sound: &[f32]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file, spec).unwrap();
    for sample in sound {
        writer.write_sample((sample * 32767.0) as i16).unwrap();
    }
    writer.finalize().unwrap();
}

/// The sweep from a position on, both in milliseconds.
pub fn sweep(from_ms: u64, length_ms: u64) -> Vec<f32> {
    let frames = |ms: u64| ms as usize * RATE / 1000;
    let value = |n: usize| {
        let t = n as f64 / RATE as f64;
        (0.5 * (TAU * (200.0 * t + 50.0 * t * t)).sin()) as f32
    };
    (frames(from_ms)..frames(from_ms + length_ms))
        .map(value)
        .collect()
}

/// The beginning of the golden samples.
pub fn chirp(frames: usize) -> Vec<f32> {
    let value = |n: usize| {
        let t = n as f64 / RATE as f64;
        (0.5 * (TAU * (200.0 * t + 750.0 * t * t)).sin()) as f32
    };
    (0..frames).map(value).collect()
}

/// Every so manieth sample is enough to find a sound roughly: what is played stays below 3 kHz.
const COARSE: usize = 8;

/// Where in `heard` the sound begins that is most like `expected`, and how much it is like it.
pub fn find(heard: &[f32], expected: &[f32]) -> (usize, f64) {
    if heard.len() < expected.len() {
        return (0, 0.0);
    }
    let thin = |sound: &[f32]| sound.iter().step_by(COARSE).copied().collect::<Vec<f32>>();
    let (heard_thin, expected_thin) = (thin(heard), thin(expected));
    let best = |heard: &[f32], expected: &[f32], places: std::ops::RangeInclusive<usize>| {
        places
            .map(|from| (from, likeness(&heard[from..from + expected.len()], expected)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((0, 0.0))
    };
    let last = heard_thin.len() - expected_thin.len();
    let rough = best(&heard_thin, &expected_thin, 0..=last).0 * COARSE;
    let last = heard.len() - expected.len();
    let near = rough.saturating_sub(COARSE).min(last)..=(rough + COARSE).min(last);
    best(heard, expected, near)
}

fn likeness(heard: &[f32], expected: &[f32]) -> f64 {
    let (mut dot, mut heard_power, mut expected_power) = (0.0f32, 1e-9f32, 1e-9f32);
    for (h, e) in heard.iter().zip(expected) {
        dot += h * e;
        heard_power += h * h;
        expected_power += e * e;
    }
    f64::from(dot) / (f64::from(heard_power) * f64::from(expected_power)).sqrt()
}

/// The root of the mean square.
pub fn loudness(heard: &[f32]) -> f32 {
    (heard.iter().map(|s| s * s).sum::<f32>() / heard.len().max(1) as f32).sqrt()
}

/// The pitch of a steady tone.
pub fn frequency_hz(heard: &[f32]) -> f64 {
    let rising = heard.windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count();
    rising as f64 * RATE as f64 / heard.len() as f64
}
