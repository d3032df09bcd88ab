//! Why a folder, a table or a record cannot be read or written, in words, French and English. What was found inside a
//! folder that can be read is told in `message`. Decides nothing.

use super::{CELL_LIMIT, PathRefusal, SaveError, SourceError, TABLE_LIMIT_BYTES, TableError, UiLanguage};
use crate::words::{english_display, say, size, system};

english_display!(SourceError, PathRefusal, SaveError, TableError);

impl SourceError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Folder { folder, why } => {
                let (folder, why) = (folder.display(), system(ui, why));
                say!(
                    ui,
                    "the source folder {folder} cannot be read: {why}, or begin one with `alloclap publish new`",
                    "le dossier source {folder} est illisible : {why}, ou commencez-en un avec `alloclap publish new`"
                )
            }
            Self::NoPublication { folder } => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder} has no publication.toml, which says who publishes: write one, or begin with `alloclap publish new`",
                    "{folder} n’a pas de publication.toml, qui dit qui publie : écrivez-le, ou commencez avec `alloclap publish new`"
                )
            }
            Self::Publication(findings) => {
                let worst = findings.iter().max_by_key(|finding| finding.severity);
                let (place, why) =
                    worst.map_or_else(Default::default, |finding| (finding.place(), finding.message(ui)));
                say!(
                    ui,
                    "publication.toml, which says who publishes, cannot be read: {place}: {why}",
                    "publication.toml, qui dit qui publie, est illisible : {place} : {why}"
                )
            }
        }
    }
}

impl PathRefusal {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Outside(path) => say!(
                ui,
                "\"{path}\" leads out of the source folder: copy the file into it and write its path from there",
                "« {path} » mène hors du dossier source : copiez-y le fichier et écrivez son chemin à partir de là"
            ),
            Self::Missing(path) => say!(
                ui,
                "there is no file \"{path}\" in the source folder: check its name, capitals included, or add it",
                "il n’y a pas de fichier « {path} » dans le dossier source : vérifiez son nom, majuscules comprises, ou ajoutez-le"
            ),
        }
    }
}

impl SaveError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::File { path, why } => {
                let (path, why) = (path.display(), system(ui, why));
                say!(
                    ui,
                    "{path} cannot be saved: {why}",
                    "{path} ne peut pas être enregistré : {why}"
                )
            }
            Self::InTable { id, path } => {
                let path = path.display();
                say!(
                    ui,
                    "{id} is a row of {path}: change it there, or turn the table into text files first",
                    "{id} est une ligne de {path} : modifiez-la là, ou changez d’abord le tableau en fichiers texte"
                )
            }
            Self::Moved { id, path } => {
                let path = path.display();
                say!(
                    ui,
                    "{id} is no longer in {path} as it was read: read the folder again",
                    "{id} n’est plus dans {path} comme à la lecture : relisez le dossier"
                )
            }
        }
    }
}

impl TableError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::CellTooLong {
                id,
                header,
                characters,
            } => say!(
                ui,
                "{id}: {header} has {characters} characters, a cell holds {CELL_LIMIT}: shorten it, or keep this record as a text file (a trail’s line: as a GPX file); nothing was written",
                "{id} : {header} a {characters} caractères, une cellule en contient {CELL_LIMIT} : raccourcissez-le, ou gardez cette fiche en fichier texte (le tracé d’un parcours : en GPX) ; rien n’a été écrit"
            ),
            Self::SheetTooLarge { sheet, rows, columns } => say!(
                ui,
                "{sheet} has {rows} rows and {columns} columns, more than a sheet holds: export a folder of CSV files; nothing was written",
                "{sheet} a {rows} lignes et {columns} colonnes, plus qu’une feuille n’en contient : exportez un dossier de fichiers CSV ; rien n’a été écrit"
            ),
            Self::UnknownType(path) => {
                let path = path.display();
                say!(
                    ui,
                    "{path} has a name like no table: use one that ends in .xlsx or .ods, or CSV files named after their kind of record, places.csv",
                    "{path} ne porte pas un nom de tableau : prenez un nom en .xlsx ou .ods, ou des fichiers CSV nommés d’après leurs fiches, places.csv"
                )
            }
            Self::File { path, why } => {
                let (path, why) = (path.display(), system(ui, why));
                say!(
                    ui,
                    "{path} cannot be used: {why}",
                    "{path} est inutilisable : {why}"
                )
            }
            Self::FileTooLarge { path, bytes } => {
                let (path, bytes, most) = (path.display(), size(ui, *bytes), size(ui, TABLE_LIMIT_BYTES));
                say!(
                    ui,
                    "{path} has {bytes}, at most {most} are read: split it into several tables",
                    "{path} fait {bytes}, {most} au plus sont lus : partagez-le en plusieurs tableaux"
                )
            }
            Self::Unwritable { path, why } => {
                let path = path.display();
                say!(
                    ui,
                    "{path} cannot hold these records ({why}): export a folder of CSV files",
                    "{path} ne peut pas contenir ces fiches ({why}) : exportez un dossier de fichiers CSV"
                )
            }
            Self::Save(error) => error.message(ui),
            Self::Source(error) => error.message(ui),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Finding, FindingKind, Severity};
    use crate::words::tests::both_languages;
    use std::io;

    #[test]
    fn every_reason_is_said_in_both_languages() {
        let why = || io::Error::from(io::ErrorKind::NotFound);
        let finding = Finding {
            severity: Severity::Error,
            file: "publication.toml".into(),
            line: 3,
            field: Some("id".to_owned()),
            what: FindingKind::MissingField,
        };
        let source = [
            SourceError::Folder {
                folder: "guide".into(),
                why: why(),
            },
            SourceError::NoPublication {
                folder: "guide".into(),
            },
            SourceError::Publication(vec![finding]),
            SourceError::Publication(Vec::new()),
        ];
        both_languages(&source, SourceError::message);
        let paths = [
            PathRefusal::Outside("/etc".to_owned()),
            PathRefusal::Missing("a.ogg".to_owned()),
        ];
        both_languages(&paths, PathRefusal::message);
        let saves = || {
            [
                SaveError::File {
                    path: "films/a.toml".into(),
                    why: why(),
                },
                SaveError::InTable {
                    id: "a".to_owned(),
                    path: "films.csv".into(),
                },
                SaveError::Moved {
                    id: "a".to_owned(),
                    path: "films/a.toml".into(),
                },
            ]
        };
        both_languages(&saves(), SaveError::message);
        let mut tables = vec![
            TableError::CellTooLong {
                id: "a".to_owned(),
                header: "line".to_owned(),
                characters: 40_000,
            },
            TableError::SheetTooLarge {
                sheet: "films",
                rows: 2_000_000,
                columns: 4,
            },
            TableError::UnknownType("films.doc".into()),
            TableError::File {
                path: "films.csv".into(),
                why: why(),
            },
            TableError::FileTooLarge {
                path: "films.csv".into(),
                bytes: 70 << 20,
            },
            TableError::Unwritable {
                path: "films.xlsx".into(),
                why: "name".to_owned(),
            },
            TableError::Source(SourceError::NoPublication {
                folder: "guide".into(),
            }),
        ];
        tables.extend(saves().map(TableError::Save));
        both_languages(&tables, TableError::message);
    }
}
