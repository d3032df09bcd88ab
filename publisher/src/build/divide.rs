//! Places → areas and packs: by département or country, then by density until a pack has at most [`MAX_PLACES`].
//!
//! A place stays in the pack it was published in. A new place joins the pack whose ground is nearest; only a pack that has
//! grown too large is split, and one half keeps its id. So an edit changes few packs, and phones fetch little.

use super::rights::departement_code;
use crate::fold::slug;
use alloclap_core::catalogue::model::{Id, Place};
use alloclap_core::geo::{Position, distance_m};
use alloclap_core::publication::Bounds;
use std::collections::{BTreeMap, BTreeSet};

/// The most places that an area pack has.
pub(super) const MAX_PLACES: usize = 1_000;

/// A group of places that a visitor would look for by its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ground<'a> {
    /// The area's id.
    pub id: Id,
    /// Its name, if its places say one.
    pub name: Option<String>,
    /// The code of the département that it is, if it is one.
    pub departement: Option<String>,
    /// Its places.
    pub places: Vec<&'a Place>,
}

/// Groups places by département (of the commune's code, else by its name), else by country, else all together.
pub(super) fn areas<'a>(places: impl Iterator<Item = &'a Place> + Clone) -> Vec<Ground<'a>> {
    let mut code_of_name: BTreeMap<String, &str> = BTreeMap::new();
    for place in places.clone() {
        let code = place.commune.as_deref().and_then(departement_code);
        if let (Some(code), Some(name)) = (code, &place.departement) {
            code_of_name.entry(slug(name)).or_insert(code);
        }
    }
    let mut grounds: BTreeMap<Id, Vec<&Place>> = BTreeMap::new();
    for place in places {
        let by_name = place
            .departement
            .as_deref()
            .map(slug)
            .filter(|name| !name.is_empty());
        let code = place
            .commune
            .as_deref()
            .and_then(departement_code)
            .map(str::to_lowercase);
        let key = code
            .or_else(|| Some((*code_of_name.get(by_name.as_ref()?)?).to_lowercase()))
            .or(by_name)
            .or_else(|| place.country.as_deref().map(slug))
            .filter(|key| !key.is_empty())
            .unwrap_or_else(|| "all".into());
        if let Ok(id) = format!("area-{key}").parse() {
            grounds.entry(id).or_default().push(place);
        }
    }
    let name = |places: &[&Place]| {
        let departements = most_common(places.iter().filter_map(|place| place.departement.as_deref()), 1);
        departements
            .into_iter()
            .next()
            .or_else(|| places.first()?.country.clone())
    };
    grounds
        .into_iter()
        .map(|(id, places)| Ground {
            id,
            name: name(&places),
            departement: places
                .iter()
                .find_map(|place| place.commune.as_deref().and_then(departement_code))
                .map(str::to_owned),
            places,
        })
        .collect()
}

/// Divides the places of an area into packs. `before` are the packs of the last publication with their places; `new_id`
/// gives ids that were never used.
pub(super) fn packs<'a>(
    places: &[&'a Place],
    before: &BTreeMap<Id, &BTreeSet<Id>>,
    new_id: &mut dyn FnMut() -> Option<Id>,
) -> BTreeMap<Id, Vec<&'a Place>> {
    let home: BTreeMap<&Id, &Id> = before
        .iter()
        .flat_map(|(pack, places)| places.iter().map(move |place| (place, pack)))
        .collect();
    let mut packs: BTreeMap<Id, Vec<&Place>> = BTreeMap::new();
    let mut homeless = Vec::new();
    for place in places {
        match home.get(&place.id) {
            Some(pack) => packs.entry((*pack).clone()).or_default().push(place),
            None => homeless.push(*place),
        }
    }
    let grounds: Vec<(Id, Bounds)> = packs
        .iter()
        .filter_map(|(id, places)| Some((id.clone(), bounds(places.iter().map(|place| place.position))?)))
        .collect();
    let mut rest = Vec::new();
    for place in homeless {
        let away = |ground: &Bounds| distance_m(place.position, nearest_in(ground, place.position));
        let nearest = grounds.iter().min_by(|a, b| away(&a.1).total_cmp(&away(&b.1)));
        match nearest.and_then(|(id, _)| packs.get_mut(id)) {
            Some(pack) => pack.push(place),
            None => rest.push(place),
        }
    }
    if let Some(id) = Some(rest)
        .filter(|rest| !rest.is_empty())
        .and_then(|rest| Some((new_id()?, rest)))
    {
        packs.insert(id.0, id.1);
    }
    let mut divided = BTreeMap::new();
    for (id, mut places) in packs {
        places.sort_by(|a, b| a.id.cmp(&b.id));
        let mut parts = Vec::new();
        split(places, &mut parts);
        // The part with most of what was published keeps the id.
        let old = before.get(&id);
        let kept = |part: &Vec<&Place>| {
            part.iter()
                .filter(|place| old.is_some_and(|old| old.contains(&place.id)))
                .count()
        };
        let keeper = (0..parts.len()).max_by_key(|at| (parts.get(*at).map(kept), std::cmp::Reverse(*at)));
        for (at, part) in parts.into_iter().enumerate() {
            let id = if Some(at) == keeper {
                Some(id.clone())
            } else {
                new_id()
            };
            if let Some(id) = id {
                divided.insert(id, part);
            }
        }
    }
    divided
}

