//! The pictures of the public data and what is in them: `ALLOCLAP_DATA/codes` with its `manifest.csv` (set, file, format, expected, …).
//!
//! `expected` is `T:` and a text, `A:` and a JSON list of texts (any one will do), `B:` and hexadecimal bytes, `?` (nobody could read it
//! yet), or empty (no code is there).

use super::readers::Content;
use image::GrayImage;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The groups of the tables, and how the names of their sets begin.
pub const GROUPS: [(&str, &[&str]); 6] = [
    ("photos QR", &["b1280-"]),
    ("zxing samples QR", &["zx-qr", "zc-qr"]),
    ("synthetic QR", &["syn-qr"]),
    ("samples DM", &["zx-dm", "zc-dm", "zx-inv"]),
    ("synthetic DM", &["syn-dm"]),
    ("no code", &["empty", "neg"]),
];

/// Pictures whose list is wrong, with what their modules say: taken as right too, for every reader.
///
/// `zx-qr2__13.png` is listed with "photograph". Sampled plainly, its symbol (version 6, level Q, mask 7) has all modules of all 74 codewords of the text
/// with "photography" but one, and the check codewords of three of its four blocks; the fourth has other padding. Encoded with "photograph" 526 of its
/// 1,681 modules differ. No error correction puts a letter into a text, moves all that follows and counts one more.
const ERRATA: [(&str, &str); 1] = [(
    "zx-qr2__13.png",
    "The 2005 USGS aerial photography of the Washington Monument is censored.",
)];

/// A picture file of the data.
#[derive(Debug)]
pub struct Listed {
    pub set: String,
    pub file: PathBuf,
    pub group: usize,
    pub truth: Truth,
}

/// What a picture is known to hold.
#[derive(Debug, PartialEq)]
pub enum Truth {
    AnyOf(Vec<String>),
    Bytes(String),
    /// There is a code, and nobody could read it.
    Unknown,
    NoCode,
}

/// All pictures; nothing, said aloud, if the data is not here.
pub fn listed() -> Result<Vec<Listed>, Box<dyn Error>> {
    let folder = std::env::var_os("ALLOCLAP_DATA").map(|data| Path::new(&data).join("codes"));
    let Some(folder) = folder.filter(|folder| folder.join("manifest.csv").is_file()) else {
        println!("skipped: there is no ALLOCLAP_DATA/codes/manifest.csv");
        return Ok(vec![]);
    };
    let mut pictures = vec![];
    for row in csv::Reader::from_path(folder.join("manifest.csv"))?.records() {
        let row = row?;
        let field = |at: usize| row.get(at).unwrap_or_default();
        let begins = |(_, sets): &(&str, &[&str])| sets.iter().any(|set| field(0).starts_with(set));
        if let Some(group) = GROUPS.iter().position(begins) {
            let mut truth =
                Truth::of(field(3)).map_err(|why| format!("manifest.csv, {}: {why}", field(1)))?;
            if let (Truth::AnyOf(texts), Some((_, text))) =
                (&mut truth, ERRATA.iter().find(|(file, _)| *file == field(1)))
            {
                texts.push((*text).to_owned());
            }
            pictures.push(Listed {
                set: field(0).to_owned(),
                file: folder.join(field(1)),
                group,
                truth,
            });
        }
    }
    Ok(pictures)
}

impl Listed {
    /// The picture in grey, as it lies in the file.
    pub fn luma(&self) -> Result<GrayImage, String> {
        let picture = image::open(&self.file).map_err(|why| format!("{}: {why}", self.file.display()))?;
        Ok(picture.into_luma8())
    }

    /// The file's name without its folder.
    pub fn name(&self) -> String {
        self.file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

impl Truth {
    fn of(expected: &str) -> Result<Self, Box<dyn Error>> {
        Ok(match (expected, expected.split_at_checked(2)) {
            ("", _) => Self::NoCode,
            ("?", _) => Self::Unknown,
            (_, Some(("T:", text))) => Self::AnyOf(vec![plain(text)]),
            (_, Some(("A:", list))) => Self::AnyOf(serde_json::from_str(list)?),
            (_, Some(("B:", bytes))) => Self::Bytes(bytes.to_owned()),
            _ => return Err(format!("\"{expected}\" is no expectation").into()),
        })
    }

    /// Whether a content is one of the expected.
    pub fn admits(&self, content: &Content) -> bool {
        match self {
            Self::AnyOf(texts) => texts.contains(&plain(&content.text)),
            Self::Bytes(wanted) => {
                // A reader that gives text alone gives bytes as Latin-1.
                let latin1: Option<Vec<u8>> = content
                    .text
                    .chars()
                    .map(|c| u8::try_from(u32::from(c)).ok())
                    .collect();
                [content.bytes.as_ref(), latin1.as_ref()]
                    .into_iter()
                    .flatten()
                    .any(|bytes| hexadecimal(bytes) == *wanted)
            }
            Self::Unknown | Self::NoCode => false,
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text without what the readers disagree on: kinds of line ends, and blanks around.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}
