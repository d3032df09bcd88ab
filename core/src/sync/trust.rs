//! What a phone remembers of a publication's signatures: the root it began to believe, the newest metadata it has seen, and
//! what its clock showed then. One file for each address, replaced whole. Verifying is the business of `roles`; what an
//! expired date means is that of `dated`.

use super::folder::{Folder, sync_dir};
use super::part::hash_of;
use super::source::Source;
use super::{SyncError, folder::remove};
use crate::catalogue::model::{BlobHash, Id};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Where trust begins: what an app, a directory or a person says about a publication's root before anything of it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootOfTrust {
    /// The text of one of its root files, as its publisher handed it out.
    File(String),
    /// The SHA-256 of one of its root files: what `publish keys` prints.
    Fingerprint(BlobHash),
    /// Whatever root its server shows first. Somebody has to take that decision: whoever holds the server or an `http://`
    /// connection at that moment could show another one.
    FirstSeen,
}

impl RootOfTrust {
    /// A fingerprint if it is one, else the text of a root file.
    pub fn from_text(text: String) -> Self {
        match text.trim().to_ascii_lowercase().parse() {
            Ok(hash) => Self::Fingerprint(hash),
            Err(_) => Self::File(text),
        }
    }
}

/// A publication's trust as the app may show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The address that is followed.
    pub address: String,
    /// SHA-256 of the root file with which trust began; nothing before the first sync of a root that was first seen.
    pub fingerprint: Option<BlobHash>,
    /// Version of the newest root, or 0 before the first sync.
    pub root_version: u64,
    /// Until when its publisher vouches for it, RFC 3339: the earliest date of its metadata. Nothing before the first sync.
    pub valid_until: Option<String>,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The address, as `Source` writes it.
    pub address: String,
    /// The fingerprint that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<BlobHash>,
    /// Whether the first root that is seen may be believed.
    #[serde(default)]
    pub first_seen: bool,
    /// The root with which trust began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<BlobHash>,
    /// The newest root, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// Its version.
    #[serde(default)]
    pub root_version: u64,
    /// The newest timestamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Role>,
    /// The newest snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Role>,
    /// The newest targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<Role>,
    /// The earliest date on which something of this expires, in seconds since 1970.
    #[serde(default)]
    pub expires_unix_s: i64,
    /// The publication that was found there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Id>,
    /// The moment of the newest edition by its publisher's clock, in seconds since 1970: no honest clock shows less.
    #[serde(default)]
    pub built_unix_s: i64,
    /// What this phone's clock showed last, in seconds since 1970.
    #[serde(default)]
    pub seen_unix_s: i64,
}

/// A metadata file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Role {
    /// Its name on the server.
    pub name: String,
    /// Its version: the floor for the next one.
    pub version: u64,
    /// Its text, byte for byte.
    pub text: String,
}

/// The SHA-256 of a root file's bytes.
pub(super) fn fingerprint(root: &[u8]) -> Result<BlobHash, SyncError> {
    hash_of(root).map_err(|why| SyncError::Internal { why })
}

fn dir(folder: &Folder) -> PathBuf {
    folder.root().join("trust")
}

fn file(folder: &Folder, address: &str) -> Result<PathBuf, SyncError> {
    Ok(dir(folder).join(format!("{}.json", fingerprint(address.as_bytes())?)))
}

