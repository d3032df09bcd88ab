//! What the publications on this phone say beyond their own packs: which pack has a code that is not here and what it costs,
//! and whose root an address has that was never followed. Reads what earlier syncs kept, and asks a server only for the code
//! shard or the area that is missing; what it fetches is kept, so that the same question needs no network again.

use super::download::blocking;
use super::folder::{Folder, is_there};
use super::hosts::Hosts;
use super::kept::Edition;
use super::metadata::unreadable;
use super::part::write_whole;
use super::source::Source;
use super::ways::{Had, Wanting, have};
use super::{Control, SyncError, syncer::Tools};
use crate::catalogue::model::{BlobHash, Id, Texts};
use crate::publication::{
    Area, AreaEntry, CodeShard, CodesEntry, FileKind, FileRef, Index, MAX_LIST_BYTES, Neighbour, PackEntry,
    Ways,
};
use std::collections::HashSet;
use std::fs;
use std::time::Duration;

/// Most shards that lie one in another: more than digits that a thousand million codes need.
const MAX_DEPTH: usize = 12;
/// Somebody stands before a panel: one more try, soon, and then it is said that there is no network.
const FAILURES: u32 = 2;
const WAIT: Duration = Duration::from_millis(400);

/// A pack that is not on this phone, with what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The publication that has it.
    pub publication: Id,
    /// The address under which that is followed.
    pub address: String,
    /// The pack to download; a trail's has the trail's id.
    pub pack: Id,
    /// The area that lists the pack.
    pub area: Id,
    /// The pack's name.
    pub name: Texts,
    /// How many places are in it.
    pub places: u32,
    /// How many panels are in it.
    pub panels: u32,
    /// Its text, in bytes as they are downloaded.
    pub text_bytes: u64,
    /// All of its media, in bytes.
    pub media_bytes: u64,
}

