//! The catalogue as one thing to hold: the file, its one writer, its readers and the media folder beside it.
//!
//! What is asked of it stands in other files of this room; the job here ends at handing out connections.

use super::briefs::Briefs;
use super::read::Reading;
use super::sqlite::{self, Trouble};
use super::{CatalogueError, Visitor, schema};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of the file in the data folder.
const FILE_NAME: &str = "catalogue.db";
/// The folder of the blobs in the data folder.
const MEDIA_FOLDER: &str = "media";
/// Readers that are kept open; more are opened when more threads read at once, and closed afterwards.
const READERS_KEPT: usize = 4;

/// Everything a phone knows: what the publications that it follows tell, of the packs that it has.
///
/// All methods block on the disk, briefly; readers never wait for the writer. Call them from any thread.
#[derive(Debug)]
pub struct Catalogue {
    folder: PathBuf,
    path: PathBuf,
    writer: Mutex<Connection>,
    writable: bool,
    readers: Mutex<Vec<Connection>>,
    generation: AtomicU64,
    briefs: Mutex<Briefs>,
}

impl Catalogue {
    /// Opens the catalogue of a data folder; creates both if they are missing.
    ///
    /// # Errors
    /// [`CatalogueError::NewerApp`], [`CatalogueError::Damaged`] (it may be thrown away), [`CatalogueError::DiskFull`],
    /// [`CatalogueError::ReadOnly`], [`CatalogueError::Unreachable`].
    pub fn open(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join(FILE_NAME);
        make_folder(folder, &path)?;
        let named = |trouble| CatalogueError::of(&path, trouble);
        let opened = sqlite::open_for_writing(&path, schema::APPLICATION_ID, schema::STEPS);
        let (writer, writable) = match opened {
            Ok(writer) => (writer, true),
            // A visitor whose phone is full, or whose folder is locked, still has the guide.
            Err(trouble @ (Trouble::Newer { .. } | Trouble::Damaged(_))) => return Err(named(trouble)),
            Err(trouble) => match sqlite::open_unwritable(&path, schema::STEPS) {
                Some(reader) => (reader, false),
                None => return Err(named(trouble)),
            },
        };
        let generation = generation(&writer).map_err(|error| named(error.into()))?;
        Ok(Self {
            folder: folder.to_owned(),
            writer: Mutex::new(writer),
            writable,
            readers: Mutex::default(),
            generation: AtomicU64::new(generation),
            briefs: Mutex::default(),
            path,
        })
    }

