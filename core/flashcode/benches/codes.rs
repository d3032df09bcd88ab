//! How many codes are read, how many wrongly, and in what time: this reader, rqrr alone and rxing alone, over pictures with known contents.
//!
//! `ALLOCLAP_DATA/codes` holds the pictures and `manifest.csv` (set, file, format, expected, width, height). `expected` is `T:` and a text,
//! `A:` and a JSON list of texts (any one will do), `B:` and hexadecimal bytes, `?` (nobody could read it yet: a read is *extra*), or empty
//! (no code is there: any read is wrong). An extra read counts only if the picture turned by 90° gives the same text, and is listed for
//! eyes. Every picture is read by one reader after the other, so that the machine's load falls on all of them alike.

use alloclap_flashcode::{LumaView, Reader};
use image::GrayImage;
use rxing::{BarcodeFormat, DecodeHints};
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::time::Instant;

/// The groups of the table, and how the names of their sets begin.
const GROUPS: [(&str, &[&str]); 6] = [
    ("photos QR", &["b1280-"]),
    ("zxing samples QR", &["zx-qr", "zc-qr"]),
    ("synthetic QR", &["syn-qr"]),
    ("samples DM", &["zx-dm", "zc-dm", "zx-inv"]),
    ("synthetic DM", &["syn-dm"]),
    ("no code", &["empty", "neg"]),
];

/// What a reader finds in a picture.
type Read = fn(&GrayImage) -> Vec<Content>;

/// The readers: a name, and a picture in, contents out.
const READERS: [(&str, Read); 4] = [
    ("alloclap", alloclap),
    ("rqrr", rqrr_alone),
    ("rxing hybrid", rxing_hybrid),
    ("rxing filtered", rxing_filtered),
];

/// The content of a code.
#[derive(Debug, Default)]
struct Content {
    /// Empty if it is no text.
    text: String,
    /// Nothing if the reader gives none.
    bytes: Option<Vec<u8>>,
}

/// What a picture is known to hold.
#[derive(Debug)]
enum Truth {
    AnyOf(Vec<String>),
    Bytes(String),
    Unknown,
    NoCode,
}

/// What a reader did in one group.
#[derive(Debug, Default)]
struct Tally {
    images: usize,
    known: usize,
    read: usize,
    wrong: usize,
    extra: usize,
    ms: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::var_os("ALLOCLAP_DATA").map(|data| Path::new(&data).join("codes"));
    let Some(folder) = folder.filter(|folder| folder.join("manifest.csv").is_file()) else {
        println!("codes: nothing to measure, there is no ALLOCLAP_DATA/codes/manifest.csv");
        return Ok(());
    };
    // Third-party readers panic on some pictures; that is a picture not read, and no news.
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let measured = measure(&folder);
    set_hook(hook);
    let (tallies, extras) = measured?;
    print_table(&tallies);
    println!(
        "\nzxing-cpp is not in this run: its crate compiles the whole C++ library, which every test of this crate would wait for."
    );
    println!("\nextra reads, the same in the picture turned by 90°; look at them:");
    for (reader, file, text) in extras {
        println!("{reader:15} {file}: {text:?}");
    }
    Ok(())
}

