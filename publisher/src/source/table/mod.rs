//! The same records as rows of a table: `films.csv`, or a sheet `films` of an .xlsx or .ods workbook.
//!
//! `rows` knows what a column's header means, `cell` how words stand in a cell; `csv` and `workbook` know their files. What
//! the fields may hold is decided in `accept`, as for text files.

mod cell;
mod csv_file;
mod rows;
mod workbook;

pub(super) use csv_file::read as read_csv;
pub(crate) use csv_file::separator as csv_separator;
pub(super) use workbook::read as read_workbook;

use super::accept::Raw;
use super::finding::Finding;
use super::{Kind, Source, fields, plain};
use alloclap_core::catalogue::model::Record;
use cell::Medium;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The most characters (UTF-16 code units) in a cell: Excel's limit; LibreOffice's is higher.
pub const CELL_LIMIT: usize = 32_767;
/// The most rows of a sheet, header included: Excel's limit, and LibreOffice's.
pub const ROW_LIMIT: usize = 1_048_576;
/// The most columns of a sheet: Excel's limit, and LibreOffice's.
pub const COLUMN_LIMIT: usize = 16_384;

/// Words as they stand in a cell of a CSV file.
pub(crate) fn csv_cell(words: &str) -> String {
    cell::written(words, Medium::Csv)
}

/// The words that stand in a cell; `None` if there are none.
pub(crate) fn words_of_cell(cell: &str) -> Option<String> {
    cell::read(cell)
}

