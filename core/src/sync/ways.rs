//! The cheapest way to a text: what is here already, a patch against what is here, the text packed, the text as it is. Whatever
//! comes is the text only if it has its hash; a way that leads elsewhere is left, and the next one taken.

use super::folder::Folder;
use super::hosts::Hosts;
use super::part::hash_of;
use super::plan::kept_text;
use super::small::fetch_small_from;
use super::{Control, SyncError, syncer::Tools};
use crate::catalogue::model::Id;
use crate::publication::{FileKind, FileRef, MAX_PATCHED_BYTES, Patch, Ways, apply_patch, unpack_text};

/// A text that is wanted.
pub(super) struct Wanting<'a> {
    pub kind: FileKind,
    pub file: &'a FileRef,
    pub ways: &'a Ways,
    /// Most bytes of it.
    pub limit: u64,
}

/// A text, and what it cost.
pub(super) struct Had {
    pub bytes: Vec<u8>,
    /// Bytes that came over the network.
    pub cost: u64,
    /// Whether it was fetched, and is to be kept.
    pub fresh: bool,
}

/// Has a text of a publication, of which older texts may be here.
///
/// # Errors
/// As a download of the text itself: the other ways are tried before it.
pub(super) async fn have(
    tools: &Tools,
    control: &Control,
    hosts: &Hosts,
    publication: Option<&Id>,
    wanting: &Wanting<'_>,
) -> Result<Had, SyncError> {
    let folder = Folder::new(&tools.root);
    let file = wanting.file;
    if let Some(publication) = publication
        && let Some(bytes) = kept_text(&folder, publication, file).await
    {
        return Ok(Had {
            bytes,
            cost: 0,
            fresh: false,
        });
    }
    let mut cost = 0;
    if file.bytes <= wanting.limit {
        if let Some(publication) = publication {
            for patch in &wanting.ways.patches {
                let Some(old) = base(&folder, publication, patch).await else {
                    continue;
                };
                let came = by(tools, control, hosts, FileKind::Patch, &patch.file, &mut cost).await?;
                let text = came.and_then(|came| apply_patch(&old, &came, file.bytes).ok());
                if let Some(bytes) = text.filter(|text| is(file, text)) {
                    return Ok(Had {
                        bytes,
                        cost,
                        fresh: true,
                    });
                }
            }
        }
        if let Some(packed) = &wanting.ways.packed {
            let came = by(tools, control, hosts, FileKind::Packed, packed, &mut cost).await?;
            let text = came.and_then(|came| unpack_text(&came, file.bytes).ok());
            if let Some(bytes) = text.filter(|text| is(file, text)) {
                return Ok(Had {
                    bytes,
                    cost,
                    fresh: true,
                });
            }
        }
    }
    let bytes = fetch_small_from(tools, control, hosts, (wanting.kind, file), wanting.limit).await?;
    cost += bytes.len() as u64;
    Ok(Had {
        bytes,
        cost,
        fresh: true,
    })
}

fn is(file: &FileRef, text: &[u8]) -> bool {
    hash_of(text).as_ref() == Ok(&file.hash)
}

async fn base(folder: &Folder, publication: &Id, patch: &Patch) -> Option<Vec<u8>> {
    let path = folder.text(publication, &patch.from);
    let bytes = tokio::fs::metadata(path).await.ok()?.len();
    let hash = patch.from.clone();
    let old = FileRef { hash, bytes };
    if bytes > MAX_PATCHED_BYTES {
        return None;
    }
    kept_text(folder, publication, &old).await
}

/// What a way brought; nothing if it leads nowhere. Only the visitor's own wish ends the search.
async fn by(
    tools: &Tools,
    control: &Control,
    hosts: &Hosts,
    kind: FileKind,
    file: &FileRef,
    cost: &mut u64,
) -> Result<Option<Vec<u8>>, SyncError> {
    match fetch_small_from(tools, control, hosts, (kind, file), MAX_PATCHED_BYTES).await {
        Ok(bytes) => {
            *cost += bytes.len() as u64;
            Ok(Some(bytes))
        }
        Err(SyncError::Cancelled) => Err(SyncError::Cancelled),
        Err(_) => Ok(None),
    }
}
