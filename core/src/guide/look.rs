//! What one fix says of every stop that may be near: how probable it is that the walker is in its zone, and whether
//! this is the moment.

use super::Guide;
use super::event::{GuideEvent, GuideEventKind, Reason};
use super::session::SURE_STRETCH;
use super::site::{Cloud, Site};
use super::state::{Inside, StopState, Told};
use crate::geo::{Fix, NVector};
use crate::trail::{Direction, Progress};

/// Probability of being in a zone from which on a walker counts as in it: along a trail, where the order of the line
/// tells neighbours apart, and in the open.
const IN_ZONE_ON_TRAIL: f64 = 0.3;
const IN_ZONE: f64 = 0.55;

/// Below this probability a walker counts as out of it. Far below the other, so that nobody flutters in and out.
const OUT_OF_ZONE: f64 = 0.1;

/// A visit ends after so many milliseconds out of the zone; leaving is slower than entering.
const LEAVING_MS: i64 = 15_000;

/// The story begins so many metres before the panel: the time to look up.
const AHEAD_M: f64 = 3.0;

/// In the open, the story begins so many seconds before the walker is closest, or within so many metres.
const AHEAD_S: f64 = 1.5;
const CLOSE_M: f64 = 6.0;

/// In the open, further away than twice that, the story waits until the walker is so many metres past the closest point:
/// before, a slight error of direction looks like passing by.
const RECEDING_M: f64 = 2.0;

/// Who has not come nearer by so many metres for so many milliseconds is as close as they will come.
const NEARER_M: f64 = 1.0;
const NO_NEARER_MS: i64 = 20_000;

/// On a trail that holds only so close to the panel, in metres: further off, a slow walker whose fixes err is still coming.
const WANDERING_M: f64 = 12.0;

/// On a trail nothing begins in the first milliseconds of a walk: the first fixes may put the walker on to the first stop too soon.
const SETTLING_MS: i64 = 6_000;

/// Somebody who stands in a zone for so many milliseconds has arrived.
const STANDING_MS: i64 = 5_000;

/// Who stands at the edge of a zone may look at the neighbour's panel; so probable must it be that they stand in this one.
const STANDING_IN_ZONE: f64 = 0.7;

/// So probable must it be, on a trail, that they stand at all.
const SURELY_STANDING: f64 = 0.7;

/// Stops within so many metres are looked at even if the walker is surely not in their zone: a bad fix may have to be explained.
const NEAR_M: f64 = 350.0;

/// What one fix says of one stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    pub(super) stop: usize,
    pub(super) distance_m: f64,
    /// Metres to where its story should begin.
    pub(super) to_go_m: f64,
    pub(super) probability: f64,
    pub(super) inside: bool,
    /// Whether this is the moment: as close as the walker will come, or standing.
    pub(super) arrived: bool,
    /// Whether the trail's belief said so, and not the position alone.
    pub(super) by_trail: bool,
}

impl Guide {
    /// What this fix says of every stop that may be near.
    pub(super) fn look(&self, fix: &Fix) -> Vec<Sight> {
        let Some(estimate) = self.state.walker.estimate() else {
            return self.look_roughly(fix);
        };
        let sigma_m = estimate.sigma_m();
        let here = NVector::from(estimate.position);
        let on_trail = self
            .progress
            .as_ref()
            .zip(self.trail.as_ref())
            .filter(|(progress, _)| progress.on_trail);
        let on_line = on_trail
            .and_then(|(progress, trail)| Some((progress, trail.line().vector_at(progress.along_m)?)));
        let mut cloud = None;
        let mut sights = Vec::new();
        for (stop, (site, state)) in self.sites.iter().zip(&self.state.stops).enumerate() {
            let sight = match on_line {
                Some((progress, there)) if !site.passes.is_empty() => {
                    self.look_along(stop, site, state, progress, there)
                }
                _ => {
                    let middle_m = here.chord_m(site.ground.middle());
                    let reach_m = site.ground.radius_m() + 4.0 * sigma_m;
                    let probability = if middle_m > reach_m {
                        0.0
                    } else {
                        let cloud = cloud.get_or_insert_with(|| Cloud::new(estimate.position, sigma_m));
                        cloud.probability(&site.ground)
                    };
                    let to_go_m = here.chord_m(site.told_at);
                    let inside = probability >= IN_ZONE;
                    let no_nearer = no_nearer(state, fix.t_ms);
                    let receding = state
                        .inside
                        .is_some_and(|inside| to_go_m > inside.nearest_m + RECEDING_M);
                    let closing_s = estimate.seconds_to_closest(site.told_at);
                    let arrived = inside
                        && (to_go_m <= CLOSE_M
                            || (closing_s <= AHEAD_S && (to_go_m <= 2.0 * CLOSE_M || receding))
                            || no_nearer);
                    Sight {
                        stop,
                        distance_m: here.chord_m(site.panel),
                        to_go_m,
                        probability,
                        inside,
                        arrived,
                        by_trail: false,
                    }
                }
            };
            let visited =
                !matches!(state.told, Told::No | Told::Passed | Told::Done) || state.inside.is_some();
            if sight.probability > 0.01 || visited || sight.distance_m < NEAR_M {
                sights.push(sight);
            }
        }
        sights
    }

    /// Before any fix was good enough: which stops are near, so that the wait can be explained there.
    fn look_roughly(&self, fix: &Fix) -> Vec<Sight> {
        let here = NVector::from(fix.position);
        let sites = self.sites.iter().enumerate();
        let sights = sites.map(|(stop, site)| Sight {
            stop,
            distance_m: here.chord_m(site.panel),
            to_go_m: here.chord_m(site.told_at),
            probability: 0.0,
            inside: false,
            arrived: false,
            by_trail: false,
        });
        sights.filter(|sight| sight.distance_m < NEAR_M).collect()
    }

