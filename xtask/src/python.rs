//! The Python module: generated, driven through a whole visit, packed as a wheel.

use crate::bindings::{self, Profile, Visit, code_in, copy, copy_folder, make_empty, write};
use crate::run::{Outcome, answers, root, run, target};
use crate::words::Words;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the tests of `bindings/python` against the library as it is now.
pub fn visit(visit: &Visit) -> Outcome {
    if !answers("python3", "--version") {
        eprintln!("skipped: the visit through the Python bindings (python3 is not installed)");
        return Ok(());
    }
    let package = prepare(Profile::Dev)?;
    check_types(&package)?;
    run(Command::new("python3")
        .args(["-m", "unittest", "discover", "--verbose", "--start-directory"])
        .arg(root().join("bindings/python/tests"))
        .current_dir(root())
        .env("PYTHONPATH", package)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("ALLOCLAP_BIN", &visit.alloclap)
        .env("ALLOCLAP_PUBLIC", &visit.public)
        .env(bindings::LONG, if visit.long { "1" } else { "0" }))
}

/// What a type checker sees: a program of an app's can be written against the stubs, and they say what the module does.
fn check_types(package: &Path) -> Outcome {
    let Some(python) = with(&["mypy==2.4.1"])? else {
        eprintln!("skipped: the types of the Python bindings (mypy cannot be installed)");
        return Ok(());
    };
    run(Command::new(&python)
        .args(["-m", "mypy", "--strict", "first_hour.py", "alloclap"])
        .current_dir(package))?;
    run(Command::new(&python)
        .args(["-m", "mypy.stubtest", "alloclap._generated", "--allowlist"])
        .arg(root().join("bindings/python/stubtest.allow"))
        .current_dir(package))
}

/// A Python with these packages, in a folder of this build; `None` where they cannot be had.
pub fn with(packages: &[&str]) -> Outcome<Option<PathBuf>> {
    let environment = target().join("python/environment");
    let python = environment.join("bin/python");
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let installed = Command::new(&python).args(pip).args(packages).status();
    Ok(installed.is_ok_and(|status| status.success()).then_some(python))
}

/// A wheel for this machine, with type stubs, under `target/python/wheel`.
pub fn wheel() -> Outcome {
    let package = prepare(Profile::Phone)?;
    let out = target().join("python/wheel");
    make_empty(&out)?;
    run(Command::new("python3")
        .args(["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"])
        .arg(&out)
        .arg(&package))?;
    println!("made: a wheel in {}", out.display());
    Ok(())
}

/// The package as it is imported, under `target/python`: hand-written files, generated ones, the library, stubs; gives the folder
/// for `PYTHONPATH`.
pub fn prepare(profile: Profile) -> Outcome<PathBuf> {
    let folder = target().join("python").join(profile.folder());
    let library = bindings::build(profile, &folder.join("native"))?;
    let package = folder.join("package");
    make_empty(&package)?;
    copy_folder(&root().join("bindings/python/package"), &package)?;
    let module = package.join("alloclap");
    let generated = folder.join("generated");
    bindings::generate("python", &library, &generated)?;
    copy(&generated.join("alloclap.py"), &module.join("_generated.py"))?;
    copy(&library, &module.join(bindings::library_name()))?;
    write(&folder.join(WORDS), &Words::of_sources()?.table())?;
    write_stubs(&package, &module.join("_generated.pyi"))?;
    let code = code_in("docs/first-hour-python.md", "python")?;
    write(&package.join("first_hour.py"), &code)?;
    Ok(package)
}

/// What is said about fields, beside the package.
const WORDS: &str = "words.tsv";

/// Writes what a package's generated module offers: as a stub, or as a module that can be imported, by the name of the file.
pub fn write_stubs(package: &Path, out: &Path) -> Outcome {
    run(Command::new("python3")
        .arg(root().join("bindings/python/stubs.py"))
        .arg(package.join("alloclap/_generated.py"))
        .arg(out)
        .arg(package.with_file_name(WORDS)))
}
