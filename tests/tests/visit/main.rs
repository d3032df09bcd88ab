//! The whole visit as a person makes it, step by step through the `alloclap` command: a town publishes, a phone syncs, the
//! server goes away, and everything else happens without network. What can go wrong is tried in `bad_input`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod keys;
mod listening;
mod looking;
mod parts;
mod promises;
mod publishing;
mod rights;
mod walking;

use alloclap_core::catalogue::model::Audience;
use alloclap_core::companion::{Clock, Companion, Preferences};
use alloclap_tests::{Ran, sample, text, visitor};
use jiff::civil::Date;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// A panel of the samples with a commentary in French, English and for children.
pub(crate) const CODE: &str = "YKW3-QPT9";
pub(crate) const TRAIL: &str = "trail-montmartre";
pub(crate) const WALK: &str = "walks/montmartre.gpx";

pub(crate) fn walk(more: &[&str]) -> Ran {
    let trace = text(&sample(WALK));
    visitor(&[&["walk", TRAIL, "--trace", &trace], more].concat()).ok()
}

pub(crate) fn only(ran: Ran) -> Value {
    let mut objects = ran.ok().objects();
    assert_eq!(objects.len(), 1, "one object was expected: {objects:?}");
    objects.remove(0)
}

pub(crate) fn number(object: &Value, key: &str) -> f64 {
    object[key]
        .as_f64()
        .unwrap_or_else(|| panic!("no number \"{key}\" in {object}"))
}

/// A guide as an app opens it, on a day of the test's choice.
pub(crate) fn companion(phone: &Path, language: &str, day: Date) -> Companion {
    let preferences = Preferences {
        languages: vec![language.parse().expect("a language")],
        audience: Audience::Standard,
    };
    Companion::open(phone, preferences, Arc::new(Day(day))).expect("the guide")
}

/// A clock that stands still on a day.
pub(crate) struct Day(Date);

impl Clock for Day {
    fn today(&self) -> Date {
        self.0
    }

    fn now_ms(&self) -> i64 {
        0
    }
}
