//! What is found in a frame.

/// The kind of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// QR Code, ISO/IEC 18004.
    QrCode,
    /// Data Matrix ECC 200, ISO/IEC 16022.
    DataMatrix,
}

/// A position in a frame, in pixels from its upper left corner; the centre of the first pixel is (0.5, 0.5).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    pub(crate) fn scaled(self, factor: f32) -> Self {
        Self {
            x: self.x * factor,
            y: self.y * factor,
        }
    }

    pub(crate) fn moved(self, right: f32, down: f32) -> Self {
        Self {
            x: self.x + right,
            y: self.y + down,
        }
    }
}

/// A code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// Its kind.
    pub symbology: Symbology,
    /// Its content as text: by its ECI if it names one, else UTF-8 if it is that, else by the standard's Shift JIS and Latin-1;
    /// nothing if it is empty or holds bytes of no character set.
    pub text: Option<String>,
    /// Its content as bytes, before any character set.
    pub bytes: Vec<u8>,
    /// Its corners, clockwise from the one that is upper left when the code stands upright. Where a reader gives only its finder
    /// patterns, the fourth is completed from them.
    pub corners: [Point; 4],
    /// The share of its error correction that was not needed, from 0 to 1, in its worst block; nothing where the reader did not say.
    /// Near 0 the sign is worn and soon unreadable.
    pub spare: Option<f32>,
    /// Its modules along the upper and the left side, where our own grid read it.
    pub(crate) modules: Option<(u16, u16)>,
}

/// The share of error correction below which a sign is worn: a scratch or a sticker more, and it may be unreadable.
const WORN_BELOW: f32 = 0.3;

impl Code {
    /// Whether so little of the error correction is left that the sign should be replaced soon; no where it is not known.
    pub fn is_worn(&self) -> bool {
        self.spare.is_some_and(|spare| spare < WORN_BELOW)
    }

    /// Whether both are readings of the same symbol: same kind and content, and the middle of one within the other's extent.
    pub(crate) fn is_same_symbol(&self, other: &Self) -> bool {
        let ((ax, ay), (bx, by)) = (self.centre(), other.centre());
        let reach = self.radius().max(other.radius());
        self.has_same_content(other) && (ax - bx).hypot(ay - by) < reach
    }

    /// Whether both say the same.
    pub(crate) fn has_same_content(&self, other: &Self) -> bool {
        self.symbology == other.symbology && self.bytes == other.bytes
    }

    /// The same code in the same picture at another size.
    pub(crate) fn scaled(&self, factor: f32) -> Self {
        Self {
            corners: self.corners.map(|p| p.scaled(factor)),
            ..self.clone()
        }
    }

    fn centre(&self) -> (f32, f32) {
        let sum = self
            .corners
            .iter()
            .fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
        (sum.0 / 4.0, sum.1 / 4.0)
    }

    fn radius(&self) -> f32 {
        let (x, y) = self.centre();
        self.corners
            .iter()
            .map(|p| (p.x - x).hypot(p.y - y))
            .fold(0.0, f32::max)
    }
}

/// Whether a place lies between four corners.
pub(crate) fn surround(corners: &[Point; 4], x: f32, y: f32) -> bool {
    let [a, b, c, d] = *corners;
    let side = |from: Point, to: Point| (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    let sides = [side(a, b), side(b, c), side(c, d), side(d, a)];
    sides.iter().all(|s| *s >= 0.0) || sides.iter().all(|s| *s <= 0.0)
}
