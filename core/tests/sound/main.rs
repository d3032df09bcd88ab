//! Plays through the real output, rodio, in real time and without a sound card: PulseAudio with a null sink on a socket of its
//! own, heard through the monitor of that sink. Skipped with a line on a machine without PulseAudio and ALSA's plugin for it.
//!
//! The settings that lead ALSA to a sound server reach only a process that starts with them: each test starts itself again as
//! a listener (`visit`), and hears (`ear`) what came out of the server (`server`). What is heard is judged in `judged`, and heard
//! once more in `attempts` where the machine was too busy for sound in real time.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails where these panic"
)]
#![cfg(all(feature = "device", target_os = "linux"))]

mod attempts;
mod ear;
mod judged;
mod server;
mod visit;
mod waits;

use attempts::{Heard, attempts};
use server::{Recorder, Server, environment};
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use waits::Waits;

/// Tells a started copy of this test what to play.
const CHILD: &str = "ALLOCLAP_SOUND_TEST_CHILD";

/// This test, started again to play, and what it says.
struct Listener {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    said: Vec<String>,
}

impl Listener {
    fn start(folder: &Path, test: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .envs(environment(folder))
            .env(CHILD, test)
            .env("ALLOCLAP_SOUND_TEST_FOLDER", folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            child,
            lines,
            said: Vec::new(),
        }
    }

    /// The number behind a word that it says on a line of its own; what else it prints is passed over.
    fn wait_for(&mut self, word: &str) -> Result<u64, String> {
        for line in self.lines.by_ref() {
            let line = line.map_err(|e| e.to_string())?;
            if let Some((_, number)) = line.rsplit_once(&format!("{word} ")) {
                return number.trim().parse().map_err(|_| line.clone());
            }
            self.said.push(line);
        }
        Err(format!(
            "the listener ended without saying \"{word}\": {:?}",
            self.said
        ))
    }

    /// Waits for its end.
    fn end(&mut self) -> Result<(), String> {
        self.said.extend(self.lines.by_ref().map_while(Result::ok));
        let ended = self.child.wait().map_err(|e| e.to_string())?;
        match ended.success() {
            true => Ok(()),
            false => Err(format!("the listener was not served: {:?}", self.said)),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_comes_out_of_the_device_is_what_was_played() {
    if std::env::var_os(CHILD).is_some() {
        return visit::whole();
    }
    attempts(
        "what_comes_out_of_the_device_is_what_was_played",
        |test, folder| {
            let server = Server::start(folder)?;
            let recorder = Recorder::start(folder);
            let mut listener = Listener::start(folder, test);
            let waits = Waits::watch(&[server.id(), listener.child.id()]);
            let mut visit = || {
                let paused_ms = listener.wait_for("paused-at")?;
                listener.end().map(|()| paused_ms)
            };
            let visited: Result<u64, String> = visit();
            let sound = recorder.stop();
            Some(Heard {
                judged: visited.and_then(|paused_ms| judged::whole(&sound, paused_ms)),
                sound,
                waited_ms: waits.longest_ms(),
            })
        },
    );
}

#[test]
fn a_sound_server_that_dies_and_comes_back_costs_nothing_but_the_time() {
    if std::env::var_os(CHILD).is_some() {
        return visit::through_a_crash();
    }
    attempts(
        "a_sound_server_that_dies_and_comes_back_costs_nothing_but_the_time",
        |test, folder| Some(replaced(Server::start(folder)?, test, folder, Server::kill)),
    );
}

#[test]
fn a_sound_server_that_hangs_is_noticed_as_well() {
    if std::env::var_os(CHILD).is_some() {
        return visit::through_a_crash();
    }
    attempts("a_sound_server_that_hangs_is_noticed_as_well", |test, folder| {
        Some(replaced(Server::start(folder)?, test, folder, Server::freeze))
    });
}

/// A sound server goes out of service, and another takes its place.
fn replaced(mut server: Server, test: &str, folder: &Path, out_of_service: fn(&mut Server)) -> Heard {
    let mut listener = Listener::start(folder, test);
    let mut waits = vec![Waits::watch(&[server.id(), listener.child.id()])];
    let mut sound = Vec::new();
    let mut visit = || {
        listener.wait_for("playing-at")?;
        out_of_service(&mut server);
        let lost_ms = listener.wait_for("lost-at")?;
        server.kill();
        let next = Server::start(folder).ok_or("pulseaudio does not start again")?;
        waits.push(Waits::watch(&[next.id()]));
        let recorder = Recorder::start(folder);
        let again_ms = listener.wait_for("again-at");
        let ended = listener.end();
        sound = recorder.stop();
        ended?;
        judged::replaced(&sound, lost_ms, again_ms?)
    };
    let judged: Result<(), String> = visit();
    Heard {
        judged,
        sound,
        waited_ms: waits.iter().map(Waits::longest_ms).max().unwrap_or(0),
    }
}
