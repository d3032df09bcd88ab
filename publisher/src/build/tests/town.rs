//! A small town to publish, and what a phone would read of it.

use super::super::*;
use alloclap_core::catalogue::model::Publisher;
use alloclap_core::publication::{Area, Index, Pack};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A recording of one second that the audio room's tests use as well.
pub(super) const CHIRP: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../core/src/audio/testdata/chirp.opus"
);

pub(super) struct Town {
    pub(super) folder: tempfile::TempDir,
    pub(super) records: Vec<Value>,
    pub(super) today: Date,
}

impl Town {
    /// Two places with a panel each, one of them on a trail; a film by one person; a recording; a clip by link and file.
    pub(super) fn new() -> Self {
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

    pub(super) fn record(&mut self, id: &str) -> &mut Value {
        self.records.iter_mut().find(|record| record["id"] == id).unwrap()
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.records.retain(|record| record["id"] != id);
    }

    pub(super) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(super) fn source(&self) -> Source {
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

    pub(super) fn build_into(&self, out: &Path, now_utc: &str) -> Result<BuildReport, BuildError> {
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

    pub(super) fn build(&self) -> Result<BuildReport, BuildError> {
        self.build_into(&self.out(), "2026-06-01T12:00:00Z")
    }

    pub(super) fn refused(&self) -> String {
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

pub(super) fn read<T: DeserializeOwned>(out: &Path, name: &str) -> T {
    serde_json::from_slice(&fs::read(out.join(name)).unwrap()).unwrap()
}

/// The index that is signed.
pub(super) fn index_of(out: &Path) -> Index {
    let signed = keys::standing(out).unwrap().unwrap();
    read(out, &format!("index/{}.index.json", signed.index.hash))
}

/// All packs by id, read the way that a phone reads them.
pub(super) fn packs(out: &Path) -> BTreeMap<String, Pack> {
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

pub(super) fn ids(pack: &Pack) -> BTreeSet<&str> {
    pack.records
        .iter()
        .filter_map(|record| record["id"].as_str())
        .collect()
}

pub(super) fn find<'a>(pack: &'a Pack, id: &str) -> &'a Value {
    pack.records
        .iter()
        .find(|record| record["id"] == id)
        .unwrap_or_else(|| panic!("no {id} in the pack"))
}

/// Every file of a folder with its bytes.
pub(super) fn bytes_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
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
