//! From what was written to a record: each value is brought to its field's type, and what does not fit is reported.
//!
//! The same for text files and tables. Where the writing came from, and whether records fit together, is not its job.

use super::finding::{Expected, Finding, FindingKind, Severity};
use super::{Kind, Sourced, fields, fields::Field, fields::Type, near, value};
use alloclap_core::catalogue::model::{Id, Language, Record};
use alloclap_core::geo::Position;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::PathBuf};

/// The version of the source format that this program reads and writes.
pub const FORMAT: u64 = 1;

/// One record as it was written, not yet judged.
#[derive(Debug)]
pub(super) struct Raw {
    pub kind: Kind,
    pub fields: Map<String, Value>,
    pub file: PathBuf,
    /// Where the record begins: line or row.
    pub line: u32,
    /// Lines of its fields, where they differ from its own.
    pub lines: BTreeMap<String, u32>,
}

/// Reads one record. `language` is the one in which a text without a language is understood.
pub(super) fn accept(raw: Raw, language: Option<&Language>, findings: &mut Vec<Finding>) -> Option<Sourced> {
    let mut reader = Reader {
        raw: &raw,
        language,
        findings,
        usable: true,
    };
    let fields = reader.table(fields::of(raw.kind), &raw.fields, "");
    if raw.kind == Kind::Publisher
        && let Some(format) = fields.get("format").and_then(Value::as_u64)
        && format > FORMAT
    {
        reader.find(Severity::Warning, "format", FindingKind::NewerFormat { format });
    }
    if !reader.usable {
        return None;
    }
    match record(raw.kind, Value::Object(fields)) {
        Ok(record) => Some(Sourced {
            record,
            file: raw.file,
            line: raw.line,
        }),
        Err((field, why)) => {
            reader.find(Severity::Error, &field, FindingKind::Unreadable { why });
            None
        }
    }
}

/// A record of a kind, from its fields.
pub(super) fn record(kind: Kind, fields: Value) -> Result<Record, (String, String)> {
    fn read<T: DeserializeOwned>(fields: Value) -> Result<T, (String, String)> {
        serde_path_to_error::deserialize(fields)
            .map_err(|e| (e.path().to_string(), e.into_inner().to_string()))
    }
    Ok(match kind {
        Kind::Publisher => Record::Publisher(read(fields)?),
        Kind::Film => Record::Film(read(fields)?),
        Kind::Person => Record::Person(read(fields)?),
        Kind::Company => Record::Company(read(fields)?),
        Kind::Place => Record::Place(read(fields)?),
        Kind::Shooting => Record::Shooting(read(fields)?),
        Kind::Panel => Record::Panel(read(fields)?),
        Kind::Commentary => Record::Commentary(read(fields)?),
        Kind::Clip => Record::Clip(read(fields)?),
        Kind::Picture => Record::Picture(read(fields)?),
        Kind::Trail => Record::Trail(read(fields)?),
        Kind::Notice => Record::Notice(read(fields)?),
        Kind::Tombstone => Record::Tombstone(read(fields)?),
    })
}

struct Reader<'a> {
    raw: &'a Raw,
    language: Option<&'a Language>,
    findings: &'a mut Vec<Finding>,
    usable: bool,
}

