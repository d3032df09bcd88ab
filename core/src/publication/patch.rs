//! Texts on their way: packed into one zstd frame, or as a patch against an older text. Says nothing about what is in them; who
//! uses the result compares its hash.

use super::ReadError;
use std::io::{self, Read, Write};

/// Most bytes of a text that is patched, old or new. Larger ones are fetched whole: a window over both would cost a phone too
/// much memory.
pub const MAX_PATCHED_BYTES: u64 = 8 << 20;
/// Largest window of a patch, as a power of two in bytes: over both texts.
const MAX_PATCH_WINDOW_LOG: u32 = 24;
/// How hard texts are compressed. The packs of the Paris table, 8.8 MB of JSON, come to 765 kB at level 12, 718 kB at 19
/// and 709 kB at 22, in 0.2, 4.8 and 10.6 s; they are read far more often than written.
const LEVEL: i32 = 19;

/// Packs a text into one zstd frame.
///
/// # Errors
/// None that a text can cause: memory is out.
pub fn pack_text(text: &[u8]) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(text, LEVEL)
}

/// A text as a zstd frame in which nothing is compressed (RFC 8878, 3.1.1). For what a phone keeps for itself: zstd's compressor
/// would be 0.2 MB of its library, for some hundred kilobytes of its disk.
pub fn store_text(text: &[u8]) -> Vec<u8> {
    /// The largest block, and the window that it needs: 2^17 bytes.
    const BLOCK_BYTES: usize = 128 << 10;
    /// Magic number; a content size of eight bytes follows the window of 2^(10 + 7) bytes; no checksum.
    const HEAD: [u8; 6] = [0x28, 0xb5, 0x2f, 0xfd, 0xc0, 7 << 3];
    let mut frame = Vec::with_capacity(text.len() + text.len() / BLOCK_BYTES * 3 + 17);
    frame.extend_from_slice(&HEAD);
    frame.extend_from_slice(&(text.len() as u64).to_le_bytes());
    let mut rest = text;
    loop {
        let (block, after) = rest.split_at(rest.len().min(BLOCK_BYTES));
        rest = after;
        // Three bytes: whether it is the last one, that it is raw, and its length.
        let head = u32::from(rest.is_empty()) | (block.len() as u32) << 3;
        frame.extend_from_slice(head.to_le_bytes().get(..3).unwrap_or_default());
        frame.extend_from_slice(block);
        if rest.is_empty() {
            return frame;
        }
    }
}

/// Makes what turns an old text into a new one; nothing if one of them is too large.
///
/// # Errors
/// None that a text can cause: memory is out.
pub fn make_patch(old: &[u8], new: &[u8]) -> io::Result<Option<Vec<u8>>> {
    if old.len().max(new.len()) as u64 > MAX_PATCHED_BYTES {
        return Ok(None);
    }
    let window_log = (old.len() + new.len()).max(1 << 10).next_power_of_two().ilog2();
    let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), LEVEL, old)?;
    encoder.window_log(window_log)?;
    encoder.long_distance_matching(true)?;
    encoder.include_checksum(false)?;
    encoder.write_all(new)?;
    encoder.finish().map(Some)
}

/// Unpacks a text that must come to exactly so many bytes.
///
/// # Errors
/// Broken zstd, or another length.
pub fn unpack_text(packed: &[u8], bytes: u64) -> Result<Vec<u8>, ReadError> {
    let decoder = zstd::stream::read::Decoder::new(packed).map_err(broken)?;
    whole(decoder, super::MAX_WINDOW_LOG, bytes)
}

/// Turns an old text into the new one, which must come to exactly so many bytes.
///
/// # Errors
/// A text that is too large, broken zstd, or another length.
pub fn apply_patch(old: &[u8], patch: &[u8], bytes: u64) -> Result<Vec<u8>, ReadError> {
    for bytes in [old.len() as u64, bytes] {
        if bytes > MAX_PATCHED_BYTES {
            return Err(ReadError::TooLarge {
                bytes,
                limit: MAX_PATCHED_BYTES,
            });
        }
    }
    let decoder = zstd::stream::read::Decoder::with_ref_prefix(patch, old).map_err(broken)?;
    whole(decoder, MAX_PATCH_WINDOW_LOG, bytes)
}

