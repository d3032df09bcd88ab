//! The index of places around here: opened from its file, or built once the catalogue has changed (at the end of a sync). Its job ends at having one;
//! what is asked of it is `walk`'s.

use super::CompanionError;
use crate::catalogue::Catalogue;
use crate::nearby::{Nearby, Stamp};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The file under the data folder. It may be deleted at any time: it is built again.
const FILE: &str = "places.index";

/// Catalogues of fewer places are indexed sooner than a file of them is opened.
const WORTH_A_FILE: usize = 2_000;

/// So many points of a file are compared with the catalogue before it is believed: a catalogue that was thrown away and
/// downloaded again may count its changes as the one before did.
const COMPARED: u32 = 8;

/// After every other day.
const NO_DAY: u32 = 99_991_231;

/// The index, and what it is made of.
pub(super) struct Places {
    catalogue: Arc<Catalogue>,
    path: PathBuf,
    index: Mutex<Option<(Stamp, Arc<Nearby>)>>,
}

impl Places {
    pub(super) fn new(catalogue: Arc<Catalogue>, folder: &Path) -> Self {
        Self {
            catalogue,
            path: folder.join(FILE),
            index: Mutex::new(None),
        }
    }

    /// Has the index ready before somebody asks: after a sync, so that the visitor's first question does not wait for it. What is
    /// wrong with the catalogue, the first question tells.
    pub(super) fn prepare(&self, today: Date) {
        let _ = self.today(today);
    }

    /// The places that may be shown today.
    pub(super) fn today(&self, today: Date) -> Result<Arc<Nearby>, CompanionError> {
        let (generation, day) = (self.catalogue.generation(), number(today));
        if let Some((stamp, places)) = &*self.index()
            && stamp.holds(generation, day)
            && !places.is_broken()
        {
            return Ok(Arc::clone(places));
        }
        // Opened or built without the lock: another thread may do the same, which costs time but never waits.
        let (stamp, places) = match self.opened(generation, day) {
            Some(opened) => opened,
            None => self.built(generation, today)?,
        };
        let places = Arc::new(places);
        *self.index() = Some((stamp, Arc::clone(&places)));
        Ok(places)
    }

    /// The index of the file, if it is of this catalogue and holds today.
    fn opened(&self, generation: u64, day: u32) -> Option<(Stamp, Nearby)> {
        // One that broke while it was used is not opened again.
        let broken = self
            .index()
            .as_ref()
            .is_some_and(|(_, places)| places.is_broken());
        let (places, stamp) = Nearby::open(&self.path).filter(|_| !broken)?;
        if !stamp.holds(generation, day) {
            return None;
        }
        let all_there = places.sample(COMPARED).into_iter().all(|(row, position)| {
            self.catalogue
                .place_point(row)
                .is_ok_and(|found| found == Some(position))
        });
        (all_there && !places.is_broken()).then_some((stamp, places))
    }

    fn built(&self, generation: u64, today: Date) -> Result<(Stamp, Nearby), CompanionError> {
        let points = self.catalogue.place_points(today)?;
        let until_day = self.catalogue.next_place_shown(today)?.map_or(NO_DAY, number);
        let places = Nearby::new(points.into_iter().map(|point| (point.row, point.position)));
        let stamp = Stamp {
            generation,
            from_day: number(today),
            until_day,
        };
        if places.len() >= WORTH_A_FILE {
            // On a full disk the index is built at each start, as before.
            let _ = places.save(&self.path, stamp);
        }
        Ok((stamp, places))
    }

    fn index(&self) -> MutexGuard<'_, Option<(Stamp, Arc<Nearby>)>> {
        // Whoever panicked while holding it left it whole: it is replaced in one assignment.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A day as a number that orders as days do: 20261121.
fn number(day: Date) -> u32 {
    let part = |part: i8| u32::from(part.unsigned_abs());
    u32::from(day.year().unsigned_abs()) * 10_000 + part(day.month()) * 100 + part(day.day())
}
