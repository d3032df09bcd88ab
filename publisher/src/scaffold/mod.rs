//! A first source folder: a small worked example with every field explained beside it, to be written over.
//!
//! Everything in it is a draft, so that nothing of it is ever put online by mistake. The explanations are those of the field
//! table; what a good publication needs is told by [`crate::check`].

mod example;
mod message;

use crate::source::Kind;
use crate::source::fields::{self, Field, Type};
use alloclap_core::catalogue::model::Language;
use example::EXAMPLE;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Why a first folder cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// Something is there already.
    NotEmpty(PathBuf),
    /// A file or folder cannot be written.
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
}

/// Makes a first source folder with comments in French and English. `languages` are those of the publication, the one to
/// fall back to first; none: French and English. Says which files it wrote, relative to the folder.
///
/// # Errors
/// [`ScaffoldError`]; a folder in which anything is, is left as it is.
pub fn new(folder: &Path, languages: &[Language]) -> Result<Vec<PathBuf>, ScaffoldError> {
    let failed = |path: &Path, why| ScaffoldError::File {
        path: path.to_owned(),
        why,
    };
    fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    if fs::read_dir(folder)
        .map_err(|e| failed(folder, e))?
        .next()
        .is_some()
    {
        return Err(ScaffoldError::NotEmpty(folder.to_owned()));
    }
    let languages: Vec<String> = if languages.is_empty() {
        vec!["fr".to_owned(), "en".to_owned()]
    } else {
        languages.iter().map(Language::to_string).collect()
    };
    let mut files = vec![
        (PathBuf::from("README.md"), example::README.to_owned()),
        (PathBuf::from("trails/exemple.gpx"), example::LINE.to_owned()),
        (PathBuf::from("media/README.md"), example::MEDIA.to_owned()),
    ];
    for worked in EXAMPLE {
        files.push((PathBuf::from(worked.file), text(worked, &languages)));
    }
    for (file, text) in &files {
        let path = folder.join(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| failed(parent, e))?;
        }
        fs::write(&path, text).map_err(|e| failed(&path, e))?;
    }
    files.sort();
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

/// One file of the example.
struct Worked {
    kind: Kind,
    file: &'static str,
    french: &'static str,
    english: &'static str,
    /// Dotted fields and what is written after `=`.
    values: &'static [(&'static str, Written)],
}

enum Written {
    /// As it stands.
    Plain(&'static str),
    /// Words in French and in English.
    Words(&'static str, &'static str),
    /// The publication's languages.
    Languages,
}

/// A file's text: what the example says, and every other field of its kind behind `#`.
fn text(worked: &Worked, languages: &[String]) -> String {
    let mut text = format!("# {}\n# {}\n", worked.french, worked.english);
    let all = fields::of(worked.kind);
    // In TOML what follows `[[…]]` belongs to it, so lists of things come last.
    let (lists, single): (Vec<_>, Vec<_>) = all.iter().partition(|f| matches!(f.holds, Type::Tables(_)));
    for field in single {
        write_field(&mut text, worked, languages, "", field);
    }
    for field in lists {
        let Type::Tables(inner) = field.holds else {
            continue;
        };
        explain(&mut text, field);
        let count = (1..)
            .take_while(|n| worked.begins(&format!("{}.{n}.", field.name)))
            .count();
        for n in 1..=count {
            let _ = writeln!(text, "[[{}]]", field.name);
            for (name, written) in worked.values {
                if let Some(name) = name.strip_prefix(&format!("{}.{n}.", field.name)) {
                    write_value(&mut text, name, written, languages);
                }
            }
        }
        if count == 0 {
            let _ = writeln!(text, "# [[{}]]", field.name);
            for field in inner.iter().filter(|f| !f.example.is_empty()) {
                let _ = writeln!(text, "# {} = {}", field.name, field.example);
            }
        }
    }
    text
}

fn write_field(text: &mut String, worked: &Worked, languages: &[String], before: &str, field: &Field) {
    let name = format!("{before}{}", field.name);
    if let Type::Table(inner) = field.holds {
        for field in inner {
            write_field(text, worked, languages, &format!("{name}."), field);
        }
        return;
    }
    explain(text, field);
    match worked.values.iter().find(|(n, _)| *n == name) {
        Some((_, written)) => write_value(text, &name, written, languages),
        None => {
            let _ = writeln!(text, "# {name} = {}", field.example);
        }
    }
}

fn write_value(text: &mut String, name: &str, written: &Written, languages: &[String]) {
    let _ = match written {
        Written::Plain(value) => writeln!(text, "{name} = {value}"),
        Written::Languages => writeln!(text, "{name} = {languages:?}"),
        Written::Words(french, english) => {
            let wanted = |l: &str| languages.iter().any(|w| w.split('-').next() == Some(l));
            if wanted("fr") {
                let _ = writeln!(text, "{name}.fr = {french:?}");
            }
            if wanted("en") || !wanted("fr") {
                let _ = writeln!(text, "{name}.en = {english:?}");
            }
            Ok(())
        }
    };
}

fn explain(text: &mut String, field: &Field) {
    let _ = write!(text, "\n# {}\n# {}\n", field.french, field.english);
}

impl Worked {
    fn begins(&self, prefix: &str) -> bool {
        self.values.iter().any(|(name, _)| name.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Severity;
    use crate::{check, source};

    #[test]
    fn a_new_folder_can_be_read_and_has_nothing_wrong() {
        let outer = tempfile::tempdir().unwrap();
        for languages in [vec![], vec!["fr"], vec!["de", "pt-br"]] {
            let dir = outer.path().join(format!("new-{}", languages.len()));
            let languages: Vec<Language> = languages.iter().map(|l| l.parse().unwrap()).collect();
            let files = new(&dir, &languages).unwrap();
            assert!(files.contains(&PathBuf::from("publication.toml")));
            let (source, mut findings) = source::read(&dir).unwrap();
            assert!(
                source.records.len() >= 7,
                "an example of each important kind: {}",
                source.records.len()
            );
            findings.extend(check::check(&source));
            let grave: Vec<_> = findings
                .iter()
                .filter(|f| f.severity > Severity::Info)
                .map(ToString::to_string)
                .collect();
            assert_eq!(grave, Vec::<String>::new());
            assert!(
                matches!(new(&dir, &languages), Err(ScaffoldError::NotEmpty(_))),
                "nothing is written over"
            );
        }
    }
}
