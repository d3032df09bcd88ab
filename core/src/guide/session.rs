//! One walk with the guide: takes fixes and what the visitor does, and says what is to happen.

use super::event::{GuideEvent, GuideEventKind, GuideSnapshot, Reason, StopAhead, WayBack};
use super::site::{Cloud, SAME_SPOT_M, Site, sites};
use super::state::{GuideState, Inside, Playing, StopState, Told};
use super::walker::{Outcome, WORST_ACCURACY_M, believed_accuracy_m};
use super::{GuideOptions, GuideStop, GuideTrail, Sound};
use crate::catalogue::Key;
use crate::geo::{EARTH_RADIUS_M, Fix, NVector, bearing_deg, distance_m};
use crate::trail::{self, Direction, Progress, Trail};

/// Probability of being in a zone from which on a walker counts as in it: along a trail, where the order of the line
/// tells neighbours apart, and in the open.
const IN_ZONE_ON_TRAIL: f64 = 0.3;
const IN_ZONE: f64 = 0.55;

/// Below this probability a walker counts as out of it. Far below the other, so that nobody flutters in and out.
const OUT_OF_ZONE: f64 = 0.1;

/// A visit ends after so many milliseconds out of the zone; leaving is slower than entering.
const LEAVING_MS: i64 = 15_000;

/// A story begins only if so many fixes in a row, over so many milliseconds, say that the walker is there.
const ARRIVING_FIXES: u32 = 3;
const ARRIVING_MS: i64 = 2_000;

/// How sure the stretch of trail must be, 0 to 1.
const SURE_STRETCH: f64 = 0.6;

/// The story begins so many metres before the panel: the time to look up.
const AHEAD_M: f64 = 3.0;

/// In the open, the story begins so many seconds before the walker is closest, or within so many metres.
const AHEAD_S: f64 = 1.5;
const CLOSE_M: f64 = 6.0;
const STANDING_M_S: f64 = 0.35;

/// Somebody who stands in a zone for so many milliseconds has arrived.
const STANDING_MS: i64 = 8_000;

/// In the open, a second stop that fits half as well as the best is a rival: both are offered.
const RIVAL_SHARE: f64 = 0.5;

/// Without a trail, a story may be told again so many milliseconds after it was; an offer that was passed by, after fewer.
const TOLD_AGAIN_MS: i64 = 30 * 60_000;
const OFFERED_AGAIN_MS: i64 = 5 * 60_000;

/// 25 km/h in metres a second: faster is a vehicle. For so many milliseconds afterwards nothing begins.
const FAST_M_S: f64 = 25.0 / 3.6;
const FAST_LASTS_MS: i64 = 6_000;

/// So close to the end of the line the walk is complete, in metres, if at least this share of it was walked.
const END_M: f64 = 20.0;
const WALKED_SHARE: f64 = 0.5;

/// A walk is backwards once it has gone so many metres so.
const BACKWARDS_M: f64 = 40.0;

/// One walk.
#[derive(Debug, Clone)]
pub struct Guide {
    stops: Vec<GuideStop>,
    sites: Vec<Site>,
    trail: Option<Trail>,
    options: GuideOptions,
    state: GuideState,
    progress: Option<Progress>,
}

