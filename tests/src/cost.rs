//! What a sync costs: requests, bytes and memory. For tests and benches that promise a price.

use alloclap_core::sync::{FetchError, Fetcher, HttpFetcher, Options, Reply, Request};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The network as an app has it, and how much of it was used.
pub struct Counting {
    http: HttpFetcher,
    requests: AtomicU64,
    bytes: Arc<AtomicU64>,
}

impl Counting {
    /// Over HTTP, with these options.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(options: &Options) -> Result<Arc<Self>, FetchError> {
        Ok(Arc::new(Self {
            http: HttpFetcher::new(options.stall)?,
            requests: AtomicU64::new(0),
            bytes: Arc::default(),
        }))
    }

    /// Requests that were made.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Bytes of bodies that came.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Fetcher for Counting {
    fn fetch(&self, request: Request) -> BoxFuture<'_, Result<Reply, FetchError>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let mut reply = self.http.fetch(request).await?;
            let bytes = Arc::clone(&self.bytes);
            reply.body = reply
                .body
                .inspect(move |piece| {
                    let came = piece.as_ref().map_or(0, |piece| piece.len() as u64);
                    bytes.fetch_add(came, Ordering::Relaxed);
                })
                .boxed();
            Ok(reply)
        })
    }
}

/// The most memory that this process has held so far, in KiB; 0 where the system does not tell.
pub fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|text| text.trim().trim_end_matches("kB").trim().parse().ok())
        .unwrap_or_default()
}
