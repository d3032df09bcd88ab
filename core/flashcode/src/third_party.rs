//! The readers that are not ours, behind one shape: a picture in, codes out, no panic.

use crate::code::{Code, Point, Symbology};
use crate::datamatrix;
use crate::guard::quietly;
use crate::picture::Picture;
use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::datamatrix::{decoder::Decoder, detector::zxing_cpp_detector};
use rxing::{BinaryBitmap, Luma8Source};

/// The modules of a QR Code as somebody else sampled them.
pub(crate) struct Sampled {
    /// Modules along a side.
    pub(crate) size: usize,
    /// Row after row: dark or not.
    pub(crate) dark: Vec<bool>,
    /// Clockwise from the upper left.
    pub(crate) corners: [Point; 4],
}

/// The most symbols that are taken over from one reader in one picture.
const MOST_SAMPLED: usize = 60;

/// Black and white as rxing's hybrid binariser sees it; nothing if the picture is too small for it.
pub(crate) fn hybrid(picture: &Picture<'_>) -> Option<BitMatrix> {
    let (width, height) = (
        u32::try_from(picture.width).ok()?,
        u32::try_from(picture.height).ok()?,
    );
    quietly(|| {
        let pixels: Vec<u8> = (0..picture.height)
            .flat_map(|y| picture.row(y))
            .copied()
            .collect();
        let source = Luma8Source::new_with_slice(&pixels, width, height).ok()?;
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
                modules: None,
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

/// The QR Codes that rqrr locates, read or not.
pub(crate) fn rqrr(picture: &Picture<'_>) -> Vec<Sampled> {
    let located = quietly(|| {
        let mut prepared =
            rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, |x, y| {
                picture.row(y).get(x).copied().unwrap_or_default()
            });
        let sampled = |grid: rqrr::Grid<_>| {
            let size = rqrr::BitGrid::size(&grid.grid);
            Sampled {
                size,
                dark: (0..size * size)
                    .map(|i| rqrr::BitGrid::bit(&grid.grid, i / size, i % size))
                    .collect(),
                corners: grid.bounds.map(|p| Point {
                    x: p.x as f32 + 0.5,
                    y: p.y as f32 + 0.5,
                }),
            }
        };
        prepared
            .detect_grids()
            .into_iter()
            .take(MOST_SAMPLED)
            .map(sampled)
            .collect()
    });
    located.unwrap_or_default()
}
