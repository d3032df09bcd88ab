//! Records to TOML files: new ones as a person would write them, changed ones where they stand, with the comments beside.

use super::fields::{self, Field, Type};
use super::{Kind, Source, Sourced, plain};
use alloclap_core::catalogue::model::Record;
use serde_json::{Map, Value as Plain};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// What saving a record did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It is new, and in this file of its own.
    Added(PathBuf),
    /// It was changed in this file.
    Changed(PathBuf),
    /// It says already what it should.
    Unchanged,
}

/// Why a record cannot be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Its file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// It is a row of a table, which only its spreadsheet program should change.
    InTable {
        /// The record.
        id: String,
        /// The table.
        path: PathBuf,
    },
    /// Its file was changed since it was read.
    Moved {
        /// The record.
        id: String,
        /// The file.
        path: PathBuf,
    },
}

/// Saves a record into a source folder that was read: in its place if the folder has its id, else in a file of its own.
/// In a file that is there, only the values that changed are touched; comments and order stay. Any number of records may
/// be saved after one reading; [`Saver`] is quicker for many.
///
/// # Errors
/// [`SaveError`]; the file is then as it was.
pub fn save(source: &Source, record: &Record) -> Result<Saved, SaveError> {
    Saver::new(source).save(record)
}

/// Saves records into a source folder that was read, and finds each at once however many there are.
#[derive(Debug)]
pub struct Saver<'a> {
    source: &'a Source,
    by_id: HashMap<&'a str, &'a Sourced>,
}

impl<'a> Saver<'a> {
    /// Looks at all records of a source once.
    pub fn new(source: &'a Source) -> Self {
        let mut by_id = HashMap::with_capacity(source.records.len());
        for sourced in &source.records {
            // Of two with one id the first counts, as everywhere.
            by_id.entry(sourced.record.id().as_str()).or_insert(sourced);
        }
        Self { source, by_id }
    }

    /// Saves a record, as [`save`] does.
    ///
    /// # Errors
    /// [`SaveError`]; the file is then as it was.
    pub fn save(&self, record: &Record) -> Result<Saved, SaveError> {
        let publisher;
        let (old, file) = match record {
            Record::Publisher(_) => {
                publisher = Record::Publisher(self.source.publisher.clone());
                (&publisher, Path::new("publication.toml"))
            }
            _ => match self.by_id.get(record.id().as_str()) {
                Some(sourced) => (&sourced.record, sourced.file.as_path()),
                None => return add(&self.source.folder, record),
            },
        };
        put_record(&self.source.folder, file, old, record)
    }
}

/// Changes a record where it stands.
fn put_record(folder: &Path, file: &Path, old: &Record, record: &Record) -> Result<Saved, SaveError> {
    if old == record {
        return Ok(Saved::Unchanged);
    }
    let path = folder.join(file);
    if file.extension().is_none_or(|e| e != "toml") {
        return Err(SaveError::InTable {
            id: record.id().to_string(),
            path,
        });
    }
    let failed = |why| SaveError::File {
        path: path.clone(),
        why,
    };
    let moved = || SaveError::Moved {
        id: old.id().to_string(),
        path: path.clone(),
    };
    let bytes = fs::read(&path).map_err(failed)?;
    let (text, _) = super::decode::decode(&bytes);
    let mut document: DocumentMut = text.parse().map_err(|_| moved())?;
    let kind = Kind::of(record);
    let table = locate(&mut document, kind, old.id().as_str()).ok_or_else(moved)?;
    let all = fields::of(kind);
    let before = plain::pruned(all, plain::fields(old));
    let after = plain::pruned(all, plain::fields(record));
    change(table, all, &before, &after);
    replace(&path, document.to_string().as_bytes()).map_err(failed)?;
    Ok(Saved::Changed(file.to_owned()))
}

/// Writes a record into a file of its own: `films/liberte-2009.toml`.
pub(super) fn add(folder: &Path, record: &Record) -> Result<Saved, SaveError> {
    let kind = Kind::of(record);
    let fields = plain::pruned(fields::of(kind), plain::fields(record));
    let table = table(fields::of(kind), &fields);
    let (file, text) = match kind {
        Kind::Publisher => (
            PathBuf::from("publication.toml"),
            DocumentMut::from(table).to_string(),
        ),
        Kind::Tombstone => {
            let file = PathBuf::from("removed.toml");
            let mut items = ArrayOfTables::new();
            items.push(table);
            let mut document = DocumentMut::new();
            document.insert(kind.key(), Item::ArrayOfTables(items));
            // One file for all of them: the others stay above.
            let before = fs::read_to_string(folder.join(&file)).unwrap_or_default();
            let gap = if before.is_empty() { "" } else { "\n" };
            (file, format!("{before}{gap}{document}"))
        }
        _ => {
            let file = Path::new(kind.folder()).join(format!("{}.toml", record.id()));
            (file, DocumentMut::from(table).to_string())
        }
    };
    let path = folder.join(&file);
    let failed = |why| SaveError::File {
        path: path.clone(),
        why,
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    place(&path, text.as_bytes(), path.exists()).map_err(failed)?;
    Ok(Saved::Added(file))
}

/// Writes a file whole or not at all: beside its name first, so that a cut or a full disk leaves what people wrote.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    place(path, bytes, true)
}

