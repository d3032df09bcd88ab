//! One symbol sampled several times: in several renderings of a picture, or in several frames of a camera. What no sampling says for sure,
//! all together often do: noise, moiré and the blur of a shaking hand differ from one to the next, the modules do not.

use crate::code::Point;
use crate::geometry::{Vector, at};

/// How much an earlier sampling counts beside the next one: a hand moves on, and so does the light.
const FADING: f32 = 0.85;
/// How far the corners of two samplings of one symbol may be apart, as a part of its size.
const MOST_APART: f32 = 0.25;
/// Modules of the largest symbol that is voted on, a QR Code of version 25.
const MOST_MODULES: usize = 117 * 117;

/// The sum of the samplings of the symbol that was last seen and not read.
#[derive(Debug, Default)]
pub(crate) struct Votes {
    /// Modules along the upper side; 0 as long as there is nothing.
    width: usize,
    corners: [Point; 4],
    sums: Vec<f32>,
    samplings: u32,
    /// Where the picture that is looked at lies in the whole one: what is added to its places after they were divided by the factor.
    origin: Vector,
    factor: f32,
}

impl Votes {
    /// Makes room for the largest symbol.
    pub(crate) fn reserve(&mut self) {
        self.sums.reserve(MOST_MODULES.saturating_sub(self.sums.len()));
    }

    /// Where the picture's part lies that is looked at now, how much it is enlarged.
    pub(crate) fn look_at(&mut self, origin: Vector, factor: f32) {
        (self.origin, self.factor) = (origin, factor);
    }

    /// Adds a sampling that could not be read. Gives the sum if there is more than one of this symbol.
    pub(crate) fn add(&mut self, corners: [Point; 4], width: usize, darkness: &[f32]) -> Option<&[f32]> {
        if darkness.len() > MOST_MODULES || self.factor <= 0.0 {
            return None;
        }
        let whole = corners.map(|p| Point {
            x: p.x / self.factor + self.origin.x,
            y: p.y / self.factor + self.origin.y,
        });
        if self.is_same(&whole, width, darkness.len()) {
            for (sum, value) in self.sums.iter_mut().zip(darkness) {
                *sum = *sum * FADING + value.clamp(-1.0, 1.0);
            }
            self.samplings += 1;
        } else {
            self.sums.clear();
            self.sums
                .extend(darkness.iter().map(|value| value.clamp(-1.0, 1.0)));
            (self.width, self.samplings) = (width, 1);
        }
        self.corners = whole;
        (self.samplings > 1).then_some(&self.sums)
    }

    fn is_same(&self, corners: &[Point; 4], width: usize, modules: usize) -> bool {
        let [a, _, c, _] = self.corners;
        let most = MOST_APART * at(c.x - a.x, c.y - a.y).length();
        let near = |(one, other): (&Point, &Point)| at(one.x - other.x, one.y - other.y).length() < most;
        self.width == width && self.sums.len() == modules && self.corners.iter().zip(corners).all(near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNERS: [Point; 4] = [
        Point { x: 0.0, y: 0.0 },
        Point { x: 20.0, y: 0.0 },
        Point { x: 20.0, y: 20.0 },
        Point { x: 0.0, y: 20.0 },
    ];

    #[test]
    fn samplings_of_one_symbol_are_summed_and_those_of_another_are_not() {
        let mut votes = Votes::default();
        votes.look_at(at(0.0, 0.0), 1.0);
        assert_eq!(votes.add(CORNERS, 2, &[0.2, -1.0, 1.0, -0.1]), None);
        // The same place in an enlarged part of the picture.
        votes.look_at(at(-10.0, -10.0), 2.0);
        let moved = CORNERS.map(|p| Point {
            x: (p.x + 11.0) * 2.0,
            y: (p.y + 10.0) * 2.0,
        });
        let sums = votes
            .add(moved, 2, &[-0.9, -1.0, 1.0, 0.9])
            .expect("two samplings");
        assert!(
            sums[0] < 0.0 && sums[3] > 0.0,
            "a faint sampling outweighs a clear one"
        );
        let far = CORNERS.map(|p| Point {
            x: p.x + 300.0,
            y: p.y,
        });
        assert_eq!(votes.add(far, 2, &[1.0; 4]), None, "two symbols are mixed");
    }
}
