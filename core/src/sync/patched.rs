//! Packs that were not downloaded but patched: the old text and a small file make the new text, which is right if it has the
//! hash that the area announces. It is kept as it is, in a frame that compresses nothing, so that the bytes are not those that are
//! served; what they are is noted beside the packs.

use super::download::blocking;
use super::folder::{Folder, is_there};
use super::hosts::Hosts;
use super::part::{hash_of, is_right, write_whole};
use super::small::fetch_small_from;
use super::{Control, SyncError, syncer::Tools};
use crate::catalogue::PackSource;
use crate::catalogue::model::{BlobHash, Id};
use crate::publication::{
    FileKind, FileRef, MAX_PATCHED_BYTES, MAX_UNPACKED_BYTES, PackEntry, Patch, apply_patch, store_text,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::PathBuf;

/// By the hash of the served file: the hash of the bytes that stand for it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Notes {
    stands_for: BTreeMap<BlobHash, FileRef>,
}

fn notes_file(folder: &Folder, publication: &Id) -> PathBuf {
    folder
        .root()
        .join("publications")
        .join(publication.as_str())
        .join("patched.json")
}

fn notes(folder: &Folder, publication: &Id) -> Notes {
    fs::read(notes_file(folder, publication))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

/// A pack's file as it lies here, to install from.
pub(super) fn pack_file(folder: &Folder, publication: &Id, entry: &PackEntry) -> PackSource {
    let served = entry.file.hash.clone();
    let path = folder.text(publication, &served);
    let stand = notes(folder, publication).stands_for.remove(&served);
    let hashes = std::iter::once(served)
        .chain(stand.map(|stand| stand.hash))
        .collect();
    PackSource::File { path, hashes }
}

/// Whether a pack is here as it was served, or patched. Reads it.
pub(super) fn is_pack_right(folder: &Folder, publication: &Id, hash: &BlobHash) -> bool {
    let path = folder.text(publication, hash);
    if is_right(&path, hash) {
        return true;
    }
    let stand = notes(folder, publication).stands_for.remove(hash);
    stand.is_some_and(|stand| is_there(&path, stand.bytes) && is_right(&path, &stand.hash))
}

/// Whether a file that may be a pack's is here, by its length.
pub(super) fn is_pack_there(folder: &Folder, publication: &Id, file: &FileRef) -> bool {
    let path = folder.text(publication, &file.hash);
    is_there(&path, file.bytes)
        || notes(folder, publication)
            .stands_for
            .get(&file.hash)
            .is_some_and(|stand| is_there(&path, stand.bytes))
}

/// Patches what can be patched of some packs, whose old editions are `installed`. Says how many bytes came for it. What cannot
/// be patched is left to be downloaded.
pub(super) async fn patch_packs(
    tools: &Tools,
    control: &Control,
    folder: &Folder,
    hosts: &Hosts,
    publication: &Id,
    chosen: &[PackEntry],
    installed: &BTreeMap<Id, BlobHash>,
) -> Result<u64, SyncError> {
    let mut cost = 0;
    for entry in chosen {
        let (Some(old), Some(text)) = (installed.get(&entry.id), &entry.unpacked_hash) else {
            continue;
        };
        if *old == entry.file.hash || entry.patches.is_empty() || entry.unpacked_bytes > MAX_PATCHED_BYTES {
            continue;
        }
        let wanted = (
            folder.clone(),
            publication.clone(),
            old.clone(),
            entry.file.hash.clone(),
        );
        let before = blocking(move || {
            let (folder, publication, old, new) = wanted;
            let here = is_pack_right(&folder, &publication, &new);
            Ok((!here).then(|| old_text(&folder, &publication, &old)).flatten())
        })
        .await?;
        let Some((before, hash)) = before else {
            continue;
        };
        let Some(patch) = entry.patches.iter().find(|patch| patch.from == hash) else {
            continue;
        };
        let Some(came) = fetch(tools, control, hosts, patch).await? else {
            continue;
        };
        cost += came.len() as u64;
        let put = (folder.clone(), publication.clone(), text.clone(), entry.clone());
        blocking(move || {
            let (folder, publication, text, entry) = put;
            let made = apply_patch(&before, &came, entry.unpacked_bytes).ok();
            match made.filter(|made| hash_of(made).as_ref() == Ok(&text)) {
                Some(made) => stand(&folder, &publication, &entry, &made),
                None => Ok(()),
            }
        })
        .await?;
    }
    Ok(cost)
}

async fn fetch(
    tools: &Tools,
    control: &Control,
    hosts: &Hosts,
    patch: &Patch,
) -> Result<Option<Vec<u8>>, SyncError> {
    let file = (FileKind::Patch, &patch.file);
    match fetch_small_from(tools, control, hosts, file, MAX_PATCHED_BYTES).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(SyncError::Cancelled) => Err(SyncError::Cancelled),
        // The whole pack is there for that.
        Err(_) => Ok(None),
    }
}

/// The text of a pack that is here, and its hash.
fn old_text(folder: &Folder, publication: &Id, hash: &BlobHash) -> Option<(Vec<u8>, BlobHash)> {
    if !is_pack_right(folder, publication, hash) {
        return None;
    }
    let packed = fs::read(folder.text(publication, hash)).ok()?;
    let limit = MAX_PATCHED_BYTES.min(MAX_UNPACKED_BYTES);
    let mut text = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(packed.as_slice()).ok()?;
    decoder.take(limit + 1).read_to_end(&mut text).ok()?;
    let hash = hash_of(&text).ok()?;
    (text.len() as u64 <= limit).then_some((text, hash))
}

/// Puts a patched text in the place of a pack's file.
fn stand(folder: &Folder, publication: &Id, entry: &PackEntry, text: &[u8]) -> Result<(), SyncError> {
    let path = folder.text(publication, &entry.file.hash);
    let packed = store_text(text);
    let internal = |why| SyncError::Internal { why };
    let bytes = FileRef {
        hash: hash_of(&packed).map_err(internal)?,
        bytes: packed.len() as u64,
    };
    write_whole(folder, &entry.file.hash, &path, &packed)?;
    let mut notes = notes(folder, publication);
    notes
        .stands_for
        .retain(|hash, stand| is_there(&folder.text(publication, hash), stand.bytes));
    notes.stands_for.insert(entry.file.hash.clone(), bytes);
    let list = notes_file(folder, publication);
    let json = serde_json::to_vec(&notes).map_err(|error| internal(error.to_string()))?;
    let name = hash_of(&json).map_err(internal)?;
    write_whole(folder, &name, &list, &json)
}
