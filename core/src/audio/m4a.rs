//! Reads from an m4a (ISO/IEC 14496-12) what the demuxer leaves out: the edit list, which says how many frames at the
//! beginning are the encoder's run-in, and whether the AAC is one that would be decoded at half its bandwidth.

use std::io::{Read, Seek, SeekFrom};

/// The `moov` of an hour of AAC is about 700 kB; beyond this bound it is no commentary.
const MOOV_MAX_BYTES: u64 = 16 << 20;
/// Boxes that may stand before `moov`; files made by people have fewer than ten.
const TOP_LEVEL_BOXES_MAX: usize = 10_000;

/// Which part of a track is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// The track's id.
    pub(super) track_id: u32,
    /// Where sound begins, in ticks of the track's own clock.
    pub(super) start_ticks: u64,
    /// How long it is to be heard, in nanoseconds; zero if the list does not say.
    pub(super) length_ns: u128,
}

/// Whether the first bytes are those of an ISO media file.
pub(super) fn is_iso_media(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"ftyp")
}

/// The edits of all tracks; nothing if the file has no index. Anything that is not understood is left out: the demuxer says
/// what is wrong with the file.
pub(super) fn edits<R: Read + Seek + ?Sized>(source: &mut R) -> Option<Vec<Edit>> {
    moov(source).map(|moov| edits_of_moov(&moov))
}

fn moov<R: Read + Seek + ?Sized>(source: &mut R) -> Option<Vec<u8>> {
    source.seek(SeekFrom::Start(0)).ok()?;
    for _ in 0..TOP_LEVEL_BOXES_MAX {
        let mut head = [0; 8];
        source.read_exact(&mut head).ok()?;
        let size = u64::from(u32_at(&head, 0)?);
        let body = match size {
            1 => {
                let mut large = [0; 8];
                source.read_exact(&mut large).ok()?;
                u64::from_be_bytes(large).checked_sub(16)?
            }
            _ => size.checked_sub(8)?,
        };
        if head.get(4..8) == Some(b"moov") {
            let mut bytes = Vec::new();
            source
                .take(body.min(MOOV_MAX_BYTES))
                .read_to_end(&mut bytes)
                .ok()?;
            return Some(bytes);
        }
        source.seek(SeekFrom::Current(i64::try_from(body).ok()?)).ok()?;
    }
    None
}

fn edits_of_moov(moov: &[u8]) -> Vec<Edit> {
    let movie_ticks_per_s = child(moov, b"mvhd").and_then(timescale).unwrap_or(0);
    children(moov)
        .filter(|(kind, _)| kind == b"trak")
        .filter_map(|(_, trak)| {
            let tkhd = child(trak, b"tkhd")?;
            let track_id = u32_at(tkhd, if tkhd.first() == Some(&1) { 20 } else { 12 })?;
            let list = child(trak, b"edts").and_then(|edts| child(edts, b"elst"));
            let by_list = list.and_then(|list| first_edit(list, movie_ticks_per_s));
            let (start_ticks, length_ns) = by_list.or_else(|| itunes_edit(moov, trak))?;
            Some(Edit {
                track_id,
                start_ticks,
                length_ns,
            })
        })
        .collect()
}

/// What iTunes writes instead of an edit list: `iTunSMPB`, a tag of hexadecimal numbers, of which the second is the run-in and
/// the fourth the length, both in samples.
fn itunes_edit(moov: &[u8], trak: &[u8]) -> Option<(u64, u128)> {
    let ticks_per_s = child(child(trak, b"mdia")?, b"mdhd").and_then(timescale)?;
    let tags = child(child(child(moov, b"udta")?, b"meta")?.get(4..)?, b"ilst")?;
    let tag = children(tags).find(|(kind, tag)| {
        let name = child(tag, b"name").and_then(|name| name.get(4..));
        kind == b"----" && name == Some(b"iTunSMPB")
    })?;
    let text = std::str::from_utf8(child(tag.1, b"data")?.get(8..)?).ok()?;
    let number = |at| u64::from_str_radix(text.split_whitespace().nth(at)?, 16).ok();
    let (run_in, length) = (number(1)?, number(3)?);
    let length_ns = u128::from(length) * 1_000_000_000 / u128::from(ticks_per_s.max(1));
    Some((run_in, length_ns)).filter(|_| length > 0)
}

/// The first entry of an edit list that is no pause. A length is believed only where the list has no other entry.
fn first_edit(list: &[u8], movie_ticks_per_s: u32) -> Option<(u64, u128)> {
    let wide = list.first() == Some(&1);
    let entry_bytes = if wide { 20 } else { 12 };
    let entries = list
        .get(8..)?
        .chunks_exact(entry_bytes)
        .take(u32_at(list, 4)? as usize);
    let mut sounding = entries.filter_map(|entry| {
        let (length, start) = if wide {
            (u64_at(entry, 0)?, u64_at(entry, 8)? as i64)
        } else {
            (u64::from(u32_at(entry, 0)?), i64::from(u32_at(entry, 4)? as i32))
        };
        Some((u64::try_from(start).ok()?, length))
    });
    let (start, length) = sounding.next()?;
    let alone = sounding.next().is_none();
    let length_ns = match movie_ticks_per_s {
        0 => 0,
        ticks if alone => u128::from(length) * 1_000_000_000 / u128::from(ticks),
        _ => 0,
    };
    Some((start, length_ns))
}

