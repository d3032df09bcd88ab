//! Small files whole into memory: indexes, lists, metadata. Tries again as patiently as for large ones, and never takes more
//! than was announced.

use super::answer::{Failures, Pace, Trouble, announced, answer, head, refused, trouble, unreachable};
use super::fetch::{Request, Unreached};
use super::hosts::Hosts;
use super::part::hash_of;
use super::resume::{Verdict, judge};
use super::{Control, SyncError, syncer::Tools};
use crate::publication::{FileKind, FileRef};
use url::Url;

/// The same for a file that is named by its hash, from the first host that has it.
pub(super) async fn fetch_small_from(
    tools: &Tools,
    control: &Control,
    hosts: &Hosts,
    (kind, file): (FileKind, &FileRef),
    limit: u64,
) -> Result<Vec<u8>, SyncError> {
    let mut told = None;
    for host in hosts.order() {
        let url = host.hashed(kind, &file.hash);
        match fetch_small(tools, control, &url, limit, Some(file)).await {
            Ok(bytes) => {
                hosts.praise(host);
                return Ok(bytes);
            }
            Err(error) if hosts.blame(host, &error) => told = hosts.tell(told, host, error),
            Err(error) => return Err(error),
        }
    }
    Err(told.unwrap_or(SyncError::Cancelled))
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
            return Err(Trouble::Retry(unreachable(url, Unreached::Cut, why), None));
        }
        let got = hash_of(&bytes).map_err(|why| SyncError::Internal { why })?;
        if got != file.hash {
            return Err(told(format!("SHA-256 {got}")));
        }
    }
    Ok(bytes)
}
