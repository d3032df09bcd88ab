//! What is around, and following a trail.

use super::{Companion, CompanionError};
use crate::catalogue::model::Language;
use crate::catalogue::{Key, PlaceBrief, StopView, Visitor};
use crate::geo::Position;
use crate::guide::{Guide, GuideOptions, GuideState, GuideStop, GuideTrail, OpenHours};
use crate::nearby;
use jiff::Zoned;
use std::collections::{HashMap, HashSet};

/// How far a visitor may roam in metres before the places around are looked up anew.
pub const ROAM_M: f64 = 2_000.0;

/// At most so many places around are listened for: in the densest quarter of Paris, a kilometre around.
const ROAM_PLACES: usize = 1_000;

/// A circle that the operating system watches, to wake the app.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The place it is around; none for the bubble around the visitor, on whose edge regions are asked for again.
    pub place: Option<Key>,
    /// Its middle.
    pub centre: Position,
    /// Its radius in metres.
    pub radius_m: f64,
    /// Whether entering it wakes the app; else leaving it does.
    pub on_enter: bool,
}

/// A place with its distance and direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// The place.
    pub place: PlaceBrief,
    /// Metres on the ground.
    pub distance_m: f64,
    /// Degrees clockwise from north, 0 ≤ bearing < 360.
    pub bearing_deg: f64,
}

/// What a place must have to be of interest now. The default lets every place pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NearbyFilter {
    /// A commentary in this language; of its variants, any will do.
    pub language: Option<Language>,
    /// One of these films; empty for any.
    pub films: Vec<Key>,
    /// Something that the visitor has not heard to its end yet.
    pub not_heard: bool,
}

