//! Codes that are encoded and distorted as a camera distorts them, for the tests of the reader.
#![allow(dead_code, reason = "each test takes its own part of it")]
#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use alloclap_flashcode::{LumaView, Symbology};
use rxing::{BarcodeFormat, Writer};

pub const WIDTH: usize = 320;
pub const HEIGHT: usize = 240;

/// How a code is seen.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Its middle, from that of the frame, in pixels.
    pub middle: (f32, f32),
    /// Turned, in degrees.
    pub turn_deg: f32,
    /// Pixels to a module in the middle.
    pub module: f32,
    /// How much the far side is smaller, as a part.
    pub tilt: f32,
    /// Light of dark and light modules.
    pub ink: (f32, f32),
    /// The most that noise adds or takes away.
    pub noise: f32,
    pub seed: u64,
}

/// From the front, in the middle.
pub const FRONT: View = View {
    middle: (0.0, 0.0),
    turn_deg: 0.0,
    module: 4.0,
    tilt: 0.0,
    ink: (40.0, 220.0),
    noise: 0.0,
    seed: 1,
};

/// A frame of a code on grey ground, by four samples a pixel.
pub fn frame(text: &str, symbology: Symbology, view: View) -> Vec<u8> {
    let encoded = match symbology {
        Symbology::QrCode => rxing::qrcode::QRCodeWriter.encode(text, &BarcodeFormat::QR_CODE, 0, 0),
        Symbology::DataMatrix => {
            rxing::datamatrix::DataMatrixWriter.encode(text, &BarcodeFormat::DATA_MATRIX, 0, 0)
        }
    };
    let bits = encoded.expect("the text fits into a code");
    let (columns, rows) = (bits.getWidth() as f32, bits.getHeight() as f32);
    let (sin, cos) = view.turn_deg.to_radians().sin_cos();
    let mut state = view.seed | 1;
    let mut data = Vec::with_capacity(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let mut sum = 0.0;
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let (px, py) = (
                    x as f32 + dx - WIDTH as f32 / 2.0 - view.middle.0,
                    y as f32 + dy - HEIGHT as f32 / 2.0 - view.middle.1,
                );
                let depth = 1.0 - view.tilt * py / HEIGHT as f32;
                let (px, py) = (px / depth / view.module, py / depth / view.module);
                let (u, v) = (
                    px * cos + py * sin + columns / 2.0,
                    py * cos - px * sin + rows / 2.0,
                );
                let quiet = 3.0;
                let inside = (-quiet..columns + quiet).contains(&u) && (-quiet..rows + quiet).contains(&v);
                let dark = u >= 0.0 && v >= 0.0 && u < columns && v < rows && bits.get(u as u32, v as u32);
                sum += if dark {
                    view.ink.0
                } else if inside {
                    view.ink.1
                } else {
                    110.0
                };
            }
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let noise = ((state >> 40) as f32 / (1 << 23) as f32 - 1.0) * view.noise;
            data.push((sum / 4.0 + noise).clamp(0.0, 255.0) as u8);
        }
    }
    data
}

pub fn view_of(data: &[u8]) -> LumaView<'_> {
    LumaView {
        data,
        width: WIDTH as u32,
        height: HEIGHT as u32,
        row_stride: WIDTH as u32,
    }
}
