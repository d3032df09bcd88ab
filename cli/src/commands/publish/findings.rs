//! What the check and the build have to say about a source folder, for a person or a machine. Decides only how much of it
//! a person is shown at once.

use crate::output::Output;
use crate::say;
use crate::trouble::desk;
use crate::words::Ui;
use alloclap_core::catalogue::model::Id;
use alloclap_publisher::build::{HeldBack, Problem, WithheldFile};
use alloclap_publisher::source::{Finding, FindingKind, Severity};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::mem::{Discriminant, discriminant};

/// Of more findings of one kind than this, only the first are shown to a person.
const MOST_OF_A_KIND: usize = 20;
/// How many are shown then.
const SHOWN_OF_MANY: usize = 5;
/// How many records or files are named behind a reason that they share.
const NAMED: usize = 5;

/// How many findings are that grave.
pub fn count(findings: &[Finding], severity: Severity) -> usize {
    findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .count()
}

/// Tells all findings, the gravest first and those of a kind together. A person sees every error, but of many warnings or
/// notes of one kind only the first few and how many more there are; a machine is given all.
pub fn tell_all(out: Output, findings: &[Finding]) {
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        for group in of_a_kind(findings, severity) {
            let shown = if severity == Severity::Error || group.len() <= MOST_OF_A_KIND {
                group.len()
            } else {
                SHOWN_OF_MANY
            };
            for (at, finding) in group.iter().enumerate() {
                out.object(&object(out.ui, finding));
                if at < shown {
                    out.line(&line(out, finding));
                }
            }
            let more = group.len() - shown;
            if more > 0 {
                out.line(&out.faint(&say!(
                    out.ui,
                    "  and {more} more of this kind (--json lists all)",
                    "  et {more} autres du même genre (--json les donne tous)"
                )));
            }
        }
    }
}

