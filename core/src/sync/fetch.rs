//! The network as a port: one GET, its answer's head, its body piece by piece. Whatever implements it sends
//! `Accept-Encoding: identity`, never decodes a body, follows at most five redirects and none from https to http.

use bytes::Bytes;
use futures_util::{future::BoxFuture, stream::BoxStream};
use url::Url;

/// A file to be fetched, from a byte on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its address.
    pub url: Url,
    /// The first byte that is wanted; above 0 this is sent as `Range: bytes=N-`.
    pub from_byte: u64,
}

/// An answer: its head, and its body still to be read.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Length`, if given and a number.
    pub content_length: Option<u64>,
    /// `Content-Range`, if given.
    pub content_range: Option<String>,
    /// `Content-Encoding`, if given.
    pub content_encoding: Option<String>,
    /// `Retry-After`, if given.
    pub retry_after: Option<String>,
    /// The body, as it is sent.
    pub body: BoxStream<'static, Result<Bytes, FetchError>>,
}

/// Why a host was not reached, by what can be said about it in anybody's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreached {
    /// There is no host of that name, or no network to ask.
    NoSuchHost,
    /// The host is there, and nobody answers.
    NobodyAnswers,
    /// The connection was cut.
    Cut,
    /// Nothing came for too long.
    Silent,
    /// Its certificate does not prove that it is that host.
    Certificate,
    /// It sends from one address to the next without end.
    TooManyRedirects,
    /// It sends from a secure address to an insecure one.
    InsecureRedirect,
    /// Something else, which only the words tell.
    Other,
}

/// Why a fetch failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The host was not found, did not answer, or cut the connection: worth another try.
    #[error("{why}")]
    Network {
        /// The kind of trouble.
        kind: Unreached,
        /// What the system or a library says.
        why: String,
    },
    /// The answer cannot be accepted and would be the same again: a redirect loop, https redirected to http.
    #[error("{why}")]
    Refused {
        /// The kind of trouble.
        kind: Unreached,
        /// What the system or a library says.
        why: String,
    },
    /// Nothing came for too long.
    #[error("nothing came for too long")]
    Stalled,
}

/// Fetches files over a network. Called on the caller's runtime; several fetches at once.
pub trait Fetcher: Send + Sync {
    /// Sends the request and returns when the answer's head is there. Dropping the future or the body closes the
    /// exchange.
    fn fetch(&self, request: Request) -> BoxFuture<'_, Result<Reply, FetchError>>;
}
