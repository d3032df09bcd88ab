//! The network port on reqwest: rustls with AWS-LC and Mozilla's roots, HTTP/2 where it is offered.

use super::fetch::{FetchError, Fetcher, Reply, Request, Unreached};
use futures_util::{FutureExt, StreamExt, future::BoxFuture};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use std::{error::Error, sync::Arc, time::Duration};
use url::Url;

/// Redirects that are followed; a static host needs one or two.
const MAX_REDIRECTS: usize = 5;
/// How long a connection may take to be made, TLS included: three rounds on a bad mobile network, with a resend each.
const CONNECT: Duration = Duration::from_secs(15);
/// What servers read in their logs.
const USER_AGENT: &str = concat!("AlloClap/", env!("CARGO_PKG_VERSION"));

/// Fetches over HTTP and HTTPS.
///
/// Plain `http` is for loopback and the local network; from `https` no redirect leads back to it. No cookies, no referer,
/// no proxy of the system's, no decoding of bodies.
#[derive(Debug, Clone)]
pub struct HttpFetcher {
    client: reqwest::Client,
}

impl HttpFetcher {
    /// A fetcher that gives up on a connection when no byte comes for so long.
    ///
    /// # Errors
    /// [`FetchError::Refused`] if TLS cannot be set up, which no input can cause.
    pub fn new(stall: Duration) -> Result<Self, FetchError> {
        Self::trusting(stall, &[])
    }

    /// The same, believing besides the authorities of these certificates (DER): those of an administration's own network.
    ///
    /// # Errors
    /// [`FetchError::Refused`] if one is no certificate.
    pub fn trusting(stall: Duration, more_roots: &[Vec<u8>]) -> Result<Self, FetchError> {
        let refused = |error: &dyn Error| FetchError::Refused {
            kind: Unreached::Other,
            why: format!("TLS cannot be set up: {error}"),
        };
        let mut roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for root in more_roots {
            let root = rustls::pki_types::CertificateDer::from(root.as_slice());
            roots.add(root).map_err(|error| refused(&error))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // A TLS set-up that is handed in must name these itself, or every server is asked over HTTP/1.1.
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .default_headers(HeaderMap::from_iter([(
                header::ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            )]))
            .referer(false)
            .no_proxy()
            .redirect(Policy::custom(redirect))
            .connect_timeout(CONNECT)
            .http2_adaptive_window(true)
            .read_timeout(stall)
            .build()
            .map_err(|error| refused(&error))?;
        Ok(Self { client })
    }
}

fn redirect(attempt: Attempt) -> reqwest::redirect::Action {
    match may_redirect(attempt.previous(), attempt.url()) {
        Ok(()) => attempt.follow(),
        Err(refused) => attempt.error(refused),
    }
}

/// What is told of a redirect loop.
const TOO_MANY: &str = "it redirects more than five times";

/// Whether a request that went to `previous` may go on to `next`.
fn may_redirect(previous: &[Url], next: &Url) -> Result<(), RedirectRefused> {
    if previous.len() > MAX_REDIRECTS {
        return Err(RedirectRefused(TOO_MANY));
    }
    if previous.iter().any(|url| url.scheme() == "https") && next.scheme() != "https" {
        return Err(RedirectRefused(
            "it redirects from https to http, where anyone could change it",
        ));
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
struct RedirectRefused(&'static str);

impl Fetcher for HttpFetcher {
    fn fetch(&self, request: Request) -> BoxFuture<'_, Result<Reply, FetchError>> {
        let mut get = self.client.get(request.url);
        if request.from_byte > 0 {
            get = get.header(header::RANGE, format!("bytes={}-", request.from_byte));
        }
        async move {
            let response = get.send().await.map_err(failure)?;
            let headers = response.headers();
            let text = |name: HeaderName| {
                headers
                    .get(name)
                    .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            };
            Ok(Reply {
                status: response.status().as_u16(),
                content_length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
                content_range: text(header::CONTENT_RANGE),
                content_encoding: text(header::CONTENT_ENCODING),
                retry_after: text(header::RETRY_AFTER),
                body: response
                    .bytes_stream()
                    .map(|piece| piece.map_err(failure))
                    .boxed(),
            })
        }
        .boxed()
    }
}

/// Takes what can be told to a person from an error of reqwest's: the innermost reason, never the whole chain.
fn failure(error: reqwest::Error) -> FetchError {
    let mut why: &dyn Error = &error;
    let mut kind = Unreached::Other;
    loop {
        kind = kind_of(why).unwrap_or(kind);
        match why.source() {
            Some(deeper) => why = deeper,
            None => break,
        }
    }
    let why = why.to_string();
    if error.is_redirect() || error.is_builder() {
        FetchError::Refused { kind, why }
    } else if error.is_timeout() && !error.is_connect() {
        FetchError::Stalled
    } else {
        FetchError::Network { kind, why }
    }
}

/// The kind of one error of a chain, if it says.
fn kind_of(error: &(dyn Error + 'static)) -> Option<Unreached> {
    use std::io::ErrorKind as K;
    if let Some(error) = error.downcast_ref::<std::io::Error>() {
        return match error.kind() {
            K::ConnectionRefused | K::HostUnreachable | K::TimedOut => Some(Unreached::NobodyAnswers),
            K::NetworkUnreachable | K::NetworkDown => Some(Unreached::NoSuchHost),
            K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => {
                Some(Unreached::Cut)
            }
            _ => None,
        };
    }
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref::<rustls::Error>() {
        return Some(Unreached::Certificate);
    }
    if let Some(RedirectRefused(why)) = error.downcast_ref::<RedirectRefused>() {
        return Some(if *why == TOO_MANY {
            Unreached::TooManyRedirects
        } else {
            Unreached::InsecureRedirect
        });
    }
    let said = error.to_string();
    if said.contains("dns error") {
        Some(Unreached::NoSuchHost)
    } else if said.contains("incomplete message") || said.contains("error reading a body") {
        Some(Unreached::Cut)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secure_address_never_leads_to_an_insecure_one() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (plain, secure) = (url("http://h/"), url("https://h/"));
        assert!(may_redirect(std::slice::from_ref(&plain), &secure).is_ok());
        assert!(
            may_redirect(std::slice::from_ref(&plain), &plain).is_ok(),
            "a box on the local network may move a folder"
        );
        assert!(may_redirect(std::slice::from_ref(&secure), &plain).is_err());
        assert!(
            may_redirect(&[plain.clone(), secure.clone()], &plain).is_err(),
            "not by a detour either"
        );
        assert!(may_redirect(&vec![secure.clone(); 5], &secure).is_ok());
        assert!(may_redirect(&vec![secure.clone(); 6], &secure).is_err());
    }
}
