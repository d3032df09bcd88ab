//! The keys of a publication: who may sign it, and its signatures.
//!
//! Two kinds of keys. *Root keys* say which keys may sign, and lie in a drawer: they are needed when keys change and once a
//! year. *Signing keys* sign every edition (targets, snapshot and timestamp), and lie where editions are made. Both are kept
//! out of the source folder, which others may read. How they are lost, replaced and revoked is told in `docs/keys.md`.

mod error;
mod folder;
mod message;
mod roles;
mod sign;
#[cfg(test)]
mod tests;

pub use error::KeyError;
pub use sign::{SignReport, refresh, sign_index};
pub(crate) use sign::{Standing, sign, standing};

use alloclap_core::publication::root_name;
use folder::{Pair, RootFile};
use jiff::Timestamp;
use roles::{RoleKeys, Root, Signed};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How long signatures are valid by default, in days: a year, and a month for those who forget.
pub const VALID_DAYS: u32 = 400;
/// So many days before the end its publisher is warned.
pub const WARN_DAYS: i64 = 60;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// It says which keys may sign.
    Root,
    /// It signs editions.
    Signing,
}

impl KeyRole {
    /// Its name, as in the names of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Signing => "signing",
        }
    }
}

/// How many keys a publication gets, and how many must sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPlan {
    /// Root keys. Two by default: one of them may be lost.
    pub root_keys: u64,
    /// Root keys that must agree to change keys.
    pub root_threshold: u64,
    /// Signing keys.
    pub signing_keys: u64,
    /// Signing keys that must sign an edition.
    pub signing_threshold: u64,
    /// How long the root is valid, in days.
    pub valid_days: u32,
}

impl Default for KeyPlan {
    fn default() -> Self {
        Self {
            root_keys: 2,
            root_threshold: 1,
            signing_keys: 1,
            signing_threshold: 1,
            valid_days: VALID_DAYS,
        }
    }
}

/// A key that may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its id: SHA-256 of the public key.
    pub id: String,
    /// What it may do.
    pub role: KeyRole,
    /// The name of its file, if the private key is here.
    pub name: Option<String>,
}

/// What stands after keys were made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// Where the keys lie.
    pub folder: PathBuf,
    /// SHA-256 of the first root file: what phones are given.
    pub fingerprint: String,
    /// Version of the newest root.
    pub root_version: u64,
    /// Until when it is valid, RFC 3339.
    pub expires: String,
    /// Signatures that a new root needs.
    pub root_threshold: u64,
    /// Signatures that an edition needs.
    pub signing_threshold: u64,
    /// All keys that may sign.
    pub keys: Vec<KeyInfo>,
}

/// The keys of one publication.
#[derive(Debug)]
pub struct Keys {
    folders: Vec<PathBuf>,
    pairs: BTreeMap<String, Pair>,
    roots: Vec<RootFile>,
}

impl Keys {
    /// Reads what is in some folders: the first is where new keys are written, others may be a stick from the drawer.
    /// `metadata` is the folder of a publication's root files, which may know newer ones.
    ///
    /// # Errors
    /// A file that cannot be read, or roots that do not follow one another.
    pub fn open(folders: &[PathBuf], metadata: Option<&Path>) -> Result<Self, KeyError> {
        let places: Vec<PathBuf> = folders
            .iter()
            .cloned()
            .chain(metadata.map(Path::to_owned))
            .collect();
        Ok(Self {
            folders: folders.to_vec(),
            pairs: folder::pairs(folders)?,
            roots: folder::roots(&places)?,
        })
    }

    /// Whether there is a root.
    pub fn exist(&self) -> bool {
        !self.roots.is_empty()
    }

    /// Makes the first keys and root of a publication. Two that do so at once end up with the same keys.
    ///
    /// # Errors
    /// [`KeyError::Exists`], numbers that contradict each other, or a folder that cannot be written.
    pub fn found(folders: &[PathBuf], plan: &KeyPlan, now: Timestamp) -> Result<Self, KeyError> {
        let home = folders.first().cloned().unwrap_or_default();
        for (keys, threshold) in [
            (plan.root_keys, plan.root_threshold),
            (plan.signing_keys, plan.signing_threshold),
        ] {
            if threshold == 0 || keys < threshold {
                return Err(KeyError::Threshold { keys, threshold });
            }
        }
        if home.join(root_name(1)).exists() {
            return Err(KeyError::Exists(home));
        }
        let name = home.file_name().unwrap_or_default().to_string_lossy();
        let draft = home.with_file_name(format!(".{name}-{}", std::process::id()));
        let drafted = Self::draft(&draft, plan, now).and_then(|()| {
            let parent = home.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(parent).map_err(|error| KeyError::io(parent, error))?;
            // Fails if another one was quicker: then its keys are ours.
            fs::rename(&draft, &home).map_err(|error| KeyError::io(&home, error))
        });
        if drafted.is_err() {
            // A draft that cannot be removed harms nobody: nothing was signed with it.
            let _ = fs::remove_dir_all(&draft);
            if !home.join(root_name(1)).exists() {
                drafted?;
            }
        }
        Self::open(folders, None)
    }

