//! A publication's metadata → the one index that may be believed: TUF by `tough`, over this room's network port.
//!
//! What was verified before is handed to `tough` from memory, so that a publication that has not changed costs two requests:
//! for the next root, which is not there, and for the timestamp. Dates are judged by `dated`, not by `tough`, which would turn
//! an expired guide and a clock that was put right into errors.

use super::attack::{Attack, named};
use super::dated::Expiries;
use super::download::blocking;
use super::folder::Folder;
use super::small::fetch_small;
use super::source::Source;
use super::trust::{Bench, Kept, Role, fingerprint};
use super::{Control, SyncError, syncer::Tools};
use crate::catalogue::model::BlobHash;
use crate::publication::{FileRef, MAX_INDEX_BYTES, MAX_METADATA_BYTES, TARGET_NAME, Ways, root_name};
use bytes::Bytes;
use futures_util::stream;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tough::error::Error;
use tough::schema::Target;
use tough::{
    ExpirationEnforcement, Limits, Repository, RepositoryLoader, TargetName, Transport, TransportError,
    TransportErrorKind, TransportStream,
};
use url::Url;

/// How many roots may follow one another before a phone that slept through them all gives up; one a year is usual.
const MAX_ROOTS: u64 = 256;

/// Metadata that were verified.
pub(super) struct Verified {
    /// What to remember, once the plan is carried out.
    pub kept: Kept,
    /// The index.
    pub index: FileRef,
    /// Other ways to have the index.
    pub custom: Ways,
    /// Until when it is vouched for.
    pub expiries: Expiries,
    /// Bytes that came over the network.
    pub bytes: u64,
}

/// Loads and verifies. Writes nothing that stays.
///
/// # Errors
/// [`SyncError::Untrusted`] with the attack, [`SyncError::UnknownRoot`] if nobody said which root to believe,
/// [`SyncError::NotAPublication`] if there are no metadata, and failures of the network and of the disk.
pub(super) async fn verify(
    tools: &Tools,
    control: &Control,
    source: &Source,
    kept: Kept,
) -> Result<Verified, SyncError> {
    let shared = Arc::new(Shared {
        tools: tools.clone(),
        control: control.clone(),
        kept: Mutex::default(),
        seen: Mutex::default(),
    });
    let kept = with_root(&shared, source, kept).await?;
    for role in [&kept.snapshot, &kept.targets].into_iter().flatten() {
        lock(&shared.kept).insert(role.name.clone(), role.text.clone().into_bytes());
    }
    let repository = match load(&shared, source, &kept).await {
        // Two files under one version: what was kept may be the other one. The server's own decides.
        Err(SyncError::Untrusted {
            attack: Attack::Mixed { .. },
            ..
        }) if !lock(&shared.kept).is_empty() => {
            lock(&shared.kept).clear();
            load(&shared, source, &kept).await?
        }
        other => other?,
    };
    let seen = std::mem::take(&mut *lock(&shared.seen));
    examine(source, kept, &repository, seen)
}

async fn load(shared: &Arc<Shared>, source: &Source, kept: &Kept) -> Result<Repository, SyncError> {
    let (folder, floors) = (Folder::new(&shared.tools.root), kept.clone());
    let bench = blocking(move || Bench::set_up(&folder, &floors)).await?;
    let root = kept.root.clone().unwrap_or_default();
    let loaded = RepositoryLoader::new(&root, source.metadata(), source.targets())
        .transport(Network(Arc::clone(shared)))
        .limits(Limits {
            max_root_size: MAX_METADATA_BYTES,
            max_targets_size: MAX_METADATA_BYTES,
            max_timestamp_size: MAX_METADATA_BYTES,
            max_snapshot_size: MAX_METADATA_BYTES,
            max_root_updates: MAX_ROOTS,
        })
        .datastore(bench.path())
        .expiration_enforcement(ExpirationEnforcement::Unsafe)
        .load()
        .await;
    loaded.map_err(|error| match lock(&shared.seen).failure.take() {
        Some(SyncError::Server {
            status: status @ (404 | 410),
            url,
            ..
        }) => SyncError::NotAPublication {
            url,
            why: format!("the server answers {status}, there are no signed metadata"),
        },
        Some(SyncError::WrongBytes { url, expected, got }) => SyncError::NotAPublication {
            url,
            why: format!("expected {expected}, got {got}"),
        },
        Some(failed) => failed,
        None => refused(source, &error),
    })
}

