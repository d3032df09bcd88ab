//! A source folder: the small text files, tables and media from which a publication is made, as people who are not
//! developers write them. Reads them, writes them, and says what cannot be read and where.
//!
//! Whether what was read makes a good publication is decided in [`crate::check`]; `docs/source-format.md` tells the
//! format to those who write it.

mod accept;
mod decode;
mod error_message;
pub mod fields;
mod finding;
mod folder;
mod kind;
mod message;
mod near;
mod plain;
mod spoken;
mod table;
mod toml_read;
mod toml_write;
mod value;

pub(crate) use decode::decode;
pub use finding::{Expected, Finding, FindingKind, Severity, UiLanguage};
pub use folder::{PathRefusal, TABLE_LIMIT_BYTES, TOML_LIMIT_BYTES, inside};
pub use kind::Kind;
pub(crate) use near::nearest;
pub use spoken::{Spoken, read_words, words};
pub use table::{CELL_LIMIT, COLUMN_LIMIT, Imported, ROW_LIMIT, TableError, export_tables, import_tables};
pub(crate) use table::{csv_cell, csv_separator, words_of_cell};
pub use toml_write::{SaveError, Saved, Saver, save};
pub(crate) use value::{date, number, position};

use accept::{Raw, accept};
use alloclap_core::catalogue::model::{Language, Publisher, Record};
use folder::{Found, Holds};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A source folder that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The folder.
    pub folder: PathBuf,
    /// Who publishes: `publication.toml`.
    pub publisher: Publisher,
    /// All other records, in the order of their files and lines.
    pub records: Vec<Sourced>,
}

/// A record, and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced {
    /// The record.
    pub record: Record,
    /// Its file, relative to the source folder; for a workbook `file.xlsx/sheet`.
    pub file: PathBuf,
    /// Its line in a text file or its row in a table, from 1.
    pub line: u32,
}

/// Why a folder cannot be read as a source at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It is not there, is no folder, or may not be read.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// Nothing says who publishes.
    NoPublication {
        /// The folder.
        folder: PathBuf,
    },
    /// `publication.toml` cannot be read.
    Publication(Vec<Finding>),
}

/// Reads a source folder. What cannot be read is an error finding with its file and line, and the rest goes on.
///
/// # Errors
/// [`SourceError`] if there is no folder, or nothing in it says who publishes.
pub fn read(folder: &Path) -> Result<(Source, Vec<Finding>), SourceError> {
    let mut findings = Vec::new();
    let files = folder::walk(folder, &mut findings)?;
    let mut raws: Vec<Raw> = files
        .iter()
        .flat_map(|found| read_file(found, &mut findings))
        .collect();

    // A workbook may bring a publication sheet of its own; the text file is stronger.
    let is = |r: &Raw| r.kind == Kind::Publisher;
    let by_hand = raws
        .iter()
        .position(|r| is(r) && r.file.starts_with("publication.toml"));
    let publication = by_hand.or_else(|| raws.iter().position(is));
    let Some(publication) = publication.map(|at| raws.remove(at)) else {
        let broken: Vec<_> = findings
            .into_iter()
            .filter(|f| f.file.starts_with("publication.toml"))
            .collect();
        return Err(if broken.is_empty() {
            SourceError::NoPublication {
                folder: folder.to_owned(),
            }
        } else {
            SourceError::Publication(broken)
        });
    };
    let before = findings.len();
    let language = first_language(&publication);
    let Some(Sourced {
        record: Record::Publisher(publisher),
        ..
    }) = accept(publication, language.as_ref(), &mut findings)
    else {
        return Err(SourceError::Publication(findings.split_off(before)));
    };
    raws.retain(|r| r.kind != Kind::Publisher);

    let records = raws
        .into_iter()
        .filter_map(|raw| accept(raw, language.as_ref(), &mut findings))
        .collect();
    let mut source = Source {
        folder: folder.to_owned(),
        publisher,
        records,
    };
    source.drop_duplicates(&mut findings);
    Ok((source, findings))
}