    fn draft(draft: &Path, plan: &KeyPlan, now: Timestamp) -> Result<(), KeyError> {
        let mut root = Root::new(date(now, plan.valid_days));
        let mut pairs = BTreeMap::new();
        let mut make = |role: KeyRole, count: u64, threshold: u64| -> Result<RoleKeys, KeyError> {
            let mut keyids = Vec::new();
            for _ in 0..count {
                let (id, pair) = folder::make(draft, role.name())?;
                root.keys.insert(id.clone(), pair.key.clone());
                keyids.push(id.clone());
                pairs.insert(id, pair);
            }
            keyids.sort();
            Ok(RoleKeys { keyids, threshold })
        };
        let roots = make(KeyRole::Root, plan.root_keys, plan.root_threshold)?;
        let signing = make(KeyRole::Signing, plan.signing_keys, plan.signing_threshold)?;
        root.roles.root = roots;
        root.settle(signing);
        write_root(draft, root, None, &pairs).map(|_| ())
    }

    fn newest(&self) -> Result<&RootFile, KeyError> {
        self.roots
            .last()
            .ok_or_else(|| KeyError::NoKeys(self.folders.first().cloned().unwrap_or_default()))
    }

    /// How things stand.
    ///
    /// # Errors
    /// [`KeyError::NoKeys`].
    pub fn state(&self) -> Result<KeyState, KeyError> {
        let root = &self.newest()?.signed.signed;
        let first = self.roots.first().map(|first| Sha256::digest(&first.bytes));
        let fingerprint = first
            .into_iter()
            .flatten()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let of = |role: KeyRole, keys: &RoleKeys| -> Vec<KeyInfo> {
            let info = |id: &String| KeyInfo {
                id: id.clone(),
                role,
                name: self.pairs.get(id).map(|pair| pair.name.clone()),
            };
            keys.keyids.iter().map(info).collect()
        };
        let mut keys = of(KeyRole::Root, &root.roles.root);
        keys.extend(of(KeyRole::Signing, &root.roles.targets));
        Ok(KeyState {
            folder: self.folders.first().cloned().unwrap_or_default(),
            fingerprint,
            root_version: root.version,
            expires: root.expires.clone(),
            root_threshold: root.roles.root.threshold,
            signing_threshold: root.roles.targets.threshold,
            keys,
        })
    }

    /// Adds a key that is made here.
    ///
    /// # Errors
    /// Too few root keys are here, or the folder cannot be written.
    pub fn add(&mut self, role: KeyRole, valid_days: u32, now: Timestamp) -> Result<KeyInfo, KeyError> {
        let home = self.folders.first().cloned().unwrap_or_default();
        let mut root = self.newest()?.signed.signed.clone();
        self.may_change()?;
        let (id, pair) = folder::make(&home, role.name())?;
        root.keys.insert(id.clone(), pair.key.clone());
        let keys = of_role(&mut root, role);
        keys.keyids.push(id.clone());
        keys.keyids.sort();
        let name = pair.name.clone();
        self.pairs.insert(id.clone(), pair);
        self.change(root, valid_days, now)?;
        Ok(KeyInfo {
            id,
            role,
            name: Some(name),
        })
    }

    /// Takes a key's leave to sign. It may be named by its id, the beginning of it, or its file.
    ///
    /// # Errors
    /// [`KeyError::Unknown`], [`KeyError::LastOne`], or too few root keys are here.
    pub fn revoke(&mut self, key: &str, valid_days: u32, now: Timestamp) -> Result<KeyInfo, KeyError> {
        let gone = self.find(key)?;
        let mut root = self.newest()?.signed.signed.clone();
        let keys = of_role(&mut root, gone.role);
        keys.keyids.retain(|id| *id != gone.id);
        if (keys.keyids.len() as u64) < keys.threshold.max(1) {
            return Err(KeyError::LastOne(key.to_owned()));
        }
        self.may_change()?;
        self.change(root, valid_days, now)?;
        Ok(gone)
    }