fn whole<R: io::BufRead>(
    mut decoder: zstd::stream::read::Decoder<'_, R>,
    window_log: u32,
    bytes: u64,
) -> Result<Vec<u8>, ReadError> {
    decoder.window_log_max(window_log).map_err(broken)?;
    let mut text = Vec::new();
    decoder
        .take(bytes.saturating_add(1))
        .read_to_end(&mut text)
        .map_err(broken)?;
    if text.len() as u64 == bytes {
        return Ok(text);
    }
    Err(ReadError::Malformed(format!(
        "it does not unpack to the {bytes} bytes announced"
    )))
}

fn broken(error: io::Error) -> ReadError {
    ReadError::Malformed(format!("broken zstd: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A thousand places with their anecdotes; `edit` changes one in fifty.
    fn places(edit: bool) -> Vec<u8> {
        let mut state = 7_u64;
        let mut word = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            format!("{:x}", state >> 40)
        };
        let mut text = String::new();
        for n in 0..1_000 {
            let anecdote: Vec<String> = (0..20).map(|_| word()).collect();
            let end = if edit && n % 50 == 7 {
                format!("et {} {}", n * 7, n * 13)
            } else {
                String::new()
            };
            text.push_str(&format!(
                "{{\"id\":\"p{n}\",\"infoclap\":\"{} {end}\"}},\n",
                anecdote.join(" ")
            ));
        }
        text.into_bytes()
    }

    #[test]
    fn a_text_that_is_only_stored_is_read_like_a_packed_one() {
        for length in [0, 1, 131_071, 131_072, 131_073, 262_144, 1_000_000] {
            let text: Vec<u8> = (0..length as u32).map(|n| (n * 7 + n / 251) as u8).collect();
            let stored = store_text(&text);
            assert_eq!(unpack_text(&stored, length).unwrap(), text, "{length} bytes");
            assert!(
                unpack_text(&stored[..stored.len() - 1], length).is_err(),
                "{length} bytes, cut"
            );
        }
    }

    #[test]
    fn two_percent_of_a_pack_cost_a_few_hundred_bytes() {
        let (old, new) = (places(false), places(true));
        let patch = make_patch(&old, &new).unwrap().unwrap();
        assert_eq!(apply_patch(&old, &patch, new.len() as u64).unwrap(), new);
        let whole = pack_text(&new).unwrap();
        assert!(
            patch.len() < 1_500 && patch.len() * 20 < whole.len(),
            "{} bytes instead of {}",
            patch.len(),
            whole.len()
        );
    }

    #[test]
    fn a_patch_for_another_text_and_a_bomb_are_refused() {
        let (old, new) = (places(false), places(true));
        let patch = make_patch(&old, &new).unwrap().unwrap();
        let wrong = apply_patch(b"another text", &patch, new.len() as u64);
        assert!(wrong.is_err() || wrong.unwrap() != new);
        assert!(apply_patch(&old, &patch, new.len() as u64 - 1).is_err());
        let bomb = make_patch(b"", &vec![b' '; 8 << 20]).unwrap().unwrap();
        assert!(bomb.len() < 10_000 && apply_patch(b"", &bomb, 1_000).is_err());
        assert!(matches!(
            apply_patch(b"", &bomb, u64::MAX),
            Err(ReadError::TooLarge { .. })
        ));
        assert_eq!(make_patch(&vec![0; 9 << 20], b"").unwrap(), None);
    }

    proptest! {
        #[test]
        fn what_is_patched_and_packed_comes_back(old: Vec<u8>, new: Vec<u8>) {
            let patch = make_patch(&old, &new).unwrap().unwrap();
            prop_assert_eq!(&apply_patch(&old, &patch, new.len() as u64).unwrap(), &new);
            prop_assert_eq!(unpack_text(&pack_text(&new).unwrap(), new.len() as u64).unwrap(), new);
        }

        #[test]
        fn noise_is_no_patch_and_no_harm(old: Vec<u8>, noise: Vec<u8>, bytes in 0..10_000_u64) {
            let _ = apply_patch(&old, &noise, bytes);
            let _ = unpack_text(&noise, bytes);
        }
    }
}
