//! Commentaries: which there are for a panel, a place, a trail or a direction, the one that suits the visitor first.

use super::media::Where;
use crate::catalogue::language::{audience_rank, instead_of};
use crate::catalogue::model::{Commentary, Film, Id, Panel, Place, StopKind, Subject, Texts, Trail};
use crate::catalogue::read::{Found, Kind, Reading};
use crate::catalogue::rights::Territory;
use crate::catalogue::{Catalogue, CatalogueError, CommentaryView, Key, Told, Visitor};

/// What a companion plays first, if a commentary comes in several files.
const PREFERRED_MEDIA_TYPES: [&str; 2] = ["opus", "audio/ogg"];

impl Catalogue {
    /// A commentary that may be played today.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn commentary(&self, key: &Key, visitor: &Visitor) -> Result<Option<CommentaryView>, CatalogueError> {
        self.read(visitor, |reading| {
            let Some(commentary) = reading.find::<Commentary>(key)? else {
                return Ok(None);
            };
            let territories =
                reading.territory_of_subject(commentary.publication, &commentary.value.about)?;
            let views = reading.commentary_views(vec![commentary], &Where(territories.as_slice()))?;
            Ok(views.into_iter().next())
        })
    }

    /// The commentaries for a panel (and its place), a place (and its panels), a film, a trail, or a stop; the one that
    /// suits the visitor first: language, then audience, then what it is about.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn commentaries_for(
        &self,
        key: &Key,
        visitor: &Visitor,
    ) -> Result<Vec<CommentaryView>, CatalogueError> {
        self.read(visitor, |reading| {
            let Some(publication) = reading.publication_row(&key.publication)? else {
                return Ok(Vec::new());
            };
            if let Some(panel) = reading.find_in::<Panel>(publication, &key.id)? {
                let Some(place) = reading.find_in::<Place>(publication, &panel.value.place)? else {
                    return Ok(Vec::new());
                };
                return reading.panel_commentaries(&panel, &place);
            }
            if let Some(place) = reading.find_in::<Place>(publication, &key.id)? {
                return reading.place_commentaries(&place);
            }
            if let Some(stop) = reading.stop(publication, &key.id)? {
                let territory = reading.territory_of_trail(publication, &stop.trail.value)?;
                let place = match &stop.place {
                    Some(place) => reading.find_in::<Place>(publication, place)?,
                    None => None,
                };
                let mut views = reading
                    .commentary_views(reading.naming(publication, &key.id, &[])?, &Where(&territory))?;
                if let Some(place) = place {
                    views.extend(reading.place_commentaries(&place)?);
                }
                return Ok(views);
            }
            let (aliases, territory) = if let Some(trail) = reading.find_in::<Trail>(publication, &key.id)? {
                let territory = reading.territory_of_trail(publication, &trail.value)?;
                (trail.value.aliases, territory)
            } else if let Some(film) = reading.find_in::<Film>(publication, &key.id)? {
                let territories = reading.territories_of_film(&film)?;
                (film.value.aliases, territories)
            } else {
                return Ok(Vec::new());
            };
            reading.commentary_views(
                reading.naming(publication, &key.id, &aliases)?,
                &Where(&territory),
            )
        })
    }
}

/// The peaks of a waveform as it is written on the wire; what cannot be read is no waveform.
fn peaks(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let peak = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.map(peak).collect::<Option<_>>().unwrap_or_default()
}

/// A stop with the trail that it is on.
struct StopOnTrail {
    trail: Found<Trail>,
    /// Its place, if it is one.
    place: Option<Id>,
    /// Its words, if it is a direction.
    direction: Texts,
}

