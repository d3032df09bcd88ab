//! The top of core, where rooms are joined: the facade that every shell sees.
//!
//! One [`Companion`] is opened for a data folder and lives as long as the app. It owns one async runtime, the catalogue (one
//! SQLite writer, several readers) and the journal. What is fast never waits for what is slow: a sync in progress delays
//! neither a scan nor a fix. Nothing here is a policy; those are in the rooms.

mod answer;
mod clock;
mod error;
mod listen;
mod places;
mod scanner;
mod sync;
mod visit;
mod walk;

pub use alloclap_flashcode::Symbology;
pub use answer::{Answer, Corner, SeenCode};
pub use clock::{Clock, SystemClock};
pub use error::CompanionError;
pub use listen::Listening;
pub use scanner::{Scanner, SeenFrame, SeenPlace};
pub use sync::Syncing;
pub use walk::{Nearby, NearbyFilter, ROAM_M, Region};

use places::Places;

use crate::catalogue::model::{Audience, Language};
use crate::catalogue::{Catalogue, Visitor};
use crate::journal::{Journal, Rescue};
use crate::sync::Syncer;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::runtime::Runtime;

/// Threads of the runtime: one that waits for the network, one that hashes and writes.
const RUNTIME_THREADS: usize = 2;

/// In which languages and for whom texts and recordings are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// Languages, the preferred one first; may be empty.
    pub languages: Vec<Language>,
    /// The preferred audience.
    pub audience: Audience,
}

/// A guide on a phone: everything that publications told, and the visitor's own marks.
///
/// `Send` and `Sync`: any thread may call any method. Methods that read the catalogue do disk I/O of well under a
/// millisecond; those that go to the network or take long say so and give a handle.
pub struct Companion {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    preferences: RwLock<Preferences>,
    catalogue: Arc<Catalogue>,
    journal: Arc<Journal>,
    rescue: Option<Rescue>,
    syncer: Syncer,
    places: Arc<Places>,
    // Last, so that tasks still under way end before what they use.
    runtime: Runtime,
}

impl Companion {
    /// Opens a data folder, which is made if it is missing. Does I/O; call it once, off the main thread.
    ///
    /// # Errors
    /// [`CompanionError::Storage`] and [`CompanionError::StorageFull`] if the folder cannot be written to,
    /// [`CompanionError::Damaged`] if the catalogue must be thrown away, [`CompanionError::UpdateApp`] if a newer version of
    /// the app wrote it.
    pub fn open(
        folder: &Path,
        preferences: Preferences,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CompanionError> {
        let storage = |error: std::io::Error| CompanionError::Storage {
            path: folder.to_string_lossy().into_owned(),
            why: error.to_string(),
        };
        std::fs::create_dir_all(folder).map_err(storage)?;
        let catalogue = Arc::new(Catalogue::open(folder)?);
        let (journal, rescue) = Journal::open(folder)?;
        let syncer = Syncer::new(
            folder,
            Arc::clone(&catalogue) as Arc<_>,
            crate::sync::Options::default(),
        )?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(RUNTIME_THREADS)
            .thread_name("alloclap")
            .enable_all()
            .build()
            .map_err(|error| CompanionError::Internal {
                why: error.to_string(),
            })?;
        Ok(Self {
            folder: folder.to_owned(),
            clock,
            preferences: RwLock::new(preferences),
            places: Arc::new(Places::new(Arc::clone(&catalogue), folder)),
            catalogue,
            journal: Arc::new(journal),
            rescue,
            syncer,
            runtime,
        })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Changes languages and audience from now on.
    pub fn prefer(&self, preferences: Preferences) {
        *self.preferences.write().unwrap_or_else(PoisonError::into_inner) = preferences;
    }

    /// For whom things are looked up now.
    pub fn visitor(&self) -> Visitor {
        let preferences = self
            .preferences
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Visitor {
            languages: preferences.languages,
            audience: preferences.audience,
            today: self.clock.today(),
        }
    }

    /// The visitor's own data.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What was saved of a journal that broke, if it broke before this start: to be told once.
    pub fn rescue(&self) -> Option<&Rescue> {
        self.rescue.as_ref()
    }
}
