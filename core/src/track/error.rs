//! Why a file could not be read as a line or a trace.

use crate::geo::PositionError;

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
    /// JSON of another kind.
    #[error("{0}")]
    NotGeoJson(String),
    /// An area where a line belongs.
    #[error("a polygon is no trail: draw it as a line")]
    Polygon,
    /// A point that is not on the Earth.
    #[error("{what} {number}: {source}")]
    Position {
        /// What kind of point: `track point`, `waypoint`, …
        what: String,
        /// Its number in the file, from 1.
        number: u64,
        /// What is wrong with it.
        source: PositionError,
    },
    /// A point without two numbers.
    #[error("{what} {number} has no latitude and longitude that can be read as numbers")]
    NoPosition {
        /// What kind of point.
        what: String,
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
