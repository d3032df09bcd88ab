//! What an import did with every row: nothing disappears silently.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// What an import did. `taken + merged + refused.len() == rows`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportReport {
    /// Rows of the table, without its header.
    pub rows: u32,
    /// Rows that became a shooting of their own.
    pub taken: u32,
    /// Rows that tell the same as another one (film, place and days): their ids are aliases of its shooting.
    pub merged: u32,
    /// Rows that could not be used, each with the reason.
    pub refused: Vec<Refused>,
    /// What was put right, or found missing and left empty, with the lines in the table.
    pub repaired: BTreeMap<Repair, Vec<u32>>,
    /// Films in the source folder that come from this table.
    pub films: u32,
    /// Places that come from this table.
    pub places: u32,
    /// People who come from this table.
    pub people: u32,
    /// Companies that come from this table.
    pub companies: u32,
    /// Shootings that come from this table.
    pub shootings: u32,
    /// Records that this import wrote for the first time.
    pub added: u32,
    /// Fields that were taken over because the table changed and nobody had edited them.
    pub updated_fields: u32,
    /// Fields that differ from the table because they were edited by hand, and stay so.
    pub edited_fields: u32,
    /// Fields that were edited by hand and changed in the table too: the hand's word stays.
    pub conflicts: Vec<Conflict>,
    /// Records whose rows are no longer in the table: kept.
    pub vanished: Vec<Vanished>,
    /// Records that were deleted by hand: not brought back.
    pub deleted_by_hand: Vec<String>,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its line in the table's file, from 1; the header counts.
    pub line: u32,
    /// Why.
    pub reason: Refusal,
}

/// For a machine: the line, the reason in English words, and the reason's key as `is`.
impl Serialize for Refused {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Refused", 3)?;
        object.serialize_field("line", &self.line)?;
        object.serialize_field("reason", &self.reason.to_string())?;
        object.serialize_field("is", self.reason.key())?;
        object.end()
    }
}

/// Why a row could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It has more or fewer cells than the header.
    CellCount {
        /// Its cells.
        found: usize,
        /// The header's.
        expected: usize,
    },
    /// It does not say which film was shot.
    NoTitle,
    /// It does not say where.
    NoPosition,
    /// What it says of its position cannot be one.
    BadPosition {
        /// What stands in the cells for it.
        cells: Vec<String>,
    },
    /// Its id is that of an earlier row that says something else.
    IdTaken {
        /// The id.
        id: String,
        /// The line of the earlier row.
        first_line: u32,
    },
}

/// A field that was edited by hand and changed in the table too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The file in the source folder.
    pub file: String,
    /// The record.
    pub id: String,
    /// The field.
    pub field: String,
    /// What stands in the source folder and stays.
    pub kept: String,
    /// What the table says now.
    pub table: String,
}

/// A record whose rows are no longer in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vanished {
    /// The file in the source folder.
    pub file: String,
    /// The record.
    pub id: String,
}

/// A kind of dirt that was put right, or left empty rather than guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// X and Y are Lambert-93 metres, not degrees: converted.
    LambertMetres,
    /// There was no point; the position is that of the GeoJSON shape.
    PositionFromShape,
    /// There was neither point nor shape; the position is that of X and Y.
    PositionFromXy,
    /// Point and X/Y are more than 50 m apart: the point was taken.
    PositionsDisagree,
    /// Latitude and longitude were exchanged: put back.
    LatLonExchanged,
    /// More than 100 km from the middle of the table: kept.
    FarFromTheRest,
    /// The last day lies before the first: exchanged.
    DatesExchanged,
    /// A day that cannot be read: left empty.
    DateUnreadable,
    /// No director is named, and no or several films have this title: a film without a director.
    DirectorMissing,
    /// No director is named; exactly one film has this title: taken for that film.
    DirectorFromTitle,
    /// A note in brackets after a director's name: left out.
    DirectorNoteDropped,
    /// No producer is named: left empty.
    ProducerMissing,
    /// A kind of work that the column table does not know: `other`.
    FormUnknown,
    /// No postcode: left empty, unless another row at the same place has one.
    PostcodeMissing,
    /// A postcode that is none, or does not certainly mean one commune: the commune was left empty.
    CommuneUncertain,
    /// No address: the place is named by its commune.
    AddressMissing,
    /// The row has no id of its own: one was made of its content, so a corrected row will count as a new one.
    IdMissing,
    /// The same row twice.
    RowRepeated,
}
