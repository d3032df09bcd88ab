//! A folder of another machine, by the program sftp: what nearly every web host offers. Keys and known hosts are those of the
//! user's own SSH; no password is asked for.

use super::PushError;
use super::destination::Destination;
use super::order::Upload;
use super::program::{last_words, ok, run};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const SFTP: &str = "sftp";
/// The name under which a file is sent before it is whole.
const PART: &str = ".push-part";
/// The folders of a publication, at most two deep, that are listed. Others are not ours.
const FOLDERS: [&str; 10] = [
    "", "media", "packs", "patches", "packed", "areas", "codes", "notices", "index", "metadata",
];

pub(super) struct Sftp {
    arguments: Vec<String>,
    folder: String,
}

impl Sftp {
    pub(super) fn new(host: &str, port: Option<u16>, folder: &str) -> Result<Self, PushError> {
        let mut arguments: Vec<String> = ["-q", "-b", "-"].map(str::to_owned).into();
        if let Some(port) = port {
            arguments.extend(["-P".to_owned(), port.to_string()]);
        }
        arguments.extend(["--".to_owned(), host.to_owned()]);
        Ok(Self {
            arguments,
            folder: folder.to_owned(),
        })
    }

    /// The same, talking to the server program itself instead of a host.
    #[cfg(test)]
    fn beside(server: &str, folder: &str) -> Self {
        Self {
            arguments: ["-q", "-b", "-", "-D", server].map(str::to_owned).into(),
            folder: folder.to_owned(),
        }
    }

    fn batch(&self, commands: &[String]) -> Result<String, PushError> {
        ok(SFTP, run(SFTP, &self.arguments, &commands.join("\n"))?)
    }

    fn at(&self, path: &str) -> String {
        quoted(&format!("{}/{path}", self.folder))
    }

    /// Makes a folder and those above it; a dash before a command means that it may fail.
    fn make(&self, folder: &str) -> Vec<String> {
        let whole = format!("{}/{folder}", self.folder);
        let mut made = Vec::new();
        let mut path = String::new();
        for part in whole.split('/').filter(|part| !part.is_empty()) {
            path = format!("{path}/{part}");
            made.push(format!("-mkdir {}", quoted(&path)));
        }
        made
    }
}

