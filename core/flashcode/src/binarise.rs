//! Black or white for every pixel, by the light around it.
#![expect(
    clippy::indexing_slicing,
    reason = "a pixel kernel: all indices run over the picture's own width and height"
)]

use crate::picture::{BoxSums, Picture};

/// Black (1) or white (0) for every pixel of a picture.
#[derive(Debug, Clone)]
pub(crate) struct Bitmap {
    pub(crate) bits: Vec<u8>,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// Light levels, of 255, by which a pixel must be darker than its surroundings: less is noise on an even surface.
const LEAST_DARKER: f32 = 6.0;

impl Bitmap {
    /// Whether the pixel is black; white beyond the edge.
    pub(crate) fn black(&self, x: i32, y: i32) -> bool {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return false;
        };
        x < self.width && y < self.height && self.bits[y * self.width + x] == 1
    }

    pub(crate) fn row(&self, y: usize) -> &[u8] {
        &self.bits[y * self.width..(y + 1) * self.width]
    }
}

/// Black is what is darker than the mean of the square of `2 · reach + 1` pixels around it.
pub(crate) fn by_surroundings(picture: &Picture, sums: &BoxSums, reach: usize) -> Bitmap {
    let mut bits = Vec::with_capacity(picture.pixels.len());
    for y in 0..picture.height {
        for x in 0..picture.width {
            let mean = sums.mean(x as f32, y as f32, reach);
            let light = f32::from(picture.pixels[y * picture.width + x]);
            bits.push(u8::from(light + LEAST_DARKER.min(mean * 0.1) < mean));
        }
    }
    Bitmap {
        bits,
        width: picture.width,
        height: picture.height,
    }
}
