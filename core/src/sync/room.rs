//! Whether there is room for what is to come, on the disk and within what the visitor allows, and how room is made. Only what
//! nothing needs is thrown away.

use super::SyncError;
use super::download::blocking;
use super::folder::Folder;
use super::store::Store;
use super::weigh::needed;
use crate::catalogue::model::{BlobHash, Id};
use crate::publication::FileRef;
use std::collections::{HashMap, HashSet};
use std::{fs, sync::Arc};

/// What a sync is about to write.
pub(super) struct Room {
    pub(super) folder: Folder,
    pub(super) store: Arc<dyn Store>,
    pub(super) publication: Id,
    /// Most bytes that the blobs of all guides may take, if the visitor set a limit.
    pub(super) quota_bytes: Option<u64>,
    /// Files that are not here, or not wholly.
    pub(super) to_come: Vec<FileRef>,
    /// What the packs that change come to in the catalogue's terms.
    pub(super) unpacked_bytes: u64,
}

impl Room {
    /// Makes sure that there is room for the files and for switching the catalogue. If there is not, parts that nobody
    /// continues and blobs that no guide names go first.
    pub(super) async fn make(self) -> Result<(), SyncError> {
        blocking(move || {
            let folder = &self.folder;
            let names: HashSet<BlobHash> = self.to_come.iter().map(|file| file.hash.clone()).collect();
            let part = |hash| fs::metadata(folder.part(hash)).map_or(0, |data| data.len());
            let to_come = self.to_come.iter().fold(0_u64, |sum, file| {
                sum.saturating_add(file.bytes.saturating_sub(part(&file.hash)))
            });
            let needed_bytes = needed(to_come, self.unpacked_bytes);
            let short = || folder.free_bytes().filter(|free| *free < needed_bytes);
            folder.sweep_parts(&names, short().is_some());
            if short().is_some() {
                let mut named: HashSet<BlobHash> = self.store.all_blobs()?.into_iter().collect();
                named.extend(names);
                folder.sweep_blobs(&named);
            }
            match short() {
                None => Ok(()),
                free_bytes => {
                    let path = folder.root().display().to_string();
                    Err(SyncError::DiskFull {
                        path,
                        needed_bytes,
                        free_bytes,
                    })
                }
            }
        })
        .await
    }

    /// Makes sure that the blobs of all guides stay within the quota once this publication has these.
    pub(super) async fn within_quota(&self, blobs: &[FileRef]) -> Result<(), SyncError> {
        let Some(quota_bytes) = self.quota_bytes else {
            return Ok(());
        };
        let (store, publication) = (Arc::clone(&self.store), self.publication.clone());
        let own: Vec<_> = blobs.to_vec();
        blocking(move || {
            let others = store.blobs_by_publication()?.into_iter();
            let others = others
                .filter(|(id, _)| *id != publication)
                .flat_map(|(_, blobs)| blobs);
            let all: HashMap<BlobHash, u64> = others
                .map(|blob| blob.file)
                .chain(own)
                .map(|file| (file.hash, file.bytes))
                .collect();
            let needed_bytes = all.values().fold(0_u64, |sum, bytes| sum.saturating_add(*bytes));
            if needed_bytes > quota_bytes {
                Err(SyncError::OverQuota {
                    needed_bytes,
                    quota_bytes,
                })
            } else {
                Ok(())
            }
        })
        .await
    }
}
