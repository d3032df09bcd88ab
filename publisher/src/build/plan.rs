//! Which packs a publication has: one for each part of an area, one for each trail, and in them what answers for records
//! that are gone.

use super::contents::stop_places;
use super::divide::{self, Ground};
use super::index::Builder;
use super::pack::Plan;
use alloclap_core::catalogue::model::{Id, Place, Record};
use alloclap_core::publication::PackKind;
use std::collections::{BTreeMap, BTreeSet};

impl Builder<'_> {
    /// All packs, areas before trails; what is gone has its place in them.
    pub(super) fn plans(&self) -> Vec<Plan> {
        let places = self
            .shown
            .records
            .iter()
            .filter_map(|sourced| match &sourced.record {
                Record::Place(place) => Some(place),
                _ => None,
            });
        let grounds = divide::areas(places);
        let mut plans = self.area_plans(&grounds);
        self.trail_plans(&grounds, &mut plans);
        if plans.is_empty() && !self.shown.gone.is_empty() {
            // Nothing is shown any more; what was printed still wants an answer.
            plans.extend("area-all".parse::<Id>().map(|id| Plan {
                id: id.clone(),
                kind: PackKind::Area,
                area: id,
                name: None,
                places: Vec::new(),
                trail: None,
                gone: Vec::new(),
            }));
        }
        self.place_gone(&mut plans);
        plans
    }

    fn area_plans(&self, grounds: &[Ground<'_>]) -> Vec<Plan> {
        let version = self.previous.map_or(0, |previous| previous.index.version) + 1;
        let mut plans = Vec::new();
        for ground in grounds {
            let mut before: BTreeMap<Id, &BTreeSet<Id>> = BTreeMap::new();
            for (id, pack) in self.previous.iter().flat_map(|previous| &previous.packs) {
                if pack.area == ground.id && pack.kind == PackKind::Area {
                    before.insert(id.clone(), &pack.places);
                }
            }
            // The version never comes again, so neither does an id that has it in its name.
            let mut n = 0;
            let mut new_id = || {
                n += 1;
                format!("{}-{version}-{n}", ground.id).parse().ok()
            };
            let packs = divide::packs(&ground.places, &before, &mut new_id);
            let alone = packs.len() == 1;
            for (id, places) in packs {
                plans.push(Plan {
                    id,
                    kind: PackKind::Area,
                    area: ground.id.clone(),
                    name: if alone { self.name(ground) } else { None },
                    places: places.iter().map(|place| place.id.clone()).collect(),
                    trail: None,
                    gone: Vec::new(),
                });
            }
        }
        plans
    }

    /// A pack for each trail, in the area where most of its stops are.
    fn trail_plans(&self, grounds: &[Ground<'_>], plans: &mut Vec<Plan>) {
        let area_of: BTreeMap<&Id, &Id> = grounds
            .iter()
            .flat_map(|ground| ground.places.iter().map(|place: &&Place| (&place.id, &ground.id)))
            .collect();
        let elsewhere = grounds
            .first()
            .map(|ground| ground.id.clone())
            .or_else(|| "area-all".parse().ok());
        for sourced in &self.shown.records {
            let Record::Trail(trail) = &sourced.record else {
                continue;
            };
            let areas = stop_places(trail)
                .filter_map(|place| area_of.get(place))
                .map(|area| area.as_str());
            let most = divide::most_common(areas, 1)
                .into_iter()
                .next()
                .and_then(|area| area.parse().ok());
            plans.extend(most.or_else(|| elsewhere.clone()).map(|area| Plan {
                id: trail.id.clone(),
                kind: PackKind::Trail,
                area,
                name: Some(trail.name.clone()),
                places: stop_places(trail).cloned().collect(),
                trail: Some(trail.id.clone()),
                gone: Vec::new(),
            }));
        }
    }

    /// What is gone stays in the packs that had it; else it goes with its place or with what replaced it; else into the
    /// first pack, where the code directory finds it.
    fn place_gone(&self, plans: &mut [Plan]) {
        let home: BTreeMap<Id, usize> = plans
            .iter()
            .enumerate()
            .rev()
            .flat_map(|(at, plan)| plan.places.iter().map(move |place| (place.clone(), at)))
            .collect();
        for (at, record) in self.shown.gone.iter().enumerate() {
            let before = self
                .previous
                .and_then(|previous| previous.records.get(record.id()));
            let mut placed = false;
            for plan in plans
                .iter_mut()
                .filter(|plan| before.is_some_and(|old| old.packs.contains(&plan.id)))
            {
                plan.gone.push(at);
                placed = true;
            }
            let beside = match record {
                Record::Panel(panel) => home.get(&panel.place),
                Record::Tombstone(tombstone) => tombstone.replaced_by.as_ref().and_then(|id| home.get(id)),
                _ => None,
            };
            if let Some(plan) = plans.get_mut(beside.copied().unwrap_or(0)).filter(|_| !placed) {
                plan.gone.push(at);
            }
        }
    }
}
