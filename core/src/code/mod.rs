//! From the text of a flashcode, or from what a visitor types, to what it names.
//!
//! [`PanelCode`] is the short text printed under every flashcode; [`payload`] reads everything that a 2D code on a sign may
//! hold. Both only say what a text *is*: whether a catalogue knows the panel is the catalogue's answer, and nothing here
//! opens anything.

pub mod host;
pub mod panel_code;
pub mod payload;

pub use panel_code::{CodeError, PanelCode};
pub use payload::{Link, Payload};
