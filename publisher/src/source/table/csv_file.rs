//! CSV as people's programs save it: any of three separators, any of three encodings.

use super::Grid;
use super::rows::{self, Cell, Row};
use crate::source::accept::Raw;
use crate::source::finding::{Finding, FindingKind, Severity};
use crate::source::{Kind, decode};
use std::path::Path;

/// The records of a CSV file.
pub(in crate::source) fn read(
    bytes: &[u8],
    file: &Path,
    kind: Kind,
    findings: &mut Vec<Finding>,
) -> Vec<Raw> {
    let mut find = |severity, line, what| {
        findings.push(Finding {
            severity,
            file: file.to_owned(),
            line,
            field: None,
            what,
        });
    };
    let (text, windows) = decode(bytes);
    if windows {
        find(Severity::Info, 0, FindingKind::ReadAsWindows1252);
    }
    let (separator, text, skipped) = separator(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut read: Vec<Row> = Vec::new();
    for (n, record) in reader.records().enumerate() {
        let line = u32::try_from(n + 1 + skipped).unwrap_or(u32::MAX);
        match record {
            Ok(record) => {
                let cells = record
                    .iter()
                    .enumerate()
                    .filter(|(_, text)| !text.trim().is_empty());
                read.push((
                    line,
                    cells
                        .map(|(at, text)| (at, Cell::Text(text.to_owned())))
                        .collect(),
                ));
            }
            Err(e) => find(
                Severity::Error,
                line,
                FindingKind::UnreadableFile { why: e.to_string() },
            ),
        }
    }
    rows::read(read, file, kind, findings)
}

/// The separator, the text that follows its declaration, and how many lines that took.
///
/// Excel may declare it in a first line `sep=;`. Otherwise it is the one that the header uses most, outside quotes.
pub(crate) fn separator(text: &str) -> (u8, &str, usize) {
    if let Some(declared) = text.strip_prefix("sep=")
        && let Some(separator @ (b';' | b',' | b'\t')) = declared.bytes().next()
    {
        let rest = declared.get(1..).unwrap_or_default();
        return (
            separator,
            rest.trim_start_matches('\r').strip_prefix('\n').unwrap_or(rest),
            1,
        );
    }
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                counts
                    .iter_mut()
                    .filter(|(separator, _)| *separator == byte)
                    .for_each(|(_, count)| *count += 1);
            }
            _ => {}
        }
    }
    // Among equals the first: what French spreadsheets write.
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    (most.map_or(b';', |(separator, _)| separator), text, 0)
}

/// A table as CSV: `;`, CR LF, and a byte-order mark, without which Excel reads accents wrongly.
pub(super) fn write(grid: &Grid) -> Result<Vec<u8>, String> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(&grid.headers).map_err(|e| e.to_string())?;
    for row in &grid.rows {
        writer.write_record(row).map_err(|e| e.to_string())?;
    }
    writer.into_inner().map_err(|e| e.to_string())
}
