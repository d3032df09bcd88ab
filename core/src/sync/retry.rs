//! Whether and when to try again. Pure: chance and time come in.

use std::time::Duration;

/// How often and how patiently a file is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Failures in a row without headway after which a file is given up.
    pub max_failures: u32,
    /// The wait after the first failure; doubled after each further one.
    pub first_wait: Duration,
    /// The longest wait of our own.
    pub longest_wait: Duration,
    /// The longest `Retry-After` that is waited for; a longer one is passed on to the visitor.
    pub longest_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// Five failures, about half a minute in all: a tunnel or a lift is survived, a dead server is told soon.
    fn default() -> Self {
        Self {
            max_failures: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(120),
        }
    }
}

/// Bytes after which a failure counts as the first one again. Bounded below, so that a server which cuts after every
/// byte is given up too.
pub(super) const HEADWAY_BYTES: u64 = 64 << 10;

impl RetryPolicy {
    /// How long to wait after so many failures in a row, or `None` to give up. `chance` is from 0 to 1: our own waits are
    /// spread over their second half, so that the phones of one bus do not come back at once.
    pub(super) fn wait(&self, failures: u32, retry_after: Option<Duration>, chance: f64) -> Option<Duration> {
        if failures >= self.max_failures || retry_after.is_some_and(|asked| asked > self.longest_retry_after)
        {
            return None;
        }
        let doubled = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        let own = longest.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0));
        Some(retry_after.map_or(own, |asked| asked.max(own)))
    }
}

/// Reads `Retry-After`: seconds, or an HTTP date (RFC 9110, 10.2.3) counted from `unix_s`.
pub(super) fn retry_after(value: &str, unix_s: i64) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(value)
        .ok()?;
    let seconds = date.as_second().saturating_sub(unix_s);
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_are_bounded_and_end(failures in 0_u32..100, asked in proptest::option::of(0_u64..1_000), chance in 0.0..1.0) {
            let policy = RetryPolicy::default();
            let asked = asked.map(Duration::from_secs);
            match policy.wait(failures, asked, chance) {
                Some(wait) => {
                    prop_assert!(failures < policy.max_failures);
                    prop_assert!(wait >= asked.unwrap_or_default(), "came back before it was asked to");
                    prop_assert!(wait <= policy.longest_wait.max(policy.longest_retry_after));
                }
                None => prop_assert!(failures >= policy.max_failures || asked > Some(policy.longest_retry_after)),
            }
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        assert_eq!(retry_after(" 7 ", 0), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 50),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 90),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon", 0), None);
    }
}
