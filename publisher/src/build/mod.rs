//! A source folder → a publication: static files that any web server can hand out.
//!
//! ```text
//! source → what is shown today (shown) → nothing that was published disappears (continuity, previous)
//!        → lines of trails, media → blobs (media, rights, sniff, cache)
//!        → areas and packs (divide, contents, pack) → code directories (codes), notices, index (index), each with
//!          patches (texts) → signed (keys) → swept (store)
//! ```
//! The same source and the same previous publication give the same bytes, but for signatures and dates. Media are
//! written first and the signatures last, by renaming, so that a visitor who comes in between reads the old publication whole.
//! Whether a source is good enough is for the check to say; the build refuses what would break a phone or a printed panel.

mod cache;
mod codes;
mod contents;
mod continuity;
mod divide;
mod index;
mod left_out;
mod media;
mod message;
mod neighbours;
mod pack;
mod plan;
mod previous;
mod problem;
mod references;
mod rights;
mod shared;
mod shown;
mod sniff;
mod store;
mod texts;

pub use problem::{BuildError, Damage, Problem, ProblemKind};
pub use rights::Withheld;
pub use shown::HeldBack;

use crate::keys::{self, KeyPlan, Keys, SignReport};
use crate::source::{Finding, Source, Sourced, inside, read_words, words};
use alloclap_core::catalogue::model::{Id, Record};
use alloclap_core::geo::Line;
use alloclap_core::publication::METADATA_FOLDER;
use alloclap_core::track;
use cache::Cache;
use contents::Contents;
use jiff::Timestamp;
use jiff::civil::Date;
use previous::Previous;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use store::Store;
use texts::TextStore;

/// The file that a build holds while it works, so that two do not write into one folder.
const LOCK_NAME: &str = ".build-lock";

/// How to build.
#[derive(Debug, Clone)]
pub struct BuildOptions<'a> {
    /// The folder of the publication; made if it does not exist. What stands in it is the previous publication.
    pub out: &'a Path,
    /// The day for which to build: decides `publish_from`, the dates of rights and the end of notices.
    pub today: Date,
    /// The moment of building, RFC 3339 in UTC: the only thing of a publication that the source does not decide.
    pub now_utc: String,
    /// The folders of its keys. If none of them nor the publication has a root, the first keys are made in the first one.
    pub keys: &'a [PathBuf],
    /// How long its signatures are valid, in days.
    pub valid_days: u32,
    /// Whether recordings in other formats are made into Ogg Opus, 24 kbit/s mono; the originals stay in the source.
    pub opus: bool,
}

/// How far a build is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Media files are read and copied.
    Media {
        /// Files done.
        done: u32,
        /// Files in all.
        total: u32,
        /// Bytes of the files done.
        bytes: u64,
    },
    /// Packs are compressed and written.
    Packs {
        /// Packs done.
        done: u32,
        /// Packs in all.
        total: u32,
    },
}

/// What a build made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BuildReport {
    /// The version of the publication that stands there now.
    pub version: u64,
    /// Whether anything changed; if not, not a byte was written.
    pub changed: bool,
    /// Number of areas.
    pub areas: u32,
    /// Number of packs.
    pub packs: u32,
    /// Packs that are new or changed.
    pub packs_changed: u32,
    /// Bytes of all packs as they are served.
    pub pack_bytes: u64,
    /// Records that are shown, the publisher among them.
    pub records: u32,
    /// Places that are shown.
    pub places: u32,
    /// Panels that are shown.
    pub panels: u32,
    /// Different media files.
    pub media: u32,
    /// Their bytes.
    pub media_bytes: u64,
    /// Media files that had to be read because they are new or changed.
    pub media_read: u32,
    /// Files that rights forbid to pack.
    pub withheld: Vec<WithheldFile>,
    /// Records that are not shown.
    pub held_back: BTreeMap<Id, HeldBack>,
    /// What is to be said of its recordings, though they went out.
    pub findings: Vec<Finding>,
    /// Files of earlier publications that nobody needs any more, removed.
    pub swept: u32,
    /// Its signatures.
    pub signed: SignReport,
    /// Whether its first keys were made.
    pub keys_made: bool,
}

/// A file that rights forbid to pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithheldFile {
    /// The recording, clip or picture.
    pub record: Id,
    /// The file, relative to the source folder.
    pub file: String,
    /// Why.
    pub why: Withheld,
}