/// The language that words without one are in: the publication's first.
fn first_language(publication: &Raw) -> Option<Language> {
    let languages = publication.fields.get("languages")?;
    languages
        .as_array()
        .and_then(|l| l.first())
        .unwrap_or(languages)
        .as_str()?
        .parse()
        .ok()
}

fn read_file(found: &Found, findings: &mut Vec<Finding>) -> Vec<Raw> {
    let mut find = |severity, line, what| {
        findings.push(Finding {
            severity,
            file: found.file.clone(),
            line,
            field: None,
            what,
        });
    };
    let limit_bytes = if found.holds == Holds::Toml {
        TOML_LIMIT_BYTES
    } else {
        TABLE_LIMIT_BYTES
    };
    let bytes = match read_bytes(&found.path, limit_bytes) {
        Ok(bytes) => bytes,
        Err(what) => {
            find(Severity::Error, 0, what);
            return Vec::new();
        }
    };
    match found.holds {
        Holds::Toml => {
            let (text, windows) = decode(&bytes);
            if windows {
                find(Severity::Info, 0, FindingKind::ReadAsWindows1252);
            }
            let Some(kind) = found.kind else { return Vec::new() };
            toml_read::read(&text, &found.file, kind).unwrap_or_else(|(line, why)| {
                find(Severity::Error, line, FindingKind::BadToml { why });
                Vec::new()
            })
        }
        Holds::Csv => {
            let Some(kind) = found.kind else { return Vec::new() };
            table::read_csv(&bytes, &found.file, kind, findings)
        }
        Holds::Workbook => table::read_workbook(bytes, &found.file, found.kind, findings),
    }
}

/// A file's bytes, unless there are too many of them.
fn read_bytes(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, FindingKind> {
    let unreadable = |e: std::io::Error| FindingKind::UnreadableFile { why: e.to_string() };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(FindingKind::UnreadableFile {
            why: "not a regular file".to_owned(),
        });
    }
    if metadata.len() > limit_bytes {
        return Err(FindingKind::TooLarge {
            bytes: metadata.len(),
            limit_bytes,
        });
    }
    fs::read(path).map_err(unreadable)
}

impl Source {
    /// The record of that id.
    pub fn find(&self, id: &str) -> Option<&Sourced> {
        self.records.iter().find(|r| r.record.id().as_str() == id)
    }

    /// Keeps the first record of each id, stops included, and tells both places of the others.
    fn drop_duplicates(&mut self, findings: &mut Vec<Finding>) {
        let mut seen: HashMap<String, (PathBuf, u32)> = HashMap::from([(
            self.publisher.id.to_string(),
            (PathBuf::from("publication.toml"), 1),
        )]);
        self.records.retain(|sourced| {
            let mut ids = vec![(None, sourced.record.id().to_string())];
            if let Record::Trail(trail) = &sourced.record {
                let stops = trail.stops.iter().enumerate();
                ids.extend(stops.map(|(n, stop)| (Some(n + 1), stop.id.to_string())));
            }
            let mut first = true;
            for (stop, id) in ids {
                match seen.get(&id) {
                    Some((other_file, other_line)) => {
                        findings.push(Finding {
                            severity: Severity::Error,
                            file: sourced.file.clone(),
                            line: sourced.line,
                            field: Some(stop.map_or("id".to_owned(), |n| format!("stops.{n}.id"))),
                            what: FindingKind::DuplicateId {
                                id,
                                other_file: other_file.clone(),
                                other_line: *other_line,
                            },
                        });
                        if stop.is_none() {
                            first = false;
                            break;
                        }
                    }
                    None => {
                        seen.insert(id, (sourced.file.clone(), sourced.line));
                    }
                }
            }
            first
        });
    }
}

#[cfg(test)]
mod documentation;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
