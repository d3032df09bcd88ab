//! The views of core, told to uniffi: `remote` declarations, no mirror types. A field added in core fails to compile here.

use alloclap_core::catalogue::model::{
    AccessKind, Account, Audience, ClipKind, Condition, Credit, Difficulty, Effect, FilmForm, Id, Known,
    Language, PictureKind, Translation, WatchLink, Zone,
};
use alloclap_core::catalogue::{
    AccessView, ClipView, CommentaryView, FilmBrief, FilmView, Key, MakerView, MediaFile, NoticeView,
    PanelView, PictureView, PlaceBrief, SearchHit, ShootingView, StopView, Told, TrailView,
};
use alloclap_core::geo::Position;

/// A record's name across publications.
#[uniffi::remote(Record)]
pub struct Key {
    publication: Id,
    id: Id,
}

/// A text in the language and for the audience that come closest to what the visitor asked for.
#[uniffi::remote(Record)]
pub struct Told {
    text: String,
    language: Language,
    audience: Audience,
    instead_of: Option<Language>,
    translation: Translation,
}

/// A film in a list.
#[uniffi::remote(Record)]
pub struct FilmBrief {
    key: Key,
    title: Told,
    year: Option<i32>,
    form: FilmForm,
}

/// A place in a list.
#[uniffi::remote(Record)]
pub struct PlaceBrief {
    key: Key,
    name: Told,
    position: Position,
    commune_name: Option<String>,
    panels: Vec<Key>,
    films: Vec<FilmBrief>,
}

/// A person or company in the credits of a film, with the accounts that are open.
#[uniffi::remote(Record)]
pub struct MakerView {
    name: String,
    credit: Credit,
    accounts: Vec<Account>,
}

/// One film at one place.
#[uniffi::remote(Record)]
pub struct ShootingView {
    key: Key,
    place: PlaceBrief,
    from: Option<String>,
    until: Option<String>,
    scene: Option<Told>,
}

/// A film with everything about it.
#[uniffi::remote(Record)]
pub struct FilmView {
    brief: FilmBrief,
    original_title: Option<String>,
    synopsis: Option<Told>,
    makers: Vec<MakerView>,
    shootings: Vec<ShootingView>,
    clips: Vec<ClipView>,
    pictures: Vec<PictureView>,
    watch: Vec<WatchLink>,
    from_age: Option<u8>,
    warning: Option<Told>,
}

/// A commentary that may be played.
#[uniffi::remote(Record)]
pub struct CommentaryView {
    key: Key,
    title: Told,
    language: Language,
    instead_of: Option<Language>,
    audience: Audience,
    voice: String,
    synthetic: bool,
    panel: Option<Key>,
    transcript: String,
    timed_transcript: String,
    duration_ms: u64,
    loudness_lufs: Option<f64>,
    waveform: Vec<u8>,
    file: MediaFile,
    credit: String,
}

/// A media file of a view.
#[uniffi::remote(Record)]
pub struct MediaFile {
    hash: String,
    bytes: u64,
    media_type: String,
    path: String,
    present: bool,
}

/// A clip that may be shown.
#[uniffi::remote(Record)]
pub struct ClipView {
    key: Key,
    kind: ClipKind,
    title: Option<Told>,
    link: Option<String>,
    host: Option<String>,
    file: Option<MediaFile>,
    from_age: Option<u8>,
    warning: Option<Told>,
    credit: String,
}

/// A picture that may be shown.
#[uniffi::remote(Record)]
pub struct PictureView {
    key: Key,
    kind: PictureKind,
    alt: Option<Told>,
    caption: Option<Told>,
    file: MediaFile,
    credit: String,
}

/// A notice that is in force today.
#[uniffi::remote(Record)]
pub struct NoticeView {
    key: Key,
    text: Told,
    effect: Effect,
    until: Option<String>,
}

/// Whether a visitor can get to a place, and in.
#[uniffi::remote(Record)]
pub struct AccessView {
    kind: AccessKind,
    opening_hours: Option<String>,
    step_free: Known,
    toilets: Known,
    seating: Known,
    note: Option<Told>,
}

/// A panel with everything that its visitor wants.
#[uniffi::remote(Record)]
pub struct PanelView {
    key: Key,
    code: String,
    place: PlaceBrief,
    access: AccessView,
    position: Position,
    facing_deg: Option<f64>,
    film: FilmView,
    infoclap: Option<Told>,
    infoclap_credit: String,
    commentaries: Vec<CommentaryView>,
    clips: Vec<ClipView>,
    pictures: Vec<PictureView>,
    notices: Vec<NoticeView>,
    condition: Condition,
    publisher: String,
    damage_contact: Option<String>,
}

/// A stop of a trail.
#[uniffi::remote(Record)]
pub struct StopView {
    id: Id,
    position: Position,
    name: Told,
    place: Option<PlaceBrief>,
    zone: Option<Zone>,
    quiet: bool,
    closed: Option<NoticeView>,
    opening_hours: Option<String>,
    country: Option<String>,
}

/// A trail with its line and stops.
#[uniffi::remote(Record)]
pub struct TrailView {
    key: Key,
    name: Told,
    description: Option<Told>,
    line: Vec<Position>,
    stops: Vec<StopView>,
    length_m: f64,
    ascent_m: Option<f64>,
    duration_min: Option<u32>,
    difficulty: Difficulty,
    step_free: Known,
    transport: Option<Told>,
    notices: Vec<NoticeView>,
}

/// What a search found.
#[uniffi::remote(Record)]
pub struct SearchHit {
    key: Key,
    kind: String,
    title: String,
    detail: String,
    score: f64,
}
