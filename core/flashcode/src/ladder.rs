//! The steps of effort for one picture, and what a step finds.
//!
//! The same picture is read at several sizes: shrinking takes noise, moiré and the texture of large modules away, doubling opens
//! modules of less than two pixels. Light codes on a dark ground are read in the inverted picture.

use crate::budget::Budget;
use crate::code::{Code, Point};
use crate::grid::Scene;
use crate::picture::{BoxSums, Picture};
use crate::qr::finder::{self, Finder};
use crate::{binarise, datamatrix, qr, third_party};

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

/// What a step looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// QR Codes.
    Qr,
    /// Data Matrix, by dark patches.
    DataMatrix,
    /// Both, and Data Matrix by rxing too, which knows the rectangular extensions.
    All,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rung {
    size: Size,
    inverted: bool,
    /// Half the sides of the squares that a pixel is compared with, in pixels.
    reaches: &'static [usize],
    aim: Aim,
}

/// For modules of about 1–4 pixels.
const NEAR: usize = 12;
/// For modules of about 4–14 pixels.
const FAR: usize = 40;

const fn rung(size: Size, inverted: bool) -> Rung {
    Rung {
        size,
        inverted,
        reaches: &[NEAR, FAR],
        aim: Aim::All,
    }
}

/// All steps for a still picture, those that find most for their time first.
pub(crate) const STILL: [Rung; 7] = [
    rung(Size::Same, false),
    rung(Size::Shrunk(2), false),
    rung(Size::Shrunk(3), false),
    rung(Size::Same, true),
    rung(Size::Shrunk(2), true),
    rung(Size::Doubled, false),
    rung(Size::Shrunk(5), false),
];

/// The steps through which a camera's frames go in turn, each a few milliseconds on a frame of 1280 × 720.
pub(crate) const CAMERA: [Rung; 8] = [
    Rung {
        size: Size::Shrunk(2),
        inverted: false,
        reaches: &[NEAR],
        aim: Aim::Qr,
    },
    Rung {
        size: Size::Same,
        inverted: false,
        reaches: &[FAR],
        aim: Aim::Qr,
    },
    Rung {
        size: Size::Shrunk(2),
        inverted: false,
        reaches: &[NEAR],
        aim: Aim::DataMatrix,
    },
    Rung {
        size: Size::Same,
        inverted: false,
        reaches: &[NEAR],
        aim: Aim::Qr,
    },
    Rung {
        size: Size::Shrunk(3),
        inverted: false,
        reaches: &[NEAR, FAR],
        aim: Aim::All,
    },
    Rung {
        size: Size::Same,
        inverted: false,
        reaches: &[NEAR],
        aim: Aim::DataMatrix,
    },
    Rung {
        size: Size::Shrunk(2),
        inverted: true,
        reaches: &[NEAR, FAR],
        aim: Aim::Qr,
    },
    Rung {
        size: Size::Shrunk(2),
        inverted: true,
        reaches: &[NEAR],
        aim: Aim::DataMatrix,
    },
];

/// The most pixels that a doubled picture may have; a larger picture has its small modules large enough.
const MOST_DOUBLED: usize = 8_000_000;

/// What a step found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Finds {
    /// What could be read.
    pub(crate) codes: Vec<Code>,
    /// The corners of what is a code to all appearances, but could not be read.
    pub(crate) unread: Vec<[Point; 4]>,
}

impl Finds {
    fn scaled(self, factor: f32) -> Self {
        Self {
            codes: self.codes.iter().map(|code| code.scaled(factor)).collect(),
            unread: self
                .unread
                .iter()
                .map(|corners| corners.map(|p| p.scaled(factor)))
                .collect(),
        }
    }
}

impl Rung {
    /// What this step finds in a picture beyond the codes that are `known`, in the picture's own coordinates.
    pub(crate) fn read(self, picture: &Picture, known: &[Code], budget: Budget<'_>) -> Finds {
        let (resized, factor) = match self.size {
            Size::Same => (None, 1.0),
            Size::Shrunk(factor) => match picture.shrunk(factor) {
                Some(shrunk) => (Some(shrunk), 1.0 / factor as f32),
                None => return Finds::default(),
            },
            Size::Doubled if picture.pixels.len() * 4 > MOST_DOUBLED => return Finds::default(),
            Size::Doubled => (Some(picture.doubled()), 2.0),
        };
        let inverted = self
            .inverted
            .then(|| resized.as_ref().unwrap_or(picture).inverted());
        let looked_at = inverted.as_ref().or(resized.as_ref()).unwrap_or(picture);
        let known: Vec<Code> = known.iter().map(|code| code.scaled(factor)).collect();
        self.search(looked_at, &known, budget).scaled(1.0 / factor)
    }

    fn search(self, picture: &Picture, known: &[Code], budget: Budget<'_>) -> Finds {
        let sums = BoxSums::new(picture);
        let scene = Scene {
            picture,
            sums: &sums,
            budget,
        };
        let bitmaps = self
            .reaches
            .iter()
            .map(|reach| binarise::by_surroundings(picture, &sums, *reach));
        let bitmaps: Vec<_> = bitmaps.collect();
        let mut finds = Finds::default();
        if self.aim != Aim::DataMatrix {
            let mut eyes = vec![];
            for eye in bitmaps.iter().flat_map(finder::find) {
                pool(&mut eyes, eye);
            }
            qr::read(scene, &eyes, known, &mut finds);
        }
        if self.aim != Aim::Qr {
            for bitmap in &bitmaps {
                datamatrix::read(scene, bitmap, known, &mut finds);
            }
        }
        if self.aim == Aim::All
            && !budget.is_spent()
            && let Some(image) = third_party::hybrid(picture)
        {
            finds.codes.extend(third_party::rxing_data_matrix(&image));
        }
        finds
    }
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
