//! A folder of another machine, by the program rsync. One run a step: rsync itself does not promise an order.

use super::PushError;
use super::destination::Destination;
use super::order::Upload;
use super::program::{ok, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const RSYNC: &str = "rsync";
/// rsync's exit code when some files were not there.
const PARTIAL: i32 = 23;

pub(super) struct Rsync {
    /// With its last slash.
    address: String,
}

impl Rsync {
    pub(super) fn new(address: &str) -> Result<Self, PushError> {
        Ok(Self {
            address: format!("{}/", address.trim_end_matches('/')),
        })
    }

    fn local(path: &Path) -> impl Fn(std::io::Error) -> PushError + '_ {
        move |error| PushError::Local {
            path: path.to_owned(),
            error,
        }
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// A temporary folder of this machine's.
    fn beside<T>(&self, use_it: impl FnOnce(&Path) -> Result<T, PushError>) -> Result<T, PushError> {
        let folder = std::env::temp_dir().join(format!("alloclap-push-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(Self::local(&folder))?;
        let done = use_it(&folder);
        let _ = fs::remove_dir_all(&folder);
        done
    }
}

impl Destination for Rsync {
    fn list(&self) -> Result<BTreeMap<String, u64>, PushError> {
        let mut words = self.words(&["--recursive", "--list-only", "--no-human-readable", "--"]);
        words.push(self.address.clone());
        let output = run(RSYNC, &words, "")?;
        // The folder may not be there yet.
        if output.status.code() == Some(PARTIAL) {
            return Ok(BTreeMap::new());
        }
        Ok(ok(RSYNC, output)?.lines().filter_map(listed).collect())
    }

    fn send(&self, publication: &Path, files: &[&Upload]) -> Result<(), PushError> {
        let list: String = files.iter().map(|file| format!("{}\n", file.path)).collect();
        // Files are made under another name and renamed; times stay, so that a web server's caches agree.
        let mut words = self.words(&[
            "--times",
            "--perms",
            "--chmod=D755,F644",
            "--mkpath",
            "--checksum",
            "--files-from=-",
            "--",
        ]);
        words.push(format!("{}/", publication.display()));
        words.push(self.address.clone());
        ok(RSYNC, run(RSYNC, &words, &list)?).map(drop)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PushError> {
        self.beside(|folder| {
            let mut words = self.words(&["--ignore-missing-args", "--"]);
            words.push(format!("{}{path}", self.address));
            words.push(format!("{}/", folder.display()));
            let output = run(RSYNC, &words, "")?;
            if output.status.code() == Some(PARTIAL) {
                return Ok(None);
            }
            ok(RSYNC, output)?;
            let file = folder.join(path);
            if file.exists() {
                fs::read(&file).map(Some).map_err(Self::local(&file))
            } else {
                Ok(None)
            }
        })
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PushError> {
        self.beside(|folder| {
            let file = folder.join(path);
            fs::write(&file, bytes).map_err(Self::local(&file))?;
            let upload = Upload::new(path.to_owned(), bytes.len() as u64);
            self.send(folder, &[&upload])
        })
    }

    fn remove(&self, paths: &[String]) -> Result<(), PushError> {
        if paths.is_empty() {
            return Ok(());
        }
        // An empty folder takes their place, and nothing but these paths is looked at.
        let mut filter = String::new();
        for path in paths {
            for (end, _) in path.match_indices('/') {
                let folder = path.get(..=end).unwrap_or_default();
                filter.push_str(&format!("+ /{folder}\n"));
            }
            filter.push_str(&format!("+ /{path}\n"));
        }
        filter.push_str("- *\n");
        self.beside(|folder| {
            for path in paths {
                if let Some(parent) = Path::new(path).parent() {
                    let parent = folder.join(parent);
                    fs::create_dir_all(&parent).map_err(Self::local(&parent))?;
                }
            }
            let mut words = self.words(&["--recursive", "--delete", "--filter=merge -", "--"]);
            words.push(format!("{}/", folder.display()));
            words.push(self.address.clone());
            ok(RSYNC, run(RSYNC, &words, &filter)?).map(drop)
        })
    }
}

/// A line of `rsync --list-only`: rights, length, day, time, path.
fn listed(line: &str) -> Option<(String, u64)> {
    let mut rest = line;
    let mut field = || {
        let trimmed = rest.trim_start();
        let (field, after) = trimmed.split_once(' ')?;
        rest = after;
        Some(field)
    };
    let rights = field()?;
    let bytes = field()?.replace(',', "").parse().ok()?;
    let (_day, _time) = (field()?, field()?);
    rights.starts_with('-').then(|| (rest.to_owned(), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rsync_lists_is_read() {
        let line = "-rw-r--r--          1,234 2026/01/01 10:00:00 media/a name";
        assert_eq!(listed(line), Some(("media/a name".into(), 1234)));
        assert_eq!(
            listed("drwxr-xr-x          4,096 2026/01/01 10:00:00 media"),
            None
        );
        assert_eq!(listed("receiving file list ... done"), None);
    }
}
