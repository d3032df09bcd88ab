//! Reading flashcodes: ours, rqrr alone and rxing alone, on pictures of the public data whose codes are known, and on
//! pictures without any. Opening the files is not measured.

mod measure;

use alloclap_flashcode::{LumaView, Reader};
use image::GrayImage;
use measure::{Outcome, Spread, Table, time, timed};
use rxing::common::HybridBinarizer;
use rxing::{BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, Reader as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

/// The kinds of pictures: what their file names begin with, and what a person calls them.
const KINDS: [(&str, &str); 6] = [
    ("empty-", "frames without a code"),
    ("b1280-", "photos"),
    ("zx-qr", "QR samples"),
    ("zx-dm", "Data Matrix samples"),
    ("syn-qr", "synthetic QR"),
    ("syn-dm", "synthetic Data Matrix"),
];

type Texts = Vec<String>;
/// Ours, rqrr, rxing.
const READERS: [fn(&GrayImage) -> Texts; 3] = [ours, by_rqrr, by_rxing];

fn main() -> Outcome {
    let Some(folder) = alloclap_tests::data("codes") else {
        return Ok(());
    };
    // rqrr panics on some pictures; that counts as nothing read, and needs no report.
    std::panic::set_hook(Box::new(|_| ()));
    let mut table = Table::new(&[
        "pictures",
        "",
        "ours",
        "rqrr",
        "rxing",
        "ours : rqrr",
        "ours : rxing",
    ]);
    for (beginning, name) in KINDS {
        let mut counts = [0_u32; READERS.len()];
        let mut times: [Vec<Duration>; READERS.len()] = Default::default();
        let mut pictures = 0;
        for (file, expected) in listed(&folder)? {
            // A picture whose code nobody could read says nothing about how long reading takes.
            if !file.starts_with(beginning) || (expected.is_empty() && beginning != "empty-") {
                continue;
            }
            let picture = image::open(folder.join(&file))?.into_luma8();
            pictures += 1;
            for ((read, count), times) in READERS.iter().zip(&mut counts).zip(&mut times) {
                let (texts, time) =
                    timed(|| catch_unwind(AssertUnwindSafe(|| read(&picture))).unwrap_or_default());
                *count += u32::from(texts.iter().any(|text| expected.contains(text)));
                times.push(time);
            }
        }
        let [ours, rqrr, rxing] = times.map(Spread::of);
        let title = format!("{pictures} {name}");
        table.row(&[
            &title,
            &"median",
            &time(ours.median),
            &time(rqrr.median),
            &time(rxing.median),
            &ours.against(rqrr),
            &ours.against(rxing),
        ]);
        table.row(&[
            &"",
            &"longest",
            &time(ours.max),
            &time(rqrr.max),
            &time(rxing.max),
            &"",
            &"",
        ]);
        if beginning != "empty-" {
            let [ours, rqrr, rxing] = counts;
            table.row(&[&"", &"read", &ours, &rqrr, &rxing, &"", &""]);
        }
    }
    table.print("scan: one picture, decoding alone, one thread");
    Ok(())
}

/// The pictures with the texts of which each counts as read; empty: there is no code, or nobody could read it.
fn listed(folder: &Path) -> Result<Vec<(String, Texts)>, Box<dyn std::error::Error>> {
    let mut pictures = Vec::new();
    for row in csv::Reader::from_path(folder.join("manifest.csv"))?.records() {
        let row = row?;
        let (Some(file), Some(expected)) = (row.get(1), row.get(3)) else {
            continue;
        };
        let texts = match expected.split_once(':') {
            Some(("T", text)) => vec![text.to_owned()],
            Some(("A", texts)) => serde_json::from_str(texts)?,
            _ => Vec::new(),
        };
        pictures.push((file.to_owned(), texts));
    }
    Ok(pictures)
}

fn ours(picture: &GrayImage) -> Texts {
    let (width, height) = picture.dimensions();
    let view = LumaView {
        data: picture.as_raw(),
        width,
        height,
        row_stride: width,
    };
    let codes = Reader::new().read(&view).unwrap_or_default();
    codes.into_iter().filter_map(|code| code.text).collect()
}

fn by_rqrr(picture: &GrayImage) -> Texts {
    let (width, height) = picture.dimensions();
    let stride = width as usize;
    let pixels = picture.as_raw();
    let at = |x: usize, y: usize| pixels.get(y * stride + x).copied().unwrap_or_default();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(stride, height as usize, at);
    prepared
        .detect_grids()
        .iter()
        .filter_map(|grid| Some(grid.decode().ok()?.1))
        .collect()
}

/// As rxing's own helper for a picture of luma does it.
fn by_rxing(picture: &GrayImage) -> Texts {
    let (width, height) = picture.dimensions();
    let Ok(source) = Luma8Source::new_with_slice(picture.as_raw(), width, height) else {
        return Texts::new();
    };
    let hints = DecodeHints {
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let read = MultiFormatReader::default().decode_with_hints(&mut bitmap, &hints);
    read.map(|code| vec![code.getText().to_owned()])
        .unwrap_or_default()
}
