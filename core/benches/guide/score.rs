//! What a follower's decisions come to, judged by where the walker truly was.

use crate::followers::Follower;
use crate::trails::Walked;
use alloclap_core::geo::distance_m;
use alloclap_core::trail::simulate::Simulated;

/// Progress this wrong, in metres, is another part of the trail.
const ASTRAY_M: f64 = 60.0;

#[derive(Default)]
pub struct Score {
    pub passed: usize,
    pub right: usize,
    pub offered: usize,
    pub far: usize,
    pub hours: f64,
    pub pairs: usize,
    pub wrong_first: usize,
    pub alarms: Option<u32>,
    distances_m: Vec<f64>,
    noticed_s: Vec<f64>,
    /// Name of the shape, fixes, and those with wrong progress.
    shapes: Vec<(&'static str, usize, usize)>,
}

impl Score {
    /// A walk past the stops of a trail.
    pub fn follow(
        &mut self,
        walked: &Walked,
        walk: &[Simulated],
        follower: &mut dyn Follower,
        near_m: f64,
        far_m: f64,
    ) {
        self.passed += walked.trail.stops.len();
        self.hours += walk.len() as f64 / 3_600.0;
        let (mut fixes, mut wrong) = (0, 0);
        for second in walk {
            let said = follower.step(second.fix);
            for stop in said
                .told
                .iter()
                .filter_map(|&index| walked.trail.stops.get(index))
            {
                let now_m = distance_m(second.truth, stop.position);
                self.distances_m.push(now_m);
                self.right += usize::from(now_m <= near_m);
                let came_near = walk.iter().any(|s| distance_m(s.truth, stop.position) <= far_m);
                self.far += usize::from(!came_near);
            }
            self.offered += said.offered.len();
            if let Some(alarm) = said.alarm {
                *self.alarms.get_or_insert(0) += u32::from(alarm);
            }
            if let Some(along_m) = said.along_m {
                fixes += 1;
                wrong += usize::from((along_m - second.along_m).abs() > ASTRAY_M);
            }
        }
        match self.shapes.iter_mut().find(|(name, ..)| *name == walked.name) {
            Some(shape) => {
                shape.1 += fixes;
                shape.2 += wrong;
            }
            None => self.shapes.push((walked.name, fixes, wrong)),
        }
    }

    /// A walk past pairs of panels: which of the two is told first.
    pub fn follow_pairs(&mut self, walk: &[Simulated], follower: &mut dyn Follower) {
        let mut decided: Vec<usize> = Vec::new();
        for second in walk {
            let said = follower.step(second.fix);
            // A list that holds both leaves the choice to the walker.
            decided.extend(said.offered.iter().map(|stop| stop / 2));
            for stop in said.told {
                let pair = stop / 2;
                if !decided.contains(&pair) {
                    decided.push(pair);
                    self.pairs += 1;
                    self.wrong_first += stop % 2;
                }
            }
        }
    }

    /// A walk that leaves the trail: when that is said.
    pub fn follow_detour(&mut self, walked: &Walked, walk: &[Simulated], follower: &mut dyn Follower) {
        let away_m = |second: &Simulated| walked.line.project(second.truth).map_or(0.0, |p| p.offset_m);
        let Some(away_ms) = walk.iter().find(|s| away_m(s) > 78.0).map(|s| s.fix.t_ms) else {
            return;
        };
        let mut noticed_s = f64::INFINITY;
        let mut says = false;
        for second in walk {
            let alarm = follower.step(second.fix).alarm;
            says |= alarm.is_some();
            // Before the walker is all the way out, it may be noticed too.
            if alarm == Some(true) && second.fix.t_ms > away_ms - 120_000 && noticed_s.is_infinite() {
                noticed_s = (second.fix.t_ms - away_ms).max(0) as f64 / 1_000.0;
            }
        }
        if says {
            self.noticed_s.push(noticed_s);
        }
    }

    pub fn told(&self) -> f64 {
        self.right as f64 / self.passed.saturating_sub(self.offered).max(1) as f64
    }

    pub fn offered_share(&self) -> f64 {
        self.offered as f64 / self.passed.max(1) as f64
    }

    pub fn median_m(&self) -> f64 {
        median(&self.distances_m).unwrap_or(f64::NAN)
    }

    pub fn noticed_s(&self) -> Option<f64> {
        median(&self.noticed_s)
    }

    /// Share of fixes with wrong progress on one shape.
    pub fn astray(&self, name: &str) -> Option<f64> {
        let shape = self.shapes.iter().find(|(shape, ..)| *shape == name)?;
        (shape.1 > 0).then(|| shape.2 as f64 / shape.1 as f64)
    }

    /// The shape on which progress is wrong most often.
    pub fn worst(&self) -> Option<(&'static str, f64)> {
        let shares = self
            .shapes
            .iter()
            .filter_map(|(name, ..)| Some((*name, self.astray(name)?)));
        shares.max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}
