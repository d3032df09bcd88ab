//! The native library, the code generated from it, and what the visits through it need. What is done with them in a language is in
//! the file of that language.

use crate::run::{Outcome, answers, cargo, root, run, target};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A photograph that every language scans.
const PHOTO: &str = "samples/photos/saint-bonnet-easy.jpg";

/// The variable that asks the tests of every language for long counts, with 1.
pub const LONG: &str = "ALLOCLAP_LONG";

/// The name of the library's file on this system.
pub fn library_name() -> String {
    format!(
        "{}alloclap_bindings{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    )
}

/// How the library is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// As the tests are.
    Dev,
    /// As it goes onto phones.
    Phone,
}

impl Profile {
    /// Cargo's folder for it.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Phone => "phone",
        }
    }
}

/// Builds the library and copies it into `folder`, where nothing overwrites it.
pub fn build(profile: Profile, folder: &Path) -> Outcome<PathBuf> {
    let mut cargo = match profile {
        Profile::Dev => cargo(&["build", "--package", "alloclap-bindings"]),
        // Alone, so that the generator's own dependencies stay out of the library, and only the kind that is loaded: optimising the
        // whole program takes minutes for each.
        Profile::Phone => for_phones(&[
            "rustc",
            "--profile",
            "phone",
            "--package",
            "alloclap-bindings",
            "--lib",
            "--crate-type",
            "cdylib",
        ]),
    };
    run(&mut cargo)?;
    make(folder)?;
    let library = folder.join(library_name());
    copy(&target().join(profile.folder()).join(library_name()), &library)?;
    Ok(library)
}

/// Cargo, for a library that goes onto phones. It names no folder of the machine that built it, and its C parts carry no tables for
/// unwinding, 0.2 MB: a panic never passes through them, and reports of a crash inside them end there. (For Android, cargo-ndk gives
/// the C compiler flags of its own instead.)
pub fn for_phones(words: &[&str]) -> Command {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let registries = sources
        .into_iter()
        .flatten()
        .flatten()
        .map(|registry| registry.path());
    let remaps = registries
        .chain([root()])
        .map(|folder| format!("--remap-path-prefix={}=", folder.display()));
    let before = std::env::var("RUSTFLAGS").unwrap_or_default();
    let flags: Vec<String> = before
        .split_whitespace()
        .map(str::to_owned)
        .chain(remaps)
        .collect();
    let c_flags =
        std::env::var("CFLAGS").unwrap_or_default() + " -fno-asynchronous-unwind-tables -fno-unwind-tables";
    let mut command = cargo(words);
    // Encoded, because folders may have spaces in their names.
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    command.env("CFLAGS", c_flags.trim());
    command
}

/// Generates a language's code from a library into a folder.
pub fn generate(language: &str, library: &Path, out: &Path) -> Outcome {
    make(out)?;
    // The generator reads the library's description of itself, so its own profile is the one that is quickest to build.
    let mut words = vec!["run", "--quiet", "--package", "alloclap-bindings"];
    words.extend(["--features", "cli", "--bin", "uniffi-bindgen", "--", "generate"]);
    words.extend(["--language", language, "--no-format", "--out-dir"]);
    run(cargo(&words).arg(out).arg(library))
}

/// What a visit in any language needs: the `alloclap` command, a publication, a photograph as plain pixels.
pub struct Visit {
    /// The command.
    pub alloclap: PathBuf,
    /// The publication of the samples; its root of trust is `metadata/1.root.json` in it.
    pub public: PathBuf,
    /// The photograph as a PGM file, where ffmpeg is there to make it.
    pub frame: Option<PathBuf>,
    /// Whether the tests that can be scaled are given a night's work.
    pub long: bool,
}

impl Visit {
    /// The same, with the command built first.
    pub fn built() -> Outcome<Self> {
        run(&mut cargo(&["build", "--package", "alloclap-cli"]))?;
        Self::of_built()
    }

    /// Makes all of it under `target/visit` with the command as it is.
    pub fn of_built() -> Outcome<Self> {
        Self::of_source(&root().join("samples/saint-bonnet"))
    }

    /// The same with a crowd of places, the command built first.
    pub fn crowded() -> Outcome<Self> {
        run(&mut cargo(&["build", "--package", "alloclap-cli"]))?;
        Self::of_source(&crate::crowd::source(&command())?)
    }

    fn of_source(source: &Path) -> Outcome<Self> {
        let folder = target().join("visit");
        make_empty(&folder)?;
        let alloclap = command();
        let public = folder.join("public");
        run(Command::new(&alloclap)
            .args(["publish", "build"])
            .arg(source)
            .arg("--out")
            .arg(&public)
            .arg("--keys")
            .arg(folder.join("keys"))
            .current_dir(root()))?;
        let frame = folder.join("frame.pgm");
        let frame = answers("ffmpeg", "-version").then_some(frame);
        if let Some(frame) = &frame {
            run(Command::new("ffmpeg")
                .args(["-y", "-v", "error", "-i", PHOTO, "-pix_fmt", "gray"])
                .arg(frame)
                .current_dir(root()))?;
        }
        Ok(Self {
            alloclap,
            public,
            frame,
            long: std::env::var_os(LONG).is_some_and(|value| value == "1"),
        })
    }
}

/// The `alloclap` command, as the tests build it.
fn command() -> PathBuf {
    let name = format!("alloclap{}", std::env::consts::EXE_SUFFIX);
    target().join(Profile::Dev.folder()).join(name)
}

/// The blocks of a language in a page of docs, one after the other: what a reader copies is what is compiled.
pub fn code_in(page: &str, language: &str) -> Outcome<String> {
    let path = root().join(page);
    let text = read(&path)?;
    let fence = format!("```{language}\n");
    let blocks: Vec<&str> = text
        .split(fence.as_str())
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    if blocks.is_empty() {
        return Err(format!("{page}: no block of {language} in it"));
    }
    Ok(blocks.join("\n"))
}

/// The text of a file.
pub fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Rust's source files in a folder and the folders in it, by name.
pub fn rust_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            found.append(&mut rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Makes a folder.
pub fn make(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Empties a folder, and makes it.
pub fn make_empty(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    make(folder)
}

/// Copies a file.
pub fn copy(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{} → {}: {error}", from.display(), to.display()))
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) -> Outcome {
    make(to)?;
    let failed = |error: std::io::Error| format!("{}: {error}", from.display());
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Writes a file; one that says so already is left alone, so that nothing is built again for it.
pub fn write(path: &Path, text: &str) -> Outcome {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        make(folder)?;
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
