//! The rungs of effort for one picture, and what a rung finds.
//!
//! The same picture is read at several sizes: shrinking takes noise, moiré and the texture of large modules away, doubling opens
//! modules of less than two pixels. Light codes on a dark ground are read in the inverted picture.

use crate::binarise::Bitmap;
use crate::budget::Budget;
use crate::code::{Code, Point, Symbology};
use crate::geometry::{Vector, at};
use crate::grid::Scene;
use crate::luma::Region;
use crate::modules::ModuleRoom;
use crate::picture::Picture;
use crate::qr::finder;
use crate::room::{MOST_KNOWN, Room, SearchRoom};
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

const NEAR_ONES: &[Look] = &[Look::Qr(&[NEAR]), Look::DataMatrix(&[NEAR])];

/// The rungs through which a camera's frames go in turn. A hand moves: the one that reads most codes comes twice.
pub(crate) const CAMERA: [Rung; 6] = [
    rung("half", Size::Shrunk(2), false, NEAR_ONES),
    rung("QR", Size::Same, false, &[Look::Qr(&[FAR])]),
    rung("half, inverted", Size::Shrunk(2), true, NEAR_ONES),
    rung("half", Size::Shrunk(2), false, NEAR_ONES),
    rung("fine", Size::Same, false, NEAR_ONES),
    rung("third", Size::Shrunk(3), false, NEAR_ONES),
];

/// The rungs through which a camera goes in turn at a place where something looks like a code and is not read yet.
pub(crate) const FOCUS: [Rung; 6] = [
    rung("as it is", Size::Same, false, OWN),
    rung("half", Size::Shrunk(2), false, OWN),
    rung("double", Size::Doubled, false, OWN),
    rung("inverted", Size::Same, true, OWN),
    rung("third", Size::Shrunk(3), false, OWN),
    rung("double, inverted", Size::Doubled, true, OWN),
];

/// The rung that sees whether a code is still there, in the area around its last place.
pub(crate) fn following(code: &Code, area: Area<'_>) -> Rung {
    let size = if area.picture.area() > LARGE_AREA {
        Size::Shrunk(2)
    } else {
        Size::Same
    };
    match code.symbology {
        Symbology::QrCode => rung("following", size, false, &[Look::Qr(&[NEAR])]),
        Symbology::DataMatrix => rung("following", size, false, &[Look::DataMatrix(&[NEAR])]),
    }
}

/// Pixels of an area around one code beyond which half its size is enough.
const LARGE_AREA: usize = 160_000;

/// The most pixels that a doubled picture may have; a larger picture has its small modules large enough.
const MOST_DOUBLED: usize = 8_000_000;

/// What rungs found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Finds {
    /// What could be read.
    pub(crate) codes: Vec<Code>,
    /// The corners of what is a code to all appearances, but could not be read.
    pub(crate) unread: Vec<[Point; 4]>,
}

impl Finds {
    /// Notes what is a code to all appearances.
    pub(crate) fn see(&mut self, corners: Option<[Point; 4]>) {
        if self.unread.len() < MOST_KNOWN {
            self.unread.extend(corners);
        }
    }

    /// From the coordinates of a part, enlarged by a factor, to those of the whole, for what was found after these numbers of codes and
    /// unread ones.
    fn bring_to_whole(&mut self, after: (usize, usize), origin: Vector, factor: f32) {
        let place = |p: Point| p.scaled(1.0 / factor).moved(origin.x, origin.y);
        for code in self.codes.iter_mut().skip(after.0) {
            code.corners = code.corners.map(place);
        }
        for corners in self.unread.iter_mut().skip(after.1) {
            *corners = corners.map(place);
        }
    }
}

/// What is looked at: a picture, or a part of it.
#[derive(Clone, Copy)]
pub(crate) struct Area<'a> {
    pub(crate) picture: Picture<'a>,
    /// Where the part begins in the whole.
    pub(crate) origin: Vector,
}

impl<'a> Area<'a> {
    /// All of a picture.
    pub(crate) fn whole(picture: Picture<'a>) -> Self {
        Self {
            picture,
            origin: Vector::default(),
        }
    }

