//! Which root index may be believed.
//!
//! Today: the one that the server under the publication's address hands out, unless it is older than the installed one, or
//! a publication of that name is followed elsewhere.
//! This is the place of signatures: TUF metadata are loaded here, and the index is then the one target that they name, by
//! length and hash. Everything below the index is bound to it by hashes already, so that nothing else has to change.

use super::download::blocking;
use super::small::fetch_small;
use super::source::Source;
use super::{Control, SyncError, syncer::Tools};
use crate::catalogue::CatalogueError;
use crate::publication::{FORMAT, Index, MAX_INDEX_BYTES, ReadError};
use std::sync::Arc;
use url::Url;

/// An index that may be believed, and what is installed of its publication.
pub(super) struct Trusted {
    pub(super) index: Index,
    /// The version of the index that is installed, if one is.
    pub(super) installed: Option<u64>,
    /// What it cost, in bytes.
    pub(super) bytes: u64,
}

/// Fetches the root index of a publication.
///
/// # Errors
/// [`SyncError::NotAPublication`] if there is none, [`SyncError::Older`] if it goes back,
/// [`CatalogueError::ClaimedByAnother`] if its name is taken.
pub(super) async fn trusted_index(
    tools: &Tools,
    control: &Control,
    source: &Source,
) -> Result<Trusted, SyncError> {
    let url = source.index();
    let bytes = match fetch_small(tools, control, &url, MAX_INDEX_BYTES, None).await {
        // A wrong address is the likeliest reason, and it is the reader's to correct.
        Err(SyncError::Server {
            status: status @ (404 | 410),
            url,
            ..
        }) => {
            let why = format!("the server answers {status}, there is no index");
            return Err(SyncError::NotAPublication { url, why });
        }
        Err(SyncError::WrongBytes { url, expected, got }) => {
            let why = format!("expected {expected}, got {got}");
            return Err(SyncError::NotAPublication { url, why });
        }
        other => other?,
    };
    let index = Index::parse(&bytes).map_err(|error| unreadable(&url, error))?;
    let store = Arc::clone(&tools.store);
    let (publication, claimant) = (index.publisher.id.clone(), source.as_str().to_owned());
    let installed = blocking(move || {
        let followed = store.source(&publication)?;
        if let Some(followed) = followed.filter(|followed| *followed != claimant) {
            return Err(CatalogueError::ClaimedByAnother {
                publication,
                followed,
                claimant,
            }
            .into());
        }
        Ok(store.index_version(&publication)?)
    })
    .await?;
    match installed {
        Some(installed) if installed > index.version => Err(SyncError::Older {
            url: url.into(),
            installed,
            offered: index.version,
        }),
        _ => Ok(Trusted {
            index,
            installed,
            bytes: bytes.len() as u64,
        }),
    }
}

/// A file that came as announced, and still cannot be read.
pub(super) fn unreadable(url: &Url, error: ReadError) -> SyncError {
    match error {
        ReadError::Newer { format } => SyncError::NewerFormat {
            url: url.to_string(),
            format,
            readable: FORMAT,
        },
        error => SyncError::NotAPublication {
            url: url.to_string(),
            why: error.to_string(),
        },
    }
}
