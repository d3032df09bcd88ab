//! Everything that can be wrong with what a person hands in, or with the machine: each time one clear line on standard error
//! that says what and where, exit code 1, no panic, and what was there before is whole.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use alloclap_tests::{Ran, Server, alloclap, build, copy, data, guide, sample, text, visitor};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const TRAIL: &str = "trail-montmartre";
/// A panel of the samples that answers as long as the guide is whole.
const CODE: &str = "YKW3-QPT9";

/// The complaint names each of these, and nothing in it is obeyed by a terminal.
fn complains(ran: Ran, names: &[&str]) -> String {
    let said = ran.complaint();
    for name in names {
        assert!(
            said.contains(name),
            "the complaint does not say \"{name}\": {said}"
        );
    }
    assert!(
        said.starts_with("alloclap: ") && !said.trim_end().contains(|c: char| c.is_control()),
        "{said:?}"
    );
    said
}

fn still_answers(phone: &Path) {
    let panel = alloclap(&["panel", CODE, "--data", &text(phone)]).ok().stdout;
    assert!(
        panel.contains("Korkoro"),
        "the guide that was there before no longer answers: {panel}"
    );
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file of the test");
    text(&path)
}

// Codes and names.

#[test]
fn what_no_guide_knows_is_said_so() {
    complains(visitor(&["panel", "K44C-3RTM"]), &["K44C-3RTM", "alloclap sync"]);
    complains(visitor(&["panel", "YKW3"]), &["YKW3", "eight characters"]);
    complains(
        visitor(&["film", "film-nobody-made"]),
        &["film-nobody-made", "alloclap search"],
    );
    complains(visitor(&["film", "no/id at all"]), &["no/id at all"]);
    complains(visitor(&["listen", "K44C-3RTM"]), &["K44C-3RTM"]);
    let trace = text(&sample("walks/montmartre.gpx"));
    complains(
        visitor(&["walk", "trail-nowhere", "--trace", &trace]),
        &["trail-nowhere"],
    );
    complains(
        visitor(&["visit", "trail-nowhere", "--trace", &trace]),
        &["trail-nowhere"],
    );
    for position in ["here", "91,0", "48.8", "NaN,2"] {
        complains(visitor(&["nearby", position]), &[position, "48.8848,2.3336"]);
    }
    still_answers(&guide().phone);
}

#[test]
fn somebody_elses_code_is_shown_and_never_opened() {
    // A server that notices if anybody comes.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a port");
    let link = format!("http://{}/p/anything", listener.local_addr().expect("a port"));
    complains(visitor(&["panel", &link]), &["127.0.0.1", "not opened"]);
    assert!(
        listener.accept().is_err(),
        "the link of somebody else's code was opened"
    );
    complains(visitor(&["panel", "WIFI:S:cafe;P:secret;;"]), &["WIFI:S:cafe"]);

    let Some(manifest) = data("codes/manifest.csv") else {
        return;
    };
    let manifest = fs::read_to_string(manifest).expect("the manifest");
    let of_others = manifest.lines().find_map(|line| {
        let name = line.split(',').next()?;
        (name.starts_with("syn-qr") || name.starts_with("zx-qr")).then(|| name.to_owned())
    });
    let Some(picture) = of_others.and_then(|name| data(&format!("codes/{name}"))) else {
        return;
    };
    let seen = visitor(&["scan", &text(&picture), "--json"]).ok().objects();
    for code in seen[0]["codes"].as_array().expect("codes") {
        assert!(code["panel"].is_null() && code["text"].is_string(), "{code}");
    }
}

