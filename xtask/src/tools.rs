//! Programs from crates.io that tests run beside the product: built once under `target/tools`. Without them the tests that want
//! them say that they are skipped.

use crate::run::{Outcome, cargo, run, target};

/// A real S3-compatible server, for what is pushed to an object store: name, version, features.
const SERVERS: &[(&str, &str, &str)] = &[("s3s-fs", "0.14.1", "binary")];

/// Makes sure that they are there; says why where they cannot be had.
pub fn ready() -> Outcome {
    let folder = target().join("tools");
    for (name, version, features) in SERVERS {
        let program = folder
            .join("bin")
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        if program.exists() {
            continue;
        }
        eprintln!("building {name} once, for tests");
        let mut install = cargo(&[
            "install",
            name,
            "--version",
            version,
            "--features",
            features,
            "--locked",
        ]);
        let built = run(install
            .arg("--root")
            .arg(&folder)
            .env("CARGO_TARGET_DIR", folder.join("build")));
        if let Err(why) = built {
            eprintln!("not here, its tests will say that they are skipped: {name} ({why})");
        }
        // What is left of the build is of no use to anyone.
        let _ = std::fs::remove_dir_all(folder.join("build"));
    }
    Ok(())
}
