//! Everything that publications told: looking it up, and being told when it changes.

use crate::house::House;
use crate::player::Commentary;
use crate::subscription::{ListenerError, Subscription, pass_on};
use alloclap_core::audio::{Item, Transcript};
use alloclap_core::catalogue::model::{Id, Language};
use alloclap_core::catalogue::{CommentaryView, FilmView, Key, PanelView, PlaceBrief, SearchHit, TrailView};
use alloclap_core::companion::{Answer, CompanionError, Nearby, NearbyFilter, Region, SpokenHit};
use alloclap_core::geo::Position;
use std::sync::{Arc, Mutex};

/// A place with its distance in metres and its direction in degrees clockwise from north.
#[uniffi::remote(Record)]
pub struct Nearby {
    place: PlaceBrief,
    distance_m: f64,
    bearing_deg: f64,
}

/// What a place must have to be of interest now. The default lets every place pass.
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

/// A guide that is on this phone.
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

/// Is told when the catalogue tells something else; see the module of subscriptions for threads.
#[uniffi::export(with_foreign)]
pub trait CatalogueListener: Send + Sync {
    /// The catalogue's edition as it is now; another number means: ask again.
    fn changed(&self, edition: u64) -> Result<(), ListenerError>;

    /// The companion is gone: the last call.
    fn ended(&self) -> Result<(), ListenerError>;
}

