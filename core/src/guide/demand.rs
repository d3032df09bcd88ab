//! What the guide needs of the phone's positioning now, so that the receiver rests while the next panel is far.

use super::state::Told;
use super::{Guide, GuideStop};
use crate::geo::{Fix, NVector, Position};
use serde::Serialize;

/// How hard the operating system is asked to work for a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Positioning {
    /// Nothing is needed.
    Off,
    /// A fix when the visitor has come to another quarter; the system wakes the app.
    SignificantChange,
    /// Positions from networks, good to about 100 m; the satellite receiver rests.
    Balanced,
    /// The satellite receiver.
    Best,
}

/// What is needed of the phone's positioning.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LocationDemand {
    /// By which means.
    pub positioning: Positioning,
    /// No fix is needed before the phone has moved by so many metres.
    pub distance_filter_m: f64,
    /// No fix is needed before so many seconds have passed.
    pub interval_s: f64,
}

/// So near to a story's ground, in metres, only the best will do: 100 m of error of a network's position, and 2 m/s over the
/// wait for the next one and over 30 s in which the receiver wakes up; rounded up.
const NEAR_M: f64 = 250.0;

/// Beyond so many metres, a change of quarter is soon enough: systems tell it after about 500 m, with as much error.
const FAR_M: f64 = 2_000.0;

/// A stop that opens within so many milliseconds may still be met.
const SHUT_MS: i64 = 30 * 60_000;

/// Between two positions of networks, in seconds and metres.
const BALANCED_S: f64 = 15.0;
const BALANCED_M: f64 = 25.0;

/// As far as systems move before they tell of a change of quarter, in metres, and how often they do at most, in seconds.
const SIGNIFICANT_M: f64 = 500.0;
const SIGNIFICANT_S: f64 = 60.0;

/// A worse accuracy, in metres, says no more than this one: else one fix of a mast would keep the receiver on.
const WORST_M: f64 = 500.0;

impl Guide {
    /// What is needed of the phone's positioning now; ask again after each fix.
    ///
    /// Rests on where the phone last said it was, however roughly: what is too rough for a story is good enough for this.
    pub fn location_demand(&self) -> LocationDemand {
        let positioning = if self.state.completed {
            Positioning::Off
        } else {
            match self.state.rough {
                // Who has left the trail is led back.
                None => Positioning::Best,
                Some(_) if self.state.away_since_ms.is_some() => Positioning::Best,
                Some(rough) => self.positioning_for(self.metres_to_go(rough)),
            }
        };
        let (distance_filter_m, interval_s) = match positioning {
            Positioning::Off => (0.0, 0.0),
            Positioning::SignificantChange => (SIGNIFICANT_M, SIGNIFICANT_S),
            Positioning::Balanced => (BALANCED_M, BALANCED_S),
            Positioning::Best => (0.0, 1.0),
        };
        LocationDemand {
            positioning,
            distance_filter_m,
            interval_s,
        }
    }

    fn positioning_for(&self, metres_to_go: Option<f64>) -> Positioning {
        match metres_to_go {
            Some(metres) if metres <= NEAR_M => Positioning::Best,
            // On a trail somebody may lose the way, and wants to be told within a minute.
            Some(metres) if metres <= FAR_M || self.trail.is_some() => Positioning::Balanced,
            None if self.trail.is_some() => Positioning::Balanced,
            Some(_) => Positioning::SignificantChange,
            None => Positioning::Off,
        }
    }

    /// Metres that the walker may at least have to go to the next ground of a story that is not told; `None` without any.
    fn metres_to_go(&self, (position, accuracy_m): (Position, f64)) -> Option<f64> {
        let here = NVector::from(position);
        let open = self.stops.iter().zip(&self.state.stops).zip(&self.sites);
        let left = open.filter(|((stop, state), _)| {
            !stop.closed && !self.is_shut_for_long(stop) && state.told != Told::Done
        });
        let metres = left.map(|(_, site)| here.chord_m(site.ground.middle()) - site.ground.radius_m());
        metres.min_by(f64::total_cmp).map(|metres| metres - accuracy_m)
    }

    /// Whether a stop stays shut for so long that nobody walks up to it meanwhile.
    fn is_shut_for_long(&self, stop: &GuideStop) -> bool {
        let Some((hours, now_ms)) = stop.hours.as_ref().zip(self.now_ms) else {
            return false;
        };
        let opens_ms = hours.opens_after(now_ms).unwrap_or(hours.known_until_ms);
        hours.is_shut_at(now_ms) && opens_ms.saturating_sub(now_ms) > SHUT_MS
    }

    /// Keeps where the phone says that it is, however roughly.
    pub(super) fn remember_roughly(&mut self, fix: &Fix) {
        let accuracy_m = if fix.accuracy_m > 0.0 {
            fix.accuracy_m.min(WORST_M)
        } else {
            0.0
        };
        self.state.rough = Some((fix.position, accuracy_m));
    }
}
