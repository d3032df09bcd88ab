//! Places: in a list, with their panels and films; and the notices that concern them.

use crate::catalogue::model::{Condition, Film, Id, Notice, Place};
use crate::catalogue::read::{Found, Kind, Reading};
use crate::catalogue::{Catalogue, CatalogueError, FilmBrief, Key, NoticeView, PlaceBrief, Visitor};
use serde::Deserialize;

/// What a list needs of a panel: reading the rest of it for each of fifty places is most of the work.
#[derive(Deserialize)]
struct PanelThere {
    film: Id,
    #[serde(default)]
    condition: Condition,
}

impl Kind for PanelThere {
    const KIND: &'static str = "panel";
}

/// The same of a shooting.
#[derive(Deserialize)]
struct ShotThere {
    film: Id,
}

impl Kind for ShotThere {
    const KIND: &'static str = "shooting";
}

impl Catalogue {
    /// A place, by its id, an alias of it, or the id of one that it replaced; `None` if it may not be shown today.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn place(&self, key: &Key, visitor: &Visitor) -> Result<Option<PlaceBrief>, CatalogueError> {
        self.read(visitor, |reading| {
            let place = reading.find::<Place>(key)?;
            place.map(|place| reading.place_brief(&place)).transpose()
        })
    }

    /// The places at rows of [`Catalogue::place_points`], in their order; `None` for one that may not be shown today. Those that
    /// this visitor was shown lately come from memory, the others in one look.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn places_at(
        &self,
        rows: &[i64],
        visitor: &Visitor,
    ) -> Result<Vec<Option<PlaceBrief>>, CatalogueError> {
        // Asked before the look: what a sync brings meanwhile is kept for a generation that is over, and never handed out.
        let generation = self.generation();
        let kept = self.briefs().kept(rows, visitor, generation);
        let missing: Vec<i64> = rows
            .iter()
            .zip(&kept)
            .filter_map(|(row, kept)| kept.is_none().then_some(*row))
            .collect();
        let mut read = Vec::new();
        if !missing.is_empty() {
            read = self.read(visitor, |reading| {
                let brief = |row: &i64| {
                    let place = reading.at::<Place>(*row)?;
                    place.map(|place| reading.place_brief(&place)).transpose()
                };
                missing.iter().map(brief).collect::<rusqlite::Result<Vec<_>>>()
            })?;
            let both = missing.into_iter().zip(read.iter().cloned());
            self.briefs().keep(both, visitor, generation);
        }
        let mut read = read.into_iter();
        Ok(kept
            .into_iter()
            .map(|kept| kept.unwrap_or_else(|| read.next().flatten()))
            .collect())
    }
}

impl Reading<'_> {
    pub(super) fn place_brief(&self, place: &Found<Place>) -> rusqlite::Result<PlaceBrief> {
        let Place {
            id,
            aliases,
            name,
            position,
            address,
            commune_name,
            ..
        } = &place.value;
        let panels: Vec<Found<PanelThere>> = self.naming(place.publication, id, aliases)?;
        let shootings: Vec<Found<ShotThere>> = self.naming(place.publication, id, aliases)?;
        let filmed = panels
            .iter()
            .map(|p| &p.value.film)
            .chain(shootings.iter().map(|s| &s.value.film));
        let mut films: Vec<FilmBrief> = Vec::new();
        let mut asked: Vec<&Id> = Vec::new();
        for id in filmed {
            if asked.contains(&id) {
                continue;
            }
            asked.push(id);
            if let Some(film) = self.film_brief_of(place.publication, id)?
                && films.iter().all(|other| other.key != film.key)
            {
                films.push(film);
            }
        }
        Ok(PlaceBrief {
            key: place.key.clone(),
            name: self.name(name, place.publication, address.as_deref().unwrap_or(id.as_str()))?,
            position: *position,
            commune_name: commune_name.clone(),
            panels: panels
                .into_iter()
                .filter(|panel| panel.value.condition != Condition::Removed)
                .map(|panel| panel.key)
                .collect(),
            films,
        })
    }

    /// The notices in force for a place or its commune, each once.
    pub(super) fn place_notices(&self, place: &Found<Place>) -> rusqlite::Result<Vec<NoticeView>> {
        let Place {
            id, aliases, commune, ..
        } = &place.value;
        let places = std::iter::once(id).chain(aliases).map(|id| format!("place:{id}"));
        let communes = commune.iter().map(|code| format!("commune:{code}"));
        self.notice_views(place.publication, places.chain(communes))
    }

    pub(super) fn notice_views(
        &self,
        publication: i64,
        targets: impl Iterator<Item = String>,
    ) -> rusqlite::Result<Vec<NoticeView>> {
        let mut views: Vec<NoticeView> = Vec::new();
        let targets: Vec<String> = targets.collect();
        for pair in targets.chunks(2) {
            let (Some(one), Some(other)) = (pair.first(), pair.last()) else {
                continue;
            };
            for notice in self.notices(publication, [one, other])? {
                if views.iter().all(|other| other.key.id != notice.id) {
                    views.push(self.notice_view(publication, notice)?);
                }
            }
        }
        Ok(views)
    }

    fn notice_view(&self, publication: i64, notice: Notice) -> rusqlite::Result<NoticeView> {
        Ok(NoticeView {
            // A notice without words still closes a trail.
            text: self.name(&notice.text, publication, "")?,
            key: Key {
                publication: self.publisher(publication)?.id.clone(),
                id: notice.id,
            },
            effect: notice.effect,
            until: notice.until.map(|day| day.to_string()),
        })
    }

    fn film_brief_of(&self, publication: i64, id: &Id) -> rusqlite::Result<Option<FilmBrief>> {
        let asked = (publication, id.clone());
        if let Some(known) = self.films_by_id.borrow().get(&asked) {
            return Ok(known.clone());
        }
        let film = self.find_in::<Film>(publication, id)?;
        let brief = film.map(|film| self.film_brief(&film)).transpose()?;
        self.films_by_id.borrow_mut().insert(asked, brief.clone());
        Ok(brief)
    }
}
