//! What is played, and how to recognise it in what was heard.

use std::f64::consts::TAU;
use std::ops::Range;
use std::path::Path;

pub const RATE: usize = 48_000;
/// How long the sweep lasts, in milliseconds.
const SWEEP_MS: u64 = 20_000;
/// What is softer than this is silence: PulseAudio's own dither is.
const SILENT: f32 = 0.002;

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

/// Where in `heard` the sound begins that is most like `expected`, and how much it is like it.
pub fn find(heard: &[f32], expected: &[f32]) -> (usize, f64) {
    let fit = |from: usize| {
        let (mut dot, mut power) = (0.0f64, 1e-9f64);
        for (h, e) in heard[from..].iter().zip(expected).step_by(3) {
            dot += f64::from(*h) * f64::from(*e);
            power += f64::from(*h) * f64::from(*h);
        }
        dot / (power * expected.iter().step_by(3).map(|e| f64::from(e * e)).sum::<f64>()).sqrt()
    };
    let last = heard.len().saturating_sub(expected.len());
    let best = |places: &mut dyn Iterator<Item = usize>| {
        places
            .map(|from| (from, fit(from)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap()
    };
    let rough = best(&mut (0..=last).step_by(4));
    best(&mut (rough.0.saturating_sub(4)..=(rough.0 + 4).min(last)))
}

/// Where nothing is heard for at least so many frames; the beginning and the end count as such.
pub fn silences(heard: &[f32], frames: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, sample) in heard.iter().chain([&1.0]).enumerate() {
        if sample.abs() > SILENT {
            if at - from >= frames || from == 0 {
                found.push(from..at);
            }
            from = at + 1;
        }
    }
    if found.last().is_none_or(|last| last.end < heard.len()) {
        found.push(heard.len()..heard.len());
    }
    found
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
