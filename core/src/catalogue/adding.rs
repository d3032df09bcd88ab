//! One pack into the tables, from memory or record by record from its file. Which packs come and go is `install`'s.

use super::CatalogueError;
use super::caps;
use super::enter::enter_record;
use super::install::{InstallReport, json, newer};
use super::model::{BlobHash, Id, Record};
use super::store::WriteError;
use crate::publication::{Blob, Pack, PackEntry, PackText, ReadError};
use rusqlite::{Connection, params};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// A pack on its way into the tables.
pub(super) struct Adding<'a> {
    pub connection: &'a Connection,
    pub publication: i64,
    pub entry: &'a PackEntry,
    /// The kinds of the ids that were seen in this installation.
    pub kinds: &'a mut HashMap<Id, &'static str>,
    pub report: &'a mut InstallReport,
}

impl Adding<'_> {
    /// Adds a pack from memory.
    pub(super) fn pack(&mut self, pack: &Pack) -> Result<(), WriteError> {
        let row = self.begin(&pack.blobs)?;
        for (n, value) in pack.records.iter().enumerate() {
            self.record(row, n, || Ok(value.clone()))?;
        }
        self.end(pack.records.len());
        Ok(())
    }

    /// Adds a pack from its file, whose bytes have one of these hashes; what is in memory is its text and one record.
    pub(super) fn file(
        &mut self,
        publication: &Id,
        path: &Path,
        hashes: &[BlobHash],
    ) -> Result<(), WriteError> {
        let unusable = |detail: String| CatalogueError::PackUnusable {
            path: path.to_owned(),
            detail,
        };
        let bytes = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let hash = Sha256::digest(&bytes)
            .iter()
            .fold(String::with_capacity(64), |hex, byte| {
                hex + &format!("{byte:02x}")
            });
        if !hash.parse::<BlobHash>().is_ok_and(|hash| hashes.contains(&hash)) {
            return Err(unusable("it was altered since it was downloaded".to_owned()).into());
        }
        let text = PackText::unpack(&bytes, self.entry.unpacked_bytes);
        let text = text.map_err(|error| unusable(error.to_string()))?;
        drop(bytes);
        let head = text.head().map_err(|error| match error {
            ReadError::Newer { format } => newer(publication, format),
            error => unusable(error.to_string()),
        })?;
        if head.id != self.entry.id {
            return Err(unusable(format!("it is pack \"{}\"", head.id)).into());
        }
        let row = self.begin(&head.blobs)?;
        let mut count = 0;
        let added = text.each_record(|record| {
            let n = count;
            count += 1;
            self.record(row, n, || caps::read(record))
        });
        added.map_err(|error| unusable(error.to_string()))??;
        self.end(count);
        Ok(())
    }

    /// Enters the pack and its blobs; gives its row.
    fn begin(&mut self, blobs: &[Blob]) -> Result<i64, WriteError> {
        self.connection
            .prepare_cached("INSERT INTO pack (publication, id, hash, entry) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                self.publication,
                self.entry.id.as_str(),
                self.entry.file.hash.as_str(),
                json(self.entry)?
            ])?;
        let row = self.connection.last_insert_rowid();
        for blob in blobs.iter().take(caps::BLOBS_MAX) {
            let Ok(bytes) = i64::try_from(blob.file.bytes) else {
                let why = format!("blob {} of impossible size", blob.file.hash);
                self.report.skip(Some(&self.entry.id), &Value::Null, why);
                continue;
            };
            self.connection
                .prepare_cached("INSERT OR IGNORE INTO pack_blob VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![
                    row,
                    blob.file.hash.as_str(),
                    bytes,
                    json(&blob.medium)?,
                    blob.language.as_ref().map(|language| language.as_str()),
                ])?;
        }
        self.left_out(blobs.len().saturating_sub(caps::BLOBS_MAX), "blobs");
        Ok(row)
    }

    fn end(&mut self, records: usize) {
        self.left_out(records.saturating_sub(caps::RECORDS_MAX), "records");
    }

    fn left_out(&mut self, left: usize, what: &str) {
        if left > 0 {
            let why = format!("{left} {what} beyond the largest pack");
            self.report.skip(Some(&self.entry.id), &Value::Null, why);
            self.report.skipped += left as u64 - 1;
        }
    }

    /// Enters the pack's record number `n`, or reports why not.
    fn record(
        &mut self,
        pack: i64,
        n: usize,
        value: impl FnOnce() -> Result<Value, String>,
    ) -> Result<(), WriteError> {
        if n >= caps::RECORDS_MAX {
            return Ok(());
        }
        let id = &self.entry.id;
        let value = match value() {
            Ok(value) => value,
            Err(why) => {
                self.report.skip(Some(id), &Value::Null, why);
                return Ok(());
            }
        };
        let (record, body) = match read(&value) {
            Ok(read) => read,
            Err(why) => {
                self.report.skip(Some(id), &value, why);
                return Ok(());
            }
        };
        let known = *self
            .kinds
            .entry(record.id().clone())
            .or_insert_with(|| record.kind());
        if known != record.kind() {
            let why = format!("its id is already that of a {known}");
            self.report.skip(Some(id), &value, why);
            return Ok(());
        }
        let row = enter_record(self.connection, self.publication, &record, &body)?;
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO pack_record (record, pack) VALUES (?1, ?2)")?
            .execute([row, pack])?;
        self.report.records += 1;
        Ok(())
    }
}

/// The record, and its text as it is kept: what was read once can be read again.
fn read(value: &Value) -> Result<(Record, String), String> {
    caps::within(value)?;
    let kind = value.get("kind").and_then(Value::as_str);
    let kind = kind.ok_or("missing field `kind`")?;
    let body = value.to_string();
    let record = Record::read(kind, &body).map_err(|error| error.to_string())?;
    Ok((record, body))
}
