//! Why nothing was imported, or a row was not, in words, French and English. Decides nothing.

use super::opendatasoft::{ColumnsProblem, ImportError, MemoryProblem};
use super::{NotATable, Refusal, TableError};
use crate::source::UiLanguage;
use crate::words::{english_display, position, say, size, system};

english_display!(TableError, Refusal, ImportError);

/// The words by which a table's title and position can be found.
const POSITION: &str = "point, shape, x + y";

impl TableError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Io { path, error } => {
                let (path, why) = (path.display(), system(ui, error));
                say!(
                    ui,
                    "{path} cannot be used: {why}",
                    "{path} est inutilisable : {why}"
                )
            }
            Self::TooLarge { path, bytes } => {
                let (path, bytes) = (path.display(), size(ui, *bytes));
                say!(
                    ui,
                    "{path} has {bytes}, too much for a table: split it into files of at most 1 GB",
                    "{path} fait {bytes}, c’est trop pour un tableau : partagez-le en fichiers de 1 Go au plus"
                )
            }
            Self::NoTable { path, reason } => {
                let path = path.display();
                match reason {
                    NotATable::ZeroBytes => say!(
                        ui,
                        "{path} is no table: it has zero bytes, as a spreadsheet file or a picture has: export it as CSV",
                        "{path} n’est pas un tableau : il a des octets nuls, comme un classeur ou une image : exportez-le en CSV"
                    ),
                    NotATable::Csv(why) => say!(
                        ui,
                        "{path} is no table that can be read ({why}): export it as CSV again",
                        "{path} n’est pas un tableau lisible ({why}) : exportez-le à nouveau en CSV"
                    ),
                    NotATable::Empty => say!(
                        ui,
                        "{path} is empty: export it again, with its header",
                        "{path} est vide : exportez-le à nouveau, avec sa ligne de titres"
                    ),
                }
            }
        }
    }
}

impl ImportError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Table(error) => error.message(ui),
            Self::Columns { path, reason } => {
                let (path, reason) = (path.display(), reason.message(ui));
                say!(ui, "{path}: {reason}", "{path} : {reason}")
            }
            Self::Memory { path, line, reason } => {
                let (path, reason) = (path.display(), reason.message(ui));
                say!(
                    ui,
                    "{path}:{line}: {reason}; this file is written by the import: bring back its last good version",
                    "{path}:{line} : {reason} ; ce fichier est écrit par l’import : remettez sa dernière bonne version"
                )
            }
            Self::NoPublisher { folder } => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder} has no publication.toml yet: say who publishes, and it will be made",
                    "{folder} n’a pas encore de publication.toml : dites qui publie, et il sera créé"
                )
            }
            Self::NoId { wish } => say!(
                ui,
                "\"{wish}\" can be no id: choose another name for the table, of a–z and 0–9",
                "« {wish} » ne peut pas être un identifiant : donnez un autre nom au tableau, avec a–z et 0–9"
            ),
            Self::Io { path, error } => {
                let (path, why) = (path.display(), system(ui, error));
                say!(
                    ui,
                    "{path} cannot be used: {why}",
                    "{path} est inutilisable : {why}"
                )
            }
        }
    }
}

impl ColumnsProblem {
    fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Toml(why) => say!(
                ui,
                "the names of columns cannot be read, correct them: {why}",
                "les noms de colonnes sont illisibles, corrigez-les : {why}"
            ),
            Self::UnknownForm(form) => say!(
                ui,
                "\"{form}\" under [forms] is no form: use feature, short, series, tv_film, web_series, documentary, music_video, advert or other",
                "« {form} » sous [forms] n’est pas un genre de film : utilisez feature, short, series, tv_film, web_series, documentary, music_video, advert ou other"
            ),
            Self::Missing {
                title,
                position,
                headers,
            } => {
                let headers = headers.join(", ");
                let missing = match (title, position) {
                    (true, true) => say!(
                        ui,
                        "title and position ({POSITION})",
                        "le titre (title) et la position ({POSITION})"
                    ),
                    (true, false) => say!(ui, "title", "le titre (title)"),
                    (false, _) => say!(ui, "position ({POSITION})", "la position ({POSITION})"),
                };
                say!(
                    ui,
                    "no column for {missing}; the columns are: {headers}. Name them in a file for --columns: [columns] title = [\"…\"]",
                    "aucune colonne pour {missing} ; les colonnes sont : {headers}. Nommez-les dans un fichier pour --columns : [columns] title = [\"…\"]"
                )
            }
        }
    }
}

impl MemoryProblem {
    fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::CellCount { found } => say!(
                ui,
                "{found} cells stand where four are expected",
                "{found} cellules au lieu de quatre"
            ),
            Self::NoId(text) => say!(ui, "\"{text}\" is no id", "« {text} » n’est pas un identifiant"),
            Self::NoPosition(error) => position(ui, error),
            Self::UnknownKind(kind) => say!(ui, "\"{kind}\" is unknown", "« {kind} » est inconnu"),
        }
    }
}

