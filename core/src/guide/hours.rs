//! When a place is open on the day of the walk, from OpenStreetMap's `opening_hours`. Its job ends at spans of time: what
//! becomes of a stop that is shut is decided in `decide`.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use jiff::Zoned;
use jiff::civil::DateTime;
use opening_hours::localization::Country;
use opening_hours::{Context, OpeningHours, RuleKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

/// OpenStreetMap's own limit to the length of a value, in characters; longer ones are not read.
const MAX_CHARS: usize = 255;

/// So many days are looked at from the beginning of today: a walk may go on past midnight.
const DAYS: u64 = 2;

/// A span of time in which a place is open, in milliseconds of the time of the fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSpan {
    /// Its beginning.
    pub from_ms: i64,
    /// Its end; the place is shut from then on.
    pub until_ms: i64,
}

/// When a place is open during a walk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenHours {
    /// What is known begins here; before, nothing says that the place is shut. Milliseconds, in the time of the fixes.
    pub known_from_ms: i64,
    /// And ends here.
    pub known_until_ms: i64,
    /// When it is open in between, in order.
    pub open: Vec<OpenSpan>,
}

impl OpenHours {
    /// What `opening_hours` says of the day of `now` and the next one, where and when `now` is. `zero_ms` is the Unix time at
    /// which the time of the fixes is 0: 0 on a phone.
    ///
    /// `None` if the text cannot be read: then nobody knows that the place is shut. `unknown` hours count as open for the same
    /// reason. With the country (ISO 3166-1: `FR`), rules for public holidays are known too.
    pub fn read(opening_hours: &str, country: Option<&str>, now: &Zoned, zero_ms: i64) -> Option<Self> {
        if opening_hours.chars().count() > MAX_CHARS {
            return None;
        }
        // The text comes from outside, and the library that reads it may stumble.
        let spans = catch_unwind(AssertUnwindSafe(|| spans(opening_hours, country, now)));
        let (first, last, spans) = spans.ok().flatten()?;
        let at = |naive: NaiveDateTime| Some(unix_ms(naive, now)?.saturating_sub(zero_ms));
        let open = spans.into_iter().map(|(from, until)| {
            Some(OpenSpan {
                from_ms: at(from)?,
                until_ms: at(until)?,
            })
        });
        Some(Self {
            known_from_ms: at(first)?,
            known_until_ms: at(last)?,
            open: open.collect::<Option<_>>()?,
        })
    }

    /// Whether such a text can be read at all: what [`OpenHours::read`] gives up on, its publisher should hear of.
    pub fn can_read(opening_hours: &str) -> bool {
        opening_hours.chars().count() <= MAX_CHARS
            && catch_unwind(|| OpeningHours::from_str(opening_hours).is_ok()).unwrap_or(false)
    }

    /// Whether the place is shut at that time, for all that is known.
    pub fn is_shut_at(&self, t_ms: i64) -> bool {
        (self.known_from_ms..self.known_until_ms).contains(&t_ms)
            && !self
                .open
                .iter()
                .any(|span| (span.from_ms..span.until_ms).contains(&t_ms))
    }

    /// When it opens next after that time, if that is known.
    pub fn opens_after(&self, t_ms: i64) -> Option<i64> {
        self.open
            .iter()
            .map(|span| span.from_ms)
            .find(|&from_ms| from_ms > t_ms)
    }
}

type Spans = Vec<(NaiveDateTime, NaiveDateTime)>;

/// The days that are looked at, and the spans within them that are not shut, on the clocks of the place.
fn spans(text: &str, country: Option<&str>, now: &Zoned) -> Option<(NaiveDateTime, NaiveDateTime, Spans)> {
    let today = now.date();
    let (month, day) = (
        u32::try_from(today.month()).ok()?,
        u32::try_from(today.day()).ok()?,
    );
    let first = NaiveDate::from_ymd_opt(i32::from(today.year()), month, day)?.and_hms_opt(0, 0, 0)?;
    let last = first.checked_add_days(Days::new(DAYS))?;
    // Without a bound, a rule that never changes is followed to the end of time.
    let mut context = Context::default().approx_bound_interval_size(TimeDelta::days(3));
    if let Some(country) = country.and_then(|code| Country::from_str(code).ok()) {
        context = context.with_holidays(country.holidays());
    }
    let hours = OpeningHours::from_str(text).ok()?.with_context(context);
    let open = hours
        .iter_range(first, last)
        .filter(|range| range.kind != RuleKind::Closed)
        .map(|range| (range.range.start, range.range.end));
    Some((first, last, open.collect()))
}

