//! Since when files on a host are not referenced any more: kept on the host itself, so that any machine of the publisher's may
//! push. Pure.

use super::order::Upload;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The ledger's name on the host.
pub const LEDGER: &str = "pushed.json";

/// Path → seconds since 1970 since when nothing references it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    #[serde(default)]
    unreferenced_since: BTreeMap<String, i64>,
}

impl Ledger {
    /// Reads it. One that cannot be read begins anew: then files stay longer, which costs room and nothing else.
    pub(super) fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        // Text and numbers always serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(super) fn len(&self) -> u64 {
        self.unreferenced_since.len() as u64
    }

    /// Notes what is there and not named any more, and gives what was noted long enough ago. Only files that are named by
    /// their hash: others are pages, metadata, or somebody else's.
    pub(super) fn update<'a>(
        &mut self,
        there: impl Iterator<Item = &'a str>,
        named: &BTreeSet<&str>,
        now_s: i64,
        grace_s: i64,
    ) -> Vec<String> {
        let unreferenced: BTreeSet<&str> = there
            .filter(|path| !named.contains(path) && Upload::new((*path).to_owned(), 0).hashed)
            .collect();
        self.unreferenced_since
            .retain(|path, _| unreferenced.contains(path.as_str()));
        for path in unreferenced {
            self.unreferenced_since.entry(path.to_owned()).or_insert(now_s);
        }
        let expired = self
            .unreferenced_since
            .iter()
            .filter(|(_, since)| now_s.saturating_sub(**since) >= grace_s);
        expired.map(|(path, _)| path.clone()).collect()
    }

    pub(super) fn forget(&mut self, removed: &[String]) {
        for path in removed {
            self.unreferenced_since.remove(path);
        }
    }
}
