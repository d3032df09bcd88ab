//! `alloclap publish import …`: tables of others, or of one's own, into a source folder.

use super::{findings, internal};
use crate::commands::{Done, Failure};
use crate::json;
use crate::output::Output;
use crate::say;
use crate::trouble::desk;
use crate::words::Ui;
use alloclap_core::catalogue::model::Id;
use alloclap_publisher::import::opendatasoft::{ImportOptions, import, table_name};
use alloclap_publisher::import::{ImportReport, Repair};
use alloclap_publisher::source::{self, Severity};
use clap::ArgMatches;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How many refused rows or conflicts are listed for a person before the rest is only counted.
const LISTED: usize = 10;

/// A spreadsheet.
pub fn table(out: Output, words: &ArgMatches) -> Done {
    let path = |name: &str| words.get_one::<PathBuf>(name).cloned().unwrap_or_default();
    let (file, into) = (path("file"), path("into"));
    let (done, found) =
        source::import_tables(&file, &into).map_err(|error| Failure(error.message(desk(out.ui))))?;
    findings::tell_all(out, &found);
    let (added, changed, unchanged, name) = (done.added, done.changed, done.unchanged, into.display());
    out.object(&json!({ "event": "done", "added": added, "changed": changed, "unchanged": unchanged }));
    out.line(&out.good(&say!(
        out.ui,
        "{name}: {added} records added, {changed} changed, {unchanged} as they were",
        "{name} : {added} fiches ajoutées, {changed} modifiées, {unchanged} inchangées"
    )));
    let mut errors = found.iter().filter(|finding| finding.severity == Severity::Error);
    let Some(first) = errors.next() else { return Ok(()) };
    let (count, place) = (1 + errors.count(), first.place());
    Err(Failure(say!(
        out.ui,
        "{place} and what else is marked could not be taken ({count} in all); mend it and import again",
        "{place} et ce qui est signalé n’ont pas pu être repris ({count} en tout) ; corriger et importer à nouveau"
    )))
}

/// An open-data table of filming locations.
pub fn open_data(out: Output, words: &ArgMatches) -> Done {
    let ui = out.ui;
    let begun = Instant::now();
    let path = |name: &str| words.get_one::<PathBuf>(name).cloned();
    let (file, into) = (path("file").unwrap_or_default(), path("into").unwrap_or_default());
    let name: Option<Id> = match words.get_one::<String>("name") {
        Some(name) => Some(name.parse().map_err(|_| {
            Failure(say!(
                ui,
                "\"{name}\" is no short name: use 1 to 64 of a–z, 0–9, \"-\", \"_\" and \".\", beginning with a letter or a digit",
                "« {name} » n’est pas un nom court : 1 à 64 signes parmi a–z, 0–9, « - », « _ » et « . », le premier étant une lettre ou un chiffre"
            ))
        })?),
        None => table_name(&file),
    };
    let Some(table) = name else {
        return Err(Failure(
            ui.pick(
                "give the table a short name with --name",
                "donner un nom court au tableau avec --name",
            )
            .to_owned(),
        ));
    };
    let publisher = words
        .get_one::<String>("publisher")
        .cloned()
        .unwrap_or_else(|| table.to_string());
    let columns = path("columns");
    let country = words.get_one::<String>("country").map_or("FR", String::as_str);
    let language = words.get_one::<String>("language").map_or("fr", String::as_str);
    let language = language.parse().map_err(|_| {
        Failure(say!(
            ui,
            "\"{language}\" is no language: write fr, en, de or pt-br",
            "« {language} » n’est pas une langue : écrire fr, en, de ou pt-br"
        ))
    })?;
    let options = ImportOptions {
        file: &file,
        into: &into,
        table,
        publisher: Some(&publisher),
        language,
        country,
        columns: columns.as_deref(),
    };
    let report = import(&options).map_err(|error| Failure(error.message(desk(ui))))?;
    let ms = json::rounded(begun.elapsed().as_secs_f64() * 1000.0, 0);
    let mut object = serde_json::to_value(&report).map_err(|error| internal(ui, &error))?;
    if let Some(fields) = object.as_object_mut() {
        fields.insert("event".to_owned(), "done".into());
        fields.insert("ms".to_owned(), ms.into());
    }
    out.object(&object);
    tell_import(out, &report, &into);
    Ok(())
}

