//! Whether trails can be walked: a line, stops on it, and panels that a phone can tell apart.

use super::{Check, files::refused};
use crate::source::{FindingKind, Kind, Severity, Sourced, inside};
use alloclap_core::catalogue::model::{Id, Panel, Record, StopKind, Trail};
use alloclap_core::geo::{Line, Position, distance_m};
use alloclap_core::track::{self, Route, TrackError};
use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

/// A stop further from the line than this is never reached by somebody who follows it: five times a good fix's error.
const FAR_FROM_LINE_M: f64 = 50.0;
/// Panels nearer than this are within one fix's error of each other, even under open sky.
const TELL_APART_M: f64 = 15.0;

impl<'a> Check<'a> {
    pub(super) fn trails(&mut self) {
        let mut panels: HashMap<&str, Vec<&Panel>> = HashMap::new();
        for at in self.of_kind(Kind::Panel) {
            if let Record::Panel(panel) = &at.record {
                panels.entry(panel.place.as_str()).or_default().push(panel);
            }
        }
        for at in self.of_kind(Kind::Trail) {
            if let Record::Trail(trail) = &at.record {
                self.trail(at, trail, &panels);
            }
        }
    }

    fn trail(&mut self, at: &'a Sourced, trail: &Trail, panels: &HashMap<&str, Vec<&'a Panel>>) {
        let line = self.line(at, trail);
        let mut standing: Vec<(&Id, Position)> = Vec::new();
        for (n, stop) in trail.stops.iter().enumerate() {
            let position = match &stop.kind {
                StopKind::Direction { at, .. } => Some(*at),
                StopKind::Place { place } => match self.record(place) {
                    Some(Record::Place(found)) => {
                        let here = panels
                            .get(found.id.as_str())
                            .map(Vec::as_slice)
                            .unwrap_or_default();
                        let stands = |panel: &Panel| panel.position.unwrap_or(found.position);
                        for panel in here {
                            // A stop that is passed twice has its panels once.
                            if standing.iter().all(|(id, _)| **id != panel.id) {
                                standing.push((&panel.id, stands(panel)));
                            }
                        }
                        Some(here.first().map_or(found.position, |panel| stands(panel)))
                    }
                    _ => None,
                },
            };
            let Some(projection) = position.zip(line.as_ref()).and_then(|(p, line)| line.project(p)) else {
                continue;
            };
            if projection.offset_m > FAR_FROM_LINE_M {
                let what = FindingKind::StopFarFromLine {
                    stop: stop.id.to_string(),
                    distance_m: projection.offset_m,
                };
                self.find(at, Severity::Warning, &format!("stops.{}", n + 1), what);
            }
        }
        for (n, (id, position)) in standing.iter().enumerate() {
            for (other, there) in standing.iter().take(n) {
                let distance_m = distance_m(*position, *there);
                if distance_m < TELL_APART_M
                    && let Some(sourced) = self.known.get(id.as_str()).copied()
                {
                    let what = FindingKind::PanelsTooClose {
                        other: other.to_string(),
                        distance_m,
                    };
                    self.find(sourced, Severity::Warning, "position", what);
                }
            }
        }
    }

    fn line(&mut self, at: &Sourced, trail: &Trail) -> Option<Line> {
        let Some(file) = &trail.line_file else {
            if trail.line.len() < 2 {
                self.find(at, Severity::Warning, "line_file", FindingKind::NoLine);
                return None;
            }
            return Some(Line::new(&trail.line));
        };
        let bad = match inside(&self.source.folder, file) {
            Err(refusal) => refused(refusal),
            Ok(path) => match route(&path) {
                Ok(Ok(route)) if route.line.len() >= 2 => return Some(Line::new(&route.line)),
                Ok(Ok(_)) => FindingKind::OnlyWaypoints,
                Ok(Err(why)) => FindingKind::BadLine { why },
                Err(error) => FindingKind::UnreadableFile {
                    why: error.to_string(),
                },
            },
        };
        self.find(at, Severity::Error, "line_file", bad);
        None
    }
}

/// The file's line, unless it is larger than its reader takes: that is known before it is in memory.
fn route(path: &Path) -> io::Result<Result<Route, TrackError>> {
    let bytes = fs::metadata(path)?.len();
    if bytes > track::MAX_BYTES as u64 {
        return Ok(Err(TrackError::TooLarge { bytes }));
    }
    Ok(track::read_route(&fs::read(path)?))
}