fn timescale(header: &[u8]) -> Option<u32> {
    u32_at(header, if header.first() == Some(&1) { 20 } else { 12 })
}

fn child<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    children(bytes).find(|(k, _)| k == kind).map(|(_, body)| body)
}

fn children(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let size = u32_at(bytes, 0)? as usize;
        let kind = *bytes.get(4..8)?.first_chunk::<4>()?;
        let body = bytes.get(8..size)?;
        bytes = bytes.get(size..)?;
        Some((kind, body))
    })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk::<4>()
        .map(|b| u32::from_be_bytes(*b))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes
        .get(at..)?
        .first_chunk::<8>()
        .map(|b| u64::from_be_bytes(*b))
}

/// Whether an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) announces spectral band replication: by the object types 5
/// and 29, or by the extension that older decoders skip.
pub(super) fn is_he_aac(config: &[u8]) -> bool {
    let bit = |at: usize| {
        config
            .get(at / 8)
            .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
    };
    let bits =
        |at: usize, count: usize| (at..at + count).fold(0u32, |value, at| value << 1 | u32::from(bit(at)));
    /// `syncExtensionType`, followed by an object type of five bits and the flag that says "present".
    const SYNC_EXTENSION: u32 = 0x2b7;
    let end = config.len() * 8;
    matches!(bits(0, 5), 5 | 29)
        || (16..end.saturating_sub(16))
            .any(|at| bits(at, 11) == SYNC_EXTENSION && bits(at + 11, 5) == 5 && bit(at + 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut bytes = (body.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(body);
        bytes
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_be_bytes()).collect()
    }

    #[test]
    fn the_run_in_of_the_encoder_is_found() {
        let mvhd = boxed(b"mvhd", &words(&[0, 0, 0, 1000, 5000]));
        let tkhd = boxed(b"tkhd", &words(&[0, 0, 0, 7, 0]));
        let elst = boxed(b"elst", &words(&[0, 1, 5000, 1024, 0x0001_0000]));
        let trak = boxed(b"trak", &[tkhd, boxed(b"edts", &elst)].concat());
        let moov = boxed(b"moov", &[mvhd, trak].concat());
        let file = [boxed(b"ftyp", b"M4A "), boxed(b"free", &[0; 100]), moov].concat();
        let found = edits(&mut std::io::Cursor::new(&file));
        assert_eq!(
            found,
            Some(vec![Edit {
                track_id: 7,
                start_ticks: 1024,
                length_ns: 5_000_000_000
            }])
        );
        for cut in 0..file.len() {
            edits(&mut std::io::Cursor::new(&file[..cut]));
        }
    }

    #[test]
    fn the_run_in_that_itunes_writes_into_a_tag_is_found() {
        let tkhd = boxed(b"tkhd", &words(&[0, 0, 0, 1, 0]));
        let mdia = boxed(b"mdia", &boxed(b"mdhd", &words(&[0, 0, 0, 48_000, 0])));
        let trak = boxed(b"trak", &[tkhd, mdia].concat());
        let name = boxed(b"name", &[&[0; 4], &b"iTunSMPB"[..]].concat());
        let text = b" 00000000 00000840 000001C0 000000000000BB80 00000000 00000000";
        let data = boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], &text[..]].concat());
        let ilst = boxed(b"ilst", &boxed(b"----", &[name, data].concat()));
        let meta = boxed(b"meta", &[vec![0; 4], ilst].concat());
        let moov = boxed(b"moov", &[trak, boxed(b"udta", &meta)].concat());
        let file = [boxed(b"ftyp", b"M4A "), moov].concat();
        let found = edits(&mut std::io::Cursor::new(&file));
        assert_eq!(
            found,
            Some(vec![Edit {
                track_id: 1,
                start_ticks: 0x840,
                length_ns: 1_000_000_000
            }])
        );
        for cut in 0..file.len() {
            edits(&mut std::io::Cursor::new(&file[..cut]));
        }
    }

    #[test]
    fn aac_that_would_lose_its_upper_half_is_known() {
        assert!(!is_he_aac(&[0x12, 0x08]), "AAC-LC, 44.1 kHz, mono");
        assert!(is_he_aac(&[0x2b, 0x8a, 0x08, 0x00]), "object type 5");
        assert!(
            is_he_aac(&[0x13, 0x88, 0x56, 0xe5, 0xa0]),
            "AAC-LC with the extension that older decoders skip"
        );
    }
}
