//! Simulated walks: what a phone would report of a walker whose true way is known.
//!
//! A publisher tries a trail at the desk with it before the first panel is screwed on, and the guide's quality is measured
//! with it. Its job ends at fixes and truth. Same options, same walk, on every platform.

use crate::geo::{Fix, Line, Plane, Point, Position, destination};

/// Correlation time of the noise in seconds: a phone's error wanders, it does not jump from fix to fix.
const CORRELATION_S: f64 = 20.0;

/// Radius of 68 % for a normal error with a standard deviation of 1 for each axis: √(−2 ln 0.32).
const RADIUS_68: f64 = 1.509_6;

/// Length of a street in metres, over which the bias of its walls stays the same.
const STREET_M: f64 = 120.0;

/// What is simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkOptions {
    /// Names the walk: another seed, another walk.
    pub seed: u64,
    /// Standard deviation in metres of the phone's error, for each axis: 5 under open sky, 20 in a street canyon.
    pub sigma_m: f64,
    /// Share of fixes, 0 to 1, that lie 50 to 300 m away and claim an accuracy of 5 m.
    pub jumps: f64,
    /// Greatest bias in metres by which the walls of a street shift all its fixes.
    pub street_bias_m: f64,
    /// Pace while walking, in metres a second; `None` draws it between 0.5 and 1.6.
    pub pace_m_s: Option<f64>,
    /// Where the walker may pause for 20 to 90 s, at each with a probability of one half: metres from the start.
    pub pauses_at_m: Vec<f64>,
    /// Detours off the line.
    pub detours: Vec<Detour>,
    /// Gaps without fixes: from so many seconds after the start, for so many seconds.
    pub gaps_s: Vec<(f64, f64)>,
}

/// A detour: out at a right angle, a while there, back again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detour {
    /// Where it leaves the line, in metres from the start.
    pub at_m: f64,
    /// How far out it leads, in metres.
    pub away_m: f64,
    /// How long the walker stays there, in seconds.
    pub stay_s: f64,
}

impl Default for WalkOptions {
    /// The reference model under open sky: 5 m, one fix in a hundred lies, bias up to 10 m.
    fn default() -> Self {
        Self {
            seed: 1,
            sigma_m: 5.0,
            jumps: 0.01,
            street_bias_m: 10.0,
            pace_m_s: None,
            pauses_at_m: Vec::new(),
            detours: Vec::new(),
            gaps_s: Vec::new(),
        }
    }
}

/// One second of a simulated walk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulated {
    /// What the phone reports.
    pub fix: Fix,
    /// Where the walker truly is.
    pub truth: Position,
    /// The walker's true progress in metres; on a detour, where it left the line.
    pub along_m: f64,
}

/// Walks along `line` from its start to its end, one fix a second. A line without length gives no fix; options that are
/// not finite count as 0.
pub fn simulate(line: &Line, options: &WalkOptions) -> Vec<Simulated> {
    let mut random = Random::new(options.seed);
    let sigma_m = finite(options.sigma_m);
    let pace_m_s = options
        .pace_m_s
        .map_or_else(|| random.between(0.5, 1.6), finite)
        .max(0.1);
    let keep = libm::exp(-1.0 / CORRELATION_S);
    let fresh = (1.0 - keep * keep).sqrt();
    let mut error = (random.normal() * sigma_m, random.normal() * sigma_m);
    let mut street = (i64::MIN, Point::default());
    let mut walk = Vec::new();
    for (second, (along_m, truth)) in way(line, options, pace_m_s, &mut random).into_iter().enumerate() {
        error.0 = keep * error.0 + fresh * random.normal() * sigma_m;
        error.1 = keep * error.1 + fresh * random.normal() * sigma_m;
        let this_street = (along_m / STREET_M) as i64;
        if street.0 != this_street {
            street = (this_street, random.on_disc(finite(options.street_bias_m)));
        }
        let lies = random.unit() < options.jumps;
        let (error_now, accuracy_m) = if lies {
            let jump_m = random.between(50.0, 300.0);
            (random.on_circle(jump_m), 5.0)
        } else {
            let point = Point {
                east_m: error.0 + street.1.east_m,
                north_m: error.1 + street.1.north_m,
            };
            (point, (sigma_m * RADIUS_68).max(1.0))
        };
        let t_s = second as f64;
        if options
            .gaps_s
            .iter()
            .any(|&(from, lasts)| t_s >= from && t_s < from + lasts)
        {
            continue;
        }
        let fix = Fix {
            t_ms: second as i64 * 1000,
            position: Plane::at(truth).position(error_now),
            accuracy_m,
            speed_m_s: None,
            course_deg: None,
        };
        walk.push(Simulated { fix, truth, along_m });
    }
    walk
}

