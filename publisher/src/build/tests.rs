//! What a phone and a printed panel rely on, over real files in a real folder.

use super::*;
use alloclap_core::catalogue::model::{Publisher, Tombstone};
use alloclap_core::publication::{Area, Codes, Index, Notices, Pack};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A recording of one second that the audio room's tests use as well.
const CHIRP: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../core/src/audio/testdata/chirp.opus"
);

struct Town {
    folder: tempfile::TempDir,
    records: Vec<Value>,
    today: Date,
}

impl Town {
    /// Two places with a panel each, one of them on a trail; a film by one person; a recording; a clip by link and file.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("source/media")).unwrap();
        fs::copy(CHIRP, folder.path().join("source/media/one.opus")).unwrap();
        fs::write(
            folder.path().join("source/media/film.mp4"),
            b"\0\0\0\x18ftypisom....",
        )
        .unwrap();
        fs::write(folder.path().join("source/trail.gpx"), GPX).unwrap();
        let place = |id: &str, lat: f64, commune: &str| {
            json!({ "kind": "place", "id": id, "name": { "fr": id },
            "position": [lat, 4.06], "commune": commune, "departement": "Loire", "country": "FR" })
        };
        let panel = |id: &str, code: &str, place: &str| {
            json!({ "kind": "panel", "id": id, "code": code, "place": place,
            "film": "liberte", "infoclap": { "fr": "Une anecdote." } })
        };
        let records = vec![
            json!({ "kind": "person", "id": "tony-gatlif", "name": "Tony Gatlif" }),
            json!({ "kind": "person", "id": "nobody", "name": "Nobody" }),
            json!({ "kind": "film", "id": "liberte", "title": { "fr": "Liberté" },
                "credits": [{ "who": "tony-gatlif", "role": "director" }] }),
            place("place-a", 45.42, "42204"),
            place("place-b", 45.43, "42204"),
            panel("panel-a", "K7QM-2FXR", "place-a"),
            panel("panel-b", "C3NT-8WDP", "place-b"),
            json!({ "kind": "shooting", "id": "shooting-a", "film": "liberte", "place": "place-a" }),
            json!({ "kind": "trail", "id": "tour", "name": { "fr": "Le tour" }, "line_file": "trail.gpx",
                "stops": [{ "id": "stop-1", "place": "place-a" }] }),
            json!({ "kind": "commentary", "id": "sound-a", "about": { "panel": "panel-a" }, "language": "fr",
                "transcript": "Bonjour.", "renditions": [{ "file": "media/one.opus" }],
                "rights": { "credit": "Voix : synthèse", "uses": ["app", "offline"] } }),
            json!({ "kind": "clip", "id": "clip-a", "about": { "film": "liberte" }, "link": "https://example.org/clip",
                "renditions": [{ "file": "media/film.mp4" }], "rights": { "credit": "© Film", "uses": ["app"] } }),
            json!({ "kind": "notice", "id": "works", "place": "place-a", "until": "2026-12-31", "text": { "fr": "Travaux" } }),
        ];
        Self {
            folder,
            records,
            today: "2026-06-01".parse().unwrap(),
        }
    }

    fn record(&mut self, id: &str) -> &mut Value {
        self.records.iter_mut().find(|record| record["id"] == id).unwrap()
    }

    fn remove(&mut self, id: &str) {
        self.records.retain(|record| record["id"] != id);
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn source(&self) -> Source {
        let publisher: Publisher =
            serde_json::from_value(json!({ "id": "saint-bonnet", "name": "Ville", "languages": ["fr"] }))
                .unwrap();
        let records = self.records.iter().enumerate();
        let records = records.map(|(at, record)| Sourced {
            record: serde_json::from_value(record.clone()).unwrap(),
            file: "records.toml".into(),
            line: u32::try_from(at).unwrap() + 1,
        });
        Source {
            folder: self.folder.path().join("source"),
            publisher,
            records: records.collect(),
        }
    }

    fn build_into(&self, out: &Path, now_utc: &str) -> Result<BuildReport, BuildError> {
        let options = BuildOptions {
            opus: false,
            out,
            today: self.today,
            now_utc: now_utc.into(),
            keys: &[self.folder.path().join("keys")],
            valid_days: keys::VALID_DAYS,
        };
        build(&self.source(), &options, &mut |_| {})
    }

    fn build(&self) -> Result<BuildReport, BuildError> {
        self.build_into(&self.out(), "2026-06-01T12:00:00Z")
    }

    fn refused(&self) -> String {
        match self.build() {
            Err(BuildError::Refused(problems)) => problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
            other => panic!("this was not refused: {other:?}"),
        }
    }
}

const GPX: &str = r#"<gpx version="1.1"><trk><trkseg><trkpt lat="45.42" lon="4.06"/><trkpt lat="45.43" lon="4.06"/></trkseg></trk></gpx>"#;

fn read<T: DeserializeOwned>(out: &Path, name: &str) -> T {
    serde_json::from_slice(&fs::read(out.join(name)).unwrap()).unwrap()
}

/// The index that is signed.
fn index_of(out: &Path) -> Index {
    let signed = keys::standing(out).unwrap().unwrap();
    read(out, &format!("index/{}.index.json", signed.index.hash))
}

/// All packs by id, read the way that a phone reads them.
fn packs(out: &Path) -> BTreeMap<String, Pack> {
    let index = index_of(out);
    let mut packs = BTreeMap::new();
    for area in index.areas {
        let area: Area = read(out, &format!("areas/{}.json", area.file.hash));
        for entry in area.packs {
            let bytes = fs::read(out.join(format!("packs/{}.json.zst", entry.file.hash))).unwrap();
            assert_eq!(bytes.len() as u64, entry.file.bytes);
            let json = zstd::bulk::decompress(&bytes, entry.unpacked_bytes as usize).unwrap();
            let pack: Pack = serde_json::from_slice(&json).unwrap();
            assert_eq!(pack.id, entry.id);
            packs.insert(pack.id.to_string(), pack);
        }
    }
    packs
}

fn ids(pack: &Pack) -> BTreeSet<&str> {
    pack.records
        .iter()
        .filter_map(|record| record["id"].as_str())
        .collect()
}

fn find<'a>(pack: &'a Pack, id: &str) -> &'a Value {
    pack.records
        .iter()
        .find(|record| record["id"] == id)
        .unwrap_or_else(|| panic!("no {id} in the pack"))
}

/// Every file of a folder with its bytes.
fn bytes_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(
                    path.strip_prefix(folder).unwrap().to_owned(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    files
}

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
