//! Finding films, places, people, panels and trails by words, however they are typed.
//!
//! Two steps: some hundreds of candidates are chosen, and [`rank`] compares these with the query word by word. Candidates
//! are titles whose words begin with those of the query, then whatever holds all of its words (SQLite's FTS5 with trigrams),
//! and, if that is not enough, what is spelled nearly so. No step reads more than a fixed number of rows, so that a search
//! is as quick in a large catalogue as in a small one; and none asks FTS5 to rank, which would read every match.

mod hit;
mod rank;

use super::fold::fold;
use super::read::Reading;
use super::{Catalogue, CatalogueError, SearchHit, Visitor};
use rank::Query;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// Candidates of each step that are compared word by word.
const CANDIDATES_MAX: usize = 200;
/// Longest query that is read, in characters.
const QUERY_MAX_CHARS: usize = 100;
/// Titles that are read for one word of the query. A word that more titles have tells little.
const TITLES_MAX: usize = 4_000;
/// Letters that a mistyped word must share with the beginning of a title's word to be looked for there; other slips are
/// found by trigrams.
const SHARED_CHARS: usize = 2;
/// Most trigrams that are asked for; those of the first words.
const TRIGRAMS_MAX: usize = 24;
/// Wordings that are read for one trigram. Of a trigram that more have, the first ones are as good as any.
const WORDINGS_MAX: usize = 1_000;
/// Letters in a trigram.
const TRIGRAM_CHARS: usize = 3;
/// Score below which a candidate is no hit.
const SCORE_MIN: f64 = 0.5;

/// Scores that differ by less than one part in so many are equally good for somebody who asks where he stands.
const SCORE_STEPS: f64 = 20.0;

/// A record with the wording of it that fits best.
struct Candidate {
    record: i64,
    kind: String,
    score: f64,
    length: usize,
    /// How far its place is, in metres; infinite if it has none, or is not around.
    away_m: f64,
}

