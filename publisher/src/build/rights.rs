//! Whether a file may be packed on a day, and why not. What happens to its text and credit is not decided here: they stay.

use alloclap_core::catalogue::model::{Place, Rights, Use};
use jiff::civil::Date;

/// Why a file is not packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// Its rights do not grant the use `offline`.
    NotOffline,
    /// Its first day has not come.
    NotYet(Date),
    /// Its last day has passed.
    Over(Date),
    /// None of its places lies in a territory of its rights.
    Elsewhere,
}

/// Whether rights allow to pack a file today, territories aside.
pub(super) fn withheld(rights: &Rights, today: Date) -> Option<Withheld> {
    if !rights.uses.contains(&Use::Offline) {
        return Some(Withheld::NotOffline);
    }
    if let Some(from) = rights.from.filter(|from| *from > today) {
        return Some(Withheld::NotYet(from));
    }
    rights.until.filter(|until| *until < today).map(Withheld::Over)
}

/// Whether a place lies in one of the territories; an empty list is everywhere. A territory is a country (`FR`) or a
/// French département (`FR-42`); a place that does not say where it is lies in none.
pub(super) fn lies_in(place: &Place, territories: &[String]) -> bool {
    if territories.is_empty() {
        return true;
    }
    let Some(country) = place.country.as_deref() else {
        return false;
    };
    let departement = place.commune.as_deref().and_then(departement_code);
    territories.iter().any(|territory| {
        territory.eq_ignore_ascii_case(country)
            || territory.split_once('-').is_some_and(|(of, part)| {
                of.eq_ignore_ascii_case(country)
                    && departement.is_some_and(|code| code.eq_ignore_ascii_case(part))
            })
    })
}

/// The département in an INSEE code: its first two characters, three overseas.
pub(super) fn departement_code(commune: &str) -> Option<&str> {
    if commune.len() != 5 {
        return None;
    }
    commune.get(
        ..if commune.starts_with("97") || commune.starts_with("98") {
            3
        } else {
            2
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn only_what_is_granted_today_is_packed() {
        let granted = Rights {
            uses: vec![Use::App, Use::Offline],
            from: Some(day("2026-01-01")),
            until: Some(day("2026-12-31")),
            ..Rights::default()
        };
        assert_eq!(
            withheld(&Rights::default(), day("2026-06-01")),
            Some(Withheld::NotOffline)
        );
        assert_eq!(
            withheld(&granted, day("2025-12-31")),
            Some(Withheld::NotYet(day("2026-01-01")))
        );
        assert_eq!(withheld(&granted, day("2026-01-01")), None);
        assert_eq!(withheld(&granted, day("2026-12-31")), None);
        assert_eq!(
            withheld(&granted, day("2027-01-01")),
            Some(Withheld::Over(day("2026-12-31")))
        );
    }

    #[test]
    fn territories_are_those_of_the_place() {
        let place = |country: Option<&str>, commune: Option<&str>| Place {
            country: country.map(Into::into),
            commune: commune.map(Into::into),
            ..serde_json::from_str(r#"{"id": "p", "name": {}, "position": [45.4, 4.0]}"#).unwrap()
        };
        let territories = |list: &[&str]| list.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let here = place(Some("FR"), Some("42204"));
        assert!(lies_in(&here, &[]));
        assert!(lies_in(&here, &territories(&["BE", "fr"])));
        assert!(lies_in(&here, &territories(&["FR-42"])));
        assert!(!lies_in(&here, &territories(&["FR-43", "BE"])));
        assert!(
            !lies_in(&place(None, None), &territories(&["FR"])),
            "an unknown country read as yes"
        );
        assert!(lies_in(
            &place(Some("FR"), Some("97411")),
            &territories(&["FR-974"])
        ));
    }
}
