//! The readers that are not ours, behind one shape: a picture in, codes out, no panic.

use crate::code::{Code, Point, Symbology};
use crate::datamatrix;
use crate::guard::quietly;
use crate::picture::Picture;
use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::datamatrix::{decoder::Decoder, detector::zxing_cpp_detector};
use rxing::{BinaryBitmap, Luma8Source};

/// Black and white as rxing's hybrid binariser sees it; nothing if the picture is too small for it.
pub(crate) fn hybrid(picture: &Picture) -> Option<BitMatrix> {
    let (width, height) = (
        u32::try_from(picture.width).ok()?,
        u32::try_from(picture.height).ok()?,
    );
    quietly(|| {
        let source = Luma8Source::new_with_slice(&picture.pixels, width, height).ok()?;
        Some(
            BinaryBitmap::new(HybridBinarizer::new(source))
                .get_black_matrix()
                .clone(),
        )
    })?
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
                bytes: datamatrix::decode::content_bytes(&text),
                text: Some(text).filter(|text| !text.is_empty()),
                corners: corners(symbol.getPoints())?,
                spare: None,
            })
        });
        Some(codes.collect())
    })
    .flatten()
    .unwrap_or_default()
}

fn corners(points: &[rxing::Point]) -> Option<[Point; 4]> {
    let at = |i: usize| points.get(i).map(|p| Point { x: p.x, y: p.y });
    Some([at(0)?, at(1)?, at(2)?, at(3)?])
}
