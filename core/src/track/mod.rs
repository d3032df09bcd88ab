//! Files that carry a line, waypoints or fixes: GPX, GeoJSON, KML and recorded traces.
//!
//! Its job ends at plain data, read and written. Files come from anywhere, so each is limited in size and depth, and a
//! position that is not on the Earth refuses the file and says which one it was: a trail with a silent hole is worse than none.

mod error;
mod geojson;
mod gpx;
mod kml;
mod trace;
mod write;
mod xml;

pub use error::{PointKind, TrackError};
pub use write::{Format, write_route, write_trace};

use crate::geo::{Fix, Position};

/// The largest file that is read, in bytes. A day of walking at one fix a second is 15 MB of GPX.
pub const MAX_BYTES: usize = 64 << 20;

/// What a file says about a trail.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Route {
    /// The name of the track, route or file, if it has one.
    pub name: Option<String>,
    /// The line, in the order of walking; empty if the file has only waypoints.
    pub line: Vec<Position>,
    /// The waypoints in file order.
    pub waypoints: Vec<Waypoint>,
}

/// A named point.
#[derive(Debug, Clone, PartialEq)]
pub struct Waypoint {
    /// Its name; its number in the file, from 1, if it has none.
    pub name: String,
    /// Where it is.
    pub position: Position,
}

/// Reads a trail from GPX 1.0 or 1.1, GeoJSON (RFC 7946) or KML 2.2, whichever the bytes hold.
///
/// GPX: the line is all tracks with their segments, in file order; without a track, all routes. GeoJSON: the line is every
/// `LineString` and `MultiLineString` in file order, the waypoints are every `Point` and `MultiPoint`. KML: the line is every
/// `LineString` and `gx:Track` of a placemark in file order, the waypoints are every `Point`.
///
/// # Errors
/// [`TrackError`] says what was wrong and where; a file with neither line nor waypoint is [`TrackError::Nothing`].
pub fn read_route(bytes: &[u8]) -> Result<Route, TrackError> {
    let route = match contents(bytes)? {
        Contents::Xml(text) => {
            let document = xml::parse(text)?;
            match document.root_element().tag_name().name() {
                "kml" => kml::route(&document)?,
                _ => gpx::route(&document)?,
            }
        }
        Contents::Json(text) => geojson::route(text)?,
    };
    if route.line.is_empty() && route.waypoints.is_empty() {
        return Err(TrackError::Nothing);
    }
    Ok(route)
}

/// Reads a recorded walk from GPX 1.0 or 1.1, or from a JSON trace.
///
/// Times are milliseconds since the first fix, as the file has them: they may stand still or run backwards, which is for
/// `trail` and `guide` to judge. A GPX point's accuracy is an extension's (`accuracy`, `hacc`, `horizontalAccuracy`), else
/// five metres for each unit of `hdop`, else ten metres; speed and course are taken where the file has them. Track points
/// without a time are left out as long as others have one.
///
/// JSON: `{"start_time", "times": [seconds], "latlon": [[lat, lon]], "accuracy": [m]?, "speed": [m/s]?, "course": [deg]?}`.
///
/// # Errors
/// [`TrackError`]; [`TrackError::NoTimes`] for a GPX that was drawn, not recorded.
pub fn read_trace(bytes: &[u8]) -> Result<Vec<Fix>, TrackError> {
    match contents(bytes)? {
        Contents::Xml(text) => gpx::trace(&xml::parse(text)?),
        Contents::Json(text) => trace::read(text),
    }
}

enum Contents<'a> {
    Xml(&'a str),
    Json(&'a str),
}

fn contents(bytes: &[u8]) -> Result<Contents<'_>, TrackError> {
    if bytes.len() > MAX_BYTES {
        return Err(TrackError::TooLarge {
            bytes: bytes.len() as u64,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| TrackError::NotUtf8 {
        byte: error.valid_up_to() as u64,
    })?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next() {
        Some('<') => Ok(Contents::Xml(text)),
        Some('{') => Ok(Contents::Json(text)),
        Some(_) => Err(TrackError::UnknownFormat),
        None => Err(TrackError::Nothing),
    }
}

/// Accuracy of a recorded fix where the file says nothing: what a phone reports under open sky, rounded up.
const DEFAULT_ACCURACY_M: f64 = 10.0;

/// A number that a file gave for an accuracy or a speed, if it can be one.
fn plausible(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite() && *v >= 0.0)
}

/// A course in 0 ≤ course < 360, if the file's number can be one.
fn course(value: Option<f64>) -> Option<f64> {
    plausible(value)
        .filter(|&deg| deg <= 360.0)
        .map(|deg| deg % 360.0)
}
