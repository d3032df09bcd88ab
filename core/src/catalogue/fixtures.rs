//! A small real catalogue for the tests of this crate.

use super::model::{Audience, BlobHash, Id};
use super::{Catalogue, Installation, Key, Visitor};
use crate::publication::{FORMAT, FileRef, Index, Pack, PackEntry, PackKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tempfile::TempDir;

pub(crate) fn id(text: &str) -> Id {
    text.parse().unwrap()
}

pub(crate) fn key(publication: &str, text: &str) -> Key {
    Key {
        publication: id(publication),
        id: id(text),
    }
}

/// Somebody who comes on 1 June 2026.
pub(crate) fn visitor(languages: &[&str]) -> Visitor {
    Visitor {
        languages: languages
            .iter()
            .map(|language| language.parse().unwrap())
            .collect(),
        audience: Audience::Standard,
        today: jiff::civil::date(2026, 6, 1),
    }
}

/// An empty catalogue in a folder of its own.
pub(crate) fn open() -> (TempDir, Catalogue) {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::open(folder.path()).unwrap();
    (folder, catalogue)
}

/// A hash made of one digit.
pub(crate) fn hash(digit: char) -> BlobHash {
    digit.to_string().repeat(64).parse().unwrap()
}

/// A publication with these packs.
pub(crate) fn installation(publication: &str, version: u64, packs: &[(&str, Vec<Value>)]) -> Installation {
    let bounds = json!({"south_west": [45.0, 4.0], "north_east": [46.0, 5.0]});
    let pack = |(name, records): &(&str, Vec<Value>)| {
        let entry = PackEntry {
            id: id(name),
            kind: PackKind::Area,
            name: serde_json::from_value(json!({"fr": format!("Paquet {name}")})).unwrap(),
            bounds: serde_json::from_value(bounds.clone()).unwrap(),
            places: 1,
            panels: 1,
            file: FileRef {
                hash: hash('a'),
                bytes: 1,
            },
            unpacked_bytes: 1,
            unpacked_hash: None,
            patches: Vec::new(),
            communes: Vec::new(),
            media: Vec::new(),
        };
        (
            entry,
            Pack {
                format: FORMAT,
                id: id(name),
                blobs: Vec::new(),
                records: records.clone(),
            }
            .into(),
        )
    };
    Installation {
        publication: id(publication),
        source: format!("https://{publication}.example/"),
        index: Index {
            format: FORMAT,
            version,
            built: "2026-05-01T08:00:00Z".to_owned(),
            publisher: serde_json::from_value(json!({
                "id": publication, "name": "Loire Tourisme", "languages": ["fr", "en"],
                "hosts": [format!("{publication}.example"), "Panneaux.Example"], "damage_contact": "panneaux@loire.example",
            }))
            .unwrap(),
            areas: Vec::new(),
            notices: None,
            codes: Vec::new(),
            code_shards: None,
            directory: Vec::new(),
        },
        packs: packs.iter().map(pack).collect(),
        kept: Vec::new(),
        notices: Vec::new(),
        codes: BTreeMap::new(),
        may_go_back: false,
    }
}

/// The first panel of all: *Liberté* in Saint-Bonnet-le-Château, with a trail past it.
pub(crate) fn liberte() -> Vec<Value> {
    let app = json!({"credit": "Loire Tourisme", "uses": ["app", "offline"]});
    vec![
        json!({"kind": "film", "id": "liberte", "title": {"fr": "Liberté", "en": "Freedom"}, "original_title": "Liberté",
            "original_language": "fr", "year": 2010, "form": "feature", "aliases": ["korkoro"],
            "credits": [{"who": "gatlif", "role": "director"}], "age_rating": {"from_age": 10}, "warning": {"fr": "Violence"},
            "watch": [{"service": "Video", "address": "https://vod.example/1"}, {"service": "Bad", "address": "javascript:1"}]}),
        json!({"kind": "person", "id": "gatlif", "name": "Tony Gatlif", "accounts": [
            {"network": "web", "address": "https://gatlif.example", "official": "yes"},
            {"network": "old", "handle": "@old", "closed": true}]}),
        json!({"kind": "place", "id": "mairie", "name": {"fr": "Mairie", "en": "Town hall"}, "position": [45.4237, 4.0662],
            "address": "Place de la République", "postcode": "42380", "commune": "42204",
            "commune_name": "Saint-Bonnet-le-Château", "country": "FR"}),
        json!({"kind": "shooting", "id": "s1", "film": "korkoro", "place": "mairie", "from": "2009-03-01",
            "scene": {"fr": "Le maire marie les voyageurs."}}),
        json!({"kind": "panel", "id": "panneau-1", "code": "K7QM-2FXR", "old_codes": ["1042"], "place": "mairie",
            "film": "liberte", "position": [45.4238, 4.0663], "facing_deg": -90.0, "condition": "standing",
            "infoclap": {"fr": "Les figurants du village ont construit les roulottes.", "fr_children": "Tu vois la place ?"}}),
        json!({"kind": "commentary", "id": "c-fr", "about": {"panel": "panneau-1"}, "language": "fr", "duration_ms": 40000,
            "transcript": "Bienvenue devant la mairie.", "voice": {"name": "espeak-ng", "synthetic": true}, "rights": app,
            "renditions": [{"blob": hash('1'), "bytes": 3, "media_type": "audio/mpeg"},
                {"blob": hash('2'), "bytes": 3, "media_type": "audio/ogg; codecs=opus"}]}),
        json!({"kind": "commentary", "id": "c-en", "about": {"panel": "panneau-1"}, "language": "en", "duration_ms": 41000,
            "transcript": "Welcome to the town hall.", "rights": app,
            "renditions": [{"blob": hash('3'), "bytes": 3, "media_type": "audio/ogg; codecs=opus"}]}),
        json!({"kind": "clip", "id": "bande-annonce", "shows": "trailer", "about": {"film": "liberte"},
            "title": {"fr": "Bande-annonce"}, "link": "https://www.allocine.fr/video/1",
            "rights": {"credit": "© Princes", "uses": ["app"], "territories": ["FR"], "until": "2026-12-31"}}),
        json!({"kind": "picture", "id": "photo", "shows": "then", "about": {"place": "mairie"}, "alt": {"fr": "La place"},
            "renditions": [{"blob": hash('4'), "bytes": 3, "media_type": "image/webp"}], "rights": app}),
        json!({"kind": "trail", "id": "sentier", "name": {"fr": "Sur les pas de Liberté"},
            "line": [[45.4237, 4.0662], [45.4247, 4.0662]],
            "stops": [{"id": "e1", "place": "mairie"}, {"id": "e2", "at": [45.4247, 4.0662], "direction": {"fr": "À gauche."}}]}),
    ]
}
