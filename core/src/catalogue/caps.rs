//! How much of a record is taken from outside. A record beyond a limit is left out and reported, the others stay.

use serde_json::Value;

/// Longest text in bytes: a transcript of about two hours.
const TEXT_MAX_BYTES: usize = 100_000;
/// Longest list, other than a line: credits, stops, corners.
const LIST_MAX: usize = 2_000;
/// Longest line of a trail in points: 100 km at one point a metre.
const LINE_MAX_POINTS: usize = 100_000;
/// Most fields of one object, known and unknown.
const FIELDS_MAX: usize = 500;
/// Most values in a record altogether.
const VALUES_MAX: usize = 400_000;
/// Longest record as it is served, in bytes: a line with as many points as are taken, and room for words.
const RECORD_MAX_BYTES: usize = 8 << 20;
/// Most records of a pack that are taken. A pack is made of about 1,000 places.
pub(super) const RECORDS_MAX: usize = 100_000;
/// Most blobs of a pack that are taken.
pub(super) const BLOBS_MAX: usize = 100_000;
/// Most notices of a publication that are taken.
pub(super) const NOTICES_MAX: usize = 20_000;
/// Records that a report names; beyond, they are only counted.
pub(super) const NAMED_MAX: usize = 1_000;

/// Checks a record's size.
///
/// # Errors
/// What is too large, with the limit.
pub(super) fn within(record: &Value) -> Result<(), String> {
    let mut values = 0;
    measure(record, "", &mut values)
}

/// Reads a record of a pack. Looks at its length and at the number of its values before it is given any room.
///
/// # Errors
/// What is too large, with the limit; or why it is no JSON, depth included.
pub(super) fn read(record: &str) -> Result<Value, String> {
    if record.len() > RECORD_MAX_BYTES {
        return Err(format!(
            "it has {} bytes, {RECORD_MAX_BYTES} are taken",
            record.len()
        ));
    }
    if values_at_most(record) > VALUES_MAX {
        return Err(format!("more than {VALUES_MAX} values"));
    }
    serde_json::from_str(record).map_err(|error| error.to_string())
}

/// The values in a JSON text; a few too many where keys stand, never one too few.
fn values_at_most(json: &str) -> usize {
    let (mut count, mut quoted, mut escaped) = (1, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b'[' | b'{' if !quoted => count += 1,
            _ => {}
        }
    }
    count
}

fn measure(value: &Value, name: &str, values: &mut usize) -> Result<(), String> {
    *values += 1;
    if *values > VALUES_MAX {
        return Err(format!("more than {VALUES_MAX} values"));
    }
    match value {
        Value::String(text) if text.len() > TEXT_MAX_BYTES => Err(format!(
            "\"{name}\" has {} bytes, {TEXT_MAX_BYTES} are taken",
            text.len()
        )),
        Value::Array(list) => {
            let most = if name == "line" { LINE_MAX_POINTS } else { LIST_MAX };
            if list.len() > most {
                return Err(format!("\"{name}\" has {} entries, {most} are taken", list.len()));
            }
            list.iter().try_for_each(|entry| measure(entry, name, values))
        }
        Value::Object(fields) if fields.len() > FIELDS_MAX => Err(format!(
            "\"{name}\" has {} fields, {FIELDS_MAX} are taken",
            fields.len()
        )),
        Value::Object(fields) => fields
            .iter()
            .try_for_each(|(name, field)| measure(field, name, values)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_left_before_it_takes_room() {
        assert!(read(&format!("[{}0]", "0,".repeat(VALUES_MAX))).is_err());
        assert!(read(&format!("\"{}\"", "a".repeat(RECORD_MAX_BYTES))).is_err());
        assert!(
            read(&"[".repeat(100_000)).is_err(),
            "depth must be refused, not walked into"
        );
        assert_eq!(values_at_most(r#"{"a":[1,2],"b":"x,[\",{"}"#), 5);
    }
}
