//! Which records a record names. Some it cannot do without (a shooting its film); others it can (a film one of its
//! credits): those are left out when they are not shown.

use alloclap_core::catalogue::model::{Id, Record, StopKind, Subject};

/// What became of a record that is named by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// It is shown.
    Shown,
    /// It exists, and is not shown.
    Hidden,
}

/// Asks for every id that a record names, which may be put right on the way (an alias → the id), and leaves out what is
/// hidden and can be spared. Returns the first id that is hidden and cannot.
pub(super) fn visit(record: &mut Record, ask: &mut dyn FnMut(&'static str, &mut Id) -> Named) -> Option<Id> {
    let mut hidden = None;
    let mut need = |field, id: &mut Id| {
        if ask(field, id) == Named::Hidden && hidden.is_none() {
            hidden = Some(id.clone());
        }
    };
    match record {
        Record::Shooting(shooting) => {
            need("film", &mut shooting.film);
            need("place", &mut shooting.place);
        }
        Record::Panel(panel) => {
            need("film", &mut panel.film);
            need("place", &mut panel.place);
        }
        Record::Commentary(commentary) => subject(&mut commentary.about, &mut need),
        Record::Clip(clip) => subject(&mut clip.about, &mut need),
        Record::Picture(picture) => {
            subject(&mut picture.about, &mut need);
            if picture
                .pair
                .as_mut()
                .is_some_and(|pair| ask("pair", pair) == Named::Hidden)
            {
                picture.pair = None;
            }
        }
        Record::Notice(notice) => {
            for (field, id) in [("place", &mut notice.place), ("trail", &mut notice.trail)] {
                if let Some(id) = id {
                    need(field, id);
                }
            }
        }
        Record::Film(film) => film
            .credits
            .retain_mut(|credit| ask("credits", &mut credit.who) == Named::Shown),
        Record::Trail(trail) => trail.stops.retain_mut(|stop| match &mut stop.kind {
            StopKind::Place { place } => ask("stops", place) == Named::Shown,
            StopKind::Direction { .. } => true,
        }),
        Record::Publisher(publisher) => {
            for supporter in &mut publisher.supporters {
                if supporter
                    .logo
                    .as_mut()
                    .is_some_and(|logo| ask("logo", logo) == Named::Hidden)
                {
                    supporter.logo = None;
                }
            }
        }
        Record::Tombstone(tombstone) => {
            if tombstone
                .replaced_by
                .as_mut()
                .is_some_and(|id| ask("replaced_by", id) == Named::Hidden)
            {
                tombstone.replaced_by = None;
            }
        }
        Record::Person(_) | Record::Company(_) | Record::Place(_) => {}
    }
    hidden
}

fn subject(about: &mut Subject, need: &mut dyn FnMut(&'static str, &mut Id)) {
    for (field, id) in [
        ("about.panel", &mut about.panel),
        ("about.place", &mut about.place),
        ("about.film", &mut about.film),
        ("about.trail", &mut about.trail),
        ("about.stop", &mut about.stop),
    ] {
        if let Some(id) = id {
            need(field, id);
        }
    }
}

/// The other ids that mean a record.
pub(super) fn aliases(record: &Record) -> &[Id] {
    match record {
        Record::Film(r) => &r.aliases,
        Record::Person(r) => &r.aliases,
        Record::Company(r) => &r.aliases,
        Record::Place(r) => &r.aliases,
        Record::Shooting(r) => &r.aliases,
        Record::Panel(r) => &r.aliases,
        Record::Trail(r) => &r.aliases,
        Record::Publisher(_)
        | Record::Commentary(_)
        | Record::Clip(_)
        | Record::Picture(_)
        | Record::Notice(_)
        | Record::Tombstone(_) => &[],
    }
}

/// The codes that mean a record, as code directories name them.
pub(super) fn codes(record: &Record) -> Vec<String> {
    match record {
        Record::Panel(panel) => std::iter::once(&panel.code)
            .chain(&panel.old_codes)
            .map(|code| code_name(code))
            .collect(),
        Record::Tombstone(tombstone) => tombstone.code.iter().map(|code| code_name(code)).collect(),
        _ => Vec::new(),
    }
}

/// A code as code directories name it: its letters and digits, in upper case.
fn code_name(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}
