//! Why nothing was built, and what is not shown or not packed, in words, French and English. Decides nothing.

use super::{BuildError, Damage, HeldBack, Problem, ProblemKind};
use crate::source::UiLanguage;
use crate::words::{audio, english_display, say, system, track};
use alloclap_core::publication::FORMAT;
use std::fmt;

english_display!(BuildError);

/// In English, with its place: what a log wants.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(UiLanguage::English))
    }
}

impl Problem {
    /// What is wrong and what to do, without its place.
    pub fn message(&self, ui: UiLanguage) -> String {
        self.what.message(ui)
    }

    /// Where it stands: `films/liberte.toml:12`; empty if it is no longer in the source.
    pub fn place(&self) -> String {
        let file = self.file.display();
        match self.line {
            0 => file.to_string(),
            line => format!("{file}:{line}"),
        }
    }

    fn sentence(&self, ui: UiLanguage) -> String {
        let (place, what) = (self.place(), self.message(ui));
        if place.is_empty() {
            return what;
        }
        say!(ui, "{place}: {what}", "{place} : {what}")
    }
}

impl BuildError {
    /// What was wrong, where, and what to do; of several problems the first.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Refused(problems) => {
                let first = problems
                    .first()
                    .map(|problem| problem.sentence(ui))
                    .unwrap_or_default();
                match problems.len() {
                    0 | 1 => say!(
                        ui,
                        "the source cannot be published: {first}",
                        "la source ne peut pas être publiée : {first}"
                    ),
                    all => {
                        let more = all - 1;
                        say!(
                            ui,
                            "the source cannot be published: {first} (and {more} more)",
                            "la source ne peut pas être publiée : {first} (et {more} autres)"
                        )
                    }
                }
            }
            Self::Previous { path, why } => {
                let (path, why) = (path.display(), why.message(ui));
                say!(
                    ui,
                    "{path}: the last publication cannot be read ({why}): bring it back from the web server, or build into an empty folder if nothing of it was printed",
                    "{path} : la dernière publication est illisible ({why}) : reprenez-la sur le serveur web, ou construisez dans un dossier vide si rien n’en a été imprimé"
                )
            }
            Self::Keys(error) => error.message(ui),
            Self::Busy(folder) => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder}: another build is writing into this folder: wait for it",
                    "{folder} : une autre construction écrit dans ce dossier : attendez qu’elle finisse"
                )
            }
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

impl Damage {
    fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::File(error) => system(ui, error),
            Self::Json(error) => say!(
                ui,
                "it is not written as it should be: {error}",
                "elle n’est pas écrite comme il faut : {error}"
            ),
            Self::OtherBytes => say!(
                ui,
                "its bytes are not those that it was published with",
                "son contenu n’est plus celui qui a été publié"
            ),
            Self::Newer { format } => say!(
                ui,
                "its format {format} is newer than this program, which writes {FORMAT}",
                "son format {format} est plus récent que ce programme, qui écrit le {FORMAT}"
            ),
        }
    }
}

