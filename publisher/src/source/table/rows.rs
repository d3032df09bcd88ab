//! Columns and rows to fields and back: `credits.1.who` is the first credit's `who`. Files are not its job.

use super::cell::{self, Medium};
use super::{CELL_LIMIT, COLUMN_LIMIT, Grid, ROW_LIMIT, TableError, written_fields};
use crate::source::accept::Raw;
use crate::source::fields::{self, Field, Type};
use crate::source::finding::{Expected, Finding, FindingKind, Severity};
use crate::source::{Kind, near};
use alloclap_core::catalogue::model::Record;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// The highest number in a header: a list that long belongs into a text file.
const ITEM_LIMIT: usize = 1_000;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Boolean(bool),
}

/// A row: its number from 1, and its cells that are not empty with their columns from 0.
pub(super) type Row = (u32, Vec<(usize, Cell)>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Item(usize),
    Name(String),
}

struct Column {
    header: String,
    steps: Vec<Step>,
    /// Whether its cells hold lists, `one | two`.
    list: bool,
}

/// The records of a table whose first row holds the headers.
pub(super) fn read(
    rows: impl IntoIterator<Item = Row>,
    file: &Path,
    kind: Kind,
    findings: &mut Vec<Finding>,
) -> Vec<Raw> {
    let mut rows = rows.into_iter().filter(|(_, cells)| !cells.is_empty());
    let Some((header_row, headers)) = rows.next() else { return Vec::new() };
    let mut find = |line, field: Option<String>, severity, what| {
        findings.push(Finding { severity, file: file.to_owned(), line, field, what });
    };
    let mut columns: BTreeMap<usize, Option<Column>> = BTreeMap::new();
    for (at, header) in headers {
        let header = match header {
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Boolean(yes) => yes.to_string(),
        };
        let column = column(kind, &header);
        if column.is_none() {
            let names = fields::dotted(kind);
            // What stands before a language, a number or a name is enough to recognise the field.
            let begin = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
            let all: Vec<_> = names.iter().flat_map(|(n, _)| [n.clone(), begin(n)]).collect();
            let meant = near::nearest(&header, all.iter().map(String::as_str))
                .or_else(|| near::nearest(&begin(&header), all.iter().map(String::as_str)));
            let what = FindingKind::UnknownField { name: header.clone(), meant };
            find(header_row, Some(header), Severity::Warning, what);
        }
        columns.insert(at, column);
    }
    let mut raws = Vec::new();
    for (line, cells) in rows {
        let mut root = Node::Fields(BTreeMap::new());
        for (at, cell) in cells {
            match columns.get(&at) {
                Some(Some(column)) => {
                    let Some(value) = value(&cell, column.list) else { continue };
                    if !root.put(&column.steps, value) {
                        let what = FindingKind::BadValue { value: shown(&cell), expected: Expected::Texts };
                        find(line, Some(column.header.clone()), Severity::Error, what);
                    }
                }
                Some(None) => {}
                None => {
                    let what = FindingKind::CellWithoutHeader { value: shown(&cell) };
                    find(line, None, Severity::Warning, what);
                }
            }
        }
        if let Value::Object(fields) = root.into_value()
            && !fields.is_empty()
        {
            raws.push(Raw { kind, fields, file: file.to_owned(), line, lines: BTreeMap::new() });
        }
    }
    raws
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.chars().take(60).collect(),
        Cell::Number(number) => number.to_string(),
        Cell::Boolean(yes) => yes.to_string(),
    }
}

