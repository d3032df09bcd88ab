//! A picture file → grey pixels: PNG, JPEG and WebP, turned upright by their EXIF orientation. Its job ends at luma.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader, Limits};
use std::io;
use std::path::Path;

/// The most pixels a side that are read; a phone's camera makes 12,000 at most.
const MAX_SIDE_PX: u32 = 16_384;
/// The most pixels in all, as many as the reader takes.
const MAX_PIXELS: u64 = 50_000_000;
/// The most memory that decoding may take: with the grey picture that is made of it, less than 256 MB.
const MAX_DECODE_BYTES: u64 = 192 * 1024 * 1024;

/// Why a file gave no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It could not be read.
    #[error("{0}")]
    Unreadable(io::Error),
    /// It is none of the formats that are read here, or it is damaged.
    #[error("no picture that can be read: {0}")]
    NotAPicture(String),
    /// It ends too early.
    #[error("the file ends before the picture does")]
    CutShort,
    /// It is larger than any camera's.
    #[error("{width} × {height} pixels are too many")]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

/// The picture in a file, in grey and upright.
///
/// # Errors
/// [`PictureError`], also for what would need more than 50 megapixels or 256 MB.
pub fn read(path: &Path) -> Result<GrayImage, PictureError> {
    let not = |error: image::ImageError| match error {
        // A decoder that runs out of bytes says so as an I/O error: the file was read, but it is cut short.
        image::ImageError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            PictureError::CutShort
        }
        image::ImageError::IoError(error) => PictureError::Unreadable(error),
        other => PictureError::NotAPicture(other.to_string()),
    };
    let mut reader = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(PictureError::Unreadable)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(not)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE_PX || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(not)?;
    picture.apply_orientation(orientation);
    Ok(picture.into_luma8())
}
