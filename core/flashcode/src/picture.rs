//! A grey picture that belongs to us, with what the search and the sampling need of it: other sizes, light levels between pixels, and means
//! over boxes in constant time.
#![expect(
    clippy::indexing_slicing,
    reason = "a pixel kernel: every index is clamped to the picture just before"
)]

use crate::luma::{LumaView, Region};

/// Grey values, row after row without padding. At least one pixel.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) pixels: Vec<u8>,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Picture {
    /// The light level at a position between pixels (the centre of the first is 0.5, 0.5), from the four around it; beyond the edge that of
    /// the edge.
    pub(crate) fn light(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (fx, fy) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize| f32::from(self.pixels[y * self.width + x]);
        let upper = at(left, top) + (at(right, top) - at(left, top)) * fx;
        let lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * fx;
        upper + (lower - upper) * fy
    }

    /// All of it.
    pub(crate) fn whole(&self) -> Region {
        Region {
            left: 0,
            top: 0,
            right: self.width,
            bottom: self.height,
        }
    }

    /// A copy of a part; nothing if there are no pixels in it.
    pub(crate) fn part(&self, region: Region) -> Option<Self> {
        let view = LumaView {
            data: &self.pixels,
            width: u32::try_from(self.width).ok()?,
            height: u32::try_from(self.height).ok()?,
            row_stride: u32::try_from(self.width).ok()?,
        };
        view.picture(region)
    }

    /// Each `factor` × `factor` pixels as one, their mean; nothing if less than a pixel would be left.
    pub(crate) fn shrunk(&self, factor: usize) -> Option<Self> {
        let (width, height) = (self.width / factor, self.height / factor);
        if width == 0 || height == 0 {
            return None;
        }
        let share = (factor * factor) as u32;
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let mut sum = share / 2;
                for row in y * factor..(y + 1) * factor {
                    let from = row * self.width + x * factor;
                    sum += self.pixels[from..from + factor]
                        .iter()
                        .map(|p| u32::from(*p))
                        .sum::<u32>();
                }
                pixels.push((sum / share) as u8);
            }
        }
        Some(Self {
            pixels,
            width,
            height,
        })
    }

    /// Twice the size, light levels in between interpolated.
    pub(crate) fn doubled(&self) -> Self {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                pixels.push(self.light((x as f32 + 0.5) / 2.0, (y as f32 + 0.5) / 2.0) as u8);
            }
        }
        Self {
            pixels,
            width,
            height,
        }
    }

    /// Black for white.
    pub(crate) fn inverted(&self) -> Self {
        Self {
            pixels: self.pixels.iter().map(|p| 255 - p).collect(),
            ..*self
        }
    }
}

/// Sums over all rectangles of a picture.
#[derive(Debug)]
pub(crate) struct BoxSums {
    sums: Vec<u32>,
    width: usize,
    height: usize,
}

impl BoxSums {
    pub(crate) fn new(picture: &Picture) -> Self {
        let (width, height) = (picture.width, picture.height);
        let mut sums = vec![0_u32; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0_u32;
            for x in 0..width {
                row += u32::from(picture.pixels[y * width + x]);
                // Wraps beyond 16 million white pixels; differences of wrapped sums are right all the same.
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1].wrapping_add(row);
            }
        }
        Self { sums, width, height }
    }

    /// The sums over everything above a row and left of each column, the first being 0.
    pub(crate) fn row(&self, y: usize) -> &[u32] {
        &self.sums[y * (self.width + 1)..(y + 1) * (self.width + 1)]
    }

    /// The mean over the square of `2 · reach + 1` pixels around a position, as far as it lies in the picture.
    pub(crate) fn mean(&self, x: f32, y: f32, reach: usize) -> f32 {
        let x = (x.max(0.0) as usize).min(self.width - 1);
        let y = (y.max(0.0) as usize).min(self.height - 1);
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(self.height));
        let stride = self.width + 1;
        let sum = self.sums[bottom * stride + right]
            .wrapping_sub(self.sums[top * stride + right])
            .wrapping_sub(self.sums[bottom * stride + left])
            .wrapping_add(self.sums[top * stride + left]);
        sum as f32 / ((right - left) * (bottom - top)) as f32
    }
}
