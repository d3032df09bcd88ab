//! Whether days, ages, addresses, codes and numbers make sense.

use super::{Check, Spot};
use crate::source::{FindingKind, Kind, Severity, Sourced};
use alloclap_core::catalogue::model::{AccessKind, Account, AgeRating, Place, Record, State, Zone};
use alloclap_core::code::PanelCode;
use alloclap_core::geo::encloses_ground;
use alloclap_core::guide::OpenHours;
use jiff::civil::Date;
use std::collections::HashMap;

/// The oldest that any film board asks for.
const OLDEST_RATING_YEARS: u8 = 21;
/// The first film was shot in 1888; what is announced further ahead than this is a typing error.
const FILM_YEARS: (f64, f64) = (1888.0, 2100.0);
/// A zone beyond this is no ground on which one stands.
const ZONE_RADII_M: (f64, f64) = (1.0, 1_000.0);

impl Check<'_> {
    pub(super) fn publisher_values(&mut self) {
        let publisher = &self.source.publisher;
        let supporters = publisher.supporters.iter().enumerate();
        let own = publisher
            .site
            .iter()
            .map(|site| ("site".to_owned(), site))
            .chain(supporters.filter_map(|(n, one)| {
                let address = one.address.as_ref()?;
                Some((format!("supporters.{}.address", n + 1), address))
            }));
        for (field, address) in own {
            let spot = Spot {
                file: "publication.toml".into(),
                line: 0,
                field,
                severity: Severity::Warning,
            };
            self.links.push((spot, address.clone()));
        }
        if let Some(site) = publisher.site.as_ref().filter(|s| !secure(s)) {
            self.find_in_publication(
                Severity::Warning,
                "site",
                FindingKind::NotHttps {
                    address: site.clone(),
                },
            );
        }
        for (n, supporter) in publisher.supporters.iter().enumerate() {
            if let Some(address) = supporter.address.as_ref().filter(|a| !secure(a)) {
                let what = FindingKind::NotHttps {
                    address: address.clone(),
                };
                self.find_in_publication(Severity::Warning, &format!("supporters.{}.address", n + 1), what);
            }
            if let Some(logo) = &supporter.logo
                && !matches!(self.record(logo), Some(Record::Picture(_)))
            {
                let kind = Some(Kind::Picture);
                let what = FindingKind::DanglingReference {
                    id: logo.to_string(),
                    kind,
                    meant: None,
                };
                self.find_in_publication(Severity::Error, &format!("supporters.{}.logo", n + 1), what);
            }
        }
    }

    pub(super) fn values(&mut self, at: &Sourced) {
        match &at.record {
            Record::Film(film) => {
                self.year(at, "year", film.year);
                self.age(at, film.age_rating.as_ref());
                for (n, watch) in film.watch.iter().enumerate() {
                    self.address(at, &format!("watch.{}.address", n + 1), &watch.address);
                }
            }
            Record::Person(person) => self.accounts(at, &person.accounts),
            Record::Company(company) => self.accounts(at, &company.accounts),
            Record::Place(place) => self.place(at, place),
            Record::Shooting(shooting) => self.dates(at, "until", shooting.from, shooting.until),
            Record::Panel(panel) => {
                if let Some(facing_deg) = panel.facing_deg {
                    self.range(at, "facing_deg", facing_deg, (0.0, 360.0));
                }
            }
            Record::Clip(clip) => {
                self.age(at, clip.age_rating.as_ref());
                if let Some(link) = &clip.link {
                    self.address(at, "link", link);
                }
            }
            Record::Trail(trail) => {
                for (n, month) in trail.months.iter().enumerate() {
                    self.range(at, &format!("months.{}", n + 1), f64::from(*month), (1.0, 12.0));
                }
            }
            Record::Notice(notice) => {
                self.dates(at, "until", notice.from, notice.until);
                self.commune(at, notice.commune.as_deref());
            }
            Record::Publisher(_) | Record::Commentary(_) | Record::Picture(_) | Record::Tombstone(_) => {}
        }
    }

    /// Panel codes have a check character of their own; a code, old or new, names one panel for ever.
    pub(super) fn codes(&mut self) {
        let mut taken: HashMap<String, String> = HashMap::new();
        for at in &self.source.records {
            let (field, code, old_codes) = match &at.record {
                Record::Panel(panel) => ("code", Some(&panel.code), panel.old_codes.as_slice()),
                Record::Tombstone(tombstone) => ("code", tombstone.code.as_ref(), [].as_slice()),
                _ => continue,
            };
            let mut codes = Vec::new();
            if let Some(code) = code {
                match PanelCode::parse(code) {
                    Ok(parsed) => codes.push((field.to_owned(), code, parsed.canonical())),
                    Err(why) => {
                        let what = FindingKind::BadPanelCode {
                            code: code.clone(),
                            why,
                        };
                        self.find(at, Severity::Error, field, what);
                    }
                }
            }
            for (n, code) in old_codes.iter().enumerate() {
                let name = PanelCode::parse(code).map_or_else(|_| code.clone(), |c| c.canonical());
                codes.push((format!("old_codes.{}", n + 1), code, name));
            }
            let own = at.record.id().to_string();
            for (field, code, name) in codes {
                match taken.get(&name) {
                    Some(other) if *other != own => {
                        let what = FindingKind::DuplicateCode {
                            code: code.clone(),
                            other: other.clone(),
                        };
                        self.find(at, Severity::Error, &field, what);
                    }
                    _ => {
                        taken.insert(name, own.clone());
                    }
                }
            }
        }
    }

    pub(super) fn dates(&mut self, at: &Sourced, field: &str, from: Option<Date>, until: Option<Date>) {
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.find(
                at,
                Severity::Warning,
                field,
                FindingKind::DatesReversed { from, until },
            );
        }
    }

    fn place(&mut self, at: &Sourced, place: &Place) {
        let hours = place.access.opening_hours.as_deref().unwrap_or_default().trim();
        if place.access.kind == AccessKind::Hours && hours.is_empty() {
            self.find(
                at,
                Severity::Warning,
                "access.opening_hours",
                FindingKind::NoOpeningHours,
            );
        }
        if !hours.is_empty() && !OpenHours::can_read(hours) {
            let what = FindingKind::UnreadableHours {
                value: hours.to_owned(),
            };
            self.find(at, Severity::Warning, "access.opening_hours", what);
        }
        let french = place
            .country
            .as_deref()
            .is_none_or(|c| c.eq_ignore_ascii_case("FR"));
        if let Some(postcode) = place.postcode.as_deref().filter(|_| french) {
            let digits = postcode.len() == 5 && postcode.bytes().all(|b| b.is_ascii_digit());
            if !digits {
                let what = FindingKind::BadPostcode {
                    value: postcode.to_owned(),
                };
                self.find(at, Severity::Warning, "postcode", what);
            }
        }
        self.commune(at, place.commune.as_deref().filter(|_| french));
        match &place.zone {
            Some(Zone::Circle { radius_m, .. }) => self.range(at, "zone.radius_m", *radius_m, ZONE_RADII_M),
            Some(Zone::Polygon { corners }) if !encloses_ground(corners) => {
                self.find(at, Severity::Error, "zone.corners", FindingKind::CornersCross);
            }
            Some(Zone::Polygon { .. }) | None => {}
        }
    }

    /// Five characters, digits but for Corsica's second, `2A004`.
    fn commune(&mut self, at: &Sourced, commune: Option<&str>) {
        let fits = |code: &str| {
            let corsica = matches!(code.get(..2), Some("2A" | "2B"));
            let digits = if corsica {
                code.get(2..).unwrap_or_default()
            } else {
                code
            };
            code.len() == 5 && digits.bytes().all(|b| b.is_ascii_digit())
        };
        if let Some(commune) = commune.filter(|c| !fits(c)) {
            let what = FindingKind::BadCommune {
                value: commune.to_owned(),
            };
            self.find(at, Severity::Warning, "commune", what);
        }
    }

    fn accounts(&mut self, at: &Sourced, accounts: &[Account]) {
        for (n, account) in accounts.iter().enumerate() {
            if let Some(address) = &account.address {
                self.address(at, &format!("accounts.{}.address", n + 1), address);
            }
        }
    }

    fn address(&mut self, at: &Sourced, field: &str, address: &str) {
        let severity = if super::state(&at.record) == State::Draft {
            Severity::Info
        } else {
            Severity::Warning
        };
        let spot = Spot {
            file: at.file.clone(),
            line: at.line,
            field: field.to_owned(),
            severity,
        };
        self.links.push((spot, address.to_owned()));
        if !secure(address) {
            let what = FindingKind::NotHttps {
                address: address.to_owned(),
            };
            self.find(at, Severity::Warning, field, what);
        }
    }

    fn year(&mut self, at: &Sourced, field: &str, year: Option<i32>) {
        if let Some(year) = year {
            self.range(at, field, f64::from(year), FILM_YEARS);
        }
    }

    fn age(&mut self, at: &Sourced, rating: Option<&AgeRating>) {
        if let Some(rating) = rating.filter(|r| r.from_age > OLDEST_RATING_YEARS) {
            let what = FindingKind::AbsurdAge { age: rating.from_age };
            self.find(at, Severity::Warning, "age_rating.from_age", what);
        }
    }

    fn range(&mut self, at: &Sourced, field: &str, value: f64, (least, most): (f64, f64)) {
        if !(least..=most).contains(&value) {
            self.find(
                at,
                Severity::Warning,
                field,
                FindingKind::OutOfRange { value, least, most },
            );
        }
    }
}

fn secure(address: &str) -> bool {
    let host = address.strip_prefix("https://").unwrap_or_default();
    host.contains('.') && !host.contains(char::is_whitespace)
}
