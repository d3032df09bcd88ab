//! What `sync` does to the catalogue: a publication's packs go in, or out, in one transaction.
//!
//! Its job begins when every file is on the phone and verified, and ends at the tables: it fetches nothing, and it leaves
//! the blobs in their folder alone.

use super::adding::Adding;
use super::caps;
use super::claims;
use super::enter::enter_notice;
use super::model::{BlobHash, Id, Notice};
use super::store::WriteError;
use super::{Catalogue, CatalogueError};
use crate::publication::{FORMAT, Index, Pack, PackEntry};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

/// What is to be installed of a publication. Packs that are neither in `packs` nor in `kept` are removed.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// The publication's id.
    pub publication: Id,
    /// The address that the visitor followed. A publication is bound to it.
    pub source: String,
    /// The root index.
    pub index: Index,
    /// Packs to add or to replace.
    pub packs: Vec<(PackEntry, PackSource)>,
    /// Installed packs that stay as they are.
    pub kept: Vec<Id>,
    /// The publication's notices; they replace the former ones.
    pub notices: Vec<Notice>,
    /// Panel codes of packs that are not on this phone: code → pack.
    pub codes: BTreeMap<String, Id>,
    /// Whether it may have a lower version than the one that is installed: its publisher's keys were changed since, because
    /// somebody had counted up with a stolen one.
    pub may_go_back: bool,
}

/// Where a pack is read from.
#[derive(Debug, Clone, PartialEq)]
pub enum PackSource {
    /// From memory.
    Here(Pack),
    /// From its file. Read record by record, so that many packs need the memory of one.
    File {
        /// Where it lies.
        path: PathBuf,
        /// What its bytes may be: as the pack was served, or as this phone packed it again after a patch.
        hashes: Vec<BlobHash>,
    },
}

impl From<Pack> for PackSource {
    fn from(pack: Pack) -> Self {
        Self::Here(pack)
    }
}

/// What an installation did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstallReport {
    /// Records of the packs that were added or replaced, without those that were skipped.
    pub records: u64,
    /// Records that went with their last pack.
    pub removed: u64,
    /// Records, notices and blobs that were skipped.
    pub skipped: u64,
    /// The first 1,000 of them.
    pub reasons: Vec<Skipped>,
}

/// A record that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The pack that it came in, if it came in one.
    pub pack: Option<Id>,
    /// Its kind, as it says itself; empty if it does not.
    pub kind: String,
    /// Its id, as it says itself.
    pub id: Option<String>,
    /// What is wrong with it.
    pub why: String,
}

impl InstallReport {
    pub(super) fn skip(&mut self, pack: Option<&Id>, record: &Value, why: String) {
        /// A hostile record may have a novel for an id.
        const SHOWN_CHARS: usize = 100;
        self.skipped += 1;
        if self.reasons.len() >= caps::NAMED_MAX {
            return;
        }
        let said = |field: &str| {
            let text = record.get(field).and_then(Value::as_str);
            text.map(|text| text.chars().take(SHOWN_CHARS).collect::<String>())
        };
        self.reasons.push(Skipped {
            pack: pack.cloned(),
            kind: said("kind").unwrap_or_default(),
            id: said("id"),
            why: why.chars().take(SHOWN_CHARS * 4).collect(),
        });
    }
}

impl Catalogue {
    /// Installs a publication: all of it or nothing. Another publication's data is never touched.
    ///
    /// A record that cannot be read, or is too large, is skipped and reported.
    ///
    /// # Errors
    /// [`CatalogueError::OlderVersion`], [`CatalogueError::NewerFormat`], [`CatalogueError::ClaimedByAnother`],
    /// [`CatalogueError::Contradiction`], or what is wrong with the disk.
    pub fn install(&self, installation: Installation) -> Result<InstallReport, CatalogueError> {
        check(&installation)?;
        self.write(|connection| {
            let publication = enter_publication(connection, &installation)?;
            let mut report = InstallReport::default();
            let loosened = remove_packs(connection, publication, &installation)?;
            let mut kinds = HashMap::new();
            for (entry, source) in &installation.packs {
                let adding = &mut Adding {
                    connection,
                    publication,
                    entry,
                    kinds: &mut kinds,
                    report: &mut report,
                };
                match source {
                    PackSource::Here(pack) => adding.pack(pack)?,
                    PackSource::File { path, hashes } => {
                        adding.file(&installation.publication, path, hashes)?
                    }
                }
            }
            report.removed = remove_orphans(connection, &loosened)?;
            replace_notices(connection, publication, &installation.notices, &mut report)?;
            replace_codes(connection, publication, &installation.codes)?;
            count(connection, publication)?;
            claims::report(connection, publication, &mut report)?;
            Ok(report)
        })
    }

