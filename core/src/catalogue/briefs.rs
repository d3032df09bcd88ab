//! Places as lists show them, kept: somebody who walks is shown the same fifty again and again, and reading one asks the tables
//! twice and reads some records. What is in a brief is decided elsewhere; the job here ends at keeping them as long as they hold.

use super::{PlaceBrief, Visitor};
use std::collections::HashMap;

/// So many are kept, about a megabyte; once there are more, one begins anew.
const KEPT_MAX: usize = 1_000;

/// Briefs for one visitor from one state of the catalogue, by row; `None` for a place that may not be shown.
#[derive(Debug, Default)]
pub(super) struct Briefs {
    /// For whom and from which generation; nobody until the first look.
    holds_for: Option<(Visitor, u64)>,
    by_row: HashMap<i64, Option<PlaceBrief>>,
}

impl Briefs {
    /// The briefs of these rows, each if it is kept.
    pub(super) fn kept(
        &mut self,
        rows: &[i64],
        visitor: &Visitor,
        generation: u64,
    ) -> Vec<Option<Option<PlaceBrief>>> {
        let holds = self
            .holds_for
            .as_ref()
            .is_some_and(|(whom, of)| whom == visitor && *of == generation);
        if !holds {
            self.by_row.clear();
            self.holds_for = Some((visitor.clone(), generation));
        }
        rows.iter().map(|row| self.by_row.get(row).cloned()).collect()
    }

    /// Keeps what was read for a visitor when the catalogue was, at the earliest, of this generation.
    pub(super) fn keep(
        &mut self,
        read: impl Iterator<Item = (i64, Option<PlaceBrief>)>,
        visitor: &Visitor,
        generation: u64,
    ) {
        // Somebody else may have asked meanwhile, or a sync may have ended.
        if self.holds_for != Some((visitor.clone(), generation)) {
            return;
        }
        if self.by_row.len() > KEPT_MAX {
            self.by_row.clear();
        }
        self.by_row.extend(read.take(KEPT_MAX));
    }
}
