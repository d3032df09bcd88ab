//! A text of a publication → its files: the text itself, packed, and patches from its last versions. What did not change since
//! the last publication is not made again.
//!
//! Old versions are kept packed in `.versions`, which no server hands out and which may be deleted: then phones fetch whole
//! texts once.

use super::BuildError;
use super::store::{Store, hash_of};
use alloclap_core::catalogue::model::{BlobHash, Id};
use alloclap_core::publication::{FileKind, FileRef, Patch, Ways, make_patch, pack_text, unpack_text};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// From how many old versions a text has patches: a visitor who comes back after three editions still fetches little.
const VERSIONS: usize = 3;
/// A patch is offered if it is so many times smaller than the packed text.
const WORTH: usize = 2;
const FOLDER: &str = ".versions";
const LIST: &str = ".versions.json";

/// A text as it was published.
#[derive(Debug, Clone)]
pub(super) struct OldText {
    /// Its bytes, unpacked.
    pub plain: FileRef,
    /// The file that is served, relative to the folder, and whether it is packed.
    pub served: (PathBuf, bool),
    /// Its file as it was listed.
    pub file: FileRef,
    /// Other ways to it.
    pub ways: Ways,
}

/// What a text is called from one publication to the next.
pub(super) fn key(kind: FileKind, name: &str) -> String {
    let kind = match kind {
        FileKind::Index => "index",
        FileKind::Area => "area",
        FileKind::Pack => "pack",
        _ => "codes",
    };
    format!("{kind}:{name}")
}

/// A text that is written.
pub(super) struct Written {
    /// What lists it: of a pack the packed file, else the text itself.
    pub file: FileRef,
    /// Other ways to it.
    pub ways: Ways,
    /// SHA-256 of the text.
    pub plain: BlobHash,
}

/// Old versions by key, the newest first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Versions {
    texts: BTreeMap<String, Vec<FileRef>>,
}

