//! Rows → places, films, people, companies and shootings: which rows mean the same thing, and under which id.
//!
//! The same place: the same point, or the same folded address within 30 m of the place's first point (its anchor, so that
//! a long street without house numbers does not run together). The same film: the same folded title and the same folded
//! directors in any order; a row without a director joins the film of its title if there is exactly one. The same shooting:
//! film, place and days. What an earlier import decided holds: see [`Memory`].

use super::memory::{FilmKey, Known, MakerKind, Memory, Spot};
use super::row::{Repairs, Row};
use crate::fold::{folded, slug};
use crate::import::report::Repair;
use alloclap_core::catalogue::model::Id;
use alloclap_core::geo::{Position, distance_m};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows with one address whose points are further apart than this stand at different places.
const SAME_ADDRESS_M: f64 = 30.0;

/// What a row belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gathered {
    /// For each row, in their order.
    pub rows: Vec<Known>,
    /// People and companies of each film's rows, in the order in which they were first named.
    pub makers: BTreeMap<Id, Vec<(MakerKind, Id)>>,
    /// Every way in which a maker's name is written.
    pub names: BTreeMap<Id, Vec<String>>,
}

/// What an id should have been made of, and none could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoId(pub String);

/// Decides for every row, and adds the decisions to the memory. Rows come sorted by key, each key once.
pub(super) fn gather(
    table: &str,
    rows: &[Row],
    memory: &mut Memory,
    repairs: &mut Repairs,
) -> Result<Gathered, NoId> {
    let mut new_id = |memory: &mut Memory, wish: String| memory.new_id(&wish).ok_or(NoId(wish));
    let places = places(table, rows, memory, &mut new_id)?;
    let films = films(table, rows, memory, repairs, &mut new_id)?;
    let shootings = shootings(table, rows, &places, &films, memory, &mut new_id)?;

    let mut gathered = Gathered {
        rows: Vec::new(),
        makers: BTreeMap::new(),
        names: BTreeMap::new(),
    };
    for (((row, place), film), shooting) in rows.iter().zip(places).zip(films).zip(shootings) {
        let people = row.directors.iter().map(|name| (MakerKind::Person, name));
        let companies = row.companies.iter().map(|name| (MakerKind::Company, name));
        for (kind, name) in people.chain(companies) {
            let key = (kind, folded(name));
            let id = match memory.makers.get(&key) {
                Some(id) => id.clone(),
                None => {
                    let word = if kind == MakerKind::Person {
                        "person"
                    } else {
                        "company"
                    };
                    let id = new_id(memory, wish(table, word, name, &row.key))?;
                    memory.makers.insert(key, id.clone());
                    id
                }
            };
            let of_film = gathered.makers.entry(film.clone()).or_default();
            if !of_film.contains(&(kind, id.clone())) {
                of_film.push((kind, id.clone()));
            }
            gathered.names.entry(id).or_default().push(name.clone());
        }
        let known = Known {
            shooting,
            place,
            film,
        };
        memory.rows.insert(row.key.clone(), known.clone());
        gathered.rows.push(known);
    }
    Ok(gathered)
}

/// An id that reads like the name; of a name without Latin letters, one made of the row.
fn wish(table: &str, word: &str, name: &str, row_key: &str) -> String {
    let name = slug(name);
    let part = if name.is_empty() { row_key } else { &name };
    format!("{table}-{word}-{part}")
}

/// Finds places by point and by address.
#[derive(Default)]
struct Ground {
    by_point: HashMap<String, Id>,
    by_address: HashMap<String, Vec<(Position, Id)>>,
}

impl Ground {
    fn add(&mut self, spot: &Spot, anchor: Position, id: &Id) {
        self.by_point
            .entry(spot.position.to_string())
            .or_insert_with(|| id.clone());
        if !spot.address.is_empty() {
            let there = self.by_address.entry(spot.address.clone()).or_default();
            if !there.iter().any(|(_, known)| known == id) {
                there.push((anchor, id.clone()));
            }
        }
    }

    fn find(&self, spot: &Spot) -> Option<&Id> {
        self.by_point.get(&spot.position.to_string()).or_else(|| {
            let there = self.by_address.get(&spot.address)?;
            let near = there
                .iter()
                .map(|(anchor, id)| (distance_m(*anchor, spot.position), id));
            near.filter(|(metres, _)| *metres <= SAME_ADDRESS_M)
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, id)| id)
        })
    }
}

