//! What people write for numbers, days, positions, yes and no, in French or in English. Says nothing about fields.

use alloclap_core::geo::Position;
use jiff::civil::Date;

/// A finite number: `12.5`, `12,5`, `1 850`.
pub fn number(text: &str) -> Option<f64> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}'))
        .collect();
    let plain = if plain.contains('.') {
        plain
    } else {
        plain.replacen(',', ".", 1)
    };
    let digits = plain
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'));
    plain.parse::<f64>().ok().filter(|n| digits && n.is_finite())
}

/// Yes or no, as spreadsheets and people write it in French and English.
pub fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "vrai" | "yes" | "oui" | "1" => Some(true),
        "false" | "faux" | "no" | "non" | "0" => Some(false),
        _ => None,
    }
}

/// A day: `2024-05-31`, with or without a time after it, `31/05/2024` or `31.05.2024`.
pub fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    if let Ok(date) = day.parse::<Date>() {
        return Some(date);
    }
    let mut parts = day.split(['/', '.']);
    let (d, m, y) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || y.len() != 4 {
        return None;
    }
    Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()
}

/// A position: what [`Position`] reads, and `45,4237, 4,0662`.
pub fn position(text: &str) -> Option<Position> {
    text.parse().ok().or_else(|| {
        let (lat, lon) = text.split_once(", ")?;
        Position::new(number(lat)?, number(lon)?).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_point_comma_and_thousands() {
        for (text, want) in [
            ("12.5", 12.5),
            (" 12,5 ", 12.5),
            ("1\u{202f}850", 1850.0),
            ("-0,5", -0.5),
        ] {
            assert_eq!(number(text), Some(want), "{text}");
        }
        for text in ["", "nan", "inf", "1,850,000", "12 m", "0x10"] {
            assert_eq!(number(text), None, "{text} is no number");
        }
    }

    #[test]
    fn days_are_read_as_written_in_both_countries() {
        let want = Some(Date::constant(2024, 5, 31));
        for text in [
            "2024-05-31",
            "31/05/2024",
            "31.05.2024",
            "2024-05-31T00:00:00",
            "31/05/2024 00:00",
        ] {
            assert_eq!(date(text), want, "{text}");
        }
        for text in ["31/05/24", "05/31/2024", "2024-02-30", "hier", ""] {
            assert_eq!(date(text), None, "{text} is no day");
        }
    }

    #[test]
    fn positions_are_read_with_decimal_commas() {
        let want = Position::new(45.4237, -4.0662).ok();
        for text in ["45.4237, -4.0662", "45,4237; -4,0662", "45,4237, -4,0662"] {
            assert_eq!(position(text), want, "{text}");
        }
    }
}
