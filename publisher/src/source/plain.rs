//! A record as plain fields, without those that say only what would be meant without them: what is written to files.

use super::fields::{Field, Type};
use alloclap_core::catalogue::model::Record;
use serde_json::{Map, Value};

/// All fields of a record, as the model writes them.
pub(super) fn fields(record: &Record) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(mut fields)) => {
            fields.shift_remove("kind");
            fields
        }
        // A record of strings, numbers and lists is always an object.
        _ => Map::new(),
    }
}

/// The fields that have something to say.
pub(super) fn pruned(fields: &[Field], mut map: Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    for field in fields {
        let Some(value) = map.shift_remove(field.name) else {
            continue;
        };
        let value = match (field.holds, value) {
            (Type::Table(inner), Value::Object(map)) => Value::Object(pruned(inner, map)),
            (Type::Tables(inner), Value::Array(items)) => items.into_iter().map(|i| item(inner, i)).collect(),
            (_, value) => value,
        };
        let empty = match &value {
            Value::Object(map) => map.is_empty(),
            Value::Array(items) => items.is_empty(),
            other => field
                .default
                .and_then(|d| serde_json::from_str::<Value>(d).ok())
                .is_some_and(|d| d == *other),
        };
        if !empty {
            kept.insert(field.name.to_owned(), value);
        }
    }
    kept
}

/// One thing of a list: it must leave a trace even if it says nothing, because its number counts.
fn item(fields: &[Field], item: Value) -> Value {
    let Value::Object(map) = item else { return item };
    let spare = fields
        .iter()
        .find_map(|f| f.default.and_then(|_| map.get_key_value(f.name)));
    let spare = spare.map(|(k, v)| (k.clone(), v.clone()));
    let mut kept = pruned(fields, map);
    if kept.is_empty() {
        kept.extend(spare);
    }
    Value::Object(kept)
}
