//! What a visitor is shown: records joined, texts in the visitor's language, and nothing that rights or dates forbid.
//!
//! Plain data with public fields that every shell can take as they are (see ARCHITECTURE.md, "across the FFI").

use super::model::{
    AccessKind, Audience, ClipKind, Condition, Credit, Difficulty, Effect, FilmForm, Id, Known, Language,
    PictureKind, Translation,
};
use crate::geo::Position;

/// For whom something is looked up. Comes from outside, so that any visit can be replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Visitor {
    /// Languages, the preferred one first.
    pub languages: Vec<Language>,
    /// The audience whose texts and recordings are preferred.
    pub audience: Audience,
    /// Today, where the visitor is.
    pub today: jiff::civil::Date,
}

/// A record's name across publications.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The publication that tells it.
    pub publication: Id,
    /// Its id there.
    pub id: Id,
}

/// A text in the language and for the audience that come closest to what the visitor asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The words.
    pub text: String,
    /// The language they are in.
    pub language: Language,
    /// For whom they are written.
    pub audience: Audience,
    /// Set if the visitor's first language is missing: that language. Visitors are told ("in English, there is no French").
    pub instead_of: Option<Language>,
    /// How the text came into this language.
    pub translation: Translation,
}

/// A film in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmBrief {
    /// The film.
    pub key: Key,
    /// Its title in the visitor's language, or its original title.
    pub title: Told,
    /// The year in which it was first shown.
    pub year: Option<i32>,
    /// Its form.
    pub form: FilmForm,
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceBrief {
    /// The place.
    pub key: Key,
    /// Its name.
    pub name: Told,
    /// Where it is.
    pub position: Position,
    /// Its commune's name.
    pub commune_name: Option<String>,
    /// The panels that stand there, oldest id first.
    pub panels: Vec<Key>,
    /// The films that were shot there, without repetition: those of its panels first.
    pub films: Vec<FilmBrief>,
}

/// A person or company in the credits of a film, with the accounts that are open.
#[derive(Debug, Clone, PartialEq)]
pub struct MakerView {
    /// The name.
    pub name: String,
    /// What they did, and as whom.
    pub credit: Credit,
    /// Where to follow them; closed accounts are left out.
    pub accounts: Vec<super::model::Account>,
}

/// One film at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct ShootingView {
    /// The shooting.
    pub key: Key,
    /// The place.
    pub place: PlaceBrief,
    /// First and last day of the shooting as ISO 8601 dates, if known.
    pub from: Option<String>,
    /// Last day, if known.
    pub until: Option<String>,
    /// The scene that was shot.
    pub scene: Option<Told>,
}

/// A film with everything about it.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmView {
    /// The film.
    pub brief: FilmBrief,
    /// Its title in the language it was made in.
    pub original_title: Option<String>,
    /// What it tells.
    pub synopsis: Option<Told>,
    /// Who made it.
    pub makers: Vec<MakerView>,
    /// Where it was shot: everywhere if the film was asked for, at the panel's place if the panel was.
    pub shootings: Vec<ShootingView>,
    /// Its clips.
    pub clips: Vec<ClipView>,
    /// Its pictures.
    pub pictures: Vec<PictureView>,
    /// Where to see it now.
    pub watch: Vec<super::model::WatchLink>,
    /// The age from which it may be seen, in years.
    pub from_age: Option<u8>,
    /// A warning shown before any of its clips.
    pub warning: Option<Told>,
}

/// A commentary that may be played.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentaryView {
    /// The commentary.
    pub key: Key,
    /// Its title, or that of what it is about.
    pub title: Told,
    /// The language that is spoken.
    pub language: Language,
    /// The language that was wanted first, if it is another one.
    pub instead_of: Option<Language>,
    /// For whom it is made.
    pub audience: Audience,
    /// Who speaks.
    pub voice: String,
    /// Whether a machine speaks.
    pub synthetic: bool,
    /// The panel that it is about, if it is about one.
    pub panel: Option<Key>,
    /// The words that are spoken.
    pub transcript: String,
    /// The words with their times, and chapters, as WebVTT; empty if the times are not known.
    pub timed_transcript: String,
    /// Duration in milliseconds.
    pub duration_ms: u64,
    /// Integrated loudness in LUFS, if measured.
    pub loudness_lufs: Option<f64>,
    /// Its shape for the screen: the peaks of equal parts of it, 0 silence and 255 full scale; empty if not measured.
    pub waveform: Vec<u8>,
    /// The file, if it is on this phone.
    pub file: MediaFile,
    /// The credit to be shown.
    pub credit: String,
}

/// A media file of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Their number.
    pub bytes: u64,
    /// Media type.
    pub media_type: String,
    /// Its path under the data folder (`media/…`), whether or not it is there.
    pub path: String,
    /// Whether it is on this phone.
    pub present: bool,
}

