//! One question to a server and its answer: how long it is waited for, and what a refusal means. Keeps nothing.

use super::fetch::{FetchError, Reply, Request, Unreached};
use super::resume::Head;
use super::retry::{HEADWAY_BYTES, retry_after};
use super::{SyncError, syncer::Tools};
use crate::publication::FileRef;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

/// Fewest bytes that must come within the stall time: below, a server only pretends to send.
const TRICKLE_BYTES: u64 = 1 << 10;

/// How an attempt failed.
pub(super) enum Trouble {
    /// Another try may do, after the wait that the server asked for.
    Retry(SyncError, Option<Duration>),
    /// The part was of no use and is empty now: ask at once, for everything.
    Anew,
    /// Another try would end the same.
    Fatal(SyncError),
}

impl From<SyncError> for Trouble {
    fn from(error: SyncError) -> Self {
        Self::Fatal(error)
    }
}

/// Failures in a row, and when they stop being in a row.
#[derive(Default)]
pub(super) struct Failures {
    count: u32,
    /// Most bytes of the file that were ever here, when the last failure was counted.
    best: u64,
}

impl Failures {
    pub(super) fn add(&mut self, bytes: u64) -> u32 {
        if bytes >= self.best.saturating_add(HEADWAY_BYTES) {
            self.count = 0;
        }
        self.best = self.best.max(bytes);
        self.count += 1;
        self.count
    }
}

/// Sends a request and waits for the answer's head, not for ever.
pub(super) async fn answer(tools: &Tools, url: &Url, request: Request) -> Result<Reply, Trouble> {
    // The fetcher's own, shorter patience with connecting comes first; this one holds for any fetcher.
    match timeout(tools.options.stall, tools.fetcher.fetch(request)).await {
        Ok(reply) => reply.map_err(|error| trouble(tools, url, error)),
        Err(_) => Err(trouble(tools, url, FetchError::Stalled)),
    }
}

/// Watches that a body keeps coming.
pub(super) struct Pace {
    stall: Duration,
    until: Instant,
    bytes: u64,
}

impl Pace {
    pub(super) fn new(stall: Duration) -> Self {
        Self {
            stall,
            until: Instant::now() + stall,
            bytes: 0,
        }
    }

    pub(super) async fn next(&mut self, reply: &mut Reply) -> Result<Option<bytes::Bytes>, FetchError> {
        let piece = match timeout_at(self.until, reply.body.next()).await {
            Err(_) => return Err(FetchError::Stalled),
            Ok(piece) => piece.transpose()?,
        };
        self.bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        if self.bytes >= TRICKLE_BYTES {
            *self = Self::new(self.stall);
        }
        Ok(piece)
    }
}

pub(super) fn head(reply: &Reply) -> Head<'_> {
    Head {
        status: reply.status,
        content_length: reply.content_length,
        content_range: reply.content_range.as_deref(),
        content_encoding: reply.content_encoding.as_deref(),
    }
}

/// What a refusal means: overload and failures inside the server pass, everything else stays.
pub(super) fn refused(tools: &Tools, url: &Url, reply: &Reply) -> Trouble {
    let after = reply
        .retry_after
        .as_deref()
        .and_then(|value| retry_after(value, tools.clock.unix_s()));
    let error = SyncError::Server {
        status: reply.status,
        url: url.to_string(),
        retry_after_s: after.map(|wait| wait.as_secs()),
    };
    match reply.status {
        408 | 425 | 429 | 500 | 502 | 503 | 504 => Trouble::Retry(error, after),
        _ => Trouble::Fatal(error),
    }
}

pub(super) fn trouble(tools: &Tools, url: &Url, error: FetchError) -> Trouble {
    match error {
        FetchError::Network { kind, why } => Trouble::Retry(unreachable(url, kind, why), None),
        FetchError::Refused { kind, why } => Trouble::Fatal(unreachable(url, kind, why)),
        FetchError::Stalled => {
            let seconds = tools.options.stall.as_secs();
            Trouble::Retry(
                SyncError::Stalled {
                    url: url.to_string(),
                    seconds,
                },
                None,
            )
        }
    }
}

pub(super) fn unreachable(url: &Url, kind: Unreached, why: String) -> SyncError {
    SyncError::Unreachable {
        url: url.to_string(),
        kind,
        why,
    }
}

pub(super) fn wrong(url: &Url, file: &FileRef, got: String) -> SyncError {
    SyncError::WrongBytes {
        url: url.to_string(),
        expected: announced(file),
        got,
    }
}

pub(super) fn announced(file: &FileRef) -> String {
    format!("{} bytes with SHA-256 {}", file.bytes, file.hash)
}
