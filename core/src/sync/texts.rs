//! The texts of an edition: notices, code directories, and what its packs say of their blobs. Packs are read one at a time;
//! their records are the catalogue's to read.

use super::SyncError;
use super::download::blocking;
use super::metadata::unreadable;
use super::plan::kept_text;
use super::run::Run;
use super::small::fetch_small_from;
use crate::catalogue::model::{BlobHash, Id, Notice};
use crate::publication::{Codes, FileKind, FileRef, MAX_LIST_BYTES, Notices, PackText};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;

/// The texts of an edition, all here.
pub(super) struct Texts {
    /// The chosen blobs of the packs, each once.
    pub(super) blobs: Vec<FileRef>,
    pub(super) notices: Vec<Notice>,
    pub(super) notices_left_out: Vec<String>,
    pub(super) codes: BTreeMap<String, Id>,
    /// Lists that were fetched, to be kept once the edition is installed.
    pub(super) lists: Vec<(BlobHash, Vec<u8>)>,
}

impl Run<'_> {
    /// Reads all packs' heads, notices and code directories; fetches the lists that are not here.
    pub(super) async fn read_texts(&self) -> Result<Texts, SyncError> {
        let mut lists = Vec::new();
        let mut notices = (Notices::default(), Vec::new());
        let source = &self.work.source;
        if let Some(file) = &self.work.index.notices {
            let bytes = self.list(FileKind::Notices, file, &mut lists).await?;
            notices = Notices::parse(&bytes)
                .map_err(|error| unreadable(&source.hashed(FileKind::Notices, &file.hash), error))?;
        }
        let here: HashSet<&Id> = self.work.chosen.iter().map(|entry| &entry.id).collect();
        let mut codes = BTreeMap::new();
        for entry in &self.work.index.codes {
            let bytes = self.list(FileKind::Codes, &entry.file, &mut lists).await?;
            let read = Codes::parse(&bytes)
                .map_err(|error| unreadable(&source.hashed(FileKind::Codes, &entry.file.hash), error))?;
            codes.extend(read.codes.into_iter().filter(|(_, pack)| !here.contains(pack)));
        }
        Ok(Texts {
            blobs: self.wanted_blobs().await?,
            notices: notices.0.notices,
            notices_left_out: notices.1,
            codes,
            lists,
        })
    }

    /// A list as it was kept, or as it is fetched now.
    async fn list(
        &self,
        kind: FileKind,
        file: &FileRef,
        fetched: &mut Vec<(BlobHash, Vec<u8>)>,
    ) -> Result<Vec<u8>, SyncError> {
        if let Some(bytes) = kept_text(&self.folder, &self.publication, file).await {
            return Ok(bytes);
        }
        let bytes = fetch_small_from(
            self.tools,
            self.control,
            &self.hosts,
            (kind, file),
            MAX_LIST_BYTES,
        )
        .await?;
        fetched.push((file.hash.clone(), bytes.clone()));
        Ok(bytes)
    }

    /// The chosen blobs of the packs, each once.
    pub(super) async fn wanted_blobs(&self) -> Result<Vec<FileRef>, SyncError> {
        let (folder, publication, source, choice, chosen) = (
            self.folder.clone(),
            self.publication.clone(),
            self.work.source.clone(),
            self.work.choice.clone(),
            self.work.chosen.clone(),
        );
        blocking(move || {
            let mut seen: HashMap<BlobHash, u64> = HashMap::new();
            let mut wanted = Vec::new();
            for entry in chosen {
                let path = folder.text(&publication, &entry.file.hash);
                let url = source.hashed(FileKind::Pack, &entry.file.hash);
                let broken = |why: String| SyncError::NotAPublication {
                    url: url.to_string(),
                    why,
                };
                let bytes = fs::read(&path).map_err(|error| SyncError::storage(&path, &error))?;
                let head = PackText::unpack(&bytes, entry.unpacked_bytes).and_then(|text| text.head());
                let head = head.map_err(|error| unreadable(&url, error))?;
                if head.id != entry.id {
                    let why = format!("it is pack \"{}\", and \"{}\" is announced", head.id, entry.id);
                    return Err(broken(why));
                }
                for blob in head.blobs.into_iter().filter(|blob| choice.takes_blob(blob)) {
                    match seen.insert(blob.file.hash.clone(), blob.file.bytes) {
                        None => wanted.push(blob.file),
                        Some(bytes) if bytes == blob.file.bytes => {}
                        Some(bytes) => {
                            let (hash, other) = (&blob.file.hash, blob.file.bytes);
                            let why =
                                format!("blob {hash} has {bytes} bytes in one place and {other} in another");
                            return Err(broken(why));
                        }
                    }
                }
            }
            Ok(wanted)
        })
        .await
    }
}
