//! The steps of effort for one picture, and what a step finds.
//!
//! The same picture is read at several sizes: shrinking takes noise, moiré and the texture of large modules away, doubling opens
//! modules of less than two pixels. Light codes on a dark ground are read in the inverted picture.

use crate::code::Code;
use crate::grid::Scene;
use crate::picture::{BoxSums, Picture};
use crate::qr;
use crate::qr::finder::{self, Finder};
use crate::third_party;
use crate::{binarise, datamatrix};

/// At what size a step looks at the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// So many pixels along each side as one.
    Shrunk(usize),
    /// As it is.
    Same,
    /// Twice the pixels along each side.
    Doubled,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rung {
    size: Size,
    inverted: bool,
}

/// All steps, those that find most for their time first.
pub(crate) const LADDER: [Rung; 7] = [
    Rung {
        size: Size::Same,
        inverted: false,
    },
    Rung {
        size: Size::Shrunk(2),
        inverted: false,
    },
    Rung {
        size: Size::Shrunk(3),
        inverted: false,
    },
    Rung {
        size: Size::Same,
        inverted: true,
    },
    Rung {
        size: Size::Shrunk(2),
        inverted: true,
    },
    Rung {
        size: Size::Doubled,
        inverted: false,
    },
    Rung {
        size: Size::Shrunk(5),
        inverted: false,
    },
];

/// Half the sides of the squares that a pixel is compared with, in pixels: for modules of about 1–4 and of 4–14 pixels.
const REACHES: [usize; 2] = [12, 40];
/// The most pixels that a doubled picture may have; a larger picture has its small modules large enough.
const MOST_DOUBLED: usize = 8_000_000;

impl Rung {
    /// What this step finds in a picture beyond the codes that are `known`, in the picture's own coordinates.
    pub(crate) fn read(self, picture: &Picture, known: &[Code]) -> Vec<Code> {
        let (resized, factor) = match self.size {
            Size::Same => (Some(picture.clone()), 1.0),
            Size::Shrunk(factor) => (picture.shrunk(factor), 1.0 / factor as f32),
            Size::Doubled if picture.pixels.len() * 4 > MOST_DOUBLED => (None, 2.0),
            Size::Doubled => (Some(picture.doubled()), 2.0),
        };
        let Some(resized) = resized else { return vec![] };
        let looked_at = if self.inverted {
            resized.inverted()
        } else {
            resized
        };
        let known: Vec<Code> = known.iter().map(|code| code.scaled(factor)).collect();
        read(&looked_at, &known)
            .iter()
            .map(|code| code.scaled(1.0 / factor))
            .collect()
    }
}

fn read(picture: &Picture, known: &[Code]) -> Vec<Code> {
    let sums = BoxSums::new(picture);
    let mut eyes = vec![];
    let scene = Scene { picture, sums: &sums };
    let bitmaps = REACHES.map(|reach| binarise::by_surroundings(picture, &sums, reach));
    for bitmap in &bitmaps {
        for eye in finder::find(bitmap) {
            pool(&mut eyes, eye);
        }
    }
    let mut codes = qr::read(scene, &eyes, known);
    for bitmap in &bitmaps {
        let found: Vec<Code> = known.iter().chain(&codes).cloned().collect();
        codes.extend(datamatrix::read(scene, bitmap, &found));
    }
    if let Some(image) = third_party::hybrid(picture) {
        codes.extend(third_party::rxing_data_matrix(&image));
    }
    codes
}

/// Adds an eye, or puts it in the place of the same one seen less well.
fn pool(eyes: &mut Vec<Finder>, eye: Finder) {
    let same = |known: &&mut Finder| {
        (known.centre - eye.centre).length() < known.radius * 0.4
            && (0.7..1.4).contains(&(known.radius / eye.radius))
    };
    match eyes.iter_mut().find(same) {
        Some(known) if known.quality < eye.quality => *known = eye,
        Some(_) => {}
        None => eyes.push(eye),
    }
}
