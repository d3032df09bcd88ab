//! Whether a picture, clip, recording or text may be used: for what, where, on which day. Pure; its job ends at yes or
//! no with the reason. Whoever shows, packs or prints asks here.

use super::model::{Place, Rights, Use};
use jiff::civil::Date;

/// Where a panel or place is, as far as rights are concerned. Never where the visitor is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Territory {
    /// The country, ISO 3166-1: `FR`.
    pub country: Option<String>,
    /// The code of the département: `42`, `2A`, `974`.
    pub departement: Option<String>,
}

/// Why something must not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The use is not among those that are granted; what is not mentioned is forbidden.
    #[error("the use {0:?} is not granted")]
    NotGranted(Use),
    /// Its first day is still to come.
    #[error("it may be used from {0} on")]
    NotYet(Date),
    /// Its last day is over.
    #[error("it could be used until {0}")]
    Expired(Date),
    /// The place is in none of the territories, or nobody said where it is.
    #[error("the place is outside the territories that are granted")]
    Elsewhere,
}

impl Territory {
    /// The territory of a place. The département is that of its commune's INSEE code.
    pub fn of(place: &Place) -> Self {
        let country = place.country.as_deref().map(|c| c.trim().to_ascii_uppercase());
        let departement = place.commune.as_deref().and_then(departement);
        Self {
            country: country.filter(|c| !c.is_empty()),
            departement,
        }
    }

    /// Whether `code` (`FR`, `FR-42`) names it. ISO 3166-2 wrote Paris as `FR-75` and now writes `FR-75C`: both are read.
    fn is_named(&self, code: &str) -> bool {
        let code = code.trim().to_ascii_uppercase();
        let Some(country) = &self.country else {
            return false;
        };
        match (code.split_once('-'), &self.departement) {
            (None, _) => code == *country,
            (Some((of, part)), Some(departement)) => {
                let former = part.strip_suffix(['C', 'M']).unwrap_or(part);
                of == country && (part == departement || former == departement)
            }
            (Some(_), None) => false,
        }
    }
}

/// The code of the département in a commune's INSEE code: two characters, three overseas (97x, 98x).
fn departement(commune: &str) -> Option<String> {
    let commune = commune.trim();
    let length = if commune.starts_with("97") || commune.starts_with("98") {
        3
    } else {
        2
    };
    let fits = commune.len() == 5 && commune.is_ascii();
    fits.then(|| commune.chars().take(length).collect())
}

/// Whether something may be used so, there, today.
///
/// # Errors
/// [`Withheld`] with the first reason against it: the use, then the days, then the territory.
pub fn permits(rights: &Rights, used: Use, territory: &Territory, today: Date) -> Result<(), Withheld> {
    // `Other` stands for every use that this version does not know: nobody can have granted it knowingly.
    if used == Use::Other || !rights.uses.contains(&used) {
        return Err(Withheld::NotGranted(used));
    }
    if let Some(from) = rights.from.filter(|from| today < *from) {
        return Err(Withheld::NotYet(from));
    }
    if let Some(until) = rights.until.filter(|until| *until < today) {
        return Err(Withheld::Expired(until));
    }
    let named =
        rights.territories.is_empty() || rights.territories.iter().any(|code| territory.is_named(code));
    if named { Ok(()) } else { Err(Withheld::Elsewhere) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rights(territories: &[&str]) -> Rights {
        Rights {
            from: Some(date(2026, 1, 1)),
            until: Some(date(2026, 12, 31)),
            territories: territories.iter().map(|t| (*t).to_owned()).collect(),
            uses: vec![Use::App, Use::Other],
            ..Rights::default()
        }
    }

    fn territory(country: &str, departement: &str) -> Territory {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Territory {
            country: some(country),
            departement: some(departement),
        }
    }

    #[test]
    fn the_first_and_the_last_day_count() {
        let here = Territory::default();
        for (day, want) in [
            (date(2025, 12, 31), Err(Withheld::NotYet(date(2026, 1, 1)))),
            (date(2026, 1, 1), Ok(())),
            (date(2026, 12, 31), Ok(())),
            (date(2027, 1, 1), Err(Withheld::Expired(date(2026, 12, 31)))),
        ] {
            assert_eq!(permits(&rights(&[]), Use::App, &here, day), want, "on {day}");
        }
    }

    #[test]
    fn what_is_not_mentioned_is_forbidden() {
        let day = date(2026, 6, 1);
        for used in [Use::Offline, Use::Web, Use::Print, Use::Other] {
            let answer = permits(&rights(&[]), used, &Territory::default(), day);
            assert_eq!(answer, Err(Withheld::NotGranted(used)));
        }
        assert!(permits(&Rights::default(), Use::App, &Territory::default(), day).is_err());
    }

    #[test]
    fn territories_are_those_of_the_place_and_unknown_is_none_of_them() {
        let day = date(2026, 6, 1);
        for (codes, country, departement, want) in [
            (&["FR"][..], "FR", "42", true),
            (&["FR-42"], "FR", "42", true),
            (&["FR-75C"], "FR", "75", true),
            (&["BE", "FR-2A"], "FR", "2A", true),
            (&["FR-42"], "FR", "43", false),
            (&["FR-42"], "FR", "", false),
            (&["FR"], "", "42", false),
            (&["BE"], "FR", "42", false),
        ] {
            let answer = permits(&rights(codes), Use::App, &territory(country, departement), day).is_ok();
            assert_eq!(answer, want, "{codes:?} at {country}-{departement}");
        }
    }

    #[test]
    fn the_departement_is_read_from_the_commune() {
        for (commune, want) in [
            ("42204", Some("42")),
            ("2A004", Some("2A")),
            ("97411", Some("974")),
            ("42", None),
            ("é4204", None),
        ] {
            assert_eq!(departement(commune).as_deref(), want, "{commune}");
        }
    }
}
