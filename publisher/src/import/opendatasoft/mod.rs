//! An open-data table of filming locations → a source folder. A row is a shooting at a place; nobody has put up a sign
//! there, so no panel and no code comes of it.
//!
//! ```text
//! table → rows (columns, row) → which of them mean the same (gather, with the memory of earlier imports)
//!       → tables of the source format (tables) → merged with what was edited by hand (keep) → written
//! ```
//! It writes `places/NAME.csv`, `films/NAME.csv`, `shootings/NAME.csv`, `people/NAME.csv` and `companies/NAME.csv`, and
//! beside them `imported/NAME/`: the ids it gave, and what it wrote, so that the next import can tell a hand edit from a
//! change of the table.

mod columns;
mod gather;
mod memory;
mod row;
mod tables;
mod words;

pub use columns::ColumnsProblem;
pub use memory::MemoryProblem;

use super::keep::keep;
use super::report::{ImportReport, Refusal, Refused, Repair};
use super::table::{Table, TableError, write_whole};
use alloclap_core::catalogue::model::{Id, Language};
use columns::Columns;
use memory::Memory;
use row::{Repairs, Row};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folder of a source in which imports keep what they need to know the next time.
const STATE_FOLDER: &str = "imported";
/// The file that makes a folder a source.
const PUBLICATION_FILE: &str = "publication.toml";

/// What to import, and where to.
#[derive(Debug, Clone)]
pub struct ImportOptions<'a> {
    /// The table: CSV.
    pub file: &'a Path,
    /// The source folder; made if it does not exist.
    pub into: &'a Path,
    /// The table's name: begins every id, and names the files. [`table_name`] proposes one.
    pub table: Id,
    /// The publisher's name, for a folder that has no `publication.toml` yet.
    pub publisher: Option<&'a str>,
    /// The language of the titles and names in the table.
    pub language: Language,
    /// The country of its places (ISO 3166-1); empty if they are in several.
    pub country: &'a str,
    /// More names of columns, forms and communes, in TOML.
    pub columns: Option<&'a Path>,
}

/// Why nothing was imported. The source folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A table cannot be read or written.
    Table(#[from] TableError),
    /// The columns of the table, or a user's file about them, cannot be understood.
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: ColumnsProblem,
    },
    /// What an earlier import remembered cannot be understood.
    Memory {
        /// The file.
        path: PathBuf,
        /// The line in it, from 1.
        line: u32,
        /// What is wrong there.
        reason: MemoryProblem,
    },
    /// A new folder without a publisher.
    NoPublisher {
        /// The folder.
        folder: PathBuf,
    },
    /// No id can be made.
    NoId {
        /// What the id would have been made of.
        wish: String,
    },
    /// A file of the source cannot be written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

/// A name for a table, of the first word of its file's name: `paris` of `paris-film-locations.csv`.
pub fn table_name(file: &Path) -> Option<Id> {
    let stem = file.file_stem()?.to_str()?;
    crate::fold::slug(stem)
        .split('-')
        .find(|word| !word.is_empty())?
        .parse()
        .ok()
}

/// Imports a table, for the first time or again. Reads and writes files; takes seconds for ten thousand rows.
///
/// # Errors
/// [`ImportError`]; nothing was changed then, but for a disk that fails in the middle of writing: a second import mends that.
pub fn import(options: &ImportOptions<'_>) -> Result<ImportReport, ImportError> {
    let columns = read_columns(options.columns)?;
    let table = Table::read(options.file)?;
    let layout = columns
        .find(&table.headers)
        .map_err(|reason| ImportError::Columns {
            path: options.file.to_owned(),
            reason,
        })?;
    let mut report = ImportReport {
        rows: u32::try_from(table.rows.len()).unwrap_or(u32::MAX),
        ..ImportReport::default()
    };

    let reader = row::Reader {
        columns: &columns,
        layout: &layout,
        width: table.headers.len(),
    };
    let mut repairs = Repairs::new();
    let mut rows = distinct_rows(&reader, &table, &mut repairs, &mut report);
    row::check_against_the_rest(&mut rows, &mut repairs);

    let state = options.into.join(STATE_FOLDER).join(options.table.as_str());
    let memory_file = state.join("ids.csv");
    let mut memory = read_memory(&memory_file)?;
    let gathered = gather::gather(options.table.as_str(), &rows, &mut memory, &mut repairs)
        .map_err(|gather::NoId(wish)| ImportError::NoId { wish })?;
    let told = tables::Told {
        table: options.table.as_str(),
        language: &options.language,
        country: options.country,
        columns: &columns,
    };
    let tables = tables::tables(&told, &rows, &gathered);
    count(&tables, rows.len(), &mut report);
    for lines in repairs.values_mut() {
        lines.sort_unstable();
        lines.dedup();
    }
    report.repaired = repairs;

    let publication = options.into.join(PUBLICATION_FILE);
    let new_publication = match (publication.exists(), options.publisher) {
        (true, _) => None,
        (false, Some(name)) => Some(publication_toml(options, name)),
        (false, None) => {
            return Err(ImportError::NoPublisher {
                folder: options.into.to_owned(),
            });
        }
    };
    let mut writes: Vec<(PathBuf, Table)> = Vec::new();
    for (folder, today) in [
        ("people", tables.people),
        ("companies", tables.companies),
        ("films", tables.films),
        ("places", tables.places),
        ("shootings", tables.shootings),
    ] {
        let name = format!("{folder}/{}.csv", options.table);
        let source_file = options.into.join(&name);
        let last_file = state.join(format!("{folder}.csv"));
        let kept = keep(
            &name,
            &read_or_empty(&last_file)?,
            &read_or_empty(&source_file)?,
            &today,
            &mut report,
        );
        writes.push((source_file, kept.source));
        writes.push((last_file, kept.last));
    }
    writes.push((memory_file, memory.to_table()));

    if let Some(toml) = new_publication {
        write_whole(&publication, toml.as_bytes()).map_err(|error| ImportError::Io {
            path: publication.clone(),
            error,
        })?;
    }
    for (path, table) in writes {
        table.write(&path)?;
    }
    Ok(report)
}

