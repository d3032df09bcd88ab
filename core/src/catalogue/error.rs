//! What can go wrong with the catalogue, by what an app can do about it.

use super::model::Id;
use super::sqlite::Trouble;
use std::path::{Path, PathBuf};

/// Why the catalogue could not be opened, read or changed. After any of them, what was there before is whole.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
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
    /// The file is broken. It can be thrown away: everything in it can be downloaded again.
    #[error("{} is damaged ({detail}): delete it and download the guide again, your own data is in another file", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// No room to write.
    #[error("no room left on the disk of {}: free some space and try again, the guide is as it was before", .path.display())]
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
    /// SQLite failed in another way.
    #[error("cannot use {} ({cause}): close other programs that use it and try again", .path.display())]
    Storage {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        cause: rusqlite::Error,
    },
    /// The publication on offer is older than the one that is installed.
    #[error(
        "\"{publication}\" offers version {offered}, version {installed} is installed: a guide never goes back, ask its publisher"
    )]
    OlderVersion {
        /// The publication.
        publication: Id,
        /// The installed version.
        installed: u64,
        /// The version on offer.
        offered: u64,
    },
    /// The publication is written in a newer format.
    #[error(
        "\"{publication}\" is written in format {found}, this version of the app reads up to {known}: update the app"
    )]
    NewerFormat {
        /// The publication.
        publication: Id,
        /// Its format.
        found: u32,
        /// The newest that is read.
        known: u32,
    },
    /// Another address already serves a publication of that name.
    #[error(
        "\"{publication}\" is already followed at {followed}, {claimant} claims the same name: stop following one of them"
    )]
    ClaimedByAnother {
        /// The publication.
        publication: Id,
        /// The address that is followed.
        followed: String,
        /// The other one.
        claimant: String,
    },
    /// The parts of a publication do not belong together.
    #[error("\"{publication}\" contradicts itself: {detail}; try again later, or tell its publisher")]
    Contradiction {
        /// The publication.
        publication: Id,
        /// What does not fit.
        detail: String,
    },
    /// A pack that was downloaded cannot be read any more, or never could.
    #[error("{} cannot be used ({detail}): sync again, and tell its publisher if it stays so", .path.display())]
    PackUnusable {
        /// The pack's file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// No publication of that name is followed.
    #[error("\"{0}\" is not followed on this device")]
    NotFollowed(Id),
}

impl CatalogueError {
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