fn tell_import(out: Output, report: &ImportReport, into: &Path) {
    let ui = out.ui;
    let ImportReport {
        rows,
        taken,
        merged,
        films,
        places,
        people,
        companies,
        shootings,
        ..
    } = report;
    let refused = report.refused.len();
    out.line(&say!(
        ui,
        "{rows} rows: {taken} taken, {merged} merged into others, {refused} refused",
        "{rows} lignes : {taken} reprises, {merged} fusionnées, {refused} refusées"
    ));
    for row in report.refused.iter().take(LISTED) {
        let (line, reason) = (row.line, row.reason.message(desk(ui)));
        out.line(&out.warn(&say!(ui, "  row {line}: {reason}", "  ligne {line} : {reason}")));
    }
    more(out, refused);
    for (repair, lines) in &report.repaired {
        let (what, count) = (repaired(ui, *repair), lines.len());
        out.line(&out.faint(&say!(ui, "  {count} rows: {what}", "  {count} lignes : {what}")));
    }
    for conflict in report.conflicts.iter().take(LISTED) {
        let (id, field, kept, offered) = (&conflict.id, &conflict.field, &conflict.kept, &conflict.table);
        out.line(&out.warn(&say!(
            ui,
            "  {id}, {field}: changed by hand and in the table; \"{kept}\" was kept, the table says \"{offered}\"",
            "  {id}, {field} : modifié à la main et dans le tableau ; « {kept} » est gardé, le tableau dit « {offered} »"
        )));
    }
    more(out, report.conflicts.len());
    if !report.vanished.is_empty() {
        let count = report.vanished.len();
        out.line(&out.warn(&say!(
            ui,
            "  {count} records are no longer in the table; they were kept",
            "  {count} fiches ne sont plus dans le tableau ; elles sont gardées"
        )));
    }
    let folder = into.display();
    out.line(&out.good(&say!(
        ui,
        "{folder}: {films} films, {places} places, {shootings} shootings, {people} people, {companies} companies",
        "{folder} : {films} films, {places} lieux, {shootings} tournages, {people} personnes, {companies} sociétés"
    )));
}

fn more(out: Output, all: usize) {
    if all > LISTED {
        let more = all - LISTED;
        out.line(&say!(
            out.ui,
            "  and {more} more (--json lists all)",
            "  et {more} autres (--json les donne tous)"
        ));
    }
}

fn repaired(ui: Ui, repair: Repair) -> &'static str {
    match repair {
        Repair::LambertMetres => ui.pick(
            "position in Lambert-93 metres, turned into degrees",
            "position en mètres Lambert-93, convertie en degrés",
        ),
        Repair::PositionFromShape => ui.pick(
            "position taken from the shape",
            "position prise dans la forme géographique",
        ),
        Repair::PositionFromXy => ui.pick("position taken from X and Y", "position prise dans X et Y"),
        Repair::PositionsDisagree => ui.pick(
            "two positions that disagree, the point was taken",
            "deux positions en désaccord, le point est retenu",
        ),
        Repair::LatLonExchanged => ui.pick(
            "latitude and longitude were exchanged",
            "latitude et longitude interverties",
        ),
        Repair::FarFromTheRest => ui.pick(
            "far from all the others: look at the position",
            "loin de toutes les autres : vérifier la position",
        ),
        Repair::DatesExchanged => ui.pick(
            "ended before it began: the dates were exchanged",
            "fin avant le début : dates interverties",
        ),
        Repair::DateUnreadable => ui.pick(
            "a date that cannot be read, left out",
            "date illisible, laissée de côté",
        ),
        Repair::DirectorMissing => ui.pick("no director", "sans réalisateur"),
        Repair::DirectorFromTitle => ui.pick(
            "director taken from the same title elsewhere",
            "réalisateur repris du même titre ailleurs",
        ),
        Repair::DirectorNoteDropped => ui.pick(
            "a note beside the director's name, left out",
            "remarque à côté du réalisateur, laissée de côté",
        ),
        Repair::ProducerMissing => ui.pick("no producer", "sans producteur"),
        Repair::FormUnknown => ui.pick(
            "a kind of film that is not known here",
            "type de tournage inconnu",
        ),
        Repair::PostcodeMissing => ui.pick("no postcode", "sans code postal"),
        Repair::CommuneUncertain => ui.pick(
            "a postcode of several communes: commune left open",
            "code postal de plusieurs communes : commune laissée vide",
        ),
        Repair::AddressMissing => ui.pick("no address", "sans adresse"),
        Repair::IdMissing => ui.pick(
            "no id of its own: one was made",
            "sans identifiant propre : un a été créé",
        ),
        Repair::RowRepeated => ui.pick("repeats another row", "répète une autre ligne"),
    }
}
