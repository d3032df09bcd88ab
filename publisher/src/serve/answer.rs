//! One request → one response.

use alloclap_core::catalogue::model::BlobHash;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_staticfile::{AcceptEncoding, Body, ResolveResult, ResolvedFile, Resolver, ResponseBuilder};
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// Files that are named by their hash never change.
const HASHED: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Others are asked for each time, and answered with "not modified" when they are not.
const NAMED: HeaderValue = HeaderValue::from_static("no-cache");
/// Larger files without a hash in their name get no strong entity tag: hashing them for each request costs too much.
const MOST_HASHED_BYTES: u64 = 4 << 20;

/// Answers a request with a file, or a part of one.
pub(super) async fn answer(root: Arc<Path>, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refusal = empty(StatusCode::METHOD_NOT_ALLOWED);
        refusal
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Ok(refusal);
    }
    let path = request.uri().path();
    if !is_plain(path) {
        return Ok(empty(StatusCode::NOT_FOUND));
    }
    let resolver = Resolver::new(root.as_ref());
    let found = match resolver.resolve_path(path, AcceptEncoding::none()).await {
        Ok(ResolveResult::Found(found)) => found,
        // A folder is not listed, and what may not be read is not spoken of.
        Ok(_) => return Ok(empty(StatusCode::NOT_FOUND)),
        Err(_) => return Ok(empty(StatusCode::INTERNAL_SERVER_ERROR)),
    };
    let hash = hash_in_name(&found.path);
    let mut found = found;
    let tag = match &hash {
        Some(hash) => Some(format!("\"{hash}\"")),
        None => tag_of_bytes(&mut found).await?,
    };
    let asked = request.headers();
    if tag
        .as_ref()
        .is_some_and(|tag| names(asked.get(header::IF_NONE_MATCH), tag))
    {
        let mut same = empty(StatusCode::NOT_MODIFIED);
        decorate(same.headers_mut(), tag.as_deref(), hash.is_some());
        return Ok(same);
    }

    let mut builder = ResponseBuilder::new();
    builder.request(&request);
    let files = &mut builder.file_response_builder;
    if asked.contains_key(header::IF_NONE_MATCH) {
        // RFC 9110, 13.2.2: the time is not looked at when the tag was asked about.
        files.if_modified_since = None;
    }
    if files.if_range.is_some() && files.if_range == tag {
        // The tag is the file's: the range may be sent. Any other condition is left to the library, which knows the time.
        files.if_range = None;
    }
    if found.content_type.is_none() {
        found.content_type = Some("application/octet-stream".into());
    }
    let mut response = builder
        .build(ResolveResult::Found(found))
        .map_err(io::Error::other)?;
    decorate(response.headers_mut(), tag.as_deref(), hash.is_some());
    Ok(response)
}

/// Whether a path names a file in the folder and nothing else: no step upwards, no hidden name, nothing encoded.
fn is_plain(path: &str) -> bool {
    let parts = path.strip_prefix('/').unwrap_or_default();
    !path.contains(['%', '\\', ':', '\0'])
        && parts
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// The hash that a file is named by: `packs/<sha256>.json.zst`, `media/<sha256>`.
fn hash_in_name(path: &Path) -> Option<BlobHash> {
    path.file_name()?.to_str()?.split('.').next()?.parse().ok()
}

/// A strong entity tag: the hash of the very bytes that are about to be sent.
async fn tag_of_bytes(found: &mut ResolvedFile) -> io::Result<Option<String>> {
    if found.size > MOST_HASHED_BYTES {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    found.handle.read_to_end(&mut bytes).await?;
    found.handle.rewind().await?;
    let digits: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Some(format!("\"{digits}\"")))
}

/// Whether `If-None-Match` names a tag; weak and strong ones compare alike there (RFC 9110, 13.1.2).
fn names(asked: Option<&HeaderValue>, tag: &str) -> bool {
    let asked = asked.and_then(|asked| asked.to_str().ok()).unwrap_or_default();
    asked
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

fn decorate(headers: &mut HeaderMap, tag: Option<&str>, hashed: bool) {
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, if hashed { HASHED } else { NAMED });
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = status;
    response
}
