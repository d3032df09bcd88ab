//! A small publication and a phone that follows it.

use super::super::part::hash_of;
use super::super::*;
use super::server::Server;
use super::signing::Signing;
use crate::catalogue::Catalogue;
use crate::catalogue::model::{BlobHash, Id, Medium};
use crate::publication::{
    Area, AreaEntry, Blob, Bounds, Codes, CodesEntry, FORMAT, FileKind, FileRef, Index, MediaTotal, Pack,
    PackEntry, PackKind, SharedMedia,
};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// A pack to be published: its places' names, and its blobs.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) id: &'static str,
    pub(super) area: &'static str,
    pub(super) names: Vec<String>,
    pub(super) media: Vec<(Vec<u8>, Medium, Option<&'static str>)>,
}

pub(super) fn id(text: &str) -> Id {
    text.parse().unwrap()
}

/// Bytes that no two seeds share and no compressor likes.
pub(super) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(step).collect()
}

/// Two packs in two areas with audio in two languages and a picture that they share.
pub(super) fn drafts() -> Vec<Draft> {
    let picture = (noise(1, 20_000), Medium::Picture, None);
    vec![
        Draft {
            id: "liberte",
            area: "loire",
            names: vec!["Place de la Mairie".into(), "Collégiale".into()],
            media: vec![
                (noise(2, 300_000), Medium::Audio, Some("fr")),
                (noise(3, 70_000), Medium::Audio, Some("en")),
                picture.clone(),
            ],
        },
        Draft {
            id: "montmartre",
            area: "paris",
            names: vec!["Café des Deux Moulins".into()],
            media: vec![(noise(4, 90_000), Medium::Audio, Some("fr")), picture],
        },
    ]
}

fn put(files: &mut Files, kind: FileKind, bytes: Vec<u8>) -> FileRef {
    let file = FileRef {
        hash: hash_of(&bytes).unwrap(),
        bytes: bytes.len() as u64,
    };
    files.insert(format!("/{}", kind.path(&file.hash)), bytes);
    file
}

/// Everything that a publisher would put on a server.
pub(super) fn publish(version: u64, drafts: &[Draft]) -> Files {
    publish_signed(version, drafts, &Signing::new(version))
}

/// The same, signed in another way.
pub(super) fn publish_signed(version: u64, drafts: &[Draft], signing: &Signing) -> Files {
    let mut files = Files::new();
    let corner = "45.4, 4.0".parse().unwrap();
    let bounds = Bounds {
        south_west: corner,
        north_east: corner,
    };
    let mut areas: BTreeMap<&str, Area> = BTreeMap::new();
    let mut codes = Codes::default();
    for draft in drafts {
        let mut blobs = Vec::new();
        let mut media: Vec<MediaTotal> = Vec::new();
        for (bytes, medium, language) in &draft.media {
            let file = put(&mut files, FileKind::Media, bytes.clone());
            let language = language.map(|l| l.parse().unwrap());
            media.push(MediaTotal {
                medium: *medium,
                language: language.clone(),
                files: 1,
                bytes: file.bytes,
            });
            blobs.push(Blob {
                file,
                medium: *medium,
                language,
            });
        }
        let place = |(n, name): (usize, &String)| json!({"kind": "place", "id": format!("{}-{n}", draft.id), "name": {"fr": name}, "position": [45.4, 4.0]});
        let records = draft.names.iter().enumerate().map(place).collect();
        let text = serde_json::to_vec(&Pack {
            format: FORMAT,
            id: id(draft.id),
            blobs,
            records,
        })
        .unwrap();
        let file = put(
            &mut files,
            FileKind::Pack,
            zstd::encode_all(text.as_slice(), 3).unwrap(),
        );
        codes
            .codes
            .insert(format!("CODE{}", draft.id.len()), id(draft.id));
        areas.entry(draft.area).or_default().packs.push(PackEntry {
            id: id(draft.id),
            kind: PackKind::Area,
            name: Default::default(),
            bounds,
            places: draft.names.len() as u32,
            panels: 0,
            file,
            unpacked_bytes: text.len() as u64,
            unpacked_hash: None,
            patches: Vec::new(),
            communes: Vec::new(),
            media,
        });
    }
    // The picture that all drafts have in common.
    if let [first, second] = drafts
        && let Some((bytes, medium, _)) = first.media.iter().find(|media| second.media.contains(media))
    {
        let common = SharedMedia {
            packs: vec![id(first.id), id(second.id)],
            total: MediaTotal {
                medium: *medium,
                language: None,
                files: 1,
                bytes: bytes.len() as u64,
            },
        };
        areas
            .values_mut()
            .for_each(|area| area.shared.push(common.clone()));
    }
    let areas = areas.into_iter().map(|(name, area)| AreaEntry {
        id: id(name),
        name: Default::default(),
        bounds,
        places: area.packs.iter().map(|pack| pack.places).sum(),
        departement: None,
        file: put(&mut files, FileKind::Area, serde_json::to_vec(&area).unwrap()),
        ways: Default::default(),
    });
    let areas = areas.collect();
    let notices = br#"{"notices":[{"id":"n1","text":{"fr":"Rue barr\u00e9e"}},{"id":"NO ID"}]}"#.to_vec();
    let index = Index {
        format: FORMAT,
        version,
        built: "2026-01-01T00:00:00Z".into(),
        publisher: serde_json::from_value(json!({"id": "town", "name": "La Ville"})).unwrap(),
        areas,
        notices: Some(put(&mut files, FileKind::Notices, notices)),
        codes: vec![CodesEntry {
            prefix: "".into(),
            file: put(&mut files, FileKind::Codes, serde_json::to_vec(&codes).unwrap()),
            ways: Default::default(),
        }],
        code_shards: None,
        directory: Vec::new(),
    };
    signing.sign(&mut files, serde_json::to_vec(&index).unwrap());
    files
}

