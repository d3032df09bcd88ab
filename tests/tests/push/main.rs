//! A publication pushed to each kind of host that can be had here: a folder, rsync, and a real S3-compatible server on
//! loopback. Phones sync from what was pushed.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod garage;

use alloclap_tests::{Ran, alloclap, build, command, copy, sample, text, tool};
use serde_json::Value;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The samples as a publication, and a second edition of it that lacks a recording.
fn editions() -> (TempDir, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = copy(&sample("saint-bonnet"));
    build(source.path(), folder.path());
    (folder, source)
}

fn done(ran: Ran) -> Value {
    let mut objects = ran.ok().objects();
    objects.pop().expect("a push tells what it did")
}

fn syncs(url: &str) {
    let phone = tempfile::tempdir().expect("a temporary folder");
    let at = text(phone.path());
    alloclap(&["sync", url, "--data", &at]).ok();
    let panel = alloclap(&["panel", "YKW3-QPT9", "--data", &at]).ok().stdout;
    assert!(panel.contains("Korkoro"), "what was pushed is no guide: {panel}");
}

/// Pushes two editions, and holds what was promised of each.
fn journey(public: &Path, source: &Path, push: impl Fn(&[&str]) -> Ran) {
    let first = done(push(&[]));
    assert!(first["sent"].as_u64() > Some(10), "{first}");
    let again = done(push(&[]));
    assert!(
        again["sent"].as_u64() < Some(6),
        "what was there was sent again: {again}"
    );
    // Some editions later nothing references the files of the first one; a build keeps those of the latest.
    let panels = source.join("panels/montmartre.toml");
    let words = fs::read_to_string(&panels).expect("the panels");
    for edition in 2..=6 {
        let changed = words.replace("Amélie's café", &format!("Amélie's café (edition {edition})"));
        fs::write(&panels, changed).expect("a hand edit");
        build(source, public);
    }
    let second = done(push(&[]));
    assert!(
        second["waiting"].as_u64() > Some(0) && second["removed"] == 0,
        "phones that began with the old edition lose its files: {second}"
    );
    let last = done(push(&["--grace", "0"]));
    assert!(
        last["removed"].as_u64() > Some(0) && last["waiting"] == 0,
        "{last}"
    );
}

#[test]
fn a_folder_is_served_as_it_was_built() {
    let (public, source) = editions();
    let to = tempfile::tempdir().expect("a temporary folder");
    let host = to.path().join("www");
    journey(public.path(), source.path(), |more| {
        let (from, host) = (text(public.path()), text(&host));
        let words = [&["publish", "push", from.as_str(), host.as_str(), "--json"], more].concat();
        alloclap(&words)
    });
    let server = alloclap_tests::Server::start(&host);
    syncs(&server.url);
}

#[test]
fn rsync_carries_it_to_another_folder() {
    let here = Command::new("rsync")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !here.is_ok_and(|status| status.success()) {
        println!("skipped: rsync is not installed (apt install rsync)");
        return;
    }
    let to = tempfile::tempdir().expect("a temporary folder");
    let (public, source) = editions();
    // A daemon on loopback: the same protocol without SSH.
    let port = free_port();
    let config = to.path().join("rsyncd.conf");
    let www = to.path().join("www");
    fs::create_dir(&www).expect("a folder");
    fs::write(
        &config,
        format!(
            "use chroot = no\naddress = 127.0.0.1\nport = {port}\n[guide]\npath = {}\nread only = no\nuid = {}\ngid = {}\n",
            www.display(),
            id("-u"),
            id("-g")
        ),
    )
    .expect("a file");
    let daemon = Command::new("rsync")
        .args(["--daemon", "--no-detach", "--config"])
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("rsync can be started");
    let _daemon = Ended(daemon);
    answers(port);
    let host = format!("rsync://127.0.0.1:{port}/guide/town");
    journey(public.path(), source.path(), |more| {
        let from = text(public.path());
        let words = [&["publish", "push", from.as_str(), host.as_str(), "--json"], more].concat();
        alloclap(&words)
    });
    let server = alloclap_tests::Server::start(&www.join("town"));
    syncs(&server.url);
}

fn id(which: &str) -> String {
    let output = Command::new("id").arg(which).output().expect("id answers");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn an_object_store_gets_it_with_headers_for_caches() {
    let Some(program) = tool("s3s-fs") else {
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(root.path().join("guides")).expect("a bucket");
    let port = free_port();
    let server = Command::new(program)
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        .args(["--access-key", "TESTKEY", "--secret-key", "TESTSECRET"])
        .arg(root.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("s3s-fs can be started");
    let _server = Ended(server);
    answers(port);
    let (public, source) = editions();
    let endpoint = format!("http://127.0.0.1:{port}");
    let push = |more: &[&str]| {
        let from = text(public.path());
        let words = [
            &[
                "publish",
                "push",
                from.as_str(),
                "s3://guides/town",
                "--endpoint",
                &endpoint,
                "--json",
            ],
            more,
        ]
        .concat();
        with_key(&words, "TESTKEY", "TESTSECRET", "eu-west-3")
    };
    journey(public.path(), source.path(), push);
    // The server keeps its objects as files of the same names.
    let served = alloclap_tests::Server::start(&root.path().join("guides/town"));
    syncs(&served.url);
    // Whoever may not write is told so, and nothing is sent.
    let from = text(public.path());
    let words = [
        "publish",
        "push",
        from.as_str(),
        "s3://guides/other",
        "--endpoint",
        endpoint.as_str(),
    ];
    let said = with_key(&words, "TESTKEY", "WRONG", "eu-west-3").complaint();
    assert!(said.contains("AWS_SECRET_ACCESS_KEY"), "{said}");
    assert!(!root.path().join("guides/other").exists());
}

#[test]
fn a_destination_that_is_none_and_a_folder_without_publication_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = text(folder.path());
    let said = alloclap(&["publish", "push", at.as_str(), "ftp://town.example/"]).complaint();
    assert!(
        said.contains("ftp://town.example/") && said.contains("sftp://"),
        "{said}"
    );
    let said = alloclap(&["publish", "push", at.as_str(), "somewhere"]).complaint();
    assert!(said.contains(&at) && said.contains("publish build"), "{said}");
}

/// Runs `alloclap` with a key of an object store.
fn with_key(words: &[&str], key: &str, secret: &str, region: &str) -> Ran {
    let output = command(words)
        .env("AWS_ACCESS_KEY_ID", key)
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .env("AWS_REGION", region)
        .output()
        .expect("alloclap can be started");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    listener.local_addr().expect("a port").port()
}

/// Waits until something listens there.
fn answers(port: u16) {
    let until = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "the host did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program that ends with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