    fn look_along(
        &self,
        stop: usize,
        site: &Site,
        state: &StopState,
        progress: &Progress,
        there: NVector,
    ) -> Sight {
        let belief = &self.state.trail;
        let to_go_m = there.chord_m(site.told_at);
        let mut probability = 0.0;
        let mut best: Option<(f64, f64)> = None;
        for pass in site
            .passes
            .iter()
            .filter(|pass| site.may_be_told_at(pass, progress.direction))
        {
            let mass = belief.probability(pass.cells.clone());
            probability += mass;
            if best.is_none_or(|(most, _)| mass > most) {
                best = Some((mass, pass.along_m));
            }
        }
        let inside = probability >= IN_ZONE_ON_TRAIL;
        let ahead_m = best.map_or(f64::INFINITY, |(_, pass_m)| match progress.direction {
            Direction::Forward => pass_m - progress.along_m,
            Direction::Backward => progress.along_m - pass_m,
            Direction::Unknown => (pass_m - progress.along_m).abs(),
        });
        let stays = |t_ms| {
            let standing = progress.standing > SURELY_STANDING && stood(state, t_ms);
            // Somebody who wanders about before a panel does not stand, and is there all the same.
            standing || (to_go_m <= WANDERING_M && no_nearer(state, t_ms))
        };
        let stays = probability >= STANDING_IN_ZONE && belief.seen_ms().is_some_and(stays);
        let settled = belief
            .seen_ms()
            .zip(belief.began_ms())
            .is_some_and(|(t_ms, began_ms)| t_ms.saturating_sub(began_ms) >= SETTLING_MS);
        let arrived =
            inside && settled && progress.certainty >= SURE_STRETCH && (ahead_m <= AHEAD_M || stays);
        Sight {
            stop,
            distance_m: there.chord_m(site.panel),
            to_go_m,
            probability: probability.min(1.0),
            inside,
            arrived,
            by_trail: true,
        }
    }

    /// Keeps count of entering and leaving.
    pub(super) fn remember_visit(&mut self, sight: &Sight, fix: &Fix, events: &mut Vec<GuideEvent>) {
        let Some(site) = self.sites.get(sight.stop) else {
            return;
        };
        let far_m = 1.5 * site.ground.radius_m() + site.panel.chord_m(site.ground.middle());
        let out = sight.probability < OUT_OF_ZONE && sight.distance_m > far_m;
        let Some(state) = self.state.stops.get_mut(sight.stop) else {
            return;
        };
        state.inside = sight.inside.then(|| match state.inside {
            Some(inside) => Inside {
                fixes: inside.fixes.saturating_add(1),
                nearest_m: inside.nearest_m.min(sight.to_go_m),
                nearer_ms: if sight.to_go_m < inside.nearest_m - NEARER_M {
                    fix.t_ms
                } else {
                    inside.nearer_ms
                },
                ..inside
            },
            None => Inside {
                since_ms: fix.t_ms,
                fixes: 1,
                nearest_m: sight.to_go_m,
                nearer_ms: fix.t_ms,
            },
        });
        if !out {
            state.outside_since_ms = None;
            return;
        }
        let since_ms = *state.outside_since_ms.get_or_insert(fix.t_ms);
        let for_ms = fix.t_ms.saturating_sub(since_ms);
        if for_ms < LEAVING_MS {
            return;
        }
        if let Some(event) = self.leave(sight, for_ms, fix) {
            events.push(event);
        }
    }

    /// Ends the visit of a stop, if there was one.
    fn leave(&mut self, sight: &Sight, for_ms: i64, fix: &Fix) -> Option<GuideEvent> {
        let state = self.state.stops.get_mut(sight.stop)?;
        state.told = match state.told {
            Told::Begun => Told::Done,
            Told::Offered | Told::Waiting => Told::Passed,
            Told::No | Told::Passed | Told::Done => return None,
        };
        state.said = 0;
        let reason = Reason::OutOfZone {
            distance_m: sight.distance_m,
            for_ms: for_ms.max(0) as u64,
        };
        Some(self.event(fix.t_ms, GuideEventKind::Left, &[sight.stop], reason))
    }

    /// Where neighbours stand close, the next story may begin before the walker has been gone from the last stop for long
    /// enough. A person has left the one when the other begins, and hears of it in that order: what was decided from
    /// `known` on comes after it.
    pub(super) fn leave_before_the_next(
        &mut self,
        fix: &Fix,
        sights: &[Sight],
        events: &mut Vec<GuideEvent>,
        known: usize,
    ) {
        let begins =
            |event: &GuideEvent| matches!(event.kind, GuideEventKind::Trigger | GuideEventKind::Offer);
        if !events.iter().skip(known).any(begins) {
            return;
        }
        let mut at = known;
        for sight in sights {
            let since_ms = self
                .state
                .stops
                .get(sight.stop)
                .and_then(|state| state.outside_since_ms);
            let Some(since_ms) = since_ms else { continue };
            if let Some(event) = self.leave(sight, fix.t_ms.saturating_sub(since_ms), fix) {
                events.insert(at, event);
                at += 1;
            }
        }
    }
}

/// Whether the walker has been in the zone for a while and came no nearer.
fn no_nearer(state: &StopState, t_ms: i64) -> bool {
    state
        .inside
        .is_some_and(|inside| t_ms.saturating_sub(inside.nearer_ms) >= NO_NEARER_MS)
}

/// Whether the walker has been in the zone for so long that they stand there.
fn stood(state: &StopState, t_ms: i64) -> bool {
    state
        .inside
        .is_some_and(|inside| t_ms.saturating_sub(inside.since_ms) >= STANDING_MS)
}
