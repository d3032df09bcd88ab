//! The generated Python module: built, and driven through a whole visit.

use crate::run::{Outcome, alloclap, answers, cargo, root, run, target};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the visit of `bindings/python/tests` against the library as it is now.
pub fn visit() -> Outcome {
    if !answers("python3", "--version") {
        eprintln!("skipped: the visit through the Python bindings (python3 is not installed)");
        return Ok(());
    }
    let package = generate()?;
    let tests = root().join("bindings/python/tests");
    run(Command::new("python3")
        .args(["-m", "unittest", "discover", "--verbose", "--start-directory"])
        .arg(&tests)
        .current_dir(root())
        .env("PYTHONPATH", package)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("ALLOCLAP_BIN", alloclap()))
}

/// Builds the library and generates the module beside it; gives the folder for `PYTHONPATH`.
fn generate() -> Outcome<PathBuf> {
    let name = format!(
        "{}alloclap_bindings{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    // Alone, so that the generator's own dependencies stay out of the library.
    run(&mut cargo(&["build", "--package", "alloclap-bindings"]))?;
    let out = target().join("python");
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let library = out.join(&name);
    copy(&target().join("debug").join(&name), &library)?;
    let (out_text, library_text) = (out.to_string_lossy(), library.to_string_lossy());
    run(&mut cargo(&[
        "run",
        "--quiet",
        "--package",
        "alloclap-bindings",
        "--features",
        "cli",
        "--bin",
        "uniffi-bindgen",
        "--",
        "generate",
        "--language",
        "python",
        "--no-format",
        "--out-dir",
        &out_text,
        &library_text,
    ]))?;
    Ok(out)
}

fn copy(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{} → {}: {error}", from.display(), to.display()))
}
