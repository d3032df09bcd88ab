//! The parts of the model that views are made of, told to uniffi.

use alloclap_core::catalogue::model::{
    AccessKind, Account, Audience, BlobHash, ClipKind, Condition, Credit, Difficulty, Effect, FilmForm, Id,
    Known, Language, PictureKind, Role, Translation, WatchLink, Zone,
};
use alloclap_core::companion::CompanionError;
use alloclap_core::geo::Position;
use jiff::civil::Date;

// What cannot be an id is refused as input, by whichever call it was handed to.
uniffi::custom_type!(Id, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(|why| refused("id", &why))?),
    lower: |id| id.into(),
});

uniffi::custom_type!(BlobHash, String, {
    remote,
    try_lift: |text| text.parse().map_err(|why: String| uniffi::deps::anyhow::anyhow!(why)),
    lower: |hash| hash.as_str().to_owned(),
});

uniffi::custom_type!(Language, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(|why| refused("language", &why))?),
    lower: |language| language.into(),
});

// A calendar day, as ISO 8601.
uniffi::custom_type!(Date, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(|why: jiff::Error| refused("day", &why))?),
    lower: |day| day.to_string(),
});

/// The error of a call that was handed something unusable; see uniffi's `handle_failed_lift`.
fn refused(what: &str, why: &dyn std::fmt::Display) -> CompanionError {
    CompanionError::Input {
        what: what.to_owned(),
        why: why.to_string(),
    }
}

/// How a place may be visited.
#[uniffi::remote(Enum)]
pub enum AccessKind {
    /// Open to everyone at any time: a street, a square.
    Public,
    /// Open at certain hours.
    Hours,
    /// To be looked at from outside.
    Outside,
    /// Private: not to be entered, nor pointed at more closely than its publisher did.
    Private,
    /// Nobody said.
    Unknown,
}

/// For whom a text or a recording is made.
#[uniffi::remote(Enum)]
pub enum Audience {
    /// Everyone.
    Standard,
    /// Children.
    Children,
    /// Easy to read and understand (FALC in French).
    Easy,
    /// Described for people who do not see.
    Described,
    /// An audience of a later version of this format.
    Other,
}

/// What a clip shows.
#[uniffi::remote(Enum)]
pub enum ClipKind {
    /// The scene that was shot here.
    Scene,
    /// The film's trailer.
    Trailer,
    /// The making-of.
    MakingOf,
    /// An interview.
    Interview,
    /// The commentary or InfoClap in sign language.
    SignLanguage,
    /// Something else, or a kind of a later version of this format.
    Other,
}

/// The state of the sign itself.
#[uniffi::remote(Enum)]
pub enum Condition {
    /// Not put up yet.
    Planned,
    /// In its place.
    Standing,
    /// In its place, damaged.
    Damaged,
    /// Taken down; its code still answers.
    Removed,
    /// A condition of a later version of this format.
    Other,
}

/// How hard a trail is.
#[uniffi::remote(Enum)]
pub enum Difficulty {
    /// For everyone.
    Easy,
    /// For those used to walking.
    Medium,
    /// For those used to mountains.
    Hard,
    /// Not said, or a value of a later version of this format.
    Unknown,
}

/// What a notice changes for a walker.
#[uniffi::remote(Enum)]
pub enum Effect {
    /// Nothing: it is told.
    Inform,
    /// Stops at its place are skipped, and that is said.
    SkipStop,
    /// The trail is closed.
    TrailClosed,
    /// An effect of a later version of this format; treated like `Inform`.
    Other,
}

/// The form of a work.
#[uniffi::remote(Enum)]
pub enum FilmForm {
    /// A film for cinemas, of feature length.
    Feature,
    /// A short film.
    Short,
    /// A series for television or a platform.
    Series,
    /// A film made for television.
    TvFilm,
    /// A series for the web.
    WebSeries,
    /// A documentary.
    Documentary,
    /// A music video.
    MusicVideo,
    /// An advertisement.
    Advert,
    /// Something else, or a form of a later version of this format.
    Other,
}

/// A fact that somebody checked, or nobody did.
#[uniffi::remote(Enum)]
pub enum Known {
    /// Checked, and so.
    Yes,
    /// Checked, and not so.
    No,
    /// Nobody checked; never shown as yes.
    Unknown,
}

/// What a picture is.
#[uniffi::remote(Enum)]
pub enum PictureKind {
    /// A still of the film.
    Still,
    /// The film's poster.
    Poster,
    /// The place at the time of the shooting.
    Then,
    /// The place today.
    Now,
    /// Anything else, or a kind of a later version of this format.
    Photo,
}

/// What somebody did for a film.
#[uniffi::remote(Enum)]
pub enum Role {
    /// Directed it.
    Director,
    /// Wrote it.
    Writer,
    /// Acted in it.
    Actor,
    /// Composed its music.
    Composer,
    /// Was its cinematographer.
    Cinematographer,
    /// Produced it.
    Producer,
    /// Distributed it.
    Distributor,
    /// Something else, or a role of a later version of this format.
    Other,
}

/// How a text came from its source language into this one.
#[uniffi::remote(Enum)]
pub enum Translation {
    /// Written in this language.
    Original,
    /// Translated by a person.
    Human,
    /// Translated by a machine and read by nobody: visitors are told.
    Machine,
    /// Translated by a machine and corrected by a person.
    Reviewed,
    /// A value of a later version of this format.
    Other,
}

/// A point on the Earth in WGS 84 degrees.
#[uniffi::remote(Record)]
pub struct Position {
    lat_deg: f64,
    lon_deg: f64,
}

/// The ground on which a story may begin.
#[uniffi::remote(Enum)]
pub enum Zone {
    /// Within so many metres of a point.
    Circle { centre: Position, radius_m: f64 },
    /// Within a polygon.
    Polygon { corners: Vec<Position> },
}

/// Where somebody can be followed.
#[uniffi::remote(Record)]
pub struct Account {
    network: String,
    handle: Option<String>,
    address: Option<String>,
    official: Known,
    checked: Option<Date>,
    closed: bool,
}

/// One person's or company's part in a film.
#[uniffi::remote(Record)]
pub struct Credit {
    who: Id,
    role: Role,
    character: Option<String>,
}

/// Where a film can be seen now.
#[uniffi::remote(Record)]
pub struct WatchLink {
    service: String,
    address: String,
    countries: Vec<String>,
    checked: Option<Date>,
}
