//! The work, who made it, and what of it was shot where.

use super::{Id, Language, State, Texts};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The form of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    #[default]
    #[serde(other)]
    Other,
}

/// What somebody did for a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    #[default]
    #[serde(other)]
    Other,
}

/// One person's or company's part in a film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Credit {
    /// The person or company.
    pub who: Id,
    /// What they did.
    #[serde(default)]
    pub role: Role,
    /// The character that an actor played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character: Option<String>,
}

/// Where a film can be seen now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchLink {
    /// The service's name.
    pub service: String,
    /// Its address.
    pub address: String,
    /// Countries in which it is offered (ISO 3166-1); empty: not said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// The day on which somebody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Date>,
}

/// From which age a film or clip may be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgeRating {
    /// The youngest age in years; 0: for all.
    pub from_age: u8,
    /// Who rated it: CNC, FSK, BBFC …
    #[serde(default)]
    pub by: String,
}

/// An episode of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// Its season, from 1.
    pub season: u32,
    /// Its number in the season, from 1.
    pub number: u32,
    /// Its title.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub title: Texts,
    /// The year in which it was first shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
}

/// A film or series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Film {
    /// Its id.
    pub id: Id,
    /// Whether it may be shown.
    #[serde(default)]
    pub state: State,
    /// First day on which it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_from: Option<Date>,
    /// Other ids that mean this film: of an open-data table, of a record that was merged into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Id>,
    /// Its ids elsewhere: `allocine`, `wikidata`, `isan`, `imdb`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub same_as: BTreeMap<String, String>,
    /// Its titles, by language.
    pub title: Texts,
    /// Its title in the language it was made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_title: Option<String>,
    /// The language it was made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_language: Option<Language>,
    /// Its form.
    #[serde(default)]
    pub form: FilmForm,
    /// The year in which it was first shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// Who made it, in the order in which they are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<Credit>,
    /// What it tells.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub synopsis: Texts,
    /// Its episodes, if it is a series.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub episodes: Vec<Episode>,
    /// Where to see it now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watch: Vec<WatchLink>,
    /// The age from which it may be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_rating: Option<AgeRating>,
    /// A warning to be shown before any of its clips.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub warning: Texts,
}

/// One film at one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shooting {
    /// Its id; of an imported row, made of the table's own id.
    pub id: Id,
    /// Whether it may be shown.
    #[serde(default)]
    pub state: State,
    /// First day on which it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_from: Option<Date>,
    /// Other ids that mean this shooting: rows that were merged into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Id>,
    /// The film.
    pub film: Id,
    /// The place.
    pub place: Id,
    /// First day of the shooting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day of the shooting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The scene that was shot.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub scene: Texts,
    /// The season it belongs to, if it is a series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<u32>,
    /// The episode it belongs to, if it is a series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode: Option<u32>,
    /// Where this is known from: the table's name and row, a book, a witness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}
