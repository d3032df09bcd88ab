//! What may be written in a source folder: every field of every kind, its type, an explanation and an example.
//!
//! This table drives the reading of files and cells, the finding of unknown fields, the comments of a new folder and the
//! completeness of `docs/source-format.md`. It does not read or judge anything itself.

mod people_and_films;
mod places_and_trails;
mod shared;
mod sound_and_pictures;

use super::Kind;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Type {
    /// Words.
    Text,
    /// An id.
    Id,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day: `2024-05-31`; in tables also `31/05/2024`.
    Date,
    /// Latitude and longitude: `45.4237, 4.0662`.
    Position,
    /// Several positions.
    Positions,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Several of these words.
    Choices(&'static [&'static str]),
    /// Several words, ids or codes.
    List,
    /// Several whole numbers.
    WholeList,
    /// A language: `fr`, `en`, `pt-br`.
    Language,
    /// Several languages.
    Languages,
    /// Texts by language and audience.
    Texts,
    /// Words by a name of the writer's choice.
    Map,
    /// Fields of its own.
    Table(&'static [Field]),
    /// A list of things that have fields of their own.
    Tables(&'static [Field]),
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Its name as it is written.
    pub name: &'static str,
    /// What it holds.
    pub holds: Type,
    /// Whether a record cannot do without it.
    pub required: bool,
    /// What is meant if it is left out, as JSON; none if then nothing is said.
    pub default: Option<&'static str>,
    /// What it is for, in English.
    pub english: &'static str,
    /// What it is for, in French.
    pub french: &'static str,
    /// How it is written in TOML: the part after `=`; empty for tables, whose fields have examples of their own.
    pub example: &'static str,
}

impl Field {
    const fn new(
        name: &'static str,
        holds: Type,
        english: &'static str,
        french: &'static str,
        example: &'static str,
    ) -> Self {
        Self {
            name,
            holds,
            required: false,
            default: None,
            english,
            french,
            example,
        }
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn or(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }
}

/// The fields of a kind, in the order in which they are written.
pub fn of(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Publisher => people_and_films::PUBLISHER,
        Kind::Film => people_and_films::FILM,
        Kind::Person => people_and_films::PERSON,
        Kind::Company => people_and_films::COMPANY,
        Kind::Shooting => people_and_films::SHOOTING,
        Kind::Place => places_and_trails::PLACE,
        Kind::Panel => places_and_trails::PANEL,
        Kind::Trail => places_and_trails::TRAIL,
        Kind::Notice => places_and_trails::NOTICE,
        Kind::Tombstone => places_and_trails::TOMBSTONE,
        Kind::Commentary => sound_and_pictures::COMMENTARY,
        Kind::Clip => sound_and_pictures::CLIP,
        Kind::Picture => sound_and_pictures::PICTURE,
    }
}

/// The field of that name, in whatever case it is written.
pub fn named(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

/// Every field of a kind that holds a value itself, with its dotted name. `N` stands for a number from 1, `LANGUAGE` for
/// a language or a language and an audience, `NAME` for a name of the writer's choice.
pub fn dotted(kind: Kind) -> Vec<(String, &'static Field)> {
    let mut names = Vec::new();
    collect(of(kind), "", &mut names);
    names
}

fn collect(fields: &'static [Field], before: &str, names: &mut Vec<(String, &'static Field)>) {
    for field in fields {
        let name = format!("{before}{}", field.name);
        match field.holds {
            Type::Table(inner) => collect(inner, &format!("{name}."), names),
            Type::Tables(inner) => collect(inner, &format!("{name}.N."), names),
            Type::Texts => names.push((format!("{name}.LANGUAGE"), field)),
            Type::Map => names.push((format!("{name}.NAME"), field)),
            _ => names.push((name, field)),
        }
    }
}

/// The audiences that may follow a language: `fr_children`.
pub(super) const AUDIENCES: &[&str] = &["standard", "children", "easy", "described", "other"];

/// The fields of a text that says where it comes from.
pub(super) const TOLD: &[Field] = &[
    Field::new("text", Type::Text, "The words.", "Les mots.", "\"Here the caravans enter the village.\"").required(),
    Field::new(
        "from",
        Type::Language,
        "The language it was translated from.",
        "La langue dont il est traduit.",
        "\"fr\"",
    ),
    Field::new(
        "translation",
        Type::Choice(&["original", "human", "machine", "reviewed", "other"]),
        "original, human (translated by a person), machine (by a machine: visitors are told), reviewed (by a machine, corrected by a person).",
        "original, human (traduit par une personne), machine (par une machine : on le dit), reviewed (par une machine, corrigé par une personne).",
        "\"human\"",
    )
    .or("\"original\""),
];

/// Whether these are the fields of a trail's stop, which is a place or a direction.
pub(super) fn is_stop(fields: &[Field]) -> bool {
    fields.iter().any(|f| f.name == "direction")
}

/// Whether these are the fields of a zone, which is a circle or a polygon.
pub(super) fn is_zone(fields: &[Field]) -> bool {
    fields.iter().any(|f| f.name == "corners")
}
