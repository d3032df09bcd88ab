//! Image in, codes out: reads QR Codes and Data Matrix codes from pictures and camera frames.
//!
//! The frame is 8-bit luma as phones give it, borrowed ([`LumaView`]); the answer is every code in it ([`Code`]) with its text, its raw
//! bytes and its corners. [`Reader`] takes one picture with all effort, [`Session`] a camera's frames within a time for each. Opening picture files, and what a text means, are other people's work.
#![forbid(unsafe_code)]

mod binarise;
mod budget;
mod camera;
mod code;
mod datamatrix;
mod geometry;
mod grid;
mod guard;
mod ladder;
mod luma;
mod modules;
mod pattern;
mod picture;
mod planes;
mod qr;
mod reader;
mod reed_solomon;
mod room;
mod third_party;
mod track;
mod votes;

pub use camera::{DEFAULT_BUDGET_MS, Session, Sighting};
pub use code::{Code, Point, Symbology};
pub use luma::{FrameError, LumaView, MAX_PIXELS};
pub use reader::{Reader, Step};
