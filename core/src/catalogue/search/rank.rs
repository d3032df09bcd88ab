//! How well a wording fits a query: word by word, by edit distance and by beginnings. Pure.

/// Words of a query that are compared.
const WORDS_MAX: usize = 12;
/// Longest word that is compared by edit distance, in characters.
const WORD_MAX_CHARS: usize = 40;
/// Shortest query that is also compared without its spaces (`ameliepoulain`), in characters.
const JOINED_MIN_CHARS: usize = 5;

/// How much a word is worth that fits in another way than exactly (1).
const BEGINNING: f64 = 0.88;
const JOINED: f64 = 0.8;
const INSIDE: f64 = 0.6;
const MISTYPED: f64 = 0.95;
/// How much of the score depends on how much of the wording was asked for: `Z` before `Zazie`, `Liberté` before
/// `Liberté-Oléron`.
const COVERAGE: f64 = 0.1;

/// A folded query.
pub(super) struct Query {
    words: Vec<String>,
    joined: String,
}

impl Query {
    /// `None` if there is no letter and no digit in it.
    pub(super) fn new(folded: &str) -> Option<Self> {
        let words: Vec<String> = folded
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(WORDS_MAX)
            .map(str::to_owned)
            .collect();
        let joined = words.concat();
        (!words.is_empty()).then_some(Self { words, joined })
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// How well a folded wording of a field fits, 0 to 1.
    pub(super) fn score(&self, folded: &str, field: &str) -> f64 {
        let (worth, words): (f64, Vec<Vec<char>>) = match field {
            "title" => (1.0, split(folded)),
            "address" => (0.9, split(folded)),
            // A story has too many words to compare each, and one of them is always nearly right.
            _ => return 0.75 * self.told_in(folded),
        };
        let letters = self.joined.chars().count() as f64;
        let by_word: f64 = self
            .words
            .iter()
            .map(|word| {
                let word: Vec<char> = word.chars().collect();
                let best = words.iter().map(|other| fits(&word, other)).fold(0.0, f64::max);
                best * word.len() as f64
            })
            .sum::<f64>()
            / letters;
        let joined_fits = self.joined.chars().count() >= JOINED_MIN_CHARS
            && folded
                .chars()
                .filter(|c| *c != ' ')
                .collect::<String>()
                .contains(&self.joined);
        let fit = if joined_fits { by_word.max(JOINED) } else { by_word };
        let all: usize = words.iter().map(Vec::len).sum();
        let covered = (letters / all.max(1) as f64).min(1.0);
        worth * fit * (1.0 - COVERAGE + COVERAGE * covered)
    }

    /// Which part of the query is told in a story, by letters.
    fn told_in(&self, story: &str) -> f64 {
        let letters = self.joined.len() as f64;
        let told = self.words.iter().map(|word| {
            let begins = story.starts_with(word.as_str()) || story.contains(&format!(" {word}"));
            let worth = if begins {
                1.0
            } else if story.contains(word.as_str()) {
                INSIDE
            } else {
                0.0
            };
            worth * word.len() as f64
        });
        told.sum::<f64>() / letters
    }
}

fn split(folded: &str) -> Vec<Vec<char>> {
    folded.split(' ').map(|word| word.chars().collect()).collect()
}

/// How well a word fits another one, 0 to 1.
fn fits(asked: &[char], there: &[char]) -> f64 {
    if asked == there {
        return 1.0;
    }
    let beginning = if there.starts_with(asked) {
        BEGINNING + (1.0 - BEGINNING) * asked.len() as f64 / there.len() as f64 * 0.9
    } else {
        0.0
    };
    let allowed = mistakes_allowed(asked.len());
    let mistyped = match distance(asked, there, allowed) {
        Some(mistakes) => MISTYPED * (1.0 - mistakes as f64 / asked.len() as f64),
        None => 0.0,
    };
    let inside = asked.len() > 2 && there.windows(asked.len()).any(|part| part == asked);
    beginning.max(mistyped).max(if inside { INSIDE } else { 0.0 })
}

/// The mistakes in a word that nevertheless means the other one; `None` if it does not.
pub(super) fn mistakes(asked: &str, there: &str) -> Option<usize> {
    if asked == there {
        return Some(0);
    }
    let asked: Vec<char> = asked.chars().collect();
    let there: Vec<char> = there.chars().collect();
    distance(&asked, &there, mistakes_allowed(asked.len()))
}

/// Mistakes in a word of so many letters that people make, and still mean that word.
fn mistakes_allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

/// Edit distance with neighbouring letters exchanged counted as one mistake (optimal string alignment); `None` above `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if most == 0 || a.len().abs_diff(b.len()) > most || a.len().max(b.len()) > WORD_MAX_CHARS {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        let mut last_b = None;
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let up = above.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (diagonal + usize::from(x != y)).min(left + 1).min(up + 1);
            if last_a == Some(y)
                && last_b == Some(x)
                && let Some(exchanged) = j.checked_sub(1).and_then(|j| before.get(j))
            {
                cost = cost.min(exchanged + 1);
            }
            row.push(cost);
            (diagonal, left, last_b) = (up, cost, Some(y));
        }
        if row.iter().all(|cost| *cost > most) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
        last_a = Some(x);
    }
    above.last().copied().filter(|cost| *cost <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn between(a: &str, b: &str) -> Option<usize> {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 40)
    }

    #[test]
    fn mistakes_are_counted_as_people_make_them() {
        for (a, b, want) in [
            ("libetre", "liberte", 1),
            ("poulin", "poulain", 1),
            ("ca", "abc", 3),
            ("amelie", "amelie", 0),
            ("", "ab", 2),
        ] {
            assert_eq!(between(a, b), Some(want), "{a} → {b}");
        }
    }

    proptest! {
        #[test]
        fn distance_is_the_same_both_ways(a in "[a-d]{0,8}", b in "[a-d]{0,8}") {
            prop_assert_eq!(between(&a, &b), between(&b, &a));
            prop_assert_eq!(between(&a, &b) == Some(0), a == b);
        }

        #[test]
        fn a_score_is_between_nothing_and_all(query in "[a-d ]{1,12}", text in "[a-d ]{0,30}") {
            if let Some(query) = Query::new(&query) {
                for field in ["title", "address", "story"] {
                    prop_assert!((0.0..=1.0).contains(&query.score(&text, field)), "{}", query.score(&text, field));
                }
            }
        }
    }
}
