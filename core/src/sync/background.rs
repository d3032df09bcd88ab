//! Files that a shell fetches itself, while the app sleeps (WorkManager, URLSession): what is to be fetched is handed out, and
//! what was fetched is verified like everything else when it is handed in.
//!
//! First the packs are asked for, then the blobs that these name; once nothing is asked for any more, a sync installs the
//! edition without a download. Parts are shared with it: either may go on where the other stopped.

use super::download::blocking;
use super::folder::Folder;
use super::hosts::Hosts;
use super::part::{Ending, Part, append_file};
use super::plan::Plan;
use super::progress::Meter;
use super::run::{Missing, Run};
use super::syncer::Tools;
use super::{Control, SyncError};
use crate::catalogue::model::{BlobHash, Id};
use crate::publication::{FileKind, FileRef};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that a shell may fetch by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRequest {
    /// The publication that it is for.
    pub publication: Id,
    /// Whether it is a pack; else it is a blob.
    pub pack: bool,
    /// Where it can be had: the first address is to be tried first.
    pub addresses: Vec<String>,
    /// The first byte that is missing. Above 0, to be asked for with `Range: bytes=N-`; the answer must be a 206.
    pub from_byte: u64,
    /// Length of the whole file in bytes.
    pub bytes: u64,
    /// SHA-256 of the whole file.
    pub hash: BlobHash,
}

/// The files that a plan lacks: its packs, or once these are here, its blobs. Nothing if all is here.
pub(super) async fn outstanding(tools: &Tools, plan: &Plan) -> Result<Vec<FileRequest>, SyncError> {
    let (root, publication) = (tools.root.clone(), plan.summary.publication.clone());
    let (folder, released) = blocking(move || {
        let (folder, released) = Folder::lock(&root)?;
        folder.make_texts(&publication)?;
        Ok((folder, released))
    })
    .await?;
    let control = Control::new();
    let work = plan.work.clone();
    let mirrors = work.index.publisher.mirrors.clone();
    let run = Run {
        hosts: Hosts::new(work.source.clone(), &mirrors, &tools.reputation),
        tools,
        folder,
        control: &control,
        meter: Meter::new(Arc::clone(&tools.clock), Arc::new(())),
        publication: plan.summary.publication.clone(),
        work,
        installed: Default::default(),
    };
    let requests = run.outstanding().await;
    drop(run);
    released.wait().await;
    requests
}

impl Run<'_> {
    async fn outstanding(&self) -> Result<Vec<FileRequest>, SyncError> {
        let packs = self.missing_packs().await?;
        let missing = if packs.files.is_empty() {
            let blobs = self.wanted_blobs().await?;
            let blobs = blobs.into_iter().map(|file| (file, FileKind::Media));
            self.missing(blobs.collect()).await?
        } else {
            packs
        };
        Ok(self.requests(missing))
    }

    fn requests(&self, missing: Missing) -> Vec<FileRequest> {
        let hosts = self.hosts.order();
        let request = |file: FileRef, kind: FileKind| {
            let part = std::fs::metadata(self.folder.part(&file.hash)).map_or(0, |data| data.len());
            FileRequest {
                publication: self.publication.clone(),
                pack: kind == FileKind::Pack,
                addresses: hosts
                    .iter()
                    .map(|host| host.hashed(kind, &file.hash).to_string())
                    .collect(),
                // A whole part that was never verified is as good as none.
                from_byte: if part < file.bytes { part } else { 0 },
                bytes: file.bytes,
                hash: file.hash,
            }
        };
        let files = missing.files.into_iter();
        files.map(|wanted| request(wanted.file, wanted.kind)).collect()
    }
}

/// Takes what a shell fetched for a request: a file with the bytes from the request's first one on. It stays the shell's to
/// delete.
pub(super) async fn hand_in(tools: &Tools, request: FileRequest, fetched: PathBuf) -> Result<(), SyncError> {
    let root = tools.root.clone();
    let released = blocking(move || {
        let (folder, released) = Folder::lock(&root)?;
        folder.make_texts(&request.publication)?;
        let to = if request.pack {
            folder.text(&request.publication, &request.hash)
        } else {
            folder.blob(&request.hash)
        };
        take(&folder, &request, &fetched, &to)?;
        Ok(released)
    })
    .await?;
    released.wait().await;
    Ok(())
}

fn take(folder: &Folder, request: &FileRequest, fetched: &Path, to: &Path) -> Result<(), SyncError> {
    let file = FileRef {
        hash: request.hash.clone(),
        bytes: request.bytes,
    };
    let wrong = |got: String| SyncError::WrongBytes {
        url: request
            .addresses
            .first()
            .cloned()
            .unwrap_or_else(|| fetched.display().to_string()),
        expected: format!("{} bytes with SHA-256 {}", file.bytes, file.hash),
        got,
    };
    let mut part = Part::open(folder, &file)?;
    if request.from_byte == 0 {
        part.empty()?;
    }
    if part.bytes() != request.from_byte {
        // Another sync went on meanwhile, or threw the part away.
        let (there, asked) = (part.bytes(), request.from_byte);
        return Err(wrong(format!(
            "bytes from {asked} on while {there} are here: ask again what is missing"
        )));
    }
    let missing = file.bytes.saturating_sub(part.bytes());
    let longer = append_file(&mut part, fetched, missing)?;
    if longer || part.bytes() != file.bytes {
        let got = part.bytes();
        part.empty()?;
        return Err(wrong(if longer {
            format!("more than {} bytes", file.bytes)
        } else {
            format!("{got} bytes")
        }));
    }
    match part.finish(&file.hash, to)? {
        Ending::InPlace => Ok(()),
        Ending::Wrong(got) => Err(wrong(format!("SHA-256 {got}"))),
    }
}
