//! What a person who writes a source folder may count on.

use super::*;
use alloclap_core::catalogue::model::{StopKind, Zone};

/// A folder with these files, beside a publication in French and English.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let publication = "id = \"town\"\nname = \"Town\"\nlanguages = [\"fr\", \"en\"]\n";
    for (name, text) in [("publication.toml", publication)].iter().chain(files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|f| f.to_string()).collect()
}

#[test]
fn one_record_or_several_in_a_file_are_read_with_their_lines() {
    let dir = folder(&[
        (
            "films/liberte.toml",
            "# a note\nid = \"liberte\"\ntitle = \"Liberté\"\nyear = 2009\n",
        ),
        (
            "films/more.toml",
            "[[film]]\nid = \"a\"\n[film.title]\nfr = \"A\"\n\n[[film]]\nid = \"b\"\ntitle.en = \"B\"\n",
        ),
        (
            "places/square.toml",
            "id = \"square\"\nname.fr = \"Place\"\nposition = \"45,4237; 4,0662\"\npostcode = 42380\nzone = { centre = [45, 4], radius_m = 20 }\naccess = { step_free = true }\n",
        ),
        (
            "trails/t.toml",
            "id = \"t\"\nname = \"T\"\n[[stops]]\nid = \"s1\"\nplace = \"square\"\n[[stops]]\nid = \"s2\"\nat = { lat = 45.1, lon = 4 }\ndirection.fr = \"À gauche\"\n",
        ),
        (
            "shootings/s.toml",
            "id = \"s\"\nfilm = \"liberte\"\nplace = \"square\"\nfrom = 2008-10-01\n",
        ),
    ]);
    let (source, findings) = read(dir.path()).unwrap();
    assert_eq!(told(&findings), Vec::<String>::new());
    let line = |id: &str| source.find(id).unwrap().line;
    assert_eq!(
        [line("liberte"), line("a"), line("b")],
        [2, 1, 6],
        "lines as an editor counts them"
    );
    let Record::Film(film) = &source.find("liberte").unwrap().record else {
        panic!("a film")
    };
    assert_eq!(
        film.title.0[0].language.as_str(),
        "fr",
        "words without a language are in the first one"
    );
    let Record::Place(place) = &source.find("square").unwrap().record else {
        panic!("a place")
    };
    assert_eq!(place.postcode.as_deref(), Some("42380"));
    assert!(matches!(place.zone, Some(Zone::Circle { .. })));
    let Record::Trail(trail) = &source.find("t").unwrap().record else {
        panic!("a trail")
    };
    assert!(matches!(trail.stops[1].kind, StopKind::Direction { .. }));
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_rest_goes_on() {
    let dir = folder(&[
        ("films/broken.toml", "id = \"x\"\ntitle = \n"),
        (
            "films/f.toml",
            "[[film]]\nid = \"f\"\ntitel = \"F\"\nform = \"feeture\"\nyear = \"soon\"\n[[film]]\nid = \"Not An Id\"\n[[film]]\nid = \"f\"\n",
        ),
        (
            "places/p.toml",
            "id = \"p\"\nname = \"P\"\nposition = \"91, 0\"\n",
        ),
        ("panels/p.toml", "id = \"panel\"\nplace = \"p\"\nfilm = \"f\"\n"),
    ]);
    let (source, findings) = read(dir.path()).unwrap();
    assert_eq!(source.records.len(), 1, "only the first film can be used");
    let told = told(&findings);
    for (place, what) in [
        ("films/broken.toml:2", "TOML"),
        ("films/f.toml:3 titel: warning", "did you mean \"title\""),
        ("films/f.toml:4 form: warning", "did you mean \"feature\""),
        ("films/f.toml:5 year: error", "\"soon\" does not fit"),
        ("films/f.toml:7 id: error", "does not fit"),
        ("films/f.toml:8 id: error", "films/f.toml:1"),
        ("places/p.toml:3 position: error", "91, 0"),
        ("panels/p.toml:1 code: error", "missing"),
    ] {
        assert!(
            told.iter().any(|t| t.starts_with(place) && t.contains(what)),
            "nothing at {place} says {what}: {told:#?}"
        );
    }
    assert_eq!(told.len(), 8, "{told:#?}");
}

#[test]
fn a_folder_without_a_publication_says_how_to_begin() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(read(dir.path()), Err(SourceError::NoPublication { .. })));
    fs::write(dir.path().join("publication.toml"), "name = ").unwrap();
    let error = read(dir.path()).unwrap_err().to_string();
    assert!(error.contains("publication.toml:1"), "{error}");
    assert!(matches!(
        read(&dir.path().join("nowhere")),
        Err(SourceError::Folder { .. })
    ));
}

#[test]
fn a_file_that_is_too_large_or_elsewhere_is_refused() {
    let dir = folder(&[]);
    fs::create_dir(dir.path().join("films")).unwrap();
    let huge = fs::File::create(dir.path().join("films/huge.toml")).unwrap();
    huge.set_len(TOML_LIMIT_BYTES + 1).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", dir.path().join("films/link.toml")).unwrap();
    let (_, findings) = read(dir.path()).unwrap();
    assert!(
        findings
            .iter()
            .any(|f| matches!(f.what, FindingKind::TooLarge { .. })),
        "{findings:?}"
    );
    #[cfg(unix)]
    assert!(
        findings
            .iter()
            .any(|f| matches!(f.what, FindingKind::Outside { .. })),
        "{findings:?}"
    );
}
