//! What an app can do about a failure: the one error that shells see. The rooms' own errors are finer; what matters of them is
//! kept in `why`.

use crate::audio::AudioError;
use crate::catalogue::CatalogueError;
use crate::journal::JournalError;
use crate::sync::{Attack, SyncError, Unreached};
use std::path::Path;

/// Why what is offered cannot be used, by what can be said about it in anybody's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// What is there is no guide, or one that nobody can read.
    NotAGuide,
    /// A file is not the one that was announced.
    WrongBytes,
    /// It is older than the one that is here.
    Older {
        /// The edition that is installed.
        installed: u64,
        /// The edition that is offered.
        offered: u64,
    },
    /// It does not have that trail, area or pack.
    NoSuchTrail {
        /// What was asked for.
        id: String,
    },
    /// Something else, which only the words tell.
    Other,
}

/// Why something could not be done, told apart by what an app can do about it. Shells put it into the visitor's language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompanionError {
    /// Nothing of that name is on this phone. To do: search, or sync.
    #[error("there is no {kind} \"{id}\" on this phone: search for it, or sync its guide")]
    NotFound {
        /// What was looked for: `panel`, `film`, `trail`, `commentary`, `publication`, `place`.
        kind: String,
        /// The id or code that was asked for.
        id: String,
    },
    /// The record is here, its media file is not. To do: sync with that medium.
    #[error("{path} has not been downloaded: sync with audio")]
    NotDownloaded {
        /// The file under the data folder.
        path: String,
    },
    /// The address cannot be one of a publication. To do: correct it.
    #[error("\"{address}\" is no address of a publication: {why}")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// No network, or nobody answers there. To do: try again later; what was downloaded is kept.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The kind of trouble, for words in any language.
        kind: Unreached,
        /// What the network said.
        why: String,
    },
    /// The server refuses. To do: try again, later if it said when.
    #[error("the server answers {status} for {url}")]
    Refused {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
        /// In how many seconds the server wants to be asked again, if it said so.
        retry_after_s: Option<u64>,
    },
    /// What is offered is broken, or contradicts itself or what is installed. To do: tell its publisher; the old guide stays.
    #[error("{url} cannot be used: {why}")]
    BadPublication {
        /// The address or publication.
        url: String,
        /// The kind of trouble, for words in any language.
        kind: Unfit,
        /// What is wrong with it.
        why: String,
    },
    /// Nobody has said which root of it to believe. To do: compare the fingerprint with the publisher's, then follow it.
    #[error("nobody has said which root of {url} to believe; it shows {fingerprint}")]
    UnknownRoot {
        /// The publication.
        url: String,
        /// SHA-256 of the first root that its server shows.
        fingerprint: String,
    },
    /// It, or somebody between it and this phone, was caught. To do: try again later or elsewhere; the old guide stays.
    #[error("{url} is not believed: {attack}")]
    Untrusted {
        /// The publication.
        url: String,
        /// What it was caught at.
        attack: Attack,
    },
    /// Another address already serves a publication of that name. To do: forget one of them.
    #[error("\"{publication}\" is already followed at {followed}, and {claimant} claims the same name")]
    ClaimedByAnother {
        /// The publication.
        publication: String,
        /// The address that is followed.
        followed: String,
        /// The other one.
        claimant: String,
    },
    /// Written by, or for, a newer version of the app. To do: update the app.
    #[error("{what} needs a newer version of this app")]
    UpdateApp {
        /// The file or address.
        what: String,
    },
    /// No room. To do: free some, or choose less.
    #[error("no room left in {path}")]
    StorageFull {
        /// The folder or file.
        path: String,
        /// Bytes that are needed beyond what is there, if known.
        needed_bytes: Option<u64>,
        /// Bytes that are free, if known.
        free_bytes: Option<u64>,
    },
    /// Guides would take more room than the visitor allows. To do: allow more, or choose less.
    #[error("guides may take {quota_bytes} bytes, and would take {needed_bytes}")]
    OverQuota {
        /// Bytes that guides would take.
        needed_bytes: u64,
        /// Bytes that they may take.
        quota_bytes: u64,
    },
    /// The data folder cannot be used. To do: choose another, or give leave.
    #[error("{path} cannot be used: {why}")]
    Storage {
        /// The folder or file.
        path: String,
        /// What the system said.
        why: String,
    },
    /// A file on this phone is broken. To do: delete it and sync; the visitor's own data is in another file.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A recording cannot be played. To do: delete its file and sync, or tell its publisher.
    #[error("{what}")]
    Recording {
        /// What is wrong with it.
        what: AudioError,
    },
    /// There is neither a recording nor words to read aloud. To do: tell the publisher.
    #[error("there is nothing to hear or to read at {id}")]
    NoWords {
        /// The panel or commentary; empty if it is not known.
        id: String,
    },
    /// The system's own voice cannot read aloud. To do: install a voice for the language, or show the words.
    #[error("the system's voice cannot read this aloud: {why}")]
    NoVoice {
        /// What the system said.
        why: String,
    },
    /// Another sync holds the data folder. To do: wait for it.
    #[error("another sync is running in {path}")]
    Busy {
        /// The data folder.
        path: String,
    },
    /// It was cancelled. To do: nothing.
    #[error("cancelled")]
    Cancelled,
    /// The companion was shut down. To do: open it again.
    #[error("the companion was shut down: open it again")]
    Closed,
    /// What was handed in cannot be used. To do: mend the caller.
    #[error("{what} cannot be used: {why}")]
    Input {
        /// What was handed in: `frame`, `position`, `trace`.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no sound output, or it went away. To do: connect one, or render to a file.
    #[error("no sound output: {why}")]
    NoSoundOutput {
        /// What the system said.
        why: String,
    },
    /// A part of the app itself failed. To do: try again, and report it.
    #[error("a part of the app failed: {why}")]
    Internal {
        /// What is known.
        why: String,
    },
}

