//! Each of these would otherwise be found by a visitor, or by the printer's bill.
use super::{check, vanished};
use crate::source::{self, Severity};
use std::fs;

const SOUND_RIGHTS: &str = "rights.credit = \"J. Martin\"\nrights.uses = [\"app\", \"offline\"]\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let base = [
        (
            "publication.toml",
            "id = \"town\"\nname = \"Town\"\nlanguages = [\"fr\", \"en\"]\n",
        ),
        ("films/f.toml", "id = \"liberte-2009\"\ntitle = \"Liberté\"\n"),
        (
            "places/p.toml",
            "id = \"square\"\nname = \"Place\"\nposition = [45.0, 4.0]\n",
        ),
        (
            "panels/p.toml",
            "id = \"panel-1\"\ncode = \"K7QM-2FXR\"\nplace = \"square\"\nfilm = \"liberte-2009\"\nformat = \"15x20\"\ninfoclap = { fr = \"Ici.\", en = \"Here.\" }\ninfoclap_rights = { credit = \"J. Martin\", uses = [\"app\"] }\n",
        ),
    ];
    for (name, text) in base.iter().chain(files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// What is found, one line each.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let dir = folder(files);
    let (source, findings) = source::read(dir.path()).unwrap();
    assert!(
        findings.is_empty(),
        "the test's own folder is readable: {findings:?}"
    );
    check(&source)
        .iter()
        .filter(|f| f.severity > Severity::Info)
        .map(|f| f.to_string())
        .collect()
}

#[track_caller]
fn finds(files: &[(&str, &str)], expected: &[&[&str]]) {
    let found = found(files);
    for parts in expected {
        assert!(
            found.iter().any(|f| parts.iter().all(|p| f.contains(p))),
            "nothing tells of {parts:?}: {found:#?}"
        );
    }
    assert_eq!(
        found.len(),
        expected.len(),
        "more was found than is wrong: {found:#?}"
    );
}

#[test]
fn a_sound_folder_is_not_complained_about() {
    finds(&[], &[]);
}

#[test]
fn what_visitors_would_miss_is_found() {
    let long = format!(
        "id = \"panel-2\"\ncode = \"K7QM-2FXR\"\nplace = \"squere\"\nfilm = \"liberte-2009\"\nformat = \"15x20\"\ninfoclap.fr = \"{}\"\ninfoclap_rights.uses = [\"app\"]\n",
        "mot ".repeat(60)
    );
    finds(
        &[
            ("panels/two.toml", &long),
            (
                "commentaries/c.toml",
                &format!(
                    "id = \"c\"\nlanguage = \"fr\"\nabout.panel = \"panel-1\"\n{SOUND_RIGHTS}[[renditions]]\nfile = \"media/none.ogg\"\n"
                ),
            ),
            (
                "pictures/p.toml",
                "id = \"pic\"\nabout = { place = \"square\", film = \"liberte-2009\" }\n[[renditions]]\nfile = \"../../etc/passwd\"\n",
            ),
        ],
        &[
            &["panels/two.toml:1 infoclap:", "\"en\""],
            &["panels/two.toml:1 infoclap.fr:", "210"],
            &["panels/two.toml:1 infoclap_rights.credit:"],
            &["panels/two.toml:1 place: error", "did you mean \"square\""],
            &["panels/two.toml:1 code: error", "panel-1"],
            &["commentaries/c.toml:1 transcript:"],
            &["commentaries/c.toml:1 renditions.1.file: error", "media/none.ogg"],
            &["pictures/p.toml:1 alt:"],
            &["pictures/p.toml:1 about:", "exactly one"],
            &["pictures/p.toml:1 rights.credit:"],
            &["pictures/p.toml:1 rights.uses:"],
            &["pictures/p.toml:1 renditions.1.file: error", "leads out"],
        ],
    );
}