fn value(cell: &Cell, list: bool) -> Option<Value> {
    match cell {
        Cell::Text(text) if list => {
            let items: Vec<_> = text.split('|').filter_map(cell::read).map(Value::from).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Cell::Text(text) => cell::read(text).map(Value::from),
        // A spreadsheet has no whole numbers: 2009 and 42380 come as 2009.0 and 42380.0.
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some(Value::from(*number as i64)),
        Cell::Number(number) => Some(Value::from(*number)),
        Cell::Boolean(yes) => Some(Value::from(*yes)),
    }
}

fn column(kind: Kind, header: &str) -> Option<Column> {
    let parts: Vec<&str> = header.split('.').collect();
    let mut steps = Vec::new();
    let list = follow(fields::of(kind), &parts, &mut steps)?;
    Some(Column { header: header.to_owned(), steps, list })
}

/// Follows a header's parts through the fields; whether its cells hold lists.
fn follow(fields: &'static [Field], parts: &[&str], steps: &mut Vec<Step>) -> Option<bool> {
    let (first, rest) = parts.split_first()?;
    let field = fields::named(fields, first.trim())?;
    steps.push(Step::Name(field.name.to_owned()));
    let number = |part: &str| part.trim().parse().ok().filter(|n| (1..=ITEM_LIMIT).contains(n));
    match (field.holds, rest) {
        (Type::Table(inner), rest) => follow(inner, rest, steps),
        (Type::Tables(inner), [n, rest @ ..]) => {
            steps.push(Step::Item(number(n)?));
            follow(inner, rest, steps)
        }
        (Type::Texts, []) => Some(false),
        (Type::Texts, [key, rest @ ..]) => {
            let about = match rest {
                [] => "text",
                [about] => fields::named(fields::TOLD, about.trim())?.name,
                _ => return None,
            };
            steps.extend([Step::Name(key.trim().to_owned()), Step::Name(about.to_owned())]);
            Some(false)
        }
        (Type::Map, []) => None,
        (Type::Map, rest) => {
            steps.push(Step::Name(cell::read(&rest.join("."))?));
            Some(false)
        }
        (Type::Tables(_), []) => None,
        (holds, []) => Some(is_list(holds)),
        (holds, [n]) if is_list(holds) => {
            steps.push(Step::Item(number(n)?));
            Some(false)
        }
        _ => None,
    }
}

fn is_list(holds: Type) -> bool {
    matches!(holds, Type::List | Type::Languages | Type::WholeList | Type::Positions | Type::Choices(_))
}

/// A row's fields while its cells come in, in whatever order its columns are.
enum Node {
    Leaf(Value),
    Fields(BTreeMap<String, Node>),
    Items(BTreeMap<usize, Node>),
}

impl Node {
    /// Puts a value where its steps lead; `false` if something of another shape is there.
    fn put(&mut self, steps: &[Step], value: Value) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            *self = Self::Leaf(value);
            return true;
        };
        let new = || match rest.first() {
            None => Self::Leaf(Value::Null),
            Some(Step::Name(_)) => Self::Fields(BTreeMap::new()),
            Some(Step::Item(_)) => Self::Items(BTreeMap::new()),
        };
        match (self, step) {
            (Self::Fields(fields), Step::Name(name)) => {
                let next = fields.entry(name.clone()).or_insert_with(new);
                let fits = matches!(next, Self::Leaf(_)) == rest.is_empty();
                fits && next.put(rest, value)
            }
            (Self::Items(items), Step::Item(n)) => {
                let next = items.entry(*n).or_insert_with(new);
                let fits = matches!(next, Self::Leaf(_)) == rest.is_empty();
                fits && next.put(rest, value)
            }
            _ => false,
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Leaf(value) => value,
            Self::Fields(fields) => fields.into_iter().map(|(k, v)| (k, v.into_value())).collect(),
            Self::Items(items) => items.into_values().map(Self::into_value).collect(),
        }
    }
}

