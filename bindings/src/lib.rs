//! The facade of core for Kotlin, Swift and Python: the only crate that knows uniffi.
//!
//! No policy, and no mirror types: core's records are declared here with `remote`, so that a field added there fails to compile
//! here. Every method says whether it does I/O and which thread may call it. A panic becomes an error of that call.

mod answer;
mod companion;
mod error;
mod guide;
mod model;
mod player;
mod scanner;
mod sound;
mod sync;
mod views;
mod walk;

pub use companion::Companion;
pub use guide::GuideSession;
pub use player::{Commentary, Player};
pub use scanner::Scanner;
pub use sync::{SyncListener, Syncing};

uniffi::setup_scaffolding!("alloclap");