fn places(
    table: &str,
    rows: &[Row],
    memory: &mut Memory,
    new_id: &mut impl FnMut(&mut Memory, String) -> Result<Id, NoId>,
) -> Result<Vec<Id>, NoId> {
    let spots: Vec<Spot> = rows
        .iter()
        .map(|row| Spot {
            position: row.position,
            address: folded(&row.address),
        })
        .collect();
    let mut ground = Ground::default();
    for (id, known) in &memory.places {
        if let Some(anchor) = known.first() {
            known
                .iter()
                .for_each(|spot| ground.add(spot, anchor.position, id));
        }
    }
    let remembered: Vec<Option<Id>> = spots.iter().map(|spot| ground.find(spot).cloned()).collect();
    let claimed: BTreeSet<&Id> = remembered.iter().flatten().collect();
    let mut moved = BTreeSet::new();
    let mut found = Vec::with_capacity(rows.len());
    for ((row, spot), place) in rows.iter().zip(&spots).zip(&remembered) {
        let place = match place.as_ref().or_else(|| ground.find(spot)) {
            Some(place) => place.clone(),
            None => {
                // The row's only place so far, and nobody else's: its position was corrected, the place moves with it.
                let before = memory.rows.get(&row.key).map(|known| known.place.clone());
                match before.filter(|place| !claimed.contains(place) && moved.insert(place.clone())) {
                    Some(place) => {
                        memory.places.remove(&place);
                        place
                    }
                    None => new_id(memory, format!("{table}-place-{}", row.key))?,
                }
            }
        };
        let known = memory.places.entry(place.clone()).or_default();
        if !known.contains(spot) {
            known.push(spot.clone());
        }
        if let Some(anchor) = known.first() {
            ground.add(spot, anchor.position, &place);
        }
        found.push(place);
    }
    Ok(found)
}

fn film_key(row: &Row) -> FilmKey {
    let mut directors: Vec<String> = row.directors.iter().map(|name| folded(name)).collect();
    directors.sort();
    FilmKey {
        title: folded(&row.title),
        directors: directors.join(", "),
    }
}

fn films(
    table: &str,
    rows: &[Row],
    memory: &mut Memory,
    repairs: &mut Repairs,
    new_id: &mut impl FnMut(&mut Memory, String) -> Result<Id, NoId>,
) -> Result<Vec<Id>, NoId> {
    let keys: Vec<FilmKey> = rows.iter().map(film_key).collect();
    // Directors that are named for each title, now or earlier.
    let mut directors: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let earlier: Vec<FilmKey> = memory.films.keys().cloned().collect();
    for key in keys
        .iter()
        .chain(&earlier)
        .filter(|key| !key.directors.is_empty())
    {
        directors.entry(&key.title).or_default().insert(&key.directors);
    }
    let only_director = |title: &str| match directors.get(title) {
        Some(named) if named.len() == 1 => named.first().map(|name| (*name).to_owned()),
        _ => None,
    };
    let claimed: BTreeSet<Id> = keys
        .iter()
        .filter_map(|key| memory.films.get(key))
        .cloned()
        .collect();
    let mut renamed = BTreeSet::new();
    let mut found = Vec::with_capacity(rows.len());
    for (row, key) in rows.iter().zip(&keys) {
        // The other name of the same film: with the only director if the row has none, without one if an earlier import
        // knew none.
        let only = only_director(&key.title);
        let other = if key.directors.is_empty() {
            only.clone().map(|directors| FilmKey {
                title: key.title.clone(),
                directors,
            })
        } else {
            only.map(|_| FilmKey {
                title: key.title.clone(),
                directors: String::new(),
            })
        };
        if key.directors.is_empty() {
            let repair = if other.is_some() {
                Repair::DirectorFromTitle
            } else {
                Repair::DirectorMissing
            };
            repairs.entry(repair).or_default().push(row.line);
        }
        let known = memory
            .films
            .get(key)
            .or_else(|| memory.films.get(other.as_ref()?))
            .cloned();
        let film = match known {
            Some(film) => film,
            None => {
                let before = memory.rows.get(&row.key).map(|known| known.film.clone());
                match before.filter(|film| !claimed.contains(film) && renamed.insert(film.clone())) {
                    Some(film) => film,
                    None => new_id(memory, wish(table, "film", &row.title, &row.key))?,
                }
            }
        };
        memory.films.insert(key.clone(), film.clone());
        if let Some(other) = other {
            memory.films.entry(other).or_insert_with(|| film.clone());
        }
        found.push(film);
    }
    Ok(found)
}

