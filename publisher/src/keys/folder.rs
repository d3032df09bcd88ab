//! Where keys lie: one file for each private key, and the public root files beside them. What they may sign is `mod`'s.
//!
//! ```text
//! <folder>/root-1.key         a private key, PKCS#8 in PEM, readable by its owner alone
//! <folder>/signing-1.key
//! <folder>/1.root.json        which keys may sign what: public, also in the publication
//! ```

use super::KeyError;
use super::roles::{Key, Root, Signed};
use alloclap_core::publication::root_name;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// A private key that is here.
#[derive(Debug)]
pub(crate) struct Pair {
    /// Its file's name without the ending: `signing-1`.
    pub name: String,
    pub pair: Ed25519KeyPair,
    pub key: Key,
}

/// All private keys in some folders, by their id.
pub(crate) fn pairs(folders: &[PathBuf]) -> Result<BTreeMap<String, Pair>, KeyError> {
    let mut pairs = BTreeMap::new();
    for folder in folders {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(KeyError::io(folder, error)),
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "key") {
                let text = fs::read_to_string(&path).map_err(|error| KeyError::io(&path, error))?;
                let pair = read(&text).ok_or_else(|| KeyError::NotAKey(path.clone()))?;
                let key = Key::of(&pair);
                let id = key.id().map_err(|error| KeyError::io(&path, error))?;
                let name = path
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                pairs.insert(id, Pair { name, pair, key });
            }
        }
    }
    Ok(pairs)
}

fn read(text: &str) -> Option<Ed25519KeyPair> {
    let inner = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let digits: String = inner.split_whitespace().collect();
    let der = STANDARD.decode(digits).ok()?;
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok()
}

/// Makes a private key and writes it, never over another one.
pub(crate) fn make(folder: &Path, role: &str) -> Result<(String, Pair), KeyError> {
    fs::create_dir_all(folder).map_err(|error| KeyError::io(folder, error))?;
    let pair =
        Ed25519KeyPair::generate().map_err(|_| KeyError::io(folder, io::Error::other("no randomness")))?;
    let der = pair
        .to_pkcs8v1()
        .map_err(|_| KeyError::io(folder, io::Error::other("the key cannot be written")))?;
    let text = format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(der.as_ref()));
    let mut n = 1;
    loop {
        let name = format!("{role}-{n}");
        let path = folder.join(format!("{name}.key"));
        match create(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(|error| KeyError::io(&path, error))?;
                let key = Key::of(&pair);
                let id = key.id().map_err(|error| KeyError::io(&path, error))?;
                return Ok((id, Pair { name, pair, key }));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => n += 1,
            Err(error) => return Err(KeyError::io(&path, error)),
        }
    }
}

fn create(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A root with the bytes of its file.
#[derive(Debug, Clone)]
pub(crate) struct RootFile {
    pub bytes: Vec<u8>,
    pub signed: Signed<Root>,
}

/// The roots in some folders, from the first on, each signed by the one before it.
pub(crate) fn roots(folders: &[PathBuf]) -> Result<Vec<RootFile>, KeyError> {
    let mut roots: Vec<RootFile> = Vec::new();
    loop {
        let name = root_name(roots.len() as u64 + 1);
        let mut found: Option<(PathBuf, Vec<u8>)> = None;
        for folder in folders {
            let path = folder.join(&name);
            match fs::read(&path) {
                Ok(bytes) => match &found {
                    Some((other, same)) if *same != bytes => {
                        return Err(KeyError::TwoRoots(other.clone(), path));
                    }
                    _ => found = Some((path, bytes)),
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(KeyError::io(&path, error)),
            }
        }
        let Some((path, bytes)) = found else {
            return Ok(roots);
        };
        let signed: Signed<Root> =
            serde_json::from_slice(&bytes).map_err(|error| KeyError::io(&path, io::Error::other(error)))?;
        let by = roots.last().map_or(&signed.signed, |last| &last.signed.signed);
        let held = |root: &Root| {
            signed
                .valid(root, &root.roles.root)
                .map_err(|error| KeyError::io(&path, error))
        };
        if held(by)? < by.roles.root.threshold || held(&signed.signed)? < signed.signed.roles.root.threshold {
            return Err(KeyError::BrokenChain(path));
        }
        roots.push(RootFile { bytes, signed });
    }
}