/// The rows that can be used, sorted by key so that a table in another order gives the same ids; each key once.
fn distinct_rows(
    reader: &row::Reader<'_>,
    table: &Table,
    repairs: &mut Repairs,
    report: &mut ImportReport,
) -> Vec<Row> {
    let mut rows: BTreeMap<String, (Row, &[String])> = BTreeMap::new();
    for line in &table.rows {
        let mut noted = Repairs::new();
        let row = match reader.read(line, &mut noted) {
            Ok(row) => row,
            Err(reason) => {
                report.refused.push(Refused {
                    line: line.line,
                    reason,
                });
                continue;
            }
        };
        match rows.get(&row.key) {
            Some((_, cells)) if *cells == line.cells.as_slice() => {
                report.merged += 1;
                repairs.entry(Repair::RowRepeated).or_default().push(line.line);
            }
            Some((first, _)) => {
                let reason = Refusal::IdTaken {
                    id: row.key,
                    first_line: first.line,
                };
                report.refused.push(Refused {
                    line: line.line,
                    reason,
                });
            }
            None => {
                for (repair, lines) in noted {
                    repairs.entry(repair).or_default().extend(lines);
                }
                rows.insert(row.key.clone(), (row, &line.cells));
            }
        }
    }
    rows.into_values().map(|(row, _)| row).collect()
}

fn count(tables: &tables::Tables, usable: usize, report: &mut ImportReport) {
    let number = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
    report.films = number(tables.films.rows.len());
    report.places = number(tables.places.rows.len());
    report.people = number(tables.people.rows.len());
    report.companies = number(tables.companies.rows.len());
    report.shootings = number(tables.shootings.rows.len());
    report.taken = report.shootings;
    report.merged += number(usable) - report.taken;
}

fn read_columns(file: Option<&Path>) -> Result<Columns, ImportError> {
    let text = match file {
        Some(path) => Some(fs::read_to_string(path).map_err(|error| ImportError::Io {
            path: path.to_owned(),
            error,
        })?),
        None => None,
    };
    Columns::with(text.as_deref()).map_err(|reason| ImportError::Columns {
        path: file.unwrap_or(Path::new("")).to_owned(),
        reason,
    })
}

fn read_memory(file: &Path) -> Result<Memory, ImportError> {
    Memory::from_table(&read_or_empty(file)?).map_err(|(line, reason)| ImportError::Memory {
        path: file.to_owned(),
        line,
        reason,
    })
}

fn read_or_empty(file: &Path) -> Result<Table, TableError> {
    if file.exists() {
        Table::read(file)
    } else {
        Ok(Table::default())
    }
}

fn publication_toml(options: &ImportOptions<'_>, name: &str) -> String {
    let mut document = toml_edit::DocumentMut::new();
    document.insert("format", toml_edit::value(1));
    document.insert("id", toml_edit::value(options.table.as_str()));
    document.insert("name", toml_edit::value(name));
    let languages: toml_edit::Array = [options.language.as_str()].into_iter().collect();
    document.insert("languages", toml_edit::value(languages));
    document.to_string()
}
