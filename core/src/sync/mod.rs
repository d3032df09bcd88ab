//! Publication → catalogue: plan, fetch, verify, install.
//!
//! ```text
//! address → source → roles, dated (signatures) → metadata (the trusted index) → plan → run: download → verify → install → catalogue
//! ```
//! [`Syncer::plan`] says what a [`Choice`] would cost and writes nothing. [`Syncer::run`] downloads into files that are
//! named by their hash, each resumed where it was cut, and at the very end hands everything to the [`Store`] in one
//! transaction: whatever happens before that, the old guide goes on serving. [`Syncer::start`] does both on a runtime of
//! the caller's and returns a [`SyncHandle`].
//!
//! What lies in a data folder, as far as this room is concerned:
//! ```text
//! trust/<sha256 of address>.json  a publication's root and the newest metadata that were seen
//! sync.lock                       held while a sync runs
//! media/<sha256>                  blobs, whole and verified
//! media/.part/<sha256>            what is on its way; resumed by the next sync
//! publications/<id>/edition.json  what its edition consists of, and what the visitor chose of it
//! publications/<id>/<sha256>      areas, packs, notices, code directories and shards as they were served
//! ```
//! Network, clock and chance, and the catalogue come in through ports ([`Fetcher`], [`Clock`], [`Store`],
//! [`ProgressListener`]). The room decides nothing about what a visitor is shown, and keeps nothing of the visitor's own.

mod answer;
mod attack;
mod background;
mod choice;
mod clock;
mod control;
mod dated;
mod download;
mod error;
mod fetch;
mod folder;
mod handle;
mod hosts;
mod http;
mod kept;
mod known;
mod metadata;
mod network;
mod part;
mod patched;
mod plan;
mod progress;
mod ready;
mod resume;
mod retry;
mod roles;
mod room;
mod run;
mod small;
mod source;
mod store;
mod syncer;
#[cfg(test)]
mod tests;
mod texts;
mod trust;
mod ways;
mod weigh;
mod wish;

pub use attack::Attack;
pub use background::FileRequest;
pub use choice::Choice;
pub use clock::{Clock, SystemClock};
pub use control::Control;
pub use dated::{ClockTrouble, Dated};
pub use error::SyncError;
pub use fetch::{FetchError, Fetcher, Reply, Request, Unreached};
pub use handle::SyncHandle;
pub use http::HttpFetcher;
pub use known::Located;
pub use network::{DownloadOver, NetworkKind};
pub use plan::{Amount, PackState, Plan, PlanSummary, PlannedMedia, PlannedPack};
pub use progress::{ProgressListener, SyncProgress};
pub use ready::Readiness;
pub use retry::RetryPolicy;
pub use run::SyncReport;
pub use store::Store;
pub use syncer::{Options, Syncer};
pub use trust::{RootOfTrust, Trust};
