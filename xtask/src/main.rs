//! `cargo xtask …`: every chore that a person or CI runs. Depends on nothing but the standard library, so that it is
//! built in a second on a machine that has only Rust; what a chore needs besides is looked for in `machine`.

mod bench;
mod check;
mod demo;
mod machine;
mod python;
mod run;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo            a whole visit from nothing: publish, sync, scan, walk, listen; ends by saying what it made and where
  test [--long]   every test; --long raises the counts of fuzz, kill and stress tests
  check           formatting, clippy, docs, licences
  audit           known vulnerabilities of dependencies (needs a network)
  bench [NAME…]   the benchmarks, each beside its peer: guide, nearby, search, scan, sync,
                  scale, walk, codes, audio; ALLOCLAP_WALKS=N gives guide N walks of each
                  trail (usually 40: 2,000 stops a figure, some minutes; 4 are a glance)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["demo"] => demo::run_all(),
        ["test"] => test::run_all(test::Effort::Usual),
        ["test", "--long"] => test::run_all(test::Effort::Long),
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
