//! What is around, and following a trail.

use super::{Companion, CompanionError, Index};
use crate::catalogue::model::Language;
use crate::catalogue::{Key, PlaceBrief, StopView, Visitor};
use crate::geo::Position;
use crate::guide::{Guide, GuideOptions, GuideStop, GuideTrail};
use crate::nearby;
use std::collections::HashSet;
use std::sync::Arc;

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
    /// The places nearest to a position, nearest first. The first call after a sync builds the index: some milliseconds for ten
    /// thousand places.
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
        let visitor = self.visitor();
        let places = self.places(visitor.today)?;
        let wanted = usize::try_from(count).unwrap_or(usize::MAX).min(places.len());
        let heard = self.heard_by(filter)?;
        let (mut found, mut looked_at, mut reach) = (Vec::new(), 0, wanted);
        while found.len() < wanted && looked_at < places.len() {
            for near in places.nearest(position, reach).into_iter().skip(looked_at) {
                looked_at += 1;
                found.extend(self.passes(near, &visitor, filter, &heard)?);
                if found.len() == wanted {
                    break;
                }
            }
            reach = reach.saturating_mul(2);
        }
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
        let visitor = self.visitor();
        let heard = self.heard_by(filter)?;
        let mut found = Vec::new();
        for near in self.places(visitor.today)?.within(position, radius_m) {
            found.extend(self.passes(near, &visitor, filter, &heard)?);
        }
        Ok(found)
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

    /// The place of an entry of the index, if it passes. A sync may have switched the catalogue since: a row that is gone
    /// is left out.
    fn passes(
        &self,
        near: nearby::Near,
        visitor: &Visitor,
        filter: &NearbyFilter,
        heard: &HashSet<Key>,
    ) -> Result<Option<Nearby>, CompanionError> {
        let Some(place) = self.catalogue.place_at(near.row, visitor)? else {
            return Ok(None);
        };
        let film = filter.films.is_empty() || place.films.iter().any(|film| filter.films.contains(&film.key));
        // What there is to hear at a place is at its panels; a place without any may have a commentary of its own.
        let told: Vec<&Key> = if place.panels.is_empty() {
            vec![&place.key]
        } else {
            place.panels.iter().collect()
        };
        let new = !filter.not_heard || told.iter().any(|key| !heard.contains(*key));
        if !film || !new {
            return Ok(None);
        }
        if let Some(language) = &filter.language {
            let mut spoken = false;
            for key in told {
                let commentaries = self.catalogue.commentaries_for(key, visitor)?;
                spoken |= commentaries
                    .iter()
                    .any(|commentary| commentary.language.primary() == language.primary());
            }
            if !spoken {
                return Ok(None);
            }
        }
        Ok(Some(Nearby {
            place,
            distance_m: near.distance_m,
            bearing_deg: near.bearing_deg,
        }))
    }

    /// A guide along a trail: feed it fixes, it says when which story begins, and why.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] if the trail is not here.
    pub fn guide(&self, trail: &Key, options: GuideOptions) -> Result<Guide, CompanionError> {
        let view = self.trail(trail)?;
        let stops = view
            .stops
            .into_iter()
            .map(|stop| self.guide_stop(trail, stop))
            .collect::<Result<_, _>>()?;
        Ok(Guide::new(
            GuideTrail {
                line: view.line,
                stops,
            },
            options,
        ))
    }

    fn guide_stop(&self, trail: &Key, stop: StopView) -> Result<GuideStop, CompanionError> {
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
        Ok(GuideStop {
            id: stop.id.to_string(),
            name: stop.name.text,
            position: stop.position,
            zone: stop.zone,
            quiet: stop.quiet,
            closed: stop.closed.is_some(),
            panels: stop.place.map(|place| place.panels).unwrap_or_default(),
            commentary_ms,
        })
    }

    fn places(&self, today: jiff::civil::Date) -> Result<Arc<nearby::Nearby>, CompanionError> {
        let generation = self.catalogue.generation();
        if let Some(index) = &*self.index()
            && (index.generation, index.today) == (generation, today)
        {
            return Ok(Arc::clone(&index.places));
        }
        // Built without the lock: another thread may build the same, which costs time but never waits.
        let points = self.catalogue.place_points(today)?;
        let places = Arc::new(nearby::Nearby::new(
            points.into_iter().map(|point| (point.row, point.position)),
        ));
        *self.index() = Some(Index {
            generation,
            today,
            places: Arc::clone(&places),
        });
        Ok(places)
    }
}
