//! The output folder: files named by the hash of their bytes, written whole or not at all, and swept when nobody needs them.

use super::BuildError;
use alloclap_core::catalogue::model::BlobHash;
use alloclap_core::publication::{FileKind, FileRef};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The folders whose files are named by their hash.
const FOLDERS: [&str; 8] = [
    "index", "packed", "patches", "areas", "packs", "notices", "codes", "media",
];
/// How much of a medium is read at once, in bytes.
const CHUNK_BYTES: usize = 1 << 16;
/// Beside which names files are written.
const PART: &str = ".part-";

/// The SHA-256 of some bytes.
pub(super) fn hash_of(bytes: &[u8]) -> io::Result<BlobHash> {
    named(&Sha256::digest(bytes))
}

/// A list as it is written.
pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, BuildError> {
    let mut bytes = serde_json::to_vec(value)
        .map_err(|error| BuildError::io(Path::new("a list"), io::Error::other(error)))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A digest as the name of a blob.
fn named(digest: &[u8]) -> io::Result<BlobHash> {
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.parse().map_err(io::Error::other)
}

/// A folder that holds a publication.
pub(super) struct Store {
    out: PathBuf,
    parts: AtomicU32,
}

impl Store {
    /// The folder; made if it does not exist.
    pub fn open(out: &Path) -> Result<Self, BuildError> {
        fs::create_dir_all(out).map_err(|error| BuildError::io(out, error))?;
        for folder in FOLDERS {
            let path = out.join(folder);
            fs::create_dir_all(&path).map_err(|error| BuildError::io(&path, error))?;
        }
        Ok(Self {
            out: out.to_owned(),
            parts: AtomicU32::new(0),
        })
    }

    /// Writes a file of a kind to its place.
    pub fn put_as(&self, kind: FileKind, bytes: &[u8]) -> Result<FileRef, BuildError> {
        let hash = hash_of(bytes).map_err(|error| self.failed(error))?;
        let path = self.out.join(kind.path(&hash));
        let there = fs::read(&path).is_ok_and(|there| there == bytes);
        if !there {
            self.replace(&path, bytes)?;
        }
        Ok(FileRef {
            hash,
            bytes: bytes.len() as u64,
        })
    }

    /// Where a file of the folder lies.
    pub fn path(&self, relative: &Path) -> PathBuf {
        self.out.join(relative)
    }

    /// Copies a file into `media` under the hash of its bytes.
    pub fn copy_in(&self, from: &Path) -> Result<FileRef, BuildError> {
        let part = self.part();
        let copied = copy_hashing(from, &part).map_err(|error| BuildError::io(from, error))?;
        let path = self.out.join("media").join(copied.hash.as_str());
        fs::rename(&part, &path).map_err(|error| BuildError::io(&path, error))?;
        Ok(copied)
    }

    /// An error about something that was to be written here.
    pub fn failed(&self, error: impl Into<io::Error>) -> BuildError {
        BuildError::io(&self.out, error.into())
    }

    /// Whether a blob is there with its length.
    pub fn has_blob(&self, file: &FileRef) -> bool {
        let path = self.out.join("media").join(file.hash.as_str());
        fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == file.bytes)
    }

    /// Writes a file under a name that is not a hash, in one step for those who read it.
    pub fn put_named(&self, name: &str, bytes: &[u8]) -> Result<(), BuildError> {
        self.replace(&self.out.join(name), bytes)
    }

    /// Removes files that are named by a hash and that nobody needs, and parts that a cut left behind; returns how many.
    pub fn sweep(&self, needed: &BTreeSet<PathBuf>) -> Result<u32, BuildError> {
        let mut removed = 0;
        for folder in FOLDERS {
            let path = self.out.join(folder);
            for entry in fs::read_dir(&path).map_err(|error| BuildError::io(&path, error))? {
                let name = entry.map_err(|error| BuildError::io(&path, error))?.file_name();
                let relative = Path::new(folder).join(&name);
                let hash = name
                    .to_str()
                    .and_then(|name| name.split('.').next())
                    .unwrap_or_default();
                if hash.parse::<BlobHash>().is_ok() && !needed.contains(&relative) {
                    let path = path.join(&name);
                    fs::remove_file(&path).map_err(|error| BuildError::io(&path, error))?;
                    removed += 1;
                }
            }
        }
        let left = fs::read_dir(&self.out).map_err(|error| BuildError::io(&self.out, error))?;
        for entry in left.flatten() {
            if entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(PART))
            {
                let path = entry.path();
                fs::remove_file(&path).map_err(|error| BuildError::io(&path, error))?;
            }
        }
        Ok(removed)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
        let part = self.part();
        fs::write(&part, bytes).map_err(|error| BuildError::io(&part, error))?;
        fs::rename(&part, path).map_err(|error| BuildError::io(path, error))
    }

    fn part(&self) -> PathBuf {
        self.out
            .join(format!("{PART}{}", self.parts.fetch_add(1, Ordering::Relaxed)))
    }
}

fn copy_hashing(from: &Path, to: &Path) -> io::Result<FileRef> {
    let (mut from, mut to) = (File::open(from)?, File::create(to)?);
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = from.read(&mut chunk)?;
        let Some(read) = chunk.get(..read).filter(|read| !read.is_empty()) else {
            break;
        };
        hash.update(read);
        to.write_all(read)?;
        bytes += read.len() as u64;
    }
    Ok(FileRef {
        hash: named(&hash.finalize())?,
        bytes,
    })
}
