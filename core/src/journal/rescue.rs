//! A journal that broke: moved aside, never deleted, and what can be read of it is saved into a new one.

use super::JournalError;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::path::{Path, PathBuf};

/// The tables with their number of columns, which have not changed since the first version.
const TABLES: [(&str, usize); 3] = [("heard", 4), ("position", 4), ("favourite", 3)];
/// The new journal while rows are saved into it.
const SAVED_NAME: &str = "journal.saved.db";
/// Broken files that are kept beside each other before it is said that one is stuck.
const BROKEN_MAX: u32 = 1_000;

/// Where the rows of a broken journal are saved until that is moved aside; whatever an interrupted attempt left is removed.
pub(super) fn fresh_path(path: &Path) -> Result<PathBuf, JournalError> {
    let new = path.with_file_name(SAVED_NAME);
    for stale in [new.clone(), beside(&new, "-wal"), beside(&new, "-shm")] {
        if stale.exists() {
            std::fs::remove_file(&stale).map_err(|error| stuck(path, error.to_string()))?;
        }
    }
    Ok(new)
}

/// Puts the saved rows in the place of a journal that was moved aside. Does nothing while a journal is there.
pub(super) fn finish_interrupted(path: &Path) -> Result<(), JournalError> {
    let new = path.with_file_name(SAVED_NAME);
    if path.exists() || !new.exists() {
        return Ok(());
    }
    std::fs::rename(&new, path).map_err(|error| stuck(path, error.to_string()))
}

/// Moves a broken journal, with the log that SQLite keeps beside it, to the first free `journal.broken-<n>.db`.
pub(super) fn move_aside(path: &Path) -> Result<PathBuf, JournalError> {
    let stuck = |detail: String| stuck(path, detail);
    let free = (1..=BROKEN_MAX)
        .map(|n| path.with_file_name(format!("journal.broken-{n}.db")))
        .find(|to| !to.exists());
    let to = free.ok_or_else(|| stuck(format!("{BROKEN_MAX} broken journals are there already")))?;
    // The log first: it holds the newest rows, and must never meet the new journal.
    let log = beside(path, "-wal");
    if log.exists() {
        std::fs::rename(&log, beside(&to, "-wal")).map_err(|error| stuck(error.to_string()))?;
    }
    // The index of the log is made anew when it is needed.
    let index = beside(path, "-shm");
    if index.exists() {
        std::fs::remove_file(&index).map_err(|error| stuck(error.to_string()))?;
    }
    std::fs::rename(path, &to).map_err(|error| stuck(error.to_string()))?;
    Ok(to)
}

fn stuck(path: &Path, detail: String) -> JournalError {
    JournalError::Stuck {
        path: path.to_owned(),
        detail,
    }
}

/// The path of a file that SQLite keeps beside a database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Copies every row that can still be read, and gives their number. A row behind a broken page is lost, the table's
/// other end is tried too.
pub(super) fn save_rows(broken: &Path, into: &Connection) -> rusqlite::Result<u64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(from) = Connection::open_with_flags(broken, flags) else {
        return Ok(0);
    };
    let mut saved = 0;
    for (table, columns) in TABLES {
        let marks = vec!["?"; columns].join(", ");
        let mut enter = into.prepare(&format!("INSERT OR IGNORE INTO {table} VALUES ({marks})"))?;
        for order in ["ASC", "DESC"] {
            // NOT INDEXED: the rows themselves, even if an index is what broke.
            let sql = format!("SELECT * FROM {table} NOT INDEXED ORDER BY rowid {order}");
            let Ok(mut select) = from.prepare(&sql) else {
                continue;
            };
            let Ok(mut rows) = select.query([]) else { continue };
            while let Ok(Some(row)) = rows.next() {
                let values: Result<Vec<Value>, _> = (0..columns).map(|column| row.get(column)).collect();
                // A row of nonsense is refused by the types of the new table.
                if let Ok(values) = values {
                    saved += enter.execute(params_from_iter(values)).unwrap_or(0) as u64;
                }
            }
        }
    }
    Ok(saved)
}
