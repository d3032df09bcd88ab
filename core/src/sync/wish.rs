//! A wish held against what a publication has. What somebody asks for now and is not there is refused by its name; what was chosen
//! before and was taken back since is dropped, so that a trail that ended does not keep the rest from being refreshed.

use super::plan::Listed;
use super::source::Source;
use super::{Choice, SyncError};
use crate::publication::Index;

/// What was chosen before, of the publication that lies at an address.
pub(super) struct Wish<'a> {
    pub(super) before: Choice,
    pub(super) source: &'a Source,
}

impl Wish<'_> {
    /// The choice without areas and départements that ended.
    ///
    /// # Errors
    /// [`SyncError::NoSuchPack`] with the first one that never was.
    pub(super) fn of_areas(&self, choice: &Choice, index: &Index) -> Result<Choice, SyncError> {
        let area = |id: &_| index.areas.iter().any(|area| area.id == *id);
        let departement = |code: &String| {
            let mut codes = index.areas.iter().filter_map(|area| area.departement.as_ref());
            codes.any(|known| known.eq_ignore_ascii_case(code))
        };
        Ok(Choice {
            areas: self.still(&choice.areas, &self.before.areas, area)?,
            departements: self.still(&choice.departements, &self.before.departements, departement)?,
            ..choice.clone()
        })
    }

    /// The choice without packs and communes that ended.
    ///
    /// # Errors
    /// [`SyncError::NoSuchPack`] with the first one that never was.
    pub(super) fn of_packs(&self, choice: &Choice, listed: &Listed) -> Result<Choice, SyncError> {
        let packs = || listed.packs.iter().map(|(_, pack, _)| pack);
        let commune = |code: &String| packs().any(|pack| pack.communes.contains(code));
        Ok(Choice {
            packs: self.still(&choice.packs, &self.before.packs, |id| {
                packs().any(|pack| pack.id == *id)
            })?,
            communes: self.still(&choice.communes, &self.before.communes, commune)?,
            ..choice.clone()
        })
    }

    fn still<T: Clone + PartialEq + ToString>(
        &self,
        wanted: &Option<Vec<T>>,
        before: &Option<Vec<T>>,
        is_there: impl Fn(&T) -> bool,
    ) -> Result<Option<Vec<T>>, SyncError> {
        let Some(wanted) = wanted else { return Ok(None) };
        let mut still = Vec::new();
        for item in wanted {
            if is_there(item) {
                still.push(item.clone());
            } else if !before.iter().flatten().any(|chosen| chosen == item) {
                return Err(SyncError::NoSuchPack {
                    id: item.to_string(),
                    url: self.source.as_str().to_owned(),
                });
            }
        }
        Ok(Some(still))
    }
}
