//! Looking things up in a catalogue of 100,000 places and 20,000 films: opening it, a panel by its id and by its code, and
//! words, however they are typed. Beside the words: a plain SQL `LIKE '%…%'` over the same wordings, which finds neither
//! accents nor slips.

mod measure;

use alloclap_core::catalogue::model::Id;
use alloclap_core::catalogue::{Catalogue, Installation, Key, PackSource, Visitor, fold};
use alloclap_core::publication::{FORMAT, Pack, PackEntry};
use measure::{Outcome, Seeded, Spread, Table, time, timed};
use rusqlite::Connection;
use serde_json::{Value, json};

const PLACES: u64 = 100_000;
const FILMS: u64 = 20_000;
/// One place in so many has a panel.
const PANEL_EVERY: u64 = 10;
/// Places of a pack.
const PACK_PLACES: u64 = 1_000;
/// Hits that a screen shows.
const SHOWN: usize = 20;
const SAMPLES: usize = 51;
/// Fewer where the system has to forget before each.
const COLD_SAMPLES: usize = 9;

const QUERIES: [&str; 14] = [
    "Liberté",
    "libetre",
    "montmartre rouge",
    "saint bonnet",
    "château luxembourg victor",
    "chateau luxembuorg victor",
    "avenue de la république paris",
    "paris",
    "pariss",
    "jean pont 77",
    "p",
    "12",
    "bienvenue",
    "xyzzyq",
];

const WORDS: [&str; 30] = [
    "rue",
    "avenue",
    "place",
    "Liberté",
    "République",
    "Saint",
    "Bonnet",
    "château",
    "pont",
    "Neuf",
    "quai",
    "Seine",
    "Martin",
    "canal",
    "gare",
    "Nord",
    "moulin",
    "rouge",
    "Montmartre",
    "Belleville",
    "jardin",
    "Luxembourg",
    "Voltaire",
    "Hugo",
    "Zola",
    "parc",
    "Monceau",
    "église",
    "Victor",
    "Foch",
];

fn main() -> Outcome {
    let folder = tempfile::tempdir()?;
    let packs = packs()?;
    let like = plain_table(&packs)?;
    let (report, installed) = timed(|| install(folder.path(), packs));
    let records = report?;
    let visitor = Visitor {
        languages: vec!["fr".parse()?],
        audience: Default::default(),
        today: "2026-06-01".parse()?,
    };
    let open = Spread::calls(SAMPLES, |_| Catalogue::open(folder.path()).map(drop));
    let cold = cold_open(folder.path());
    let catalogue = Catalogue::open(folder.path())?;
    // What follows is asked of a phone in use; the cold rows forget the file each time.
    std::io::copy(
        &mut std::fs::File::open(catalogue_file(folder.path()))?,
        &mut std::io::sink(),
    )?;

    let mut lookups = Table::new(&["", "median", "longest"]);
    let mut line =
        |name: &str, spread: Spread| lookups.row(&[&name, &time(spread.median), &time(spread.max)]);
    line("opening", open);
    line("opening, not in the system's memory", cold);
    line(
        "all positions",
        Spread::calls(SAMPLES, |_| catalogue.place_points(visitor.today)),
    );
    let panel = |n: u64| key(format!("panel-{}", n * PANEL_EVERY % PLACES));
    let often = panel(0)?;
    line(
        "a panel by id, the same again",
        Spread::calls(SAMPLES, |_| catalogue.panel(&often, &visitor)),
    );
    line(
        "a panel by id, each another",
        Spread::calls(SAMPLES, |n| {
            catalogue.panel(&panel(n as u64).ok()?, &visitor).ok()
        }),
    );
    line(
        "what a code names",
        Spread::calls(SAMPLES, |n| {
            catalogue.panels_with_code(&code(n as u64 * PANEL_EVERY), None, &visitor)
        }),
    );
    line(
        "a place",
        Spread::calls(SAMPLES, |n| {
            catalogue
                .place(&key(format!("place-{}", n * 7)).ok()?, &visitor)
                .ok()
        }),
    );
    let film = |n: usize| key(format!("film-{}", n * 7));
    line(
        "a film with all its places",
        Spread::calls(SAMPLES, |n| catalogue.film(&film(n).ok()?, &visitor).ok()),
    );
    line(
        "a panel by id, not in the system's memory",
        Spread::of(
            (0..COLD_SAMPLES)
                .map(|n| {
                    forget(folder.path());
                    timed(|| catalogue.panel(&panel((SAMPLES + n) as u64).ok()?, &visitor).ok()).1
                })
                .collect(),
        ),
    );
    remember(folder.path())?;
    let shootings = catalogue
        .film(&film(1)?, &visitor)?
        .map_or(0, |film| film.shootings.len());

    let mut search = Table::new(&["words", "ours", "longest", "hits", "LIKE", "hits", "ours : LIKE"]);
    let mut medians = Vec::new();
    for words in QUERIES {
        let hits = catalogue.search(words, &visitor, SHOWN)?.len();
        let ours = Spread::calls(SAMPLES, |_| catalogue.search(words, &visitor, SHOWN));
        let like_hits = by_like(&like, words)?;
        let peer = Spread::calls(SAMPLES, |_| by_like(&like, words));
        medians.push(ours.median);
        search.row(&[
            &words,
            &time(ours.median),
            &time(ours.max),
            &hits,
            &time(peer.median),
            &like_hits,
            &ours.against(peer),
        ]);
    }
    println!(
        "\n{PLACES} places and {FILMS} films ({records} records) were installed in {}",
        time(installed)
    );
    lookups.print(&format!("lookups: one question ({shootings} shootings a film)"));
    search.print("search: one question");
    let all = Spread::of(medians);
    println!(
        "  median over these questions: {}, the slowest: {}",
        time(all.median),
        time(all.max)
    );
    Ok(())
}

