//! Keeps peaks below a ceiling by turning the sound down a little before they come, and up again slowly after. Changes nothing
//! of a sound that stays below the ceiling but its time: it comes out [`LOOK_AHEAD_FRAMES`] later, and the caller is told.
//!
//! The ceiling is kept for samples, with a margin for what a converter makes between them.

use super::HOUSE_RATE_HZ;
use super::loudness::{PEAK_MAX_DBTP, factor};
use std::collections::VecDeque;

/// The margin in decibels. A player's test measures the true peak of loud speech with it.
const BETWEEN_SAMPLES_DB: f64 = 0.5;
/// 5 ms: long enough that turning down is not heard as a click.
pub(super) const LOOK_AHEAD_FRAMES: usize = HOUSE_RATE_HZ as usize / 200;
/// Time to come back up by 63 %, in frames: 200 ms.
const RELEASE_FRAMES: f32 = HOUSE_RATE_HZ as f32 / 5.0;
/// A gain above this is as good as none: 0.009 dB.
const RELEASED: f32 = 0.999;

/// A limiter for stereo frames at the house rate.
pub(super) struct Limiter {
    ceiling: f32,
    /// Frames on their way through.
    waiting: VecDeque<[f32; 2]>,
    /// The gain that each waiting frame needs, kept as a falling queue of (frame number, gain) to know the smallest at once.
    needs: VecDeque<(u64, f32)>,
    /// The last smallest gains, whose average is the gain that is applied: a straight slope down over the look-ahead.
    slope: VecDeque<f32>,
    slope_sum: f64,
    held: f32,
    number: u64,
}

impl Limiter {
    pub(super) fn new() -> Self {
        let mut limiter = Self {
            ceiling: factor(PEAK_MAX_DBTP - BETWEEN_SAMPLES_DB),
            waiting: VecDeque::with_capacity(LOOK_AHEAD_FRAMES + 1),
            needs: VecDeque::with_capacity(LOOK_AHEAD_FRAMES + 1),
            slope: VecDeque::with_capacity(LOOK_AHEAD_FRAMES + 1),
            slope_sum: 0.0,
            held: 1.0,
            number: 0,
        };
        limiter.reset();
        limiter
    }

    /// Forgets what is inside: the next frames follow a jump.
    pub(super) fn reset(&mut self) {
        self.waiting.clear();
        self.needs.clear();
        self.slope.clear();
        self.slope.extend(std::iter::repeat_n(1.0, LOOK_AHEAD_FRAMES));
        self.slope_sum = LOOK_AHEAD_FRAMES as f64;
        self.held = 1.0;
        self.number = 0;
    }

    /// Takes frames, appends those that are [`LOOK_AHEAD_FRAMES`] older to `out`, once there are some.
    pub(super) fn push(&mut self, frames: &[[f32; 2]], out: &mut VecDeque<[f32; 2]>) {
        let is_loud = |frame: &[f32; 2]| (frame[0].abs() > self.ceiling) | (frame[1].abs() > self.ceiling);
        // Without a way out in the middle, so that several frames are compared at once.
        if self.is_at_rest() && !frames.iter().fold(false, |loud, frame| loud | is_loud(frame)) {
            // Most of what people say: a queue of one gain of 1.0 stays one, so frames only wait for their turn.
            self.waiting.extend(frames);
            let due = self.waiting.len().saturating_sub(LOOK_AHEAD_FRAMES);
            out.extend(self.waiting.drain(..due));
        } else {
            out.extend(frames.iter().filter_map(|frame| self.next(*frame)));
        }
    }

    /// Whether nothing that is inside needs a gain other than 1.0.
    fn is_at_rest(&self) -> bool {
        // The sum is exact: multiples of 2⁻³² below 2⁸ fit into 53 bits.
        self.held == 1.0
            && self.slope_sum == LOOK_AHEAD_FRAMES as f64
            && self.needs.iter().all(|(_, gain)| *gain == 1.0)
    }

