//! Which root index may be believed: the one that the metadata name by length and hash, unless it is older than the installed
//! one, or belongs to a publication that is followed elsewhere. Everything below the index is bound to it by hashes.

use super::attack::Attack;
use super::dated::{ClockTrouble, Dated, clock_trouble, judge};
use super::download::blocking;
use super::folder::Folder;
use super::hosts::Hosts;
use super::known::introduced;
use super::roles::{Verified, verify};
use super::source::Source;
use super::trust::Kept;
use super::ways::{Wanting, have};
use super::{Control, SyncError, syncer::Tools};
use crate::catalogue::CatalogueError;
use crate::catalogue::model::BlobHash;
use crate::publication::{FORMAT, FileKind, Index, MAX_INDEX_BYTES, ReadError};
use std::sync::Arc;
use url::Url;

/// An index that may be believed, and what is installed of its publication.
pub(super) struct Trusted {
    pub(super) index: Index,
    /// The hash of its file.
    pub(super) index_hash: BlobHash,
    /// Its text, if it was fetched just now.
    pub(super) fetched: Option<(BlobHash, Vec<u8>)>,
    /// The version of the index that is installed, if one is.
    pub(super) installed: Option<u64>,
    /// Whether the publication's root has changed since that one was installed, so that it may have a lower version.
    pub(super) goes_back: bool,
    /// What it cost, in bytes.
    pub(super) bytes: u64,
    /// What to remember of its signatures.
    pub(super) kept: Kept,
    /// Whether it has expired.
    pub(super) dated: Option<Dated>,
    /// What is odd about this device's clock.
    pub(super) clock: Option<ClockTrouble>,
}

/// Fetches and verifies the root index of a publication.
///
/// # Errors
/// [`SyncError::NotAPublication`] if there is none, [`SyncError::Untrusted`] if it may not be believed,
/// [`SyncError::Older`] if it goes back, [`CatalogueError::ClaimedByAnother`] if its name is taken.
pub(super) async fn trusted_index(
    tools: &Tools,
    control: &Control,
    source: &Source,
) -> Result<Trusted, SyncError> {
    let (folder, asked, store) = (Folder::new(&tools.root), source.clone(), Arc::clone(&tools.store));
    let (mut before, mirrors) = blocking(move || {
        let before = Kept::read(&folder, &asked)?;
        Ok((before, store.mirrors(asked.as_str())?))
    })
    .await?;
    if before.root.is_none() && before.pinned.is_none() && !before.first_seen {
        before.pinned = introduced(tools, source).await?;
    }
    let hosts = Hosts::new(source.clone(), &mirrors, &tools.reputation);
    let (first, seen, built) = (!before.is_known(), before.seen_unix_s, before.built_unix_s);
    let expected = before.publication.clone();
    let verified = from_hosts(tools, control, &hosts, before).await?;
    let untrusted = |attack| SyncError::Untrusted {
        url: source.as_str().to_owned(),
        attack,
    };
    let now = tools.clock.unix_s();
    let dated = judge(&verified.expiries, now, built, first).map_err(untrusted)?;

    let mut kept = verified.kept;
    let url = source.hashed(FileKind::Index, &verified.index.hash);
    let wanting = Wanting {
        kind: FileKind::Index,
        file: &verified.index,
        ways: &verified.custom,
        limit: MAX_INDEX_BYTES,
    };
    let had = have(tools, control, &hosts, kept.publication.as_ref(), &wanting).await?;
    let index = Index::parse(&had.bytes).map_err(|error| unreadable(&url, error))?;
    let publication = index.publisher.id.clone();
    if let Some(expected) = expected.filter(|expected| *expected != publication) {
        return Err(untrusted(Attack::OtherPublication {
            expected: expected.to_string(),
            offered: publication.to_string(),
        }));
    }
    let (installed, root_then) = installed(tools, source, &index).await?;
    // Somebody with a stolen key can count as far up as there are numbers. Once that key is revoked, counting begins anew.
    let goes_back = root_then.is_some_and(|then| then < kept.root_version);
    if let Some(installed) = installed.filter(|installed| *installed > index.version && !goes_back) {
        return Err(SyncError::Older {
            url: url.into(),
            installed,
            offered: index.version,
        });
    }
    let made = index
        .built
        .parse::<jiff::Timestamp>()
        .map_or(0, jiff::Timestamp::as_second);
    let clock = clock_trouble(now, seen, made);
    (kept.publication, kept.built_unix_s) = (Some(publication), built.max(made));
    // What the clock showed is no floor: once it was put right, it is right.
    kept.seen_unix_s = now;
    Ok(Trusted {
        index,
        fetched: had.fresh.then(|| (verified.index.hash.clone(), had.bytes)),
        index_hash: verified.index.hash,
        installed,
        goes_back,
        bytes: verified.bytes + had.cost,
        kept,
        dated,
        clock,
    })
}

/// Verifies the metadata of the first host that has any: the publication's own address, or one of its mirrors, which can hold
/// an edition back but not change it. What the own address is caught at is told; a mirror that lags behind is passed over.
async fn from_hosts(
    tools: &Tools,
    control: &Control,
    hosts: &Hosts,
    before: Kept,
) -> Result<Verified, SyncError> {
    let mut told = None;
    for host in hosts.order() {
        match verify(tools, control, host, before.clone()).await {
            Ok(verified) => {
                hosts.praise(host);
                return Ok(verified);
            }
            Err(SyncError::Cancelled) => return Err(SyncError::Cancelled),
            Err(error) => {
                let gone = hosts.blame(host, &error) || matches!(error, SyncError::NotAPublication { .. });
                if hosts.is_own(host) && !gone {
                    return Err(error);
                }
                told = hosts.tell(told, host, error);
            }
        }
    }
    Err(told.unwrap_or(SyncError::Cancelled))
}

/// The installed version of a publication, if its name is not another address's, and the version of its root at that time.
async fn installed(
    tools: &Tools,
    source: &Source,
    index: &Index,
) -> Result<(Option<u64>, Option<u64>), SyncError> {
    let (store, folder) = (Arc::clone(&tools.store), Folder::new(&tools.root));
    let (publication, claimant) = (index.publisher.id.clone(), source.as_str().to_owned());
    blocking(move || {
        let followed = store.source(&publication)?;
        if let Some(followed) = followed.filter(|followed| *followed != claimant) {
            return Err(CatalogueError::ClaimedByAnother {
                publication,
                followed,
                claimant,
            }
            .into());
        }
        let version = store.index_version(&publication)?;
        let edition = version.and_then(|_| folder.edition(&publication));
        Ok((version, edition.and_then(|edition| edition.root_version)))
    })
    .await
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
