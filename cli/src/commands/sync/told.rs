//! How a sync is told: as a line and a bar for a person, as events for a machine.

use crate::output::Output;
use crate::say;
use crate::words::Ui;
use alloclap_core::catalogue::model::Medium;
use alloclap_core::catalogue::{Followed, Visitor, language};
use alloclap_core::publication::PackKind;
use alloclap_core::sync::{
    ClockTrouble, PackState, Plan, PlanSummary, PlannedPack, ProgressListener, SyncProgress, SyncReport,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::time::Instant;

/// What is going to be downloaded; for a person in full if nothing else was asked for.
pub fn announce(out: Output, plan: &Plan, visitor: &Visitor, in_full: bool) {
    let ui = out.ui;
    let plan = &plan.summary;
    let packs = plan.packs.len();
    let (files, bytes) = (plan.download.files, plan.download.bytes);
    let media: Vec<_> = plan
        .media
        .iter()
        .map(|media| {
            json!({
                "medium": media.medium.name(),
                "language": media.language.as_ref().map(|language| language.to_string()),
                "chosen": media.chosen,
                "files": media.total.files,
                "bytes": media.total.bytes,
                "here_bytes": media.here.bytes,
            })
        })
        .collect();
    let parts: Vec<_> = plan.packs.iter().filter(|_| in_full).map(part).collect();
    out.object(&json!({
        "event": "plan",
        "publication": plan.publication.as_str(),
        "packs": packs,
        "parts": parts,
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
        for pack in &plan.packs {
            tell_part(out, pack, visitor);
        }
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

fn part(pack: &PlannedPack) -> Value {
    json!({
        "id": pack.id.as_str(),
        "area": pack.area.as_str(),
        "kind": match pack.kind {
            PackKind::Trail => "trail",
            PackKind::Area | PackKind::Other => "area",
        },
        "places": pack.places,
        "panels": pack.panels,
        "chosen": pack.chosen,
        "here": pack.state == PackState::Here,
        "text_bytes": pack.text_bytes,
        "media_bytes": pack.media_bytes,
    })
}

/// A part of the guide that can be chosen, and what it holds.
fn tell_part(out: Output, pack: &PlannedPack, visitor: &Visitor) {
    let ui = out.ui;
    let name = language::tell(&pack.name, visitor, &[]).map_or_else(String::new, |told| told.text);
    let mark = if pack.chosen { "✓" } else { "·" };
    let (id, area, places, panels) = (&pack.id, &pack.area, pack.places, pack.panels);
    let size = ui.bytes(pack.text_bytes.saturating_add(pack.media_bytes));
    out.line(&say!(
        ui,
        "  {mark} {id} ({area}): {name} · {places} places, {panels} panels, {size}",
        "  {mark} {id} ({area}) : {name} · {places} lieux, {panels} panneaux, {size}"
    ));
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

fn medium_words(ui: Ui, medium: Medium) -> &'static str {
    match medium {
        Medium::Audio => ui.pick("commentaries", "commentaires"),
        Medium::Picture => ui.pick("pictures", "images"),
        Medium::Video => ui.pick("clips", "extraits"),
        Medium::Map => ui.pick("maps", "cartes"),
        Medium::Other => ui.pick("other media", "autres médias"),
    }
}

/// What was done.
pub fn done(out: Output, report: &SyncReport, guide: Option<&Followed>, begun: Instant) {
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
pub struct Progress {
    out: Output,
    pub bar: ProgressBar,
}

impl Progress {
    pub fn new(out: Output) -> Self {
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
