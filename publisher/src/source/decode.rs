//! Bytes of a text file to text, whatever program saved it.

use std::borrow::Cow;

/// The text, and whether it had to be read as Windows-1252.
///
/// A byte-order mark decides (UTF-8, or UTF-16 as Excel's "Unicode text"); then valid UTF-8 is UTF-8, because other
/// encodings hardly ever are by chance; everything else is what French Windows programs save.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return (text, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
            true,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_way_to_save_a_text_is_read() {
        let want = "Liberté ; œuvre";
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(want.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let windows = encoding_rs::WINDOWS_1252.encode(want).0.into_owned();
        for bytes in [
            want.as_bytes(),
            format!("\u{feff}{want}").as_bytes(),
            &utf16,
            &windows,
        ] {
            assert_eq!(decode(bytes).0, want);
        }
        assert!(decode(&windows).1, "the reader is told of the old encoding");
    }
}
