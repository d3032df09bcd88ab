//! Programs from crates.io that tests run beside the product, built once for this user, in the cache folder: another checkout, or
//! a cleaned target, does not build them again. Without them the tests that want them say that they are skipped.

use crate::run::{Outcome, cargo, run};
use std::path::PathBuf;

/// A program: name, version, features.
type Tool = (&'static str, &'static str, &'static str);

/// A real S3-compatible server, for what is pushed to an object store.
const USUAL: &[Tool] = &[("s3s-fs", "0.14.1", "binary")];
/// A distributed object store that a small publisher can really run: three nodes of it, in the long tests.
const LONG: &[Tool] = &[("garage", "2.5.0", "bundled-libs,sqlite")];

/// Makes sure that they are there, and gives the folder of their programs; says why where they cannot be had.
pub fn ready(long: bool) -> Outcome<PathBuf> {
    let folder = cache()?.join("tools");
    for tool in USUAL.iter().chain(LONG.iter().filter(|_| long)) {
        if let Err(why) = install(tool, &folder) {
            eprintln!(
                "not here, its tests will say that they are skipped: {} ({why})",
                tool.0
            );
        }
    }
    Ok(folder.join("bin"))
}

fn install((name, version, features): &Tool, folder: &std::path::Path) -> Outcome {
    let suffix = std::env::consts::EXE_SUFFIX;
    let mark = folder.join(format!("{name}-{version}.installed"));
    if mark.exists() && folder.join("bin").join(format!("{name}{suffix}")).exists() {
        return Ok(());
    }
    eprintln!("building {name} {version} once, for tests");
    let build = folder.join("build");
    // Unoptimised: a test server need not be quick, and optimising it takes longer than all that it will ever serve.
    let words = ["install", name, "--version", version, "--features", features];
    let mut install = cargo(&words);
    install
        .args([
            "--no-default-features",
            "--locked",
            "--debug",
            "--force",
            "--root",
        ])
        .arg(folder)
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    let built = run(&mut install);
    // What is left of the build is of no use to anyone.
    let _ = std::fs::remove_dir_all(build);
    built?;
    std::fs::write(&mark, "").map_err(|error| format!("{}: {error}", mark.display()))
}

/// The user's cache folder for this project.
fn cache() -> Outcome<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = if cfg!(target_os = "windows") {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Caches"))
    } else {
        set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))
    };
    base.map(|base| base.join("alloclap"))
        .ok_or_else(|| "this user has no cache folder: set HOME".to_owned())
}
