//! The readers that are measured, behind one shape: a picture in, contents out, no panic.

use alloclap_flashcode::{LumaView, Reader};
use image::GrayImage;
use rxing::{BarcodeFormat, DecodeHints};
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;

/// The content of a code.
#[derive(Debug, Default, Clone)]
pub struct Content {
    /// Empty if it is no text.
    pub text: String,
    /// Nothing if the reader gives none.
    pub bytes: Option<Vec<u8>>,
    /// `qr_code` or `data_matrix`; empty if the reader was not asked.
    pub symbology: &'static str,
}

/// What a reader finds in a picture.
pub type Read = fn(&GrayImage) -> Vec<Content>;

/// The readers: a name, and a picture in, contents out. Ours in still mode, the others as their own helpers call them.
pub const READERS: &[(&str, Read)] = &[
    ("alloclap", alloclap),
    ("rqrr", rqrr_alone),
    ("rxing hybrid", rxing_hybrid),
    ("rxing filtered", rxing_filtered),
    #[cfg(feature = "peer-zxing-cpp")]
    ("zxing-cpp quick", zxing_cpp_quick),
    #[cfg(feature = "peer-zxing-cpp")]
    ("zxing-cpp all", zxing_cpp_all),
];

/// What a reader finds; nothing if it panics.
pub fn safely(read: Read, picture: &GrayImage) -> Vec<Content> {
    catch_unwind(AssertUnwindSafe(|| read(picture))).unwrap_or_default()
}

/// A picture as our reader takes it.
pub fn view(picture: &GrayImage) -> LumaView<'_> {
    let (width, height) = picture.dimensions();
    LumaView {
        data: picture.as_raw(),
        width,
        height,
        row_stride: width,
    }
}

/// A code of ours as a content.
pub fn content(code: alloclap_flashcode::Code) -> Content {
    Content {
        text: code.text.unwrap_or_default(),
        bytes: Some(code.bytes),
        symbology: match code.symbology {
            alloclap_flashcode::Symbology::QrCode => "qr_code",
            alloclap_flashcode::Symbology::DataMatrix => "data_matrix",
        },
    }
}

/// What one step of our ladder did over all pictures.
#[derive(Debug, Default, Clone)]
pub struct Earned {
    pub pictures: usize,
    pub codes: u32,
    pub time: Duration,
}

/// Our steps by name, with the order in which they were first taken.
pub static STEPS: Mutex<BTreeMap<String, (usize, Earned)>> = Mutex::new(BTreeMap::new());

fn alloclap(picture: &GrayImage) -> Vec<Content> {
    let read = Reader::new().read_explained(&view(picture), &super::processor_time);
    let (codes, steps) = read.unwrap_or_default();
    if let Ok(mut all) = STEPS.lock() {
        for step in steps {
            let next = all.len();
            let (_, earned) = all.entry(step.name).or_insert((next, Earned::default()));
            earned.pictures += 1;
            earned.codes += step.codes;
            earned.time += step.time;
        }
    }
    codes.into_iter().map(content).collect()
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
            symbology: "",
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
        ..Content::default()
    };
    read.into_iter().map(content).collect()
}

#[cfg(feature = "peer-zxing-cpp")]
fn zxing_cpp_quick(picture: &GrayImage) -> Vec<Content> {
    zxing_cpp(picture, false)
}

#[cfg(feature = "peer-zxing-cpp")]
fn zxing_cpp_all(picture: &GrayImage) -> Vec<Content> {
    zxing_cpp(picture, true)
}

#[cfg(feature = "peer-zxing-cpp")]
fn zxing_cpp(picture: &GrayImage, all: bool) -> Vec<Content> {
    use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};
    let (width, height) = picture.dimensions();
    // Its `QRCode` takes Micro QR along, which makes up texts.
    let reader = BarcodeReader::new()
        .formats(vec![BarcodeFormat::QRCodeModel2, BarcodeFormat::DataMatrix])
        .try_harder(all)
        .try_invert(all)
        .try_rotate(all)
        .try_downscale(all);
    let Ok(view) = ImageView::from_slice(picture.as_raw(), width, height, ImageFormat::Lum) else {
        return vec![];
    };
    let codes = reader.from(view).unwrap_or_default();
    let content = |code: &zxingcpp::Barcode| Content {
        text: code.text(),
        bytes: Some(code.bytes()),
        symbology: "",
    };
    codes.iter().map(content).collect()
}
