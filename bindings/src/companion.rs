//! Opening a guide and asking it.

use crate::guide::GuideSession;
use crate::player::{Commentary, Player};
use crate::sync::{Listening, SyncListener, Syncing};
use alloclap_core::audio::output::PullOutput;
#[cfg(feature = "device")]
use alloclap_core::audio::output::device::DeviceOutput;
use alloclap_core::audio::{Item, Output, OutputError};
use alloclap_core::catalogue::model::{Audience, Id, Language, Medium};
use alloclap_core::catalogue::{CommentaryView, FilmView, Key, PanelView, PlaceBrief, SearchHit, TrailView};
use alloclap_core::companion::{
    self, Answer, CompanionError, Nearby, NearbyFilter, Preferences, Region, SeenCode, SystemClock,
};
use alloclap_core::geo::Position;
use alloclap_core::guide::GuideOptions;
use alloclap_core::sync::{Choice, RootOfTrust};
use std::path::Path;
use std::sync::Arc;

/// A place with its distance in metres and its direction in degrees clockwise from north.
#[uniffi::remote(Record)]
pub struct Nearby {
    place: PlaceBrief,
    distance_m: f64,
    bearing_deg: f64,
}

/// What a place must have to be of interest now. Nothing set lets every place pass.
#[uniffi::remote(Record)]
pub struct NearbyFilter {
    #[uniffi(default = None)]
    language: Option<Language>,
    #[uniffi(default = [])]
    films: Vec<Key>,
    #[uniffi(default = false)]
    not_heard: bool,
}

/// A circle that the operating system watches, to wake the app.
#[uniffi::remote(Record)]
pub struct Region {
    place: Option<Key>,
    centre: Position,
    radius_m: f64,
    on_enter: bool,
}

/// A guide that is followed.
#[derive(uniffi::Record)]
pub struct Guide {
    /// The publication's id.
    pub publication: Id,
    /// The address that is followed.
    pub address: String,
    /// The publisher's name.
    pub name: String,
    /// The installed edition.
    pub version: u64,
    /// When it was built: RFC 3339, UTC.
    pub built: String,
    /// Places on this phone.
    pub places: u64,
    /// Panels on this phone.
    pub panels: u64,
    /// Trails on this phone.
    pub trails: u64,
}

/// A guide on a phone: open one for a data folder, and keep it as long as the app lives.
///
/// Any thread may call any method. Methods that read the catalogue do disk I/O of well under a millisecond; none of them waits
/// for a sync.
#[derive(uniffi::Object)]
pub struct Companion {
    inner: companion::Companion,
}

#[uniffi::export]
impl Companion {
    /// Opens a data folder, which is made if it is missing. Does I/O: call it once, off the main thread.
    #[uniffi::constructor]
    pub fn open(
        folder: String,
        languages: Vec<Language>,
        audience: Audience,
    ) -> Result<Arc<Self>, CompanionError> {
        let preferences = Preferences { languages, audience };
        let inner = companion::Companion::open(Path::new(&folder), preferences, Arc::new(SystemClock))?;
        Ok(Arc::new(Self { inner }))
    }

    /// Changes languages and audience from now on. No I/O.
    pub fn prefer(&self, languages: Vec<Language>, audience: Audience) {
        self.inner.prefer(Preferences { languages, audience });
    }

    /// The guides that are followed. Reads the catalogue.
    pub fn guides(&self) -> Result<Vec<Guide>, CompanionError> {
        let guides = self.inner.guides()?.into_iter().map(|guide| Guide {
            publication: guide.publication,
            address: guide.source,
            name: guide.name,
            version: guide.version,
            built: guide.built,
            places: guide.places,
            panels: guide.panels,
            trails: guide.trails,
        });
        Ok(guides.collect())
    }

    /// Says whose signatures to believe for the guide at an address, before its first sync: the text of its root file, or its
    /// fingerprint of 64 hexadecimal digits. Writes to the data folder, fetches nothing.
    pub fn follow(&self, address: String, root: String) -> Result<(), CompanionError> {
        self.inner.follow(&address, RootOfTrust::from_text(root))
    }

    /// Starts to download or refresh the guide at an address, with all media if `media` is null. Returns at once; dropping what
    /// it returns cancels. The listener is called from a thread of the companion's, at most ten times a second.
    pub fn sync(
        &self,
        address: String,
        media: Option<Vec<Medium>>,
        listener: Arc<dyn SyncListener>,
    ) -> Arc<Syncing> {
        let choice = Choice {
            media,
            ..Choice::default()
        };
        Arc::new(Syncing::new(self.inner.sync(
            &address,
            choice,
            Arc::new(Listening(listener)),
        )))
    }

    /// Removes a guide from this phone; the visitor's own marks stay. Writes to the catalogue.
    pub fn forget(&self, publication: Id) -> Result<(), CompanionError> {
        self.inner.forget(&publication)
    }

