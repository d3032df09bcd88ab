//! What a media file is, by its first bytes: names and declared types lie. Also the size of a picture, where its header
//! tells it. Decodes nothing.

/// The first bytes that are looked at; the size of a JPEG may stand behind its metadata.
pub(super) const LOOK_BYTES: usize = 1 << 16;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its media type.
    pub media_type: &'static str,
    /// Width and height in pixels, if its header tells them.
    pub size_px: Option<(u32, u32)>,
}

/// Looks at the first bytes of a file; `None` if it is nothing that is published. SVG is not: it can run scripts and load
/// from other hosts.
pub(super) fn sniff(bytes: &[u8]) -> Option<Seen> {
    let plain = |media_type| {
        Some(Seen {
            media_type,
            size_px: None,
        })
    };
    let at = |from: usize, text: &[u8]| bytes.get(from..from + text.len()) == Some(text);
    if at(0, b"OggS") {
        let opus = bytes.windows(8).take(512).any(|window| window == b"OpusHead");
        plain(if opus {
            "audio/ogg; codecs=opus"
        } else {
            "audio/ogg"
        })
    } else if at(0, b"fLaC") {
        plain("audio/flac")
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        plain("audio/wav")
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(Seen {
            media_type: "image/webp",
            size_px: webp_size(bytes),
        })
    } else if at(4, b"ftyp") {
        match bytes.get(8..12)? {
            b"M4A " | b"M4B " => plain("audio/mp4"),
            b"avif" | b"heic" | b"heix" | b"mif1" => None,
            _ => plain("video/mp4"),
        }
    } else if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) {
        plain("video/webm")
    } else if at(0, b"ID3") || is_mp3_frame(bytes) {
        plain("audio/mpeg")
    } else if at(0, &[0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n']) {
        let size_px = at(12, b"IHDR")
            .then(|| be32(bytes, 16).zip(be32(bytes, 20)))
            .flatten();
        Some(Seen {
            media_type: "image/png",
            size_px,
        })
    } else if at(0, &[0xff, 0xd8, 0xff]) {
        Some(Seen {
            media_type: "image/jpeg",
            size_px: jpeg_size(bytes),
        })
    } else if at(0, b"WEBVTT") || at(0, b"\xef\xbb\xbfWEBVTT") {
        plain("text/vtt; charset=utf-8")
    } else {
        None
    }
}

/// An MPEG audio frame of layer III: sync bits, a version, a bit rate and a sample rate that exist.
fn is_mp3_frame(bytes: &[u8]) -> bool {
    let [0xff, second, third, ..] = bytes else {
        return false;
    };
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    second & 0xe0 == 0xe0 && version != 1 && layer == 1 && third >> 4 != 15 && third >> 2 & 3 != 3
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 2)?
        .try_into()
        .ok()
        .map(|two| u16::from_be_bytes(two).into())
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 2)?
        .try_into()
        .ok()
        .map(|two| u16::from_le_bytes(two).into())
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [low, middle, high]: [u8; 3] = bytes.get(at..at + 3)?.try_into().ok()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

/// The size in the first frame header (ITU-T T.81, B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let (0xff, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else {
            return None;
        };
        match marker {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return be16(bytes, at + 7).zip(be16(bytes, at + 5));
            }
            _ => at += 2 + usize::try_from(be16(bytes, at + 2)?).ok()?.max(2),
        }
    }
}

/// The size in the first chunk (RFC 9649).
fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((le24(bytes, 24)? + 1, le24(bytes, 27)? + 1)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(bytes.get(21..25)?.try_into().ok()?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => Some((le16(bytes, 26)? & 0x3fff, le16(bytes, 28)? & 0x3fff)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn media_are_known_by_their_bytes() {
        let jpeg =
            b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08\x02\xd0\x05\0\x03";
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\0\0\0\x02\xd0";
        let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x04\0\xcf\x02\0";
        let size = Some((1280, 720));
        for (bytes, media_type, size_px) in [
            (
                &b"OggS\0\x02\0\0\0\0\0\0\0\0OpusHead"[..],
                "audio/ogg; codecs=opus",
                None,
            ),
            (b"ID3\x04\0\0", "audio/mpeg", None),
            (b"\xff\xfb\x90\x64", "audio/mpeg", None),
            (b"\0\0\0\x20ftypM4A ", "audio/mp4", None),
            (b"\0\0\0\x20ftypisom", "video/mp4", None),
            (b"fLaC\0", "audio/flac", None),
            (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", None),
            (b"WEBVTT\n\n", "text/vtt; charset=utf-8", None),
            (jpeg, "image/jpeg", size),
            (png, "image/png", size),
            (webp, "image/webp", size),
        ] {
            assert_eq!(sniff(bytes), Some(Seen { media_type, size_px }));
        }
    }

    #[test]
    fn what_can_run_or_is_nothing_is_not_published() {
        for bytes in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'>"[..],
            b"<?xml version='1.0'?><svg>",
            b"<html>",
            b"MZ\x90",
            b"",
        ] {
            assert_eq!(sniff(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_can_stop_a_build(head in 0_usize..6, tail in proptest::collection::vec(any::<u8>(), 0..200)) {
            let heads: [&[u8]; 6] = [b"", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8X", b"RIFF\0\0\0\0WEBPVP8L", b"\x89PNG\r\n\x1a\n", b"\0\0\0\0ftyp"];
            sniff(&[heads[head], &tail].concat());
        }
    }
}
