//! The library for iOS and macOS: an XCFramework in the assembled Swift package. Needs a Mac with Xcode; elsewhere says what is
//! missing.

use crate::bindings::{self, Profile, copy, make, make_empty};
use crate::run::{Outcome, answers, run, target};
use crate::swift;
use std::process::Command;

/// What is built: phones, the simulator on both kinds of Mac, and Macs.
const TARGETS: &[&str] = &[
    "aarch64-apple-ios",
    "aarch64-apple-ios-sim",
    "x86_64-apple-ios",
    "aarch64-apple-darwin",
];
/// The two whose libraries become one, because a framework holds one library a system.
const SIMULATORS: [&str; 2] = ["aarch64-apple-ios-sim", "x86_64-apple-ios"];

/// Builds everything under `target/swift`.
pub fn run_all() -> Outcome {
    let missing = missing();
    if !missing.is_empty() {
        return Err(format!(
            "for iOS there is missing:\n  - {}",
            missing.join("\n  - ")
        ));
    }
    for triple in TARGETS {
        run(bindings::for_phones(&[
            "build",
            "--profile",
            "phone",
            "--package",
            "alloclap-bindings",
            "--target",
            triple,
        ])
        .env("IPHONEOS_DEPLOYMENT_TARGET", "15.0")
        .env("MACOSX_DEPLOYMENT_TARGET", "12.0"))?;
    }
    let package = swift::prepare(Profile::Phone)?;
    let work = target().join("ios");
    make_empty(&work)?;
    let library = |triple: &str| {
        target()
            .join(triple)
            .join(Profile::Phone.folder())
            .join("liballoclap_bindings.a")
    };
    let simulator = work.join("simulator");
    make(&simulator)?;
    let both = simulator.join("liballoclap_bindings.a");
    run(Command::new("lipo")
        .arg("-create")
        .args(SIMULATORS.iter().map(|triple| library(triple)))
        .arg("-output")
        .arg(&both))?;
    let headers = work.join("headers");
    make(&headers)?;
    let generated = package.join("generated");
    copy(&generated.join("AlloClapFFI.h"), &headers.join("AlloClapFFI.h"))?;
    copy(
        &generated.join("AlloClapFFI.modulemap"),
        &headers.join("module.modulemap"),
    )?;
    let framework = package.join("AlloClapFFI.xcframework");
    if framework.exists() {
        std::fs::remove_dir_all(&framework).map_err(|error| format!("{}: {error}", framework.display()))?;
    }
    let mut make = Command::new("xcodebuild");
    make.arg("-create-xcframework");
    for library in [
        library("aarch64-apple-ios"),
        both,
        library("aarch64-apple-darwin"),
    ] {
        make.arg("-library").arg(library).arg("-headers").arg(&headers);
    }
    run(make.arg("-output").arg(&framework))?;
    make_empty(&package.join("Sources/AlloClapFFI"))?;
    println!(
        "made: {}, a Swift package with its XCFramework",
        package.display()
    );
    Ok(())
}

fn missing() -> Vec<String> {
    let mut missing = Vec::new();
    if !cfg!(target_os = "macos") {
        missing.push("a Mac: Apple's linker and SDKs run nowhere else".to_owned());
    }
    if !answers("xcodebuild", "-version") {
        missing.push("Xcode, which brings xcodebuild and lipo: install it from the App Store, then xcode-select --install".to_owned());
    }
    let installed = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    for triple in TARGETS {
        if !installed.lines().any(|line| line == *triple) {
            missing.push(format!(
                "Rust's standard library for {triple}: rustup target add {triple}"
            ));
        }
    }
    missing
}
