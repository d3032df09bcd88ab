//! The limit: a particle filter that is told what no phone knows: the noise, its correlation, the bias of streets and their
//! length, how often fixes lie, where the walker may pause, that they never turn back, and that detours go out at a right angle,
//! to the right, and back the same way.
//!
//! For each particle (a place on the line, a pace, a pause, a detour) the noise is what is left of the fix; a Kalman filter of each
//! particle keeps its two parts, error and bias, apart (Rao–Blackwell). Progress is the weighted median.

use crate::followers::{Follower, Said};
use crate::trails::Walked;
use alloclap_core::geo::{Fix, Plane, Point};

const PARTICLES: usize = 400;

/// The reference model, as `trail::simulate` has it.
const CORRELATION_S: f64 = 20.0;
const STREET_M: f64 = 120.0;
const JUMPS: f64 = 0.01;
const JUMP_M: (f64, f64) = (50.0, 300.0);
/// Variance of each axis of a bias drawn evenly from 0 to 10 m in any direction: 100 / 3 / 2.
const BIAS_VARIANCE_M2: f64 = 16.7;

/// How often a walker leaves the line, how far out a detour leads in metres, and how long its end holds in seconds.
const LEAVING_PER_S: f64 = 1.0 / 2_000.0;
const OUT_M: (f64, f64) = (50.0, 110.0);
const STAY_S: (f64, f64) = (60.0, 400.0);
/// The walker is said to be off the line if they probably are so many metres out, and back if hardly any more.
const ASIDE_M: f64 = 40.0;
const SURELY: (f64, f64) = (0.8, 0.2);

/// Where on a detour.
#[derive(Clone, Copy)]
enum Detour {
    None,
    /// Going out, to so many metres.
    Out(f64),
    /// At its end, for so many seconds more.
    There(f64),
    Back,
}

#[derive(Clone, Copy)]
struct Particle {
    along_m: f64,
    pace_m_s: f64,
    rest_s: f64,
    detour: Detour,
    /// Metres to the right of the line.
    aside_m: f64,
    street: i64,
    error: Point,
    bias: Point,
    /// Variances of error and bias, and their covariance, for each axis alike.
    ee: f64,
    eb: f64,
    bb: f64,
    weight: f64,
}

pub struct Oracle {
    plane: Plane,
    /// The line, a point a metre, and there the direction to its right.
    points: Vec<(Point, Point)>,
    stops: Vec<(f64, bool)>,
    variance_m2: f64,
    particles: Vec<Particle>,
    random: Random,
    begun: bool,
    away: bool,
}

impl Oracle {
    pub fn new(walked: &Walked, sigma_m: f64) -> Self {
        let origin = walked.line.point_at(0.0).unwrap_or(alloclap_core::geo::Position {
            lat_deg: 0.0,
            lon_deg: 0.0,
        });
        let plane = Plane::at(origin);
        let metres = walked.line.length_m() as usize;
        let point = |m: usize| Some(plane.project(walked.line.point_at(m as f64)?));
        let right = |m: usize| {
            let (from, to) = (
                point(m.min(metres.saturating_sub(5)))?,
                point((m + 5).min(metres))?,
            );
            let (east_m, north_m) = (to.east_m - from.east_m, to.north_m - from.north_m);
            let length_m = (east_m * east_m + north_m * north_m).sqrt().max(1e-9);
            Some(Point {
                east_m: north_m / length_m,
                north_m: -east_m / length_m,
            })
        };
        let points = (0..=metres).filter_map(|m| Some((point(m)?, right(m)?)));
        let mut random = Random(7);
        let particles = (0..PARTICLES).map(|_| Particle {
            along_m: 0.0,
            pace_m_s: random.between(0.5, 1.6),
            rest_s: 0.0,
            detour: Detour::None,
            aside_m: 0.0,
            street: 0,
            error: Point::default(),
            bias: Point::default(),
            ee: sigma_m * sigma_m,
            eb: 0.0,
            bb: BIAS_VARIANCE_M2,
            weight: 1.0,
        });
        Self {
            plane,
            points: points.collect(),
            stops: walked.stops_m.iter().map(|&metres| (metres, false)).collect(),
            variance_m2: sigma_m * sigma_m,
            particles: particles.collect(),
            random,
            begun: false,
            away: false,
        }
    }

    fn walk_on(&mut self) {
        let end_m = self.points.len().saturating_sub(1) as f64;
        let keep = (-1.0 / CORRELATION_S).exp();
        for particle in &mut self.particles {
            let on_line = !particle.step_aside(&mut self.random);
            if on_line && particle.rest_s > 0.0 {
                particle.rest_s -= 1.0;
            } else if on_line {
                let before_m = particle.along_m;
                particle.along_m =
                    (before_m + particle.pace_m_s + self.random.between(-0.02, 0.02)).clamp(0.0, end_m);
                let met = |&&(stop_m, _): &&(f64, bool)| before_m < stop_m && stop_m <= particle.along_m;
                if self.stops.iter().any(|stop| met(&stop)) && self.random.between(0.0, 1.0) < 0.5 {
                    particle.rest_s = self.random.between(20.0, 90.0);
                }
            }
            particle.error.east_m *= keep;
            particle.error.north_m *= keep;
            particle.ee = keep * keep * particle.ee + (1.0 - keep * keep) * self.variance_m2;
            particle.eb *= keep;
            let street = (particle.along_m / STREET_M) as i64;
            if street != particle.street {
                (particle.street, particle.bias) = (street, Point::default());
                (particle.eb, particle.bb) = (0.0, BIAS_VARIANCE_M2);
            }
        }
    }

