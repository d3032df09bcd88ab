//! The reference documentation of the three languages, from the comments that the generator takes over from the facade.

use crate::bindings::{Profile, copy, make_empty};
use crate::run::{Outcome, answers, run, target};
use crate::{kotlin, python, swift};
use std::path::Path;
use std::process::Command;

/// Writes all of it under `target/reference`; says what is skipped, and why.
pub fn run_all() -> Outcome {
    let out = target().join("reference");
    make_empty(&out)?;
    of_python(&out)?;
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

/// One page of all that a program can name. It is made from what the stubs say: the generated module is five times as long, and most
/// of it is nobody's business.
fn of_python(out: &Path) -> Outcome {
    let Some(python) = python::with(&["pdoc==15.0.4"])? else {
        eprintln!("skipped: Python (pdoc cannot be installed)");
        return Ok(());
    };
    let package = python::prepare(Profile::Dev)?;
    let to_read = package.with_file_name("to-read");
    let module = to_read.join("alloclap");
    make_empty(&module)?;
    copy(&package.join("alloclap/__init__.py"), &module.join("__init__.py"))?;
    python::write_stubs(&package, &module.join("_generated.py"))?;
    run(Command::new(&python)
        .args(["-m", "pdoc", "--no-show-source", "--output-directory"])
        .arg(out.join("python"))
        .args(["alloclap", "!alloclap._generated"])
        .env("PYTHONPATH", to_read))
}
