//! One walk with the guide: takes fixes and what the visitor does, and says what is to happen.

use super::aloud::Announcement;
use super::event::{GuideEvent, GuideEventKind, Reason};
use super::site::{Site, sites};
use super::state::{GuideState, Playing, StopState, Told};
use super::walker::Outcome;
use super::{GuideOptions, GuideStop, GuideTrail};
use crate::catalogue::Key;
use crate::geo::{Fix, Position};
use crate::trail::{self, Progress, Trail};
use std::collections::HashMap;

/// How sure the stretch of trail must be, 0 to 1.
pub(super) const SURE_STRETCH: f64 = 0.6;

/// 25 km/h in metres a second: faster is a vehicle. For so many milliseconds afterwards nothing begins.
const FAST_M_S: f64 = 25.0 / 3.6;
const FAST_LASTS_MS: i64 = 6_000;

/// One walk.
#[derive(Debug, Clone)]
pub struct Guide {
    pub(super) stops: Vec<GuideStop>,
    pub(super) sites: Vec<Site>,
    pub(super) trail: Option<Trail>,
    pub(super) options: GuideOptions,
    pub(super) state: GuideState,
    pub(super) progress: Option<Progress>,
    /// Time of the last fix that was taken.
    pub(super) now_ms: Option<i64>,
    pub(super) aloud: Option<Announcement>,
}

impl Guide {
    /// A walk that begins.
    pub fn new(trail: GuideTrail, options: GuideOptions) -> Self {
        Self::resume(trail, options, GuideState::default())
    }

    /// A walk that goes on from what [`Guide::state`] remembered. Stops are known again by their ids; if the line has
    /// changed meanwhile, progress is found anew within seconds.
    pub fn resume(trail: GuideTrail, options: GuideOptions, mut state: GuideState) -> Self {
        let line = (!trail.line.is_empty()).then(|| Trail::new(&trail.line));
        let sites = match &line {
            Some(line) => sites(line, &trail.stops),
            None => sites(&Trail::new(&[]), &trail.stops),
        };
        if let Some(line) = &line {
            state.trail.fit(line);
        }
        let playing = state.playing.and_then(|playing| {
            let id = &state.stops.get(playing.stop)?.id;
            let stop = trail.stops.iter().position(|stop| stop.id == *id)?;
            Some(Playing { stop, ..playing })
        });
        let mut before: HashMap<String, StopState> = state
            .stops
            .into_iter()
            .map(|stop| (stop.id.clone(), stop))
            .collect();
        let remembered = |stop: &GuideStop| {
            before.remove(&stop.id).unwrap_or_else(|| StopState {
                id: stop.id.clone(),
                ..StopState::default()
            })
        };
        state.stops = trail.stops.iter().map(remembered).collect();
        state.playing = playing;
        Self {
            stops: trail.stops,
            sites,
            trail: line,
            options,
            state,
            progress: None,
            now_ms: None,
            aloud: None,
        }
    }

    /// All that the walk needs to go on in another process.
    pub fn state(&self) -> &GuideState {
        &self.state
    }

    /// [`Guide::state`] as text, some kilobytes, to be kept where the app keeps its own data: [`GuideState::read`] goes on from it.
    /// Write it now and then, and when the app is put away.
    pub fn saved(&self) -> String {
        // Plain numbers and names: nothing in it can fail to be written.
        serde_json::to_string(&self.state).unwrap_or_default()
    }

    /// Progress after the last fix; `None` without a trail, or before a fix could be used.
    pub fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    /// Where the trail passes its stops, in metres from its start, in their order; a stop that it does not pass is left out.
    pub fn stops_along_m(&self) -> Vec<f64> {
        self.sites.iter().filter_map(|site| site.along_m).collect()
    }

    /// Headphones were put on or taken off.
    pub fn headphones(&mut self, on: bool) {
        self.options.headphones = on;
    }

    /// The visitor scanned a panel: its commentary begins whatever plays, and the walker's position is certain.
    /// A panel that belongs to no stop begins too; it says nothing about the trail.
    pub fn scan(&mut self, panel: &Key, t_ms: i64) -> GuideEvent {
        let stop = self.stops.iter().position(|stop| stop.panels.contains(panel));
        if let Some((index, site)) = stop.and_then(|index| Some((index, self.sites.get(index)?))) {
            self.state.walker.place(site.position, t_ms);
            if let (Some(line), Some(along_m)) = (&self.trail, site.along_m) {
                trail::place(line, &mut self.state.trail, along_m, t_ms);
            }
            self.begin(index, t_ms);
        }
        let mut event = self.event(t_ms, GuideEventKind::Trigger, stop.as_slice(), Reason::Scanned);
        event.panels = vec![panel.clone()];
        event
    }

