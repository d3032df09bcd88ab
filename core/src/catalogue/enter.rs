//! What `install` writes of one record: its body, what is looked up of it, and its notices. Its job ends at the rows; which
//! records come and go is `install`'s.

use super::derive::{Derived, Field, derive, notice_targets};
use super::model::{Id, Notice, Record};
use super::store::WriteError;
use rusqlite::{Connection, OptionalExtension, params};

/// Writes a record with what is derived from it; leaves one that has not changed as it is.
pub(super) fn enter_record(
    connection: &Connection,
    publication: i64,
    record: &Record,
    body: &str,
) -> Result<i64, WriteError> {
    let id = record.id().as_str();
    let installed: Option<(i64, bool)> = connection
        .prepare_cached("SELECT row, body = ?3 FROM record WHERE publication = ?1 AND id = ?2")?
        .query_row(params![publication, id, body], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    if let Some((row, true)) = installed {
        return Ok(row);
    }
    let derived = derive(record);
    let replaced_by = derived.replaced_by.as_ref().map(Id::as_str);
    let row = match installed {
        Some((row, _)) => {
            for sql in [
                "DELETE FROM alias WHERE record = ?1",
                "DELETE FROM reference WHERE record = ?1",
                "DELETE FROM place WHERE record = ?1",
                "DELETE FROM code WHERE record = ?1",
                "DELETE FROM notice WHERE record = ?1",
                "DELETE FROM entry WHERE record = ?1",
            ] {
                connection.prepare_cached(sql)?.execute([row])?;
            }
            connection
                .prepare_cached("UPDATE record SET kind = ?2, shown_from = ?3, replaced_by = ?4, body = ?5 WHERE row = ?1")?
                .execute(params![row, record.kind(), derived.shown_from, replaced_by, body])?;
            row
        }
        None => {
            connection
                .prepare_cached(
                    "INSERT INTO record (publication, id, kind, shown_from, replaced_by, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    publication,
                    id,
                    record.kind(),
                    derived.shown_from,
                    replaced_by,
                    body
                ])?;
            connection.last_insert_rowid()
        }
    };
    enter_derived(connection, publication, row, record.kind(), &derived)?;
    if let Record::Notice(notice) = record {
        enter_notice(connection, publication, Some(row), notice, body)?;
    }
    Ok(row)
}

fn enter_derived(
    connection: &Connection,
    publication: i64,
    row: i64,
    kind: &str,
    derived: &Derived,
) -> rusqlite::Result<()> {
    for alias in &derived.aliases {
        connection
            .prepare_cached("INSERT OR IGNORE INTO alias VALUES (?1, ?2, ?3)")?
            .execute(params![alias.as_str(), row, publication])?;
    }
    for target in &derived.references {
        connection
            .prepare_cached("INSERT OR IGNORE INTO reference VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![publication, target.as_str(), kind, row])?;
    }
    for code in &derived.codes {
        connection
            .prepare_cached("INSERT OR IGNORE INTO code VALUES (?1, ?2)")?
            .execute(params![code, row])?;
    }
    if let Some(position) = &derived.position {
        connection
            .prepare_cached("INSERT INTO place VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                row,
                position.lat_deg,
                position.lon_deg,
                derived.shown_from,
            ])?;
    }
    if derived.shown_from.is_none() {
        return Ok(());
    }
    for entry in &derived.entries {
        connection
            .prepare_cached("INSERT INTO entry (record, field, folded) VALUES (?1, ?2, ?3)")?
            .execute(params![row, entry.field.as_str(), entry.folded])?;
        if entry.field != Field::Title {
            continue;
        }
        let entry_row = connection.last_insert_rowid();
        for word in entry.folded.split(' ') {
            connection
                .prepare_cached("INSERT OR IGNORE INTO word VALUES (?1, ?2)")?
                .execute(params![word, entry_row])?;
        }
    }
    Ok(())
}

/// Writes a notice once for everything that it concerns.
pub(super) fn enter_notice(
    connection: &Connection,
    publication: i64,
    record: Option<i64>,
    notice: &Notice,
    body: &str,
) -> Result<(), WriteError> {
    for target in notice_targets(notice) {
        connection
            .prepare_cached(
                "INSERT INTO notice (publication, record, target, from_day, until_day, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                publication,
                record,
                target,
                notice.from.map(|day| day.to_string()),
                notice.until.map(|day| day.to_string()),
                body,
            ])?;
    }
    Ok(())
}
