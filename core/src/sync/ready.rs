//! Whether what was downloaded is still all here: the proof that a walk needs no network. And the broom for publications
//! that are not followed any more.

use super::download::blocking;
use super::folder::{Folder, is_there, remove};
use super::part::is_right;
use super::patched::is_pack_right;
use super::syncer::Tools;
use super::{Choice, SyncError};
use crate::catalogue::model::Id;
use crate::publication::{Blob, MAX_UNPACKED_BYTES, PackText};
use std::{fs, sync::Arc};

/// What is missing for a pack to be used without network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Whether the pack is installed, and its list of blobs can be read. If not, the next sync brings it.
    pub installed: bool,
    /// Blobs that are chosen, and not here or altered.
    pub missing: Vec<Blob>,
    /// Their size in bytes.
    pub missing_bytes: u64,
    /// Whether an altered file could not be deleted, so that a sync must be told to verify every file.
    pub stuck: bool,
}

impl Readiness {
    /// Whether nothing is missing.
    pub fn is_ready(&self) -> bool {
        self.installed && self.missing.is_empty()
    }
}

/// Reads every chosen file of a pack, and compares its hash. What is altered is deleted: the next sync fetches it again.
pub(super) async fn ready(
    tools: &Tools,
    publication: Id,
    pack: Id,
    choice: Choice,
) -> Result<Readiness, SyncError> {
    let (folder, store) = (Folder::new(&tools.root), Arc::clone(&tools.store));
    blocking(move || {
        let installed = store.pack_hashes(&publication)?;
        let listed = installed
            .iter()
            .find(|(id, _)| *id == pack)
            .and_then(|(_, hash)| {
                let path = folder.text(&publication, hash);
                let bytes = fs::read(&path)
                    .ok()
                    .filter(|_| is_pack_right(&folder, &publication, hash))?;
                PackText::unpack(&bytes, MAX_UNPACKED_BYTES).ok()?.head().ok()
            });
        let mut readiness = Readiness {
            installed: listed.is_some(),
            ..Readiness::default()
        };
        for blob in listed
            .into_iter()
            .flat_map(|pack| pack.blobs)
            .filter(|blob| choice.takes_blob(blob))
        {
            let path = folder.blob(&blob.file.hash);
            let there = is_there(&path, blob.file.bytes);
            if !there || !is_right(&path, &blob.file.hash) {
                // What is altered is no use to anyone, and would keep the next sync from fetching it again.
                readiness.stuck |= remove(&path).is_err();
                readiness.missing_bytes = readiness.missing_bytes.saturating_add(blob.file.bytes);
                readiness.missing.push(blob);
            }
        }
        Ok(readiness)
    })
    .await
}

/// Throws away what no publication that is followed needs, parts included. Says how many bytes that freed.
pub(super) async fn tidy(tools: &Tools) -> Result<u64, SyncError> {
    let (root, store) = (tools.root.clone(), Arc::clone(&tools.store));
    let (freed, released) = blocking(move || {
        let (folder, released) = Folder::lock(&root)?;
        let named = store.all_blobs()?.into_iter().collect();
        let mut freed = folder.sweep_blobs(&named).bytes;
        freed += folder.sweep_parts(&Default::default(), true).bytes;
        for publication in folder.publications() {
            if store.index_version(&publication)?.is_none() {
                freed += folder.sweep_texts(&publication, &Default::default()).bytes;
                folder.forget(&publication);
            }
        }
        Ok((freed, released))
    })
    .await?;
    released.wait().await;
    Ok(freed)
}