type Tallies = HashMap<(usize, usize), Tally>;
type Extra = (&'static str, String, String);

fn measure(folder: &Path) -> Result<(Tallies, Vec<Extra>), Box<dyn Error>> {
    let (mut tallies, mut extras) = (Tallies::new(), vec![]);
    for row in csv::Reader::from_path(folder.join("manifest.csv"))?.records() {
        let row = row?;
        let field = |at: usize| row.get(at).unwrap_or_default();
        let (set, file) = (field(0), field(1));
        let Some(group) = GROUPS
            .iter()
            .position(|(_, begins)| begins.iter().any(|begin| set.starts_with(begin)))
        else {
            continue;
        };
        let truth = Truth::of(field(3)).map_err(|why| format!("manifest.csv, {file}: {why}"))?;
        let picture = image::open(folder.join(file))
            .map_err(|why| format!("{file}: {why}"))?
            .into_luma8();
        for (reader, (name, read)) in READERS.iter().enumerate() {
            let begun = Instant::now();
            let contents = black_box(safely(*read, black_box(&picture)));
            let ms = begun.elapsed().as_secs_f64() * 1e3;
            let tally = tallies.entry((group, reader)).or_default();
            tally.images += 1;
            tally.ms.push(ms);
            match &truth {
                Truth::NoCode => tally.wrong += usize::from(!contents.is_empty()),
                Truth::Unknown => {
                    if let Some(text) = seen_twice(*read, &picture, &contents) {
                        tally.extra += 1;
                        extras.push((*name, file.to_owned(), text));
                    }
                }
                known => {
                    let right = contents.iter().any(|content| known.admits(content));
                    tally.known += 1;
                    tally.read += usize::from(right);
                    tally.wrong += usize::from(!right && !contents.is_empty());
                }
            }
        }
    }
    Ok((tallies, extras))
}

fn safely(read: fn(&GrayImage) -> Vec<Content>, picture: &GrayImage) -> Vec<Content> {
    catch_unwind(AssertUnwindSafe(|| read(picture))).unwrap_or_default()
}

/// A text that comes from the picture, and from the picture turned by 90°.
fn seen_twice(
    read: fn(&GrayImage) -> Vec<Content>,
    picture: &GrayImage,
    first: &[Content],
) -> Option<String> {
    if first.is_empty() {
        return None;
    }
    let second = safely(read, &image::imageops::rotate90(picture));
    let both = first
        .iter()
        .find(|content| second.iter().any(|other| other.text == content.text));
    both.map(|content| content.text.clone())
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

    fn admits(&self, content: &Content) -> bool {
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

fn print_table(tallies: &Tallies) {
    println!(
        "{:17} {:15} {:>6} {:>6} {:>6} {:>6} {:>6} {:>10} {:>8}",
        "group", "reader", "images", "known", "read", "extra", "wrong", "median ms", "p95 ms"
    );
    for (group, (group_name, _)) in GROUPS.iter().enumerate() {
        for (reader, (reader_name, _)) in READERS.iter().enumerate() {
            let Some(tally) = tallies.get(&(group, reader)) else {
                continue;
            };
            let mut ms = tally.ms.clone();
            ms.sort_by(f64::total_cmp);
            let quantile = |part: f64| {
                let at = (ms.len() as f64 * part) as usize;
                ms.get(at.min(ms.len().saturating_sub(1)))
                    .copied()
                    .unwrap_or_default()
            };
            println!(
                "{group_name:17} {reader_name:15} {:6} {:6} {:6} {:6} {:6} {:10.2} {:8.2}",
                tally.images,
                tally.known,
                tally.read,
                tally.extra,
                tally.wrong,
                quantile(0.5),
                quantile(0.95),
            );
        }
    }
}

fn alloclap(picture: &GrayImage) -> Vec<Content> {
    let (width, height) = picture.dimensions();
    let codes = Reader::new().read(&LumaView {
        data: picture.as_raw(),
        width,
        height,
        row_stride: width,
    });
    let content = |code: alloclap_flashcode::Code| Content {
        text: code.text.unwrap_or_default(),
        bytes: Some(code.bytes),
    };
    codes.unwrap_or_default().into_iter().map(content).collect()
}

fn rqrr_alone(picture: &GrayImage) -> Vec<Content> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        picture.as_raw().get(y * width + x).copied().unwrap_or_default()
    });
    let read = |grid: &rqrr::Grid<_>| {
        let mut bytes = vec![];
        // One grid that makes it panic must not take the others' contents along.
        let decoded = catch_unwind(AssertUnwindSafe(|| grid.decode_to(&mut bytes)));
        decoded.ok()?.ok()?;
        Some(Content {
            text: String::from_utf8(bytes.clone()).unwrap_or_default(),
            bytes: Some(bytes),
        })
    };
    prepared.detect_grids().iter().filter_map(read).collect()
}

fn rxing_hybrid(picture: &GrayImage) -> Vec<Content> {
    let (width, height) = picture.dimensions();
    let read = rxing::helpers::detect_in_luma_with_hints(
        picture.as_raw().clone(),
        width,
        height,
        None,
        &mut both_kinds(false),
    );
    of_rxing(read)
}

fn rxing_filtered(picture: &GrayImage) -> Vec<Content> {
    let (width, height) = picture.dimensions();
    let read = rxing::helpers::detect_in_luma_filtered_with_hints(
        picture.as_raw().clone(),
        width,
        height,
        None,
        &mut both_kinds(true),
    );
    of_rxing(read)
}

fn both_kinds(inverted_too: bool) -> DecodeHints {
    DecodeHints {
        PossibleFormats: Some(HashSet::from([
            BarcodeFormat::QR_CODE,
            BarcodeFormat::DATA_MATRIX,
        ])),
        TryHarder: Some(true),
        AlsoInverted: Some(inverted_too),
        ..DecodeHints::default()
    }
}

fn of_rxing(read: Result<rxing::RXingResult, rxing::Exceptions>) -> Vec<Content> {
    let content = |code: rxing::RXingResult| Content {
        text: code.getText().to_owned(),
        bytes: None,
    };
    read.into_iter().map(content).collect()
}
