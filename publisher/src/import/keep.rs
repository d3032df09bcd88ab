//! The three-way merge that keeps hand edits: what the last import wrote, what stands in the source now, what the table
//! says today. A cell at a time, rows found by their `id`. Its job ends at the merged table and what there is to tell.

use super::report::{Conflict, ImportReport, Vanished};
use super::table::{Line, Table};
use crate::source::{date, position, words_of_cell};
use std::collections::{BTreeMap, BTreeSet};

/// The column by which rows are found.
const ID: &str = "id";

/// The merged table, and what the next import has to compare with.
pub(super) struct Kept {
    /// What belongs into the source folder.
    pub source: Table,
    /// What the next import takes for "what the last import wrote".
    pub last: Table,
}

type Cells<'a> = BTreeMap<&'a str, &'a str>;
type Rows<'a> = BTreeMap<&'a str, Cells<'a>>;

/// Merges one table of a source folder. `file` is its name, for the report.
pub(super) fn keep(
    file: &str,
    last: &Table,
    source: &Table,
    today: &Table,
    report: &mut ImportReport,
) -> Kept {
    let (was, now, new) = (by_id(last), by_id(source), by_id(today));
    let mut headers = if source.headers.is_empty() {
        today.headers.clone()
    } else {
        source.headers.clone()
    };
    for header in &today.headers {
        if !headers.contains(header) {
            headers.push(header.clone());
        }
    }

    let mut merged = Table {
        headers,
        rows: Vec::new(),
    };
    for line in &source.rows {
        let id = source
            .column(ID)
            .and_then(|at| line.cells.get(at))
            .map_or("", String::as_str);
        let cells = match new.get(id) {
            Some(new) => {
                let now = now.get(id);
                let was = was.get(id);
                let cell = |header: &String| {
                    let cells = (
                        cell_of(was, header),
                        cell_of(now, header),
                        cell_of(Some(new), header),
                    );
                    merge_cell(file, id, header, cells, report)
                };
                merged.headers.iter().map(cell).collect()
            }
            None => {
                if was.contains_key(id) {
                    report.vanished.push(Vanished {
                        file: file.to_owned(),
                        id: id.to_owned(),
                    });
                }
                line.cells.clone()
            }
        };
        merged.rows.push(Line { line: 0, cells });
    }
    let mut last_rows = today.rows.clone();
    for row in &today.rows {
        let Some(id) = today.column(ID).and_then(|at| row.cells.get(at)) else {
            continue;
        };
        if now.contains_key(id.as_str()) {
            continue;
        }
        if was.contains_key(id.as_str()) {
            report.deleted_by_hand.push(id.clone());
            continue;
        }
        report.added += 1;
        let cells = new.get(id.as_str());
        let cell = |header: &String| cell_of(cells, header).unwrap_or_default();
        merged.rows.push(Line {
            line: 0,
            cells: merged
                .headers
                .iter()
                .map(|header| cell(header).to_owned())
                .collect(),
        });
    }
    // Rows that vanished stay known as the table's own, so that they are reported each time and found when they come back.
    let vanished: BTreeSet<&str> = was.keys().filter(|id| !new.contains_key(*id)).copied().collect();
    for id in vanished {
        let cells = was.get(id);
        let cell = |header: &String| cell_of(cells, header).unwrap_or_default();
        last_rows.push(Line {
            line: 0,
            cells: today
                .headers
                .iter()
                .map(|header| cell(header).to_owned())
                .collect(),
        });
    }
    Kept {
        source: merged,
        last: Table {
            headers: today.headers.clone(),
            rows: last_rows,
        },
    }
}

/// One cell: (what the last import wrote, what stands there, what the table says); a missing one is a missing column.
fn merge_cell(
    file: &str,
    id: &str,
    field: &str,
    (was, now, new): (Option<&str>, Option<&str>, Option<&str>),
    report: &mut ImportReport,
) -> String {
    let kept = now.unwrap_or_default();
    let Some(new) = new else {
        return kept.to_owned();
    };
    let was = was.unwrap_or_default();
    if same(kept, new) {
        kept.to_owned()
    } else if now.is_none() || same(kept, was) {
        report.updated_fields += 1;
        new.to_owned()
    } else {
        if same(was, new) {
            report.edited_fields += 1;
        } else {
            report.conflicts.push(Conflict {
                file: file.to_owned(),
                id: id.to_owned(),
                field: field.to_owned(),
                kept: kept.to_owned(),
                table: new.to_owned(),
            });
        }
        kept.to_owned()
    }
}

