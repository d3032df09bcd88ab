//! A plan carried out: texts, then blobs, then one transaction, then the broom. Until the transaction the old guide
//! serves, and after any failure it goes on to.

use super::control::Steering;
use super::download::{Downloads, Wanted, blocking};
use super::folder::{Folder, Swept, is_there, remove};
use super::hosts::Hosts;
use super::kept::Edition;
use super::known::kept_shards;
use super::part::{is_right, write_whole};
use super::patched::{is_pack_right, pack_file, patch_packs};
use super::plan::{Plan, Work};
use super::progress::Meter;
use super::room::Room;
use super::syncer::Tools;
use super::texts::Texts;
use super::{Control, ProgressListener, SyncError};
use crate::catalogue::model::{BlobHash, Id};
use crate::catalogue::{InstallReport, Installation};
use crate::publication::{FileKind, FileRef, PackEntry};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

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
    let work = plan.work;
    let run = Run {
        hosts: Hosts::new(
            work.source.clone(),
            &work.index.publisher.mirrors,
            &tools.reputation,
        ),
        tools,
        folder,
        control,
        meter,
        publication: plan.summary.publication,
        work,
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
pub(super) struct Run<'a> {
    pub(super) tools: &'a Tools,
    pub(super) folder: Folder,
    pub(super) control: &'a Control,
    pub(super) meter: Meter,
    pub(super) publication: Id,
    pub(super) work: Work,
    pub(super) hosts: Hosts,
    /// Hashes of the packs that are installed.
    pub(super) installed: BTreeMap<Id, BlobHash>,
}

/// Files that must be fetched, and what is known about the others.
#[derive(Default)]
pub(super) struct Missing {
    pub(super) files: Vec<Wanted>,
    /// Files that have the right length and the wrong content.
    pub(super) altered: u64,
}

