//! Where a publication is pushed to, as it is typed; and what every kind of host must be able to do.

use super::PushOptions;
use super::folder::Folder;
use super::order::Upload;
use super::rsync::Rsync;
use super::s3::Bucket;
use super::sftp::Sftp;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A destination as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A folder of this machine.
    Folder(PathBuf),
    /// What the program `rsync` takes: `HOST:FOLDER`, `rsync://HOST/MODULE`.
    Rsync(String),
    /// `sftp://[USER@]HOST[:PORT]/FOLDER`: the host with its user, the port, the folder.
    Sftp {
        /// With its user, if one is given.
        host: String,
        /// If it is not the usual one.
        port: Option<u16>,
        /// On that host.
        folder: String,
    },
    /// `s3://BUCKET[/PREFIX]`.
    S3 {
        /// The bucket.
        bucket: String,
        /// The prefix, without slashes around it.
        prefix: String,
    },
}

/// Why a publication was not pushed, or not wholly. What was sent is of use to the next try; the edition that was there before
/// is whole unless the last step was reached.
#[derive(Debug)]
pub enum PushError {
    /// No destination can be read from what was typed.
    Address(String),
    /// The folder holds no publication.
    NoPublication(PathBuf),
    /// A file of this machine cannot be read or written.
    Local {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A program that is needed is not installed.
    NoProgram(&'static str),
    /// A program failed.
    Program {
        /// Its name.
        program: &'static str,
        /// The last that it said.
        said: String,
    },
    /// The object store refused or was not reached.
    Store(String),
}

/// A host's folder of files.
pub(super) trait Destination {
    /// The files that are there, with their lengths.
    fn list(&self) -> Result<BTreeMap<String, u64>, PushError>;
    /// Sends some files of the publication, in any order; each is there whole or not at all.
    fn send(&self, publication: &Path, files: &[&Upload]) -> Result<(), PushError>;
    /// A small file's bytes; none if it is not there.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PushError>;
    /// Writes a small file.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PushError>;
    /// Removes files; those that are not there count as removed.
    fn remove(&self, paths: &[String]) -> Result<(), PushError>;
}

impl Address {
    pub(super) fn open(&self, options: &PushOptions) -> Result<Box<dyn Destination>, PushError> {
        Ok(match self {
            Self::Folder(folder) => Box::new(Folder::new(folder)),
            Self::Rsync(address) => Box::new(Rsync::new(address)?),
            Self::Sftp { host, port, folder } => Box::new(Sftp::new(host, *port, folder)?),
            Self::S3 { bucket, prefix } => {
                Box::new(Bucket::open(bucket, prefix, options.endpoint.as_deref())?)
            }
        })
    }
}

impl FromStr for Address {
    type Err = PushError;

    fn from_str(text: &str) -> Result<Self, PushError> {
        let wrong = || PushError::Address(text.to_owned());
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err(wrong());
            }
            return Ok(Self::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
            });
        }
        if let Some(rest) = text.strip_prefix("sftp://") {
            let (host, folder) = rest.split_once('/').unwrap_or((rest, ""));
            let (host, port) = match host.rsplit_once(':') {
                Some((host, port)) => (host, Some(port.parse().map_err(|_| wrong())?)),
                None => (host, None),
            };
            // What begins with a dash would be an option of the program.
            if host.is_empty() || host.starts_with('-') {
                return Err(wrong());
            }
            return Ok(Self::Sftp {
                host: host.to_owned(),
                port,
                folder: format!("/{}", folder.trim_matches('/')),
            });
        }
        if text.starts_with("rsync://") {
            return Ok(Self::Rsync(text.to_owned()));
        }
        if text.is_empty() || text.starts_with('-') || text.contains("://") {
            return Err(wrong());
        }
        // `HOST:FOLDER`, as rsync and scp write it; one letter before the colon is a drive.
        let host = text.split_once(':').map(|(host, _)| host);
        if host.is_some_and(|host| host.len() > 1 && !host.contains(['/', '\\'])) {
            return Ok(Self::Rsync(text.to_owned()));
        }
        Ok(Self::Folder(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_told_apart_as_people_type_them() {
        let read = |text: &str| text.parse::<Address>().unwrap();
        assert_eq!(read("public"), Address::Folder("public".into()));
        assert_eq!(read("/var/www/guide"), Address::Folder("/var/www/guide".into()));
        assert_eq!(read("C:\\site"), Address::Folder("C:\\site".into()));
        assert_eq!(
            read("me@town.example:www/guide"),
            Address::Rsync("me@town.example:www/guide".into())
        );
        assert_eq!(
            read("s3://guides/town/"),
            Address::S3 {
                bucket: "guides".into(),
                prefix: "town".into()
            }
        );
        assert_eq!(
            read("sftp://me@town.example:2222/www/guide/"),
            Address::Sftp {
                host: "me@town.example".into(),
                port: Some(2222),
                folder: "/www/guide".into()
            }
        );
        for text in [
            "",
            "-e sh",
            "ftp://town.example/",
            "sftp://-oProxyCommand=sh/x",
            "s3:///x",
            "sftp://h:x/",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
