//! What earlier builds learned about media files, so that unchanged ones are not read again. Can be deleted at any time.

use super::store::Store;
use crate::sound::SoundNote;
use alloclap_core::publication::FileRef;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Its file in the output folder; the name begins with a dot so that no server hands it out.
const NAME: &str = ".build-cache.json";
/// Counts up when what is learned about a file changes.
const VERSION: u32 = 2;

/// What is known about one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Known {
    /// Its length and time of change when it was read.
    pub stamp: Stamp,
    /// Its blob.
    #[serde(flatten)]
    pub file: FileRef,
    /// Its media type.
    pub media_type: String,
    /// Width and height in pixels.
    pub size_px: Option<(u32, u32)>,
    /// What was measured on a recording.
    pub sound: Option<Sound>,
    /// Whether the blob is Opus that the build made of the file.
    pub made_opus: bool,
}

/// What is measured on a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Sound {
    /// Duration in milliseconds.
    pub duration_ms: u64,
    /// Integrated loudness in LUFS, to a tenth; nothing if it is silent.
    pub loudness_lufs: Option<f64>,
    /// Its shape for the screen, as it is published.
    pub waveform: String,
    /// What its publisher should know of it.
    pub notes: Vec<SoundNote>,
}

/// What tells that a file is unchanged without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Stamp {
    bytes: u64,
    modified_ns: u128,
}

impl Stamp {
    /// The stamp of a file; `None` if the system does not tell it: then the file is read each time.
    pub fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok()?;
        let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self {
            bytes: meta.len(),
            modified_ns: modified.as_nanos(),
        })
    }
}

/// By path relative to the source folder.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Cache {
    version: u32,
    files: BTreeMap<String, Known>,
}

impl Cache {
    /// Reads the cache; one that cannot be read is as good as none.
    pub fn read(out: &Path) -> Self {
        let read = fs::read(out.join(NAME))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        read.filter(|cache| cache.version == VERSION).unwrap_or_default()
    }

    /// What is known about an unchanged file whose blob is there.
    pub fn get(&self, name: &str, stamp: Option<Stamp>, store: &Store) -> Option<&Known> {
        self.files
            .get(name)
            .filter(|known| Some(known.stamp) == stamp && store.has_blob(&known.file))
    }

    /// The cache of this build alone: files that are gone are forgotten.
    pub fn write(files: BTreeMap<String, Known>, store: &Store) -> Result<(), super::BuildError> {
        match serde_json::to_vec(&Self {
            version: VERSION,
            files,
        }) {
            Ok(bytes) => store.put_named(NAME, &bytes),
            Err(_) => Ok(()),
        }
    }
}
