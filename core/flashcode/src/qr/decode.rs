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
/// Reads a symbol. `darkness` has a value for each module, row after row: above 0 dark, below 0 light, the farther the surer. `codewords` and
/// `data` are room.
pub(crate) fn read(
    layout: &Layout,
    darkness: &[f32],
    codewords: &mut Vec<Codeword>,
    data: &mut Vec<u8>,
) -> Option<Content> {
    let size = layout.size;
    let version = (size - 17) / 4;
    let at = |x: usize, y: usize| darkness.get(y * size + x).copied().unwrap_or(0.0);
    let places = format_places(size);
    let mut formats: [(f32, u16); 32] = [(0.0, 0); 32];
    for ((format, word), data) in formats.iter_mut().zip(FORMATS).zip(0..) {
        let agreement = places.iter().enumerate().map(|(i, places)| {
            let sign = if word >> (14 - i) & 1 == 1 { 1.0 } else { -1.0 };
            places
                .iter()
                .map(|(x, y)| sign * at(*x, *y).clamp(-1.0, 1.0))
                .sum::<f32>()
        });
        *format = (agreement.sum(), data);
    }
    formats.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    formats.iter().take(FORMATS_TRIED).find_map(|(_, format)| {
        take_codewords(layout, darkness, (format & 7) as u8, codewords);
        content(version, format >> 3, codewords, data)
    })
}

fn take_codewords(layout: &Layout, darkness: &[f32], mask: u8, codewords: &mut Vec<Codeword>) {
    codewords.clear();
    codewords.extend(layout.data_order.chunks_exact(8).map(|modules| {
        modules.iter().fold((0, f32::MAX), |(byte, sureness), i| {
            let value = darkness.get(*i).copied().unwrap_or(0.0);
            let bit = (value > 0.0) != masked(mask, i % layout.size, i / layout.size);
            (byte << 1 | u8::from(bit), sureness.min(value.abs()))
        })
    }));
}

fn content(version: usize, level: u16, codewords: &[Codeword], data: &mut Vec<u8>) -> Option<Content> {
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
    let sizes = || {
        groups.getECBlocks().iter().flat_map(|group| {
            std::iter::repeat_n(group.getDataCodewords() as usize, group.getCount() as usize)
        })
    };
    let blocks = Blocks {
        count: sizes().count(),
        least: sizes().min()?,
        whole: sizes().sum(),
        longer_from: sizes()
            .position(|size| Some(size) != sizes().min())
            .unwrap_or_default(),
    };
    let mut spare = 1.0_f32;
    let (mut block, mut bytes) = ([(0, 0.0); reed_solomon::MOST], [0; reed_solomon::MOST]);
    data.clear();
    for (at, size) in sizes().enumerate() {
        let places = (0..size)
            .map(|i| blocks.data_place(at, i))
            .chain((0..checks).map(|i| blocks.check_place(at, i)));
        for (codeword, place) in block.iter_mut().zip(places) {
            *codeword = *codewords.get(place)?;
        }
        let left = reed_solomon::QR.corrected(
            block.get(..size + checks)?,
            checks,
            spared(version, level, checks),
            &mut bytes,
        )?;
        data.extend_from_slice(bytes.get(..size)?);
        spare = spare.min(left);
    }
    let decoded = quietly(|| {
        DecodeBitStream(data, known, level)
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

/// How blocks are interleaved: codeword by codeword, block by block; the longer blocks, one codeword more, come last. ISO/IEC 18004, 7.6.
struct Blocks {
    count: usize,
    /// Data codewords of the shorter blocks, and of all together.
    least: usize,
    whole: usize,
    /// The number of the first longer block; 0 if all are alike.
    longer_from: usize,
}

impl Blocks {
    fn data_place(&self, block: usize, i: usize) -> usize {
        if i < self.least {
            i * self.count + block
        } else {
            self.least * self.count + block.saturating_sub(self.longer_from)
        }
    }

    fn check_place(&self, block: usize, i: usize) -> usize {
        self.whole + i * self.count + block
    }
}
