//! A publication of a million places: how long it takes to build, how large it is, and what a phone that holds one town pays
//! for the first download, for a refresh when 2 % of its pack's texts and other départements have changed, and for nothing new.
//! `ALLOCLAP_PLACES` makes it smaller. The phone is a process of its own, so that its memory is its own.

mod measure;

use alloclap_core::catalogue::Catalogue;
use alloclap_core::catalogue::model::Record;
use alloclap_core::publication::{Area, FileKind, Index};
use alloclap_core::sync::{Choice, Control, Options, Syncer, SystemClock};
use alloclap_publisher::build::{BuildOptions, build};
use alloclap_publisher::keys::VALID_DAYS;
use alloclap_publisher::serve::serve;
use alloclap_publisher::source::{Source, Sourced};
use alloclap_tests::cost::{Counting, peak_kib};
use measure::{Outcome, Seeded, Table, time, timed};
use serde_json::{Value, json};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const PLACES: usize = 1_000_000;
/// The town that the phone holds: a commune of the Loire.
const TOWN: &str = "42204";
/// Communes of a département; there are 35,000 in France.
const COMMUNES: u64 = 350;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().collect();
    if let [_, asked, url, folder] = words.as_slice()
        && asked == "--phone"
    {
        return phone(url, Path::new(folder));
    }
    let count = std::env::var("ALLOCLAP_PLACES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(PLACES);
    let folder = tempfile::tempdir()?;
    let (out, phone) = (folder.path().join("public"), folder.path().join("phone"));
    let mut source = generate(count, folder.path())?;
    let (first, first_time) = timed(|| publish(&source, &out, folder.path(), "2026-06-01T12:00:00Z"));
    first?;
    let sizes = sizes(&out)?;
    let server = serve(&out, (Ipv4Addr::LOCALHOST, 0).into())?;
    let url = server.url();
    let mut rows = vec![("first download of a town", visit(&url, &phone)?)];
    rows.push(("nothing new", visit(&url, &phone)?));
    edit(&mut source);
    let (second, second_time) = timed(|| publish(&source, &out, folder.path(), "2026-06-02T12:00:00Z"));
    let changed = second?;
    rows.push((
        "2 % of its pack and ten départements edited",
        visit(&url, &phone)?,
    ));

    let mut table = Table::new(&["", "time", "bytes", "files"]);
    table.row(&[&"first build", &time(first_time), &sizes.all.1, &sizes.all.0]);
    table.row(&[&"build after an edit", &time(second_time), &changed, &"–"]);
    table.row(&[&"root index", &"", &sizes.index, &1]);
    table.row(&[&"root index, packed", &"", &sizes.index_packed, &1]);
    table.row(&[&"largest area", &"", &sizes.area, &1]);
    table.row(&[&"largest area, packed", &"", &sizes.area_packed, &1]);
    table.row(&[&"median pack", &"", &sizes.pack, &sizes.packs]);
    table.print(&format!("scale: {count} places, {} areas", sizes.areas));
    let mut table = Table::new(&["", "requests", "bytes", "peak memory, MiB"]);
    for (name, seen) in &rows {
        let number = |key: &str| seen.get(key).and_then(Value::as_u64).unwrap_or_default();
        table.row(&[
            name,
            &number("requests"),
            &number("bytes"),
            &(number("peak_kib") / 1024),
        ]);
    }
    table.print("scale: a phone that holds one town (bodies; a head is about 300 bytes)");
    Ok(())
}

/// Places spread over the départements of France, by a fixed seed.
fn generate(count: usize, folder: &Path) -> Fallible<Source> {
    let mut seeded = Seeded(42);
    let mut departements: Vec<String> = (1..=95).filter(|n| *n != 20).map(|n| format!("{n:02}")).collect();
    departements.extend(["2A", "2B", "971", "972", "973", "974", "976"].map(str::to_owned));
    let films = count / 5 + 1;
    let word = |seeded: &mut Seeded| pick(seeded, &WORDS).copied().unwrap_or_default();
    let words = |seeded: &mut Seeded, n: usize| (0..n).map(|_| word(seeded)).collect::<Vec<_>>().join(" ");
    let mut records = Vec::with_capacity(count * 12 / 5);
    let mut put = |value: Value| -> Fallible<()> {
        let record: Record = serde_json::from_value(value)?;
        records.push(Sourced {
            record,
            file: PathBuf::from("generated"),
            line: 0,
        });
        Ok(())
    };
    for n in 0..films {
        let title = words(&mut seeded, 3);
        put(
            json!({"kind": "film", "id": format!("film-{n}"), "title": {"fr": title}, "year": 1930 + seeded.next() % 96}),
        )?;
    }
    for n in 0..count {
        let at = seeded.below(departements.len() as u64) as usize;
        let departement = departements.get(at).cloned().unwrap_or_default();
        let commune = seeded.next() % COMMUNES + 1;
        let digits = 5 - departement.len();
        // Each commune is a spot; its places lie around it.
        let (row, column) = (at as f64 / 10.0, (at % 10) as f64);
        let lat = 42.5 + row * 0.8 + (commune / 19) as f64 * 0.04 + seeded.share() * 0.03;
        let lon = -3.0 + column + (commune % 19) as f64 * 0.05 + seeded.share() * 0.04;
        let name = format!(
            "{} {} {}",
            seeded.next() % 200,
            word(&mut seeded),
            words(&mut seeded, 2)
        );
        put(
            json!({"kind": "place", "id": format!("place-{n}"), "name": {"fr": name}, "position": [round(lat), round(lon)],
            "commune": format!("{departement}{commune:0digits$}"), "commune_name": format!("Commune {commune}"),
            "departement": format!("Département {departement}"), "country": "FR"}),
        )?;
        let film = format!("film-{}", (seeded.next() % 50 + n as u64 / 5) % films as u64);
        put(
            json!({"kind": "shooting", "id": format!("shooting-{n}"), "place": format!("place-{n}"), "film": film}),
        )?;
        if n % 10 == 0 {
            let code = code(n as u64);
            let anecdote = words(&mut seeded, 40);
            put(
                json!({"kind": "panel", "id": format!("panel-{n}"), "code": code, "place": format!("place-{n}"), "film": film,
                "infoclap": {"fr": anecdote}}),
            )?;
        }
    }
    Ok(Source {
        folder: folder.to_owned(),
        publisher: serde_json::from_value(
            json!({"id": "france", "name": "Un million de lieux", "languages": ["fr"]}),
        )?,
        records,
    })
}

