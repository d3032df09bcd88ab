//! `alloclap sync`: downloads and refreshes guides, with a progress bar for a person and events for a machine.

use super::{Done, Failure, Visiting};
use crate::output::{Output, complain};
use crate::say;
use crate::trouble;
use crate::words::Ui;
use alloclap_core::catalogue::model::{Id, Medium};
use alloclap_core::companion::CompanionError;
use alloclap_core::sync::{
    Choice, ClockTrouble, Plan, PlanSummary, ProgressListener, RootOfTrust, SyncProgress, SyncReport,
};
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// One address, or every guide that is followed.
pub fn run(
    visiting: &Visiting,
    url: Option<String>,
    choice: Choice,
    forget: bool,
    root: Option<RootOfTrust>,
) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let guides = visiting
        .companion
        .guides()
        .map_err(|error| visiting.failed(&error))?;
    if forget {
        let Some(url) = url else {
            return Err(Failure(
                ui.pick(
                    "which guide? name its address",
                    "quel guide ? indiquer son adresse",
                )
                .to_owned(),
            ));
        };
        let same = |source: &str| source.trim_end_matches('/') == url.trim_end_matches('/');
        let Some(guide) = guides
            .iter()
            .find(|guide| same(&guide.source) || guide.publication.as_str() == url)
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
        return Ok(());
    }
    if let (Some(url), Some(root)) = (&url, root) {
        visiting
            .companion
            .follow(url, root)
            .map_err(|error| visiting.failed(&error))?;
    }
    let addresses = match url {
        Some(url) => vec![url],
        None => guides.into_iter().map(|guide| guide.source).collect(),
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
    let mut failed = 0;
    let all = addresses.len();
    for address in addresses {
        if let Err(error) = one(visiting, &address, &choice) {
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

/// What is wanted of a publication.
pub fn choice(words: &ArgMatches, ui: Ui) -> Result<Choice, Failure> {
    let list = |name: &str| {
        let given = words.get_many::<String>(name)?;
        Some(given.map(String::as_str).collect::<Vec<_>>())
    };
    let ids = |name: &str| match list(name) {
        None => Ok(None),
        Some(given) => {
            let ids: Result<Vec<Id>, _> = given.iter().map(|id| id.parse()).collect();
            let given = given.join(",");
            ids.map(Some).map_err(|_| {
                Failure(say!(
                    ui,
                    "--{name} {given}: that is no id; a plan and `alloclap guides` name them",
                    "--{name} {given} : ce n’est pas un identifiant ; un plan et `alloclap guides` les nomment"
                ))
            })
        }
    };
    let codes = |name: &str| Some(list(name)?.into_iter().map(str::to_owned).collect());
    Ok(Choice {
        areas: ids("area")?,
        packs: ids("trail")?,
        communes: codes("commune"),
        departements: codes("departement"),
        media: list("media").map(|media| media.into_iter().map(medium).collect()),
        ..Choice::default()
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

fn one(visiting: &Visiting, address: &str, choice: &Choice) -> Result<(), CompanionError> {
    let begun = Instant::now();
    let out = visiting.out;
    let plan = visiting.companion.plan(address, choice)?;
    announce(out, &plan);
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

fn announce(out: Output, plan: &Plan) {
    let plan = &plan.summary;
    let packs = plan.packs.len();
    let (files, bytes) = (plan.download.files, plan.download.bytes);
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
    }));
    tell_trust(out, plan);
    if !plan.is_up_to_date() {
        let (name, size) = (&plan.publisher, out.ui.bytes(bytes));
        out.line(&say!(
            out.ui,
            "{name}: {files} files, {size} to download",
            "{name} : {files} fichiers, {size} à télécharger"
        ));
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

fn done(
    out: Output,
    report: &SyncReport,
    guide: Option<&alloclap_core::catalogue::Followed>,
    begun: Instant,
) {
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
        let files = out.ui.pick("files", "fichiers");
        let left = out.ui.pick("left", "restant");
        let template = format!(
            "{{bar:30}} {{bytes}}/{{total_bytes}} · {{binary_bytes_per_sec}} · {{eta}} {left} · {{msg}} {files}"
        );
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self { out, bar }
    }
}

impl ProgressListener for Progress {
    fn progress(&self, progress: SyncProgress) {
        self.bar.set_length(progress.bytes_total);
        self.bar.set_position(progress.bytes_done);
        self.bar
            .set_message(format!("{}/{}", progress.files_done, progress.files_total));
        self.out.object(&json!({
            "event": "progress",
            "files_done": progress.files_done,
            "files_total": progress.files_total,
            "bytes_done": progress.bytes_done,
            "bytes_total": progress.bytes_total,
            "bytes_per_s": progress.bytes_per_s,
            "eta_s": progress.eta_s,
        }));
    }
}
