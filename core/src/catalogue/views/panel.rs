//! A panel with everything that its visitor wants.

use super::media::Where;
use crate::catalogue::model::{Clip, Film, Panel, Picture, Place, Rights};
use crate::catalogue::read::{Found, Reading};
use crate::catalogue::rights::Territory;
use crate::catalogue::{AccessView, Catalogue, CatalogueError, Key, PanelView, Told, Visitor};

impl Catalogue {
    /// A panel, by its id, an alias of it, or the id of one that it replaced; `None` if it, its place or its film may not
    /// be shown today.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn panel(&self, key: &Key, visitor: &Visitor) -> Result<Option<PanelView>, CatalogueError> {
        self.read(visitor, |reading| {
            let Some(panel) = reading.find::<Panel>(key)? else {
                return Ok(None);
            };
            let Some(place) = reading.find_in::<Place>(panel.publication, &panel.value.place)? else {
                return Ok(None);
            };
            let Some(film) = reading.find_in::<Film>(panel.publication, &panel.value.film)? else {
                return Ok(None);
            };
            let named = (panel.publication, panel.value.film.clone());
            let brief = reading.film_brief(&film)?;
            reading.films_by_id.borrow_mut().insert(named, Some(brief));
            reading.panel_view(&panel, &place, &film).map(Some)
        })
    }
}

impl Reading<'_> {
    fn panel_view(
        &self,
        panel: &Found<Panel>,
        place: &Found<Place>,
        film: &Found<Film>,
    ) -> rusqlite::Result<PanelView> {
        let territory = [Territory::of(&place.value)];
        let here = Where(&territory);
        let publisher = self.publisher(panel.publication)?;
        let (of_panel, of_place) = (&panel.value.id, &place.value.id);
        self.expect_media(panel.publication, [of_panel, of_place, &film.value.id])?;
        let place_brief = self.place_brief(place)?;
        let shootings = self.shootings_here(&film.value, place, &place_brief)?;
        let film_view = self.film_view(film, &territory, shootings)?;
        let own = (&panel.value.id, panel.value.aliases.as_slice());
        let around = (&place.value.id, place.value.aliases.as_slice());
        let (mut clips, mut pictures) = (Vec::new(), Vec::new());
        for (id, aliases) in [own, around] {
            let found: Vec<Found<Clip>> = self.naming(panel.publication, id, aliases)?;
            clips.extend(self.clip_views(found, &here, film_view.from_age, film_view.warning.as_ref())?);
            let found: Vec<Found<Picture>> = self.naming(panel.publication, id, aliases)?;
            pictures.extend(self.picture_views(found, &here)?);
        }
        clips.extend(film_view.clips.iter().cloned());
        pictures.extend(film_view.pictures.iter().cloned());
        let facing = panel.value.facing_deg.filter(|degrees| degrees.is_finite());
        Ok(PanelView {
            key: panel.key.clone(),
            code: panel.value.code.clone(),
            place: place_brief,
            access: self.access(place)?,
            position: panel.value.position.unwrap_or(place.value.position),
            facing_deg: facing.map(|degrees| degrees.rem_euclid(360.0)),
            film: film_view,
            infoclap: self.infoclap(panel, &here)?,
            infoclap_credit: panel.value.infoclap_rights.credit.clone(),
            commentaries: self.panel_commentaries(panel, place)?,
            clips,
            pictures,
            notices: self.place_notices(place)?,
            condition: panel.value.condition,
            publisher: publisher.name.clone(),
            damage_contact: publisher.damage_contact.clone(),
        })
    }

    fn access(&self, place: &Found<Place>) -> rusqlite::Result<AccessView> {
        let access = &place.value.access;
        Ok(AccessView {
            kind: access.kind,
            opening_hours: access.opening_hours.clone(),
            step_free: access.step_free,
            toilets: access.toilets,
            seating: access.seating,
            note: self.tell(&access.note, place.publication)?,
        })
    }

    /// The anecdote. One without any word about rights is the publisher's own, published to be read.
    fn infoclap(&self, panel: &Found<Panel>, here: &Where<'_>) -> rusqlite::Result<Option<Told>> {
        let rights = &panel.value.infoclap_rights;
        let own = *rights
            == Rights {
                credit: rights.credit.clone(),
                ..Rights::default()
            };
        if own || here.permits(rights, self.visitor.today).is_ok() {
            self.tell(&panel.value.infoclap, panel.publication)
        } else {
            Ok(None)
        }
    }
}
