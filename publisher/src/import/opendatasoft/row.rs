//! One row of the table → what it says, checked; or why it cannot be used. What was put right is noted, never hidden.

use super::columns::{Column, Columns, Layout};
use super::words;
use crate::fold::{folded, slug};
use crate::import::report::{Refusal, Repair};
use crate::import::table::Line;
use crate::source::{date, number, position as written_position};
use alloclap_core::catalogue::model::FilmForm;
use alloclap_core::geo::{Position, distance_m, from_lambert93};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Point and X/Y of one row may differ by rounding; further apart, one of them is wrong.
const SAME_POINT_M: f64 = 50.0;
/// A town's table does not reach further than this from its middle.
const FAR_M: f64 = 100_000.0;
/// Metropolitan France in Lambert-93, in metres.
const LAMBERT_X_M: std::ops::RangeInclusive<f64> = 100_000.0..=1_250_000.0;
/// Metropolitan France in Lambert-93, in metres.
const LAMBERT_Y_M: std::ops::RangeInclusive<f64> = 6_040_000.0..=7_120_000.0;
/// Digits of a hash that name a row without an id: one in 10¹² for two of 14,760 to meet by chance is 16 digits' work;
/// twelve keep the ids readable and meet once in two million tables.
const KEY_DIGITS: usize = 12;

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its line in the table.
    pub line: u32,
    /// The table's own id for it, or one made of its content.
    pub key: String,
    /// The film's title as it is written there.
    pub title: String,
    /// The directors, as they are written there.
    pub directors: Vec<String>,
    /// The companies, as they are written there.
    pub companies: Vec<String>,
    /// The form of the film, if it is said and known.
    pub form: Option<FilmForm>,
    /// The address, tidied; empty if there is none.
    pub address: String,
    /// The postcode; empty if there is none.
    pub postcode: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Where it is.
    pub position: Position,
}

/// What was put right, by kind, with lines.
pub(super) type Repairs = BTreeMap<Repair, Vec<u32>>;

/// Reads rows of one table.
pub(super) struct Reader<'a> {
    pub columns: &'a Columns,
    pub layout: &'a Layout,
    /// Number of columns of the header.
    pub width: usize,
}

impl Reader<'_> {
    /// Reads a row.
    ///
    /// # Errors
    /// Why the row cannot be used.
    pub fn read(&self, line: &Line, repairs: &mut Repairs) -> Result<Row, Refusal> {
        if line.cells.len() != self.width {
            return Err(Refusal::CellCount {
                found: line.cells.len(),
                expected: self.width,
            });
        }
        let cell = |column| {
            let at = self.layout.get(&column).copied();
            at.and_then(|at| line.cells.get(at))
                .map_or("", |cell| cell.trim())
        };
        let title = cell(Column::Title)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if folded(&title).is_empty() {
            return Err(Refusal::NoTitle);
        }
        let mut noted = Vec::new();
        let position = position(&cell, &mut noted)?;

        let (directors, note_dropped) = words::people(cell(Column::Director));
        if note_dropped {
            noted.push(Repair::DirectorNoteDropped);
        }
        let companies = words::companies(cell(Column::Producer));
        if companies.is_empty() {
            noted.push(Repair::ProducerMissing);
        }
        let form = self.columns.form(cell(Column::Form));
        if form.is_none() {
            noted.push(Repair::FormUnknown);
        }
        let address = words::address(cell(Column::Address));
        if address.is_empty() {
            noted.push(Repair::AddressMissing);
        }
        let postcode = cell(Column::Postcode).to_owned();
        if postcode.is_empty() {
            noted.push(Repair::PostcodeMissing);
        } else if self.columns.commune(&postcode).is_none() {
            noted.push(Repair::CommuneUncertain);
        }
        let (from, until) = days(cell(Column::From), cell(Column::Until), &mut noted);
        let own = slug(cell(Column::Id));
        let key = if own.is_empty() {
            noted.push(Repair::IdMissing);
            content_key(&line.cells)
        } else {
            own
        };
        for repair in noted {
            repairs.entry(repair).or_default().push(line.line);
        }
        Ok(Row {
            line: line.line,
            key,
            title,
            directors,
            companies,
            form,
            address,
            postcode,
            from,
            until,
            position,
        })
    }
}