/// The same; a file that is new need not wait for the disk, of which an import makes thousands.
fn place(path: &Path, bytes: &[u8], flush: bool) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        if flush { file.sync_all() } else { Ok(()) }
    });
    let placed = written.and_then(|()| fs::rename(&part, path));
    if placed.is_err() {
        // Half a file is of no use; if it cannot be removed either, its name says what it is.
        let _ = fs::remove_file(&part);
    }
    placed
}

/// The table in which a record of that id stands.
fn locate<'a>(document: &'a mut DocumentMut, kind: Kind, id: &str) -> Option<&'a mut Table> {
    let has = |table: &Table| {
        table
            .get("id")
            .and_then(Item::as_str)
            .is_some_and(|have| have == id)
    };
    if has(document.as_table()) {
        return Some(document.as_table_mut());
    }
    document
        .get_mut(kind.key())?
        .as_array_of_tables_mut()?
        .iter_mut()
        .find(|table| has(table))
}

/// Changes what differs, and only that.
fn change(
    table: &mut dyn TableLike,
    fields: &[Field],
    before: &Map<String, Plain>,
    after: &Map<String, Plain>,
) {
    for field in fields {
        let (old, new) = (before.get(field.name), after.get(field.name));
        if old == new {
            continue;
        }
        // As it is written there: names may be in capitals.
        let written = table
            .iter()
            .map(|(k, _)| k.to_owned())
            .find(|k| k.eq_ignore_ascii_case(field.name));
        let key = written.unwrap_or_else(|| field.name.to_owned());
        let Some(new) = new else {
            table.remove(&key);
            continue;
        };
        let inside = table.get_mut(&key).and_then(Item::as_table_like_mut);
        match (field.holds, new, old, inside) {
            (Type::Table(inner), Plain::Object(new), Some(Plain::Object(old)), Some(there)) => {
                change(there, inner, old, new);
            }
            (Type::Texts | Type::Map, Plain::Object(new), Some(Plain::Object(old)), Some(there)) => {
                for gone in old.keys().filter(|k| !new.contains_key(*k)) {
                    there.remove(gone);
                }
                for (name, value) in new.iter().filter(|(name, value)| old.get(*name) != Some(value)) {
                    put(there, name, Item::Value(inline(Type::Text, value)));
                }
            }
            _ => put(table, &key, item(field.holds, new)),
        }
    }
}

/// Sets a value, keeping the spaces and the comment around the one that was there.
fn put(table: &mut dyn TableLike, key: &str, mut new: Item) {
    match (table.get_mut(key), new.as_value_mut()) {
        (Some(Item::Value(old)), Some(value)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value.clone();
        }
        (Some(old), _) => *old = new,
        (None, _) => {
            table.insert(key, new);
        }
    }
}

fn table(fields: &[Field], map: &Map<String, Plain>) -> Table {
    let mut table = Table::new();
    for field in fields {
        if let Some(value) = map.get(field.name) {
            table.insert(field.name, item(field.holds, value));
        }
    }
    table
}

fn item(holds: Type, value: &Plain) -> Item {
    match (holds, value) {
        (Type::Table(inner), Plain::Object(map)) => {
            let mut table = table(inner, map);
            table.set_dotted(true);
            Item::Table(table)
        }
        (Type::Tables(inner), Plain::Array(items)) => {
            let items = items
                .iter()
                .filter_map(Plain::as_object)
                .map(|map| table(inner, map));
            Item::ArrayOfTables(items.collect())
        }
        (Type::Texts | Type::Map, Plain::Object(map)) => {
            let mut table = Table::new();
            for (key, value) in map {
                table.insert(key, Item::Value(inline(Type::Text, value)));
            }
            table.set_dotted(true);
            Item::Table(table)
        }
        _ => Item::Value(inline(holds, value)),
    }
}

fn inline(holds: Type, value: &Plain) -> Value {
    match value {
        Plain::String(text) if holds == Type::Date => match text.parse::<toml_edit::Datetime>() {
            Ok(day) => day.into(),
            Err(_) => text.as_str().into(),
        },
        Plain::String(text) => text.as_str().into(),
        Plain::Bool(yes) => (*yes).into(),
        Plain::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => number.into(),
            // TOML has no whole numbers above 2^63; as words they are read all the same.
            (None, _) if number.is_u64() => number.to_string().into(),
            (None, Some(number)) => number.into(),
            (None, None) => number.to_string().into(),
        },
        Plain::Array(pair) if holds == Type::Position => pair
            .iter()
            .map(Plain::to_string)
            .collect::<Vec<_>>()
            .join(", ")
            .into(),
        Plain::Array(items) => {
            let each = if holds == Type::Positions {
                Type::Position
            } else {
                Type::Text
            };
            Value::Array(items.iter().map(|i| inline(each, i)).collect::<Array>())
        }
        Plain::Object(map) => Value::InlineTable(
            map.iter()
                .map(|(k, v)| (k.as_str(), inline(Type::Text, v)))
                .collect::<InlineTable>(),
        ),
        Plain::Null => "".into(),
    }
}
