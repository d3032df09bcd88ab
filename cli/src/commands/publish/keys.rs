//! `alloclap publish keys …` and `publish refresh`: who may sign, and until when.

use super::super::{Done, Failure};
use crate::output::Output;
use crate::say;
use crate::trouble::desk;
use crate::words::Ui;
use alloclap_core::catalogue::model::Id;
use alloclap_core::publication::METADATA_FOLDER;
use alloclap_publisher::keys::{
    KeyError, KeyInfo, KeyPlan, KeyRole, KeyState, Keys, SignReport, VALID_DAYS, WARN_DAYS,
    refresh as sign_again,
};
use alloclap_publisher::source;
use clap::ArgMatches;
use serde_json::json;
use std::path::{Path, PathBuf};

fn failed(ui: Ui) -> impl Fn(KeyError) -> Failure {
    move |error| Failure(error.message(desk(ui)))
}

/// The folders of a publication's keys: those that were named, else its own among the user's keys.
pub fn folders(words: &ArgMatches, publication: &Id, ui: Ui) -> Result<Vec<PathBuf>, Failure> {
    if let Some(named) = words.get_many::<PathBuf>("keys") {
        return Ok(named.cloned().collect());
    }
    let home = std::env::var_os("ALLOCLAP_KEYS")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(crate::own_folder()?.join("keys")));
    match home {
        Some(home) => Ok(vec![home.join(publication.as_str())]),
        None => Err(Failure(
            ui.pick(
                "where are the keys? name their folder with --keys",
                "où sont les clés ? indiquer leur dossier avec --keys",
            )
            .to_owned(),
        )),
    }
}

/// How long signatures are to be valid, in days.
pub fn valid_days(words: &ArgMatches) -> u32 {
    words.get_one::<u32>("valid-days").copied().unwrap_or(VALID_DAYS)
}

/// `publish keys …`
pub fn run(out: Output, words: &ArgMatches) -> Done {
    let ui = out.ui;
    let Some((command, words)) = words.subcommand() else {
        return Ok(());
    };
    let folder = words.get_one::<PathBuf>("source").cloned().unwrap_or_default();
    let source = source::read(&folder)
        .map_err(|error| Failure(error.message(desk(ui))))?
        .0;
    let folders = folders(words, &source.publisher.id, ui)?;
    let (days, now) = (valid_days(words), jiff::Timestamp::now());
    let open = || Keys::open(&folders, None).map_err(failed(ui));
    let key = words
        .try_get_one::<String>("key")
        .ok()
        .flatten()
        .cloned()
        .unwrap_or_default();
    let (keys, changed) = match command {
        "new" => match words.get_one::<String>("role").map(String::as_str) {
            None => (
                Keys::found(&folders, &plan(words, days), now).map_err(failed(ui))?,
                None,
            ),
            Some(role) => {
                let role = if role == "root" {
                    KeyRole::Root
                } else {
                    KeyRole::Signing
                };
                let mut keys = open()?;
                let new = keys.add(role, days, now).map_err(failed(ui))?;
                (keys, Some(("added", new)))
            }
        },
        "rotate" => {
            let mut keys = open()?;
            let new = keys.rotate(&key, days, now).map_err(failed(ui))?;
            (keys, Some(("rotated", new)))
        }
        "revoke" => {
            let mut keys = open()?;
            let gone = keys.revoke(&key, days, now).map_err(failed(ui))?;
            (keys, Some(("revoked", gone)))
        }
        _ => (open()?, None),
    };
    let state = keys.state().map_err(failed(ui))?;
    tell(out, &state, changed.as_ref());
    if changed.is_some() {
        out.line(ui.pick(
            "`alloclap publish build` or `publish refresh` puts this into the publication.",
            "`alloclap publish build` ou `publish refresh` le porte dans la publication.",
        ));
    } else if command == "new" {
        advise(out, &state.folder);
    }
    Ok(())
}

fn plan(words: &ArgMatches, valid_days: u32) -> KeyPlan {
    let usual = KeyPlan::default();
    let number = |name: &str, usual: u64| words.get_one::<u64>(name).copied().unwrap_or(usual);
    KeyPlan {
        root_keys: number("root-keys", usual.root_keys),
        root_threshold: number("root-threshold", usual.root_threshold),
        signing_keys: number("signing-keys", usual.signing_keys),
        signing_threshold: number("signing-threshold", usual.signing_threshold),
        valid_days,
    }
}

