//! What a phone and a printed panel rely on, over real files in a real folder.

mod town;

use super::*;
use alloclap_core::catalogue::model::{Medium, Tombstone};
use alloclap_core::publication::{Area, Codes, Notices};
use serde_json::{Value, json};
use town::{CHIRP, Town, bytes_of, find, ids, index_of, packs, read};

#[test]
fn a_phone_finds_in_a_pack_everything_that_its_panels_need() {
    let town = Town::new();
    let report = town.build().unwrap();
    assert_eq!(
        (
            report.version,
            report.areas,
            report.packs,
            report.places,
            report.panels
        ),
        (1, 1, 2, 2, 2)
    );
    let packs = packs(&town.out());
    let trail = &packs["tour"];
    let want = [
        "saint-bonnet",
        "tony-gatlif",
        "liberte",
        "place-a",
        "shooting-a",
        "panel-a",
        "tour",
        "sound-a",
        "clip-a",
    ];
    assert_eq!(ids(trail), want.into());
    assert_eq!(
        report.held_back.get(&"nobody".parse().unwrap()),
        Some(&HeldBack::Unreached)
    );

    let tour = find(trail, "tour");
    assert_eq!(tour["line"].as_array().unwrap().len(), 2);
    assert!(
        tour.get("line_file").is_none(),
        "a path of the publisher's machine was published"
    );
    assert_eq!(tour["length_m"], 1112.0);
    let sound = find(trail, "sound-a");
    let rendition = &sound["renditions"][0];
    assert!(sound["duration_ms"].as_u64().unwrap() > 0);
    assert!(sound["loudness_lufs"].as_f64().unwrap() < 0.0);
    assert_eq!(rendition["media_type"], "audio/ogg; codecs=opus");
    assert!(rendition.get("file").is_none());
    let blob = fs::read(town.out().join("media").join(rendition["blob"].as_str().unwrap())).unwrap();
    assert_eq!(blob, fs::read(CHIRP).unwrap());
    assert_eq!(trail.blobs.len(), 1);

    let index = index_of(&town.out());
    let of = |code: &str| {
        let entry = index
            .codes
            .iter()
            .find(|entry| code.starts_with(&entry.prefix))
            .unwrap();
        let codes: Codes = read(&town.out(), &format!("codes/{}.json", entry.file.hash));
        codes.codes[code].to_string()
    };
    assert_eq!(
        of("K7QM2FXR"),
        "tour",
        "the code of a trail's panel does not lead to the trail's pack"
    );
    assert_eq!(of("C3NT8WDP"), "area-42-1-1");
    let notices: Notices = read(
        &town.out(),
        &format!("notices/{}.json", index.notices.unwrap().hash),
    );
    assert_eq!(notices.notices.len(), 1);
}

#[test]
fn the_same_source_gives_the_same_bytes_and_no_change_writes_nothing() {
    let mut town = Town::new();
    let [one, two] = ["one", "two"].map(|name| town.folder.path().join(name));
    town.build_into(&one, "2026-06-01T12:00:00Z").unwrap();
    town.records.reverse();
    town.build_into(&two, "2026-06-01T12:00:00Z").unwrap();
    let (first, second) = (bytes_of(&one), bytes_of(&two));
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        second.keys().collect::<Vec<_>>()
    );
    let differing: Vec<_> = first
        .keys()
        .filter(|name| first[*name] != second[*name])
        .collect();
    assert!(differing.is_empty(), "built twice, these differ: {differing:?}");

    let report = town.build_into(&one, "2030-01-01T00:00:00Z").unwrap();
    assert!(
        !report.changed && report.version == 1 && report.media_read == 0,
        "{report:?}"
    );
    assert_eq!(
        bytes_of(&one),
        first,
        "nothing changed, and yet something was written"
    );

    town.record("panel-b")["infoclap"]["fr"] = "Une autre anecdote.".into();
    let report = town.build_into(&one, "2030-01-01T00:00:00Z").unwrap();
    assert_eq!(
        (report.version, report.packs_changed, report.media_read),
        (2, 1, 0),
        "{report:?}"
    );
    let index = index_of(&one);
    assert_eq!((index.version, index.built.as_str()), (2, "2030-01-01T00:00:00Z"));
}

