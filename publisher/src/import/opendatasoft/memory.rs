//! What earlier imports of a table decided: which row is which shooting, place and film, and under which ids people and
//! companies went. Written beside the source's tables, so that an id is never derived a second time.

use crate::import::table::{Line, Table};
use alloclap_core::catalogue::model::Id;
use alloclap_core::geo::{Position, PositionError};
use std::collections::{BTreeMap, BTreeSet};

/// What one row was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub shooting: Id,
    pub place: Id,
    pub film: Id,
}

/// A point, with the folded address, that belongs to a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    pub position: Position,
    pub address: String,
}

/// Which film a row tells of: folded title, and folded directors in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FilmKey {
    pub title: String,
    pub directors: String,
}

/// A person or a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MakerKind {
    Person,
    Company,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Memory {
    /// By the row's key.
    pub rows: BTreeMap<String, Known>,
    /// The spots of each place, the first of them its anchor.
    pub places: BTreeMap<Id, Vec<Spot>>,
    /// By what the rows say.
    pub films: BTreeMap<FilmKey, Id>,
    /// By folded name.
    pub makers: BTreeMap<(MakerKind, String), Id>,
    /// Every id that this table was ever given.
    pub used: BTreeSet<Id>,
}

/// Why a line that an import wrote cannot be understood.
#[derive(Debug, Clone, PartialEq)]
pub enum MemoryProblem {
    /// It has more or fewer than four cells.
    CellCount {
        /// Its cells.
        found: usize,
    },
    /// A text that is no id.
    NoId(String),
    /// A text that is no position.
    NoPosition(PositionError),
    /// A kind of line that does not exist.
    UnknownKind(String),
}

const HEADERS: [&str; 4] = ["kind", "key", "detail", "id"];

impl Memory {
    /// Reads what [`Memory::to_table`] wrote.
    ///
    /// # Errors
    /// Names the line that cannot be understood: the file is no place for hand edits.
    pub fn from_table(table: &Table) -> Result<Self, (u32, MemoryProblem)> {
        let mut memory = Self::default();
        let mut rows: BTreeMap<String, [Option<Id>; 3]> = BTreeMap::new();
        for line in &table.rows {
            let wrong = |problem| (line.line, problem);
            let [kind, key, detail, id] = line.cells.as_slice() else {
                return Err(wrong(MemoryProblem::CellCount {
                    found: line.cells.len(),
                }));
            };
            let id: Id = id.parse().map_err(|_| wrong(MemoryProblem::NoId(id.clone())))?;
            memory.used.insert(id.clone());
            let mut row = |slot: usize, id: Id| {
                if let Some(known) = rows.entry(key.clone()).or_default().get_mut(slot) {
                    *known = Some(id);
                }
            };
            match kind.as_str() {
                "shooting" => row(0, id),
                "place_of" => row(1, id),
                "film_of" => row(2, id),
                "spot" => {
                    let position = key
                        .parse()
                        .map_err(|error| wrong(MemoryProblem::NoPosition(error)))?;
                    let spot = Spot {
                        position,
                        address: detail.clone(),
                    };
                    memory.places.entry(id).or_default().push(spot);
                }
                "film" => {
                    let key = FilmKey {
                        title: key.clone(),
                        directors: detail.clone(),
                    };
                    memory.films.insert(key, id);
                }
                "person" => drop(memory.makers.insert((MakerKind::Person, key.clone()), id)),
                "company" => drop(memory.makers.insert((MakerKind::Company, key.clone()), id)),
                other => return Err(wrong(MemoryProblem::UnknownKind(other.to_owned()))),
            }
        }
        for (key, [shooting, place, film]) in rows {
            if let (Some(shooting), Some(place), Some(film)) = (shooting, place, film) {
                memory.rows.insert(
                    key,
                    Known {
                        shooting,
                        place,
                        film,
                    },
                );
            }
        }
        Ok(memory)
    }

    /// As a table: a line for each thing that is known.
    pub fn to_table(&self) -> Table {
        let line = |kind: &str, key: &str, detail: &str, id: &Id| Line {
            line: 0,
            cells: vec![kind.to_owned(), key.to_owned(), detail.to_owned(), id.to_string()],
        };
        let mut rows = Vec::new();
        for (key, known) in &self.rows {
            rows.push(line("shooting", key, "", &known.shooting));
            rows.push(line("place_of", key, "", &known.place));
            rows.push(line("film_of", key, "", &known.film));
        }
        for (id, spots) in &self.places {
            rows.extend(
                spots
                    .iter()
                    .map(|spot| line("spot", &spot.position.to_string(), &spot.address, id)),
            );
        }
        for (film, id) in &self.films {
            rows.push(line("film", &film.title, &film.directors, id));
        }
        for ((kind, name), id) in &self.makers {
            let kind = match kind {
                MakerKind::Person => "person",
                MakerKind::Company => "company",
            };
            rows.push(line(kind, name, "", id));
        }
        Table {
            headers: HEADERS.map(str::to_owned).to_vec(),
            rows,
        }
    }

    /// An id that was never given before, as close to the wish as possible; `None` if the wish can be no id at all.
    pub fn new_id(&mut self, wish: &str) -> Option<Id> {
        // Room for "-" and a number within the 64 characters of an id.
        let short = wish.get(..wish.len().min(56))?.trim_end_matches('-');
        let free = (1_u32..)
            .map(|n| {
                if n == 1 {
                    short.to_owned()
                } else {
                    format!("{short}-{n}")
                }
            })
            .map_while(|text| text.parse::<Id>().ok())
            .find(|id| !self.used.contains(id))?;
        self.used.insert(free.clone());
        Some(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decided_is_read_again() {
        let mut memory = Memory::default();
        let [shooting, place, film] = ["paris-2019-601", "paris-place-2019-601", "paris-film-taxi"]
            .map(|wish| memory.new_id(wish).unwrap());
        let spot = Spot {
            position: Position::new(48.85, 2.35).unwrap(),
            address: "rue de rivoli".into(),
        };
        memory.places.insert(place.clone(), vec![spot]);
        memory.films.insert(
            FilmKey {
                title: "taxi".into(),
                directors: "gerard pires".into(),
            },
            film.clone(),
        );
        memory.rows.insert(
            "2019-601".into(),
            Known {
                shooting,
                place,
                film,
            },
        );
        let person = memory.new_id("paris-person-gerard-pires").unwrap();
        memory
            .makers
            .insert((MakerKind::Person, "gerard pires".into()), person);
        let bytes = memory.to_table().to_bytes().unwrap();
        assert_eq!(Memory::from_table(&Table::parse(&bytes).unwrap()), Ok(memory));
    }

    #[test]
    fn an_id_is_given_once() {
        let mut memory = Memory::default();
        let long = format!("paris-film-{}", "x".repeat(100));
        let ids: BTreeSet<Id> = (0..12).map(|_| memory.new_id(&long).unwrap()).collect();
        assert_eq!(ids.len(), 12);
        assert_eq!(memory.new_id("Überall"), None);
    }
}
