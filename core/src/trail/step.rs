//! One fix: whether it can be used, and what it changes in the belief.

use super::belief::{BACKWARD_STANDING, FORWARD_SHARE, FORWARD_STANDING, TrailState, return_per_m, sum};
use super::grid::{BLOCK_CELLS, Trail};
use super::progress::{Progress, measure_pace, progress};
use crate::geo::{EARTH_RADIUS_M, Fix, NVector};

/// A phone's accuracy is believed within these bounds, in metres. A claim of less is vanity in a street; of more than the
/// upper one, the fix says nothing about a trail and is passed over.
const ACCURACY_M: std::ops::RangeInclusive<f64> = 4.0..=250.0;

/// Accuracy of a fix that gives none, or none that can be true, in metres.
const UNKNOWN_ACCURACY_M: f64 = 25.0;

/// How far a fix of good accuracy may be from its cell as a matter of course, in metres: width of the street, bias of its
/// walls, error of the drawn line.
const BESIDE_M: f64 = 22.0;

/// Spread of a fix as a multiple of its accuracy. More than 0.66, which would be one standard deviation: fixes of the same
/// twenty seconds share their error, so each one may say less.
///
/// Whether the walker is on the trail is a question of one distance, and the lesser spread answers it within a minute. Where on
/// the trail is a question between stretches that may lie 25 m apart; there the greater one keeps an error that all fixes of
/// half a minute share from deciding. (Tuned on seeds 1 to 70 of simulated switchbacks; at 1.5 for both, progress at 20 m of
/// noise was wrong four times as often.)
const PRESENCE_SPREAD: f64 = 1.5;
const PLACE_SPREAD: f64 = 2.2;

/// How well a fix is explained from afar, against 1 from its very place, for one second. A fix that lies cannot lower a belief by more.
const OUTLIER_FLOOR: f64 = 0.4;

/// The same however long the fixes are apart.
const LEAST_FLOOR: f64 = 0.02;

/// How well a fix is explained by being off the trail, for one second: as well as by a cell 1.2 spreads away.
const OFF_TRAIL: f64 = 0.7;

/// A fix that stands for more than so many seconds says no more than one fix can.
const MOST_WEIGHT: f64 = 8.0;

/// After a pause of so many seconds the belief starts again: the visitor may have taken a bus, or come back on another day.
const FORGET_S: f64 = 1_800.0;

/// A clock was set back if so many fixes in a row are earlier than the last believed one by more than so many seconds.
/// Fewer are old ones that the phone had kept, and are passed over.
const CLOCK_SET_BACK_FIXES: u32 = 5;
const CLOCK_SET_BACK_S: f64 = 60.0;

/// Belief in being off or on the trail that is worth a word, and how long it must last, in seconds and in fixes.
const SURELY_OFF: f64 = 0.6;
const SURELY_ON: f64 = 0.3;
const LAST_S: f64 = 5.0;
const LAST_FIXES: u32 = 3;

/// Who left the trail comes back to it in the direction they had, in so many cases.
const SAME_WAY_SHARE: f64 = 0.98;

/// And within so many metres of where they were on the line; on another stretch of it in so few cases: they took a short cut, a bus, or
/// had been there all the time.
const NEARBY_M: f64 = 200.0;
const ELSEWHERE_SHARE: f64 = 0.05;

/// Below this, belief is nothing: numbers that are smaller still would slow the processor down.
const NOTHING: f32 = 1e-12;

/// Most visits begin within so many metres of a trail's start; that much more is it believed in the first milliseconds of a walk,
/// and not on its first fix alone: that one may lie. A loop may also be walked from its end, which is the same place.
const START_M: f64 = 100.0;
const STARTS_MS: i64 = 10_000;
const START_PREFERENCE: f64 = 300.0;
const END_PREFERENCE: f64 = 30.0;

/// Takes one fix into account. The same trail, state and fixes give the same progress, on every platform.
///
/// A fix is passed over, and time with it, if it is not later than the last one (repeated, out of order, kept by the phone
/// for minutes; five in a row that are more than a minute earlier mean a clock set back, and time starts anew), if its position is not on the Earth, or if its accuracy
/// is worse than 250 m. An accuracy that is zero, negative or not a number counts as 25 m, one below 4 m as 4 m.
/// After half an hour without a fix the belief starts again.
///
/// `None` while nothing is known: no fix was usable, or the trail is empty.
pub fn step(trail: &Trail, state: &mut TrailState, fix: Fix) -> Option<Progress> {
    if let Some((there, accuracy_m, seconds)) = usable(state, fix) {
        let began_ms = *state.began_ms.get_or_insert(fix.t_ms);
        let begins = fix.t_ms.saturating_sub(began_ms) <= STARTS_MS;
        advance(trail, state, there, accuracy_m, seconds, begins);
        state.t_ms = Some(fix.t_ms);
        judge_presence(state, fix.t_ms);
        if state.off < SURELY_ON {
            state.forward = state.forward_share();
        }
        let progress = progress(trail, state, there)?;
        if progress.certainty > 0.0 {
            state.last_m = Some(progress.along_m);
        }
        measure_pace(state, &progress, fix.t_ms);
        return Some(progress);
    }
    let there = NVector::from(fix.position);
    if state.is_fresh() || there.0.iter().any(|part| !part.is_finite()) {
        return None;
    }
    progress(trail, state, there)
}