/// Whether two cells say the same: a spreadsheet that saved a day or a position in its own way has not edited it.
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (
        words_of_cell(a).unwrap_or_default(),
        words_of_cell(b).unwrap_or_default(),
    );
    a == b
        || date(&a).is_some_and(|day| date(&b) == Some(day))
        || position(&a).is_some_and(|at| position(&b) == Some(at))
}

fn cell_of<'a>(row: Option<&Cells<'a>>, header: &str) -> Option<&'a str> {
    row.and_then(|row| row.get(header).copied())
}

fn by_id(table: &Table) -> Rows<'_> {
    let id = table.column(ID);
    table
        .rows
        .iter()
        .filter_map(|line| {
            let name = line.cells.get(id?)?.trim();
            let cells = table
                .headers
                .iter()
                .map(String::as_str)
                .zip(line.cells.iter().map(String::as_str));
            Some((name, cells.collect()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[&str; 3]]) -> Table {
        Table {
            headers: vec!["id".into(), "title.fr".into(), "from".into()],
            rows: rows
                .iter()
                .map(|cells| Line {
                    line: 0,
                    cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
                })
                .collect(),
        }
    }

    #[test]
    fn a_hand_edit_stays_and_an_untouched_field_follows_the_table() {
        let last = table(&[["a", "Liberte", "2019-06-21"], ["b", "Amelie", "2001-01-01"]]);
        let source = table(&[["a", "Liberté", "21/06/2019"], ["b", "Amelie", "2001-01-01"]]);
        let today = table(&[["a", "Liberte", "2019-06-22"], ["b", "Amélie", "2001-01-01"]]);
        let mut report = ImportReport::default();
        let kept = keep("films/x.csv", &last, &source, &today, &mut report);
        assert_eq!(
            kept.source,
            table(&[["a", "Liberté", "2019-06-22"], ["b", "Amélie", "2001-01-01"]])
        );
        assert_eq!((report.updated_fields, report.edited_fields), (2, 1));
        assert!(
            report.conflicts.is_empty(),
            "a day that a spreadsheet wrote in its own way is no edit"
        );
    }

    #[test]
    fn when_both_changed_the_hand_wins_and_it_is_told_once() {
        let last = table(&[["a", "Liberte", ""]]);
        let source = table(&[["a", "Liberté", ""]]);
        let today = table(&[["a", "LIBERTE", ""]]);
        let mut report = ImportReport::default();
        let kept = keep("films/x.csv", &last, &source, &today, &mut report);
        assert_eq!(kept.source, source);
        assert_eq!(report.conflicts.len(), 1);
        assert_eq!(report.conflicts[0].table, "LIBERTE");

        let mut again = ImportReport::default();
        keep("films/x.csv", &kept.last, &kept.source, &today, &mut again);
        assert!(
            again.conflicts.is_empty(),
            "the same change was reported a second time"
        );
    }

    #[test]
    fn rows_that_vanish_stay_and_rows_deleted_by_hand_do_not_come_back() {
        let both = table(&[["a", "A", ""], ["b", "B", ""]]);
        let source = table(&[["a", "A", ""], ["mine", "written by hand", ""]]);
        let today = table(&[["b", "B", ""]]);
        let mut report = ImportReport::default();
        let kept = keep("films/x.csv", &both, &source, &today, &mut report);
        assert_eq!(
            kept.source, source,
            "a vanished row or one of the hand's own was lost"
        );
        assert_eq!(report.vanished.len(), 1);
        assert_eq!(report.deleted_by_hand, ["b"]);
        let ids: BTreeSet<_> = by_id(&kept.last).keys().map(|id| (*id).to_owned()).collect();
        assert!(ids.contains("a") && ids.contains("b"), "forgotten: {ids:?}");
    }

    #[test]
    fn columns_that_somebody_added_survive() {
        let last = table(&[["a", "A", ""]]);
        let mut source = table(&[["a", "A", ""]]);
        source.headers.push("synopsis.fr".into());
        source.rows[0].cells.push("Une histoire.".into());
        let kept = keep(
            "films/x.csv",
            &last,
            &source,
            &table(&[["a", "A2", ""]]),
            &mut ImportReport::default(),
        );
        assert_eq!(kept.source.headers, source.headers);
        assert_eq!(kept.source.rows[0].cells, ["a", "A2", "", "Une histoire."]);
    }
}
