//! Bytes from outside → the wire types. Everything here is hostile until it has been checked: sizes first, then the
//! format's version, then the content. Ends where the bytes make sense by themselves; whether they may be believed and
//! installed is sync's matter.

use super::{Area, CodeShard, Codes, FORMAT, Index, Notices, Pack, PackText, TARGET_NAME, TARGETS_FOLDER};
use crate::catalogue::model::{BlobHash, Notice};
use serde::{Deserialize, de::DeserializeOwned};

/// Most bytes of a root index: 100 KB are meant for a million places, the rest is air for long legal notices.
pub const MAX_INDEX_BYTES: u64 = 4 << 20;
/// Most bytes of an area, of the notices and of a code directory.
pub const MAX_LIST_BYTES: u64 = 16 << 20;
/// Most bytes of a pack as it is served.
pub const MAX_PACK_BYTES: u64 = 16 << 20;
/// Most bytes of a pack once unpacked; a thousand places with long texts in five languages come to a tenth of it.
pub const MAX_UNPACKED_BYTES: u64 = 64 << 20;
/// Largest zstd window, as a power of two in bytes: 8 MiB, what `zstd -19` uses. Bounds the memory of unpacking.
pub const MAX_WINDOW_LOG: u32 = 23;

/// What a file of a publication is; it decides where the file lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// The root index.
    Index,
    /// An area.
    Area,
    /// A pack.
    Pack,
    /// The notices.
    Notices,
    /// A code directory.
    Codes,
    /// A list, packed.
    Packed,
    /// A patch.
    Patch,
    /// A blob.
    Media,
}

impl FileKind {
    /// The file's path within the publication: `packs/<sha256>.json.zst`.
    pub fn path(self, hash: &BlobHash) -> String {
        match self {
            Self::Index => format!("{TARGETS_FOLDER}/{hash}.{TARGET_NAME}"),
            Self::Area => format!("areas/{hash}.json"),
            Self::Pack => format!("packs/{hash}.json.zst"),
            Self::Notices => format!("notices/{hash}.json"),
            Self::Codes => format!("codes/{hash}.json"),
            Self::Packed => format!("packed/{hash}.json.zst"),
            Self::Patch => format!("patches/{hash}.zst"),
            Self::Media => format!("media/{hash}"),
        }
    }
}

/// Why bytes are not what they should be. The caller knows where they came from, and says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Longer than this format allows.
    #[error("{bytes} bytes, and at most {limit} are allowed")]
    TooLarge {
        /// How many there are, or are announced.
        bytes: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// Written in a later version of the format.
    #[error("written in format {format}, and this version of the app reads up to {FORMAT}")]
    Newer {
        /// The format's version.
        format: u32,
    },
    /// No JSON, or not the JSON that it should be.
    #[error("{0}")]
    Malformed(String),
}

/// The one field that every version of the format has.
#[derive(Deserialize)]
struct Versioned {
    format: u32,
}

impl Index {
    /// Reads a root index.
    ///
    /// # Errors
    /// Too many bytes, a later format, or no index.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        within(bytes.len() as u64, MAX_INDEX_BYTES)?;
        readable(bytes)?;
        json(bytes)
    }
}

impl Area {
    /// Reads an area.
    ///
    /// # Errors
    /// Too many bytes, or no area.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        within(bytes.len() as u64, MAX_LIST_BYTES)?;
        json(bytes)
    }
}

impl Codes {
    /// Reads a code directory.
    ///
    /// # Errors
    /// Too many bytes, or no code directory.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        within(bytes.len() as u64, MAX_LIST_BYTES)?;
        json(bytes)
    }
}

impl CodeShard {
    /// Reads a shard of the code directory.
    ///
    /// # Errors
    /// Too many bytes, or no shard.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        within(bytes.len() as u64, MAX_LIST_BYTES)?;
        json(bytes)
    }
}