    /// Removes one pack of a publication, and the records that no other pack holds. A code that was in it is known from then
    /// on to be in a pack that is not here.
    ///
    /// # Errors
    /// [`CatalogueError::NotFollowed`] if no such pack is here, or what is wrong with the disk.
    pub fn remove_pack(&self, publication: &Id, pack: &Id) -> Result<(), CatalogueError> {
        self.write(|connection| {
            let found = connection
                .query_row(
                    "SELECT p.row, k.row FROM publication p JOIN pack k ON k.publication = p.row
                     WHERE p.id = ?1 AND k.id = ?2",
                    [publication.as_str(), pack.as_str()],
                    |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
                )
                .optional()?;
            let Some((publication, row)) = found else {
                return Err(CatalogueError::NotFollowed(pack.clone()).into());
            };
            connection.execute(
                "INSERT OR IGNORE INTO code_elsewhere (code, publication, pack)
                 SELECT c.code, ?1, ?2 FROM code c JOIN pack_record k ON k.record = c.record
                 WHERE k.pack = ?3 AND NOT EXISTS (SELECT 1 FROM pack_record o WHERE o.record = c.record AND o.pack <> ?3)",
                params![publication, pack.as_str(), row],
            )?;
            let loosened = loosen(connection, row)?;
            remove_orphans(connection, &loosened)?;
            Ok(count(connection, publication)?)
        })
    }

    /// Stops following a publication: everything of it goes, but for its blobs.
    ///
    /// # Errors
    /// [`CatalogueError::NotFollowed`], or what is wrong with the disk.
    pub fn unfollow(&self, publication: &Id) -> Result<(), CatalogueError> {
        self.write(|connection| {
            let removed =
                connection.execute("DELETE FROM publication WHERE id = ?1", [publication.as_str()])?;
            if removed == 0 {
                return Err(CatalogueError::NotFollowed(publication.clone()).into());
            }
            Ok(())
        })
    }
}

fn check(installation: &Installation) -> Result<(), CatalogueError> {
    let publication = &installation.publication;
    let contradiction = |detail: String| {
        Err(CatalogueError::Contradiction {
            publication: publication.clone(),
            detail,
        })
    };
    let here = || {
        installation
            .packs
            .iter()
            .filter_map(|(entry, source)| match source {
                PackSource::Here(pack) => Some((entry, pack)),
                PackSource::File { .. } => None,
            })
    };
    let formats = here().map(|(_, pack)| pack.format);
    if let Some(found) = formats
        .chain([installation.index.format])
        .find(|format| *format > FORMAT)
    {
        return Err(newer(publication, found));
    }
    if installation.index.publisher.id != *publication {
        return contradiction(format!(
            "its index is that of \"{}\"",
            installation.index.publisher.id
        ));
    }
    let other = here().find(|(entry, pack)| entry.id != pack.id);
    if let Some((entry, pack)) = other {
        return contradiction(format!("pack \"{}\" holds pack \"{}\"", entry.id, pack.id));
    }
    let mut ids: BTreeSet<&Id> = installation.kept.iter().collect();
    if let Some((twice, _)) = installation
        .packs
        .iter()
        .find(|(entry, _)| !ids.insert(&entry.id))
    {
        return contradiction(format!("pack \"{}\" is there twice", twice.id));
    }
    Ok(())
}

pub(super) fn newer(publication: &Id, found: u32) -> CatalogueError {
    CatalogueError::NewerFormat {
        publication: publication.clone(),
        found,
        known: FORMAT,
    }
}

fn enter_publication(connection: &Connection, installation: &Installation) -> Result<i64, WriteError> {
    let Installation {
        publication,
        source,
        index,
        ..
    } = installation;
    let followed = connection
        .query_row(
            "SELECT source, version FROM publication WHERE id = ?1",
            [publication.as_str()],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)),
        )
        .optional()?;
    if let Some((followed, installed)) = followed {
        if followed != *source {
            return Err(CatalogueError::ClaimedByAnother {
                publication: publication.clone(),
                followed,
                claimant: source.clone(),
            }
            .into());
        }
        let installed = installed.unsigned_abs();
        if index.version < installed && !installation.may_go_back {
            return Err(CatalogueError::OlderVersion {
                publication: publication.clone(),
                installed,
                offered: index.version,
            }
            .into());
        }
    }
    let Ok(version) = i64::try_from(index.version) else {
        let detail = format!("{} is no version that can be counted on from", index.version);
        return Err(CatalogueError::Contradiction {
            publication: publication.clone(),
            detail,
        }
        .into());
    };
    let publisher = json(&index.publisher)?;
    Ok(connection.query_row(
        "INSERT INTO publication (id, source, version, built, publisher) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET version = ?3, built = ?4, publisher = ?5 RETURNING row",
        params![publication.as_str(), source, version, index.built, publisher],
        |row| row.get(0),
    )?)
}