/// A path as sftp's commands take it, whatever is in it.
fn quoted(path: &str) -> String {
    let mut text = String::from("\"");
    for letter in path.chars() {
        if matches!(letter, '"' | '\\' | '*' | '?' | '[') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('"');
    text
}

impl Destination for Sftp {
    fn list(&self) -> Result<BTreeMap<String, u64>, PushError> {
        let mut files = BTreeMap::new();
        // Asked for by its own name first, so that a host that cannot be reached is not taken for an empty one.
        self.batch(&["pwd".to_owned()])?;
        for folder in FOLDERS {
            let output = run(SFTP, &self.arguments, &format!("ls -ln {}", self.at(folder)))?;
            if !output.status.success() {
                // Not there yet.
                continue;
            }
            let prefix = if folder.is_empty() {
                String::new()
            } else {
                format!("{folder}/")
            };
            for line in String::from_utf8_lossy(&output.stdout).lines() {
                if let Some((name, bytes)) = listed(line) {
                    files.insert(format!("{prefix}{name}"), bytes);
                }
            }
        }
        Ok(files)
    }

    fn send(&self, publication: &Path, files: &[&Upload]) -> Result<(), PushError> {
        let folders: BTreeSet<&str> = files
            .iter()
            .map(|file| file.path.rsplit_once('/').map_or("", |(folder, _)| folder))
            .collect();
        let mut commands: Vec<String> = folders.into_iter().flat_map(|folder| self.make(folder)).collect();
        for file in files {
            let from = quoted(&publication.join(&file.path).to_string_lossy());
            commands.push(format!("put {from} {}", self.at(PART)));
            // Where the host's server can, this replaces in one step; an older one refuses while the old file is there.
            let part = self.at(PART);
            let to = self.at(&file.path);
            commands.push(format!("rename {part} {to}"));
        }
        self.batch(&commands).map(drop)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PushError> {
        let to = std::env::temp_dir().join(format!("alloclap-push-{}-ledger", std::process::id()));
        let get = format!("get {} {}", self.at(path), quoted(&to.to_string_lossy()));
        let output = run(SFTP, &self.arguments, &get)?;
        if !output.status.success() {
            let said = last_words(&output);
            return if said.contains("not found") || said.contains("No such file") {
                Ok(None)
            } else {
                Err(PushError::Program { program: SFTP, said })
            };
        }
        let bytes = fs::read(&to).map_err(|error| PushError::Local {
            path: to.clone(),
            error,
        });
        let _ = fs::remove_file(&to);
        bytes.map(Some)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PushError> {
        let folder = std::env::temp_dir().join(format!("alloclap-push-{}", std::process::id()));
        let local = |error| PushError::Local {
            path: folder.clone(),
            error,
        };
        fs::create_dir_all(&folder).map_err(local)?;
        fs::write(folder.join(path), bytes).map_err(local)?;
        let upload = Upload::new(path.to_owned(), bytes.len() as u64);
        let sent = self.send(&folder, &[&upload]);
        let _ = fs::remove_dir_all(&folder);
        sent
    }

    fn remove(&self, paths: &[String]) -> Result<(), PushError> {
        if paths.is_empty() {
            return Ok(());
        }
        let commands: Vec<String> = paths
            .iter()
            .map(|path| format!("-rm {}", self.at(path)))
            .collect();
        self.batch(&commands).map(drop)
    }
}

/// A line of `ls -ln`: rights, links, owner, group, length, month, day, time, path.
fn listed(line: &str) -> Option<(String, u64)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (rights, bytes, _) = (fields.first()?, fields.get(4)?, fields.get(8)?);
    // The folder may have spaces in its name, a publication's files have none.
    let name = line.trim_end().rsplit(['/', ' ']).next()?;
    (rights.starts_with('-')).then_some(())?;
    Some((name.to_owned(), bytes.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::{PushOptions, order::uploads, push_files};

    /// Where systems have the server program, if they have it.
    const SERVERS: [&str; 2] = ["/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server"];

    #[test]
    fn what_sftp_lists_is_read() {
        let line = "-rw-r--r--    ? 1000     1000         1234 Jan  1 10:00 /www/media/abc";
        assert_eq!(listed(line), Some(("abc".into(), 1234)));
        assert_eq!(listed("drwxr-xr-x    ? 0 0 4096 Jan  1 10:00 /www/media"), None);
        assert_eq!(quoted("a \"b\""), "\"a \\\"b\\\"\"");
    }

    #[test]
    fn a_publication_goes_to_a_real_sftp_server() {
        let server = SERVERS.into_iter().find(|path| Path::new(path).exists());
        let Some(server) = server.filter(|_| run(SFTP, &["-h".to_owned()], "").is_ok()) else {
            println!("skipped: sftp is not installed (apt install openssh-client openssh-sftp-server)");
            return;
        };
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let blob = format!("media/{}", "a".repeat(64));
        fs::create_dir(from.path().join("media")).unwrap();
        fs::create_dir(from.path().join("metadata")).unwrap();
        fs::write(from.path().join(&blob), "aaa").unwrap();
        let folder = to.path().join("new folder");
        let destination = Sftp::beside(server, folder.to_str().unwrap());
        let push = |day: i64| {
            let options = PushOptions {
                grace_days: 1,
                now_s: day * 86_400,
                endpoint: None,
            };
            let files = uploads(from.path()).unwrap();
            push_files(from.path(), files, &destination, &options, &mut |_| {}).unwrap()
        };
        for (day, text) in [(1, "first"), (2, "second, longer")] {
            fs::write(from.path().join("metadata/timestamp.json"), text).unwrap();
            let report = push(day);
            assert_eq!(report.sent, if day == 1 { 2 } else { 1 });
            assert_eq!(
                fs::read_to_string(folder.join("metadata/timestamp.json")).unwrap(),
                text
            );
        }
        assert_eq!(fs::read_to_string(folder.join(&blob)).unwrap(), "aaa");
        fs::remove_file(from.path().join(&blob)).unwrap();
        assert_eq!((push(3).removed, push(5).removed), (0, 1));
        assert!(!folder.join(&blob).exists() && !folder.join(PART).exists());
    }
}
