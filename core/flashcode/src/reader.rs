//! One picture, every code in it.

use crate::code::Code;
use crate::ladder::LADDER;
use crate::luma::{FrameError, LumaView};
use crate::picture::Picture;

/// Reads the codes in a frame. Holds no state: the same frame gives the same codes.
#[derive(Debug, Clone, Default)]
pub struct Reader {}

impl Reader {
    /// A reader with its default effort.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every code in the frame, each symbol once; none is no error. Blocks while it computes, up to some seconds on a large picture in
    /// which nothing can be read.
    ///
    /// # Errors
    /// When width, height, stride and bytes do not fit together, or there are more than [`crate::MAX_PIXELS`] pixels.
    pub fn read(&self, frame: &LumaView<'_>) -> Result<Vec<Code>, FrameError> {
        let pixels: Vec<u8> = frame.rows()?.flatten().copied().collect();
        let picture = Picture {
            pixels,
            width: frame.width as usize,
            height: frame.height as usize,
        };
        let mut codes = vec![];
        for rung in LADDER {
            let more = rung.read(&picture, &codes);
            add(&mut codes, more);
        }
        Ok(codes)
    }
}

fn add(codes: &mut Vec<Code>, more: Vec<Code>) {
    for code in more {
        if !codes.iter().any(|known| known.is_same_symbol(&code)) {
            codes.push(code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn noise_holds_no_code_and_stops_nobody(width in 1_u32..90, height in 1_u32..90, padding in 0_u32..5, seed: u64) {
            let row_stride = width + padding;
            let mut state = seed | 1;
            let data: Vec<u8> = (0..row_stride * height).map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[4]
            }).collect();
            let codes = Reader::new().read(&LumaView { data: &data, width, height, row_stride });
            prop_assert_eq!(codes, Ok(vec![]), "a text was made up from noise");
        }
    }
}