/// Writes texts.
pub(super) struct TextStore<'a> {
    store: &'a Store,
    old: BTreeMap<String, OldText>,
    versions: Mutex<Versions>,
    used: Mutex<BTreeSet<PathBuf>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> TextStore<'a> {
    /// With the texts of the last publication.
    pub fn new(store: &'a Store, old: BTreeMap<String, OldText>) -> Self {
        let versions = fs::read(store.path(Path::new(LIST)))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self {
            store,
            old,
            versions: Mutex::new(versions),
            used: Mutex::default(),
        }
    }

    /// Writes a list: the text as it is, and packed.
    pub fn list(&self, kind: FileKind, name: &str, text: &[u8]) -> Result<Written, BuildError> {
        let plain = self.plain(text)?;
        let key = key(kind, name);
        if let Some(old) = self.unchanged(&key, &plain) {
            return Ok(old);
        }
        let packed = pack_text(text).map_err(|error| self.store.failed(error))?;
        let patches = self.patches(&key, text, packed.len())?;
        let file = self.put(kind, text)?;
        // A list so short that packing gains nothing has no other way to it.
        let packed = if packed.len() + 100 < text.len() {
            Some(self.put(FileKind::Packed, &packed)?)
        } else {
            None
        };
        Ok(Written {
            file,
            ways: Ways { packed, patches },
            plain: plain.hash,
        })
    }

    /// Writes a pack: packed alone.
    pub fn pack(&self, id: &Id, text: &[u8]) -> Result<Written, BuildError> {
        let plain = self.plain(text)?;
        let key = key(FileKind::Pack, id.as_str());
        if let Some(old) = self.unchanged(&key, &plain) {
            return Ok(old);
        }
        let packed = pack_text(text).map_err(|error| self.store.failed(error))?;
        let patches = self.patches(&key, text, packed.len())?;
        Ok(Written {
            file: self.put(FileKind::Pack, &packed)?,
            ways: Ways {
                packed: None,
                patches,
            },
            plain: plain.hash,
        })
    }

    /// The files that were written or are needed still.
    pub fn used(&self) -> BTreeSet<PathBuf> {
        lock(&self.used).clone()
    }

    /// Keeps the old versions that patches were made from; throws away what is older.
    pub fn keep(self) -> Result<(), BuildError> {
        let versions = self.versions.into_inner().unwrap_or_else(PoisonError::into_inner);
        let named: BTreeSet<String> = versions
            .texts
            .values()
            .flatten()
            .map(|file| file.hash.to_string())
            .collect();
        let folder = self.store.path(Path::new(FOLDER));
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !named.contains(name.split('.').next().unwrap_or_default()) {
                fs::remove_file(entry.path()).map_err(|error| BuildError::io(&entry.path(), error))?;
            }
        }
        if versions.texts.is_empty() {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&versions).map_err(|error| self.store.failed(error))?;
        self.store.put_named(LIST, &bytes)
    }

    fn plain(&self, text: &[u8]) -> Result<FileRef, BuildError> {
        Ok(FileRef {
            hash: hash_of(text).map_err(|error| self.store.failed(error))?,
            bytes: text.len() as u64,
        })
    }

    fn put(&self, kind: FileKind, bytes: &[u8]) -> Result<FileRef, BuildError> {
        let file = self.store.put_as(kind, bytes)?;
        lock(&self.used).insert(kind.path(&file.hash).into());
        Ok(file)
    }

    fn unchanged(&self, key: &str, plain: &FileRef) -> Option<Written> {
        let old = self.old.get(key).filter(|old| old.plain == *plain)?;
        let mut used = lock(&self.used);
        used.insert(old.served.0.clone());
        let packed = old
            .ways
            .packed
            .iter()
            .map(|file| FileKind::Packed.path(&file.hash));
        let patches = old
            .ways
            .patches
            .iter()
            .map(|patch| FileKind::Patch.path(&patch.file.hash));
        used.extend(packed.chain(patches).map(PathBuf::from));
        Some(Written {
            file: old.file.clone(),
            ways: old.ways.clone(),
            plain: old.plain.hash.clone(),
        })
    }

    /// Patches to a text that has changed, from its last versions.
    fn patches(&self, key: &str, text: &[u8], packed_bytes: usize) -> Result<Vec<Patch>, BuildError> {
        let Some(old) = self.old.get(key) else {
            return Ok(Vec::new());
        };
        self.remember(key, old)?;
        let versions = lock(&self.versions).texts.get(key).cloned().unwrap_or_default();
        let mut patches = Vec::new();
        for version in versions {
            // A version that was lost costs phones that have it a whole text.
            let Some(before) = self.version(&version) else {
                continue;
            };
            let patch = make_patch(&before, text).map_err(|error| self.store.failed(error))?;
            if let Some(patch) = patch.filter(|patch| patch.len() * WORTH < packed_bytes) {
                patches.push(Patch {
                    from: version.hash,
                    file: self.put(FileKind::Patch, &patch)?,
                });
            }
        }
        Ok(patches)
    }

    fn remember(&self, key: &str, old: &OldText) -> Result<(), BuildError> {
        let path = self.store.path(&old.served.0);
        let bytes = fs::read(&path).map_err(|error| BuildError::io(&path, error))?;
        let packed = if old.served.1 {
            bytes
        } else {
            pack_text(&bytes).map_err(|error| self.store.failed(error))?
        };
        let folder = self.store.path(Path::new(FOLDER));
        fs::create_dir_all(&folder).map_err(|error| BuildError::io(&folder, error))?;
        self.store
            .put_named(&format!("{FOLDER}/{}.zst", old.plain.hash), &packed)?;
        let mut versions = lock(&self.versions);
        let list = versions.texts.entry(key.to_owned()).or_default();
        list.retain(|file| file.hash != old.plain.hash);
        list.insert(0, old.plain.clone());
        list.truncate(VERSIONS);
        Ok(())
    }

    fn version(&self, file: &FileRef) -> Option<Vec<u8>> {
        let path = self
            .store
            .path(Path::new(FOLDER))
            .join(format!("{}.zst", file.hash));
        let text = unpack_text(&fs::read(path).ok()?, file.bytes).ok()?;
        (hash_of(&text).ok()? == file.hash).then_some(text)
    }
}
