//! The model and its store (SQLite): read by everyone, written by sync alone.

pub mod model;
mod view;

pub use view::*;
