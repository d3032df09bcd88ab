//! Plays through the real output, rodio, in real time and without a sound card: PulseAudio with a null sink on a socket of its
//! own, heard through the monitor of that sink. Skipped with a line on a machine without PulseAudio and ALSA's plugin for it.
//!
//! The settings that lead ALSA to a sound server reach only a process that starts with them: each test starts itself again as
//! a listener (`visit`), and hears (`ear`) what came out of the server (`server`).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails where these panic"
)]
#![cfg(all(feature = "device", target_os = "linux"))]

mod ear;
mod server;
mod visit;

use ear::{RATE, chirp, find, frequency_hz, loudness, silences, sweep};
use server::{Recorder, Server, environment, missing};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Frames of silence that are kept around what is heard: 100 ms.
const AROUND: usize = RATE / 10;

/// Tells a started copy of this test what to play.
const CHILD: &str = "ALLOCLAP_SOUND_TEST_CHILD";

/// A folder with everything that leads ALSA to a server of its own, and the recordings; nothing, said aloud, where the tools
/// are missing.
fn folder() -> Option<tempfile::TempDir> {
    if let Some(package) = missing() {
        println!("skipped: the Debian package {package} is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("asound.conf"),
        "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n",
    )
    .unwrap();
    ear::write_recordings(folder.path());
    Some(folder)
}

/// Starts this test again, to play.
fn listener(folder: &Path, test: &str, what: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .envs(environment(folder))
        .env(CHILD, what)
        .env("ALLOCLAP_SOUND_TEST_FOLDER", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// The number behind a word that the listener says on a line of its own; what else it prints is passed over.
fn wait_for(lines: &mut impl Iterator<Item = std::io::Result<String>>, word: &str) -> u64 {
    let mut said = Vec::new();
    for line in lines {
        let line = line.unwrap();
        if let Some((_, number)) = line.rsplit_once(&format!("{word} ")) {
            return number.trim().parse().unwrap();
        }
        said.push(line);
    }
    panic!("the listener ended without saying \"{word}\": {said:?}")
}

#[test]
fn what_comes_out_of_the_device_is_what_was_played() {
    if std::env::var_os(CHILD).is_some() {
        return visit::whole();
    }
    let Some(folder) = folder() else { return };
    let Some(_server) = Server::start(folder.path()) else {
        println!("skipped: pulseaudio does not start here");
        return;
    };
    let recorder = Recorder::start(folder.path());
    let mut child = listener(
        folder.path(),
        "what_comes_out_of_the_device_is_what_was_played",
        "whole",
    );
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let paused_ms = wait_for(&mut lines, "paused-at");
    lines.for_each(drop);
    assert!(child.wait().unwrap().success(), "playing failed");
    let heard = recorder.stop();
    assert!(
        loudness(&heard) > 0.01,
        "{} frames were recorded, and nothing is in them",
        heard.len()
    );
    let parts: Vec<&[f32]> = silences(&heard, RATE / 4)
        .windows(2)
        // With some of the silence around it, so that a sound whose first waves are missing is still found where it is.
        .map(|w| &heard[w[0].end.saturating_sub(AROUND)..(w[1].start + AROUND).min(heard.len())])
        .collect();
    assert_eq!(
        parts.len(),
        4,
        "two chirps in one, a sweep up to its pause, the sweep after it, a tone: {:?}",
        parts.iter().map(|p| p.len() * 1000 / RATE).collect::<Vec<_>>()
    );
    two_recordings_without_a_gap(parts[0]);
    a_seek_and_a_pause(parts[1], parts[2], paused_ms);
    quieter_while_another_speaks(parts[2]);
    let hz = frequency_hz(&parts[3][RATE / 5..RATE * 3 / 5]);
    assert!(
        (hz / 440.0 - 1.0).abs() < 0.02,
        "440 Hz at one and a half times the speed are heard as {hz} Hz"
    );
}

fn two_recordings_without_a_gap(heard: &[f32]) {
    let whole = chirp(RATE * 11 / 10);
    let (first, fit) = find(heard, &whole);
    assert!(fit > 0.9, "the chirp is heard with a likeness of {fit}");
    let mut rest = heard.to_vec();
    rest[first..first + whole.len()].fill(0.0);
    let (second, fit) = find(&rest, &whole);
    assert!(fit > 0.9, "the queued chirp is heard with a likeness of {fit}");
    let gap_frames = first.abs_diff(second).abs_diff(RATE * 12 / 10);
    assert!(
        gap_frames <= RATE / 200,
        "{gap_frames} frames between two recordings that follow each other"
    );
}

/// The sweep is played from its beginning, sought to 10 s, paused, and played on.
fn a_seek_and_a_pause(before: &[f32], after: &[f32], paused_ms: u64) {
    let likeness = |heard: &[f32], from_ms: u64| find(heard, &sweep(from_ms, 200));
    let (beginning, fit) = likeness(before, 100);
    assert!(fit > 0.9, "its beginning is heard with a likeness of {fit}");
    let (sought, fit) = likeness(before, 10_020);
    assert!(
        fit > 0.9 && sought > beginning,
        "20 ms behind where it was sought to, it is heard with a likeness of {fit}"
    );
    let fit = likeness(before, 9_700).1;
    assert!(fit < 0.6, "what is before the place is heard as well: {fit}");
    // The pause fades over 40 ms, and so does what comes after it.
    let (resumed, fit) = likeness(after, paused_ms + 50);
    assert!(
        fit > 0.9 && resumed < RATE / 3,
        "after the pause at {paused_ms} ms it goes on elsewhere: likeness {fit} after {resumed} frames"
    );
}

fn quieter_while_another_speaks(heard: &[f32]) {
    let levels: Vec<f32> = heard.chunks_exact(RATE / 20).map(loudness).collect();
    let [before, after] = [levels[5], levels[levels.len() - 5]];
    let during = levels
        .iter()
        .skip(5)
        .take(levels.len() - 10)
        .fold(1.0f32, |least, l| least.min(*l));
    let lower_db = 20.0 * (during / before).log10();
    assert!(
        (-17.0..-13.0).contains(&lower_db),
        "another app is spoken over: {lower_db} dB of {levels:?}"
    );
    let again_db = 20.0 * (after / before).log10();
    assert!(again_db.abs() < 1.0, "it does not come back: {again_db} dB");
}

#[test]
fn a_sound_server_that_dies_and_comes_back_costs_nothing_but_the_time() {
    if std::env::var_os(CHILD).is_some() {
        return visit::through_a_crash();
    }
    let Some(folder) = folder() else { return };
    let Some(server) = Server::start(folder.path()) else {
        println!("skipped: pulseaudio does not start here");
        return;
    };
    let mut child = listener(
        folder.path(),
        "a_sound_server_that_dies_and_comes_back_costs_nothing_but_the_time",
        "crash",
    );
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    wait_for(&mut lines, "playing-at");
    drop(server);
    let lost_ms = wait_for(&mut lines, "lost-at");
    let _server = Server::start(folder.path()).unwrap();
    let recorder = Recorder::start(folder.path());
    let again_ms = wait_for(&mut lines, "again-at");
    lines.for_each(drop);
    assert!(child.wait().unwrap().success(), "the listener was not served");
    assert!(
        again_ms.abs_diff(lost_ms) < 500,
        "it was lost at {lost_ms} ms and goes on at {again_ms} ms"
    );
    let heard = recorder.stop();
    // What was on its way through the old server is gone with it: the half second after the loss is looked for.
    let (_, fit) = find(&heard, &sweep(lost_ms + 500, 300));
    assert!(
        fit > 0.85,
        "through the new server the rest is heard with a likeness of {fit}"
    );
}