#[test]
fn values_that_make_no_sense_are_found() {
    finds(
        &[
            (
                "films/odd.toml",
                "id = \"odd\"\ntitle = \"O\"\nyear = 20009\nage_rating.from_age = 99\n[[watch]]\nservice = \"S\"\naddress = \"http://example.org\"\n",
            ),
            (
                "places/odd.toml",
                "id = \"odd-place\"\nname = \"O\"\nposition = [45.0, 4.1]\npostcode = \"1200\"\ncommune = \"1034\"\naccess.is = \"hours\"\nzone = { corners = [[45.0, 4.1], [45.0002, 4.1002], [45.0002, 4.1], [45.0, 4.1002]] }\n",
            ),
            (
                "places/shut.toml",
                "id = \"shut-place\"\nname = \"S\"\nposition = [45.0, 4.2]\naccess = { is = \"hours\", opening_hours = \"lundi 9h-17h\" }\n",
            ),
            (
                "shootings/s.toml",
                "id = \"s\"\nfilm = \"odd\"\nplace = \"odd-place\"\nfrom = 2020-02-02\nuntil = 2020-02-01\n",
            ),
            (
                "panels/odd.toml",
                "id = \"odd-panel\"\ncode = \"K7QM-2FXT\"\nplace = \"odd-place\"\nfilm = \"odd\"\nfacing_deg = 400\ninfoclap = { fr = \"Ici.\", en = \"Here.\" }\ninfoclap_rights = { credit = \"J\", uses = [\"app\"] }\n",
            ),
        ],
        &[
            &["films/odd.toml:1 year:"],
            &["films/odd.toml:1 age_rating.from_age:", "99"],
            &["films/odd.toml:1 watch.1.address:", "https://"],
            &["places/odd.toml:1 postcode:", "zero"],
            &["places/odd.toml:1 commune:", "zero"],
            &["places/odd.toml:1 access.opening_hours:"],
            &[
                "places/shut.toml:1 access.opening_hours:",
                "lundi 9h-17h",
                "Mo-Fr",
            ],
            &["places/odd.toml:1 zone.corners: error", "cross"],
            &["shootings/s.toml:1 until:", "2020-02-01"],
            &["panels/odd.toml:1 code: error"],
            &["panels/odd.toml:1 facing_deg:"],
        ],
    );
}

#[test]
fn a_trail_that_cannot_be_walked_is_found() {
    let gpx = "<gpx xmlns=\"http://www.topografix.com/GPX/1/1\" version=\"1.1\"><trk><trkseg><trkpt lat=\"45.0\" lon=\"4.0\"/><trkpt lat=\"45.01\" lon=\"4.0\"/></trkseg></trk></gpx>";
    finds(
        &[
            ("trails/t.gpx", gpx),
            (
                "trails/t.toml",
                "id = \"t\"\nname = \"T\"\nline_file = \"trails/t.gpx\"\n[[stops]]\nid = \"s1\"\nplace = \"square\"\n[[stops]]\nid = \"s2\"\nplace = \"near\"\n[[stops]]\nid = \"s3\"\nat = [45.005, 4.001]\ndirection = { fr = \"À gauche\", en = \"Left\" }\n",
            ),
            (
                "places/near.toml",
                "id = \"near\"\nname = \"N\"\nposition = [45.0001, 4.0]\n",
            ),
            (
                "panels/near.toml",
                "id = \"panel-near\"\ncode = \"1C\"\nplace = \"near\"\nfilm = \"liberte-2009\"\nstate = \"draft\"\n",
            ),
            (
                "trails/lost.toml",
                "id = \"lost\"\nname = \"L\"\nline_file = \"trails/none.gpx\"\n",
            ),
        ],
        &[
            &["trails/t.toml:1 stops.3:", "79 m"],
            &["trails/lost.toml:1 line_file: error", "none.gpx"],
        ],
    );
    let standing = "id = \"panel-near\"\ncode = \"K7QM-2FXR\"\nplace = \"square\"\nposition = \"45.0001, 4.0\"\nfilm = \"liberte-2009\"\ninfoclap = { fr = \"a\", en = \"a\" }\ninfoclap_rights = { credit = \"J\", uses = [\"app\"] }\n";
    let found = found(&[
        ("trails/t.gpx", gpx),
        (
            "trails/t.toml",
            "id = \"t\"\nname = \"T\"\nline_file = \"trails/t.gpx\"\n[[stops]]\nid = \"s1\"\nplace = \"square\"\n",
        ),
        ("panels/x.toml", standing),
    ]);
    assert!(
        found
            .iter()
            .any(|f| f.contains("11 m from the panel \"panel-1\"")),
        "{found:#?}"
    );
}

#[test]
fn an_id_that_was_published_must_go_on_answering() {
    let dir = folder(&[("removed.toml", "[[removed]]\nid = \"gone-well\"\n")]);
    let (source, findings) = source::read(dir.path()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let previous = ["town", "panel-1", "gone-well", "just-gone"].map(|id| id.parse().unwrap());
    let told: Vec<_> = vanished(&source, &previous)
        .iter()
        .map(|f| f.to_string())
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("just-gone"), "{told:?}");
}

#[test]
fn every_finding_is_told_in_both_languages() {
    let dir = folder(&[
        ("notices/n.toml", "id = \"n\"\n"),
        (
            "people/x.toml",
            "id = \"x\"\nname = \"X\"\n[[accounts]]\nnetwork = \"web\"\naddress = \"x\"\n",
        ),
    ]);
    let (source, _) = source::read(dir.path()).unwrap();
    for finding in check(&source) {
        let french = finding.message(source::UiLanguage::French);
        assert_ne!(french, finding.message(source::UiLanguage::English));
        assert!(french.contains(':'), "it says what to do: {french}");
    }
}
