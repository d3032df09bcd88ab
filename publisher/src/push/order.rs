//! Which files a publication has, and in which order they may go. Pure but for listing the folder.

use super::PushError;
use alloclap_core::catalogue::model::BlobHash;
use alloclap_core::publication::TIMESTAMP_NAME;
use std::fs;
use std::path::Path;

/// How long anyone may keep a file that is named by its hash: for ever, as far as HTTP can say it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// How long anyone may keep what names the newest edition: as short as a host in front of a crowd can bear.
const SHORT: &str = "public, max-age=60, must-revalidate";
/// How long anyone may keep a web page.
const AN_HOUR: &str = "public, max-age=3600";

/// When a file may go: nothing may be named before it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Blob,
    Pack,
    List,
    Page,
    Index,
    Metadata,
    Newest,
}

/// A file to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    /// Relative to the publication, with slashes.
    pub path: String,
    pub bytes: u64,
    pub rank: Rank,
    /// Whether its name tells its content.
    pub hashed: bool,
}

impl Upload {
    pub(super) fn new(path: String, bytes: u64) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = path.split('/').next().filter(|folder| *folder != path);
        // Also `<sha256>.json.zst`, and `<sha256>.index.json` as TUF names targets, and `<sha256>-<sha256>` as patches are.
        let first = name.split(['.', '-']).next().unwrap_or_default();
        let hashed = first.parse::<BlobHash>().is_ok();
        let rank = match folder {
            Some("media") => Rank::Blob,
            Some("packs" | "patches" | "packed") => Rank::Pack,
            Some("areas" | "codes" | "notices") => Rank::List,
            _ if name == TIMESTAMP_NAME => Rank::Newest,
            _ if hashed => Rank::Index,
            _ if name.ends_with(".html")
                || name.ends_with(".css")
                || folder.is_some_and(|folder| folder == "p") =>
            {
                Rank::Page
            }
            _ if name.ends_with(".json") => Rank::Metadata,
            _ => Rank::Page,
        };
        Self {
            path,
            bytes,
            rank,
            hashed,
        }
    }

    /// For how long caches may keep it: a `Cache-Control`.
    pub(super) fn cache_control(&self) -> &'static str {
        match self.rank {
            _ if self.hashed => FOR_EVER,
            Rank::Newest => SHORT,
            // `3.root.json` never changes, `root.json` may.
            Rank::Metadata if self.is_numbered() => FOR_EVER,
            Rank::Page => AN_HOUR,
            _ => SHORT,
        }
    }

    /// Its media type, as far as its name tells.
    pub(super) fn content_type(&self) -> &'static str {
        match self.path.rsplit('.').next() {
            Some("json") => "application/json",
            Some("zst") => "application/zstd",
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("pmtiles") => "application/vnd.pmtiles",
            _ => "application/octet-stream",
        }
    }

    fn is_numbered(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split_once('.')
            .is_some_and(|(number, _)| number.parse::<u64>().is_ok())
    }
}

/// The files of a publication, in the order in which they may go.
pub(super) fn uploads(publication: &Path) -> Result<Vec<Upload>, PushError> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let path = publication.join(&folder);
        let failed = |error| PushError::Local {
            path: path.clone(),
            error,
        };
        for entry in fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // What was begun and not finished, and what editors and systems leave, is hidden.
            let Some(name) = entry
                .file_name()
                .to_str()
                .filter(|name| !name.starts_with('.'))
                .map(str::to_owned)
            else {
                continue;
            };
            let relative = format!("{folder}{name}");
            let data = entry.metadata().map_err(failed)?;
            if data.is_dir() {
                folders.push(format!("{relative}/"));
            } else {
                files.push(Upload::new(relative, data.len()));
            }
        }
    }
    if !files.iter().any(|file| file.rank == Rank::Newest) {
        return Err(PushError::NoPublication(publication.to_owned()));
    }
    files.sort_by(|a, b| (a.rank, &a.path).cmp(&(b.rank, &b.path)));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_named_before_it_is_there() {
        let hash = "a".repeat(64);
        let ranks: Vec<Rank> = [
            format!("media/{hash}"),
            format!("packs/{hash}.json.zst"),
            format!("areas/{hash}.json"),
            "p/K7QM2FXR/index.html".to_owned(),
            format!("index/{hash}.index.json"),
            "metadata/4.snapshot.json".to_owned(),
            "metadata/timestamp.json".to_owned(),
        ]
        .into_iter()
        .map(|path| Upload::new(path, 1).rank)
        .collect();
        assert!(ranks.is_sorted(), "{ranks:?}");
    }

    #[test]
    fn only_what_cannot_change_is_kept_for_ever() {
        let of = |path: &str| Upload::new(path.to_owned(), 1).cache_control();
        let hash = "a".repeat(64);
        for path in [
            format!("media/{hash}"),
            format!("packs/{hash}.json.zst"),
            "metadata/3.root.json".to_owned(),
        ] {
            assert_eq!(of(&path), FOR_EVER, "{path}");
        }
        for path in ["metadata/timestamp.json", "metadata/root.json"] {
            assert_eq!(of(path), SHORT, "{path}");
        }
        assert_eq!(of("p/K7QM2FXR/index.html"), AN_HOUR);
    }
}