#[test]
fn what_two_packs_have_in_common_is_told_so_that_nobody_counts_it_twice() {
    let mut town = Town::new();
    town.build().unwrap();
    let area: Area = read(
        &town.out(),
        &format!("areas/{}.json", index_of(&town.out()).areas[0].file.hash),
    );
    let counted: Vec<_> = area
        .packs
        .iter()
        .map(|pack| pack.media.iter().map(|media| media.bytes).sum::<u64>())
        .collect();
    assert!(
        counted.len() == 2 && counted[0] == counted[1] && counted[0] > 0,
        "{counted:?}"
    );
    let [shared] = &area.shared[..] else {
        panic!("the recording of the trail is its area's too: {:?}", area.shared)
    };
    let packs: Vec<&str> = shared.packs.iter().map(Id::as_str).collect();
    assert_eq!(packs, [area.packs[0].id.as_str(), "tour"]);
    assert_eq!(
        (shared.total.medium, shared.total.files, shared.total.bytes),
        (Medium::Audio, 1, counted[0])
    );
    town.remove("tour");
    town.records.push(json!({"kind": "tombstone", "id": "tour"}));
    town.build().unwrap();
    let area: Area = read(
        &town.out(),
        &format!("areas/{}.json", index_of(&town.out()).areas[0].file.hash),
    );
    assert_eq!(area.shared, [], "one pack alone shares nothing");
}

#[test]
fn what_rights_forbid_is_not_packed_and_its_text_stays() {
    let mut town = Town::new();
    let report = town.build().unwrap();
    assert_eq!(report.withheld.len(), 1);
    assert_eq!(
        (report.withheld[0].file.as_str(), report.withheld[0].why),
        ("media/film.mp4", Withheld::NotOffline)
    );
    let clip = find(&packs(&town.out())["tour"], "clip-a").clone();
    assert_eq!(
        (&clip["link"], &clip["rights"]["credit"]),
        (&json!("https://example.org/clip"), &json!("© Film"))
    );
    assert!(clip.get("renditions").is_none());

    town.record("sound-a")["rights"]["territories"] = json!(["BE"]);
    let report = town.build().unwrap();
    assert!(report.withheld.iter().any(|file| file.why == Withheld::Elsewhere));
    let packs = packs(&town.out());
    assert!(packs.values().all(|pack| pack.blobs.is_empty()));
    assert_eq!(find(&packs["tour"], "sound-a")["transcript"], "Bonjour.");
}

#[test]
fn drafts_and_what_is_for_later_stay_at_home_with_all_that_needs_them() {
    let mut town = Town::new();
    town.record("place-b")["state"] = "draft".into();
    town.record("shooting-a")["publish_from"] = "2026-06-02".into();
    town.record("works")["until"] = "2026-05-31".into();
    let report = town.build().unwrap();
    let held = |id: &str| report.held_back.get(&id.parse::<Id>().unwrap()).cloned();
    assert_eq!(held("place-b"), Some(HeldBack::Draft));
    assert_eq!(
        held("panel-b"),
        Some(HeldBack::Needs {
            id: "place-b".parse().unwrap()
        })
    );
    assert_eq!(
        held("shooting-a"),
        Some(HeldBack::NotYet {
            from: "2026-06-02".parse().unwrap()
        })
    );
    assert_eq!(held("works"), Some(HeldBack::Over));
    let everything = bytes_of(&town.out());
    assert!(
        !everything
            .values()
            .any(|bytes| bytes.windows(8).any(|window| window == b"C3NT8WDP"))
    );

    town.today = "2026-06-02".parse().unwrap();
    town.build().unwrap();
    assert!(
        ids(&packs(&town.out())["tour"]).contains("shooting-a"),
        "its day has come"
    );
}

#[test]
fn nothing_that_was_published_stops_answering() {
    let mut town = Town::new();
    town.build().unwrap();
    let before = bytes_of(&town.out());
    town.remove("panel-b");
    let refused = town.refused();
    assert!(
        refused.contains("panel \"panel-b\" was published") && refused.contains("\"C3NT8WDP\""),
        "{refused}"
    );
    assert_eq!(
        bytes_of(&town.out()),
        before,
        "a refused build touched the publication"
    );

    // Another panel takes the code.
    town.records.push(
        json!({ "kind": "panel", "id": "panel-c", "code": "C3NT-8WDP", "place": "place-b",
        "film": "liberte", "infoclap": {} }),
    );
    assert!(town.refused().contains("codes are never used again"));
    town.remove("panel-c");

    town.records.push(
        json!({ "kind": "tombstone", "id": "panel-b", "code": "C3NT-8WDP", "text": { "fr": "Parti." } }),
    );
    town.build().unwrap();
    let index = index_of(&town.out());
    let entry = index.codes.first().unwrap();
    let codes: Codes = read(&town.out(), &format!("codes/{}.json", entry.file.hash));
    let pack = &packs(&town.out())[codes.codes["C3NT8WDP"].as_str()];
    let left: Tombstone = serde_json::from_value(find(pack, "panel-b").clone()).unwrap();
    assert_eq!(left.code.as_deref(), Some("C3NT-8WDP"));
}

