//! Where the frames of an mp3 lie. The format has no index, and its demuxer goes to a time by reading every frame before it
//! (symphonia-bundle-mp3 0.6.1): this walks from header to header once and remembers places from which a demuxer can begin.
//!
//! Headers: ISO/IEC 11172-3, 2.4.1.3 and ISO/IEC 13818-3, 2.4.1.3. What is not a plain run of equal frames (rubbish between
//! them, another recording behind the first, tags in the middle) ends the walk; from there on it is the demuxer's again.

use std::io::{Read, Result, Seek, SeekFrom};
use symphonia::core::io::MediaSource;

/// Every so many frames a place is remembered: 0.8 s, and 100 kB for three hours.
const FRAMES_PER_MARK: u64 = 32;
/// How much is read at once.
const CHUNK_BYTES: u64 = 256 << 10;
/// The first frame is looked for so far behind the tag of the beginning.
const BEGINNING_MAX_BYTES: u64 = 64 << 10;
/// A header, the side information and the name of a tag that may follow it: looked at of every frame.
const LOOKED_AT_BYTES: usize = 40;
/// Kilobits a second by their index: MPEG-1 layer III.
const KBIT_MPEG1: [u64; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/// The same for layer III of MPEG-2 and 2.5.
const KBIT_MPEG2: [u64; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// A place where a demuxer can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where its frame lies in the file, in bytes.
    pub(super) position: u64,
    /// Samples of each channel that frames before it hold, the encoder's run-in among them.
    pub(super) samples_before: u64,
}

/// Places of frames, as far as one has walked.
#[derive(Debug, Default)]
pub(super) struct FrameIndex {
    /// What all frames have in common; nothing if not even the first was found.
    kind: Option<Kind>,
    /// The place of every [`FRAMES_PER_MARK`]th frame.
    marks: Vec<u64>,
    /// The place behind the last frame that was walked.
    next: u64,
    frames: u64,
    over: bool,
}

impl FrameIndex {
    /// An index that begins with the frame that the demuxer hands out first; an empty one if that is not found.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn beginning_with<R: Read + Seek + ?Sized>(source: &mut R, first: &[u8]) -> Result<Self> {
        let Some(kind) = Header::parse(first).map(|header| header.kind) else {
            return Ok(Self::default());
        };
        let mut head = [0; 10];
        source.seek(SeekFrom::Start(0))?;
        source.read_exact(&mut head)?;
        let from = tag_bytes(&head);
        source.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        source.take(BEGINNING_MAX_BYTES).read_to_end(&mut bytes)?;
        let found = bytes.windows(first.len()).position(|there| there == first);
        Ok(found.map_or_else(Self::default, |at| Self {
            kind: Some(kind),
            next: from + at as u64,
            ..Self::default()
        }))
    }

    /// The last place at or before so many samples from which a demuxer can begin; walks on as far as that is.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn mark_before<R: Read + Seek + ?Sized>(
        &mut self,
        source: &mut R,
        samples: u64,
    ) -> Result<Option<Mark>> {
        let Some(kind) = self.kind else { return Ok(None) };
        let frame = samples / kind.samples();
        // A demuxer begins only with a frame that another one like it follows.
        while self.frames < frame.saturating_add(2) && !self.over {
            self.walk(source, kind)?;
        }
        let number = (frame / FRAMES_PER_MARK).min(self.frames.saturating_sub(2) / FRAMES_PER_MARK);
        let position = usize::try_from(number).ok().and_then(|n| self.marks.get(n));
        Ok(position.filter(|_| self.frames >= 2).map(|position| Mark {
            position: *position,
            samples_before: number * FRAMES_PER_MARK * kind.samples(),
        }))
    }

    /// Walks through the next chunk.
    fn walk<R: Read + Seek + ?Sized>(&mut self, source: &mut R, kind: Kind) -> Result<()> {
        source.seek(SeekFrom::Start(self.next))?;
        let mut chunk = Vec::new();
        let read = source.take(CHUNK_BYTES).read_to_end(&mut chunk)? as u64;
        let begun = self.next;
        while let Some(rest) = usize::try_from(self.next - begun)
            .ok()
            .and_then(|at| chunk.get(at..))
            .filter(|rest| rest.len() >= LOOKED_AT_BYTES)
        {
            let Some(header) = Header::parse(rest).filter(|h| h.kind == kind && !is_tag(rest, kind)) else {
                self.over = true;
                return Ok(());
            };
            if self.frames.is_multiple_of(FRAMES_PER_MARK) {
                self.marks.push(self.next);
            }
            self.frames += 1;
            self.next += header.frame_bytes;
        }
        self.over = read < CHUNK_BYTES;
        Ok(())
    }
}