/// What is on this phone. Any thread may call any method. Each reads the catalogue on the disk, for well under a millisecond
/// unless it says otherwise; none waits for a sync.
#[derive(uniffi::Object)]
pub struct Catalogue {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl Catalogue {
    /// The guides that are on this phone.
    pub fn guides(&self) -> Result<Vec<Guide>, CompanionError> {
        let guides = self.house.with(|companion| companion.guides())?;
        let guides = guides.into_iter().map(|guide| Guide {
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

    /// Removes a guide and its files from this phone, and forgets whose signatures were believed; the visitor's own marks stay.
    /// Writes to the catalogue, and waits for a sync that is installing.
    pub fn forget(&self, publication: Id) -> Result<(), CompanionError> {
        self.house.with(|companion| companion.forget(&publication))
    }

    /// The guides that were built again because the catalogue was broken before this start: to be told to the visitor once. Null if
    /// it was not; what is missing here comes back with a sync. No I/O.
    pub fn rebuilt(&self) -> Result<Option<Vec<Id>>, CompanionError> {
        self.house
            .with(|companion| Ok(companion.rebuilt().map(<[Id]>::to_vec)))
    }

    /// The edition of the catalogue: another number means that it tells something else now. No I/O.
    pub fn edition(&self) -> Result<u64, CompanionError> {
        self.house.with(|companion| Ok(companion.edition()))
    }

    /// Tells a listener of the catalogue's edition as it is, then of each change. Returns at once. No I/O.
    pub fn subscribe(
        &self,
        listener: Arc<dyn CatalogueListener>,
    ) -> Result<Arc<Subscription>, CompanionError> {
        self.house.with(|companion| {
            Ok(Subscription::new(companion.subscribe_to_editions(move |told| {
                pass_on(told, |edition| listener.changed(edition), || listener.ended())
            })))
        })
    }

    /// What a flashcode's text, or a typed panel code, means here. Opens nothing.
    pub fn answer(&self, text: String) -> Result<Answer, CompanionError> {
        self.house.with(|companion| companion.answer(&text))
    }

    /// A panel.
    pub fn panel(&self, panel: Key) -> Result<PanelView, CompanionError> {
        self.house.with(|companion| companion.panel(&panel))
    }

    /// A film, with everywhere it was shot.
    pub fn film(&self, film: Key) -> Result<FilmView, CompanionError> {
        self.house.with(|companion| companion.film(&film))
    }

    /// The places nearest to a position that pass a filter, nearest first.
    #[uniffi::method(default(filter = None))]
    pub fn nearby(
        &self,
        position: Position,
        count: u32,
        filter: Option<NearbyFilter>,
    ) -> Result<Vec<Nearby>, CompanionError> {
        self.house.with(|companion| match filter {
            Some(filter) => companion.nearby_that(position, count, &filter),
            None => companion.nearby(position, count),
        })
    }

    /// The places within so many metres of a position that pass a filter, nearest first. As [`Self::nearby`].
    #[uniffi::method(default(filter = None))]
    pub fn within(
        &self,
        position: Position,
        radius_m: f64,
        filter: Option<NearbyFilter>,
    ) -> Result<Vec<Nearby>, CompanionError> {
        self.house
            .with(|companion| companion.within(position, radius_m, &filter.unwrap_or_default()))
    }

    /// Which regions the operating system should watch around a position, so that it wakes the app: at most `limit`, 20 on iOS
    /// and 100 on Android. Ask again when one of them wakes the app.
    pub fn regions(&self, position: Position, limit: u32) -> Result<Vec<Region>, CompanionError> {
        self.house.with(|companion| companion.regions(position, limit))
    }

    /// What fits a text best: films, places, people, companies, panels, trails. Accents, case and small slips don't matter.
    /// Some milliseconds with a hundred thousand names.
    pub fn search(&self, text: String, limit: u32) -> Result<Vec<SearchHit>, CompanionError> {
        self.house.with(|companion| companion.search(&text, limit))
    }

    /// The same for somebody who stands somewhere: of what fits about equally well, the nearest comes first. As [`Self::search`].
    pub fn search_near(
        &self,
        text: String,
        near: Position,
        limit: u32,
    ) -> Result<Vec<SearchHit>, CompanionError> {
        self.house
            .with(|companion| companion.search_near(&text, near, limit))
    }

    /// The records of that id, or alias, in any publication.
    pub fn keys_of(&self, id: Id) -> Result<Vec<Key>, CompanionError> {
        self.house.with(|companion| companion.keys_of(&id))
    }

    /// All trails.
    pub fn trails(&self) -> Result<Vec<TrailView>, CompanionError> {
        self.house.with(|companion| companion.trails())
    }

    /// A trail with its line and stops.
    pub fn trail(&self, trail: Key) -> Result<TrailView, CompanionError> {
        self.house.with(|companion| companion.trail(&trail))
    }

    /// A commentary.
    pub fn commentary(&self, commentary: Key) -> Result<CommentaryView, CompanionError> {
        self.house.with(|companion| companion.commentary(&commentary))
    }

    /// The commentaries for a panel, place, film, trail or stop, the one that suits the visitor first.
    pub fn commentaries_for(&self, about: Key) -> Result<Vec<CommentaryView>, CompanionError> {
        self.house.with(|companion| companion.commentaries_for(&about))
    }

    /// A commentary as a player takes it, from where the listener left it. Reads the journal too.
    pub fn item(&self, commentary: Key) -> Result<Item, CompanionError> {
        self.house.with(|companion| companion.item(&commentary))
    }

    /// What a visitor hears at a panel: the commentary that suits best and is on this phone; where there is none, the words of
    /// one, or the anecdote, for the system's own voice. Reads the journal too.
    pub fn item_at(&self, panel: Key) -> Result<Item, CompanionError> {
        self.house.with(|companion| companion.item_at(&panel))
    }

    /// What is said in a commentary, when, and its chapters.
    pub fn transcript(&self, commentary: Key) -> Result<Transcript, CompanionError> {
        self.house.with(|companion| companion.transcript(&commentary))
    }

    /// Where something is said: the passages of commentaries in which all these words occur. Some milliseconds.
    pub fn search_spoken(&self, words: String, limit: u32) -> Result<Vec<SpokenHit>, CompanionError> {
        self.house
            .with(|companion| companion.search_spoken(&words, limit))
    }

    /// Opens a commentary's recording, for its samples. Reads the file's head.
    pub fn open_commentary(&self, commentary: Key) -> Result<Arc<Commentary>, CompanionError> {
        let inner = self
            .house
            .make(|companion| Ok(Mutex::new(companion.open_commentary(&commentary)?)))?;
        Ok(Arc::new(Commentary { inner }))
    }
}