#[test]
fn no_text_of_others_commands_the_terminal() {
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}";
    complains(visitor(&["panel", &format!("{hostile}text")]), &["text"]);
    complains(visitor(&["film", &format!("{hostile}film")]), &["film"]);
    complains(visitor(&["scan", &format!("{hostile}photo.png")]), &["photo.png"]);

    let source = copy(&sample("saint-bonnet"));
    for name in [
        "films/liberte.toml",
        "panels/saint-bonnet-le-chateau.toml",
        "places/saint-bonnet-le-chateau.toml",
    ] {
        let path = source.path().join(name);
        let words = fs::read_to_string(&path).expect("a record");
        let words = words.replace("en = \"", "en = \"\\u001B[2J\\u001B]0;owned\\u0007\\u009B31m");
        fs::write(&path, words).expect("a record");
    }
    let folder = folder();
    let (public, phone) = (folder.path().join("public"), text(&folder.path().join("phone")));
    let built = alloclap(&["publish", "build", &text(source.path()), "--out", &text(&public)]);
    if built.code != 0 {
        complains(built, &[]);
        return;
    }
    let server = Server::start(&public);
    for words in [
        vec!["sync", &server.url],
        vec!["panel", CODE],
        vec!["panel", CODE, "--json"],
        vec!["film", "film-liberte"],
        vec!["nearby", "45.42,4.06", "-n", "1"],
        vec!["search", "korkoro"],
        vec!["search", "korkoro", "--json"],
        vec!["listen", CODE, "--text"],
    ] {
        let ran = alloclap(&[&words[..], &["--data", &phone]].concat()).ok();
        let obeyed = |c: char| c.is_control() && c != '\n';
        assert!(
            !ran.stdout.contains(obeyed),
            "`{}` hands a terminal {:?}",
            words.join(" "),
            ran.stdout
        );
    }
}

// Pictures.

#[test]
fn a_picture_that_is_none_is_told_and_the_others_are_read() {
    let folder = folder();
    let whole = fs::read(sample("photos/saint-bonnet-easy.jpg")).expect("a photo");
    let bad = [
        file(&folder, "notes.png", "no picture"),
        file(&folder, "empty.jpg", ""),
        file(&folder, "cut.jpg", &whole[..300]),
        file(&folder, "huge.png", png_of_zeros(20_000, 20_000, 1, 0)),
        // 8,000 × 8,000 pixels of eight bytes: 3 MB that would unfold to half a gigabyte.
        file(&folder, "bomb.png", png_of_zeros(8_000, 8_000, 16, 6)),
        text(&folder.path().join("missing.png")),
        text(folder.path()),
    ];
    for picture in &bad {
        complains(visitor(&["scan", picture]), &[picture]);
    }
    complains(visitor(&["scan", &bad[3]]), &["20000 × 20000 pixels", "smaller"]);
    let small = file(&folder, "blank.png", png_of_zeros(64, 64, 8, 0));
    let ran = visitor(&["scan", &bad[0], &small, "--json"]);
    let objects = ran.objects();
    complains(ran, &["notes.png"]);
    assert!(
        objects[0]["error"].is_string() && objects[1]["codes"].is_array(),
        "the rest goes on: {objects:?}"
    );
}

/// A PNG of nothing but zeros, compressed by hand as far as deflate goes (1:1030).
fn png_of_zeros(width: u32, height: u32, bits: u8, colour: u8) -> Vec<u8> {
    let samples = if colour == 6 { 4 } else { 1 };
    let row = (u64::from(width) * samples * u64::from(bits)).div_ceil(8) + 1;
    let bytes = row * u64::from(height);
    // One fixed Huffman block: a literal 0, then matches of 258 bytes one byte back (285, distance 0), then single zeros.
    let mut deflated = Bits(Vec::new(), 0);
    deflated.push(0b110, 3);
    deflated.push(0b0011_0000, 8);
    for _ in 0..(bytes - 1) / 258 {
        deflated.push(0b1_1000_1010_0000, 13);
    }
    for _ in 0..(bytes - 1) % 258 {
        deflated.push(0b0011_0000, 8);
    }
    deflated.push(0, 7);
    let adler = u32::try_from(bytes % 65_521).expect("a remainder") << 16 | 1;
    let zlib = [&[0x78, 0x01], &deflated.0[..], &adler.to_be_bytes()].concat();
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[bits, colour, 0, 0, 0],
    ]
    .concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", header), (b"IDAT", zlib), (b"IEND", Vec::new())] {
        png.extend(u32::try_from(content.len()).expect("a chunk").to_be_bytes());
        let chunk = [&kind[..], &content].concat();
        png.extend(&chunk);
        png.extend(crc(&chunk).to_be_bytes());
    }
    png
}

/// Bits as deflate packs them, and how many of the last byte are taken.
struct Bits(Vec<u8>, u32);

