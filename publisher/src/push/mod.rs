//! A publication onto a host: a folder, a machine reached by rsync or SFTP, an object store (S3 and compatible).
//!
//! Files go in the only safe order: blobs, packs, lists, indexes, metadata, and last what names the newest edition. So whoever
//! looks while it goes on finds the old edition whole, or the new one. What is no longer referenced stays for a grace period,
//! for phones that began with the old edition; when that began is kept beside the files, in [`LEDGER`]. Builds nothing, and
//! knows nothing of what the files mean.

mod destination;
mod folder;
mod ledger;
mod message;
mod order;
mod program;
mod rsync;
mod s3;
mod sftp;

pub use destination::{Address, PushError};
pub use ledger::LEDGER;

use destination::Destination;
use ledger::Ledger;
use order::{Upload, uploads};
use std::collections::BTreeSet;
use std::path::Path;

/// Days for which what is no longer referenced stays: longer than a phone that was away over a holiday takes to finish.
pub const GRACE_DAYS: u32 = 30;
/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;

/// How a publication is pushed.
#[derive(Debug, Clone, PartialEq)]
pub struct PushOptions {
    /// Days for which what is no longer referenced stays.
    pub grace_days: u32,
    /// Seconds since 1970, UTC.
    pub now_s: i64,
    /// The S3 server's address, if it is not Amazon's.
    pub endpoint: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PushReport {
    /// Files that were sent.
    pub sent: u64,
    /// Their bytes.
    pub sent_bytes: u64,
    /// Files that were there already.
    pub kept: u64,
    /// Files that nothing references any more and that stay for now.
    pub waiting: u64,
    /// Files whose grace was over, and that were removed.
    pub removed: u64,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushProgress {
    /// Files that were sent.
    pub done: u64,
    /// Files to send.
    pub total: u64,
}

/// Sends a publication to where it is served from. May be repeated at any time: what is there already is not sent again, and
/// after a failure it goes on where it stopped.
///
/// # Errors
/// There is no publication in the folder, the destination cannot be reached or refuses, or its files cannot be read.
pub fn push(
    publication: &Path,
    to: &Address,
    options: &PushOptions,
    progress: &mut dyn FnMut(PushProgress),
) -> Result<PushReport, PushError> {
    let files = uploads(publication)?;
    let destination = to.open(options)?;
    push_files(publication, files, destination.as_ref(), options, progress)
}

fn push_files(
    publication: &Path,
    files: Vec<Upload>,
    destination: &dyn Destination,
    options: &PushOptions,
    progress: &mut dyn FnMut(PushProgress),
) -> Result<PushReport, PushError> {
    let there = destination.list()?;
    let mut report = PushReport::default();
    let named: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut ledger = destination
        .read(LEDGER)?
        .map_or_else(Ledger::default, |bytes| Ledger::read(&bytes));
    let expired = ledger.update(
        there.keys().map(String::as_str),
        &named,
        options.now_s,
        i64::from(options.grace_days) * DAY_S,
    );
    // What is named by its hash and has its length is the same; other names may hold anything.
    let to_send: Vec<&Upload> = files
        .iter()
        .filter(|file| !(file.hashed && there.get(&file.path) == Some(&file.bytes)))
        .collect();
    report.kept = (files.len() - to_send.len()) as u64;
    let total = to_send.len() as u64;
    progress(PushProgress { done: 0, total });
    for step in to_send.chunk_by(|a, b| a.rank == b.rank) {
        destination.send(publication, step)?;
        report.sent += step.len() as u64;
        report.sent_bytes += step.iter().map(|file| file.bytes).sum::<u64>();
        progress(PushProgress {
            done: report.sent,
            total,
        });
    }
    destination.remove(&expired)?;
    report.removed = expired.len() as u64;
    ledger.forget(&expired);
    report.waiting = ledger.len();
    destination.write(LEDGER, &ledger.bytes())?;
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn options(day: i64) -> PushOptions {
        PushOptions {
            grace_days: 30,
            now_s: day * DAY_S,
            endpoint: None,
        }
    }

    fn blob(letter: &str) -> String {
        format!("media/{}", letter.repeat(64))
    }

    #[test]
    fn a_folder_gets_what_it_lacks_and_loses_what_nobody_needs_after_the_grace() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let address: Address = to.path().to_str().unwrap().parse().unwrap();
        let push = |day| push(from.path(), &address, &options(day), &mut |_| {}).unwrap();
        write(from.path(), "metadata/timestamp.json", "first");
        write(from.path(), &blob("a"), "aaa");
        write(from.path(), &blob("b"), "bb");
        write(to.path(), "robots.txt", "somebody else's");
        let report = push(1);
        assert_eq!((report.sent, report.sent_bytes, report.kept), (3, 10, 0));
        assert_eq!(push(2).sent, 1, "only the index is sent again");

        fs::remove_file(from.path().join(blob("a"))).unwrap();
        write(from.path(), &blob("c"), "c");
        write(from.path(), "metadata/timestamp.json", "second");
        let report = push(10);
        assert_eq!((report.sent, report.waiting, report.removed), (2, 1, 0));
        assert!(
            to.path().join(blob("a")).exists(),
            "a phone that began yesterday finds its file gone"
        );
        assert_eq!((push(39).removed, push(41).removed), (0, 1));
        assert!(!to.path().join(blob("a")).exists() && to.path().join("robots.txt").exists());
        assert_eq!(
            fs::read_to_string(to.path().join("metadata/timestamp.json")).unwrap(),
            "second"
        );
    }

    #[test]
    fn what_is_needed_again_is_not_removed() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let address: Address = to.path().to_str().unwrap().parse().unwrap();
        let push = |day| push(from.path(), &address, &options(day), &mut |_| {}).unwrap();
        write(from.path(), "metadata/timestamp.json", "first");
        write(from.path(), &blob("a"), "aaa");
        push(1);
        fs::remove_file(from.path().join(blob("a"))).unwrap();
        push(2);
        write(from.path(), &blob("a"), "aaa");
        push(3);
        fs::remove_file(from.path().join(blob("a"))).unwrap();
        assert_eq!(push(40).removed, 0, "its grace began again");
    }

    #[test]
    fn a_folder_without_publication_is_refused() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(from.path(), "notes.txt", "no publication");
        let address: Address = to.path().to_str().unwrap().parse().unwrap();
        let refused = push(from.path(), &address, &options(1), &mut |_| {});
        assert!(matches!(refused, Err(PushError::NoPublication(_))), "{refused:?}");
        assert!(fs::read_dir(to.path()).unwrap().next().is_none());
    }
}
