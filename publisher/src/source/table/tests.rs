//! Tables as people's programs save them, and as somebody would send them who means harm.

use crate::source::{self, Finding, FindingKind, Source};
use alloclap_core::catalogue::model::{Known, Record};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::fs;
use std::io::Write;

fn read(file: &str, bytes: &[u8]) -> (Source, Vec<Finding>) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("publication.toml"),
        "id = \"t\"\nname = \"T\"\nlanguages = [\"fr\"]\n",
    )
    .unwrap();
    let path = dir.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
    source::read(dir.path()).unwrap()
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_csv_from_a_french_spreadsheet_is_read() {
    let text = "id;Name.FR;position;quiet;access.step_free;postcode;aliases;zone.centre;zone.radius_m\r\n\
        a;« Le Café »;45,4237; 4,0662;;;;;;\r\n\
        b;\"Place ; marché\";\"45,4237; 4,0662\";VRAI;oui;01200;x | y;45.1, 4.2;12,5\r\n";
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0;
    let (source, findings) = read("places.csv", &bytes);
    let Record::Place(place) = &source.find("b").unwrap().record else {
        panic!("a place")
    };
    assert_eq!(source.find("b").unwrap().line, 3, "its row");
    assert_eq!(place.name.0[0].text, "Place ; marché");
    assert_eq!((place.quiet, place.access.step_free), (true, Known::Yes));
    assert_eq!(place.postcode.as_deref(), Some("01200"));
    assert_eq!(place.aliases.len(), 2);
    let told = told(&findings);
    // An unquoted position shifts its row: that is told, with its row.
    for what in [
        "Windows-1252",
        "places.csv:2 position: error: \"45,4237\"",
        "places.csv:2 quiet: error",
    ] {
        assert!(told.iter().any(|t| t.contains(what)), "{what}: {told:#?}");
    }
}

#[test]
fn typed_cells_are_read_as_what_they_are() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("shootings").unwrap();
    for (column, header) in ["id", "film", "place", "from", "season", "scnee.fr"]
        .iter()
        .enumerate()
    {
        sheet.write(0, column as u16, *header).unwrap();
    }
    sheet.write(2, 0, 601).unwrap();
    sheet.write(2, 1, "f").unwrap();
    sheet.write(2, 2, "p").unwrap();
    let day = ExcelDateTime::from_ymd(2019, 3, 31).unwrap();
    sheet
        .write_with_format(2, 3, &day, &Format::new().set_num_format("dd/mm/yyyy"))
        .unwrap();
    sheet.write(2, 4, 2.0).unwrap();
    // Two corners of the sheet: read cell by cell, or it would not fit into memory.
    sheet.write(1_048_575, 16_383, "far").unwrap();
    let (source, findings) = read("all.xlsx", &workbook.save_to_buffer().unwrap());
    let Record::Shooting(shooting) = &source.find("601").unwrap().record else {
        panic!("a shooting")
    };
    assert_eq!(shooting.from, Some(jiff::civil::date(2019, 3, 31)));
    assert_eq!((shooting.season, source.find("601").unwrap().line), (Some(2), 3));
    let told = told(&findings);
    assert!(
        told.iter()
            .any(|t| t.contains("all.xlsx/shootings:1 scnee.fr") && t.contains("\"scene")),
        "{told:#?}"
    );
    assert!(
        told.iter().any(|t| t.contains(":1048576") && t.contains("far")),
        "{told:#?}"
    );
}

#[test]
fn a_workbook_that_unpacks_to_anything_is_refused() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file(
            "xl/worksheets/sheet1.xml",
            zip::write::SimpleFileOptions::default(),
        )
        .unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..257 {
        archive.write_all(&zeros).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20, "small on the disk");
    for (file, bytes) in [("films.xlsx", bytes.as_slice()), ("films.ods", b"PK no archive")] {
        let (_, findings) = read(file, bytes);
        assert!(
            matches!(
                findings[0].what,
                FindingKind::TooLarge { .. } | FindingKind::UnreadableFile { .. }
            ),
            "{file}: {findings:?}"
        );
    }
}
