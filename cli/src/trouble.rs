//! What went wrong, in the visitor's language: what, where, and what to do.

use crate::say;
use crate::words::Ui;
use alloclap_core::companion::CompanionError;
use alloclap_core::track::TrackError;
use alloclap_publisher::source::UiLanguage;
use alloclap_publisher::words;
use std::io;

/// A failure of the guide in one line.
pub fn explain(ui: Ui, error: &CompanionError) -> String {
    match error {
        CompanionError::NotFound { kind, id } => {
            let kind = thing(ui, kind);
            say!(
                ui,
                "there is no {kind} \"{id}\" in the guides on this machine; try `alloclap search`, or download its guide with `alloclap sync URL`",
                "il n’y a pas de {kind} « {id} » dans les guides de cette machine ; essayer `alloclap search`, ou télécharger son guide avec `alloclap sync URL`"
            )
        }
        CompanionError::NotDownloaded { path } => say!(
            ui,
            "{path} is not on this machine; run `alloclap sync` with this medium",
            "{path} n’est pas sur cette machine ; lancer `alloclap sync` avec ce média"
        ),
        CompanionError::Address { address, why } => say!(
            ui,
            "\"{address}\" is no address of a guide ({why}); write https://HOST/FOLDER/",
            "« {address} » n’est pas l’adresse d’un guide ({why}) ; écrire https://SITE/DOSSIER/"
        ),
        CompanionError::Unreachable { url, why } => say!(
            ui,
            "{url} cannot be reached ({why}); check the connection and the address, then try again",
            "{url} est injoignable ({why}) ; vérifier la connexion et l’adresse, puis réessayer"
        ),
        CompanionError::Refused {
            url,
            status,
            retry_after_s,
        } => {
            let when = match retry_after_s {
                Some(seconds) => say!(ui, "try again in {seconds} s", "réessayer dans {seconds} s"),
                None if *status == 404 => ui.pick("check the address", "vérifier l’adresse").to_owned(),
                None => ui.pick("try again later", "réessayer plus tard").to_owned(),
            };
            say!(
                ui,
                "the server answers {status} for {url}; {when}",
                "le serveur répond {status} pour {url} ; {when}"
            )
        }
        CompanionError::BadPublication { url, why } => say!(
            ui,
            "{url} is no guide that can be used ({why}); check the address, or tell its publisher",
            "{url} n’est pas un guide utilisable ({why}) ; vérifier l’adresse, ou prévenir l’éditeur"
        ),
        CompanionError::ClaimedByAnother {
            publication,
            followed,
            claimant,
        } => say!(
            ui,
            "the guide {publication} is already followed at {followed}, and {claimant} uses the same name; remove the first one with `alloclap sync {followed} --forget`",
            "le guide {publication} est déjà suivi à {followed}, et {claimant} porte le même nom ; retirer le premier avec `alloclap sync {followed} --forget`"
        ),
        CompanionError::UpdateApp { what } => say!(
            ui,
            "{what} was written for a newer version of AlloClap; update it",
            "{what} a été écrit pour une version plus récente d’AlloClap ; la mettre à jour"
        ),
        CompanionError::StorageFull {
            path,
            needed_bytes,
            free_bytes,
        } => {
            let needed = needed_bytes.map_or_else(String::new, |bytes| {
                let bytes = ui.bytes(bytes);
                say!(ui, ": {bytes} are needed", " : il faut {bytes}")
            });
            let free = free_bytes.map_or_else(String::new, |bytes| {
                let bytes = ui.bytes(bytes);
                say!(ui, ", {bytes} are free", ", il reste {bytes}")
            });
            say!(
                ui,
                "no room left in {path}{needed}{free}; free some, or choose fewer media with --media; the guide is as it was",
                "plus de place dans {path}{needed}{free} ; en libérer, ou choisir moins de médias avec --media ; le guide est resté tel quel"
            )
        }
        CompanionError::Storage { path, why } => say!(
            ui,
            "{path} cannot be used ({why}); allow writing there, or choose another folder with --data",
            "{path} est inutilisable ({why}) ; autoriser l’écriture, ou choisir un autre dossier avec --data"
        ),
        CompanionError::Damaged { path, why } => say!(
            ui,
            "{path} is damaged ({why}); delete it and run `alloclap sync` again, your own marks are in another file",
            "{path} est abîmé ({why}) ; le supprimer et relancer `alloclap sync`, vos marques sont dans un autre fichier"
        ),
        CompanionError::Recording { what } => words::audio(desk(ui), what),
        CompanionError::NoWords { id } => say!(
            ui,
            "there is nothing to hear or to read at {id}; tell its publisher",
            "il n’y a rien à écouter ni à lire pour {id} ; prévenir l’éditeur"
        ),
        CompanionError::NoVoice { why } => say!(
            ui,
            "no voice reads this aloud here ({why}); read it with --text",
            "aucune voix ne lit ceci à haute voix ici ({why}) ; le lire avec --text"
        ),
        CompanionError::Busy { path } => say!(
            ui,
            "another download is running in {path}; wait until it has ended",
            "un autre téléchargement est en cours dans {path} ; attendre qu’il se termine"
        ),
        CompanionError::Cancelled => ui
            .pick(
                "stopped; what was downloaded is kept",
                "arrêté ; ce qui est téléchargé est gardé",
            )
            .to_owned(),
        CompanionError::Input { what, why } => {
            say!(ui, "{what}: {why}", "{what} : {why}")
        }
        CompanionError::NoSoundOutput { why } => say!(
            ui,
            "no sound output ({why}); connect one, or write a file with --out FILE.wav",
            "aucune sortie sonore ({why}) ; en brancher une, ou écrire un fichier avec --out FICHIER.wav"
        ),
        CompanionError::Internal { why } => say!(
            ui,
            "a part of AlloClap failed ({why}); try again, and report it if it happens again",
            "une partie d’AlloClap a échoué ({why}) ; réessayer, et le signaler si cela se reproduit"
        ),
    }
}

fn thing(ui: Ui, kind: &str) -> &str {
    match kind {
        "panel" => ui.pick("panel", "panneau"),
        "trail" => ui.pick("trail", "parcours"),
        "commentary" => ui.pick("commentary", "commentaire"),
        "publication" => ui.pick("guide", "guide"),
        "place" => ui.pick("place", "lieu"),
        other => other,
    }
}

/// The language of the interface, as the publisher's rooms name it.
pub fn desk(ui: Ui) -> UiLanguage {
    match ui {
        Ui::En => UiLanguage::English,
        Ui::Fr => UiLanguage::French,
    }
}

/// Why a file could not be read or written.
pub fn file(ui: Ui, error: &io::Error) -> String {
    words::system(desk(ui), error)
}

/// Why a file is no trail and no walk. The words are those that a publisher reads of the same file.
pub fn track(ui: Ui, error: &TrackError) -> String {
    words::track(desk(ui), error)
}