impl Bits {
    /// Appends the lowest `count` bits, the highest of them first.
    fn push(&mut self, bits: u32, count: u32) {
        for at in (0..count).rev() {
            if self.1 == 0 {
                self.0.push(0);
            }
            let last = self.0.len() - 1;
            self.0[last] |= u8::try_from(bits >> at & 1).expect("a bit") << self.1;
            self.1 = (self.1 + 1) % 8;
        }
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !bytes.iter().fold(!0, step)
}

// Walks.

#[test]
fn a_trace_that_is_none_is_told() {
    let folder = folder();
    let lines: String = (0..20)
        .map(|n| format!("<!ENTITY e{} \"{}\">", n + 1, format!("&e{n};").repeat(10)))
        .collect();
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE gpx [<!ENTITY e0 \"ha\">{lines}]><gpx><trk><name>&e20;</name></trk></gpx>"
    );
    let huge = folder.path().join("huge.gpx");
    // A file with a hole: large without taking room.
    fs::File::create(&huge)
        .and_then(|file| file.set_len(80_000_000))
        .expect("a large file");
    for (trace, says) in [
        (
            file(
                &folder,
                "drawn.gpx",
                "<gpx><trk><trkseg><trkpt lat=\"48\" lon=\"2\"/></trkseg></trk></gpx>",
            ),
            "time",
        ),
        (file(&folder, "bomb.gpx", bomb), "XML"),
        (
            file(&folder, "cut.gpx", "<gpx><trk><trkseg><trkpt lat=\"48\""),
            "XML",
        ),
        (file(&folder, "page.gpx", "<html><body/></html>"), "html"),
        (file(&folder, "empty.gpx", ""), "empty.gpx"),
        (
            file(
                &folder,
                "pole.gpx",
                "<gpx><trk><trkseg><trkpt lat=\"148\" lon=\"2\"><time>2026-05-01T10:00:00Z</time></trkpt></trkseg></trk></gpx>",
            ),
            "1",
        ),
        (
            file(&folder, "latin.gpx", b"<gpx><name>\xe9\xe9</name></gpx>"),
            "UTF-8",
        ),
        (
            file(
                &folder,
                "short.json",
                "{\"times\":[0],\"latlon\":[[48,2],[48,2]]}",
            ),
            "latlon",
        ),
        (text(&huge), "80.0 MB"),
        (text(&folder.path().join("missing.gpx")), "no such file"),
        (text(folder.path()), "folder"),
    ] {
        let said = complains(visitor(&["walk", TRAIL, "--trace", &trace]), &[&trace, says]);
        assert!(said.len() < 400 + trace.len(), "that is no clear line: {said}");
    }
    let trace = text(&sample("walks/montmartre.gpx"));
    let empty = file(&folder, "nothing.gpx", "<gpx/>");
    complains(visitor(&["walk", &empty, "--trace", &trace]), &["nothing.gpx"]);
}

// The network.

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

// The data folder.

#[test]
fn a_damaged_guide_is_told_and_can_be_downloaded_again() {
    let server = Server::start(&guide().publication);
    for damage in [b"this is no database".as_slice(), &[0; 8192]] {
        let phone = copy(&guide().phone);
        let (catalogue, at) = (phone.path().join("catalogue.db"), text(phone.path()));
        for beside in ["catalogue.db-wal", "catalogue.db-shm"] {
            // There only if the last reader left them.
            let _ = fs::remove_file(phone.path().join(beside));
        }
        fs::write(&catalogue, damage).expect("a damaged file");
        complains(
            alloclap(&["panel", CODE, "--data", &at]),
            &["catalogue.db", "alloclap sync"],
        );
        fs::remove_file(&catalogue).expect("what the complaint said to do");
        alloclap(&["sync", &server.url, "--data", &at]).ok();
        still_answers(phone.path());
    }
}

#[test]
fn a_damaged_recording_is_told() {
    let phone = copy(&guide().phone);
    let at = text(phone.path());
    let done = alloclap(&["listen", CODE, "--text", "--json", "--data", &at])
        .ok()
        .objects();
    let recording = phone
        .path()
        .join(done[0]["commentary"]["file"].as_str().expect("a file"));
    let to = phone.path().join("out.wav");
    fs::write(&to, "what was there before").expect("a file");
    // As long as it was: another length would be as good as none.
    let length = fs::metadata(&recording).expect("the recording").len();
    fs::write(&recording, vec![b'x'; usize::try_from(length).expect("a length")]).expect("a damaged file");
    complains(
        alloclap(&["listen", CODE, "--out", &text(&to), "--data", &at]),
        &[&text(&recording)],
    );
    assert_eq!(fs::read(&to).expect("the file"), b"what was there before");
    fs::remove_file(&recording).expect("the recording");
    complains(
        alloclap(&["listen", CODE, "--out", &text(&to), "--data", &at]),
        &["alloclap sync"],
    );
}

#[test]
fn a_data_folder_that_is_a_file_is_told() {
    let folder = folder();
    let at = file(&folder, "folder", "a file");
    complains(alloclap(&["guides", "--data", &at]), &[&at, "--data"]);
}

/// A small disk of its own, until dropped.
struct Disk(TempDir);

impl Disk {
    /// `None`, said aloud, where nobody may mount.
    fn of(bytes: u64) -> Option<Self> {
        let folder = folder();
        let options = format!("size={bytes}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        println!("skipped: no small disk can be mounted here (only root may)");
        None
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{how}")])
            .arg(self.0.path())
            .status();
        assert!(done.is_ok_and(|status| status.success()), "remounting {how}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily, so that nothing keeps the temporary folder from being removed.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// The shared guide on a disk of its own with this much room left.
fn phone_on_a_disk(room: u64) -> Option<(Disk, PathBuf)> {
    let disk = Disk::of(40_000_000)?;
    let phone = disk.0.path().join("phone");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(&guide().phone)
        .arg(&phone)
        .status();
    assert!(
        copied.is_ok_and(|status| status.success()),
        "the guide fits on the disk"
    );
    still_answers(&phone);
    // What is left is filled up to the room that was asked for.
    let mut filling = fs::File::create(disk.0.path().join("filling")).expect("a file");
    while filling.write_all(&[1; 65_536]).is_ok() {}
    let full = filling.metadata().expect("the file").len();
    filling.set_len(full.saturating_sub(room)).expect("some room");
    Some((disk, phone))
}

#[test]
fn a_full_disk_is_told_and_the_old_guide_stays() {
    let Some((_disk, phone)) = phone_on_a_disk(400_000) else {
        return;
    };
    // A second guide that does not fit: its pictures alone are larger than the room.
    let source = copy(&sample("saint-bonnet"));
    let toml = source.path().join("publication.toml");
    let words = fs::read_to_string(&toml).expect("publication.toml");
    fs::write(&toml, words.replace("\"alloclap-samples\"", "\"large-guide\"")).expect("publication.toml");
    let mut noise = 1_u32;
    let clip: Vec<u8> = (0..3_000_000)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.to_be_bytes()[0]
        })
        .collect();
    fs::write(
        source.path().join("media/large.mp4"),
        [b"\0\0\0\x18ftypisom\0\0\0\0isommp42", &clip[..]].concat(),
    )
    .expect("a clip");
    fs::write(
        source.path().join("clips/large.toml"),
        "[[clip]]\nid = \"clip-large\"\nshows = \"scene\"\nabout = { panel = \"panel-saint-bonnet\" }\n\
         title = { en = \"Large\" }\nrenditions = [{ file = \"media/large.mp4\" }]\nrights = { credit = \"A studio\", uses = [\"app\", \"offline\"] }\n",
    )
    .expect("a clip");
    let public = folder();
    build(source.path(), public.path());
    let server = Server::start(public.path());
    let at = text(&phone);
    complains(
        alloclap(&["sync", &server.url, "--data", &at]),
        &["no room left", &at],
    );
    still_answers(&phone);
    let out = phone.with_file_name("visit.wav");
    let said = complains(
        alloclap(&["listen", CODE, "--out", &text(&out), "--data", &at]),
        &["visit.wav"],
    );
    assert!(!out.exists(), "half a file was left: {said}");
}

#[test]
fn a_read_only_folder_is_told_and_the_guide_stays() {
    let Some((disk, phone)) = phone_on_a_disk(4_000_000) else {
        return;
    };
    disk.remount("ro");
    let at = text(&phone);
    let server = Server::start(&guide().publication);
    complains(alloclap(&["sync", &server.url, "--data", &at]), &[&at, "--data"]);
    let new = text(&phone.with_file_name("new"));
    complains(alloclap(&["guides", "--data", &new]), &[&new]);
    complains(
        alloclap(&["publish", "build", &text(&sample("saint-bonnet")), "--out", &new]),
        &[&new],
    );
    complains(alloclap(&["publish", "new", &new]), &[&new]);
    let (page, trace) = (
        text(&phone.with_file_name("visit.html")),
        text(&sample("walks/montmartre.gpx")),
    );
    complains(
        visitor(&["visit", TRAIL, "--trace", &trace, "--out", &page]),
        &[&page],
    );
    complains(
        visitor(&["walk", TRAIL, "--trace", &trace, "--svg", &page]),
        &[&page],
    );
    complains(visitor(&["listen", CODE, "--out", &page]), &[&page]);
    disk.remount("rw");
    still_answers(&phone);
}

// What a publisher hands in.

#[test]
fn a_table_that_is_none_is_told_and_the_source_stays() {
    let folder = folder();
    let source = copy(&sample("saint-bonnet"));
    let into = text(source.path());
    let import = |kind: &str, table: &str| alloclap(&["publish", "import", kind, table, "--into", &into]);
    let before = listing(source.path());
    for (name, bytes) in [
        ("columns.csv", b"a;b;c\n1;2;3\n".as_slice()),
        ("empty.csv", b""),
        ("binary.csv", b"\x00\x01\x02\xff\xfe\x00\x00PK\x03\x04"),
    ] {
        let table = file(&folder, name, bytes);
        complains(import("opendatasoft", &table), &[name]);
    }
    for (name, bytes) in [
        ("notes.xlsx", b"no workbook".as_slice()),
        ("notes.ods", b"PK\x03\x04 cut"),
        ("notes.doc", b"?"),
    ] {
        let table = file(&folder, name, bytes);
        complains(import("table", &table), &[name]);
    }
    let missing = text(&folder.path().join("missing.csv"));
    complains(import("opendatasoft", &missing), &["missing.csv"]);
    complains(import("table", &missing), &["missing.csv"]);
    assert!(
        before == listing(source.path()),
        "a table that was refused has changed the source"
    );
}

/// Every file of a folder with its bytes.
fn listing(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                all.push((path, bytes));
            }
        }
    }
    all.sort();
    all
}