impl Reader<'_> {
    fn find(&mut self, severity: Severity, field: &str, what: FindingKind) {
        // A cell has no line of its own; the nearest thing around it that has one is where to look.
        let mut at = field;
        let line = loop {
            match (self.raw.lines.get(at), at.rsplit_once('.')) {
                (Some(line), _) => break *line,
                (None, Some((around, _))) => at = around,
                (None, None) => break self.raw.line,
            }
        };
        let field = (!field.is_empty()).then(|| field.to_owned());
        self.findings.push(Finding {
            severity,
            file: self.raw.file.clone(),
            line,
            field,
            what,
        });
    }

    fn table(
        &mut self,
        fields: &'static [Field],
        written: &Map<String, Value>,
        path: &str,
    ) -> Map<String, Value> {
        let mut read = Map::new();
        let mut seen: Vec<&str> = Vec::new();
        for (key, value) in written {
            let at = join(path, key);
            let Some(field) = fields::named(fields, key) else {
                let meant = near::nearest(key, fields.iter().map(|f| f.name));
                self.find(
                    Severity::Warning,
                    &at,
                    FindingKind::UnknownField {
                        name: key.clone(),
                        meant,
                    },
                );
                continue;
            };
            seen.push(field.name);
            match self.value(field.holds, value, &at) {
                Some(value) => {
                    read.insert(field.name.to_owned(), value);
                }
                None => self.usable &= !field.required,
            }
        }
        for field in fields.iter().filter(|f| f.required && !seen.contains(&f.name)) {
            match field.holds {
                // Nothing said yet is a record in the making; `check` asks for the words.
                Type::Texts | Type::Table(_) => {
                    read.insert(field.name.to_owned(), json!({}));
                }
                _ => {
                    self.find(
                        Severity::Error,
                        &join(path, field.name),
                        FindingKind::MissingField,
                    );
                    self.usable = false;
                }
            }
        }
        if fields::is_stop(fields) {
            if read.contains_key("at") && !read.contains_key("direction") {
                read.insert("direction".to_owned(), json!({}));
            }
            if read.contains_key("place") == read.contains_key("at") {
                self.find(Severity::Error, path, FindingKind::StopUnclear);
                self.usable = false;
            }
        }
        if fields::is_zone(fields) {
            let corners = read.get("corners").and_then(Value::as_array).map_or(0, Vec::len);
            if (read.contains_key("centre") && read.contains_key("radius_m")) == (corners >= 3) {
                self.find(Severity::Error, path, FindingKind::ZoneUnclear);
                self.usable = false;
            }
        }
        read
    }

    /// The value in its field's type; `None`, and a finding, if it cannot be.
    fn value(&mut self, holds: Type, written: &Value, at: &str) -> Option<Value> {
        let (value, expected) = match holds {
            Type::Text => (text(written).map(Value::from), Expected::Text),
            Type::Id => (
                text(written).filter(|t| t.parse::<Id>().is_ok()).map(Value::from),
                Expected::Id,
            ),
            Type::Language => (language(written), Expected::Language),
            Type::Whole => (whole(written), Expected::Whole),
            Type::Number => (number(written).map(Value::from), Expected::Number),
            Type::Boolean => (boolean(written).map(Value::from), Expected::Boolean),
            Type::Date => (
                written
                    .as_str()
                    .and_then(value::date)
                    .map(|d| Value::from(d.to_string())),
                Expected::Date,
            ),
            Type::Position => (position(written), Expected::Position),
            Type::Choice(allowed) => (self.choice(allowed, written, at), Expected::Text),
            Type::Choices(allowed) => return self.list(Type::Choice(allowed), written, at),
            Type::List => return self.list(Type::Text, written, at),
            Type::Languages => return self.list(Type::Language, written, at),
            Type::WholeList => return self.list(Type::Whole, written, at),
            Type::Positions => return self.list(Type::Position, written, at),
            Type::Texts => return self.texts(written, at),
            Type::Map => match written {
                Value::Object(map) => {
                    let mut read = Map::new();
                    for (key, value) in map {
                        read.insert(key.clone(), self.value(Type::Text, value, &join(at, key))?);
                    }
                    (Some(Value::Object(read)), Expected::Table)
                }
                _ => (None, Expected::Table),
            },
            Type::Table(fields) => match written {
                Value::Object(map) => (Some(Value::Object(self.table(fields, map, at))), Expected::Table),
                _ => (None, Expected::Table),
            },
            Type::Tables(fields) => match written {
                Value::Array(items) => {
                    let mut read = Vec::new();
                    for (n, item) in items.iter().enumerate() {
                        read.push(self.value(Type::Table(fields), item, &join(at, &(n + 1).to_string()))?);
                    }
                    (Some(Value::Array(read)), Expected::Tables)
                }
                _ => (None, Expected::Tables),
            },
        };
        if value.is_none() {
            self.bad(written, expected, at);
        }
        value
    }

    fn bad(&mut self, written: &Value, expected: Expected, at: &str) {
        let value = text(written).unwrap_or_else(|| written.to_string());
        self.find(
            Severity::Error,
            at,
            FindingKind::BadValue {
                value: shortened(&value),
                expected,
            },
        );
    }

    fn list(&mut self, each: Type, written: &Value, at: &str) -> Option<Value> {
        match written {
            Value::Array(items) => {
                let mut read = Vec::new();
                for (n, item) in items.iter().enumerate() {
                    read.push(self.value(each, item, &join(at, &(n + 1).to_string()))?);
                }
                Some(Value::Array(read))
            }
            // One alone, without brackets.
            Value::Object(_) | Value::Null => {
                self.bad(written, Expected::List, at);
                None
            }
            one => Some(Value::Array(vec![self.value(each, one, at)?])),
        }
    }

    fn choice(&mut self, allowed: &'static [&'static str], written: &Value, at: &str) -> Option<Value> {
        let word = match written {
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            _ => text(written)?.trim().to_lowercase(),
        };
        if allowed.contains(&word.as_str()) {
            return Some(word.into());
        }
        if allowed.contains(&"yes") {
            match (value::boolean(&word), word.as_str()) {
                (Some(yes), _) => return Some(if yes { "yes" } else { "no" }.into()),
                (None, "inconnu" | "?") => return Some("unknown".into()),
                _ => {}
            }
        }
        let meant = near::nearest(&word, allowed.iter().copied());
        self.find(
            Severity::Warning,
            at,
            FindingKind::UnknownValue {
                value: shortened(&word),
                meant,
                allowed,
            },
        );
        Some(word.into())
    }

    fn texts(&mut self, written: &Value, at: &str) -> Option<Value> {
        let map = match (written, self.language) {
            (Value::Object(map), _) => map.clone(),
            // Words without a language are in the publication's first one.
            (Value::String(words), Some(language)) => Map::from_iter([(language.to_string(), json!(words))]),
            _ => {
                self.bad(written, Expected::Texts, at);
                return None;
            }
        };
        let mut read = Map::new();
        for (key, value) in &map {
            let at = join(at, key);
            let name = match key.split_once('_') {
                None => key.parse().map(|l: Language| l.to_string()),
                Some((language, audience)) => {
                    let audience = audience.to_ascii_lowercase();
                    self.choice(fields::AUDIENCES, &json!(audience), &at);
                    language.parse().map(|l: Language| format!("{l}_{audience}"))
                }
            };
            let Ok(name) = name else {
                self.bad(&json!(key), Expected::Language, &at);
                continue;
            };
            let words = match value {
                Value::Object(told) => {
                    let told = self.table(fields::TOLD, told, &at);
                    if !told.contains_key("text") {
                        continue;
                    }
                    Value::Object(told)
                }
                other => self.value(Type::Text, other, &at)?,
            };
            read.insert(name, words);
        }
        Some(Value::Object(read))
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Enough of a value to recognise it in a message.
fn shortened(value: &str) -> String {
    const MOST_CHARS: usize = 60;
    match value.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// Words; a number where words belong was meant as words: `postcode = 42380`.
fn text(written: &Value) -> Option<String> {
    match written {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn language(written: &Value) -> Option<Value> {
    written
        .as_str()?
        .trim()
        .parse::<Language>()
        .ok()
        .map(|l| Value::from(l.to_string()))
}

fn number(written: &Value) -> Option<f64> {
    match written {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => value::number(text),
        _ => None,
    }
}

fn whole(written: &Value) -> Option<Value> {
    /// Above this a double no longer tells neighbouring whole numbers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match written {
        Value::Number(number) if number.is_u64() || number.is_i64() => return Some(written.clone()),
        Value::String(text) => {
            if let Ok(number) = text.trim().parse::<u64>() {
                return Some(number.into());
            }
        }
        _ => {}
    }
    let number = number(written).filter(|n| n.fract() == 0.0 && n.abs() < EXACT)?;
    Some(Value::from(number as i64))
}

fn boolean(written: &Value) -> Option<bool> {
    match written {
        Value::Bool(yes) => Some(*yes),
        Value::String(text) => value::boolean(text),
        Value::Number(number) => value::boolean(&number.to_string()),
        _ => None,
    }
}

fn position(written: &Value) -> Option<Value> {
    let position: Position = match written {
        Value::String(text) => value::position(text)?,
        other => serde_json::from_value(other.clone()).ok()?,
    };
    serde_json::to_value(position).ok()
}
