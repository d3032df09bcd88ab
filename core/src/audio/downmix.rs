//! Any number of channels to one or two, after ITU-R BS.775: centre and surrounds at −3 dB, no low-frequency channel.
//! Scaled so that nothing that did not clip before clips after.

use std::f32::consts::FRAC_1_SQRT_2;
use symphonia::core::audio::{Channels, Position};

/// How much of each input channel goes to each output channel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Downmix {
    left: Vec<f32>,
    /// Empty for mono.
    right: Vec<f32>,
}

impl Downmix {
    /// From the channels of a recording to mono if it has one, else to stereo.
    pub(super) fn new(channels: &Channels) -> Self {
        Self::to(channels, if channels.count() == 1 { 1 } else { 2 })
    }

    /// From the channels of a packet to a number of channels that was settled before.
    pub(super) fn to(channels: &Channels, outputs: u16) -> Self {
        let weights = weights(channels);
        let scaled = |side: fn(&(f32, f32)) -> f32| -> Vec<f32> {
            let total: f32 = weights.iter().map(side).sum();
            weights.iter().map(|w| side(w) / total.max(1.0)).collect()
        };
        match outputs {
            1 => Self {
                left: scaled(|w| (w.0 + w.1) / 2.0),
                right: Vec::new(),
            },
            _ => Self {
                left: scaled(|w| w.0),
                right: scaled(|w| w.1),
            },
        }
    }

    /// 1 or 2.
    pub(super) fn outputs(&self) -> u16 {
        if self.right.is_empty() { 1 } else { 2 }
    }

    /// Whether every channel goes to its own output as it is.
    pub(super) fn changes_nothing(&self) -> bool {
        match (self.left.as_slice(), self.right.as_slice()) {
            ([mono], []) => *mono == 1.0,
            (left, right) => left == [1.0, 0.0] && right == [0.0, 1.0],
        }
    }

    /// Appends the mix of interleaved samples to `out`.
    pub(super) fn mix(&self, samples: &[f32], out: &mut Vec<f32>) {
        let dot =
            |frame: &[f32], weights: &[f32]| -> f32 { frame.iter().zip(weights).map(|(s, w)| s * w).sum() };
        for frame in samples.chunks_exact(self.left.len().max(1)) {
            out.push(dot(frame, &self.left));
            if !self.right.is_empty() {
                out.push(dot(frame, &self.right));
            }
        }
    }
}

/// Left and right weight of each channel, in the order in which samples are interleaved.
fn weights(channels: &Channels) -> Vec<(f32, f32)> {
    let left = Position::FRONT_LEFT
        | Position::FRONT_LEFT_CENTER
        | Position::FRONT_LEFT_WIDE
        | Position::TOP_FRONT_LEFT
        | Position::BOTTOM_FRONT_LEFT;
    let right = Position::FRONT_RIGHT
        | Position::FRONT_RIGHT_CENTER
        | Position::FRONT_RIGHT_WIDE
        | Position::TOP_FRONT_RIGHT
        | Position::BOTTOM_FRONT_RIGHT;
    let left_surround =
        Position::REAR_LEFT | Position::SIDE_LEFT | Position::TOP_REAR_LEFT | Position::TOP_SIDE_LEFT;
    let right_surround =
        Position::REAR_RIGHT | Position::SIDE_RIGHT | Position::TOP_REAR_RIGHT | Position::TOP_SIDE_RIGHT;
    match channels {
        Channels::Positioned(positions) if channels.count() > 1 => positions
            .iter()
            .map(|position| match position {
                p if left.contains(p) => (1.0, 0.0),
                p if right.contains(p) => (0.0, 1.0),
                p if left_surround.contains(p) => (FRAC_1_SQRT_2, 0.0),
                p if right_surround.contains(p) => (0.0, FRAC_1_SQRT_2),
                p if p.intersects(Position::LFE1 | Position::LFE2) => (0.0, 0.0),
                _ => (FRAC_1_SQRT_2, FRAC_1_SQRT_2),
            })
            .collect(),
        _ if channels.count() == 2 => vec![(1.0, 0.0), (0.0, 1.0)],
        // Nobody says where these channels belong: all of them in the middle.
        _ => vec![(1.0, 1.0); channels.count()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_voice_in_the_centre_channel_is_heard_on_both_ears() {
        let layout = Channels::Positioned(
            Position::FRONT_LEFT
                | Position::FRONT_RIGHT
                | Position::FRONT_CENTER
                | Position::LFE1
                | Position::REAR_LEFT
                | Position::REAR_RIGHT
                | Position::SIDE_LEFT
                | Position::SIDE_RIGHT,
        );
        let mut out = Vec::new();
        Downmix::new(&layout).mix(&[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], &mut out);
        assert_eq!(out.len(), 2);
        assert!(out[0] > 0.2 && out[0] == out[1], "centre went to {out:?}");
    }

    #[test]
    fn mono_and_stereo_are_left_as_they_are() {
        let named = |positions| Downmix::new(&Channels::Positioned(positions));
        assert!(named(Position::FRONT_CENTER).changes_nothing());
        assert!(named(Position::FRONT_LEFT | Position::FRONT_RIGHT).changes_nothing());
        assert!(Downmix::new(&Channels::Discrete(2)).changes_nothing());
        let with_centre = Position::FRONT_LEFT | Position::FRONT_RIGHT | Position::FRONT_CENTER;
        assert!(!named(with_centre).changes_nothing());
        let mono = Channels::Positioned(Position::FRONT_CENTER);
        assert!(!Downmix::to(&mono, 2).changes_nothing(), "one channel became two");
    }

    proptest! {
        #[test]
        fn what_did_not_clip_does_not_clip(count in 1u16..=16, frame in prop::collection::vec(-1.0f32..=1.0, 16), known in any::<bool>()) {
            let layout = match Position::from_count(u32::from(count)) {
                Some(positions) if known => Channels::Positioned(positions),
                _ => Channels::Discrete(count),
            };
            let mix = Downmix::new(&layout);
            let mut out = Vec::new();
            mix.mix(&frame[..layout.count()], &mut out);
            prop_assert_eq!(out.len(), usize::from(mix.outputs()));
            prop_assert!(out.iter().all(|s| s.abs() <= 1.000_01), "{:?} became {:?}", frame, out);
        }
    }
}
