//! What went wrong, in the visitor's language: what, where, and what to do.

use crate::say;
use crate::words::Ui;
use alloclap_core::companion::{CompanionError, Unfit};
use alloclap_core::sync::{Attack, Unreached};
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
        CompanionError::Unreachable { url, kind, why } => {
            let why = unreached(ui, *kind, why);
            say!(
                ui,
                "{url} cannot be reached ({why}); check the connection and the address, then try again",
                "{url} est injoignable ({why}) ; vérifier la connexion et l’adresse, puis réessayer"
            )
        }
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
        CompanionError::UnknownRoot { url, fingerprint } => say!(
            ui,
            "nobody has said whom to believe for {url}: its server shows the root {fingerprint}; compare that with what the publisher hands out, then add --root {fingerprint}",
            "personne n’a dit qui croire pour {url} : son serveur montre la racine {fingerprint} ; la comparer à celle que donne l’éditeur, puis ajouter --root {fingerprint}"
        ),
        CompanionError::Untrusted { url, attack } => {
            let why = caught(ui, attack);
            say!(
                ui,
                "{url} is not believed: {why}; nothing of it was kept. Try again later or over another network, and tell its publisher if it stays so",
                "{url} n’est pas cru : {why} ; rien n’en a été gardé. Réessayer plus tard ou par un autre réseau, et prévenir l’éditeur si cela persiste"
            )
        }
        CompanionError::BadPublication { url, kind, why } => {
            let why = unfit(ui, kind, why);
            say!(
                ui,
                "{url} is no guide that can be used ({why}); check the address, or tell its publisher",
                "{url} n’est pas un guide utilisable ({why}) ; vérifier l’adresse, ou prévenir l’éditeur"
            )
        }
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
        CompanionError::OverQuota {
            needed_bytes,
            quota_bytes,
        } => {
            let (needed, quota) = (ui.bytes(*needed_bytes), ui.bytes(*quota_bytes));
            say!(
                ui,
                "guides may take {quota} here and would take {needed}; allow more with --quota, or choose less with --trail, --spoken or --media; the guide is as it was",
                "les guides peuvent occuper {quota} ici et en occuperaient {needed} ; autoriser plus avec --quota, ou choisir moins avec --trail, --spoken ou --media ; le guide est resté tel quel"
            )
        }
        CompanionError::Storage { path, why } => {
            let why = of_system(ui, why);
            say!(
                ui,
                "{path} cannot be used ({why}); allow writing there, or choose another folder with --data",
                "{path} est inutilisable ({why}) ; autoriser l’écriture, ou choisir un autre dossier avec --data"
            )
        }
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
        CompanionError::Closed => ui
            .pick(
                "this guide was closed; start again",
                "ce guide a été fermé ; recommencer",
            )
            .to_owned(),
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

/// What a publication was caught at.
fn caught(ui: Ui, attack: &Attack) -> String {
    let name = |what: &str| match (what, ui) {
        ("root", Ui::Fr) => "racine".to_owned(),
        ("timestamp", Ui::Fr) => "horodatage".to_owned(),
        ("snapshot", Ui::Fr) => "inventaire".to_owned(),
        ("targets", Ui::Fr) => "contenu".to_owned(),
        (what, _) => what.to_owned(),
    };
    match attack {
        Attack::Older { what, seen, offered } => {
            let what = name(what);
            say!(
                ui,
                "an older version is offered ({what} {offered}, and {seen} was seen already)",
                "une version plus ancienne est proposée ({what} {offered}, alors que {seen} a déjà été vue)"
            )
        }
        Attack::Mixed { what } => {
            let what = name(what);
            say!(
                ui,
                "pieces of different editions are mixed ({what} does not fit)",
                "des morceaux d’éditions différentes sont mélangés ({what} ne va pas avec le reste)"
            )
        }
        Attack::Signatures { what, valid, needed } => {
            let what = name(what);
            say!(
                ui,
                "it is not signed by those who may ({what}: {valid} valid signatures of {needed})",
                "ce n’est pas signé par qui de droit ({what} : {valid} signatures valables sur {needed})"
            )
        }
        Attack::OtherRoot { expected, offered } => say!(
            ui,
            "its root is {offered}, and {expected} is followed",
            "sa racine est {offered}, alors que {expected} est suivie"
        ),
        Attack::OtherPublication { expected, offered } => say!(
            ui,
            "the address of \"{expected}\" now serves \"{offered}\"",
            "l’adresse de « {expected} » sert maintenant « {offered} »"
        ),
        Attack::UnsafeName { name } => say!(
            ui,
            "the name \"{name}\" leads out of its folder",
            "le nom « {name} » mène hors de son dossier"
        ),
        Attack::Expired { what, since, clock } => {
            let what = name(what);
            let (since, clock) = [since, clock]
                .map(|at| ui.day(at.split('T').next().unwrap_or_default()))
                .into();
            say!(
                ui,
                "it has expired ({what} on {since}; this device shows {clock}: check that too)",
                "c’est périmé ({what} le {since} ; cet appareil affiche le {clock} : vérifier aussi)"
            )
        }
        Attack::Malformed { what, why } => {
            let what = name(what);
            say!(
                ui,
                "its signatures cannot be read ({what}: {why})",
                "ses signatures sont illisibles ({what} : {why})"
            )
        }
    }
}

