//! Whether every id that is written somewhere is that of a record, of the right kind, that will be shown.

use super::{Check, state};
use crate::source::{FindingKind, Kind, Severity, Sourced, nearest};
use alloclap_core::catalogue::model::{Id, Record, State, StopKind, Subject};

/// After so many suggestions the rest goes without: a whole table with a wrong prefix needs no thousand of them.
const SUGGESTIONS: u32 = 200;

impl Check<'_> {
    pub(super) fn references(&mut self, at: &Sourced) {
        match &at.record {
            Record::Film(film) => {
                for (n, credit) in film.credits.iter().enumerate() {
                    let field = format!("credits.{}.who", n + 1);
                    self.reference(at, &field, &credit.who, &[Kind::Person, Kind::Company]);
                }
            }
            Record::Shooting(shooting) => {
                self.reference(at, "film", &shooting.film, &[Kind::Film]);
                self.reference(at, "place", &shooting.place, &[Kind::Place]);
            }
            Record::Panel(panel) => {
                self.reference(at, "film", &panel.film, &[Kind::Film]);
                self.reference(at, "place", &panel.place, &[Kind::Place]);
            }
            Record::Commentary(commentary) => self.subject(at, &commentary.about, true),
            Record::Clip(clip) => self.subject(at, &clip.about, true),
            Record::Picture(picture) => {
                // A supporter's logo is about nothing.
                let logo = self
                    .source
                    .publisher
                    .supporters
                    .iter()
                    .any(|s| s.logo.as_ref() == Some(&picture.id));
                self.subject(at, &picture.about, !logo);
                if let Some(pair) = &picture.pair {
                    self.reference(at, "pair", pair, &[Kind::Picture]);
                }
            }
            Record::Trail(trail) => {
                for (n, stop) in trail.stops.iter().enumerate() {
                    if let StopKind::Place { place } = &stop.kind {
                        self.reference(at, &format!("stops.{}.place", n + 1), place, &[Kind::Place]);
                    }
                }
            }
            Record::Notice(notice) => {
                if let Some(place) = &notice.place {
                    self.reference(at, "place", place, &[Kind::Place]);
                }
                if let Some(trail) = &notice.trail {
                    self.reference(at, "trail", trail, &[Kind::Trail]);
                }
            }
            Record::Tombstone(tombstone) => {
                if let Some(id) = &tombstone.replaced_by {
                    self.reference(at, "replaced_by", id, &[]);
                }
            }
            Record::Publisher(_) | Record::Person(_) | Record::Company(_) | Record::Place(_) => {}
        }
    }

    fn subject(&mut self, at: &Sourced, about: &Subject, needed: bool) {
        let named = [
            ("about.panel", &about.panel, Kind::Panel),
            ("about.place", &about.place, Kind::Place),
            ("about.film", &about.film, Kind::Film),
            ("about.trail", &about.trail, Kind::Trail),
        ];
        let count =
            named.iter().filter(|(_, id, _)| id.is_some()).count() + usize::from(about.stop.is_some());
        if count > 1 || (count == 0 && needed) {
            self.find(at, Severity::Warning, "about", FindingKind::SubjectUnclear);
        }
        for (field, id, kind) in named {
            if let Some(id) = id {
                self.reference(at, field, id, &[kind]);
            }
        }
        if let Some(stop) = &about.stop
            && !self.stops.contains(stop.as_str())
        {
            let meant = nearest(stop.as_str(), self.stops.iter().copied());
            let what = FindingKind::DanglingReference {
                id: stop.to_string(),
                kind: None,
                meant,
            };
            self.find(at, Severity::Error, "about.stop", what);
        }
    }

    /// `kinds` may be empty: any will do.
    fn reference(&mut self, at: &Sourced, field: &str, id: &Id, kinds: &[Kind]) {
        let fits = |kind| kinds.is_empty() || kinds.contains(&kind);
        match self.record(id) {
            Some(record) if fits(Kind::of(record)) => {
                let shown = |state| matches!(state, State::Published);
                if shown(state(&at.record)) && !shown(state(record)) {
                    self.find(
                        at,
                        Severity::Warning,
                        field,
                        FindingKind::RefersToHidden { id: id.to_string() },
                    );
                }
            }
            _ => {
                let mut meant = None;
                if self.suggestions < SUGGESTIONS {
                    self.suggestions += 1;
                    let candidates = self.source.records.iter().filter(|s| fits(Kind::of(&s.record)));
                    meant = nearest(id.as_str(), candidates.map(|s| s.record.id().as_str()));
                }
                let kind = if let [kind] = kinds { Some(*kind) } else { None };
                let what = FindingKind::DanglingReference {
                    id: id.to_string(),
                    kind,
                    meant,
                };
                self.find(at, Severity::Error, field, what);
            }
        }
    }
}