    fn weigh(&mut self, there: Point) {
        for particle in &mut self.particles {
            let Some((here, right)) = self.points.get(particle.along_m as usize) else {
                continue;
            };
            let noise = Point {
                east_m: there.east_m - here.east_m - right.east_m * particle.aside_m,
                north_m: there.north_m - here.north_m - right.north_m * particle.aside_m,
            };
            let new = Point {
                east_m: noise.east_m - particle.error.east_m - particle.bias.east_m,
                north_m: noise.north_m - particle.error.north_m - particle.bias.north_m,
            };
            // A square metre more, for places between two points of the line.
            let variance = particle.ee + 2.0 * particle.eb + particle.bb + 1.0;
            let new2 = new.east_m * new.east_m + new.north_m * new.north_m;
            let honest =
                (1.0 - JUMPS) * (-new2 / (2.0 * variance)).exp() / (std::f64::consts::TAU * variance);
            let away_m = noise.length_m();
            let lies = if (JUMP_M.0..=JUMP_M.1).contains(&away_m) {
                JUMPS / ((JUMP_M.1 - JUMP_M.0) * std::f64::consts::TAU * away_m)
            } else {
                1e-12
            };
            particle.weight *= honest + lies;
            if honest >= lies {
                let gain_e = (particle.ee + particle.eb) / variance;
                let gain_b = (particle.eb + particle.bb) / variance;
                particle.error.east_m += gain_e * new.east_m;
                particle.error.north_m += gain_e * new.north_m;
                particle.bias.east_m += gain_b * new.east_m;
                particle.bias.north_m += gain_b * new.north_m;
                particle.ee -= gain_e * gain_e * variance;
                particle.eb -= gain_e * gain_b * variance;
                particle.bb -= gain_b * gain_b * variance;
            }
        }
        let total: f64 = self.particles.iter().map(|particle| particle.weight).sum();
        let even = 1.0 / PARTICLES as f64;
        for particle in &mut self.particles {
            particle.weight = if total > 0.0 {
                particle.weight / total
            } else {
                even
            };
        }
        let effective = 1.0 / self.particles.iter().map(|p| p.weight * p.weight).sum::<f64>();
        if effective < PARTICLES as f64 / 2.0 {
            self.resample();
        }
    }

    /// Systematic resampling; paces are shaken a little, so that copies do not stay copies.
    fn resample(&mut self) {
        let step = 1.0 / PARTICLES as f64;
        let mut mark = self.random.between(0.0, step);
        let mut sum = 0.0;
        let mut drawn = Vec::with_capacity(PARTICLES);
        for particle in &self.particles {
            sum += particle.weight;
            while mark < sum && drawn.len() < PARTICLES {
                let pace_m_s = (particle.pace_m_s + self.random.between(-0.02, 0.02)).clamp(0.5, 1.6);
                drawn.push(Particle {
                    pace_m_s,
                    weight: step,
                    ..*particle
                });
                mark += step;
            }
        }
        self.particles = drawn;
    }

    /// Whether the walker is said to leave the line now.
    fn leaves(&mut self) -> bool {
        let out = self.particles.iter().filter(|p| p.aside_m > ASIDE_M);
        let out: f64 = out.map(|p| p.weight).sum();
        let was_away = self.away;
        self.away = out > if was_away { SURELY.1 } else { SURELY.0 };
        self.away && !was_away
    }

    fn median_m(&self) -> f64 {
        let mut places: Vec<(f64, f64)> = self.particles.iter().map(|p| (p.along_m, p.weight)).collect();
        places.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0.0;
        let middle = places.iter().find(|(_, weight)| {
            sum += weight;
            sum >= 0.5
        });
        middle.map_or(0.0, |(along_m, _)| *along_m)
    }
}

impl Particle {
    /// Goes on with a detour, or begins one; `false` on the line.
    fn step_aside(&mut self, random: &mut Random) -> bool {
        self.detour = match self.detour {
            Detour::None if random.between(0.0, 1.0) < LEAVING_PER_S => {
                Detour::Out(random.between(OUT_M.0, OUT_M.1))
            }
            Detour::Out(until_m) if self.aside_m >= until_m => {
                Detour::There(random.between(STAY_S.0, STAY_S.1))
            }
            Detour::There(left_s) if left_s <= 0.0 => Detour::Back,
            Detour::There(left_s) => Detour::There(left_s - 1.0),
            Detour::Back if self.aside_m <= 0.0 => Detour::None,
            as_before => as_before,
        };
        match self.detour {
            Detour::None => self.aside_m = 0.0,
            Detour::Out(_) => self.aside_m += self.pace_m_s,
            Detour::There(_) => {}
            Detour::Back => self.aside_m = (self.aside_m - self.pace_m_s).max(0.0),
        }
        !matches!(self.detour, Detour::None)
    }
}

impl Follower for Oracle {
    fn step(&mut self, fix: Fix) -> Said {
        if self.begun {
            self.walk_on();
        }
        self.begun = true;
        self.weigh(self.plane.project(fix.position));
        let along_m = self.median_m();
        let mut said = Said {
            along_m: Some(along_m),
            alarm: Some(self.leaves()),
            ..Said::default()
        };
        for (index, (stop_m, told)) in self.stops.iter_mut().enumerate() {
            if !*told && along_m >= *stop_m - 1.0 {
                *told = true;
                said.told.push(index);
            }
        }
        said
    }
}

/// SplitMix64: the same particles on every machine.
struct Random(u64);

impl Random {
    fn between(&mut self, from: f64, to: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        from + (to - from) * (((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64)
    }
}
