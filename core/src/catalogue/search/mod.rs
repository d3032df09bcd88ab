//! Finding films, places, people, panels and trails by words, however they are typed.
//!
//! Two steps: trigrams of the query choose at most 200 candidates (SQLite's FTS5, by bm25), and [`rank`] compares these
//! with the query word by word. One or two letters have no trigram: they are looked up as the beginning of a word.

mod hit;
mod rank;

use super::fold::fold;
use super::read::Reading;
use super::{Catalogue, CatalogueError, SearchHit, Visitor};
use rank::Query;
use rusqlite::params;
use std::collections::{BTreeSet, HashMap};

/// Candidates that are compared word by word: keeps a search as quick in a large catalogue as in a small one.
const CANDIDATES_MAX: usize = 200;
/// Longest query that is read, in characters.
const QUERY_MAX_CHARS: usize = 100;
/// Most trigrams that are asked for; those of the first words.
const TRIGRAMS_MAX: usize = 48;
/// Letters in a trigram.
const TRIGRAM_CHARS: usize = 3;
/// Score below which a candidate is no hit.
const SCORE_MIN: f64 = 0.5;

/// A record with the wording of it that fits best.
struct Candidate {
    record: i64,
    kind: String,
    score: f64,
    length: usize,
}

impl Catalogue {
    /// What fits the words best: films and their titles in all languages, places with address and commune, people,
    /// companies, trails, and panels by what is told there. Accents, case, hyphens, apostrophes and a wrong letter or two
    /// don't matter. At most `limit` hits, the best first.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn search(
        &self,
        text: &str,
        visitor: &Visitor,
        limit: usize,
    ) -> Result<Vec<SearchHit>, CatalogueError> {
        let shortened: String = text.chars().take(QUERY_MAX_CHARS).collect();
        let Some(query) = Query::new(&fold(&shortened)) else {
            return Ok(Vec::new());
        };
        self.read(visitor, |reading| {
            let mut candidates = HashMap::new();
            if query.words().any(|word| word.chars().count() >= TRIGRAM_CHARS) {
                reading.by_text(&all_words(&query), &query, &mut candidates)?;
                // With enough places for the words as they were typed, nobody looks for mistyped ones.
                if candidates.len() < limit {
                    reading.by_text(&any_trigram(&query), &query, &mut candidates)?;
                }
            } else {
                reading.by_beginning(&query, &mut candidates)?;
            }
            let mut candidates: Vec<Candidate> = candidates.into_values().collect();
            candidates.sort_by(|a, b| {
                let by_kind = kind_rank(&a.kind).cmp(&kind_rank(&b.kind));
                b.score
                    .total_cmp(&a.score)
                    .then(by_kind)
                    .then(a.length.cmp(&b.length))
                    .then(a.record.cmp(&b.record))
            });
            let mut hits: Vec<SearchHit> = Vec::new();
            for candidate in candidates {
                if hits.len() >= limit {
                    break;
                }
                if let Some(hit) = reading.hit(candidate.record, &candidate.kind, candidate.score, &query)?
                    && hits.iter().all(|other| other.key != hit.key)
                {
                    hits.push(hit);
                }
            }
            Ok(hits)
        })
    }
}

impl Reading<'_> {
    fn by_text(
        &self,
        wanted: &str,
        query: &Query,
        candidates: &mut HashMap<i64, Candidate>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT e.record, r.kind, e.field, e.folded
             FROM (SELECT rowid FROM entry_text WHERE entry_text MATCH ?1 ORDER BY rank LIMIT ?2) t
             JOIN entry e ON e.row = t.rowid JOIN record r ON r.row = e.record WHERE r.shown_from <= ?3",
        )?;
        let rows = statement.query(params![wanted, CANDIDATES_MAX as i64, self.today])?;
        weigh(rows, query, candidates)
    }

    fn by_beginning(&self, query: &Query, candidates: &mut HashMap<i64, Candidate>) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT e.record, r.kind, e.field, e.folded
             FROM (SELECT entry FROM word WHERE word >= ?1 AND word < ?1 || char(0x10FFFF) ORDER BY word LIMIT ?2) w
             JOIN entry e ON e.row = w.entry JOIN record r ON r.row = e.record WHERE r.shown_from <= ?3",
        )?;
        for word in query.words() {
            let rows = statement.query(params![word, CANDIDATES_MAX as i64, self.today])?;
            weigh(rows, query, candidates)?;
        }
        Ok(())
    }
}

