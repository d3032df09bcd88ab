//! The rungs of effort for one picture, and what a rung finds.
//!
//! The same picture is read at several sizes: shrinking takes noise, moiré and the texture of large modules away, doubling opens
//! modules of less than two pixels. Light codes on a dark ground are read in the inverted picture.

use crate::budget::Budget;
use crate::code::{Code, Point};
use crate::grid::Scene;
use crate::picture::{BoxSums, Picture};
use crate::qr::finder::{self, Finder};
use crate::{binarise, datamatrix, qr, third_party};

/// At what size a rung looks at the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// So many pixels along each side as one.
    Shrunk(usize),
    /// As it is.
    Same,
    /// Twice the pixels along each side.
    Doubled,
}

/// A way of looking for codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// QR Codes by their eyes; pixels are compared with squares of these half sides.
    Qr(&'static [usize]),
    /// Data Matrix by dark patches, the same.
    DataMatrix(&'static [usize]),
    /// Data Matrix by rxing's edges, which also knows the rectangular extensions.
    RxingDataMatrix,
    /// QR Codes whose modules rxing samples.
    RxingQr,
    /// QR Codes whose modules rqrr samples.
    Rqrr,
}

/// A rung: a rendering of the picture, and the looks at it in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rung {
    /// For people who measure.
    pub(crate) name: &'static str,
    size: Size,
    inverted: bool,
    pub(crate) looks: &'static [Look],
}

/// For modules of about 1–4 pixels.
const NEAR: usize = 12;
/// For modules of about 4–14 pixels.
const FAR: usize = 40;
const OWN: &[Look] = &[Look::Qr(&[NEAR, FAR]), Look::DataMatrix(&[NEAR, FAR])];
const OWN_AND_RXING: &[Look] = &[
    Look::Qr(&[NEAR, FAR]),
    Look::DataMatrix(&[NEAR, FAR]),
    Look::RxingDataMatrix,
];
const OTHERS: &[Look] = &[Look::RxingQr, Look::Rqrr];

const fn rung(name: &'static str, size: Size, inverted: bool, looks: &'static [Look]) -> Rung {
    Rung {
        name,
        size,
        inverted,
        looks,
    }
}

/// All rungs for a still picture, those that find most for their time first.
pub(crate) const STILL: [Rung; 9] = [
    rung("as it is", Size::Same, false, OWN_AND_RXING),
    rung("half", Size::Shrunk(2), false, OWN_AND_RXING),
    rung("third", Size::Shrunk(3), false, OWN),
    rung("inverted", Size::Same, true, OWN_AND_RXING),
    rung("half, inverted", Size::Shrunk(2), true, OWN_AND_RXING),
    rung("others", Size::Same, false, OTHERS),
    rung("others, half", Size::Shrunk(2), false, OTHERS),
    rung("double", Size::Doubled, false, OWN_AND_RXING),
    rung("fifth", Size::Shrunk(5), false, OWN),
];

/// The rungs through which a camera's frames go in turn, each a few milliseconds on a frame of 1280 × 720.
pub(crate) const CAMERA: [Rung; 8] = [
    rung("half QR", Size::Shrunk(2), false, &[Look::Qr(&[NEAR])]),
    rung("QR", Size::Same, false, &[Look::Qr(&[FAR])]),
    rung(
        "half Data Matrix",
        Size::Shrunk(2),
        false,
        &[Look::DataMatrix(&[NEAR])],
    ),
    rung("fine QR", Size::Same, false, &[Look::Qr(&[NEAR])]),
    rung("third", Size::Shrunk(3), false, OWN),
    rung("Data Matrix", Size::Same, false, &[Look::DataMatrix(&[NEAR])]),
    rung("half QR, inverted", Size::Shrunk(2), true, &[Look::Qr(&[NEAR])]),
    rung(
        "half Data Matrix, inverted",
        Size::Shrunk(2),
        true,
        &[Look::DataMatrix(&[NEAR])],
    ),
];

/// The most pixels that a doubled picture may have; a larger picture has its small modules large enough.
const MOST_DOUBLED: usize = 8_000_000;

/// What a rung found.
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
    /// What this rung finds in a picture beyond the codes that are `known`, in the picture's own coordinates. `told` hears of each look
    /// how many codes it found, and says whether to go on.
    pub(crate) fn read(
        self,
        picture: &Picture,
        known: &[Code],
        budget: Budget<'_>,
        told: &mut dyn FnMut(Look, &Finds) -> bool,
    ) -> Finds {
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
        let sums = BoxSums::new(looked_at);
        let scene = Scene {
            picture: looked_at,
            sums: &sums,
            budget,
        };
        let mut finds = Finds::default();
        for look in self.looks {
            if budget.is_spent() {
                break;
            }
            look.find(scene, &known, &mut finds);
            if !told(*look, &finds) {
                break;
            }
        }
        finds.scaled(1.0 / factor)
    }
}

impl Look {
    /// For people who measure.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Qr(_) => "QR",
            Self::DataMatrix(_) => "Data Matrix",
            Self::RxingDataMatrix => "Data Matrix by rxing",
            Self::RxingQr => "QR by rxing",
            Self::Rqrr => "QR by rqrr",
        }
    }

    fn find(self, scene: Scene<'_>, known: &[Code], finds: &mut Finds) {
        let binarised = |reaches: &'static [usize]| {
            reaches
                .iter()
                .map(move |reach| binarise::by_surroundings(scene.picture, scene.sums, *reach))
        };
        match self {
            Self::Qr(reaches) => {
                let mut eyes = vec![];
                for bitmap in binarised(reaches) {
                    finder::find(&bitmap)
                        .into_iter()
                        .for_each(|eye| pool(&mut eyes, eye));
                }
                qr::read(scene, &eyes, known, finds);
            }
            Self::DataMatrix(reaches) => {
                binarised(reaches).for_each(|bitmap| datamatrix::read(scene, &bitmap, known, finds));
            }
            Self::RxingDataMatrix => {
                let codes = third_party::hybrid(scene.picture)
                    .map(|image| third_party::rxing_data_matrix(&image))
                    .unwrap_or_default();
                finds.codes.extend(codes);
            }
            Self::RxingQr => {
                let sampled = third_party::hybrid(scene.picture)
                    .map(|image| third_party::rxing_qr(&image))
                    .unwrap_or_default();
                qr::read_sampled(scene, &sampled, known, finds);
            }
            Self::Rqrr => {
                let sampled = third_party::rqrr(scene.picture);
                qr::read_sampled(scene, &sampled, known, finds);
            }
        }
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
