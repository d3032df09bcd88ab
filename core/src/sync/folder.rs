//! The data folder as sync sees it: where files lie, who may write, how much room there is, what may go.
//!
//! Everything here blocks; callers are on a blocking thread.

use super::SyncError;
use crate::catalogue::model::{BlobHash, Id};
use std::{
    collections::HashSet,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::sync::watch;

/// Parts that nobody continued for so long are thrown away.
const PART_KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// The data folder. Clones name the same folder and share its lock, which is released with the last of them.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
    lock: Option<Arc<Held>>,
}

/// The lock of a data folder. Parts hold it too, so that a write that is still under way when a sync ends early cannot
/// meet the next sync.
#[derive(Debug)]
pub(super) struct Held {
    /// Unlocked when it is closed; first, so that nobody is woken before.
    _file: File,
    _wakes: watch::Sender<()>,
}

/// Waits for the lock of a data folder to be released.
#[derive(Debug)]
pub(super) struct Released(watch::Receiver<()>);

impl Released {
    /// Ends when nothing writes any more.
    pub(super) async fn wait(mut self) {
        // Nothing is ever sent: an error means that the sender is gone, and with it the lock.
        while self.0.changed().await.is_ok() {}
    }
}

/// What was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Swept {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl Folder {
    /// The folder for reading.
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            lock: None,
        }
    }

    /// The folder for writing: makes it if needed, and locks it.
    ///
    /// # Errors
    /// [`SyncError::Busy`] if another sync of this or another process has it.
    pub(super) fn lock(root: &Path) -> Result<(Self, Released), SyncError> {
        let folder = Self::new(root);
        make_dir(&folder.parts())?;
        let path = root.join("sync.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = file.map_err(|error| SyncError::storage(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {
                let (wakes, released) = watch::channel(());
                let held = Arc::new(Held {
                    _file: file,
                    _wakes: wakes,
                });
                Ok((
                    Self {
                        lock: Some(held),
                        ..folder
                    },
                    Released(released),
                ))
            }
            Err(TryLockError::WouldBlock) => Err(SyncError::Busy {
                path: root.display().to_string(),
            }),
            Err(TryLockError::Error(error)) => Err(SyncError::storage(&path, &error)),
        }
    }

    /// The lock, for writers that may outlive the sync.
    pub(super) fn held(&self) -> Option<Arc<Held>> {
        self.lock.clone()
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a blob lies once it is whole.
    pub(super) fn blob(&self, hash: &BlobHash) -> PathBuf {
        self.media().join(hash.as_str())
    }

    /// Where a file is while it comes.
    pub(super) fn part(&self, hash: &BlobHash) -> PathBuf {
        self.parts().join(hash.as_str())
    }

    /// Where a publication's text lies as it was served.
    pub(super) fn text(&self, publication: &Id, hash: &BlobHash) -> PathBuf {
        self.texts(publication).join(hash.as_str())
    }

    fn media(&self) -> PathBuf {
        self.root.join("media")
    }

    fn parts(&self) -> PathBuf {
        self.media().join(".part")
    }

    fn texts(&self, publication: &Id) -> PathBuf {
        self.root.join("publications").join(publication.as_str())
    }

    /// Makes the folder of a publication's texts.
    pub(super) fn make_texts(&self, publication: &Id) -> Result<(), SyncError> {
        make_dir(&self.texts(publication))
    }

    /// The publications of which texts are kept.
    pub(super) fn publications(&self) -> Vec<Id> {
        let entries = fs::read_dir(self.root.join("publications"))
            .into_iter()
            .flatten()
            .flatten();
        entries
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .collect()
    }

    /// Removes the folder of a publication's texts, if nothing is in it any more.
    pub(super) fn forget(&self, publication: &Id) {
        let _ = fs::remove_file(self.edition_file(publication));
        // Somebody else's files may be in it; then it stays.
        let _ = fs::remove_dir(self.texts(publication));
    }

    /// Where it is kept what a publication's edition consists of.
    pub(super) fn edition_file(&self, publication: &Id) -> PathBuf {
        self.texts(publication).join("edition.json")
    }

    /// Makes sure that what was renamed into place is there after a power cut.
    pub(super) fn flush(&self, publication: &Id) -> Result<(), SyncError> {
        [self.media(), self.texts(publication)]
            .iter()
            .try_for_each(|dir| sync_dir(dir))
    }

    /// Bytes that this user may still write, where the system tells. Looks at the nearest folder that exists.
    pub(super) fn free_bytes(&self) -> Option<u64> {
        let existing = self
            .root
            .ancestors()
            .find(|dir| dir.is_dir())
            .unwrap_or(Path::new("."));
        fs4::available_space(existing).ok()
    }

    /// Throws away parts that nobody will continue: all but `wanted` if room is `short`, else only old ones.
    pub(super) fn sweep_parts(&self, wanted: &HashSet<BlobHash>, short: bool) -> Swept {
        let old = |path: &Path| {
            let modified = fs::metadata(path).and_then(|data| data.modified());
            modified.is_ok_and(|at| {
                SystemTime::now()
                    .duration_since(at)
                    .is_ok_and(|age| age > PART_KEPT)
            })
        };
        sweep(&self.parts(), |hash, path| {
            !wanted.contains(hash) && (short || old(path))
        })
    }

    /// Bytes of blobs that nothing names any more.
    pub(super) fn freeable(&self, named: &HashSet<BlobHash>) -> u64 {
        hashed_files(&self.media())
            .filter(|(hash, _, _)| !named.contains(hash))
            .fold(0, |sum, (_, _, bytes)| sum.saturating_add(bytes))
    }

    /// Throws away blobs that nothing names any more.
    pub(super) fn sweep_blobs(&self, named: &HashSet<BlobHash>) -> Swept {
        sweep(&self.media(), |hash, _| !named.contains(hash))
    }

    /// Throws away a publication's texts that nothing names any more.
    pub(super) fn sweep_texts(&self, publication: &Id, named: &HashSet<BlobHash>) -> Swept {
        sweep(&self.texts(publication), |hash, _| !named.contains(hash))
    }
}

