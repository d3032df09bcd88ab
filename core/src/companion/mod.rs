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
pub use error::{CompanionError, Unfit};
pub use listen::{Listening, SpokenHit};
pub use scanner::{Scanner, SeenFrame, SeenPlace};
pub use sync::Syncing;
pub use walk::{Nearby, NearbyFilter, ROAM_M, Region};

use places::Places;

use crate::catalogue::model::{Audience, Id, Language};
use crate::catalogue::{Catalogue, CatalogueError, Visitor};
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
    rebuilt: Option<Vec<Id>>,
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
    /// [`CompanionError::Damaged`] if the catalogue is broken and cannot be put aside, [`CompanionError::UpdateApp`] if a newer version of
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
        let (catalogue, lost) = open_catalogue(folder)?;
        let catalogue = Arc::new(catalogue);
        let (journal, rescue) = Journal::open(folder)?;
        let places = Arc::new(Places::new(Arc::clone(&catalogue), folder));
        let syncer = Syncer::new(
            folder,
            Arc::clone(&catalogue) as Arc<_>,
            crate::sync::Options::default(),
        )?
        .and_afterwards({
            let (places, clock) = (Arc::clone(&places), Arc::clone(&clock));
            move || places.prepare(clock.today())
        });
        // Also after somebody deleted a broken catalogue by hand. What cannot be brought back comes with the next sync.
        let rebuilt = if lost || catalogue.is_empty()? {
            syncer.rebuild().unwrap_or_default()
        } else {
            Vec::new()
        };
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
            places,
            catalogue,
            journal: Arc::new(journal),
            rescue,
            rebuilt: (lost || !rebuilt.is_empty()).then_some(rebuilt),
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

    /// The guides that were built again from their packs, if the catalogue was broken before this start: to be told once. A
    /// guide that is missing here comes back with a sync of its address.
    pub fn rebuilt(&self) -> Option<&[Id]> {
        self.rebuilt.as_deref()
    }
}

/// Opens the catalogue; a broken one is put aside first, for it holds nothing that cannot be had again. Says whether that was so.
fn open_catalogue(folder: &Path) -> Result<(Catalogue, bool), CatalogueError> {
    // Not every broken file says so when it is opened.
    let opened = Catalogue::open(folder).and_then(|catalogue| {
        catalogue.is_empty()?;
        Ok(catalogue)
    });
    match opened {
        Err(CatalogueError::Damaged { path, detail }) => match Catalogue::put_aside(folder) {
            Ok(()) => Catalogue::open(folder).map(|catalogue| (catalogue, true)),
            Err(_) => Err(CatalogueError::Damaged { path, detail }),
        },
        opened => opened.map(|catalogue| (catalogue, false)),
    }
}
