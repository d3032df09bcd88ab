//! The benchmarks, built as for a release, each printing its peer beside it.

use crate::run::{Outcome, cargo, data, run};
use crate::{ffi, machine};

/// Name on the command line, package, and name of the benchmark there.
const BENCHES: &[(&str, &str, &str)] = &[
    ("guide", "alloclap-core", "guide"),
    ("nearby", "alloclap-tests", "nearby"),
    ("search", "alloclap-tests", "search"),
    ("scan", "alloclap-flashcode", "scan"),
    ("sync", "alloclap-tests", "sync"),
    ("scale", "alloclap-tests", "scale"),
    ("walk", "alloclap-core", "walk"),
    ("codes", "alloclap-flashcode", "codes"),
    ("audio", "alloclap-core", "audio"),
];

/// The one that is not Rust's alone.
const FFI: &str = "ffi";

/// Runs the named benchmarks; all without a name.
pub fn run_all(names: &[&str]) -> Outcome {
    machine::ready_to_build()?;
    let all = || BENCHES.iter().map(|(name, _, _)| *name).chain([FFI]);
    if let Some(unknown) = names.iter().find(|name| all().all(|known| known != **name)) {
        let known: Vec<_> = all().collect();
        return Err(format!(
            "there is no benchmark \"{unknown}\"; there are: {}",
            known.join(", ")
        ));
    }
    for (name, package, bench) in BENCHES {
        if names.is_empty() || names.contains(name) {
            let mut words = vec!["bench", "--package", package, "--bench", bench];
            if *package == "alloclap-flashcode" && builds_cpp() {
                words.extend(["--features", "peer-zxing-cpp"]);
            }
            let mut command = cargo(&words);
            if let Some(data) = data() {
                command.env("ALLOCLAP_DATA", data);
            }
            run(&mut command)?;
        }
    }
    if names.is_empty() || names.contains(&FFI) {
        ffi::run_all()?;
    }
    Ok(())
}

/// Whether zxing-cpp can be built as a peer: cmake and a C++ compiler answer.
fn builds_cpp() -> bool {
    let answers = |tool: &str| {
        let version = std::process::Command::new(tool).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    answers("cmake") && (answers("c++") || answers("g++") || answers("clang++"))
}