/// A time on the clocks of the place, as milliseconds since the Unix epoch.
fn unix_ms(naive: NaiveDateTime, now: &Zoned) -> Option<i64> {
    let civil: DateTime = naive.format("%Y-%m-%dT%H:%M:%S").to_string().parse().ok()?;
    let zoned = now.time_zone().to_ambiguous_zoned(civil).compatible().ok()?;
    Some(zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    /// A time in Paris, without a database of time zones.
    fn paris(time: &str) -> Zoned {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        time.parse::<DateTime>().unwrap().to_zoned(zone).unwrap()
    }

    /// A Wednesday.
    fn now() -> Zoned {
        paris("2026-07-15T10:30")
    }

    fn at(time: &str) -> i64 {
        paris(&format!("2026-07-15T{time}")).timestamp().as_millisecond()
    }

    #[test]
    fn a_place_is_shut_at_noon_and_says_when_it_opens() {
        let hours = OpenHours::read("Mo-Fr 09:00-12:00,14:00-17:00", None, &now(), 0).unwrap();
        let shut: Vec<bool> = ["08:59", "09:00", "11:59", "12:00", "14:00", "17:30"]
            .map(|time| hours.is_shut_at(at(time)))
            .to_vec();
        assert_eq!(shut, [true, false, false, true, false, true]);
        assert_eq!(hours.opens_after(at("12:00")), Some(at("14:00")));
        assert!(
            !hours.is_shut_at(at("12:00") + 7 * 86_400_000),
            "nothing is known of next week"
        );
    }

    #[test]
    fn a_replay_has_a_time_of_its_own() {
        let began_ms = at("10:30");
        let hours = OpenHours::read("Mo-Fr 09:00-12:00", None, &now(), began_ms).unwrap();
        assert!(!hours.is_shut_at(0));
        assert!(hours.is_shut_at(2 * 3_600_000), "half past twelve");
    }

    #[test]
    fn holidays_are_known_with_the_country_and_nonsense_shuts_nothing() {
        let bastille = paris("2026-07-14T10:30");
        let shut = |country| {
            OpenHours::read("Mo-Su 09:00-19:00; PH off", country, &bastille, 0)
                .unwrap()
                .is_shut_at(bastille.timestamp().as_millisecond())
        };
        assert!(shut(Some("FR")), "open on the fourteenth of July");
        assert!(!shut(None));
        for nonsense in ["quand on veut", "", "Mo-Fr 99:00-12:00", &"Mo ".repeat(400)] {
            let read = OpenHours::read(nonsense, None, &now(), 0);
            assert!(
                !read.is_some_and(|hours| hours.is_shut_at(at("12:00"))),
                "\"{nonsense}\" shuts a place"
            );
        }
        let readable = [
            "9h-17h",
            "Lu-Ve 09:00-17:00",
            &"Mo ".repeat(400),
            "Mo-Fr 09:00-17:00; PH off",
            "24/7",
        ];
        assert_eq!(
            readable.map(OpenHours::can_read),
            [false, false, false, true, true],
            "a publisher is told the wrong thing of {readable:?}"
        );
        let always = OpenHours::read("24/7", None, &now(), 0).unwrap();
        assert!(!always.is_shut_at(at("03:00")));
        let vague = OpenHours::read("Mo-Su 10:00-18:00 unknown", None, &now(), 0).unwrap();
        assert!(!vague.is_shut_at(at("12:00")), "unknown is not shut");
    }

    #[test]
    fn the_night_when_clocks_change_is_read_too() {
        let night = paris("2026-03-29T01:30");
        let hours = OpenHours::read("Mo-Su 02:30-04:00", None, &night, 0).unwrap();
        assert!(hours.open.iter().all(|span| span.from_ms <= span.until_ms));
    }
}