/// Why a host was not reached. In English the system's own words are the most exact.
fn unreached(ui: Ui, kind: Unreached, why: &str) -> String {
    if ui == Ui::En {
        return why.to_owned();
    }
    match kind {
        Unreached::NoSuchHost => "aucun site de ce nom, ou pas de réseau",
        Unreached::NobodyAnswers => "personne n’y répond",
        Unreached::Cut => "la connexion a été coupée",
        Unreached::Silent => "plus rien ne vient",
        Unreached::Certificate => "son certificat ne prouve pas que c’est ce site",
        Unreached::TooManyRedirects => "il renvoie sans fin d’une adresse à l’autre",
        Unreached::InsecureRedirect => "il renvoie d’une adresse sûre vers une autre qui ne l’est pas",
        Unreached::Other => why,
    }
    .to_owned()
}

/// Why what is offered cannot be used.
fn unfit(ui: Ui, kind: &Unfit, why: &str) -> String {
    if ui == Ui::En {
        return why.to_owned();
    }
    match kind {
        Unfit::NotAGuide => "ce qui s’y trouve n’est pas un guide, ou il est abîmé".to_owned(),
        Unfit::WrongBytes => "un fichier n’est pas celui annoncé ; rien n’en a été gardé".to_owned(),
        Unfit::Older { installed, offered } => format!(
            "l’édition {offered} est proposée alors que l’édition {installed} est déjà installée ; la plus récente reste"
        ),
        Unfit::NoSuchTrail { id } => format!("il n’a ni parcours ni zone « {id} »"),
        Unfit::Other => why.to_owned(),
    }
}

/// What the system said, in the language of the interface where the number of its error tells it.
fn of_system(ui: Ui, why: &str) -> String {
    let number = why
        .rsplit_once("(os error ")
        .and_then(|(_, rest)| rest.strip_suffix(')')?.parse().ok());
    match (ui, number) {
        (Ui::Fr, Some(number)) => words::system(desk(ui), &io::Error::from_raw_os_error(number)),
        _ => why.to_owned(),
    }
}

/// That a broken catalogue was replaced, and what came back.
pub fn rebuilt(ui: Ui, folder: &std::path::Path, guides: &[alloclap_core::catalogue::model::Id]) -> String {
    let folder = folder.display();
    if guides.is_empty() {
        return say!(
            ui,
            "the catalogue in {folder} was damaged and is empty now; run `alloclap sync URL` for each guide, your own marks are untouched",
            "le catalogue de {folder} était abîmé et est vide à présent ; lancer `alloclap sync URL` pour chaque guide, vos marques sont intactes"
        );
    }
    let names: Vec<&str> = guides.iter().map(|id| id.as_str()).collect();
    let names = names.join(", ");
    say!(
        ui,
        "the catalogue in {folder} was damaged and has been built again: {names}",
        "le catalogue de {folder} était abîmé et a été reconstruit : {names}"
    )
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
