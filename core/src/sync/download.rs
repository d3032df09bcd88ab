//! One file from the server to its place on disk: asked for, resumed, measured, verified, tried again. Knows nothing of
//! what the file means.

use super::fetch::{FetchError, Reply, Request};
use super::folder::Folder;
use super::part::{Ending, Part, hash_of};
use super::progress::{FileMeter, Meter};
use super::resume::{Head, Verdict, judge};
use super::retry::{HEADWAY_BYTES, retry_after};
use super::{Control, SyncError, syncer::Tools};
use crate::publication::FileRef;
use futures_util::StreamExt;
use std::{path::PathBuf, time::Duration};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

/// Bytes that are gathered before they are written: what may have to be fetched again after a kill.
const WRITE_BYTES: usize = 64 << 10;
/// Fewest bytes that must come within the stall time: below, a server only pretends to send.
const TRICKLE_BYTES: u64 = 1 << 10;

/// A file to be fetched.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) url: Url,
    pub(super) file: FileRef,
    pub(super) to: PathBuf,
}

/// How an attempt failed.
enum Trouble {
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
struct Failures {
    count: u32,
    /// Most bytes of the file that were ever here, when the last failure was counted.
    best: u64,
}

impl Failures {
    fn add(&mut self, bytes: u64) -> u32 {
        if bytes >= self.best.saturating_add(HEADWAY_BYTES) {
            self.count = 0;
        }
        self.best = self.best.max(bytes);
        self.count += 1;
        self.count
    }
}

/// Downloads a file to its place. Pauses and cancels as `control` says.
pub(super) async fn download(
    tools: &Tools,
    folder: &Folder,
    control: &Control,
    meter: &Meter,
    wanted: &Wanted,
) -> Result<(), SyncError> {
    let mut failures = Failures::default();
    let mut file_meter = FileMeter::new(meter);
    loop {
        control.running().await;
        let attempt = tokio::select! {
            biased;
            () = control.paused() => continue,
            () = control.cancelled() => return Err(SyncError::Cancelled),
            attempt = attempt(tools, folder, &mut file_meter, wanted) => attempt,
        };
        match attempt {
            Ok(()) => {
                meter.file_done();
                return Ok(());
            }
            Err(Trouble::Anew) => {}
            Err(Trouble::Fatal(error)) => return Err(error),
            Err(Trouble::Retry(error, asked)) => {
                let failures = failures.add(file_meter.bytes());
                let Some(wait) = tools.options.retry.wait(failures, asked, tools.clock.chance()) else {
                    return Err(error);
                };
                tokio::select! {
                    () = control.cancelled() => return Err(SyncError::Cancelled),
                    () = tools.clock.sleep(wait) => {}
                }
            }
        }
    }
}

async fn attempt(
    tools: &Tools,
    folder: &Folder,
    meter: &mut FileMeter<'_>,
    wanted: &Wanted,
) -> Result<(), Trouble> {
    let mut part = {
        let (folder, file) = (folder.clone(), wanted.file.clone());
        blocking(move || Part::open(&folder, &file)).await?
    };
    let found = part.bytes();
    meter.at(found);
    if found < wanted.file.bytes || found == 0 {
        part = receive(tools, meter, wanted, part).await?;
    }
    let (hash, to) = (wanted.file.hash.clone(), wanted.to.clone());
    match blocking(move || part.finish(&hash, &to)).await? {
        Ending::InPlace => Ok(()),
        // What was found may have been spoilt on this disk; only a file that came whole from the server accuses it.
        Ending::Wrong(_) if found > 0 => {
            meter.at(0);
            Err(Trouble::Anew)
        }
        Ending::Wrong(got) => Err(Trouble::Fatal(wrong(wanted, format!("SHA-256 {got}")))),
    }
}

/// Asks for what is missing of a part and adds it, until the part is as long as the file.
async fn receive(
    tools: &Tools,
    meter: &mut FileMeter<'_>,
    wanted: &Wanted,
    mut part: Part,
) -> Result<Part, Trouble> {
    let bytes = wanted.file.bytes;
    let mut reply = ask(tools, wanted, part.bytes()).await?;
    match judge(head(&reply), part.bytes(), bytes) {
        Verdict::Append => {}
        Verdict::Restart => {
            part = empty(part).await?;
            meter.at(0);
        }
        Verdict::AskForAll => {
            empty(part).await?;
            meter.at(0);
            return Err(Trouble::Anew);
        }
        Verdict::Wrong(got) => return Err(Trouble::Fatal(wrong(wanted, got))),
        Verdict::Refused => return Err(refused(tools, &wanted.url, &reply)),
    }
    let mut pace = Pace::new(tools.options.stall);
    let mut buffer = Vec::with_capacity(WRITE_BYTES);
    let ended = loop {
        let piece = match pace.next(&mut reply).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break Ok(()),
            Err(error) => break Err(trouble(tools, &wanted.url, error)),
        };
        let length = piece.len() as u64;
        if part.bytes() + buffer.len() as u64 + length > bytes {
            // Nothing of such an answer can be trusted.
            empty(part).await?;
            meter.at(0);
            return Err(Trouble::Fatal(wrong(wanted, format!("more than {bytes} bytes"))));
        }
        buffer.extend_from_slice(&piece);
        meter.received(length);
        if buffer.len() >= WRITE_BYTES {
            (part, buffer) = append(part, buffer).await?;
        }
    };
    (part, _) = append(part, buffer).await?;
    ended?;
    if part.bytes() < bytes {
        let why = format!("the connection was cut after {} of {bytes} bytes", part.bytes());
        return Err(Trouble::Retry(unreachable(&wanted.url, why), None));
    }
    Ok(part)
}

