//! A film with everything about it: who made it, everywhere it was shot, what there is to see.

use super::media::Where;
use crate::catalogue::language::tell;
use crate::catalogue::model::{
    Account, Clip, Company, Credit, Film, Id, Language, Person, Picture, Place, Shooting, WatchLink,
};
use crate::catalogue::read::{Found, Reading};
use crate::catalogue::rights::Territory;
use crate::catalogue::{
    Catalogue, CatalogueError, FilmBrief, FilmView, Key, MakerView, PlaceBrief, ShootingView, Told, Visitor,
};

impl Catalogue {
    /// A film with everywhere it was shot, by its id, an alias of it, or the id of one that it replaced.
    ///
    /// What rights tie to a territory is shown if that covers all of the film's places.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn film(&self, key: &Key, visitor: &Visitor) -> Result<Option<FilmView>, CatalogueError> {
        self.read(visitor, |reading| {
            let Some(film) = reading.find::<Film>(key)? else {
                return Ok(None);
            };
            let shootings = reading.places_of_film(&film)?;
            let territories = territories(shootings.iter().map(|(_, place)| place));
            let mut views = Vec::with_capacity(shootings.len());
            for (shooting, place) in shootings {
                views.push(reading.shooting_view(shooting, reading.place_brief(&place)?)?);
            }
            reading.film_view(&film, &territories, views).map(Some)
        })
    }
}

