//! The model and its store (SQLite): read by everyone, written by sync alone.

mod adding;
mod briefs;
mod caps;
mod claims;
mod codes;
mod derive;
mod enter;
mod error;
#[cfg(test)]
mod fixtures;
mod fold;
mod follow;
mod install;
#[cfg(test)]
mod install_tests;
pub mod language;
pub mod model;
mod read;
pub mod rights;
mod schema;
mod search;
pub(crate) mod sqlite;
mod store;
mod view;
mod views;

pub use codes::CodeAnswer;
pub use error::CatalogueError;
pub use fold::fold;
pub use follow::{Followed, PlacePoint};
pub use install::{InstallReport, Installation, PackSource, Skipped};
pub use search::Around;
pub use store::Catalogue;
pub use view::*;
