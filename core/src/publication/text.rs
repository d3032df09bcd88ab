//! A pack's text, read piece by piece, so that a pack of any contents costs the memory of its text and of one record.
//! Says nothing about what the records mean.

use super::read::{json, readable, within};
use super::{Blob, MAX_PACK_BYTES, MAX_UNPACKED_BYTES, MAX_WINDOW_LOG, ReadError};
use crate::catalogue::model::Id;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::fmt;
use std::io::Read;

/// A pack that was unpacked and not yet read.
pub struct PackText(Vec<u8>);

/// What a pack says before its records.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PackHead {
    /// Version of the wire format.
    pub format: u32,
    /// Its id.
    pub id: Id,
    /// Its blobs: what must be on the phone before the pack counts as whole.
    #[serde(default)]
    pub blobs: Vec<Blob>,
}

impl PackText {
    /// Unpacks a pack that may come to `limit` bytes: those that its area announced. Never takes more memory than that and
    /// a window of 2^[`MAX_WINDOW_LOG`] bytes.
    ///
    /// # Errors
    /// Too many bytes, or broken zstd.
    pub fn unpack(bytes: &[u8], limit: u64) -> Result<Self, ReadError> {
        within(bytes.len() as u64, MAX_PACK_BYTES)?;
        within(limit, MAX_UNPACKED_BYTES)?;
        let broken = |error: std::io::Error| ReadError::Malformed(format!("broken zstd: {error}"));
        let mut decoder = zstd::stream::read::Decoder::new(bytes).map_err(broken)?;
        decoder.window_log_max(MAX_WINDOW_LOG).map_err(broken)?;
        let mut text = Vec::new();
        decoder.take(limit + 1).read_to_end(&mut text).map_err(broken)?;
        if text.len() as u64 > limit {
            return Err(ReadError::Malformed(format!(
                "it unpacks to more than the {limit} bytes announced"
            )));
        }
        Ok(Self(text))
    }

    /// The text itself.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Everything but the records.
    ///
    /// # Errors
    /// A later format, or no pack.
    pub fn head(&self) -> Result<PackHead, ReadError> {
        readable(&self.0)?;
        json(&self.0)
    }

    /// Hands out the records in order, each as its JSON text, until one is refused.
    ///
    /// # Errors
    /// What the text lacks to be a pack; within the answer, why a record was refused.
    pub fn each_record<E>(
        &self,
        take: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<Result<(), E>, ReadError> {
        let mut records = Records { take, refused: None };
        let mut reader = serde_json::Deserializer::from_slice(&self.0);
        let read = reader.deserialize_map(Object(&mut records));
        match (records.refused, read) {
            (Some(refused), _) => Ok(Err(refused)),
            (None, Ok(())) => Ok(Ok(())),
            (None, Err(error)) => Err(ReadError::Malformed(error.to_string())),
        }
    }
}

/// What is done with each record, and why it ended early.
struct Records<F, E> {
    take: F,
    refused: Option<E>,
}

/// The pack's object: its records are handed out, all else is passed over.
struct Object<'r, F, E>(&'r mut Records<F, E>);

impl<'de, F: FnMut(&str) -> Result<(), E>, E> Visitor<'de> for Object<'_, F, E> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a pack")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "records" {
                map.next_value_seed(List(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct List<'r, F, E>(&'r mut Records<F, E>);

impl<'de, F: FnMut(&str) -> Result<(), E>, E> DeserializeSeed<'de> for List<'_, F, E> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&str) -> Result<(), E>, E> Visitor<'de> for List<'_, F, E> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(record) = list.next_element::<&RawValue>()? {
            if let Err(refused) = (self.0.take)(record.get()) {
                self.0.refused = Some(refused);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> PackText {
        PackText::unpack(&zstd::encode_all(json.as_bytes(), 3).unwrap(), json.len() as u64).unwrap()
    }

    #[test]
    fn records_come_one_by_one_and_the_rest_is_passed_over() {
        let pack = text(r#"{"format":1,"later":[{}],"id":"a","records":[{"id":"x"}, 7,[]],"blobs":[]}"#);
        assert_eq!(pack.head().unwrap().id.as_str(), "a");
        let mut seen = Vec::new();
        let read = pack.each_record(|record| {
            seen.push(record.to_owned());
            Ok::<_, ()>(())
        });
        assert_eq!(read, Ok(Ok(())));
        assert_eq!(seen, [r#"{"id":"x"}"#, "7", "[]"]);
    }

    #[test]
    fn a_record_that_is_refused_ends_the_reading() {
        let pack = text(r#"{"format":1,"id":"a","records":[1,2,3]}"#);
        let mut count = 0;
        let read = pack.each_record(|record| {
            count += 1;
            if record == "2" { Err("two") } else { Ok(()) }
        });
        assert_eq!((read, count), (Ok(Err("two")), 2));
    }

    #[test]
    fn depth_costs_a_record_and_a_cut_costs_the_pack() {
        let deep = format!(
            r#"{{"format":1,"id":"a","records":[{}1{}]}}"#,
            "[".repeat(1_000_000),
            "]".repeat(1_000_000)
        );
        let mut lengths = Vec::new();
        let read = text(&deep).each_record(|record| {
            lengths.push(record.len());
            Ok::<_, ()>(())
        });
        assert_eq!(
            (read, lengths),
            (Ok(Ok(())), vec![2_000_001]),
            "a deep record broke its pack"
        );
        let cut = text(r#"{"format":1,"id":"a","records":[1,2"#);
        assert!(matches!(
            cut.each_record(|_| Ok::<_, ()>(())),
            Err(ReadError::Malformed(_))
        ));
    }
}