/// Keeps the best wording of each record.
fn weigh(
    mut rows: rusqlite::Rows<'_>,
    query: &Query,
    candidates: &mut HashMap<i64, Candidate>,
) -> rusqlite::Result<()> {
    while let Some(row) = rows.next()? {
        let record: i64 = row.get(0)?;
        let (field, folded) = (row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
        let score = query.score(folded, field);
        let better = candidates.get(&record).is_none_or(|known| known.score < score);
        if score >= SCORE_MIN && better {
            let kind: String = row.get(1)?;
            candidates.insert(
                record,
                Candidate {
                    record,
                    kind,
                    score,
                    length: folded.len(),
                },
            );
        }
    }
    Ok(())
}

/// What fits equally well is shown in this order.
fn kind_rank(kind: &str) -> usize {
    let order = ["film", "place", "trail", "panel", "person", "company"];
    order
        .iter()
        .position(|known| *known == kind)
        .unwrap_or(order.len())
}

/// FTS5: everything that holds each of the words somewhere. Folded words have no quotes that would end a string.
fn all_words(query: &Query) -> String {
    let words = query.words().filter(|word| word.chars().count() >= TRIGRAM_CHARS);
    words
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(" AND ")
}

/// FTS5: everything that holds some of the trigrams.
fn any_trigram(query: &Query) -> String {
    let mut trigrams = BTreeSet::new();
    for word in query.words() {
        let letters: Vec<char> = word.chars().collect();
        for trigram in letters.windows(TRIGRAM_CHARS) {
            if trigrams.len() < TRIGRAMS_MAX {
                trigrams.insert(format!("\"{}\"", trigram.iter().collect::<String>()));
            }
        }
    }
    trigrams.into_iter().collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use crate::catalogue::fixtures;
    use serde_json::json;

    fn found(text: &str) -> Vec<(String, String)> {
        let (_folder, catalogue) = fixtures::open();
        let mut records = fixtures::liberte();
        records.extend([
            json!({"kind": "film", "id": "amelie", "title": {"fr": "Le Fabuleux Destin d'Amélie Poulain"}, "year": 2001}),
            json!({"kind": "film", "id": "soeur", "title": {"fr": "Ma sœur chérie"}, "original_title": "L'Enfant d'en haut"}),
            json!({"kind": "film", "id": "z", "title": {"fr": "Z"}, "year": 1969}),
            json!({"kind": "film", "id": "zazie", "title": {"fr": "Zazie dans le métro"}}),
            json!({"kind": "film", "id": "libellule", "title": {"fr": "La Libellule"}}),
            json!({"kind": "film", "id": "draft", "state": "withdrawn", "title": {"fr": "Liberté"}}),
        ]);
        catalogue
            .install(fixtures::installation("loire", 1, &[("p", records)]))
            .unwrap();
        let hits = catalogue.search(text, &fixtures::visitor(&["fr"]), 10).unwrap();
        hits.into_iter()
            .map(|hit| (hit.key.id.to_string(), hit.title))
            .collect()
    }

    #[test]
    fn words_are_found_however_they_are_typed() {
        for (text, want) in [
            ("Liberté", "liberte"),
            ("LIBERTE", "liberte"),
            ("libetre", "liberte"),
            ("liber", "liberte"),
            ("soeur", "soeur"),
            ("enfant haut", "soeur"),
            ("z", "z"),
            ("za", "zazie"),
            ("amelie poulin", "amelie"),
            ("ameliepoulain", "amelie"),
            ("saint bonnet", "mairie"),
            ("st-bonnet-le-chateau", "mairie"),
            ("place de la republique saint bonnet", "mairie"),
            ("gatlif", "gatlif"),
            ("figurants du village", "panneau-1"),
            ("roulottes", "panneau-1"),
        ] {
            let hits = found(text);
            assert_eq!(
                hits.first().map(|hit| hit.0.as_str()),
                Some(want),
                "{text} finds {hits:?}"
            );
        }
    }

    #[test]
    fn what_is_not_there_is_not_found_and_nothing_breaks_a_search() {
        for text in [
            "",
            "  ",
            "'",
            "\"OR\" AND (",
            "xyzzy",
            "\u{0}",
            "%_*",
            "ß\"",
            "NEAR(a b)",
        ] {
            let hits = found(text);
            assert!(hits.is_empty(), "{text:?} finds {hits:?}");
        }
        assert!(
            found("liberté").iter().all(|hit| hit.0 != "draft"),
            "a withdrawn film is found"
        );
    }
}
