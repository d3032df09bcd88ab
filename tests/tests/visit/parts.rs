//! A phone that has a part of a guide, and codes of the other parts and of other guides.

use crate::{CODE, TRAIL, only};
use alloclap_tests::{Ran, Server, alloclap, at, build, copy, sample, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A panel of the trail, and its flashcode in a photograph.
const OF_THE_TRAIL: (&str, &str) = ("2GVM-19D9", "photos/deux-moulins-hard.jpg");
/// The département of the panel that is [`CODE`].
const LOIRE: &str = "42";

/// A phone with nothing on it.
struct Phone(TempDir);

impl Phone {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn run(&self, words: &[&str]) -> Ran {
        alloclap(&[words, &["--data", &text(self.0.path())]].concat())
    }

    fn shows(&self, code: &str) -> bool {
        self.run(&["panel", code]).code == 0
    }

    /// What a photograph's one code means here.
    fn scan(&self, photo: &str) -> Value {
        let read = only(self.run(&["scan", &text(&sample(photo)), "--json"]));
        read["codes"][0]["answer"].clone()
    }
}

/// The samples, published by somebody with this id for this host.
fn published(folder: &Path, id: &str, host: &str) -> PathBuf {
    let source = copy(&sample("saint-bonnet"));
    let file = source.path().join("publication.toml");
    let words = fs::read_to_string(&file).expect("the publication");
    let theirs = words
        .replace("id = \"alloclap-samples\"", &format!("id = \"{id}\""))
        .replace("hosts = [\"alloclap.example\"]", &format!("hosts = [\"{host}\"]"));
    fs::write(&file, theirs).expect("the publication");
    let public = folder.join(id);
    build(source.path(), &public);
    public
}

#[test]
fn what_a_scan_advises_fetches_the_part_and_keeps_the_others() {
    let server = Server::start(&alloclap_tests::guide().publication);
    let phone = Phone::new();

    let plan = &phone
        .run(&["sync", &server.url, "--departement", LOIRE, "--plan", "--json"])
        .ok()
        .objects()[0];
    let parts = plan["parts"].as_array().expect("the parts");
    let chosen: Vec<&str> = parts
        .iter()
        .filter(|part| part["chosen"] == true)
        .map(|part| at(part, "area"))
        .collect();
    assert_eq!(chosen, ["area-42"], "one département was asked for: {plan}");
    assert!(!phone.shows(CODE), "a plan downloaded something");

    phone.run(&["sync", &server.url, "--departement", LOIRE]).ok();
    let (code, photo) = OF_THE_TRAIL;
    assert!(phone.shows(CODE) && !phone.shows(code));
    let answer = phone.scan(photo);
    assert_eq!((at(&answer, "is"), at(&answer, "pack")), ("not_here", TRAIL));

    // Word for word what a person reads, typed by that person.
    let told = phone.run(&["panel", code]).complaint();
    let advised = told.split('`').nth(1).unwrap_or_default().to_owned();
    let words: Vec<&str> = advised.split_whitespace().skip(1).collect();
    assert_eq!(
        words,
        ["sync", server.url.as_str(), "--trail", TRAIL, "--add"],
        "{told}"
    );
    phone.run(&words).ok();
    assert_eq!(at(&phone.scan(photo), "is"), "panel");
    assert!(
        phone.shows(CODE),
        "what was added took the place of what was there"
    );

    phone.run(&["sync"]).ok();
    assert!(
        phone.shows(CODE) && phone.shows(code),
        "a refresh forgot what was added"
    );
}

#[test]
fn a_code_that_two_guides_claim_is_the_firsts_on_its_host_and_a_choice_on_another() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let claims = published(folder.path(), "claims-it-too", "alloclap.example");
    let elsewhere = published(folder.path(), "elsewhere", "other.example");
    let [first, claims, elsewhere] =
        [&alloclap_tests::guide().publication, &claims, &elsewhere].map(|public| Server::start(public));
    let phone = Phone::new();
    let follow = |server: &Server| {
        phone
            .run(&["sync", &server.url, "--departement", LOIRE, "--json"])
            .ok()
            .objects()
    };
    follow(&first);
    let said = Value::from(follow(&claims)).to_string();
    assert!(
        said.contains("claims code") && said.contains("alloclap-samples"),
        "who lost the code is not told: {said}"
    );
    let answer = phone.scan("photos/saint-bonnet-easy.jpg");
    assert_eq!(
        (at(&answer, "is"), at(&answer, "panel.publication")),
        ("panel", "alloclap-samples")
    );

    follow(&elsewhere);
    let answer = phone.scan("photos/saint-bonnet-easy.jpg");
    assert_eq!(
        at(&answer, "panel.publication"),
        "alloclap-samples",
        "the host in the code says whose it is"
    );
    let choice = only(phone.run(&["panel", CODE, "--json"]));
    let of = |number: usize| at(&choice["panels"][number], "publication").to_owned();
    assert_eq!(
        (at(&choice, "is"), of(0).as_str(), of(1).as_str()),
        ("choice", "alloclap-samples", "elsewhere")
    );
    let told = phone.run(&["panel", CODE]).ok().stdout;
    assert!(
        told.contains("(alloclap-samples)") && told.contains("(elsewhere)"),
        "two lines that nobody can tell apart: {told}"
    );
}