/// What one fix says of one stop.
#[derive(Debug, Clone, Copy)]
struct Sight {
    stop: usize,
    distance_m: f64,
    probability: f64,
    inside: bool,
    /// Whether this is the moment: as close as the walker will come, or standing.
    arrived: bool,
    /// Whether the trail's belief said so, and not the position alone.
    by_trail: bool,
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
        let playing = state.playing.and_then(|playing| {
            let id = &state.stops.get(playing.stop)?.id;
            let stop = trail.stops.iter().position(|stop| stop.id == *id)?;
            Some(Playing { stop, ..playing })
        });
        let mut before: std::collections::HashMap<String, StopState> = state
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
        }
    }

    /// All that the walk needs to go on in another process.
    pub fn state(&self) -> &GuideState {
        &self.state
    }

    /// Progress after the last fix; `None` without a trail, or before a fix could be used.
    pub fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
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
        self.decide(&fix, outcome, fast, &sights, &mut events);
        self.tell_completion(&fix, &mut events);
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

    fn tell_presence(&mut self, fix: &Fix, events: &mut Vec<GuideEvent>) {
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

    fn tell_direction(&mut self, fix: &Fix, events: &mut Vec<GuideEvent>) {
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

    /// What this fix says of every stop that may be near.
    fn look(&self, fix: &Fix) -> Vec<Sight> {
        let Some(estimate) = self.state.walker.estimate() else {
            return Vec::new();
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
                    let middle_m = EARTH_RADIUS_M * here.chord2(site.ground.middle()).sqrt();
                    let reach_m = site.ground.radius_m() + 4.0 * sigma_m;
                    let probability = if middle_m > reach_m {
                        0.0
                    } else {
                        let cloud = cloud.get_or_insert_with(|| Cloud::new(estimate.position, sigma_m));
                        cloud.probability(&site.ground)
                    };
                    let distance_m = here.chord_m(site.panel);
                    let inside = probability >= IN_ZONE;
                    let closing_s = estimate.seconds_to_closest(site.panel);
                    let arrived = inside
                        && (distance_m <= CLOSE_M
                            || closing_s <= AHEAD_S
                            || estimate.speed_m_s() < STANDING_M_S
                            || stood(state, fix.t_ms));
                    Sight {
                        stop,
                        distance_m,
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

    fn look_along(
        &self,
        stop: usize,
        site: &Site,
        state: &StopState,
        progress: &Progress,
        there: NVector,
    ) -> Sight {
        let belief = &self.state.trail;
        let distance_m = there.chord_m(site.panel);
        let mut probability = 0.0;
        let mut best: Option<(f64, f64)> = None;
        for pass in &site.passes {
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
        let standing =
            progress.standing > 0.7 && self.state.trail.seen_ms().is_some_and(|t_ms| stood(state, t_ms));
        let arrived = inside && progress.certainty >= SURE_STRETCH && (ahead_m <= AHEAD_M || standing);
        Sight {
            stop,
            distance_m,
            probability: probability.min(1.0),
            inside,
            arrived,
            by_trail: true,
        }
    }

    /// Keeps count of entering and leaving.
    fn remember_visit(&mut self, sight: &Sight, fix: &Fix, events: &mut Vec<GuideEvent>) {
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
                ..inside
            },
            None => Inside {
                since_ms: fix.t_ms,
                fixes: 1,
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
        state.said = 0;
        let visited = matches!(state.told, Told::Offered | Told::Waiting | Told::Begun);
        state.told = match state.told {
            Told::Begun => Told::Done,
            Told::Offered | Told::Waiting => Told::Passed,
            told => told,
        };
        if visited {
            let reason = Reason::OutOfZone {
                distance_m: sight.distance_m,
                for_ms: for_ms.max(0) as u64,
            };
            events.push(self.event(fix.t_ms, GuideEventKind::Left, &[sight.stop], reason));
        }
    }

    fn decide(
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

    fn begin(&mut self, stop: usize, t_ms: i64) {
        let lasts_ms = self.stops.get(stop).map_or(0, |stop| stop.commentary_ms);
        let until_ms = t_ms.saturating_add(i64::try_from(lasts_ms).unwrap_or(i64::MAX));
        self.state.playing = (lasts_ms > 0).then_some(Playing { stop, until_ms });
        if let Some(state) = self.state.stops.get_mut(stop) {
            (state.told, state.told_ms) = (Told::Begun, t_ms);
        }
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
                _ if self.is_closed(sight.stop) => Reason::Closed { distance_m },
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

    fn tell_completion(&mut self, fix: &Fix, events: &mut Vec<GuideEvent>) {
        if self.state.completed {
            return;
        }
        let Some((trail, progress)) = self.trail.as_ref().zip(self.progress) else {
            return;
        };
        let backward = progress.direction == Direction::Backward;
        let (least_m, most_m) = self.state.walked.unwrap_or((0.0, 0.0));
        let walked = most_m - least_m >= WALKED_SHARE * trail.length_m() && trail.length_m() > 0.0;
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
            trail.length_m() - progress.along_m
        };
        let at_end = progress.on_trail && progress.certainty >= SURE_STRETCH && left_m <= END_M;
        let reason = if order.last().is_some_and(told) && (walked || order.iter().all(told)) {
            Reason::LastStop
        } else if at_end && walked {
            Reason::EndOfTrail
        } else {
            return;
        };
        self.state.completed = true;
        let stop: Vec<usize> = order
            .last()
            .copied()
            .filter(|_| reason == Reason::LastStop)
            .into_iter()
            .collect();
        let mut event = self.event(fix.t_ms, GuideEventKind::Completed, &stop, reason);
        event.panels.clear();
        events.push(event);
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

    fn is_closed(&self, stop: usize) -> bool {
        self.stops.get(stop).is_some_and(|stop| stop.closed)
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
    fn first(&self, a: &Sight, b: &Sight) -> std::cmp::Ordering {
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

    fn along_m(&self, stop: usize) -> f64 {
        self.sites
            .get(stop)
            .and_then(|site| site.along_m)
            .unwrap_or(f64::INFINITY)
    }

    /// The next stop in the walker's direction that is open and was not told.
    fn next_stop(&self) -> Option<usize> {
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
        let way_back = self.state.away_since_ms.and_then(|_| {
            let nearest = self.trail.as_ref()?.line().project(here?)?;
            Some(WayBack {
                distance_m: nearest.offset_m,
                bearing_deg: bearing_deg(here?, nearest.position),
            })
        });
        let mut offered: Vec<(f64, String)> = Vec::new();
        for (stop, state) in self.stops.iter().zip(&self.state.stops) {
            if matches!(state.told, Told::Offered | Told::Waiting) {
                let away_m = here.map_or(0.0, |here| distance_m(here, stop.position));
                offered.push((away_m, stop.id.clone()));
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
            way_back,
            offered: offered.into_iter().map(|(_, id)| id).collect(),
            playing: playing.map(|stop| stop.id.clone()),
            completed: self.state.completed,
            last_reason: self.state.last_reason,
        }
    }

    fn event(&self, t_ms: i64, kind: GuideEventKind, stops: &[usize], reason: Reason) -> GuideEvent {
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

/// Stops within so many metres are looked at even if the walker is surely not in their zone: a bad fix may have to be explained.
const NEAR_M: f64 = 150.0;

/// Whether the walker has been in the zone for so long that they stand there.
fn stood(state: &StopState, t_ms: i64) -> bool {
    state
        .inside
        .is_some_and(|inside| t_ms.saturating_sub(inside.since_ms) >= STANDING_MS)
}
