//! The wire format: what a publisher writes and sync reads, and nothing else.
//!
//! Static files only:
//! ```text
//! metadata/                      TUF: timestamp.json, N.snapshot.json, N.targets.json, N.root.json
//! index/<sha256>.index.json      the root index, the one signed target: who publishes, which areas, which notices
//! areas/<sha256>.json            an area: its packs, with sizes
//! packs/<sha256>.json.zst        a pack: everything about a trail or about up to 1,000 places, one JSON object
//! notices/<sha256>.json          the notices in force, apart from the packs
//! codes/<sha256>.json            a code directory: which pack has a panel code
//! packed/<sha256>.json.zst       index, areas and code directories once more, packed
//! patches/<sha256>.zst           patches from the last versions of index, areas, packs and code directories
//! media/<sha256>                 blobs
//! ```
//! All files but the metadata are named by the SHA-256 of their bytes as they are served. Fields that a reader does not know
//! are ignored. `docs/publication-format.md` tells the same to people who write another reader.

mod directory;
mod metadata;
mod patch;
mod read;
mod text;

pub use directory::{CodeHome, CodeShard, MAX_LISTED_CODES, MAX_SHARD_CODES, Neighbour, code_digest};
pub use metadata::{
    MAX_METADATA_BYTES, METADATA_FOLDER, Patch, TARGET_NAME, TARGETS_FOLDER, TIMESTAMP_NAME, Ways, root_name,
};
pub use patch::{MAX_PATCHED_BYTES, apply_patch, make_patch, pack_text, store_text, unpack_text};
pub use read::{
    FileKind, MAX_INDEX_BYTES, MAX_LIST_BYTES, MAX_PACK_BYTES, MAX_UNPACKED_BYTES, MAX_WINDOW_LOG, ReadError,
};
pub use text::{PackHead, PackText};

use crate::catalogue::model::{BlobHash, Id, Language, Medium, Notice, Publisher, Texts};
use crate::geo::Position;
use serde::{Deserialize, Serialize};

/// The version of the wire format that this library writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// A file that is fetched by its hash, with what is needed to refuse a wrong one before reading it all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// SHA-256 of the bytes as they are served.
    pub hash: BlobHash,
    /// Their number.
    pub bytes: u64,
}

/// The root index of a publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Version of the wire format.
    pub format: u32,
    /// Counts up with every build; a phone refuses to go back.
    pub version: u64,
    /// When it was built: RFC 3339, UTC.
    pub built: String,
    /// Who publishes, with the hosts of its codes.
    pub publisher: Publisher,
    /// Its areas.
    pub areas: Vec<AreaEntry>,
    /// The notices in force, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notices: Option<FileRef>,
    /// Code directories that every phone keeps; none if there are more than [`MAX_LISTED_CODES`] codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<CodesEntry>,
    /// The first of the code shards, for who looks for a code that is not on the phone, if there are that many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_shards: Option<CodesEntry>,
    /// Other publications that this one knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directory: Vec<Neighbour>,
}

/// Where to find a code directory or shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodesEntry {
    /// What the hexadecimal SHA-256 of the codes in it begins with; empty for all.
    pub prefix: String,
    /// The file.
    #[serde(flatten)]
    pub file: FileRef,
    /// Other ways to have it.
    #[serde(flatten)]
    pub ways: Ways,
}

/// A code directory: panel code (without its hyphen, upper case) or old code → pack.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Codes {
    /// Which pack has a code.
    pub codes: std::collections::BTreeMap<String, Id>,
}

/// An area in the root index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaEntry {
    /// Its id.
    pub id: Id,
    /// Its name: a département, a commune.
    pub name: Texts,
    /// South-west and north-east corner of everything in it.
    pub bounds: Bounds,
    /// How many places are in it.
    pub places: u32,
    /// The département that it is, by its code (`42`, `2A`, `974`), if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departement: Option<String>,
    /// The area's file.
    #[serde(flatten)]
    pub file: FileRef,
    /// Other ways to have it.
    #[serde(flatten)]
    pub ways: Ways,
}

/// The smallest rectangle in degrees around some positions; never across the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// The south-west corner.
    pub south_west: Position,
    /// The north-east corner.
    pub north_east: Position,
}

/// An area: its packs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Area {
    /// Its packs.
    pub packs: Vec<PackEntry>,
    /// What some of them have in common, or with packs of other areas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<SharedMedia>,
}

/// Blobs that some packs have in common: each pack counts them, and a phone needs them once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedMedia {
    /// The packs that have them, all of them.
    pub packs: Vec<Id>,
    /// What they come to.
    #[serde(flatten)]
    pub total: MediaTotal,
}

/// What a pack is made around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackKind {
    /// A trail with its places.
    Trail,
    /// The places of an area.
    Area,
    /// A kind of a later version of this format.
    #[serde(other)]
    Other,
}

/// A pack as an area lists it: enough to choose it and to know what it costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackEntry {
    /// Its id: the trail's, or one that the build keeps from one publication to the next.
    pub id: Id,
    /// What it is made around.
    pub kind: PackKind,
    /// Its name.
    pub name: Texts,
    /// The smallest rectangle around its places.
    pub bounds: Bounds,
    /// How many places, panels and trails are in it.
    pub places: u32,
    /// How many panels are in it.
    pub panels: u32,
    /// The pack's file (zstd).
    #[serde(flatten)]
    pub file: FileRef,
    /// Its size once unpacked, in bytes; a reader stops there.
    pub unpacked_bytes: u64,
    /// SHA-256 of its unpacked bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpacked_hash: Option<BlobHash>,
    /// Patches from the unpacked bytes of its last versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<Patch>,
    /// The communes of its places, by their INSEE codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub communes: Vec<String>,
    /// What its blobs come to, by medium and language.
    #[serde(default)]
    pub media: Vec<MediaTotal>,
}

/// What the blobs of one medium and language come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaTotal {
    /// The medium.
    pub medium: Medium,
    /// The language, if the medium has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Number of files.
    pub files: u32,
    /// Their size in bytes.
    pub bytes: u64,
}

/// A pack, unpacked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// Version of the wire format.
    pub format: u32,
    /// Its id.
    pub id: Id,
    /// Its blobs: what must be on the phone before the pack counts as whole.
    #[serde(default)]
    pub blobs: Vec<Blob>,
    /// Its records, each an object with `kind` and `id`, as [`crate::catalogue::model::Record`] reads it. Kept raw, so that
    /// one record that cannot be read does not cost the pack, and a later version of the app can read what this one could not.
    pub records: Vec<serde_json::Value>,
}

/// A blob of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// The file under `media/`.
    #[serde(flatten)]
    pub file: FileRef,
    /// The medium.
    pub medium: Medium,
    /// The language, if the medium has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// The notices in force.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Notices {
    /// All of them, dated.
    pub notices: Vec<Notice>,
}
