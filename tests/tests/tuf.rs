//! Signatures seen by a program that is not ours: python-tuf, installed into a folder of this build.

use alloclap_tests::{Server, alloclap, build, copy, python_with, sample, text};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn python_tuf_believes_a_publication_and_its_next_edition_and_no_forgery() {
    let Some(python) = python_with("tuf.ngclient", &["tuf==7.0.1", "securesystemslib==1.6.0"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (public, keys) = (folder.path().join("public"), folder.path().join("keys"));
    build(&sample("saint-bonnet"), &public);
    let server = Server::start(&public);
    let verify = || {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/verify.py");
        let root = text(&public.join("metadata/1.root.json"));
        let words = [script, &server.url, &root, &text(&folder.path().join("client"))];
        Command::new(&python)
            .args(words)
            .output()
            .expect("python can be started")
    };
    let first = verify();
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let index = PathBuf::from(String::from_utf8_lossy(&first.stdout).trim());
    let there = fs::read_dir(public.join("index"))
        .expect("there is an index")
        .flatten()
        .next();
    assert_eq!(
        fs::read(index).expect("it was downloaded"),
        fs::read(there.expect("there is an index").path()).expect("it can be read")
    );

    // Its keys change, and it is signed again.
    let sample = text(&sample("saint-bonnet"));
    alloclap(&["publish", "keys", "list", &sample, "--json"]).ok();
    let home = alloclap_tests::keys_of("alloclap-samples");
    let own = copy(&home);
    fs::rename(own.path(), &keys).expect("a copy of the keys");
    let keys = text(&keys);
    alloclap(&["publish", "keys", "rotate", &sample, "signing-1", "--keys", &keys]).ok();
    alloclap(&["publish", "keys", "rotate", &sample, "root-2", "--keys", &keys]).ok();
    alloclap(&["publish", "refresh", &text(&public), "--keys", &keys]).ok();
    let second = verify();
    assert!(
        second.status.success(),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );

    // Somebody changes a digit of what the timestamp says.
    let path = public.join("metadata/timestamp.json");
    let honest = fs::read_to_string(&path).expect("there is a timestamp");
    fs::write(&path, honest.replace("\"version\":2", "\"version\":3")).expect("it can be changed");
    let forged = verify();
    assert!(
        !forged.status.success(),
        "python-tuf believes anything: this test proves nothing"
    );
    assert!(
        String::from_utf8_lossy(&forged.stderr).contains("UnsignedMetadataError"),
        "{}",
        String::from_utf8_lossy(&forged.stderr)
    );
}
