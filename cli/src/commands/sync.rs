//! `alloclap sync`: downloads and refreshes guides, with a progress bar for a person and events for a machine.

use super::{Done, Failure, Visiting};
use crate::output::{Output, complain};
use crate::say;
use crate::trouble;
use crate::words::Ui;
use alloclap_core::catalogue::Followed;
use alloclap_core::catalogue::model::{Id, Language, Medium};
use alloclap_core::companion::CompanionError;
use alloclap_core::sync::{
    Choice, ClockTrouble, Plan, PlanSummary, ProgressListener, RootOfTrust, SyncProgress, SyncReport,
};
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
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

/// The choice that was typed.
fn wished(ui: Ui, asked: &Asked) -> Result<Choice, Failure> {
    let ids = |listed: &Option<Vec<String>>| -> Result<Option<Vec<Id>>, Failure> {
        let id = |text: &String| {
            text.parse::<Id>().map_err(|_| {
                Failure(say!(
                    ui,
                    "\"{text}\" is no id",
                    "« {text} » n’est pas un identifiant"
                ))
            })
        };
        listed
            .as_ref()
            .map(|listed| listed.iter().map(id).collect())
            .transpose()
    };
    let language = |text: &String| {
        text.parse::<Language>().map_err(|_| {
            Failure(say!(
                ui,
                "\"{text}\" is no language: write fr,en,pt-br",
                "« {text} » n’est pas une langue : écrire fr,en,pt-br"
            ))
        })
    };
    let spoken = asked.spoken.as_ref();
    Ok(Choice {
        areas: ids(&asked.areas)?,
        packs: ids(&asked.packs)?,
        communes: asked.communes.clone(),
        departements: asked.departements.clone(),
        languages: spoken
            .map(|listed| listed.iter().map(language).collect())
            .transpose()?,
        media: asked
            .media
            .as_ref()
            .map(|media| media.iter().map(|word| medium(word)).collect()),
    })
}

/// What was typed, and for what was not said what was chosen the last time.
fn choice(
    visiting: &Visiting,
    known: Option<&Followed>,
    asked: &Asked,
    wished: &Choice,
) -> Result<Choice, CompanionError> {
    let kept = match known {
        Some(guide) if !asked.all => visiting.companion.choice(&guide.publication)?,
        _ => Choice::default(),
    };
    let places = if wished.names_places() { wished } else { &kept };
    Ok(Choice {
        areas: places.areas.clone(),
        packs: places.packs.clone(),
        communes: places.communes.clone(),
        departements: places.departements.clone(),
        languages: wished.languages.clone().or(kept.languages.clone()),
        media: wished.media.clone().or(kept.media.clone()),
    })
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

fn medium(word: &str) -> Medium {
    match word {
        "audio" => Medium::Audio,
        "picture" => Medium::Picture,
        "video" => Medium::Video,
        "map" => Medium::Map,
        _ => Medium::Other,
    }
}

fn one(visiting: &Visiting, address: &str, choice: &Choice, only_plan: bool) -> Result<(), CompanionError> {
    let begun = Instant::now();
    let out = visiting.out;
    let plan = visiting.companion.plan(address, choice)?;
    announce(out, &plan, only_plan);
    if only_plan {
        return Ok(());
    }
    let listener = Arc::new(Progress::new(out));
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
    done(out, &report, guide.as_ref(), begun);
    Ok(())
}

fn announce(out: Output, plan: &Plan, in_full: bool) {
    let ui = out.ui;
    let plan = &plan.summary;
    let packs = plan.packs.len();
    let (files, bytes) = (plan.download.files, plan.download.bytes);
    let media: Vec<_> = plan
        .media
        .iter()
        .map(|media| {
            json!({
                "medium": medium_name(media.medium),
                "language": media.language.as_ref().map(|language| language.to_string()),
                "chosen": media.chosen,
                "files": media.total.files,
                "bytes": media.total.bytes,
                "here_bytes": media.here.bytes,
            })
        })
        .collect();
    out.object(&json!({
        "event": "plan",
        "publication": plan.publication.as_str(),
        "packs": packs,
        "files": files,
        "bytes": bytes,
        "root": plan.root.as_ref().map(ToString::to_string),
        "dated": plan.dated.as_ref().map(|dated| json!({ "role": dated.role, "since": dated.since })),
        "clock": plan.clock.as_ref().map(|clock| match clock {
            ClockTrouble::WentBack { seconds } => json!({ "went_back_s": seconds }),
            ClockTrouble::Behind { seconds } => json!({ "behind_s": seconds }),
        }),
        "text_bytes": plan.text.bytes,
        "media": media,
        "needed_bytes": plan.needed_bytes,
        "free_bytes": plan.free_bytes,
    }));
    tell_trust(out, plan);
    if !plan.is_up_to_date() {
        let (name, size) = (&plan.publisher, ui.bytes(bytes));
        out.line(&say!(
            ui,
            "{name}: {files} files, {size} to download",
            "{name} : {files} fichiers, {size} à télécharger"
        ));
    } else if in_full {
        let name = &plan.publisher;
        out.line(&say!(ui, "{name}: up to date", "{name} : à jour"));
    }
    if in_full {
        for media in plan.media.iter().filter(|media| media.chosen) {
            let what = medium_words(ui, media.medium);
            let language = media.language.as_ref().map(|language| ui.language(language));
            let language = language.map_or_else(String::new, |name| format!(" ({name})"));
            let (all, here) = (ui.bytes(media.total.bytes), ui.bytes(media.here.bytes));
            out.line(&say!(
                ui,
                "  {what}{language}: {all}, of which {here} are here",
                "  {what}{language} : {all}, dont {here} déjà ici"
            ));
        }
    }
}

/// What a visitor should know about signatures and the clock.
fn tell_trust(out: Output, plan: &PlanSummary) {
    let ui = out.ui;
    if let (None, Some(root)) = (plan.installed_version, &plan.root) {
        out.line(&out.faint(&say!(
            ui,
            "signed; root fingerprint {root}",
            "signé ; empreinte de la racine {root}"
        )));
    }
    if let Some(dated) = &plan.dated {
        let day = ui.day(dated.since.split('T').next().unwrap_or_default());
        out.line(&out.warn(&say!(
            ui,
            "dated: its publisher has confirmed it until {day} only; newer editions may be held back",
            "daté : son éditeur ne l’a confirmé que jusqu’au {day} ; des éditions plus récentes sont peut-être retenues"
        )));
    }
    if plan.clock.is_some() {
        out.line(&out.warn(ui.pick(
            "the clock of this device is or was wrong: check its date",
            "l’horloge de cet appareil est ou était fausse : vérifier sa date",
        )));
    }
}

fn medium_name(medium: Medium) -> &'static str {
    match medium {
        Medium::Audio => "audio",
        Medium::Picture => "picture",
        Medium::Video => "video",
        Medium::Map => "map",
        Medium::Other => "other",
    }
}

