//! Directories: which pack has a code, however many codes there are, and which other publications there are.
//!
//! A phone keeps all codes of a small publication, so that a scan without network names the pack that is missing. Of a large
//! one it asks when it meets an unknown code: codes are spread evenly over shards by their SHA-256, each shard lists codes or
//! further shards, and whoever asks tells no more than a beginning of that hash.

use super::CodesEntry;
use crate::catalogue::model::{BlobHash, Id, Texts};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Most codes of which every phone keeps the directory: 60 kB, 20 kB packed.
pub const MAX_LISTED_CODES: usize = 2_000;
/// Most codes of a shard: 20 kB, 8 kB packed.
pub const MAX_SHARD_CODES: usize = 400;

/// A shard of the code directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CodeShard {
    /// Where its codes are; empty if it is divided further.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, CodeHome>,
    /// Its shards, by the next digit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shards: Vec<CodesEntry>,
}

/// Where a code is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeHome {
    /// The smallest pack that has its panel.
    pub pack: Id,
    /// The area that lists the pack.
    pub area: Id,
}

/// The hexadecimal digits by which a code is looked for. The code has letters and digits alone, in upper case.
pub fn code_digest(code: &str) -> String {
    Sha256::digest(code.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl CodeShard {
    /// Where a code is, or the shard to ask next; nothing if nobody has it.
    pub fn find(&self, code: &str) -> Option<Result<&CodeHome, &CodesEntry>> {
        if let Some(home) = self.codes.get(code) {
            return Some(Ok(home));
        }
        let digest = code_digest(code);
        let next = self.shards.iter().find(|shard| digest.starts_with(&shard.prefix));
        next.map(Err)
    }
}

/// Another publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Where it is at home: a département, a commune, a region.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub area: Texts,
    /// Its address.
    pub address: String,
    /// SHA-256 of its first root: who trusts this publication may trust that one.
    pub root: BlobHash,
}