/// What equal frames have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    mpeg1: bool,
    rate_hz: u64,
    mono: bool,
}

impl Kind {
    /// Samples of each channel in a frame.
    const fn samples(self) -> u64 {
        if self.mpeg1 { 1152 } else { 576 }
    }

    const fn side_info_bytes(self) -> usize {
        match (self.mpeg1, self.mono) {
            (true, false) => 32,
            (true, true) | (false, false) => 17,
            (false, true) => 9,
        }
    }
}

struct Header {
    kind: Kind,
    frame_bytes: u64,
}

impl Header {
    /// The header of a frame of layer III whose bit rate is told; nothing else.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let [0xff, b, c, d, ..] = *bytes else { return None };
        let (version, layer) = (b >> 3 & 3, b >> 1 & 3);
        if b & 0xe0 != 0xe0 || layer != 1 {
            return None;
        }
        let mpeg1_hz: u64 = match c >> 2 & 3 {
            0 => 44_100,
            1 => 48_000,
            2 => 32_000,
            _ => return None,
        };
        let (kilobits, rate_hz) = match version {
            0 => (KBIT_MPEG2, mpeg1_hz / 4),
            2 => (KBIT_MPEG2, mpeg1_hz / 2),
            3 => (KBIT_MPEG1, mpeg1_hz),
            _ => return None,
        };
        let kilobits = kilobits.get(usize::from(c >> 4)).filter(|k| **k > 0)?;
        let kind = Kind {
            mpeg1: version == 3,
            rate_hz,
            mono: d >> 6 == 3,
        };
        let frame_bytes = kind.samples() / 8 * kilobits * 1000 / rate_hz + u64::from(c >> 1 & 1);
        Some(Self { kind, frame_bytes })
    }
}

/// Whether a frame is no sound but a tag of the encoder's, which the demuxer leaves out.
fn is_tag(frame: &[u8], kind: Kind) -> bool {
    let named = |at: usize, name: &[u8]| frame.get(at..).is_some_and(|rest| rest.starts_with(name));
    let behind = 4 + kind.side_info_bytes();
    named(behind, b"Xing") || named(behind, b"Info") || named(4 + 32, b"VBRI")
}

/// How long the ID3v2 tag of a file is whose first bytes these are (ID3v2.4, 3.1); zero without one.
fn tag_bytes(head: &[u8; 10]) -> u64 {
    let [b'I', b'D', b'3', _, _, flags, size @ ..] = head else {
        return 0;
    };
    let body = size
        .iter()
        .fold(0, |sum, seven| sum << 7 | u64::from(seven & 0x7f));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    10 + body + footer
}

/// A file from a place on, as if it began there.
pub(super) struct Tail {
    inner: Box<dyn MediaSource>,
    start: u64,
}

impl Tail {
    /// # Errors
    /// Those of the file.
    pub(super) fn new(mut inner: Box<dyn MediaSource>, start: u64) -> Result<Self> {
        inner.seek(SeekFrom::Start(start))?;
        Ok(Self { inner, start })
    }
}

impl Read for Tail {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        self.inner.read(out)
    }
}

impl Seek for Tail {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => SeekFrom::Start(self.start.saturating_add(at)),
            to => to,
        };
        Ok(self.inner.seek(to)?.saturating_sub(self.start))
    }
}

impl MediaSource for Tail {
    fn is_seekable(&self) -> bool {
        self.inner.is_seekable()
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.inner.byte_len()?.saturating_sub(self.start))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testkit::bytes_of;
    use super::*;
    use std::io::Cursor;

    /// Headers of MPEG-1, 44.1 kHz, 64 kbit/s, stereo, each with its body; 208 bytes a frame, 209 with padding.
    fn frames(count: usize) -> Vec<u8> {
        let frame = |number: usize| {
            let padded = number.is_multiple_of(3);
            let mut frame = vec![0xff, 0xfb, 0x50 | u8::from(padded) << 1, 0x44];
            frame.resize(208 + usize::from(padded), number as u8 | 1);
            frame
        };
        (0..count).flat_map(frame).collect()
    }