/// Puts exchanged latitudes and longitudes back, and notes what is far from everything else; needs the whole table.
pub(super) fn check_against_the_rest(rows: &mut [Row], repairs: &mut Repairs) {
    let Some(middle) = middle(rows) else {
        return;
    };
    for row in rows {
        if distance_m(row.position, middle) <= FAR_M {
            continue;
        }
        let exchanged = Position::new(row.position.lon_deg, row.position.lat_deg).ok();
        let repair = match exchanged.filter(|exchanged| distance_m(*exchanged, middle) <= FAR_M) {
            Some(exchanged) => {
                row.position = exchanged;
                Repair::LatLonExchanged
            }
            None => Repair::FarFromTheRest,
        };
        repairs.entry(repair).or_default().push(row.line);
    }
}

/// The medians of latitude and longitude.
fn middle(rows: &[Row]) -> Option<Position> {
    let median = |of: fn(&Row) -> f64| {
        let mut values: Vec<f64> = rows.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Position::new(
        median(|row| row.position.lat_deg)?,
        median(|row| row.position.lon_deg)?,
    )
    .ok()
}

/// The position: of the point, else of the shape, else of X and Y.
fn position<'a>(cell: &impl Fn(Column) -> &'a str, noted: &mut Vec<Repair>) -> Result<Position, Refusal> {
    let point = written_position(cell(Column::Point).trim_matches(['(', ')', '[', ']']));
    let shape = of_geojson(cell(Column::Shape));
    let (x, y) = (number(cell(Column::X)), number(cell(Column::Y)));
    let from_xy = x.zip(y).and_then(|(x, y)| {
        if LAMBERT_X_M.contains(&x) && LAMBERT_Y_M.contains(&y) {
            noted.push(Repair::LambertMetres);
            from_lambert93(x, y).ok()
        } else {
            Position::new(y, x).ok()
        }
    });
    let somewhere = |position: &Position| (position.lat_deg, position.lon_deg) != (0.0, 0.0);
    let (point, shape, from_xy) = (
        point.filter(somewhere),
        shape.filter(somewhere),
        from_xy.filter(somewhere),
    );
    match (point.or(shape), from_xy) {
        (Some(at), from_xy) => {
            if point.is_none() {
                noted.push(Repair::PositionFromShape);
            }
            if from_xy.is_some_and(|other| distance_m(at, other) > SAME_POINT_M) {
                noted.push(Repair::PositionsDisagree);
            }
            Ok(at)
        }
        (None, Some(at)) => {
            noted.push(Repair::PositionFromXy);
            Ok(at)
        }
        (None, None) => {
            let cells: Vec<String> = [Column::Point, Column::Shape, Column::X, Column::Y]
                .into_iter()
                .map(cell)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .collect();
            Err(if cells.is_empty() {
                Refusal::NoPosition
            } else {
                Refusal::BadPosition { cells }
            })
        }
    }
}

/// The point of a GeoJSON geometry or feature; of another geometry, its first corner.
fn of_geojson(text: &str) -> Option<Position> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut coordinates = json.get("geometry").unwrap_or(&json).get("coordinates")?;
    while coordinates.get(0)?.is_array() {
        coordinates = coordinates.get(0)?;
    }
    Position::new(coordinates.get(1)?.as_f64()?, coordinates.get(0)?.as_f64()?).ok()
}

/// First and last day. Days in the wrong order are exchanged: both stay, and the shooting lies between them in any case.
fn days(from: &str, until: &str, noted: &mut Vec<Repair>) -> (Option<Date>, Option<Date>) {
    let mut read = |text: &str| {
        let day = date(text);
        if day.is_none() && !text.is_empty() {
            noted.push(Repair::DateUnreadable);
        }
        day
    };
    match (read(from), read(until)) {
        (Some(from), Some(until)) if until < from => {
            noted.push(Repair::DatesExchanged);
            (Some(until), Some(from))
        }
        days => days,
    }
}

