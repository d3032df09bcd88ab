//! A trail cut into cells: what the filter needs to know of a line, worked out once.

use crate::geo::{EARTH_RADIUS_M, Line, NVector, Position};
use std::ops::Range;

/// The length of a cell in metres: several steps of a walker, well below the noise of a phone.
const CELL_M: f64 = 5.0;

/// At most so many cells, 200 km of trail; on longer lines the cells grow.
const MAX_CELLS: usize = 40_000;

/// Cells in a block. Blocks without belief cost nothing, so a step costs the same on a long trail as on a short one.
pub(super) const BLOCK_CELLS: usize = 16;

/// A line whose ends are closer than this may be a loop, where one walks on from its end to its start.
const LOOP_M: f64 = 30.0;

/// A line that is still so close to itself this far from both ends goes out and back: its last stretch is its first one, walked
/// the other way, and nobody can tell somebody who walks it backwards from somebody who walks it forwards.
const SAME_WAY_M: f64 = 100.0;

/// A line to walk along, prepared for the filter.
#[derive(Debug, Clone)]
pub struct Trail {
    line: Line,
    cells: Vec<NVector>,
    cell_m: f64,
    closed: bool,
    bounds: Vec<Bound>,
}

/// A ball around the cells of a block.
#[derive(Debug, Clone, Copy)]
struct Bound {
    centre: NVector,
    radius_m: f64,
}

impl Trail {
    /// Prepares the line through `positions`. Any number of points is a trail: with none, nobody is ever on it; with one, it
    /// has length 0.
    pub fn new(positions: &[Position]) -> Self {
        let line = Line::new(positions);
        let count = if line.is_empty() {
            0
        } else {
            ((line.length_m() / CELL_M).ceil() as usize).clamp(1, MAX_CELLS)
        };
        let cell_m = (line.length_m() / count.max(1) as f64).max(1.0);
        let cells: Vec<_> = (0..count)
            .filter_map(|cell| line.vector_at((cell as f64 + 0.5) * cell_m))
            .collect();
        let meets = |from_ends_m: f64| {
            let two = (
                line.vector_at(from_ends_m),
                line.vector_at(line.length_m() - from_ends_m),
            );
            matches!(two, (Some(first), Some(last)) if first.distance_m(last) < LOOP_M)
        };
        let closed =
            line.length_m() > 4.0 * LOOP_M && meets(0.0) && !meets(SAME_WAY_M.min(line.length_m() / 4.0));
        let bounds = cells.chunks(BLOCK_CELLS).filter_map(bound).collect();
        Self {
            line,
            cells,
            cell_m,
            closed,
            bounds,
        }
    }

    /// The line itself.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Its length in metres.
    pub fn length_m(&self) -> f64 {
        self.line.length_m()
    }

    /// Whether its end is where it started, by another way than it began.
    pub fn is_loop(&self) -> bool {
        self.closed
    }

    /// The cells within `reach_m` of `there` whose middle fulfils `inside`, as runs of cells that follow each other.
    pub fn runs(&self, there: NVector, reach_m: f64, inside: impl Fn(NVector) -> bool) -> Vec<Range<u32>> {
        let mut runs: Vec<Range<u32>> = Vec::new();
        for index in self.blocks_near(there, reach_m) {
            for (cell, &middle) in (index * BLOCK_CELLS as u32..).zip(self.block(index)) {
                if inside(middle) {
                    match runs.last_mut() {
                        Some(run) if run.end == cell => run.end += 1,
                        _ => runs.push(cell..cell + 1),
                    }
                }
            }
        }
        runs
    }

    /// Metres on the ground from `there` to the middle of the nearest cell; `None` on an empty line.
    pub fn nearest_m(&self, there: NVector) -> Option<f64> {
        let mut least = f64::INFINITY;
        for (index, bound) in (0u32..).zip(&self.bounds) {
            if bound.centre.chord_m(there) - bound.radius_m < least {
                let chords = self.block(index).iter().map(|cell| cell.chord_m(there));
                least = chords.fold(least, f64::min);
            }
        }
        least.is_finite().then_some(least)
    }

    /// The middles of a run of cells, each with its metres from the start.
    pub fn middles(&self, run: Range<u32>) -> impl Iterator<Item = (f64, NVector)> + '_ {
        run.filter_map(|cell| Some((self.along_m(cell as usize), *self.cells.get(cell as usize)?)))
    }

    /// The cell that holds the point `along_m` metres from the start; `None` on an empty line.
    pub fn cell_at(&self, along_m: f64) -> Option<u32> {
        let last = self.cells.len().checked_sub(1)?;
        Some(((along_m / self.cell_m).max(0.0) as usize).min(last) as u32)
    }

    pub(super) fn cell_m(&self) -> f64 {
        self.cell_m
    }

    /// The last cell; 0 on an empty line, where no belief ever is.
    pub(super) fn last_cell(&self) -> u32 {
        self.cells.len().saturating_sub(1) as u32
    }

    /// The cells of a block.
    pub(super) fn block(&self, index: u32) -> &[NVector] {
        let start = index as usize * BLOCK_CELLS;
        let end = (start + BLOCK_CELLS).min(self.cells.len());
        self.cells.get(start..end).unwrap_or(&[])
    }

    /// Metres from the start to the middle of a cell.
    pub(super) fn along_m(&self, cell: usize) -> f64 {
        ((cell as f64 + 0.5) * self.cell_m).min(self.length_m())
    }

    /// The blocks that have a cell that may be within `radius_m` of `there`.
    pub(super) fn blocks_near(&self, there: NVector, radius_m: f64) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.bounds).filter_map(move |(index, bound)| {
            let reach = (radius_m + bound.radius_m) / EARTH_RADIUS_M;
            (bound.centre.chord2(there) <= reach * reach).then_some(index)
        })
    }
}

fn bound(cells: &[NVector]) -> Option<Bound> {
    let centre = *cells.get(cells.len() / 2)?;
    let radius_m = cells
        .iter()
        .map(|cell| cell.distance_m(centre))
        .fold(0.0, f64::max);
    Some(Bound { centre, radius_m })
}