#[test]
fn a_source_that_cannot_be_published_leaves_the_publication_as_it_was() {
    let folder = folder();
    let public = copy(&guide().publication);
    let out = text(public.path());
    let before = listing(public.path());
    let source = copy(&sample("saint-bonnet"));
    fs::write(source.path().join("films/broken.toml"), "[[film]\nid = ").expect("a broken file");
    let ran = alloclap(&["publish", "build", &text(source.path()), "--out", &out]);
    assert!(
        ran.stdout.contains("films/broken.toml"),
        "where it is broken is told: {}",
        ran.stdout
    );
    complains(ran, &["films/broken.toml", "publish check"]);
    let missing = text(&folder.path().join("missing"));
    complains(
        alloclap(&["publish", "build", &missing, "--out", &out]),
        &["missing"],
    );
    complains(alloclap(&["publish", "check", &missing]), &["missing"]);
    complains(
        alloclap(&[
            "publish",
            "export",
            &missing,
            "--out",
            &text(&folder.path().join("all.xlsx")),
        ]),
        &["missing"],
    );
    complains(alloclap(&["publish", "draw-code", &missing]), &["missing"]);
    complains(
        alloclap(&["publish", "serve", &missing, "--address", "127.0.0.1:0"]),
        &["missing"],
    );
    assert!(
        before == listing(public.path()),
        "a build that failed has changed the publication"
    );
    let server = Server::start(public.path());
    let taken = server
        .url
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    complains(
        alloclap(&["publish", "serve", &out, "--address", &taken]),
        &[&taken],
    );
}
