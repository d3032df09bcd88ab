//! Faster or slower speech at the same pitch: waveform-similarity overlap-add (WSOLA; Verhelst and Roelands, ICASSP 1993).
//!
//! Our own, because what exists costs a phone too much (a plain search at 48 kHz is 110 million multiplications a second, where
//! this two-step search needs two), is under the GPL, or needs unsafe calls into C. Works at the house rate, on all channels
//! with the same cuts, so that a voice keeps its place.

use super::HOUSE_RATE_HZ;

/// The slowest and the fastest speed.
pub const SPEEDS: std::ops::RangeInclusive<f32> = 0.75..=2.0;

/// Frames that are laid down at once, and over which one cut fades into the next: 10 ms.
const HOP: usize = HOUSE_RATE_HZ as usize / 100;
/// How far a cut may move to fit: 10 ms to both sides, so that a voice of 50 Hz finds its next period.
const REACH: usize = HOUSE_RATE_HZ as usize / 100;
/// The first search looks at one value for this many frames: 6 kHz is enough to see the period of a voice.
const COARSE: usize = 8;

/// Stretches one recording; [`Self::reset`] at each jump.
pub(super) struct Stretch {
    channels: usize,
    speed: f64,
    /// Interleaved frames that may still be needed.
    input: Vec<f32>,
    /// Where in `input` the sound would go on if nothing were stretched, in frames.
    continues_at: usize,
    /// Where in `input` the next cut should be taken from, in frames; before fitting.
    wanted: f64,
    /// The first half of a Hann window: it and its mirror add up to one.
    rise: Vec<f32>,
}

impl Stretch {
    pub(super) fn new(channels: u16) -> Self {
        let rise = (0..HOP)
            .map(|i| 0.5 - 0.5 * (std::f32::consts::PI * (i as f32 + 0.5) / HOP as f32).cos())
            .collect();
        Self {
            channels: usize::from(channels),
            speed: 1.0,
            input: Vec::new(),
            continues_at: 0,
            wanted: 0.0,
            rise,
        }
    }

    /// From now on; outside of [`SPEEDS`] the nearest is taken.
    pub(super) fn set_speed(&mut self, speed: f32) {
        self.speed = f64::from(speed.clamp(*SPEEDS.start(), *SPEEDS.end()));
    }

    /// Forgets what is inside: the next frames follow a jump.
    pub(super) fn reset(&mut self) {
        self.input.clear();
        self.continues_at = 0;
        self.wanted = 0.0;
    }

    /// Takes interleaved samples and appends what they give to `out`; some stay inside.
    pub(super) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.input.extend_from_slice(samples);
        while self.step(out) {}
        self.forget();
    }

    /// Appends what is still inside, less than 40 ms. The recording is over.
    pub(super) fn finish(&mut self, out: &mut Vec<f32>) {
        out.extend_from_slice(
            self.input
                .get(self.continues_at * self.channels..)
                .unwrap_or_default(),
        );
        self.reset();
    }

    /// Lays down one hop, if enough is there.
    fn step(&mut self, out: &mut Vec<f32>) -> bool {
        let plain = self.speed == 1.0;
        let wanted = self.wanted.round() as usize;
        let needed = (self.continues_at + HOP).max(if plain { 0 } else { wanted + REACH + HOP + COARSE });
        if needed * self.channels > self.input.len() {
            return false;
        }
        let cut = if plain || self.continues_at == wanted {
            self.continues_at
        } else {
            self.best_cut(wanted)
        };
        if cut == self.continues_at {
            // Faded into itself it is the same.
            let as_it_is = cut * self.channels..(cut + HOP) * self.channels;
            out.extend_from_slice(self.input.get(as_it_is).unwrap_or_default());
        } else {
            self.cross(cut, out);
        }
        self.continues_at = cut + HOP;
        // At plain speed nothing is searched, and the search that comes later begins from where the sound is.
        let from = if plain { cut as f64 } else { self.wanted };
        self.wanted = from + HOP as f64 * self.speed;
        true
    }

    /// Lays down one hop in which what would have come next fades into what is at `cut`.
    fn cross(&self, cut: usize, out: &mut Vec<f32>) {
        let leaving = self.input.iter().skip(self.continues_at * self.channels);
        let coming = self.input.iter().skip(cut * self.channels);
        let rise = self
            .rise
            .iter()
            .flat_map(|r| std::iter::repeat_n(*r, self.channels));
        out.extend(
            leaving
                .zip(coming)
                .zip(rise)
                .map(|((leaving, coming), rise)| leaving + (coming - leaving) * rise),
        );
    }

    /// The cut near `wanted` that looks most like what would have come next.
    fn best_cut(&self, wanted: usize) -> usize {
        let lowest = wanted.saturating_sub(REACH);
        let goal = self.coarse(self.continues_at, HOP);
        let field = self.coarse(lowest, wanted - lowest + REACH + HOP);
        let rough = best_match(&goal, &field).map_or(wanted, |at| lowest + at * COARSE);
        let from = rough.saturating_sub(COARSE).max(lowest);
        let goal = self.mono(self.continues_at, HOP);
        let field = self.mono(from, 2 * COARSE + HOP);
        best_match(&goal, &field).map_or(rough, |at| from + at)
    }

    fn mono(&self, from: usize, frames: usize) -> Vec<f32> {
        let samples = self.input.get(from * self.channels..).unwrap_or_default();
        samples
            .chunks_exact(self.channels)
            .take(frames)
            .map(|frame| frame.iter().sum())
            .collect()
    }

    fn coarse(&self, from: usize, frames: usize) -> Vec<f32> {
        self.mono(from, frames)
            .chunks_exact(COARSE)
            .map(|chunk| chunk.iter().sum())
            .collect()
    }

    /// Lets go of what no cut can need any more, now and then.
    fn forget(&mut self) {
        let needed_from = self
            .continues_at
            .min((self.wanted as usize).saturating_sub(REACH));
        if needed_from > HOUSE_RATE_HZ as usize / 4 {
            self.input.drain(..needed_from * self.channels);
            self.continues_at -= needed_from;
            self.wanted -= needed_from as f64;
        }
    }
}

