//! The journal as one thing to hold.

use super::{JournalError, rescue};
use crate::catalogue::Key;
use crate::catalogue::model::Id;
use crate::catalogue::sqlite::{self, Trouble};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The name of the file in the data folder.
const FILE_NAME: &str = "journal.db";
/// Marks the file as a journal of AlloClap: "ACjo".
const APPLICATION_ID: i32 = 0x4143_6a6f;
/// The schema's migrations; see [`sqlite::open_for_writing`].
const STEPS: &[&str] = &["
CREATE TABLE heard (
    publication TEXT NOT NULL,
    id          TEXT NOT NULL,             -- what it was about: a panel, a place, a stop
    commentary  TEXT NOT NULL,
    when_ms     INTEGER NOT NULL,          -- since the Unix epoch
    PRIMARY KEY (publication, id, commentary, when_ms)
) STRICT;
CREATE TABLE position (
    publication TEXT NOT NULL,
    commentary  TEXT NOT NULL,
    position_ms INTEGER NOT NULL,          -- from the beginning of the recording
    when_ms     INTEGER NOT NULL,
    PRIMARY KEY (publication, commentary)
) STRICT;
CREATE TABLE favourite (
    publication TEXT NOT NULL,
    id          TEXT NOT NULL,
    when_ms     INTEGER NOT NULL,
    PRIMARY KEY (publication, id)
) STRICT;
"];

/// The user's own data. Every call is on the disk when it returns; call it from any thread.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Mutex<Connection>,
}

/// What was saved of a journal that broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    /// Where the broken file is now.
    pub moved_to: PathBuf,
    /// What was wrong with it.
    pub detail: String,
    /// Entries that could still be read, and are in the new journal.
    pub saved: u64,
}

/// That something was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// What it was about: a panel, a place, a stop.
    pub key: Key,
    /// The commentary, of the same publication.
    pub commentary: Key,
    /// When, in milliseconds since the Unix epoch.
    pub when_ms: i64,
}

/// Something that the user wants to find again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Favourite {
    /// A panel, place, film or trail.
    pub key: Key,
    /// Since when, in milliseconds since the Unix epoch.
    pub when_ms: i64,
}

