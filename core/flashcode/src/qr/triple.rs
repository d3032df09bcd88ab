//! Three eyes that may belong to one QR Code.

use super::finder::Finder;
use crate::geometry::{Vector, at};
use crate::grid::Grid;
use arrayvec::ArrayVec;

/// The eye in the corner, the one to the right of it and the one below, seen so that right turns clockwise into down.
#[derive(Debug, Clone)]
pub(crate) struct Triple {
    corner: Finder,
    right: Finder,
    below: Finder,
    /// How unlikely: 0 is a square seen from the front.
    oddness: f32,
}

/// The most numbers of modules that three eyes may mean.
pub(crate) const MOST_SIZES: usize = 18;
type Sizes = ArrayVec<usize, MOST_SIZES>;
/// Places on the symbol and in the picture: four corners of three eyes, and four times the far corner.
type Pairs = ArrayVec<(Vector, Vector), 16>;

/// How much larger one eye may look than another of the same symbol.
const MOST_GROWN: f32 = 2.4;
/// How much longer one side may look than the other.
const LONGEST_SIDE: f32 = 3.0;
/// How far from a right angle the sides may look, as a cosine: 30° to 150°.
const FLATTEST_COSINE: f32 = 0.87;
/// Distances between the middles of eyes in modules: versions 1 to 40, with slack.
const SPANS_MODULES: std::ops::RangeInclusive<f32> = 10.0..=190.0;
/// The most eyes that are combined; the surest ones.
const MOST_EYES: usize = 40;

/// Three eyes by their numbers, and how unlikely they are a symbol's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    oddness: f32,
    eyes: [u8; 3],
    /// How well the best of its sizes agrees with the timing patterns, from −1 to 1; set by who looks at the picture.
    pub(crate) timing: f32,
}

/// The most triples that are kept of a picture; more come only from a picture full of ornaments.
const MOST_TRIPLES: usize = 60;
/// Room for triples before the unlikely ones are dropped.
pub(crate) const ROOM: usize = 8 * MOST_TRIPLES;

/// The triples of eyes that may be symbols, likely ones first. Sorts the eyes.
pub(crate) fn likely(eyes: &mut Vec<Finder>, candidates: &mut Vec<Candidate>) {
    eyes.sort_unstable_by(|a, b| b.quality.total_cmp(&a.quality));
    eyes.truncate(MOST_EYES);
    candidates.clear();
    let by_oddness = |a: &Candidate, b: &Candidate| a.oddness.total_cmp(&b.oddness);
    for (c, corner) in (0_u8..).zip(eyes.iter()) {
        for (i, one) in (0_u8..).zip(eyes.iter()) {
            for (j, other) in (0_u8..).zip(eyes.iter()).skip(usize::from(i) + 1) {
                let Some(triple) = triple(corner, one, other) else {
                    continue;
                };
                if candidates.len() >= ROOM {
                    candidates.sort_unstable_by(by_oddness);
                    candidates.truncate(MOST_TRIPLES);
                }
                candidates.push(Candidate {
                    oddness: triple.oddness,
                    eyes: [c, i, j],
                    timing: -1.0,
                });
            }
        }
    }
    candidates.sort_unstable_by(by_oddness);
    candidates.truncate(MOST_TRIPLES);
}

impl Candidate {
    /// The triple of this candidate.
    pub(crate) fn triple(&self, eyes: &[Finder]) -> Option<Triple> {
        let [corner, one, other] = self.eyes.map(|at| eyes.get(usize::from(at)));
        triple(corner?, one?, other?)
    }
}

fn triple(corner: &Finder, one: &Finder, other: &Finder) -> Option<Triple> {
    let (to_one, to_other) = (one.centre - corner.centre, other.centre - corner.centre);
    let (length, width) = (to_one.length(), to_other.length());
    let radii = [corner.radius, one.radius, other.radius];
    let (largest, smallest) = radii
        .iter()
        .fold((0.0, f32::MAX), |(l, s): (f32, f32), r| (l.max(*r), s.min(*r)));
    let module = radii.iter().sum::<f32>() / 3.0 / 4.0; // the mean radius over all directions is about 4 modules
    let cosine = to_one.dot(to_other) / (length * width);
    let grown = largest / smallest;
    let stretched = length.max(width) / length.min(width);
    let fits = length.min(width) > smallest
        && grown < MOST_GROWN
        && stretched < LONGEST_SIDE
        && cosine.abs() < FLATTEST_COSINE
        && SPANS_MODULES.contains(&(length / module))
        && SPANS_MODULES.contains(&(width / module));
    if !fits {
        return None;
    }
    let (right, below) = if to_one.cross(to_other) > 0.0 {
        (one, other)
    } else {
        (other, one)
    };
    let unsure = 3.0 - corner.quality - one.quality - other.quality;
    // Of the triples in a picture with several codes, the compact ones are the symbols.
    let spread = (length + width) / module / 200.0;
    let oddness = 2.0 * grown.ln() + stretched.ln() + cosine.abs() + unsure + spread;
    Some(Triple {
        corner: *corner,
        right: *right,
        below: *below,
        oddness,
    })
}

