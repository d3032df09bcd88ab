//! Whoever follows a walker: AlloClap's guide, and the simple ways of other apps.

use crate::trails::Walked;
use alloclap_core::geo::{Fix, Line, Position, distance_m};
use alloclap_core::guide::{Guide, GuideEventKind, GuideOptions};

/// What a follower makes of one fix.
#[derive(Default)]
pub struct Said {
    /// Stops told now.
    pub told: Vec<usize>,
    /// Stops offered now.
    pub offered: Vec<usize>,
    /// Progress in metres, if the follower knows of any.
    pub along_m: Option<f64>,
    /// Whether the walker was said to leave the trail now; `None` if the follower never says that.
    pub alarm: Option<bool>,
}

pub trait Follower {
    fn step(&mut self, fix: Fix) -> Said;
}

/// AlloClap's guide, with headphones on.
pub struct Ours(Guide);

impl Ours {
    pub fn new(walked: &Walked) -> Self {
        let options = GuideOptions {
            headphones: true,
            ..GuideOptions::default()
        };
        Self(Guide::new(walked.trail.clone(), options))
    }
}

impl Follower for Ours {
    fn step(&mut self, fix: Fix) -> Said {
        let mut said = Said {
            alarm: Some(false),
            ..Said::default()
        };
        for event in self.0.step(fix) {
            let stops = event.stops.iter().filter_map(|id| id.parse::<usize>().ok());
            match event.kind {
                GuideEventKind::Trigger => said.told.extend(stops),
                GuideEventKind::Offer => said.offered.extend(stops),
                GuideEventKind::OffTrail => said.alarm = Some(true),
                _ => {}
            }
        }
        said.along_m = self.0.progress().map(|progress| progress.along_m);
        said
    }
}

/// The first stop of the list, not told yet, within a circle around the fix, whatever its accuracy.
pub struct Circle {
    stops: Vec<(Position, bool)>,
    radius_m: f64,
}

impl Circle {
    pub fn new(walked: &Walked, radius_m: f64) -> Self {
        let stops = walked
            .trail
            .stops
            .iter()
            .map(|stop| (stop.position, false))
            .collect();
        Self { stops, radius_m }
    }
}

impl Follower for Circle {
    fn step(&mut self, fix: Fix) -> Said {
        let radius_m = self.radius_m;
        let fits = |(_, (position, told)): &(usize, &mut (Position, bool))| {
            !*told && distance_m(*position, fix.position) <= radius_m
        };
        let first = self
            .stops
            .iter_mut()
            .enumerate()
            .find(fits)
            .map(|(index, (_, told))| {
                *told = true;
                index
            });
        Said {
            told: first.into_iter().collect(),
            ..Said::default()
        }
    }
}

/// Progress is the nearest point on the line; a stop is told when that comes within 10 m of it.
pub struct NearestPoint {
    line: Line,
    stops: Vec<(f64, bool)>,
}

impl NearestPoint {
    pub fn new(walked: &Walked) -> Self {
        Self {
            line: walked.line.clone(),
            stops: walked.stops_m.iter().map(|&metres| (metres, false)).collect(),
        }
    }
}

impl Follower for NearestPoint {
    fn step(&mut self, fix: Fix) -> Said {
        let mut said = Said::default();
        let Some(nearest) = self.line.project(fix.position) else {
            return said;
        };
        for (index, (metres, told)) in self.stops.iter_mut().enumerate() {
            if !*told && (nearest.along_m - *metres).abs() <= 10.0 {
                *told = true;
                said.told.push(index);
            }
        }
        said.along_m = Some(nearest.along_m);
        said
    }
}
