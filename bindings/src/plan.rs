//! What a sync would cost, told to uniffi.

use alloclap_core::catalogue::model::{Audience, BlobHash, Id, Language, Medium, Text, Texts, Translation};
use alloclap_core::publication::PackKind;
use alloclap_core::sync::{Amount, ClockTrouble, Dated, PackState, PlanSummary, PlannedMedia, PlannedPack};

/// One text in one language for one audience.
#[uniffi::remote(Record)]
pub struct Text {
    language: Language,
    audience: Audience,
    text: String,
    from: Option<Language>,
    translation: Translation,
}

// The same thing said in several languages and for several audiences.
uniffi::custom_type!(Texts, Vec<Text>, {
    remote,
    try_lift: |texts| Ok(Texts(texts)),
    lower: |texts| texts.0,
});

/// What a pack is made around.
#[uniffi::remote(Enum)]
pub enum PackKind {
    /// A trail with its places.
    Trail,
    /// The places of an area.
    Area,
    /// A kind of a later version of this format.
    Other,
}

/// What is planned for a pack.
#[uniffi::remote(Enum)]
pub enum PackState {
    /// It comes for the first time.
    New,
    /// It is here in another edition.
    Changed,
    /// It is here as it should be.
    Here,
}

/// Files and their bytes.
#[uniffi::remote(Record)]
pub struct Amount {
    files: u64,
    bytes: u64,
}

/// A pack of a plan.
#[uniffi::remote(Record)]
pub struct PlannedPack {
    id: Id,
    area: Id,
    kind: PackKind,
    name: Texts,
    places: u32,
    panels: u32,
    chosen: bool,
    state: PackState,
    text_bytes: u64,
    media_bytes: u64,
}

/// The media of one kind and language in the chosen packs.
#[uniffi::remote(Record)]
pub struct PlannedMedia {
    medium: Medium,
    language: Option<Language>,
    chosen: bool,
    total: Amount,
    here: Amount,
}

/// What a sync would do and cost.
#[uniffi::remote(Record)]
pub struct PlanSummary {
    publication: Id,
    publisher: String,
    source: String,
    version: u64,
    installed_version: Option<u64>,
    packs: Vec<PlannedPack>,
    removed: Vec<Id>,
    media: Vec<PlannedMedia>,
    text: Amount,
    download: Amount,
    needed_bytes: u64,
    free_bytes: Option<u64>,
    dated: Option<Dated>,
    clock: Option<ClockTrouble>,
    root: Option<BlobHash>,
}

/// A guide whose publisher has not confirmed it in time.
#[uniffi::remote(Record)]
pub struct Dated {
    role: String,
    since: String,
}

/// A clock of this device that cannot be right.
#[uniffi::remote(Enum)]
pub enum ClockTrouble {
    /// It shows less than it did at the last sync: it was ahead then, or is behind now.
    WentBack {
        /// By so many seconds.
        seconds: i64,
    },
    /// It shows a moment before the guide was made.
    Behind {
        /// By so many seconds.
        seconds: i64,
    },
}
