//! Files from the hosts to their places on disk: asked for, resumed, measured, verified, tried again, tried elsewhere. Knows
//! nothing of what the files mean.

use super::answer::{Failures, Pace, Trouble, answer, head, refused, trouble, unreachable, wrong};
use super::control::Steering;
use super::fetch::{Request, Unreached};
use super::folder::Folder;
use super::hosts::Hosts;
use super::part::{Ending, Part};
use super::progress::{FileMeter, Meter};
use super::resume::{Verdict, judge};
use super::source::Source;
use super::{SyncError, syncer::Tools};
use crate::publication::{FileKind, FileRef};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::path::PathBuf;
use tokio::sync::Semaphore;
use url::Url;

/// Bytes that are gathered before they are written: what may have to be fetched again after a kill.
const WRITE_BYTES: usize = 64 << 10;
/// Files that may wait for the disk while others come: a disk flushes many files nearly as quickly as one.
const FLUSHED_AT_ONCE: usize = 16;

/// A file to be fetched.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) kind: FileKind,
    pub(super) file: FileRef,
    pub(super) to: PathBuf,
}

/// What the downloads of one sync share.
pub(super) struct Downloads<'a> {
    pub(super) tools: &'a Tools,
    pub(super) folder: &'a Folder,
    pub(super) steering: Steering<'a>,
    pub(super) meter: &'a Meter,
    pub(super) hosts: &'a Hosts,
}

impl Downloads<'_> {
    /// Downloads files, several at once. Ends at the first one that cannot be had: an edition is whole or it is not.
    pub(super) async fn all(&self, files: &[Wanted]) -> Result<(), SyncError> {
        let at_once = self.tools.options.parallel.max(1);
        let slots = Semaphore::new(at_once);
        // Each begins when there is room for it: ten thousand waiting downloads would fill the memory of a phone.
        stream::iter(0..files.len())
            .map(|n| self.nth(&slots, files, n))
            .buffer_unordered(at_once + FLUSHED_AT_ONCE)
            .try_collect::<()>()
            .await
    }

    async fn nth(&self, slots: &Semaphore, files: &[Wanted], n: usize) -> Result<(), SyncError> {
        match files.get(n) {
            Some(wanted) => self.one(slots, wanted).await,
            None => Ok(()),
        }
    }

    /// One file, from the first host that has it.
    async fn one(&self, slots: &Semaphore, wanted: &Wanted) -> Result<(), SyncError> {
        let mut meter = FileMeter::new(self.meter);
        let mut told = None;
        for host in self.hosts.order() {
            match self.from(host, slots, &mut meter, wanted).await {
                Ok(()) => {
                    self.hosts.praise(host);
                    self.meter.file_done();
                    return Ok(());
                }
                Err(error) if self.hosts.blame(host, &error) => told = self.hosts.tell(told, host, error),
                Err(error) => return Err(error),
            }
        }
        Err(told.unwrap_or(SyncError::Cancelled))
    }

    async fn from(
        &self,
        host: &Source,
        slots: &Semaphore,
        meter: &mut FileMeter<'_>,
        wanted: &Wanted,
    ) -> Result<(), SyncError> {
        let url = host.hashed(wanted.kind, &wanted.file.hash);
        let mut failures = Failures::default();
        loop {
            self.steering.running(self.meter).await;
            let obtained = tokio::select! {
                biased;
                () = self.steering.control.cancelled() => return Err(SyncError::Cancelled),
                () = self.steering.stopped() => continue,
                obtained = self.obtain(slots, meter, &url, wanted) => obtained,
            };
            // What follows is not given up halfway: it needs no network.
            let ended = match obtained {
                Ok((part, found)) => finish(part, found, &url, wanted).await,
                Err(trouble) => Err(trouble),
            };
            match ended {
                Ok(()) => return Ok(()),
                Err(Trouble::Anew) => meter.at(0),
                Err(Trouble::Fatal(error)) => return Err(error),
                Err(Trouble::Retry(error, asked)) => {
                    let failures = failures.add(meter.bytes());
                    let policy = self.tools.options.retry;
                    let Some(wait) = policy.wait(failures, asked, self.tools.clock.chance()) else {
                        return Err(error);
                    };
                    tokio::select! {
                        () = self.steering.control.cancelled() => return Err(SyncError::Cancelled),
                        () = self.tools.clock.sleep(wait) => {}
                    }
                }
            }
        }
    }

    /// The part with all its bytes, and how many of them were found on disk.
    async fn obtain(
        &self,
        slots: &Semaphore,
        meter: &mut FileMeter<'_>,
        url: &Url,
        wanted: &Wanted,
    ) -> Result<(Part, u64), Trouble> {
        // Never closed, so it is always given.
        let _slot = slots.acquire().await;
        let (folder, file) = (self.folder.clone(), wanted.file.clone());
        let mut part = blocking(move || Part::open(&folder, &file)).await?;
        let found = part.bytes();
        meter.at(found);
        if found < wanted.file.bytes || found == 0 {
            part = receive(self.tools, meter, url, &wanted.file, part).await?;
        }
        Ok((part, found))
    }
}

/// Puts a part that has all its bytes in its place.
async fn finish(part: Part, found: u64, url: &Url, wanted: &Wanted) -> Result<(), Trouble> {
    let (hash, to) = (wanted.file.hash.clone(), wanted.to.clone());
    match blocking(move || part.finish(&hash, &to)).await? {
        Ending::InPlace => Ok(()),
        // What was found may have been spoilt on this disk; only a file that came whole from the server accuses it.
        Ending::Wrong(_) if found > 0 => Err(Trouble::Anew),
        Ending::Wrong(got) => Err(Trouble::Fatal(wrong(url, &wanted.file, format!("SHA-256 {got}")))),
    }
}

/// Asks for what is missing of a part and adds it, until the part is as long as the file.
async fn receive(
    tools: &Tools,
    meter: &mut FileMeter<'_>,
    url: &Url,
    file: &FileRef,
    mut part: Part,
) -> Result<Part, Trouble> {
    let bytes = file.bytes;
    let request = Request {
        url: url.clone(),
        from_byte: part.bytes(),
    };
    let mut reply = answer(tools, url, request).await?;
    match judge(head(&reply), part.bytes(), bytes) {
        Verdict::Append => {}
        Verdict::Restart => {
            part = empty(part).await?;
            meter.at(0);
        }
        Verdict::AskForAll => {
            empty(part).await?;
            return Err(Trouble::Anew);
        }
        Verdict::Wrong(got) => return Err(Trouble::Fatal(wrong(url, file, got))),
        Verdict::Refused => return Err(refused(tools, url, &reply)),
    }
    let mut pace = Pace::new(tools.options.stall);
    let mut buffer = Vec::with_capacity(WRITE_BYTES);
    let ended = loop {
        let piece = match pace.next(&mut reply).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break Ok(()),
            Err(error) => break Err(trouble(tools, url, error)),
        };
        let length = piece.len() as u64;
        if part.bytes() + buffer.len() as u64 + length > bytes {
            // Nothing of such an answer can be trusted.
            empty(part).await?;
            meter.at(0);
            return Err(Trouble::Fatal(wrong(
                url,
                file,
                format!("more than {bytes} bytes"),
            )));
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
        return Err(Trouble::Retry(unreachable(url, Unreached::Cut, why), None));
    }
    Ok(part)
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