/// A clip that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipView {
    /// The clip.
    pub key: Key,
    /// What it shows.
    pub kind: ClipKind,
    /// Its title.
    pub title: Option<Told>,
    /// An address to open on a tap.
    pub link: Option<String>,
    /// The host of that address, named before it is opened.
    pub host: Option<String>,
    /// The file, if it was packed.
    pub file: Option<MediaFile>,
    /// The age from which it may be seen, in years: the clip's own or its film's.
    pub from_age: Option<u8>,
    /// A warning shown before playing: the clip's own or its film's.
    pub warning: Option<Told>,
    /// The credit to be shown.
    pub credit: String,
}

/// A picture that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureView {
    /// The picture.
    pub key: Key,
    /// What it is.
    pub kind: PictureKind,
    /// What it shows, for people who do not see it.
    pub alt: Option<Told>,
    /// A caption.
    pub caption: Option<Told>,
    /// The file.
    pub file: MediaFile,
    /// The credit to be shown.
    pub credit: String,
}

/// A notice that is in force today.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeView {
    /// The notice.
    pub key: Key,
    /// What it says.
    pub text: Told,
    /// What it changes.
    pub effect: Effect,
    /// Last day on which it is valid, ISO 8601, if it ends.
    pub until: Option<String>,
}

/// Whether a visitor can get to a place, and in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessView {
    /// How it may be visited.
    pub kind: AccessKind,
    /// When, in the syntax of OpenStreetMap's `opening_hours`.
    pub opening_hours: Option<String>,
    /// Whether a wheelchair or a pram gets there without a step.
    pub step_free: Known,
    /// Whether toilets are there.
    pub toilets: Known,
    /// Whether one can sit down.
    pub seating: Known,
    /// Anything else that a visitor should know before coming.
    pub note: Option<Told>,
}

/// A panel with everything that its visitor wants.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelView {
    /// The panel.
    pub key: Key,
    /// Its code as it is printed: `K7QM-2FXR`.
    pub code: String,
    /// The place that it tells about.
    pub place: PlaceBrief,
    /// Access to the place.
    pub access: AccessView,
    /// Where the panel stands.
    pub position: Position,
    /// The direction to look, in degrees clockwise from north.
    pub facing_deg: Option<f64>,
    /// The film that it headlines, with what was shot of it at this place. [`super::Catalogue::film`] tells everywhere else.
    pub film: FilmView,
    /// The anecdote.
    pub infoclap: Option<Told>,
    /// Who wrote the anecdote.
    pub infoclap_credit: String,
    /// The commentaries, the one that suits the visitor first.
    pub commentaries: Vec<CommentaryView>,
    /// The clips of the panel, its place and its film.
    pub clips: Vec<ClipView>,
    /// The pictures of the panel, its place and its film.
    pub pictures: Vec<PictureView>,
    /// Notices for the place or its commune.
    pub notices: Vec<NoticeView>,
    /// The state of the sign.
    pub condition: Condition,
    /// Who answers for it.
    pub publisher: String,
    /// Whom to tell of a damaged panel.
    pub damage_contact: Option<String>,
}

/// A stop of a trail.
#[derive(Debug, Clone, PartialEq)]
pub struct StopView {
    /// The stop's id within its publication.
    pub id: Id,
    /// Where it is: the panel's standing position, the place's, or the direction's.
    pub position: Position,
    /// The place's name, or the direction's text.
    pub name: Told,
    /// The place, if it is one.
    pub place: Option<PlaceBrief>,
    /// The ground on which its story may begin, if the publisher said.
    pub zone: Option<super::model::Zone>,
    /// Whether sound never starts by itself here.
    pub quiet: bool,
    /// Whether a notice says to skip it.
    pub closed: Option<NoticeView>,
    /// When it is open, in the syntax of OpenStreetMap's `opening_hours`, if the publisher said.
    pub opening_hours: Option<String>,
    /// The country, ISO 3166-1, if the publisher said: its public holidays count.
    pub country: Option<String>,
}

/// A trail with its line and stops.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailView {
    /// The trail.
    pub key: Key,
    /// Its name.
    pub name: Told,
    /// What it is about.
    pub description: Option<Told>,
    /// Its line.
    pub line: Vec<Position>,
    /// Its stops in the order of walking.
    pub stops: Vec<StopView>,
    /// Length in metres.
    pub length_m: f64,
    /// Metres upwards in all.
    pub ascent_m: Option<f64>,
    /// Walking time in minutes.
    pub duration_min: Option<u32>,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// Whether there is no step on the way.
    pub step_free: Known,
    /// How to get there without a car.
    pub transport: Option<Told>,
    /// Notices for the trail.
    pub notices: Vec<NoticeView>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The record.
    pub key: Key,
    /// Its kind: `film`, `place`, `person`, `panel`, `trail`, `company`.
    pub kind: String,
    /// Its title or name.
    pub title: String,
    /// One line more: year and form, address, what was said there.
    pub detail: String,
    /// How well it fits, 0 to 1.
    pub score: f64,
}