/// Halves at the median of the longer axis until every part is small enough.
fn split<'a>(mut places: Vec<&'a Place>, parts: &mut Vec<Vec<&'a Place>>) {
    let ground = bounds(places.iter().map(|place| place.position));
    let Some(ground) = ground.filter(|_| places.len() > MAX_PLACES) else {
        parts.push(places);
        return;
    };
    let corner = Position {
        lat_deg: ground.south_west.lat_deg,
        lon_deg: ground.north_east.lon_deg,
    };
    let wider = distance_m(ground.south_west, corner) > distance_m(corner, ground.north_east);
    let along = |place: &Place| {
        if wider {
            place.position.lon_deg
        } else {
            place.position.lat_deg
        }
    };
    places.sort_by(|a, b| along(a).total_cmp(&along(b)).then_with(|| a.id.cmp(&b.id)));
    let far = places.split_off(places.len() / 2);
    split(places, parts);
    split(far, parts);
}

/// The smallest rectangle around positions; `None` around none.
pub(super) fn bounds(positions: impl Iterator<Item = Position>) -> Option<Bounds> {
    positions
        .map(|at| Bounds {
            south_west: at,
            north_east: at,
        })
        .reduce(|a, b| Bounds {
            south_west: Position {
                lat_deg: a.south_west.lat_deg.min(b.south_west.lat_deg),
                lon_deg: a.south_west.lon_deg.min(b.south_west.lon_deg),
            },
            north_east: Position {
                lat_deg: a.north_east.lat_deg.max(b.north_east.lat_deg),
                lon_deg: a.north_east.lon_deg.max(b.north_east.lon_deg),
            },
        })
}

fn nearest_in(ground: &Bounds, at: Position) -> Position {
    Position {
        lat_deg: at
            .lat_deg
            .clamp(ground.south_west.lat_deg, ground.north_east.lat_deg),
        lon_deg: at
            .lon_deg
            .clamp(ground.south_west.lon_deg, ground.north_east.lon_deg),
    }
}

/// The most common texts, at most so many; of equals the first in the alphabet.
pub(super) fn most_common<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> Vec<String> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut counts: Vec<(&str, u32)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
        .into_iter()
        .take(most)
        .map(|(text, _)| text.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(n: usize, lat_deg: f64, lon_deg: f64) -> Place {
        let at = Position::new(lat_deg, lon_deg).unwrap();
        serde_json::from_value(serde_json::json!({ "id": format!("p{n:05}"), "name": {}, "position": at }))
            .unwrap()
    }

    fn divide(
        places: &[Place],
        before: &BTreeMap<Id, BTreeSet<Id>>,
        prefix: &str,
    ) -> BTreeMap<Id, BTreeSet<Id>> {
        let mut n = 0;
        let mut new_id = || {
            n += 1;
            format!("{prefix}-{n}").parse().ok()
        };
        let before = before.iter().map(|(id, places)| (id.clone(), places)).collect();
        let places: Vec<&Place> = places.iter().collect();
        let packs = packs(&places, &before, &mut new_id);
        packs
            .into_iter()
            .map(|(id, places)| (id, places.iter().map(|place| place.id.clone()).collect()))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn every_place_is_in_one_small_pack_and_stays_there(
            first in proptest::collection::vec((45.0..46.0f64, 3.0..5.0f64), 0..2500),
            more in proptest::collection::vec((45.0..46.0f64, 3.0..5.0f64), 0..900),
        ) {
            let all: Vec<Place> =
                first.iter().chain(&more).enumerate().map(|(n, (lat, lon))| place(n, *lat, *lon)).collect();
            let before = divide(&all[..first.len()], &BTreeMap::new(), "v1");
            let after = divide(&all, &before, "v2");
            for (packs, count) in [(&before, first.len()), (&after, all.len())] {
                let placed: usize = packs.values().map(BTreeSet::len).sum();
                let distinct: BTreeSet<&Id> = packs.values().flatten().collect();
                prop_assert_eq!((placed, distinct.len()), (count, count), "places lost or in two packs");
                prop_assert!(packs.values().all(|places| places.len() <= MAX_PLACES));
            }
            for (id, places) in &before {
                let new: usize = after.get(id).map_or(0, |now| now.intersection(places).count());
                prop_assert!(2 * new >= places.len(), "{id} kept {new} of {} places", places.len());
            }
        }
    }

    #[test]
    fn areas_are_departements_however_they_are_told() {
        let told = |n, commune: Option<&str>, departement: Option<&str>, country: Option<&str>| Place {
            commune: commune.map(Into::into),
            departement: departement.map(Into::into),
            country: country.map(Into::into),
            ..place(n, 45.0, 4.0)
        };
        let places = [
            told(1, Some("42204"), Some("Loire"), Some("FR")),
            told(2, None, Some("LOIRE"), Some("FR")),
            told(3, Some("2A004"), None, Some("FR")),
            told(4, None, Some("Hainaut"), Some("BE")),
            told(5, None, None, Some("CH")),
            told(6, None, None, None),
        ];
        let areas = areas(places.iter());
        let ids: Vec<(&str, usize)> = areas
            .iter()
            .map(|area| (area.id.as_str(), area.places.len()))
            .collect();
        assert_eq!(
            ids,
            [
                ("area-2a", 1),
                ("area-42", 2),
                ("area-all", 1),
                ("area-ch", 1),
                ("area-hainaut", 1)
            ]
        );
    }
}