/// Why tables cannot be written, or read as a whole.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A text that no cell can hold.
    CellTooLong {
        /// The record.
        id: String,
        /// The column.
        header: String,
        /// The text's length in UTF-16 code units.
        characters: usize,
    },
    /// More records, or more columns, than a sheet can hold.
    SheetTooLarge {
        /// The sheet.
        sheet: &'static str,
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
    /// A name that ends like no table.
    UnknownType(PathBuf),
    /// The file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The file is too large to be a table.
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The format cannot hold what is to be written.
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the library says.
        why: String,
    },
    /// A record cannot be saved into the folder.
    Save(#[from] super::SaveError),
    /// The folder into which tables are taken cannot be read.
    Source(#[from] super::SourceError),
}

/// One kind's records as a table of words.
pub(super) struct Grid {
    pub kind: Kind,
    pub headers: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Writes a source's records as tables: a workbook with one sheet for each kind (`.xlsx`, `.ods`), or a folder with one
/// CSV file for each (no ending). Every cell is text, so that no spreadsheet computes or shortens what is in it. What was
/// there before is replaced only when all is written.
///
/// # Errors
/// [`TableError`]; then nothing was written, or for CSV at most some of the files.
pub fn export_tables(source: &Source, to: &Path) -> Result<(), TableError> {
    let ending = to.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let medium = if ending.is_none() {
        Medium::Csv
    } else {
        Medium::TypedCell
    };
    let publisher = Record::Publisher(source.publisher.clone());
    let mut grids = Vec::new();
    for kind in Kind::ALL {
        let records = source.records.iter().map(|s| &s.record).chain([&publisher]);
        let records: Vec<_> = records.filter(|r| Kind::of(r) == kind).collect();
        if !records.is_empty() {
            grids.push(rows::grid(kind, &records, medium)?);
        }
    }
    let unwritable = |path: &Path, why: String| TableError::Unwritable {
        path: path.to_owned(),
        why,
    };
    match ending.as_deref() {
        None => {
            fs::create_dir_all(to).map_err(|e| failed(to, e))?;
            for grid in &grids {
                let path = to.join(format!("{}.csv", grid.kind.folder()));
                let bytes = csv_file::write(grid).map_err(|why| unwritable(&path, why))?;
                super::toml_write::replace(&path, &bytes).map_err(|e| failed(&path, e))?;
            }
            Ok(())
        }
        Some("xlsx" | "ods") => {
            let xlsx = ending.as_deref() == Some("xlsx");
            let bytes = if xlsx {
                workbook::xlsx(&grids)
            } else {
                workbook::ods(&grids)
            };
            let bytes = bytes.map_err(|why| unwritable(to, why))?;
            super::toml_write::replace(to, &bytes).map_err(|e| failed(to, e))
        }
        Some(_) => Err(TableError::UnknownType(to.to_owned())),
    }
}

fn failed(path: &Path, why: io::Error) -> TableError {
    TableError::File {
        path: path.to_owned(),
        why,
    }
}

/// What taking tables into a folder did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Records that were new.
    pub added: usize,
    /// Records that were changed.
    pub changed: usize,
    /// Records that were the same.
    pub unchanged: usize,
}

/// Takes tables (a workbook, a CSV file, or a folder of CSV files) into a source folder, as text files: new records get a
/// file of their own, changed ones are changed where they are written, with the comments beside them. Nothing is removed.
///
/// # Errors
/// [`TableError`] if the table or the folder cannot be read or written. Rows that cannot be used are error findings.
pub fn import_tables(file: &Path, into: &Path) -> Result<(Imported, Vec<Finding>), TableError> {
    let mut findings = Vec::new();
    let raws = read_tables(file, &mut findings)?;
    let has_publication = into.join("publication.toml").is_file();
    let mut publication = raws.iter().filter(|r| r.kind == Kind::Publisher);
    let mut done = Imported::default();
    let language = publication.next().and_then(super::first_language);
    let mut source = if has_publication {
        Some(super::read(into)?.0)
    } else {
        None
    };
    let language = source
        .as_ref()
        .and_then(|s| s.publisher.languages.first().cloned())
        .or(language);
    let records: Vec<_> = raws
        .into_iter()
        .filter_map(|raw| super::accept::accept(raw, language.as_ref(), &mut findings))
        .collect();
    // The publication first: it is what makes a folder a source.
    let (first, others): (Vec<_>, Vec<_>) = records
        .into_iter()
        .partition(|s| matches!(s.record, Record::Publisher(_)));
    let mut count = |saved| match saved {
        super::Saved::Added(_) => done.added += 1,
        super::Saved::Changed(_) => done.changed += 1,
        super::Saved::Unchanged => done.unchanged += 1,
    };
    let mut all = first.into_iter().chain(others);
    if source.is_none()
        && let Some(sourced) = all.next()
    {
        count(super::toml_write::add(into, &sourced.record)?);
        source = Some(super::read(into)?.0);
    }
    if let Some(source) = &source {
        let saver = super::Saver::new(source);
        for sourced in all {
            count(saver.save(&sourced.record)?);
        }
    }
    Ok((done, findings))
}

fn read_tables(file: &Path, findings: &mut Vec<Finding>) -> Result<Vec<Raw>, TableError> {
    let mut files = vec![file.to_owned()];
    if file.is_dir() {
        let entries = fs::read_dir(file).map_err(|e| failed(file, e))?;
        files = entries
            .map(|e| e.map(|e| e.path()))
            .collect::<Result<_, _>>()
            .map_err(|e| failed(file, e))?;
        files.retain(|f| f.extension().is_some_and(|e| e == "csv"));
        files.sort();
    }
    let mut raws = Vec::new();
    for path in files {
        let metadata = fs::metadata(&path).map_err(|e| failed(&path, e))?;
        if metadata.len() > super::TABLE_LIMIT_BYTES {
            let bytes = metadata.len();
            return Err(TableError::FileTooLarge { path, bytes });
        }
        let bytes = fs::read(&path).map_err(|e| failed(&path, e))?;
        let name = PathBuf::from(path.file_name().unwrap_or_default());
        let kind = path
            .file_stem()
            .and_then(|s| Kind::of_folder(&s.to_string_lossy()));
        let csv = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("csv") || e.eq_ignore_ascii_case("tsv"));
        match (csv, kind) {
            (true, Some(kind)) => raws.extend(read_csv(&bytes, &name, kind, findings)),
            (true, None) => return Err(TableError::UnknownType(path)),
            (false, kind) => raws.extend(read_workbook(bytes, &name, kind, findings)),
        }
    }
    Ok(raws)
}

/// A record's fields, without those that mean what would be meant without them.
fn written_fields(record: &Record) -> serde_json::Map<String, serde_json::Value> {
    plain::pruned(fields::of(Kind::of(record)), plain::fields(record))
}

#[cfg(test)]
mod tests;
