//! What is said of the walk as a whole: off the trail and back, walked backwards, complete.

use super::Guide;
use super::event::{GuideEvent, GuideEventKind, Reason};
use super::session::SURE_STRETCH;
use super::state::Told;
use crate::geo::Fix;
use crate::trail::{Direction, Progress};

/// So close to the end of the line, in metres, the walker has arrived there.
pub(super) const END_M: f64 = 20.0;

/// At least this share of the line must be walked for a walk to be complete.
const WALKED_SHARE: f64 = 0.5;

/// Who stays at the end for so many milliseconds has ended the walk, told or not: somebody who still looks for the last
/// panel finds it sooner, somebody who sits down there does not look.
const STAYED_MS: i64 = 60_000;

/// A walk is backwards once it has gone so many metres so.
const BACKWARDS_M: f64 = 40.0;

impl Guide {
    pub(super) fn tell_presence(&mut self, fix: &Fix, events: &mut Vec<GuideEvent>) {
        let (Some(progress), Some(said)) = (&self.progress, self.state.trail.on_trail()) else {
            return;
        };
        match self.state.away_since_ms {
            None if !said => {
                self.state.away_since_ms = Some(fix.t_ms);
                let reason = Reason::AwayFromTrail {
                    distance_m: progress.offset_m,
                };
                events.push(self.event(fix.t_ms, GuideEventKind::OffTrail, &[], reason));
            }
            Some(since_ms) if said => {
                self.state.away_since_ms = None;
                let away_ms = fix.t_ms.saturating_sub(since_ms).max(0) as u64;
                events.push(self.event(
                    fix.t_ms,
                    GuideEventKind::OnTrail,
                    &[],
                    Reason::BackOnTrail { away_ms },
                ));
            }
            _ => {}
        }
    }

    pub(super) fn tell_direction(&mut self, fix: &Fix, events: &mut Vec<GuideEvent>) {
        let Some(progress) = self.progress.filter(|p| p.on_trail && p.certainty > SURE_STRETCH) else {
            return;
        };
        let (least_m, most_m) = self.state.walked.unwrap_or((progress.along_m, progress.along_m));
        let walked = (least_m.min(progress.along_m), most_m.max(progress.along_m));
        self.state.walked = Some(walked);
        match progress.direction {
            Direction::Forward => self.state.told_backwards = false,
            Direction::Backward
                if !self.state.told_backwards && walked.1 - progress.along_m > BACKWARDS_M =>
            {
                self.state.told_backwards = true;
                let reason = Reason::WalkedBackwards {
                    along_m: progress.along_m,
                };
                events.push(self.event(fix.t_ms, GuideEventKind::Offer, &[], reason));
            }
            _ => {}
        }
    }

    /// Says once that the walk is complete: when the last open stop was told, offered or is behind, or when the walker has
    /// stayed at the end for a while. A story that is still to come at the end is never overtaken by the word "complete".
    pub(super) fn tell_completion(&mut self, fix: &Fix, events: &mut Vec<GuideEvent>) {
        if self.state.completed {
            return;
        }
        let Some((trail, progress)) = self.trail.as_ref().zip(self.progress) else {
            return;
        };
        let length_m = trail.length_m();
        let backward = progress.direction == Direction::Backward;
        let (least_m, most_m) = self.state.walked.unwrap_or((0.0, 0.0));
        let walked = most_m - least_m >= WALKED_SHARE * length_m && length_m > 0.0;
        let mut order: Vec<usize> = (0..self.stops.len())
            .filter(|&stop| !self.is_closed(stop))
            .collect();
        if backward {
            order.reverse();
        }
        let told = |&stop: &usize| self.state.stops.get(stop).is_some_and(|s| s.told != Told::No);
        let left_m = if backward {
            progress.along_m
        } else {
            length_m - progress.along_m
        };
        let at_end = progress.on_trail && progress.certainty >= SURE_STRETCH && left_m <= END_M;
        let since_ms = at_end.then(|| self.state.at_end_since_ms.unwrap_or(fix.t_ms));
        let stayed = since_ms.is_some_and(|since_ms| fix.t_ms.saturating_sub(since_ms) >= STAYED_MS);
        let last = order.last().copied();
        let still_to_come = last.is_some_and(|stop| !told(&stop) && self.is_ahead(stop, &progress));
        let reason = if last.as_ref().is_some_and(told) && (walked || order.iter().all(told)) {
            Some(Reason::LastStop)
        } else if at_end && walked && (stayed || !still_to_come) {
            Some(Reason::EndOfTrail)
        } else {
            None
        };
        self.state.at_end_since_ms = since_ms;
        let Some(reason) = reason else { return };
        self.state.completed = true;
        let stop: Vec<usize> = last.filter(|_| reason == Reason::LastStop).into_iter().collect();
        let mut event = self.event(fix.t_ms, GuideEventKind::Completed, &stop, reason);
        event.panels.clear();
        events.push(event);
    }

    /// Whether a stop may still be met: it is not behind the walker by more than its own ground.
    fn is_ahead(&self, stop: usize, progress: &Progress) -> bool {
        let Some(site) = self.sites.get(stop) else {
            return false;
        };
        let Some(along_m) = site.along_m else {
            // Beside the line: somebody at its end may still go and look for it.
            return true;
        };
        let ahead_m = match progress.direction {
            Direction::Backward => progress.along_m - along_m,
            Direction::Forward | Direction::Unknown => along_m - progress.along_m,
        };
        ahead_m >= -site.ground.radius_m()
    }
}