    /// Puts a broken catalogue aside, as `catalogue.db.broken`, so that a new one can be made. Nobody may have it open.
    ///
    /// # Errors
    /// What the system says.
    pub fn put_aside(folder: &Path) -> std::io::Result<()> {
        for beside in ["-wal", "-shm"] {
            match std::fs::remove_file(folder.join(format!("{FILE_NAME}{beside}"))) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        std::fs::rename(folder.join(FILE_NAME), folder.join(format!("{FILE_NAME}.broken")))
    }

    /// Whether no publication is installed.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn is_empty(&self) -> Result<bool, CatalogueError> {
        self.read_raw(|connection| {
            connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM publication)", [], |row| {
                row.get(0)
            })
        })
    }

    /// Whether publications can be installed; a catalogue on a full or read-only disk is opened for reading only.
    pub fn is_writable(&self) -> bool {
        self.writable
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the blobs are: `media` in the data folder. The folder may be missing as long as there are none.
    pub fn media_folder(&self) -> PathBuf {
        self.folder.join(MEDIA_FOLDER)
    }

    /// A number that changes with every installation, so that whoever keeps an index knows when to build it again.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The places that lists were shown lately.
    pub(super) fn briefs(&self) -> MutexGuard<'_, Briefs> {
        lock(&self.briefs)
    }

    /// Runs `look` on one consistent state of the catalogue, whatever is installed meanwhile.
    pub(super) fn read<T>(
        &self,
        visitor: &Visitor,
        look: impl FnOnce(&Reading<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, CatalogueError> {
        self.read_raw(|connection| {
            let reading = Reading::new(connection, &self.folder, visitor);
            look(&reading)
        })
    }

    /// The same for what does not depend on a visitor.
    pub(super) fn read_raw<T>(
        &self,
        look: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CatalogueError> {
        let kept = lock(&self.readers).pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => self
                .another_reader()
                .map_err(|trouble| CatalogueError::of(&self.path, trouble))?,
        };
        let result = (|| {
            let transaction = reader.transaction()?;
            look(&transaction)
        })();
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
        drop(readers);
        result.map_err(|error| self.named(error))
    }

    /// Runs `change` in one transaction: all of it or nothing.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, WriteError>,
    ) -> Result<T, CatalogueError> {
        let mut writer = lock(&self.writer);
        let result = (|| {
            let transaction = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let value = change(&transaction)?;
            transaction
                .prepare_cached("UPDATE catalogue SET generation = generation + 1")?
                .execute([])?;
            let generation = generation(&transaction)?;
            transaction.commit()?;
            Ok((value, generation))
        })();
        match result {
            Ok((value, generation)) => {
                self.generation.store(generation, Ordering::Release);
                // Gives the log's room back and makes the change outlive a power cut. If a reader is in the way it
                // happens later; nothing depends on it now.
                let _ = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
                Ok(value)
            }
            Err(WriteError::Named(error)) => Err(*error),
            Err(WriteError::Sqlite(error)) => Err(self.named(error)),
        }
    }

    fn another_reader(&self) -> Result<Connection, Trouble> {
        let unwritable = if self.writable {
            None
        } else {
            sqlite::open_unwritable(&self.path, schema::STEPS)
        };
        unwritable.map_or_else(|| sqlite::open_for_reading(&self.path), Ok)
    }

    fn named(&self, error: rusqlite::Error) -> CatalogueError {
        CatalogueError::of(&self.path, Trouble::from(error))
    }

    /// The writer itself, so that a test can make the disk full or read-only.
    #[cfg(test)]
    pub(super) fn writer_for_test(&self) -> MutexGuard<'_, Connection> {
        lock(&self.writer)
    }
}

/// Why a change did not happen.
pub(super) enum WriteError {
    /// For a reason that has a name.
    Named(Box<CatalogueError>),
    /// SQLite said no.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<CatalogueError> for WriteError {
    fn from(error: CatalogueError) -> Self {
        Self::Named(Box::new(error))
    }
}

fn generation(connection: &Connection) -> rusqlite::Result<u64> {
    let kept: i64 = connection.query_row("SELECT generation FROM catalogue", [], |row| row.get(0))?;
    Ok(kept.unsigned_abs())
}

