//! The camera's frames, for a shell's preview.

use alloclap_core::companion::{self, CompanionError, SeenFrame};
use std::sync::Arc;

/// A camera that is held at something: make one when the camera opens, and hand it every frame.
#[derive(uniffi::Object)]
pub struct Scanner {
    inner: companion::Scanner,
}

#[uniffi::export]
impl Scanner {
    /// A scanner that spends about `budget_ms` milliseconds on each frame; 12 suit 30 frames a second.
    #[uniffi::constructor]
    pub fn new(budget_ms: u32) -> Arc<Self> {
        Arc::new(Self {
            inner: companion::Scanner::new(budget_ms),
        })
    }

    /// Looks at the next frame of 8-bit luma, `row_stride` bytes from row to row; it is not copied. Computes on the calling thread, which
    /// should be the camera's. No I/O. What a code means is `Companion.answer`'s work.
    pub fn frame(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        row_stride: u32,
    ) -> Result<SeenFrame, CompanionError> {
        self.inner.frame(luma, width, height, row_stride)
    }
}
