//! Workbooks, .xlsx and .ods: sheets of cells with types. Reading is bounded, because a small file can unpack to anything.

use super::Grid;
use super::rows::{self, Cell, Row};
use crate::source::Kind;
use crate::source::accept::Raw;
use crate::source::finding::{Finding, FindingKind, Severity};
use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Xlsx};
use std::io::{self, Cursor, Read};
use std::path::Path;

/// The most that a workbook may unpack to: a hundred times a large one.
const UNPACKED_LIMIT_BYTES: u64 = 256 << 20;
/// The most filled cells that are read from one sheet.
const FILLED_LIMIT: usize = 4_000_000;

/// The records of a workbook: of each sheet that is named like a kind's folder, and of a single sheet of another name if
/// `kind` says what its rows are.
pub(in crate::source) fn read(
    bytes: Vec<u8>,
    file: &Path,
    kind: Option<Kind>,
    findings: &mut Vec<Finding>,
) -> Vec<Raw> {
    let mut find = |severity, file: &Path, what| {
        findings.push(Finding { severity, file: file.to_owned(), line: 0, field: None, what });
    };
    if let Err(what) = check_unpacked(&bytes) {
        find(Severity::Error, file, what);
        return Vec::new();
    }
    let ods = file.extension().is_some_and(|e| e.eq_ignore_ascii_case("ods"));
    let mut workbook = match open(bytes, ods) {
        Ok(workbook) => workbook,
        Err(why) => {
            find(Severity::Error, file, FindingKind::UnreadableFile { why });
            return Vec::new();
        }
    };
    let sheets = workbook.sheets();
    let mut raws = Vec::new();
    for name in &sheets {
        let place = file.join(name);
        let alone = kind.filter(|_| sheets.len() == 1);
        let Some(kind) = Kind::of_folder(name).or(alone) else {
            findings.push(Finding {
                severity: Severity::Info,
                file: place,
                line: 0,
                field: None,
                what: FindingKind::UnknownSheet { name: name.clone() },
            });
            continue;
        };
        match workbook.rows(name) {
            Ok(read) => raws.extend(rows::read(read, &place, kind, findings)),
            Err(why) => findings.push(Finding {
                severity: Severity::Error,
                file: place,
                line: 0,
                field: None,
                what: FindingKind::UnreadableFile { why },
            }),
        }
    }
    raws
}

/// Unpacks everything once into nothing: what a workbook says of its own sizes cannot be trusted.
fn check_unpacked(bytes: &[u8]) -> Result<(), FindingKind> {
    let unreadable = |why: String| FindingKind::UnreadableFile { why };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| unreadable(e.to_string()))?;
    let mut total: u64 = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|e| unreadable(e.to_string()))?;
        let mut bounded = entry.take(UNPACKED_LIMIT_BYTES + 1);
        total += io::copy(&mut bounded, &mut io::sink()).map_err(|e| unreadable(e.to_string()))?;
        if total > UNPACKED_LIMIT_BYTES {
            return Err(FindingKind::TooLarge { bytes: total, limit_bytes: UNPACKED_LIMIT_BYTES });
        }
    }
    Ok(())
}

type Bytes = Cursor<Vec<u8>>;

enum Workbook {
    Xlsx(Box<Xlsx<Bytes>>),
    Ods(Box<Ods<Bytes>>),
}

fn open(bytes: Vec<u8>, ods: bool) -> Result<Workbook, String> {
    let bytes = Cursor::new(bytes);
    Ok(if ods {
        Workbook::Ods(Box::new(Ods::new(bytes).map_err(|e| e.to_string())?))
    } else {
        Workbook::Xlsx(Box::new(Xlsx::new(bytes).map_err(|e| e.to_string())?))
    })
}

impl Workbook {
    fn sheets(&self) -> Vec<String> {
        match self {
            Self::Xlsx(workbook) => workbook.sheet_names(),
            Self::Ods(workbook) => workbook.sheet_names(),
        }
    }

