//! What the journeys share: the `alloclap` command as a person runs it, a publication on a loopback server, public data.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "fixtures of tests: what fails here fails the test that asked"
)]

pub mod cost;
pub mod disk;
pub mod nginx;
pub mod proxy;

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are a folder of the repository")
        .to_owned()
}

/// A file or folder under `samples/`.
pub fn sample(name: &str) -> PathBuf {
    root().join("samples").join(name)
}

/// A file of the public test data; `None`, said aloud, where the data is absent.
pub fn data(name: &str) -> Option<PathBuf> {
    let folder =
        std::env::var_os("ALLOCLAP_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let file = folder.join(name);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: {} is not here (set ALLOCLAP_DATA)", file.display());
    None
}

/// What a run of `alloclap` left.
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl Ran {
    /// The JSON objects it printed, one a line.
    pub fn objects(&self) -> Vec<Value> {
        let parse =
            |line: &str| serde_json::from_str(line).unwrap_or_else(|why| panic!("no JSON ({why}): {line}"));
        self.stdout.lines().map(parse).collect()
    }

    /// Itself, if it went well.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Its complaint, if it failed as the thing asked for fails: exit code 1, one line on stderr that a person can read.
    pub fn complaint(self) -> String {
        self.only_line(1)
    }

    /// The same for a command that was typed wrongly: exit code 2.
    pub fn misuse(self) -> String {
        self.only_line(2)
    }

    fn only_line(self, code: i32) -> String {
        let told = format!("stdout: {}\nstderr: {}", self.stdout, self.stderr);
        assert_eq!(self.code, code, "{told}");
        assert_eq!(
            self.stderr.trim_end().lines().count(),
            1,
            "one line was expected. {told}"
        );
        assert!(
            !self.stderr.contains("panicked") && !self.stderr.contains("RUST_BACKTRACE"),
            "{told}"
        );
        self.stderr
    }
}

