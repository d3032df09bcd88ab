//! The top of core, where rooms are joined: the facade that every shell sees.
//!
//! One [`Companion`] is opened for a data folder and lives as long as the app. It owns one async runtime, the catalogue (one
//! SQLite writer, several readers) and the journal. What is fast never waits for what is slow: a sync in progress delays
//! neither a scan nor a fix. Nothing here is a policy; those are in the rooms.

mod answer;
mod clock;
mod download;
mod error;
mod listen;
mod notify;
mod places;
mod planning;
mod runtime;
mod sync;
mod visit;
mod walk;
mod walking;

pub use alloclap_flashcode::Symbology;
pub use answer::{Answer, Corner, SeenCode};
pub use clock::{Clock, SystemClock};
pub use download::{Download, SyncState};
pub use error::CompanionError;
pub use listen::Listening;
pub use notify::{Subscription, Told};
pub use planning::Planning;
pub use sync::Syncing;
pub use walk::{Nearby, NearbyFilter, ROAM_M, Region};
pub use walking::Walking;

use crate::catalogue::model::{Audience, Language};
use crate::catalogue::{Catalogue, Visitor};
use crate::journal::{Journal, Rescue};
use crate::sync::Syncer;
use notify::Notifier;
use places::Places;
use runtime::Workers;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

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
    editions: watch::Sender<u64>,
    notifier: Notifier,
    // Last, so that tasks still under way end before what they use.
    runtime: Workers,
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
        if folder.as_os_str().is_empty() {
            return Err(CompanionError::Storage {
                path: String::new(),
                why: "no folder is named".to_owned(),
            });
        }
        std::fs::create_dir_all(folder).map_err(storage)?;
        let catalogue = Arc::new(Catalogue::open(folder)?);
        let editions = watch::Sender::new(catalogue.generation());
        let (journal, rescue) = Journal::open(folder)?;
        if let Some(rescue) = &rescue {
            tracing::warn!(
                "the journal was broken ({}): {} entries were saved, and the old file is {}",
                rescue.detail,
                rescue.saved,
                rescue.moved_to.display()
            );
        }
        let syncer = Syncer::new(
            folder,
            Arc::clone(&catalogue) as Arc<_>,
            crate::sync::Options::default(),
        )?;
        let runtime = Workers::start()?;
        Ok(Self {
            folder: folder.to_owned(),
            clock,
            preferences: RwLock::new(preferences),
            places: Arc::new(Places::new(Arc::clone(&catalogue), folder)),
            catalogue,
            journal: Arc::new(journal),
            rescue,
            syncer,
            editions,
            notifier: Notifier::new(runtime.handle().clone()),
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
