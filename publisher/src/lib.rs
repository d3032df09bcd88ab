//! From a folder of text files, tables and media to a publication on any static host.
//!
//! The way of a publication: `import` and `scaffold` begin a source folder, `source` reads and writes it, `check` says
//! what is wrong with it, `build` turns it into a publication that `keys` sign, `serve` shows that on this machine, `push` puts
//! it on its host; `sound` listens to recordings for check and build. `code` makes the
//! flashcodes that are printed. Every reason for which one of them stops is an enum with data; its words, in French and
//! English, stand in a `message` file beside it.
#![forbid(unsafe_code)]

pub mod build;
pub mod check;
pub mod code;
pub mod fold;
pub mod import;
pub mod keys;
pub mod push;
pub mod scaffold;
pub mod serve;
pub mod sound;
pub mod source;
pub mod words;
