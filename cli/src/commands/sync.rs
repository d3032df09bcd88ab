//! `alloclap sync`: downloads and refreshes guides, with a progress bar for a person and events for a machine.

mod choice;
mod told;

use super::{Done, Failure, Visiting};
use crate::output::complain;
use crate::say;
use crate::trouble;
use crate::words::Ui;
use alloclap_core::catalogue::Followed;
use alloclap_core::companion::CompanionError;
use alloclap_core::sync::{Choice, RootOfTrust};
use choice::{choice, wished};
use clap::ArgMatches;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// What was asked for.
pub struct Asked {
    pub url: Option<String>,
    pub media: Option<Vec<String>>,
    pub areas: Option<Vec<String>>,
    pub packs: Option<Vec<String>>,
    pub communes: Option<Vec<String>>,
    pub departements: Option<Vec<String>>,
    pub spoken: Option<Vec<String>>,
    /// These places besides what was chosen before.
    pub add: bool,
    /// Everything, whatever was chosen before.
    pub all: bool,
    /// Only to tell.
    pub plan: bool,
    pub quota_mb: Option<u64>,
    /// A trail to take away.
    pub remove: Option<String>,
    pub forget: bool,
    /// Whom to believe, where nobody has said so before.
    pub root: Option<RootOfTrust>,
}

/// One address, or every guide that is followed.
pub fn run(visiting: &Visiting, asked: Asked) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let guides = visiting
        .companion
        .guides()
        .map_err(|error| visiting.failed(&error))?;
    if let Some(trail) = &asked.remove {
        return remove(visiting, trail);
    }
    if asked.forget {
        return forget(visiting, asked.url, &guides);
    }
    if let (Some(url), Some(root)) = (&asked.url, asked.root.clone()) {
        visiting
            .companion
            .follow(url, root)
            .map_err(|error| visiting.failed(&error))?;
    }
    if let Some(mb) = asked.quota_mb {
        visiting.companion.allow_bytes(Some(mb.saturating_mul(1_000_000)));
    }
    let addresses = match &asked.url {
        Some(url) => vec![url.clone()],
        None => guides.iter().map(|guide| guide.source.clone()).collect(),
    };
    if addresses.is_empty() {
        return Err(Failure(
            ui.pick(
                "no guide is here yet: name the address of one",
                "aucun guide ici : indiquer l’adresse d’un guide",
            )
            .to_owned(),
        ));
    }
    let wished = wished(ui, &asked)?;
    let mut failed = 0;
    let all = addresses.len();
    for address in addresses {
        let known = guides.iter().find(|guide| same(&guide.source, &address));
        let done = choice(visiting, known, &asked, &wished)
            .and_then(|choice| one(visiting, &address, &choice, asked.plan));
        if let Err(error) = done {
            failed += 1;
            let why = visiting.failed(&error);
            out.object(&json!({ "event": "failed", "url": address, "error": why.0 }));
            if all == 1 {
                return Err(why);
            }
            // One publisher's trouble does not keep the others from being refreshed.
            complain(&why.0);
        }
    }
    if failed == 0 { Ok(()) } else { Err(Failure::said()) }
}

fn same(source: &str, url: &str) -> bool {
    source.trim_end_matches('/') == url.trim_end_matches('/')
}

fn remove(visiting: &Visiting, trail: &str) -> Done {
    let out = visiting.out;
    let keys = super::lookup::keys(visiting, "trail", trail)?;
    for key in keys {
        let freed = visiting
            .companion
            .remove_trail(&key)
            .map_err(|error| visiting.failed(&error))?;
        let size = out.ui.bytes(freed);
        out.line(&say!(
            out.ui,
            "{trail} was removed from this machine ({size} freed).",
            "{trail} a été retiré de cette machine ({size} libérés)."
        ));
        out.object(&json!({
            "event": "removed", "publication": key.publication.as_str(), "trail": key.id.as_str(), "bytes": freed,
        }));
    }
    Ok(())
}

fn forget(visiting: &Visiting, url: Option<String>, guides: &[Followed]) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let Some(url) = url else {
        return Err(Failure(
            ui.pick(
                "which guide? name its address",
                "quel guide ? indiquer son adresse",
            )
            .to_owned(),
        ));
    };
    let Some(guide) = guides
        .iter()
        .find(|guide| same(&guide.source, &url) || guide.publication.as_str() == url)
    else {
        return Err(visiting.failed(&CompanionError::NotFound {
            kind: "publication".to_owned(),
            id: url,
        }));
    };
    visiting
        .companion
        .forget(&guide.publication)
        .map_err(|error| visiting.failed(&error))?;
    let name = &guide.name;
    out.line(&say!(
        ui,
        "{name} was removed from this machine.",
        "{name} a été retiré de cette machine."
    ));
    out.object(&json!({ "event": "forgotten", "publication": guide.publication.as_str() }));
    Ok(())
}

/// The root that was given: a file, a fingerprint, or leave to believe the first one that is seen.
pub fn root(words: &ArgMatches, ui: Ui) -> Result<Option<RootOfTrust>, Failure> {
    let Some(given) = words.get_one::<String>("root") else {
        return Ok(words
            .get_flag("trust-first-seen")
            .then_some(RootOfTrust::FirstSeen));
    };
    let fingerprint = RootOfTrust::from_text(given.clone());
    if matches!(fingerprint, RootOfTrust::Fingerprint(_)) {
        return Ok(Some(fingerprint));
    }
    match std::fs::read_to_string(given) {
        Ok(text) => Ok(Some(RootOfTrust::File(text))),
        Err(error) => {
            let why = trouble::file(ui, &error);
            Err(Failure(say!(
                ui,
                "--root {given}: {why}; name a root file, or write the 64 digits of a fingerprint",
                "--root {given} : {why} ; indiquer un fichier de racine, ou écrire les 64 chiffres d’une empreinte"
            )))
        }
    }
}

fn one(visiting: &Visiting, address: &str, choice: &Choice, only_plan: bool) -> Result<(), CompanionError> {
    let begun = Instant::now();
    let out = visiting.out;
    let plan = visiting.companion.plan(address, choice)?;
    told::announce(out, &plan, &visiting.companion.visitor(), only_plan);
    if only_plan {
        return Ok(());
    }
    let listener = Arc::new(told::Progress::new(out));
    let report = visiting
        .companion
        .start(plan, Arc::clone(&listener) as Arc<_>)
        .wait();
    listener.bar.finish_and_clear();
    let report = report?;
    let guide = visiting
        .companion
        .guides()?
        .into_iter()
        .find(|guide| guide.publication == report.publication);
    told::done(out, &report, guide.as_ref(), begun);
    Ok(())
}
