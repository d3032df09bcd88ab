//! What a screen shows of a walk.

use super::course::END_M;
use super::event::{GuideSnapshot, StopAhead, WayBack};
use super::state::Told;
use super::{Guide, GuideStop};
use crate::geo::{bearing_deg, distance_m};
use crate::trail::{self, Direction};

impl Guide {
    /// All that a screen shows now.
    pub fn snapshot(&self) -> GuideSnapshot {
        let here = self.state.walker.estimate().map(|estimate| estimate.position);
        let progress = self.progress.filter(|progress| progress.certainty > 0.0);
        let pace_m_s = progress.map_or(trail::USUAL_PACE_M_S, |progress| progress.pace_m_s);
        let next = self.next_stop().and_then(|index| {
            let (stop, here) = (self.stops.get(index)?, here?);
            let along_m = progress
                .filter(|p| p.on_trail)
                .map(|p| (self.along_m(index) - p.along_m).abs());
            let distance_m = along_m
                .filter(|m| m.is_finite())
                .unwrap_or_else(|| distance_m(here, stop.position));
            Some(StopAhead {
                id: stop.id.clone(),
                name: stop.name.clone(),
                distance_m,
                bearing_deg: bearing_deg(here, stop.position),
                time_s: distance_m / pace_m_s,
            })
        });
        let mut offered: Vec<(f64, &GuideStop)> = Vec::new();
        for (stop, state) in self.stops.iter().zip(&self.state.stops) {
            if matches!(state.told, Told::Offered | Told::Waiting) {
                let away_m = here.map_or(0.0, |here| distance_m(here, stop.position));
                offered.push((away_m, stop));
            }
        }
        offered.sort_by(|a, b| a.0.total_cmp(&b.0));
        let playing = self
            .state
            .playing
            .and_then(|playing| self.stops.get(playing.stop));
        GuideSnapshot {
            next,
            progress_m: progress.map(|p| p.along_m),
            remaining_m: progress.map(|p| p.remaining_m),
            remaining_s: progress.map(|p| p.remaining_m / pace_m_s),
            direction: progress.map_or(Direction::Unknown, |p| p.direction),
            way_back: self.way_back(),
            offered: offered.iter().map(|(_, stop)| stop.id.clone()).collect(),
            offered_panels: offered
                .iter()
                .flat_map(|(_, stop)| stop.panels.iter().cloned())
                .collect(),
            playing: playing.map(|stop| stop.id.clone()),
            aloud: self.aloud.clone(),
            completed: self.state.completed,
            location: self.location_demand(),
            last_reason: self.state.last_reason,
        }
    }

    /// The way back to the line, while the walker is said to be away from it.
    pub(super) fn way_back(&self) -> Option<WayBack> {
        self.state.away_since_ms?;
        let here = self.state.walker.estimate()?.position;
        let nearest = self.trail.as_ref()?.line().project(here)?;
        Some(WayBack {
            distance_m: nearest.offset_m,
            bearing_deg: bearing_deg(here, nearest.position),
        })
    }

    /// The next stop in the walker's direction that is open and was not told.
    pub(super) fn next_stop(&self) -> Option<usize> {
        let backward = self.progress.is_some_and(|p| p.direction == Direction::Backward);
        let untold = |&stop: &usize| {
            !self.is_closed(stop)
                && self
                    .state
                    .stops
                    .get(stop)
                    .is_some_and(|state| state.told == Told::No)
        };
        let untold: Vec<usize> = (0..self.stops.len()).filter(untold).collect();
        let Some(progress) = self.progress.filter(|progress| progress.certainty > 0.0) else {
            let here = self.state.walker.estimate().map(|estimate| estimate.position);
            return match (here, &self.trail) {
                (Some(here), None) => {
                    let away_m = |stop: &usize| {
                        self.stops
                            .get(*stop)
                            .map_or(f64::INFINITY, |s| distance_m(here, s.position))
                    };
                    untold.into_iter().min_by(|a, b| away_m(a).total_cmp(&away_m(b)))
                }
                _ => untold.first().copied(),
            };
        };
        // A stop just behind is not ahead any more; one that was missed is not asked for again.
        let ahead = |stop: &usize| {
            let along_m = self.along_m(*stop);
            if backward {
                along_m <= progress.along_m + END_M
            } else {
                along_m >= progress.along_m - END_M
            }
        };
        let mut ahead: Vec<usize> = untold.into_iter().filter(ahead).collect();
        if backward {
            ahead.reverse();
        }
        ahead.first().copied()
    }
}
