//! Trails with their lines and stops.

use crate::catalogue::model::{Effect, Id, Panel, Place, Stop, StopKind, Trail, Zone};
use crate::catalogue::read::{Found, Reading, column};
use crate::catalogue::{Catalogue, CatalogueError, Key, StopView, TrailView, Visitor};
use crate::geo::Line;

impl Catalogue {
    /// A trail, by its id, an alias of it, or the id of one that it replaced.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn trail(&self, key: &Key, visitor: &Visitor) -> Result<Option<TrailView>, CatalogueError> {
        self.read(visitor, |reading| {
            let trail = reading.find::<Trail>(key)?;
            trail.map(|trail| reading.trail_view(trail)).transpose()
        })
    }

    /// All trails that may be shown today, by publication and id.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn trails(&self, visitor: &Visitor) -> Result<Vec<TrailView>, CatalogueError> {
        self.read(visitor, |reading| {
            let mut statement = reading.connection.prepare_cached(
                "SELECT p.row, r.id FROM publication p JOIN record r ON r.publication = p.row
                 WHERE r.kind = 'trail' AND r.shown_from <= ?1 ORDER BY p.id, r.id",
            )?;
            let ids: Vec<(i64, Id)> = statement
                .query_map([&reading.today], |row| Ok((row.get(0)?, column(row, 1)?)))?
                .collect::<Result<_, _>>()?;
            let mut views = Vec::with_capacity(ids.len());
            for (publication, id) in ids {
                if let Some(trail) = reading.find_in::<Trail>(publication, &id)? {
                    views.push(reading.trail_view(trail)?);
                }
            }
            Ok(views)
        })
    }
}

impl Catalogue {
    /// The place at a row of [`Catalogue::place_points`] as a stop of a walk without a trail. Its id is the place's.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn stop_at(&self, row: i64, visitor: &Visitor) -> Result<Option<StopView>, CatalogueError> {
        self.read(visitor, |reading| {
            let place = reading.at::<Place>(row)?;
            place
                .map(|place| reading.place_stop(place.value.id.clone(), place))
                .transpose()
        })
    }
}

impl Reading<'_> {
    fn trail_view(&self, trail: Found<Trail>) -> rusqlite::Result<TrailView> {
        let publication = trail.publication;
        let mut stops = Vec::with_capacity(trail.value.stops.len());
        for stop in &trail.value.stops {
            stops.extend(self.stop_view(publication, stop)?);
        }
        let Trail {
            id,
            aliases,
            name,
            description,
            line,
            length_m,
            ascent_m,
            duration_min,
            ..
        } = trail.value;
        let fact = |metres: &f64| metres.is_finite() && *metres >= 0.0;
        let named = std::iter::once(&id)
            .chain(&aliases)
            .map(|id| format!("trail:{id}"));
        Ok(TrailView {
            key: trail.key,
            name: self.name(&name, publication, id.as_str())?,
            description: self.tell(&description, publication)?,
            stops,
            length_m: length_m
                .filter(fact)
                .unwrap_or_else(|| Line::new(&line).length_m()),
            line,
            ascent_m: ascent_m.filter(fact),
            duration_min,
            difficulty: trail.value.difficulty,
            step_free: trail.value.step_free,
            transport: self.tell(&trail.value.transport, publication)?,
            notices: self.notice_views(publication, named)?,
        })
    }

    /// A stop; none if its place may not be shown today.
    fn stop_view(&self, publication: i64, stop: &Stop) -> rusqlite::Result<Option<StopView>> {
        let id = stop.id.clone();
        let place = match &stop.kind {
            StopKind::Direction { at, direction } => {
                return Ok(Some(StopView {
                    name: self.name(direction, publication, id.as_str())?,
                    id,
                    position: *at,
                    place: None,
                    zone: None,
                    quiet: false,
                    closed: None,
                    opening_hours: None,
                    country: None,
                }));
            }
            StopKind::Place { place } => self.find_in::<Place>(publication, place)?,
        };
        let Some(place) = place else { return Ok(None) };
        Ok(Some(self.place_stop(id, place)?))
    }

    /// A place as a stop of that id.
    fn place_stop(&self, id: Id, place: Found<Place>) -> rusqlite::Result<StopView> {
        let publication = place.publication;
        let panels: Vec<Found<Panel>> = self.naming(publication, &place.value.id, &place.value.aliases)?;
        let standing = panels.iter().find_map(|panel| panel.value.position);
        let brief = self.place_brief(&place)?;
        let notices = self.place_notices(&place)?;
        Ok(StopView {
            id,
            position: standing.unwrap_or(place.value.position),
            name: brief.name.clone(),
            place: Some(brief),
            zone: place.value.zone.filter(is_ground),
            quiet: place.value.quiet,
            closed: notices
                .into_iter()
                .find(|notice| notice.effect == Effect::SkipStop),
            opening_hours: place.value.access.opening_hours,
            country: place.value.country,
        })
    }
}

/// Whether one can stand in a zone; one without an inside is as good as none.
fn is_ground(zone: &Zone) -> bool {
    match zone {
        Zone::Circle { radius_m, .. } => radius_m.is_finite() && *radius_m > 0.0,
        Zone::Polygon { corners } => corners.len() >= 3,
    }
}