/// Puts the walker at `along_m` for certain, as after a scan. Which way they walk stays as it was believed.
pub fn place(trail: &Trail, state: &mut TrailState, along_m: f64, t_ms: i64) {
    let Some(cell) = trail.cell_at(along_m) else {
        return;
    };
    let share = state.forward_share().unwrap_or(FORWARD_SHARE);
    state.blocks.clear();
    state.off = 0.0;
    state.add(cell, FORWARD_STANDING, share as f32);
    state.add(cell, BACKWARD_STANDING, (1.0 - share) as f32);
    state.presence.on_trail = Some(true);
    state.presence.otherwise_since_ms = None;
    state.t_ms = Some(state.t_ms.map_or(t_ms, |last| last.max(t_ms)));
}

/// The position, accuracy in metres, and seconds since the last fix, if the fix can be used.
fn usable(state: &mut TrailState, fix: Fix) -> Option<(NVector, f64, f64)> {
    let there = NVector::from(fix.position);
    if there.0.iter().any(|part| !part.is_finite()) {
        return None;
    }
    let accuracy_m = if fix.accuracy_m > 0.0 && fix.accuracy_m.is_finite() {
        fix.accuracy_m
    } else {
        UNKNOWN_ACCURACY_M
    };
    if accuracy_m > *ACCURACY_M.end() {
        return None;
    }
    let seconds = match state.t_ms {
        None => 0.0,
        Some(last_ms) => {
            let seconds = fix.t_ms.saturating_sub(last_ms) as f64 / 1000.0;
            state.early_fixes = if seconds < -CLOCK_SET_BACK_S {
                state.early_fixes.saturating_add(1)
            } else {
                0
            };
            if state.early_fixes >= CLOCK_SET_BACK_FIXES || seconds > FORGET_S {
                state.forget();
                0.0
            } else if seconds <= 0.0 {
                return None;
            } else {
                seconds
            }
        }
    };
    Some((there, accuracy_m.max(*ACCURACY_M.start()), seconds))
}

fn advance(
    trail: &Trail,
    state: &mut TrailState,
    there: NVector,
    accuracy_m: f64,
    seconds: f64,
    begins: bool,
) {
    let weight = if seconds > 0.0 {
        seconds.clamp(0.2, MOST_WEIGHT)
    } else {
        1.0
    };
    let presence = Likelihood::new(PRESENCE_SPREAD * accuracy_m, weight);
    let place = Likelihood::new(PLACE_SPREAD * accuracy_m, weight);

    let fresh = state.blocks.is_empty() && (state.is_fresh() || state.off >= 1.0);
    if fresh {
        state.off = 1.0;
    } else {
        state.pass(trail, seconds);
    }
    enter(
        trail,
        state,
        there,
        presence.spread_m,
        if fresh { f64::INFINITY } else { seconds },
        begins,
    );
    // How much of the belief stays on the trail is decided by the one likelihood, where on it by the other.
    let (mut stays, mut weighed) = (0.0, 0.0);
    for block in &mut state.blocks {
        let mut factors = [0.0f32; BLOCK_CELLS];
        let mut on = [0.0f32; BLOCK_CELLS];
        for ((factor, on), cell) in factors.iter_mut().zip(&mut on).zip(trail.block(block.index)) {
            let chord2 = there.chord2(*cell);
            (*factor, *on) = (place.of(chord2) as f32, presence.of(chord2) as f32);
        }
        // Sums cell by cell, side by side.
        let (mut staying, mut weighing) = ([0.0f32; BLOCK_CELLS], [0.0f32; BLOCK_CELLS]);
        for way in &mut block.mass {
            for (mass, (on, staying)) in way.iter().zip(on.iter().zip(&mut staying)) {
                *staying += mass * on;
            }
            for (mass, (factor, weighing)) in way.iter_mut().zip(factors.iter().zip(&mut weighing)) {
                let likely = *mass * factor;
                *mass = if likely < NOTHING { 0.0 } else { likely };
                *weighing += *mass;
            }
        }
        stays += sum(&staying);
        weighed += sum(&weighing);
    }
    state.off *= libm::pow(OFF_TRAIL, weight).max(presence.floor);
    state.normalise(weighed, if weighed > 0.0 { stays } else { 0.0 });
}