/// Where the walker truly is, second by second.
fn way(line: &Line, options: &WalkOptions, pace_m_s: f64, random: &mut Random) -> Vec<(f64, Position)> {
    let mut way = Vec::new();
    let length_m = line.length_m();
    if length_m <= 0.0 {
        return way;
    }
    let mut pauses: Vec<f64> = options
        .pauses_at_m
        .iter()
        .copied()
        .filter(|m| m.is_finite())
        .filter(|_| random.unit() < 0.5)
        .collect();
    pauses.sort_by(f64::total_cmp);
    let mut pauses = pauses.into_iter().peekable();
    let mut detours: Vec<Detour> = options.detours.clone();
    detours.sort_by(|a, b| a.at_m.total_cmp(&b.at_m));
    let mut detours = detours.into_iter().peekable();
    let mut along_m = 0.0;
    while let Some(here) = line.point_at(along_m) {
        way.push((along_m, here));
        while pauses.next_if(|&at_m| at_m <= along_m).is_some() {
            let seconds = random.between(20.0, 90.0) as usize;
            way.extend(std::iter::repeat_n((along_m, here), seconds));
        }
        while let Some(detour) = detours.next_if(|detour| detour.at_m <= along_m) {
            let ahead = line.point_at(along_m + 5.0).unwrap_or(here);
            let aside_deg = crate::geo::bearing_deg(here, ahead) + 90.0;
            let steps = (finite(detour.away_m) / pace_m_s) as usize;
            let out: Vec<_> = (0..=steps)
                .map(|step| (along_m, destination(here, aside_deg, step as f64 * pace_m_s)))
                .collect();
            way.extend(out.iter().copied());
            way.extend(
                out.last()
                    .map(|&p| std::iter::repeat_n(p, finite(detour.stay_s) as usize))
                    .into_iter()
                    .flatten(),
            );
            way.extend(out.into_iter().rev());
        }
        if along_m >= length_m {
            break;
        }
        along_m = (along_m + pace_m_s).min(length_m);
    }
    way
}

fn finite(value: f64) -> f64 {
    if value.is_finite() {
        value.clamp(0.0, 1e5)
    } else {
        0.0
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, good enough to draw walks, and the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 ≤ x < 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// A point of the unit disc, not its centre.
    fn in_disc(&mut self) -> (f64, f64, f64) {
        loop {
            let (x, y) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let r2 = x * x + y * y;
            if r2 > 1e-12 && r2 < 1.0 {
                return (x, y, r2);
            }
        }
    }

    /// Standard normal, by Marsaglia's polar method.
    fn normal(&mut self) -> f64 {
        let (x, _, r2) = self.in_disc();
        x * (-2.0 * libm::log(r2) / r2).sqrt()
    }

    fn on_circle(&mut self, radius_m: f64) -> Point {
        let (x, y, r2) = self.in_disc();
        let scale = radius_m / r2.sqrt();
        Point {
            east_m: x * scale,
            north_m: y * scale,
        }
    }

    /// A point at a distance drawn evenly between 0 and `radius_m`, in any direction.
    fn on_disc(&mut self, radius_m: f64) -> Point {
        let distance_m = self.unit() * radius_m;
        self.on_circle(distance_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::distance_m;

    #[test]
    fn the_noise_is_as_large_as_it_was_asked_for() {
        let start = Position::new(45.42, 4.06).unwrap();
        let line = Line::new(&[start, destination(start, 60.0, 8_000.0)]);
        let options = WalkOptions {
            sigma_m: 10.0,
            jumps: 0.0,
            street_bias_m: 0.0,
            ..WalkOptions::default()
        };
        let walk = simulate(&line, &options);
        let inside = walk
            .iter()
            .filter(|s| distance_m(s.fix.position, s.truth) <= s.fix.accuracy_m)
            .count();
        let share = inside as f64 / walk.len() as f64;
        assert!(
            (share - 0.68).abs() < 0.08,
            "{share} of the fixes are within the accuracy they report"
        );
        assert_eq!(
            walk.last().map(|s| s.along_m),
            Some(line.length_m()),
            "the walker arrives"
        );
        assert_eq!(walk, simulate(&line, &options), "the same seed is the same walk");
    }

    #[test]
    fn jumps_lie_gaps_are_silent_and_detours_lead_away() {
        let start = Position::new(45.42, 4.06).unwrap();
        let line = Line::new(&[start, destination(start, 60.0, 2_000.0)]);
        let options = WalkOptions {
            sigma_m: 1.0,
            jumps: 0.05,
            gaps_s: vec![(100.0, 60.0)],
            detours: vec![Detour {
                at_m: 500.0,
                away_m: 80.0,
                stay_s: 30.0,
            }],
            ..WalkOptions::default()
        };
        let walk = simulate(&line, &options);
        assert!(
            walk.iter()
                .any(|s| s.fix.accuracy_m == 5.0 && distance_m(s.fix.position, s.truth) > 49.0)
        );
        assert!(walk.windows(2).any(|w| w[1].fix.t_ms - w[0].fix.t_ms == 61_000));
        let away = walk
            .iter()
            .map(|s| line.project(s.truth).unwrap().offset_m)
            .fold(0.0, f64::max);
        assert!((away - 80.0).abs() < 3.0, "{away}");
    }
}
