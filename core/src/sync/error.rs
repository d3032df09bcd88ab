//! Why a sync did not come to its end, by what an app or a person can do about it. After any of these the guide that was
//! there before is whole.

use super::Attack;
use super::fetch::Unreached;
use crate::catalogue::CatalogueError;
use std::{io, path::Path, sync::Arc};

/// Why a sync did not come to its end.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SyncError {
    /// The address cannot be one of a publication. To do: correct it.
    #[error("\"{address}\" is no address of a publication: {why}; write https://HOST/FOLDER/")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// No network, no such host, nobody answers, or the connection was cut again and again. To do: try again later; what
    /// was downloaded is kept.
    #[error("{url} cannot be reached: {why}; check the connection and the address, then sync again")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The kind of trouble.
        kind: Unreached,
        /// What the network said.
        why: String,
    },
    /// What is there is no publication, or a broken one. To do: check the address, or tell the publisher.
    #[error("{url} is no publication that can be used: {why}; check the address, or tell its publisher")]
    NotAPublication {
        /// The file that was read.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The publication is written in a later version of the format. To do: update the app.
    #[error(
        "{url} is written in format {format}, and this version of the app reads up to {readable}; update the app"
    )]
    NewerFormat {
        /// The file that was read.
        url: String,
        /// Its format.
        format: u32,
        /// The newest format that can be read.
        readable: u32,
    },
    /// The server offers an older edition than the one on this phone. To do: nothing, or tell the publisher.
    #[error(
        "{url} offers edition {offered}, and edition {installed} is installed already; the newer one stays"
    )]
    Older {
        /// The index.
        url: String,
        /// The version that is installed.
        installed: u64,
        /// The version that is offered.
        offered: u64,
    },
    /// Nobody has said which root of this publication to believe. To do: compare the fingerprint with the one that its
    /// publisher hands out, then follow it with that root.
    #[error(
        "nobody has said which root of {url} to believe; it shows {fingerprint}: compare that with what its publisher hands \
         out, then follow it with that root"
    )]
    UnknownRoot {
        /// The publication.
        url: String,
        /// SHA-256 of the first root that its server shows.
        fingerprint: String,
    },
    /// The publication, or somebody between it and this phone, was caught. To do: sync later or elsewhere, and tell the
    /// publisher if it stays so.
    #[error(
        "{url} is not believed: {attack}; nothing of it was kept. Sync again later or over another network"
    )]
    Untrusted {
        /// The publication.
        url: String,
        /// What it was caught at.
        attack: Attack,
    },
    /// The choice names a trail, area, pack, commune or département that the publication does not have. To do: choose again.
    #[error(
        "there is no trail, area, commune or département \"{id}\" in {url}; choose one that its plan lists"
    )]
    NoSuchPack {
        /// What was asked for.
        id: String,
        /// The publication.
        url: String,
    },
    /// The server refuses. To do: try again, later if it said when.
    #[error("the server answers {status} for {url}; {}", server_advice(*.status, *.retry_after_s))]
    Server {
        /// The HTTP status.
        status: u16,
        /// What was asked for.
        url: String,
        /// In how many seconds the server wants to be asked again, if it said so.
        retry_after_s: Option<u64>,
    },
    /// The bytes are not those that the publication announced. To do: try again; then tell the publisher.
    #[error(
        "{url} is not what the publication announced: expected {expected}, got {got}; nothing of it was kept. Sync again, and \
         if it stays so, tell its publisher"
    )]
    WrongBytes {
        /// What was asked for.
        url: String,
        /// Length and SHA-256 as announced.
        expected: String,
        /// What came instead.
        got: String,
    },
    /// The server stopped sending. To do: try again; what was downloaded is kept.
    #[error(
        "{url} sends nothing any more (waited {seconds} s); what has come is kept, sync again to go on there"
    )]
    Stalled {
        /// What was asked for.
        url: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Not enough room. To do: free some, or choose less.
    #[error(
        "not enough free space in {path}: {needed_bytes} bytes are needed{}; free some, or choose fewer trails, languages or \
         media", free_told(*.free_bytes)
    )]
    DiskFull {
        /// The data folder.
        path: String,
        /// Bytes that are needed beyond what is there.
        needed_bytes: u64,
        /// Bytes that are free, where the system tells.
        free_bytes: Option<u64>,
    },
    /// It would take more room than the visitor allows guides. To do: allow more, or choose less.
    #[error(
        "guides may take {quota_bytes} bytes, and with this one they would take {needed_bytes}; allow more, or choose fewer \
         trails, languages or media"
    )]
    OverQuota {
        /// Bytes that guides would take.
        needed_bytes: u64,
        /// Bytes that they may take.
        quota_bytes: u64,
    },
    /// The data folder cannot be written to. To do: choose another, or give leave to write.
    #[error("{path} cannot be written to: {why}; choose another data folder, or allow writing there")]
    ReadOnly {
        /// The file or folder.
        path: String,
        /// What the system said.
        why: String,
    },
    /// A file cannot be read or written for another reason. To do: look at the file.
    #[error("{path} cannot be read or written: {why}; check the disk and the file, then sync again")]
    Storage {
        /// The file or folder.
        path: String,
        /// What the system said.
        why: String,
    },
    /// Another sync holds this data folder. To do: wait for it.
    #[error("another sync is running in {path}; wait until it has ended")]
    Busy {
        /// The data folder.
        path: String,
    },
    /// It was cancelled. To do: nothing; what was downloaded is kept.
    #[error("the sync was cancelled; what has come is kept, sync again to go on there")]
    Cancelled,
    /// The catalogue refused.
    #[error("the guide could not be stored: {0}")]
    Catalogue(#[from] Arc<CatalogueError>),
    /// A part of the app itself failed: a panic, or a runtime that shut down. To do: report it.
    #[error("the sync broke off inside the app: {why}; sync again, and report it if it happens again")]
    Internal {
        /// What is known.
        why: String,
    },
}

