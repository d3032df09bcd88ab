//! `cargo xtask bench ffi`: what crossing into the library costs in each language, beside what is known to be the least, and what
//! the library weighs.

use crate::bindings::{Profile, Visit, library_name, make_empty};
use crate::run::{Outcome, root, run, target};
use crate::{kotlin, python, swift};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A row of the table: its name as the programs print it, and what is promised for Swift, Kotlin and Python in microseconds.
const ROWS: &[(&str, [&str; 3])] = &[
    ("no-op call", ["floor 0.03", "floor 29", "floor 3.6"]),
    ("frame of 921,600 bytes", ["≤ 0.2", "≤ 10", "≤ 10"]),
    ("fix to snapshot", ["≤ 5", "≤ 200", ""]),
    ("subscription callback", ["", "", ""]),
    ("50 nearby places", ["", "≤ 1000", ""]),
    ("the same, first look", ["", "", ""]),
];

/// The most that the library may weigh, stripped and with everything in it, in bytes.
const MAX_BYTES: u64 = 10_000_000;

/// Between building and measuring: a machine that was busy on all its cores is slower for some seconds.
const REST: Duration = Duration::from_secs(5);

/// Of each row, the median and the quickest of many rounds, in microseconds.
type Figures = BTreeMap<String, (f64, f64)>;

/// Measures what there is a language for; says what is skipped, and why.
pub fn run_all() -> Outcome {
    let visit = Visit::crowded()?;
    let swift = swift_figures(&visit)?;
    let kotlin = kotlin_figures(&visit)?;
    let python = python_figures(&visit)?;
    println!(
        "\nwhat a call costs, in microseconds: median and quickest of the rounds of three seconds (the frame: over a call with one byte)\n"
    );
    println!("{:24}{:>26}{:>26}{:>26}", "", "Swift", "Kotlin", "Python");
    for (row, promised) in ROWS {
        print!("{row:24}");
        for (figures, promised) in [&swift, &kotlin, &python].into_iter().zip(promised) {
            let figure = figures
                .as_ref()
                .and_then(|figures| figures.get(*row))
                .map_or_else(
                    || "–".to_owned(),
                    |(median, quickest)| format!("{median:.2}, {quickest:.2}"),
                );
            let promised = if promised.is_empty() {
                String::new()
            } else {
                format!(" ({promised})")
            };
            print!("{:>26}", figure + &promised);
        }
        println!();
    }
    println!(
        "\nPeer: each language's floor is an empty call of the generator's own benchmark, without an object. Ours is `is_over` of \
         a subscription: an object is held for the call, which is a second crossing."
    );
    weigh()
}

fn swift_figures(visit: &Visit) -> Outcome<Option<Figures>> {
    let swift = match swift::find()? {
        Ok(swift) => swift,
        Err(why) => {
            eprintln!("skipped: Swift ({why})");
            return Ok(None);
        }
    };
    let folder = swift::prepare(Profile::Phone)?;
    run(&mut swift::command(
        &swift,
        &folder,
        Profile::Phone,
        &["build", "-c", "release", "--product", "Measure"],
    )
    .command())?;
    let server = Server::start(visit)?;
    let data = fresh("swift")?;
    let mut measure = swift::program(&swift, &folder, "release/Measure");
    measure
        .word_path(&data)
        .words(&[&server.url])
        .word_path(&root_of_trust(&visit.public));
    read(&mut measure.command()).map(Some)
}

fn kotlin_figures(visit: &Visit) -> Outcome<Option<Figures>> {
    if let Some(missing) = kotlin::missing() {
        eprintln!("skipped: Kotlin ({missing} is not installed)");
        return Ok(None);
    }
    let folder = kotlin::prepare(Profile::Phone)?;
    let figures = fresh("kotlin")?.join("figures.tsv");
    let mut maven = kotlin::maven(&folder, "test");
    maven.args(["-Dtest=Measure", "-Dsurefire.failIfNoSpecifiedTests=false"]);
    for (name, value) in [
        ("alloclap.bin", &visit.alloclap),
        ("alloclap.public", &visit.public),
        ("alloclap.root", &root()),
        ("alloclap.figures", &figures),
        ("alloclap.library", &folder.join("native-phone")),
    ] {
        maven.arg(format!("-D{name}={}", value.display()));
    }
    kotlin::run_maven(&mut maven, &folder)??;
    let text =
        std::fs::read_to_string(&figures).map_err(|error| format!("{}: {error}", figures.display()))?;
    Ok(Some(parse(&text)))
}

fn python_figures(visit: &Visit) -> Outcome<Option<Figures>> {
    let package = python::prepare(Profile::Phone)?;
    let server = Server::start(visit)?;
    let mut measure = Command::new("python3");
    measure
        .arg(root().join("bindings/python/measure.py"))
        .arg(fresh("python")?)
        .arg(&server.url)
        .arg(root_of_trust(&visit.public))
        .env("PYTHONPATH", package)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    read(&mut measure).map(Some)
}

fn root_of_trust(public: &Path) -> PathBuf {
    public.join("metadata/1.root.json")
}