fn refused(source: &Source, error: &Error) -> SyncError {
    match named(error) {
        Some(attack) => untrusted(source, attack),
        None => SyncError::Internal {
            why: error.to_string(),
        },
    }
}

fn untrusted(source: &Source, attack: Attack) -> SyncError {
    SyncError::Untrusted {
        url: source.as_str().to_owned(),
        attack,
    }
}

/// The root to begin with: the newest that was believed, else the one that was asked for, else the first that is seen if
/// somebody said so or this machine itself serves it.
async fn with_root(shared: &Arc<Shared>, source: &Source, mut kept: Kept) -> Result<Kept, SyncError> {
    if kept.root.is_some() {
        return Ok(kept);
    }
    let mut version = 1;
    let mut offered = None;
    loop {
        let url = source.metadata_file(&root_name(version));
        let bytes = match shared.fetch(&url).await {
            Ok(bytes) => bytes,
            Err(SyncError::Server {
                status: status @ (403 | 404 | 410),
                ..
            }) => return Err(no_root(source, &url, status, offered, kept.pinned)),
            Err(other) => return Err(other),
        };
        let hash = fingerprint(&bytes)?;
        let believed = match &kept.pinned {
            Some(pinned) => *pinned == hash,
            None if kept.first_seen || source.is_this_machine() => true,
            None => {
                return Err(SyncError::UnknownRoot {
                    url: source.as_str().to_owned(),
                    fingerprint: hash.to_string(),
                });
            }
        };
        if believed {
            kept.root = Some(String::from_utf8(bytes).map_err(|error| {
                let why = error.to_string();
                let what = "root".to_owned();
                untrusted(source, Attack::Malformed { what, why })
            })?);
            kept.fingerprint = Some(hash);
            return Ok(kept);
        }
        offered.get_or_insert(hash);
        version += 1;
        if version > MAX_ROOTS {
            return Err(no_root(source, &url, 404, offered, kept.pinned));
        }
    }
}

fn no_root(
    source: &Source,
    url: &Url,
    status: u16,
    offered: Option<BlobHash>,
    pinned: Option<BlobHash>,
) -> SyncError {
    match (offered, pinned) {
        (Some(offered), Some(expected)) => untrusted(
            source,
            Attack::OtherRoot {
                expected: expected.to_string(),
                offered: offered.to_string(),
            },
        ),
        // A wrong address is the likeliest reason, and it is the reader's to correct.
        _ => SyncError::NotAPublication {
            url: url.to_string(),
            why: format!("the server answers {status}, there are no signed metadata"),
        },
    }
}

/// What was verified, as far as this room needs it.
fn examine(
    source: &Source,
    mut kept: Kept,
    repository: &Repository,
    mut seen: Seen,
) -> Result<Verified, SyncError> {
    let root = &repository.root().signed;
    let (timestamp, snapshot) = (&repository.timestamp().signed, &repository.snapshot().signed);
    let targets = &repository.targets().signed;
    if let Some(name) = snapshot.meta.keys().find(|name| leads_out(name)) {
        return Err(untrusted(source, Attack::UnsafeName { name: name.clone() }));
    }
    if let Some(name) = targets
        .targets
        .keys()
        .map(TargetName::raw)
        .find(|name| leads_out(name))
    {
        let name = name.to_owned();
        return Err(untrusted(source, Attack::UnsafeName { name }));
    }
    let malformed = |why: String| {
        let what = "targets".to_owned();
        untrusted(source, Attack::Malformed { what, why })
    };
    let index = targets
        .targets
        .iter()
        .find(|(name, _)| name.raw() == TARGET_NAME)
        .map(|(_, target)| target)
        .ok_or_else(|| malformed(format!("there is no {TARGET_NAME}")))?;
    let (file, custom) = index_of(index).map_err(malformed)?;
    let expiries = Expiries {
        root: root.expires.as_second(),
        targets: targets.expires.as_second(),
        snapshot: snapshot.expires.as_second(),
        timestamp: timestamp.expires.as_second(),
    };
    let mut role = |name: String, version: u64, before: Option<Role>| {
        let fresh = seen
            .fresh
            .remove(&name)
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let fresh = fresh.map(|text| Role {
            name: name.clone(),
            version,
            text,
        });
        fresh.or(before.filter(|before| before.name == name))
    };
    let newest_root = role(root_name(root.version.get()), root.version.get(), None);
    if let Some(newest) = newest_root {
        kept.root = Some(newest.text);
    }
    kept.root_version = root.version.get();
    kept.timestamp = role("timestamp.json".to_owned(), timestamp.version.get(), None);
    kept.snapshot = role(
        format!("{}.snapshot.json", snapshot.version),
        snapshot.version.get(),
        kept.snapshot,
    );
    kept.targets = role(
        format!("{}.targets.json", targets.version),
        targets.version.get(),
        kept.targets,
    );
    kept.expires_unix_s = expiries.first().1;
    Ok(Verified {
        kept,
        index: file,
        custom,
        expiries,
        bytes: seen.bytes,
    })
}