impl ProblemKind {
    fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::IdTwice { id } => say!(
                ui,
                "the id \"{id}\" is used twice: give one of the records another",
                "l’identifiant « {id} » sert deux fois : donnez-en un autre à l’une des fiches"
            ),
            Self::CodeTwice { code, other, id } => say!(
                ui,
                "the code \"{code}\" means \"{other}\" and \"{id}\": draw a new one for one of them",
                "le code « {code} » désigne « {other} » et « {id} » : tirez-en un nouveau pour l’un d’eux"
            ),
            Self::Dangling { id, field, named } => say!(
                ui,
                "\"{field}\" of \"{id}\" names \"{named}\", which does not exist: correct it, or add that record",
                "« {field} » de « {id} » nomme « {named} », qui n’existe pas : corrigez-le, ou ajoutez cette fiche"
            ),
            Self::Vanished { id, kind, now } => {
                let now = vanished(ui, now.as_ref());
                let french = kind_in_french(kind);
                say!(
                    ui,
                    "{kind} \"{id}\" was published and {now}",
                    "la fiche « {id} » ({french}) a été publiée et {now}"
                )
            }
            Self::CodeGone { code, owner } => say!(
                ui,
                "the code \"{code}\" of \"{owner}\" was published and means nothing now: it may be printed, so keep it as an old code, or write down what was removed in removed.toml",
                "le code « {code} » de « {owner} » a été publié et ne désigne plus rien : il est peut-être imprimé, gardez-le comme ancien code, ou notez ce qui a été retiré dans removed.toml"
            ),
            Self::CodeMoved { code, owner, now } => say!(
                ui,
                "the code \"{code}\" meant \"{owner}\" and now means \"{now}\": codes are never used again, draw a new one",
                "le code « {code} » désignait « {owner} » et désigne maintenant « {now} » : un code ne sert jamais deux fois, tirez-en un nouveau"
            ),
            Self::Path(refusal) => refusal.message(ui),
            Self::File { file, error } => {
                let why = system(ui, error);
                say!(ui, "{file} cannot be read: {why}", "{file} est illisible : {why}")
            }
            Self::Line { file, error } => {
                let why = track(ui, error);
                say!(
                    ui,
                    "{file} holds no line that can be followed: {why}",
                    "{file} ne contient pas de tracé à suivre : {why}"
                )
            }
            Self::NoMedium { file } => say!(
                ui,
                "{file} is no medium that can be published: convert it to Ogg Opus, mp3, m4a, flac or wav, to JPEG, PNG or WebP, to MP4 or WebM, or to WebVTT",
                "{file} n’est pas un média publiable : convertissez-le en Ogg Opus, mp3, m4a, flac ou wav, en JPEG, PNG ou WebP, en MP4 ou WebM, ou en WebVTT"
            ),
            Self::OtherMedium { file, media_type } => say!(
                ui,
                "{file} is {media_type}, which does not fit here: name another file, or put this one into the record it belongs to",
                "{file} est du type {media_type}, qui ne convient pas ici : nommez un autre fichier, ou mettez celui-ci dans la fiche qui lui convient"
            ),
            Self::Sound(error) => audio(ui, error),
            Self::Recording { file, note } => note.message(ui, file),
            Self::NoOpus { file, why } => say!(
                ui,
                "{file} cannot be made into Opus ({why}): build without --opus, or export it as Opus yourself",
                "{file} ne peut pas être converti en Opus ({why}) : construisez sans --opus, ou exportez-le vous-même en Opus"
            ),
        }
    }
}

fn vanished(ui: UiLanguage, now: Option<&HeldBack>) -> String {
    match now {
        Some(HeldBack::Draft) => say!(
            ui,
            "is a draft now: withdraw it instead",
            "redevient un brouillon : retirez-la plutôt (state = \"withdrawn\")"
        ),
        Some(HeldBack::NotYet { from }) => say!(
            ui,
            "is not to be shown before {from} now: withdraw it instead",
            "ne doit plus se montrer avant le {from} : retirez-la plutôt (state = \"withdrawn\")"
        ),
        Some(HeldBack::Needs { id }) => say!(
            ui,
            "needs \"{id}\", which is not shown any more: withdraw it too",
            "a besoin de « {id} », qui ne se montre plus : retirez-la aussi (state = \"withdrawn\")"
        ),
        Some(HeldBack::Withdrawn | HeldBack::Over | HeldBack::Unreached) | None => say!(
            ui,
            "is no longer in the source: bring it back and withdraw it, or write down what was removed in removed.toml",
            "n’est plus dans la source : remettez-la et retirez-la (state = \"withdrawn\"), ou notez ce qui a été retiré dans removed.toml"
        ),
    }
}

