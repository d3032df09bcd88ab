//! A commentary → sound: decode, stretch, state machine; the output is a port.
//!
//! This room takes files and plain numbers and knows nothing of the catalogue's records. The way of a sample:
//! `container` (demuxers and decoders of others, their panics caught) → `decoder` (one exact line of frames) →
//! `loudness`, resampling and stretch → an output.

mod container;
mod decoder;
mod downmix;
mod error;
mod m4a;

pub use container::Codec;
pub use decoder::{Block, Decoder, Probe, probe};
pub use error::{AudioError, Damage, Unsupported};

#[cfg(test)]
mod testkit;