fn leads_out(name: &str) -> bool {
    name.contains(['/', '\\', '\0']) || name == ".." || name == "."
}

fn index_of(target: &Target) -> Result<(FileRef, Ways), String> {
    let digits: String = target
        .hashes
        .sha256
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let hash = digits.parse().map_err(|_| "its hash is no SHA-256".to_owned())?;
    if target.length > MAX_INDEX_BYTES {
        return Err(format!(
            "{TARGET_NAME} has {} bytes, and at most {MAX_INDEX_BYTES} are allowed",
            target.length
        ));
    }
    let bytes = target.length;
    // Other ways to have the index are an offer: one that cannot be read is not taken.
    let custom = serde_json::to_value(&target.custom)
        .ok()
        .and_then(|custom| serde_json::from_value(custom).ok())
        .unwrap_or_default();
    Ok((FileRef { hash, bytes }, custom))
}

/// What one check needs and finds.
struct Shared {
    tools: Tools,
    control: Control,
    /// Files that need not be fetched: their names carry their version.
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    bytes: u64,
    fresh: BTreeMap<String, Vec<u8>>,
    /// Why the network failed, in this room's own words.
    failure: Option<SyncError>,
}

impl Shared {
    async fn fetch(&self, url: &Url) -> Result<Vec<u8>, SyncError> {
        let bytes = fetch_small(&self.tools, &self.control, url, MAX_METADATA_BYTES, None).await?;
        let mut seen = lock(&self.seen);
        seen.bytes += bytes.len() as u64;
        seen.fresh.insert(last_name(url), bytes.clone());
        Ok(bytes)
    }
}

/// The transport that `tough` is given.
#[derive(Clone)]
struct Network(Arc<Shared>);

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

#[tough::async_trait]
impl Transport for Network {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        let name = last_name(&url);
        let kept = lock(&self.0.kept).get(&name).cloned();
        if let Some(bytes) = kept {
            return Ok(whole(bytes));
        }
        match self.0.fetch(&url).await {
            Ok(bytes) => Ok(whole(bytes)),
            // Object stores answer 403 for a file that is not there to those who may not list.
            Err(SyncError::Server {
                status: 403 | 404 | 410,
                ..
            }) if name.ends_with(".root.json") => {
                Err(TransportError::new(TransportErrorKind::FileNotFound, url))
            }
            // In the body, because `tough` takes a failure before it for "there is no newer root".
            Err(error) => {
                lock(&self.0.seen).failure = Some(error);
                let failed = TransportError::new(TransportErrorKind::Other, url);
                Ok(Box::pin(stream::iter([Err(failed)])))
            }
        }
    }
}

fn whole(bytes: Vec<u8>) -> TransportStream {
    Box::pin(stream::iter([Ok(Bytes::from(bytes))]))
}

fn last_name(url: &Url) -> String {
    let name = url.path_segments().and_then(|mut parts| parts.next_back());
    name.unwrap_or_default().to_owned()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that holds it can leave it half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
