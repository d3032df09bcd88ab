//! What is believed of the walker: probabilities for cells and ways of moving, and how time changes them.

use super::grid::{BLOCK_CELLS, Trail};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Walking forward, standing (having walked forward), walking backward, standing (having walked backward).
pub(super) const MODES: usize = 4;
pub(super) const FORWARD: usize = 0;
pub(super) const FORWARD_STANDING: usize = 1;
pub(super) const BACKWARD: usize = 2;
pub(super) const BACKWARD_STANDING: usize = 3;

/// Mean time in seconds that a visitor walks before standing still, and stands before walking on.
const WALK_S: f64 = 150.0;
const STAND_S: f64 = 45.0;

/// Mean time in seconds that visitors stand at the start of a trail before they set off: they wait for each other, and read the map.
const GATHER_S: f64 = 600.0;

/// Mean time in seconds after which a walker, or somebody who stands, turns back. Rare: most visitors follow a trail.
///
/// Rarer than it may be: where stretches lie side by side, noise looks like turning back far more often than anybody does, and
/// who does turn is told so by every fix from then on.
const TURN_WALKING_S: f64 = 200_000.0;
const TURN_STANDING_S: f64 = 60_000.0;

/// Mean time in seconds after which a walker leaves the trail, and comes back to it. Leaving is rare for the same reason: who has
/// left may come back anywhere, also on a stretch that lies beside.
const LEAVE_S: f64 = 5_000.0;
const RETURN_S: f64 = 30.0;

/// At the end of a loop, the share of steps that go on to its start instead of staying at the end.
const WALK_ON_SHARE: f32 = 0.01;

/// Who comes to a trail walks it forward, as its stops are told, in so many cases.
pub(super) const FORWARD_SHARE: f64 = 0.9;

/// Length in metres over which a walker who comes to the trail may be, around the fix.
const ENTRY_M: f64 = 120.0;

/// A step moves at most this share of a cell's belief, so that short steps add up to walking and not to jumping.
const MAX_HOP: f64 = 0.8;

/// More moves than this tell nothing that being anywhere near would not: ten minutes of walking.
const MAX_MOVES: usize = 150;

/// Belief below this is forgotten, block by block.
const NEGLIGIBLE: f32 = 1e-6;

/// The filter's whole memory. It grows with the ways in which the walker could be somewhere else, never with the walk.
///
/// It can be written down at any time and read again: the walk goes on where it was.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TrailState {
    /// Time of the last fix that was believed.
    pub(super) t_ms: Option<i64>,
    /// Time of the first fix of the walk.
    #[serde(default)]
    pub(super) began_ms: Option<i64>,
    /// How many fixes in a row were much earlier than that.
    pub(super) early_fixes: u32,
    /// Blocks with belief in them, by index.
    pub(super) blocks: Vec<Block>,
    /// Probability of being off the trail.
    pub(super) off: f64,
    pub(super) pace: Pace,
    pub(super) presence: Presence,
    /// The share of the belief that went forward when the walker was last on the trail.
    #[serde(default)]
    pub(super) forward: Option<f64>,
    /// Where the walker was last believed to be on the line, in metres from its start.
    pub(super) last_m: Option<f64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Block {
    pub(super) index: u32,
    /// Probability for each way of moving and cell.
    pub(super) mass: [[f32; BLOCK_CELLS]; MODES],
}

/// The walker's own pace, from the progress of the last minutes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pace {
    pub(super) m_s: f64,
    pub(super) since_ms: i64,
    pub(super) from_m: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            m_s: USUAL_PACE_M_S,
            since_ms: i64::MIN,
            from_m: 0.0,
        }
    }
}

/// A visitor's pace in metres a second before anything is known: strolling, 4 km/h.
pub const USUAL_PACE_M_S: f64 = 1.1;

/// Bounds in metres a second of a pace that a walker has.
pub(super) const PACE_M_S: std::ops::RangeInclusive<f64> = 0.3..=2.5;

/// Whether the walker is on the trail, as it was last told.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Presence {
    pub(super) on_trail: Option<bool>,
    /// Since when the belief says otherwise.
    pub(super) otherwise_since_ms: Option<i64>,
    pub(super) otherwise_fixes: u32,
}