    /// The part around some corners, larger on each side by a part of its own size; nothing outside of the picture.
    pub(crate) fn around(picture: Picture<'a>, corners: &[Point; 4], margin: f32) -> Option<Self> {
        let region = picture.whole().within(Region::around(corners, margin));
        Some(Self {
            picture: picture.part(region)?,
            origin: at(region.left as f32, region.top as f32),
        })
    }
}

impl Rung {
    /// Adds what this rung finds in an area beyond the codes that are found already, in the coordinates of the whole. `told` hears of each
    /// look how many codes and unread symbols it found, and says whether to go on.
    pub(crate) fn read(
        self,
        area: Area<'_>,
        budget: Budget<'_>,
        room: &mut Room,
        finds: &mut Finds,
        told: &mut dyn FnMut(Look, usize, usize) -> bool,
    ) {
        let Room {
            resized,
            inverted,
            sums,
            search,
            modules,
            known,
            most_area,
        } = room;
        let most_doubled = most_area.unwrap_or(MOST_DOUBLED).min(MOST_DOUBLED);
        let (sized, factor) = match self.size {
            Size::Same => (Some(area.picture), 1.0),
            Size::Shrunk(factor) => (area.picture.shrunk(factor, resized), 1.0 / factor as f32),
            Size::Doubled if area.picture.area() * 4 > most_doubled => return,
            Size::Doubled => (area.picture.doubled(resized), 2.0),
        };
        let looked_at = if self.inverted {
            sized.and_then(|picture| picture.inverted(inverted))
        } else {
            sized
        };
        let Some(picture) = &looked_at else { return };
        let origin = area.origin;
        known.clear();
        known.extend(
            finds
                .codes
                .iter()
                .take(MOST_KNOWN)
                .map(|code| code.corners.map(|p| p.moved(-origin.x, -origin.y).scaled(factor))),
        );
        modules.votes.look_at(origin, factor);
        search.bitmap_reach = None;
        sums.fill(picture);
        let scene = Scene {
            picture,
            sums,
            budget,
        };
        for look in self.looks {
            if budget.is_spent() {
                break;
            }
            let before = (finds.codes.len(), finds.unread.len());
            // What this look finds is in the coordinates of what it looks at, and what was found before is known by its corners.
            look.find(scene, search, modules, known, finds);
            for code in finds.codes.iter().skip(before.0) {
                if known.len() < MOST_KNOWN {
                    known.push(code.corners);
                }
            }
            finds.bring_to_whole(before, origin, factor);
            if !told(*look, finds.codes.len() - before.0, finds.unread.len() - before.1) {
                break;
            }
        }
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

    fn find(
        self,
        scene: Scene<'_>,
        search: &mut SearchRoom,
        modules: &mut ModuleRoom,
        known: &[[Point; 4]],
        finds: &mut Finds,
    ) {
        let SearchRoom {
            bitmap,
            bitmap_reach,
            ends,
            eyes,
            candidates,
            patches,
        } = search;
        let mut binarise = |reach: usize, bitmap: &mut Bitmap| {
            if *bitmap_reach != Some(reach) {
                binarise::by_surroundings(scene.picture, scene.sums, reach, bitmap);
                *bitmap_reach = Some(reach);
            }
        };
        match self {
            Self::Qr(reaches) => {
                eyes.clear();
                for reach in reaches {
                    binarise(*reach, bitmap);
                    finder::find(bitmap, ends, eyes);
                }
                qr::read(scene, eyes, candidates, modules, known, finds);
            }
            Self::DataMatrix(reaches) => {
                for reach in reaches {
                    binarise(*reach, bitmap);
                    datamatrix::read(scene, bitmap, patches, modules, known, finds);
                }
            }
            Self::RxingDataMatrix => {
                let image = third_party::hybrid(scene.picture);
                let found = image.as_ref().map(third_party::rxing_data_matrix);
                finds.codes.extend(found.unwrap_or_default());
            }
            Self::RxingQr => {
                let image = third_party::hybrid(scene.picture);
                let sampled = image.as_ref().map(third_party::rxing_qr).unwrap_or_default();
                qr::read_sampled(scene, &sampled, modules, known, finds);
            }
            Self::Rqrr => {
                let sampled = third_party::rqrr(scene.picture);
                qr::read_sampled(scene, &sampled, modules, known, finds);
            }
        }
    }
}
