//! A recording that was cut, or whose header lies of lengths, as its demuxer has to see it to read what is there: demuxers of
//! others refuse such files as a whole. Only lengths are mended; what is missing stays missing and is reported when it is reached.

use std::io::{Read, Result, Seek, SeekFrom};
use symphonia::core::io::MediaSource;

/// The longest page of an Ogg file (RFC 3533, 6).
const OGG_PAGE_MAX_BYTES: u64 = 27 + 255 + 255 * 255;
/// Boxes of an m4a and chunks of a WAV that are looked at; files made by people have fewer than a hundred.
const PARTS_MAX: usize = 10_000;
/// A WAV that was written into a pipe has no length: programs write this or more.
const WAV_UNKNOWN: u32 = 0x7fff_0000;

/// What is said to the demuxer instead of what is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mending {
    /// The length of the whole, in bytes.
    length: Option<u64>,
    /// Other bytes at places of the header.
    patches: Vec<(u64, [u8; 4])>,
}

/// A source with its lengths mended.
pub(super) struct Mended {
    inner: Box<dyn MediaSource>,
    mending: Mending,
    /// Bytes that are there.
    there: u64,
    position: u64,
}

impl Mended {
    /// A source from its beginning on.
    pub(super) fn new(mut inner: Box<dyn MediaSource>, head: &[u8]) -> Result<Self> {
        let there = inner.seek(SeekFrom::End(0))?;
        // What cannot be understood is left as it is: the demuxer says what is wrong with it.
        let mending = match head {
            [b'O', b'g', b'g', b'S', ..] => whole_pages(inner.as_mut(), there),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => {
                wav_lengths(inner.as_mut(), there)
            }
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => declared_boxes(inner.as_mut(), there),
            _ => None,
        };
        inner.seek(SeekFrom::Start(0))?;
        Ok(Self {
            inner,
            mending: mending.unwrap_or_default(),
            there,
            position: 0,
        })
    }
}

impl Read for Mended {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let left = self
            .mending
            .length
            .map_or(u64::MAX, |length| length.saturating_sub(self.position));
        let wanted = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.inner.read(out.get_mut(..wanted).unwrap_or_default())?;
        let from = self.position;
        for (at, bytes) in &self.mending.patches {
            for (at, byte) in (*at..).zip(bytes) {
                let place = at.checked_sub(from).and_then(|place| usize::try_from(place).ok());
                if let Some(place) = place.filter(|place| *place < read).and_then(|p| out.get_mut(p)) {
                    *place = *byte;
                }
            }
        }
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Mended {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let to = match (to, self.mending.length) {
            (SeekFrom::End(back), Some(length)) => SeekFrom::Start(length.saturating_add_signed(back)),
            _ => to,
        };
        self.position = self.inner.seek(to)?;
        Ok(self.position)
    }
}

impl MediaSource for Mended {
    fn is_seekable(&self) -> bool {
        self.inner.is_seekable()
    }

    fn byte_len(&self) -> Option<u64> {
        // Tags are looked for before the end; where that is not there, nobody knows where they are.
        let length = self.mending.length.unwrap_or(self.there);
        Some(length).filter(|length| *length <= self.there)
    }
}