/// Opening after the system was asked to forget the file, which `dd` can do.
fn catalogue_file(folder: &std::path::Path) -> std::path::PathBuf {
    folder.join("catalogue.db")
}

fn cold_open(folder: &std::path::Path) -> Spread {
    let times = (0..COLD_SAMPLES).map(|_| {
        forget(folder);
        timed(|| Catalogue::open(folder).map(drop)).1
    });
    Spread::of(times.collect())
}

/// Has the file in the system's memory again, as on a phone in use.
fn remember(folder: &std::path::Path) -> std::io::Result<u64> {
    std::io::copy(
        &mut std::fs::File::open(catalogue_file(folder))?,
        &mut std::io::sink(),
    )
}

/// Lets the system forget what it keeps of the file in memory.
fn forget(folder: &std::path::Path) {
    let forgot = std::process::Command::new("dd")
        .arg(format!("of={}", catalogue_file(folder).display()))
        .args([
            "oflag=nocache",
            "conv=notrunc,fdatasync",
            "count=0",
            "status=none",
            "if=/dev/null",
        ])
        .status();
    if !forgot.is_ok_and(|status| status.success()) {
        println!("dd is not here: what is said to be cold is warm");
    }
}

fn key(id: String) -> Result<Key, Box<dyn std::error::Error>> {
    Ok(Key {
        publication: "town".parse()?,
        id: id.parse()?,
    })
}

fn code(n: u64) -> String {
    format!("{n:08}")
}

/// Packs of a town that does not exist, whose every street was filmed.
fn packs() -> Result<Vec<Pack>, Box<dyn std::error::Error>> {
    let mut seeded = Seeded(11);
    let mut packs = Vec::new();
    let mut records = Vec::new();
    for n in 0..FILMS {
        let title = format!(
            "Le {} de {} {}",
            word(&mut seeded),
            word(&mut seeded),
            word(&mut seeded)
        );
        let credits = json!([{"who": format!("person-{n}"), "role": "director"}]);
        records.push(json!({"kind": "film", "id": format!("film-{n}"), "title": {"fr": title}, "year": 2000, "credits": credits}));
        let name = format!("Jean {} {n}", word(&mut seeded));
        records.push(json!({"kind": "person", "id": format!("person-{n}"), "name": name}));
    }
    for n in 0..PLACES {
        place(n, &mut seeded, &mut records);
        if (n + 1).is_multiple_of(PACK_PLACES) {
            let id: Id = format!("pack-{}", packs.len()).parse()?;
            packs.push(Pack {
                format: FORMAT,
                id,
                blobs: Vec::new(),
                records: std::mem::take(&mut records),
            });
        }
    }
    Ok(packs)
}

