//! One publication's panels claimed by another. Whoever is followed can write any code and any host into a publication, and so
//! put itself before panels that are somebody else's. A code that two publications with a host in common know belongs to the one
//! that was followed first; without a common host nobody can be preferred, and the visitor chooses.

use super::CodeAnswer;
use super::install::InstallReport;
use super::model::Publisher;
use rusqlite::{Connection, params};
use serde_json::json;
use std::collections::HashMap;

/// An answer with the row of its publication, which grows in the order of following, and the hosts that this one lists.
pub(super) struct Claim {
    pub(super) publication: i64,
    pub(super) hosts: Vec<String>,
    pub(super) answer: CodeAnswer,
}

/// The hosts of a publisher as they are compared: in ASCII, as the room `code` gives that of an address.
pub(super) fn hosts(publisher: &Publisher) -> Vec<String> {
    let hosts = publisher.hosts.iter();
    let ascii = hosts.filter_map(|host| url::Host::parse(host.trim()).ok());
    ascii.map(|host| host.to_string()).collect()
}

fn share(a: &[String], b: &[String]) -> bool {
    a.iter().any(|host| b.contains(host))
}

/// The answers that count: of publications that list the host in which the code was read, if some do; and none that another
/// publication had first. What was taken back stands in nobody's way.
pub(super) fn settle(mut claims: Vec<Claim>, host: Option<&str>) -> Vec<CodeAnswer> {
    let lists = |claim: &Claim| host.is_some_and(|host| claim.hosts.iter().any(|listed| listed == host));
    if claims.iter().any(lists) {
        claims.retain(lists);
    }
    let first: Vec<(i64, Vec<String>)> = claims
        .iter()
        .filter(|claim| !matches!(claim.answer, CodeAnswer::Withdrawn { .. }))
        .map(|claim| (claim.publication, claim.hosts.clone()))
        .collect();
    claims.retain(|claim| {
        !first
            .iter()
            .any(|(publication, hosts)| *publication < claim.publication && share(hosts, &claim.hosts))
    });
    claims.into_iter().map(|claim| claim.answer).collect()
}

