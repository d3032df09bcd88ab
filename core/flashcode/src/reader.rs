//! One picture, every code in it.

use crate::budget::Budget;
use crate::code::Code;
use crate::ladder::STILL;
use crate::luma::{FrameError, LumaView};

/// The most pixels that are worked on; a larger picture is shrunk first. All that is computed from so many fits into 150 MB.
const MOST_WORKED_ON: usize = 13_000_000;

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
        frame.check()?;
        let Some(picture) = frame.picture(frame.whole()) else {
            return Ok(vec![]);
        };
        // Beyond what is worked on, light is noise anyway; and memory has an end.
        let factor = (1..)
            .find(|factor| picture.pixels.len() / (factor * factor) <= MOST_WORKED_ON)
            .unwrap_or(1);
        let shrunk = if factor > 1 { picture.shrunk(factor) } else { None };
        let picture = shrunk.unwrap_or(picture);
        let mut codes = vec![];
        for rung in STILL {
            let more = rung.read(&picture, &codes, Budget::UNLIMITED).codes;
            add(&mut codes, more);
        }
        Ok(codes.iter().map(|code| code.scaled(factor as f32)).collect())
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
