//! Packs, areas, code directories and notices → the index, which is written last and only if something changed.

use super::contents::Contents;
use super::divide::{self, Ground};
use super::media::Blobs;
use super::pack::{Maker, Plan, Written, count};
use super::previous::Previous;
use super::shown::{HeldBack, Shown};
use super::store::{Store, json};
use super::texts::TextStore;
use super::{BuildError, BuildReport, Progress};
use super::{codes, references, shared};
use alloclap_core::catalogue::model::{Id, Language, Publisher, Record, Texts};
use alloclap_core::publication::{
    Area, AreaEntry, Bounds, FORMAT, FileKind, FileRef, Index, Neighbour, Notices, Ways,
};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Everything that a publication is made of.
pub(super) struct Builder<'a> {
    pub publisher: &'a Publisher,
    pub contents: &'a Contents<'a>,
    pub shown: &'a Shown,
    pub blobs: &'a BTreeMap<Id, Blobs>,
    pub store: &'a Store,
    pub texts: &'a TextStore<'a>,
    pub directory: &'a [Neighbour],
    pub previous: Option<&'a Previous>,
    pub now_utc: &'a str,
}

/// A publication that is written.
pub(super) struct Built {
    /// Its files, relative to the folder.
    pub files: BTreeSet<PathBuf>,
    /// Its index.
    pub index: FileRef,
    /// Other ways to the index.
    pub ways: Ways,
}

