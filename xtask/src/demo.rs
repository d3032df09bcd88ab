//! A whole visit from nothing, each step by the same command that a person would type.

use crate::machine;
use crate::run::{Outcome, alloclap, cargo, data, root, run, target};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The publisher's folder that is visited.
const SAMPLE: &str = "samples/saint-bonnet";
/// The trail that is walked, by its id in the sample.
const TRAIL: &str = "trail-montmartre";
/// The walk along it.
const WALK: &str = "samples/walks/montmartre.gpx";
/// The photographed flashcode of the trail's first panel.
const PHOTO: &str = "samples/photos/deux-moulins-hard.jpg";
/// That of the first AlloClap panel of all.
const FIRST_PANEL: &str = "samples/photos/saint-bonnet-easy.jpg";
/// A position in Montmartre, where the trail begins.
const HERE: &str = "48.8848,2.3336";

/// Builds the command, then makes the visit in a fresh folder under `target/demo`.
pub fn run_all() -> Outcome {
    machine::ready_to_build()?;
    run(&mut cargo(&["build", "--package", "alloclap-cli"]))?;
    let begun = Instant::now();
    let demo = Demo::fresh()?;

    demo.title("A town publishes its panels");
    demo.step(&["publish", "check", SAMPLE])?;
    demo.step(&["publish", "build", SAMPLE, "--out", "$/public"])?;

    demo.title("A phone downloads the guide");
    {
        let server = Server::start(&demo, "public")?;
        demo.step(&[
            "sync",
            &server.url,
            "--root",
            "$/public/metadata/1.root.json",
            "--data",
            "$/phone",
        ])?;
    }

    demo.title("From here on without network: a passer-by scans a panel");
    demo.step(&["scan", FIRST_PANEL, PHOTO, "--data", "$/phone"])?;
    demo.step(&["nearby", HERE, "-n", "3", "--data", "$/phone"])?;
    demo.step(&["search", "amelie poulin", "-n", "3", "--data", "$/phone"])?;

    demo.title("A tourist follows the trail");
    demo.step(&[
        "walk",
        TRAIL,
        "--trace",
        WALK,
        "--data",
        "$/phone",
        "--svg",
        "$/walk.svg",
    ])?;

    demo.title("A listener presses play");
    let code = demo.scanned_code()?;
    demo.step(&["listen", &code, "--out", "$/commentary.wav", "--data", "$/phone"])?;
    demo.step(&[
        "visit",
        TRAIL,
        "--trace",
        WALK,
        "--scan",
        PHOTO,
        "--out",
        "$/visit.html",
        "--data",
        "$/phone",
    ])?;

    match data()
        .map(|data| data.join("paris-film-locations.csv"))
        .filter(|table| table.is_file())
    {
        Some(table) => paris(&demo, &table)?,
        None => {
            println!("\nskipped: the open-data table of Paris (no paris-film-locations.csv in ALLOCLAP_DATA)")
        }
    }

    println!(
        "\nMade in {:.0} s, in {}:",
        begun.elapsed().as_secs_f64(),
        demo.folder.display()
    );
    for (name, what) in [
        ("visit.html", "the visit, to open in a browser"),
        ("walk.svg", "the walk: trail, stops, fixes, triggers"),
        ("commentary.wav", "the commentary that was played"),
        ("public/", "the publication, signed: put it on any web server"),
        (
            "keys/",
            "the keys that sign it: keep them, they are not for the web",
        ),
        ("phone/", "what a phone holds after the download"),
        ("paris/", "the open-data table of Paris as a source folder"),
    ] {
        if demo.folder.join(name).exists() {
            println!("  {name:<16} {what}");
        }
    }
    Ok(())
}

/// An open-data table of 14,760 shootings becomes a second guide in the same phone.
fn paris(demo: &Demo, table: &Path) -> Outcome {
    demo.title("A city brings its open-data table");
    let table = table.to_string_lossy();
    demo.step(&["publish", "import", "opendatasoft", &table, "--into", "$/paris"])?;
    demo.step(&["publish", "build", "$/paris", "--out", "$/paris-public"])?;
    let server = Server::start(demo, "paris-public")?;
    demo.step(&["sync", &server.url, "--data", "$/phone"])?;
    demo.step(&["nearby", HERE, "-n", "3", "--data", "$/phone"])?;
    demo.step(&["search", "baron noir", "-n", "3", "--data", "$/phone"])
}

struct Demo {
    alloclap: PathBuf,
    folder: PathBuf,
}

impl Demo {
    fn fresh() -> Outcome<Self> {
        let folder = target().join("demo");
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        Ok(Self {
            alloclap: alloclap(),
            folder,
        })
    }

    fn title(&self, text: &str) {
        println!("\n── {text}");
    }

    /// `alloclap` with these words; `$` stands for the demo's folder.
    fn command(&self, words: &[&str]) -> Command {
        let folder = self.folder.to_string_lossy();
        let mut command = Command::new(&self.alloclap);
        command
            .current_dir(root())
            .env("ALLOCLAP_KEYS", self.folder.join("keys"))
            .args(words.iter().map(|word| word.replace('$', &folder)));
        command
    }

    fn step(&self, words: &[&str]) -> Outcome {
        println!();
        run(&mut self.command(words))
    }

    /// The code of the panel in the photo, as a machine would ask for it.
    fn scanned_code(&self) -> Outcome<String> {
        let output = self
            .command(&["scan", PHOTO, "--json", "--data", "$/phone"])
            .output()
            .map_err(|error| format!("alloclap scan: {error}"))?;
        let line = String::from_utf8_lossy(&output.stdout);
        // No JSON parser here, to keep xtask light: the text of a flashcode ends with its panel code.
        line.split("/p/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .map(str::to_owned)
            .ok_or_else(|| format!("no panel code in {PHOTO}: {line}"))
    }
}

/// `alloclap publish serve` on a free port, until dropped.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(demo: &Demo, folder: &str) -> Outcome<Self> {
        let mut child = demo
            .command(&[
                "publish",
                "serve",
                &format!("$/{folder}"),
                "--address",
                "127.0.0.1:0",
                "--json",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("alloclap publish serve: {error}"))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout)
                .read_line(&mut line)
                .map_err(|error| format!("alloclap publish serve: {error}"))?;
        }
        let url = line
            .split('"')
            .find(|part| part.starts_with("http://"))
            .map(str::to_owned);
        let Some(url) = url else {
            let _ = child.kill();
            return Err(format!(
                "alloclap publish serve did not say where it listens: {line}"
            ));
        };
        Ok(Self { child, url })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to save; that it may already have ended is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
