//! Where the walker probably is, without knowing any trail: position and velocity smoothed over fixes.
//!
//! A Kalman filter with constant velocity for both axes alike, on the plane that touches the Earth at the estimate. A fix that
//! does not fit is left out; when fixes that do not fit agree with each other, the walker is there and the estimate starts again.

use crate::geo::{Fix, NVector, Plane, Point, Position, distance_m};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How freely a walker changes velocity: m²/s³. A pedestrian turns a corner within two or three seconds.
const RESTLESSNESS: f64 = 0.1;

/// Time in seconds after which nothing is left of a velocity that no fix confirms.
const VELOCITY_LASTS_S: f64 = 20.0;

/// Standard deviation for each axis of a fix whose radius of 68 % is 1 m: 1 / √(−2 ln 0.32).
const SIGMA_PER_ACCURACY: f64 = 0.6624;

/// Error in metres that all fixes of a street share, and that no averaging removes.
const BIAS_M: f64 = 4.0;

/// Fixes that are closer in time than this many seconds share their error; each counts for less.
const SHARED_ERROR_S: f64 = 10.0;

/// A fix further away than so many standard deviations is left out.
const GATE: f64 = 4.0;

/// Fixes that do not fit must agree for so long, in seconds and fixes, before they are believed.
const AGREE_S: f64 = 8.0;
const AGREE_FIXES: u32 = 4;

/// Without fixes for so many seconds the estimate starts again.
const FORGET_S: f64 = 180.0;

/// A clock was set back if so many fixes in a row are earlier by more than so many seconds; fewer are old ones.
const CLOCK_SET_BACK_FIXES: u32 = 5;
const CLOCK_SET_BACK_S: f64 = 60.0;

/// Bounds in metres within which an accuracy is believed; worse ones are left out, unknown ones count as the default.
const BEST_ACCURACY_M: f64 = 3.0;
const UNKNOWN_ACCURACY_M: f64 = 25.0;
pub(super) const WORST_ACCURACY_M: f64 = 50.0;

/// Spans in seconds over which speed is measured; the lesser of both counts, so that one jump makes nobody fast.
const SPEED_OVER_S: [f64; 2] = [6.0, 12.0];
const RECENT: usize = 20;

/// What became of a fix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// It is part of the estimate.
    Used,
    /// Repeated, out of order, or not on the Earth.
    PassedOver,
    /// The phone itself does not trust it.
    Poor,
    /// So many metres from where the walker can be.
    Unlikely(f64),
}

/// The estimate, and all that the next one needs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Walker {
    t_ms: Option<i64>,
    early_fixes: u32,
    estimate: Option<Estimate>,
    astray: Option<Astray>,
    recent: VecDeque<(i64, Position, f64)>,
}

/// Where the walker probably is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Estimate {
    pub(super) position: Position,
    east_m_s: f64,
    north_m_s: f64,
    /// Variance of position (m²), covariance (m²/s), variance of velocity (m²/s²), for each axis.
    pp: f64,
    pv: f64,
    vv: f64,
}

/// Fixes that do not fit.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Astray {
    since_ms: i64,
    fixes: u32,
    last: Position,
}

impl Estimate {
    fn at(position: Position, sigma_m: f64) -> Self {
        Self {
            position,
            east_m_s: 0.0,
            north_m_s: 0.0,
            pp: sigma_m * sigma_m,
            pv: 0.0,
            vv: 1.0,
        }
    }

    /// Standard deviation for each axis in metres.
    pub(super) fn sigma_m(&self) -> f64 {
        (self.pp + BIAS_M * BIAS_M).sqrt()
    }

    /// Seconds until the walker, going on like this, is as near to `there` as they will be; 0 or less once that is past.
    pub(super) fn seconds_to_closest(&self, there: NVector) -> f64 {
        let to = Plane::at(self.position).project_vector(there);
        let speed2 = (self.east_m_s * self.east_m_s + self.north_m_s * self.north_m_s).max(1e-6);
        (to.east_m * self.east_m_s + to.north_m * self.north_m_s) / speed2
    }

    fn pass(&mut self, seconds: f64) {
        let keep = libm::exp(-seconds / VELOCITY_LASTS_S);
        let moved = Point {
            east_m: self.east_m_s * seconds,
            north_m: self.north_m_s * seconds,
        };
        self.position = Plane::at(self.position).position(moved);
        self.east_m_s *= keep;
        self.north_m_s *= keep;
        self.pp += 2.0 * self.pv * seconds
            + self.vv * seconds * seconds
            + RESTLESSNESS * seconds * seconds * seconds / 3.0;
        self.pv = keep * (self.pv + self.vv * seconds) + RESTLESSNESS * seconds * seconds / 2.0;
        self.vv = keep * keep * self.vv + RESTLESSNESS * seconds;
    }

