//! An edition → its signatures: targets name the index, a snapshot names the targets, a timestamp names the snapshot. Written
//! in that order, so that whoever reads meanwhile finds the old edition whole.

use super::folder::RootFile;
use super::roles::{Meta, Root, Signed, Targets, file_ref, meta, targets};
use super::{KeyError, KeyRole, Keys, WARN_DAYS, date};
use alloclap_core::publication::{
    FileKind, FileRef, METADATA_FOLDER, TARGET_NAME, TIMESTAMP_NAME, Ways, root_name,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How an edition is signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignReport {
    /// Whether something was signed; if not, what stood there still holds.
    pub changed: bool,
    /// SHA-256 of the first root file: what phones are given.
    pub fingerprint: String,
    /// Version of the newest root.
    pub root_version: u64,
    /// Version of the signatures.
    pub version: u64,
    /// Until when editions are valid, RFC 3339.
    pub expires: String,
    /// Until when the root is valid, RFC 3339.
    pub root_expires: String,
    /// Days until the first of both; negative if it has passed.
    pub days_left: i64,
}

impl SignReport {
    /// Whether it is time to renew.
    pub fn ends_soon(&self) -> bool {
        self.days_left <= WARN_DAYS
    }

    /// Whether it is the root that ends first: then root keys are needed.
    pub fn root_ends_first(&self) -> bool {
        self.root_expires < self.expires
    }
}

/// What is signed in a publication.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// The index.
    pub index: FileRef,
    /// Other ways to have it.
    pub custom: Ways,
    version: u64,
    expires: String,
    targets: Signed<Targets>,
    snapshot: Signed<Meta>,
    timestamp: Signed<Meta>,
}

/// Reads what is signed in a publication; nothing if nothing is.
///
/// # Errors
/// Metadata that cannot be read.
pub(crate) fn standing(out: &Path) -> Result<Option<Standing>, (PathBuf, io::Error)> {
    let folder = out.join(METADATA_FOLDER);
    let path = folder.join(TIMESTAMP_NAME);
    if !path.exists() {
        return Ok(None);
    }
    let timestamp: Signed<Meta> = read(&path)?;
    let version = |meta: &Signed<Meta>, name: &str| meta.signed.meta.get(name).map_or(0, |file| file.version);
    let snapshot: Signed<Meta> =
        read(&folder.join(format!("{}.snapshot.json", version(&timestamp, "snapshot.json"))))?;
    let path = folder.join(format!("{}.targets.json", version(&snapshot, "targets.json")));
    let targets: Signed<Targets> = read(&path)?;
    let target = targets.signed.targets.get(TARGET_NAME).cloned();
    let target = target.ok_or_else(|| (path, io::Error::other(format!("{TARGET_NAME} is missing"))))?;
    Ok(Some(Standing {
        index: FileRef {
            hash: target.hashes.sha256,
            bytes: target.length,
        },
        custom: target.custom,
        version: timestamp.signed.version,
        expires: timestamp.signed.expires.clone(),
        targets,
        snapshot,
        timestamp,
    }))
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, (PathBuf, io::Error)> {
    fs::read(path)
        .and_then(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::other))
        .map_err(|error| (path.to_owned(), error))
}

impl Standing {
    /// Whether these signatures still hold under a root.
    fn holds(&self, root: &Root) -> bool {
        let enough = |valid: io::Result<u64>, threshold| valid.is_ok_and(|valid| valid >= threshold);
        let roles = &root.roles;
        enough(self.targets.valid(root, &roles.targets), roles.targets.threshold)
            && enough(
                self.snapshot.valid(root, &roles.snapshot),
                roles.snapshot.threshold,
            )
            && enough(
                self.timestamp.valid(root, &roles.timestamp),
                roles.timestamp.threshold,
            )
    }
}

impl Keys {
    /// Whether an edition can be signed with the keys that are here.
    ///
    /// # Errors
    /// [`KeyError::NoKeys`], [`KeyError::TooFew`].
    pub fn may_sign(&self) -> Result<(), KeyError> {
        self.enough(KeyRole::Signing, &self.newest()?.signed.signed.roles.targets)
    }
}

