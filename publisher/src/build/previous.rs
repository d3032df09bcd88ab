//! The publication that stands in the output folder: what the next one has to keep (pack ids, record ids, codes), and which
//! files are its own.

use super::references::{aliases, codes};
use super::{BuildError, Damage};
use alloclap_core::catalogue::model::{Id, Record};
use crate::keys;
use alloclap_core::publication::{Area, Codes, FORMAT, FileKind, FileRef, Index, Notices, Pack, PackKind};
use sha2::{Digest, Sha256};
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
    /// SHA-256 of its unpacked bytes.
    pub unpacked: [u8; 32],
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
    /// The file of its index.
    pub index_file: FileRef,
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
}

impl Previous {
    /// Reads the publication in a folder; `None` if there is none.
    ///
    /// # Errors
    /// [`BuildError::Previous`] if there is one that cannot be read: continuing would lose ids that are printed on panels.
    pub fn read(out: &Path) -> Result<Option<Self>, BuildError> {
        let Some((index_file, index, index_bytes)) = Self::index_in(out)? else {
            return Ok(None);
        };
        let mut previous = Self {
            files: BTreeSet::from([FileKind::Index.path(&index_file.hash).into()]),
            index_file,
            index_bytes,
            packs: BTreeMap::new(),
            records: BTreeMap::new(),
            codes: BTreeMap::new(),
            index,
        };
        for entry in previous.index.areas.clone() {
            let bytes = previous.file(out, "areas", ".json", &entry.file)?;
            let area: Area = serde_json::from_slice(&bytes).map_err(|error| unreadable(out, error))?;
            for pack in area.packs {
                previous.pack(out, &entry.id, pack)?;
            }
        }
        for entry in previous.index.codes.clone() {
            let bytes = previous.file(out, "codes", ".json", &entry.file)?;
            serde_json::from_slice::<Codes>(&bytes).map_err(|error| unreadable(out, error))?;
        }
        if let Some(file) = previous.index.notices.clone() {
            let bytes = previous.file(out, "notices", ".json", &file)?;
            serde_json::from_slice::<Notices>(&bytes).map_err(|error| unreadable(out, error))?;
        }
        Ok(Some(previous))
    }

    /// The signed index of a publication, and its bytes.
    pub fn index_in(out: &Path) -> Result<Option<(FileRef, Index, Vec<u8>)>, BuildError> {
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
        Ok(Some((standing.index, index, index_bytes)))
    }

    fn pack(
        &mut self,
        out: &Path,
        area: &Id,
        entry: alloclap_core::publication::PackEntry,
    ) -> Result<(), BuildError> {
        let bytes = self.file(out, "packs", ".json.zst", &entry.file)?;
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
        let old = OldPack {
            area: area.clone(),
            kind: entry.kind,
            file: entry.file,
            unpacked: Sha256::digest(&json).into(),
            places,
        };
        self.packs.insert(entry.id, old);
        Ok(())
    }

    fn file(
        &mut self,
        out: &Path,
        folder: &str,
        ending: &str,
        file: &FileRef,
    ) -> Result<Vec<u8>, BuildError> {
        let name = Path::new(folder).join(format!("{}{ending}", file.hash));
        let path = out.join(&name);
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        if super::store::hash_of(&bytes).ok().as_ref() != Some(&file.hash) {
            return Err(unreadable(&path, Damage::OtherBytes));
        }
        self.files.insert(name);
        Ok(bytes)
    }
}

fn unreadable(path: &Path, why: impl Into<Damage>) -> BuildError {
    BuildError::Previous {
        path: path.to_owned(),
        why: why.into(),
    }
}