impl Triple {
    pub(crate) fn eyes(&self) -> [&Finder; 3] {
        [&self.corner, &self.right, &self.below]
    }

    fn directions(&self) -> (Vector, Vector) {
        (
            self.right.centre - self.corner.centre,
            self.below.centre - self.corner.centre,
        )
    }

    /// The numbers of modules that the symbol may have along a side, likely ones first.
    pub(crate) fn sizes(&self) -> Sizes {
        let (right, down) = self.directions();
        let side = |eye: &Finder, horizontal: bool| {
            eye.corners(right, down)
                .map_or(eye.radius * 2.0 / 1.12, |[a, b, c, d]| {
                    if horizontal {
                        ((b - a).length() + (c - d).length()) / 2.0
                    } else {
                        ((d - a).length() + (c - b).length()) / 2.0
                    }
                })
                / 7.0
        };
        // Under a perspective the distance in modules is exactly this, with the lengths of modules at both ends.
        let across = right.length() / (side(&self.corner, true) * side(&self.right, true)).sqrt();
        let upright = down.length() / (side(&self.corner, false) * side(&self.below, false)).sqrt();
        let estimate = (across + upright) / 2.0 + 7.0;
        let version = ((estimate - 17.0) / 4.0).round() as i32;
        // The larger the symbol, the more an error in the eyes' sides counts.
        let reach = 1 + version.max(0) / 6 + if (across - upright).abs() > 4.0 { 1 } else { 0 };
        let mut versions: ArrayVec<i32, MOST_SIZES> = (version - reach..=version + reach)
            .filter(|v| (1..=40).contains(v))
            .take(MOST_SIZES)
            .collect();
        versions.sort_unstable_by(|a, b| {
            let off = |v: &i32| (17.0 + 4.0 * *v as f32 - estimate).abs();
            off(a).total_cmp(&off(b))
        });
        versions
            .iter()
            .filter_map(|v| usize::try_from(17 + 4 * v).ok())
            .collect()
    }

    /// The grid that goes through the corners of the three eyes.
    pub(crate) fn grid(&self, size: usize) -> Option<Grid> {
        Grid::through(size, size, &self.pairs(size))
            .or_else(|| Grid::through(size, size, &self.middles(size)))
    }

    /// The same, with one more place known.
    pub(crate) fn grid_with(&self, size: usize, far: (Vector, Vector)) -> Option<Grid> {
        let mut pairs = self.pairs(size);
        // It stands alone against four of each eye.
        pairs.extend([far; 4]);
        Grid::through(size, size, &pairs)
    }

    fn pairs(&self, size: usize) -> Pairs {
        let (right, down) = self.directions();
        let far = size as f32 - 7.0;
        let mut pairs = Pairs::new();
        for (eye, origin) in self
            .eyes()
            .into_iter()
            .zip([at(0.0, 0.0), at(far, 0.0), at(0.0, far)])
        {
            match eye.corners(right, down) {
                Some(corners) => {
                    let on_symbol = [at(0.0, 0.0), at(7.0, 0.0), at(7.0, 7.0), at(0.0, 7.0)];
                    pairs.extend(on_symbol.map(|p| p + origin).into_iter().zip(corners));
                }
                None => pairs.extend([(origin + at(3.5, 3.5), eye.centre); 2]),
            }
        }
        // With few corners the far end is open: a parallelogram closes it.
        if pairs.len() < 10 {
            self.middles(size)
        } else {
            pairs
        }
    }

    fn middles(&self, size: usize) -> Pairs {
        let (near, far) = (3.5, size as f32 - 3.5);
        let opposite = self.right.centre + self.below.centre - self.corner.centre;
        Pairs::from_iter([
            (at(near, near), self.corner.centre),
            (at(far, near), self.right.centre),
            (at(near, far), self.below.centre),
            (at(far, far), opposite),
        ])
    }
}
