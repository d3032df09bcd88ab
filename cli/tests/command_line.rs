//! The command line itself, without a guide: which commands there are, and what wrong usage answers. What the commands do is
//! tried in `tests/`. Because this test wants the binary, `cargo test --workspace` builds it once, for the journeys too.
#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

fn alloclap(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_alloclap"))
        .args(words)
        .env("LC_ALL", "en_GB.UTF-8")
        .output()
        .expect("alloclap can be started")
}

#[test]
fn every_documented_command_exists() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    let page = std::fs::read_to_string(page).expect("docs/cli.md");
    let headed = page
        .lines()
        .filter_map(|line| line.strip_prefix("### `alloclap "));
    let listed = page.lines().filter_map(|line| line.strip_prefix("| `publish "));
    let commands: Vec<String> = headed
        .map(str::to_owned)
        .chain(listed.map(|line| format!("publish {line}")))
        .collect();
    assert!(commands.len() >= 18, "{commands:?}");
    for command in commands {
        let words = command
            .split(['`', ' '])
            .take_while(|word| word.chars().all(|c| c.is_lowercase() || c == '-') && !word.is_empty());
        let help = alloclap(&words.chain(["--help"]).collect::<Vec<_>>());
        let shown = String::from_utf8_lossy(&help.stdout);
        assert!(
            help.status.success() && shown.contains("Usage:"),
            "{command}: {shown}{}",
            String::from_utf8_lossy(&help.stderr)
        );
    }
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    for words in [
        vec!["fly"],
        vec!["panel"],
        vec!["nearby", "48,2", "-n", "0"],
        vec!["walk", "trail-montmartre"],
        vec!["guides", "--ui", "tlh"],
        vec![],
    ] {
        let ran = alloclap(&words);
        let why = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "`{}`: {why}", words.join(" "));
        assert!(
            !why.is_empty() && ran.stdout.is_empty(),
            "`{}` says why on standard error",
            words.join(" ")
        );
    }
    assert_eq!(alloclap(&["--version"]).status.code(), Some(0));
}
