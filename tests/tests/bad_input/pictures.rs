//! Pictures that are none, or too many pixels.

use crate::{complains, file, folder};
use alloclap_tests::{sample, text, visitor};
use std::fs;

#[test]
fn a_picture_that_is_none_is_told_and_the_others_are_read() {
    let folder = folder();
    let whole = fs::read(sample("photos/saint-bonnet-easy.jpg")).expect("a photo");
    let bad = [
        file(&folder, "notes.png", "no picture"),
        file(&folder, "empty.jpg", ""),
        file(&folder, "cut.jpg", &whole[..300]),
        file(&folder, "huge.png", png_of_zeros(20_000, 20_000, 1, 0)),
        // 8,000 × 8,000 pixels of eight bytes: 3 MB that would unfold to half a gigabyte.
        file(&folder, "bomb.png", png_of_zeros(8_000, 8_000, 16, 6)),
        text(&folder.path().join("missing.png")),
        text(folder.path()),
    ];
    for picture in &bad {
        complains(visitor(&["scan", picture]), &[picture]);
    }
    complains(visitor(&["scan", &bad[3]]), &["20000 × 20000 pixels", "smaller"]);
    let small = file(&folder, "blank.png", png_of_zeros(64, 64, 8, 0));
    let ran = visitor(&["scan", &bad[0], &small, "--json"]);
    let objects = ran.objects();
    complains(ran, &["notes.png"]);
    assert!(
        objects[0]["error"].is_string() && objects[1]["codes"].is_array(),
        "the rest goes on: {objects:?}"
    );
}

/// A PNG of nothing but zeros, compressed by hand as far as deflate goes (1:1030).
fn png_of_zeros(width: u32, height: u32, bits: u8, colour: u8) -> Vec<u8> {
    let samples = if colour == 6 { 4 } else { 1 };
    let row = (u64::from(width) * samples * u64::from(bits)).div_ceil(8) + 1;
    let bytes = row * u64::from(height);
    // One fixed Huffman block: a literal 0, then matches of 258 bytes one byte back (285, distance 0), then single zeros.
    let mut deflated = Bits(Vec::new(), 0);
    deflated.push(0b110, 3);
    deflated.push(0b0011_0000, 8);
    for _ in 0..(bytes - 1) / 258 {
        deflated.push(0b1_1000_1010_0000, 13);
    }
    for _ in 0..(bytes - 1) % 258 {
        deflated.push(0b0011_0000, 8);
    }
    deflated.push(0, 7);
    let adler = u32::try_from(bytes % 65_521).expect("a remainder") << 16 | 1;
    let zlib = [&[0x78, 0x01], &deflated.0[..], &adler.to_be_bytes()].concat();
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[bits, colour, 0, 0, 0],
    ]
    .concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", header), (b"IDAT", zlib), (b"IEND", Vec::new())] {
        png.extend(u32::try_from(content.len()).expect("a chunk").to_be_bytes());
        let chunk = [&kind[..], &content].concat();
        png.extend(&chunk);
        png.extend(crc(&chunk).to_be_bytes());
    }
    png
}

/// Bits as deflate packs them, and how many of the last byte are taken.
struct Bits(Vec<u8>, u32);

impl Bits {
    /// Appends the lowest `count` bits, the highest of them first.
    fn push(&mut self, bits: u32, count: u32) {
        for at in (0..count).rev() {
            if self.1 == 0 {
                self.0.push(0);
            }
            let last = self.0.len() - 1;
            self.0[last] |= u8::try_from(bits >> at & 1).expect("a bit") << self.1;
            self.1 = (self.1 + 1) % 8;
        }
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !bytes.iter().fold(!0, step)
}