    fn rows(&mut self, sheet: &str) -> Result<Vec<Row>, String> {
        let mut read: Vec<Row> = Vec::new();
        let mut put = |row: u32, column: usize, cell: Option<Cell>| {
            let Some(cell) = cell else { return };
            match read.last_mut() {
                Some((line, cells)) if *line == row + 1 => cells.push((column, cell)),
                _ => read.push((row + 1, vec![(column, cell)])),
            }
        };
        match self {
            // Cell by cell: two cells in opposite corners would otherwise be a sheet of 17 thousand million.
            Self::Xlsx(workbook) => {
                let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|e| e.to_string())?;
                let mut filled = 0;
                while let Some(cell) = cells.next_cell().map_err(|e| e.to_string())? {
                    filled += 1;
                    if filled > FILLED_LIMIT {
                        return Err(format!("more than {FILLED_LIMIT} filled cells"));
                    }
                    let (row, column) = cell.get_position();
                    put(row, column as usize, of_xlsx(cell.get_value()));
                }
            }
            // Read by the library in one go, which stops at its own limit of cells.
            Self::Ods(workbook) => {
                let range = workbook.worksheet_range(sheet).map_err(|e| e.to_string())?;
                let (row, column) = range.start().unwrap_or_default();
                for (r, c, cell) in range.used_cells() {
                    let row = row.saturating_add(u32::try_from(r).unwrap_or(u32::MAX));
                    put(row, column as usize + c, of_ods(cell));
                }
            }
        }
        Ok(read)
    }
}

fn of_xlsx(cell: &DataRef<'_>) -> Option<Cell> {
    match cell {
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::String(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Bool(yes) => Some(Cell::Boolean(*yes)),
        DataRef::DateTime(day) => Some(date(day)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => words(text),
        DataRef::Error(error) => words(&error.to_string()),
        DataRef::Empty => None,
    }
}

fn of_ods(cell: &Data) -> Option<Cell> {
    match cell {
        Data::Int(number) => Some(Cell::Number(*number as f64)),
        Data::Float(number) => Some(Cell::Number(*number)),
        Data::String(text) => words(text),
        Data::Bool(yes) => Some(Cell::Boolean(*yes)),
        Data::DateTime(day) => Some(date(day)),
        Data::DateTimeIso(text) | Data::DurationIso(text) => words(text),
        Data::Error(error) => words(&error.to_string()),
        _ => None,
    }
}

fn words(text: &str) -> Option<Cell> {
    (!text.trim().is_empty()).then(|| Cell::Text(text.to_owned()))
}

/// A day as people write it; what is no day stays the number that it is, and its field will say so.
fn date(day: &ExcelDateTime) -> Cell {
    if day.is_duration() {
        return Cell::Number(day.as_f64());
    }
    let (year, month, day_of_month, ..) = day.to_ymd_hms_milli();
    Cell::Text(format!("{year:04}-{month:02}-{day_of_month:02}"))
}

/// A workbook for Excel. Cells are strings, never formulas, links or numbers.
pub(super) fn xlsx(grids: &[Grid]) -> Result<Vec<u8>, String> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    // "Text": what is typed into such a cell later stays as it is typed, `01200` too.
    let text = rust_xlsxwriter::Format::new().set_num_format("@");
    let header = rust_xlsxwriter::Format::new().set_bold();
    for grid in grids {
        let sheet = workbook.add_worksheet();
        let columns = u16::try_from(grid.headers.len()).map_err(|e| e.to_string())?;
        sheet.set_name(grid.kind.folder()).map_err(|e| e.to_string())?;
        sheet.set_freeze_panes(1, 1).map_err(|e| e.to_string())?;
        for column in 0..columns {
            sheet.set_column_format(column, &text).map_err(|e| e.to_string())?;
        }
        let headers = [&grid.headers];
        for (row, cells) in headers.into_iter().chain(&grid.rows).enumerate() {
            let row = u32::try_from(row).map_err(|e| e.to_string())?;
            let format = if row == 0 { &header } else { &text };
            for (column, cell) in (0..columns).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string_with_format(row, column, cell, format).map_err(|e| e.to_string())?;
            }
        }
    }
    workbook.save_to_buffer().map_err(|e| e.to_string())
}

/// A workbook for LibreOffice. Cells are strings, never formulas or numbers.
pub(super) fn ods(grids: &[Grid]) -> Result<Vec<u8>, String> {
    use spreadsheet_ods::{Sheet, Value, WorkBook};
    let mut workbook = WorkBook::new_empty();
    for grid in grids {
        let mut sheet = Sheet::new(grid.kind.folder());
        let headers = [&grid.headers];
        for (row, cells) in headers.into_iter().chain(&grid.rows).enumerate() {
            let row = u32::try_from(row).map_err(|e| e.to_string())?;
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let column = u32::try_from(column).map_err(|e| e.to_string())?;
                sheet.set_value(row, column, Value::Text(cell.clone()));
            }
        }
        workbook.push_sheet(sheet);
    }
    spreadsheet_ods::write_ods_buf(&mut workbook, Vec::new()).map_err(|e| e.to_string())
}
