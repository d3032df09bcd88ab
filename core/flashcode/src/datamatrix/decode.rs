//! From the modules of a Data Matrix symbol, each with how sure it is, to its content. ISO/IEC 16022, 5.2 to 5.7.

use super::layout::Size;
use crate::guard::quietly;
use crate::reed_solomon;
use rxing::datamatrix::decoder::decoded_bit_stream_parser;

/// What a symbol says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    /// The share of error correction that is left in the worst block.
    pub(crate) spare: f32,
}

/// Reads a symbol of a size. `darkness` has a value for each module, row after row: above 0 dark, below 0 light, the farther the
/// surer; `codewords` are the places of their modules.
pub(crate) fn read(size: &Size, codewords: &[[usize; 8]], darkness: &[f32]) -> Option<Content> {
    let words: Vec<(u8, f32)> = codewords
        .iter()
        .map(|modules| {
            modules.iter().fold((0, f32::MAX), |(byte, sureness), place| {
                let value = darkness.get(*place).copied().unwrap_or(0.0);
                (byte << 1 | u8::from(value > 0.0), sureness.min(value.abs()))
            })
        })
        .collect();
    let checks = size.checks / size.blocks;
    let mut data = vec![0; size.data];
    let mut spare = 1.0_f32;
    for first in 0..size.blocks {
        let block: Vec<(u8, f32)> = words.iter().skip(first).step_by(size.blocks).copied().collect();
        let (corrected, left) = reed_solomon::DATA_MATRIX.corrected(&block, checks, 0)?;
        for (place, byte) in data.iter_mut().skip(first).step_by(size.blocks).zip(corrected) {
            *place = byte;
        }
        spare = spare.min(left);
    }
    let text = quietly(|| {
        decoded_bit_stream_parser::decode(&data, false)
            .ok()
            .map(|decoded| decoded.getText().to_owned())
    })??;
    let bytes = content_bytes(&text);
    (!text.is_empty()).then_some(Content { text, bytes, spare })
}

/// The bytes of a symbol without ECI, whose text is in Latin-1; otherwise those of its text.
pub(crate) fn content_bytes(text: &str) -> Vec<u8> {
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    bytes.unwrap_or_else(|_| text.as_bytes().to_vec())
}
