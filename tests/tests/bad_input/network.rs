//! Addresses without a guide, and servers that hold a broken one.

use crate::{CODE, complains, folder, still_answers};
use alloclap_tests::{Server, alloclap, copy, guide, text};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// A server that answers every request alike.
fn answering(head: &'static str, body: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("a port"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = write!(
                stream,
                "{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(body);
        }
    });
    url
}

#[test]
fn an_address_without_a_guide_is_told_and_the_old_guide_stays() {
    let phone = copy(&guide().phone);
    let sync = |url: &str| alloclap(&["sync", url, "--data", &text(phone.path())]);
    for url in [
        "hello",
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://",
        "http://user@/",
    ] {
        complains(sync(url), &[url]);
    }
    let page = answering(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html",
        b"<!doctype html><title>Bienvenue</title>",
    );
    complains(sync(&page), &[&page, "publisher"]);
    let gone = answering("HTTP/1.1 404 Not Found", b"nothing");
    complains(sync(&gone), &[&gone, "404", "address"]);
    let unsigned = answering("HTTP/1.1 200 OK", b"{\"format\":9}");
    complains(sync(&unsigned), &[&unsigned, "signatures"]);
    let nothing = answering("HTTP/1.1 200 OK", b"");
    complains(sync(&nothing), &[&nothing]);
    // The server of the shared guide has gone: so does every town's, one day.
    let ran = alloclap(&["sync", "--data", &text(phone.path()), "--json"]);
    let events = ran.objects();
    complains(ran, &[&guide().url, "connection"]);
    assert_eq!(events[events.len() - 1]["event"], "failed", "{events:?}");
    still_answers(phone.path());
    let empty = folder();
    complains(alloclap(&["sync", "--data", &text(empty.path())]), &["address"]);
    complains(
        alloclap(&[
            "sync",
            "https://nobody.example/",
            "--forget",
            "--data",
            &text(phone.path()),
        ]),
        &["nobody.example"],
    );
}

#[test]
fn a_publication_that_is_broken_on_its_server_is_refused_whole() {
    let public = copy(&guide().publication);
    let phone = copy(&guide().phone);
    let pack = first_file(&public.path().join("packs"));
    let mut bytes = fs::read(&pack).expect("a pack");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&pack, bytes).expect("a pack");
    let server = Server::start(public.path());
    let fresh = folder();
    complains(
        alloclap(&["sync", &server.url, "--data", &text(fresh.path())]),
        &[&server.url],
    );
    let panel = alloclap(&["panel", CODE, "--data", &text(fresh.path())]);
    assert_eq!(panel.code, 1, "half a guide was installed: {}", panel.stdout);
    fs::write(public.path().join("metadata/timestamp.json"), "{\"signed\":").expect("a timestamp");
    complains(
        alloclap(&["sync", &server.url, "--data", &text(phone.path())]),
        &[&server.url],
    );
    still_answers(phone.path());
}

fn first_file(folder: &Path) -> PathBuf {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    let first = entries.remove(0);
    if first.is_dir() { first_file(&first) } else { first }
}
