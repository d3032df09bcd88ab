//! "Did you mean": the known word that comes closest to a mistyped one.

/// Fewer edits than this share of the word's length make a likely typing error.
const LIKELY_SHARE: f64 = 0.4;

/// The candidate with the fewest edits (insertions, deletions, changes, swaps of neighbours), if they are few enough to be
/// a typing error.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let word = word.to_lowercase();
    let most = (word.chars().count() as f64 * LIKELY_SHARE).ceil() as usize;
    candidates
        .into_iter()
        // A length that differs by more than the edits allowed cannot be near: spares most of the work on long lists of ids.
        .filter(|c| c.len().abs_diff(word.len()) <= most.max(1) * 2)
        .map(|c| (strsim::osa_distance(&word, &c.to_lowercase()), c))
        .filter(|(edits, _)| *edits > 0 && *edits <= most)
        .min()
        .map(|(_, c)| c.to_owned())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_error_is_recognised_and_another_word_is_not() {
        let words = ["infoclap", "infoclap_rights", "format", "facing_deg"];
        assert_eq!(nearest("infoclip", words).as_deref(), Some("infoclap"));
        assert_eq!(nearest("fromat", words).as_deref(), Some("format"));
        assert_eq!(nearest("parking", words), None);
    }
}