impl Kept {
    /// What is known of an address. A file that cannot be read is an error: taking it for nothing would lower the floors.
    pub(super) fn read(folder: &Folder, source: &Source) -> Result<Self, SyncError> {
        let path = file(folder, source.as_str())?;
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| SyncError::Storage {
                path: path.display().to_string(),
                why: format!(
                    "what was trusted cannot be read ({error}); forget this guide and follow it again"
                ),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self {
                address: source.as_str().to_owned(),
                ..Self::default()
            }),
            Err(error) => Err(SyncError::storage(&path, &error)),
        }
    }

    /// Everything that is known, by address.
    pub(super) fn all(folder: &Folder) -> Vec<Self> {
        let mut all: Vec<Self> = fs::read_dir(dir(folder))
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| serde_json::from_slice(&fs::read(entry.path()).ok()?).ok())
            .collect();
        all.sort_by(|a, b| a.address.cmp(&b.address));
        all
    }

    /// Writes it, unless what is there has seen more: another sync may have ended meanwhile.
    pub(super) fn keep(&self, folder: &Folder) -> Result<(), SyncError> {
        let path = file(folder, &self.address)?;
        let there = fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        if there.is_some_and(|there| there.floors() > self.floors()) {
            return Ok(());
        }
        let text = serde_json::to_vec(self).map_err(|error| SyncError::Internal {
            why: error.to_string(),
        })?;
        write(&path, &text)
    }

    fn floors(&self) -> (u64, u64) {
        (
            self.root_version,
            self.timestamp.as_ref().map_or(0, |role| role.version),
        )
    }

    /// Whether anything of it was ever believed.
    pub(super) fn is_known(&self) -> bool {
        self.timestamp.is_some()
    }

    /// Forgets everything about an address.
    pub(super) fn forget(&self, folder: &Folder) -> Result<(), SyncError> {
        remove(&file(folder, &self.address)?)
    }

    /// As an app may show it.
    pub(super) fn told(self) -> Trust {
        let until = (self.expires_unix_s > 0)
            .then(|| jiff::Timestamp::from_second(self.expires_unix_s).ok())
            .flatten();
        Trust {
            address: self.address,
            fingerprint: self.fingerprint.or(self.pinned),
            root_version: self.root_version,
            valid_until: until.map(|at| at.to_string()),
        }
    }

    /// The same, with a root to begin with.
    ///
    /// # Errors
    /// [`SyncError::Untrusted`] if the address is followed with another root already.
    pub(super) fn begin(mut self, root: RootOfTrust, source: &Source) -> Result<Self, SyncError> {
        let asked = match &root {
            RootOfTrust::File(text) => Some(fingerprint(text.as_bytes())?),
            RootOfTrust::Fingerprint(hash) => Some(hash.clone()),
            RootOfTrust::FirstSeen => None,
        };
        let known = self.fingerprint.clone().or_else(|| self.pinned.clone());
        let newest = self
            .root
            .as_ref()
            .map(|root| fingerprint(root.as_bytes()))
            .transpose()?;
        if let (Some(known), Some(asked)) = (&known, &asked)
            && known != asked
            && newest.as_ref() != Some(asked)
        {
            return Err(SyncError::Untrusted {
                url: source.as_str().to_owned(),
                attack: super::Attack::OtherRoot {
                    expected: known.to_string(),
                    offered: asked.to_string(),
                },
            });
        }
        if self.root.is_some() || known.is_some() {
            return Ok(self);
        }
        self.first_seen = asked.is_none();
        match root {
            RootOfTrust::File(text) => (self.root, self.fingerprint) = (Some(text), asked),
            _ => self.pinned = asked,
        }
        Ok(self)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), SyncError> {
    let failed = |error: io::Error| SyncError::storage(path, &error);
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(failed)?;
    let part = path.with_extension("part");
    let put = || {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    put().map_err(failed)?;
    sync_dir(dir)
}

/// A folder for the metadata of one check, which goes with it: what was seen before is laid into it, and only what was
/// verified as a whole is taken out.
#[derive(Debug)]
pub(super) struct Bench(PathBuf);

impl Bench {
    /// Makes one, with the metadata that give the floors.
    pub(super) fn set_up(folder: &Folder, kept: &Kept) -> Result<Self, SyncError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let bench = Self(dir(folder).join(format!(".check-{}-{count}", std::process::id())));
        fs::create_dir_all(&bench.0).map_err(|error| SyncError::storage(&bench.0, &error))?;
        let roles = [
            ("timestamp.json", &kept.timestamp),
            ("snapshot.json", &kept.snapshot),
            ("targets.json", &kept.targets),
        ];
        for (name, role) in roles {
            if let Some(role) = role {
                let path = bench.0.join(name);
                fs::write(&path, &role.text).map_err(|error| SyncError::storage(&path, &error))?;
            }
        }
        Ok(bench)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What stays costs a few kilobytes, and nothing reads it.
        let _ = fs::remove_dir_all(&self.0);
    }
}
