//! What tests of this room share: the golden samples and the chirp that all of them hold, and how to compare sound.

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};

/// The golden samples; `testdata/make.sh` made them.
pub(super) const CHIRPS: [&str; 6] = [
    "chirp.opus",
    "chirp.mp3",
    "chirp.m4a",
    "chirp.flac",
    "chirp.ogg",
    "chirp.wav",
];
/// How long the chirp lasts, in milliseconds.
pub(super) const CHIRP_MS: u64 = 1200;

pub(super) fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/audio/testdata")
        .join(name)
}

pub(super) fn bytes_of(name: &str) -> Vec<u8> {
    std::fs::read(testdata(name)).unwrap()
}

/// The chirp of the golden samples: mono, from a frame on; silent outside of its 1.2 s.
pub(super) fn chirp(rate_hz: u32, from_frame: u64, frames: usize) -> Vec<f32> {
    let value = |frame: u64| {
        let t = frame as f64 / f64::from(rate_hz);
        let inside = t * 1000.0 < CHIRP_MS as f64;
        if inside {
            0.5 * (TAU * (200.0 * t + 750.0 * t * t)).sin()
        } else {
            0.0
        }
    };
    (from_frame..)
        .take(frames)
        .map(|frame| value(frame) as f32)
        .collect()
}

/// Normalised correlation of two sounds, 1 for the same sound at any level.
pub(super) fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let dot = |x: &[f32], y: &[f32]| {
        x.iter()
            .zip(y)
            .map(|(x, y)| f64::from(*x) * f64::from(*y))
            .sum::<f64>()
    };
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-12)
}

/// By how many frames `heard` comes later than the chirp does from `from_frame` on, and how well it then fits.
pub(super) fn lag(heard: &[f32], rate_hz: u32, from_frame: u64, max_lag: i64) -> (i64, f64) {
    let fit = |lag: i64| {
        let (skip, from) = match lag {
            late if late >= 0 => (late as usize, from_frame),
            early => (0, from_frame + early.unsigned_abs()),
        };
        let heard = &heard[skip.min(heard.len())..];
        correlation(heard, &chirp(rate_hz, from, heard.len()))
    };
    (-max_lag..=max_lag)
        .map(|lag| (lag, fit(lag)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap()
}

/// A WAV file of 16-bit samples with any number of channels, whose header says what it is told to.
pub(super) fn wav(channels: u16, rate_hz: u32, samples: &[i16], declared_bytes: u32) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + declared_bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&rate_hz.to_le_bytes());
    file.extend_from_slice(&(rate_hz * u32::from(channels) * 2).to_le_bytes());
    file.extend_from_slice(&(channels * 2).to_le_bytes());
    file.extend_from_slice(b"\x10\0data");
    file.extend_from_slice(&declared_bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
    file
}

/// The same sample on every channel of a WAV file that tells the truth.
pub(super) fn true_wav(channels: u16, rate_hz: u32, mono: &[f32]) -> Vec<u8> {
    let samples: Vec<i16> = mono
        .iter()
        .flat_map(|s| std::iter::repeat_n((s * 32767.0).round() as i16, usize::from(channels)))
        .collect();
    wav(channels, rate_hz, &samples, samples.len() as u32 * 2)
}