/// One kind's records as a table.
pub(super) fn grid(kind: Kind, records: &[&Record], medium: Medium) -> Result<Grid, TableError> {
    // Sorted as the fields are listed, lists by number, languages and names by alphabet.
    let mut columns: BTreeMap<Vec<Step>, String> = BTreeMap::new();
    let mut filled = Vec::new();
    for record in records {
        let mut cells = BTreeMap::new();
        flatten(fields::of(kind), &written_fields(record), medium, &mut Vec::new(), "", &mut |order, header, text| {
            columns.entry(order.clone()).or_insert(header);
            cells.insert(order, text);
        });
        for (order, text) in &cells {
            let characters = text.encode_utf16().count();
            if characters > CELL_LIMIT {
                let header = columns.get(order).cloned().unwrap_or_default();
                return Err(TableError::CellTooLong { id: record.id().to_string(), header, characters });
            }
        }
        filled.push(cells);
    }
    if filled.len() >= ROW_LIMIT || columns.len() > COLUMN_LIMIT {
        return Err(TableError::SheetTooLarge {
            sheet: kind.folder(),
            rows: filled.len() + 1,
            columns: columns.len(),
        });
    }
    let rows = filled
        .into_iter()
        .map(|mut cells| columns.keys().map(|order| cells.remove(order).unwrap_or_default()).collect())
        .collect();
    Ok(Grid { kind, headers: columns.into_values().collect(), rows })
}

type Emit<'a> = dyn FnMut(Vec<Step>, String, String) + 'a;

fn flatten(
    fields: &'static [Field],
    map: &Map<String, Value>,
    medium: Medium,
    order: &mut Vec<Step>,
    before: &str,
    emit: &mut Emit<'_>,
) {
    for (place, field) in fields.iter().enumerate() {
        let Some(value) = map.get(field.name) else { continue };
        let name = format!("{before}{}", field.name);
        order.push(Step::Item(place));
        match (field.holds, value) {
            (Type::Table(inner), Value::Object(map)) => {
                flatten(inner, map, medium, order, &format!("{name}."), emit);
            }
            (Type::Tables(inner), Value::Array(items)) => {
                for (n, item) in items.iter().enumerate() {
                    order.push(Step::Item(n + 1));
                    if let Value::Object(map) = item {
                        flatten(inner, map, medium, order, &format!("{name}.{}.", n + 1), emit);
                    }
                    order.pop();
                }
            }
            (Type::Texts, Value::Object(texts)) => {
                for (key, told) in texts {
                    order.push(Step::Name(key.clone()));
                    let header = format!("{name}.{key}");
                    match told {
                        Value::Object(told) => {
                            for (n, about) in fields::TOLD.iter().enumerate() {
                                let Some(text) = told.get(about.name) else { continue };
                                let header =
                                    if n == 0 { header.clone() } else { format!("{header}.{}", about.name) };
                                emit(with(order, Step::Item(n)), header, words(text, medium));
                            }
                        }
                        text => emit(with(order, Step::Item(0)), header, words(text, medium)),
                    }
                    order.pop();
                }
            }
            (Type::Map, Value::Object(map)) => {
                for (key, value) in map {
                    let header = format!("{name}.{}", cell::written(key, Medium::TypedCell));
                    emit(with(order, Step::Name(key.clone())), header, words(value, medium));
                }
            }
            (holds, Value::Array(items)) if is_list(holds) => {
                let items: Vec<String> = items.iter().map(|i| words(i, medium)).collect();
                let plain = |i: &String| !i.contains('|') && !i.starts_with('"');
                if items.iter().all(plain) {
                    emit(order.clone(), name, items.join(" | "));
                } else {
                    for (n, item) in items.into_iter().enumerate() {
                        emit(with(order, Step::Item(n + 1)), format!("{name}.{}", n + 1), item);
                    }
                }
            }
            (_, value) => emit(order.clone(), name, words(value, medium)),
        }
        order.pop();
    }
}

fn with(order: &[Step], last: Step) -> Vec<Step> {
    let mut order = order.to_vec();
    order.push(last);
    order
}

/// A single value as it stands in a cell.
fn words(value: &Value, medium: Medium) -> String {
    match value {
        Value::String(text) => cell::written(text, medium),
        // Only positions are written as lists: latitude, longitude.
        Value::Array(pair) => pair.iter().map(|n| words(n, medium)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
