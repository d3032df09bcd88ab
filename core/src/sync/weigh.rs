//! A plan's figures: what is listed against what is on disk. Blocks; reads, never writes.

use super::folder::{Folder, is_there};
use super::metadata::Trusted;
use super::patched::is_pack_there;
use super::plan::{Amount, Listed, PackState, Plan, PlanSummary, PlannedMedia, PlannedPack, Work};
use super::source::Source;
use super::{Choice, SyncError};
use crate::catalogue::model::{BlobHash, Id, Language, Medium};
use crate::publication::{FileRef, MAX_UNPACKED_BYTES, PackEntry, PackHead, PackText, SharedMedia};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

/// Bytes kept free beyond what is written, so that the phone itself goes on working.
const RESERVE_BYTES: u64 = 32 << 20;
/// Room that the catalogue takes while it is switched, as a multiple of the unpacked packs: the tables, their indexes and
/// the journal of the transaction.
const CATALOGUE_TIMES: u64 = 4;

/// Compares what is listed with what is on disk.
pub(super) fn weigh(
    folder: &Folder,
    source: Source,
    trusted: Trusted,
    listed: Listed,
    choice: Choice,
) -> Result<Plan, SyncError> {
    let Trusted {
        index,
        index_hash,
        fetched,
        installed: installed_version,
        goes_back,
        bytes: metadata_bytes,
        kept,
        dated,
        clock,
    } = trusted;
    let publication = index.publisher.id.clone();
    let mut tally = Tally {
        folder,
        publication: &publication,
        choice: &choice,
        counted: HashSet::new(),
        found: HashSet::new(),
        exact: HashSet::new(),
        summed: HashSet::new(),
        media: BTreeMap::new(),
    };
    let (mut packs, mut chosen) = (Vec::new(), Vec::new());
    let mut text = Amount::default();
    let mut unpacked_bytes = 0_u64;
    for (area, entry, wanted) in &listed.packs {
        let here = listed.installed.get(&entry.id);
        let planned = planned(area, entry, here, *wanted);
        if planned.chosen {
            chosen.push(entry.clone());
            if !is_pack_there(folder, &publication, &entry.file) {
                text.add(1, to_fetch(entry, here));
            }
            if planned.state != PackState::Here {
                unpacked_bytes = unpacked_bytes.saturating_add(entry.unpacked_bytes);
            }
            tally.pack(entry, here);
        }
        packs.push(planned);
    }
    tally.share(&listed.shared);
    let lists = index
        .notices
        .iter()
        .chain(index.codes.iter().map(|codes| &codes.file));
    for file in lists.filter(|file| !is_there(&folder.text(&publication, &file.hash), file.bytes)) {
        text.add(1, file.bytes);
    }
    let media: Vec<_> = tally.media.into_values().collect();
    let mut download = text;
    for planned in media.iter().filter(|planned| planned.chosen) {
        let missing = planned.total.less(planned.here);
        download.add(missing.files, missing.bytes);
    }
    let stay: BTreeSet<&Id> = chosen.iter().map(|entry: &PackEntry| &entry.id).collect();
    let removed = listed
        .installed
        .keys()
        .filter(|id| !stay.contains(id))
        .cloned()
        .collect();
    let summary = PlanSummary {
        publisher: index.publisher.name.clone(),
        source: source.as_str().to_owned(),
        version: index.version,
        installed_version,
        packs,
        removed,
        media,
        text,
        download,
        needed_bytes: needed(download.bytes, unpacked_bytes),
        free_bytes: folder.free_bytes(),
        dated,
        clock,
        root: kept.fingerprint.clone(),
        publication: publication.clone(),
    };
    let areas = fetched.into_iter().chain(listed.areas).collect();
    let fetched_bytes = metadata_bytes + listed.cost;
    let work = Work {
        source,
        choice,
        index,
        index_hash,
        kept,
        goes_back,
        chosen,
        areas,
        fetched_bytes,
    };
    Ok(Plan { summary, work })
}

/// Bytes that a pack will probably cost: a patch, if there is one for what is here.
fn to_fetch(entry: &PackEntry, here: Option<&BlobHash>) -> u64 {
    let patches = entry.patches.iter().map(|patch| patch.file.bytes);
    let patch = here.and_then(|_| patches.max());
    patch.unwrap_or(entry.file.bytes)
}

/// Free space that a download and the switch of the catalogue need; nothing if there is nothing to write.
pub(super) fn needed(download_bytes: u64, unpacked_bytes: u64) -> u64 {
    let written = unpacked_bytes
        .saturating_mul(CATALOGUE_TIMES)
        .saturating_add(download_bytes);
    if written == 0 {
        0
    } else {
        written.saturating_add(RESERVE_BYTES)
    }
}

