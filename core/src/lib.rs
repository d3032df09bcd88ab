//! Everything a companion does, without knowing any shell: no uniffi, no Android, no Apple.
//!
//! The rooms and who may know whom (downwards only):
//! `geo`, `code` ← `catalogue` ← {`nearby`, `trail`, `sync`, `audio`, `journal`} ← `guide` ← `companion`.
//! `publication` is the wire format between a publisher and `sync`; `track` reads files that carry lines and fixes.
//! See `ARCHITECTURE.md` for the picture.
#![forbid(unsafe_code)]

pub mod audio;
pub mod catalogue;
pub mod code;
pub mod companion;
pub mod geo;
pub mod guide;
pub mod journal;
pub mod nearby;
pub mod publication;
pub mod sync;
pub mod track;
pub mod trail;
