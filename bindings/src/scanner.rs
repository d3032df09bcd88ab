//! Reading flashcodes from camera frames. What they say is answered by the catalogue.

use crate::house::House;
use alloclap_core::companion::{CompanionError, SeenCode};
use std::sync::Arc;

/// Reads flashcodes. No I/O; it waits for nothing, least of all for a sync.
#[derive(uniffi::Object)]
pub struct Scanner {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl Scanner {
    /// The codes in a frame of 8-bit luma, `row_stride` bytes from row to row; the frame is not copied. Computes for some
    /// milliseconds on the calling thread, which should be the camera's. No I/O.
    pub fn scan(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        row_stride: u32,
    ) -> Result<Vec<SeenCode>, CompanionError> {
        self.house
            .with(|companion| companion.scan(luma, width, height, row_stride))
    }
}