/// Builds a publication, the first or the next one. Reads and writes files, and takes as long as its media are large.
///
/// # Errors
/// [`BuildError`]; the publication that stood in the folder is untouched then, but for files that nobody refers to.
pub fn build(
    source: &Source,
    options: &BuildOptions<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<BuildReport, BuildError> {
    let mut shown = shown::choose(source, options.today).map_err(BuildError::Refused)?;
    let store = Store::open(options.out)?;
    let _lock = lock(options.out)?;
    let now = options
        .now_utc
        .parse()
        .map_err(|error| store.failed(io::Error::other(error)))?;
    let (keys, keys_made) = open_keys(options, now)?;
    let mut previous = Previous::read(options.out)?;
    let directory = neighbours::read(&source.folder)?;
    let broken = previous
        .as_ref()
        .map(|previous| continuity::check(source, &shown, previous))
        .unwrap_or_default();
    if !broken.is_empty() {
        return Err(BuildError::Refused(broken));
    }

    let mut report = BuildReport {
        keys_made,
        ..BuildReport::default()
    };
    let places = media::places_of_media(&shown.records);
    let mut packer = media::Packer {
        folder: &source.folder,
        today: options.today,
        store: &store,
        cache: Cache::read(options.out),
        known: BTreeMap::new(),
        problems: Vec::new(),
        opus: options.opus,
    };
    let blobs = packer.pack(&mut shown.records, &places, &mut report, progress)?;
    draw_lines(source, &mut shown.records, &mut packer.problems);
    write_words(source, &mut shown.records, &mut packer.problems);
    if !packer.problems.is_empty() {
        return Err(BuildError::Refused(packer.problems));
    }
    Cache::write(packer.known, &store)?;

    let contents = Contents::of(&shown.records);
    let old = previous
        .as_mut()
        .map(|previous| std::mem::take(&mut previous.texts));
    let texts = TextStore::new(&store, old.unwrap_or_default());
    let builder = index::Builder {
        publisher: &source.publisher,
        contents: &contents,
        shown: &shown,
        blobs: &blobs,
        store: &store,
        texts: &texts,
        directory: &directory,
        previous: previous.as_ref(),
        now_utc: &options.now_utc,
    };
    let built = builder.build(&mut report, progress)?;
    texts.keep()?;
    report.signed = keys::sign(
        options.out,
        &keys,
        &built.index,
        &built.ways,
        false,
        options.valid_days,
        now,
    )?;
    report.held_back.extend(shown.held_back);
    if report.changed {
        let before = previous.map(|previous| previous.files).unwrap_or_default();
        let needed: BTreeSet<PathBuf> = built.files.union(&before).cloned().collect();
        report.swept = store.sweep(&needed)?;
    }
    Ok(report)
}

/// The publication that stands in a folder, if one does.
///
/// # Errors
/// [`BuildError::Previous`] if it cannot be read.
pub fn publication_in(out: &Path) -> Result<Option<Id>, BuildError> {
    Ok(Previous::index_in(out)?.map(|(_, index, _)| index.publisher.id))
}

/// The keys of the publication; the first ones, if there are none at all. Asked for before the media are read, which takes long.
fn open_keys(options: &BuildOptions<'_>, now: Timestamp) -> Result<(Keys, bool), BuildError> {
    let metadata = options.out.join(METADATA_FOLDER);
    let keys = Keys::open(options.keys, Some(&metadata))?;
    if keys.exist() {
        keys.may_sign()?;
        return Ok((keys, false));
    }
    let plan = KeyPlan {
        valid_days: options.valid_days,
        ..KeyPlan::default()
    };
    Ok((Keys::found(options.keys, &plan, now)?, true))
}

/// Reads the line of every trail that has a file for it, and measures trails whose length nobody gave.
fn draw_lines(source: &Source, records: &mut [Sourced], problems: &mut Vec<Problem>) {
    for sourced in records {
        let at = (sourced.file.clone(), sourced.line);
        let Record::Trail(trail) = &mut sourced.record else {
            continue;
        };
        if let Some(name) = trail.line_file.take() {
            match read_line(source, name) {
                Ok(route) => trail.line = route.line,
                Err(what) => problems.push(Problem {
                    file: at.0,
                    line: at.1,
                    what,
                }),
            }
        }
        if trail.length_m.is_none() && !trail.line.is_empty() {
            // Centimetres are beyond what was drawn; fewer digits are fewer bytes.
            trail.length_m = Some(Line::new(&trail.line).length_m().round());
        }
    }
}

/// Reads the words of every commentary that has a file for them, and keeps times and words apart.
fn write_words(source: &Source, records: &mut [Sourced], problems: &mut Vec<Problem>) {
    for sourced in records {
        let at = (sourced.file.clone(), sourced.line);
        let Record::Commentary(commentary) = &mut sourced.record else {
            continue;
        };
        let spoken = match commentary.transcript_file.take() {
            None => words(&commentary.transcript),
            Some(name) => match inside(&source.folder, &name)
                .map_err(ProblemKind::Path)
                .and_then(|path| read_words(&path).map_err(|error| ProblemKind::File { file: name, error }))
            {
                Ok(spoken) => spoken,
                Err(what) => {
                    problems.push(Problem {
                        file: at.0,
                        line: at.1,
                        what,
                    });
                    continue;
                }
            },
        };
        commentary.transcript = spoken.plain;
        commentary.timed_transcript = spoken.timed;
    }
}

fn read_line(source: &Source, file: String) -> Result<track::Route, ProblemKind> {
    let path = inside(&source.folder, &file).map_err(ProblemKind::Path)?;
    match fs::read(path) {
        Ok(bytes) => track::read_route(&bytes).map_err(|error| ProblemKind::Line { file, error }),
        Err(error) => Err(ProblemKind::File { file, error }),
    }
}

fn lock(out: &Path) -> Result<File, BuildError> {
    let path = out.join(LOCK_NAME);
    let file = File::create(&path).map_err(|error| BuildError::io(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(BuildError::Busy(out.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(BuildError::io(&path, error)),
    }
}

#[cfg(test)]
mod tests;