impl Reading<'_> {
    pub(super) fn panel_commentaries(
        &self,
        panel: &Found<Panel>,
        place: &Found<Place>,
    ) -> rusqlite::Result<Vec<CommentaryView>> {
        let mut found = self.naming(panel.publication, &panel.value.id, &panel.value.aliases)?;
        found.extend(self.naming(place.publication, &place.value.id, &place.value.aliases)?);
        self.commentary_views(found, &Where(&[Territory::of(&place.value)]))
    }

    fn place_commentaries(&self, place: &Found<Place>) -> rusqlite::Result<Vec<CommentaryView>> {
        let Place { id, aliases, .. } = &place.value;
        let mut found = self.naming(place.publication, id, aliases)?;
        for panel in self.naming::<Panel>(place.publication, id, aliases)? {
            found.extend(self.naming(place.publication, &panel.value.id, &panel.value.aliases)?);
        }
        self.commentary_views(found, &Where(&[Territory::of(&place.value)]))
    }

    /// Those that may be played and have a file: by language, then audience, then as they came.
    fn commentary_views(
        &self,
        found: Vec<Found<Commentary>>,
        here: &Where<'_>,
    ) -> rusqlite::Result<Vec<CommentaryView>> {
        let mut views = Vec::with_capacity(found.len());
        for commentary in found {
            if here
                .permits(&commentary.value.rights, self.visitor.today)
                .is_err()
            {
                continue;
            }
            let Some(file) = self.file(&commentary.value.renditions, &PREFERRED_MEDIA_TYPES) else {
                continue;
            };
            let title = match self.tell(&commentary.value.title, commentary.publication)? {
                Some(title) => title,
                None => self.subject_name(commentary.publication, &commentary.value)?,
            };
            let rank = (
                self.language_rank(&commentary.value.language, commentary.publication)?,
                audience_rank(commentary.value.audience, self.visitor.audience),
            );
            let Commentary {
                language,
                audience,
                voice,
                about,
                transcript,
                timed_transcript,
                duration_ms,
                loudness_lufs,
                waveform,
                rights,
                ..
            } = commentary.value;
            let panel = about.panel.map(|id| Key {
                publication: commentary.key.publication.clone(),
                id,
            });
            let view = CommentaryView {
                key: commentary.key,
                title,
                instead_of: instead_of(&language, self.visitor),
                language,
                audience,
                voice: voice.name,
                synthetic: voice.synthetic,
                panel,
                transcript,
                timed_transcript,
                duration_ms,
                loudness_lufs,
                waveform: peaks(&waveform),
                file,
                credit: rights.credit,
            };
            views.push((rank, view));
        }
        views.sort_by_key(|(rank, _)| *rank);
        Ok(views.into_iter().map(|(_, view)| view).collect())
    }

    /// The name of what a commentary is about; of a panel, that is its place.
    fn subject_name(&self, publication: i64, commentary: &Commentary) -> rusqlite::Result<Told> {
        let Subject {
            panel,
            place,
            film,
            trail,
            stop,
        } = &commentary.about;
        let place = match panel {
            Some(panel) => self
                .find_in::<Panel>(publication, panel)?
                .map(|panel| panel.value.place),
            None => place.clone(),
        };
        if let Some(place) = self.opt::<Place>(publication, place.as_ref())? {
            let address = place.value.address.as_deref().unwrap_or(place.value.id.as_str());
            return self.name(&place.value.name, publication, address);
        }
        if let Some(film) = self.opt::<Film>(publication, film.as_ref())? {
            return Ok(self.film_brief(&film)?.title);
        }
        if let Some(trail) = self.opt::<Trail>(publication, trail.as_ref())? {
            return self.name(&trail.value.name, publication, trail.value.id.as_str());
        }
        let direction = match stop {
            Some(stop) => self.stop(publication, stop)?.map(|stop| stop.direction),
            None => None,
        };
        self.name(
            &direction.unwrap_or_default(),
            publication,
            commentary.id.as_str(),
        )
    }

    fn opt<T: Kind>(&self, publication: i64, id: Option<&Id>) -> rusqlite::Result<Option<Found<T>>> {
        match id {
            Some(id) => self.find_in(publication, id),
            None => Ok(None),
        }
    }

    fn stop(&self, publication: i64, id: &Id) -> rusqlite::Result<Option<StopOnTrail>> {
        for trail in self.naming::<Trail>(publication, id, &[])? {
            let stop = trail.value.stops.iter().find(|stop| stop.id == *id);
            let found = stop.map(|stop| match &stop.kind {
                StopKind::Place { place } => (Some(place.clone()), Texts::default()),
                StopKind::Direction { direction, .. } => (None, direction.clone()),
            });
            if let Some((place, direction)) = found {
                return Ok(Some(StopOnTrail {
                    trail,
                    place,
                    direction,
                }));
            }
        }
        Ok(None)
    }

    /// The territories of a trail: those of its places.
    fn territory_of_trail(&self, publication: i64, trail: &Trail) -> rusqlite::Result<Vec<Territory>> {
        let mut territories = Vec::new();
        for stop in &trail.stops {
            let StopKind::Place { place } = &stop.kind else {
                continue;
            };
            let Some(place) = self.find_in::<Place>(publication, place)? else {
                continue;
            };
            let territory = Territory::of(&place.value);
            if !territories.contains(&territory) {
                territories.push(territory);
            }
        }
        Ok(territories)
    }

    fn territory_of_subject(&self, publication: i64, about: &Subject) -> rusqlite::Result<Vec<Territory>> {
        let panel = self.opt::<Panel>(publication, about.panel.as_ref())?;
        let place = panel
            .map(|panel| panel.value.place)
            .or_else(|| about.place.clone());
        if let Some(place) = self.opt::<Place>(publication, place.as_ref())? {
            return Ok(vec![Territory::of(&place.value)]);
        }
        if let Some(film) = self.opt::<Film>(publication, about.film.as_ref())? {
            return self.territories_of_film(&film);
        }
        let trail = match &about.stop {
            Some(stop) => self.stop(publication, stop)?.map(|stop| stop.trail),
            None => self.opt::<Trail>(publication, about.trail.as_ref())?,
        };
        match trail {
            Some(trail) => self.territory_of_trail(publication, &trail.value),
            None => Ok(Vec::new()),
        }
    }
}