/// Fetches a small file whole into memory, never more than `limit` bytes of it.
///
/// With `expected`, its length and hash must be those.
pub(super) async fn fetch_small(
    tools: &Tools,
    control: &Control,
    url: &Url,
    limit: u64,
    expected: Option<&FileRef>,
) -> Result<Vec<u8>, SyncError> {
    if let Some(file) = expected.filter(|file| file.bytes > limit) {
        let why = format!(
            "it announces {} bytes, and at most {limit} are allowed",
            file.bytes
        );
        return Err(SyncError::NotAPublication {
            url: url.to_string(),
            why,
        });
    }
    let mut failures = Failures::default();
    loop {
        control.running().await;
        let attempt = tokio::select! {
            biased;
            () = control.cancelled() => return Err(SyncError::Cancelled),
            attempt = small_attempt(tools, url, limit, expected) => attempt,
        };
        match attempt {
            Ok(bytes) => return Ok(bytes),
            Err(Trouble::Fatal(error)) => return Err(error),
            Err(Trouble::Anew) => {}
            Err(Trouble::Retry(error, asked)) => {
                let Some(wait) = tools
                    .options
                    .retry
                    .wait(failures.add(0), asked, tools.clock.chance())
                else {
                    return Err(error);
                };
                tokio::select! {
                    () = control.cancelled() => return Err(SyncError::Cancelled),
                    () = tools.clock.sleep(wait) => {}
                }
            }
        }
    }
}

