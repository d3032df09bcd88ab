//! What an installation does for the people who use the guide meanwhile and afterwards.

use super::fixtures::{hash, id, installation, key, liberte, open, visitor};
use super::{CatalogueError, Installation, PackSource};
use crate::publication::{Blob, FORMAT, FileRef, Pack};
use serde_json::{Value, json};

fn hash_of(bytes: &[u8]) -> super::model::BlobHash {
    use sha2::{Digest, Sha256};
    let digits: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    digits.parse().unwrap()
}

fn film(name: &str) -> Value {
    json!({"kind": "film", "id": name, "title": {"fr": format!("Le film {name}")}})
}

/// A pack of an installation, to be changed.
fn here(installation: &mut Installation, n: usize) -> &mut Pack {
    match &mut installation.packs[n].1 {
        PackSource::Here(pack) => pack,
        PackSource::File { .. } => unreachable!("the fixtures keep packs in memory"),
    }
}

fn films(catalogue: &super::Catalogue, names: &[&str]) -> Vec<bool> {
    let shown = |name: &&str| {
        catalogue
            .film(&key("loire", name), &visitor(&["fr"]))
            .unwrap()
            .is_some()
    };
    names.iter().map(shown).collect()
}

#[test]
fn a_record_of_two_packs_goes_with_the_last_one() {
    let (_folder, catalogue) = open();
    let both = [
        ("p1", vec![film("a"), film("b")]),
        ("p2", vec![film("b"), film("c")]),
    ];
    let report = catalogue.install(installation("loire", 1, &both)).unwrap();
    assert_eq!((report.records, report.skipped), (4, 0));
    // p1 goes, p2 stays as it is.
    let without_p1 = Installation {
        kept: vec![id("p2")],
        ..installation("loire", 2, &[])
    };
    let report = catalogue.install(without_p1).unwrap();
    assert_eq!(films(&catalogue, &["a", "b", "c"]), [false, true, true]);
    assert_eq!(report.removed, 1);
    catalogue.install(installation("loire", 3, &[])).unwrap();
    assert_eq!(films(&catalogue, &["a", "b", "c"]), [false; 3]);
    assert!(
        catalogue.search("film", &visitor(&["fr"]), 9).unwrap().is_empty(),
        "a removed film is still found"
    );
}

#[test]
fn a_replaced_pack_tells_the_new_story_everywhere() {
    let (_folder, catalogue) = open();
    catalogue
        .install(installation("loire", 1, &[("p", vec![film("a"), film("b")])]))
        .unwrap();
    let renamed = json!({"kind": "film", "id": "a", "title": {"fr": "Le voyage"}, "new_field": 1});
    catalogue
        .install(installation("loire", 2, &[("p", vec![renamed])]))
        .unwrap();
    let found = |text| catalogue.search(text, &visitor(&["fr"]), 9).unwrap().len();
    assert_eq!(
        (found("voyage"), found("film")),
        (1, 0),
        "search tells an old title"
    );
}

#[test]
fn a_bad_record_costs_itself_and_nothing_else() {
    let (_folder, catalogue) = open();
    let records = vec![
        film("a"),
        json!({"kind": "place", "id": "nowhere", "name": {"fr": "x"}, "position": [91.0, 0.0]}),
        json!({"kind": "hologram", "id": "h"}),
        json!({"kind": "film", "id": "UPPER", "title": {}}),
        json!({"kind": "film", "id": "long", "title": {"fr": "x".repeat(100_001)}}),
        json!({"kind": "person", "id": "a", "name": "the film's double"}),
        json!("no object"),
        film("b"),
    ];
    let report = catalogue
        .install(installation("loire", 1, &[("p", records)]))
        .unwrap();
    assert_eq!((report.records, report.skipped), (2, 6), "{report:?}");
    assert_eq!(films(&catalogue, &["a", "b", "long"]), [true, true, false]);
    let nowhere = &report.reasons[0];
    assert_eq!(
        (nowhere.kind.as_str(), nowhere.id.as_deref()),
        ("place", Some("nowhere"))
    );
    assert!(
        nowhere.why.contains("91"),
        "a publisher cannot see what is wrong: {}",
        nowhere.why
    );
}

