//! What a panel code or an id means to this phone. How codes are written is the job of the room `code`.

use super::claims::{self, Claim};
use super::derive::plain_code;
use super::model::{Id, State, Tombstone};
use super::read::{REPLACEMENTS_MAX, Reading, column, json_column};
use super::{Catalogue, CatalogueError, Key, Told, Visitor};
use crate::publication::PackEntry;
use rusqlite::params;

/// What a panel code means.
#[derive(Debug, Clone, PartialEq)]
pub enum CodeAnswer {
    /// A panel that may be shown.
    Panel(Key),
    /// A panel that was taken back, or removed.
    Withdrawn {
        /// The panel.
        key: Key,
        /// What its publisher says about it.
        text: Option<Told>,
        /// What took its place.
        replaced_by: Option<Key>,
    },
    /// A panel of a pack that is not on this phone.
    Elsewhere {
        /// The publication.
        publication: Id,
        /// The pack to download.
        pack: Id,
        /// Its name; its id where nobody has told the name.
        pack_name: String,
    },
}

impl CodeAnswer {
    /// Whose panel it is.
    pub fn publication(&self) -> &Id {
        match self {
            Self::Panel(key) | Self::Withdrawn { key, .. } => &key.publication,
            Self::Elsewhere { publication, .. } => publication,
        }
    }
}

impl Catalogue {
    /// What a panel code, or the code of an older sign, means: in most cases one answer, none if nobody here knows it,
    /// several if several publications do. Panels that may be shown come first. Hyphens, spaces and case don't matter. `host` is
    /// that of the address in which the code was read: publications that list it are preferred; of several that list one host,
    /// the one that was followed first has the code.
    ///
    /// A panel whose first day is still to come gives no answer.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn panels_with_code(
        &self,
        code: &str,
        host: Option<&str>,
        visitor: &Visitor,
    ) -> Result<Vec<CodeAnswer>, CatalogueError> {
        let code = plain_code(code);
        self.read(visitor, |reading| {
            let mut claims = here(reading, &code)?;
            elsewhere(reading, &code, &mut claims)?;
            Ok(claims::settle(claims, host))
        })
    }

    /// The records, in any publication, that an id or an alias means today. The id of something that was replaced means
    /// what took its place.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn keys_of(&self, id: &Id, visitor: &Visitor) -> Result<Vec<Key>, CatalogueError> {
        self.read(visitor, |reading| {
            let mut keys = Vec::new();
            let mut asked = vec![(None::<i64>, id.clone())];
            for _ in 0..REPLACEMENTS_MAX {
                let mut next = Vec::new();
                for (within, id) in std::mem::take(&mut asked) {
                    let mut records = reading.connection.prepare_cached(
                        "SELECT publication, id, shown_from, replaced_by FROM record
                         WHERE id = ?1 AND (?2 IS NULL OR publication = ?2)
                         UNION
                         SELECT r.publication, r.id, r.shown_from, NULL FROM alias a JOIN record r ON r.row = a.record
                         WHERE a.alias = ?1 AND (?2 IS NULL OR r.publication = ?2)",
                    )?;
                    let mut rows = records.query(params![id.as_str(), within])?;
                    while let Some(row) = rows.next()? {
                        let publication: i64 = row.get(0)?;
                        let (shown_from, replaced_by): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
                        if shown_from.is_some_and(|day| day <= reading.today) {
                            let publisher = reading.publisher(publication)?;
                            keys.push(Key { publication: publisher.id.clone(), id: column(row, 1)? });
                        } else if let Some(Ok(other)) = replaced_by.map(Id::try_from) {
                            next.push((Some(publication), other));
                        }
                    }
                }
                asked = next;
            }
            keys.sort_unstable();
            keys.dedup();
            Ok(keys)
        })
    }
}

/// Only a record's state, whatever its kind.
#[derive(serde::Deserialize)]
struct Drafted {
    #[serde(default)]
    state: State,
}

/// The records on this phone that have a code; panels that may be shown first, then by the order of following.
fn here(reading: &Reading<'_>, code: &str) -> rusqlite::Result<Vec<Claim>> {
    let mut records = reading.connection.prepare_cached(
        "SELECT r.publication, r.id, r.kind, r.shown_from, r.body FROM code c JOIN record r ON r.row = c.record
         WHERE c.code = ?1 ORDER BY r.shown_from IS NULL, r.publication, r.id",
    )?;
    let mut rows = records.query([code])?;
    let mut claims = Vec::new();
    while let Some(row) = rows.next()? {
        let (publication, kind, shown_from): (i64, String, Option<String>) =
            (row.get(0)?, row.get(2)?, row.get(3)?);
        let publisher = reading.publisher(publication)?;
        let key = Key {
            publication: publisher.id.clone(),
            id: column(row, 1)?,
        };
        let answer = match shown_from {
            Some(day) if day <= reading.today => CodeAnswer::Panel(key),
            Some(_) => continue,
            None if kind == "tombstone" => {
                let stone: Tombstone = json_column(row, 4)?;
                CodeAnswer::Withdrawn {
                    text: reading.tell(&stone.text, publication)?,
                    replaced_by: stone.replaced_by.map(|id| Key {
                        publication: key.publication.clone(),
                        id,
                    }),
                    key,
                }
            }
            None => {
                let drafted: Drafted = json_column(row, 4)?;
                // A draft was never announced; there is nothing to take back.
                if drafted.state == State::Draft {
                    continue;
                }
                CodeAnswer::Withdrawn {
                    key,
                    text: None,
                    replaced_by: None,
                }
            }
        };
        claims.push(Claim {
            publication,
            hosts: claims::hosts(&publisher),
            answer,
        });
    }
    Ok(claims)
}

/// Adds the packs that are not here and have a code, of publications that say nothing else about it.
fn elsewhere(reading: &Reading<'_>, code: &str, claims: &mut Vec<Claim>) -> rusqlite::Result<()> {
    let mut packs = reading.connection.prepare_cached(
        "SELECT e.publication, e.pack, k.entry FROM code_elsewhere e
         LEFT JOIN pack k ON k.publication = e.publication AND k.id = e.pack
         WHERE e.code = ?1 ORDER BY e.publication",
    )?;
    let mut rows = packs.query([code])?;
    while let Some(row) = rows.next()? {
        let publication: i64 = row.get(0)?;
        if claims.iter().any(|claim| claim.publication == publication) {
            continue;
        }
        let pack: Id = column(row, 1)?;
        let entry: Option<PackEntry> = match row.get_ref(2)?.as_str_or_null()? {
            Some(_) => Some(json_column(row, 2)?),
            None => None,
        };
        let told = match entry {
            Some(entry) => reading.tell(&entry.name, publication)?,
            None => None,
        };
        let publisher = reading.publisher(publication)?;
        let answer = CodeAnswer::Elsewhere {
            publication: publisher.id.clone(),
            pack_name: told.map_or_else(|| pack.to_string(), |told| told.text),
            pack,
        };
        claims.push(Claim {
            publication,
            hosts: claims::hosts(&publisher),
            answer,
        });
    }
    Ok(())
}