fn planned(area: &Id, entry: &PackEntry, here: Option<&BlobHash>, chosen: bool) -> PlannedPack {
    PlannedPack {
        id: entry.id.clone(),
        area: area.clone(),
        kind: entry.kind,
        name: entry.name.clone(),
        places: entry.places,
        panels: entry.panels,
        chosen,
        state: match here {
            None => PackState::New,
            Some(hash) if *hash == entry.file.hash => PackState::Here,
            Some(_) => PackState::Changed,
        },
        text_bytes: entry.file.bytes,
        media_bytes: entry
            .media
            .iter()
            .fold(0, |sum, media| sum.saturating_add(media.bytes)),
    }
}

/// Adds up the media of packs.
struct Tally<'a> {
    folder: &'a Folder,
    publication: &'a Id,
    choice: &'a Choice,
    /// Blobs that are counted: of packs that are here, which may share some.
    counted: HashSet<BlobHash>,
    /// Blobs that are counted as being on this phone.
    found: HashSet<BlobHash>,
    /// Packs whose blobs were counted one by one.
    exact: HashSet<Id>,
    /// Packs of which the totals were added.
    summed: HashSet<Id>,
    media: BTreeMap<(&'static str, Option<Language>), PlannedMedia>,
}

impl Tally<'_> {
    /// A pack that is here lists its blobs, which is exact. Of another edition the area tells the totals, and the edition
    /// that is here tells which media probably stay.
    fn pack(&mut self, entry: &PackEntry, here: Option<&BlobHash>) {
        let kept = here.and_then(|hash| self.kept_pack(hash));
        match kept {
            Some(pack) if here == Some(&entry.file.hash) => {
                self.exact.insert(entry.id.clone());
                for blob in pack.blobs {
                    let counts = self.counted.insert(blob.file.hash.clone());
                    let found = self.finds(&blob.file);
                    let row = self.row(blob.medium, blob.language);
                    if counts {
                        row.total.add(1, blob.file.bytes);
                    }
                    if found {
                        row.here.add(1, blob.file.bytes);
                    }
                }
            }
            kept => {
                self.summed.insert(entry.id.clone());
                let mut stay: BTreeMap<_, Amount> = BTreeMap::new();
                for blob in kept.into_iter().flat_map(|pack| pack.blobs) {
                    if self.finds(&blob.file) {
                        stay.entry((blob.medium.name(), blob.language))
                            .or_default()
                            .add(1, blob.file.bytes);
                    }
                }
                for total in &entry.media {
                    let stays = stay
                        .remove(&(total.medium.name(), total.language.clone()))
                        .unwrap_or_default();
                    let row = self.row(total.medium, total.language.clone());
                    row.total.add(u64::from(total.files), total.bytes);
                    row.here.add(
                        stays.files.min(u64::from(total.files)),
                        stays.bytes.min(total.bytes),
                    );
                }
            }
        }
    }

    /// Whether a blob is on this phone, and was not counted as such before.
    fn finds(&mut self, file: &FileRef) -> bool {
        is_there(&self.folder.blob(&file.hash), file.bytes) && self.found.insert(file.hash.clone())
    }

    /// Takes off again what was added more than once because packs have it in common.
    fn share(&mut self, shared: &[SharedMedia]) {
        for group in shared {
            let among =
                |counted: &HashSet<Id>| group.packs.iter().filter(|pack| counted.contains(pack)).count();
            let times = among(&self.summed) + among(&self.exact).min(1);
            let again = times.saturating_sub(1) as u64;
            let key = (group.total.medium.name(), group.total.language.clone());
            if let Some(row) = self.media.get_mut(&key) {
                row.total = row.total.less(Amount {
                    files: u64::from(group.total.files).saturating_mul(again),
                    bytes: group.total.bytes.saturating_mul(again),
                });
                row.here = Amount {
                    files: row.here.files.min(row.total.files),
                    bytes: row.here.bytes.min(row.total.bytes),
                };
            }
        }
    }

    fn row(&mut self, medium: Medium, language: Option<Language>) -> &mut PlannedMedia {
        let chosen = self.choice.takes_media(medium, language.as_ref());
        self.media
            .entry((medium.name(), language.clone()))
            .or_insert(PlannedMedia {
                medium,
                language,
                chosen,
                total: Amount::default(),
                here: Amount::default(),
            })
    }

    /// A pack as it was kept from an earlier sync; its bytes were verified then, and are verified again before they count.
    fn kept_pack(&self, hash: &BlobHash) -> Option<PackHead> {
        let bytes = fs::read(self.folder.text(self.publication, hash)).ok()?;
        PackText::unpack(&bytes, MAX_UNPACKED_BYTES).ok()?.head().ok()
    }
}
