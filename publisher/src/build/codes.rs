//! Which pack has a code → code directories that every phone keeps, or shards that are asked when a code is unknown.

use super::BuildError;
use super::texts::TextStore;
use alloclap_core::catalogue::model::Id;
use alloclap_core::publication::{
    CodeHome, CodeShard, Codes, CodesEntry, FileKind, MAX_LISTED_CODES, MAX_SHARD_CODES, code_digest,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the index says about codes.
#[derive(Default)]
pub(super) struct Written {
    pub listed: Vec<CodesEntry>,
    pub shards: Option<CodesEntry>,
}

/// Writes the directory of codes, each with the pack that has it and its area.
pub(super) fn write(texts: &TextStore<'_>, codes: BTreeMap<String, (Id, Id)>) -> Result<Written, BuildError> {
    if codes.is_empty() {
        return Ok(Written::default());
    }
    if codes.len() > MAX_LISTED_CODES {
        let homes = codes
            .into_iter()
            .map(|(code, (pack, area))| (code_digest(&code), code, CodeHome { pack, area }));
        return Ok(Written {
            listed: Vec::new(),
            shards: Some(shard(texts, "", homes.collect())?),
        });
    }
    let codes = codes.into_iter().map(|(code, (pack, _))| (code, pack)).collect();
    let listed = entry(texts, "", &Codes { codes })?;
    Ok(Written {
        listed: vec![listed],
        shards: None,
    })
}

/// A shard, divided by the next digit until its codes are few.
fn shard(
    texts: &TextStore<'_>,
    prefix: &str,
    codes: Vec<(String, String, CodeHome)>,
) -> Result<CodesEntry, BuildError> {
    let mut shard = CodeShard::default();
    if codes.len() <= MAX_SHARD_CODES {
        shard.codes = codes.into_iter().map(|(_, code, home)| (code, home)).collect();
    } else {
        let mut divided: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for code in codes {
            let next: String = code.0.chars().take(prefix.len() + 1).collect();
            divided.entry(next).or_default().push(code);
        }
        for (next, codes) in divided {
            shard.shards.push(self::shard(texts, &next, codes)?);
        }
    }
    entry(texts, prefix, &shard)
}

fn entry(texts: &TextStore<'_>, prefix: &str, list: &impl Serialize) -> Result<CodesEntry, BuildError> {
    let written = texts.list(FileKind::Codes, prefix, &super::store::json(list)?)?;
    Ok(CodesEntry {
        prefix: prefix.to_owned(),
        file: written.file,
        ways: written.ways,
    })
}
