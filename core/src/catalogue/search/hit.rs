//! What a visitor reads of a record that a search found.

use super::rank::Query;
use crate::catalogue::fold::fold;
use crate::catalogue::model::{Commentary, Company, Film, Id, Panel, Person, Place, Role, Trail};
use crate::catalogue::read::{Found, Reading};
use crate::catalogue::{Key, SearchHit};

/// Longest part of a story that is quoted, in characters.
const QUOTE_MAX_CHARS: usize = 120;
/// Words that are quoted before the one that was found.
const WORDS_BEFORE: usize = 4;
/// Films that are named of a person.
const FILMS_NAMED: usize = 3;

/// What is told of a record.
struct Line {
    key: Key,
    kind: &'static str,
    title: String,
    detail: String,
}

impl Reading<'_> {
    /// The hit for a record; none if it may not be shown.
    pub(super) fn hit(
        &self,
        row: i64,
        kind: &str,
        score: f64,
        query: &Query,
    ) -> rusqlite::Result<Option<SearchHit>> {
        let line = match kind {
            "film" => self.at(row)?.map(|film| self.film_line(&film)).transpose()?,
            "place" => self.at(row)?.map(|place| self.place_line(&place)).transpose()?,
            "trail" => self.at(row)?.map(|trail| self.trail_line(&trail)).transpose()?,
            "person" => match self.at::<Person>(row)? {
                Some(found) => {
                    Some(self.maker_line("person", &found, &found.value.name, &found.value.aliases)?)
                }
                None => None,
            },
            "company" => match self.at::<Company>(row)? {
                Some(found) => {
                    Some(self.maker_line("company", &found, &found.value.name, &found.value.aliases)?)
                }
                None => None,
            },
            "panel" => match self.at::<Panel>(row)? {
                Some(panel) => {
                    let told = self.tell(&panel.value.infoclap, panel.publication)?;
                    self.panel_line(panel, &told.map(|told| told.text).unwrap_or_default(), query)?
                }
                None => None,
            },
            "commentary" => match self.at::<Commentary>(row)? {
                Some(commentary) => self.spoken_line(&commentary, query)?,
                None => None,
            },
            _ => None,
        };
        Ok(line.map(
            |Line {
                 key,
                 kind,
                 title,
                 detail,
             }| SearchHit {
                key,
                kind: kind.to_owned(),
                title,
                detail,
                score,
            },
        ))
    }

    /// Title; year and directors.
    fn film_line(&self, film: &Found<Film>) -> rusqlite::Result<Line> {
        let mut detail: Vec<String> = film.value.year.iter().map(i32::to_string).collect();
        for credit in film
            .value
            .credits
            .iter()
            .filter(|credit| credit.role == Role::Director)
        {
            let director = self.find_in::<Person>(film.publication, &credit.who)?;
            detail.extend(director.map(|director| director.value.name));
        }
        Ok(Line {
            key: film.key.clone(),
            kind: "film",
            title: self.film_brief(film)?.title.text,
            detail: detail.join(", "),
        })
    }

    /// Name; address, postcode and commune.
    fn place_line(&self, place: &Found<Place>) -> rusqlite::Result<Line> {
        let Place {
            id,
            name,
            address,
            postcode,
            commune_name,
            ..
        } = &place.value;
        let title = self
            .name(name, place.publication, address.as_deref().unwrap_or(id.as_str()))?
            .text;
        let town = [postcode, commune_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        let street = address
            .as_deref()
            .filter(|street| *street != title)
            .unwrap_or_default();
        let detail = [street, &town]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        Ok(Line {
            key: place.key.clone(),
            kind: "place",
            title,
            detail,
        })
    }

    /// Name; the beginning of what it is about.
    fn trail_line(&self, trail: &Found<Trail>) -> rusqlite::Result<Line> {
        let about = self.tell(&trail.value.description, trail.publication)?;
        Ok(Line {
            key: trail.key.clone(),
            kind: "trail",
            title: self
                .name(&trail.value.name, trail.publication, trail.value.id.as_str())?
                .text,
            detail: about.map(|told| quote(&told.text, 0)).unwrap_or_default(),
        })
    }

    /// Name; some films.
    fn maker_line<T>(
        &self,
        kind: &'static str,
        maker: &Found<T>,
        name: &str,
        aliases: &[Id],
    ) -> rusqlite::Result<Line> {
        let films: Vec<Found<Film>> = self.naming(maker.publication, &maker.key.id, aliases)?;
        let mut titles = Vec::new();
        for film in films.iter().take(FILMS_NAMED) {
            titles.push(self.film_brief(film)?.title.text);
        }
        Ok(Line {
            key: maker.key.clone(),
            kind,
            title: name.to_owned(),
            detail: titles.join(", "),
        })
    }

    /// The place's name; what is told there, from the words that were found on.
    fn panel_line(&self, panel: Found<Panel>, story: &str, query: &Query) -> rusqlite::Result<Option<Line>> {
        let Some(place) = self.find_in::<Place>(panel.publication, &panel.value.place)? else {
            return Ok(None);
        };
        let title = self.place_line(&place)?.title;
        Ok(Some(Line {
            key: panel.key,
            kind: "panel",
            title,
            detail: quote(story, first_match(story, query)),
        }))
    }

    /// What a commentary is about, with the words that are spoken.
    fn spoken_line(&self, commentary: &Found<Commentary>, query: &Query) -> rusqlite::Result<Option<Line>> {
        let publication = commentary.publication;
        let spoken = commentary.value.transcript.as_str();
        let about = &commentary.value.about;
        if let Some(id) = &about.panel {
            return match self.find_in(publication, id)? {
                Some(panel) => self.panel_line(panel, spoken, query),
                None => Ok(None),
            };
        }
        let line = if let Some(id) = &about.place {
            self.find_in(publication, id)?
                .map(|place| self.place_line(&place))
                .transpose()?
        } else if let Some(id) = &about.film {
            self.find_in(publication, id)?
                .map(|film| self.film_line(&film))
                .transpose()?
        } else if let Some(id) = &about.trail {
            self.find_in(publication, id)?
                .map(|trail| self.trail_line(&trail))
                .transpose()?
        } else if let Some(id) = &about.stop {
            let trails: Vec<Found<Trail>> = self.naming(publication, id, &[])?;
            trails.first().map(|trail| self.trail_line(trail)).transpose()?
        } else {
            None
        };
        Ok(line.map(|line| Line {
            detail: quote(spoken, first_match(spoken, query)),
            ..line
        }))
    }
}

/// The first word of a story that begins like a word of the query; 0 if none does.
fn first_match(story: &str, query: &Query) -> usize {
    let begins = |word: &str| {
        query
            .words()
            .any(|asked| asked.len() > 2 && word.starts_with(asked))
    };
    let found = story
        .split_whitespace()
        .position(|word| fold(word).split(' ').any(begins));
    found.unwrap_or(0)
}

/// Some words of a story, from a few before the given one on.
fn quote(story: &str, word: usize) -> String {
    let from = word.saturating_sub(WORDS_BEFORE);
    let mut quoted = String::new();
    let mut words = story.split_whitespace().skip(from).peekable();
    while let Some(next) =
        words.next_if(|next| quoted.chars().count() + next.chars().count() < QUOTE_MAX_CHARS)
    {
        if !quoted.is_empty() {
            quoted.push(' ');
        }
        quoted.push_str(next);
    }
    let before = if from > 0 { "… " } else { "" };
    let after = if words.peek().is_some() { " …" } else { "" };
    format!("{before}{quoted}{after}")
}