fn medium_words(ui: Ui, medium: Medium) -> &'static str {
    match medium {
        Medium::Audio => ui.pick("commentaries", "commentaires"),
        Medium::Picture => ui.pick("pictures", "images"),
        Medium::Video => ui.pick("clips", "extraits"),
        Medium::Map => ui.pick("maps", "cartes"),
        Medium::Other => ui.pick("other media", "autres médias"),
    }
}

fn done(out: Output, report: &SyncReport, guide: Option<&Followed>, begun: Instant) {
    let ui = out.ui;
    let seconds = begun.elapsed().as_secs_f64();
    let (places, panels, trails) =
        guide.map_or((0, 0, 0), |guide| (guide.places, guide.panels, guide.trails));
    let skipped: Vec<_> = report
        .install
        .reasons
        .iter()
        .map(|skipped| json!({ "kind": skipped.kind, "id": skipped.id, "why": skipped.why }))
        .collect();
    for skipped in &report.install.reasons {
        let (kind, id, why) = (&skipped.kind, skipped.id.as_deref().unwrap_or("?"), &skipped.why);
        out.line(&out.warn(&say!(
            ui,
            "left out: {kind} {id}: {why}",
            "laissé de côté : {kind} {id} : {why}"
        )));
    }
    out.object(&json!({
        "event": "done",
        "publication": report.publication.as_str(),
        "version": report.version,
        "files": report.files_fetched,
        "bytes": report.bytes_fetched,
        "places": places,
        "panels": panels,
        "trails": trails,
        "skipped": skipped,
        "ms": crate::json::rounded(seconds * 1000.0, 0),
    }));
    let name = guide.map_or_else(|| report.publication.to_string(), |guide| guide.name.clone());
    let (bytes, seconds) = (ui.bytes(report.bytes_fetched), ui.decimal(seconds, 1));
    out.line(&out.good(&say!(
        ui,
        "{name} is ready without network: {places} places, {panels} panels, {trails} trails ({bytes} in {seconds} s)",
        "{name} est prêt sans réseau : {places} lieux, {panels} panneaux, {trails} parcours ({bytes} en {seconds} s)"
    )));
}

/// Shows how far it has come.
struct Progress {
    out: Output,
    bar: ProgressBar,
}

impl Progress {
    fn new(out: Output) -> Self {
        let bar = ProgressBar::new(0);
        if out.json {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let template = "{bar:30} {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { out, bar }
    }
}

impl ProgressListener for Progress {
    fn progress(&self, progress: SyncProgress) {
        self.bar.set_length(progress.bytes_total);
        self.bar.set_position(progress.bytes_done);
        self.bar.set_message(told(self.out.ui, &progress));
        self.out.object(&json!({
            "event": "progress",
            "files_done": progress.files_done,
            "files_total": progress.files_total,
            "bytes_done": progress.bytes_done,
            "bytes_total": progress.bytes_total,
            "bytes_per_s": progress.bytes_per_s,
            "eta_s": progress.eta_s,
            "waits_for_network": progress.waits_for_network,
        }));
    }
}

/// How far it has come, in the units that people know from their phones.
fn told(ui: Ui, progress: &SyncProgress) -> String {
    if progress.waits_for_network {
        return ui
            .pick("waiting for a network", "en attente d’un réseau")
            .to_owned();
    }
    let (done, total, rate) = (
        ui.bytes(progress.bytes_done),
        ui.bytes(progress.bytes_total),
        ui.bytes(progress.bytes_per_s),
    );
    let (files, all) = (progress.files_done, progress.files_total);
    let left = progress.eta_s.map_or_else(String::new, |seconds| {
        let time = ui.clock(i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX));
        say!(ui, " · {time} left", " · reste {time}")
    });
    say!(
        ui,
        "{done}/{total} · {rate}/s{left} · {files}/{all} files",
        "{done}/{total} · {rate}/s{left} · {files}/{all} fichiers"
    )
}