fn bytes_at<const N: usize>(source: &mut dyn MediaSource, at: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    source.seek(SeekFrom::Start(at)).ok()?;
    source.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// An Ogg file ends with its last whole page: what is behind it is a page that was cut, or nothing of Ogg's.
fn whole_pages(source: &mut dyn MediaSource, there: u64) -> Option<Mending> {
    let from = there.saturating_sub(2 * OGG_PAGE_MAX_BYTES);
    let mut tail = Vec::new();
    source.seek(SeekFrom::Start(from)).ok()?;
    source.take(2 * OGG_PAGE_MAX_BYTES).read_to_end(&mut tail).ok()?;
    let end = (0..tail.len()).rev().find_map(|at| {
        let page = tail.get(at..).filter(|page| page.starts_with(b"OggS\0"))?;
        let segments = usize::from(*page.get(26)?);
        let body: usize = page
            .get(27..27 + segments)?
            .iter()
            .map(|length| usize::from(*length))
            .sum();
        Some(at + 27 + segments + body).filter(|end| *end <= tail.len())
    })?;
    let length = from + end as u64;
    (length < there).then(|| Mending {
        length: Some(length),
        ..Mending::default()
    })
}

/// An m4a is as long as its boxes say: the demuxer passes over a box that ends behind the file, with all sound in it.
fn declared_boxes(source: &mut dyn MediaSource, there: u64) -> Option<Mending> {
    let mut end = 0;
    for _ in 0..PARTS_MAX {
        let Some([a, b, c, d, ..]) = bytes_at::<8>(source, end) else {
            break;
        };
        let size = match u32::from_be_bytes([a, b, c, d]) {
            // Up to the end of the file, wherever that is.
            0 => return None,
            1 => u64::from_be_bytes(bytes_at(source, end + 8)?),
            size => u64::from(size),
        };
        // Smaller than its own header: the rest is no box.
        if size < 8 {
            return None;
        }
        end = end.checked_add(size)?;
    }
    (end > there).then(|| Mending {
        length: Some(end),
        ..Mending::default()
    })
}

/// The data of a WAV may go on behind the end that the whole declares, and be of no length at all where a recorder was switched
/// off, or wrote into a pipe.
fn wav_lengths(source: &mut dyn MediaSource, there: u64) -> Option<Mending> {
    let mut at = 12;
    for _ in 0..PARTS_MAX {
        let [a, b, c, d, size @ ..] = bytes_at::<8>(source, at)?;
        let (body, size) = (at + 8, u32::from_le_bytes(size));
        if [a, b, c, d] != *b"data" {
            // Chunks begin at even places.
            at = body + u64::from(size) + u64::from(size % 2);
            continue;
        }
        let [.., e, f, g, h] = bytes_at::<8>(source, 0)?;
        let whole = u64::from(u32::from_le_bytes([e, f, g, h])) + 8;
        let rest = u32::try_from(there.saturating_sub(body)).unwrap_or(u32::MAX);
        // Nothing, and another chunk behind it: then it is nothing.
        let next = bytes_at::<4>(source, body).unwrap_or_default();
        let empty = size == 0 && next.iter().all(u8::is_ascii_graphic);
        let unknown = (size == 0 && !empty) || size >= WAV_UNKNOWN;
        let declared = if unknown { rest } else { size };
        let mut patches = Vec::new();
        if declared != size {
            patches.push((at + 4, declared.to_le_bytes()));
        }
        let end = body + u64::from(declared);
        if declared != size || end > whole {
            patches.push((4, u32::try_from(end - 8).unwrap_or(u32::MAX).to_le_bytes()));
        }
        return (!patches.is_empty()).then_some(Mending {
            length: None,
            patches,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn seen(bytes: &[u8]) -> Vec<u8> {
        let mut source = Mended::new(
            Box::new(Cursor::new(bytes.to_vec())),
            &bytes[..bytes.len().min(12)],
        )
        .unwrap();
        let mut all = Vec::new();
        source.read_to_end(&mut all).unwrap();
        // And by pieces, from any place.
        for at in 0..all.len() {
            let mut byte = [0; 3];
            source.seek(SeekFrom::Start(at as u64)).unwrap();
            let read = source.read(&mut byte).unwrap();
            assert_eq!(byte[..read], all[at..at + read], "at {at}");
        }
        all
    }

    fn page(body: &[u8]) -> Vec<u8> {
        let mut page = b"OggS".to_vec();
        page.resize(26, 0);
        page.push(1);
        page.push(body.len() as u8);
        page.extend_from_slice(body);
        page
    }

    #[test]
    fn an_ogg_file_ends_with_its_last_whole_page() {
        let whole = [page(b"one"), page(b"two")].concat();
        assert_eq!(seen(&whole), whole);
        let first = page(b"one");
        for cut in first.len()..whole.len() {
            assert_eq!(seen(&whole[..cut]), first, "cut at {cut}");
        }
        assert_eq!(seen(&[&whole[..], b"rubbish"].concat()), whole);
        assert_eq!(
            seen(&first[..10]),
            first[..10],
            "nothing is whole: nothing is mended"
        );
    }

    #[test]
    fn an_m4a_claims_to_be_as_long_as_its_boxes() {
        let boxed = |kind: &[u8], size: u32| [&size.to_be_bytes()[..], kind].concat();
        let file = [
            boxed(b"ftyp", 8),
            boxed(b"moov", 8),
            boxed(b"mdat", 1000),
            vec![7; 20],
        ]
        .concat();
        let mut source = Mended::new(Box::new(Cursor::new(file.clone())), &file[..12]).unwrap();
        assert_eq!(source.seek(SeekFrom::End(0)).unwrap(), 1016);
        assert_eq!(source.byte_len(), None, "tags would be looked for behind the cut");
        assert_eq!(seen(&file), file, "and holds no byte that is not there");
    }

    fn wav(whole: u32, data: u32, samples: usize) -> Vec<u8> {
        let mut bytes = b"RIFF".to_vec();
        bytes.extend_from_slice(&whole.to_le_bytes());
        bytes.extend_from_slice(b"WAVEfmt \x02\0\0\0\0\0data");
        bytes.extend_from_slice(&data.to_le_bytes());
        bytes.resize(bytes.len() + samples, 1);
        bytes
    }

    #[test]
    fn the_lengths_of_a_wav_fit_each_other() {
        let right = wav(122, 100, 100);
        assert_eq!(seen(&right), right);
        assert_eq!(seen(&wav(36, 100, 100)), right, "data goes on behind the whole");
        for unknown in [0, 0xffff_ffff, 0x7fff_ffff] {
            assert_eq!(seen(&wav(unknown, unknown, 100)), right, "a length of {unknown}");
        }
        // What is missing stays missing, so that it is told.
        assert_eq!(seen(&wav(36, 900, 100)), wav(922, 900, 100));
        for cut in 0..right.len() {
            seen(&right[..cut]);
        }
    }
}
