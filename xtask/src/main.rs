//! `cargo xtask …`: every chore that a person or CI runs. Depends on nothing but the standard library, so that it is
//! built in a second on a machine that has only Rust; what a chore needs besides is looked for in `machine`.

mod android;
mod bench;
mod bindings;
mod check;
#[cfg(unix)]
mod check_targets;
mod crowd;
mod debian;
mod demo;
mod elf;
mod ffi;
mod ios;
mod kotlin;
mod machine;
mod python;
mod reference;
mod run;
mod swift;
mod test;
mod tools;
mod words;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo            a whole visit from nothing: publish, sync, scan, walk, listen; ends by saying what it made and where
  test [--long]   every test; --long raises the counts of fuzz, kill and stress tests, and
                  pushes to a cluster
  python          the Python module: generated, and a whole visit through it; --wheel makes a wheel instead
  kotlin          the same for Kotlin on this machine's JVM; --jar makes the jars instead
  swift           the same for Swift; on Debian without Swift in a root folder that has it
  android         the library for Android's three processors and its Kotlin sources (needs the NDK)
  ios             the XCFramework and its Swift package (needs a Mac with Xcode)
  check-targets   whether the library type-checks for Android and iOS, without their SDKs; takes a while
  reference       the reference documentation of the three languages
  check           formatting, clippy, docs, licences
  audit           known vulnerabilities of dependencies (needs a network)
  bench [NAME…]   the benchmarks, each beside its peer: guide, nearby, search, scan, sync,
                  scale, walk, codes, audio, ffi; ALLOCLAP_WALKS=N gives guide N walks of each
                  trail (usually 40: 2,000 stops a figure, some minutes; 4 are a glance)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["demo"] => demo::run_all(),
        ["test"] => test::run_all(test::Effort::Usual),
        ["test", "--long"] => test::run_all(test::Effort::Long),
        ["python"] => bindings::Visit::built().and_then(|visit| python::visit(&visit)),
        ["python", "--wheel"] => python::wheel(),
        ["kotlin"] => bindings::Visit::built().and_then(|visit| kotlin::visit(&visit)),
        ["kotlin", "--jar"] => kotlin::package(),
        ["swift"] => bindings::Visit::built().and_then(|visit| swift::visit(&visit)),
        ["android"] => android::run_all(),
        ["ios"] => ios::run_all(),
        #[cfg(unix)]
        ["check-targets"] => check_targets::run_all(),
        ["reference"] => reference::run_all(),
        ["check"] => check::run_all(),
        ["audit"] => check::audit(),
        ["bench", names @ ..] => bench::run_all(names),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
