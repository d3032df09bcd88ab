//! What a companion and a browser rely on, asked over a real socket.

use super::*;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

const HASH: &str = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .head
            .lines()
            .find(|line| line.to_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }
}

/// A folder with a publication's shapes, and a secret beside it.
fn published() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::create_dir_all(out.join("media")).unwrap();
    fs::write(out.join("index.json"), "{}").unwrap();
    fs::write(out.join("media").join(HASH), "hello world").unwrap();
    fs::write(out.join(".build-cache.json"), "secret").unwrap();
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let server = serve(&out, "127.0.0.1:0".parse().unwrap()).unwrap();
    (folder, server)
}

fn ask(server: &Server, request: &str, headers: &str) -> Answer {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head,
        body: bytes[end + 4..].to_vec(),
    }
}

#[test]
fn a_download_goes_on_where_it_was_cut() {
    let (_folder, server) = published();
    let whole = ask(&server, &format!("GET /media/{HASH}"), "");
    assert_eq!((whole.status, whole.body.as_slice()), (200, &b"hello world"[..]));
    assert_eq!(whole.header("etag"), Some(format!("\"{HASH}\"").as_str()));
    assert_eq!(
        whole.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );

    let if_range = format!("Range: bytes=6-\r\nIf-Range: \"{HASH}\"\r\n");
    for headers in ["Range: bytes=6-\r\n", if_range.as_str()] {
        let rest = ask(&server, &format!("GET /media/{HASH}"), headers);
        assert_eq!(
            (rest.status, rest.body.as_slice()),
            (206, &b"world"[..]),
            "{headers}"
        );
        assert_eq!(rest.header("content-range"), Some("bytes 6-10/11"));
    }
    let changed = ask(
        &server,
        &format!("GET /media/{HASH}"),
        "Range: bytes=6-\r\nIf-Range: \"other\"\r\n",
    );
    assert_eq!(
        (changed.status, changed.body.len()),
        (200, 11),
        "a range of another file was sent"
    );
    assert_eq!(
        ask(&server, &format!("GET /media/{HASH}"), "Range: bytes=99-\r\n").status,
        416
    );
}

#[test]
fn an_unchanged_index_costs_no_body_and_a_changed_one_is_sent() {
    let (folder, server) = published();
    let first = ask(&server, "GET /index.json", "");
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let condition = format!("If-None-Match: {}\r\n", first.header("etag").unwrap());
    let again = ask(&server, "GET /index.json", &condition);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), first.header("etag"));
    // Same length, same second: only its bytes tell.
    fs::write(folder.path().join("out/index.json"), "[]").unwrap();
    let changed = ask(&server, "GET /index.json", &condition);
    assert_eq!((changed.status, changed.body.as_slice()), (200, &b"[]"[..]));
}

#[test]
fn nothing_but_the_publication_is_handed_out() {
    let (_folder, server) = published();
    for path in [
        "/",
        "/media",
        "/media/",
        "/../secret.txt",
        "/media/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/.build-cache.json",
        "//etc/passwd",
        "/nothing",
    ] {
        let answer = ask(&server, &format!("GET {path}"), "");
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            !answer.body.windows(6).any(|window| window == b"secret"),
            "{path} was handed out"
        );
    }
    assert_eq!(
        ask(&server, "POST /index.json", "Content-Length: 0\r\n").status,
        405
    );
    let head = ask(&server, "HEAD /index.json", "");
    assert_eq!(
        (head.status, head.body.len(), head.header("content-length")),
        (200, 0, Some("2"))
    );
}

#[test]
fn a_missing_folder_and_a_taken_port_are_told() {
    let (folder, server) = published();
    assert!(matches!(
        serve(Path::new("/nowhere/at/all"), server.address()),
        Err(ServeError::NoFolder(_))
    ));
    assert!(matches!(
        serve(folder.path(), server.address()),
        Err(ServeError::Address { .. })
    ));
    let address = server.address();
    server.stop();
    assert!(
        TcpStream::connect(address).is_err(),
        "a stopped server still answers"
    );
}
