//! The real table of a real town, from its CSV file to packs and back in: 14,760 rows with all their dirt.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use alloclap_core::catalogue::model::{Film, Place, Record, Shooting};
use alloclap_publisher::build::{BuildOptions, build};
use alloclap_publisher::import::opendatasoft::{ImportOptions, import};
use alloclap_publisher::import::{ImportReport, Repair};
use alloclap_publisher::source;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The table, or nothing with a word why.
fn table() -> Option<PathBuf> {
    let data =
        std::env::var_os("ALLOCLAP_DATA").map_or_else(|| PathBuf::from("../../shared/data"), PathBuf::from);
    let file = data.join("paris-film-locations.csv");
    if file.exists() {
        return Some(file);
    }
    println!(
        "skipped: {} is not there; set ALLOCLAP_DATA to the folder that has it",
        file.display()
    );
    None
}

fn import_into(file: &Path, into: &Path) -> ImportReport {
    let options = ImportOptions {
        file,
        into,
        table: "paris".parse().unwrap(),
        publisher: Some("Ville de Paris"),
        language: "fr".parse().unwrap(),
        country: "FR",
        columns: None,
    };
    import(&options).unwrap()
}

#[test]
fn every_row_of_the_paris_table_is_accounted_for_and_comes_out_in_packs() {
    let Some(file) = table() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("source");
    let report = import_into(&file, &into);
    println!(
        "rows {}, taken {}, merged {}, refused {}, places {}, films {}, people {}, companies {}",
        report.rows,
        report.taken,
        report.merged,
        report.refused.len(),
        report.places,
        report.films,
        report.people,
        report.companies
    );
    let repaired: BTreeMap<Repair, usize> = report
        .repaired
        .iter()
        .map(|(kind, lines)| (*kind, lines.len()))
        .collect();
    println!("{repaired:?}");
    assert_eq!(report.rows, 14_760);
    assert_eq!(
        report.taken + report.merged + u32::try_from(report.refused.len()).unwrap(),
        report.rows
    );
    assert_eq!(
        report.refused,
        [],
        "every row of this table has a title and a position"
    );
    assert_eq!(repaired[&Repair::LambertMetres], 3_994);
    assert_eq!(repaired[&Repair::DatesExchanged], 8);
    assert_eq!(
        repaired[&Repair::DirectorMissing] + repaired[&Repair::DirectorFromTitle],
        420
    );
    assert_eq!(repaired.get(&Repair::FarFromTheRest), None);

    let (source, findings) = source::read(&into).unwrap();
    let errors: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity == source::Severity::Error)
        .collect();
    assert!(
        errors.is_empty(),
        "{} errors, the first: {:?}",
        errors.len(),
        errors.first()
    );
    let record = |id: &str| source.find(id).map(|sourced| sourced.record.clone());
    let Some(Record::Shooting(Shooting {
        film,
        place,
        from,
        until,
        ..
    })) = record("paris-2019-601")
    else {
        panic!("the table's first row is no shooting");
    };
    assert_eq!(
        (from.unwrap().to_string(), until.unwrap().to_string()),
        ("2019-06-21".into(), "2019-06-22".into())
    );
    let Some(Record::Film(Film { title, credits, .. })) = record(film.as_str()) else {
        panic!("{film} is no film");
    };
    assert_eq!(title.0[0].text.to_lowercase(), "baron noir");
    assert_eq!(credits[0].who.as_str(), "paris-person-antoine-chevrollier");
    let Some(Record::Place(Place {
        commune,
        commune_name,
        departement,
        ..
    })) = record(place.as_str())
    else {
        panic!("{place} is no place");
    };
    assert_eq!(commune.as_deref(), Some("75113"));
    assert_eq!(commune_name.as_deref(), Some("Paris 13e Arrondissement"));
    assert_eq!(departement.as_deref(), Some("Paris"));

    let out = folder.path().join("out");
    let options = BuildOptions {
        opus: false,
        out: &out,
        today: "2026-06-01".parse().unwrap(),
        now_utc: "2026-06-01T12:00:00Z".into(),
        keys: &[folder.path().join("keys")],
        valid_days: alloclap_publisher::keys::VALID_DAYS,
    };
    let built = build(&source, &options, &mut |_| {}).unwrap();
    println!(
        "areas {}, packs {}, {} bytes, records {}",
        built.areas, built.packs, built.pack_bytes, built.records
    );
    assert_eq!(
        (built.places, built.panels),
        (report.places, 0),
        "nobody has put up a sign there"
    );
    assert!(built.held_back.is_empty(), "{:?}", built.held_back);
    assert!(!build(&source, &options, &mut |_| {}).unwrap().changed);
}

#[test]
fn the_paris_table_imported_again_changes_nothing_and_keeps_what_was_edited() {
    let Some(file) = table() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("source");
    import_into(&file, &into);
    let films = into.join("films/paris.csv");
    let before = fs::read_to_string(&films).unwrap();
    let again = import_into(&file, &into);
    assert_eq!(
        (
            again.added,
            again.updated_fields,
            again.conflicts.len(),
            again.vanished.len()
        ),
        (0, 0, 0, 0)
    );
    assert_eq!(fs::read_to_string(&films).unwrap(), before);

    // By hand: a title. In the table: the first row is gone, and the rows are in another order.
    let edited = before.replacen(";BARON NOIR;", ";Baron noir;", 1);
    assert_ne!(edited, before, "the film to edit is not there");
    fs::write(&films, &edited).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let header = lines.remove(0);
    let gone = lines.remove(0);
    assert!(gone.starts_with("2019-601;"));
    lines.reverse();
    let changed = folder.path().join("paris.csv");
    fs::write(&changed, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
    let third = import_into(&changed, &into);
    assert_eq!(
        (third.added, third.edited_fields),
        (0, 1),
        "a new order made new records, or the edit was lost"
    );
    assert!(
        third
            .vanished
            .iter()
            .any(|vanished| vanished.id == "paris-2019-601")
    );
    assert!(fs::read_to_string(&films).unwrap().contains(";Baron noir;"));
    assert!(
        fs::read_to_string(into.join("shootings/paris.csv"))
            .unwrap()
            .contains("paris-2019-601;")
    );
}
