//! The frame as a caller hands it over, and what makes one impossible to read.

use crate::code::Point;
use crate::picture::Picture;

/// Largest frame that is read, in pixels; more than any phone's preview and most phones' photos, and 50 MB at most.
pub const MAX_PIXELS: u64 = 50_000_000;

/// A picture of 8-bit luma: 0 is black, 255 is white. Borrowed, never copied unless a step needs another size.
#[derive(Debug, Clone, Copy)]
pub struct LumaView<'a> {
    /// The rows from top to bottom, each `row_stride` bytes after the one before. The last row may end after its last pixel.
    pub data: &'a [u8],
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bytes from the beginning of a row to the next; at least `width`.
    pub row_stride: u32,
}

/// A frame that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No pixels.
    #[error("a frame of {width} × {height} pixels is empty: hand over the camera's size in pixels")]
    Empty {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// More pixels than are read.
    #[error("a frame of {width} × {height} pixels is larger than {MAX_PIXELS} pixels: scale it down")]
    TooLarge {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// Rows that overlap.
    #[error(
        "a row stride of {row_stride} bytes is shorter than a row of {width} pixels: hand over the plane's own stride"
    )]
    Stride {
        /// Pixels in a row.
        width: u32,
        /// Bytes from row to row.
        row_stride: u32,
    },
    /// Fewer bytes than the sizes say.
    #[error(
        "{found} bytes of luma, where {needed} are needed for the frame's size and stride: hand over the whole plane"
    )]
    Short {
        /// Bytes that there are.
        found: u64,
        /// Bytes that there must be.
        needed: u64,
    },
}

/// A part of a frame in whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) left: usize,
    pub(crate) top: usize,
    /// The first column and row that are outside.
    pub(crate) right: usize,
    pub(crate) bottom: usize,
}

impl Region {
    /// The rectangle around some places, larger on each side by a part of its own size.
    pub(crate) fn around(places: &[Point; 4], margin: f32) -> Self {
        let (mut left, mut top, mut right, mut bottom) = (f32::MAX, f32::MAX, 0.0_f32, 0.0_f32);
        for place in places {
            (left, top) = (left.min(place.x), top.min(place.y));
            (right, bottom) = (right.max(place.x), bottom.max(place.y));
        }
        let more = margin * (right - left).max(bottom - top);
        // From floats to whole numbers `as` stays within bounds: what is below 0 becomes 0.
        Self {
            left: (left - more) as usize,
            top: (top - more) as usize,
            right: (right + more).ceil() as usize,
            bottom: (bottom + more).ceil() as usize,
        }
    }

    /// The part of another region that is within this one.
    pub(crate) fn within(self, other: Self) -> Self {
        Self {
            left: other.left.max(self.left),
            top: other.top.max(self.top),
            right: other.right.min(self.right),
            bottom: other.bottom.min(self.bottom),
        }
    }

    pub(crate) fn middle(self) -> Point {
        Point {
            x: (self.left + self.right) as f32 / 2.0,
            y: (self.top + self.bottom) as f32 / 2.0,
        }
    }
}

impl LumaView<'_> {
    /// Whether the sizes fit together.
    pub(crate) fn check(&self) -> Result<(), FrameError> {
        let Self {
            data,
            width,
            height,
            row_stride,
        } = *self;
        self.check_size()?;
        if row_stride < width {
            return Err(FrameError::Stride { width, row_stride });
        }
        let needed = u64::from(row_stride) * (u64::from(height) - 1) + u64::from(width);
        let found = data.len() as u64;
        if found < needed {
            Err(FrameError::Short { found, needed })
        } else {
            Ok(())
        }
    }

    /// Whether there are pixels, and not too many.
    pub(crate) fn check_size(&self) -> Result<(), FrameError> {
        let Self { width, height, .. } = *self;
        if width == 0 || height == 0 {
            return Err(FrameError::Empty { width, height });
        }
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(FrameError::TooLarge { width, height });
        }
        Ok(())
    }

    /// The picture of a frame whose sizes fit together.
    pub(crate) fn picture(&self) -> Option<Picture<'_>> {
        let [width, height, stride] = [self.width, self.height, self.row_stride].map(usize::try_from);
        // A single row may have any stride.
        Picture::new(
            self.data,
            width.ok()?,
            height.ok()?,
            if self.height == 1 {
                width.ok()?
            } else {
                stride.ok()?
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(len: usize, width: u32, height: u32, row_stride: u32) -> Option<FrameError> {
        LumaView {
            data: &vec![0; len],
            width,
            height,
            row_stride,
        }
        .check()
        .err()
    }

    #[test]
    fn sizes_that_do_not_fit_are_named() {
        assert_eq!(error(0, 0, 5, 0), Some(FrameError::Empty { width: 0, height: 5 }));
        assert_eq!(
            error(9, u32::MAX, u32::MAX, u32::MAX),
            Some(FrameError::TooLarge {
                width: u32::MAX,
                height: u32::MAX
            })
        );
        assert_eq!(
            error(9, 3, 3, 2),
            Some(FrameError::Stride {
                width: 3,
                row_stride: 2
            })
        );
        assert_eq!(
            error(10, 3, 3, 4),
            Some(FrameError::Short {
                found: 10,
                needed: 11
            })
        );
        assert_eq!(
            error(11, 3, 3, 4),
            None,
            "the last row of a camera's plane may lack its padding"
        );
        assert_eq!(error(9, 3, 1, u32::MAX), None);
    }

    #[test]
    fn padding_is_not_part_of_a_row() {
        let view = LumaView {
            data: &[1, 2, 9, 3, 4],
            width: 2,
            height: 2,
            row_stride: 3,
        };
        let picture = view.picture().expect("fits");
        assert_eq!([picture.row(0), picture.row(1)], [[1, 2], [3, 4]]);
    }
}
