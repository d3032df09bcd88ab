//! The two languages that a person reads here, and how dates, distances and amounts are written in them.
//!
//! Both wordings of a sentence stand side by side where it is said (`say!`), so that neither can be forgotten.

use alloclap_core::catalogue::model::Language;
use std::fmt::Write as _;

/// The language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ui {
    /// English.
    En,
    /// French.
    Fr,
}

/// One sentence in the language of the interface: `say!(ui, "{n} places", "{n} lieux")`.
#[macro_export]
macro_rules! say {
    ($ui:expr, $en:literal, $fr:literal $(, $value:expr)* $(,)?) => {
        match $ui {
            $crate::words::Ui::En => format!($en $(, $value)*),
            $crate::words::Ui::Fr => format!($fr $(, $value)*),
        }
    };
}

impl Ui {
    /// The language of the system, as POSIX names it: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set.
    pub fn of_system() -> Self {
        match system_language() {
            Some(language) if language.primary() == "fr" => Self::Fr,
            _ => Self::En,
        }
    }

    /// One of two texts.
    pub fn pick<'a>(self, en: &'a str, fr: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }

    /// A distance as a walker wants it: metres below a kilometre, then kilometres.
    pub fn distance(self, metres: f64) -> String {
        if metres < 999.5 {
            format!("{metres:.0} m")
        } else {
            format!(
                "{} km",
                self.decimal(metres / 1000.0, if metres < 99_950.0 { 1 } else { 0 })
            )
        }
    }

    /// So many of something, each language's word for one and for several. In French nothing is singular too.
    pub fn count(self, number: usize, en: [&str; 2], fr: [&str; 2]) -> String {
        let [one, several] = match self {
            Self::En => en,
            Self::Fr => fr,
        };
        let single = number == 1 || (number == 0 && self == Self::Fr);
        format!("{number} {}", if single { one } else { several })
    }

    /// A number with the decimal sign of the language.
    pub fn decimal(self, number: f64, places: usize) -> String {
        let text = format!("{number:.places$}");
        match self {
            Self::En => text,
            Self::Fr => text.replace('.', ","),
        }
    }

    /// An amount of bytes, in powers of 1,000 as phones and operators count.
    pub fn bytes(self, bytes: u64) -> String {
        let unit = self.pick("B", "o");
        let amount = bytes as f64;
        match bytes {
            0..1_000 => format!("{bytes} {unit}"),
            1_000..1_000_000 => format!("{} k{unit}", self.decimal(amount / 1e3, 1)),
            1_000_000..1_000_000_000 => format!("{} M{unit}", self.decimal(amount / 1e6, 1)),
            _ => format!("{} G{unit}", self.decimal(amount / 1e9, 1)),
        }
    }

    /// A duration as a clock shows it: `1:05`, `1:02:03`.
    pub fn clock(self, ms: i64) -> String {
        let seconds = ms.max(0) / 1000;
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if h > 0 {
            format!("{h}:{m:02}:{s:02}")
        } else {
            format!("{m}:{s:02}")
        }
    }

    /// A point of the compass for a bearing in degrees.
    pub fn compass(self, bearing_deg: f64) -> &'static str {
        const EN: [&str; 8] = [
            "north",
            "north-east",
            "east",
            "south-east",
            "south",
            "south-west",
            "west",
            "north-west",
        ];
        const FR: [&str; 8] = [
            "nord",
            "nord-est",
            "est",
            "sud-est",
            "sud",
            "sud-ouest",
            "ouest",
            "nord-ouest",
        ];
        let eighth = (bearing_deg.rem_euclid(360.0) / 45.0).round() as usize % 8;
        let names = match self {
            Self::En => EN,
            Self::Fr => FR,
        };
        names.get(eighth).copied().unwrap_or_default()
    }

    /// A day from its ISO 8601 form: `5 March 2019`, `5 mars 2019`, `1er mars 2019`.
    pub fn day(self, iso: &str) -> String {
        const EN: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        const FR: [&str; 12] = [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ];
        let Ok(date) = iso.parse::<jiff::civil::Date>() else {
            return iso.to_owned();
        };
        let months = match self {
            Self::En => EN,
            Self::Fr => FR,
        };
        let month = usize::try_from(date.month() - 1)
            .ok()
            .and_then(|at| months.get(at))
            .copied()
            .unwrap_or_default();
        let mut text = date.day().to_string();
        if self == Self::Fr && date.day() == 1 {
            text.push_str("er");
        }
        // Writing to a String cannot fail.
        let _ = write!(text, " {month} {}", date.year());
        text
    }

    /// From one day to another, as far as they are known.
    pub fn days(self, from: Option<&str>, until: Option<&str>) -> Option<String> {
        match (from, until) {
            (Some(from), Some(until)) if from != until => {
                let (from, until) = (self.day(from), self.day(until));
                Some(say!(self, "{from} to {until}", "du {from} au {until}"))
            }
            (Some(day), _) => Some(self.day(day)),
            (None, Some(until)) => {
                let until = self.day(until);
                Some(say!(self, "until {until}", "jusqu’au {until}"))
            }
            (None, None) => None,
        }
    }

    /// The name of a language in this one; the tag where the name is not known here.
    pub fn language(self, language: &Language) -> String {
        let name = match (self, language.primary()) {
            (Self::En, "fr") => "French",
            (Self::En, "en") => "English",
            (Self::En, "de") => "German",
            (Self::En, "es") => "Spanish",
            (Self::En, "it") => "Italian",
            (Self::En, "nl") => "Dutch",
            (Self::En, "pt") => "Portuguese",
            (Self::En, "fsl") => "French Sign Language",
            (Self::Fr, "fr") => "français",
            (Self::Fr, "en") => "anglais",
            (Self::Fr, "de") => "allemand",
            (Self::Fr, "es") => "espagnol",
            (Self::Fr, "it") => "italien",
            (Self::Fr, "nl") => "néerlandais",
            (Self::Fr, "pt") => "portugais",
            (Self::Fr, "fsl") => "langue des signes française",
            _ => return language.to_string(),
        };
        name.to_owned()
    }
}

/// The language that the system is set to, if it says.
pub fn system_language() -> Option<Language> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("LC_ALL")
        .or_else(|| set("LC_MESSAGES"))
        .or_else(|| set("LANG"))?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_and_amounts_are_written_as_people_say_them() {
        assert_eq!(Ui::Fr.distance(12.4), "12 m");
        assert_eq!(Ui::Fr.distance(1_250.0), "1,2 km");
        assert_eq!(Ui::En.distance(999.7), "1.0 km");
        assert_eq!(Ui::Fr.bytes(186_000), "186,0 ko");
        assert_eq!(Ui::En.bytes(999), "999 B");
    }

    #[test]
    fn days_are_written_as_people_say_them() {
        assert_eq!(Ui::Fr.day("2019-03-01"), "1er mars 2019");
        assert_eq!(
            Ui::En.days(Some("2019-03-01"), Some("2019-03-05")).unwrap(),
            "1 March 2019 to 5 March 2019"
        );
        assert_eq!(Ui::Fr.days(None, None), None);
    }

    #[test]
    fn every_bearing_has_a_point_of_the_compass() {
        for (bearing, want) in [
            (0.0, "nord"),
            (359.0, "nord"),
            (-45.0, "nord-ouest"),
            (100.0, "est"),
        ] {
            assert_eq!(Ui::Fr.compass(bearing), want, "{bearing}");
        }
    }
}
