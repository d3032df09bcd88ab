//! What was published goes on answering: no id and no code of the last publication disappears without a tombstone, and no
//! code comes to mean something else.

use super::previous::Previous;
use super::references::{aliases, codes};
use super::shown::Shown;
use super::{Problem, ProblemKind};
use crate::source::Source;
use alloclap_core::catalogue::model::{Id, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Names every id and code that would stop answering.
pub(super) fn check(source: &Source, shown: &Shown, previous: &Previous) -> Vec<Problem> {
    let records = || {
        shown
            .records
            .iter()
            .map(|sourced| &sourced.record)
            .chain(&shown.gone)
    };
    let ids: BTreeSet<&Id> = records()
        .flat_map(|record| std::iter::once(record.id()).chain(aliases(record)))
        .collect();
    let mut means: BTreeMap<String, &Record> = BTreeMap::new();
    for record in records() {
        means.extend(codes(record).into_iter().map(|code| (code, record)));
    }
    let mut problems = Vec::new();
    for (id, old) in &previous.records {
        // Notices end by themselves, and the publication's own id is not printed anywhere.
        if ids.contains(id) || matches!(old.kind, "notice" | "publisher") {
            continue;
        }
        let now = shown.held_back.get(id).cloned();
        let what = ProblemKind::Vanished {
            id: id.clone(),
            kind: old.kind,
            now,
        };
        problems.push(Problem::of(source, id, what));
    }
    for (code, owner) in &previous.codes {
        let what = match means.get(code) {
            None => ProblemKind::CodeGone {
                code: code.clone(),
                owner: owner.clone(),
            },
            Some(record) if answers_for(record, owner) => continue,
            Some(record) => ProblemKind::CodeMoved {
                code: code.clone(),
                owner: owner.clone(),
                now: record.id().clone(),
            },
        };
        problems.push(Problem::of(source, owner, what));
    }
    problems
}

/// Whether a record may answer for what another one answered for: it is the same, has its id as an alias, or is the
/// tombstone that was left.
fn answers_for(record: &Record, owner: &Id) -> bool {
    record.id() == owner || aliases(record).contains(owner) || matches!(record, Record::Tombstone(_))
}