fn tell(out: Output, state: &KeyState, changed: Option<&(&str, KeyInfo)>) {
    let ui = out.ui;
    let keys: Vec<_> = state
        .keys
        .iter()
        .map(|key| json!({ "id": key.id, "role": key.role.name(), "name": key.name }))
        .collect();
    out.object(&json!({
        "event": "keys",
        "folder": state.folder.to_string_lossy(),
        "fingerprint": state.fingerprint,
        "root_version": state.root_version,
        "expires": state.expires,
        "root_threshold": state.root_threshold,
        "signing_threshold": state.signing_threshold,
        "keys": keys,
        "changed": changed.map(|(what, key)| json!({ "what": what, "id": key.id, "role": key.role.name(), "name": key.name })),
    }));
    let (version, day) = (
        state.root_version,
        ui.day(state.expires.split('T').next().unwrap_or_default()),
    );
    out.line(&say!(
        ui,
        "Root {version}, valid until {day}, in {}",
        "Racine {version}, valable jusqu’au {day}, dans {}",
        state.folder.display()
    ));
    out.line(&say!(ui, "Fingerprint {}", "Empreinte {}", state.fingerprint));
    for key in &state.keys {
        let role = match key.role {
            KeyRole::Root => ui.pick("root", "racine"),
            KeyRole::Signing => ui.pick("signing", "signature"),
        };
        let id: String = key.id.chars().take(12).collect();
        let name = key.name.as_deref().unwrap_or(ui.pick("not here", "pas ici"));
        out.line(&format!("  {role:<9} {id}  {name}"));
    }
    if let Some((what, key)) = changed {
        let id: String = key.id.chars().take(12).collect();
        out.line(&out.good(&match *what {
            "revoked" => say!(ui, "{id} may not sign any more.", "{id} ne peut plus signer."),
            _ => say!(ui, "{id} may sign now.", "{id} peut signer désormais."),
        }));
    }
}

/// What has to be done with fresh keys.
pub fn advise(out: Output, folder: &Path) {
    let name = folder.display();
    out.line(&say!(
        out.ui,
        "Keep a copy of {name} elsewhere, and move root-1.key and root-2.key onto two sticks in two drawers: whoever has them decides what phones believe.",
        "Garder une copie de {name} ailleurs, et déplacer root-1.key et root-2.key sur deux clés USB dans deux tiroirs : qui les détient décide de ce que croient les téléphones."
    ));
}

/// What a person should know about signatures, in words.
pub fn warn(out: Output, signed: &SignReport) {
    if !signed.ends_soon() {
        return;
    }
    let (ui, days) = (out.ui, signed.days_left);
    let told = match (days < 0, signed.root_ends_first()) {
        (true, _) => say!(
            ui,
            "the signatures have expired: phones show this guide as dated; run `alloclap publish refresh`",
            "les signatures ont expiré : les téléphones montrent ce guide comme daté ; lancer `alloclap publish refresh`"
        ),
        (false, true) => say!(
            ui,
            "the root ends in {days} days (less than {WARN_DAYS}): run `alloclap publish refresh` with --keys for the stick with a root key",
            "la racine expire dans {days} jours (moins de {WARN_DAYS}) : lancer `alloclap publish refresh` avec --keys pour la clé USB d’une clé racine"
        ),
        (false, false) => say!(
            ui,
            "the signatures end in {days} days (less than {WARN_DAYS}): run `alloclap publish refresh`",
            "les signatures expirent dans {days} jours (moins de {WARN_DAYS}) : lancer `alloclap publish refresh`"
        ),
    };
    out.line(&out.warn(&told));
}

/// The signatures for a machine.
pub fn object(signed: &SignReport) -> serde_json::Value {
    json!({
        "changed": signed.changed,
        "fingerprint": signed.fingerprint,
        "root_version": signed.root_version,
        "version": signed.version,
        "expires": signed.expires,
        "root_expires": signed.root_expires,
        "days_left": signed.days_left,
    })
}

/// `publish refresh`.
pub fn refresh(out: Output, words: &ArgMatches) -> Done {
    let ui = out.ui;
    let dir = words.get_one::<PathBuf>("dir").cloned().unwrap_or_default();
    let publication =
        alloclap_publisher::build::publication_in(&dir).map_err(|error| Failure(error.message(desk(ui))))?;
    let Some(publication) = publication else {
        return Err(failed(ui)(KeyError::NoPublication(dir)));
    };
    let folders = folders(words, &publication, ui)?;
    let mut keys = Keys::open(&folders, Some(&dir.join(METADATA_FOLDER))).map_err(failed(ui))?;
    let signed =
        sign_again(&dir, &mut keys, valid_days(words), jiff::Timestamp::now()).map_err(failed(ui))?;
    out.object(&json!({ "event": "done", "out": dir.to_string_lossy(), "signed": object(&signed) }));
    let day = ui.day(signed.expires.split('T').next().unwrap_or_default());
    out.line(&out.good(&say!(
        ui,
        "Signed until {day}; root {} with fingerprint {}",
        "Signée jusqu’au {day} ; racine {} d’empreinte {}",
        signed.root_version,
        signed.fingerprint
    )));
    warn(out, &signed);
    Ok(())
}
