//! What is installed: publications, packs, blobs, points. What the places tell is not asked here.

use super::model::{BlobHash, Id, Medium, Publisher};
use super::read::{REPLACEMENTS_MAX, column, json_column};
use super::{Catalogue, CatalogueError, Key};
use crate::geo::Position;
use crate::publication::{Blob, FileRef, PackEntry};
use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row};

/// A publication that is followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The publication's id.
    pub publication: Id,
    /// The address that is followed.
    pub source: String,
    /// The publisher's name.
    pub name: String,
    /// The installed version.
    pub version: u64,
    /// When it was built: RFC 3339, UTC.
    pub built: String,
    /// Places on this phone.
    pub places: u64,
    /// Panels on this phone.
    pub panels: u64,
    /// Trails on this phone.
    pub trails: u64,
    /// Packs on this phone.
    pub packs: u64,
    /// What the blobs of these packs come to, in bytes, whether or not they are there.
    pub blob_bytes: u64,
    /// Who publishes, with legal notice, contacts and supporters.
    pub publisher: Publisher,
}

/// Where a place is, for an index of what is near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlacePoint {
    /// The place's row, for [`Catalogue::places_at`]; valid as long as the generation is the same.
    pub row: i64,
    /// Where it is.
    pub position: Position,
}

impl Catalogue {
    /// The publications that are followed, by their ids.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn followed(&self) -> Result<Vec<Followed>, CatalogueError> {
        self.read_raw(|connection| {
            let mut publications = connection.prepare_cached(
                "SELECT p.id, source, version, built, publisher, places, panels, trails,
                        (SELECT count(*) FROM pack WHERE publication = p.row),
                        (SELECT coalesce(sum(bytes), 0) FROM (SELECT DISTINCT b.hash, b.bytes
                         FROM pack k JOIN pack_blob b ON b.pack = k.row WHERE k.publication = p.row))
                 FROM publication p ORDER BY p.id",
            )?;
            let rows = publications.query_map([], |row| {
                let publisher: Publisher = json_column(row, 4)?;
                Ok(Followed {
                    publication: column(row, 0)?,
                    source: row.get(1)?,
                    name: publisher.name.clone(),
                    version: count(row, 2)?,
                    built: row.get(3)?,
                    places: count(row, 5)?,
                    panels: count(row, 6)?,
                    trails: count(row, 7)?,
                    packs: count(row, 8)?,
                    blob_bytes: count(row, 9)?,
                    publisher,
                })
            })?;
            rows.collect()
        })
    }

    /// The installed version of a publication, if it is followed.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn index_version(&self, publication: &Id) -> Result<Option<u64>, CatalogueError> {
        self.read_raw(|connection| {
            connection
                .query_row(
                    "SELECT version FROM publication WHERE id = ?1",
                    [publication.as_str()],
                    |row| count(row, 0),
                )
                .optional()
        })
    }

    /// What something is called now that had this name once: the record of that id, one that took it over as an alias, or what
    /// took its place; the name itself if nothing here knows it. For the visitor's own marks, which keep the names of their day.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn now_called(&self, key: &Key) -> Result<Key, CatalogueError> {
        self.read_raw(|connection| {
            let mut id = key.id.to_string();
            let mut called = connection.prepare_cached(
                "SELECT r.id, r.replaced_by FROM record r JOIN publication p ON p.row = r.publication
                 WHERE p.id = ?1 AND r.id = ?2
                 UNION ALL
                 SELECT r.id, NULL FROM alias a JOIN record r ON r.row = a.record JOIN publication p ON p.row = r.publication
                 WHERE p.id = ?1 AND a.alias = ?2 LIMIT 1",
            )?;
            for _ in 0..REPLACEMENTS_MAX {
                let found: Option<(String, Option<String>)> = called
                    .query_row([key.publication.as_str(), id.as_str()], |row| {
                        Ok((row.get(0)?, row.get(1)?))
                    })
                    .optional()?;
                match found {
                    Some((_, Some(next))) => id = next,
                    Some((now, None)) => {
                        id = now;
                        break;
                    }
                    None => break,
                }
            }
            Ok(Key {
                publication: key.publication.clone(),
                id: id.parse().unwrap_or_else(|_| key.id.clone()),
            })
        })
    }

    /// The installed packs of a publication with the hashes of their files.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn pack_hashes(&self, publication: &Id) -> Result<Vec<(Id, BlobHash)>, CatalogueError> {
        self.read_raw(|connection| {
            let mut packs = connection.prepare_cached(
                "SELECT k.id, k.hash FROM pack k JOIN publication p ON p.row = k.publication
                 WHERE p.id = ?1 ORDER BY k.id",
            )?;
            let rows = packs.query_map([publication.as_str()], |row| {
                Ok((column(row, 0)?, column(row, 1)?))
            })?;
            rows.collect()
        })
    }

    /// The installed packs of a publication as its areas listed them.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn packs(&self, publication: &Id) -> Result<Vec<PackEntry>, CatalogueError> {
        self.read_raw(|connection| {
            let mut packs = connection.prepare_cached(
                "SELECT k.entry FROM pack k JOIN publication p ON p.row = k.publication
                 WHERE p.id = ?1 ORDER BY k.id",
            )?;
            packs
                .query_map([publication.as_str()], |row| json_column(row, 0))?
                .collect()
        })
    }

    /// The blobs that the installed packs of a publication need, each once.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn blobs(&self, publication: &Id) -> Result<Vec<Blob>, CatalogueError> {
        self.read_raw(|connection| {
            let mut blobs = connection.prepare_cached(
                "SELECT b.hash, b.bytes, b.medium, b.language FROM pack_blob b
                 JOIN pack k ON k.row = b.pack JOIN publication p ON p.row = k.publication
                 WHERE p.id = ?1 GROUP BY b.hash ORDER BY b.hash",
            )?;
            blobs.query_map([publication.as_str()], blob)?.collect()
        })
    }

    /// The names of all blobs that some installed pack needs. Other files under `media` may be deleted.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn all_blobs(&self) -> Result<Vec<BlobHash>, CatalogueError> {
        self.read_raw(|connection| {
            let mut blobs = connection.prepare_cached("SELECT DISTINCT hash FROM pack_blob ORDER BY hash")?;
            blobs.query_map([], |row| column(row, 0))?.collect()
        })
    }

    /// The hosts of all followed publications, lower case, each once: `https://HOST/p/CODE` names one of their panels.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn hosts(&self) -> Result<Vec<String>, CatalogueError> {
        let mut hosts: Vec<String> = self
            .followed()?
            .into_iter()
            .flat_map(|followed| followed.publisher.hosts)
            .map(|host| host.trim().to_ascii_lowercase())
            .filter(|host| !host.is_empty())
            .collect();
        hosts.sort_unstable();
        hosts.dedup();
        Ok(hosts)
    }

    /// Where the places are that may be shown on that day.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn place_points(&self, today: Date) -> Result<Vec<PlacePoint>, CatalogueError> {
        self.read_raw(|connection| {
            let mut places = connection
                .prepare_cached("SELECT record, lat_deg, lon_deg FROM place WHERE shown_from <= ?1")?;
            let rows = places.query_map([today.to_string()], |row| {
                let position = Position {
                    lat_deg: row.get(1)?,
                    lon_deg: row.get(2)?,
                };
                Ok(PlacePoint {
                    row: row.get(0)?,
                    position,
                })
            })?;
            rows.collect()
        })
    }

    /// Where the place of a row is; `None` if the row is none's.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn place_point(&self, row: i64) -> Result<Option<Position>, CatalogueError> {
        self.read_raw(|connection| {
            let mut place =
                connection.prepare_cached("SELECT lat_deg, lon_deg FROM place WHERE record = ?1")?;
            place
                .query_row([row], |row| {
                    Ok(Position {
                        lat_deg: row.get(0)?,
                        lon_deg: row.get(1)?,
                    })
                })
                .optional()
        })
    }

    /// The first day after today on which another place may be shown, if there is one.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn next_place_shown(&self, today: Date) -> Result<Option<Date>, CatalogueError> {
        self.read_raw(|connection| {
            let next: Option<String> = connection.query_row(
                "SELECT min(shown_from) FROM place WHERE shown_from > ?1",
                [today.to_string()],
                |row| row.get(0),
            )?;
            Ok(next.and_then(|day| day.parse().ok()))
        })
    }
}

fn blob(row: &Row<'_>) -> rusqlite::Result<Blob> {
    let medium: Medium = json_column(row, 2)?;
    let language: Option<String> = row.get(3)?;
    Ok(Blob {
        file: FileRef {
            hash: column(row, 0)?,
            bytes: count(row, 1)?,
        },
        medium,
        language: language.and_then(|language| language.parse().ok()),
    })
}

fn count(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(index).map(i64::unsigned_abs)
}