fn content_key(cells: &[String]) -> String {
    let mut hash = Sha256::new();
    for cell in cells {
        hash.update(cell.trim());
        hash.update([0]);
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    format!("x{}", digits.get(..KEY_DIGITS).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Identifiant du lieu;Titre;Réalisateur;Code postal;Date de début;Date de fin;Coordonnée en X;Coordonnée en Y;geo_shape;geo_point_2d";

    fn read(row: &str) -> (Result<Row, Refusal>, Vec<Repair>) {
        let columns = Columns::with(None).unwrap();
        let headers: Vec<String> = HEADER.split(';').map(str::to_owned).collect();
        let layout = columns.find(&headers).unwrap();
        let reader = Reader {
            columns: &columns,
            layout: &layout,
            width: headers.len(),
        };
        let cells = row.split(';').map(str::to_owned).collect();
        let mut repairs = Repairs::new();
        let row = reader.read(&Line { line: 2, cells }, &mut repairs);
        (row, repairs.into_keys().collect())
    }

    #[test]
    fn a_position_is_taken_from_whatever_tells_it() {
        let shape = r#"{"coordinates": [2.352027, 48.850884], "type": "Point"}"#;
        for (cells, want) in [
            (";;;48.850884, 2.352027".to_owned(), None),
            (format!(";;{shape};"), Some(Repair::PositionFromShape)),
            ("652451.117;6861399.796;;".to_owned(), Some(Repair::LambertMetres)),
            ("2.352027;48.850884;;".to_owned(), Some(Repair::PositionFromXy)),
            ("2,352027;48,850884;;".to_owned(), Some(Repair::PositionFromXy)),
        ] {
            let (row, repairs) = read(&format!("1;Taxi;;75004;2019-01-01;2019-01-01;{cells}"));
            let at = row.unwrap().position;
            let real = Position::new(48.850884, 2.352027).unwrap();
            assert!(distance_m(at, real) < 0.2, "{cells} became {at}");
            assert!(
                want.is_none_or(|want| repairs.contains(&want)),
                "{cells}: {repairs:?}"
            );
        }
        let (_, repairs) = read("1;Taxi;;75004;;;2.40;48.85;;48.850884, 2.352027");
        assert!(repairs.contains(&Repair::PositionsDisagree));
    }

    #[test]
    fn rows_that_say_nothing_are_refused_with_a_reason() {
        for (row, reason) in [
            ("1;Taxi;;75004;;;;;;", "no position"),
            ("1;Taxi;;75004;;;;;;0.0, 0.0", "no position"),
            ("1;Taxi;;75004;;;;;;ici", "\"ici\" is no position"),
            ("1; … ;;75004;;;;;;48.85, 2.35", "no title"),
            ("1;Taxi;75004", "3 cells where the header has 10"),
        ] {
            let refused = read(row).0.unwrap_err().to_string();
            assert!(refused.contains(reason), "{row}: {refused}");
        }
    }

    #[test]
    fn days_in_the_wrong_order_are_exchanged_and_unreadable_ones_left_empty() {
        let (row, repairs) = read("1;Taxi;;75004;2024-02-01;2024-01-01;;;;48.85, 2.35");
        let row = row.unwrap();
        assert_eq!((row.from, row.until), (date("2024-01-01"), date("2024-02-01")));
        assert!(repairs.contains(&Repair::DatesExchanged));
        let (row, repairs) = read("1;Taxi;;75004;bientôt;21/06/2019;;;;48.85, 2.35");
        assert_eq!(row.unwrap().until, date("2019-06-21"));
        assert!(repairs.contains(&Repair::DateUnreadable));
    }

    #[test]
    fn a_row_without_an_id_gets_one_that_its_content_gives_again() {
        let row = ";Taxi;;75004;;;;;;48.85, 2.35";
        let (first, second) = (read(row).0.unwrap(), read(row).0.unwrap());
        assert_eq!(first.key, second.key);
        assert!(read(row).1.contains(&Repair::IdMissing));
    }

    #[test]
    fn exchanged_latitude_and_longitude_are_found_beside_the_rest() {
        let mut rows: Vec<Row> = [
            "48.85, 2.35",
            "48.86, 2.36",
            "2.34, 48.84",
            "43.3, 5.4",
            "48.87, 2.34",
        ]
        .iter()
        .map(|at| read(&format!("1;Taxi;;75004;;;;;;{at}")).0.unwrap())
        .collect();
        let mut repairs = Repairs::new();
        check_against_the_rest(&mut rows, &mut repairs);
        assert_eq!(rows[2].position, Position::new(48.84, 2.34).unwrap());
        assert_eq!(
            repairs.keys().copied().collect::<Vec<_>>(),
            [Repair::LatLonExchanged, Repair::FarFromTheRest]
        );
    }
}
