//! What can go wrong with the journal, by what an app can do about it.

use crate::catalogue::sqlite::Trouble;
use std::path::{Path, PathBuf};

/// Why the journal could not be opened, read or written. What it holds is not lost by any of them.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A newer version of the app wrote the file.
    #[error("{} was written by a newer version of this app (schema {found}, this version knows {known}): update the app", .path.display())]
    NewerApp {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: u64,
        /// The newest that this version knows.
        known: u64,
    },
    /// The file broke while it was open. The next start saves what can be read.
    #[error("{} is damaged ({detail}): start the app again, what can be read is saved", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// No room to write.
    #[error("no room left on the disk of {}: free some space and try again", .path.display())]
    DiskFull {
        /// The file that could not be written.
        path: PathBuf,
    },
    /// The file or its folder must not be written.
    #[error("{} must not be written: allow writing to its folder, or choose another data folder", .path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened at all.
    #[error("cannot open {} ({detail}): check that the folder exists and may be used", .path.display())]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// A broken file could not be moved aside, and nothing is written over it.
    #[error("{} is damaged and cannot be moved aside ({detail}): move it away yourself, it holds your favourites", .path.display())]
    Stuck {
        /// The file.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// SQLite failed in another way.
    #[error("cannot use {} ({cause}): close other programs that use it and try again", .path.display())]
    Storage {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        cause: rusqlite::Error,
    },
}

impl JournalError {
    pub(super) fn of(path: &Path, trouble: Trouble) -> Self {
        let path = path.to_owned();
        match trouble {
            Trouble::Damaged(detail) => Self::Damaged { path, detail },
            Trouble::Newer { found, known } => Self::NewerApp {
                path,
                found: found as u64,
                known: known as u64,
            },
            Trouble::DiskFull => Self::DiskFull { path },
            Trouble::ReadOnly => Self::ReadOnly { path },
            Trouble::Unreachable(detail) => Self::Unreachable { path, detail },
            Trouble::Other(cause) => Self::Storage { path, cause },
        }
    }
}
