//! How long the satellite receiver is on over a day, if a phone does what the guide asks of it.

use crate::trails::Walked;
use alloclap_core::geo::{Fix, Line, destination, distance_m};
use alloclap_core::guide::{Guide, GuideEventKind, GuideOptions, GuideTrail, Positioning};
use alloclap_core::trail::simulate::{Simulated, WalkOptions, simulate};

/// A position of networks: how far off, and what it claims, in metres.
const NETWORK_M: (f64, f64) = (70.0, 90.0);

/// What a day came to.
pub struct Day {
    pub hours: f64,
    /// Share of the seconds in which the receiver was on.
    pub receiver_on: f64,
    pub told: usize,
    pub stops: usize,
}

/// A simulated day of walking around.
pub fn simulated(seed: u64) -> Day {
    let (places, line) = crate::trails::day();
    let options = WalkOptions {
        seed,
        sigma_m: 10.0,
        pace_m_s: Some(1.3),
        ..WalkOptions::default()
    };
    replay(
        places,
        &simulate(
            &Line::new(&line.points().map(|(_, p)| p).collect::<Vec<_>>()),
            &options,
        ),
    )
}

/// A recorded walk along its trail.
pub fn recorded(walked: &Walked, walk: &[Simulated]) -> Day {
    replay(walked.trail.clone(), walk)
}

/// The phone sends a fix when the guide asked for one, by the means that it asked for.
fn replay(trail: GuideTrail, walk: &[Simulated]) -> Day {
    let stops = trail.stops.len();
    let options = GuideOptions {
        headphones: true,
        ..GuideOptions::default()
    };
    let mut guide = Guide::new(trail, options);
    let (mut on_ms, mut told) = (0, 0);
    let mut last: Option<Fix> = None;
    let mut before_ms = walk.first().map_or(0, |second| second.fix.t_ms);
    for second in walk {
        let demand = guide.location_demand();
        let passed_ms = second.fix.t_ms - before_ms;
        before_ms = second.fix.t_ms;
        if demand.positioning == Positioning::Best {
            on_ms += passed_ms;
        }
        let due = last.is_none_or(|last| {
            (second.fix.t_ms - last.t_ms) as f64 >= demand.interval_s * 1_000.0
                && distance_m(last.position, second.truth) >= demand.distance_filter_m
        });
        if demand.positioning == Positioning::Off || !due {
            continue;
        }
        let fix = match demand.positioning {
            Positioning::Best => second.fix,
            _ => Fix {
                position: destination(second.truth, (second.fix.t_ms / 1_000) as f64, NETWORK_M.0),
                accuracy_m: NETWORK_M.1,
                ..second.fix
            },
        };
        last = Some(fix);
        let events = guide.step(fix);
        told += events
            .iter()
            .filter(|event| event.kind == GuideEventKind::Trigger)
            .count();
    }
    let first_ms = walk.first().map_or(0, |second| second.fix.t_ms);
    let all_ms = (before_ms - first_ms).max(1) as f64;
    Day {
        hours: all_ms / 3_600_000.0,
        receiver_on: on_ms as f64 / all_ms,
        told,
        stops,
    }
}
