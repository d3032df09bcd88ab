//! Which records of a source are shown on a day, and what stays of those that were taken back. Files, packs and earlier
//! publications are not its business.

use super::references::{Named, aliases, codes, visit};
use super::{Problem, ProblemKind};
use crate::source::{Source, Sourced};
use alloclap_core::catalogue::model::{Id, Panel, Record, State, Texts, Tombstone};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Why a record is not part of the publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldBack {
    /// It is a draft.
    Draft,
    /// Its `publish_from` has not come.
    NotYet {
        /// The first day on which it will be shown.
        from: Date,
    },
    /// It was taken back: its id and codes go on answering.
    Withdrawn,
    /// It cannot be shown without another record, which is not shown.
    Needs {
        /// That record.
        id: Id,
    },
    /// A notice whose last day has passed.
    Over,
    /// Nothing that is shown leads to it: a film without a shooting, a person without a film.
    Unreached,
}

/// What a day's publication tells.
pub(super) struct Shown {
    /// The publisher and everything that is shown, sorted by kind and id, each with where it stands in the source.
    pub records: Vec<Sourced>,
    /// What answers for ids and codes that were taken back or removed.
    pub gone: Vec<Record>,
    /// What is not shown, and why.
    pub held_back: BTreeMap<Id, HeldBack>,
}

