//! A folder of this machine: a web server's own, or one that another program carries on.

use super::PushError;
use super::destination::Destination;
use super::order::Upload;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Beside which name a file is written before it is whole.
const PART: &str = ".push-part";

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Writes a file beside its place, flushes it, and puts it there in one step.
    fn place(&self, path: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), PushError> {
        let to = self.0.join(path);
        let part = self.0.join(PART);
        let place = || -> io::Result<()> {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create(&part)?;
            write(&mut file)?;
            file.sync_all()?;
            fs::rename(&part, &to)
        };
        place().map_err(|error| {
            let _ = fs::remove_file(&part);
            PushError::Local { path: to, error }
        })
    }
}

impl Destination for Folder {
    fn list(&self) -> Result<BTreeMap<String, u64>, PushError> {
        let mut files = BTreeMap::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let path = self.0.join(&folder);
            let failed = |error| PushError::Local {
                path: path.clone(),
                error,
            };
            let entries = match fs::read_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries.map_err(failed)?,
            };
            for entry in entries {
                let entry = entry.map_err(failed)?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let data = entry.metadata().map_err(failed)?;
                if data.is_dir() {
                    folders.push(format!("{folder}{name}/"));
                } else {
                    files.insert(format!("{folder}{name}"), data.len());
                }
            }
        }
        Ok(files)
    }

    fn send(&self, publication: &Path, files: &[&Upload]) -> Result<(), PushError> {
        for file in files {
            let from = publication.join(&file.path);
            let mut source = File::open(&from).map_err(|error| PushError::Local { path: from, error })?;
            self.place(&file.path, |to| io::copy(&mut source, to).map(drop))?;
        }
        Ok(())
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PushError> {
        let path = self.0.join(path);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PushError::Local { path, error }),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PushError> {
        self.place(path, |to| to.write_all(bytes))
    }

    fn remove(&self, paths: &[String]) -> Result<(), PushError> {
        for path in paths {
            let path = self.0.join(path);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(PushError::Local { path, error });
                }
                _ => {}
            }
        }
        Ok(())
    }
}
