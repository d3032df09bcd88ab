//! The four roles of The Update Framework as they are written, and the text that is signed. Which keys there are, and where they
//! lie, is not its business.

use alloclap_core::catalogue::model::BlobHash;
use alloclap_core::publication::{FileRef, TARGET_NAME, Ways};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use olpc_cjson::CanonicalFormatter;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;

/// The version of the TUF specification that is written.
const SPEC_VERSION: &str = "1.0.31";

/// A role with its signatures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signed<T> {
    pub signatures: Vec<Signature>,
    pub signed: T,
}

/// A signature in hexadecimal digits, and the key that made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signature {
    pub keyid: String,
    pub sig: String,
}

/// Which keys may sign what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "_type", rename = "root")]
pub(crate) struct Root {
    pub consistent_snapshot: bool,
    pub expires: String,
    pub keys: BTreeMap<String, Key>,
    pub roles: Roles,
    pub spec_version: String,
    pub version: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Roles {
    pub root: RoleKeys,
    pub snapshot: RoleKeys,
    pub targets: RoleKeys,
    pub timestamp: RoleKeys,
}

/// The keys of a role, and how many of them must sign.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct RoleKeys {
    pub keyids: Vec<String>,
    pub threshold: u64,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub keytype: String,
    pub keyval: KeyValue,
    pub scheme: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyValue {
    pub public: String,
}

/// What is published: the index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "_type", rename = "targets")]
pub(crate) struct Targets {
    pub expires: String,
    pub spec_version: String,
    pub targets: BTreeMap<String, Target>,
    pub version: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// Left out when empty, as readers write it again to verify what was signed.
    #[serde(default, skip_serializing_if = "Ways::is_empty")]
    pub custom: Ways,
    pub hashes: Hashes,
    pub length: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hashes {
    pub sha256: BlobHash,
}

/// Snapshot and timestamp: the version, length and hash of what they vouch for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Meta {
    #[serde(rename = "_type")]
    pub kind: String,
    pub expires: String,
    pub meta: BTreeMap<String, MetaFile>,
    pub spec_version: String,
    pub version: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MetaFile {
    pub hashes: Hashes,
    pub length: u64,
    pub version: u64,
}

impl Root {
    pub fn new(expires: String) -> Self {
        Self {
            consistent_snapshot: true,
            expires,
            keys: BTreeMap::new(),
            roles: Roles {
                root: RoleKeys::default(),
                snapshot: RoleKeys::default(),
                targets: RoleKeys::default(),
                timestamp: RoleKeys::default(),
            },
            spec_version: SPEC_VERSION.to_owned(),
            version: 1,
        }
    }

    /// Gives the three roles that sign every edition the same keys, drops keys that no role has any more.
    pub fn settle(&mut self, signing: RoleKeys) {
        self.roles.snapshot = signing.clone();
        self.roles.timestamp = signing.clone();
        self.roles.targets = signing;
        let roles = &self.roles;
        self.keys
            .retain(|id, _| roles.root.keyids.contains(id) || roles.targets.keyids.contains(id));
    }
}

impl Key {
    pub fn of(pair: &Ed25519KeyPair) -> Self {
        Self {
            keytype: "ed25519".to_owned(),
            keyval: KeyValue {
                public: hex(pair.public_key().as_ref()),
            },
            scheme: "ed25519".to_owned(),
        }
    }

    /// The SHA-256 of the key as it is signed.
    pub fn id(&self) -> io::Result<String> {
        Ok(hex(&Sha256::digest(canonical(self)?)))
    }

    fn holds(&self, text: &[u8], signature: &str) -> bool {
        let (Some(public), Some(signature)) = (unhex(&self.keyval.public), unhex(signature)) else {
            return false;
        };
        UnparsedPublicKey::new(&ED25519, public)
            .verify(text, &signature)
            .is_ok()
    }
}

impl<T: Serialize> Signed<T> {
    /// Signs a role with some keys.
    pub fn by<'a>(
        signed: T,
        pairs: impl Iterator<Item = (&'a String, &'a Ed25519KeyPair)>,
    ) -> io::Result<Self> {
        let text = canonical(&signed)?;
        let signatures = pairs.map(|(id, pair)| Signature {
            keyid: id.clone(),
            sig: hex(pair.sign(&text).as_ref()),
        });
        Ok(Self {
            signatures: signatures.collect(),
            signed,
        })
    }

    /// How many keys of a role have signed it.
    pub fn valid(&self, root: &Root, role: &RoleKeys) -> io::Result<u64> {
        let text = canonical(&self.signed)?;
        let signed = |id: &&String| {
            let key = root.keys.get(*id);
            let by = self.signatures.iter().find(|signature| signature.keyid == **id);
            key.zip(by).is_some_and(|(key, by)| key.holds(&text, &by.sig))
        };
        Ok(role.keyids.iter().filter(signed).count() as u64)
    }

    /// The bytes of its file.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        canonical(self)
    }
}

/// The targets of an edition.
pub(crate) fn targets(version: u64, expires: String, index: &FileRef, custom: Ways) -> Targets {
    let target = Target {
        custom,
        hashes: Hashes {
            sha256: index.hash.clone(),
        },
        length: index.bytes,
    };
    Targets {
        expires,
        spec_version: SPEC_VERSION.to_owned(),
        targets: BTreeMap::from([(TARGET_NAME.to_owned(), target)]),
        version,
    }
}

/// A role that vouches for another file.
pub(crate) fn meta(kind: &str, version: u64, expires: String, name: &str, of: &FileRef) -> Meta {
    let file = MetaFile {
        hashes: Hashes {
            sha256: of.hash.clone(),
        },
        length: of.bytes,
        version,
    };
    Meta {
        kind: kind.to_owned(),
        expires,
        meta: BTreeMap::from([(name.to_owned(), file)]),
        spec_version: SPEC_VERSION.to_owned(),
        version,
    }
}

/// The SHA-256 and length of some bytes.
pub(crate) fn file_ref(bytes: &[u8]) -> io::Result<FileRef> {
    Ok(FileRef {
        hash: hex(&Sha256::digest(bytes)).parse().map_err(io::Error::other)?,
        bytes: bytes.len() as u64,
    })
}

/// Canonical JSON: what is signed, and how files are written, so that the same content is the same bytes.
fn canonical(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, CanonicalFormatter::new());
    value.serialize(&mut serializer).map_err(io::Error::other)?;
    Ok(text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() {
        return None;
    }
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