/// How well a fix is explained from some way off, against 1 from its very place.
struct Likelihood {
    spread_m: f64,
    floor: f64,
    /// A square of a chord, times this, is the exponent of the normal density.
    scale: f64,
}

impl Likelihood {
    /// For fixes that spread by so much, besides what is a matter of course; one that stands for more seconds weighs more.
    fn new(fix_spread_m: f64, weight: f64) -> Self {
        let spread2_m2 = BESIDE_M * BESIDE_M + fix_spread_m * fix_spread_m;
        Self {
            spread_m: spread2_m2.sqrt(),
            floor: libm::pow(OUTLIER_FLOOR, weight).max(LEAST_FLOOR),
            scale: weight * EARTH_RADIUS_M * EARTH_RADIUS_M / (2.0 * spread2_m2),
        }
    }

    fn of(&self, chord2: f64) -> f64 {
        let exponent = chord2 * self.scale;
        if exponent < 20.0 {
            self.floor + (1.0 - self.floor) * libm::exp(-exponent)
        } else {
            self.floor
        }
    }
}

/// Lets those who are off the trail come (back) to it, on all cells around the fix: the way they went before, or forward rather
/// than backward; and when a walk begins rather at the start of the trail.
fn enter(trail: &Trail, state: &mut TrailState, there: NVector, spread_m: f64, seconds: f64, begins: bool) {
    let first = seconds.is_infinite();
    let share = return_per_m(seconds) * trail.cell_m();
    let entering = state.off * share.min(0.5);
    if entering < 1e-9 {
        return;
    }
    let reach = 3.0 * spread_m / EARTH_RADIUS_M;
    let reach2 = reach * reach;
    let forward = match state.forward {
        Some(forward) if !first => forward.clamp(1.0 - SAME_WAY_SHARE, SAME_WAY_SHARE),
        _ => FORWARD_SHARE,
    };
    let near_m = state.last_m.filter(|_| !first && !begins);
    let mut entered = 0.0;
    for index in trail.blocks_near(there, 3.0 * spread_m) {
        let (mut walk_ahead, mut walk_back) = ([0.0f32; BLOCK_CELLS], [0.0f32; BLOCK_CELLS]);
        let mut any = false;
        let cells = (index * BLOCK_CELLS as u32..).zip(trail.block(index));
        for ((cell, &middle), (walk_ahead, walk_back)) in cells.zip(walk_ahead.iter_mut().zip(&mut walk_back))
        {
            if middle.chord2(there) > reach2 {
                continue;
            }
            let along_m = trail.along_m(cell as usize);
            let elsewhere = near_m.is_some_and(|near_m| (along_m - near_m).abs() > NEARBY_M);
            let entering = entering * if elsewhere { ELSEWHERE_SHARE } else { 1.0 };
            let at_start = begins && along_m < START_M;
            // Nobody begins a walk with the few metres from the start back to it.
            let ahead = entering * forward * if at_start { START_PREFERENCE } else { 1.0 };
            let at_end = begins && trail.is_loop() && along_m > trail.length_m() - START_M;
            let back = entering * (1.0 - forward) * if at_end { END_PREFERENCE } else { 1.0 };
            (*walk_ahead, *walk_back) = (ahead as f32, back as f32);
            entered += ahead + back;
            any = true;
        }
        if any {
            state.add_walking(index, &walk_ahead, &walk_back);
        }
    }
    state.off = (state.off - entered).max(state.off * 0.1);
}

fn judge_presence(state: &mut TrailState, t_ms: i64) {
    let off = state.off;
    let presence = &mut state.presence;
    let says_otherwise = match presence.on_trail {
        None => !(SURELY_ON..=SURELY_OFF).contains(&off),
        Some(true) => off > SURELY_OFF,
        Some(false) => off < SURELY_ON,
    };
    if !says_otherwise {
        presence.otherwise_since_ms = None;
        presence.otherwise_fixes = 0;
        return;
    }
    let since_ms = *presence.otherwise_since_ms.get_or_insert(t_ms);
    presence.otherwise_fixes = presence.otherwise_fixes.saturating_add(1);
    let lasted_s = t_ms.saturating_sub(since_ms) as f64 / 1000.0;
    // A first fix on the line is enough to begin with; being off is said after a while only.
    let begins = presence.on_trail.is_none() && off < SURELY_ON;
    if begins || (lasted_s >= LAST_S && presence.otherwise_fixes >= LAST_FIXES) {
        presence.on_trail = Some(off < SURELY_ON);
        presence.otherwise_since_ms = None;
        presence.otherwise_fixes = 0;
    }
}
