//! The documented schema holds for what is really published.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "fixtures of tests: what fails here fails the test that asked"
)]

use alloclap_core::publication::{Area, FileKind, Index};
use alloclap_tests::{build, python_with, root, sample, text};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn every_file_of_a_publication_is_as_the_schema_says() {
    let Some(python) = python_with("jsonschema", &["jsonschema==4.25.1"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let public = folder.path().join("public");
    build(&sample("saint-bonnet"), &public);
    let parts = parts(&public, folder.path());
    for kind in [
        "index=",
        "area=",
        "pack=",
        "codes=",
        "root=",
        "targets=",
        "snapshot=",
        "timestamp=",
    ] {
        assert!(
            parts.iter().any(|part| part.starts_with(kind)),
            "the sample has no {kind}: {parts:?}"
        );
    }
    let hold = |parts: &[String]| -> Output {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/schema.py");
        let schema = text(&root().join("docs/publication.schema.json"));
        Command::new(&python)
            .args([script, &schema])
            .args(parts)
            .output()
            .expect("python can be started")
    };
    let held = hold(&parts);
    assert!(
        held.status.success(),
        "{}{}",
        String::from_utf8_lossy(&held.stdout),
        String::from_utf8_lossy(&held.stderr)
    );
    // A schema that allows anything holds nothing.
    for (part, key) in [
        ("index=", "version"),
        ("area=", "packs"),
        ("pack=", "records"),
        ("targets=", "signed"),
    ] {
        let whole = parts
            .iter()
            .find(|whole| whole.starts_with(part))
            .expect("it was there before");
        let mut value = read(Path::new(whole.trim_start_matches(part)));
        value.as_object_mut().expect("an object").remove(key);
        let spoilt = folder.path().join("spoilt.json");
        fs::write(&spoilt, value.to_string()).expect("it can be written");
        let held = hold(&[format!("{part}{}", text(&spoilt))]);
        assert!(
            !held.status.success(),
            "the schema does not miss \"{key}\" in {part}"
        );
    }
}

/// Every file with the part of the schema that it is.
fn parts(public: &Path, folder: &Path) -> Vec<String> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(public.join("metadata"))
        .expect("there are metadata")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = name
            .trim_end_matches(".json")
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_owned();
        parts.push(format!("{kind}={}", text(&entry.path())));
    }
    let index = fs::read_dir(public.join("index"))
        .expect("there is an index")
        .flatten()
        .next();
    let index = index.expect("there is an index").path();
    parts.push(format!("index={}", text(&index)));
    let index: Index = serde_json::from_value(read(&index)).expect("it is an index");
    let at = |part: &str, kind: FileKind, hash| format!("{part}={}", text(&public.join(kind.path(hash))));
    for entry in &index.codes {
        parts.push(at("codes", FileKind::Codes, &entry.file.hash));
    }
    if let Some(file) = &index.notices {
        parts.push(at("notices", FileKind::Notices, &file.hash));
    }
    for entry in &index.areas {
        parts.push(at("area", FileKind::Area, &entry.file.hash));
        let area: Area = serde_json::from_value(read(&public.join(FileKind::Area.path(&entry.file.hash))))
            .expect("it is an area");
        for pack in area.packs {
            let packed =
                fs::read(public.join(FileKind::Pack.path(&pack.file.hash))).expect("the pack is there");
            let file = folder.join(format!("{}.json", pack.id));
            fs::write(&file, zstd::decode_all(packed.as_slice()).expect("it is zstd"))
                .expect("it can be written");
            parts.push(format!("pack={}", text(&file)));
        }
    }
    parts
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("it can be read")).expect("it is JSON")
}