/// The `alloclap` command: the one that `ALLOCLAP_BIN` names (`cargo xtask test` has just built it), else built now, once for
/// all tests.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(built) = std::env::var_os("ALLOCLAP_BIN") {
            return PathBuf::from(built);
        }
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "alloclap-cli"])
            .current_dir(root())
            .status()
            .expect("cargo can be started");
        assert!(status.success(), "`cargo build --package alloclap-cli` failed");
        // Tests run from <target>/debug/deps.
        let here = std::env::current_exe().expect("a test knows its own file");
        let folder = here.ancestors().nth(2).expect("tests are built two folders down");
        folder.join(format!("alloclap{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A program that tests run beside the product: where `cargo xtask test` has put it, or on the PATH; `None`, said aloud, where it
/// is not.
pub fn tool(name: &str) -> Option<PathBuf> {
    let named = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let installed = std::env::var_os("ALLOCLAP_TOOLS").map(|folder| Path::new(&folder).join(&named));
    let answers = |program: &PathBuf| {
        let asked = Command::new(program)
            .arg("--help")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        asked.is_ok_and(|status| status.success())
    };
    let found = installed.into_iter().chain([PathBuf::from(named)]).find(answers);
    if found.is_none() {
        println!(
            "skipped: {name} is not here (`cargo xtask test` builds what tests want, garage with --long)"
        );
    }
    found
}

/// Whether this is a night: tests that repeat themselves do so more often.
pub fn long() -> bool {
    std::env::var_os("ALLOCLAP_LONG").is_some()
}

/// Runs `alloclap` in English with these words.
pub fn alloclap<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> Ran {
    let output = command(words).output().expect("alloclap can be started");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("alloclap prints UTF-8"),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// `alloclap` with these words, not started yet.
pub fn command<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> Command {
    let mut command = Command::new(binary());
    command
        .args(words)
        .current_dir(root())
        .env("LC_ALL", "en_GB.UTF-8")
        // Keys of publications that tests make; never the user's own.
        .env("ALLOCLAP_KEYS", keys_of(""))
        .env_remove("NO_COLOR");
    command
}

/// Where the keys of a publication lie that tests build.
pub fn keys_of(publication: &str) -> PathBuf {
    binary().with_file_name("journeys").join("keys").join(publication)
}

/// The samples as a phone has them after one sync; the server is gone by then. Made once for all tests of a file.
pub struct Guide {
    /// The publication that was served.
    pub publication: PathBuf,
    /// The data folder. Shared: a test that changes it takes a [`copy`].
    pub phone: PathBuf,
    /// Where it was served.
    pub url: String,
    /// What `publish build` told.
    pub built: Value,
    /// What `sync` told.
    pub synced: Vec<Value>,
}

/// The guide that all tests of a file share.
pub fn guide() -> &'static Guide {
    static GUIDE: OnceLock<Guide> = OnceLock::new();
    GUIDE.get_or_init(|| {
        // Under the target folder, not in a temporary one: nothing drops what is shared until the process ends.
        let own = std::env::current_exe().expect("a test knows its own file");
        let name = own.file_stem().expect("a test has a name");
        let folder = binary().with_file_name("journeys").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("what the last run left can be removed");
        }
        let (publication, phone) = (folder.join("public"), folder.join("phone"));
        let built = build(&sample("saint-bonnet"), &publication);
        let server = Server::start(&publication);
        let synced = alloclap(&["sync", &server.url, "--data", &text(&phone), "--json"])
            .ok()
            .objects();
        Guide {
            publication,
            phone,
            url: server.url.clone(),
            built,
            synced,
        }
    })
}

/// Runs `alloclap` on the shared guide.
pub fn visitor(words: &[&str]) -> Ran {
    let phone = text(&guide().phone);
    alloclap(&[words, &["--data", &phone]].concat())
}

/// Builds a publication and says what it told.
pub fn build(source: &Path, to: &Path) -> Value {
    let built = alloclap(&["publish", "build", &text(source), "--out", &text(to), "--json"]).ok();
    built.objects().pop().expect("a build tells what it made")
}

/// A copy of a folder that a test may change. Files that SQLite keeps beside a database while somebody reads it come and go, and
/// hold nothing of a guide that nobody writes to: they stay behind.
pub fn copy(folder: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().expect("a temporary folder can be made");
    copy_into(folder, to.path());
    to
}

fn copy_into(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let entry = entry.expect("the folder can be listed");
        let target = to.join(entry.file_name());
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with("-wal") || name.ends_with("-shm") {
            continue;
        }
        if entry.path().is_dir() {
            copy_into(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("the file can be copied");
        }
    }
}

/// A path as it is typed.
pub fn text(path: &Path) -> String {
    path.to_str().expect("paths of tests are UTF-8").to_owned()
}

/// The text in a field of an object, or of one within it: `"place.name"`.
pub fn at<'a>(object: &'a Value, path: &str) -> &'a str {
    let found = path.split('.').try_fold(object, |value, key| value.get(key));
    found
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no text \"{path}\" in {object}"))
}

/// `alloclap publish serve` on a free port of loopback, until dropped.
pub struct Server {
    child: Child,
    /// Its address.
    pub url: String,
}

impl Server {
    /// Serves a publication.
    pub fn start(publication: &Path) -> Self {
        let words = [
            "publish",
            "serve",
            &publication.to_string_lossy(),
            "--address",
            "127.0.0.1:0",
            "--json",
        ];
        let mut child = command(&words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("alloclap can be started");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the server says where it listens");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the server said: {line}"));
        let url = said
            .get("url")
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("the server said: {line}"))
            .to_owned();
        Self { child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to save; that it may already have ended is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Python that has a module, installed from PyPI into a folder of this build; `None`, said aloud, where it is not to be had.
pub fn python_with(module: &str, packages: &[&str]) -> Option<PathBuf> {
    let name = module.split('.').next().unwrap_or(module);
    let venv = binary().with_file_name("journeys").join(format!("python-{name}"));
    let python = venv.join("bin/python");
    let works = || {
        let asked = Command::new(&python)
            .args(["-c", &format!("import {module}")])
            .output();
        asked.is_ok_and(|asked| asked.status.success())
    };
    if !works() {
        let made = Command::new("python3")
            .args(["-m", "venv", &text(&venv)])
            .output();
        if made.is_ok_and(|made| made.status.success()) {
            let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
            // Whether it worked is looked at below.
            let _ = Command::new(&python).args(install).args(packages).output();
        }
    }
    if works() {
        return Some(python);
    }
    println!(
        "skipped: {packages:?} cannot be installed (python3 with venv, and PyPI or a mirror of it, are needed)"
    );
    None
}
