//! What is around, and following a trail.

use super::{Companion, CompanionError, Index};
use crate::catalogue::{Key, PlaceBrief, StopView};
use crate::geo::Position;
use crate::guide::{Guide, GuideOptions, GuideStop, GuideTrail};
use crate::nearby;
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

impl Companion {
    /// The places nearest to a position, nearest first. The first call after a sync builds the index: some milliseconds for ten
    /// thousand places.
    ///
    /// # Errors
    /// What is wrong with the catalogue's file.
    pub fn nearby(&self, position: Position, count: u32) -> Result<Vec<Nearby>, CompanionError> {
        let visitor = self.visitor();
        let places = self.places(visitor.today)?;
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        for near in places.nearest(position, wanted) {
            // A sync may have switched the catalogue since: a row that is gone is left out.
            if let Some(place) = self.catalogue.place_at(near.row, &visitor)? {
                found.push(Nearby {
                    place,
                    distance_m: near.distance_m,
                    bearing_deg: near.bearing_deg,
                });
            }
        }
        Ok(found)
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