/// Whether a file of this length is there. The length costs nothing to look at; the content is verified when a file is
/// downloaded, and again on request.
pub(super) fn is_there(path: &Path, bytes: u64) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() == bytes)
}

/// Makes sure that a folder's list of names is on the disk itself.
pub(super) fn sync_dir(dir: &Path) -> Result<(), SyncError> {
    // Windows cannot open folders as files, and writes their entries through.
    if cfg!(windows) {
        return Ok(());
    }
    File::open(dir)
        .and_then(|file| file.sync_all())
        .map_err(|error| SyncError::storage(dir, &error))
}

fn make_dir(dir: &Path) -> Result<(), SyncError> {
    fs::create_dir_all(dir).map_err(|error| SyncError::storage(dir, &error))
}

/// Removes the files of a folder that have a hash for a name and may go. Files with other names are somebody else's. What
/// cannot be removed stays for the next time: it costs room, nothing else.
fn sweep(dir: &Path, may_go: impl Fn(&BlobHash, &Path) -> bool) -> Swept {
    let mut swept = Swept::default();
    for (hash, path, bytes) in hashed_files(dir) {
        if may_go(&hash, &path) && fs::remove_file(&path).is_ok() {
            swept.files += 1;
            swept.bytes += bytes;
        }
    }
    swept
}

/// The files of a folder that have a hash for a name, with their lengths.
fn hashed_files(dir: &Path) -> impl Iterator<Item = (BlobHash, PathBuf, u64)> {
    fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let hash = entry.file_name().to_str()?.parse().ok()?;
            let data = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((hash, entry.path(), data.len()))
        })
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<(), SyncError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SyncError::storage(path, &error)),
        _ => Ok(()),
    }
}
