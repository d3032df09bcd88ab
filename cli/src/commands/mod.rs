//! The commands, one file each: they ask core or the publisher, and put the answer into words or JSON.

pub mod elsewhere;
pub mod export;
pub mod guides;
pub mod listen;
pub mod lookup;
pub mod publish;
pub mod publish_code;
pub mod publish_push;
pub mod ready;
pub mod scan;
pub mod show;
pub mod simulate;
pub mod sync;
pub mod visit;
pub mod walk;

use crate::output::Output;
use crate::say;
use crate::words::Ui;
use alloclap_core::companion::{Companion, CompanionError};
use std::io;
use std::path::Path;

/// What every command of a visitor has at hand.
pub struct Visiting {
    /// The guide.
    pub companion: Companion,
    /// Where the answer goes.
    pub out: Output,
}

/// Why a command failed, already in the words of the interface; empty if it was said before.
#[derive(Debug)]
pub struct Failure(pub String);

impl Failure {
    /// A failure that was told where it happened.
    pub fn said() -> Self {
        Self(String::new())
    }
}

impl From<String> for Failure {
    fn from(words: String) -> Self {
        Self(words)
    }
}

/// What a command comes to.
pub type Done = Result<(), Failure>;

impl Visiting {
    /// A failure of the guide itself, in the language of the interface.
    pub fn failed(&self, error: &CompanionError) -> Failure {
        Failure(crate::trouble::explain(self.out.ui, error))
    }
}

/// That a file could not be read.
pub fn unreadable(ui: Ui, file: &Path, error: &io::Error) -> Failure {
    let (file, why) = (file.display(), crate::trouble::file(ui, error));
    Failure(say!(ui, "{file}: {why}", "{file} : {why}"))
}

/// That a file could not be written.
pub fn unwritable(ui: Ui, file: &Path, error: &io::Error) -> Failure {
    let (file, why) = (file.display(), crate::trouble::file(ui, error));
    Failure(say!(
        ui,
        "{file} could not be written: {why}",
        "{file} n’a pas pu être écrit : {why}"
    ))
}
