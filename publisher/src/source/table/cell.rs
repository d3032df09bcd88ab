//! Words in a cell, so that no spreadsheet changes them on the way out and back.
//!
//! Most words stand in their cell as they are. Those that a spreadsheet, or the trimming of what people type, would change
//! (nothing at all, spaces at the ends, control characters; in CSV also `01200`, `1e5`, `=SUM(A1)`) stand between straight
//! quotes, escaped as in JSON. Quotes around any other words are just quotes that somebody typed.

/// Where a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// A cell that is marked as text: the program that opens it leaves it alone.
    TypedCell,
    /// A cell of a CSV file: the program that opens it guesses what it is.
    Csv,
}

/// Words as they stand in a cell.
pub(super) fn written(words: &str, medium: Medium) -> String {
    let shield = fragile(words) || unshielded(words).is_some() || (medium == Medium::Csv && guessed_at(words));
    if shield { shielded(words) } else { words.to_owned() }
}

/// The words that stand in a cell, without what somebody typed around them; `None` if there are none.
pub(super) fn read(cell: &str) -> Option<String> {
    let cell = cell.trim();
    if cell.is_empty() {
        return None;
    }
    Some(unshielded(cell).unwrap_or_else(|| cell.to_owned()))
}

/// The words between quotes, if they are there to shield them.
fn unshielded(cell: &str) -> Option<String> {
    if cell.len() < 2 || !cell.starts_with('"') || !cell.ends_with('"') {
        return None;
    }
    let words: String = serde_json::from_str(cell).ok()?;
    (fragile(&words) || guessed_at(&words) || unshielded(&words).is_some()).then_some(words)
}

fn shielded(words: &str) -> String {
    let quoted = serde_json::Value::from(words).to_string();
    let mut safe = String::with_capacity(quoted.len());
    let mut before = ' ';
    for c in quoted.chars() {
        match c {
            // ODS folds spaces in a row, OOXML reads _x0041_ as a letter, XML has no U+FFFE.
            ' ' if before == ' ' => safe.push_str("\\u0020"),
            '_' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => safe.push(c),
        }
        before = c;
    }
    safe
}

/// Whether words would not come back from any spreadsheet as they are.
fn fragile(words: &str) -> bool {
    let escape = |at: usize| {
        let code = words.get(at + 2..at + 7).unwrap_or_default();
        code.len() == 5 && code.ends_with('_') && code.chars().take(4).all(|c| c.is_ascii_hexdigit())
    };
    words.trim() != words
        || words.is_empty()
        || words.contains("  ")
        || words.chars().any(|c| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        })
        || words.match_indices("_x").any(|(at, _)| escape(at))
        // A space beside a line break is at the end of a paragraph, where ODS drops it.
        || words.contains(" \n")
        || words.contains("\n ")
}

/// Whether a spreadsheet that opens a CSV file would take words for a formula, a number or a day.
fn guessed_at(words: &str) -> bool {
    let first = words.chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@'));
    let number = first.is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        && words.chars().all(|c| c.is_ascii_digit() || " .,:/-+eE%".contains(c));
    formula || number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_somebody_typed_stay() {
        assert_eq!(read("\"Liberté\"").as_deref(), Some("\"Liberté\""));
        assert_eq!(read("  Paris ").as_deref(), Some("Paris"));
        assert_eq!(read("   "), None);
    }

    #[test]
    fn what_a_spreadsheet_would_change_is_shielded() {
        for words in ["01200", "=SUM(A1)", "1e5", "+33 4 77", "31/05/2024"] {
            assert_eq!(written(words, Medium::TypedCell), words, "a text cell needs no shield");
            assert_eq!(written(words, Medium::Csv), format!("\"{words}\""));
        }
        assert_eq!(written("", Medium::TypedCell), "\"\"");
        assert_eq!(written("Paris", Medium::Csv), "Paris");
    }
}
