//! Which story begins, which is offered, and why nothing happens where something could.

use super::event::{GuideEvent, GuideEventKind, Reason};
use super::look::Sight;
use super::session::SURE_STRETCH;
use super::site::SAME_SPOT_M;
use super::state::Told;
use super::walker::{Outcome, WORST_ACCURACY_M, believed_accuracy_m};
use super::{Guide, Sound};
use crate::geo::Fix;
use crate::trail::Direction;
use std::cmp::Ordering;

/// A story begins only if so many fixes in a row, over so many milliseconds, say that the walker is there.
const ARRIVING_FIXES: u32 = 3;
const ARRIVING_MS: i64 = 2_000;

/// In the open, a second stop that fits half as well as the best is a rival: both are offered.
const RIVAL_SHARE: f64 = 0.5;

/// Without a trail, a story may be told again so many milliseconds after it was; an offer that was passed by, after fewer.
const TOLD_AGAIN_MS: i64 = 30 * 60_000;
const OFFERED_AGAIN_MS: i64 = 5 * 60_000;

impl Guide {
    pub(super) fn decide(
        &mut self,
        fix: &Fix,
        outcome: Outcome,
        fast: Option<f64>,
        sights: &[Sight],
        events: &mut Vec<GuideEvent>,
    ) {
        if self
            .state
            .playing
            .is_some_and(|playing| playing.until_ms <= fix.t_ms)
        {
            self.state.playing = None;
        }
        let open: Vec<Sight> = sights
            .iter()
            .filter(|s| self.may_tell(s.stop, fix.t_ms))
            .copied()
            .collect();
        self.explain_waiting(fix, outcome, fast, &open, events);
        if fast.is_some() || matches!(outcome, Outcome::Poor | Outcome::Unlikely(_)) {
            return;
        }
        if self.state.playing.is_none()
            && let Some(sight) = self.waited_for(sights)
        {
            self.begin(sight.stop, fix.t_ms);
            let reason = Reason::AfterCommentary {
                distance_m: sight.distance_m,
            };
            events.push(self.event(fix.t_ms, GuideEventKind::Trigger, &[sight.stop], reason));
            return;
        }
        let inside: Vec<Sight> = open
            .into_iter()
            .filter(|s| s.inside && !self.is_closed(s.stop))
            .collect();
        let steady = |s: &&Sight| self.is_steady(s.stop, fix.t_ms);
        let Some(best) = inside
            .iter()
            .filter(|s| s.arrived)
            .filter(steady)
            .min_by(|a, b| self.first(a, b))
            .copied()
        else {
            return;
        };
        let mut fit: Vec<Sight> = inside
            .into_iter()
            .filter(|s| s.stop == best.stop || self.rivals(&best, s))
            .collect();
        fit.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.stop.cmp(&b.stop)));
        let stops: Vec<usize> = fit.iter().map(|s| s.stop).collect();
        if let (Some(nearest), true) = (fit.first(), fit.len() > 1) {
            let reason = Reason::SeveralFit {
                count: stops.len() as u32,
                nearest_m: nearest.distance_m,
            };
            self.offer(&stops, fix.t_ms, Told::Offered, reason, events);
        } else {
            self.tell(&best, fix, events);
        }
    }

    /// Begins or offers the one stop that fits.
    fn tell(&mut self, sight: &Sight, fix: &Fix, events: &mut Vec<GuideEvent>) {
        let distance_m = sight.distance_m;
        let quiet = self.stops.get(sight.stop).is_some_and(|stop| stop.quiet);
        let held_back = match (self.options.sound, self.options.headphones) {
            _ if quiet => Some(Reason::QuietPlace { distance_m }),
            (Sound::OnRequest, _) => Some(Reason::SoundOnRequest { distance_m }),
            (Sound::OnHeadphones, false) => Some(Reason::NoHeadphones { distance_m }),
            (Sound::Always, _) | (Sound::OnHeadphones, true) => None,
        };
        if let Some(reason) = held_back {
            self.offer(&[sight.stop], fix.t_ms, Told::Offered, reason, events);
        } else if let Some(playing) = self.state.playing {
            let remaining_ms = playing.until_ms.saturating_sub(fix.t_ms).max(0) as u64;
            let reason = Reason::CommentaryPlaying {
                remaining_ms,
                distance_m,
            };
            self.offer(&[sight.stop], fix.t_ms, Told::Waiting, reason, events);
        } else {
            let state = self.state.stops.get(sight.stop);
            let reason = Reason::AtStop {
                distance_m,
                accuracy_m: believed_accuracy_m(fix),
                probability: sight.probability,
                fixes: state
                    .and_then(|state| state.inside)
                    .map_or(1, |inside| inside.fixes),
                next_in_order: self.next_stop() == Some(sight.stop),
            };
            self.begin(sight.stop, fix.t_ms);
            events.push(self.event(fix.t_ms, GuideEventKind::Trigger, &[sight.stop], reason));
        }
    }

    fn offer(
        &mut self,
        stops: &[usize],
        t_ms: i64,
        told: Told,
        reason: Reason,
        events: &mut Vec<GuideEvent>,
    ) {
        for &stop in stops {
            if let Some(state) = self.state.stops.get_mut(stop) {
                (state.told, state.told_ms) = (told, t_ms);
            }
        }
        events.push(self.event(t_ms, GuideEventKind::Offer, stops, reason));
    }

    /// Says, once per visit and reason, why nothing begins at a stop that is near.
    fn explain_waiting(
        &mut self,
        fix: &Fix,
        outcome: Outcome,
        fast: Option<f64>,
        open: &[Sight],
        events: &mut Vec<GuideEvent>,
    ) {
        for sight in open {
            let Some(site) = self.sites.get(sight.stop) else {
                continue;
            };
            let distance_m = sight.distance_m;
            let accuracy_m = believed_accuracy_m(fix);
            let reason = match outcome {
                Outcome::Poor if distance_m < site.ground.radius_m() + WORST_ACCURACY_M => {
                    Reason::PoorAccuracy {
                        accuracy_m,
                        distance_m,
                    }
                }
                Outcome::Unlikely(jump_m) if site.ground.contains(fix.position.into()) => {
                    Reason::UnlikelyFix { jump_m, accuracy_m }
                }
                _ if !sight.inside => continue,
                _ if self.is_closed(sight.stop) => self.why_closed(sight.stop, distance_m, fix.t_ms),
                _ => match fast {
                    Some(speed_m_s) => Reason::TooFast { speed_m_s },
                    None if sight.by_trail && self.progress.is_some_and(|p| p.certainty < SURE_STRETCH) => {
                        Reason::Unsure {
                            probability: sight.probability,
                            distance_m,
                        }
                    }
                    None => continue,
                },
            };
            let Some(state) = self.state.stops.get_mut(sight.stop) else {
                continue;
            };
            if state.said & reason.bit() == 0 {
                state.said |= reason.bit();
                events.push(self.event(fix.t_ms, GuideEventKind::Wait, &[sight.stop], reason));
            }
        }
    }

    /// A notice speaks for the whole day, and first.
    fn why_closed(&self, stop: usize, distance_m: f64, t_ms: i64) -> Reason {
        let hours = self.stops.get(stop).filter(|stop| !stop.closed);
        match hours.and_then(|stop| stop.hours.as_ref()) {
            Some(hours) => Reason::Shut {
                distance_m,
                opens_in_ms: hours
                    .opens_after(t_ms)
                    .map(|opens_ms| opens_ms.saturating_sub(t_ms).max(0) as u64),
            },
            None => Reason::Closed { distance_m },
        }
    }

    /// Whether a stop's story may be told now at all.
    fn may_tell(&self, stop: usize, t_ms: i64) -> bool {
        let Some(state) = self.state.stops.get(stop) else {
            return false;
        };
        let rested = |ms: i64| t_ms.saturating_sub(state.told_ms) >= ms;
        match state.told {
            Told::No => true,
            Told::Offered | Told::Waiting | Told::Begun => false,
            Told::Passed => rested(OFFERED_AGAIN_MS),
            // On a trail that comes back past a stop, nobody wants to hear it again.
            Told::Done => self.trail.is_none() && rested(TOLD_AGAIN_MS),
        }
    }

    /// Whether the walker has been in the stop's zone for long enough.
    fn is_steady(&self, stop: usize, t_ms: i64) -> bool {
        let inside = self.state.stops.get(stop).and_then(|state| state.inside);
        inside.is_some_and(|i| i.fixes >= ARRIVING_FIXES && t_ms.saturating_sub(i.since_ms) >= ARRIVING_MS)
    }

    /// The stop that was offered because another commentary played, if the walker is still there.
    fn waited_for(&self, sights: &[Sight]) -> Option<Sight> {
        let waiting = |s: &&Sight| {
            self.state
                .stops
                .get(s.stop)
                .is_some_and(|state| state.told == Told::Waiting)
        };
        sights
            .iter()
            .filter(|s| s.inside)
            .filter(waiting)
            .min_by(|a, b| self.first(a, b))
            .copied()
    }

    /// Which of two stops comes first: on the trail the one that is passed first, else the more probable one.
    fn first(&self, a: &Sight, b: &Sight) -> Ordering {
        let by_order = if a.by_trail && b.by_trail {
            let backward = self.progress.is_some_and(|p| p.direction == Direction::Backward);
            let order = self.along_m(a.stop).total_cmp(&self.along_m(b.stop));
            if backward { order.reverse() } else { order }
        } else {
            b.probability.total_cmp(&a.probability)
        };
        by_order
            .then(a.distance_m.total_cmp(&b.distance_m))
            .then(a.stop.cmp(&b.stop))
    }

    /// Whether a guess between two stops could be wrong: on the trail if they stand at one spot, else if both fit.
    fn rivals(&self, best: &Sight, other: &Sight) -> bool {
        if best.by_trail && other.by_trail {
            let apart_m = (self.along_m(best.stop) - self.along_m(other.stop)).abs();
            apart_m < SAME_SPOT_M
        } else {
            other.probability >= RIVAL_SHARE * best.probability
        }
    }
}
