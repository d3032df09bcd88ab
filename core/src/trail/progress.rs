//! What the belief says of the walker: progress, direction, pace.

use super::belief::{MODES, PACE_M_S, TrailState, sum};
use super::grid::{BLOCK_CELLS, Trail};
use crate::geo::{EARTH_RADIUS_M, NVector};
use serde::{Deserialize, Serialize};

/// How much of the belief must walk one way before it is said to be the way.
const SURE_DIRECTION: f64 = 0.75;

/// Half the width in metres of the stretch over which the place of the walker is averaged.
const STRETCH_M: f64 = 60.0;

/// Pace is taken over at least so many seconds.
const PACE_OVER_S: f64 = 20.0;

/// Share by which a new measure changes the pace: about the last three minutes of walking count.
const PACE_LEARNING: f64 = 0.1;

/// Which way the walker follows the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From its start to its end.
    Forward,
    /// From its end to its start.
    Backward,
    /// Not known yet.
    Unknown,
}

/// What is known of a walker on a trail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Metres from the start of the line to the place that is believed most.
    pub along_m: f64,
    /// Standard deviation of `along_m` in metres.
    pub along_sd_m: f64,
    /// Metres from the fix to the line there.
    pub offset_m: f64,
    /// Whether the walker is on the trail. It takes several fixes and seconds to change.
    pub on_trail: bool,
    /// Probability, 0 to 1, that the walker is within 60 m of `along_m` on the line.
    pub certainty: f64,
    /// Probability, 0 to 1, that the walker stands still.
    pub standing: f64,
    /// Which way the line is followed.
    pub direction: Direction,
    /// Metres left to the end of the line in that direction; forward while it is not known.
    pub remaining_m: f64,
    /// The walker's own pace in metres a second, a visitor's usual one until it is known.
    pub pace_m_s: f64,
}

pub(super) fn progress(trail: &Trail, state: &TrailState, there: NVector) -> Option<Progress> {
    // While nothing is believed on the line: where the walker left it, or where it is nearest.
    let middle_m = match fullest_stretch_m(trail, state).or(state.last_m) {
        Some(middle_m) => middle_m,
        None => trail.line().project(there.into())?.along_m,
    };
    // Twice, because the first stretch is as wide as blocks are and may not have its belief in the middle.
    let middle_m = Stretch::around(trail, state, middle_m).mean_m;
    let stretch = Stretch::around(trail, state, middle_m);
    let along_m = stretch.mean_m;
    let direction = match stretch.forward {
        share if share >= SURE_DIRECTION => Direction::Forward,
        share if share <= 1.0 - SURE_DIRECTION => Direction::Backward,
        _ => Direction::Unknown,
    };
    let reach = (2.0 * STRETCH_M / trail.cell_m()) as u32;
    let offset_m = trail
        .cell_at(along_m)
        .map(|cell| cell.saturating_sub(reach)..cell.saturating_add(reach))
        .and_then(|run| {
            trail
                .middles(run)
                .map(|(_, middle)| middle.chord2(there))
                .min_by(f64::total_cmp)
        })
        .map(|chord2| EARTH_RADIUS_M * chord2.sqrt())?;
    Some(Progress {
        along_m,
        along_sd_m: stretch.sd_m,
        offset_m,
        on_trail: state.presence.on_trail.unwrap_or(false),
        certainty: stretch.mass.min(1.0),
        standing: stretch.standing,
        direction,
        remaining_m: match direction {
            Direction::Backward => along_m,
            _ => trail.length_m() - along_m,
        },
        pace_m_s: state.pace.m_s,
    })
}

/// The middle of the three neighbouring blocks that hold most belief, in metres from the start.
fn fullest_stretch_m(trail: &Trail, state: &TrailState) -> Option<f64> {
    let mut fullest: Option<(f64, u32)> = None;
    let (mut before, mut last) = ((0.0, None), (0.0, None));
    for block in &state.blocks {
        let this = (block.total(), Some(block.index));
        // Blocks that are no neighbours do not add up.
        let previous = if last.1.map(|index: u32| index + 1) == this.1 {
            last
        } else {
            (0.0, None)
        };
        let one_before = if previous.1.is_some() { before } else { (0.0, None) };
        let sum = this.0 + previous.0 + one_before.0;
        if fullest.is_none_or(|(most, _)| sum > most) {
            let heaviest = [one_before, previous, this]
                .into_iter()
                .max_by(|a, b| a.0.total_cmp(&b.0));
            fullest = heaviest.and_then(|(_, index)| Some((sum, index?)));
        }
        (before, last) = (previous, this);
    }
    let (_, index) = fullest?;
    Some(trail.along_m(index as usize * BLOCK_CELLS + BLOCK_CELLS / 2))
}

/// Belief over the stretch of line around one point.
struct Stretch {
    mass: f64,
    mean_m: f64,
    sd_m: f64,
    /// Shares of the mass.
    forward: f64,
    standing: f64,
}

impl Stretch {
    fn around(trail: &Trail, state: &TrailState, middle_m: f64) -> Self {
        let run = trail.cell_at(middle_m - STRETCH_M).unwrap_or(0)
            ..trail.cell_at(middle_m + STRETCH_M).map_or(0, |cell| cell + 1);
        let (mut mass, mut sum_m, mut sum_m2) = (0.0, 0.0, 0.0);
        let mut shares = [0.0; MODES];
        for (first, ways) in state.in_run(run) {
            for (share, way) in shares.iter_mut().zip(ways) {
                *share += sum(way);
            }
            let [a, b, c, d] = ways;
            let cells = a.iter().zip(b).zip(c.iter().zip(d));
            for (cell, ((a, b), (c, d))) in (first..).zip(cells) {
                let belief = f64::from(a + b + c + d);
                // Metres from the middle, so that squares do not lose digits on long trails.
                let metres = trail.along_m(cell as usize) - middle_m;
                mass += belief;
                sum_m += belief * metres;
                sum_m2 += belief * metres * metres;
            }
        }
        if mass <= 0.0 {
            return Self {
                mass: 0.0,
                mean_m: middle_m,
                sd_m: trail.length_m(),
                forward: 0.5,
                standing: 0.0,
            };
        }
        let mean = sum_m / mass;
        let [forward, forward_standing, _, backward_standing] = shares;
        Self {
            mass,
            mean_m: (middle_m + mean).clamp(0.0, trail.length_m()),
            sd_m: (sum_m2 / mass - mean * mean).max(0.0).sqrt(),
            forward: (forward + forward_standing) / mass,
            standing: (forward_standing + backward_standing) / mass,
        }
    }
}

/// Learns the walker's own pace while they are on the trail and surely moving along it.
pub(super) fn measure_pace(state: &mut TrailState, progress: &Progress, t_ms: i64) {
    let sure = progress.on_trail && progress.certainty > 0.8;
    let pace = &mut state.pace;
    let seconds = t_ms.saturating_sub(pace.since_ms) as f64 / 1000.0;
    if !sure || seconds > 3.0 * PACE_OVER_S {
        (pace.since_ms, pace.from_m) = (t_ms, progress.along_m);
    } else if seconds >= PACE_OVER_S {
        let m_s = (progress.along_m - pace.from_m).abs() / seconds;
        if PACE_M_S.contains(&m_s) && progress.standing < 0.5 {
            pace.m_s += PACE_LEARNING * (m_s - pace.m_s);
        }
        (pace.since_ms, pace.from_m) = (t_ms, progress.along_m);
    }
}
