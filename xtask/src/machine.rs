//! What the machine must have besides Rust and a C compiler: looked for, installed where that is allowed (root, apt),
//! and otherwise named in one line.

use crate::run::{Outcome, answers, run};
use std::process::Command;

/// One thing that a build or a test needs.
struct Need {
    /// What it is for, in the message.
    what: &'static str,
    /// Whether it is there.
    found: fn() -> bool,
    /// The Debian packages that bring it.
    packages: &'static [&'static str],
    /// Whether nothing works without it; otherwise some tests are skipped, and say so.
    required: bool,
}

const BUILD: &[Need] = &[
    Need {
        what: "pkg-config and the ALSA headers (sound output)",
        found: || cfg!(not(target_os = "linux")) || answers_to("pkg-config", &["--exists", "alsa"]),
        packages: &["pkg-config", "libasound2-dev"],
        required: true,
    },
    Need {
        what: "cmake (builds libopus)",
        found: || answers("cmake", "--version"),
        packages: &["cmake"],
        required: true,
    },
];

const TEST: &[Need] = &[
    Need {
        what: "python3 (the visit through the bindings)",
        found: || answers("python3", "--version"),
        packages: &["python3"],
        required: false,
    },
    Need {
        what: "a JDK and Maven (the visit through the Kotlin bindings)",
        found: || answers("javac", "-version") && answers("mvn", "--version"),
        packages: &["default-jdk-headless", "maven"],
        required: false,
    },
    Need {
        what: "python3 with venv (python-tuf and the schema, which judge a publication from outside)",
        found: || answers_to("python3", &["-c", "import venv, ensurepip"]),
        packages: &["python3-venv"],
        required: false,
    },
    Need {
        what: "ffmpeg (recordings in every format, made by the tests)",
        found: || answers("ffmpeg", "-version"),
        packages: &["ffmpeg"],
        required: false,
    },
    Need {
        what: "nginx and openssl (a real web server for the faults of a sync)",
        found: || {
            answers("openssl", "version") && (answers("nginx", "-v") || answers("/usr/sbin/nginx", "-v"))
        },
        packages: &["nginx-light", "openssl"],
        required: false,
    },
    Need {
        what: "rsync (publishing to a folder of another machine)",
        found: || answers("rsync", "--version"),
        packages: &["rsync"],
        required: false,
    },
    Need {
        what: "espeak-ng (speech for recordings that the tests make)",
        found: || answers("espeak-ng", "--version"),
        packages: &["espeak-ng"],
        required: false,
    },
    Need {
        what: "pulseaudio and its ALSA plugin (a sound server without a sound card)",
        found: || answers("pulseaudio", "--version") && answers("parec", "--version"),
        packages: &["pulseaudio", "pulseaudio-utils", "libasound2-plugins"],
        required: false,
    },
];

/// Makes sure that the workspace can be built.
pub fn ready_to_build() -> Outcome {
    ready(BUILD)
}

/// Makes sure that the workspace can be built, and that as much as possible can be tested.
pub fn ready_to_test() -> Outcome {
    ready(BUILD)?;
    ready(TEST)
}

fn ready(needs: &[Need]) -> Outcome {
    let missing = |needs: &[&'static Need]| -> Vec<&'static Need> {
        needs.iter().copied().filter(|need| !(need.found)()).collect()
    };
    let all: Vec<&'static Need> = static_refs(needs);
    let before = missing(&all);
    if before.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = before.iter().flat_map(|need| need.packages).copied().collect();
    if may_install() {
        for need in &before {
            eprintln!("installing {}", need.what);
        }
        // An old or absent package list is the usual reason for a failure here, so it is made anew first.
        let updated = run(apt().args(["update", "-qq"]));
        let installed = run(apt()
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&packages));
        if let Err(why) = updated.and(installed) {
            eprintln!("xtask: {why}");
        }
    }
    let after = missing(&before);
    for need in after.iter().filter(|need| !need.required) {
        eprintln!(
            "not here, its tests will say that they are skipped: {} – install: {}",
            need.what,
            need.packages.join(" ")
        );
    }
    let required: Vec<_> = after.iter().filter(|need| need.required).collect();
    if required.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = required.iter().map(|need| need.what).collect();
    let packages: Vec<_> = required.iter().flat_map(|need| need.packages).copied().collect();
    Err(format!(
        "missing: {}. On Debian or Ubuntu: sudo apt install {}",
        names.join(", "),
        packages.join(" ")
    ))
}

fn static_refs(needs: &[Need]) -> Vec<&'static Need> {
    BUILD
        .iter()
        .chain(TEST)
        .filter(|need| needs.iter().any(|wanted| wanted.what == need.what))
        .collect()
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn may_install() -> bool {
    is_root() && answers("apt-get", "--version")
}

/// Whether this is the system's administrator.
pub fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"0"))
}

/// Installs Debian packages, unless programs of the same names are there.
pub fn install(packages: &[&str]) -> Outcome {
    if packages.iter().all(|package| answers(package, "--version")) {
        return Ok(());
    }
    run(apt().args(["update", "-qq"]))?;
    run(apt()
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages))
}

fn answers_to(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}
