//! What is wrong, or could be better, with a source folder: where, what, and how grave. The words for it are in `message`.

use super::Kind;
use crate::sound::SoundNote;
use alloclap_core::audio::AudioError;
use alloclap_core::catalogue::model::PanelFormat;
use alloclap_core::code::CodeError;
use alloclap_core::track::TrackError;
use jiff::civil::Date;
use std::path::PathBuf;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// A visitor would miss something; the publication can be built.
    Warning,
    /// A record, a file or the whole cannot be used as it is.
    Error,
}

/// The language in which findings are told to the person at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UiLanguage {
    /// Français.
    French,
    /// English.
    English,
}

/// One thing that was found in a source folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// The file, relative to the source folder; for a workbook `file.xlsx/sheet`.
    pub file: PathBuf,
    /// The line in a text file or the row in a table, from 1; 0: the whole file.
    pub line: u32,
    /// The field, dotted: `credits.1.who`.
    pub field: Option<String>,
    /// What it is.
    pub what: FindingKind,
}

/// What a value should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants are the types of the field table")]
pub enum Expected {
    Text,
    Id,
    Whole,
    Number,
    Boolean,
    Date,
    Position,
    Language,
    List,
    Texts,
    Table,
    Tables,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum FindingKind {
    /// A file that is not UTF-8 was read as Windows-1252.
    ReadAsWindows1252,
    /// A file is too large to be what it should be.
    TooLarge {
        /// Its size in bytes, packed or unpacked.
        bytes: u64,
        /// The most that is read.
        limit_bytes: u64,
    },
    /// A path leads out of the source folder, is absolute, or is a link to elsewhere.
    Outside {
        /// The path as it was written.
        path: String,
    },
    /// A file cannot be read at all.
    UnreadableFile {
        /// What the system or the format says.
        why: String,
    },
    /// A file lies in a folder for records and is of no kind that holds records.
    NotRead,
    /// A TOML file breaks the rules of TOML.
    BadToml {
        /// What the parser says.
        why: String,
    },
    /// A sheet is named like no kind of record.
    UnknownSheet {
        /// Its name.
        name: String,
    },
    /// A row has cells beyond the last header, or a column has no header.
    CellWithoutHeader {
        /// What is in the cell.
        value: String,
    },
    /// A field that does not exist.
    UnknownField {
        /// As it was written.
        name: String,
        /// The field that was probably meant.
        meant: Option<String>,
    },
    /// A word that is none of those a field takes.
    UnknownValue {
        /// As it was written.
        value: String,
        /// The word that was probably meant.
        meant: Option<String>,
        /// All words that it takes.
        allowed: &'static [&'static str],
    },
    /// A value that a field cannot hold.
    BadValue {
        /// As it was written.
        value: String,
        /// What should have been.
        expected: Expected,
    },
    /// A field without which the record cannot be used.
    MissingField,
    /// A stop that is neither, or both, of a place and a direction.
    StopUnclear,
    /// A zone that is neither, or both, of a circle and a polygon of at least three corners.
    ZoneUnclear,
    /// A record that cannot be read for another reason.
    Unreadable {
        /// The reason.
        why: String,
    },
    /// The folder was written for a later version of this program.
    NewerFormat {
        /// The version.
        format: u64,
    },
    /// Two records have the same id.
    DuplicateId {
        /// The id.
        id: String,
        /// The file of the first.
        other_file: PathBuf,
        /// Its line or row.
        other_line: u32,
    },
    /// A text is missing in one of the publication's languages.
    MissingLanguage {
        /// The language.
        language: String,
    },
    /// A text is missing in all languages.
    NothingSaid,
    /// The publication names no language.
    NoLanguages,
    /// A commentary without the words that are spoken.
    MissingTranscript,
    /// A picture without alternative text.
    MissingAlt,
    /// Nobody is credited.
    MissingCredit,
    /// No use is granted, so that it is shown nowhere.
    NoUses,
    /// An id that no record has.
    DanglingReference {
        /// The id.
        id: String,
        /// The kind of record that was looked for; none: any.
        kind: Option<Kind>,
        /// An id that was probably meant.
        meant: Option<String>,
    },
    /// A reference to a record that is not shown.
    RefersToHidden {
        /// The id.
        id: String,
    },
    /// An anecdote that does not fit its panel.
    InfoClapTooLong {
        /// Its length in characters.
        characters: usize,
        /// The most that fits.
        limit: usize,
        /// The panel's format.
        format: PanelFormat,
    },
    /// A stop far away from its trail's line.
    StopFarFromLine {
        /// The stop.
        stop: String,
        /// How far, in metres.
        distance_m: f64,
    },
    /// Two stops with panels so close that a phone cannot tell which is meant.
    PanelsTooClose {
        /// The other panel.
        other: String,
        /// How far apart, in metres.
        distance_m: f64,
    },
    /// A panel code that cannot be one.
    BadPanelCode {
        /// As it was written.
        code: String,
        /// What is wrong with it.
        why: CodeError,
    },
    /// Two panels with one code.
    DuplicateCode {
        /// The code.
        code: String,
        /// The other record.
        other: String,
    },
    /// A file that is not there.
    MissingFile {
        /// Its path as it was written.
        path: String,
    },
    /// A file of a type that is not played or shown.
    UnknownFileType {
        /// Its path.
        path: String,
        /// The endings that are understood.
        known: &'static [&'static str],
    },
    /// A recording that cannot be played.
    BadRecording {
        /// What is wrong with it.
        why: AudioError,
    },
    /// A recording that can be played, with something to know.
    Recording {
        /// Its path.
        path: String,
        /// What it is.
        note: SoundNote,
    },
    /// A file for the words of a recording without a word.
    NoWords {
        /// Its path.
        path: String,
    },
    /// Nothing to play or show: neither file nor link.
    NoFile,
    /// A GPX file without a usable line.
    BadLine {
        /// What is wrong with it.
        why: TrackError,
    },
    /// A file for a line that has only single points.
    OnlyWaypoints,
    /// A trail without a line.
    NoLine,
    /// An id that was published once and is gone without a tombstone.
    Vanished {
        /// The id.
        id: String,
    },
    /// Open at certain hours, which are not given.
    NoOpeningHours,
    /// Opening hours that no phone can read.
    UnreadableHours {
        /// What stands there.
        value: String,
    },
    /// An end before its beginning.
    DatesReversed {
        /// The beginning.
        from: Date,
        /// The end.
        until: Date,
    },
    /// An age that nobody has to be to see a film.
    AbsurdAge {
        /// The age in years.
        age: u8,
    },
    /// An address of the web that leads nowhere; looked for on request only.
    DeadLink {
        /// The address.
        address: String,
        /// What its server answered; none if nobody answered.
        status: Option<u16>,
    },
    /// An address that is not `https://`.
    NotHttps {
        /// The address.
        address: String,
    },
    /// Nothing, or more than one thing, to be about.
    SubjectUnclear,
    /// A zone whose sides cross or touch, so that nobody can say where its inside is.
    CornersCross,
    /// A number outside the range that makes sense.
    OutOfRange {
        /// The number.
        value: f64,
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// An INSEE code that is none: a spreadsheet often eats the leading zero.
    BadCommune {
        /// As it was written.
        value: String,
    },
    /// A French postcode that is none: a spreadsheet often eats the leading zero.
    BadPostcode {
        /// As it was written.
        value: String,
    },
}