    fn index(bytes: &[u8], first: &[u8]) -> (FrameIndex, Cursor<Vec<u8>>) {
        let mut source = Cursor::new(bytes.to_vec());
        let index = FrameIndex::beginning_with(&mut source, first).unwrap();
        (index, source)
    }

    #[test]
    fn a_mark_is_where_counting_frames_leads() {
        let sound = frames(3_000);
        let (mut index, mut source) = index(&sound, &sound[..209]);
        for frame in [0, 31, 32, 33, 1_500, 2_999, 64, 1_000_000] {
            let mark = index.mark_before(&mut source, frame * 1152).unwrap().unwrap();
            let expected = (frame / 32).min(2_998 / 32) * 32;
            assert_eq!(mark.samples_before, expected * 1152, "frame {frame}");
            assert_eq!(
                mark.position,
                expected * 208 + expected.div_ceil(3),
                "frame {frame}"
            );
        }
    }

    #[test]
    fn rubbish_and_tags_end_the_walk_and_nothing_is_lost() {
        let sound = frames(100);
        let tag = {
            let mut tag = frames(1);
            tag[4..36].fill(0);
            tag[36..40].copy_from_slice(b"Xing");
            tag
        };
        let other_rate = [&[0xff, 0xfb, 0x54, 0x44][..], &[0; 188]].concat();
        for between in [&b"rubbish"[..], &tag, &other_rate, &[0xff, 0xfb, 0x00, 0x44]] {
            let file = [&sound[..], between, &sound[..], &sound[..]].concat();
            let (mut index, mut source) = index(&file, &sound[..209]);
            let mark = index.mark_before(&mut source, 250 * 1152).unwrap().unwrap();
            assert_eq!(
                mark.samples_before,
                96 * 1152,
                "frames behind {between:?} were counted"
            );
        }
    }

    #[test]
    fn the_first_frame_is_the_demuxers_also_behind_a_tag_with_a_picture() {
        let sound = frames(80);
        let picture = vec![0xff; 300_000];
        let size = picture.len() as u32;
        let size = [size >> 21, size >> 14, size >> 7, size].map(|part| part as u8 & 0x7f);
        let file = [b"ID3\x04\0\0", &size[..], &picture, &sound[..]].concat();
        let (mut index, mut source) = index(&file, &sound[209..209 + 208]);
        let mark = index.mark_before(&mut source, 0).unwrap().unwrap();
        assert_eq!(mark.position, 300_010 + 209);
    }

    #[test]
    fn what_is_no_mp3_has_no_marks() {
        for (file, first) in [
            (&b"RIFFxxxxWAVE"[..], &b"RIFF"[..]),
            (b"", b""),
            (
                &[0xff, 0xfb, 0x50, 0x44, 0, 0, 0, 0, 0, 0, 0],
                &[0xff, 0xfb, 0x50, 0x44],
            ),
        ] {
            let mut source = Cursor::new(file.to_vec());
            if let Ok(mut index) = FrameIndex::beginning_with(&mut source, first) {
                assert_eq!(index.mark_before(&mut source, 0).unwrap(), None);
            }
        }
        // A recording of one second that is cut anywhere.
        let bytes = bytes_of("chirp.mp3");
        for cut in 10..bytes.len() {
            let mut source = Cursor::new(bytes[..cut].to_vec());
            let mut index = FrameIndex::beginning_with(&mut source, &frames(1)).unwrap();
            index.mark_before(&mut source, u64::MAX).unwrap();
        }
    }

    #[test]
    fn a_tail_is_a_file_of_its_own() {
        let mut tail = Tail::new(Box::new(Cursor::new(b"headtail".to_vec())), 4).unwrap();
        assert_eq!(tail.byte_len(), Some(4));
        let mut all = String::new();
        tail.read_to_string(&mut all).unwrap();
        assert_eq!(all, "tail");
        assert_eq!(tail.seek(SeekFrom::Start(1)).unwrap(), 1);
        assert_eq!(tail.seek(SeekFrom::Current(1)).unwrap(), 2);
        assert_eq!(tail.seek(SeekFrom::End(-1)).unwrap(), 3);
    }
}
