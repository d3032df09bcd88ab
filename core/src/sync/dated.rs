//! What dates and clocks mean for trust. Pure: reads no clock.
//!
//! A guide whose publisher has not confirmed it in time is a dated guide, not an error: a visitor in a valley keeps it. Only
//! who follows a publication for the first time has nothing to compare with; then its root and its targets must be valid.

use super::Attack;

/// How far a clock may step back without being told, in seconds: a day, more than any time zone set by hand.
const STEP_S: i64 = 24 * 3600;

/// Until when each role vouches, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expiries {
    pub root: i64,
    pub targets: i64,
    pub snapshot: i64,
    pub timestamp: i64,
}

impl Expiries {
    /// The earliest, with its role.
    pub(super) fn first(&self) -> (&'static str, i64) {
        let all = [
            ("root", self.root),
            ("targets", self.targets),
            ("snapshot", self.snapshot),
            ("timestamp", self.timestamp),
        ];
        all.into_iter()
            .min_by_key(|(_, at)| *at)
            .unwrap_or(("root", self.root))
    }
}

/// A guide that its publisher has not confirmed in time: forgotten, or held back by whoever is in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The metadata file that has expired: `root`, `targets`, `snapshot` or `timestamp`.
    pub role: String,
    /// Since when, RFC 3339.
    pub since: String,
}

/// A clock that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockTrouble {
    /// It shows less than it did at the last sync: it was ahead then, or is behind now.
    WentBack {
        /// By so many seconds.
        seconds: i64,
    },
    /// It shows a moment before the guide was made.
    Behind {
        /// By so many seconds.
        seconds: i64,
    },
}

/// A moment as people and machines read it.
pub(super) fn rfc3339(unix_s: i64) -> String {
    jiff::Timestamp::from_second(unix_s).map_or_else(|_| unix_s.to_string(), |at| at.to_string())
}

/// Whether metadata may be used on a day, and whether they are dated. `first` says that nothing was ever believed of this
/// publication; `at_least` is a moment that surely has passed.
pub(super) fn judge(
    expiries: &Expiries,
    now_unix_s: i64,
    at_least_unix_s: i64,
    first: bool,
) -> Result<Option<Dated>, Attack> {
    let now = now_unix_s.max(at_least_unix_s);
    if first {
        for (role, at) in [("root", expiries.root), ("targets", expiries.targets)] {
            if at < now {
                return Err(Attack::Expired {
                    what: role.to_owned(),
                    since: rfc3339(at),
                    clock: rfc3339(now_unix_s),
                });
            }
        }
    }
    let (role, at) = expiries.first();
    Ok((at < now).then(|| Dated {
        role: role.to_owned(),
        since: rfc3339(at),
    }))
}

/// What is odd about a clock, given what it showed at the last sync and when the newest edition was made.
pub(super) fn clock_trouble(now_unix_s: i64, seen_unix_s: i64, built_unix_s: i64) -> Option<ClockTrouble> {
    if now_unix_s < seen_unix_s - STEP_S {
        Some(ClockTrouble::WentBack {
            seconds: seen_unix_s - now_unix_s,
        })
    } else if now_unix_s < built_unix_s - STEP_S {
        Some(ClockTrouble::Behind {
            seconds: built_unix_s - now_unix_s,
        })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn expiries(root: i64, targets: i64, snapshot: i64, timestamp: i64) -> Expiries {
        Expiries {
            root,
            targets,
            snapshot,
            timestamp,
        }
    }

    #[test]
    fn a_first_install_wants_root_and_targets_and_takes_the_others_as_dated() {
        let now = 1_000 * DAY;
        let (past, future) = (now - DAY, now + DAY);
        let told = |e| judge(&e, now, 0, true);
        assert_eq!(told(expiries(future, future, future, future)), Ok(None));
        for dated in [
            expiries(future, future, past, future),
            expiries(future, future, future, past),
        ] {
            assert!(matches!(told(dated), Ok(Some(_))), "a dated guide was refused");
        }
        for refused in [
            expiries(past, future, future, future),
            expiries(future, past, future, future),
        ] {
            assert!(
                matches!(told(refused), Err(Attack::Expired { .. })),
                "a stranger's old metadata were believed"
            );
        }
    }

    #[test]
    fn who_has_the_guide_keeps_it_whatever_expires() {
        let e = expiries(1, 2, 3, 4);
        let dated = judge(&e, 1_000 * DAY, 0, false).unwrap().unwrap();
        assert_eq!(
            (dated.role.as_str(), dated.since.as_str()),
            ("root", "1970-01-01T00:00:01Z")
        );
    }

    #[test]
    fn a_clock_is_doubted_when_it_goes_back_or_is_before_the_guide() {
        assert_eq!(clock_trouble(10 * DAY, 10 * DAY, 9 * DAY), None);
        assert_eq!(
            clock_trouble(10 * DAY - 3_600, 10 * DAY, 0),
            None,
            "summer time ended"
        );
        assert_eq!(
            clock_trouble(10 * DAY, 3_660 * DAY, 0),
            Some(ClockTrouble::WentBack { seconds: 3_650 * DAY })
        );
        assert_eq!(
            clock_trouble(0, 0, 20_000 * DAY),
            Some(ClockTrouble::Behind {
                seconds: 20_000 * DAY
            })
        );
    }

    proptest! {
        #[test]
        fn a_clock_that_is_behind_never_makes_old_metadata_fresh(
            at in 0..2_000_000_000i64, now in 0..2_000_000_000i64, built in 0..2_000_000_000i64
        ) {
            let e = expiries(at, at, at, at);
            let dated = judge(&e, now, built, false).unwrap().is_some();
            prop_assert_eq!(dated, at < now.max(built));
        }
    }
}
