//! What is looked up of a record: whom it refers to, its codes, its words. Pure; `install` writes it into tables.

use super::fold::fold;
use super::model::{Film, Id, Notice, Place, Record, State, StopKind, Subject, Texts};
use crate::geo::Position;
use jiff::civil::Date;

/// Longest folded text that is indexed, in characters: about forty minutes of speech.
const ENTRY_MAX_CHARS: usize = 30_000;
/// "Since always" as the tables write it.
const ALWAYS: &str = "0000-01-01";

/// What the tables hold of a record besides its body.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Derived {
    /// First day on which it is shown, ISO 8601; `None`: never.
    pub shown_from: Option<String>,
    /// Other ids that mean it.
    pub aliases: Vec<Id>,
    /// The ids that it names, if one asks from their side.
    pub references: Vec<Id>,
    /// Codes that mean it.
    pub codes: Vec<String>,
    /// What took its place.
    pub replaced_by: Option<Id>,
    /// Where it is, if it is a place.
    pub position: Option<Position>,
    /// What it can be found by.
    pub entries: Vec<Entry>,
}

/// A wording by which a record is found.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    pub field: Field,
    pub folded: String,
}

/// Where a wording stands in its record; decides how much a match is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// A title or name.
    Title,
    /// A place's name with its address and commune.
    Address,
    /// An InfoClap or a transcript.
    Story,
}

impl Field {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Address => "address",
            Self::Story => "story",
        }
    }
}

/// A panel code as the tables hold it: upper case, without hyphens and spaces.
pub(super) fn plain_code(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

pub(super) fn derive(record: &Record) -> Derived {
    match record {
        Record::Film(film) => Derived {
            shown_from: shown_from(film.state, film.publish_from),
            aliases: film.aliases.clone(),
            references: film.credits.iter().map(|credit| credit.who.clone()).collect(),
            entries: film_entries(film),
            ..Derived::default()
        },
        Record::Person(person) => Derived {
            shown_from: shown_from(person.state, None),
            aliases: person.aliases.clone(),
            entries: entries(Field::Title, [person.name.as_str()]),
            ..Derived::default()
        },
        Record::Company(company) => Derived {
            shown_from: shown_from(company.state, None),
            aliases: company.aliases.clone(),
            entries: entries(Field::Title, [company.name.as_str()]),
            ..Derived::default()
        },
        Record::Place(place) => Derived {
            shown_from: shown_from(place.state, place.publish_from),
            aliases: place.aliases.clone(),
            position: Some(place.position),
            entries: place_entries(place),
            ..Derived::default()
        },
        Record::Shooting(shooting) => Derived {
            shown_from: shown_from(shooting.state, shooting.publish_from),
            aliases: shooting.aliases.clone(),
            references: vec![shooting.film.clone(), shooting.place.clone()],
            ..Derived::default()
        },
        Record::Panel(panel) => {
            let codes = std::iter::once(&panel.code).chain(&panel.old_codes);
            Derived {
                shown_from: shown_from(panel.state, panel.publish_from),
                aliases: panel.aliases.clone(),
                references: vec![panel.place.clone(), panel.film.clone()],
                codes: codes
                    .map(|code| plain_code(code))
                    .filter(|code| !code.is_empty())
                    .collect(),
                entries: entries(Field::Story, words(&panel.infoclap)),
                ..Derived::default()
            }
        }
        Record::Commentary(commentary) => Derived {
            shown_from: shown_from(commentary.state, None),
            references: subject(&commentary.about),
            entries: entries(Field::Story, [commentary.transcript.as_str()]),
            ..Derived::default()
        },
        Record::Clip(clip) => Derived {
            shown_from: shown_from(clip.state, None),
            references: subject(&clip.about),
            ..Derived::default()
        },
        Record::Picture(picture) => Derived {
            shown_from: shown_from(picture.state, None),
            references: subject(&picture.about),
            ..Derived::default()
        },
        Record::Trail(trail) => {
            let stops = trail.stops.iter().flat_map(|stop| {
                let place = match &stop.kind {
                    StopKind::Place { place } => Some(place.clone()),
                    StopKind::Direction { .. } => None,
                };
                std::iter::once(stop.id.clone()).chain(place)
            });
            Derived {
                shown_from: shown_from(trail.state, trail.publish_from),
                aliases: trail.aliases.clone(),
                references: stops.collect(),
                entries: entries(Field::Title, words(&trail.name)),
                ..Derived::default()
            }
        }
        Record::Tombstone(tombstone) => Derived {
            codes: tombstone
                .code
                .iter()
                .map(|code| plain_code(code))
                .filter(|code| !code.is_empty())
                .collect(),
            replaced_by: tombstone.replaced_by.clone(),
            ..Derived::default()
        },
        // A publisher is read from the index, a notice from its own table.
        Record::Publisher(_) | Record::Notice(_) => Derived::default(),
    }
}

/// What a notice concerns, as the table of notices names it.
pub(super) fn notice_targets(notice: &Notice) -> Vec<String> {
    let place = notice.place.iter().map(|id| format!("place:{id}"));
    let trail = notice.trail.iter().map(|id| format!("trail:{id}"));
    let commune = notice.commune.iter().map(|code| format!("commune:{code}"));
    place.chain(trail).chain(commune).collect()
}

fn shown_from(state: State, publish_from: Option<Date>) -> Option<String> {
    match state {
        State::Published => Some(publish_from.map_or_else(|| ALWAYS.to_owned(), |date| date.to_string())),
        State::Draft | State::Withdrawn | State::Other => None,
    }
}

fn subject(about: &Subject) -> Vec<Id> {
    let named = [&about.panel, &about.place, &about.film, &about.trail, &about.stop];
    named.into_iter().flatten().cloned().collect()
}

fn words(texts: &Texts) -> impl Iterator<Item = &str> {
    texts.0.iter().map(|text| text.text.as_str())
}

fn film_entries(film: &Film) -> Vec<Entry> {
    entries(
        Field::Title,
        words(&film.title).chain(film.original_title.as_deref()),
    )
}

fn place_entries(place: &Place) -> Vec<Entry> {
    let mut found = entries(Field::Title, words(&place.name));
    let around = [&place.address, &place.postcode, &place.commune_name]
        .into_iter()
        .flatten();
    let around = fold(&around.map(String::as_str).collect::<Vec<_>>().join(" "));
    if around.is_empty() {
        return found;
    }
    // The name again, so that "mairie saint-bonnet" finds the town hall of that town.
    let whole: Vec<_> = if found.is_empty() {
        vec![around]
    } else {
        let named = found
            .iter()
            .map(|entry| match around.strip_prefix(&entry.folded) {
                // Imported places are often named by their address.
                Some(rest) => format!("{}{rest}", entry.folded),
                None => format!("{} {around}", entry.folded),
            });
        named.collect()
    };
    found.extend(whole.into_iter().map(|folded| Entry {
        field: Field::Address,
        folded,
    }));
    found
}

fn entries<'t>(field: Field, texts: impl IntoIterator<Item = &'t str>) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for text in texts {
        let folded: String = fold(text).chars().take(ENTRY_MAX_CHARS).collect();
        if !folded.is_empty() && found.iter().all(|entry| entry.folded != folded) {
            found.push(Entry { field, folded });
        }
    }
    found
}
