//! What a choice would cost: which packs, how many bytes, what is here already. Reads the index and the areas; fetches
//! no pack and writes nothing.

use super::download::blocking;
use super::folder::{Folder, is_there};
use super::hosts::Hosts;
use super::metadata::{trusted_index, unreadable};
use super::source::Source;
use super::ways::{Wanting, have};
use super::weigh::weigh;
use super::wish::Wish;
use super::{Choice, ClockTrouble, Control, Dated, SyncError, part::hash_of, syncer::Tools, trust::Kept};
use crate::catalogue::model::{BlobHash, Id, Language, Medium, Texts};
use crate::publication::{
    Area, FileKind, FileRef, Index, MAX_LIST_BYTES, MAX_PACK_BYTES, MAX_UNPACKED_BYTES, PackEntry, PackKind,
    SharedMedia,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Files and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    /// Number of files.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

impl Amount {
    pub(super) fn add(&mut self, files: u64, bytes: u64) {
        self.files = self.files.saturating_add(files);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) fn less(self, other: Self) -> Self {
        Self {
            files: self.files.saturating_sub(other.files),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

/// What is planned for a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackState {
    /// It comes for the first time.
    New,
    /// It is here in another edition.
    Changed,
    /// It is here as it should be.
    Here,
}

/// A pack of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedPack {
    /// Its id; a trail's pack has the trail's.
    pub id: Id,
    /// The area that lists it.
    pub area: Id,
    /// What it is made around.
    pub kind: PackKind,
    /// Its name.
    pub name: Texts,
    /// How many places, panels and trails are in it.
    pub places: u32,
    /// How many panels are in it.
    pub panels: u32,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it is here.
    pub state: PackState,
    /// Its text, in bytes as they are downloaded.
    pub text_bytes: u64,
    /// All of its media, in bytes.
    pub media_bytes: u64,
}

/// The media of one kind and language in the chosen packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMedia {
    /// The medium.
    pub medium: Medium,
    /// The language, if they have one.
    pub language: Option<Language>,
    /// Whether they are chosen.
    pub chosen: bool,
    /// All of them. What several packs share is counted once, as far as the areas that were read tell.
    pub total: Amount,
    /// Those that are on this phone.
    pub here: Amount,
}

/// A sync that was thought through, and not begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What it would do and cost.
    pub summary: PlanSummary,
    pub(super) work: Work,
}

/// What a sync would do and cost.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanSummary {
    /// The publication.
    pub publication: Id,
    /// Who publishes it.
    pub publisher: String,
    /// The folder's address.
    pub source: String,
    /// The version that is offered.
    pub version: u64,
    /// The version that is installed, if one is.
    pub installed_version: Option<u64>,
    /// Every pack of the areas that were read, chosen or not, in the publication's order.
    pub packs: Vec<PlannedPack>,
    /// Packs that are installed and will be removed: not chosen any more, or not published any more.
    pub removed: Vec<Id>,
    /// The media of the chosen packs.
    pub media: Vec<PlannedMedia>,
    /// Packs, notices and code directories that must be fetched.
    pub text: Amount,
    /// All that must be fetched, text and chosen media. At most: what areas do not tell to be shared is counted twice.
    pub download: Amount,
    /// Free space that is needed, in bytes.
    pub needed_bytes: u64,
    /// Free space that there is, in bytes, where the system tells; what nothing names any more is counted as free.
    pub free_bytes: Option<u64>,
    /// Whether its publisher has not confirmed it in time.
    pub dated: Option<Dated>,
    /// What is odd about this device's clock.
    pub clock: Option<ClockTrouble>,
    /// SHA-256 of the root by which it is believed.
    pub root: Option<BlobHash>,
}

/// What a run needs of a plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Work {
    pub(super) source: Source,
    pub(super) choice: Choice,
    pub(super) index: Index,
    pub(super) chosen: Vec<PackEntry>,
    /// The hash of the index.
    pub(super) index_hash: BlobHash,
    /// What to remember of its signatures.
    pub(super) kept: Kept,
    /// Whether it may have a lower version than the installed one.
    pub(super) goes_back: bool,
    /// The index and areas that were fetched for this plan, to be kept.
    pub(super) areas: Vec<(BlobHash, Vec<u8>)>,
    /// Bytes that the plan fetched.
    pub(super) fetched_bytes: u64,
}

impl PlanSummary {
    /// Whether everything that was chosen is installed in this version already, with its media.
    pub fn is_up_to_date(&self) -> bool {
        self.installed_version == Some(self.version) && self.removed.is_empty() && self.download.files == 0
    }
}

/// An area with its bytes, if they were fetched just now.
struct ReadArea {
    id: Id,
    /// Whether all of its packs are wanted.
    taken: bool,
    area: Area,
    fetched: Option<(BlobHash, Vec<u8>)>,
    /// Bytes that came over the network for it.
    cost: u64,
}

