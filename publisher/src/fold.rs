//! Words without what people write differently: case, accents, ligatures, punctuation, spaces. For comparing, never to
//! be shown.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Letters and digits in lower case, without accents, the words set apart by one space.
pub fn folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd().flat_map(char::to_lowercase) {
        let letters = match c {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            'ø' => "o",
            'ł' => "l",
            c if is_combining_mark(c) => continue,
            c if c.is_alphanumeric() => {
                begin(&mut words, &mut gap);
                words.push(c);
                continue;
            }
            _ => {
                gap = true;
                continue;
            }
        };
        begin(&mut words, &mut gap);
        words.push_str(letters);
    }
    words
}

/// A text as part of an id: folded, words joined by hyphens; letters that are not Latin are left out, so it may be empty.
pub fn slug(text: &str) -> String {
    let words = folded(text);
    let ascii = words
        .split(' ')
        .map(|word| word.chars().filter(char::is_ascii).collect::<String>());
    ascii
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

fn begin(words: &mut String, gap: &mut bool) {
    if *gap && !words.is_empty() {
        words.push(' ');
    }
    *gap = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_differ_only_in_case_accents_or_spaces_are_one() {
        for (a, b) in [
            ("BARON NOIR", " Baron  noir"),
            ("Cœur de pierre", "COEUR DE PIERRE"),
            ("L'ÉTÉ", "L’été"),
            ("Dix-pour-cent", "Dix pour cent"),
        ] {
            assert_eq!(folded(a), folded(b));
        }
        assert_ne!(folded("Taxi 4"), folded("Taxi 5"));
        assert_eq!(folded("  …  "), "");
        assert_eq!(slug("Côte-d'Or 東京"), "cote-d-or");
    }
}