    fn next(&mut self, frame: [f32; 2]) -> Option<[f32; 2]> {
        let peak = frame.iter().fold(0.0f32, |peak, s| peak.max(s.abs()));
        let need = if peak > self.ceiling {
            self.ceiling / peak
        } else {
            1.0
        };
        while self.needs.back().is_some_and(|(_, later)| *later >= need) {
            self.needs.pop_back();
        }
        self.needs.push_back((self.number, need));
        let oldest = self.number.saturating_sub(LOOK_AHEAD_FRAMES as u64);
        while self.needs.front().is_some_and(|(number, _)| *number < oldest) {
            self.needs.pop_front();
        }
        self.number += 1;
        let smallest = self.needs.front().map_or(1.0, |(_, gain)| *gain);
        let released = self.held + (1.0 - self.held) / RELEASE_FRAMES;
        // The last thousandth would take for ever, and is not heard.
        let released = if released > RELEASED { 1.0 } else { released };
        self.held = smallest.min(released);
        self.slope_sum += f64::from(self.held) - f64::from(self.slope.pop_front().unwrap_or(1.0));
        self.slope.push_back(self.held);
        self.waiting.push_back(frame);
        if self.waiting.len() <= LOOK_AHEAD_FRAMES {
            return None;
        }
        let gain = (self.slope_sum / LOOK_AHEAD_FRAMES as f64) as f32;
        let [left, right] = self.waiting.pop_front()?;
        // Rounding of a long sum must not let a peak through.
        let kept = |s: f32| (s * gain).clamp(-self.ceiling, self.ceiling);
        Some([kept(left), kept(right)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn through(frames: &[[f32; 2]]) -> Vec<[f32; 2]> {
        let mut limiter = Limiter::new();
        let mut out = VecDeque::new();
        // In pieces of all sizes, as they come from decoders.
        let mut rest = frames;
        for size in (1..).map(|n| n * 37 % 500) {
            let (piece, later) = rest.split_at(size.min(rest.len()));
            limiter.push(piece, &mut out);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        limiter.push(&[[0.0; 2]; LOOK_AHEAD_FRAMES], &mut out);
        out.into()
    }

    #[test]
    fn what_came_in_pieces_is_what_came_frame_by_frame() {
        // A second of quiet, a shout, and two seconds in which the gain comes back to 1.0.
        let sound: Vec<[f32; 2]> = (0..4 * 48_000)
            .map(|n| {
                let level = if (48_000..60_000).contains(&n) { 2.5 } else { 0.6 };
                [(n as f32 / 20.0).sin() * level, (n as f32 / 33.0).cos() * level]
            })
            .collect();
        let mut limiter = Limiter::new();
        let one_by_one: Vec<[f32; 2]> = sound.iter().filter_map(|frame| limiter.next(*frame)).collect();
        assert!(
            limiter.is_at_rest(),
            "two seconds after a shout the gain is not 1.0 again"
        );
        let in_pieces = through(&sound);
        assert!(one_by_one.iter().zip(&in_pieces).all(|(a, b)| a == b));
        assert_eq!(in_pieces.len(), sound.len());
    }

    #[test]
    fn what_is_quiet_enough_comes_out_as_it_went_in() {
        let sound: Vec<[f32; 2]> = (0..4800)
            .map(|n| [(n as f32 / 20.0).sin() * 0.8, (n as f32 / 31.0).cos() * 0.5])
            .collect();
        for (went_in, came_out) in sound.iter().zip(through(&sound)) {
            assert!((went_in[0] - came_out[0]).abs() < 1e-5 && (went_in[1] - came_out[1]).abs() < 1e-5);
        }
    }

    #[test]
    fn a_shout_is_turned_down_as_a_whole_and_not_cut_off() {
        let sound: Vec<[f32; 2]> = (0..9600).map(|n| [(n as f32 / 20.0).sin() * 3.0; 2]).collect();
        let out = through(&sound);
        let flat = out.iter().skip(960).filter(|f| f[0].abs() > 0.84).count();
        assert!(
            flat < out.len() / 8,
            "{flat} of {} frames stick to the ceiling: it is cut off",
            out.len()
        );
    }

    proptest! {
        #[test]
        fn nothing_is_above_the_ceiling_and_no_frame_is_lost(samples in prop::collection::vec(-8.0f32..8.0, 1..3000)) {
            let frames: Vec<[f32; 2]> = samples.iter().map(|s| [*s, -s / 2.0]).collect();
            let out = through(&frames);
            prop_assert_eq!(out.len(), frames.len());
            let ceiling = factor(PEAK_MAX_DBTP);
            prop_assert!(out.iter().all(|f| f[0].abs() <= ceiling));
        }
    }
}
