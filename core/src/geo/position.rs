//! A point on the Earth, checked once and then trusted.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A point on the Earth in WGS 84 degrees. Finite and within range by construction through [`Position::new`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "[f64; 2]")]
pub struct Position {
    /// Latitude in degrees, −90 ≤ lat ≤ 90.
    pub lat_deg: f64,
    /// Longitude in degrees, −180 ≤ lon ≤ 180.
    pub lon_deg: f64,
}

/// Why two numbers, or a text, are no position.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PositionError {
    /// Not finite, or out of range.
    #[error(
        "{lat_deg}, {lon_deg} is no position: latitude must be within ±90 degrees and longitude within ±180"
    )]
    OutOfRange {
        /// The latitude that was given, in degrees.
        lat_deg: f64,
        /// The longitude that was given, in degrees.
        lon_deg: f64,
    },
    /// A text that does not hold two numbers.
    #[error("\"{0}\" is no position: write it as latitude, longitude, for example \"45.4237, 4.0662\"")]
    NotTwoNumbers(String),
}

impl Position {
    /// A position from degrees.
    ///
    /// # Errors
    /// [`PositionError::OutOfRange`] if a value is not finite or not on the Earth.
    pub fn new(lat_deg: f64, lon_deg: f64) -> Result<Self, PositionError> {
        if (-90.0..=90.0).contains(&lat_deg) && (-180.0..=180.0).contains(&lon_deg) {
            Ok(Self { lat_deg, lon_deg })
        } else {
            Err(PositionError::OutOfRange { lat_deg, lon_deg })
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}, {:.6}", self.lat_deg, self.lon_deg)
    }
}

impl FromStr for Position {
    type Err = PositionError;

    /// Reads `45.4237, 4.0662`; also `45,4237; 4,0662`, as a French spreadsheet writes it.
    fn from_str(text: &str) -> Result<Self, PositionError> {
        let wrong = || PositionError::NotTwoNumbers(text.to_owned());
        let (lat, lon) = match text.split_once(';') {
            Some(pair) => pair,
            None => text
                .split_once(',')
                .or_else(|| text.trim().split_once(' '))
                .ok_or_else(wrong)?,
        };
        let degrees = |part: &str| part.trim().replace(',', ".").parse::<f64>().map_err(|_| wrong());
        Self::new(degrees(lat)?, degrees(lon)?)
    }
}

/// The ways in which a position may be written: `[45.4, 4.0]`, `"45.4, 4.0"`, `{ lat = 45.4, lon = 4.0 }`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Pair([f64; 2]),
    Text(String),
    Named { lat: f64, lon: f64 },
}

impl TryFrom<Written> for Position {
    type Error = PositionError;

    fn try_from(written: Written) -> Result<Self, PositionError> {
        match written {
            Written::Pair([lat, lon]) | Written::Named { lat, lon } => Self::new(lat, lon),
            Written::Text(text) => text.parse(),
        }
    }
}

impl From<Position> for [f64; 2] {
    fn from(position: Position) -> Self {
        [position.lat_deg, position.lon_deg]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_people_write_it() {
        let want = Position {
            lat_deg: 45.4237,
            lon_deg: -4.0662,
        };
        for text in [
            "45.4237, -4.0662",
            "45.4237 -4.0662",
            "45,4237; -4,0662",
            " 45.4237 , -4.0662 ",
        ] {
            assert_eq!(text.parse(), Ok(want), "{text}");
        }
    }

    #[test]
    fn what_is_not_on_the_earth_is_refused() {
        for (lat, lon) in [(90.1, 0.0), (0.0, 180.5), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(Position::new(lat, lon).is_err(), "{lat}, {lon}");
        }
        assert!("nowhere".parse::<Position>().is_err());
    }
}
