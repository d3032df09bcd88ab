//! Text as a search compares it: without accents, case, hyphens and apostrophes. Its job ends at folding.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds a text: compatibility decomposition (NFKD), marks taken off, lower case, œ → oe, æ → ae, ß → ss, ø → o, ł → l,
/// đ → d; everything that is neither letter nor digit becomes a space, and spaces are single.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase);
    for letter in letters {
        match letter {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            // Lower-casing İ leaves a mark behind.
            mark if is_combining_mark(mark) => {}
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn french_and_its_neighbours_are_folded() {
        for (text, want) in [
            (
                "Le Fabuleux Destin d'Amélie Poulain",
                "le fabuleux destin d amelie poulain",
            ),
            ("Saint-Bonnet-le-Château", "saint bonnet le chateau"),
            ("SŒUR", "soeur"),
            (
                "Ça s’est passé à L'Haÿ-les-Roses\u{a0}!",
                "ca s est passe a l hay les roses",
            ),
            ("Straße nach Łódź, ﬁn", "strasse nach lodz fin"),
            ("  …  ", ""),
        ] {
            assert_eq!(fold(text), want);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
