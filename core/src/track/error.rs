//! Why a file could not be read as a line or a trace.

use crate::geo::PositionError;
use std::fmt;

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrackError {
    /// Larger than [`super::MAX_BYTES`].
    #[error("the file has {bytes} bytes; at most 67108864 are read: thin it out or cut it")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Bytes that are no UTF-8.
    #[error("byte {byte} is no UTF-8: save the file as UTF-8")]
    NotUtf8 {
        /// The offset of the first wrong byte.
        byte: u64,
    },
    /// Neither XML nor JSON.
    #[error("neither GPX, KML nor JSON: give a .gpx, a .kml, a .geojson or a recorded trace")]
    UnknownFormat,
    /// XML that cannot be parsed, or that has a DTD or too many elements.
    #[error("no well-formed XML: {0}")]
    Xml(String),
    /// XML of another kind.
    #[error("the XML is <{0}>: export it as GPX")]
    NotGpx(String),
    /// JSON that cannot be parsed.
    #[error("no well-formed JSON: {0}")]
    Json(String),
    /// JSON that is no recorded trace.
    #[error("no recorded trace: {0}; a trace is {{\"times\": [seconds], \"latlon\": [[lat, lon]], …}}")]
    NotATrace(String),
    /// JSON of another kind.
    #[error(
        "the JSON is no GeoJSON: \"type\" must be FeatureCollection, Feature, LineString, MultiLineString or Point"
    )]
    NotGeoJson,
    /// An area where a line is needed.
    #[error("a polygon is no trail: draw it as a LineString")]
    Polygon,
    /// A point that is not on the Earth.
    #[error("{what} {number}: {source}")]
    Position {
        /// What kind of point.
        what: PointKind,
        /// Its number in the file, from 1.
        number: u64,
        /// What is wrong with it.
        source: PositionError,
    },
    /// A point without two numbers.
    #[error("{what} {number} has no latitude and longitude that can be read as numbers")]
    NoPosition {
        /// What kind of point.
        what: PointKind,
        /// Its number in the file, from 1.
        number: u64,
    },
    /// A time that is none.
    #[error("track point {number}: \"{text}\" is no time; write it like 2026-05-01T10:00:00Z")]
    Time {
        /// The point's number in the file, from 1.
        number: u64,
        /// What stands there.
        text: String,
    },
    /// A track without times: drawn, not recorded.
    #[error(
        "no track point has a time, so there is no walk to replay: give a recorded track, not a drawn one"
    )]
    NoTimes,
    /// Lists of a JSON trace that do not go together.
    #[error("\"{list}\" has {found} values but \"latlon\" has {expected}: every fix needs one")]
    Lengths {
        /// The list.
        list: String,
        /// How many values it has.
        found: u64,
        /// How many positions there are.
        expected: u64,
    },
    /// A time of a JSON trace that no walk has.
    #[error("\"times\" value {number} is {seconds} s: give seconds since the start")]
    Seconds {
        /// Its number in the list, from 1.
        number: u64,
        /// What stands there.
        seconds: f64,
    },
    /// Nothing in it.
    #[error("the file holds neither a line nor a waypoint nor a fix")]
    Nothing,
}

/// What a point of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointKind {
    /// A point of a GPX track.
    Track,
    /// A point of a GPX route.
    Route,
    /// A GPX waypoint.
    Waypoint,
    /// A point of a GeoJSON line.
    Line,
    /// A GeoJSON point.
    Point,
    /// A fix of a JSON trace.
    Fix,
}

impl fmt::Display for PointKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Track => "track point",
            Self::Route => "route point",
            Self::Waypoint => "waypoint",
            Self::Line => "line point",
            Self::Point => "point",
            Self::Fix => "fix",
        })
    }
}
