//! One pack → its file and its line in the area. How its text is written is the
//! business of `texts`.

use super::BuildError;
use super::contents::Contents;
use super::divide::{bounds, most_common};
use super::media::Blobs;
use super::rights::lies_in;
use super::store::Store;
use super::texts::TextStore;
use alloclap_core::catalogue::model::{Id, Place, Record, Texts};
use alloclap_core::geo::Position;
use alloclap_core::publication::{Blob, Bounds, FORMAT, MediaTotal, PackEntry, PackKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many communes a pack is named by.
const NAMED_COMMUNES: usize = 3;

/// What goes into a pack.
pub(super) struct Plan {
    pub id: Id,
    pub kind: PackKind,
    /// The area that lists it.
    pub area: Id,
    /// Its name, of a trail; else it is named by its communes.
    pub name: Option<Texts>,
    /// The places it is made around.
    pub places: Vec<Id>,
    /// The trail, of a trail's pack.
    pub trail: Option<Id>,
    /// What answers for removed ids and codes, by their place in the list of what is gone.
    pub gone: Vec<usize>,
}

/// A pack that is written.
pub(super) struct Written {
    pub entry: PackEntry,
    /// Its blobs.
    pub blobs: Vec<Blob>,
    /// The places of its records in the list of records.
    pub records: BTreeSet<usize>,
}

/// A pack as it is written: [`alloclap_core::publication::Pack`] with borrowed records.
#[derive(Serialize)]
struct Wire<'a> {
    format: u32,
    id: &'a Id,
    blobs: &'a [Blob],
    records: Vec<&'a Record>,
}

/// What all packs are made of.
pub(super) struct Maker<'a> {
    pub contents: &'a Contents<'a>,
    pub gone: &'a [Record],
    pub blobs: &'a BTreeMap<Id, Blobs>,
    pub store: &'a Store,
    pub texts: &'a TextStore<'a>,
    pub language: Option<&'a alloclap_core::catalogue::model::Language>,
}

impl Maker<'_> {
    /// Writes a pack.
    pub fn write(&self, plan: &Plan) -> Result<Written, BuildError> {
        let records = self.contents.around(plan.places.iter(), plan.trail.as_ref());
        let found: Vec<&Record> = records
            .iter()
            .filter_map(|at| self.contents.record(*at))
            .collect();
        let places: Vec<&Place> = found.iter().filter_map(|record| as_place(record)).collect();
        let blobs = self.blobs_of(&found, &places);
        let gone = plan.gone.iter().filter_map(|at| self.gone.get(*at));
        let wire = Wire {
            format: FORMAT,
            id: &plan.id,
            blobs: &blobs,
            records: found.iter().copied().chain(gone).collect(),
        };
        let json = serde_json::to_vec(&wire).map_err(|error| self.store.failed(error))?;
        let written = self.texts.pack(&plan.id, &json)?;
        let communes: BTreeSet<&String> = places.iter().filter_map(|place| place.commune.as_ref()).collect();
        let entry = PackEntry {
            id: plan.id.clone(),
            kind: plan.kind,
            name: plan.name.clone().unwrap_or_else(|| self.name(&places)),
            bounds: self.bounds(&found, &places),
            places: count(places.len()),
            panels: count(
                found
                    .iter()
                    .filter(|record| matches!(record, Record::Panel(_)))
                    .count(),
            ),
            file: written.file,
            unpacked_bytes: json.len() as u64,
            unpacked_hash: Some(written.plain),
            patches: written.ways.patches,
            communes: communes.into_iter().cloned().collect(),
            media: totals(&blobs),
        };
        Ok(Written {
            entry,
            blobs,
            records,
        })
    }

    /// The blobs of a pack's records, but those whose rights do not reach any place of the pack.
    fn blobs_of(&self, records: &[&Record], places: &[&Place]) -> Vec<Blob> {
        let of_records = records.iter().filter_map(|record| self.blobs.get(record.id()));
        let here = of_records.filter(|blobs| {
            blobs.territories.is_empty() || places.iter().any(|place| lies_in(place, &blobs.territories))
        });
        let mut blobs: Vec<Blob> = here.flat_map(|blobs| blobs.blobs.iter().cloned()).collect();
        blobs.sort_by(|a, b| {
            (&a.file.hash, a.medium, &a.language).cmp(&(&b.file.hash, b.medium, &b.language))
        });
        blobs.dedup_by(|a, b| a.file.hash == b.file.hash);
        blobs
    }

    fn name(&self, places: &[&Place]) -> Texts {
        let communes = most_common(
            places.iter().filter_map(|place| place.commune_name.as_deref()),
            NAMED_COMMUNES,
        );
        match self.language.filter(|_| !communes.is_empty()) {
            Some(language) => Texts::in_language(language.clone(), communes.join(", ")),
            None => Texts::default(),
        }
    }

    /// Around the places, and a trail's line.
    fn bounds(&self, records: &[&Record], places: &[&Place]) -> Bounds {
        let lines = records.iter().filter_map(|record| match record {
            Record::Trail(trail) => Some(trail.line.iter().copied()),
            _ => None,
        });
        let nowhere = Position {
            lat_deg: 0.0,
            lon_deg: 0.0,
        };
        bounds(places.iter().map(|place| place.position).chain(lines.flatten())).unwrap_or(Bounds {
            south_west: nowhere,
            north_east: nowhere,
        })
    }
}

fn as_place<'a>(record: &&'a Record) -> Option<&'a Place> {
    match record {
        Record::Place(place) => Some(place),
        _ => None,
    }
}

/// A number of things as the wire counts them.
pub(super) fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

fn totals(blobs: &[Blob]) -> Vec<MediaTotal> {
    let mut totals: BTreeMap<_, MediaTotal> = BTreeMap::new();
    for blob in blobs {
        let total = totals
            .entry((blob.medium, blob.language.clone()))
            .or_insert_with(|| MediaTotal {
                medium: blob.medium,
                language: blob.language.clone(),
                files: 0,
                bytes: 0,
            });
        total.files += 1;
        total.bytes += blob.file.bytes;
    }
    totals.into_values().collect()
}