fn shootings(
    table: &str,
    rows: &[Row],
    places: &[Id],
    films: &[Id],
    memory: &mut Memory,
    new_id: &mut impl FnMut(&mut Memory, String) -> Result<Id, NoId>,
) -> Result<Vec<Id>, NoId> {
    let mut groups: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
    for ((row, place), film) in rows.iter().zip(places).zip(films) {
        groups
            .entry((film, place, row.from, row.until))
            .or_default()
            .push(row);
    }
    // An earlier shooting belongs to the group of its first row by key; other rows of it that now tell something else
    // found a shooting of their own.
    let mut owner: BTreeMap<Id, &str> = BTreeMap::new();
    for row in rows {
        if let Some(known) = memory.rows.get(&row.key) {
            owner.entry(known.shooting.clone()).or_insert(&row.key);
        }
    }
    let mut found: BTreeMap<&str, Id> = BTreeMap::new();
    for group in groups.values() {
        let keys: BTreeSet<&str> = group.iter().map(|row| row.key.as_str()).collect();
        let earlier = |row: &Row| {
            let shooting = &memory.rows.get(&row.key)?.shooting;
            owner
                .get(shooting)
                .filter(|key| keys.contains(*key))
                .map(|_| shooting.clone())
        };
        let mut shared = group.iter().find_map(|row| earlier(row));
        let earlier: Vec<Option<Id>> = group.iter().map(|row| earlier(row)).collect();
        for (row, earlier) in group.iter().zip(earlier) {
            let shooting = match earlier.or_else(|| shared.clone()) {
                Some(shooting) => shooting,
                None => new_id(memory, format!("{table}-{}", row.key))?,
            };
            shared.get_or_insert_with(|| shooting.clone());
            found.insert(&row.key, shooting);
        }
    }
    Ok(rows
        .iter()
        .filter_map(|row| found.get(row.key.as_str()).cloned())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, title: &str, director: &str, address: &str, at: (f64, f64), day: &str) -> Row {
        Row {
            line: 2,
            key: key.into(),
            title: title.into(),
            directors: if director.is_empty() {
                vec![]
            } else {
                vec![director.into()]
            },
            companies: vec!["Gaumont".into()],
            form: None,
            address: address.into(),
            postcode: "75004".into(),
            from: day.parse().ok(),
            until: day.parse().ok(),
            position: Position::new(at.0, at.1).unwrap(),
        }
    }

    fn decide(rows: &[Row], memory: &mut Memory) -> Gathered {
        gather("paris", rows, memory, &mut Repairs::new()).unwrap()
    }

    #[test]
    fn one_place_is_one_point_or_one_address_within_thirty_metres() {
        // A ten-thousandth of a degree of latitude is 11 m.
        let rows = [
            row("1", "A", "X", "12 rue de Rivoli", (48.8500, 2.35), "2019-01-01"),
            row("2", "B", "X", "other words", (48.8500, 2.35), "2019-01-02"),
            row("3", "C", "X", "12 RUE DE RIVOLI", (48.8502, 2.35), "2019-01-03"),
            row("4", "D", "X", "12 rue de Rivoli", (48.8504, 2.35), "2019-01-04"),
            row("5", "E", "X", "", (48.85021, 2.35), "2019-01-05"),
        ];
        let gathered = decide(&rows, &mut Memory::default());
        let place = |at: usize| &gathered.rows[at].place;
        assert_eq!(place(0), place(1), "the same point");
        assert_eq!(place(0), place(2), "the same address 22 m away");
        assert_ne!(place(0), place(3), "the same address 44 m away");
        assert_ne!(place(2), place(4), "another point without an address");
        assert_eq!(place(0).as_str(), "paris-place-1");
    }

    #[test]
    fn one_film_is_one_title_and_director_in_any_spelling() {
        let at = (48.85, 2.35);
        let rows = [
            row("1", "BARON NOIR", "ZIAD DOUEIRI", "", at, "2019-01-01"),
            row("2", "Baron noir", "Ziad Doueiri", "", at, "2019-01-02"),
            row("3", "Baron  Noir", "", "", at, "2019-01-03"),
            row("4", "Clem", "A", "", at, "2019-01-04"),
            row("5", "Clem", "B", "", at, "2019-01-05"),
            row("6", "Clem", "", "", at, "2019-01-06"),
        ];
        let mut repairs = Repairs::new();
        let gathered = gather("paris", &rows, &mut Memory::default(), &mut repairs).unwrap();
        let films: Vec<&str> = gathered.rows.iter().map(|known| known.film.as_str()).collect();
        assert_eq!(films[0], "paris-film-baron-noir");
        assert!(films[1] == films[0] && films[2] == films[0], "{films:?}");
        assert!(
            films[3] != films[4] && films[5] != films[3] && films[5] != films[4],
            "{films:?}"
        );
        assert_eq!(
            repairs.keys().collect::<Vec<_>>(),
            [&Repair::DirectorMissing, &Repair::DirectorFromTitle]
        );
    }

    #[test]
    fn rows_that_tell_the_same_are_one_shooting() {
        let at = (48.85, 2.35);
        let rows = [
            row("1", "A", "X", "", at, "2019-01-01"),
            row("2", "a", "x", "", at, "2019-01-01"),
            row("3", "A", "X", "", at, "2019-01-02"),
        ];
        let gathered = decide(&rows, &mut Memory::default());
        let shootings: Vec<&str> = gathered
            .rows
            .iter()
            .map(|known| known.shooting.as_str())
            .collect();
        assert_eq!(shootings, ["paris-1", "paris-1", "paris-3"]);
    }

    #[test]
    fn ids_outlive_the_rows_they_were_made_of() {
        let at = (48.85, 2.35);
        let rows = [
            row("1", "A", "X", "", at, "2019-01-01"),
            row("2", "A", "X", "", at, "2019-01-01"),
        ];
        let mut memory = Memory::default();
        let before = decide(&rows, &mut memory);
        let after = decide(&rows[1..], &mut memory);
        assert_eq!(
            after.rows[0], before.rows[1],
            "the first row vanished, and with it the ids"
        );
    }

    #[test]
    fn a_corrected_row_keeps_its_place_and_film() {
        let mut memory = Memory::default();
        let before = decide(
            &[row("1", "Tikoun", "X", "", (48.85, 2.35), "2019-01-01")],
            &mut memory,
        );
        let after = decide(
            &[row("1", "Tikkoun", "X", "", (48.90, 2.40), "2019-01-09")],
            &mut memory,
        );
        assert_eq!(before.rows, after.rows);
    }

    #[test]
    fn a_shooting_that_comes_apart_leaves_its_id_to_the_first_row() {
        let at = (48.85, 2.35);
        let mut memory = Memory::default();
        decide(
            &[
                row("1", "A", "X", "", at, "2019-01-01"),
                row("2", "A", "X", "", at, "2019-01-01"),
            ],
            &mut memory,
        );
        let after = decide(
            &[
                row("1", "A", "X", "", at, "2019-01-01"),
                row("2", "A", "X", "", at, "2020-05-05"),
            ],
            &mut memory,
        );
        assert_eq!(after.rows[0].shooting.as_str(), "paris-1");
        assert_eq!(after.rows[1].shooting.as_str(), "paris-2");
    }

    #[test]
    fn a_director_who_becomes_known_does_not_make_another_film() {
        let at = (48.85, 2.35);
        let mut memory = Memory::default();
        let before = decide(&[row("1", "Eden", "", "", at, "2019-01-01")], &mut memory);
        let after = decide(
            &[
                row("1", "Eden", "", "", at, "2019-01-01"),
                row("2", "Eden", "Dominik Moll", "", at, "2019-01-02"),
            ],
            &mut memory,
        );
        assert!(after.rows.iter().all(|known| known.film == before.rows[0].film));
    }
}
