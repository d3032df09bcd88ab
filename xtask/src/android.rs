//! The library for Android: three processors, 16 KB pages, and the Kotlin sources beside it. Needs Google's NDK, which no package
//! brings; without it, says what is missing.

use crate::bindings::{self, Profile, make_empty};
use crate::elf;
use crate::kotlin;
use crate::run::{Outcome, answers, root, run, target};
use std::path::PathBuf;
use std::process::Command;

/// Android's name of a processor, and Rust's of the target.
const PROCESSORS: &[(&str, &str)] = &[
    ("arm64-v8a", "aarch64-linux-android"),
    ("armeabi-v7a", "armv7-linux-androideabi"),
    ("x86_64", "x86_64-linux-android"),
];
/// Android 8.
const MIN_SDK: &str = "26";
/// The first NDK that links for 16 KB pages by itself.
const NDK_MAJOR: u32 = 28;
/// Pages of the phones that come with Android 15 and later.
const PAGE_BYTES: u64 = 16_384;

/// Builds everything under `target/android`.
pub fn run_all() -> Outcome {
    let missing = missing();
    if !missing.is_empty() {
        return Err(format!(
            "for Android there is missing:\n  - {}",
            missing.join("\n  - ")
        ));
    }
    let out = target().join("android");
    make_empty(&out)?;
    let libraries = out.join("jniLibs");
    let mut build = bindings::for_phones(&["ndk", "--platform", MIN_SDK]);
    for (processor, _) in PROCESSORS {
        build.args(["--target", processor]);
    }
    build.arg("--output-dir").arg(&libraries).args([
        "build",
        "--profile",
        "phone",
        "--package",
        "alloclap-bindings",
    ]);
    run(&mut build)?;
    for (processor, _) in PROCESSORS {
        let library = libraries.join(processor).join("liballoclap_bindings.so");
        let least = elf::least_alignment(&library)?;
        // 32-bit phones have 4 KB pages for ever.
        if least < PAGE_BYTES && *processor != "armeabi-v7a" {
            return Err(format!(
                "{}: a segment is aligned to {least} bytes; phones with pages of {PAGE_BYTES} would not load it",
                library.display()
            ));
        }
        println!("{processor}: segments aligned to {least} bytes");
    }
    // The interface is the same for all processors, and is read from the library of this machine.
    let folder = kotlin::prepare(Profile::Phone)?;
    bindings::copy_folder(&folder.join("generated"), &out.join("kotlin"))?;
    bindings::copy_folder(
        &root().join("bindings/kotlin/src/main/kotlin"),
        &out.join("kotlin"),
    )?;
    println!(
        "made: {}\n  jniLibs/  for src/main/jniLibs of an app\n  kotlin/   its sources, or the jar of `cargo xtask kotlin --jar`",
        out.display()
    );
    Ok(())
}

/// Everything that is missing on this machine, each with what to do.
fn missing() -> Vec<String> {
    let mut missing = Vec::new();
    if !answers("cargo-ndk", "--version") {
        missing.push("cargo-ndk: cargo install cargo-ndk --locked".to_owned());
    }
    match ndk() {
        None => missing.push(format!(
            "the Android NDK r{NDK_MAJOR} or later: install it with Android Studio's SDK manager, and set ANDROID_NDK_HOME"
        )),
        Some((folder, Some(major))) if major >= NDK_MAJOR => drop(folder),
        Some((folder, _)) => missing.push(format!(
            "the Android NDK r{NDK_MAJOR} or later: {} is an older one, or none",
            folder.display()
        )),
    }
    let installed = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    for (_, target) in PROCESSORS {
        if !installed.lines().any(|line| line == *target) {
            missing.push(format!(
                "Rust's standard library for {target}: rustup target add {target}"
            ));
        }
    }
    if let Some(what) = kotlin::missing() {
        missing.push(format!(
            "{what}, for the Kotlin sources: apt install default-jdk-headless maven"
        ));
    }
    missing
}

/// The NDK's folder, and its major version if it says one.
fn ndk() -> Option<(PathBuf, Option<u32>)> {
    let folder = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT", "NDK_HOME"]
        .iter()
        .find_map(std::env::var_os)
        .map(PathBuf::from)?;
    let properties = std::fs::read_to_string(folder.join("source.properties")).unwrap_or_default();
    let major = properties
        .lines()
        .find_map(|line| line.strip_prefix("Pkg.Revision"))
        .and_then(|rest| {
            rest.trim_start_matches([' ', '='])
                .split('.')
                .next()?
                .parse()
                .ok()
        });
    Some((folder, major))
}