/// Where in `field` something most like `goal` begins, by normalised correlation.
fn best_match(goal: &[f32], field: &[f32]) -> Option<usize> {
    let likeness = |part: &[f32]| {
        let (dot, energy) = part
            .iter()
            .zip(goal)
            .fold((0.0f32, 1e-9f32), |(d, e), (p, g)| (d + p * g, e + p * p));
        dot / energy.sqrt()
    };
    let parts = field.windows(goal.len().max(1)).map(likeness).enumerate();
    parts.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stretched(sound: &[f32], channels: u16, speed: f32, chunk: usize) -> Vec<f32> {
        let mut stretch = Stretch::new(channels);
        stretch.set_speed(speed);
        let mut out = Vec::new();
        for part in sound.chunks(chunk * usize::from(channels)) {
            stretch.push(part, &mut out);
        }
        stretch.finish(&mut out);
        out
    }

    fn tone(hz: f32, frames: usize) -> Vec<f32> {
        (0..frames)
            .map(|n| 0.5 * (std::f32::consts::TAU * hz * n as f32 / HOUSE_RATE_HZ as f32).sin())
            .collect()
    }

    fn rising_zeros(sound: &[f32]) -> usize {
        sound.windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count()
    }

    #[test]
    fn plain_speed_changes_nothing() {
        let sound = tone(440.0, 20_000);
        let out = stretched(&sound, 1, 1.0, 777);
        assert_eq!(out.len(), sound.len());
        assert!(out.iter().zip(&sound).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn the_pitch_stays_and_the_time_changes() {
        let seconds = 4;
        for hz in [90.0, 220.0, 440.0, 1000.0] {
            let sound = tone(hz, HOUSE_RATE_HZ as usize * seconds);
            for speed in [0.75, 1.25, 1.5, 2.0] {
                let out = stretched(&sound, 1, speed, 1024);
                let expected_s = seconds as f32 / speed;
                let heard_s = out.len() as f32 / HOUSE_RATE_HZ as f32;
                assert!(
                    (heard_s - expected_s).abs() < 0.05,
                    "{heard_s} s instead of {expected_s} s at {speed}"
                );
                let heard_hz = rising_zeros(&out) as f32 / heard_s;
                assert!(
                    (heard_hz / hz - 1.0).abs() < 0.02,
                    "{hz} Hz became {heard_hz} Hz at {speed}"
                );
                let power: f32 = out.iter().map(|s| s * s).sum::<f32>() / out.len() as f32;
                assert!(
                    (power / 0.125 - 1.0).abs() < 0.1,
                    "a steady tone of {hz} Hz wavers at {speed}: power {power}"
                );
            }
        }
    }

    #[test]
    fn a_voice_stays_on_its_side() {
        let stereo: Vec<f32> = tone(300.0, 48_000).iter().flat_map(|s| [*s, 0.0]).collect();
        let out = stretched(&stereo, 2, 1.5, 500);
        assert!(
            out.chunks(2).all(|frame| frame[1] == 0.0),
            "the right ear hears what is on the left"
        );
    }

    proptest! {
        #[test]
        fn how_it_is_fed_changes_nothing(seed in any::<u32>(), chunk in 1usize..5000, speed in 0.75f32..=2.0) {
            let mut value = seed;
            let noise: Vec<f32> = (0..30_000).map(|_| {
                value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                value as f32 / u32::MAX as f32 - 0.5
            }).collect();
            prop_assert_eq!(stretched(&noise, 1, speed, chunk), stretched(&noise, 1, speed, 480));
        }
    }
}
