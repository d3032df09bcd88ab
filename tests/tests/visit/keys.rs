//! A person at a terminal: keys while something is told. The terminal is a real one, of the command `script`; what is told are
//! words at their pace, so that no sound output is needed.
#![cfg(target_os = "linux")]

use alloclap_tests::{Server, alloclap, binary, build, copy, sample, text};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal with a command in it.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: Arc<Mutex<String>>,
}

impl Terminal {
    /// Nothing, said aloud, where there is no `script`.
    fn with(command: &str) -> Option<Self> {
        let child = Command::new("script")
            .args(["-q", "-f", "-e", "-c", command, "/dev/null"])
            .env("LC_ALL", "en_GB.UTF-8")
            .env("TERM", "xterm")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = child else {
            println!("skipped: the Debian package bsdutils is not installed");
            return None;
        };
        let keys = child.stdin.take().expect("its keys");
        let mut stdout = child.stdout.take().expect("its screen");
        let screen = Arc::new(Mutex::new(String::new()));
        let drawn = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut some = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut some) {
                bytes.extend_from_slice(&some[..count]);
                *drawn.lock().unwrap_or_else(PoisonError::into_inner) =
                    String::from_utf8_lossy(&bytes).into_owned();
            }
        });
        Some(Self { child, keys, screen })
    }

    fn screen(&self) -> String {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn press(&mut self, keys: &str) {
        self.keys
            .write_all(keys.as_bytes())
            .expect("a key can be pressed");
    }

    /// Waits until the line at the bottom is as it should be, and gives it.
    fn until(&self, what: &str, right: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            let line = screen.rsplit("\r\u{1b}[K").find(|line| line.contains(" / "));
            if let Some(line) = line.filter(|line| right(line)) {
                return line.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "never {what}: {screen:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The seconds of `⏸ 0:12 / 0:25 …`.
fn seconds(line: &str) -> u64 {
    let clock = line.split_whitespace().nth(1).unwrap_or_default();
    let (minutes, seconds) = clock.split_once(':').unwrap_or_default();
    minutes.parse::<u64>().expect(line) * 60 + seconds.parse::<u64>().expect(line)
}

/// A guide on a phone, in which the first panel has an anecdote and no commentary.
fn without_a_commentary(folder: &Path) -> String {
    let source = copy(&sample("saint-bonnet"));
    std::fs::remove_file(source.path().join("commentaries/saint-bonnet-le-chateau.toml"))
        .expect("the commentary of the sample");
    let publication = folder.join("public");
    build(source.path(), &publication);
    let server = Server::start(&publication);
    let phone = text(&folder.join("phone"));
    alloclap(&["sync", &server.url, "--data", &phone]).ok();
    phone
}

#[test]
fn keys_do_at_a_terminal_what_they_do_in_mpv() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let phone = without_a_commentary(folder.path());
    let command = format!("'{}' listen YKW3-QPT9 --data '{phone}'", binary().display());
    let Some(mut terminal) = Terminal::with(&command) else {
        return;
    };
    terminal.until("telling", |line| line.starts_with('▶'));
    terminal.press(" ");
    let paused = terminal.until("paused", |line| line.starts_with('⏸'));
    let at = seconds(&paused);
    terminal.press("\u{1b}[C");
    terminal.until("five seconds further", |line| {
        line.starts_with('⏸') && seconds(line) == at + 5
    });
    terminal.press("\u{1b}[D");
    terminal.until("five seconds back", |line| seconds(line) == at);
    terminal.press("]");
    terminal.until("faster", |line| line.contains("×1.1"));
    terminal.press("[[");
    terminal.until("slower", |line| line.contains("×0.91"));
    terminal.press("\u{7f}");
    terminal.until("at its own speed", |line| !line.contains('×'));
    terminal.press(" ");
    terminal.until("telling again", |line| line.starts_with('▶'));
    terminal.press("q");
    let begun = Instant::now();
    let ended = loop {
        if let Some(ended) = terminal.child.try_wait().expect("the terminal") {
            break ended;
        }
        assert!(begun.elapsed() < PATIENCE, "q does not end it");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(ended.success(), "{ended}: {}", terminal.screen());
    let screen = terminal.screen();
    let told = screen.find("Liberté was shot here").expect("the words are shown");
    assert!(
        !screen[told..].replace("\r\n", "").contains('\n'),
        "lines do not begin at the left: {screen:?}"
    );
}
