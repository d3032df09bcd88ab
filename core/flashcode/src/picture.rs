//! A grey picture, with what the search and the sampling need of it: other sizes, light levels between pixels, and means over boxes in
//! constant time. Pictures borrow their pixels: a frame as the phone gave it, or room that is kept from frame to frame.
#![expect(
    clippy::indexing_slicing,
    reason = "a pixel kernel: every index is clamped to the picture just before"
)]

use crate::budget::Budget;
use crate::luma::Region;

/// Grey values, row after row, each `stride` bytes after the one before. At least one pixel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Picture<'a> {
    pixels: &'a [u8],
    pub(crate) width: usize,
    pub(crate) height: usize,
    stride: usize,
}

impl<'a> Picture<'a> {
    /// Nothing if there are no pixels, or fewer than the sizes say.
    pub(crate) fn new(pixels: &'a [u8], width: usize, height: usize, stride: usize) -> Option<Self> {
        let needed = stride.checked_mul(height.checked_sub(1)?)?.checked_add(width)?;
        (width > 0 && stride >= width && pixels.len() >= needed).then_some(Self {
            pixels,
            width,
            height,
            stride,
        })
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

    /// A part; nothing if there are no pixels in it.
    pub(crate) fn part(&self, region: Region) -> Option<Self> {
        let region = self.whole().within(region);
        let (width, height) = (
            region.right.checked_sub(region.left)?,
            region.bottom.checked_sub(region.top)?,
        );
        if width == 0 || height == 0 {
            return None;
        }
        let pixels = self.pixels.get(region.top * self.stride + region.left..)?;
        Self::new(pixels, width, height, self.stride)
    }

    /// The number of pixels.
    pub(crate) fn area(&self) -> usize {
        self.width * self.height
    }

    /// The pixels of a row.
    pub(crate) fn row(&self, y: usize) -> &'a [u8] {
        &self.pixels[y * self.stride..][..self.width]
    }

    /// The light level at a position between pixels (the centre of the first is 0.5, 0.5), from the four around it; beyond the edge that of
    /// the edge.
    pub(crate) fn light(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (fx, fy) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize| f32::from(self.pixels[y * self.stride + x]);
        let upper = at(left, top) + (at(right, top) - at(left, top)) * fx;
        let lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * fx;
        upper + (lower - upper) * fy
    }

    /// Each `factor` × `factor` pixels as one, their mean; nothing if less than a pixel would be left, or if time is over.
    pub(crate) fn shrunk<'b>(
        &self,
        factor: usize,
        budget: Budget<'_>,
        room: &'b mut Vec<u8>,
    ) -> Option<Picture<'b>> {
        let (width, height) = (self.width / factor, self.height / factor);
        room.clear();
        if factor == 2 {
            for y in 0..height {
                if budget.is_over_at(y) {
                    return None;
                }
                let (upper, lower) = (self.row(2 * y), self.row(2 * y + 1));
                let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
                room.extend(pairs.map(|(a, b)| {
                    let sum = [a[0], a[1], b[0], b[1]].map(u16::from).iter().sum::<u16>();
                    ((sum + 2) / 4) as u8
                }));
            }
        } else {
            let share = (factor * factor) as u32;
            for y in 0..height {
                if budget.is_over_at(y) {
                    return None;
                }
                for x in 0..width {
                    let mut sum = share / 2;
                    for row in y * factor..(y + 1) * factor {
                        let pixels = &self.row(row)[x * factor..(x + 1) * factor];
                        sum += pixels.iter().map(|p| u32::from(*p)).sum::<u32>();
                    }
                    room.push((sum / share) as u8);
                }
            }
        }
        Picture::new(room, width, height, width)
    }

    /// Twice the size, light levels in between interpolated; nothing if time is over.
    pub(crate) fn doubled<'b>(&self, budget: Budget<'_>, room: &'b mut Vec<u8>) -> Option<Picture<'b>> {
        let (width, height) = (self.width * 2, self.height * 2);
        room.clear();
        for y in 0..height {
            if budget.is_over_at(y) {
                return None;
            }
            for x in 0..width {
                room.push(self.light((x as f32 + 0.5) / 2.0, (y as f32 + 0.5) / 2.0) as u8);
            }
        }
        Picture::new(room, width, height, width)
    }

    /// Black for white.
    pub(crate) fn inverted<'b>(&self, room: &'b mut Vec<u8>) -> Option<Picture<'b>> {
        room.clear();
        for y in 0..self.height {
            room.extend(self.row(y).iter().map(|p| 255 - p));
        }
        Picture::new(room, self.width, self.height, self.width)
    }
}

/// Sums over all rectangles of a picture.
#[derive(Debug, Default)]
pub(crate) struct BoxSums {
    sums: Vec<u32>,
    width: usize,
    height: usize,
}

impl BoxSums {
    /// The sums of a picture, in the room of those before; not of all of it if time is over.
    pub(crate) fn fill(&mut self, picture: &Picture<'_>, budget: Budget<'_>) {
        let stride = picture.width + 1;
        (self.width, self.height) = (picture.width, picture.height);
        // What was there before is overwritten, but for the row above the first.
        self.sums.resize(stride * (picture.height + 1), 0);
        self.sums[..stride].fill(0);
        for y in 0..picture.height {
            if budget.is_over_at(y) {
                return;
            }
            let (above, rest) = self.sums.split_at_mut((y + 1) * stride);
            let (above, below) = (&above[y * stride..], &mut rest[..stride]);
            below[0] = 0;
            let mut row = 0_u32;
            for ((sum, above), pixel) in below[1..].iter_mut().zip(&above[1..]).zip(picture.row(y)) {
                row += u32::from(*pixel);
                // Wraps beyond 16 million white pixels; differences of wrapped sums are right all the same.
                *sum = above.wrapping_add(row);
            }
        }
    }

    /// Makes room for so many sums.
    pub(crate) fn reserve(&mut self, sums: usize) {
        self.sums.reserve(sums.saturating_sub(self.sums.len()));
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
