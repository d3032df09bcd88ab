//! A file on its way: appended to, hashed as it grows, and renamed into place only when its hash is right.
//!
//! Everything here blocks; callers are on a blocking thread.

use super::SyncError;
use super::folder::{Folder, Held, remove};
use crate::catalogue::model::BlobHash;
use crate::publication::FileRef;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// How much of a file is read at once for hashing.
const READ_BYTES: usize = 128 << 10;

/// An open part, with the hash of what it holds.
pub(super) struct Part {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    bytes: u64,
    /// Keeps the data folder locked as long as something may be written here.
    _lock: Option<Arc<Held>>,
}

/// How a part ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It has the right hash and is in its place.
    InPlace,
    /// It has this hash instead, and was deleted.
    Wrong(BlobHash),
}

impl Part {
    /// Opens or makes the part of a file, and reads what it holds. One that is longer than the file is emptied.
    pub(super) fn open(folder: &Folder, file: &FileRef) -> Result<Self, SyncError> {
        let path = folder.part(&file.hash);
        let open = || -> io::Result<(File, Sha256, u64)> {
            let mut handle = File::options().read(true).append(true).create(true).open(&path)?;
            // A download that was just paused may still be writing its last piece.
            handle.lock()?;
            let mut hasher = Sha256::new();
            let mut bytes = 0;
            let found = handle.metadata()?.len();
            if found > file.bytes {
                handle.set_len(0)?;
            } else {
                bytes = digest((&mut handle).take(found), &mut hasher)?;
            }
            Ok((handle, hasher, bytes))
        };
        let (file, hasher, bytes) = open().map_err(|error| SyncError::storage(&path, &error))?;
        Ok(Self {
            path,
            file,
            hasher,
            bytes,
            _lock: folder.held(),
        })
    }

    /// Bytes that are here.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds to the end.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), SyncError> {
        self.file
            .write_all(bytes)
            .map_err(|error| SyncError::storage(&self.path, &error))?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Throws away what is here.
    pub(super) fn empty(&mut self) -> Result<(), SyncError> {
        if self.bytes == 0 {
            return Ok(());
        }
        self.file
            .set_len(0)
            .map_err(|error| SyncError::storage(&self.path, &error))?;
        self.hasher = Sha256::new();
        self.bytes = 0;
        Ok(())
    }

    /// Puts the whole part in its place if its hash is right, else deletes it.
    pub(super) fn finish(self, hash: &BlobHash, to: &Path) -> Result<Ending, SyncError> {
        let got = hex(self.hasher);
        if got.as_ref() != Ok(hash) {
            drop(self.file);
            remove(&self.path)?;
            return got.map(Ending::Wrong).map_err(|why| SyncError::Internal { why });
        }
        let place = || {
            if self.file.metadata()?.len() != self.bytes {
                return Err(io::Error::other("somebody else writes to it"));
            }
            self.file.sync_all()?;
            fs::rename(&self.path, to)
        };
        place().map_err(|error| SyncError::storage(to, &error))?;
        Ok(Ending::InPlace)
    }
}

/// Whether a file has the hash that names it; `false` too if it cannot be read.
pub(super) fn is_right(path: &Path, hash: &BlobHash) -> bool {
    let mut hasher = Sha256::new();
    let read = File::open(path).and_then(|file| digest(file, &mut hasher));
    read.is_ok() && hex(hasher).as_ref() == Ok(hash)
}

/// The SHA-256 of some bytes.
pub(super) fn hash_of(bytes: &[u8]) -> Result<BlobHash, String> {
    hex(Sha256::new_with_prefix(bytes))
}

/// Writes a small file whole: under another name first, flushed, then renamed.
pub(super) fn write_whole(
    folder: &Folder,
    hash: &BlobHash,
    to: &Path,
    bytes: &[u8],
) -> Result<(), SyncError> {
    let path = folder.part(hash);
    let write = || {
        let mut file = File::create(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&path, to)
    };
    write().map_err(|error| SyncError::storage(to, &error))
}

/// Adds a file to the end of a part, never more than `most` bytes of it. Says whether it was longer.
pub(super) fn append_file(part: &mut Part, from: &Path, most: u64) -> Result<bool, SyncError> {
    let failed = |error: io::Error| SyncError::storage(from, &error);
    let mut file = File::open(from).map_err(failed)?.take(most.saturating_add(1));
    let mut buffer = vec![0; READ_BYTES];
    let mut left = most;
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok(false);
        }
        if read as u64 > left {
            return Ok(true);
        }
        left -= read as u64;
        part.append(buffer.get(..read).unwrap_or_default())?;
    }
}

/// Feeds the rest of a file to a hasher, and says how many bytes that were.
fn digest(mut file: impl Read, hasher: &mut Sha256) -> io::Result<u64> {
    let mut buffer = vec![0; READ_BYTES];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(read) => {
                hasher.update(buffer.get(..read).unwrap_or_default());
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hex(hasher: Sha256) -> Result<BlobHash, String> {
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.parse()
}