    /// The visitor chose a stop, offered or not: its commentary begins. `None` if there is no such stop.
    pub fn choose(&mut self, stop_id: &str, t_ms: i64) -> Option<GuideEvent> {
        let stop = self.stops.iter().position(|stop| stop.id == stop_id)?;
        self.begin(stop, t_ms);
        Some(self.event(t_ms, GuideEventKind::Trigger, &[stop], Reason::Chosen))
    }

    /// The commentary ended before its time: it was stopped, or could not be played.
    pub fn commentary_ended(&mut self, t_ms: i64) {
        if let Some(playing) = &mut self.state.playing {
            playing.until_ms = playing.until_ms.min(t_ms);
        }
    }

    /// Takes one fix and says what happens now, in order.
    pub fn step(&mut self, fix: Fix) -> Vec<GuideEvent> {
        let outcome = self.state.walker.step(&fix);
        if outcome == Outcome::PassedOver {
            return Vec::new();
        }
        self.now_ms = Some(fix.t_ms);
        self.remember_roughly(&fix);
        let mut events = Vec::new();
        if let Some(line) = &self.trail {
            self.progress = trail::step(line, &mut self.state.trail, fix);
        }
        let fast = self.judge_speed(&fix);
        self.tell_presence(&fix, &mut events);
        self.tell_direction(&fix, &mut events);
        let sights = self.look(&fix);
        for sight in &sights {
            self.remember_visit(sight, &fix, &mut events);
        }
        let known = events.len();
        self.decide(&fix, outcome, fast, &sights, &mut events);
        self.leave_before_the_next(&fix, &sights, &mut events, known);
        self.tell_completion(&fix, &mut events);
        self.announce(&events);
        if let Some(last) = events.last() {
            self.state.last_reason = Some(last.reason);
        }
        events
    }

    /// Speed in metres a second, if it is, or just was, above 25 km/h.
    fn judge_speed(&mut self, fix: &Fix) -> Option<f64> {
        let measured_m_s = self.state.walker.least_speed_m_s();
        let reported_m_s = fix
            .speed_m_s
            .filter(|speed| *speed > FAST_M_S && speed.is_finite());
        self.state.fast_reports = if reported_m_s.is_some() {
            self.state.fast_reports.saturating_add(1)
        } else {
            0
        };
        // One report may lie as one fix may; two in a row do not.
        let reported = reported_m_s.filter(|_| self.state.fast_reports >= 2);
        let fast = (measured_m_s > FAST_M_S).then_some(measured_m_s).or(reported);
        if fast.is_some() {
            self.state.fast_until_ms = Some(fix.t_ms.saturating_add(FAST_LASTS_MS));
        }
        match self.state.fast_until_ms {
            Some(until_ms) if fix.t_ms < until_ms => Some(fast.unwrap_or(measured_m_s.max(FAST_M_S))),
            _ => None,
        }
    }

    pub(super) fn begin(&mut self, stop: usize, t_ms: i64) {
        let lasts_ms = self.stops.get(stop).map_or(0, |stop| stop.commentary_ms);
        let until_ms = t_ms.saturating_add(i64::try_from(lasts_ms).unwrap_or(i64::MAX));
        self.state.playing = (lasts_ms > 0).then_some(Playing { stop, until_ms });
        if let Some(state) = self.state.stops.get_mut(stop) {
            (state.told, state.told_ms) = (Told::Begun, t_ms);
        }
    }

    /// Whether a stop is skipped now: a notice says so, or it is shut at this hour.
    pub(super) fn is_closed(&self, stop: usize) -> bool {
        self.stops
            .get(stop)
            .is_some_and(|stop| stop.closed || self.is_shut(stop))
    }

    pub(super) fn is_shut(&self, stop: &GuideStop) -> bool {
        let hours = stop.hours.as_ref().zip(self.now_ms);
        hours.is_some_and(|(hours, now_ms)| hours.is_shut_at(now_ms))
    }

    /// Where the walker probably is, and the standard deviation in metres for each axis; `None` before the first fix.
    pub fn estimate(&self) -> Option<(Position, f64)> {
        let estimate = self.state.walker.estimate()?;
        Some((estimate.position, estimate.sigma_m()))
    }

    pub(super) fn along_m(&self, stop: usize) -> f64 {
        self.sites
            .get(stop)
            .and_then(|site| site.along_m)
            .unwrap_or(f64::INFINITY)
    }

    pub(super) fn event(
        &self,
        t_ms: i64,
        kind: GuideEventKind,
        stops: &[usize],
        reason: Reason,
    ) -> GuideEvent {
        let stops: Vec<&GuideStop> = stops.iter().filter_map(|&stop| self.stops.get(stop)).collect();
        GuideEvent {
            t_ms,
            kind,
            panels: stops
                .iter()
                .flat_map(|stop| stop.panels.iter().cloned())
                .collect(),
            stops: stops.into_iter().map(|stop| stop.id.clone()).collect(),
            progress_m: self.progress.filter(|p| p.certainty > 0.0).map(|p| p.along_m),
            reason,
        }
    }
}