impl SyncError {
    /// A failure of the file system, by what can be done about it.
    pub(super) fn storage(path: &Path, error: &io::Error) -> Self {
        let (path, why) = (path.display().to_string(), error.to_string());
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path,
                needed_bytes: 0,
                free_bytes: None,
            },
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly { path, why }
            }
            _ => Self::Storage { path, why },
        }
    }

    /// The same with the number of bytes that were still to be written, which the place of the failure cannot know.
    pub(super) fn needing(self, bytes: u64) -> Self {
        match self {
            Self::DiskFull {
                path,
                needed_bytes,
                free_bytes,
            } => Self::DiskFull {
                path,
                needed_bytes: needed_bytes.max(bytes),
                free_bytes,
            },
            other => other,
        }
    }
}

impl From<CatalogueError> for SyncError {
    /// A full or read-only disk is the same trouble whoever meets it.
    fn from(error: CatalogueError) -> Self {
        match &error {
            CatalogueError::DiskFull { path } => Self::DiskFull {
                path: path.display().to_string(),
                needed_bytes: 0,
                free_bytes: None,
            },
            CatalogueError::ReadOnly { path } => Self::ReadOnly {
                path: path.display().to_string(),
                why: "the catalogue in it is read-only".to_owned(),
            },
            _ => Self::Catalogue(Arc::new(error)),
        }
    }
}

fn server_advice(status: u16, retry_after_s: Option<u64>) -> String {
    match (retry_after_s, status) {
        (Some(seconds), _) => format!("sync again in {seconds} s"),
        (None, 404 | 410) => {
            "the publication may be changing at this moment: sync again, and if it stays so, tell its publisher"
                .into()
        }
        (None, 401 | 403) => "it may not be read by everyone: ask its publisher".into(),
        (None, _) => "sync again later".into(),
    }
}

fn free_told(free_bytes: Option<u64>) -> String {
    free_bytes.map_or_else(String::new, |free| format!(", {free} are free"))
}
