//! SQLite files as this library keeps them: opened, set up, migrated, and their errors given a name.
//!
//! Used for `catalogue.db` and for `journal.db`. Its job ends at the file: it knows no table.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::{path::Path, time::Duration};

/// How long a connection waits for another process that is writing the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Prepared statements that a connection keeps: more than there are different queries.
const STATEMENTS_KEPT: usize = 96;
/// What a reader keeps of the file: the upper levels of the tables of 100,000 places, so that a lookup reads leaves alone.
const READER_CACHE_KIB: i64 = 8 << 10;

/// What can be wrong with a file, by what one can do about it.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It is no database, or its pages or rows contradict each other.
    Damaged(String),
    /// A newer version of the app wrote it.
    Newer { found: usize, known: usize },
    /// No room to write.
    DiskFull,
    /// It, or its folder, must not be written.
    ReadOnly,
    /// It cannot be opened at all: no such folder, no permission.
    Unreachable(String),
    /// Anything else, among it another process that does not stop writing.
    Other(rusqlite::Error),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        // A row that this library wrote and can no longer read is as damaged as a page.
        if let rusqlite::Error::FromSqlConversionFailure(_, _, cause) = &error {
            return Self::Damaged(cause.to_string());
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::Unreachable(error.to_string()),
            _ => Self::Other(error),
        }
    }
}

/// Opens a file for writing, creates it if it is missing, and brings its schema up to date.
///
/// `steps` are the schema's migrations: step *n* leads from version *n* to *n* + 1, so that a new file takes the same
/// path as an old one. `application_id` marks the file as ours.
pub(crate) fn open_for_writing(
    path: &Path,
    application_id: i32,
    steps: &[&str],
) -> Result<Connection, Trouble> {
    open(path, application_id, steps).map_err(|trouble| why_closed(path, trouble))
}

fn open(path: &Path, application_id: i32, steps: &[&str]) -> Result<Connection, Trouble> {
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let prepared = prepare(&connection).and_then(|()| migrate(&mut connection, application_id, steps));
    match prepared {
        // Not every broken file says so itself.
        Err(Trouble::Other(error)) => Err(match quick_check(&connection) {
            Ok(Some(detail)) => Trouble::Damaged(detail),
            Ok(None) | Err(_) => Trouble::Other(error),
        }),
        Err(trouble) => Err(trouble),
        Ok(()) => Ok(connection),
    }
}

/// Why a file cannot be opened, which SQLite does not tell: asks the file system itself.
fn why_closed(path: &Path, trouble: Trouble) -> Trouble {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
    if !matches!(trouble, Trouble::Unreachable(_)) {
        return trouble;
    }
    match std::fs::OpenOptions::new().append(true).create(true).open(path) {
        Err(error) if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) => Trouble::ReadOnly,
        Err(error) if error.kind() == StorageFull => Trouble::DiskFull,
        Err(error) => Trouble::Unreachable(error.to_string()),
        Ok(_) => trouble,
    }
}

/// Opens a file for reading where nothing can be written: SQLite makes no file beside it and takes no lock.
///
/// Only if nothing is left in a log beside the file, and its schema is the present one: `None` otherwise.
pub(crate) fn open_unwritable(path: &Path, steps: &[&str]) -> Option<Connection> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return None;
    }
    let mut address = url::Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    address.set_query(Some("immutable=1"));
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(address.as_str(), flags).ok()?;
    keep_statements(&connection).ok()?;
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .ok()?;
    (usize::try_from(found) == Ok(steps.len())).then_some(connection)
}

/// Opens a file that [`open_for_writing`] has prepared, for reading beside the writer.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, Trouble> {
    // Not SQLITE_OPEN_READ_ONLY: a reader of a write-ahead log takes part in its shared memory.
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_statements(&connection)?;
    connection.execute_batch("PRAGMA query_only = 1; PRAGMA temp_store = MEMORY;")?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    Ok(connection)
}

/// The first thing that SQLite's own check finds wrong, if it finds something.
pub(crate) fn quick_check(connection: &Connection) -> Result<Option<String>, Trouble> {
    let answer: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(if answer == "ok" { None } else { Some(answer) })
}

/// Prepares a statement once and not again.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // SQLite with STAT4, as rusqlite bundles it, plans a kept statement anew whenever another value is bound to it: a third of
    // what showing a panel took.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn prepare(connection: &Connection) -> Result<(), Trouble> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_statements(connection)?;
    // The answer is the mode that is in force; a file system without shared memory keeps its own, and works.
    connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
    connection.execute_batch(
        "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(())
}

fn migrate(connection: &mut Connection, application_id: i32, steps: &[&str]) -> Result<(), Trouble> {
    let known = steps.len();
    let version = |connection: &Connection| -> Result<usize, Trouble> {
        let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        usize::try_from(found).map_err(|_| Trouble::Damaged(format!("impossible schema version {found}")))
    };
    let found = version(connection)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let owner: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if tables > 0 && owner != application_id {
        return Err(Trouble::Damaged("a database of another program".to_owned()));
    }
    if found > known {
        return Err(Trouble::Newer { found, known });
    }
    for (from, step) in steps.iter().enumerate().skip(found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been quicker.
        if version(&transaction)? == from {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "application_id", application_id)?;
            transaction.pragma_update(None, "user_version", i64::try_from(from + 1).unwrap_or(i64::MAX))?;
        }
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE visit (day TEXT NOT NULL);";
    const SECOND: &str = "ALTER TABLE visit ADD COLUMN place TEXT NOT NULL DEFAULT 'somewhere';";

    #[test]
    fn an_old_file_is_brought_up_to_date_with_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let old = open_for_writing(&path, 7, &[FIRST]).unwrap();
        old.execute("INSERT INTO visit VALUES ('2026-06-01')", [])
            .unwrap();
        drop(old);
        let new = open_for_writing(&path, 7, &[FIRST, SECOND]).unwrap();
        let row: (String, String) = new
            .query_row("SELECT day, place FROM visit", [], |r| Ok((r.get(0)?, r.get(1)?)))
            .unwrap();
        assert_eq!(
            row,
            ("2026-06-01".into(), "somewhere".into()),
            "the visit of the old file was lost"
        );
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open_for_writing(&path, 7, &[FIRST]).unwrap());
        let half = "CREATE TABLE half (x); CREATE TABLE visit (y);";
        assert!(open_for_writing(&path, 7, &[FIRST, half]).is_err());
        let still = open_for_writing(&path, 7, &[FIRST]).expect("still version 1");
        assert!(
            still.execute("INSERT INTO half VALUES (1)", []).is_err(),
            "half a migration was kept"
        );
    }

    #[test]
    fn files_that_are_not_ours_are_named_for_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open_for_writing(&path, 7, &[FIRST, SECOND]).unwrap());
        assert!(matches!(
            open_for_writing(&path, 7, &[FIRST]),
            Err(Trouble::Newer { found: 2, known: 1 })
        ));
        assert!(matches!(
            open_for_writing(&path, 8, &[FIRST, SECOND]),
            Err(Trouble::Damaged(_))
        ));
        let text = folder.path().join("b.db");
        std::fs::write(
            &text,
            "not a database, and long enough to have a header of its own".repeat(40),
        )
        .unwrap();
        assert!(matches!(
            open_for_writing(&text, 7, &[FIRST]),
            Err(Trouble::Damaged(_))
        ));
        let nowhere = folder.path().join("no/such/folder/c.db");
        assert!(matches!(
            open_for_writing(&nowhere, 7, &[FIRST]),
            Err(Trouble::Unreachable(_))
        ));
    }
}
