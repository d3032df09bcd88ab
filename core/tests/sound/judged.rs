//! What was heard, against what should have been: every sound is searched for as a whole, so that nothing else that is heard, a
//! hum or a crackle, is taken for it.

use super::ear::{RATE, chirp, find, frequency_hz, loudness, sweep};

/// Below this likeness it is another sound.
const ALIKE: f64 = 0.9;
/// What is softer than this is silence: PulseAudio's own dither is.
const SILENT: f32 = 0.002;
/// Half a second in frames: shorter than every pause that is made.
const PAUSE: usize = RATE / 2;

fn ensure(right: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
    if right { Ok(()) } else { Err(wrong()) }
}

/// Where a sound begins behind a place; or what is heard instead.
fn place(heard: &[f32], behind: usize, expected: &[f32], what: &str) -> Result<usize, String> {
    let (at, fit) = find(heard.get(behind..).unwrap_or_default(), expected);
    ensure(fit > ALIKE, || {
        format!("{what} is not heard: the likeness is {fit:.2} at the most")
    })?;
    Ok(behind + at)
}

/// The whole visit: two chirps in one, a sweep up to its pause, the sweep after it, a tone.
pub fn whole(heard: &[f32], paused_ms: u64) -> Result<(), String> {
    ensure(loudness(heard) > 0.01, || {
        format!("{} frames were recorded, and nothing is in them", heard.len())
    })?;
    let behind = two_recordings_without_a_gap(heard)?;
    let resumed = a_seek_and_a_pause(heard, behind, paused_ms)?;
    let stopped = quieter_while_another_speaks(heard, resumed)?;
    higher_speed_of_the_same_pitch(&heard[stopped.min(heard.len())..])
}

/// Gives where the second ends.
fn two_recordings_without_a_gap(heard: &[f32]) -> Result<usize, String> {
    let whole = chirp(RATE * 11 / 10);
    // The sweep that follows begins as the chirps do, and is another sound after half a second of them.
    let first = place(heard, 0, &whole, "the chirp")?;
    let mut rest = heard.to_vec();
    rest[first..first + whole.len()].fill(0.0);
    let second = place(&rest, 0, &whole, "the queued chirp")?;
    let gap_frames = first.abs_diff(second).abs_diff(RATE * 12 / 10);
    ensure(gap_frames <= RATE / 200, || {
        format!("{gap_frames} frames between two recordings that follow each other")
    })?;
    Ok(first.max(second) + whole.len())
}

/// The sweep is played from its beginning, sought to 10 s, paused, and played on. Gives where it goes on.
fn a_seek_and_a_pause(heard: &[f32], behind: usize, paused_ms: u64) -> Result<usize, String> {
    let beginning = place(heard, behind, &sweep(100, 200), "the sweep's beginning")?;
    let sought = place(
        heard,
        beginning,
        &sweep(10_020, 200),
        "what is 20 ms behind where it was sought to",
    )?;
    let (_, fit) = find(&heard[beginning..sought], &sweep(9_700, 200));
    ensure(fit < 0.6, || {
        format!("what is before the place that was sought to is heard as well: {fit}")
    })?;
    // The pause fades over 40 ms, and so does what comes after it.
    let again_ms = paused_ms + 50;
    let what = format!("what comes after the pause at {paused_ms} ms");
    let resumed = place(heard, sought, &sweep(again_ms, 200), &what)?;
    let faded_in = resumed.saturating_sub(RATE * 6 / 100).max(sought);
    let silent = heard[sought..faded_in]
        .iter()
        .rev()
        .take_while(|sample| sample.abs() < SILENT)
        .count();
    ensure(silent >= PAUSE, || {
        format!("the pause is silent for {} ms only", silent * 1000 / RATE)
    })?;
    Ok(resumed)
}

/// Gives where the sweep is stopped.
fn quieter_while_another_speaks(heard: &[f32], resumed: usize) -> Result<usize, String> {
    let levels: Vec<f32> = heard[resumed..]
        .chunks_exact(RATE / 20)
        .map(loudness)
        .take_while(|level| *level > SILENT)
        .collect();
    let stopped = resumed + levels.len() * RATE / 20;
    // The last of them fade.
    let levels = &levels[..levels.len().saturating_sub(3)];
    ensure(levels.len() > 20, || format!("it ends too early: {levels:?}"))?;
    let decibels = |level: f32| 20.0 * (level / levels[2]).log10();
    let lowest = levels.iter().copied().fold(1.0, f32::min);
    ensure((-17.0..-13.0).contains(&decibels(lowest)), || {
        format!(
            "another app is spoken over: {} dB of {levels:?}",
            decibels(lowest)
        )
    })?;
    let again = decibels(levels[levels.len() - 1]);
    ensure(again.abs() < 1.0, || {
        format!("it does not come back: {again} dB of {levels:?}")
    })?;
    Ok(stopped)
}

/// A tone of 440 Hz at one and a half times the speed.
fn higher_speed_of_the_same_pitch(heard: &[f32]) -> Result<(), String> {
    let loud = |part: &&[f32]| part.chunks(RATE / 20).all(|p| loudness(p) > 0.2);
    let parts = heard.chunks_exact(RATE / 5);
    let pitches: Vec<f64> = parts.filter(loud).map(frequency_hz).collect();
    ensure(!pitches.is_empty(), || "the tone is not heard".to_owned())?;
    let right = pitches.iter().all(|hz| (hz / 440.0 - 1.0).abs() < 0.02);
    ensure(right, || {
        format!("440 Hz at one and a half times the speed are heard as {pitches:?} Hz")
    })
}

/// What is heard through the server that came after the one that was lost.
pub fn replaced(heard: &[f32], lost_ms: u64, again_ms: u64) -> Result<(), String> {
    ensure(again_ms.abs_diff(lost_ms) < 100, || {
        format!("it was lost at {lost_ms} ms and goes on at {again_ms} ms")
    })?;
    place(
        heard,
        0,
        &sweep(lost_ms + 500, 300),
        "the rest through the new server",
    )
    .map(|_| ())
}