/// The findings of one severity, those of a kind together, in the order in which each kind was first found.
fn of_a_kind(findings: &[Finding], severity: Severity) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<(Discriminant<FindingKind>, Vec<&Finding>)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity == severity) {
        let kind = discriminant(&finding.what);
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, group)) => group.push(finding),
            None => groups.push((kind, vec![finding])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn line(out: Output, finding: &Finding) -> String {
    let sign = match finding.severity {
        Severity::Info => out.faint(out.ui.pick("note", "note")),
        Severity::Warning => out.warn(out.ui.pick("look", "à voir")),
        Severity::Error => must_mend(out),
    };
    told(out, &sign, &finding.place(), &finding.message(desk(out.ui)))
}

fn must_mend(out: Output) -> String {
    out.warn(out.ui.pick("MEND", "À CORRIGER"))
}

fn told(out: Output, sign: &str, place: &str, message: &str) -> String {
    if place.is_empty() {
        return format!("{sign} {message}");
    }
    let place = out.strong(place);
    say!(out.ui, "{sign} {place}: {message}", "{sign} {place} : {message}")
}

fn object(ui: Ui, finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    json!({
        "severity": severity,
        "file": finding.file.to_string_lossy(),
        "line": finding.line,
        "field": finding.field,
        "message": finding.message(desk(ui)),
    })
}

/// Tells what a publication cannot be built with, in the form of an error finding.
pub fn tell_problem(out: Output, problem: &Problem) {
    let message = problem.message(desk(out.ui));
    out.object(&json!({
        "severity": "error",
        "file": problem.file.to_string_lossy(),
        "line": problem.line,
        "field": null,
        "message": message,
    }));
    out.line(&told(out, &must_mend(out), &problem.place(), &message));
}

/// Tells a person which records are not shown: a line for each reason.
pub fn tell_held_back(out: Output, held_back: &BTreeMap<Id, HeldBack>) {
    for (count, reason, names) in by_reason(held_back) {
        let (heading, names) = (reason.heading(desk(out.ui)), few(names));
        out.line(&out.faint(&say!(
            out.ui,
            "not shown, {heading}: {count} ({names})",
            "non montrées, {heading} : {count} ({names})"
        )));
    }
}

/// How many records are held back for which reason, by the reason's key.
pub fn held_back_counts(held_back: &BTreeMap<Id, HeldBack>) -> Value {
    let counts: Map<String, Value> = by_reason(held_back)
        .into_iter()
        .map(|(count, reason, _)| (reason.key().to_owned(), count.into()))
        .collect();
    counts.into()
}

/// Each reason with how many have it, the first of them, and all their names.
fn by_reason(held_back: &BTreeMap<Id, HeldBack>) -> Vec<(usize, &HeldBack, Vec<String>)> {
    let mut groups: BTreeMap<&str, (&HeldBack, Vec<String>)> = BTreeMap::new();
    for (id, reason) in held_back {
        let name = match reason {
            HeldBack::NotYet { from } => format!("{id}: {from}"),
            HeldBack::Needs { id: needed } => format!("{id} → {needed}"),
            _ => id.to_string(),
        };
        let (_, names) = groups.entry(reason.key()).or_insert((reason, Vec::new()));
        names.push(name);
    }
    groups
        .into_values()
        .map(|(reason, names)| (names.len(), reason, names))
        .collect()
}

/// Tells a person which files are not packed, and why.
pub fn tell_withheld(out: Output, withheld: &[WithheldFile]) {
    for WithheldFile { record, file, why } in withheld.iter().take(MOST_OF_A_KIND) {
        let why = why.message(desk(out.ui));
        out.line(&out.faint(&say!(
            out.ui,
            "not packed: {file} ({record}): {why}",
            "non embarqué : {file} ({record}) : {why}"
        )));
    }
    if withheld.len() > MOST_OF_A_KIND {
        let more = withheld.len() - MOST_OF_A_KIND;
        out.line(&out.faint(&say!(
            out.ui,
            "  and {more} more (--json lists all)",
            "  et {more} autres (--json les donne tous)"
        )));
    }
}

/// The files that are not packed, for a machine.
pub fn withheld_files(withheld: &[WithheldFile]) -> Value {
    let files = withheld.iter().map(|withheld| {
        json!({ "record": withheld.record.as_str(), "file": withheld.file, "is": withheld.why.key() })
    });
    files.collect()
}

/// The first names of many.
fn few(mut names: Vec<String>) -> String {
    if names.len() > NAMED {
        names.truncate(NAMED);
        names.push("…".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(severity: Severity, what: FindingKind) -> Finding {
        Finding {
            severity,
            file: "films.csv".into(),
            line: 2,
            field: None,
            what,
        }
    }

    #[test]
    fn findings_of_a_kind_stand_together_whatever_they_name() {
        let missing = |language: &str| FindingKind::MissingLanguage {
            language: language.to_owned(),
        };
        let findings = [
            finding(Severity::Warning, missing("fr")),
            finding(Severity::Error, FindingKind::MissingField),
            finding(Severity::Warning, FindingKind::NoFile),
            finding(Severity::Warning, missing("en")),
        ];
        let sizes = |severity| {
            of_a_kind(&findings, severity)
                .iter()
                .map(Vec::len)
                .collect::<Vec<_>>()
        };
        assert_eq!(sizes(Severity::Warning), [2, 1]);
        assert_eq!(sizes(Severity::Error), [1]);
        assert_eq!(count(&findings, Severity::Warning), 3);
    }

    #[test]
    fn records_that_are_held_back_are_counted_by_reason() {
        let id = |text: &str| text.parse::<Id>().unwrap();
        let held_back = BTreeMap::from([
            (id("a"), HeldBack::Draft),
            (id("b"), HeldBack::Needs { id: id("a") }),
            (id("c"), HeldBack::Draft),
        ]);
        assert_eq!(held_back_counts(&held_back), json!({ "draft": 2, "needs": 1 }));
        let names: Vec<_> = by_reason(&held_back)
            .into_iter()
            .map(|(_, _, names)| few(names))
            .collect();
        assert_eq!(names, ["a, c", "b → a"]);
    }
}
