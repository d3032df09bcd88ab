//! What is kept beside the texts of each guide: what the visitor chose of it, so that a refresh asks for the same, and what
//! its edition consists of, so that a broken catalogue is built again without network. And taking a trail off the phone.

use super::download::blocking;
use super::folder::Folder;
use super::patched::pack_file;
use super::store::Store;
use super::syncer::Tools;
use super::{Choice, SyncError};
use crate::catalogue::Installation;
use crate::catalogue::model::{Id, Notice};
use crate::publication::{Index, PackEntry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::sync::Arc;

/// An edition as it was installed, but for the packs' own files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Edition {
    pub(super) source: String,
    /// The version of the root by which it was believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) root_version: Option<u64>,
    pub(super) choice: Choice,
    pub(super) index: Index,
    pub(super) packs: Vec<PackEntry>,
    pub(super) notices: Vec<Notice>,
    pub(super) codes: BTreeMap<String, Id>,
}

impl Folder {
    /// The edition of a publication that was installed last, if it is kept and can be read.
    pub(super) fn edition(&self, publication: &Id) -> Option<Edition> {
        let bytes = fs::read(self.edition_file(publication)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps an edition. If that fails, a broken catalogue has to be downloaded again, nothing worse.
    pub(super) fn keep_edition(&self, publication: &Id, edition: &Edition) {
        let path = self.edition_file(publication);
        let beside = path.with_extension("new");
        let write = || -> io::Result<()> {
            let mut file = File::create(&beside)?;
            file.write_all(&serde_json::to_vec(edition)?)?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        if write().is_err() {
            let _ = fs::remove_file(&beside);
        }
    }
}

/// What was chosen last of a publication; everything if nothing is known.
pub(super) async fn kept_choice(tools: &Tools, publication: Id) -> Result<Choice, SyncError> {
    let folder = Folder::new(&tools.root);
    let kept = blocking(move || Ok(folder.edition(&publication))).await?;
    Ok(kept.map(|edition| edition.choice).unwrap_or_default())
}

/// Takes a pack off the phone, and from what is wanted. Says how many bytes of blobs that freed.
pub(super) async fn remove(tools: &Tools, publication: Id, pack: Id) -> Result<u64, SyncError> {
    let (root, store) = (tools.root.clone(), Arc::clone(&tools.store));
    let (freed, released) = blocking(move || {
        let (folder, released) = Folder::lock(&root)?;
        store.remove_pack(&publication, &pack)?;
        if let Some(mut edition) = folder.edition(&publication) {
            edition.packs.retain(|entry| entry.id != pack);
            // A commune or a département would bring it back.
            (edition.choice.communes, edition.choice.departements) = (None, None);
            edition.choice.areas = Some(Vec::new());
            edition.choice.packs = Some(edition.packs.iter().map(|entry| entry.id.clone()).collect());
            folder.keep_edition(&publication, &edition);
        }
        let named = store.all_blobs()?.into_iter().collect();
        Ok((folder.sweep_blobs(&named).bytes, released))
    })
    .await?;
    released.wait().await;
    Ok(freed)
}

/// Installs the editions that are kept and not in the catalogue, from the packs' files and without network. Gives those that
/// were installed; one that cannot be is left for the next sync.
pub(super) fn rebuild(tools: &Tools) -> Result<Vec<Id>, SyncError> {
    let (folder, _released) = Folder::lock(&tools.root)?;
    let mut rebuilt = Vec::new();
    for publication in folder.publications() {
        if tools.store.index_version(&publication)?.is_some() {
            continue;
        }
        if let Some(edition) = folder.edition(&publication)
            && install(&folder, tools.store.as_ref(), &publication, edition).is_ok()
        {
            rebuilt.push(publication);
        }
    }
    Ok(rebuilt)
}

fn install(folder: &Folder, store: &dyn Store, publication: &Id, edition: Edition) -> Result<(), SyncError> {
    let from_file = |entry: PackEntry| {
        let source = pack_file(folder, publication, &entry);
        (entry, source)
    };
    store.install(Installation {
        publication: publication.clone(),
        source: edition.source,
        index: edition.index,
        packs: edition.packs.into_iter().map(from_file).collect(),
        kept: Vec::new(),
        notices: edition.notices,
        codes: edition.codes,
        may_go_back: false,
    })?;
    Ok(())
}