impl From<CatalogueError> for CompanionError {
    fn from(error: CatalogueError) -> Self {
        Self::from(&error)
    }
}

impl From<&CatalogueError> for CompanionError {
    fn from(error: &CatalogueError) -> Self {
        let why = error.to_string();
        let shown = |path: &Path| path.to_string_lossy().into_owned();
        match error {
            CatalogueError::NewerApp { path, .. } => Self::UpdateApp { what: shown(path) },
            CatalogueError::Damaged { path, detail } | CatalogueError::PackUnusable { path, detail } => {
                Self::Damaged {
                    path: shown(path),
                    why: detail.clone(),
                }
            }
            CatalogueError::DiskFull { path } => Self::StorageFull {
                path: shown(path),
                needed_bytes: None,
                free_bytes: None,
            },
            CatalogueError::ReadOnly { path } => Self::Storage {
                path: shown(path),
                why: "read-only".to_owned(),
            },
            CatalogueError::Unreachable { path, detail } => Self::Storage {
                path: shown(path),
                why: detail.clone(),
            },
            CatalogueError::Storage { path, cause } => Self::Storage {
                path: shown(path),
                why: cause.to_string(),
            },
            CatalogueError::NewerFormat { publication, .. } => Self::UpdateApp {
                what: publication.to_string(),
            },
            CatalogueError::ClaimedByAnother {
                publication,
                followed,
                claimant,
            } => Self::ClaimedByAnother {
                publication: publication.to_string(),
                followed: followed.clone(),
                claimant: claimant.clone(),
            },
            CatalogueError::OlderVersion { publication, .. }
            | CatalogueError::Contradiction { publication, .. } => Self::BadPublication {
                url: publication.to_string(),
                kind: Unfit::Other,
                why,
            },
            CatalogueError::NotFollowed(publication) => Self::NotFound {
                kind: "publication".to_owned(),
                id: publication.to_string(),
            },
        }
    }
}

impl From<SyncError> for CompanionError {
    fn from(error: SyncError) -> Self {
        let told = error.to_string();
        match error {
            SyncError::Address { address, why } => Self::Address { address, why },
            SyncError::Unreachable { url, kind, why } => Self::Unreachable { url, kind, why },
            SyncError::Stalled { url, .. } => Self::Unreachable {
                url,
                kind: Unreached::Silent,
                why: told,
            },
            SyncError::NotAPublication { url, why } => Self::BadPublication {
                url,
                kind: Unfit::NotAGuide,
                why,
            },
            SyncError::Older {
                url,
                installed,
                offered,
            } => Self::BadPublication {
                url,
                kind: Unfit::Older { installed, offered },
                why: told,
            },
            SyncError::NoSuchPack { id, url } => Self::BadPublication {
                url,
                kind: Unfit::NoSuchTrail { id: id.to_string() },
                why: told,
            },
            SyncError::WrongBytes { url, .. } => Self::BadPublication {
                url,
                kind: Unfit::WrongBytes,
                why: told,
            },
            SyncError::UnknownRoot { url, fingerprint } => Self::UnknownRoot { url, fingerprint },
            SyncError::Untrusted { url, attack } => Self::Untrusted { url, attack },
            SyncError::NewerFormat { url, .. } => Self::UpdateApp { what: url },
            SyncError::Server {
                status,
                url,
                retry_after_s,
            } => Self::Refused {
                url,
                status,
                retry_after_s,
            },
            SyncError::DiskFull {
                path,
                needed_bytes,
                free_bytes,
            } => Self::StorageFull {
                path,
                needed_bytes: Some(needed_bytes),
                free_bytes,
            },
            SyncError::OverQuota {
                needed_bytes,
                quota_bytes,
            } => Self::OverQuota {
                needed_bytes,
                quota_bytes,
            },
            SyncError::ReadOnly { path, why } | SyncError::Storage { path, why } => {
                Self::Storage { path, why }
            }
            SyncError::Busy { path } => Self::Busy { path },
            SyncError::Cancelled => Self::Cancelled,
            SyncError::Catalogue(error) => error.as_ref().into(),
            SyncError::Internal { why } => Self::Internal { why },
        }
    }
}

impl From<JournalError> for CompanionError {
    fn from(error: JournalError) -> Self {
        let shown = |path: &Path| path.to_string_lossy().into_owned();
        match &error {
            JournalError::NewerApp { path, .. } => Self::UpdateApp { what: shown(path) },
            JournalError::DiskFull { path } => Self::StorageFull {
                path: shown(path),
                needed_bytes: None,
                free_bytes: None,
            },
            JournalError::ReadOnly { path } => Self::Storage {
                path: shown(path),
                why: "read-only".to_owned(),
            },
            // Not `Damaged`, which tells an app to delete the file: this one is the visitor's own.
            JournalError::Damaged { path, detail }
            | JournalError::Stuck { path, detail }
            | JournalError::Unreachable { path, detail } => Self::Storage {
                path: shown(path),
                why: detail.clone(),
            },
            JournalError::Storage { path, cause } => Self::Storage {
                path: shown(path),
                why: cause.to_string(),
            },
        }
    }
}
