//! The readers that are not ours, behind one shape: a picture in, codes out, no panic.

use crate::code::{Code, Point, Symbology};
use crate::guard::quietly;
use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::datamatrix::{decoder::Decoder, detector::zxing_cpp_detector};
use rxing::qrcode::cpp_port::{decoder, detector};
use rxing::{BinaryBitmap, Luma8LuminanceSource};

/// Black and white as rxing's hybrid binariser sees it; nothing if the picture is too small for it.
pub(crate) fn hybrid(pixels: &[u8], width: u32, height: u32) -> Option<BitMatrix> {
    quietly(|| {
        let source = Luma8LuminanceSource::new(pixels.to_vec(), width, height).ok()?;
        Some(
            BinaryBitmap::new(HybridBinarizer::new(source))
                .get_black_matrix()
                .clone(),
        )
    })?
}

/// The QR Codes that rxing reads.
pub(crate) fn rxing_qr(image: &BitMatrix) -> Vec<Code> {
    quietly(|| {
        let mut patterns = detector::FindFinderPatterns(image, true, 0);
        let sets = detector::GenerateFinderPatternSets(&mut patterns);
        sets.iter()
            .filter_map(|set| quietly(|| rxing_qr_at(image, set)).flatten())
            .collect()
    })
    .unwrap_or_default()
}

fn rxing_qr_at(image: &BitMatrix, set: &detector::FinderPatternSet) -> Option<Code> {
    let sampled = detector::SampleQR(image, set).ok()?;
    let decoded = decoder::Decode(sampled.getBits())
        .ok()
        .filter(|decoded| decoded.isValid())?;
    Some(Code {
        symbology: Symbology::QrCode,
        text: Some(decoded.text()).filter(|text| !text.is_empty()),
        bytes: decoded.content().bytes().to_vec(),
        corners: corners(sampled.getPoints())?,
    })
}

/// The Data Matrix codes that rxing reads.
pub(crate) fn rxing_data_matrix(image: &BitMatrix) -> Vec<Code> {
    quietly(|| {
        let reader = Decoder::new();
        let found = zxing_cpp_detector::detect(image, true, true).ok()?;
        let codes = found.iter().filter_map(|symbol| {
            let text = reader.decode(symbol.getBits()).ok()?.getText().to_owned();
            Some(Code {
                symbology: Symbology::DataMatrix,
                bytes: latin_1(&text),
                text: Some(text).filter(|text| !text.is_empty()),
                corners: corners(symbol.getPoints())?,
            })
        });
        Some(codes.collect())
    })
    .flatten()
    .unwrap_or_default()
}

/// The QR Codes that rqrr reads.
pub(crate) fn rqrr_qr(pixels: &[u8], width: u32, height: u32) -> Vec<Code> {
    let (width, height) = (width as usize, height as usize);
    quietly(|| {
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            pixels.get(y * width + x).copied().unwrap_or(255)
        });
        let codes = image.detect_grids().into_iter().filter_map(|grid| {
            let mut bytes = vec![];
            quietly(|| grid.decode_to(&mut bytes))?.ok()?;
            let corners = grid.bounds.map(|p| Point {
                x: p.x as f32,
                y: p.y as f32,
            });
            let text = String::from_utf8(bytes.clone())
                .unwrap_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect());
            Some(Code {
                symbology: Symbology::QrCode,
                text: Some(text).filter(|text| !text.is_empty()),
                bytes,
                corners,
            })
        });
        codes.collect()
    })
    .unwrap_or_default()
}

fn corners(points: &[rxing::Point]) -> Option<[Point; 4]> {
    let at = |i: usize| points.get(i).map(|p| Point { x: p.x, y: p.y });
    Some([at(0)?, at(1)?, at(2)?, at(3)?])
}

/// The bytes of a Data Matrix without ECI, whose text is in Latin-1; otherwise those of its text.
fn latin_1(text: &str) -> Vec<u8> {
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    bytes.unwrap_or_else(|_| text.as_bytes().to_vec())
}
