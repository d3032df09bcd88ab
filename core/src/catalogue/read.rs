//! One consistent look at the catalogue for one visitor: records by id and by reference, and what the visitor is told.
//!
//! Its job ends at single records; the files of `views` join them.

use super::language;
use super::model::{
    Clip, Commentary, Company, Film, Id, Language, Notice, Panel, Person, Picture, Place, Publisher,
    Shooting, Text, Texts, Tombstone, Trail, Translation,
};
use super::{FilmBrief, Key, Told, Visitor};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

/// How many tombstones are followed from one record to the one that took its place; a ring ends there too.
pub(super) const REPLACEMENTS_MAX: usize = 8;

/// A record as the tables name its kind.
pub(super) trait Kind: DeserializeOwned {
    const KIND: &'static str;
}

macro_rules! kinds {
    ($($record:ty => $kind:literal),+) => { $(impl Kind for $record { const KIND: &'static str = $kind; })+ };
}
kinds!(Film => "film", Person => "person", Company => "company", Place => "place", Shooting => "shooting",
    Panel => "panel", Commentary => "commentary", Clip => "clip", Picture => "picture", Trail => "trail",
    Tombstone => "tombstone");

/// A record that was found.
pub(super) struct Found<T> {
    pub row: i64,
    pub publication: i64,
    pub key: Key,
    pub value: T,
}

/// A record that names another, not read yet.
struct Named {
    kind: String,
    row: i64,
    id: String,
    body: String,
}

/// Who was asked about: publication, target, group of kinds.
type Asked = (i64, Id, &'static str);

/// The kinds that are asked for together, because whoever shows one shows the others.
const MEDIA: &str = "media";
const AT_PLACE: &str = "at place";
/// How many targets one question names; a panel, its place and its film are three.
const TARGETS: usize = 3;

/// Which kinds are asked for together with one.
fn group(kind: &'static str) -> &'static str {
    match kind {
        "clip" | "commentary" | "picture" => MEDIA,
        "panel" | "shooting" => AT_PLACE,
        other => other,
    }
}

/// One look at one state of the catalogue.
pub(super) struct Reading<'c> {
    pub connection: &'c Connection,
    pub folder: &'c Path,
    pub visitor: &'c Visitor,
    /// Today, as the tables write days.
    pub today: String,
    publishers: RefCell<HashMap<i64, Rc<Publisher>>>,
    /// Who names what, as far as it was asked: a panel's page asks for its place again and again.
    named: RefCell<HashMap<Asked, Rc<Vec<Named>>>>,
    /// Films already looked up by their ids, and told.
    pub films_by_id: RefCell<HashMap<(i64, Id), Option<FilmBrief>>>,
    /// Films already told: a trail or a film's places name the same ones again and again.
    pub films: RefCell<HashMap<i64, FilmBrief>>,
}

impl<'c> Reading<'c> {
    pub(super) fn new(connection: &'c Connection, folder: &'c Path, visitor: &'c Visitor) -> Self {
        Self {
            connection,
            folder,
            visitor,
            today: visitor.today.to_string(),
            publishers: RefCell::default(),
            named: RefCell::default(),
            films_by_id: RefCell::default(),
            films: RefCell::default(),
        }
    }

    /// The publisher in whose publication a record stands.
    pub(super) fn publisher(&self, publication: i64) -> rusqlite::Result<Rc<Publisher>> {
        if let Some(known) = self.publishers.borrow().get(&publication) {
            return Ok(Rc::clone(known));
        }
        let publisher: Publisher = self
            .connection
            .prepare_cached("SELECT publisher FROM publication WHERE row = ?1")?
            .query_row([publication], |row| json_column(row, 0))?;
        let publisher = Rc::new(publisher);
        self.publishers
            .borrow_mut()
            .insert(publication, Rc::clone(&publisher));
        Ok(publisher)
    }

    /// The row of a publication that is followed.
    pub(super) fn publication_row(&self, publication: &Id) -> rusqlite::Result<Option<i64>> {
        let found = self
            .connection
            .prepare_cached("SELECT row, publisher FROM publication WHERE id = ?1")?
            .query_row([publication.as_str()], |row| {
                Ok((row.get(0)?, Rc::new(json_column::<Publisher>(row, 1)?)))
            })
            .optional()?;
        // Whoever asks for it by name is going to show its name.
        Ok(found.map(|(row, publisher)| {
            self.publishers.borrow_mut().insert(row, publisher);
            row
        }))
    }

    /// A record by its key, an alias of it, or the id of what it took the place of; only if it may be shown today.
    pub(super) fn find<T: Kind>(&self, key: &Key) -> rusqlite::Result<Option<Found<T>>> {
        match self.publication_row(&key.publication)? {
            Some(publication) => self.find_in(publication, &key.id),
            None => Ok(None),
        }
    }

    /// The same within a publication.
    pub(super) fn find_in<T: Kind>(&self, publication: i64, id: &Id) -> rusqlite::Result<Option<Found<T>>> {
        let mut id = id.clone();
        for _ in 0..REPLACEMENTS_MAX {
            let named = self
                .connection
                .prepare_cached(
                    "SELECT row, id, body FROM record
                     WHERE publication = ?1 AND id = ?2 AND kind = ?3 AND shown_from <= ?4",
                )?
                .query_row(params![publication, id.as_str(), T::KIND, self.today], raw)
                .optional()?;
            let raw = match named {
                Some(raw) => Some(raw),
                None => self
                    .connection
                    .prepare_cached(
                        "SELECT r.row, r.id, r.body FROM alias a JOIN record r ON r.row = a.record
                         WHERE a.alias = ?2 AND r.publication = ?1 AND r.kind = ?3 AND r.shown_from <= ?4
                         ORDER BY r.id LIMIT 1",
                    )?
                    .query_row(params![publication, id.as_str(), T::KIND, self.today], raw)
                    .optional()?,
            };
            if let Some((row, id, body)) = raw {
                return self.found(row, publication, id, &body).map(Some);
            }
            let replaced_by: Option<Option<String>> = self
                .connection
                .prepare_cached("SELECT replaced_by FROM record WHERE publication = ?1 AND id = ?2")?
                .query_row(params![publication, id.as_str()], |row| row.get(0))
                .optional()?;
            match replaced_by.flatten().and_then(|next| Id::try_from(next).ok()) {
                Some(next) => id = next,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// A record by its row, if it is of that kind and may be shown today.
    pub(super) fn at<T: Kind>(&self, row: i64) -> rusqlite::Result<Option<Found<T>>> {
        let raw = self
            .connection
            .prepare_cached(
                "SELECT publication, id, body FROM record WHERE row = ?1 AND kind = ?2 AND shown_from <= ?3",
            )?
            .query_row(params![row, T::KIND, self.today], raw)
            .optional()?;
        raw.map(|(publication, id, body)| self.found(row, publication, id, &body))
            .transpose()
    }

    /// The records of a kind that name `id` or one of its aliases and may be shown today, by their ids.
    pub(super) fn naming<T: Kind>(
        &self,
        publication: i64,
        id: &Id,
        aliases: &[Id],
    ) -> rusqlite::Result<Vec<Found<T>>> {
        let mut rows: Vec<(i64, String, String)> = Vec::new();
        for target in std::iter::once(id).chain(aliases) {
            let named = self.named(publication, target, group(T::KIND))?;
            let of_kind = named.iter().filter(|named| named.kind == T::KIND);
            rows.extend(of_kind.map(|named| (named.row, named.id.clone(), named.body.clone())));
        }
        rows.sort_unstable_by(|a, b| a.1.cmp(&b.1));
        rows.dedup_by_key(|row| row.0);
        rows.into_iter()
            .map(|(row, id, body)| self.found(row, publication, id, &body))
            .collect()
    }

    /// Asks at once for the clips, commentaries and pictures of several targets; each is answered from memory afterwards.
    pub(super) fn expect_media(&self, publication: i64, targets: [&Id; TARGETS]) -> rusqlite::Result<()> {
        let sql = "SELECT f.kind, r.row, r.id, r.body, f.target FROM reference f JOIN record r ON r.row = f.record
             WHERE f.publication = ?1 AND f.target IN (?3, ?4, ?5) AND f.kind IN ('clip', 'commentary', 'picture')
             AND r.shown_from <= ?2";
        let mut found: HashMap<&str, Vec<Named>> = HashMap::new();
        let mut statement = self.connection.prepare_cached(sql)?;
        let [a, b, c] = targets.map(Id::as_str);
        let mut rows = statement.query(params![publication, self.today, a, b, c])?;
        while let Some(row) = rows.next()? {
            let target = row.get_ref(4)?.as_str()?;
            if let Some(target) = [a, b, c].into_iter().find(|one| *one == target) {
                found.entry(target).or_default().push(named(row)?);
            }
        }
        let mut known = self.named.borrow_mut();
        for target in targets {
            let list = found.remove(target.as_str()).unwrap_or_default();
            let asked = (publication, target.clone(), MEDIA);
            known.entry(asked).or_insert_with(|| Rc::new(list));
        }
        Ok(())
    }

    /// The records of a group of kinds that name a target; asked for once in one look.
    fn named(&self, publication: i64, target: &Id, group: &'static str) -> rusqlite::Result<Rc<Vec<Named>>> {
        let asked = (publication, target.clone(), group);
        if let Some(known) = self.named.borrow().get(&asked) {
            return Ok(Rc::clone(known));
        }
        let sql = match group {
            MEDIA => {
                "SELECT f.kind, r.row, r.id, r.body FROM reference f JOIN record r ON r.row = f.record
                 WHERE f.publication = ?1 AND f.target = ?2 AND f.kind IN ('clip', 'commentary', 'picture')
                 AND r.shown_from <= ?3"
            }
            AT_PLACE => {
                "SELECT f.kind, r.row, r.id, r.body FROM reference f JOIN record r ON r.row = f.record
                 WHERE f.publication = ?1 AND f.target = ?2 AND f.kind IN ('panel', 'shooting')
                 AND r.shown_from <= ?3"
            }
            _ => {
                "SELECT f.kind, r.row, r.id, r.body FROM reference f JOIN record r ON r.row = f.record
                 WHERE f.publication = ?1 AND f.target = ?2 AND f.kind = ?4 AND r.shown_from <= ?3"
            }
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = match group {
            MEDIA | AT_PLACE => {
                statement.query_map(params![publication, target.as_str(), self.today], named)?
            }
            kind => statement.query_map(params![publication, target.as_str(), self.today, kind], named)?,
        };
        let named = Rc::new(rows.collect::<rusqlite::Result<Vec<Named>>>()?);
        self.named.borrow_mut().insert(asked, Rc::clone(&named));
        Ok(named)
    }

    /// The notices in force today for what one of two targets names (`place:ID`, `commune:INSEE`), by the day on which they end.
    pub(super) fn notices(&self, publication: i64, targets: [&str; 2]) -> rusqlite::Result<Vec<Notice>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT body FROM notice WHERE publication = ?1 AND target IN (?2, ?3)
             AND (from_day IS NULL OR from_day <= ?4) AND (until_day IS NULL OR ?4 <= until_day)
             ORDER BY until_day IS NULL, until_day, row",
        )?;
        let [one, other] = targets;
        let rows = statement.query_map(params![publication, one, other, self.today], |row| {
            json_column(row, 0)
        })?;
        rows.collect()
    }

    /// The text that comes closest to what the visitor asked for.
    pub(super) fn tell(&self, texts: &Texts, publication: i64) -> rusqlite::Result<Option<Told>> {
        if texts.is_empty() {
            return Ok(None);
        }
        let publisher = self.publisher(publication)?;
        Ok(language::tell(texts, self.visitor, &publisher.languages))
    }

    /// A name: like [`Reading::tell`], and where nobody gave one, the `fallback` (an address, an id).
    pub(super) fn name(&self, texts: &Texts, publication: i64, fallback: &str) -> rusqlite::Result<Told> {
        Ok(match self.tell(texts, publication)? {
            Some(told) => told,
            None => self.plain(fallback, &Language::undetermined()),
        })
    }

    /// A text that exists in one language only.
    pub(super) fn plain(&self, text: &str, language: &Language) -> Told {
        let known = *language != Language::undetermined();
        let only = Text {
            language: language.clone(),
            audience: super::model::Audience::Standard,
            text: text.to_owned(),
            from: None,
            translation: Translation::Original,
        };
        Told {
            text: only.text,
            instead_of: if known {
                language::instead_of(language, self.visitor)
            } else {
                None
            },
            language: only.language,
            audience: only.audience,
            translation: only.translation,
        }
    }

    /// How far a language is from what the visitor asked for.
    pub(super) fn language_rank(&self, language: &Language, publication: i64) -> rusqlite::Result<usize> {
        let publisher = self.publisher(publication)?;
        Ok(language::language_rank(
            language,
            self.visitor,
            &publisher.languages,
        ))
    }

    pub(super) fn found<T: Kind>(
        &self,
        row: i64,
        publication: i64,
        id: String,
        body: &str,
    ) -> rusqlite::Result<Found<T>> {
        let key = Key {
            publication: self.publisher(publication)?.id.clone(),
            id: Id::try_from(id).map_err(unreadable)?,
        };
        let value = serde_json::from_str(body).map_err(unreadable)?;
        Ok(Found {
            row,
            publication,
            key,
            value,
        })
    }
}

fn named(row: &Row<'_>) -> rusqlite::Result<Named> {
    Ok(Named {
        kind: row.get(0)?,
        row: row.get(1)?,
        id: row.get(2)?,
        body: row.get(3)?,
    })
}

fn raw(row: &Row<'_>) -> rusqlite::Result<(i64, String, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

/// A column that holds an id or a hash.
pub(super) fn column<T>(row: &Row<'_>, index: usize) -> rusqlite::Result<T>
where
    T: TryFrom<String>,
    T::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    T::try_from(row.get(index)?).map_err(unreadable)
}

/// A column that holds JSON.
pub(super) fn json_column<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(index)?.as_str()?).map_err(unreadable)
}

/// What was written can no longer be read: the file is damaged, and is called so.
fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, cause.into())
}