/// Looks for a code: in the lists of small publications, which every phone keeps, and in the shards of large ones. If a host is
/// given that some of them list, the others are not asked. One publication's trouble does not hide what another knows.
pub(super) async fn locate(
    tools: &Tools,
    code: &str,
    host: Option<&str>,
) -> Result<Option<Located>, SyncError> {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let mut asked = editions(tools).await?;
    let lists = |edition: &Edition| {
        let hosts = &edition.index.publisher.hosts;
        hosts
            .iter()
            .any(|listed| host.is_some_and(|host| listed.trim().eq_ignore_ascii_case(host)))
    };
    if asked.iter().any(|(_, edition)| lists(edition)) {
        asked.retain(|(_, edition)| lists(edition));
    }
    let mut failed = None;
    for (publication, edition) in asked {
        let look = Look::new(tools, publication, edition)?;
        match look.code(&code).await {
            Ok(Some(found)) => return Ok(Some(found)),
            Ok(None) => {}
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(None), Err)
}

/// What a pack of a followed publication is called and costs; nothing if the publication does not have it.
pub(super) async fn offer(tools: &Tools, publication: Id, pack: &Id) -> Result<Option<Located>, SyncError> {
    let folder = Folder::new(&tools.root);
    let asked = publication.clone();
    let edition = blocking(move || Ok(folder.edition(&asked))).await?;
    match edition {
        Some(edition) => Look::new(tools, publication, edition)?.pack(pack, None).await,
        None => Ok(None),
    }
}

/// The root that the directory of a followed publication gives for an address.
pub(super) async fn introduced(tools: &Tools, source: &Source) -> Result<Option<BlobHash>, SyncError> {
    let same = |address: &str| Source::parse(address).is_ok_and(|other| other == *source);
    let all = neighbours(tools).await?;
    Ok(all.into_iter().find(|one| same(&one.address)).map(|one| one.root))
}

/// Every publication that those on this phone know, each address once.
pub(super) async fn neighbours(tools: &Tools) -> Result<Vec<Neighbour>, SyncError> {
    let editions = editions(tools).await?;
    let listed = editions
        .into_iter()
        .flat_map(|(_, edition)| edition.index.directory);
    let mut seen = HashSet::new();
    Ok(listed.filter(|one| seen.insert(one.address.clone())).collect())
}

/// The texts of code shards that are on this phone and still of use with an index: its own, those that have not changed since
/// an earlier one, and those from which patches lead to the new ones. Blocks.
pub(super) fn kept_shards(folder: &Folder, publication: &Id, index: &Index) -> HashSet<BlobHash> {
    let mut kept = HashSet::new();
    let mut open: Vec<BlobHash> = Vec::new();
    let add = |entry: &CodesEntry, open: &mut Vec<BlobHash>| {
        let before = entry.ways.patches.iter().map(|patch| patch.from.clone());
        open.extend(std::iter::once(entry.file.hash.clone()).chain(before));
    };
    index.code_shards.iter().for_each(|entry| add(entry, &mut open));
    while let Some(hash) = open.pop() {
        let read = fs::read(folder.text(publication, &hash)).ok();
        let Some(shard) = read.and_then(|bytes| CodeShard::parse(&bytes).ok()) else {
            continue;
        };
        if kept.insert(hash) {
            shard.shards.iter().for_each(|entry| add(entry, &mut open));
        }
    }
    kept
}

/// What every followed publication consists of.
async fn editions(tools: &Tools) -> Result<Vec<(Id, Edition)>, SyncError> {
    let folder = Folder::new(&tools.root);
    blocking(move || {
        let mut publications = folder.publications();
        publications.sort();
        Ok(publications
            .into_iter()
            .filter_map(|publication| {
                let edition = folder.edition(&publication)?;
                Some((publication, edition))
            })
            .collect())
    })
    .await
}

/// A look into one publication.
struct Look {
    tools: Tools,
    control: Control,
    folder: Folder,
    source: Source,
    hosts: Hosts,
    publication: Id,
    edition: Edition,
}

impl Look {
    fn new(tools: &Tools, publication: Id, edition: Edition) -> Result<Self, SyncError> {
        let mut tools = tools.clone();
        tools.options.retry.max_failures = FAILURES;
        tools.options.retry.first_wait = WAIT;
        let source = Source::parse(&edition.source)?;
        Ok(Self {
            control: Control::new(),
            folder: Folder::new(&tools.root),
            hosts: Hosts::new(
                source.clone(),
                &edition.index.publisher.mirrors,
                &tools.reputation,
            ),
            tools,
            source,
            publication,
            edition,
        })
    }

    async fn code(&self, code: &str) -> Result<Option<Located>, SyncError> {
        if let Some(pack) = self.edition.codes.get(code) {
            return self.pack(pack, None).await;
        }
        let mut next = self.edition.index.code_shards.clone();
        for _ in 0..MAX_DEPTH {
            let Some(entry) = next.take() else {
                return Ok(None);
            };
            let had = self.text(FileKind::Codes, &entry.file, &entry.ways).await?;
            let url = self.source.hashed(FileKind::Codes, &entry.file.hash);
            let shard = CodeShard::parse(&had.bytes).map_err(|error| unreadable(&url, error))?;
            match shard.find(code) {
                Some(Ok(home)) => return self.pack(&home.pack, Some(&home.area)).await,
                Some(Err(deeper)) => next = Some(deeper.clone()),
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// A pack, in the area that has it; without one all are read, those that are here first.
    async fn pack(&self, pack: &Id, area: Option<&Id>) -> Result<Option<Located>, SyncError> {
        let mut areas: Vec<&AreaEntry> = self.edition.index.areas.iter().collect();
        areas.retain(|entry| area.is_none_or(|area| entry.id == *area));
        let here = |entry: &&AreaEntry| {
            is_there(
                &self.folder.text(&self.publication, &entry.file.hash),
                entry.file.bytes,
            )
        };
        areas.sort_by_key(|entry| !here(entry));
        for entry in areas {
            let had = self.text(FileKind::Area, &entry.file, &entry.ways).await?;
            let url = self.source.hashed(FileKind::Area, &entry.file.hash);
            let listed = Area::parse(&had.bytes).map_err(|error| unreadable(&url, error))?;
            if let Some(found) = listed.packs.into_iter().find(|listed| listed.id == *pack) {
                return Ok(Some(self.located(&entry.id, found)));
            }
        }
        Ok(None)
    }

    fn located(&self, area: &Id, pack: PackEntry) -> Located {
        Located {
            publication: self.publication.clone(),
            address: self.edition.source.clone(),
            area: area.clone(),
            places: pack.places,
            panels: pack.panels,
            text_bytes: pack.file.bytes,
            media_bytes: pack
                .media
                .iter()
                .fold(0, |sum, media| sum.saturating_add(media.bytes)),
            name: pack.name,
            pack: pack.id,
        }
    }

    /// A text, kept if it had to be fetched.
    async fn text(&self, kind: FileKind, file: &FileRef, ways: &Ways) -> Result<Had, SyncError> {
        let wanting = Wanting {
            kind,
            file,
            ways,
            limit: MAX_LIST_BYTES,
        };
        let publication = Some(&self.publication);
        let had = have(&self.tools, &self.control, &self.hosts, publication, &wanting).await?;
        if had.fresh {
            let (root, publication) = (self.tools.root.clone(), self.publication.clone());
            let (hash, bytes) = (file.hash.clone(), had.bytes.clone());
            // While a sync writes, or on a full disk, it is not kept and fetched again the next time.
            let _ = blocking(move || {
                let (folder, _released) = Folder::lock(&root)?;
                write_whole(&folder, &hash, &folder.text(&publication, &hash), &bytes)
            })
            .await;
        }
        Ok(had)
    }
}