/// Signs an edition, if it is not signed already. `again` signs it in any case, and for longer.
pub(crate) fn sign(
    out: &Path,
    keys: &Keys,
    index: &FileRef,
    custom: &Ways,
    again: bool,
    valid_days: u32,
    now: Timestamp,
) -> Result<SignReport, KeyError> {
    let folder = out.join(METADATA_FOLDER);
    let before = standing(out).map_err(|(path, error)| KeyError::Io { path, error })?;
    let newest = keys.newest()?;
    let root = &newest.signed.signed;
    let root_there = fs::read(folder.join(root_name(root.version))).is_ok_and(|there| there == newest.bytes);
    let same = before
        .as_ref()
        .filter(|before| before.index == *index && before.custom == *custom && before.holds(root));
    if let Some(same) = same.filter(|_| root_there && !again) {
        return report(keys, same.version, same.expires.clone(), false, now);
    }
    keys.may_sign()?;
    fs::create_dir_all(&folder).map_err(|error| KeyError::io(&folder, error))?;
    let expires = date(now, valid_days);
    let version = before.as_ref().map_or(0, |before| before.version) + 1;
    let writer = Writer { folder: &folder };
    let signer = Signer { keys, root };
    let file = signer.signed(targets(version, expires.clone(), index, custom.clone()), &folder)?;
    let of = writer.put(&format!("{version}.targets.json"), &file)?;
    let file = signer.signed(
        meta("snapshot", version, expires.clone(), "targets.json", &of),
        &folder,
    )?;
    let of = writer.put(&format!("{version}.snapshot.json"), &file)?;
    let stamp = signer.signed(
        meta("timestamp", version, expires.clone(), "snapshot.json", &of),
        &folder,
    )?;
    for RootFile { bytes, signed } in &keys.roots {
        writer.put(&root_name(signed.signed.version), bytes)?;
    }
    writer.put(TIMESTAMP_NAME, &stamp)?;
    writer.sweep(version)?;
    report(keys, version, expires, true, now)
}

/// Puts an index that another program made into a publication's folder, and signs it. The files that it names are that
/// program's matter.
///
/// # Errors
/// Keys that are missing, or files that cannot be written.
pub fn sign_index(
    out: &Path,
    keys: &Keys,
    index: &[u8],
    valid_days: u32,
    now: Timestamp,
) -> Result<SignReport, KeyError> {
    let file = file_ref(index).map_err(|error| KeyError::io(out, error))?;
    let path = out.join(FileKind::Index.path(&file.hash));
    let dir = path.parent().unwrap_or(out);
    fs::create_dir_all(dir).map_err(|error| KeyError::io(dir, error))?;
    fs::write(&path, index).map_err(|error| KeyError::io(&path, error))?;
    sign(out, keys, &file, &Ways::default(), true, valid_days, now)
}

/// Signs what stands in a publication's folder again, for longer; renews the root too, if its keys are here.
///
/// # Errors
/// [`KeyError::NoPublication`], or keys that are missing.
pub fn refresh(out: &Path, keys: &mut Keys, valid_days: u32, now: Timestamp) -> Result<SignReport, KeyError> {
    let standing = standing(out).map_err(|(path, error)| KeyError::Io { path, error })?;
    let standing = standing.ok_or_else(|| KeyError::NoPublication(out.to_owned()))?;
    keys.may_sign()?;
    match keys.renew(valid_days, now) {
        // The root keys are in their drawer; the report tells when they are needed.
        Ok(()) | Err(KeyError::TooFew { .. }) => {}
        Err(other) => return Err(other),
    }
    sign(
        out,
        keys,
        &standing.index,
        &standing.custom,
        true,
        valid_days,
        now,
    )
}

fn report(
    keys: &Keys,
    version: u64,
    expires: String,
    changed: bool,
    now: Timestamp,
) -> Result<SignReport, KeyError> {
    let state = keys.state()?;
    let until = |text: &str| text.parse::<Timestamp>().map_or(i64::MAX, Timestamp::as_second);
    let first = until(&expires).min(until(&state.expires));
    Ok(SignReport {
        changed,
        fingerprint: state.fingerprint,
        root_version: state.root_version,
        version,
        expires,
        root_expires: state.expires,
        days_left: first.saturating_sub(now.as_second()).div_euclid(86_400),
    })
}

struct Signer<'a> {
    keys: &'a Keys,
    root: &'a Root,
}

impl Signer<'_> {
    fn signed(&self, role: impl serde::Serialize, at: &Path) -> Result<Vec<u8>, KeyError> {
        let may = &self.root.roles.targets.keyids;
        let hands = self
            .keys
            .pairs
            .iter()
            .filter(|(id, _)| may.contains(id))
            .map(|(id, pair)| (id, &pair.pair));
        let signed = Signed::by(role, hands).and_then(|signed| signed.bytes());
        signed.map_err(|error| KeyError::io(at, error))
    }
}

struct Writer<'a> {
    folder: &'a Path,
}

impl Writer<'_> {
    /// Writes a file in one step for those who read it.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<FileRef, KeyError> {
        let (path, part) = (self.folder.join(name), self.folder.join(format!(".{name}.part")));
        fs::write(&part, bytes).map_err(|error| KeyError::io(&part, error))?;
        fs::rename(&part, &path).map_err(|error| KeyError::io(&path, error))?;
        file_ref(bytes).map_err(|error| KeyError::io(&path, error))
    }

    /// Removes what is older than the edition before this one; roots stay for ever.
    fn sweep(&self, version: u64) -> Result<(), KeyError> {
        let entries = fs::read_dir(self.folder).map_err(|error| KeyError::io(self.folder, error))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let old = name
                .split_once('.')
                .filter(|(_, rest)| matches!(*rest, "snapshot.json" | "targets.json"))
                .and_then(|(number, _)| number.parse::<u64>().ok())
                .is_some_and(|number| number + 1 < version);
            if old {
                fs::remove_file(entry.path()).map_err(|error| KeyError::io(&entry.path(), error))?;
            }
        }
        Ok(())
    }
}
