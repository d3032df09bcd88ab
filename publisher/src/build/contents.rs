//! What belongs into a pack around some places: their panels and shootings, the films of these, who made them, and what can
//! be heard and seen about any of it.

use crate::source::Sourced;
use alloclap_core::catalogue::model::{Id, Record, StopKind, Subject, Trail};
use std::collections::{BTreeMap, BTreeSet};

/// The places of a trail's stops.
pub(super) fn stop_places(trail: &Trail) -> impl Iterator<Item = &Id> {
    trail.stops.iter().filter_map(|stop| match &stop.kind {
        StopKind::Place { place } => Some(place),
        StopKind::Direction { .. } => None,
    })
}

/// All records of a publication, by what leads to them. Records are named by their place in the list, whose order is the
/// order in a pack.
pub(super) struct Contents<'a> {
    records: &'a [Sourced],
    by_id: BTreeMap<&'a Id, usize>,
    /// Panels and shootings of a place.
    at_place: BTreeMap<&'a Id, Vec<usize>>,
    /// Recordings, clips and pictures about something.
    about: BTreeMap<&'a Id, Vec<usize>>,
    /// What every pack has: the publisher and the logos of its supporters.
    everywhere: Vec<usize>,
}

impl<'a> Contents<'a> {
    /// Looks at all records once.
    pub fn of(records: &'a [Sourced]) -> Self {
        let mut contents = Self {
            records,
            by_id: BTreeMap::new(),
            at_place: BTreeMap::new(),
            about: BTreeMap::new(),
            everywhere: Vec::new(),
        };
        for (at, sourced) in records.iter().enumerate() {
            // The publication's id is not a record's name: nothing refers to it.
            if !matches!(sourced.record, Record::Publisher(_)) {
                contents.by_id.insert(sourced.record.id(), at);
            }
            match &sourced.record {
                Record::Panel(panel) => contents.at_place.entry(&panel.place).or_default().push(at),
                Record::Shooting(shooting) => contents.at_place.entry(&shooting.place).or_default().push(at),
                Record::Commentary(r) => contents.subject(&r.about, at),
                Record::Clip(r) => contents.subject(&r.about, at),
                Record::Picture(r) => contents.subject(&r.about, at),
                Record::Publisher(_) => contents.everywhere.push(at),
                _ => {}
            }
        }
        for sourced in records {
            if let Record::Publisher(publisher) = &sourced.record {
                let logos = publisher
                    .supporters
                    .iter()
                    .filter_map(|supporter| supporter.logo.as_ref());
                let logos: Vec<usize> = logos
                    .filter_map(|logo| contents.by_id.get(logo).copied())
                    .collect();
                contents.everywhere.extend(logos);
            }
        }
        contents
    }

    fn subject(&mut self, about: &'a Subject, at: usize) {
        for id in [&about.panel, &about.place, &about.film, &about.trail, &about.stop]
            .into_iter()
            .flatten()
        {
            self.about.entry(id).or_default().push(at);
        }
    }

    /// The record at a place in the list.
    pub fn record(&self, at: usize) -> Option<&'a Record> {
        self.records.get(at).map(|sourced| &sourced.record)
    }

    /// Everything that belongs to some places, and to a trail if there is one.
    pub fn around<'b>(&self, places: impl Iterator<Item = &'b Id>, trail: Option<&'b Id>) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = self.everywhere.iter().copied().collect();
        let mut open: Vec<usize> = places
            .chain(trail)
            .filter_map(|id| self.by_id.get(id).copied())
            .collect();
        while let Some(at) = open.pop() {
            if !found.insert(at) {
                continue;
            }
            let Some(record) = self.record(at) else {
                continue;
            };
            let lists = [&self.at_place, &self.about].map(|list| list.get(record.id()));
            open.extend(lists.into_iter().flatten().flatten());
            let mut named: Vec<&Id> = Vec::new();
            match record {
                Record::Film(film) => named.extend(film.credits.iter().map(|credit| &credit.who)),
                Record::Shooting(shooting) => named.push(&shooting.film),
                Record::Panel(panel) => named.push(&panel.film),
                Record::Picture(picture) => named.extend(&picture.pair),
                Record::Trail(trail) => {
                    named.extend(stop_places(trail));
                    let stops = trail.stops.iter().filter_map(|stop| self.about.get(&stop.id));
                    open.extend(stops.flatten());
                }
                _ => {}
            }
            open.extend(named.into_iter().filter_map(|id| self.by_id.get(id)));
        }
        found
    }
}
