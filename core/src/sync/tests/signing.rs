//! Signed metadata for publications of tests, honest or not.

use super::town::Files;
use crate::publication::FileKind;
use crate::sync::part::hash_of;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use olpc_cjson::CanonicalFormatter;
use serde::Serialize;
use serde_json::{Value, json};

/// A date that no test reaches.
pub(in crate::sync) const FAR: &str = "2199-01-01T00:00:00Z";

/// How a publication is signed. Keys are named by a number.
#[derive(Clone)]
pub(in crate::sync) struct Signing {
    /// For each root version: the root's keys, and those of the other roles.
    pub(in crate::sync) roots: Vec<(Vec<u8>, Vec<u8>)>,
    /// Signatures that each role needs.
    pub(in crate::sync) threshold: u64,
    /// Who really signs timestamp, snapshot and targets; those of the newest root if nobody else.
    pub(in crate::sync) hands: Option<Vec<u8>>,
    /// Version of timestamp, snapshot and targets.
    pub(in crate::sync) version: u64,
    /// When root, targets, snapshot and timestamp expire.
    pub(in crate::sync) expires: [&'static str; 4],
    /// The name of the target.
    pub(in crate::sync) target: &'static str,
    /// The field `custom` of the target.
    pub(in crate::sync) custom: Value,
}

impl Signing {
    pub(in crate::sync) fn new(version: u64) -> Self {
        Self {
            roots: vec![(vec![1], vec![2])],
            threshold: 1,
            hands: None,
            version,
            expires: [FAR; 4],
            target: "index.json",
            custom: json!({}),
        }
    }

    /// Adds the metadata for an index, and the index itself.
    pub(in crate::sync) fn sign(&self, files: &mut Files, index: Vec<u8>) {
        let mut put = |name: String, bytes: &[u8]| {
            files.insert(format!("/metadata/{name}"), bytes.to_vec());
        };
        let mut before: Vec<u8> = Vec::new();
        for (at, (root, online)) in self.roots.iter().enumerate() {
            let role = |of: &[u8]| json!({"keyids": of.iter().map(|n| key_id(*n)).collect::<Vec<_>>(), "threshold": self.threshold});
            let keys: serde_json::Map<_, _> = root
                .iter()
                .chain(online)
                .map(|n| (key_id(*n), public(*n)))
                .collect();
            let text = json!({
                "_type": "root", "spec_version": "1.0.0", "version": at + 1, "expires": self.expires[0],
                "consistent_snapshot": true, "keys": keys,
                "roles": {"root": {"keyids": role(root)["keyids"], "threshold": 1}, "targets": role(online), "snapshot": role(online), "timestamp": role(online)},
            });
            let mut hands = before.clone();
            hands.extend(root.iter().filter(|n| !before.contains(n)));
            put(format!("{}.root.json", at + 1), &signed(&text, &hands));
            before.clone_from(root);
        }
        let online = self.roots.last().unwrap().1.clone();
        let hands = self.hands.clone().unwrap_or(online);
        let v = self.version;
        let hash = hash_of(&index).unwrap();
        let mut target = json!({"length": index.len(), "hashes": {"sha256": hash.as_str()}});
        if self.custom != json!({}) {
            target["custom"] = self.custom.clone();
        }
        let targets = signed(
            &json!({
                "_type": "targets", "spec_version": "1.0.0", "version": v, "expires": self.expires[1],
                "targets": {self.target: target},
            }),
            &hands,
        );
        let snapshot = signed(
            &json!({
                "_type": "snapshot", "spec_version": "1.0.0", "version": v, "expires": self.expires[2],
                "meta": {"targets.json": meta(v, &targets)},
            }),
            &hands,
        );
        let timestamp = signed(
            &json!({
                "_type": "timestamp", "spec_version": "1.0.0", "version": v, "expires": self.expires[3],
                "meta": {"snapshot.json": meta(v, &snapshot)},
            }),
            &hands,
        );
        put(format!("{v}.targets.json"), &targets);
        put(format!("{v}.snapshot.json"), &snapshot);
        put("timestamp.json".to_owned(), &timestamp);
        files.insert(format!("/{}", FileKind::Index.path(&hash)), index);
    }
}

fn meta(version: u64, bytes: &[u8]) -> Value {
    json!({"version": version, "length": bytes.len(), "hashes": {"sha256": hash_of(bytes).unwrap().as_str()}})
}

fn pair(n: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[n; 32]).unwrap()
}

fn public(n: u8) -> Value {
    json!({"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": hex(pair(n).public_key().as_ref())}})
}

fn key_id(n: u8) -> String {
    hash_of(&canonical(&public(n))).unwrap().to_string()
}

/// A role with the signatures of some keys.
pub(in crate::sync) fn signed(role: &Value, hands: &[u8]) -> Vec<u8> {
    let text = canonical(role);
    let signatures: Vec<_> = hands
        .iter()
        .map(|n| json!({"keyid": key_id(*n), "sig": hex(pair(*n).sign(&text).as_ref())}))
        .collect();
    serde_json::to_vec(&json!({"signed": role, "signatures": signatures})).unwrap()
}

fn canonical(value: &Value) -> Vec<u8> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, CanonicalFormatter::new());
    value.serialize(&mut serializer).unwrap();
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