async fn small_attempt(
    tools: &Tools,
    url: &Url,
    limit: u64,
    expected: Option<&FileRef>,
) -> Result<Vec<u8>, Trouble> {
    let limit = expected.map_or(limit, |file| file.bytes);
    let told = |got: String| {
        let expected = expected.map_or_else(|| format!("at most {limit} bytes"), announced);
        Trouble::Fatal(SyncError::WrongBytes {
            url: url.to_string(),
            expected,
            got,
        })
    };
    let request = Request {
        url: url.clone(),
        from_byte: 0,
    };
    let mut reply = answer(tools, url, request).await?;
    let length = expected
        .map(|file| file.bytes)
        .or(reply.content_length)
        .unwrap_or(limit);
    match judge(head(&reply), 0, length) {
        Verdict::Restart => {}
        Verdict::Refused => return Err(refused(tools, url, &reply)),
        Verdict::Wrong(got) => return Err(told(got)),
        // Judged only of answers to a range.
        Verdict::Append | Verdict::AskForAll => return Err(told("a range".to_owned())),
    }
    let mut pace = Pace::new(tools.options.stall);
    let mut bytes = Vec::new();
    while let Some(piece) = pace
        .next(&mut reply)
        .await
        .map_err(|error| trouble(tools, url, error))?
    {
        if (bytes.len() + piece.len()) as u64 > limit {
            return Err(told(format!("more than {limit} bytes")));
        }
        bytes.extend_from_slice(&piece);
    }
    if let Some(file) = expected {
        if (bytes.len() as u64) < file.bytes {
            let why = format!(
                "the connection was cut after {} of {} bytes",
                bytes.len(),
                file.bytes
            );
            return Err(Trouble::Retry(unreachable(url, why), None));
        }
        let got = hash_of(&bytes).map_err(|why| SyncError::Internal { why })?;
        if got != file.hash {
            return Err(told(format!("SHA-256 {got}")));
        }
    }
    Ok(bytes)
}

async fn ask(tools: &Tools, wanted: &Wanted, from_byte: u64) -> Result<Reply, Trouble> {
    answer(
        tools,
        &wanted.url,
        Request {
            url: wanted.url.clone(),
            from_byte,
        },
    )
    .await
}

/// Sends a request and waits for the answer's head, not for ever.
async fn answer(tools: &Tools, url: &Url, request: Request) -> Result<Reply, Trouble> {
    // The fetcher's own, shorter patience with connecting comes first; this one holds for any fetcher.
    match timeout(tools.options.stall, tools.fetcher.fetch(request)).await {
        Ok(reply) => reply.map_err(|error| trouble(tools, url, error)),
        Err(_) => Err(trouble(tools, url, FetchError::Stalled)),
    }
}

/// Watches that a body keeps coming.
struct Pace {
    stall: Duration,
    until: Instant,
    bytes: u64,
}

impl Pace {
    fn new(stall: Duration) -> Self {
        Self {
            stall,
            until: Instant::now() + stall,
            bytes: 0,
        }
    }

    async fn next(&mut self, reply: &mut Reply) -> Result<Option<bytes::Bytes>, FetchError> {
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

fn head(reply: &Reply) -> Head<'_> {
    Head {
        status: reply.status,
        content_length: reply.content_length,
        content_range: reply.content_range.as_deref(),
        content_encoding: reply.content_encoding.as_deref(),
    }
}

/// What a refusal means: overload and failures inside the server pass, everything else stays.
fn refused(tools: &Tools, url: &Url, reply: &Reply) -> Trouble {
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

fn trouble(tools: &Tools, url: &Url, error: FetchError) -> Trouble {
    match error {
        FetchError::Network(why) => Trouble::Retry(unreachable(url, why), None),
        FetchError::Refused(why) => Trouble::Fatal(unreachable(url, why)),
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

fn unreachable(url: &Url, why: String) -> SyncError {
    SyncError::Unreachable {
        url: url.to_string(),
        why,
    }
}

fn wrong(wanted: &Wanted, got: String) -> SyncError {
    SyncError::WrongBytes {
        url: wanted.url.to_string(),
        expected: announced(&wanted.file),
        got,
    }
}

fn announced(file: &FileRef) -> String {
    format!("{} bytes with SHA-256 {}", file.bytes, file.hash)
}

async fn empty(mut part: Part) -> Result<Part, SyncError> {
    blocking(move || part.empty().map(|()| part)).await
}

/// Writes the buffer, and gives it back empty.
async fn append(mut part: Part, mut buffer: Vec<u8>) -> Result<(Part, Vec<u8>), SyncError> {
    blocking(move || {
        part.append(&buffer)?;
        buffer.clear();
        Ok((part, buffer))
    })
    .await
}

/// Runs what blocks on a thread that may.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SyncError> + Send + 'static,
) -> Result<T, SyncError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        Err(SyncError::Internal {
            why: error.to_string(),
        })
    })
}