impl Builder<'_> {
    /// Writes the publication, but for its signatures.
    pub fn build(
        &self,
        report: &mut BuildReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Built, BuildError> {
        let plans = self.plans();
        let written = self.write_packs(&plans, progress)?;
        self.tell(&plans, &written, report);

        let areas = self.write_areas(&plans, &written)?;
        let codes = self.write_codes(&plans)?;
        let notices = self.write_notices()?;

        report.areas = count(areas.len());
        let (version, built) = match self.previous {
            Some(previous) => (previous.index.version, previous.index.built.clone()),
            None => (0, String::new()),
        };
        let mut index = Index {
            format: FORMAT,
            version,
            built,
            publisher: self.publisher(),
            areas,
            notices,
            codes: codes.listed,
            code_shards: codes.shards,
            directory: self.directory.to_vec(),
        };
        let same = json(&index)?;
        report.changed = self.previous.is_none_or(|previous| previous.index_bytes != same);
        if report.changed {
            index.version = version + 1;
            index.built = self.now_utc.to_owned();
        }
        let signed = self.texts.list(FileKind::Index, "", &json(&index)?)?;
        report.version = index.version;
        let mut files = self.texts.used();
        let media = written.iter().flat_map(|pack| &pack.blobs);
        files.extend(media.map(|blob| PathBuf::from(FileKind::Media.path(&blob.file.hash))));
        files.extend(
            index
                .notices
                .iter()
                .map(|file| PathBuf::from(FileKind::Notices.path(&file.hash))),
        );
        Ok(Built {
            files,
            index: signed.file,
            ways: signed.ways,
        })
    }

    /// The publisher as it is shown: without logos that are not.
    fn publisher(&self) -> Publisher {
        let shown = self
            .shown
            .records
            .iter()
            .find_map(|sourced| match &sourced.record {
                Record::Publisher(publisher) => Some(publisher),
                _ => None,
            });
        shown.unwrap_or(self.publisher).clone()
    }

    fn language(&self) -> Option<&Language> {
        self.publisher.languages.first()
    }

    /// Compresses packs on all cores; which core does which changes nothing in the bytes.
    fn write_packs(
        &self,
        plans: &[Plan],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<Written>, BuildError> {
        let maker = Maker {
            contents: self.contents,
            gone: &self.shown.gone,
            blobs: self.blobs,
            store: self.store,
            texts: self.texts,
            language: self.language(),
        };
        let next = AtomicUsize::new(0);
        let cores = thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(plans.len().max(1));
        let (sender, receiver) = mpsc::channel();
        let mut written: BTreeMap<usize, Written> = BTreeMap::new();
        thread::scope(|scope| {
            for _ in 0..cores {
                let (sender, next, maker) = (sender.clone(), &next, &maker);
                scope.spawn(move || {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(plan) = plans.get(at) else {
                            break;
                        };
                        if sender.send((at, maker.write(plan))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            for (at, pack) in receiver {
                written.insert(at, pack?);
                progress(Progress::Packs {
                    done: count(written.len()),
                    total: count(plans.len()),
                });
            }
            Ok::<(), BuildError>(())
        })?;
        Ok(written.into_values().collect())
    }

    fn write_areas(&self, plans: &[Plan], written: &[Written]) -> Result<Vec<AreaEntry>, BuildError> {
        let mut packs: BTreeMap<&Id, Vec<(&Plan, &Written)>> = BTreeMap::new();
        for (plan, pack) in plans.iter().zip(written) {
            packs.entry(&plan.area).or_default().push((plan, pack));
        }
        let places = self
            .shown
            .records
            .iter()
            .filter_map(|sourced| match &sourced.record {
                Record::Place(place) => Some(place),
                _ => None,
            });
        let grounds = divide::areas(places);
        let all: Vec<(&Id, &Written)> = plans.iter().map(|plan| &plan.area).zip(written).collect();
        let mut shared = shared::by_area(&all);
        let mut areas = Vec::new();
        for (id, mut packs) in packs {
            packs.sort_by(|a, b| a.0.id.cmp(&b.0.id));
            let area = Area {
                packs: packs.iter().map(|(_, pack)| pack.entry.clone()).collect(),
                shared: shared.remove(id).unwrap_or_default(),
            };
            let corners = area
                .packs
                .iter()
                .flat_map(|pack| [pack.bounds.south_west, pack.bounds.north_east]);
            let Some(bounds): Option<Bounds> = divide::bounds(corners) else {
                continue;
            };
            let ground = grounds.iter().find(|ground| ground.id == *id);
            let list = self.texts.list(FileKind::Area, id.as_str(), &json(&area)?)?;
            areas.push(AreaEntry {
                id: id.clone(),
                name: ground.and_then(|ground| self.name(ground)).unwrap_or_default(),
                bounds,
                places: count(ground.map_or(0, |ground| ground.places.len())),
                departement: ground.and_then(|ground| ground.departement.clone()),
                file: list.file,
                ways: list.ways,
            });
        }
        Ok(areas)
    }

    /// Code directories: a panel's codes lead to the smallest pack that has it.
    fn write_codes(&self, plans: &[Plan]) -> Result<codes::Written, BuildError> {
        let mut of_place: BTreeMap<&Id, &Plan> = BTreeMap::new();
        let mut of_gone: BTreeMap<usize, &Plan> = BTreeMap::new();
        for plan in plans {
            for place in &plan.places {
                let known = of_place.entry(place).or_insert(plan);
                if plan.places.len() < known.places.len() {
                    *known = plan;
                }
            }
            for at in &plan.gone {
                of_gone.entry(*at).or_insert(plan);
            }
        }
        let shown = self
            .shown
            .records
            .iter()
            .filter_map(|sourced| match &sourced.record {
                Record::Panel(panel) => Some((&sourced.record, *of_place.get(&panel.place)?)),
                _ => None,
            });
        let gone = self
            .shown
            .gone
            .iter()
            .enumerate()
            .filter_map(|(at, record)| Some((record, *of_gone.get(&at)?)));
        let mut homes = BTreeMap::new();
        for (record, plan) in shown.chain(gone) {
            for code in references::codes(record) {
                homes.insert(code, (plan.id.clone(), plan.area.clone()));
            }
        }
        codes::write(self.texts, homes)
    }

    fn write_notices(&self) -> Result<Option<FileRef>, BuildError> {
        let notices: Vec<_> = self
            .shown
            .records
            .iter()
            .filter_map(|sourced| match &sourced.record {
                Record::Notice(notice) => Some(notice.clone()),
                _ => None,
            })
            .collect();
        if notices.is_empty() {
            return Ok(None);
        }
        self.store
            .put_as(FileKind::Notices, &json(&Notices { notices })?)
            .map(Some)
    }

    pub(super) fn name(&self, ground: &Ground<'_>) -> Option<Texts> {
        Some(Texts::in_language(self.language()?.clone(), ground.name.clone()?))
    }

    fn tell(&self, plans: &[Plan], written: &[Written], report: &mut BuildReport) {
        report.packs = count(plans.len());
        report.pack_bytes = written.iter().map(|pack| pack.entry.file.bytes).sum();
        let unchanged = |pack: &&Written| {
            let old = self
                .previous
                .and_then(|previous| previous.packs.get(&pack.entry.id));
            old.is_some_and(|old| old.file == pack.entry.file)
        };
        report.packs_changed = report.packs - count(written.iter().filter(unchanged).count());
        let of_kind = |kind| {
            count(
                self.shown
                    .records
                    .iter()
                    .filter(|sourced| sourced.record.kind() == kind)
                    .count(),
            )
        };
        (report.places, report.panels) = (of_kind("place"), of_kind("panel"));
        let media: BTreeMap<_, u64> = written
            .iter()
            .flat_map(|pack| &pack.blobs)
            .map(|blob| (&blob.file.hash, blob.file.bytes))
            .collect();
        report.media = count(media.len());
        report.media_bytes = media.values().sum();
        let reached: BTreeSet<usize> = written
            .iter()
            .flat_map(|pack| pack.records.iter().copied())
            .collect();
        report.records = count(reached.len());
        for (at, sourced) in self.shown.records.iter().enumerate() {
            if !reached.contains(&at) && !matches!(sourced.record, Record::Notice(_)) {
                report
                    .held_back
                    .insert(sourced.record.id().clone(), HeldBack::Unreached);
            }
        }
    }
}
