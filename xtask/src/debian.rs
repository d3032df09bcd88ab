//! Debian root folders for tools that this machine's own Debian does not have: made once in the user's cache, then entered. What is
//! done in them is decided elsewhere.

use crate::run::{Outcome, answers, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A root folder.
pub struct Root {
    /// Its name in the cache; a new one for new contents.
    pub name: &'static str,
    /// Debian's release.
    pub suite: &'static str,
    /// What is installed in it, with commas.
    pub packages: &'static str,
    /// What is left out, as dpkg's patterns.
    pub leave_out: &'static [&'static str],
}

impl Root {
    /// The folder, made if it is missing; otherwise why it cannot be made here.
    pub fn ensure(&self) -> Outcome<Result<PathBuf, String>> {
        let Some(cache) = cache() else {
            return Ok(Err("there is no cache folder for a Debian root".to_owned()));
        };
        let root = cache.join("alloclap").join(self.name);
        if root.join(".ready").exists() {
            return Ok(Ok(root));
        }
        if !answers("apt-get", "--version") || !Path::new("/etc/debian_version").exists() {
            return Ok(Err("this is not Debian".to_owned()));
        }
        if !crate::machine::is_root() {
            return Ok(Err("a Debian root can be made by root only".to_owned()));
        }
        let Some(mirror) = mirror() else {
            return Ok(Err("apt names no Debian mirror".to_owned()));
        };
        crate::machine::install(&["mmdebstrap"])?;
        eprintln!(
            "making a Debian root in {}, once; this takes some minutes",
            root.display()
        );
        let making = root.with_extension("making");
        for stale in [&root, &making] {
            if stale.exists() {
                std::fs::remove_dir_all(stale).map_err(|error| format!("{}: {error}", stale.display()))?;
            }
        }
        if let Some(parent) = root.parent() {
            crate::bindings::make(parent)?;
        }
        let mut make = Command::new("mmdebstrap");
        make.args(["--quiet", "--mode=root", "--variant=apt"])
            .arg(format!("--include={}", self.packages))
            .arg("--dpkgopt=force-unsafe-io");
        for left in ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"]
            .iter()
            .chain(self.leave_out)
        {
            make.arg(format!("--dpkgopt=path-exclude={left}"));
        }
        for setting in apt_settings() {
            make.arg(format!("--aptopt={setting}"));
        }
        make.arg(self.suite)
            .arg(&making)
            .arg(format!("deb {mirror} {} main", self.suite));
        run(&mut make)?;
        std::fs::write(making.join(".ready"), "")
            .and_then(|()| std::fs::rename(&making, &root))
            .map_err(|error| format!("{}: {error}", root.display()))?;
        Ok(Ok(root))
    }
}

/// A program with its words, run here or in a root folder. Folders that are bound are under the same path inside.
pub struct Entered {
    inside: Option<PathBuf>,
    program: String,
    words: Vec<String>,
    binds: Vec<PathBuf>,
    environment: Vec<(String, String)>,
}

impl Entered {
    /// On this machine.
    pub fn here(program: &str) -> Self {
        Self {
            inside: None,
            program: program.to_owned(),
            words: Vec::new(),
            binds: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// In a root folder.
    pub fn inside(root: &Path, program: &str) -> Self {
        Self {
            inside: Some(root.to_owned()),
            ..Self::here(program)
        }
    }

    /// Makes a folder of this machine visible.
    pub fn bind(&mut self, folder: &Path) -> &mut Self {
        self.binds.push(folder.to_owned());
        self
    }

    /// More words.
    pub fn words(&mut self, words: &[&str]) -> &mut Self {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// A path as a word.
    pub fn word_path(&mut self, path: &Path) -> &mut Self {
        self.word_flag("", path)
    }

    /// A path as a word, behind a flag.
    pub fn word_flag(&mut self, flag: &str, path: &Path) -> &mut Self {
        self.words.push(format!("{flag}{}", path.display()));
        self
    }

    /// A variable.
    pub fn variable(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in a variable.
    pub fn path(&mut self, name: &str, path: &Path) -> &mut Self {
        self.variable(name, &path.to_string_lossy())
    }

    /// The command to run.
    pub fn command(&self) -> Command {
        let variables = self
            .environment
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let Some(inside) = &self.inside else {
            let mut command = Command::new(&self.program);
            command
                .args(&self.words)
                .envs(self.environment.iter().map(|(name, value)| (name, value)));
            return command;
        };
        // /proc must be mounted: Swift finds its own libraries through it. A mount namespace of its own leaves nothing behind.
        let script = "set -e; root=$1; n=$2; shift 2
            mount -t proc proc \"$root/proc\"; mount --rbind /dev \"$root/dev\"
            for _ in $(seq $n); do mkdir -p \"$root$1\"; mount --bind \"$1\" \"$root$1\"; shift; done
            exec chroot \"$root\" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LC_ALL=C.UTF-8 \"$@\"";
        let mut command = Command::new("unshare");
        command
            .args([
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                script,
                "sh",
            ])
            .arg(inside)
            .arg(self.binds.len().to_string())
            .args(&self.binds)
            .args(variables)
            .arg(&self.program)
            .args(&self.words);
        command
    }
}

/// The Debian mirror that this machine uses already.
fn mirror() -> Option<String> {
    let ask = || {
        let targets = Command::new("apt-get")
            .args([
                "indextargets",
                "--format",
                "$(LABEL) $(REPO_URI)",
                "Created-By: Packages",
            ])
            .output()
            .ok()?;
        let lines = String::from_utf8_lossy(&targets.stdout).into_owned();
        lines
            .lines()
            .find_map(|line| line.strip_prefix("Debian "))
            .map(|uri| uri.trim().to_owned())
    };
    ask().or_else(|| {
        // A machine that never asked apt for its lists knows no mirror yet.
        run(Command::new("apt-get").args(["update", "-qq"])).ok()?;
        ask()
    })
}

/// How this machine's apt reaches its mirror, and how it takes old lists: the root's own apt would not know.
fn apt_settings() -> Vec<String> {
    let dump = Command::new("apt-config").arg("dump").output();
    let dump = dump.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    dump.unwrap_or_default()
        .lines()
        .filter(|line| {
            ["Acquire::Check-", "Acquire::http", "Acquire::Retries"]
                .iter()
                .any(|prefix| line.starts_with(prefix))
                && !line.ends_with("\"\";")
        })
        .map(|line| line.trim_end_matches(';').to_owned())
        .collect()
}

fn cache() -> Option<PathBuf> {
    std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
}