#[test]
fn a_withdrawn_panel_keeps_its_code_and_loses_its_words() {
    let mut town = Town::new();
    town.build().unwrap();
    town.record("panel-a")["state"] = "withdrawn".into();
    town.record("liberte")["state"] = "withdrawn".into();
    let refused = town.refused();
    assert!(
        refused.contains("panel-b") && refused.contains("withdraw it too"),
        "{refused}"
    );
    for id in ["panel-b", "shooting-a", "sound-a", "clip-a"] {
        town.record(id)["state"] = "withdrawn".into();
    }
    town.build().unwrap();
    let packs = packs(&town.out());
    let panel = find(&packs["tour"], "panel-a");
    assert_eq!(
        (&panel["state"], &panel["code"]),
        (&json!("withdrawn"), &json!("K7QM-2FXR"))
    );
    assert_eq!(find(&packs["tour"], "liberte")["kind"], "tombstone");
    let everything: Vec<String> = packs
        .values()
        .flat_map(|pack| &pack.records)
        .map(Value::to_string)
        .collect();
    assert!(
        !everything
            .iter()
            .any(|record| record.contains("anecdote") || record.contains("Bonjour"))
    );
}

#[test]
fn what_leads_nowhere_or_out_of_the_folder_is_named_with_file_and_line() {
    let mut town = Town::new();
    town.record("shooting-a")["film"] = "nothing".into();
    let refused = town.refused();
    assert!(
        refused.contains("records.toml:8: \"film\" of \"shooting-a\" names \"nothing\""),
        "{refused}"
    );

    let mut town = Town::new();
    fs::write(town.folder.path().join("secret.opus"), "secret").unwrap();
    fs::write(town.folder.path().join("source/media/logo.svg"), "<svg/>").unwrap();
    for (file, reason) in [
        ("../secret.opus", "leads out of the source folder"),
        ("/etc/passwd", "leads out of the source folder"),
        ("media/none.opus", "no file"),
        ("media/logo.svg", "no medium that can be published"),
        ("media/film.mp4/x", "no file"),
    ] {
        town.record("sound-a")["renditions"][0]["file"] = file.into();
        let refused = town.refused();
        assert!(
            refused.contains(reason) && refused.contains("records.toml:10"),
            "{file}: {refused}"
        );
    }
    assert!(!town.out().join("metadata/timestamp.json").exists());
}

#[test]
fn an_id_or_a_code_used_twice_is_refused() {
    let mut town = Town::new();
    town.record("panel-b")["code"] = "K7QM2FXR".into();
    assert!(town.refused().contains("means \"panel-a\" and \"panel-b\""));
}

#[test]
fn files_of_the_last_publication_stay_one_build_longer() {
    let mut town = Town::new();
    town.build().unwrap();
    let first = bytes_of(&town.out());
    fs::write(town.out().join("robots.txt"), "somebody's own").unwrap();
    let mut swept = Vec::new();
    for text in ["Deux.", "Trois."] {
        town.record("panel-a")["infoclap"]["fr"] = text.into();
        swept.push(town.build().unwrap().swept);
        let gone: Vec<_> = first
            .keys()
            .filter(|name| !name.starts_with("metadata") && !town.out().join(name).exists())
            .collect();
        assert_eq!(gone.len(), *swept.last().unwrap() as usize, "{gone:?}");
    }
    assert_eq!(swept[0], 0, "a phone in the middle of a download lost its files");
    assert!(swept[1] > 0, "files that nobody needs pile up");
    assert!(town.out().join("robots.txt").exists());
}

#[test]
fn two_builds_do_not_write_into_one_folder() {
    let town = Town::new();
    fs::create_dir_all(town.out()).unwrap();
    let _held = lock(&town.out()).unwrap();
    assert!(matches!(town.build(), Err(BuildError::Busy(_))));
}

#[test]
fn a_damaged_previous_publication_is_not_built_over() {
    let mut town = Town::new();
    town.build().unwrap();
    let pack = fs::read_dir(town.out().join("packs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(&pack, "noise").unwrap();
    town.record("panel-a")["infoclap"]["fr"] = "Autre.".into();
    assert!(matches!(town.build(), Err(BuildError::Previous { .. })));
}