/// A place around a visitor: its row among [`Catalogue::place_points`], and how far it is in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Around {
    /// The row.
    pub row: i64,
    /// The distance on the ground.
    pub distance_m: f64,
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
        self.search_around(text, visitor, limit, &[])
    }

    /// The same for somebody who stands somewhere: of what fits about equally well, places and panels that are near come first.
    /// `around` are the places nearest to the visitor; they are looked at even where thousands fit the words.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn search_around(
        &self,
        text: &str,
        visitor: &Visitor,
        limit: usize,
        around: &[Around],
    ) -> Result<Vec<SearchHit>, CatalogueError> {
        let shortened: String = text.chars().take(QUERY_MAX_CHARS).collect();
        let Some(query) = Query::new(&fold(&shortened)) else {
            return Ok(Vec::new());
        };
        self.read(visitor, |reading| {
            let mut candidates = HashMap::new();
            reading.by_beginnings(&query, &mut candidates)?;
            if query.words().any(is_long) {
                reading.by_all_words(&query, &mut candidates)?;
                // With enough places for the words as they were typed, nobody looks for mistyped ones.
                if candidates.len() < limit {
                    reading.by_near_words(&query, &mut candidates)?;
                    reading.by_trigrams(&query, &mut candidates)?;
                }
            }
            reading.by_surroundings(&query, around, &mut candidates)?;
            let mut candidates: Vec<Candidate> = candidates.into_values().collect();
            reading.measure(around, &mut candidates)?;
            let step = |score: f64| {
                if around.is_empty() {
                    score
                } else {
                    (score * SCORE_STEPS).round()
                }
            };
            candidates.sort_by(|a, b| {
                let by_kind = kind_rank(&a.kind).cmp(&kind_rank(&b.kind));
                step(b.score)
                    .total_cmp(&step(a.score))
                    .then(by_kind)
                    .then(a.away_m.total_cmp(&b.away_m))
                    .then(b.score.total_cmp(&a.score))
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
    /// Titles that have, for every word of the query, a word that begins so; for a query of one or two letters, titles that
    /// have any.
    fn by_beginnings(&self, query: &Query, candidates: &mut HashMap<i64, Candidate>) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT entry FROM word WHERE word >= ?1 AND word < ?1 || char(0x10FFFF) ORDER BY word LIMIT ?2",
        )?;
        let any = !query.words().any(is_long);
        let most = if any { CANDIDATES_MAX } else { TITLES_MAX };
        let mut titles = Titles::default();
        for (n, word) in query.words().enumerate() {
            for entry in statement.query_map(params![word, most as i64], |row| row.get(0))? {
                titles.add(entry?, n);
            }
        }
        let wanted = if any { 1 } else { query.words().count() };
        self.weigh(titles.with_at_least(wanted), query, candidates)
    }

    /// What is told of the places around.
    fn by_surroundings(
        &self,
        query: &Query,
        around: &[Around],
        candidates: &mut HashMap<i64, Candidate>,
    ) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT row FROM entry WHERE record = ?1")?;
        let mut entries = Vec::new();
        for place in around {
            for entry in statement.query_map([place.row], |row| row.get(0))? {
                entries.push(entry?);
            }
        }
        self.weigh(entries, query, candidates)
    }

    /// Fills in how far the places of candidates are; a panel is where its place is.
    fn measure(&self, around: &[Around], candidates: &mut [Candidate]) -> rusqlite::Result<()> {
        if around.is_empty() {
            return Ok(());
        }
        let away: HashMap<i64, f64> = around.iter().map(|place| (place.row, place.distance_m)).collect();
        let mut place_of = self.connection.prepare_cached(
            "SELECT p.row FROM record r JOIN record p ON p.publication = r.publication
             AND p.id = json_extract(r.body, '$.place') WHERE r.row = ?1",
        )?;
        for candidate in candidates {
            let place = match candidate.kind.as_str() {
                "place" => Some(candidate.record),
                "panel" => place_of
                    .query_row([candidate.record], |row| row.get(0))
                    .optional()?,
                _ => None,
            };
            let found = place.and_then(|place| away.get(&place));
            candidate.away_m = found.copied().unwrap_or(f64::INFINITY);
        }
        Ok(())
    }

    /// Whatever holds each of the words somewhere.
    fn by_all_words(&self, query: &Query, candidates: &mut HashMap<i64, Candidate>) -> rusqlite::Result<()> {
        // Folded words have no quotes that would end a string of FTS5.
        let words: Vec<String> = query
            .words()
            .filter(|word| is_long(word))
            .map(|word| format!("\"{word}\""))
            .collect();
        let rows = self.wordings(&words.join(" AND "), CANDIDATES_MAX)?;
        self.weigh(rows, query, candidates)
    }

    /// Titles with words that are nearly those of the query, those with the most of them.
    fn by_near_words(&self, query: &Query, candidates: &mut HashMap<i64, Candidate>) -> rusqlite::Result<()> {
        let mut known = self.connection.prepare_cached(
            "SELECT DISTINCT word FROM word WHERE word >= ?1 AND word < ?1 || char(0x10FFFF)",
        )?;
        let mut having = self
            .connection
            .prepare_cached("SELECT entry FROM word WHERE word = ?1 LIMIT ?2")?;
        let mut titles = Titles::default();
        for (n, word) in query.words().enumerate().filter(|(_, word)| is_long(word)) {
            let shared: String = word.chars().take(SHARED_CHARS).collect();
            let mut near: Vec<(usize, String)> = Vec::new();
            let mut rows = known.query([shared])?;
            while let Some(row) = rows.next()? {
                let other = row.get_ref(0)?.as_str()?;
                near.extend(rank::mistakes(word, other).map(|mistakes| (mistakes, other.to_owned())));
            }
            near.sort_unstable();
            let mut left = TITLES_MAX;
            for (_, other) in near {
                for entry in having.query_map(params![other, left as i64], |row| row.get(0))? {
                    titles.add(entry?, n);
                    left -= 1;
                }
            }
        }
        self.weigh(titles.with_at_least(1), query, candidates)
    }

    /// What has most of the query's trigrams, rare ones counting more than common ones.
    fn by_trigrams(&self, query: &Query, candidates: &mut HashMap<i64, Candidate>) -> rusqlite::Result<()> {
        let mut having: Vec<(i64, f64)> = Vec::new();
        for trigram in trigrams(query) {
            let rows = self.wordings(&format!("\"{trigram}\""), WORDINGS_MAX)?;
            let worth = (1.0 + WORDINGS_MAX as f64 / rows.len().max(1) as f64).ln();
            having.extend(rows.into_iter().map(|row| (row, worth)));
        }
        having.sort_unstable_by_key(|(row, _)| *row);
        let mut worths: Vec<(i64, f64)> = Vec::new();
        for (row, worth) in having {
            match worths.last_mut() {
                Some((last, sum)) if *last == row => *sum += worth,
                _ => worths.push((row, worth)),
            }
        }
        let better = |a: &(i64, f64), b: &(i64, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if worths.len() > CANDIDATES_MAX {
            worths.select_nth_unstable_by(CANDIDATES_MAX, better);
            worths.truncate(CANDIDATES_MAX);
        }
        self.weigh(
            worths.into_iter().map(|(row, _)| row).collect(),
            query,
            candidates,
        )
    }

    /// The first rows of `entry` that FTS5 finds, unranked.
    fn wordings(&self, wanted: &str, most: usize) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT rowid FROM entry_text WHERE entry_text MATCH ?1 LIMIT ?2")?;
        statement
            .query_map(params![wanted, most as i64], |row| row.get(0))?
            .collect()
    }

    /// Compares wordings with the query, and keeps the best one of each record.
    fn weigh(
        &self,
        entries: Vec<i64>,
        query: &Query,
        candidates: &mut HashMap<i64, Candidate>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT e.record, r.kind, e.field, e.folded FROM entry e JOIN record r ON r.row = e.record
             WHERE e.row = ?1 AND r.shown_from <= ?2",
        )?;
        for entry in entries {
            let mut rows = statement.query(params![entry, self.today])?;
            let Some(row) = rows.next()? else { continue };
            let record: i64 = row.get(0)?;
            let (field, folded) = (row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
            let score = query.score(folded, field);
            let better = candidates.get(&record).is_none_or(|known| known.score < score);
            if score >= SCORE_MIN && better {
                let (kind, length) = (row.get(1)?, folded.len());
                candidates.insert(
                    record,
                    Candidate {
                        record,
                        kind,
                        score,
                        length,
                        away_m: f64::INFINITY,
                    },
                );
            }
        }
        Ok(())
    }
}

/// Titles in the order in which they were found, with the number of the query's words that they have.
#[derive(Default)]
struct Titles {
    found: HashMap<i64, Title>,
}

struct Title {
    order: usize,
    words: usize,
    last_word: usize,
}

impl Titles {
    /// A title, by its row, has the query's word number `word`. Words come in their order.
    fn add(&mut self, entry: i64, word: usize) {
        let order = self.found.len();
        let title = self.found.entry(entry).or_insert(Title {
            order,
            words: 1,
            last_word: word,
        });
        if title.last_word != word {
            title.words += 1;
            title.last_word = word;
        }
    }

    /// Those with the most words first, at most as many as are compared.
    fn with_at_least(self, words: usize) -> Vec<i64> {
        let mut titles: Vec<(i64, Title)> = self
            .found
            .into_iter()
            .filter(|(_, title)| title.words >= words)
            .collect();
        titles.sort_unstable_by_key(|(_, title)| (std::cmp::Reverse(title.words), title.order));
        titles
            .into_iter()
            .take(CANDIDATES_MAX)
            .map(|(entry, _)| entry)
            .collect()
    }
}

/// What fits equally well is shown in this order.
fn kind_rank(kind: &str) -> usize {
    let order = ["film", "place", "trail", "panel", "person", "company"];
    order
        .iter()
        .position(|known| *known == kind)
        .unwrap_or(order.len())
}

/// Whether a word has a trigram.
fn is_long(word: &str) -> bool {
    word.chars().nth(TRIGRAM_CHARS - 1).is_some()
}

fn trigrams(query: &Query) -> BTreeSet<String> {
    let mut trigrams = BTreeSet::new();
    for word in query.words() {
        let letters: Vec<char> = word.chars().collect();
        for trigram in letters.windows(TRIGRAM_CHARS) {
            if trigrams.len() < TRIGRAMS_MAX {
                trigrams.insert(trigram.iter().collect());
            }
        }
    }
    trigrams
}

#[cfg(test)]
mod tests {
    use super::Around;
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
            ("kiberte", "liberte"),
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
            ("republiqe", "mairie"),
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
    fn a_title_is_found_among_thousands_of_places_of_that_name() {
        let (_folder, catalogue) = fixtures::open();
        let place = |n: usize| {
            json!({"kind": "place", "id": format!("p{n}"), "name": {"fr": format!("{n} rue du Port")}, "position": [48.8, 2.3],
                "commune_name": "Paris"})
        };
        let mut records: Vec<_> = (0..2_000).map(place).collect();
        records.push(json!({"kind": "film", "id": "paris", "title": {"fr": "Paris"}}));
        records.push(json!({"kind": "film", "id": "rues", "title": {"fr": "Le Port de la rue"}}));
        catalogue
            .install(fixtures::installation("loire", 1, &[("p", records)]))
            .unwrap();
        for (text, want) in [
            ("paris", "paris"),
            ("pariss", "paris"),
            ("le port de la rue", "rues"),
            ("1999 rue du port paris", "p1999"),
        ] {
            let hits = catalogue.search(text, &fixtures::visitor(&["fr"]), 10).unwrap();
            let first = hits.first().map(|hit| hit.key.id.as_str());
            assert_eq!(first, Some(want), "{text} finds {hits:?}");
        }
    }

    #[test]
    fn of_streets_of_one_name_the_nearest_comes_first() {
        let (_folder, catalogue) = fixtures::open();
        let records: Vec<_> = (0..2_000)
            .map(|n| {
                json!({"kind": "place", "id": format!("p{n}"), "name": {"fr": "Rue du Port"},
                    "position": [40.0 + n as f64 / 200.0, 2.3]})
            })
            .collect();
        catalogue
            .install(fixtures::installation("loire", 1, &[("p", records)]))
            .unwrap();
        let visitor = fixtures::visitor(&["fr"]);
        let here: crate::geo::Position = "48.5, 2.3".parse().unwrap();
        let mut around: Vec<Around> = catalogue
            .place_points(visitor.today)
            .unwrap()
            .into_iter()
            .map(|point| Around {
                row: point.row,
                distance_m: crate::geo::distance_m(here, point.position),
            })
            .collect();
        around.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
        around.truncate(100);
        for text in ["rue du port", "rue du prot"] {
            let hits = catalogue.search_around(text, &visitor, 3, &around).unwrap();
            let ids: Vec<&str> = hits.iter().map(|hit| hit.key.id.as_str()).collect();
            assert_eq!(ids[0], "p1700", "{text}: {ids:?}");
            assert!(
                ids[1..].iter().all(|id| ["p1699", "p1701"].contains(id)),
                "{text}: {ids:?}"
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