fn kind_in_french(kind: &str) -> &str {
    match kind {
        "person" => "personne",
        "company" => "société",
        "place" => "lieu",
        "shooting" => "tournage",
        "panel" => "panneau",
        "trail" => "parcours",
        "commentary" => "commentaire",
        "clip" => "extrait",
        "picture" => "photo",
        "notice" => "info",
        "tombstone" => "retirée",
        // A film is a film in both.
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Withheld;
    use super::*;
    use crate::sound::SoundNote;
    use crate::source::PathRefusal;
    use crate::words::tests::both_languages;
    use alloclap_core::audio::AudioError;
    use alloclap_core::catalogue::model::Id;
    use alloclap_core::track::TrackError;
    use std::io;

    #[test]
    fn every_reason_is_said_in_both_languages() {
        let id = |text: &str| text.parse::<Id>().unwrap();
        let day = || "2026-06-02".parse().unwrap();
        let code = || "K7QM2FXR".to_owned();
        let file = || "media/un.opus".to_owned();
        let held = [
            HeldBack::Draft,
            HeldBack::NotYet { from: day() },
            HeldBack::Withdrawn,
            HeldBack::Needs { id: id("b") },
            HeldBack::Over,
            HeldBack::Unreached,
        ];
        both_languages(&held, HeldBack::message);
        both_languages(&held, HeldBack::heading);
        let withheld = [
            Withheld::NotOffline,
            Withheld::NotYet(day()),
            Withheld::Over(day()),
            Withheld::Elsewhere,
        ];
        both_languages(&withheld, Withheld::message);

        let vanished = held.map(|why| ProblemKind::Vanished {
            id: id("a"),
            kind: "panel",
            now: Some(why),
        });
        let mut kinds: Vec<ProblemKind> = vanished.into();
        kinds.extend([
            ProblemKind::IdTwice { id: id("a") },
            ProblemKind::CodeTwice {
                code: code(),
                other: id("a"),
                id: id("b"),
            },
            ProblemKind::Dangling {
                id: id("a"),
                field: "film".to_owned(),
                named: id("b"),
            },
            ProblemKind::Vanished {
                id: id("a"),
                kind: "film",
                now: None,
            },
            ProblemKind::CodeGone {
                code: code(),
                owner: id("a"),
            },
            ProblemKind::CodeMoved {
                code: code(),
                owner: id("a"),
                now: id("b"),
            },
            ProblemKind::Path(PathRefusal::Missing(file())),
            ProblemKind::File {
                file: file(),
                error: io::ErrorKind::PermissionDenied.into(),
            },
            ProblemKind::Line {
                file: "tour.gpx".to_owned(),
                error: TrackError::Nothing,
            },
            ProblemKind::NoMedium { file: file() },
            ProblemKind::OtherMedium {
                file: file(),
                media_type: "image/png".to_owned(),
            },
            ProblemKind::Sound(AudioError::Empty { file: file() }),
            ProblemKind::Recording {
                file: file(),
                note: SoundNote::LengthIsGuessed,
            },
            ProblemKind::NoOpus {
                file: file(),
                why: "a test".to_owned(),
            },
        ]);
        both_languages(&kinds, ProblemKind::message);

        let problem = |line| Problem {
            file: "films.toml".into(),
            line,
            what: ProblemKind::IdTwice { id: id("a") },
        };
        let previous = |why| BuildError::Previous {
            path: "site".into(),
            why,
        };
        let json = serde_json::from_str::<u8>("").unwrap_err();
        let errors = [
            BuildError::Refused(vec![problem(0)]),
            BuildError::Refused(vec![problem(3), problem(4)]),
            previous(Damage::File(io::ErrorKind::NotFound.into())),
            previous(Damage::Json(json)),
            previous(Damage::OtherBytes),
            previous(Damage::Newer { format: 9 }),
            BuildError::Busy("site".into()),
            BuildError::Io {
                path: "site".into(),
                error: io::ErrorKind::StorageFull.into(),
            },
        ];
        both_languages(&errors, BuildError::message);
    }
}