    fn correct(&mut self, innovation: Point, variance: f64) {
        let (k, l) = (self.pp / (self.pp + variance), self.pv / (self.pp + variance));
        let shift = Point {
            east_m: k * innovation.east_m,
            north_m: k * innovation.north_m,
        };
        self.position = Plane::at(self.position).position(shift);
        self.east_m_s += l * innovation.east_m;
        self.north_m_s += l * innovation.north_m;
        self.vv -= l * self.pv;
        self.pv *= 1.0 - k;
        self.pp *= 1.0 - k;
    }
}

impl Walker {
    pub(super) fn estimate(&self) -> Option<&Estimate> {
        self.estimate.as_ref()
    }

    /// The walker is there for certain.
    pub(super) fn place(&mut self, position: Position, t_ms: i64) {
        self.estimate = Some(Estimate::at(position, BEST_ACCURACY_M));
        self.astray = None;
        self.t_ms = Some(self.t_ms.map_or(t_ms, |last| last.max(t_ms)));
    }

    pub(super) fn step(&mut self, fix: &Fix) -> Outcome {
        if Position::new(fix.position.lat_deg, fix.position.lon_deg).is_err() {
            return Outcome::PassedOver;
        }
        let seconds = self
            .t_ms
            .map_or(0.0, |last_ms| fix.t_ms.saturating_sub(last_ms) as f64 / 1000.0);
        self.early_fixes = if seconds < -CLOCK_SET_BACK_S {
            self.early_fixes.saturating_add(1)
        } else {
            0
        };
        if self.early_fixes >= CLOCK_SET_BACK_FIXES || seconds > FORGET_S {
            *self = Self::default();
        } else if self.t_ms.is_some() && seconds <= 0.0 {
            return Outcome::PassedOver;
        }
        let accuracy_m = believed_accuracy_m(fix);
        if accuracy_m > WORST_ACCURACY_M {
            return Outcome::Poor;
        }
        self.t_ms = Some(fix.t_ms);
        self.remember(fix, accuracy_m);
        let sigma_m = accuracy_m * SIGMA_PER_ACCURACY;
        let Some(estimate) = &mut self.estimate else {
            self.estimate = Some(Estimate::at(fix.position, sigma_m));
            return Outcome::Used;
        };
        estimate.pass(seconds);
        let innovation = Plane::at(estimate.position).project(fix.position);
        let expected2 = estimate.pp + sigma_m * sigma_m + BIAS_M * BIAS_M;
        let jump_m = innovation.length_m();
        if jump_m * jump_m > GATE * GATE * expected2 {
            return self.go_astray(fix, sigma_m, jump_m);
        }
        self.astray = None;
        let share = (SHARED_ERROR_S / seconds.max(0.2)).max(1.0);
        estimate.correct(innovation, sigma_m * sigma_m * share);
        Outcome::Used
    }

    fn go_astray(&mut self, fix: &Fix, sigma_m: f64, jump_m: f64) -> Outcome {
        let within_m = 3.0 * sigma_m + 25.0;
        let astray = match self.astray {
            Some(astray) if distance_m(astray.last, fix.position) < within_m => Astray {
                fixes: astray.fixes.saturating_add(1),
                last: fix.position,
                ..astray
            },
            _ => Astray {
                since_ms: fix.t_ms,
                fixes: 1,
                last: fix.position,
            },
        };
        let lasted_s = fix.t_ms.saturating_sub(astray.since_ms) as f64 / 1000.0;
        if lasted_s >= AGREE_S && astray.fixes >= AGREE_FIXES {
            self.estimate = Some(Estimate::at(fix.position, sigma_m.max(BIAS_M)));
            self.astray = None;
            return Outcome::Used;
        }
        self.astray = Some(astray);
        Outcome::Unlikely(jump_m)
    }

    fn remember(&mut self, fix: &Fix, accuracy_m: f64) {
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((fix.t_ms, fix.position, accuracy_m));
    }

    /// Speed in metres a second that the fixes of the last seconds cannot do without, whatever their noise; 0 until there are so
    /// many seconds.
    pub(super) fn least_speed_m_s(&self) -> f64 {
        let Some(&(now_ms, here, accuracy_m)) = self.recent.back() else {
            return 0.0;
        };
        let over = |span_s: f64| {
            let before = self
                .recent
                .iter()
                .rev()
                .find(|(t_ms, ..)| now_ms.saturating_sub(*t_ms) as f64 >= span_s * 1000.0);
            before.map(|&(t_ms, there, accuracy_then_m)| {
                let noise_m = accuracy_m + accuracy_then_m;
                (distance_m(here, there) - noise_m).max(0.0)
                    / (now_ms.saturating_sub(t_ms) as f64 / 1000.0).max(1.0)
            })
        };
        SPEED_OVER_S
            .into_iter()
            .filter_map(over)
            .reduce(f64::min)
            .unwrap_or_default()
            .min(1e4)
    }
}

/// An accuracy that can be true.
pub(super) fn believed_accuracy_m(fix: &Fix) -> f64 {
    if fix.accuracy_m.is_finite() && fix.accuracy_m > 0.0 {
        fix.accuracy_m.max(BEST_ACCURACY_M)
    } else {
        UNKNOWN_ACCURACY_M
    }
}