fn place(n: u64, seeded: &mut Seeded, records: &mut Vec<Value>) {
    let address = format!("{} {} {}", n % 200, word(seeded), word(seeded));
    records.push(json!({
        "kind": "place", "id": format!("place-{n}"), "name": {"fr": address}, "address": address,
        "position": [48.81 + 0.1 * seeded.share(), 2.25 + 0.17 * seeded.share()],
        "postcode": "75011", "commune": "75111", "commune_name": "Paris", "country": "FR",
    }));
    for k in 0..2 {
        let film = format!("film-{}", (n * 7 + k * 31) % FILMS);
        records.push(json!({
            "kind": "shooting", "id": format!("shooting-{n}-{k}"), "film": film, "place": format!("place-{n}"), "from": "2019-03-01",
        }));
    }
    if n.is_multiple_of(PANEL_EVERY) {
        let story = format!(
            "Ici {} fut tourné devant {} et {}.",
            word(seeded),
            word(seeded),
            word(seeded)
        );
        records.push(json!({
            "kind": "panel", "id": format!("panel-{n}"), "code": code(n), "place": format!("place-{n}"),
            "film": format!("film-{}", n * 7 % FILMS), "infoclap": {"fr": story},
        }));
        records.push(json!({
            "kind": "commentary", "id": format!("commentary-{n}"), "about": {"panel": format!("panel-{n}")}, "language": "fr",
            "duration_ms": 1000, "transcript": "Bienvenue. ".repeat(60), "rights": {"uses": ["app"]},
            "renditions": [{"blob": "b".repeat(64), "bytes": 1, "media_type": "audio/ogg"}],
        }));
    }
}

fn word(seeded: &mut Seeded) -> &'static str {
    let n = seeded.below(WORDS.len() as u64) as usize;
    WORDS.get(n).copied().unwrap_or_default()
}

/// Installs them, and says how many records there are.
fn install(folder: &std::path::Path, packs: Vec<Pack>) -> Result<u64, Box<dyn std::error::Error>> {
    let entry = |pack: Pack| -> Result<(PackEntry, PackSource), serde_json::Error> {
        let entry = json!({
            "id": pack.id, "kind": "area", "name": {"fr": "Ville"}, "places": PACK_PLACES, "panels": 0,
            "bounds": {"south_west": [48.0, 2.0], "north_east": [49.0, 3.0]},
            "hash": "a".repeat(64), "bytes": 1, "unpacked_bytes": 1,
        });
        Ok((serde_json::from_value(entry)?, pack.into()))
    };
    let index = json!({
        "format": FORMAT, "version": 1, "built": "2026-01-01T00:00:00Z", "areas": [],
        "publisher": {"id": "town", "name": "La Ville", "languages": ["fr"]},
    });
    let report = Catalogue::open(folder)?.install(Installation {
        publication: "town".parse()?,
        source: "http://localhost/".to_owned(),
        index: serde_json::from_value(index)?,
        packs: packs.into_iter().map(entry).collect::<Result<_, _>>()?,
        kept: Vec::new(),
        notices: Vec::new(),
        codes: Default::default(),
        may_go_back: false,
    })?;
    if report.skipped > 0 {
        return Err(format!(
            "{} records were skipped: {:?}",
            report.skipped,
            report.reasons.first()
        )
        .into());
    }
    Ok(report.records)
}

/// What one writes without a search engine: a table of wordings.
fn plain_table(packs: &[Pack]) -> Result<Connection, Box<dyn std::error::Error>> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch("CREATE TABLE wording (id TEXT NOT NULL, folded TEXT NOT NULL)")?;
    let mut insert = connection.prepare("INSERT INTO wording VALUES (?1, ?2)")?;
    for record in packs.iter().flat_map(|pack| &pack.records) {
        let text = |at: &str| record.pointer(at).and_then(Value::as_str);
        let wordings = [
            text("/title/fr"),
            text("/name/fr"),
            text("/name"),
            text("/infoclap/fr"),
            text("/transcript"),
        ];
        let around = [text("/address"), text("/postcode"), text("/commune_name")];
        let around: Vec<&str> = around.into_iter().flatten().collect();
        let id = text("/id").unwrap_or_default();
        for wording in wordings.into_iter().flatten().chain([around.join(" ").as_str()]) {
            insert.execute([id, &fold(wording)])?;
        }
    }
    drop(insert);
    Ok(connection)
}

/// How many records hold every one of the words somewhere, at most as many as are shown.
fn by_like(connection: &Connection, words: &str) -> rusqlite::Result<usize> {
    let patterns: Vec<String> = fold(words).split(' ').map(|word| format!("%{word}%")).collect();
    let all = vec!["folded LIKE ?"; patterns.len()].join(" AND ");
    let mut statement = connection.prepare_cached(&format!(
        "SELECT DISTINCT id FROM wording WHERE {all} LIMIT {SHOWN}"
    ))?;
    let hits = statement.query_map(rusqlite::params_from_iter(patterns), |row| {
        row.get::<_, String>(0)
    })?;
    hits.collect::<Result<Vec<_>, _>>().map(|hits| hits.len())
}
