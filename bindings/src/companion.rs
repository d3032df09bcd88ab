//! The front door: opening a data folder, and the rooms behind it.

use crate::catalogue::Catalogue;
use crate::guide::GuideSession;
use crate::house::{House, caught};
use crate::journal::Journal;
use crate::player::Player;
use crate::scanner::Scanner;
use crate::sync::Sync;
use alloclap_core::audio::output::PullOutput;
#[cfg(feature = "device")]
use alloclap_core::audio::output::device::DeviceOutput;
use alloclap_core::audio::{Output, OutputError};
use alloclap_core::catalogue::Key;
use alloclap_core::catalogue::model::{Audience, Language};
use alloclap_core::companion::{self, CompanionError, Preferences, SystemClock};
use alloclap_core::geo::Position;
use alloclap_core::guide::GuideOptions;
use alloclap_core::sync::RootOfTrust;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What one frame of a camera may cost at 30 frames a second, in milliseconds.
const FRAME_BUDGET_MS: u32 = 12;

/// A publication to follow, and whose signatures to believe for it.
#[derive(uniffi::Record)]
pub struct Publication {
    /// The address of its folder.
    pub address: String,
    /// The text of its root file, or its fingerprint of 64 hexadecimal digits: its publisher hands out either. An app that ships
    /// it cannot be lied to, not even at the first sync.
    pub root: String,
}

/// A guide on a phone: open one for a data folder, and keep it as long as the app lives.
///
/// Any thread may call any method. Rooms cost nothing to ask for, and end with the companion. Nothing that is fast waits for
/// something slow: a sync under way delays neither a scan, nor a look into the catalogue, nor a fix.
#[derive(uniffi::Object)]
pub struct Companion {
    house: Arc<House>,
}

#[uniffi::export]
impl Companion {
    /// Opens a data folder, which is made if it is missing, and follows publications from then on; naming one again changes nothing.
    /// Does I/O, fetches nothing: call it once, off the main thread.
    #[uniffi::constructor(name = "new")]
    pub fn open(
        folder: String,
        publications: Vec<Publication>,
        languages: Vec<Language>,
        audience: Audience,
    ) -> Result<Arc<Self>, CompanionError> {
        crate::log::log_panics();
        caught(|| {
            let preferences = Preferences { languages, audience };
            let companion =
                companion::Companion::open(Path::new(&folder), preferences, Arc::new(SystemClock))?;
            for Publication { address, root } in publications {
                companion.follow(&address, RootOfTrust::from_text(root))?;
            }
            Ok(Arc::new(Self {
                house: House::new(companion),
            }))
        })
    }

    /// Changes languages and audience from now on. No I/O.
    pub fn prefer(&self, languages: Vec<Language>, audience: Audience) -> Result<(), CompanionError> {
        self.house.with(|companion| {
            companion.prefer(Preferences { languages, audience });
            Ok(())
        })
    }

    /// What is on this phone. No I/O.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::new(Catalogue {
            house: Arc::clone(&self.house),
        })
    }

    /// Bringing guides onto this phone. No I/O.
    pub fn sync(&self) -> Arc<Sync> {
        Arc::new(Sync {
            house: Arc::clone(&self.house),
        })
    }

    /// Reading flashcodes: a new one for each time that the camera opens, spending about so many milliseconds on each of its frames;
    /// 12 suit 30 frames a second. No I/O.
    #[uniffi::method(default(budget_ms = None))]
    pub fn scanner(&self, budget_ms: Option<u32>) -> Result<Arc<Scanner>, CompanionError> {
        let budget_ms = budget_ms.unwrap_or(FRAME_BUDGET_MS);
        let camera = self.house.make(|_| Ok(companion::Scanner::new(budget_ms)))?;
        Ok(Arc::new(Scanner {
            house: Arc::clone(&self.house),
            camera,
        }))
    }

    /// The visitor's own marks. No I/O.
    pub fn journal(&self) -> Arc<Journal> {
        Arc::new(Journal {
            house: Arc::clone(&self.house),
        })
    }

    /// Follows a walker along a trail, from where `saved` says that the walk was, or from its beginning. Times of fixes are
    /// milliseconds since the Unix epoch. Reads the catalogue; the session's own methods do no I/O.
    #[uniffi::method(default(saved = None))]
    pub fn guide(
        &self,
        trail: Key,
        options: GuideOptions,
        saved: Option<String>,
    ) -> Result<Arc<GuideSession>, CompanionError> {
        let inner = self
            .house
            .make(|companion| companion.walk(&trail, options, saved.as_deref()))?;
        Ok(Arc::new(GuideSession { inner }))
    }

    /// Follows a walker without a trail: the places around a position are told in whatever order they are met. Ask again, with
    /// what the session saved, after 2 km. Reads the catalogue; the session's own methods do no I/O.
    #[uniffi::method(default(saved = None))]
    pub fn roam(
        &self,
        around: Position,
        options: GuideOptions,
        saved: Option<String>,
    ) -> Result<Arc<GuideSession>, CompanionError> {
        let inner = self
            .house
            .make(|companion| companion.walk_around(around, options, saved.as_deref()))?;
        Ok(Arc::new(GuideSession { inner }))
    }

    /// A player for an output of the app's own, which calls `pull`. Starts a thread. No I/O.
    pub fn pulled_player(&self) -> Result<Arc<Player>, CompanionError> {
        let (output, puller) = PullOutput::new();
        let mut output = Some(output);
        let make = Box::new(move || match output.take() {
            Some(output) => Ok(Box::new(output) as Box<dyn Output>),
            None => Err(OutputError::Lost {
                reason: "the app stopped asking for sound".to_owned(),
            }),
        });
        let inner = self.house.make(|companion| companion.player(make))?;
        Ok(Arc::new(Player {
            inner,
            puller: Some(Mutex::new(puller)),
        }))
    }

    /// Ends everything: syncs are cancelled, players stop, subscriptions are told so. Whatever is called afterwards answers
    /// `Closed`. Waits up to two seconds for what is being written to the disk; may be called again.
    pub fn shut_down(&self) -> Result<(), CompanionError> {
        caught(|| {
            self.house.shut();
            Ok(())
        })
    }
}

#[cfg(feature = "device")]
#[uniffi::export]
impl Companion {
    /// A player on this machine's own output. Starts threads; the output is opened when something plays. No I/O.
    pub fn player(&self) -> Result<Arc<Player>, CompanionError> {
        let make = Box::new(|| Ok(Box::new(DeviceOutput::open()) as Box<dyn Output>));
        let inner = self.house.make(|companion| companion.player(make))?;
        Ok(Arc::new(Player { inner, puller: None }))
    }
}
