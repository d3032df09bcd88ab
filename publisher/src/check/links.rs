//! Whether the addresses in a source lead anywhere: asked of the web itself, and therefore on request only.

use super::{Check, check_all};
use crate::source::{Finding, FindingKind, Source};
use alloclap_core::sync::{FetchError, Fetcher, HttpFetcher, Request, Unreached};
use futures_util::{StreamExt, stream};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use url::Url;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// Addresses that are asked at once.
const AT_ONCE: usize = 8;

/// What an address did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Something is there, or something that does not like to be asked by programs.
    Alive,
    /// Nothing is there, says its server.
    Gone(u16),
    /// Nobody answers.
    Silent,
}

/// The addresses that lead nowhere. Goes to the network, and blocks for as long as that takes.
///
/// # Errors
/// The network cannot be set up on this machine.
pub fn dead_links(source: &Source) -> Result<Vec<Finding>, FetchError> {
    let mut check = Check::of(source);
    check_all(&mut check);
    let asked: BTreeSet<String> = check.links.iter().map(|(_, address)| address.clone()).collect();
    let fetcher = HttpFetcher::new(PATIENCE)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| FetchError::Refused {
            kind: Unreached::Other,
            why: error.to_string(),
        })?;
    let answers: HashMap<String, Answer> = runtime.block_on(async {
        let asking: Vec<_> = asked
            .into_iter()
            .map(|address| async {
                let answer = ask(&fetcher, &address).await;
                (address, answer)
            })
            .collect();
        stream::iter(asking).buffer_unordered(AT_ONCE).collect().await
    });
    let found = check.links.into_iter().filter_map(|(place, address)| {
        let status = match answers.get(&address)? {
            Answer::Alive => return None,
            Answer::Gone(status) => Some(*status),
            Answer::Silent => None,
        };
        Some(Finding {
            severity: place.severity,
            file: place.file,
            line: place.line,
            field: Some(place.field),
            what: FindingKind::DeadLink { address, status },
        })
    });
    Ok(found.collect())
}

async fn ask(fetcher: &HttpFetcher, address: &str) -> Answer {
    // An address that is none is told by the check that needs no network.
    let Some(url) = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
    else {
        return Answer::Alive;
    };
    let request = Request { url, from_byte: 0 };
    match tokio::time::timeout(PATIENCE, fetcher.fetch(request)).await {
        // Only what cannot be meant otherwise: many sites refuse programs with 403, 405 or 429.
        Ok(Ok(reply)) if matches!(reply.status, 404 | 410) => Answer::Gone(reply.status),
        Ok(Ok(_) | Err(FetchError::Refused { .. })) => Answer::Alive,
        Ok(Err(_)) | Err(_) => Answer::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    #[test]
    fn what_is_gone_is_found_and_what_refuses_programs_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = [0; 2048];
                let read = stream.read(&mut head).unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let status = head
                    .split(' ')
                    .nth(1)
                    .unwrap_or("/500")
                    .trim_start_matches('/')
                    .to_owned();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
            }
        });
        let closed = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("publication.toml"),
            format!(
                "format = 1\nid = \"town\"\nname = \"Town\"\nlanguages = [\"fr\"]\nsite = \"http://127.0.0.1:{port}/404\"\n\
                 supporters = [{{ name = \"A\", address = \"http://127.0.0.1:{port}/200\" }}, \
                 {{ name = \"B\", address = \"http://127.0.0.1:{port}/403\" }}, \
                 {{ name = \"C\", address = \"http://127.0.0.1:{closed}/\" }}]\n"
            ),
        )
        .unwrap();
        let (source, _) = crate::source::read(folder.path()).unwrap();
        let found = dead_links(&source).unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|finding| (finding.field.clone().unwrap(), finding.what.clone()))
            .collect();
        assert_eq!(
            told,
            [
                (
                    "site".to_owned(),
                    FindingKind::DeadLink {
                        address: format!("http://127.0.0.1:{port}/404"),
                        status: Some(404)
                    }
                ),
                (
                    "supporters.3.address".to_owned(),
                    FindingKind::DeadLink {
                        address: format!("http://127.0.0.1:{closed}/"),
                        status: None
                    }
                ),
            ]
        );
    }
}
