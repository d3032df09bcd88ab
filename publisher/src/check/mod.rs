//! What is wrong, or could be better, with a source folder that was read: everything that would be seen only when a panel
//! is printed or a visitor stands before it.
//!
//! Each rule is in the file of its subject. Nothing is corrected here. What is found in a draft is only good to know, since
//! a draft is never put online.

mod files;
mod infoclap;
mod links;
mod recordings;
mod references;
mod rights;
mod trails;
mod values;
mod words;

pub use infoclap::limit as infoclap_limit;
pub use links::dead_links;
pub use recordings::recordings;

use crate::source::{Finding, FindingKind, Kind, Severity, Source, Sourced};
use alloclap_core::catalogue::model::{Id, Record, State};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// Checks a whole source folder. Reads the media's names, the trails' lines and the words of recordings, and no other file;
/// [`recordings()`] listens to the sound.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut check = Check::of(source);
    check_all(&mut check);
    check.findings
}

fn check_all(check: &mut Check<'_>) {
    check.publisher_words();
    check.publisher_values();
    for sourced in &check.source.records {
        check.words(sourced);
        check.references(sourced);
        check.rights(sourced);
        check.files(sourced);
        check.values(sourced);
    }
    check.codes();
    check.trails();
}

/// The ids of a previous publication that are gone without a tombstone: somebody may have printed or kept them.
pub fn vanished(source: &Source, previous: &[Id]) -> Vec<Finding> {
    let check = Check::of(source);
    let known = |id: &&Id| !check.known.contains_key(id.as_str()) && !check.stops.contains(id.as_str());
    let gone = previous
        .iter()
        .filter(|id| **id != source.publisher.id)
        .filter(known);
    gone.map(|id| Finding {
        severity: Severity::Error,
        file: PathBuf::from("removed.toml"),
        line: 0,
        field: None,
        what: FindingKind::Vanished { id: id.to_string() },
    })
    .collect()
}

struct Check<'a> {
    source: &'a Source,
    /// Every id and alias, with the record it means.
    known: HashMap<&'a str, &'a Sourced>,
    stops: HashSet<&'a str>,
    /// How many suggestions were already made: they cost a look at every id.
    suggestions: u32,
    findings: Vec<Finding>,
    /// Addresses of the web, as places where a finding could be.
    links: Vec<(Spot, String)>,
}

/// Where something stands in a source.
struct Spot {
    file: PathBuf,
    line: u32,
    field: String,
    severity: Severity,
}

impl<'a> Check<'a> {
    fn of(source: &'a Source) -> Self {
        let mut known = HashMap::new();
        let mut stops = HashSet::new();
        for sourced in &source.records {
            for alias in aliases(&sourced.record) {
                known.entry(alias.as_str()).or_insert(sourced);
            }
            if let Record::Trail(trail) = &sourced.record {
                stops.extend(trail.stops.iter().map(|s| s.id.as_str()));
            }
        }
        // An id of its own is stronger than an alias.
        known.extend(source.records.iter().map(|s| (s.record.id().as_str(), s)));
        Self {
            source,
            known,
            stops,
            suggestions: 0,
            findings: Vec::new(),
            links: Vec::new(),
        }
    }

    fn find(&mut self, at: &Sourced, severity: Severity, field: &str, what: FindingKind) {
        let severity = if state(&at.record) == State::Draft {
            Severity::Info
        } else {
            severity
        };
        let field = (!field.is_empty()).then(|| field.to_owned());
        self.findings.push(Finding {
            severity,
            file: at.file.clone(),
            line: at.line,
            field,
            what,
        });
    }

    fn find_in_publication(&mut self, severity: Severity, field: &str, what: FindingKind) {
        let file = PathBuf::from("publication.toml");
        self.findings.push(Finding {
            severity,
            file,
            line: 0,
            field: Some(field.to_owned()),
            what,
        });
    }

    fn record(&self, id: &Id) -> Option<&'a Record> {
        self.known.get(id.as_str()).map(|s| &s.record)
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'a Sourced> + use<'a> {
        self.source
            .records
            .iter()
            .filter(move |s| Kind::of(&s.record) == kind)
    }
}

fn aliases(record: &Record) -> &[Id] {
    match record {
        Record::Film(r) => &r.aliases,
        Record::Person(r) => &r.aliases,
        Record::Company(r) => &r.aliases,
        Record::Place(r) => &r.aliases,
        Record::Shooting(r) => &r.aliases,
        Record::Panel(r) => &r.aliases,
        Record::Trail(r) => &r.aliases,
        _ => &[],
    }
}

fn state(record: &Record) -> State {
    match record {
        Record::Film(r) => r.state,
        Record::Person(r) => r.state,
        Record::Company(r) => r.state,
        Record::Place(r) => r.state,
        Record::Shooting(r) => r.state,
        Record::Panel(r) => r.state,
        Record::Commentary(r) => r.state,
        Record::Clip(r) => r.state,
        Record::Picture(r) => r.state,
        Record::Trail(r) => r.state,
        Record::Publisher(_) | Record::Notice(_) | Record::Tombstone(_) => State::Published,
    }
}

#[cfg(test)]
mod tests;
