//! Frames as phones give them that are not luma alone → luma. YUV formats begin with it and are borrowed; BGRA is computed, into room of
//! the caller's.

use crate::luma::{FrameError, LumaView};

/// Shares of red, green and blue in luma, of 256: ITU-R BT.601, as JPEG and camera previews have it.
const SHARES: [u32; 3] = [77, 150, 29];
/// Bytes of a BGRA pixel.
const BGRA: u32 = 4;

impl<'a> LumaView<'a> {
    /// The luma of one block of NV21 (or NV12): its rows, then half as many rows of the two colours in turn, with the same stride. Not
    /// copied. Planes that come apart (YUV420) need nothing but this view of their first.
    ///
    /// # Errors
    /// When sizes and bytes do not fit together, the colours among them.
    pub fn of_nv21(data: &'a [u8], width: u32, height: u32, row_stride: u32) -> Result<Self, FrameError> {
        let view = Self {
            data,
            width,
            height,
            row_stride,
        };
        view.check()?;
        // The colours' last row may end after its last pixel.
        let (stride, rows) = (
            u64::from(row_stride),
            u64::from(height) + u64::from(height.div_ceil(2)),
        );
        let needed = stride * (rows - 1) + u64::from(width.div_ceil(2)) * 2;
        let found = data.len() as u64;
        if found < needed {
            return Err(FrameError::Short { found, needed });
        }
        Ok(view)
    }

    /// The luma of BGRA pixels, computed into `room`, whose memory is used again from frame to frame.
    ///
    /// # Errors
    /// When sizes and bytes do not fit together.
    pub fn of_bgra(
        data: &[u8],
        width: u32,
        height: u32,
        row_stride: u32,
        room: &'a mut Vec<u8>,
    ) -> Result<Self, FrameError> {
        let row_bytes = width
            .checked_mul(BGRA)
            .ok_or(FrameError::TooLarge { width, height })?;
        Self {
            data: &[],
            width,
            height,
            row_stride: width,
        }
        .check_size()?;
        // A row of bytes is checked as a row of so many pixels is.
        if row_stride < row_bytes {
            return Err(FrameError::Stride {
                width: row_bytes,
                row_stride,
            });
        }
        let needed = u64::from(row_stride) * (u64::from(height) - 1) + u64::from(row_bytes);
        let found = data.len() as u64;
        if found < needed {
            return Err(FrameError::Short { found, needed });
        }
        room.clear();
        for row in data.chunks(row_stride as usize).take(height as usize) {
            let (pixels, _) = row.as_chunks::<{ BGRA as usize }>();
            room.extend(pixels.iter().take(width as usize).map(|[blue, green, red, _]| {
                let light = [*red, *green, *blue].map(u32::from);
                let sum: u32 = light.iter().zip(SHARES).map(|(light, share)| light * share).sum();
                (sum >> 8) as u8
            }));
        }
        Ok(Self {
            data: room,
            width,
            height,
            row_stride: width,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_luma_of_nv21_is_its_first_rows() {
        let data: Vec<u8> = (0..4 * 3 + 4 * 2).collect();
        let view = LumaView::of_nv21(&data, 3, 3, 4).expect("fits");
        assert_eq!((view.width, view.height, view.row_stride), (3, 3, 4));
        assert_eq!(
            LumaView::of_nv21(&data[..19], 3, 3, 4).err(),
            Some(FrameError::Short {
                found: 19,
                needed: 20
            }),
            "a block without its colours is another format"
        );
        assert!(LumaView::of_nv21(&data, 0, 3, 4).is_err() && LumaView::of_nv21(&data, 5, 3, 4).is_err());
    }

    #[test]
    fn the_luma_of_bgra_weighs_its_colours() {
        let mut room = vec![7; 3];
        let data = [[255, 255, 255, 0], [0, 0, 0, 255], [0, 255, 0, 9]].concat();
        let view = LumaView::of_bgra(&data, 3, 1, 12, &mut room).expect("fits");
        assert_eq!(view.data, [255, 0, 149]);
        for (width, height, stride) in [(3, 1, 11), (3, 2, 12), (0, 1, 12), (u32::MAX, 1, u32::MAX)] {
            assert!(
                LumaView::of_bgra(&data, width, height, stride, &mut Vec::new()).is_err(),
                "{width} × {height} with {stride} bytes a row is taken"
            );
        }
    }
}
