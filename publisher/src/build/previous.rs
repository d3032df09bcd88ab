//! The publication that stands in the output folder: what the next one has to keep (pack ids, record ids, codes), and which
//! files are its own.

use super::references::{aliases, codes};
use super::texts::{OldText, key};
use super::{BuildError, Damage};
use crate::keys::{self, Standing};
use alloclap_core::catalogue::model::{Id, Record};
use alloclap_core::publication::{
    Area, CodesEntry, FORMAT, FileKind, FileRef, Index, Notices, Pack, PackKind, Ways,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A pack as it was published.
pub(super) struct OldPack {
    /// The area that lists it.
    pub area: Id,
    /// What it is made around.
    pub kind: PackKind,
    /// Its file.
    pub file: FileRef,
    /// The places in it.
    pub places: BTreeSet<Id>,
}

/// What an id or a code meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OldRecord {
    /// Its kind.
    pub kind: &'static str,
    /// The packs that it was in.
    pub packs: BTreeSet<Id>,
}

/// A publication that was built before.
pub(super) struct Previous {
    /// Its index.
    pub index: Index,
    /// The bytes of its index.
    pub index_bytes: Vec<u8>,
    /// Its packs.
    pub packs: BTreeMap<Id, OldPack>,
    /// Its records by id; aliases have entries of their own.
    pub records: BTreeMap<Id, OldRecord>,
    /// The record that each code meant.
    pub codes: BTreeMap<String, Id>,
    /// Its files, relative to the folder.
    pub files: BTreeSet<PathBuf>,
    /// Its texts.
    pub texts: BTreeMap<String, OldText>,
}

impl Previous {
    /// Reads the publication in a folder; `None` if there is none.
    ///
    /// # Errors
    /// [`BuildError::Previous`] if there is one that cannot be read: continuing would lose ids that are printed on panels.
    pub fn read(out: &Path) -> Result<Option<Self>, BuildError> {
        let Some((standing, index, index_bytes)) = Self::index_in(out)? else {
            return Ok(None);
        };
        let (index_file, signed_ways) = (standing.index, standing.custom);
        let mut previous = Self {
            files: BTreeSet::from([FileKind::Index.path(&index_file.hash).into()]),
            index_bytes,
            packs: BTreeMap::new(),
            records: BTreeMap::new(),
            codes: BTreeMap::new(),
            texts: BTreeMap::new(),
            index,
        };
        previous.text(FileKind::Index, "", &index_file, &signed_ways);
        for entry in previous.index.areas.clone() {
            let bytes = previous.file(out, FileKind::Area, &entry.file)?;
            previous.text(FileKind::Area, entry.id.as_str(), &entry.file, &entry.ways);
            let area: Area = serde_json::from_slice(&bytes).map_err(|error| unreadable(out, error))?;
            for pack in area.packs {
                previous.pack(out, &entry.id, pack)?;
            }
        }
        let mut open: Vec<CodesEntry> = previous.index.codes.clone();
        open.extend(previous.index.code_shards.clone());
        while let Some(entry) = open.pop() {
            let bytes = previous.file(out, FileKind::Codes, &entry.file)?;
            previous.text(FileKind::Codes, &entry.prefix, &entry.file, &entry.ways);
            let shard: Shards = serde_json::from_slice(&bytes).map_err(|error| unreadable(out, error))?;
            open.extend(shard.shards);
        }
        if let Some(file) = previous.index.notices.clone() {
            let bytes = previous.file(out, FileKind::Notices, &file)?;
            serde_json::from_slice::<Notices>(&bytes).map_err(|error| unreadable(out, error))?;
        }
        Ok(Some(previous))
    }