/// Chooses. Problems name what refers to nothing, and ids and codes that are used twice.
pub(super) fn choose(source: &Source, today: Date) -> Result<Shown, Vec<Problem>> {
    let mut problems = Vec::new();
    let names = Names::of(source, &mut problems);
    let mut held_back: BTreeMap<Id, HeldBack> = BTreeMap::new();
    for sourced in &source.records {
        if let Some(why) = by_itself(&sourced.record, today) {
            held_back.insert(sourced.record.id().clone(), why);
        }
    }
    // Holding one record back may hold back others that need it, until nothing changes any more.
    let mut records;
    loop {
        let mut more = Vec::new();
        records = Vec::with_capacity(source.records.len() + 1);
        for sourced in &source.records {
            let id = sourced.record.id();
            let tombstone = matches!(sourced.record, Record::Tombstone(_));
            if tombstone || held_back.contains_key(id) {
                continue;
            }
            let mut sourced = sourced.clone();
            match resolve(&mut sourced, &names, &held_back, &mut problems) {
                Some(needs) => more.push((id.clone(), HeldBack::Needs { id: needs })),
                None => records.push(sourced),
            }
        }
        if more.is_empty() || !problems.is_empty() {
            break;
        }
        held_back.extend(more);
    }
    let mut publisher = Sourced {
        record: Record::Publisher(source.publisher.clone()),
        file: "publication.toml".into(),
        line: 0,
    };
    resolve(&mut publisher, &names, &held_back, &mut problems);
    records.push(publisher);

    let mut gone = Vec::new();
    for sourced in &source.records {
        let withdrawn = held_back.get(sourced.record.id()) == Some(&HeldBack::Withdrawn);
        if withdrawn {
            gone.extend(what_stays(&sourced.record));
        } else if matches!(sourced.record, Record::Tombstone(_)) {
            let mut tombstone = sourced.clone();
            resolve(&mut tombstone, &names, &held_back, &mut problems);
            gone.push(tombstone.record);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    records.sort_by(|a, b| order(&a.record).cmp(&order(&b.record)));
    gone.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(Shown {
        records,
        gone,
        held_back,
    })
}

/// The order of records in a pack: what others refer to comes first.
fn order(record: &Record) -> (u8, &Id) {
    let kind = match record {
        Record::Publisher(_) => 0,
        Record::Person(_) => 1,
        Record::Company(_) => 2,
        Record::Film(_) => 3,
        Record::Place(_) => 4,
        Record::Shooting(_) => 5,
        Record::Panel(_) => 6,
        Record::Trail(_) => 7,
        Record::Commentary(_) => 8,
        Record::Clip(_) => 9,
        Record::Picture(_) => 10,
        Record::Notice(_) => 11,
        Record::Tombstone(_) => 12,
    };
    (kind, record.id())
}

/// Every id of a source, with the record's own id; stops of trails among them.
struct Names(BTreeMap<Id, Id>);

impl Names {
    fn of(source: &Source, problems: &mut Vec<Problem>) -> Self {
        let mut names: BTreeMap<Id, Id> = BTreeMap::new();
        let mut by_code: BTreeMap<String, &Id> = BTreeMap::new();
        for sourced in &source.records {
            let record = &sourced.record;
            if names.insert(record.id().clone(), record.id().clone()).is_some() {
                problems.push(Problem::at(
                    sourced,
                    ProblemKind::IdTwice {
                        id: record.id().clone(),
                    },
                ));
            }
            for code in codes(record) {
                if let Some(other) = by_code.insert(code.clone(), record.id()) {
                    let what = ProblemKind::CodeTwice {
                        other: other.clone(),
                        id: record.id().clone(),
                        code,
                    };
                    problems.push(Problem::at(sourced, what));
                }
            }
        }
        for sourced in &source.records {
            for alias in aliases(&sourced.record) {
                names
                    .entry(alias.clone())
                    .or_insert_with(|| sourced.record.id().clone());
            }
            if let Record::Trail(trail) = &sourced.record {
                for stop in &trail.stops {
                    names.entry(stop.id.clone()).or_insert_with(|| trail.id.clone());
                }
            }
        }
        Self(names)
    }
}

/// Puts the ids that a record names right, leaves out what can be spared, and returns what it cannot do without.
fn resolve(
    sourced: &mut Sourced,
    names: &Names,
    held_back: &BTreeMap<Id, HeldBack>,
    problems: &mut Vec<Problem>,
) -> Option<Id> {
    let (file, line, own) = (&sourced.file, sourced.line, sourced.record.id().clone());
    visit(&mut sourced.record, &mut |field, id| match names.0.get(id) {
        Some(real) => {
            // A stop is named by its own id, and shown with its trail.
            if field != "about.stop" {
                *id = real.clone();
            }
            if held_back.contains_key(real) {
                Named::Hidden
            } else {
                Named::Shown
            }
        }
        None => {
            let what = ProblemKind::Dangling {
                id: own.clone(),
                field: field.to_owned(),
                named: id.clone(),
            };
            problems.push(Problem {
                file: file.clone(),
                line,
                what,
            });
            Named::Hidden
        }
    })
}

/// Whether a record is held back for what it says of itself.
fn by_itself(record: &Record, today: Date) -> Option<HeldBack> {
    let (state, from) = match record {
        Record::Film(r) => (r.state, r.publish_from),
        Record::Place(r) => (r.state, r.publish_from),
        Record::Shooting(r) => (r.state, r.publish_from),
        Record::Panel(r) => (r.state, r.publish_from),
        Record::Trail(r) => (r.state, r.publish_from),
        Record::Person(r) => (r.state, None),
        Record::Company(r) => (r.state, None),
        Record::Commentary(r) => (r.state, None),
        Record::Clip(r) => (r.state, None),
        Record::Picture(r) => (r.state, None),
        Record::Notice(r) => return r.until.filter(|until| *until < today).map(|_| HeldBack::Over),
        Record::Publisher(_) | Record::Tombstone(_) => return None,
    };
    match (state, from) {
        (State::Draft, _) => Some(HeldBack::Draft),
        (State::Withdrawn | State::Other, _) => Some(HeldBack::Withdrawn),
        (State::Published, Some(from)) if from > today => Some(HeldBack::NotYet { from }),
        (State::Published, _) => None,
    }
}

/// What answers for a withdrawn record: of a panel its codes without its content, of others a tombstone for each id.
fn what_stays(record: &Record) -> Vec<Record> {
    let tombstone = |id: &Id, replaced_by: Option<Id>| {
        Record::Tombstone(Tombstone {
            id: id.clone(),
            code: None,
            replaced_by,
            text: Texts::default(),
        })
    };
    match record {
        Record::Panel(panel) => vec![Record::Panel(Panel {
            state: State::Withdrawn,
            publish_from: None,
            position: None,
            facing_deg: None,
            infoclap: Texts::default(),
            infoclap_rights: Default::default(),
            ..panel.clone()
        })],
        _ => {
            let ids: BTreeSet<&Id> = aliases(record).iter().collect();
            let of_aliases = ids
                .into_iter()
                .map(|alias| tombstone(alias, Some(record.id().clone())));
            std::iter::once(tombstone(record.id(), None))
                .chain(of_aliases)
                .collect()
        }
    }
}
