//! What `sync` does to the catalogue: a publication's packs go in, or out, in one transaction.
//!
//! Its job begins when every file is on the phone and verified, and ends at the tables: it fetches nothing, and it leaves
//! the blobs in their folder alone.

use super::caps;
use super::enter::{enter_notice, enter_record};
use super::model::{Id, Notice, Record};
use super::store::WriteError;
use super::{Catalogue, CatalogueError};
use crate::publication::{FORMAT, Index, Pack, PackEntry};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    pub packs: Vec<(PackEntry, Pack)>,
    /// Installed packs that stay as they are.
    pub kept: Vec<Id>,
    /// The publication's notices; they replace the former ones.
    pub notices: Vec<Notice>,
    /// Panel codes of packs that are not on this phone: code → pack.
    pub codes: BTreeMap<String, Id>,
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
    fn skip(&mut self, pack: Option<&Id>, record: &Value, why: String) {
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
            for (entry, pack) in &installation.packs {
                add_pack(connection, publication, entry, pack, &mut kinds, &mut report)?;
            }
            report.removed = remove_orphans(connection, &loosened)?;
            replace_notices(connection, publication, &installation.notices, &mut report)?;
            replace_codes(connection, publication, &installation.codes)?;
            count(connection, publication)?;
            Ok(report)
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
    let formats = installation.packs.iter().map(|(_, pack)| pack.format);
    if let Some(found) = formats
        .chain([installation.index.format])
        .find(|format| *format > FORMAT)
    {
        return Err(CatalogueError::NewerFormat {
            publication: publication.clone(),
            found,
            known: FORMAT,
        });
    }
    if installation.index.publisher.id != *publication {
        return contradiction(format!(
            "its index is that of \"{}\"",
            installation.index.publisher.id
        ));
    }
    let mut ids = BTreeSet::new();
    for (entry, pack) in &installation.packs {
        if entry.id != pack.id {
            return contradiction(format!("pack \"{}\" holds pack \"{}\"", entry.id, pack.id));
        }
        if !ids.insert(&pack.id) || installation.kept.contains(&pack.id) {
            return contradiction(format!("pack \"{}\" is there twice", pack.id));
        }
    }
    Ok(())
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
        if index.version < installed {
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
        let mut records = connection.prepare_cached("SELECT record FROM pack_record WHERE pack = ?1")?;
        for record in records.query_map([row], |r| r.get::<_, i64>(0))? {
            loosened.insert(record?);
        }
        connection
            .prepare_cached("DELETE FROM pack WHERE row = ?1")?
            .execute([row])?;
    }
    Ok(loosened)
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

fn add_pack(
    connection: &Connection,
    publication: i64,
    entry: &PackEntry,
    pack: &Pack,
    kinds: &mut HashMap<Id, &'static str>,
    report: &mut InstallReport,
) -> Result<(), WriteError> {
    connection
        .prepare_cached("INSERT INTO pack (publication, id, hash, entry) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            publication,
            pack.id.as_str(),
            entry.file.hash.as_str(),
            json(entry)?
        ])?;
    let pack_row = connection.last_insert_rowid();
    for blob in pack.blobs.iter().take(caps::BLOBS_MAX) {
        let Ok(bytes) = i64::try_from(blob.file.bytes) else {
            report.skip(
                Some(&pack.id),
                &Value::Null,
                format!("blob {} of impossible size", blob.file.hash),
            );
            continue;
        };
        connection
            .prepare_cached("INSERT OR IGNORE INTO pack_blob VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![
                pack_row,
                blob.file.hash.as_str(),
                bytes,
                json(&blob.medium)?,
                blob.language.as_ref().map(|language| language.as_str()),
            ])?;
    }
    let left = pack.records.len().saturating_sub(caps::RECORDS_MAX)
        + pack.blobs.len().saturating_sub(caps::BLOBS_MAX);
    if left > 0 {
        report.skip(
            Some(&pack.id),
            &Value::Null,
            format!("{left} records or blobs beyond the largest pack"),
        );
        report.skipped += left as u64 - 1;
    }
    for value in pack.records.iter().take(caps::RECORDS_MAX) {
        let record = match read(value) {
            Ok(record) => record,
            Err(why) => {
                report.skip(Some(&pack.id), value, why);
                continue;
            }
        };
        let known = *kinds.entry(record.id().clone()).or_insert_with(|| record.kind());
        if known != record.kind() {
            report.skip(
                Some(&pack.id),
                value,
                format!("its id is already that of a {known}"),
            );
            continue;
        }
        let row = enter_record(connection, publication, &record, value)?;
        connection
            .prepare_cached("INSERT OR IGNORE INTO pack_record (record, pack) VALUES (?1, ?2)")?
            .execute([row, pack_row])?;
        report.records += 1;
    }
    Ok(())
}

fn read(value: &Value) -> Result<Record, String> {
    caps::within(value)?;
    Record::deserialize(value).map_err(|error| error.to_string())
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

fn json<T: serde::Serialize>(value: &T) -> Result<String, WriteError> {
    serde_json::to_string(value).map_err(damaged_json)
}

/// The model's own types always serialise; if one ever does not, SQLite's error for a value that cannot be stored fits.
fn damaged_json(error: serde_json::Error) -> WriteError {
    WriteError::Sqlite(rusqlite::Error::ToSqlConversionFailure(error.into()))
}