impl Companion {
    /// The places nearest to a position, nearest first. The index is built at the end of a sync, and the first call after a start
    /// opens it; only where its file is missing or damaged does a call build it: some milliseconds for ten thousand places,
    /// about a second for a million.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn nearby(&self, position: Position, count: u32) -> Result<Vec<Nearby>, CompanionError> {
        self.nearby_that(position, count, &NearbyFilter::default())
    }

    /// The places nearest to a position that pass a filter, nearest first. Looks as far as it must.
    ///
    /// # Errors
    /// What is wrong with the catalogue's or the journal's file.
    pub fn nearby_that(
        &self,
        position: Position,
        count: u32,
        filter: &NearbyFilter,
    ) -> Result<Vec<Nearby>, CompanionError> {
        on_earth(position)?;
        let visitor = self.visitor();
        let places = self.places.today(visitor.today)?;
        let wanted = usize::try_from(count).unwrap_or(usize::MAX).min(places.len());
        let heard = self.heard_by(filter)?;
        let (mut found, mut looked_at, mut reach) = (Vec::new(), 0, wanted);
        while found.len() < wanted && looked_at < places.len() {
            let nearest = places.nearest(position, reach);
            let further = nearest.get(looked_at..).unwrap_or_default();
            found.extend(self.passing(further, &visitor, filter, &heard)?);
            looked_at = nearest.len();
            reach = reach.saturating_mul(2);
        }
        found.truncate(wanted);
        Ok(found)
    }

    /// The places within so many metres of a position that pass a filter, nearest first.
    ///
    /// # Errors
    /// What is wrong with the catalogue's or the journal's file.
    pub fn within(
        &self,
        position: Position,
        radius_m: f64,
        filter: &NearbyFilter,
    ) -> Result<Vec<Nearby>, CompanionError> {
        on_earth(position)?;
        let visitor = self.visitor();
        let heard = self.heard_by(filter)?;
        let within = self.places.today(visitor.today)?.within(position, radius_m);
        self.passing(&within, &visitor, filter, &heard)
    }

    /// What was heard, if the filter asks for it.
    fn heard_by(&self, filter: &NearbyFilter) -> Result<HashSet<Key>, CompanionError> {
        if !filter.not_heard {
            return Ok(HashSet::new());
        }
        let heard = self.journal.all_heard()?;
        let named = heard.iter().map(|heard| self.catalogue.now_called(&heard.key));
        Ok(named.collect::<Result<_, _>>()?)
    }

    /// The places of entries of the index, those that pass. A sync may have switched the catalogue since: a row that is gone
    /// is left out.
    fn passing(
        &self,
        near: &[nearby::Near],
        visitor: &Visitor,
        filter: &NearbyFilter,
        heard: &HashSet<Key>,
    ) -> Result<Vec<Nearby>, CompanionError> {
        let rows: Vec<i64> = near.iter().map(|near| near.row).collect();
        let places = self.catalogue.places_at(&rows, visitor)?;
        let mut passing = Vec::with_capacity(near.len());
        for (near, place) in near.iter().zip(places) {
            if let Some(place) = place
                && self.passes(&place, visitor, filter, heard)?
            {
                passing.push(Nearby {
                    place,
                    distance_m: near.distance_m,
                    bearing_deg: near.bearing_deg,
                });
            }
        }
        Ok(passing)
    }

    fn passes(
        &self,
        place: &PlaceBrief,
        visitor: &Visitor,
        filter: &NearbyFilter,
        heard: &HashSet<Key>,
    ) -> Result<bool, CompanionError> {
        let film = filter.films.is_empty() || place.films.iter().any(|film| filter.films.contains(&film.key));
        // What there is to hear at a place is at its panels; a place without any may have a commentary of its own.
        let told: Vec<&Key> = if place.panels.is_empty() {
            vec![&place.key]
        } else {
            place.panels.iter().collect()
        };
        let new = !filter.not_heard || told.iter().any(|key| !heard.contains(*key));
        if !film || !new {
            return Ok(false);
        }
        let Some(language) = &filter.language else {
            return Ok(true);
        };
        for key in told {
            let commentaries = self.catalogue.commentaries_for(key, visitor)?;
            if commentaries
                .iter()
                .any(|commentary| commentary.language.primary() == language.primary())
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Which regions the operating system should watch around a position, so that it wakes the app near a place: `limit` of
    /// them with the bubble around the visitor, 20 on iOS and 100 on Android. Ask again when one of them wakes the app.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn regions(&self, position: Position, limit: u32) -> Result<Vec<Region>, CompanionError> {
        let visitor = self.visitor();
        let places = self.places.today(visitor.today)?;
        let around = places.regions(position, usize::try_from(limit).unwrap_or(usize::MAX));
        let rows: Vec<i64> = around.iter().filter_map(|region| region.row).collect();
        let known = self.catalogue.places_at(&rows, &visitor)?;
        let keys: HashMap<i64, Key> = rows
            .into_iter()
            .zip(known)
            .filter_map(|(row, place)| Some((row, place?.key)))
            .collect();
        let mut regions = Vec::new();
        for region in around {
            let place = region.row.and_then(|row| keys.get(&row).cloned());
            // A place that a sync has just taken away needs no watching.
            if region.row.is_none() || place.is_some() {
                regions.push(Region {
                    place,
                    centre: region.centre,
                    radius_m: region.radius_m,
                    on_enter: region.on_enter,
                });
            }
        }
        Ok(regions)
    }

    /// A guide along a trail: feed it fixes, it says when which story begins, and why. `saved` is what [`Guide::saved`] wrote
    /// when the app was last put away: the walk goes on from there; what cannot be read begins anew.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if the trail is not here.
    pub fn guide(
        &self,
        trail: &Key,
        options: GuideOptions,
        saved: Option<&str>,
    ) -> Result<Guide, CompanionError> {
        let now = self.clock.now();
        self.guide_at(trail, options, saved, Some((&now, 0)))
    }

    /// As [`Companion::guide`], for a walk that is replayed and whose fixes count from 0: it began at that time. Without one,
    /// nobody knows what was open.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if the trail is not here.
    pub fn guide_replayed(
        &self,
        trail: &Key,
        options: GuideOptions,
        began: Option<&Zoned>,
    ) -> Result<Guide, CompanionError> {
        let began = began.map(|began| (began, began.timestamp().as_millisecond()));
        self.guide_at(trail, options, None, began)
    }

    /// `at` is the day of the walk, and the Unix time in milliseconds at which the time of its fixes is 0.
    fn guide_at(
        &self,
        trail: &Key,
        options: GuideOptions,
        saved: Option<&str>,
        at: Option<(&Zoned, i64)>,
    ) -> Result<Guide, CompanionError> {
        let view = self.trail(trail)?;
        let stops = view
            .stops
            .into_iter()
            .map(|stop| self.guide_stop(trail, stop, at))
            .collect::<Result<_, _>>()?;
        let trail = GuideTrail {
            line: view.line,
            stops,
        };
        Ok(Guide::resume(
            trail,
            options,
            saved.map(GuideState::read).unwrap_or_default(),
        ))
    }

    /// A guide without a trail: the places around a position are told in whatever order they are met. Ask again, with what the
    /// guide saved, once the visitor has gone [`ROAM_M`] from there.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn roam(
        &self,
        around: Position,
        options: GuideOptions,
        saved: Option<&str>,
    ) -> Result<Guide, CompanionError> {
        let visitor = self.visitor();
        let now = self.clock.now();
        let mut stops = Vec::new();
        let near = self.places.today(visitor.today)?.within(around, 2.0 * ROAM_M);
        for near in near.into_iter().take(ROAM_PLACES) {
            let stop = self.catalogue.stop_at(near.row, &visitor)?;
            let Some((stop, key)) = stop.and_then(|stop| Some((stop.clone(), stop.place?.key))) else {
                continue;
            };
            stops.push(GuideStop {
                // Two publications may use the same id.
                id: format!("{}/{}", key.publication, key.id),
                ..self.guide_stop(&key, stop, Some((&now, 0)))?
            });
        }
        let trail = GuideTrail {
            line: Vec::new(),
            stops,
        };
        Ok(Guide::resume(
            trail,
            options,
            saved.map(GuideState::read).unwrap_or_default(),
        ))
    }

    fn guide_stop(
        &self,
        trail: &Key,
        stop: StopView,
        at: Option<(&Zoned, i64)>,
    ) -> Result<GuideStop, CompanionError> {
        let about = match &stop.place {
            Some(place) => place.key.clone(),
            None => Key {
                publication: trail.publication.clone(),
                id: stop.id.clone(),
            },
        };
        // The guide must know how long it will be told here; the first commentary is the one that would be played.
        let commentary_ms = self
            .commentaries_for(&about)?
            .first()
            .map_or(0, |commentary| commentary.duration_ms);
        let hours = stop.opening_hours.as_deref().zip(at);
        Ok(GuideStop {
            id: stop.id.to_string(),
            name: stop.name.text,
            position: stop.position,
            zone: stop.zone,
            quiet: stop.quiet,
            closed: stop.closed.is_some(),
            hours: hours.and_then(|(text, (day, zero_ms))| {
                OpenHours::read(text, stop.country.as_deref(), day, zero_ms)
            }),
            panels: stop.place.map(|place| place.panels).unwrap_or_default(),
            commentary_ms,
        })
    }
}

/// A position that comes from outside may be nowhere; nothing is near to that, however far one looks.
fn on_earth(position: Position) -> Result<(), CompanionError> {
    Position::new(position.lat_deg, position.lon_deg)
        .map(drop)
        .map_err(|error| CompanionError::Input {
            what: "position".to_owned(),
            why: error.to_string(),
        })
}