impl Block {
    fn new(index: u32) -> Self {
        Self {
            index,
            mass: [[0.0; BLOCK_CELLS]; MODES],
        }
    }

    /// What is believed of each way of moving in some of its cells.
    fn ways(&self, cells: Range<usize>) -> [&[f32]; MODES] {
        self.mass
            .each_ref()
            .map(|way| way.get(cells.clone()).unwrap_or_default())
    }

    pub(super) fn total(&self) -> f64 {
        // Cell by cell first: sixteen sums side by side instead of one after the other.
        let mut cells = [0.0f32; BLOCK_CELLS];
        for way in &self.mass {
            for (cell, mass) in cells.iter_mut().zip(way) {
                *cell += mass;
            }
        }
        sum(&cells)
    }
}

/// The sum of a few numbers, without the rounding of `f32`.
pub(super) fn sum(numbers: &[f32]) -> f64 {
    numbers.iter().map(|&number| f64::from(number)).sum()
}

impl TrailState {
    /// Time of the last fix that was taken into account.
    pub fn seen_ms(&self) -> Option<i64> {
        self.t_ms
    }

    /// Time of the first fix of the walk.
    pub fn began_ms(&self) -> Option<i64> {
        self.began_ms
    }

    /// Whether the walker is on the trail; `None` until that is known.
    pub fn on_trail(&self) -> Option<bool> {
        self.presence.on_trail
    }

    /// Makes a state that was read from a file one of `trail`'s: belief about cells that the trail does not have, or that is
    /// no probability, is dropped. If nothing is left, progress is found anew.
    pub fn fit(&mut self, trail: &Trail) {
        let real = |mass: &f32| (0.0..=1.0).contains(mass);
        let last_block = trail.last_cell() / BLOCK_CELLS as u32;
        self.blocks
            .retain(|block| block.index <= last_block && block.mass.iter().flatten().all(real));
        self.blocks.sort_by_key(|block| block.index);
        self.blocks.dedup_by_key(|block| block.index);
        self.off = if (0.0..=1.0).contains(&self.off) {
            self.off
        } else {
            1.0
        };
        if !PACE_M_S.contains(&self.pace.m_s) {
            self.pace = Pace::default();
        }
        self.forward = self.forward.filter(|share| (0.0..=1.0).contains(share));
        self.last_m = self.last_m.filter(|metres| metres.is_finite());
    }