/// A clock that does not wait, and remembers how long it should have.
#[derive(Default)]
pub(super) struct Hurry {
    pub(super) waits: Mutex<Vec<Duration>>,
    now_ms: Mutex<u64>,
    pub(super) unix_s: Mutex<i64>,
}

impl Clock for Hurry {
    fn now_ms(&self) -> u64 {
        let mut now = self.now_ms.lock().unwrap();
        *now += 1;
        *now
    }

    fn unix_s(&self) -> i64 {
        *self.unix_s.lock().unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.waits.lock().unwrap().push(time);
        Box::pin(tokio::task::yield_now())
    }

    fn chance(&self) -> f64 {
        0.0
    }
}

/// A phone: a data folder, its catalogue, its clock.
pub(super) struct Phone {
    pub(super) folder: tempfile::TempDir,
    pub(super) store: Arc<Catalogue>,
    pub(super) clock: Arc<Hurry>,
    pub(super) options: Options,
}

impl Phone {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Catalogue::open(folder.path()).unwrap());
        // The stall is the only real wait of these tests; long enough for a busy machine to answer in.
        let options = Options {
            stall: Duration::from_secs(3),
            ..Options::default()
        };
        Self {
            folder,
            store,
            clock: Arc::default(),
            options,
        }
    }

    pub(super) fn syncer(&self) -> Syncer {
        let fetcher = Arc::new(HttpFetcher::new(self.options.stall).unwrap());
        Syncer::with_ports(
            self.folder.path(),
            self.store.clone(),
            self.options,
            fetcher,
            self.clock.clone(),
        )
    }

    pub(super) async fn sync(&self, server: &Server) -> Result<SyncReport, SyncError> {
        self.sync_choice(server, &Choice::default()).await
    }

    pub(super) async fn sync_choice(
        &self,
        server: &Server,
        choice: &Choice,
    ) -> Result<SyncReport, SyncError> {
        let syncer = self.syncer();
        let plan = syncer.plan(&server.url(), choice).await?;
        syncer.run(plan, Arc::new(()), &Control::new()).await
    }

    pub(super) async fn ready(&self, pack: &str) -> Readiness {
        self.syncer()
            .ready(&id("town"), &id(pack), &Choice::default())
            .await
            .unwrap()
    }

    /// How much of a blob is in its part.
    pub(super) fn part_bytes(&self, path: &str) -> u64 {
        let name = path.rsplit('/').next().unwrap();
        let part = self.folder.path().join("media/.part").join(name);
        std::fs::metadata(part).map_or(0, |data| data.len())
    }

    pub(super) fn version(&self) -> Option<u64> {
        self.store.index_version(&id("town")).unwrap()
    }

    /// The names of all files in `media`, after making sure that each is what its name says.
    pub(super) fn media(&self) -> Vec<BlobHash> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.folder.path().join("media"))
            .into_iter()
            .flatten()
        {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let hash: BlobHash = entry.file_name().to_str().unwrap().parse().unwrap();
                assert_eq!(
                    hash_of(&std::fs::read(entry.path()).unwrap()).unwrap(),
                    hash,
                    "a wrong blob was kept"
                );
                names.push(hash);
            }
        }
        names.sort();
        names
    }

    /// Makes sure that this edition is the one that serves, and that every blob it names is here and right.
    pub(super) fn assert_whole(&self, version: u64, told: &str) {
        assert_eq!(self.version(), Some(version), "{told}: another edition serves");
        let media = self.media();
        for blob in self.store.all_blobs().unwrap() {
            assert!(media.contains(&blob), "{told}: the guide lost a file");
        }
    }
}
