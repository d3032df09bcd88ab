//! Every test: the workspace's, then the visit through the bindings from each language.

use crate::bindings::Visit;
use crate::run::{Outcome, cargo};
use crate::{kotlin, machine, python, run, swift, tools};

/// How much work the tests that can be scaled are given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// For a person who waits, and for CI.
    Usual,
    /// For a night.
    Long,
}

/// Runs every test.
pub fn run_all(effort: Effort) -> Outcome {
    machine::ready_to_test()?;
    let programs = tools::ready(effort == Effort::Long)?;
    let mut tests = cargo(&["test", "--workspace"]);
    if effort == Effort::Long {
        // Read by the tests that repeat themselves; proptest reads its own variable.
        tests.env("ALLOCLAP_LONG", "1").env("PROPTEST_CASES", "20000");
    }
    // The binary that cargo builds for the tests of `cli`: the journeys take it as it is, instead of building another.
    tests.env("ALLOCLAP_BIN", run::alloclap());
    tests.env("ALLOCLAP_TOOLS", programs);
    run::run(&mut tests)?;
    let mut visit = Visit::of_built()?;
    visit.long |= effort == Effort::Long;
    python::visit(&visit)?;
    kotlin::visit(&visit)?;
    swift::visit(&visit)
}
