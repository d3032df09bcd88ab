//! What must hold before anything is tested: formatting, lints, docs, licences.

use crate::machine;
use crate::run::{Outcome, answers, cargo, run};

/// The version of cargo-deny that the configuration was written for.
const CARGO_DENY: &str = "0.20.2";

/// Formatting, clippy with warnings as errors, docs without warnings, licences, bans and sources.
pub fn run_all() -> Outcome {
    machine::ready_to_build()?;
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))?;
    run(
        cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )?;
    deny(&["check", "licenses", "bans", "sources"])
}

/// Known vulnerabilities. Apart from [`run_all`] because the advisory database is fetched from the network.
pub fn audit() -> Outcome {
    deny(&["check", "advisories"])
}

fn deny(arguments: &[&str]) -> Outcome {
    if !answers("cargo-deny", "--version") {
        eprintln!("installing cargo-deny {CARGO_DENY}, once; this takes some minutes");
        run(&mut cargo(&[
            "install",
            "cargo-deny",
            "--locked",
            "--quiet",
            "--version",
            CARGO_DENY,
        ]))?;
    }
    let mut words = vec!["deny", "--all-features"];
    words.extend(arguments);
    run(&mut cargo(&words))
}