impl Journal {
    /// Opens the journal of a data folder; creates it if it is missing.
    ///
    /// A broken file is never deleted: it is moved aside as `journal.broken-<n>.db`, what can be read is saved into a new
    /// one, and the [`Rescue`] tells so.
    ///
    /// # Errors
    /// [`JournalError::NewerApp`], [`JournalError::DiskFull`], [`JournalError::ReadOnly`],
    /// [`JournalError::Unreachable`], [`JournalError::Stuck`]. The file is as it was.
    pub fn open(folder: &Path) -> Result<(Self, Option<Rescue>), JournalError> {
        let path = folder.join(FILE_NAME);
        std::fs::create_dir_all(folder).map_err(|error| {
            let path = path.clone();
            match error.kind() {
                std::io::ErrorKind::StorageFull => JournalError::DiskFull { path },
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    JournalError::ReadOnly { path }
                }
                _ => JournalError::Unreachable {
                    path,
                    detail: error.to_string(),
                },
            }
        })?;
        rescue::finish_interrupted(&path)?;
        match open_checked(&path) {
            Ok(connection) => Ok((Self::holding(path, connection), None)),
            Err(Trouble::Damaged(detail)) => {
                let named = |trouble| JournalError::of(&path, trouble);
                // Saved before anything is moved, so that no interruption leaves an empty journal behind.
                let new = rescue::fresh_path(&path)?;
                let saved = {
                    let connection = open_checked(&new).map_err(named)?;
                    rescue::save_rows(&path, &connection).map_err(|error| named(error.into()))?
                };
                let moved_to = rescue::move_aside(&path)?;
                rescue::finish_interrupted(&path)?;
                let connection = open_checked(&path).map_err(named)?;
                Ok((
                    Self::holding(path, connection),
                    Some(Rescue {
                        moved_to,
                        detail,
                        saved,
                    }),
                ))
            }
            Err(trouble) => Err(JournalError::of(&path, trouble)),
        }
    }

    fn holding(path: PathBuf, connection: Connection) -> Self {
        Self {
            path,
            connection: Mutex::new(connection),
        }
    }

    /// Writes down that a commentary was heard to its end, and for what.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn heard(&self, key: &Key, commentary: &Key, when_ms: i64) -> Result<(), JournalError> {
        self.with(|journal| {
            journal
                .prepare_cached("INSERT OR IGNORE INTO heard VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    key.publication.as_str(),
                    key.id.as_str(),
                    commentary.id.as_str(),
                    when_ms
                ])
                .map(drop)
        })
    }

    /// Everything that was heard, the latest first.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn all_heard(&self) -> Result<Vec<Heard>, JournalError> {
        self.with(|journal| {
            let mut heard = journal.prepare_cached(
                "SELECT publication, id, commentary, when_ms FROM heard ORDER BY when_ms DESC, publication, id",
            )?;
            let rows = heard.query_map([], |row| {
                Ok(Heard { key: key(row, 1)?, commentary: key(row, 2)?, when_ms: row.get(3)? })
            })?;
            rows.collect()
        })
    }

    /// When something was last heard about a panel, place or stop, in milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn last_heard(&self, key: &Key) -> Result<Option<i64>, JournalError> {
        self.with(|journal| {
            journal
                .prepare_cached("SELECT max(when_ms) FROM heard WHERE publication = ?1 AND id = ?2")?
                .query_row([key.publication.as_str(), key.id.as_str()], |row| row.get(0))
        })
    }

    /// Writes down where a commentary was left; 0 forgets it.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn set_position(&self, commentary: &Key, position_ms: u64, when_ms: i64) -> Result<(), JournalError> {
        let (publication, id) = (commentary.publication.as_str(), commentary.id.as_str());
        self.with(|journal| {
            if position_ms == 0 {
                journal
                    .prepare_cached("DELETE FROM position WHERE publication = ?1 AND commentary = ?2")?
                    .execute([publication, id])?;
            } else {
                let position_ms = i64::try_from(position_ms).unwrap_or(i64::MAX);
                journal
                    .prepare_cached(
                        "INSERT INTO position VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT DO UPDATE SET position_ms = ?3, when_ms = ?4",
                    )?
                    .execute(params![publication, id, position_ms, when_ms])?;
            }
            Ok(())
        })
    }

    /// Where a commentary was left, in milliseconds from its beginning.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn position(&self, commentary: &Key) -> Result<Option<u64>, JournalError> {
        self.with(|journal| {
            journal
                .prepare_cached(
                    "SELECT position_ms FROM position WHERE publication = ?1 AND commentary = ?2",
                )?
                .query_row([commentary.publication.as_str(), commentary.id.as_str()], |row| {
                    row.get::<_, i64>(0)
                        .map(|position_ms| u64::try_from(position_ms).unwrap_or(0))
                })
                .optional()
        })
    }

    /// Adds a favourite; one that is there keeps its day.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn add_favourite(&self, key: &Key, when_ms: i64) -> Result<(), JournalError> {
        self.with(|journal| {
            journal
                .prepare_cached("INSERT OR IGNORE INTO favourite VALUES (?1, ?2, ?3)")?
                .execute(params![key.publication.as_str(), key.id.as_str(), when_ms])
                .map(drop)
        })
    }

    /// Takes a favourite away.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn remove_favourite(&self, key: &Key) -> Result<(), JournalError> {
        self.with(|journal| {
            journal
                .prepare_cached("DELETE FROM favourite WHERE publication = ?1 AND id = ?2")?
                .execute([key.publication.as_str(), key.id.as_str()])
                .map(drop)
        })
    }

    /// The favourites, the latest first.
    ///
    /// # Errors
    /// What is wrong with the disk.
    pub fn favourites(&self) -> Result<Vec<Favourite>, JournalError> {
        self.with(|journal| {
            let mut favourites = journal.prepare_cached(
                "SELECT publication, id, when_ms FROM favourite ORDER BY when_ms DESC, publication, id",
            )?;
            let rows = favourites.query_map([], |row| {
                Ok(Favourite {
                    key: key(row, 1)?,
                    when_ms: row.get(2)?,
                })
            })?;
            rows.collect()
        })
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&connection).map_err(|error| JournalError::of(&self.path, error.into()))
    }
}

/// A journal is small: it is checked whole at every start, so that damage is found while most of it can be saved.
fn open_checked(path: &Path) -> Result<Connection, Trouble> {
    let connection = sqlite::open_for_writing(path, APPLICATION_ID, STEPS)?;
    if let Some(detail) = sqlite::quick_check(&connection)? {
        return Err(Trouble::Damaged(detail));
    }
    // Unlike the catalogue, this cannot be downloaded again after a power cut.
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    Ok(connection)
}