    /// Puts a new key into the place of one, which may not sign any more.
    ///
    /// # Errors
    /// [`KeyError::Unknown`], or too few root keys are here.
    pub fn rotate(&mut self, key: &str, valid_days: u32, now: Timestamp) -> Result<KeyInfo, KeyError> {
        let gone = self.find(key)?;
        self.may_change()?;
        let home = self.folders.first().cloned().unwrap_or_default();
        let mut root = self.newest()?.signed.signed.clone();
        let (id, pair) = folder::make(&home, gone.role.name())?;
        root.keys.insert(id.clone(), pair.key.clone());
        let keys = of_role(&mut root, gone.role);
        keys.keyids.retain(|id| *id != gone.id);
        keys.keyids.push(id.clone());
        keys.keyids.sort();
        let name = pair.name.clone();
        self.pairs.insert(id.clone(), pair);
        self.change(root, valid_days, now)?;
        Ok(KeyInfo {
            id,
            role: gone.role,
            name: Some(name),
        })
    }

    /// Makes the root valid for longer, if enough root keys are here.
    ///
    /// # Errors
    /// [`KeyError::TooFew`] root keys.
    pub fn renew(&mut self, valid_days: u32, now: Timestamp) -> Result<(), KeyError> {
        self.may_change()?;
        let root = self.newest()?.signed.signed.clone();
        self.change(root, valid_days, now)
    }

    fn find(&self, key: &str) -> Result<KeyInfo, KeyError> {
        let mut fitting = self.state()?.keys.into_iter().filter(|info| {
            info.name.as_deref() == Some(key.trim_end_matches(".key"))
                || (key.len() >= 6 && info.id.starts_with(key))
        });
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(KeyError::Unknown(key.to_owned())),
        }
    }

    /// Whether enough root keys are here to sign a new root.
    fn may_change(&self) -> Result<(), KeyError> {
        self.enough(KeyRole::Root, &self.newest()?.signed.signed.roles.root)
    }

    fn enough(&self, role: KeyRole, keys: &RoleKeys) -> Result<(), KeyError> {
        let have = keys
            .keyids
            .iter()
            .filter(|id| self.pairs.contains_key(*id))
            .count() as u64;
        if have >= keys.threshold {
            return Ok(());
        }
        Err(KeyError::TooFew {
            role: role.name(),
            have,
            needed: keys.threshold,
            folders: self.folders.clone(),
        })
    }

    fn change(&mut self, mut root: Root, valid_days: u32, now: Timestamp) -> Result<(), KeyError> {
        let home = self.folders.first().cloned().unwrap_or_default();
        root.version += 1;
        root.expires = date(now, valid_days);
        let signing = root.roles.targets.clone();
        root.settle(signing);
        let before = self.newest()?.signed.signed.clone();
        let file = write_root(&home, root, Some(&before), &self.pairs)?;
        self.roots.push(file);
        Ok(())
    }
}

fn of_role(root: &mut Root, role: KeyRole) -> &mut RoleKeys {
    match role {
        KeyRole::Root => &mut root.roles.root,
        KeyRole::Signing => &mut root.roles.targets,
    }
}

/// Signs a root with its own root keys and those of the one before it, and writes it.
fn write_root(
    home: &Path,
    root: Root,
    before: Option<&Root>,
    pairs: &BTreeMap<String, Pair>,
) -> Result<RootFile, KeyError> {
    let path = home.join(root_name(root.version));
    let may = |id: &String| {
        root.roles.root.keyids.contains(id)
            || before.is_some_and(|before| before.roles.root.keyids.contains(id))
    };
    let hands: Vec<_> = pairs
        .iter()
        .filter(|(id, _)| may(id))
        .map(|(id, pair)| (id, &pair.pair))
        .collect();
    let failed = |error| KeyError::io(&path, error);
    let signed = Signed::by(root.clone(), hands.into_iter()).map_err(failed)?;
    for by in [Some(&root), before].into_iter().flatten() {
        let have = signed.valid(by, &by.roles.root).map_err(failed)?;
        if have < by.roles.root.threshold {
            return Err(KeyError::TooFew {
                role: KeyRole::Root.name(),
                have,
                needed: by.roles.root.threshold,
                folders: vec![home.to_owned()],
            });
        }
    }
    let bytes = signed.bytes().map_err(failed)?;
    fs::create_dir_all(home).map_err(|error| KeyError::io(home, error))?;
    fs::write(&path, &bytes).map_err(failed)?;
    Ok(RootFile { bytes, signed })
}

/// A date so many days from now, as TUF writes it: UTC, whole seconds.
fn date(now: Timestamp, days: u32) -> String {
    let at = now.as_second().saturating_add(i64::from(days) * 86_400);
    let at = Timestamp::from_second(at).unwrap_or(Timestamp::MAX);
    format!("{at:.0}")
}
