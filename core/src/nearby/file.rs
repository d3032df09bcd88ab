//! An index in a file, so that a million points need not be read and divided again at each start. Its job ends at bytes: a file
//! that is missing, of another catalogue or damaged is none, and the index is built anew.
//!
//! All numbers are little-endian: the mark, generation, first and last day, number of points, number of areas; the boxes (six
//! numbers each); the points (row, latitude, longitude), area by area. An area is read, and checked, when it is first asked.

use super::Nearby;
use super::areas::{Area, Bounds, Entry, MAX_POINTS};
use crate::geo::Position;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// What the file is, and the version of its format.
const MARK: &[u8; 8] = b"ACnear01";
const HEAD_BYTES: usize = 8 + 5 * 8;
const BOX_BYTES: usize = 6 * 8;
const ENTRY_BYTES: usize = 3 * 8;

/// More areas than 4,294,967,295 points have are no index.
const MAX_AREAS: usize = 1 << 23;

/// Of which catalogue an index is, and on which days it holds. Days are written as numbers: 20261121.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Changes with every change of the catalogue.
    pub generation: u64,
    /// From this day on.
    pub from_day: u32,
    /// Until this day, on which another point comes to it.
    pub until_day: u32,
}

impl Stamp {
    /// Whether the index holds for that catalogue on that day.
    pub fn holds(&self, generation: u64, day: u32) -> bool {
        self.generation == generation && (self.from_day..self.until_day).contains(&day)
    }
}

impl Nearby {
    /// Writes the index to a file, whole or not at all.
    ///
    /// # Errors
    /// What the disk says.
    pub fn save(&self, path: &Path, stamp: Stamp) -> io::Result<()> {
        let part = path.with_extension("part");
        let mut file = BufWriter::new(File::create(&part)?);
        file.write_all(MARK)?;
        let days = [u64::from(stamp.from_day), u64::from(stamp.until_day)];
        let numbers = [self.count as u64, self.areas.len() as u64];
        for number in [stamp.generation].into_iter().chain(days).chain(numbers) {
            file.write_all(&number.to_le_bytes())?;
        }
        for bounds in &self.boxes {
            for number in bounds.least.iter().chain(&bounds.most) {
                file.write_all(&number.to_le_bytes())?;
            }
        }
        for area in &self.areas {
            let entries = area.entries.get().ok_or(io::ErrorKind::InvalidInput)?;
            for entry in entries {
                file.write_all(&entry.row.to_le_bytes())?;
                file.write_all(&entry.position.lat_deg.to_le_bytes())?;
                file.write_all(&entry.position.lon_deg.to_le_bytes())?;
            }
        }
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        std::fs::rename(&part, path)
    }

    /// Opens an index that was saved; `None` if there is none that can be used. Reads where the areas are: for a million points
    /// 100 kB.
    pub fn open(path: &Path) -> Option<(Self, Stamp)> {
        let mut file = File::open(path).ok()?;
        let length = usize::try_from(file.metadata().ok()?.len()).ok()?;
        let mut head = [0; HEAD_BYTES];
        file.read_exact(&mut head).ok()?;
        let mut numbers = Numbers(head.strip_prefix(MARK)?);
        let stamp = Stamp {
            generation: numbers.next()?,
            from_day: u32::try_from(numbers.next()?).ok()?,
            until_day: u32::try_from(numbers.next()?).ok()?,
        };
        let count = usize::try_from(numbers.next()?).ok()?;
        let areas = usize::try_from(numbers.next()?).ok()?;
        let usual = count.div_ceil(MAX_POINTS).next_power_of_two();
        if areas > MAX_AREAS || areas != if count == 0 { 0 } else { usual } {
            return None;
        }
        let boxes = (2 * areas).saturating_sub(1);
        let expected = count
            .checked_mul(ENTRY_BYTES)?
            .checked_add(HEAD_BYTES + boxes * BOX_BYTES)?;
        if length != expected {
            return None;
        }
        let mut bytes = vec![0; boxes * BOX_BYTES];
        file.read_exact(&mut bytes).ok()?;
        let boxes: Vec<Bounds> = bytes.chunks_exact(BOX_BYTES).map(bounds).collect::<Option<_>>()?;
        Some((
            Self {
                areas: counts(count, areas),
                boxes,
                count,
                file: Some(Mutex::new(file)),
                ..Self::default()
            },
            stamp,
        ))
    }
}

impl Area {
    /// Reads the area's entries; `None` if they cannot be read or are no points.
    pub(super) fn read(&self, file: &Mutex<File>) -> Option<()> {
        let mut bytes = vec![0; self.count * ENTRY_BYTES];
        {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            // The entries are the file's end, whatever comes before them.
            let from_end = i64::try_from((self.left_after + self.count) * ENTRY_BYTES).ok()?;
            file.seek(SeekFrom::End(-from_end)).ok()?;
            file.read_exact(&mut bytes).ok()?;
        }
        let entries: Vec<Entry> = bytes
            .chunks_exact(ENTRY_BYTES)
            .map(entry)
            .collect::<Option<_>>()?;
        // Another thread may have read the same meanwhile.
        let _ = self.entries.set(entries);
        Some(())
    }
}

/// The areas of so many points, divided in halves again and again, as they were when they were saved.
fn counts(count: usize, areas: usize) -> Vec<Area> {
    let mut parts = vec![count];
    while parts.len() < areas {
        parts = parts
            .into_iter()
            .flat_map(|part| [part / 2, part - part / 2])
            .collect();
    }
    let mut left_after = count;
    let area = |part: usize| {
        left_after -= part;
        Area::elsewhere(left_after, part)
    };
    parts.into_iter().take(areas).map(area).collect()
}

fn bounds(bytes: &[u8]) -> Option<Bounds> {
    let mut numbers = Numbers(bytes);
    let mut corner = || Some([numbers.float()?, numbers.float()?, numbers.float()?]);
    Some(Bounds {
        least: corner()?,
        most: corner()?,
    })
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let mut numbers = Numbers(bytes);
    let row = numbers.next()?.cast_signed();
    let position = Position::new(numbers.float()?, numbers.float()?).ok()?;
    Some(Entry::new(row, position))
}

/// Numbers one after the other.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn float(&mut self) -> Option<f64> {
        let number = f64::from_bits(self.next()?);
        number.is_finite().then_some(number)
    }
}
