//! The words of a recording as a publisher has them, WebVTT, SRT, LRC or plain text, read into what is published.

use alloclap_core::audio::Transcript;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// More than the words of ten hours with their times.
const LIMIT_BYTES: u64 = 4 << 20;

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spoken {
    /// The words alone.
    pub plain: String,
    /// The words with their times and chapters, as WebVTT; empty if nobody wrote down the times.
    pub timed: String,
}

/// Words with or without times.
pub fn words(text: &str) -> Spoken {
    let transcript = Transcript::parse(text);
    if transcript.timed {
        Spoken {
            plain: transcript.plain_text(),
            timed: transcript.to_webvtt(),
        }
    } else {
        Spoken {
            plain: text.trim_start_matches('\u{feff}').trim().to_owned(),
            timed: String::new(),
        }
    }
}

/// A file of words; what is not UTF-8 is read as Windows-1252, as tables are.
///
/// # Errors
/// What the system says.
pub fn read_words(path: &Path) -> io::Result<Spoken> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT_BYTES).read_to_end(&mut bytes)?;
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => words(text),
        Err(_) => words(&encoding_rs::WINDOWS_1252.decode(&bytes).0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_with_and_without_times_in_any_usual_encoding() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("words.srt");
        std::fs::write(&file, b"1\r\n00:00:01,000 --> 00:00:02,000\r\nL'\xe9t\xe9\r\n").unwrap();
        let read = read_words(&file).unwrap();
        assert_eq!(read.plain, "L'été");
        assert!(
            read.timed
                .starts_with("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nL'été\n"),
            "{}",
            read.timed
        );
        std::fs::write(&file, "\u{feff}L'été.\n").unwrap();
        let read = read_words(&file).unwrap();
        assert_eq!((read.plain.as_str(), read.timed.as_str()), ("L'été.", ""));
    }
}
