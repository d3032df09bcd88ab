//! Why keys cannot be used, in words, French and English. Decides nothing.

use super::KeyError;
use crate::source::UiLanguage;
use crate::words::{english_display, say, system};

english_display!(KeyError);

impl KeyError {
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
            Self::NotAKey(path) => {
                let path = path.display();
                say!(
                    ui,
                    "{path} holds no key that signs: bring back the file that `publish keys` wrote, or move this one away",
                    "{path} ne contient pas de clé de signature : reprenez le fichier écrit par `publish keys`, ou déplacez celui-ci"
                )
            }
            Self::NoKeys(folder) => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder} has no keys of this publication: name their folder with --keys, or make the first ones with `alloclap publish keys new`",
                    "{folder} ne contient pas les clés de cette publication : indiquez leur dossier avec --keys, ou créez les premières avec `alloclap publish keys new`"
                )
            }
            Self::Exists(folder) => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder} has keys already: `publish keys new --role` adds one, `rotate` replaces one",
                    "{folder} contient déjà des clés : `publish keys new --role` en ajoute une, `rotate` en remplace une"
                )
            }
            Self::TwoRoots(one, other) => {
                let (one, other) = (one.display(), other.display());
                say!(
                    ui,
                    "{one} and {other} differ: two people changed keys at once, or these are keys of another publication; keep the one that is online",
                    "{one} et {other} diffèrent : deux personnes ont changé les clés en même temps, ou ce sont les clés d’une autre publication ; gardez le fichier qui est en ligne"
                )
            }
            Self::BrokenChain(path) => {
                let path = path.display();
                say!(
                    ui,
                    "{path} is not signed by the keys before it: bring back the file that is online",
                    "{path} n’est pas signé par les clés précédentes : reprenez le fichier qui est en ligne"
                )
            }
            Self::TooFew {
                role,
                have,
                needed,
                folders,
            } => {
                let places: Vec<String> = folders
                    .iter()
                    .map(|folder| folder.display().to_string())
                    .collect();
                let places = places.join(", ");
                let kind = match (*role, ui) {
                    ("root", UiLanguage::French) => "racine",
                    (_, UiLanguage::French) => "de signature",
                    (role, UiLanguage::English) => role,
                };
                say!(
                    ui,
                    "{needed} {kind} keys must sign, and {have} are in {places}: name the folder or stick of the others with another --keys",
                    "il faut {needed} clés {kind}, et {places} en contient {have} : indiquez le dossier ou la clé USB des autres avec un autre --keys"
                )
            }
            Self::Unknown(key) => say!(
                ui,
                "no key \"{key}\" may sign: `alloclap publish keys list` names them",
                "aucune clé « {key} » ne signe : `alloclap publish keys list` les nomme"
            ),
            Self::LastOne(key) => say!(
                ui,
                "without \"{key}\" too few keys would be left: replace it with `alloclap publish keys rotate`",
                "sans « {key} », il resterait trop peu de clés : remplacez-la avec `alloclap publish keys rotate`"
            ),
            Self::Threshold { keys, threshold } => say!(
                ui,
                "{threshold} signatures of {keys} keys cannot be: ask for one signature at least, and no more than there are keys",
                "{threshold} signatures de {keys} clés, c’est impossible : au moins une signature, et pas plus que de clés"
            ),
            Self::NoPublication(folder) => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder} holds no signed publication: `alloclap publish build` makes one",
                    "{folder} ne contient pas de publication signée : `alloclap publish build` en fait une"
                )
            }
        }
    }
}
