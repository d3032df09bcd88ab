//! Where the files of a publication can be had: at its own address, then at its mirrors in their order; a host that served
//! wrong bytes, or did not answer, comes after those that did no such thing.

use super::SyncError;
use super::source::Source;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What hosts have done since the app was started.
#[derive(Debug, Clone, Default)]
pub(super) struct Reputation(Arc<Mutex<HashMap<String, Record>>>);

#[derive(Debug, Clone, Copy, Default)]
struct Record {
    /// Files with wrong bytes. Never forgiven: what is altered once is altered again.
    wrong: u32,
    /// Files that could not be had, since the last one that could.
    away: u32,
}

impl Reputation {
    fn faults(&self, host: &Source) -> u32 {
        self.records()
            .get(host.as_str())
            .map_or(0, |record| record.wrong.saturating_add(record.away))
    }

    fn change(&self, host: &Source, change: impl FnOnce(&mut Record)) {
        change(self.records().entry(host.as_str().to_owned()).or_default());
    }

    fn records(&self) -> MutexGuard<'_, HashMap<String, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hosts of one publication.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    sources: Vec<Source>,
    reputation: Reputation,
}

impl Hosts {
    /// The publication's own address, and its mirrors. A mirror that is no address, or no https one while the publication
    /// is, is passed over: files are verified wherever they come from, but nobody should see which ones are asked for.
    pub(super) fn new(own: Source, mirrors: &[String], reputation: &Reputation) -> Self {
        let secure = own.as_str().starts_with("https:");
        let mut sources = vec![own];
        for mirror in mirrors.iter().filter_map(|address| Source::parse(address).ok()) {
            let safe = !secure || mirror.as_str().starts_with("https:");
            if safe && !sources.contains(&mirror) {
                sources.push(mirror);
            }
        }
        Self {
            sources,
            reputation: reputation.clone(),
        }
    }

    /// All of them, the one to ask first in front.
    pub(super) fn order(&self) -> Vec<&Source> {
        let mut order: Vec<&Source> = self.sources.iter().collect();
        order.sort_by_key(|host| self.reputation.faults(host));
        order
    }

    /// Whether a host is the publication's own address.
    pub(super) fn is_own(&self, host: &Source) -> bool {
        self.sources.first() == Some(host)
    }

    /// Of what went wrong at several hosts, what is told: the trouble of the address that is followed, else the first.
    pub(super) fn tell(&self, told: Option<SyncError>, host: &Source, error: SyncError) -> Option<SyncError> {
        if self.is_own(host) {
            Some(error)
        } else {
            told.or(Some(error))
        }
    }

    /// A host gave a file that was right.
    pub(super) fn praise(&self, host: &Source) {
        self.reputation.change(host, |record| record.away = 0);
    }

    /// Whether another host may do better after such a failure. It is counted against this one.
    pub(super) fn blame(&self, host: &Source, error: &SyncError) -> bool {
        match error {
            SyncError::WrongBytes { .. } => self.reputation.change(host, |record| record.wrong += 1),
            SyncError::Unreachable { .. } | SyncError::Stalled { .. } | SyncError::Server { .. } => {
                self.reputation.change(host, |record| record.away += 1);
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(hosts: &Hosts) -> Vec<&str> {
        hosts.order().into_iter().map(Source::as_str).collect()
    }

    #[test]
    fn a_host_that_served_wrong_bytes_is_asked_last_from_then_on() {
        let reputation = Reputation::default();
        let own = Source::parse("https://town.example/").unwrap();
        let mirrors = [
            "https://a.example",
            "http://plain.example",
            "nonsense",
            "https://town.example/",
        ];
        let hosts = Hosts::new(own.clone(), &mirrors.map(str::to_owned), &reputation);
        assert_eq!(order(&hosts), ["https://town.example/", "https://a.example/"]);
        let wrong = SyncError::WrongBytes {
            url: String::new(),
            expected: String::new(),
            got: String::new(),
        };
        assert!(hosts.blame(&own, &wrong));
        hosts.praise(&own);
        assert_eq!(order(&hosts), ["https://a.example/", "https://town.example/"]);
        assert!(
            !hosts.blame(&own, &SyncError::Cancelled),
            "a visitor who stops is nobody's fault"
        );
    }

    #[test]
    fn a_host_that_is_back_is_asked_first_again() {
        let own = Source::parse("https://town.example/").unwrap();
        let hosts = Hosts::new(
            own.clone(),
            &["https://a.example".to_owned()],
            &Reputation::default(),
        );
        let stalled = SyncError::Stalled {
            url: String::new(),
            seconds: 1,
        };
        hosts.blame(&own, &stalled);
        assert_eq!(order(&hosts)[0], "https://a.example/");
        hosts.praise(&own);
        assert_eq!(order(&hosts)[0], "https://town.example/");
    }
}