impl Run<'_> {
    async fn all(&self) -> Result<SyncReport, SyncError> {
        self.steering().running(&self.meter).await;
        let patched = self.patch_packs().await?;
        let packs = self.missing_packs().await?;
        self.room(&packs.files).make().await?;
        self.fetch(&packs.files).await?;
        let texts = self.read_texts().await?;
        let (count, bytes) = texts
            .blobs
            .iter()
            .fold((0, 0), |(n, sum), file| (n + 1, sum + file.bytes));
        let blobs = texts.blobs.iter().map(|file| (file.clone(), FileKind::Media));
        let media = self.missing(blobs.collect()).await?;
        let done = packs.files.iter().map(|wanted| wanted.file.bytes).sum::<u64>();
        let to_do = media.files.iter().map(|wanted| wanted.file.bytes).sum::<u64>();
        self.meter.expect(
            (packs.files.len() + media.files.len()) as u64,
            done.saturating_add(to_do),
        );
        let room = self.room(&media.files);
        room.within_quota(&texts.blobs).await?;
        room.make().await?;
        self.fetch(&media.files).await?;
        if self.control.is_cancelled() {
            return Err(SyncError::Cancelled);
        }
        let lists = texts.lists.iter().map(|(_, bytes)| bytes.len() as u64);
        let report = SyncReport {
            publication: self.publication.clone(),
            version: self.work.index.version,
            packs_installed: 0,
            packs_kept: 0,
            packs_removed: 0,
            files_fetched: (packs.files.len() + texts.lists.len() + media.files.len()) as u64,
            bytes_fetched: self.work.fetched_bytes + patched + lists.sum::<u64>() + self.meter.received(),
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
        let (hosts, chosen) = (&self.hosts, &self.work.chosen);
        let (publication, installed) = (&self.publication, &self.installed);
        patch_packs(
            self.tools,
            self.control,
            &self.folder,
            hosts,
            publication,
            chosen,
            installed,
        )
        .await
    }

    fn steering(&self) -> Steering<'_> {
        Steering {
            control: self.control,
            network: &self.tools.network,
        }
    }

    /// The chosen packs whose files are not here. Those that are installed are among them if their file was lost: it
    /// tells which blobs they need.
    pub(super) async fn missing_packs(&self) -> Result<Missing, SyncError> {
        let packs = self
            .work
            .chosen
            .iter()
            .map(|entry| (entry.file.clone(), FileKind::Pack));
        self.missing(packs.collect()).await
    }

    /// Looks which files are not here, or not as they should be.
    pub(super) async fn missing(&self, files: Vec<(FileRef, FileKind)>) -> Result<Missing, SyncError> {
        let (folder, publication, verify) = (
            self.folder.clone(),
            self.publication.clone(),
            self.tools.options.verify,
        );
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
                missing.files.push(Wanted { kind, file, to });
            }
            Ok(missing)
        })
        .await
    }

    fn room(&self, files: &[Wanted]) -> Room {
        let changed = self.work.chosen.iter().filter(|entry| !self.is_installed(entry));
        Room {
            folder: self.folder.clone(),
            store: Arc::clone(&self.tools.store),
            publication: self.publication.clone(),
            quota_bytes: self.tools.quota(),
            to_come: files.iter().map(|wanted| wanted.file.clone()).collect(),
            unpacked_bytes: changed.fold(0, |sum, entry| sum.saturating_add(entry.unpacked_bytes)),
        }
    }

    async fn fetch(&self, files: &[Wanted]) -> Result<(), SyncError> {
        let downloads = Downloads {
            tools: self.tools,
            folder: &self.folder,
            steering: self.steering(),
            meter: &self.meter,
            hosts: &self.hosts,
        };
        let left = || files.iter().map(|wanted| wanted.file.bytes).sum();
        downloads.all(files).await.map_err(|error| error.needing(left()))
    }

    fn is_installed(&self, entry: &PackEntry) -> bool {
        self.installed.get(&entry.id) == Some(&entry.file.hash)
    }

    /// Switches the catalogue, then throws away what nothing names any more. Cannot be cancelled, and does not end
    /// halfway if the future is dropped.
    async fn install(&self, texts: Texts, mut report: SyncReport) -> Result<SyncReport, SyncError> {
        let mut lists = texts.lists;
        lists.extend(self.work.areas.iter().cloned());
        let (folder, publication) = (self.folder.clone(), self.publication.clone());
        let mut named_texts = self.named_texts(&lists);
        let (kept, packs): (Vec<PackEntry>, Vec<PackEntry>) = self
            .work
            .chosen
            .iter()
            .cloned()
            .partition(|entry| self.is_installed(entry));
        let stay: HashSet<&Id> = self.work.chosen.iter().map(|entry| &entry.id).collect();
        report.packs_installed = packs.len() as u64;
        report.packs_kept = kept.len() as u64;
        report.packs_removed = self.installed.keys().filter(|id| !stay.contains(id)).count() as u64;
        report.notices_left_out = texts.notices_left_out;
        let from_file = |entry: PackEntry| {
            let source = pack_file(&folder, &publication, &entry);
            (entry, source)
        };
        let edition = Edition {
            source: self.work.source.as_str().to_owned(),
            root_version: Some(self.work.kept.root_version),
            choice: self.work.choice.clone(),
            index: self.work.index.clone(),
            packs: self.work.chosen.clone(),
            notices: texts.notices,
            codes: texts.codes,
        };
        let installation = Installation {
            publication: publication.clone(),
            source: edition.source.clone(),
            index: edition.index.clone(),
            packs: packs.into_iter().map(from_file).collect(),
            kept: kept.into_iter().map(|entry| entry.id).collect(),
            notices: edition.notices.clone(),
            codes: edition.codes.clone(),
            may_go_back: self.work.goes_back,
        };
        let store = Arc::clone(&self.tools.store);
        blocking(move || {
            for (hash, bytes) in &lists {
                write_whole(&folder, hash, &folder.text(&publication, hash), bytes)?;
            }
            folder.flush(&publication)?;
            report.install = store.install(installation)?;
            // From here on the new edition serves; what goes wrong with the broom is no failure of the sync.
            folder.keep_edition(&publication, &edition);
            named_texts.extend(kept_shards(&folder, &publication, &edition.index));
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