impl Notices {
    /// Reads the notices. One that cannot be read does not cost the others: it is left out, and the second part of the
    /// result says why.
    ///
    /// # Errors
    /// Too many bytes, or no list of notices.
    pub fn parse(bytes: &[u8]) -> Result<(Self, Vec<String>), ReadError> {
        #[derive(Deserialize)]
        struct Raw {
            notices: Vec<serde_json::Value>,
        }
        within(bytes.len() as u64, MAX_LIST_BYTES)?;
        let raw: Raw = json(bytes)?;
        let mut notices = Vec::new();
        let mut left_out = Vec::new();
        for value in raw.notices {
            match Notice::deserialize(&value) {
                Ok(notice) => notices.push(notice),
                Err(error) => left_out.push(format!("notice {}: {error}", id_of(&value))),
            }
        }
        Ok((Self { notices }, left_out))
    }
}

impl Pack {
    /// Unpacks and reads a pack that may come to `limit` bytes: those that its area announced. Never takes more memory than
    /// that, a window of 2^[`MAX_WINDOW_LOG`] bytes, and the records themselves.
    ///
    /// # Errors
    /// Too many bytes, a later format, broken zstd, or no pack.
    pub fn unpack(bytes: &[u8], limit: u64) -> Result<Self, ReadError> {
        let text = PackText::unpack(bytes, limit)?;
        readable(text.bytes())?;
        json(text.bytes())
    }
}

fn id_of(value: &serde_json::Value) -> &str {
    value.get("id").and_then(|id| id.as_str()).unwrap_or("without id")
}

pub(super) fn within(bytes: u64, limit: u64) -> Result<(), ReadError> {
    if bytes > limit {
        Err(ReadError::TooLarge { bytes, limit })
    } else {
        Ok(())
    }
}

/// Looks at the version before anything else, because a later format may have changed everything else.
pub(super) fn readable(bytes: &[u8]) -> Result<(), ReadError> {
    let Versioned { format } = json(bytes)?;
    if format > FORMAT {
        Err(ReadError::Newer { format })
    } else {
        Ok(())
    }
}

pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ReadError> {
    serde_json::from_slice(bytes).map_err(|error| ReadError::Malformed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 3).unwrap()
    }

    const PACK: &[u8] = br#"{"format":1,"id":"a","records":[{"kind":"later","id":"x"}],"unheard_of":true}"#;

    #[test]
    fn a_pack_with_unknown_fields_and_records_is_read() {
        let pack = Pack::unpack(&packed(PACK), PACK.len() as u64).unwrap();
        assert_eq!(
            pack.records.len(),
            1,
            "an old phone lost a record that a later one could read"
        );
    }

    #[test]
    fn a_bomb_is_stopped_at_the_announced_size() {
        let bomb = packed(&vec![b' '; 50 << 20]);
        assert!(bomb.len() < 100_000);
        let error = Pack::unpack(&bomb, 1_000).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it unpacks to more than the 1000 bytes announced"
        );
        assert!(matches!(
            Pack::unpack(&bomb, u64::MAX),
            Err(ReadError::TooLarge { .. })
        ));
    }

    #[test]
    fn depth_garbage_and_later_formats_are_refused_by_name() {
        let deep = [
            b"{\"format\":1,\"id\":\"a\",\"records\":".as_slice(),
            &vec![b'['; 1_000_000],
        ]
        .concat();
        assert!(matches!(
            Pack::unpack(&packed(&deep), deep.len() as u64),
            Err(ReadError::Malformed(_))
        ));
        assert!(matches!(
            Pack::unpack(b"not zstd", 8),
            Err(ReadError::Malformed(_))
        ));
        assert!(matches!(Index::parse(b"<html>"), Err(ReadError::Malformed(_))));
        assert_eq!(
            Index::parse(br#"{"format":9,"all":"new"}"#),
            Err(ReadError::Newer { format: 9 })
        );
    }

    #[test]
    fn one_broken_notice_does_not_cost_the_others() {
        let text =
            br#"{"notices":[{"id":"n1","text":{"fr":"Travaux"}},{"id":"n2","from":"yesterday","text":{}}]}"#;
        let (notices, left_out) = Notices::parse(text).unwrap();
        assert_eq!(notices.notices.len(), 1);
        assert!(left_out[0].starts_with("notice n2: "), "{left_out:?}");
    }
}
