//! The facade of core for Kotlin, Swift and Python: the only crate that knows uniffi.
//!
//! No policy, and no mirror types: core's records are declared here with `remote`, so that a field added there fails to compile
//! here. Every method says whether it does I/O and which thread may call it. A panic becomes an error of that call.

#[cfg(target_os = "android")]
mod android;
mod answer;
mod catalogue;
mod companion;
mod error;
mod guide;
mod house;
mod journal;
mod log;
mod model;
mod plan;
mod player;
mod scanner;
mod sound;
mod subscription;
mod sync;
mod transfer;
mod views;
mod walk;

pub use catalogue::{Catalogue, CatalogueListener, Guide};
pub use companion::{Companion, Publication};
pub use guide::{GuideListener, GuideSession};
pub use journal::{Journal, JournalRescue};
pub use log::{LogLevel, Logger, set_logger};
pub use player::{Commentary, Player, PlayerListener};
pub use scanner::Scanner;
pub use subscription::{ListenerError, Subscription};
pub use sync::{Planning, Sync, SyncListener, SyncPlan, Syncing};

uniffi::setup_scaffolding!("alloclap");