/// Tells which panels of a publication answer to nobody, because one that was followed before has their codes.
pub(super) fn report(
    connection: &Connection,
    publication: i64,
    report: &mut InstallReport,
) -> rusqlite::Result<()> {
    let mut before: HashMap<i64, (String, Vec<String>)> = HashMap::new();
    let mut own = Vec::new();
    let mut followed =
        connection.prepare_cached("SELECT row, id, publisher FROM publication WHERE row <= ?1")?;
    let mut rows = followed.query([publication])?;
    while let Some(row) = rows.next()? {
        let publisher: Publisher = super::read::json_column(row, 2)?;
        if row.get::<_, i64>(0)? == publication {
            own = hosts(&publisher);
        } else {
            before.insert(row.get(0)?, (row.get(1)?, hosts(&publisher)));
        }
    }
    before.retain(|_, (_, hosts)| share(hosts, &own));
    if before.is_empty() {
        return Ok(());
    }
    let mut claimed = connection.prepare_cached(
        "SELECT c.code, r.id, o.publication FROM record r CROSS JOIN code c ON c.record = r.row
         CROSS JOIN code d ON d.code = c.code CROSS JOIN record o ON o.row = d.record
         WHERE r.publication = ?1 AND r.kind = 'panel' AND r.shown_from IS NOT NULL
         AND o.publication < ?1 AND o.shown_from IS NOT NULL
         UNION
         SELECT c.code, r.id, e.publication FROM record r CROSS JOIN code c ON c.record = r.row
         CROSS JOIN code_elsewhere e ON e.code = c.code
         WHERE r.publication = ?1 AND r.kind = 'panel' AND r.shown_from IS NOT NULL AND e.publication < ?1
         ORDER BY 2, 1, 3",
    )?;
    let mut rows = claimed.query(params![publication])?;
    while let Some(row) = rows.next()? {
        let (code, panel, other): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let Some((owner, _)) = before.get(&other) {
            let why = format!(
                "it claims code {code}, which is a panel's of \"{owner}\" on the same host; that guide was followed first and keeps it"
            );
            report.skip(None, &json!({ "kind": "panel", "id": panel }), why);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::fixtures::{installation, key, liberte, open, visitor};
    use crate::catalogue::{Catalogue, Installation};
    use serde_json::Value;

    /// A publication with a panel of the code K7QM-2FXR on some hosts.
    fn claimant(publication: &str, hosts: &[&str]) -> Installation {
        let mut installation = installation(publication, 1, &[("p", liberte())]);
        installation.index.publisher.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        installation
    }

    fn answers(catalogue: &Catalogue, host: Option<&str>) -> Vec<CodeAnswer> {
        catalogue
            .panels_with_code("K7QM-2FXR", host, &visitor(&["fr"]))
            .unwrap()
    }

    fn panel_of(publication: &str) -> CodeAnswer {
        CodeAnswer::Panel(key(publication, "panneau-1"))
    }

    #[test]
    fn who_was_followed_first_keeps_a_code_and_the_other_is_named() {
        let (_folder, catalogue) = open();
        let first = catalogue
            .install(claimant("loire", &["panneaux.example"]))
            .unwrap();
        assert_eq!(first.reasons, []);
        let report = catalogue
            .install(claimant("intrus", &["intrus.example", "Panneaux.Example "]))
            .unwrap();
        let why: Vec<&str> = report.reasons.iter().map(|reason| reason.why.as_str()).collect();
        assert!(
            why.iter()
                .any(|why| why.contains("K7QM2FXR") && why.contains("\"loire\"")),
            "nobody was told of the claim: {why:?}"
        );
        for host in [None, Some("panneaux.example"), Some("elsewhere.example")] {
            assert_eq!(answers(&catalogue, host), [panel_of("loire")], "{host:?}");
        }
        // Nothing of the second one is lost: once the first is not followed any more, the code is its own.
        catalogue.unfollow(&"loire".parse().unwrap()).unwrap();
        assert_eq!(answers(&catalogue, None), [panel_of("intrus")]);
    }

    #[test]
    fn a_claim_to_a_panel_that_is_not_here_is_refused_too() {
        let (_folder, catalogue) = open();
        let mut loire = claimant("loire", &["panneaux.example"]);
        loire.packs.clear();
        loire.codes.insert("K7QM-2FXR".into(), "forez".parse().unwrap());
        catalogue.install(loire).unwrap();
        let report = catalogue
            .install(claimant("intrus", &["panneaux.example"]))
            .unwrap();
        assert!(report.skipped > 0, "a claim passed unnoticed");
        assert!(
            matches!(&answers(&catalogue, None)[..], [CodeAnswer::Elsewhere { publication, .. }] if publication.as_str() == "loire"),
            "{:?}",
            answers(&catalogue, None)
        );
    }

    #[test]
    fn without_a_common_host_the_address_decides_and_a_typed_code_is_a_choice() {
        let (_folder, catalogue) = open();
        catalogue.install(claimant("loire", &["loire.example"])).unwrap();
        let report = catalogue.install(claimant("paris", &["paris.example"])).unwrap();
        assert_eq!(report.reasons, []);
        assert_eq!(answers(&catalogue, None), [panel_of("loire"), panel_of("paris")]);
        assert_eq!(answers(&catalogue, Some("paris.example")), [panel_of("paris")]);
        assert_eq!(answers(&catalogue, Some("loire.example")), [panel_of("loire")]);
    }

    #[test]
    fn what_was_taken_back_stands_in_nobodys_way() {
        let (_folder, catalogue) = open();
        let mut region = claimant("loire", &["panneaux.example"]);
        let stone: Vec<Value> = vec![json!({"kind": "tombstone", "id": "panneau-1", "code": "K7QM-2FXR"})];
        region.packs = installation("loire", 1, &[("p", stone)]).packs;
        catalogue.install(region).unwrap();
        let report = catalogue
            .install(claimant("ville", &["panneaux.example"]))
            .unwrap();
        assert_eq!(report.reasons, []);
        assert_eq!(
            answers(&catalogue, None)[0],
            panel_of("ville"),
            "a town that left its region"
        );
    }
}
