//! What a publication tells: plain data, the same for the publisher's source, the wire and the store.
//!
//! Every record has an id that was written once and is never derived nor reused. Unknown fields are ignored and unknown
//! enumeration values become `Other`, so that an old phone reads a newer publication; the raw bytes are kept beside in
//! the store. A source folder writes the same fields (`docs/source-format.md`), with `file` where the wire has `blob`.

mod access;
mod film;
mod id;
mod maker;
mod media;
mod notice;
mod panel;
mod place;
mod publisher;
mod rights;
mod text;
mod trail;

pub use access::{Access, AccessKind, Known};
pub use film::{AgeRating, Credit, Episode, Film, FilmForm, Role, Shooting, WatchLink};
pub use id::{Id, IdError};
pub use maker::{Account, Company, Person};
pub use media::{
    Audience, BlobHash, Clip, ClipKind, Commentary, Medium, Picture, PictureKind, Rendition, Subject,
    Subtitles, Voice,
};
pub use notice::{Effect, Notice};
pub use panel::{Condition, Mount, Panel, PanelFormat};
pub use place::{Place, Zone};
pub use publisher::{Publisher, Supporter};
pub use rights::{Rights, Use};
pub use text::{Language, Text, Texts, Translation};
pub use trail::{Difficulty, Stop, StopKind, Trail};

use serde::{Deserialize, Serialize};

/// Whether a record may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written: checked, never built into a publication.
    Draft,
    /// Shown, from `publish_from` on if that is given.
    #[default]
    Published,
    /// Taken back: its id and codes go on answering, with "no longer shown" instead of its content.
    Withdrawn,
    /// A value of a later version of this format; treated like `Withdrawn`, because showing would be a guess.
    #[serde(other)]
    Other,
}

/// One record of a publication, with its kind: one line of a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant is documented by its content")]
pub enum Record {
    Publisher(Publisher),
    Film(Film),
    Person(Person),
    Company(Company),
    Place(Place),
    Shooting(Shooting),
    Panel(Panel),
    Commentary(Commentary),
    Clip(Clip),
    Picture(Picture),
    Trail(Trail),
    Notice(Notice),
    Tombstone(Tombstone),
}

/// What is left of a record that was removed: it still answers for its id and its panel code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The id that was removed.
    pub id: Id,
    /// The panel code that the removed record had, if it was a panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The record that took its place, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<Id>,
    /// What to tell a visitor who asks for it.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub text: Texts,
}

/// The kinds as they are written.
const KINDS: &[&str] = &[
    "publisher",
    "film",
    "person",
    "company",
    "place",
    "shooting",
    "panel",
    "commentary",
    "clip",
    "picture",
    "trail",
    "notice",
    "tombstone",
];

impl Record {
    /// Reads a record whose kind is known already from its JSON text. `Deserialize`, which has to find the kind first, makes a
    /// copy of all values on the way, and a phone's library would hold the code for both.
    ///
    /// # Errors
    /// An unknown kind; what the text lacks to be of that kind.
    pub fn read(kind: &str, json: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            "publisher" => Self::Publisher(serde_json::from_str(json)?),
            "film" => Self::Film(serde_json::from_str(json)?),
            "person" => Self::Person(serde_json::from_str(json)?),
            "company" => Self::Company(serde_json::from_str(json)?),
            "place" => Self::Place(serde_json::from_str(json)?),
            "shooting" => Self::Shooting(serde_json::from_str(json)?),
            "panel" => Self::Panel(serde_json::from_str(json)?),
            "commentary" => Self::Commentary(serde_json::from_str(json)?),
            "clip" => Self::Clip(serde_json::from_str(json)?),
            "picture" => Self::Picture(serde_json::from_str(json)?),
            "trail" => Self::Trail(serde_json::from_str(json)?),
            "notice" => Self::Notice(serde_json::from_str(json)?),
            "tombstone" => Self::Tombstone(serde_json::from_str(json)?),
            unknown => return Err(serde::de::Error::unknown_variant(unknown, KINDS)),
        })
    }

    /// The record's own id.
    pub fn id(&self) -> &Id {
        match self {
            Self::Publisher(r) => &r.id,
            Self::Film(r) => &r.id,
            Self::Person(r) => &r.id,
            Self::Company(r) => &r.id,
            Self::Place(r) => &r.id,
            Self::Shooting(r) => &r.id,
            Self::Panel(r) => &r.id,
            Self::Commentary(r) => &r.id,
            Self::Clip(r) => &r.id,
            Self::Picture(r) => &r.id,
            Self::Trail(r) => &r.id,
            Self::Notice(r) => &r.id,
            Self::Tombstone(r) => &r.id,
        }
    }

    /// The kind as it is written on the wire and stored: `film`, `place`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Publisher(_) => "publisher",
            Self::Film(_) => "film",
            Self::Person(_) => "person",
            Self::Company(_) => "company",
            Self::Place(_) => "place",
            Self::Shooting(_) => "shooting",
            Self::Panel(_) => "panel",
            Self::Commentary(_) => "commentary",
            Self::Clip(_) => "clip",
            Self::Picture(_) => "picture",
            Self::Trail(_) => "trail",
            Self::Notice(_) => "notice",
            Self::Tombstone(_) => "tombstone",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_the_same_whether_its_kind_is_found_or_known() {
        let json = r#"{"kind":"place","id":"mairie","name":{"fr":"Mairie"},"position":[45.4,4.1],"later":{"x":[1]}}"#;
        let found: Record = serde_json::from_str(json).unwrap();
        assert_eq!(Record::read("place", json).unwrap(), found);
        // Each kind is known: what is missing is a field of it.
        for kind in KINDS {
            let why = Record::read(kind, "{}").unwrap_err().to_string();
            assert!(why.contains("missing field `id`"), "{kind}: {why}");
        }
        let why = Record::read("ghost", json).unwrap_err().to_string();
        assert!(why.contains("unknown variant `ghost`"), "{why}");
    }
}