    /// The codes in a still picture of 8-bit luma, `row_stride` bytes from row to row; it is not copied. All effort: some ten milliseconds
    /// where a code stands out, up to some seconds where nothing can be read, so call it off the main thread. No I/O. Frames of a
    /// camera are `Scanner`'s.
    pub fn scan(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        row_stride: u32,
    ) -> Result<Vec<SeenCode>, CompanionError> {
        self.inner.scan(luma, width, height, row_stride)
    }

    /// What a flashcode's text, or a typed panel code, means here. Opens nothing. Reads the catalogue.
    pub fn answer(&self, text: String) -> Result<Answer, CompanionError> {
        self.inner.answer(&text)
    }

    /// A panel. Reads the catalogue.
    pub fn panel(&self, panel: Key) -> Result<PanelView, CompanionError> {
        self.inner.panel(&panel)
    }

    /// A film, with everywhere it was shot. Reads the catalogue.
    pub fn film(&self, film: Key) -> Result<FilmView, CompanionError> {
        self.inner.film(&film)
    }

    /// The places nearest to a position, nearest first. Reads the catalogue; the first call after a sync builds an index.
    pub fn nearby(&self, position: Position, count: u32) -> Result<Vec<Nearby>, CompanionError> {
        self.inner.nearby(position, count)
    }

    /// The places nearest to a position that pass a filter, nearest first. Reads catalogue and journal.
    pub fn nearby_that(
        &self,
        position: Position,
        count: u32,
        filter: NearbyFilter,
    ) -> Result<Vec<Nearby>, CompanionError> {
        self.inner.nearby_that(position, count, &filter)
    }

    /// The places within so many metres of a position that pass a filter, nearest first. Reads catalogue and journal.
    pub fn within(
        &self,
        position: Position,
        radius_m: f64,
        filter: NearbyFilter,
    ) -> Result<Vec<Nearby>, CompanionError> {
        self.inner.within(position, radius_m, &filter)
    }

    /// Which regions the operating system should watch around a position, so that it wakes the app: at most `limit`, 20 on iOS
    /// and 100 on Android. Ask again when one of them wakes the app. Reads the catalogue.
    pub fn regions(&self, position: Position, limit: u32) -> Result<Vec<Region>, CompanionError> {
        self.inner.regions(position, limit)
    }

    /// What fits a text best; accents, case and small slips don't matter. Reads the catalogue.
    pub fn search(&self, text: String, limit: u32) -> Result<Vec<SearchHit>, CompanionError> {
        self.inner.search(&text, limit)
    }

    /// All trails. Reads the catalogue.
    pub fn trails(&self) -> Result<Vec<TrailView>, CompanionError> {
        self.inner.trails()
    }

    /// A trail with its line and stops. Reads the catalogue.
    pub fn trail(&self, trail: Key) -> Result<TrailView, CompanionError> {
        self.inner.trail(&trail)
    }

    /// The commentaries for a panel, place, film, trail or stop, the one that suits the visitor first. Reads the catalogue.
    pub fn commentaries_for(&self, about: Key) -> Result<Vec<CommentaryView>, CompanionError> {
        self.inner.commentaries_for(&about)
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
        let guide = self.inner.guide(&trail, options, saved.as_deref())?;
        Ok(Arc::new(GuideSession::new(guide)))
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
        let guide = self.inner.roam(around, options, saved.as_deref())?;
        Ok(Arc::new(GuideSession::new(guide)))
    }

    /// A commentary as a player takes it, from where the listener left it. Reads catalogue and journal.
    pub fn item(&self, commentary: Key) -> Result<Item, CompanionError> {
        self.inner.item(&commentary)
    }

    /// A player for an output of the app's own, which calls `pull`. Starts a thread.
    pub fn pulled_player(&self) -> Result<Arc<Player>, CompanionError> {
        let (output, puller) = PullOutput::new();
        let mut output = Some(output);
        let make = Box::new(move || match output.take() {
            Some(output) => Ok(Box::new(output) as Box<dyn Output>),
            None => Err(OutputError::Lost {
                reason: "the app stopped asking for sound".to_owned(),
            }),
        });
        Ok(Arc::new(Player::new(self.inner.player(make)?, Some(puller))))
    }

    /// Opens a commentary's recording. Reads the file's head.
    pub fn open_commentary(&self, commentary: Key) -> Result<Arc<Commentary>, CompanionError> {
        Ok(Arc::new(Commentary::new(
            self.inner.open_commentary(&commentary)?,
        )))
    }
}

#[cfg(feature = "device")]
#[uniffi::export]
impl Companion {
    /// A player on this machine's own output. Starts threads; the output is opened when something plays.
    pub fn player(&self) -> Result<Arc<Player>, CompanionError> {
        let make = Box::new(|| Ok(Box::new(DeviceOutput::open()) as Box<dyn Output>));
        Ok(Arc::new(Player::new(self.inner.player(make)?, None)))
    }
}