/// Removes the packs that do not stay, and gives the records that may have lost their last pack.
fn remove_packs(
    connection: &Connection,
    publication: i64,
    installation: &Installation,
) -> Result<BTreeSet<i64>, WriteError> {
    let installed: Vec<(i64, String)> = connection
        .prepare_cached("SELECT row, id FROM pack WHERE publication = ?1")?
        .query_map([publication], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let missing = installation
        .kept
        .iter()
        .find(|kept| installed.iter().all(|(_, id)| id != kept.as_str()));
    if let Some(missing) = missing {
        let detail = format!("pack \"{missing}\" should stay, but is not installed");
        return Err(CatalogueError::Contradiction {
            publication: installation.publication.clone(),
            detail,
        }
        .into());
    }
    let kept: BTreeSet<&str> = installation.kept.iter().map(Id::as_str).collect();
    let mut loosened = BTreeSet::new();
    for (row, _) in installed.iter().filter(|(_, id)| !kept.contains(id.as_str())) {
        loosened.extend(loosen(connection, *row)?);
    }
    Ok(loosened)
}

/// Removes a pack, and gives the records that were in it.
fn loosen(connection: &Connection, pack: i64) -> rusqlite::Result<BTreeSet<i64>> {
    let records = connection
        .prepare_cached("SELECT record FROM pack_record WHERE pack = ?1")?
        .query_map([pack], |row| row.get(0))?
        .collect();
    connection
        .prepare_cached("DELETE FROM pack WHERE row = ?1")?
        .execute([pack])?;
    records
}

fn remove_orphans(connection: &Connection, loosened: &BTreeSet<i64>) -> Result<u64, WriteError> {
    let mut removed = 0;
    let mut remove = connection.prepare_cached(
        "DELETE FROM record WHERE row = ?1 AND NOT EXISTS (SELECT 1 FROM pack_record WHERE record = ?1)",
    )?;
    for row in loosened {
        removed += remove.execute([row])? as u64;
    }
    Ok(removed)
}

fn replace_notices(
    connection: &Connection,
    publication: i64,
    notices: &[Notice],
    report: &mut InstallReport,
) -> Result<(), WriteError> {
    connection.execute(
        "DELETE FROM notice WHERE publication = ?1 AND record IS NULL",
        [publication],
    )?;
    for (n, notice) in notices.iter().enumerate() {
        let value = serde_json::to_value(notice).map_err(damaged_json)?;
        let fits = caps::within(&value);
        if n >= caps::NOTICES_MAX {
            report.skip(None, &value, format!("{} notices are taken", caps::NOTICES_MAX));
        } else if let Err(why) = fits {
            report.skip(None, &value, why);
        } else {
            enter_notice(connection, publication, None, notice, &value.to_string())?;
        }
    }
    Ok(())
}

fn replace_codes(
    connection: &Connection,
    publication: i64,
    codes: &BTreeMap<String, Id>,
) -> Result<(), WriteError> {
    connection.execute("DELETE FROM code_elsewhere WHERE publication = ?1", [publication])?;
    let mut enter = connection.prepare_cached("INSERT OR IGNORE INTO code_elsewhere VALUES (?1, ?2, ?3)")?;
    for (code, pack) in codes {
        enter.execute(params![
            super::derive::plain_code(code),
            publication,
            pack.as_str()
        ])?;
    }
    Ok(())
}

fn count(connection: &Connection, publication: i64) -> rusqlite::Result<()> {
    for (kind, sql) in [
        ("place", "UPDATE publication SET places = ?2 WHERE row = ?1"),
        ("panel", "UPDATE publication SET panels = ?2 WHERE row = ?1"),
        ("trail", "UPDATE publication SET trails = ?2 WHERE row = ?1"),
    ] {
        let number: i64 = connection.query_row(
            "SELECT count(*) FROM record WHERE publication = ?1 AND kind = ?2 AND shown_from IS NOT NULL",
            params![publication, kind],
            |row| row.get(0),
        )?;
        connection.execute(sql, [publication, number])?;
    }
    Ok(())
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, WriteError> {
    serde_json::to_string(value).map_err(damaged_json)
}

/// The model's own types always serialise; if one ever does not, SQLite's error for a value that cannot be stored fits.
fn damaged_json(error: serde_json::Error) -> WriteError {
    WriteError::Sqlite(rusqlite::Error::ToSqlConversionFailure(error.into()))
}
