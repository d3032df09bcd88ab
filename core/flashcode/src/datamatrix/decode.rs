//! From the modules of a Data Matrix symbol, each with how sure it is, to its content. ISO/IEC 16022, 5.2 to 5.7.

use super::layout::Size;
use crate::guard::quietly;
use crate::reed_solomon::{self, Codeword};
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
/// surer; `places` are the modules of its codewords; `codewords` and `data` are room.
pub(crate) fn read(
    size: &Size,
    places: &[[usize; 8]],
    darkness: &[f32],
    codewords: &mut Vec<Codeword>,
    data: &mut Vec<u8>,
) -> Option<Content> {
    codewords.clear();
    codewords.extend(places.iter().map(|modules| {
        modules.iter().fold((0, f32::MAX), |(byte, sureness), place| {
            let value = darkness.get(*place).copied().unwrap_or(0.0);
            (byte << 1 | u8::from(value > 0.0), sureness.min(value.abs()))
        })
    }));
    let checks = size.checks / size.blocks;
    data.clear();
    data.resize(size.data, 0);
    let mut spare = 1.0_f32;
    let (mut block, mut bytes) = ([(0, 0.0); reed_solomon::MOST], [0; reed_solomon::MOST]);
    for first in 0..size.blocks {
        let of_block = codewords.iter().skip(first).step_by(size.blocks);
        let length = of_block.len();
        for (codeword, read) in block.iter_mut().zip(of_block) {
            *codeword = *read;
        }
        let left = reed_solomon::DATA_MATRIX.corrected(block.get(..length)?, checks, 0, &mut bytes)?;
        for (place, byte) in data.iter_mut().skip(first).step_by(size.blocks).zip(bytes) {
            *place = byte;
        }
        spare = spare.min(left);
    }
    let text = quietly(|| {
        decoded_bit_stream_parser::decode(data, false)
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
