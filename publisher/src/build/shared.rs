//! Which packs have media in common, so that a phone can tell what two of them cost together. What it cannot tell is counted
//! twice there, never left out.

use super::pack::Written;
use alloclap_core::catalogue::model::{BlobHash, Id, Language};
use alloclap_core::publication::{Blob, MediaTotal, SharedMedia};
use std::collections::{BTreeMap, BTreeSet};

/// Most packs that are listed together: a trail, its area and some neighbours. What a whole country shares is small.
const MAX_PACKS: usize = 12;
/// Most groups that an area lists: some 20 kB, 2 kB packed.
const MAX_GROUPS: usize = 100;

/// What groups of packs have in common, for each area that lists one of the packs.
pub(super) fn by_area(written: &[(&Id, &Written)]) -> BTreeMap<Id, Vec<SharedMedia>> {
    let mut packs_of: BTreeMap<&BlobHash, Vec<(&Id, &Blob)>> = BTreeMap::new();
    for (_, pack) in written {
        for blob in &pack.blobs {
            let packs = packs_of.entry(&blob.file.hash).or_default();
            packs.push((&pack.entry.id, blob));
        }
    }
    let mut groups: BTreeMap<(Vec<&Id>, &'static str, Option<&Language>), SharedMedia> = BTreeMap::new();
    for packs in packs_of.values() {
        let Some((_, first)) = packs.first().filter(|_| (2..=MAX_PACKS).contains(&packs.len())) else {
            continue;
        };
        // What is audio in one pack and video in another is counted in two rows anyway.
        if packs
            .iter()
            .any(|(_, blob)| (blob.medium, &blob.language) != (first.medium, &first.language))
        {
            continue;
        }
        let mut ids: Vec<&Id> = packs.iter().map(|(id, _)| *id).collect();
        ids.sort();
        let key = (ids.clone(), first.medium.name(), first.language.as_ref());
        let group = groups.entry(key).or_insert_with(|| SharedMedia {
            packs: ids.into_iter().cloned().collect(),
            total: MediaTotal {
                medium: first.medium,
                language: first.language.clone(),
                files: 0,
                bytes: 0,
            },
        });
        group.total.files += 1;
        group.total.bytes += first.file.bytes;
    }
    let area_of: BTreeMap<&Id, &Id> = written
        .iter()
        .map(|(area, pack)| (&pack.entry.id, *area))
        .collect();
    let mut areas: BTreeMap<Id, Vec<SharedMedia>> = BTreeMap::new();
    for group in groups.into_values() {
        let of: BTreeSet<&Id> = group
            .packs
            .iter()
            .filter_map(|pack| area_of.get(pack).copied())
            .collect();
        for area in of {
            areas.entry(area.clone()).or_default().push(group.clone());
        }
    }
    for groups in areas.values_mut() {
        groups.sort_by_key(|group| std::cmp::Reverse(group.total.bytes));
        groups.truncate(MAX_GROUPS);
        groups.sort_by(|a, b| (&a.packs, a.total.medium.name()).cmp(&(&b.packs, b.total.medium.name())));
    }
    areas
}
