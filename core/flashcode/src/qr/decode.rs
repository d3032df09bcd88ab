//! From the modules of a QR Code, each with how sure it is, to its content. ISO/IEC 18004, 7.
//!
//! Format and codewords are read softly: a module that could be either counts little, and codewords with such modules may be
//! given up as erasures, so that glare costs one check codeword where an error costs two.

use super::layout::{Layout, format_places, masked};
use crate::guard::quietly;
use crate::reed_solomon::{self, Codeword};
use rxing::qrcode::common::{ErrorCorrectionLevel, Version};
use rxing::qrcode::cpp_port::decoder::DecodeBitStream;

/// What a symbol says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    pub(crate) text: Option<String>,
    pub(crate) bytes: Vec<u8>,
    /// The share of error correction that is left in the worst block.
    pub(crate) spare: f32,
}

/// The 32 format words with their check bits, XORed with the standard's mask. Computed as the standard's BCH (15, 5) code.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which would stop at a wrong index"
)]
const FORMATS: [u16; 32] = {
    let mut words = [0; 32];
    let mut data = 0;
    while data < 32 {
        let mut rest = (data as u32) << 10;
        let mut bit = 14;
        while bit >= 10 {
            if rest >> bit & 1 == 1 {
                rest ^= 0x537 << (bit - 10);
            }
            bit -= 1;
        }
        words[data] = ((data as u32) << 10 | rest) as u16 ^ 0x5412;
        data += 1;
    }
    words
};

/// Formats that are tried, the likeliest first.
const FORMATS_TRIED: usize = 2;
/// Reads a symbol. `darkness` has a value for each module, row after row: above 0 dark, below 0 light, the farther the surer.
pub(crate) fn read(layout: &Layout, darkness: &[f32]) -> Option<Content> {
    let size = layout.size;
    let version = (size - 17) / 4;
    let at = |x: usize, y: usize| darkness.get(y * size + x).copied().unwrap_or(0.0);
    let mut formats: Vec<(f32, u16)> = (0..32_u16)
        .zip(FORMATS)
        .map(|(data, word)| {
            let agreement = format_places(size).into_iter().enumerate().map(|(i, places)| {
                let sign = if word >> (14 - i) & 1 == 1 { 1.0 } else { -1.0 };
                places
                    .iter()
                    .map(|(x, y)| sign * at(*x, *y).clamp(-1.0, 1.0))
                    .sum::<f32>()
            });
            (agreement.sum(), data)
        })
        .collect();
    formats.sort_by(|a, b| b.0.total_cmp(&a.0));
    formats.iter().take(FORMATS_TRIED).find_map(|(_, format)| {
        let codewords = codewords(layout, darkness, (format & 7) as u8);
        content(version, format >> 3, &codewords)
    })
}

fn codewords(layout: &Layout, darkness: &[f32], mask: u8) -> Vec<Codeword> {
    layout
        .data_order
        .chunks_exact(8)
        .map(|modules| {
            modules.iter().fold((0, f32::MAX), |(byte, sureness), i| {
                let value = darkness.get(*i).copied().unwrap_or(0.0);
                let bit = (value > 0.0) != masked(mask, i % layout.size, i / layout.size);
                (byte << 1 | u8::from(bit), sureness.min(value.abs()))
            })
        })
        .collect()
}

fn content(version: usize, level: u16, codewords: &[Codeword]) -> Option<Content> {
    let known = Version::getVersionForNumber(u32::try_from(version).ok()?).ok()?;
    // The two bits of the level as the standard numbers them: 01 L, 00 M, 11 Q, 10 H.
    let level = match level {
        1 => ErrorCorrectionLevel::L,
        0 => ErrorCorrectionLevel::M,
        3 => ErrorCorrectionLevel::Q,
        _ => ErrorCorrectionLevel::H,
    };
    let groups = known.getECBlocksForLevel(level);
    let checks = groups.getECCodewordsPerBlock() as usize;
    let sizes: Vec<usize> = groups
        .getECBlocks()
        .iter()
        .flat_map(|group| std::iter::repeat_n(group.getDataCodewords() as usize, group.getCount() as usize))
        .collect();
    let mut spare = 1.0_f32;
    let mut data = vec![];
    for block in blocks(&sizes, checks, codewords)? {
        let (corrected, left) = reed_solomon::QR.corrected(&block, checks, spared(version, level, checks))?;
        data.extend(corrected);
        spare = spare.min(left);
    }
    let decoded = quietly(|| {
        DecodeBitStream(&data, known, level)
            .ok()
            .filter(|decoded| decoded.isValid())
    })??;
    let bytes = decoded.content().bytes().to_vec();
    let text = quietly(|| decoded.text()).filter(|text| !text.is_empty());
    (!bytes.is_empty()).then_some(Content { text, bytes, spare })
}

/// Codewords that the standard keeps for detecting errors only. ISO/IEC 18004, table 9, note b.
fn spared(version: usize, level: ErrorCorrectionLevel, checks: usize) -> usize {
    match (version, level, checks) {
        (1, ErrorCorrectionLevel::L, _) => 3,
        (1, ErrorCorrectionLevel::M, _) | (2, ErrorCorrectionLevel::L, _) => 2,
        (1, _, _) | (3, ErrorCorrectionLevel::L, _) => 1,
        _ => 0,
    }
}

/// Takes the interleaved blocks apart. ISO/IEC 18004, 7.6.
fn blocks(sizes: &[usize], checks: usize, codewords: &[Codeword]) -> Option<Vec<Vec<Codeword>>> {
    let mut blocks: Vec<Vec<Codeword>> = vec![vec![]; sizes.len()];
    let mut stream = codewords.iter().copied();
    for i in 0..*sizes.iter().max()? {
        for (block, _) in blocks.iter_mut().zip(sizes).filter(|(_, size)| i < **size) {
            block.push(stream.next()?);
        }
    }
    for _ in 0..checks {
        for block in &mut blocks {
            block.push(stream.next()?);
        }
    }
    Some(blocks)
}
