//! Files that are there whole or not at all: written beside their place and moved there at the end, so that a full disk or a
//! stopped command leaves what was there before.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file under way; removed again when it is dropped before [`Self::keep`].
pub struct UnderWay {
    target: PathBuf,
    /// Where it is written, if that is not the target itself.
    beside: Option<PathBuf>,
}

impl UnderWay {
    /// For a file of this name. A device or a pipe cannot be replaced: it is written to as it is.
    pub fn to(target: &Path) -> Self {
        let replaceable = fs::metadata(target).map_or(true, |found| found.is_file());
        let beside = target.file_name().filter(|_| replaceable).map(|name| {
            let mut part = OsString::from(".");
            part.push(name);
            part.push(".part");
            target.with_file_name(part)
        });
        Self {
            target: target.to_owned(),
            beside,
        }
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.beside.as_deref().unwrap_or(&self.target)
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// What the system says; what was there before is there still.
    pub fn keep(mut self) -> io::Result<()> {
        if let Some(beside) = &self.beside {
            fs::rename(beside, &self.target)?;
        }
        self.beside = None;
        Ok(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            // It may never have been made; a failure was told where it happened.
            let _ = fs::remove_file(beside);
        }
    }
}

/// Writes a whole file.
///
/// # Errors
/// What the system says; what was there before is there still.
pub fn write(target: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let file = UnderWay::to(target);
    fs::write(file.path(), bytes)?;
    file.keep()
}
