//! Where the signed metadata lie, and what they say about the one signed file. The metadata themselves are those of The
//! Update Framework (TUF), version 1.0: root, timestamp, snapshot and targets, with consistent snapshots.

use super::FileRef;
use crate::catalogue::model::BlobHash;
use serde::{Deserialize, Serialize};

/// The folder of the metadata.
pub const METADATA_FOLDER: &str = "metadata";
/// The folder of the signed target.
pub const TARGETS_FOLDER: &str = "index";
/// The one signed target: the root index. Its file is `index/<sha256>.index.json`.
pub const TARGET_NAME: &str = "index.json";
/// The one metadata file whose name is not its version.
pub const TIMESTAMP_NAME: &str = "timestamp.json";
/// Most bytes of a metadata file.
pub const MAX_METADATA_BYTES: u64 = 256 << 10;

/// The name of a root file.
pub fn root_name(version: u64) -> String {
    format!("{version}.root.json")
}

/// Cheaper ways to have a text than its own file. Bytes that come on these ways are the text only if they have its hash. The
/// targets say it of the index in their field `custom`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ways {
    /// The text as one zstd frame, under `packed/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packed: Option<FileRef>,
    /// Patches from its last versions, under `patches/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<Patch>,
}

impl Ways {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.packed.is_none() && self.patches.is_empty()
    }
}

/// What turns an old text into the new one: a zstd frame that was made with the old text before it (`ref_prefix`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// SHA-256 of the old text, unpacked.
    pub from: BlobHash,
    /// The patch, under `patches/`.
    #[serde(flatten)]
    pub file: FileRef,
}
