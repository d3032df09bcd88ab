//! A plan carried out: texts, then blobs, then one transaction, then the broom. Until the transaction the old guide
//! serves, and after any failure it goes on to.

use super::download::{Wanted, blocking, download, fetch_small};
use super::folder::{Folder, Swept, is_there, remove};
use super::metadata::unreadable;
use super::part::{is_right, write_whole};
use super::patched::{is_pack_right, patch_packs};
use super::plan::{Plan, Work, kept_text};
use super::progress::Meter;
use super::syncer::Tools;
use super::weigh::needed;
use super::{Control, ProgressListener, SyncError};
use crate::catalogue::model::{BlobHash, Id, Notice};
use crate::catalogue::{InstallReport, Installation};
use crate::publication::{Codes, FileKind, FileRef, MAX_LIST_BYTES, Notices, Pack, PackEntry};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::{fs, sync::Arc};

/// What a sync did.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncReport {
    /// The publication.
    pub publication: Id,
    /// The version that is installed now.
    pub version: u64,
    /// Packs that were added or replaced.
    pub packs_installed: u64,
    /// Packs that stayed as they were.
    pub packs_kept: u64,
    /// Packs that were removed.
    pub packs_removed: u64,
    /// Files that were fetched, the index and areas not counted.
    pub files_fetched: u64,
    /// Bytes that came over the network as bodies, those of the plan included.
    pub bytes_fetched: u64,
    /// Blobs that are on the phone for this publication, and were chosen.
    pub blobs: u64,
    /// Their size in bytes.
    pub blob_bytes: u64,
    /// Files that were found altered on disk and fetched again; looked for on request only.
    pub repaired: u64,
    /// Files that nothing names any more and were deleted.
    pub files_swept: u64,
    /// Bytes that this freed.
    pub bytes_freed: u64,
    /// Notices that could not be read, each with the reason.
    pub notices_left_out: Vec<String>,
    /// What the catalogue said.
    pub install: InstallReport,
}

pub(super) async fn run(
    tools: &Tools,
    plan: Plan,
    listener: Arc<dyn ProgressListener>,
    control: &Control,
) -> Result<SyncReport, SyncError> {
    let (root, publication) = (tools.root.clone(), plan.summary.publication.clone());
    let (store, kept) = (Arc::clone(&tools.store), plan.work.kept.clone());
    let (folder, released, installed) = blocking(move || {
        let (folder, released) = Folder::lock(&root)?;
        folder.make_texts(&publication)?;
        kept.keep(&folder)?;
        // Looked at again under the lock: another sync may have ended since the plan was made.
        let installed = store.pack_hashes(&publication)?.into_iter().collect();
        Ok((folder, released, installed))
    })
    .await?;
    let meter = Meter::new(Arc::clone(&tools.clock), listener);
    meter.expect(plan.summary.download.files, plan.summary.download.bytes);
    let run = Run {
        tools,
        folder,
        control,
        meter,
        publication: plan.summary.publication,
        work: plan.work,
        installed,
    };
    let result = run.all().await;
    run.meter.finish();
    drop(run);
    // Downloads that were given up may still be writing a last piece; whoever syncs next shall not meet them.
    released.wait().await;
    result
}

/// A sync under way.
struct Run<'a> {
    tools: &'a Tools,
    folder: Folder,
    control: &'a Control,
    meter: Meter,
    publication: Id,
    work: Work,
    /// Hashes of the packs that are installed.
    installed: BTreeMap<Id, BlobHash>,
}

/// The texts of an edition, all here.
struct Texts {
    packs: Vec<(PackEntry, Pack)>,
    notices: Vec<Notice>,
    notices_left_out: Vec<String>,
    codes: BTreeMap<String, Id>,
    /// Lists that were fetched, to be kept once the edition is installed.
    lists: Vec<(BlobHash, Vec<u8>)>,
}

/// Files that must be fetched, and what is known about the others.
#[derive(Default)]
struct Missing {
    files: Vec<Wanted>,
    /// Files that have the right length and the wrong content.
    altered: u64,
}