    /// The signed index of a publication, and its bytes.
    pub fn index_in(out: &Path) -> Result<Option<(Standing, Index, Vec<u8>)>, BuildError> {
        let standing = keys::standing(out).map_err(|(path, error)| unreadable(&path, error))?;
        let Some(standing) = standing else {
            return Ok(None);
        };
        let path = out.join(FileKind::Index.path(&standing.index.hash));
        let index_bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        if super::store::hash_of(&index_bytes).ok().as_ref() != Some(&standing.index.hash) {
            return Err(unreadable(&path, Damage::OtherBytes));
        }
        let index: Index = serde_json::from_slice(&index_bytes).map_err(|error| unreadable(&path, error))?;
        if index.format > FORMAT {
            let format = index.format;
            return Err(unreadable(&path, Damage::Newer { format }));
        }
        Ok(Some((standing, index, index_bytes)))
    }

    fn pack(
        &mut self,
        out: &Path,
        area: &Id,
        entry: alloclap_core::publication::PackEntry,
    ) -> Result<(), BuildError> {
        let bytes = self.file(out, FileKind::Pack, &entry.file)?;
        let limit = usize::try_from(entry.unpacked_bytes).unwrap_or(usize::MAX);
        let json = zstd::bulk::decompress(&bytes, limit).map_err(|error| unreadable(out, error))?;
        let pack: Pack = serde_json::from_slice(&json).map_err(|error| unreadable(out, error))?;
        let mut places = BTreeSet::new();
        for value in pack.records {
            let record: Record = serde_json::from_value(value).map_err(|error| unreadable(out, error))?;
            if let Record::Place(place) = &record {
                places.insert(place.id.clone());
            }
            for code in codes(&record) {
                self.codes.insert(code, record.id().clone());
            }
            for id in std::iter::once(record.id()).chain(aliases(&record)) {
                let known = self.records.entry(id.clone()).or_insert_with(|| OldRecord {
                    kind: record.kind(),
                    packs: BTreeSet::new(),
                });
                known.packs.insert(pack.id.clone());
            }
        }
        for blob in pack.blobs {
            self.files
                .insert(Path::new("media").join(blob.file.hash.as_str()));
        }
        let plain = FileRef {
            hash: super::store::hash_of(&json).map_err(|error| unreadable(out, error))?,
            bytes: json.len() as u64,
        };
        let ways = Ways {
            packed: None,
            patches: entry.patches,
        };
        self.ways(&ways);
        let old = OldText {
            plain,
            served: (FileKind::Pack.path(&entry.file.hash).into(), true),
            file: entry.file.clone(),
            ways,
        };
        self.texts.insert(key(FileKind::Pack, entry.id.as_str()), old);
        let old = OldPack {
            area: area.clone(),
            kind: entry.kind,
            file: entry.file,
            places,
        };
        self.packs.insert(entry.id, old);
        Ok(())
    }

    /// A list as it was published.
    fn text(&mut self, kind: FileKind, name: &str, file: &FileRef, ways: &Ways) {
        self.ways(ways);
        let old = OldText {
            plain: file.clone(),
            served: (kind.path(&file.hash).into(), false),
            file: file.clone(),
            ways: ways.clone(),
        };
        self.texts.insert(key(kind, name), old);
    }

    fn ways(&mut self, ways: &Ways) {
        let packed = ways.packed.iter().map(|file| FileKind::Packed.path(&file.hash));
        let patches = ways
            .patches
            .iter()
            .map(|patch| FileKind::Patch.path(&patch.file.hash));
        self.files.extend(packed.chain(patches).map(PathBuf::from));
    }

    fn file(&mut self, out: &Path, kind: FileKind, file: &FileRef) -> Result<Vec<u8>, BuildError> {
        let name = PathBuf::from(kind.path(&file.hash));
        let path = out.join(&name);
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        if super::store::hash_of(&bytes).ok().as_ref() != Some(&file.hash) {
            return Err(unreadable(&path, Damage::OtherBytes));
        }
        self.files.insert(name);
        Ok(bytes)
    }
}

/// A code directory or shard, as far as it leads to others.
#[derive(Deserialize)]
struct Shards {
    #[serde(default)]
    shards: Vec<CodesEntry>,
}

fn unreadable(path: &Path, why: impl Into<Damage>) -> BuildError {
    BuildError::Previous {
        path: path.to_owned(),
        why: why.into(),
    }
}
