//! The visitor's own marks: heard, left, kept. They never leave the phone.

use crate::house::House;
use alloclap_core::catalogue::Key;
use alloclap_core::companion::CompanionError;
use alloclap_core::journal::{Favourite, Heard};
use std::sync::Arc;

/// That something was heard.
#[uniffi::remote(Record)]
pub struct Heard {
    key: Key,
    commentary: Key,
    when_ms: i64,
}

/// Something that the visitor wants to find again.
#[uniffi::remote(Record)]
pub struct Favourite {
    key: Key,
    when_ms: i64,
}

/// What was saved of a journal that broke.
#[derive(uniffi::Record)]
pub struct JournalRescue {
    /// Where the broken file is now.
    pub moved_to: String,
    /// What was wrong with it.
    pub detail: String,
    /// Entries that could still be read, and are in the new journal.
    pub saved: u64,
}

/// The visitor's own marks. Any thread may call any method; each reads or writes a small file, and what was written is on the disk
/// when it returns: some milliseconds, so not on a main thread. None waits for a sync.
#[derive(uniffi::Object)]
pub struct Journal {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl Journal {
    /// Everything that was heard, the latest first. Reads the journal.
    pub fn all_heard(&self) -> Result<Vec<Heard>, CompanionError> {
        self.house.with(|companion| Ok(companion.journal().all_heard()?))
    }

    /// When something was last heard about a panel, place or stop, in milliseconds since the Unix epoch. Reads the journal.
    pub fn last_heard(&self, key: Key) -> Result<Option<i64>, CompanionError> {
        self.house
            .with(|companion| Ok(companion.journal().last_heard(&key)?))
    }

    /// Marks that a commentary was heard, and for what: for apps that play without the companion's player. Writes the journal.
    pub fn heard(&self, key: Key, commentary: Key, when_ms: i64) -> Result<(), CompanionError> {
        self.house
            .with(|companion| Ok(companion.journal().heard(&key, &commentary, when_ms)?))
    }

    /// Where a commentary was left, in milliseconds from its beginning. Reads the journal.
    pub fn position(&self, commentary: Key) -> Result<Option<u64>, CompanionError> {
        self.house
            .with(|companion| Ok(companion.journal().position(&commentary)?))
    }

    /// Marks where a commentary was left; 0 forgets it: for apps that play without the companion's player. Writes the journal.
    pub fn set_position(
        &self,
        commentary: Key,
        position_ms: u64,
        when_ms: i64,
    ) -> Result<(), CompanionError> {
        self.house.with(|companion| {
            Ok(companion
                .journal()
                .set_position(&commentary, position_ms, when_ms)?)
        })
    }

    /// The favourites, the latest first. Reads the journal.
    pub fn favourites(&self) -> Result<Vec<Favourite>, CompanionError> {
        self.house.with(|companion| Ok(companion.journal().favourites()?))
    }

    /// Adds a favourite; one that is there keeps its day. Writes the journal.
    pub fn add_favourite(&self, key: Key, when_ms: i64) -> Result<(), CompanionError> {
        self.house
            .with(|companion| Ok(companion.journal().add_favourite(&key, when_ms)?))
    }

    /// Takes a favourite away. Writes the journal.
    pub fn remove_favourite(&self, key: Key) -> Result<(), CompanionError> {
        self.house
            .with(|companion| Ok(companion.journal().remove_favourite(&key)?))
    }

    /// What was saved of a journal that broke, if it broke before this start: to be told to the visitor once. No I/O.
    pub fn rescue(&self) -> Result<Option<JournalRescue>, CompanionError> {
        self.house.with(|companion| {
            Ok(companion.rescue().map(|rescue| JournalRescue {
                moved_to: rescue.moved_to.to_string_lossy().into_owned(),
                detail: rescue.detail.clone(),
                saved: rescue.saved,
            }))
        })
    }
}