impl Run<'_> {
    async fn all(&self) -> Result<SyncReport, SyncError> {
        let patched = self.patch_packs().await?;
        let packs = self.missing_packs().await?;
        self.make_room(&packs.files).await?;
        self.fetch(&packs.files).await?;
        let texts = self.read_texts().await?;
        let blobs = self.wanted_blobs(&texts.packs)?;
        let (count, bytes) = blobs
            .iter()
            .fold((0, 0), |(n, sum), (file, _)| (n + 1, sum + file.bytes));
        let media = self.missing(blobs).await?;
        let done = packs.files.iter().map(|wanted| wanted.file.bytes).sum::<u64>();
        let to_do = media.files.iter().map(|wanted| wanted.file.bytes).sum::<u64>();
        self.meter.expect(
            (packs.files.len() + media.files.len()) as u64,
            done.saturating_add(to_do),
        );
        self.make_room(&media.files).await?;
        self.fetch(&media.files).await?;
        if self.control.is_cancelled() {
            return Err(SyncError::Cancelled);
        }
        let report = SyncReport {
            publication: self.publication.clone(),
            version: self.work.index.version,
            packs_installed: 0,
            packs_kept: 0,
            packs_removed: 0,
            files_fetched: (packs.files.len() + texts.lists.len() + media.files.len()) as u64,
            bytes_fetched: self.work.fetched_bytes
                + patched
                + texts
                    .lists
                    .iter()
                    .map(|(_, bytes)| bytes.len() as u64)
                    .sum::<u64>()
                + self.meter.received(),
            blobs: count,
            blob_bytes: bytes,
            repaired: packs.altered + media.altered,
            files_swept: 0,
            bytes_freed: 0,
            notices_left_out: Vec::new(),
            install: InstallReport::default(),
        };
        self.install(texts, report).await
    }

    async fn patch_packs(&self) -> Result<u64, SyncError> {
        let (source, chosen) = (&self.work.source, &self.work.chosen);
        let (publication, installed) = (&self.publication, &self.installed);
        patch_packs(
            self.tools,
            self.control,
            &self.folder,
            source,
            publication,
            chosen,
            installed,
        )
        .await
    }

    /// The chosen packs whose files are not here. Those that are installed are among them if their file was lost: it
    /// tells which blobs they need.
    async fn missing_packs(&self) -> Result<Missing, SyncError> {
        let packs = self
            .work
            .chosen
            .iter()
            .map(|entry| (entry.file.clone(), FileKind::Pack));
        self.missing(packs.collect()).await
    }

    /// Looks which files are not here, or not as they should be.
    async fn missing(&self, files: Vec<(FileRef, FileKind)>) -> Result<Missing, SyncError> {
        let (folder, publication, verify) = (
            self.folder.clone(),
            self.publication.clone(),
            self.tools.options.verify,
        );
        let source = self.work.source.clone();
        blocking(move || {
            let mut missing = Missing::default();
            for (file, kind) in files {
                let to = match kind {
                    FileKind::Media => folder.blob(&file.hash),
                    _ => folder.text(&publication, &file.hash),
                };
                // Texts are small and decide what is installed: they are always read again.
                let doubted = verify || kind != FileKind::Media;
                let there = is_there(&to, file.bytes);
                if there && (!doubted || is_right(&to, &file.hash))
                    || kind == FileKind::Pack && is_pack_right(&folder, &publication, &file.hash)
                {
                    continue;
                }
                missing.altered += u64::from(there);
                remove(&to)?;
                missing.files.push(Wanted {
                    url: source.hashed(kind, &file.hash),
                    file,
                    to,
                });
            }
            Ok(missing)
        })
        .await
    }

    /// Makes sure that there is room for some files and for switching the catalogue.
    async fn make_room(&self, files: &[Wanted]) -> Result<(), SyncError> {
        let folder = self.folder.clone();
        let wanted: HashMap<BlobHash, u64> = files
            .iter()
            .map(|w| (w.file.hash.clone(), w.file.bytes))
            .collect();
        let changed = self.work.chosen.iter().filter(|entry| !self.is_installed(entry));
        let unpacked_bytes = changed.fold(0_u64, |sum, entry| sum.saturating_add(entry.unpacked_bytes));
        blocking(move || {
            let names: HashSet<BlobHash> = wanted.keys().cloned().collect();
            let part = |hash| fs::metadata(folder.part(hash)).map_or(0, |data| data.len());
            let to_come = wanted.iter().fold(0_u64, |sum, (hash, bytes)| {
                sum.saturating_add(bytes.saturating_sub(part(hash)))
            });
            let needed_bytes = needed(to_come, unpacked_bytes);
            let short = |folder: &Folder| folder.free_bytes().filter(|free| *free < needed_bytes);
            folder.sweep_parts(&names, short(&folder).is_some());
            match short(&folder) {
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

    /// Downloads files, several at once. Ends at the first one that cannot be had: an edition is whole or it is not.
    async fn fetch(&self, files: &[Wanted]) -> Result<(), SyncError> {
        let downloads: Vec<_> = files
            .iter()
            .map(|wanted| download(self.tools, &self.folder, self.control, &self.meter, wanted))
            .collect();
        let at_once = self.tools.options.parallel.max(1);
        let fetched = stream::iter(downloads)
            .buffer_unordered(at_once)
            .try_collect::<()>()
            .await;
        let left = || files.iter().map(|wanted| wanted.file.bytes).sum();
        fetched.map_err(|error| error.needing(left()))
    }

    /// Reads all packs, notices and code directories; fetches the lists that are not here.
    async fn read_texts(&self) -> Result<Texts, SyncError> {
        let mut lists = Vec::new();
        let mut notices = (Notices::default(), Vec::new());
        if let Some(file) = &self.work.index.notices {
            let bytes = self.list(FileKind::Notices, file, &mut lists).await?;
            notices = Notices::parse(&bytes).map_err(|error| {
                unreadable(&self.work.source.hashed(FileKind::Notices, &file.hash), error)
            })?;
        }
        let here: HashSet<&Id> = self.work.chosen.iter().map(|entry| &entry.id).collect();
        let mut codes = BTreeMap::new();
        for entry in &self.work.index.codes {
            let bytes = self.list(FileKind::Codes, &entry.file, &mut lists).await?;
            let read = Codes::parse(&bytes).map_err(|error| {
                unreadable(&self.work.source.hashed(FileKind::Codes, &entry.file.hash), error)
            })?;
            codes.extend(read.codes.into_iter().filter(|(_, pack)| !here.contains(pack)));
        }
        let (folder, publication, source) = (
            self.folder.clone(),
            self.publication.clone(),
            self.work.source.clone(),
        );
        let chosen = self.work.chosen.clone();
        let packs = blocking(move || {
            let read = |entry: PackEntry| {
                let path = folder.text(&publication, &entry.file.hash);
                let url = source.hashed(FileKind::Pack, &entry.file.hash);
                let bytes = fs::read(&path).map_err(|error| SyncError::storage(&path, &error))?;
                let pack =
                    Pack::unpack(&bytes, entry.unpacked_bytes).map_err(|error| unreadable(&url, error))?;
                if pack.id != entry.id {
                    let why = format!("it is pack \"{}\", and \"{}\" is announced", pack.id, entry.id);
                    return Err(SyncError::NotAPublication { url: url.into(), why });
                }
                Ok((entry, pack))
            };
            chosen.into_iter().map(read).collect::<Result<Vec<_>, _>>()
        })
        .await?;
        Ok(Texts {
            packs,
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
        let url = self.work.source.hashed(kind, &file.hash);
        let bytes = fetch_small(self.tools, self.control, &url, MAX_LIST_BYTES, Some(file)).await?;
        fetched.push((file.hash.clone(), bytes.clone()));
        Ok(bytes)
    }

    /// The chosen blobs of the packs, each once.
    fn wanted_blobs(&self, packs: &[(PackEntry, Pack)]) -> Result<Vec<(FileRef, FileKind)>, SyncError> {
        let mut seen: HashMap<&BlobHash, u64> = HashMap::new();
        let mut wanted = Vec::new();
        for (entry, pack) in packs {
            for blob in pack.blobs.iter().filter(|blob| self.work.choice.takes_blob(blob)) {
                match seen.insert(&blob.file.hash, blob.file.bytes) {
                    None => wanted.push((blob.file.clone(), FileKind::Media)),
                    Some(bytes) if bytes == blob.file.bytes => {}
                    Some(bytes) => {
                        let why = format!(
                            "blob {} has {bytes} bytes in one place and {} in another",
                            blob.file.hash, blob.file.bytes
                        );
                        let url = self.work.source.hashed(FileKind::Pack, &entry.file.hash).into();
                        return Err(SyncError::NotAPublication { url, why });
                    }
                }
            }
        }
        Ok(wanted)
    }

    fn is_installed(&self, entry: &PackEntry) -> bool {
        self.installed.get(&entry.id) == Some(&entry.file.hash)
    }

    /// Switches the catalogue, then throws away what nothing names any more. Cannot be cancelled, and does not end
    /// halfway if the future is dropped.
    async fn install(&self, texts: Texts, mut report: SyncReport) -> Result<SyncReport, SyncError> {
        let Texts {
            packs,
            notices,
            notices_left_out,
            codes,
            mut lists,
        } = texts;
        lists.extend(self.work.areas.iter().cloned());
        let (folder, publication, index) = (
            self.folder.clone(),
            self.publication.clone(),
            self.work.index.clone(),
        );
        let named_texts = self.named_texts(&lists);
        let (kept, packs): (Vec<_>, Vec<_>) =
            packs.into_iter().partition(|(entry, _)| self.is_installed(entry));
        let stay: HashSet<&Id> = self.work.chosen.iter().map(|entry| &entry.id).collect();
        report.packs_installed = packs.len() as u64;
        report.packs_kept = kept.len() as u64;
        report.packs_removed = self.installed.keys().filter(|id| !stay.contains(id)).count() as u64;
        report.notices_left_out = notices_left_out;
        let installation = Installation {
            publication: publication.clone(),
            source: self.work.source.as_str().to_owned(),
            index,
            packs,
            kept: kept.into_iter().map(|(entry, _)| entry.id).collect(),
            notices,
            codes,
        };
        let store = Arc::clone(&self.tools.store);
        blocking(move || {
            for (hash, bytes) in &lists {
                write_whole(&folder, hash, &folder.text(&publication, hash), bytes)?;
            }
            folder.flush(&publication)?;
            report.install = store.install(installation)?;
            // From here on the new edition serves; what goes wrong with the broom is no failure of the sync.
            let mut swept = folder.sweep_texts(&publication, &named_texts);
            if let Ok(blobs) = store.all_blobs() {
                let named = blobs.into_iter().collect();
                let Swept { files, bytes } = folder.sweep_blobs(&named);
                swept.files += files;
                swept.bytes += bytes;
            }
            (report.files_swept, report.bytes_freed) = (swept.files, swept.bytes);
            Ok(report)
        })
        .await
    }

    /// The texts that this edition needs on this phone.
    fn named_texts(&self, lists: &[(BlobHash, Vec<u8>)]) -> HashSet<BlobHash> {
        let index = &self.work.index;
        let areas = index.areas.iter().map(|area| &area.file.hash);
        let others = index
            .notices
            .iter()
            .chain(index.codes.iter().map(|codes| &codes.file));
        let packs = self.work.chosen.iter().map(|entry| &entry.file.hash);
        let fetched = lists.iter().map(|(hash, _)| hash);
        std::iter::once(&self.work.index_hash)
            .chain(areas)
            .chain(others.map(|file| &file.hash))
            .chain(packs)
            .chain(fetched)
            .cloned()
            .collect()
    }
}