impl Refusal {
    /// The reason in one word for a machine, without its data.
    pub fn key(&self) -> &'static str {
        match self {
            Self::CellCount { .. } => "cell_count",
            Self::NoTitle => "no_title",
            Self::NoPosition => "no_position",
            Self::BadPosition { .. } => "bad_position",
            Self::IdTaken { .. } => "id_taken",
        }
    }

    /// Why the row could not be used, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::CellCount { found, expected } => say!(
                ui,
                "it has {found} cells where the header has {expected}: look for a missing or doubled separator or quotation mark",
                "elle a {found} cellules, la ligne de titres {expected} : cherchez un séparateur ou un guillemet de trop ou manquant"
            ),
            Self::NoTitle => say!(
                ui,
                "it has no title: say which film was shot",
                "elle n’a pas de titre : dites quel film a été tourné"
            ),
            Self::NoPosition => say!(
                ui,
                "it has no position: give latitude and longitude",
                "elle n’a pas de position : donnez latitude et longitude"
            ),
            Self::BadPosition { cells } => {
                let (english, french) = (cells.join("\", \""), cells.join(" », « "));
                match ui {
                    UiLanguage::English => format!(
                        "\"{english}\" is no position: give latitude and longitude in degrees, or Lambert-93 metres"
                    ),
                    UiLanguage::French => format!(
                        "« {french} » n’est pas une position : donnez latitude et longitude en degrés, ou des mètres Lambert-93"
                    ),
                }
            }
            Self::IdTaken { id, first_line } => say!(
                ui,
                "its id \"{id}\" is that of line {first_line}, which says something else: give it an id of its own",
                "son identifiant « {id} » est celui de la ligne {first_line}, qui dit autre chose : donnez-lui le sien"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Refused;
    use crate::words::tests::both_languages;
    use alloclap_core::geo::PositionError;
    use std::io;

    #[test]
    fn every_reason_is_said_in_both_languages() {
        let io = || io::Error::from(io::ErrorKind::NotFound);
        let no_table = |reason| TableError::NoTable {
            path: "lieux.csv".into(),
            reason,
        };
        let tables = || {
            [
                TableError::Io {
                    path: "lieux.csv".into(),
                    error: io(),
                },
                TableError::TooLarge {
                    path: "lieux.csv".into(),
                    bytes: 2 << 30,
                },
                no_table(NotATable::ZeroBytes),
                no_table(NotATable::Csv("quote".to_owned())),
                no_table(NotATable::Empty),
            ]
        };
        both_languages(&tables(), TableError::message);

        let missing = |title, position| ColumnsProblem::Missing {
            title,
            position,
            headers: vec!["arbre".to_owned()],
        };
        let columns = [
            ColumnsProblem::Toml("line 1".to_owned()),
            ColumnsProblem::UnknownForm("opera".to_owned()),
            missing(true, true),
            missing(true, false),
            missing(false, true),
        ];
        let memory = [
            MemoryProblem::CellCount { found: 3 },
            MemoryProblem::NoId("É".to_owned()),
            MemoryProblem::NoPosition(PositionError::NotTwoNumbers("ici".to_owned())),
            MemoryProblem::UnknownKind("arbre".to_owned()),
        ];
        let mut errors: Vec<ImportError> = tables().map(ImportError::Table).into();
        errors.extend(columns.map(|reason| ImportError::Columns {
            path: "colonnes.toml".into(),
            reason,
        }));
        errors.extend(memory.map(|reason| ImportError::Memory {
            path: "ids.csv".into(),
            line: 2,
            reason,
        }));
        errors.extend([
            ImportError::NoPublisher {
                folder: "guide".into(),
            },
            ImportError::NoId { wish: "-".to_owned() },
            ImportError::Io {
                path: "guide".into(),
                error: io(),
            },
        ]);
        both_languages(&errors, ImportError::message);

        let refusals = [
            Refusal::CellCount {
                found: 3,
                expected: 10,
            },
            Refusal::NoTitle,
            Refusal::NoPosition,
            Refusal::BadPosition {
                cells: vec!["ici".to_owned(), "là".to_owned()],
            },
            Refusal::IdTaken {
                id: "1".to_owned(),
                first_line: 2,
            },
        ];
        both_languages(&refusals, Refusal::message);
    }

    #[test]
    fn a_machine_reads_the_line_the_words_and_a_key_of_a_refused_row() {
        let row = Refused {
            line: 4,
            reason: Refusal::NoTitle,
        };
        let json = serde_json::to_value(&row).unwrap();
        let want = serde_json::json!({
            "line": 4, "reason": "it has no title: say which film was shot", "is": "no_title"
        });
        assert_eq!(json, want);
    }
}
