//! The top of core, where rooms are joined: the facade that every shell sees.
//!
//! One [`Companion`] is opened for a data folder and lives as long as the app. It owns one async runtime, the catalogue (one
//! SQLite writer, several readers) and the journal. What is fast never waits for what is slow: a sync in progress delays
//! neither a scan nor a fix. Nothing here is a policy; those are in the rooms.

mod answer;
mod clock;
mod download;
mod elsewhere;
mod error;
mod listen;
mod notify;
mod places;
mod planning;
mod runtime;
mod scanner;
mod sync;
mod visit;
mod walk;
mod walking;

pub use alloclap_flashcode::Symbology;
pub use answer::{Answer, Corner, SeenCode};
pub use clock::{Clock, SystemClock};
pub use download::{Download, SyncState};
pub use elsewhere::Offered;
pub use error::{CompanionError, Unfit};
pub use listen::{Listening, SpokenHit};
pub use notify::{Subscription, Told};
pub use planning::Planning;
pub use scanner::{Scanner, SeenFrame, SeenPlace};
pub use sync::Syncing;
pub use walk::{Nearby, NearbyFilter, ROAM_M, Region};
pub use walking::Walking;

use crate::catalogue::model::{Audience, Id, Language};
use crate::catalogue::{Catalogue, CatalogueError, Visitor};
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
    rebuilt: Option<Vec<Id>>,
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
        if folder.as_os_str().is_empty() {
            return Err(CompanionError::Storage {
                path: String::new(),
                why: "no folder is named".to_owned(),
            });
        }
        std::fs::create_dir_all(folder).map_err(storage)?;
        let (catalogue, lost) = open_catalogue(folder)?;
        let catalogue = Arc::new(catalogue);
        let (journal, rescue) = Journal::open(folder)?;
        if let Some(rescue) = &rescue {
            tracing::warn!(
                "the journal was broken ({}): {} entries were saved, and the old file is {}",
                rescue.detail,
                rescue.saved,
                rescue.moved_to.display()
            );
        }
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
        let editions = watch::Sender::new(catalogue.generation());
        let runtime = Workers::start()?;
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