/// What a panicking thread left behind is whole: connections roll back by themselves.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn make_folder(folder: &Path, path: &Path) -> Result<(), CatalogueError> {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
    std::fs::create_dir_all(folder).map_err(|error| {
        let path = path.to_owned();
        match error.kind() {
            StorageFull => CatalogueError::DiskFull { path },
            PermissionDenied | ReadOnlyFilesystem => CatalogueError::ReadOnly { path },
            _ => CatalogueError::Unreachable {
                path,
                detail: error.to_string(),
            },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::fixtures::{self, id, installation, key, liberte, visitor};

    /// The panel that the tests install; whether it is still shown tells whether a catalogue is whole.
    fn shown(catalogue: &Catalogue) -> bool {
        catalogue
            .panel(&key("loire", "panneau-1"), &visitor(&["fr"]))
            .unwrap()
            .is_some()
    }

    #[test]
    fn what_was_installed_is_there_after_the_next_start() {
        let (folder, catalogue) = fixtures::open();
        let before = catalogue.generation();
        catalogue
            .install(installation("loire", 1, &[("a", liberte())]))
            .unwrap();
        let after = catalogue.generation();
        assert_ne!(before, after, "an index of places would never be built again");
        drop(catalogue);
        let again = Catalogue::open(folder.path()).unwrap();
        assert!(shown(&again));
        assert_eq!(again.generation(), after);
    }

    #[test]
    fn a_full_disk_is_called_so_and_the_guide_stays_whole() {
        let (_folder, catalogue) = fixtures::open();
        catalogue
            .install(installation("loire", 1, &[("a", liberte())]))
            .unwrap();
        let pages: i64 = catalogue
            .writer_for_test()
            .query_row("PRAGMA page_count", [], |r| r.get(0))
            .unwrap();
        catalogue
            .writer_for_test()
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
        let many = (0..3000).map(|n| {
            serde_json::json!({"kind": "film", "id": format!("f{n}"), "title": {"fr": format!("Film {n}")}})
        });
        let error = catalogue
            .install(installation("loire", 2, &[("a", many.collect())]))
            .unwrap_err();
        assert!(matches!(error, CatalogueError::DiskFull { .. }), "{error:?}");
        assert!(shown(&catalogue), "the old guide is gone");
        assert_eq!(catalogue.index_version(&id("loire")).unwrap(), Some(1));
    }

    #[test]
    fn a_read_only_file_is_called_so() {
        let (_folder, catalogue) = fixtures::open();
        catalogue
            .writer_for_test()
            .pragma_update(None, "query_only", 1)
            .unwrap();
        let error = catalogue.install(installation("loire", 1, &[])).unwrap_err();
        assert!(matches!(error, CatalogueError::ReadOnly { .. }), "{error:?}");
    }

    #[test]
    fn a_broken_file_is_named_and_one_of_a_newer_app_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, [0x5a; 9000]).unwrap();
        let error = Catalogue::open(folder.path()).unwrap_err();
        assert!(
            matches!(&error, CatalogueError::Damaged { path: named, .. } if *named == path),
            "{error:?}"
        );
        assert!(error.to_string().contains("delete it"), "{error}");

        std::fs::remove_file(&path).unwrap();
        let catalogue = Catalogue::open(folder.path()).unwrap();
        catalogue
            .writer_for_test()
            .pragma_update(None, "user_version", 999)
            .unwrap();
        drop(catalogue);
        let error = Catalogue::open(folder.path()).unwrap_err();
        assert!(
            matches!(error, CatalogueError::NewerApp { found: 999, .. }),
            "{error:?}"
        );
    }

    #[test]
    fn a_page_that_was_overwritten_is_damage_not_a_panic() {
        let (folder, catalogue) = fixtures::open();
        catalogue
            .install(installation("loire", 1, &[("a", liberte())]))
            .unwrap();
        drop(catalogue);
        let path = folder.path().join(FILE_NAME);
        let mut bytes = std::fs::read(&path).unwrap();
        let from = 4096;
        bytes[from..].fill(0xee);
        std::fs::write(&path, bytes).unwrap();
        let opened = Catalogue::open(folder.path());
        let error = match opened {
            Ok(catalogue) => catalogue
                .panel(&key("loire", "panneau-1"), &visitor(&["fr"]))
                .unwrap_err(),
            Err(error) => error,
        };
        assert!(matches!(error, CatalogueError::Damaged { .. }), "{error:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_guide_that_nothing_can_be_written_beside_is_still_read() {
        let (folder, catalogue) = fixtures::open();
        catalogue
            .install(installation("loire", 1, &[("a", liberte())]))
            .unwrap();
        drop(catalogue);
        // Stands in for a full disk and a locked folder: SQLite cannot make the file that writer and readers share.
        std::os::unix::fs::symlink("/no/such/folder", folder.path().join("catalogue.db-shm")).unwrap();
        let catalogue = Catalogue::open(folder.path()).unwrap();
        assert!(shown(&catalogue) && !catalogue.is_writable());
        let error = catalogue.install(installation("loire", 2, &[])).unwrap_err();
        assert!(matches!(error, CatalogueError::ReadOnly { .. }), "{error:?}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_must_not_be_written_is_called_so() {
        let error = Catalogue::open(Path::new("/sys")).unwrap_err();
        assert!(matches!(error, CatalogueError::ReadOnly { .. }), "{error:?}");
    }

    #[test]
    fn a_file_where_the_folder_should_be_is_unreachable() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = Catalogue::open(&file).unwrap_err();
        assert!(matches!(error, CatalogueError::Unreachable { .. }), "{error:?}");
    }

    #[test]
    fn readers_never_wait_for_the_writer_nor_see_half_a_guide() {
        let (_folder, catalogue) = fixtures::open();
        catalogue
            .install(installation("loire", 1, &[("a", liberte())]))
            .unwrap();
        let seen = catalogue.write(|connection| {
            connection.execute("DELETE FROM record", [])?;
            // From within the change, as another thread would see it.
            Ok(shown(&catalogue))
        });
        assert!(seen.unwrap(), "a visitor saw a change before it was complete");
        assert!(!shown(&catalogue));
    }
}
