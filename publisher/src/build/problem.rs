//! What a publication cannot be built with, and why nothing was built. The words for it are in `message`.

use super::shown::HeldBack;
use crate::keys::KeyError;
use crate::sound::SoundNote;
use crate::source::{PathRefusal, Source, Sourced};
use alloclap_core::audio::AudioError;
use alloclap_core::catalogue::model::Id;
use alloclap_core::track::TrackError;
use std::io;
use std::path::{Path, PathBuf};

/// Something in the source that a publication cannot be built with.
#[derive(Debug)]
pub struct Problem {
    /// The file, relative to the source folder; empty if the thing is no longer in the source.
    pub file: PathBuf,
    /// Its line or row; 0: unknown.
    pub line: u32,
    /// What is wrong.
    pub what: ProblemKind,
}

impl Problem {
    pub(super) fn at(sourced: &Sourced, what: ProblemKind) -> Self {
        Self {
            file: sourced.file.clone(),
            line: sourced.line,
            what,
        }
    }

    /// A problem with the record of that id, wherever it stands.
    pub(super) fn of(source: &Source, id: &Id, what: ProblemKind) -> Self {
        match source.records.iter().find(|sourced| sourced.record.id() == id) {
            Some(sourced) => Self::at(sourced, what),
            None => Self {
                file: PathBuf::new(),
                line: 0,
                what,
            },
        }
    }
}

/// What is wrong.
#[derive(Debug)]
pub enum ProblemKind {
    /// Two records have one id.
    IdTwice {
        /// The id.
        id: Id,
    },
    /// Two records have one code.
    CodeTwice {
        /// The code, in capitals and without its hyphen.
        code: String,
        /// The record that has it already.
        other: Id,
        /// The record that has it too.
        id: Id,
    },
    /// A record names one that does not exist.
    Dangling {
        /// The record.
        id: Id,
        /// Its field, dotted.
        field: String,
        /// What it names.
        named: Id,
    },
    /// A record was published and would not answer any more.
    Vanished {
        /// The record.
        id: Id,
        /// Its kind, as in its file.
        kind: &'static str,
        /// Why it is not shown now; none: it is no longer in the source, or nothing leads to it.
        now: Option<HeldBack>,
    },
    /// A code was published and would mean nothing any more.
    CodeGone {
        /// The code.
        code: String,
        /// The record that it meant.
        owner: Id,
    },
    /// A code was published and would come to mean something else.
    CodeMoved {
        /// The code.
        code: String,
        /// The record that it meant.
        owner: Id,
        /// The record that it would mean now.
        now: Id,
    },
    /// A path cannot be used.
    Path(PathRefusal),
    /// A file cannot be read.
    File {
        /// Its path as it is written in the source.
        file: String,
        /// What the operating system said.
        error: io::Error,
    },
    /// A file holds no line that a phone could follow.
    Line {
        /// Its path as it is written in the source.
        file: String,
        /// What is wrong with it.
        error: TrackError,
    },
    /// A file is nothing that is published.
    NoMedium {
        /// Its path as it is written in the source.
        file: String,
    },
    /// A file is a medium, but not the one that its record needs.
    OtherMedium {
        /// Its path as it is written in the source.
        file: String,
        /// What it is.
        media_type: String,
    },
    /// A recording cannot be played.
    Sound(AudioError),
    /// A recording is not good enough to go out.
    Recording {
        /// Its path as it is written in the source.
        file: String,
        /// What is wrong with it.
        note: SoundNote,
    },
    /// A recording cannot be made into Opus.
    NoOpus {
        /// Its path as it is written in the source.
        file: String,
        /// What the encoder said.
        why: String,
    },
}

/// Why nothing was built. The publication that stood there still stands, whole.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The source cannot be published as it is; every reason is there.
    Refused(Vec<Problem>),
    /// The previous publication cannot be read.
    Previous {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: Damage,
    },
    /// Another build writes there.
    Busy(PathBuf),
    /// It cannot be signed.
    Keys(#[from] KeyError),
    /// A file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

impl BuildError {
    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            error,
        }
    }
}

/// What is wrong with a publication that was built before.
#[derive(Debug)]
pub enum Damage {
    /// A file of it cannot be read or unpacked.
    File(io::Error),
    /// A file of it is not written as it should be.
    Json(serde_json::Error),
    /// A file of it was changed after it was published.
    OtherBytes,
    /// A later version of this program wrote it.
    Newer {
        /// Its format.
        format: u32,
    },
}

impl From<io::Error> for Damage {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<serde_json::Error> for Damage {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}
