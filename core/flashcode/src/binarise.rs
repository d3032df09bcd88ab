//! Black or white for every pixel, by the light around it.
#![expect(
    clippy::indexing_slicing,
    reason = "a pixel kernel: all indices run over the picture's own width and height"
)]

use crate::budget::Budget;
use crate::picture::{BoxSums, Picture};

/// Black (1) or white (0) for every pixel of a picture.
#[derive(Debug, Default)]
pub(crate) struct Bitmap {
    pub(crate) bits: Vec<u8>,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// Light levels, of 255, by which a pixel must be darker than its surroundings: less is noise on an even surface.
const LEAST_DARKER: f32 = 6.0;
/// The same as a part of the surroundings' light, in the dark.
const LEAST_PART: f32 = 0.1;

impl Bitmap {
    /// Whether the pixel at a place is black; white beyond the edge.
    pub(crate) fn black(&self, x: f32, y: f32) -> bool {
        if x < 0.0 || y < 0.0 {
            return false;
        }
        let (x, y) = (x as u32 as usize, y as u32 as usize);
        x < self.width && y < self.height && self.bits[y * self.width + x] == 1
    }

    pub(crate) fn row(&self, y: usize) -> &[u8] {
        &self.bits[y * self.width..(y + 1) * self.width]
    }
}

/// Black is what is darker than the mean of the square of `2 · reach + 1` pixels around it. Overwrites `bitmap`, in its room; not all of it if
/// time is over.
pub(crate) fn by_surroundings(
    picture: &Picture<'_>,
    sums: &BoxSums,
    reach: usize,
    budget: Budget<'_>,
    bitmap: &mut Bitmap,
) {
    let (width, height) = (picture.width, picture.height);
    (bitmap.width, bitmap.height) = (width, height);
    bitmap.bits.resize(width * height, 0);
    let bits = &mut bitmap.bits;
    let inner = reach.min(width)..width.saturating_sub(reach + 1).max(reach.min(width));
    for y in 0..height {
        if budget.is_over_at(y) {
            return;
        }
        let (row, pixels) = (y * width, picture.row(y));
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        for x in (0..inner.start).chain(inner.end..width) {
            let mean = sums.mean(x as f32, y as f32, reach);
            let light = f32::from(pixels[x]);
            bits[row + x] = u8::from(light + LEAST_DARKER.min(mean * LEAST_PART) < mean);
        }
        if inner.is_empty() {
            continue;
        }
        // Away from the sides all squares in a row have the same area, and the compiler can take many at a time.
        let share = 1.0 / ((bottom - top) * (2 * reach + 1)) as f32;
        let (above, below) = (sums.row(top), sums.row(bottom));
        let span = inner.len();
        let lefts = above[inner.start - reach..][..span]
            .iter()
            .zip(&below[inner.start - reach..][..span]);
        let rights = above[inner.start + reach + 1..][..span]
            .iter()
            .zip(&below[inner.start + reach + 1..][..span]);
        let lights = &pixels[inner.clone()];
        let places = &mut bits[row + inner.start..row + inner.end];
        for (((bit, light), (top_left, bottom_left)), (top_right, bottom_right)) in
            places.iter_mut().zip(lights).zip(lefts).zip(rights)
        {
            let sum = bottom_right
                .wrapping_sub(*top_right)
                .wrapping_sub(*bottom_left)
                .wrapping_add(*top_left);
            let mean = sum as i32 as f32 * share;
            *bit = u8::from(f32::from(*light) + LEAST_DARKER.min(mean * LEAST_PART) < mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_way_along_a_row_is_the_plain_one() {
        let (width, height) = (61, 23);
        let pixels: Vec<u8> = (0..width * height).map(|i| (i * i % 251) as u8).collect();
        let picture = Picture::new(&pixels, width, height, width).expect("fits");
        let (mut sums, mut bitmap) = (BoxSums::default(), Bitmap::default());
        sums.fill(&picture, Budget::UNLIMITED);
        for reach in [1, 7, 40] {
            by_surroundings(&picture, &sums, reach, Budget::UNLIMITED, &mut bitmap);
            for (i, pixel) in pixels.iter().enumerate() {
                let mean = sums.mean((i % width) as f32, (i / width) as f32, reach);
                let dark = f32::from(*pixel) + LEAST_DARKER.min(mean * LEAST_PART) < mean;
                assert_eq!(bitmap.bits[i] == 1, dark, "pixel {i} with reach {reach}");
            }
        }
    }
}