/// The library as it ships: whole, and by its parts.
fn weigh() -> Outcome {
    let library = target().join(Profile::Phone.folder()).join(library_name());
    let stripped = target().join("bench/stripped.so");
    if let Some(folder) = stripped.parent() {
        crate::bindings::make(folder)?;
    }
    run(Command::new("strip")
        .arg("--strip-unneeded")
        .arg("-o")
        .arg(&stripped)
        .arg(&library))?;
    let bytes = std::fs::metadata(&stripped)
        .map_err(|error| format!("{}: {error}", stripped.display()))?
        .len();
    println!(
        "\nthe library, stripped: {:.2} MB (at most {:.0})",
        bytes as f64 / 1e6,
        MAX_BYTES as f64 / 1e6
    );
    let parts = parts(&library)?;
    println!("\nits code by part, of those above 1 %:\n");
    let all: u64 = parts.values().sum();
    let mut sorted: Vec<_> = parts.into_iter().collect();
    sorted.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (part, bytes) in sorted.iter().filter(|(_, bytes)| bytes * 100 > all) {
        println!("{part:32}{:>10} kB", bytes / 1000);
    }
    println!(
        "\nfor less: no `device` feature (the app pulls samples itself: no rodio, no cpal); no `bundled` SQLite (the system's own); no \
         http2 in reqwest; no `encoding_rs` in rxing (codes in Chinese, Japanese and Korean encodings, 0.28 MB)"
    );
    if bytes > MAX_BYTES {
        return Err(format!("the library weighs {bytes} bytes, more than {MAX_BYTES}"));
    }
    Ok(())
}

/// Bytes of code by crate, from the sizes of the symbols before stripping; C by the library that it is of.
fn parts(library: &Path) -> Outcome<BTreeMap<String, u64>> {
    let symbols = Command::new("nm")
        .args(["--print-size", "--demangle=rust", "--defined-only"])
        .arg(library)
        .output()
        .map_err(|error| format!("nm: {error}"))?;
    let mut parts = BTreeMap::new();
    for line in String::from_utf8_lossy(&symbols.stdout).lines() {
        let mut words = line.splitn(4, ' ');
        let (Some(_), Some(size), Some(_), Some(name)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Ok(size) = u64::from_str_radix(size, 16) else {
            continue;
        };
        *parts.entry(part_of(name)).or_insert(0) += size;
    }
    Ok(parts)
}

fn part_of(symbol: &str) -> String {
    let c = [
        ("sqlite3", "SQLite (C)"),
        ("ring_core", "ring (C, assembly)"),
        ("ZSTD", "zstd (C)"),
        ("HUF_", "zstd (C)"),
        ("FSE_", "zstd (C)"),
        ("opus", "libopus (C)"),
        ("celt", "libopus (C)"),
        ("silk", "libopus (C)"),
        ("uniffi_", "the FFI"),
        ("UNIFFI_", "the FFI"),
    ];
    if let Some((_, part)) = c.iter().find(|(prefix, _)| symbol.starts_with(prefix)) {
        return (*part).to_owned();
    }
    // "<alloclap_core::sync::Syncer as core::clone::Clone>::clone" and "alloclap_core::sync::run" are both of sync.
    let path = symbol
        .trim_start_matches(['<', '&', '(', '[', '*'])
        .trim_start_matches("mut ")
        .trim_start_matches("dyn ");
    let mut words = path.split("::");
    match (words.next(), words.next()) {
        (Some("alloclap_core"), Some(room)) => {
            format!("core: {}", room.split([' ', '<', '>']).next().unwrap_or(room))
        }
        (Some(part), Some(_)) if !part.contains(' ') => part.to_owned(),
        _ => "other C and data".to_owned(),
    }
}

/// A folder under the target folder with nothing in it.
fn fresh(name: &str) -> Outcome<PathBuf> {
    let folder = target().join("bench/ffi").join(name);
    make_empty(&folder)?;
    Ok(folder)
}

fn read(command: &mut Command) -> Outcome<Figures> {
    std::thread::sleep(REST);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("the measurement could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("the measurement failed ({})", output.status));
    }
    Ok(parse(&String::from_utf8_lossy(&output.stdout)))
}

fn parse(text: &str) -> Figures {
    text.lines()
        .filter_map(|line| {
            let mut cells = line.split('\t').map(str::trim);
            let name = cells.next()?.to_owned();
            Some((name, (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?)))
        })
        .collect()
}

/// `alloclap publish serve` on a free port, until dropped.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(visit: &Visit) -> Outcome<Self> {
        let failed = |error: std::io::Error| format!("alloclap publish serve: {error}");
        let mut child = Command::new(&visit.alloclap)
            .args(["publish", "serve"])
            .arg(&visit.public)
            .args(["--address", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(failed)?;
        }
        let url = line
            .split('"')
            .find(|part| part.starts_with("http://"))
            .map(str::to_owned);
        let mut server = Self {
            child,
            url: String::new(),
        };
        server.url =
            url.ok_or_else(|| format!("alloclap publish serve did not say where it listens: {line}"))?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to save; that it may already have ended is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