const WORDS: [&str; 40] = [
    "rue", "place", "pont", "château", "gare", "café", "moulin", "liberté", "nuit", "amour", "train",
    "dernier", "soleil", "hiver", "enfant", "rivière", "jardin", "ombre", "silence", "retour", "maison",
    "grand", "petit", "bleu", "rouge", "vent", "chemin", "fontaine", "école", "marché", "voyage", "secret",
    "perdu", "belle", "ancien", "premier", "port", "colline", "forêt", "lumière",
];

fn pick<'a, T>(seeded: &mut Seeded, of: &'a [T]) -> Option<&'a T> {
    of.get(seeded.below(of.len() as u64) as usize)
}

fn round(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5
}

/// Some code that is not another panel's.
fn code(n: u64) -> String {
    const DIGITS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let digit = |at: u64| {
        DIGITS
            .get((n >> (5 * at) & 31) as usize)
            .map(|digit| char::from(*digit))
    };
    (0..8).filter_map(digit).collect()
}

/// Edits 2 % of the anecdotes and names of the phone's town, and one place in each of ten other départements.
fn edit(source: &mut Source) {
    let (mut of_town, mut elsewhere) = (0, std::collections::BTreeSet::new());
    for sourced in &mut source.records {
        let Record::Place(place) = &mut sourced.record else {
            continue;
        };
        let commune = place.commune.clone().unwrap_or_default();
        let area: String = commune.chars().take(2).collect();
        let own = commune.starts_with("42");
        of_town += u32::from(own);
        if (own && of_town % 50 == 0 || !own && elsewhere.len() < 10 && elsewhere.insert(area))
            && let Ok(name) =
                serde_json::from_value(json!({"fr": format!("Nouveau nom {of_town} {commune}")}))
        {
            place.name = name;
        }
    }
}

/// Builds, and gives the bytes of the packs that changed.
fn publish(source: &Source, out: &Path, folder: &Path, now: &str) -> Fallible<u64> {
    let keys = [folder.join("keys")];
    let options = BuildOptions {
        opus: false,
        out,
        today: "2026-06-01".parse()?,
        now_utc: now.to_owned(),
        keys: &keys,
        valid_days: VALID_DAYS,
    };
    let report = build(source, &options, &mut |_| {}).map_err(|error| error.to_string())?;
    Ok(report.pack_bytes)
}

#[derive(Default)]
struct Sizes {
    all: (u64, u64),
    index: u64,
    index_packed: u64,
    area: u64,
    area_packed: u64,
    pack: u64,
    packs: usize,
    areas: usize,
}

fn sizes(out: &Path) -> Fallible<Sizes> {
    let mut sizes = Sizes::default();
    let mut open = vec![out.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                sizes.all = (sizes.all.0 + 1, sizes.all.1 + entry.metadata()?.len());
            }
        }
    }
    let file = fs::read_dir(out.join("index"))?.next().ok_or("no index")??;
    let bytes = fs::read(file.path())?;
    let index = Index::parse(&bytes)?;
    sizes.index = bytes.len() as u64;
    sizes.index_packed = alloclap_core::publication::pack_text(&bytes)?.len() as u64;
    sizes.areas = index.areas.len();
    let mut packs = Vec::new();
    for entry in &index.areas {
        let area = Area::parse(&fs::read(out.join(FileKind::Area.path(&entry.file.hash)))?)?;
        packs.extend(area.packs.iter().map(|pack| pack.file.bytes));
        if entry.file.bytes > sizes.area {
            sizes.area = entry.file.bytes;
            sizes.area_packed = entry.ways.packed.as_ref().map_or(0, |file| file.bytes);
        }
    }
    packs.sort_unstable();
    sizes.packs = packs.len();
    sizes.pack = packs.get(packs.len() / 2).copied().unwrap_or_default();
    Ok(sizes)
}

/// What a phone in a process of its own pays.
fn visit(url: &str, folder: &Path) -> Fallible<Value> {
    let output = Command::new(std::env::current_exe()?)
        .args([std::ffi::OsStr::new("--phone"), url.as_ref(), folder.as_ref()])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn phone(url: &str, folder: &Path) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let store = Arc::new(Catalogue::open(folder)?);
    let options = Options::default();
    let fetcher = Counting::new(&options)?;
    let clock = Arc::new(SystemClock::new());
    let syncer = Syncer::with_ports(folder, store, options, Arc::clone(&fetcher) as _, clock);
    let choice = Choice {
        communes: Some(vec![TOWN.to_owned()]),
        ..Choice::default()
    };
    runtime.block_on(async {
        let plan = syncer.plan(url, &choice).await?;
        syncer.run(plan, Arc::new(()), &Control::new()).await
    })?;
    println!(
        "{}",
        json!({"requests": fetcher.requests(), "bytes": fetcher.bytes(), "peak_kib": peak_kib()})
    );
    Ok(())
}