/// The publication in the first column, the id in another one.
fn key(row: &Row<'_>, index: usize) -> rusqlite::Result<Key> {
    let id = |index: usize| {
        Id::try_from(row.get::<_, String>(index)?).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, error.into())
        })
    };
    Ok(Key {
        publication: id(0)?,
        id: id(index)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> Key {
        Key {
            publication: "loire".parse().unwrap(),
            id: id.parse().unwrap(),
        }
    }

    #[test]
    fn what_the_user_did_is_there_after_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, rescue) = Journal::open(folder.path()).unwrap();
        assert_eq!(rescue, None);
        journal.heard(&key("p1"), &key("c1"), 1_000).unwrap();
        journal.heard(&key("p1"), &key("c1"), 2_000).unwrap();
        journal.set_position(&key("c2"), 61_500, 3_000).unwrap();
        journal.set_position(&key("c2"), 62_500, 3_500).unwrap();
        journal.set_position(&key("c3"), 10, 4_000).unwrap();
        journal.set_position(&key("c3"), 0, 4_000).unwrap();
        journal.add_favourite(&key("film"), 5_000).unwrap();
        journal.add_favourite(&key("film"), 6_000).unwrap();
        journal.add_favourite(&key("gone"), 7_000).unwrap();
        journal.remove_favourite(&key("gone")).unwrap();
        drop(journal);
        let (journal, _) = Journal::open(folder.path()).unwrap();
        let days: Vec<_> = journal
            .all_heard()
            .unwrap()
            .iter()
            .map(|heard| heard.when_ms)
            .collect();
        assert_eq!(days, [2_000, 1_000]);
        assert_eq!(journal.last_heard(&key("p1")).unwrap(), Some(2_000));
        assert_eq!(journal.last_heard(&key("p2")).unwrap(), None);
        assert_eq!(
            journal.position(&key("c2")).unwrap(),
            Some(62_500),
            "the listener begins again"
        );
        assert_eq!(journal.position(&key("c3")).unwrap(), None);
        assert_eq!(
            journal.favourites().unwrap(),
            [Favourite {
                key: key("film"),
                when_ms: 5_000
            }]
        );
    }

    #[test]
    fn a_broken_journal_is_kept_and_what_can_be_read_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let (journal, _) = Journal::open(folder.path()).unwrap();
        journal.add_favourite(&key("film"), 5_000).unwrap();
        // One write to the disk instead of two thousand.
        journal.with(|c| c.execute_batch("BEGIN")).unwrap();
        for n in 0..2_000 {
            journal.heard(&key(&format!("p{n}")), &key("c"), n).unwrap();
        }
        journal
            .with(|c| c.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)"))
            .unwrap();
        drop(journal);
        let mut bytes = std::fs::read(&path).unwrap();
        let page = 4096;
        let middle = bytes.len() / page / 2 * page;
        bytes[middle..middle + page].fill(0xee);
        std::fs::write(&path, &bytes).unwrap();

        let (journal, rescue) = Journal::open(folder.path()).unwrap();
        let rescue = rescue.expect("damage is reported");
        assert_eq!(
            std::fs::read(&rescue.moved_to).unwrap().len(),
            bytes.len(),
            "the broken file is gone"
        );
        assert_eq!(journal.favourites().unwrap().len(), 1);
        let heard = journal.all_heard().unwrap().len();
        assert!(
            (1_000..=2_000).contains(&heard),
            "{heard} of 2000 visits were saved"
        );
        assert_eq!(rescue.saved, heard as u64 + 1);

        drop(journal);
        std::fs::write(&path, [0x5a; 9_000]).unwrap();
        let (journal, rescue) = Journal::open(folder.path()).unwrap();
        assert!(rescue.unwrap().moved_to.ends_with("journal.broken-2.db"));
        assert!(journal.favourites().unwrap().is_empty());
        assert!(folder.path().join("journal.broken-1.db").exists());
    }

    #[test]
    fn a_newer_journal_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, _) = Journal::open(folder.path()).unwrap();
        journal
            .with(|c| c.pragma_update(None, "user_version", 9))
            .unwrap();
        drop(journal);
        let error = Journal::open(folder.path()).unwrap_err();
        assert!(
            matches!(error, JournalError::NewerApp { found: 9, .. }),
            "{error:?}"
        );
        assert!(!folder.path().join("journal.broken-1.db").exists());
    }
}