impl Reading<'_> {
    pub(in crate::catalogue) fn film_brief(&self, film: &Found<Film>) -> rusqlite::Result<FilmBrief> {
        if let Some(known) = self.films.borrow().get(&film.row) {
            return Ok(known.clone());
        }
        let brief = FilmBrief {
            key: film.key.clone(),
            title: self.film_title(film)?,
            year: film.value.year,
            form: film.value.form,
        };
        self.films.borrow_mut().insert(film.row, brief.clone());
        Ok(brief)
    }

    /// In one of the visitor's languages; else the original title, which is on the posters; else any.
    fn film_title(&self, film: &Found<Film>) -> rusqlite::Result<Told> {
        let Film {
            id,
            title,
            original_title,
            original_language,
            ..
        } = &film.value;
        let told = tell(title, self.visitor, &self.publisher(film.publication)?.languages);
        let asked = |language: &Language| {
            self.visitor
                .languages
                .iter()
                .any(|asked| asked.primary() == language.primary())
        };
        let original = original_title
            .as_deref()
            .filter(|original| !original.trim().is_empty());
        Ok(match (told, original) {
            (Some(told), _) if asked(&told.language) => told,
            (_, Some(original)) => {
                let language = original_language.clone().unwrap_or_else(Language::undetermined);
                self.plain(original, &language)
            }
            (Some(told), None) => told,
            (None, None) => self.plain(id.as_str(), &Language::undetermined()),
        })
    }

    /// The film with these shootings; what there is to see must be permitted in all of the territories.
    pub(super) fn film_view(
        &self,
        film: &Found<Film>,
        territories: &[Territory],
        mut shootings: Vec<ShootingView>,
    ) -> rusqlite::Result<FilmView> {
        // The earliest first, those without a date last.
        shootings.sort_by(|a, b| (a.from.is_none(), &a.from).cmp(&(b.from.is_none(), &b.from)));
        let place = &Where(territories);
        let Film {
            id,
            aliases,
            original_title,
            synopsis,
            credits,
            watch,
            age_rating,
            warning,
            ..
        } = &film.value;
        let warning = self.tell(warning, film.publication)?;
        let from_age = age_rating.as_ref().map(|rating| rating.from_age);
        let clips: Vec<Found<Clip>> = self.naming(film.publication, id, aliases)?;
        let pictures: Vec<Found<Picture>> = self.naming(film.publication, id, aliases)?;
        Ok(FilmView {
            brief: self.film_brief(film)?,
            original_title: original_title.clone(),
            synopsis: self.tell(synopsis, film.publication)?,
            makers: self.makers(film.publication, credits)?,
            shootings,
            clips: self.clip_views(clips, place, from_age, warning.as_ref())?,
            pictures: self.picture_views(pictures, place)?,
            watch: watch
                .iter()
                .filter(|link| opens(&link.address))
                .cloned()
                .collect::<Vec<WatchLink>>(),
            from_age,
            warning,
        })
    }

    fn makers(&self, publication: i64, credits: &[Credit]) -> rusqlite::Result<Vec<MakerView>> {
        let mut makers = Vec::new();
        for credit in credits {
            if let Some((name, accounts)) = self.maker(publication, &credit.who)? {
                let accounts = accounts
                    .into_iter()
                    .filter(|account| !account.closed)
                    .map(safe)
                    .collect();
                makers.push(MakerView {
                    name,
                    credit: credit.clone(),
                    accounts,
                });
            }
        }
        Ok(makers)
    }

    fn maker(&self, publication: i64, id: &Id) -> rusqlite::Result<Option<(String, Vec<Account>)>> {
        if let Some(person) = self.find_in::<Person>(publication, id)? {
            return Ok(Some((person.value.name, person.value.accounts)));
        }
        let company = self.find_in::<Company>(publication, id)?;
        Ok(company.map(|company| (company.value.name, company.value.accounts)))
    }

    /// What was shot of a film at one place.
    pub(super) fn shootings_here(
        &self,
        film: &Film,
        place: &Found<Place>,
        brief: &PlaceBrief,
    ) -> rusqlite::Result<Vec<ShootingView>> {
        let shootings: Vec<Found<Shooting>> =
            self.naming(place.publication, &place.value.id, &place.value.aliases)?;
        let of_film = |shooting: &Found<Shooting>| {
            let named = &shooting.value.film;
            *named == film.id || film.aliases.contains(named)
        };
        let here = shootings.into_iter().filter(of_film);
        here.map(|shooting| self.shooting_view(shooting, brief.clone()))
            .collect()
    }

    fn shooting_view(&self, shooting: Found<Shooting>, place: PlaceBrief) -> rusqlite::Result<ShootingView> {
        Ok(ShootingView {
            key: shooting.key,
            place,
            from: shooting.value.from.map(|day| day.to_string()),
            until: shooting.value.until.map(|day| day.to_string()),
            scene: self.tell(&shooting.value.scene, shooting.publication)?,
        })
    }

    /// The territories of all places where the film was shot.
    pub(super) fn territories_of_film(&self, film: &Found<Film>) -> rusqlite::Result<Vec<Territory>> {
        let places = self.places_of_film(film)?;
        Ok(territories(places.iter().map(|(_, place)| place)))
    }

    fn places_of_film(&self, film: &Found<Film>) -> rusqlite::Result<Vec<(Found<Shooting>, Found<Place>)>> {
        let shootings: Vec<Found<Shooting>> =
            self.naming(film.publication, &film.value.id, &film.value.aliases)?;
        let mut found = Vec::with_capacity(shootings.len());
        for shooting in shootings {
            if let Some(place) = self.find_in::<Place>(shooting.publication, &shooting.value.place)? {
                found.push((shooting, place));
            }
        }
        Ok(found)
    }
}

fn territories<'p>(places: impl Iterator<Item = &'p Found<Place>>) -> Vec<Territory> {
    let mut territories = Vec::new();
    for place in places {
        let territory = Territory::of(&place.value);
        if !territories.contains(&territory) {
            territories.push(territory);
        }
    }
    territories
}

/// Whether an address is one that a browser opens, and nothing else.
pub(super) fn opens(address: &str) -> bool {
    super::media::web_host(address).is_some()
}

/// An account whose address can be opened; a handle stays when its address cannot.
fn safe(account: Account) -> Account {
    let address = account.address.clone().filter(|address| opens(address));
    Account { address, ..account }
}
