//! `alloclap publish …`: from a folder of texts, or an open-data table, to files for a web server.

mod findings;
mod import;
mod keys;

use super::{Done, Failure, publish_code, publish_push};
use crate::json;
use crate::output::Output;
use crate::say;
use crate::trouble::{self, desk};
use crate::words::Ui;
use alloclap_core::catalogue::model::{Language, Record};
use alloclap_core::code::PanelCode;
use alloclap_core::companion::CompanionError;
use alloclap_publisher::source::{Finding, Severity, Source};
use alloclap_publisher::{build, check, scaffold, serve, source};
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Does what was asked for.
pub fn run(words: &ArgMatches, out: Output) -> Done {
    let Some((command, words)) = words.subcommand() else {
        return Ok(());
    };
    let path = |name: &str| words.get_one::<PathBuf>(name).cloned().unwrap_or_default();
    match command {
        "new" => new(out, &path("source"), words),
        "check" => check(out, &path("source"), words.get_flag("links")),
        "build" => build(out, &path("source"), &path("out"), words),
        "refresh" => keys::refresh(out, words),
        "keys" => keys::run(out, words),
        "serve" => {
            let address = words.get_one::<SocketAddr>("address").copied();
            serve(
                out,
                &path("dir"),
                address.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            )
        }
        "push" => publish_push::run(out, words),
        "export" => export(out, &path("source"), &path("out")),
        "code" => publish_code::run(out, words),
        "draw-code" => draw_codes(
            out,
            &path("source"),
            words.get_one::<u32>("count").copied().unwrap_or(1),
        ),
        "import" => match words.subcommand() {
            Some(("opendatasoft", words)) => import::open_data(out, words),
            Some(("table", words)) => import::table(out, words),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// A failure that no input of a publisher should lead to.
fn internal(ui: Ui, error: &dyn std::fmt::Display) -> Failure {
    let why = error.to_string();
    Failure(trouble::explain(ui, &CompanionError::Internal { why }))
}

fn new(out: Output, folder: &Path, words: &ArgMatches) -> Done {
    let languages = match words.get_many::<String>("lang") {
        Some(asked) => asked.filter_map(|text| text.parse().ok()).collect(),
        None => ["fr", "en"]
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect::<Vec<Language>>(),
    };
    scaffold::new(folder, &languages).map_err(|error| Failure(error.message(desk(out.ui))))?;
    let name = folder.display();
    out.object(&json!({ "event": "done", "folder": folder.to_string_lossy() }));
    out.line(&out.good(&say!(
        out.ui,
        "{name} is ready: open its files and read what they say.",
        "{name} est prêt : ouvrir ses fichiers et lire ce qu’ils disent."
    )));
    out.line(&say!(
        out.ui,
        "Then: alloclap publish check {name}",
        "Ensuite : alloclap publish check {name}"
    ));
    Ok(())
}

/// Reads a source and tells what was found while reading it.
fn read(out: Output, folder: &Path) -> Result<(Source, Vec<Finding>), Failure> {
    source::read(folder).map_err(|error| Failure(error.message(desk(out.ui))))
}

/// Reads and checks a source.
fn read_and_check(out: Output, folder: &Path) -> Result<(Source, Vec<Finding>), Failure> {
    let (source, mut found) = read(out, folder)?;
    found.extend(check::check(&source));
    Ok((source, found))
}

fn check(out: Output, folder: &Path, links: bool) -> Done {
    let (source, mut found) = read_and_check(out, folder)?;
    found.extend(check::recordings(&source));
    if links {
        found.extend(check::dead_links(&source).map_err(|error| internal(out.ui, &error))?);
    }
    findings::tell_all(out, &found);
    let [errors, warnings] = [Severity::Error, Severity::Warning].map(|of| findings::count(&found, of));
    let records = source.records.len();
    let summary = say!(
        out.ui,
        "{records} records: {errors} to mend, {warnings} to look at",
        "{records} fiches : {errors} à corriger, {warnings} à regarder"
    );
    if errors > 0 {
        return Err(Failure(summary));
    }
    out.line(&out.good(&summary));
    Ok(())
}

/// That nothing was built, after everything that has to be mended was told; `first` is where the first of it stands.
fn not_built(ui: Ui, first: &str, count: usize) -> Failure {
    Failure(say!(
        ui,
        "nothing was built: {first} has to be mended first ({count} in all); `alloclap publish check` lists everything, the last publication is as it was",
        "rien n’a été construit : {first} est à corriger d’abord ({count} en tout) ; `alloclap publish check` montre tout, la dernière publication reste telle quelle"
    ))
}

fn build(out: Output, folder: &Path, to: &Path, words: &ArgMatches) -> Done {
    let ui = out.ui;
    let begun = Instant::now();
    let (source, mut found) = read_and_check(out, folder)?;
    let warnings = findings::count(&found, Severity::Warning);
    found.retain(|finding| finding.severity == Severity::Error);
    if let Some(first) = found.first() {
        findings::tell_all(out, &found);
        return Err(not_built(ui, &first.place(), found.len()));
    }
    let now = jiff::Timestamp::now();
    let folders = keys::folders(words, &source.publisher.id, ui)?;
    let options = build::BuildOptions {
        opus: words.get_flag("opus"),
        out: to,
        today: jiff::Zoned::now().date(),
        now_utc: format!("{now:.0}"),
        keys: &folders,
        valid_days: keys::valid_days(words),
    };
    let bar = if out.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let mut progress = |progress: build::Progress| {
        let (what, done, total) = match progress {
            build::Progress::Media { done, total, .. } => (ui.pick("media", "médias"), done, total),
            build::Progress::Packs { done, total } => (ui.pick("packs", "paquets"), done, total),
        };
        bar.set_message(what);
        bar.set_length(u64::from(total));
        bar.set_position(u64::from(done));
    };
    let report = build::build(&source, &options, &mut progress);
    bar.finish_and_clear();
    let report = report.map_err(|error| match &error {
        build::BuildError::Refused(problems) => {
            for problem in problems {
                findings::tell_problem(out, problem);
            }
            let first = problems.first().map(build::Problem::place).unwrap_or_default();
            not_built(ui, &first, problems.len())
        }
        _ => Failure(error.message(desk(ui))),
    })?;
    findings::tell_all(out, &report.findings);
    findings::tell_withheld(out, &report.withheld);
    findings::tell_held_back(out, &report.held_back);
    if warnings > 0 {
        let name = folder.display();
        out.line(&say!(
            ui,
            "{warnings} things to look at: `alloclap publish check {name}` lists them",
            "{warnings} points à regarder : `alloclap publish check {name}` les donne"
        ));
    }
    let ms = json::rounded(begun.elapsed().as_secs_f64() * 1000.0, 0);
    out.object(&json!({
        "event": "done",
        "out": to.to_string_lossy(),
        "version": report.version,
        "changed": report.changed,
        "areas": report.areas,
        "packs": report.packs,
        "places": report.places,
        "panels": report.panels,
        "records": report.records,
        "media_files": report.media,
        "media_bytes": report.media_bytes,
        "pack_bytes": report.pack_bytes,
        "withheld": report.withheld.len(),
        "withheld_files": findings::withheld_files(&report.withheld),
        "held_back": report.held_back.len(),
        "held_back_by_reason": findings::held_back_counts(&report.held_back),
        "warnings": warnings,
        "keys_made": report.keys_made,
        "signed": keys::object(&report.signed),
        "ms": ms,
    }));
    let (version, packs, places, panels) = (report.version, report.packs, report.places, report.panels);
    let (text, media) = (ui.bytes(report.pack_bytes), ui.bytes(report.media_bytes));
    let changed = if report.changed {
        ""
    } else {
        ui.pick(" (unchanged)", " (inchangée)")
    };
    out.line(&out.good(&say!(
        ui,
        "Edition {version}{changed}: {places} places, {panels} panels, {packs} packs ({text} of text, {media} of media) in {}",
        "Édition {version}{changed} : {places} lieux, {panels} panneaux, {packs} paquets ({text} de texte, {media} de médias) dans {}",
        to.display()
    )));
    let day = ui.day(report.signed.expires.split('T').next().unwrap_or_default());
    out.line(&out.faint(&say!(
        ui,
        "signed until {day}; root fingerprint {}",
        "signée jusqu’au {day} ; empreinte de la racine {}",
        report.signed.fingerprint
    )));
    if let Some(home) = folders.first().filter(|_| report.keys_made) {
        out.line(&say!(
            ui,
            "Its first keys are in {}.",
            "Ses premières clés sont dans {}.",
            home.display()
        ));
        keys::advise(out, home);
    }
    keys::warn(out, &report.signed);
    Ok(())
}

fn serve(out: Output, folder: &Path, address: SocketAddr) -> Done {
    let server = serve::serve(folder, address).map_err(|error| Failure(error.message(desk(out.ui))))?;
    let url = server.url();
    out.object(&json!({ "event": "listening", "url": url }));
    out.line(&say!(
        out.ui,
        "Serving {} at {url} – Ctrl+C ends it",
        "{} est servi à {url} – Ctrl+C pour arrêter",
        folder.display()
    ));
    server.wait();
    Ok(())
}

fn export(out: Output, folder: &Path, to: &Path) -> Done {
    let (source, _) = read(out, folder)?;
    source::export_tables(&source, to).map_err(|error| Failure(error.message(desk(out.ui))))?;
    let (records, name) = (source.records.len(), to.display());
    out.object(&json!({ "event": "done", "records": records, "out": to.to_string_lossy() }));
    out.line(&out.good(&say!(
        out.ui,
        "{records} records written to {name}",
        "{records} fiches écrites dans {name}"
    )));
    Ok(())
}

fn draw_codes(out: Output, folder: &Path, count: u32) -> Done {
    let (source, _) = read(out, folder)?;
    let mut used: HashSet<String> = source
        .records
        .iter()
        .filter_map(|sourced| match &sourced.record {
            Record::Panel(panel) => Some(panel.code.clone()),
            Record::Tombstone(stone) => stone.code.clone(),
            _ => None,
        })
        .filter_map(|code| Some(PanelCode::parse_typed(&code).ok()?.canonical()))
        .collect();
    let mut drawn = 0;
    while drawn < count {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| internal(out.ui, &error))?;
        let code = PanelCode::draw(random);
        if used.insert(code.canonical()) {
            drawn += 1;
            out.object(&json!({ "code": code.to_string() }));
            out.line(&code.to_string());
        }
    }
    Ok(())
}
