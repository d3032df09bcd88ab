//! What was gathered → the tables of the source folder, one row a record, the columns named as `docs/source-format.md` does.

use super::columns::Columns;
use super::gather::Gathered;
use super::memory::MakerKind;
use super::row::Row;
use super::words as tidy;
use crate::import::table::{Line, Table};
use crate::source::csv_cell;
use alloclap_core::catalogue::model::{FilmForm, Id, Language};
use std::collections::BTreeMap;

/// The tables of one import, by the kind's folder.
pub(super) struct Tables {
    pub places: Table,
    pub films: Table,
    pub shootings: Table,
    pub people: Table,
    pub companies: Table,
}

/// What the tables need to know beside the rows.
pub(super) struct Told<'a> {
    /// The table's name, for where a shooting is known from.
    pub table: &'a str,
    /// The language of titles and names.
    pub language: &'a Language,
    /// The country of the table, if it is known.
    pub country: &'a str,
    pub columns: &'a Columns,
}

/// Writes the tables.
pub(super) fn tables(told: &Told<'_>, rows: &[Row], gathered: &Gathered) -> Tables {
    let mut places: BTreeMap<&Id, Vec<&Row>> = BTreeMap::new();
    let mut films: BTreeMap<&Id, Vec<&Row>> = BTreeMap::new();
    let mut shootings: BTreeMap<&Id, (Vec<&Row>, &Id, &Id)> = BTreeMap::new();
    for (row, known) in rows.iter().zip(&gathered.rows) {
        places.entry(&known.place).or_default().push(row);
        films.entry(&known.film).or_default().push(row);
        let shooting = shootings
            .entry(&known.shooting)
            .or_insert((Vec::new(), &known.film, &known.place));
        shooting.0.push(row);
    }
    Tables {
        places: place_table(told, &places),
        films: film_table(told, &films, gathered),
        shootings: shooting_table(told, &shootings),
        people: maker_table(gathered, MakerKind::Person),
        companies: maker_table(gathered, MakerKind::Company),
    }
}

fn place_table(told: &Told<'_>, places: &BTreeMap<&Id, Vec<&Row>>) -> Table {
    let name = format!("name.{}", told.language);
    let headers = [
        "id",
        &name,
        "position",
        "address",
        "postcode",
        "commune",
        "commune_name",
        "departement",
        "region",
        "country",
    ];
    let rows = places.iter().map(|(id, rows)| {
        let position = most_common(rows.iter().map(|row| row.position.to_string()));
        let address = most_common(rows.iter().map(|row| row.address.clone()));
        let postcode = most_common(rows.iter().map(|row| row.postcode.clone()));
        let commune = told.columns.commune(&postcode);
        let departement = commune.and_then(|commune| told.columns.departement(&commune.commune));
        let commune_name = commune.map_or("", |commune| &commune.name);
        let name = [address.as_str(), commune_name, &postcode, &position]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned();
        vec![
            id.to_string(),
            words(&name),
            position,
            words(&address),
            number_like(&postcode),
            commune.map_or_else(String::new, |commune| number_like(&commune.commune)),
            commune_name.to_owned(),
            departement.map_or_else(String::new, |departement| departement.name.clone()),
            departement.map_or_else(String::new, |departement| departement.region.clone()),
            told.country.to_owned(),
        ]
    });
    table(&headers, rows)
}

fn film_table(told: &Told<'_>, films: &BTreeMap<&Id, Vec<&Row>>, gathered: &Gathered) -> Table {
    let most = gathered.makers.values().map(Vec::len).max().unwrap_or_default();
    let title = format!("title.{}", told.language);
    let credits: Vec<String> = (1..=most)
        .flat_map(|n| [format!("credits.{n}.who"), format!("credits.{n}.role")])
        .collect();
    let headers: Vec<&str> = ["id", &title, "form"]
        .into_iter()
        .chain(credits.iter().map(String::as_str))
        .collect();
    let rows = films.iter().map(|(id, rows)| {
        let form = most_common(rows.iter().filter_map(|row| row.form).map(form_name));
        let mut cells = vec![
            id.to_string(),
            words(&best_written(rows.iter().map(|row| row.title.clone()))),
            form,
        ];
        let mut makers = gathered.makers.get(id).cloned().unwrap_or_default();
        makers.sort_by_key(|(kind, _)| *kind);
        for (kind, maker) in makers {
            let role = if kind == MakerKind::Person {
                "director"
            } else {
                "producer"
            };
            cells.extend([maker.to_string(), role.to_owned()]);
        }
        cells.resize(headers.len(), String::new());
        cells
    });
    table(&headers, rows)
}

fn shooting_table(told: &Told<'_>, shootings: &BTreeMap<&Id, (Vec<&Row>, &Id, &Id)>) -> Table {
    let headers = ["id", "aliases", "film", "place", "from", "until", "source"];
    let rows = shootings.iter().map(|(id, (rows, film, place))| {
        let day = |date: Option<jiff::civil::Date>| date.map_or_else(String::new, |date| date.to_string());
        let aliases: Vec<String> = rows
            .iter()
            .map(|row| format!("{}-{}", told.table, row.key))
            .filter(|alias| alias != id.as_str())
            .collect();
        let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        vec![
            id.to_string(),
            aliases.join(LIST_SEPARATOR),
            film.to_string(),
            place.to_string(),
            day(rows.first().and_then(|row| row.from)),
            day(rows.first().and_then(|row| row.until)),
            format!("{} {}", told.table, keys.join(", ")),
        ]
    });
    table(&headers, rows)
}

/// Between the values of one cell, as tables of a source folder write lists.
const LIST_SEPARATOR: &str = " | ";

fn maker_table(gathered: &Gathered, kind: MakerKind) -> Table {
    let ids: std::collections::BTreeSet<&Id> = gathered
        .makers
        .values()
        .flatten()
        .filter(|(found, _)| *found == kind)
        .map(|(_, id)| id)
        .collect();
    let rows = ids.into_iter().map(|id| {
        let names = gathered.names.get(id).cloned().unwrap_or_default();
        let name = best_written(names.into_iter());
        let shown = if kind == MakerKind::Person {
            tidy::name(&name)
        } else {
            name
        };
        vec![id.to_string(), words(&shown)]
    });
    table(&["id", "name"], rows)
}

/// Words as they stand in a cell: what a spreadsheet would take for a formula or a day is shielded.
fn words(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        csv_cell(text)
    }
}

/// A postcode or code, which comes back as it was even if a spreadsheet takes it for a number, unless it begins with zero.
fn number_like(code: &str) -> String {
    if code.starts_with('0') {
        words(code)
    } else {
        code.to_owned()
    }
}

fn table(headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    Table {
        headers: headers.iter().map(|header| (*header).to_owned()).collect(),
        rows: rows.map(|cells| Line { line: 0, cells }).collect(),
    }
}

/// The text that most rows have, empty ones aside; of several, the first.
fn most_common(texts: impl Iterator<Item = String>) -> String {
    let mut counts: Vec<(String, u32)> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        match counts.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    counts
        .into_iter()
        .find(|(_, count)| Some(*count) == most)
        .map_or_else(String::new, |(text, _)| text)
}

/// The way of writing that most rows have, leaving out those in capitals throughout if any is not.
fn best_written(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.collect();
    let calm = most_common(texts.iter().filter(|text| !tidy::shouts(text)).cloned());
    if calm.is_empty() {
        most_common(texts.into_iter())
    } else {
        calm
    }
}

fn form_name(form: FilmForm) -> String {
    match serde_json::to_value(form) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