#[test]
fn a_guide_never_goes_back_nor_changes_hands_nor_contradicts_itself() {
    let (_folder, catalogue) = open();
    catalogue
        .install(installation("loire", 5, &[("p", liberte())]))
        .unwrap();
    let older = installation("loire", 4, &[]);
    let stranger = Installation {
        source: "https://evil.example/".into(),
        ..installation("loire", 9, &[])
    };
    let other_name = Installation {
        publication: id("paris"),
        ..installation("loire", 9, &[])
    };
    let never_there = Installation {
        kept: vec![id("q")],
        ..installation("loire", 9, &[])
    };
    let mut newer = installation("loire", 9, &[]);
    newer.index.format = FORMAT + 1;
    assert!(matches!(
        catalogue.install(older),
        Err(CatalogueError::OlderVersion {
            installed: 5,
            offered: 4,
            ..
        })
    ));
    assert!(matches!(
        catalogue.install(stranger),
        Err(CatalogueError::ClaimedByAnother { .. })
    ));
    assert!(matches!(
        catalogue.install(other_name),
        Err(CatalogueError::Contradiction { .. })
    ));
    assert!(matches!(
        catalogue.install(never_there),
        Err(CatalogueError::Contradiction { .. })
    ));
    assert!(matches!(
        catalogue.install(newer),
        Err(CatalogueError::NewerFormat { .. })
    ));
    assert_eq!(
        films(&catalogue, &["liberte"]),
        [true],
        "a refused installation changed the guide"
    );
    assert_eq!(catalogue.index_version(&id("loire")).unwrap(), Some(5));
}

#[test]
fn a_publication_never_touches_another_one() {
    let (_folder, catalogue) = open();
    catalogue
        .install(installation("loire", 1, &[("p", vec![film("a")])]))
        .unwrap();
    let theirs = json!({"kind": "film", "id": "a", "title": {"fr": "Le leur"}});
    catalogue
        .install(installation("paris", 1, &[("p", vec![theirs])]))
        .unwrap();
    assert_eq!(catalogue.keys_of(&id("a"), &visitor(&["fr"])).unwrap().len(), 2);
    catalogue.unfollow(&id("paris")).unwrap();
    assert_eq!(films(&catalogue, &["a"]), [true]);
    assert_eq!(catalogue.followed().unwrap().len(), 1);
    assert!(matches!(
        catalogue.unfollow(&id("paris")),
        Err(CatalogueError::NotFollowed(_))
    ));
}

#[test]
fn what_is_installed_can_be_told() {
    let (_folder, catalogue) = open();
    let mut loire = installation("loire", 3, &[("p", liberte()), ("q", vec![film("a")])]);
    let blob = |digit, bytes| Blob {
        file: FileRef {
            hash: hash(digit),
            bytes,
        },
        medium: crate::catalogue::model::Medium::Audio,
        language: Some("fr".parse().unwrap()),
    };
    here(&mut loire, 0).blobs = vec![blob('1', 3), blob('2', 4)];
    here(&mut loire, 1).blobs = vec![blob('2', 4)];
    catalogue.install(loire).unwrap();
    let followed = &catalogue.followed().unwrap()[0];
    assert_eq!(
        (followed.places, followed.panels, followed.trails, followed.packs),
        (1, 1, 1, 2)
    );
    assert_eq!(
        (followed.blob_bytes, followed.name.as_str()),
        (7, "Loire Tourisme")
    );
    assert_eq!(
        catalogue.blobs(&id("loire")).unwrap(),
        [blob('1', 3), blob('2', 4)]
    );
    assert_eq!(catalogue.all_blobs().unwrap(), [hash('1'), hash('2')]);
    assert_eq!(
        catalogue.pack_hashes(&id("loire")).unwrap(),
        [(id("p"), hash('a')), (id("q"), hash('a'))]
    );
    assert_eq!(catalogue.hosts().unwrap(), ["loire.example", "panneaux.example"]);
    let points = catalogue.place_points(visitor(&[]).today).unwrap();
    let places = catalogue
        .places_at(&[points[0].row, -1], &visitor(&["en"]))
        .unwrap();
    let names = places
        .iter()
        .map(|place| Some(place.as_ref()?.name.text.as_str()));
    assert_eq!(points.len(), 1);
    assert_eq!(names.collect::<Vec<_>>(), [Some("Town hall"), None]);
}