pub(super) async fn plan(
    tools: &Tools,
    control: &Control,
    address: &str,
    choice: &Choice,
) -> Result<Plan, SyncError> {
    let source = Source::parse(address)?;
    let trusted = trusted_index(tools, control, &source).await?;
    let publication = trusted.index.publisher.id.clone();
    let (store, folder) = (Arc::clone(&tools.store), Folder::new(&tools.root));
    let (installed, before) = blocking(move || {
        let before = folder.edition(&publication).map(|edition| edition.choice);
        Ok((store.pack_hashes(&publication)?, before))
    })
    .await?;
    let wish = Wish {
        before: before.unwrap_or_default(),
        source: &source,
    };
    let choice = &wish.of_areas(choice, &trusted.index)?;
    let areas = read_areas(tools, control, &source, &trusted.index, choice).await?;
    let listed = list(&source, areas, choice, installed.into_iter().collect())?;
    let choice = wish.of_packs(choice, &listed)?;
    let folder = Folder::new(&tools.root);
    let store = Arc::clone(&tools.store);
    blocking(move || {
        let mut plan = weigh(&folder, source, trusted, listed, choice)?;
        let named = store.all_blobs()?.into_iter().collect();
        let freeable = folder.freeable(&named);
        plan.summary.free_bytes = plan.summary.free_bytes.map(|free| free.saturating_add(freeable));
        Ok(plan)
    })
    .await
}

/// Reads the areas from which packs may be wanted: all that are chosen, and every one if packs are chosen by name.
async fn read_areas(
    tools: &Tools,
    control: &Control,
    source: &Source,
    index: &Index,
    choice: &Choice,
) -> Result<Vec<ReadArea>, SyncError> {
    let hosts = &Hosts::new(source.clone(), &index.publisher.mirrors, &tools.reputation);
    let wanted = index.areas.iter().filter(|area| choice.looks_into(area));
    let reads: Vec<_> = wanted
        .map(|entry| {
            let publication = index.publisher.id.clone();
            async move {
                let url = source.hashed(FileKind::Area, &entry.file.hash);
                let wanting = Wanting {
                    kind: FileKind::Area,
                    file: &entry.file,
                    ways: &entry.ways,
                    limit: MAX_LIST_BYTES,
                };
                let had = have(tools, control, hosts, Some(&publication), &wanting).await?;
                let area = Area::parse(&had.bytes).map_err(|error| unreadable(&url, error))?;
                Ok(ReadArea {
                    id: entry.id.clone(),
                    taken: choice.takes_area(entry),
                    area,
                    cost: had.cost,
                    fetched: had.fresh.then_some((entry.file.hash.clone(), had.bytes)),
                })
            }
        })
        .collect();
    stream::iter(reads)
        .buffered(tools.options.parallel.max(1))
        .try_collect()
        .await
}

/// A text of the publication that was kept from an earlier sync, if it is still what its name says.
pub(super) async fn kept_text(folder: &Folder, publication: &Id, file: &FileRef) -> Option<Vec<u8>> {
    let (path, file) = (folder.text(publication, &file.hash), file.clone());
    let read = blocking(move || {
        let bytes = is_there(&path, file.bytes)
            .then(|| std::fs::read(&path).ok())
            .flatten();
        Ok(bytes.filter(|bytes| hash_of(bytes).as_ref() == Ok(&file.hash)))
    });
    read.await.ok().flatten()
}

/// The packs that the areas list.
pub(super) struct Listed {
    /// The area of each, the pack, and whether it is wanted.
    pub(super) packs: Vec<(Id, PackEntry, bool)>,
    pub(super) installed: BTreeMap<Id, BlobHash>,
    pub(super) areas: Vec<(BlobHash, Vec<u8>)>,
    /// What packs have in common.
    pub(super) shared: Vec<SharedMedia>,
    /// Bytes that came over the network for them.
    pub(super) cost: u64,
}

/// Puts the areas' packs in one list, each once, and refuses what contradicts itself.
fn list(
    source: &Source,
    areas: Vec<ReadArea>,
    choice: &Choice,
    installed: BTreeMap<Id, BlobHash>,
) -> Result<Listed, SyncError> {
    let broken = |why: String| SyncError::NotAPublication {
        url: source.as_str().to_owned(),
        why,
    };
    let mut packs: Vec<(Id, PackEntry, bool)> = Vec::new();
    let mut seen: HashMap<Id, BlobHash> = HashMap::new();
    let mut fetched = Vec::new();
    let mut shared: Vec<SharedMedia> = Vec::new();
    let mut cost = 0;
    for read in areas {
        cost += read.cost;
        for entry in read.area.packs {
            if entry.file.bytes > MAX_PACK_BYTES || entry.unpacked_bytes > MAX_UNPACKED_BYTES {
                return Err(broken(format!(
                    "pack \"{}\" announces {} bytes, {} unpacked, and at most {MAX_PACK_BYTES} and {MAX_UNPACKED_BYTES} are \
                     allowed",
                    entry.id, entry.file.bytes, entry.unpacked_bytes
                )));
            }
            match seen.insert(entry.id.clone(), entry.file.hash.clone()) {
                None => {
                    let wanted = choice.takes_pack(read.taken, &entry);
                    packs.push((read.id.clone(), entry, wanted));
                }
                // A trail may lie in two areas.
                Some(hash) if hash == entry.file.hash => {
                    if let Some(first) = packs.iter_mut().find(|(_, p, _)| read.taken && p.id == entry.id) {
                        (first.0, first.2) = (read.id.clone(), true);
                    }
                }
                Some(_) => {
                    return Err(broken(format!(
                        "pack \"{}\" is listed twice, differently",
                        entry.id
                    )));
                }
            }
        }
        fetched.extend(read.fetched);
        // Packs of two areas are listed with both.
        let new: Vec<_> = read
            .area
            .shared
            .into_iter()
            .filter(|group| !shared.contains(group))
            .collect();
        shared.extend(new);
    }
    Ok(Listed {
        packs,
        installed,
        areas: fetched,
        shared,
        cost,
    })
}
