//! The files of a source folder: which there are, and whether a path written in it stays inside.

use super::finding::{Finding, FindingKind, Severity};
use super::{Kind, SourceError};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The most that is read of a text file: about a hundred thousand records written by hand.
pub const TOML_LIMIT_BYTES: u64 = 16 << 20;
/// The most that is read of a table as it lies on the disk.
pub const TABLE_LIMIT_BYTES: u64 = 64 << 20;
/// Folders within folders beyond this are not looked into.
const DEPTH_LIMIT: u32 = 8;

/// How a file holds records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Toml,
    Csv,
    Workbook,
}

/// A file that may hold records.
#[derive(Debug)]
pub(super) struct Found {
    /// Relative to the source folder.
    pub file: PathBuf,
    pub path: PathBuf,
    pub holds: Holds,
    /// The kind that the folder's or the file's name says.
    pub kind: Option<Kind>,
}

/// Why a path that is written in a source folder is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathRefusal {
    /// It is absolute, goes upwards, or is a link to elsewhere.
    Outside(String),
    /// There is no such file.
    Missing(String),
}

/// The file that a path written in a source folder means. The only way to open what a source names: absolute paths,
/// `..` and links that lead out of the folder are refused.
///
/// # Errors
/// [`PathRefusal`], with the path as it was written.
pub fn inside(folder: &Path, written: &str) -> Result<PathBuf, PathRefusal> {
    let outside = || PathRefusal::Outside(written.to_owned());
    // A backslash is what Windows writes between folders; nobody means it as a part of a name.
    let relative = PathBuf::from(written.replace('\\', "/"));
    let drive = written.get(1..2) == Some(":");
    let plain = relative
        .components()
        .all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if !plain || drive || written.contains('\0') {
        return Err(outside());
    }
    let missing = || PathRefusal::Missing(written.to_owned());
    let root = folder.canonicalize().map_err(|_| missing())?;
    let path = root.join(relative).canonicalize().map_err(|_| missing())?;
    if !path.starts_with(&root) {
        return Err(outside());
    }
    if path.is_file() { Ok(path) } else { Err(missing()) }
}

/// All files of a folder that may hold records, in the order of their names.
pub(super) fn walk(folder: &Path, findings: &mut Vec<Finding>) -> Result<Vec<Found>, SourceError> {
    let unreadable = |why| SourceError::Folder {
        folder: folder.to_owned(),
        why,
    };
    let root = folder.canonicalize().map_err(unreadable)?;
    let mut found = Vec::new();
    for name in names(&root).map_err(unreadable)? {
        let path = root.join(&name);
        let (stem, _) = split(&name);
        if path.is_dir() {
            if let Some(kind) = Kind::of_folder(&name) {
                walk_kind(&root, Path::new(&name), kind, 1, &mut found, findings);
            }
        } else if let Some(holds) = holds(&name) {
            let kind = Kind::of_folder(stem);
            // Text files and tables of other names are somebody's own notes; a workbook is known by its sheets.
            if (kind.is_some() || holds == Holds::Workbook) && stays(&root, Path::new(&name), findings) {
                found.push(Found {
                    file: PathBuf::from(&name),
                    path,
                    holds,
                    kind,
                });
            }
        }
    }
    Ok(found)
}

fn walk_kind(
    root: &Path,
    relative: &Path,
    kind: Kind,
    depth: u32,
    found: &mut Vec<Found>,
    findings: &mut Vec<Finding>,
) {
    let find = |findings: &mut Vec<Finding>, severity, file: &Path, what| {
        findings.push(Finding {
            severity,
            file: file.to_owned(),
            line: 0,
            field: None,
            what,
        });
    };
    if !stays(root, relative, findings) {
        return;
    }
    let names = match names(&root.join(relative)) {
        Ok(names) => names,
        Err(e) => {
            let what = FindingKind::UnreadableFile { why: e.to_string() };
            return find(findings, Severity::Error, relative, what);
        }
    };
    for name in names {
        let file = relative.join(&name);
        let path = root.join(&file);
        let link = fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink());
        if path.is_dir() {
            // A link to a folder may lead round in circles.
            if link || depth >= DEPTH_LIMIT {
                let path = file.display().to_string();
                find(findings, Severity::Error, &file, FindingKind::Outside { path });
            } else {
                walk_kind(root, &file, kind, depth + 1, found, findings);
            }
        } else if let Some(holds) = holds(&name) {
            if stays(root, &file, findings) {
                found.push(Found {
                    file,
                    path,
                    holds,
                    kind: Some(kind),
                });
            }
        } else if !is_companion(&name) {
            find(findings, Severity::Info, &file, FindingKind::NotRead);
        }
    }
}

/// Whether a file is really in the folder, not a link to elsewhere.
fn stays(root: &Path, file: &Path, findings: &mut Vec<Finding>) -> bool {
    let stays = root
        .join(file)
        .canonicalize()
        .is_ok_and(|path| path.starts_with(root));
    if !stays {
        let path = file.display().to_string();
        findings.push(Finding {
            severity: Severity::Error,
            file: file.to_owned(),
            line: 0,
            field: None,
            what: FindingKind::Outside { path },
        });
    }
    stays
}

/// Names in a folder, sorted, without hidden files and the lock files of office programs.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with(['.', '~']) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn split(name: &str) -> (&str, String) {
    match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, ending.to_ascii_lowercase()),
        None => (name, String::new()),
    }
}

fn holds(name: &str) -> Option<Holds> {
    match split(name).1.as_str() {
        "toml" => Some(Holds::Toml),
        "csv" | "tsv" => Some(Holds::Csv),
        "xlsx" | "ods" => Some(Holds::Workbook),
        _ => None,
    }
}

/// Files that lie beside records with good reason: lines, media, notes.
fn is_companion(name: &str) -> bool {
    const COMPANIONS: [&str; 20] = [
        "gpx", "md", "opus", "ogg", "oga", "mp3", "m4a", "aac", "flac", "wav", "mp4", "webm", "vtt", "jpg",
        "jpeg", "png", "webp", "svg", "pdf", "license",
    ];
    COMPANIONS.contains(&split(name).1.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_inside_the_folder_are_opened() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("source");
        fs::create_dir_all(folder.join("media")).unwrap();
        fs::write(folder.join("media/a.ogg"), "a").unwrap();
        fs::write(outer.path().join("secret"), "s").unwrap();
        assert!(inside(&folder, "media/a.ogg").is_ok());
        assert!(inside(&folder, "./media\\a.ogg").is_ok(), "as Windows writes it");
        for path in [
            "../secret",
            "/etc/passwd",
            "media/../../secret",
            "C:\\secret",
            "\\\\host\\share",
        ] {
            assert_eq!(
                inside(&folder, path),
                Err(PathRefusal::Outside(path.to_owned())),
                "{path}"
            );
        }
        for path in ["media/b.ogg", "media", ""] {
            assert_eq!(
                inside(&folder, path),
                Err(PathRefusal::Missing(path.to_owned())),
                "{path}"
            );
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outer.path().join("secret"), folder.join("media/link")).unwrap();
            assert!(matches!(
                inside(&folder, "media/link"),
                Err(PathRefusal::Outside(_))
            ));
        }
    }
}
