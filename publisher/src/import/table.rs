//! A table of text as spreadsheets and open-data portals write it. What its columns mean is the caller's business.

use crate::source::{csv_separator, decode};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Larger files are refused rather than read into memory.
const MAX_BYTES: u64 = 1 << 30;
/// Written before UTF-8 so that Excel does not take it for Windows-1252.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    /// The names of the columns.
    pub headers: Vec<String>,
    /// The rows.
    pub rows: Vec<Line>,
}

/// A row with the place where it stood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// Line in the file on which the row begins, from 1.
    pub line: u32,
    /// The cells; may be fewer or more than the headers.
    pub cells: Vec<String>,
}

/// Why a table could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// A file that is too large to be a table.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// No table at all.
    NoTable {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        reason: NotATable,
    },
}

/// What a file is that holds no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotATable {
    /// It has zero bytes, as a spreadsheet file or a picture has.
    ZeroBytes,
    /// It breaks the rules of CSV; what the parser says.
    Csv(String),
    /// Nothing is in it.
    Empty,
}

impl Table {
    /// Reads a table, in the encodings and with the separators of a source folder's own tables.
    ///
    /// # Errors
    /// If the file cannot be read, is too large, or has no header.
    pub fn read(path: &Path) -> Result<Self, TableError> {
        let io = |error| TableError::Io {
            path: path.to_owned(),
            error,
        };
        let bytes = fs::metadata(path).map_err(io)?.len();
        if bytes > MAX_BYTES {
            return Err(TableError::TooLarge {
                path: path.to_owned(),
                bytes,
            });
        }
        Self::parse(&fs::read(path).map_err(io)?).map_err(|reason| TableError::NoTable {
            path: path.to_owned(),
            reason,
        })
    }

    /// Reads a table from the bytes of a file; the error says what is wrong with them.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotATable> {
        let (text, _) = decode(bytes);
        if text.contains('\0') {
            return Err(NotATable::ZeroBytes);
        }
        let (separator, text, skipped_lines) = csv_separator(&text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| NotATable::Csv(error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line) + skipped_lines as u64;
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push(Line {
                    line: u32::try_from(line).unwrap_or(u32::MAX),
                    cells,
                });
            }
        }
        if rows.is_empty() {
            return Err(NotATable::Empty);
        }
        let headers = rows
            .remove(0)
            .cells
            .iter()
            .map(|header| header.trim().to_owned())
            .collect();
        Ok(Self { headers, rows })
    }

    /// The number of a column.
    pub fn column(&self, header: &str) -> Option<usize> {
        self.headers.iter().position(|found| found == header)
    }

    /// The table as a file that Excel and LibreOffice open well in French and keep as it is: UTF-8 with a byte-order mark,
    /// cells set apart by `;`, because a comma is the decimal sign there.
    pub fn to_bytes(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .flexible(true)
            .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
        writer.write_record(&self.headers)?;
        for row in &self.rows {
            writer.write_record(&row.cells)?;
        }
        writer
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()).into())
    }

    /// Writes the table beside its final name first, so that a cut leaves the old one whole.
    pub fn write(&self, path: &Path) -> Result<(), TableError> {
        let io = |error| TableError::Io {
            path: path.to_owned(),
            error,
        };
        let bytes = self.to_bytes().map_err(|error| io(io::Error::other(error)))?;
        write_whole(path, &bytes).map_err(io)
    }
}

/// Writes a file beside its final name and renames it, making the folders above it.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    fs::write(&part, bytes)?;
    fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_in_the_encodings_and_with_the_separators_that_people_send() {
        let want = [["Titre", "Réalisateur"], ["L'été; à deux", "Zoé"]];
        let utf8 = "Titre;Réalisateur\n\"L'été; à deux\";Zoé\n";
        let utf16 = utf8.encode_utf16().flat_map(u16::to_le_bytes);
        let files: [(&str, Vec<u8>); 5] = [
            ("UTF-8", utf8.into()),
            (
                "UTF-8 with a byte-order mark",
                format!("{BYTE_ORDER_MARK}{utf8}").into(),
            ),
            ("UTF-16", [0xff, 0xfe].into_iter().chain(utf16).collect()),
            ("Windows-1252", encoding_rs::WINDOWS_1252.encode(utf8).0.into()),
            ("comma", "Titre,Réalisateur\r\n\"L'été; à deux\",Zoé\r\n".into()),
        ];
        for (name, bytes) in files {
            let table = Table::parse(&bytes).unwrap();
            assert_eq!(table.headers, want[0], "header in {name}");
            assert_eq!(table.rows[0].cells, want[1], "row in {name}");
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_names_its_lines() {
        let table = Table {
            headers: vec!["id".into(), "name.fr".into()],
            rows: vec![
                Line {
                    line: 2,
                    cells: vec!["a".into(), "two\nlines; and \"quotes\"".into()],
                },
                Line {
                    line: 4,
                    cells: vec!["b".into(), String::new()],
                },
            ],
        };
        let bytes = table.to_bytes().unwrap();
        assert_eq!(Table::parse(&bytes).unwrap(), table);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(Table::parse(b""), Err(NotATable::Empty));
        assert_eq!(Table::parse(b"PK\x03\x04\0\0"), Err(NotATable::ZeroBytes));
    }
}
