//! Reading flashcodes from a camera's frames and from still pictures. What they say is answered by the catalogue.

use crate::house::{House, Open};
use alloclap_core::companion::{self, CompanionError, SeenCode, SeenFrame};
use std::sync::Arc;

/// A camera that is held at something. Any thread may call any method; frames wait for each other, and for nothing else, least of all
/// for a sync.
#[derive(uniffi::Object)]
pub struct Scanner {
    pub(crate) house: Arc<House>,
    pub(crate) camera: Arc<Open<companion::Scanner>>,
}

#[uniffi::export]
impl Scanner {
    /// Looks at the camera's next frame of 8-bit luma, `row_stride` bytes from row to row; it is not copied. Each code is new once
    /// until it leaves the picture. Computes on the calling thread, which should be the camera's. No I/O.
    pub fn frame(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        row_stride: u32,
    ) -> Result<SeenFrame, CompanionError> {
        self.camera
            .with(|camera| camera.frame(luma, width, height, row_stride))
    }

    /// The codes in a still picture of 8-bit luma; it is not copied. All effort: some ten milliseconds where a code stands out, up
    /// to some seconds where nothing can be read, so call it off the main thread. No I/O.
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
