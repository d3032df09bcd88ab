//! The name of a record: written into the source once, never derived, never reused.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest id in characters; long enough for `paris-2019-601` and for a UUID, short enough for a spreadsheet cell.
const MAX_CHARS: usize = 64;

/// An id: 1 to 64 of `a–z`, `0–9`, `-`, `_` and `.`, beginning with a letter or digit. Unique within a publication.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

/// A text that cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no id: use 1 to 64 of a–z, 0–9, \"-\", \"_\" and \".\", beginning with a letter or a digit"
)]
pub struct IdError(String);

impl Id {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Id {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = text.chars().next().is_some_and(plain)
            && text.len() <= MAX_CHARS
            && text.chars().all(|c| plain(c) || matches!(c, '-' | '_' | '.'));
        if fits { Ok(Self(text)) } else { Err(IdError(text)) }
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
