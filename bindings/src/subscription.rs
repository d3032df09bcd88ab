//! Being told of changes. Every listener is told the present value first, then the latest of each change, then that it is over;
//! from a thread of the companion's, one call at a time, never while a lock is held. A listener that blocks delays itself alone.

use alloclap_core::companion::{self, Told};
use std::sync::Arc;

/// Why a listener could not take a call: it threw.
#[derive(Debug, uniffi::Error)]
pub enum ListenerError {
    /// The foreign code threw. It is logged as a warning, and the listener is called again at the next change.
    Threw {
        /// What it said.
        why: String,
    },
}

impl std::fmt::Display for ListenerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Threw { why } = self;
        write!(f, "the listener threw: {why}")
    }
}

impl std::error::Error for ListenerError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Threw { why: error.reason }
    }
}

/// Somebody watches. Cancelling or dropping it ends that; so does the end of what is watched.
#[derive(uniffi::Object)]
pub struct Subscription {
    inner: companion::Subscription,
}

impl Subscription {
    pub(crate) fn new(inner: companion::Subscription) -> Arc<Self> {
        Arc::new(Self { inner })
    }
}

#[uniffi::export]
impl Subscription {
    /// Ends it: no further call begins. Any thread, returns at once. No I/O.
    pub fn cancel(&self) {
        self.inner.cancel();
    }

    /// Whether it is over: cancelled, or what was watched has ended. Any thread, returns at once. No I/O.
    pub fn is_over(&self) -> bool {
        self.inner.is_over()
    }
}

/// Passes on what a listener is told; a listener that throws costs nobody anything but a line in the log.
pub(crate) fn pass_on<T>(
    told: Told<T>,
    changed: impl FnOnce(T) -> Result<(), ListenerError>,
    ended: impl FnOnce() -> Result<(), ListenerError>,
) {
    let taken = match told {
        Told::Now(value) => changed(value),
        Told::Ended => ended(),
    };
    if let Err(error) = taken {
        tracing::warn!("{error}");
    }
}