    /// Whether anything is known yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.t_ms.is_none()
    }

    /// The share of what is believed on the trail that goes forward, 0 to 1; `None` if nothing is.
    pub(super) fn forward_share(&self) -> Option<f64> {
        let mut ways = [0.0; MODES];
        for block in &self.blocks {
            for (way, cells) in ways.iter_mut().zip(&block.mass) {
                *way += sum(cells);
            }
        }
        let [forward, forward_standing, backward, backward_standing] = ways;
        let (forward, backward) = (forward + forward_standing, backward + backward_standing);
        (forward + backward > 0.0).then(|| forward / (forward + backward))
    }

    /// The belief that the walker is in one of the cells of `run`, 0 to 1.
    pub fn probability(&self, run: Range<u32>) -> f64 {
        self.in_run(run)
            .map(|(_, ways)| ways.into_iter().map(sum).sum::<f64>())
            .sum()
    }

    /// The belief about the cells of a run, block by block: the first cell, and for each way of moving what is believed of it and
    /// those that follow. Cells without any belief may be left out.
    pub(super) fn in_run(&self, run: Range<u32>) -> impl Iterator<Item = (u32, [&[f32]; MODES])> + '_ {
        let width = BLOCK_CELLS as u32;
        let first = self
            .blocks
            .partition_point(|block| (block.index + 1) * width <= run.start);
        let blocks = self.blocks.iter().skip(first);
        blocks
            .map_while(move |block| {
                let begins = block.index * width;
                let within = run.start.saturating_sub(begins)..run.end.checked_sub(begins)?.min(width);
                Some((begins + within.start, within, block)).filter(|(_, within, _)| !within.is_empty())
            })
            .map(|(cell, within, block)| (cell, block.ways(within.start as usize..within.end as usize)))
    }

    /// The block of that index, made if there is none.
    fn block_mut(&mut self, index: u32) -> Option<&mut Block> {
        let at = self.blocks.partition_point(|block| block.index < index);
        if self.blocks.get(at).is_none_or(|block| block.index != index) {
            self.blocks.insert(at, Block::new(index));
        }
        self.blocks.get_mut(at)
    }

    /// Moves the belief on by `seconds`: walking, standing still, turning, leaving the trail.
    pub(super) fn pass(&mut self, trail: &Trail, seconds: f64) {
        let pace = self.pace.m_s.clamp(0.5, 1.8);
        let per_move_s = (MAX_HOP * trail.cell_m() / pace).min(4.0);
        let moves = ((seconds / per_move_s).ceil() as usize).clamp(1, MAX_MOVES);
        let move_s = (seconds / moves as f64).min(per_move_s);
        let hop = (pace * move_s / trail.cell_m()) as f32;
        let stay = libm::exp(-seconds / LEAVE_S);
        for number in 0..moves {
            // Who leaves the trail does so with the first move: it makes no difference when.
            self.change_modes(move_s, if number == 0 { stay as f32 } else { 1.0 });
            self.reach_out();
            self.hop_forward(trail, hop);
            self.hop_backward(trail, hop);
        }
        self.off += (1.0 - stay) * (1.0 - self.off);
    }

    /// Lets walkers stop, walk on and turn; a share of them stays on the trail.
    fn change_modes(&mut self, seconds: f64, stay: f32) {
        let share = |mean_s: f64| (seconds / mean_s).min(0.5) as f32;
        let (halt, walk_on) = (share(WALK_S), share(STAND_S));
        let (turn, turn_standing) = (share(TURN_WALKING_S), share(TURN_STANDING_S));
        let set_off = share(GATHER_S);
        for block in &mut self.blocks {
            // Whoever has not set off yet may wait for long.
            let walk_on_forward = if block.index == 0 { set_off } else { walk_on };
            let [forward, forward_standing, backward, backward_standing] = &mut block.mass;
            let ways = forward
                .iter_mut()
                .zip(forward_standing)
                .zip(backward.iter_mut().zip(backward_standing));
            for ((forward, forward_standing), (backward, backward_standing)) in ways {
                let [f, fs, b, bs] =
                    [*forward, *forward_standing, *backward, *backward_standing].map(|mass| mass * stay);
                *forward = f * (1.0 - halt - turn) + fs * walk_on_forward + b * turn;
                *backward = b * (1.0 - halt - turn) + bs * walk_on + f * turn;
                *forward_standing =
                    fs * (1.0 - walk_on_forward - turn_standing) + f * halt + bs * turn_standing;
                *backward_standing = bs * (1.0 - walk_on - turn_standing) + b * halt + fs * turn_standing;
            }
        }
    }

    /// Makes room for belief that is about to leave its block.
    fn reach_out(&mut self) {
        let mut at = 0;
        while let Some(block) = self.blocks.get(at) {
            let index = block.index;
            let edge = |mode: usize, last: bool| {
                let cells = block.mass.get(mode);
                let mass = cells.and_then(|cells| if last { cells.last() } else { cells.first() });
                mass.is_some_and(|&mass| mass > NEGLIGIBLE)
            };
            let (after, before) = (edge(FORWARD, true), index > 0 && edge(BACKWARD, false));
            let has_before = at
                .checked_sub(1)
                .and_then(|i| self.blocks.get(i))
                .is_some_and(|b| b.index + 1 == index);
            let has_after = self.blocks.get(at + 1).is_some_and(|b| b.index == index + 1);
            if after && !has_after {
                self.blocks.insert(at + 1, Block::new(index + 1));
            }
            if before && !has_before {
                self.blocks.insert(at, Block::new(index - 1));
                at += 1;
            }
            at += 1;
        }
    }

    fn hop_forward(&mut self, trail: &Trail, hop: f32) {
        let last_cell = trail.last_cell();
        let around_share = if trail.is_loop() { WALK_ON_SHARE } else { 0.0 };
        let (mut carry, mut carried_to, mut around) = (0.0f32, None, 0.0f32);
        for block in &mut self.blocks {
            if carried_to != Some(block.index) {
                carry = 0.0;
            }
            let [forward, ..] = &mut block.mass;
            for (cell, mass) in (block.index * BLOCK_CELLS as u32..=last_cell).zip(forward) {
                let mut leaving = *mass * hop;
                if cell == last_cell {
                    leaving *= around_share;
                    around = leaving;
                }
                *mass += carry - leaving;
                carry = leaving;
            }
            carried_to = Some(block.index + 1);
        }
        if around > 0.0 {
            self.add(0, FORWARD, around);
        }
    }

    fn hop_backward(&mut self, trail: &Trail, hop: f32) {
        let around_share = if trail.is_loop() { WALK_ON_SHARE } else { 0.0 };
        let (mut carry, mut carried_to, mut around) = (0.0f32, None, 0.0f32);
        for block in self.blocks.iter_mut().rev() {
            if carried_to != Some(block.index) {
                carry = 0.0;
            }
            let [_, _, backward, _] = &mut block.mass;
            for (at, mass) in backward.iter_mut().enumerate().rev() {
                let mut leaving = *mass * hop;
                if at == 0 && block.index == 0 {
                    leaving *= around_share;
                    around = leaving;
                }
                *mass += carry - leaving;
                carry = leaving;
            }
            carried_to = block.index.checked_sub(1);
        }
        if around > 0.0 {
            self.add(trail.last_cell(), BACKWARD, around);
        }
    }

    /// Adds belief to one cell and way of moving.
    pub(super) fn add(&mut self, cell: u32, mode: usize, mass: f32) {
        let at = cell as usize % BLOCK_CELLS;
        let block = self.block_mut(cell / BLOCK_CELLS as u32);
        if let Some(slot) = block.and_then(|block| block.mass.get_mut(mode)?.get_mut(at)) {
            *slot += mass;
        }
    }

    /// Adds belief to those who walk, forward and backward, in each cell of a block.
    pub(super) fn add_walking(
        &mut self,
        index: u32,
        forward: &[f32; BLOCK_CELLS],
        backward: &[f32; BLOCK_CELLS],
    ) {
        let Some(block) = self.block_mut(index) else {
            return;
        };
        let [ahead, _, back, _] = &mut block.mass;
        for (way, more) in [(ahead, forward), (back, backward)] {
            for (mass, more) in way.iter_mut().zip(more) {
                *mass += more;
            }
        }
    }

    /// Makes everything that is believed add up to 1, of it `on_trail` for what the blocks hold now as `held`, and forgets blocks
    /// that hardly are. If nothing is left, the walker is off the trail.
    pub(super) fn normalise(&mut self, held: f64, on_trail: f64) {
        let total = self.off + on_trail;
        if total.is_nan() || total <= f64::from(f32::MIN_POSITIVE) {
            self.blocks.clear();
            self.off = 1.0;
            return;
        }
        let factor = if held > 0.0 {
            (on_trail / held / total) as f32
        } else {
            0.0
        };
        self.off /= total;
        self.blocks.retain_mut(|block| {
            for mass in block.mass.iter_mut().flatten() {
                *mass *= factor;
            }
            block.total() > f64::from(NEGLIGIBLE)
        });
    }

    /// Forgets where the walker was, and the time.
    pub(super) fn forget(&mut self) {
        self.blocks.clear();
        self.off = 1.0;
        self.early_fixes = 0;
        self.began_ms = None;
        self.last_m = None;
        self.forward = None;
        self.presence.otherwise_since_ms = None;
        self.pace.since_ms = i64::MIN;
    }
}

/// The share of those off the trail who come back to it within so many seconds, for each metre of line around them.
pub(super) fn return_per_m(seconds: f64) -> f64 {
    (1.0 - libm::exp(-seconds / RETURN_S)) / ENTRY_M
}
