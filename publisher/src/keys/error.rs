//! What keeps keys from being used.

use std::io;
use std::path::{Path, PathBuf};

/// Why keys cannot be used. The words are in `message`.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// A file that ends with `.key` holds no key.
    NotAKey(PathBuf),
    /// There are no keys of this publication.
    NoKeys(PathBuf),
    /// There are keys already.
    Exists(PathBuf),
    /// Two different root files of one version.
    TwoRoots(PathBuf, PathBuf),
    /// A root file that the one before it has not signed.
    BrokenChain(PathBuf),
    /// Not enough private keys are here.
    TooFew {
        /// `root` or `signing`.
        role: &'static str,
        /// How many are here.
        have: u64,
        /// How many must sign.
        needed: u64,
        /// Where they were looked for.
        folders: Vec<PathBuf>,
    },
    /// No key of that name or id may sign.
    Unknown(String),
    /// Without this key too few would be left.
    LastOne(String),
    /// The numbers contradict each other.
    Threshold {
        /// How many keys there would be.
        keys: u64,
        /// How many would have to sign.
        threshold: u64,
    },
    /// There is no publication to sign.
    NoPublication(PathBuf),
}

impl KeyError {
    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            error,
        }
    }
}