/// Lists come from memory the second time, and never from before a sync or for somebody else.
#[test]
fn a_list_shows_what_is_installed_now_in_the_language_that_is_asked_for() {
    let (_folder, catalogue) = open();
    let place = |french: &str| json!({"kind": "place", "id": "mairie", "name": {"fr": french, "en": "Town hall"}, "position": [45.42, 4.06]});
    let name = |language: &str| {
        let visitor = visitor(&[language]);
        let row = catalogue.place_points(visitor.today).unwrap()[0].row;
        let places = catalogue.places_at(&[row], &visitor).unwrap();
        places[0].as_ref().unwrap().name.text.clone()
    };
    catalogue
        .install(installation("loire", 1, &[("p", vec![place("Mairie")])]))
        .unwrap();
    for (language, shown) in [
        ("fr", "Mairie"),
        ("fr", "Mairie"),
        ("en", "Town hall"),
        ("fr", "Mairie"),
    ] {
        assert_eq!(name(language), shown);
    }
    catalogue
        .install(installation("loire", 2, &[("p", vec![place("Hôtel de ville")])]))
        .unwrap();
    assert_eq!(name("fr"), "Hôtel de ville", "what a sync brought is not shown");
}

#[test]
fn a_visitors_marks_find_what_was_renamed_merged_or_replaced() {
    let (_folder, catalogue) = open();
    let records = vec![
        json!({"kind": "film", "id": "now", "title": {"fr": "Le film"}, "aliases": ["then"]}),
        json!({"kind": "tombstone", "id": "gone", "replaced_by": "then"}),
        json!({"kind": "tombstone", "id": "withdrawn"}),
        json!({"kind": "tombstone", "id": "ring-1", "replaced_by": "ring-2"}),
        json!({"kind": "tombstone", "id": "ring-2", "replaced_by": "ring-1"}),
    ];
    let report = catalogue
        .install(installation("loire", 1, &[("p", records)]))
        .unwrap();
    assert_eq!(report.skipped, 0, "{:?}", report.reasons);
    for (then, now) in [
        ("now", "now"),
        ("then", "now"),
        ("gone", "now"),
        ("withdrawn", "withdrawn"),
        ("never-heard-of", "never-heard-of"),
    ] {
        let called = catalogue.now_called(&key("loire", then)).unwrap();
        assert_eq!(called, key("loire", now), "what was marked as {then} is lost");
    }
    catalogue.now_called(&key("loire", "ring-1")).unwrap();
}

#[test]
fn a_pack_is_read_from_its_file_and_one_that_was_altered_changes_nothing() {
    let (folder, catalogue) = open();
    let mut coming = installation("loire", 1, &[("p", liberte())]);
    let (entry, source) = &mut coming.packs[0];
    let PackSource::Here(pack) = source else {
        unreachable!("the fixtures keep packs in memory");
    };
    let mut records = pack.records.clone();
    records.push(json!({"kind": "film", "id": "too long", "title": {"fr": "x".repeat(9 << 20)}}));
    pack.records = records;
    let text = serde_json::to_vec(&pack).unwrap();
    let packed = zstd::encode_all(text.as_slice(), 3).unwrap();
    entry.unpacked_bytes = text.len() as u64;
    entry.file.bytes = packed.len() as u64;
    entry.file.hash = hash_of(&packed);
    let path = folder.path().join("pack");
    std::fs::write(&path, &packed).unwrap();
    *source = PackSource::File {
        path: path.clone(),
        hashes: vec![entry.file.hash.clone()],
    };
    let again = coming.clone();
    let report = catalogue.install(coming).unwrap();
    assert_eq!(
        (report.records, report.skipped),
        (liberte().len() as u64, 1),
        "{:?}",
        report.reasons
    );
    assert_eq!(films(&catalogue, &["liberte"]), [true]);

    let mut altered = packed;
    altered[20] ^= 1;
    std::fs::write(&path, altered).unwrap();
    let error = catalogue.install(again).unwrap_err();
    assert!(matches!(error, CatalogueError::PackUnusable { .. }), "{error}");
    assert_eq!(
        films(&catalogue, &["liberte"]),
        [true],
        "the guide that was there is gone"
    );
}
