//! The reference documentation of the three languages, from the comments that the generator takes over from the facade.

use crate::bindings::Profile;
use crate::run::{Outcome, answers, run, target};
use crate::{kotlin, python, swift};
use std::process::Command;

/// Writes all of it under `target/reference`; says what is skipped, and why.
pub fn run_all() -> Outcome {
    let out = target().join("reference");
    crate::bindings::make_empty(&out)?;
    let package = python::prepare(Profile::Dev)?;
    let environment = out.join(".python");
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let python = environment.join("bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "pdoc==15.0.4"]))?;
    run(Command::new(&python)
        .args(["-m", "pdoc", "--output-directory"])
        .arg(out.join("python"))
        // The library lies beside the modules, and is none.
        .args(["alloclap", "!alloclap.liballoclap_bindings"])
        .env("PYTHONPATH", package))?;
    match kotlin::missing() {
        Some(missing) => eprintln!("skipped: Kotlin ({missing} is not installed)"),
        None => {
            let folder = kotlin::prepare(Profile::Dev)?;
            kotlin::run_maven(
                kotlin::maven(&folder, "dokka:dokka")
                    .arg(format!("-Dalloclap.reference={}", out.join("kotlin").display())),
                &folder,
            )??;
        }
    }
    let package = swift::prepare(Profile::Dev)?;
    if answers("xcrun", "--find") || answers("docc", "--help") {
        run(Command::new("swift")
            .args([
                "package",
                "generate-documentation",
                "--target",
                "AlloClap",
                "--package-path",
            ])
            .arg(&package))?;
    } else {
        eprintln!(
            "skipped: Swift (docc is not installed); its comments are DocC's, and Xcode shows them from {}",
            package.display()
        );
    }
    println!("made: {}", out.display());
    Ok(())
}
