//! `cargo xtask check-targets`: the library type-checks for Android and iOS, on a machine that has the SDK of neither. Nothing is
//! linked or run, so it proves types only. Debian's unstable release brings a compiler with the sources of its standard library,
//! PyPI's `ziglang` a C compiler for both.

use crate::bindings::{copy, copy_folder, make, make_empty, write};
use crate::debian::{Entered, Root};
use crate::run::{Outcome, cargo, root, run, target};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const RUST_ROOT: Root = Root {
    name: "rust-sid-1",
    suite: "sid",
    packages: "rustc,cargo,rust-src,ca-certificates,libc6-dev,gcc,pkgconf,python3",
    leave_out: &[],
};

/// Rust's target, what zig calls it, and what its C must be told besides.
const TARGETS: &[(&str, &str, &str)] = &[
    ("aarch64-linux-android", "aarch64-linux-musl", "-D_GNU_SOURCE"),
    ("aarch64-apple-ios", "aarch64-macos", ""),
];
/// The version of the C compiler that this was written for.
const ZIG: &str = "0.17.1";
/// What of the repository is checked.
const FOLDERS: &[&str] = &[
    "bindings",
    "cli",
    "core",
    "patches",
    "publisher",
    "tests",
    "xtask",
];

/// Checks all targets.
pub fn run_all() -> Outcome {
    let inside = RUST_ROOT
        .ensure()?
        .map_err(|why| format!("targets cannot be checked here: {why}"))?;
    let work = target().join("check-targets");
    make(&work)?;
    let source = work.join("source");
    sources(&source)?;
    tools(&work)?;
    run(cargo(&["fetch"]).current_dir(&source))?;
    for (triple, _, _) in TARGETS {
        let variable = |name: &str| format!("{name}_{}", triple.replace('-', "_"));
        let mut check = Entered::inside(&inside, "cargo");
        check.bind(&work);
        // What cargo has fetched already, and the certificates by which this machine believes the registry.
        for folder in [registry(), Some(PathBuf::from("/etc/ssl/certs"))] {
            if let Some(folder) = folder.filter(|folder| folder.exists()) {
                check.bind(&folder);
                if let Some(home) = folder.parent().filter(|_| folder.ends_with("registry")) {
                    check.path("CARGO_HOME", home);
                }
            }
        }
        check
            .words(&[
                "check",
                "-Zbuild-std=std,panic_abort",
                "--package",
                "alloclap-bindings",
                "--lib",
            ])
            .words(&["--target", triple, "--manifest-path"])
            .word_path(&source.join("Cargo.toml"))
            .variable("RUSTC_BOOTSTRAP", "1")
            .variable("PATH", &format!("{}:/usr/bin:/bin", work.join("bin").display()))
            .variable("SDKROOT", &work.join("sdk").to_string_lossy())
            .path("ZIG_GLOBAL_CACHE_DIR", &work.join("zig-cache"))
            .path("ZIG_LOCAL_CACHE_DIR", &work.join("zig-cache"))
            .path("CARGO_TARGET_DIR", &work.join("target"))
            .path(&variable("CC"), &work.join(format!("bin/cc-{triple}")))
            .path(&variable("CXX"), &work.join(format!("bin/c++-{triple}")))
            .path(&variable("AR"), &work.join("bin/zig-ar"));
        run(&mut check.command())?;
        println!("{triple}: the library type-checks");
    }
    println!("not linked and not run: that needs the SDKs (`cargo xtask android`, `cargo xtask ios`)");
    Ok(())
}

/// Where cargo keeps what it fetched.
fn registry() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    home.map(|home| home.join("registry"))
}

/// A copy of the workspace that takes libopus from the system: its build needs each SDK's own cmake files.
fn sources(to: &Path) -> Outcome {
    make_empty(to)?;
    for folder in FOLDERS {
        copy_folder(&root().join(folder), &to.join(folder))?;
    }
    copy(&root().join("Cargo.lock"), &to.join("Cargo.lock"))?;
    let manifest = root().join("Cargo.toml");
    let text =
        std::fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    let bundled = "symphonia-adapter-libopus = \"0.3\"";
    if !text.contains(bundled) {
        return Err(format!("{}: no line `{bundled}` to change", manifest.display()));
    }
    let system = "symphonia-adapter-libopus = { version = \"0.3\", default-features = false }";
    write(&to.join("Cargo.toml"), &text.replace(bundled, system))
}

/// The C compiler and what stands for Apple's `xcrun`.
fn tools(work: &Path) -> Outcome {
    let zig = work.join("zig");
    if !zig.join("ziglang/zig").exists() {
        run(Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--target"])
            .arg(&zig)
            .arg(format!("ziglang=={ZIG}")))?;
    }
    make(&work.join("sdk"))?;
    let zig = zig.join("ziglang/zig");
    let zig = zig.display();
    for (triple, of_zig, more) in TARGETS {
        for (name, mode) in [("cc", "cc"), ("c++", "c++")] {
            // The flags that name a target or an SDK are those of compilers that have one.
            let script = format!(
                "#!/bin/sh\nskip=; n=$#\nwhile [ $n -gt 0 ]; do a=$1; shift; n=$((n - 1))\n\
                 if [ -n \"$skip\" ]; then skip=; continue; fi\n\
                 case $a in\n--target=*|-mios*|-miphoneos*|-mmacosx*) continue;;\n-target|-arch|-isysroot) skip=1; continue;;\nesac\n\
                 set -- \"$@\" \"$a\"; done\nexec {zig} {mode} -target {of_zig} {more} \"$@\"\n"
            );
            program(&work.join(format!("bin/{name}-{triple}")), &script)?;
        }
    }
    program(
        &work.join("bin/zig-ar"),
        &format!("#!/bin/sh\nexec {zig} ar \"$@\"\n"),
    )?;
    let xcrun = format!(
        "#!/bin/sh\ncase \"$*\" in\n*--show-sdk-version*) echo 17.0;;\n*--show-sdk-path*) echo {};;\nesac\n",
        work.join("sdk").display()
    );
    program(&work.join("bin/xcrun"), &xcrun)
}

fn program(path: &Path, script: &str) -> Outcome {
    write(path, script)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .map_err(|error| format!("{}: {error}", path.display()))
}
