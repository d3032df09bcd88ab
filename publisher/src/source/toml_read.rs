//! A TOML file to the records written in it, with their lines. What their fields mean is decided in `accept`.

use super::Kind;
use super::accept::Raw;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The records of a file. One without `[[film]]` and the like is one record of `kind`.
///
/// # Errors
/// The line, and what the parser says.
pub(super) fn read(text: &str, file: &Path, kind: Kind) -> Result<Vec<Raw>, (u32, String)> {
    let lines = Lines::of(text);
    let document = DeTable::parse(text).map_err(|e| {
        (
            e.span().map_or(0, |s| lines.at(s.start)),
            e.message().trim().to_owned(),
        )
    })?;
    let mut records = Vec::new();
    let mut own = Vec::new();
    for (key, value) in document.get_ref() {
        let kind = Kind::of_key(key.get_ref());
        match (kind, value.get_ref()) {
            (Some(kind), DeValue::Array(items)) if items.iter().all(|i| i.get_ref().is_table()) => {
                for item in items {
                    if let DeValue::Table(table) = item.get_ref() {
                        let entries: Vec<_> = table.iter().collect();
                        records.push(raw(&entries, kind, file, lines.at(item.span().start), &lines));
                    }
                }
            }
            _ => own.push((key, value)),
        }
    }
    if !own.is_empty() {
        let first = own
            .iter()
            .map(|(key, _)| lines.at(key.span().start))
            .min()
            .unwrap_or(1);
        records.push(raw(&own, kind, file, first, &lines));
    }
    records.sort_by_key(|r| r.line);
    Ok(records)
}

type Entry<'a, 'i> = (&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>);

fn raw(entries: &[Entry<'_, '_>], kind: Kind, file: &Path, line: u32, lines: &Lines) -> Raw {
    let mut known = BTreeMap::new();
    let mut fields = Map::new();
    for (key, value) in entries {
        let at = key.get_ref().to_string();
        known.insert(at.clone(), lines.at(key.span().start));
        fields.insert(at.clone(), plain(value, &at, lines, &mut known));
    }
    Raw {
        kind,
        fields,
        file: file.to_owned(),
        line,
        lines: known,
    }
}

fn plain(value: &Spanned<DeValue<'_>>, at: &str, lines: &Lines, known: &mut BTreeMap<String, u32>) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            i64::from_str_radix(digits, number.radix())
                .map(Value::from)
                .or_else(|_| u64::from_str_radix(digits, number.radix()).map(Value::from))
                .unwrap_or_else(|_| Value::from(digits))
        }
        DeValue::Float(number) => {
            let written = number.as_str();
            written
                .parse::<f64>()
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map_or(written.into(), Value::from)
        }
        DeValue::Boolean(yes) => Value::from(*yes),
        DeValue::Datetime(day) => Value::from(day.to_string()),
        DeValue::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, item)| {
                let at = format!("{at}.{}", n + 1);
                known.insert(at.clone(), lines.at(item.span().start));
                plain(item, &at, lines, known)
            })
            .collect(),
        DeValue::Table(table) => {
            let mut fields = Map::new();
            for (key, value) in table {
                let at = format!("{at}.{}", key.get_ref());
                known.insert(at.clone(), lines.at(key.span().start));
                fields.insert(key.get_ref().to_string(), plain(value, &at, lines, known));
            }
            Value::Object(fields)
        }
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line of a byte, from 1.
    fn at(&self, byte: usize) -> u32 {
        u32::try_from(self.0.partition_point(|end| *end < byte) + 1).unwrap_or(u32::MAX)
    }
}
