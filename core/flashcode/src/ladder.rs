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
pub(crate) enum Size {
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
    /// Data Matrix by dark patches, the same; pixels of a patch are fewer than one of these distances apart.
    DataMatrix(&'static [usize], &'static [u32]),
    /// Data Matrix by rxing's edges, which also knows the rectangular extensions.
    RxingDataMatrix,
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

/// Modules that hang together in ink, and those between which light or blur broke in.
const GAPS: &[u32] = &[1, 4];
/// Rows to look at for eyes: as many as the smallest modules of a reach have pixels.
const PIXELS_TO_A_ROW: usize = 10;
const LEAST_ROW_STEP: usize = 2;
/// For modules of about 1–4 pixels.
const NEAR: usize = 12;
/// For modules of about 4–14 pixels.
const FAR: usize = 40;
const OWN: &[Look] = &[Look::Qr(&[NEAR, FAR]), Look::DataMatrix(&[NEAR, FAR], GAPS)];
const OWN_AND_RXING: &[Look] = &[
    Look::Qr(&[NEAR, FAR]),
    Look::DataMatrix(&[NEAR, FAR], GAPS),
    Look::RxingDataMatrix,
];
const OTHERS: &[Look] = &[Look::Rqrr];

const fn rung(name: &'static str, size: Size, inverted: bool, looks: &'static [Look]) -> Rung {
    Rung {
        name,
        size,
        inverted,
        looks,
    }
}

/// All rungs for a still picture, those that find most for their time first.
pub(crate) const STILL: [Rung; 8] = [
    rung("as it is", Size::Same, false, OWN_AND_RXING),
    rung("half", Size::Shrunk(2), false, OWN_AND_RXING),
    rung("third", Size::Shrunk(3), false, OWN),
    rung("inverted", Size::Same, true, OWN_AND_RXING),
    rung("half, inverted", Size::Shrunk(2), true, OWN_AND_RXING),
    rung("others", Size::Same, false, OTHERS),
    rung("double", Size::Doubled, false, OWN_AND_RXING),
    rung("fifth", Size::Shrunk(5), false, OWN),
];

const NEAR_QR: Look = Look::Qr(&[NEAR]);
const TOUCHING: Look = Look::DataMatrix(&[NEAR], &[1]);
/// Half the size of a frame, whose eyes cost a millisecond to find and are those of most codes in a visitor's hand.
const HALF: Rung = rung("half", Size::Shrunk(2), false, &[NEAR_QR]);
/// The same, with patches in the same black and white.
const HALF_PATCHES: Rung = rung("half", Size::Shrunk(2), false, &[NEAR_QR, TOUCHING]);

/// For the small modules of a code that is far away.
const FINE: Rung = rung("fine", Size::Same, false, &[NEAR_QR]);

/// What a camera's frames get in turn: the quick look for QR Codes each, and one more look.
pub(crate) const CAMERA: [&[Rung]; 9] = [
    &[HALF_PATCHES],
    &[HALF, FINE],
    &[rung(
        "half, loose",
        Size::Shrunk(2),
        false,
        &[NEAR_QR, Look::DataMatrix(&[NEAR], &[4])],
    )],
    &[
        HALF,
        rung("half, inverted", Size::Shrunk(2), true, &[NEAR_QR, TOUCHING]),
    ],
    &[HALF, rung("far", Size::Same, false, &[Look::Qr(&[FAR])])],
    &[HALF_PATCHES],
    &[HALF, FINE],
    &[
        HALF,
        rung(
            "third",
            Size::Shrunk(3),
            false,
            &[NEAR_QR, Look::DataMatrix(&[NEAR], GAPS)],
        ),
    ],
    &[HALF, rung("fine Data Matrix", Size::Same, false, &[TOUCHING])],
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

/// The rung that reads a code again in the area around its last place.
pub(crate) fn following(code: &Code, area: Area<'_>, inverted: bool) -> Rung {
    let size = Size::of_area(area);
    match code.symbology {
        Symbology::QrCode => rung("following", size, inverted, &[NEAR_QR]),
        Symbology::DataMatrix => rung("following", size, inverted, &[Look::DataMatrix(&[NEAR], GAPS)]),
    }
}

/// Pixels of an area around one code beyond which half its size is enough.
const LARGE_AREA: usize = 160_000;

impl Size {
    /// The nearest size at which so many pixels are at most `most` for what is as large as they.
    fn within(self, area: usize, most: usize) -> Self {
        let factor = (1..).find(|factor| area / (factor * factor) <= most).unwrap_or(1);
        match self {
            Self::Same if factor > 1 => Self::Shrunk(factor),
            Self::Shrunk(own) => Self::Shrunk(own * factor),
            Self::Same | Self::Doubled => self,
        }
    }

    /// The size at which the modules of one code that fills an area are large enough.
    pub(crate) fn of_area(area: Area<'_>) -> Self {
        if area.picture.area() > LARGE_AREA {
            Self::Shrunk(2)
        } else {
            Self::Same
        }
    }
}

/// The picture of an area at a size, black for white if wanted, in the room for it; and how much it is enlarged. Nothing if it would be too
/// large or too small, or if time is over.
pub(crate) fn rendered<'a>(
    area: Area<'a>,
    size: Size,
    inverted: bool,
    room: (&'a mut Vec<u8>, &'a mut Vec<u8>),
    most_doubled: usize,
    budget: Budget<'_>,
) -> Option<(Picture<'a>, f32)> {
    let (sized, factor) = match size {
        Size::Same => (area.picture, 1.0),
        Size::Shrunk(factor) => (area.picture.shrunk(factor, budget, room.0)?, 1.0 / factor as f32),
        Size::Doubled if area.picture.area() * 4 > most_doubled => return None,
        Size::Doubled => (area.picture.doubled(budget, room.0)?, 2.0),
    };
    let picture = if inverted { sized.inverted(room.1)? } else { sized };
    Some((picture, factor))
}

/// The most pixels that a doubled picture may have; a larger picture has its small modules large enough.
const MOST_DOUBLED: usize = 8_000_000;

/// What rungs found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Finds {
    /// What could be read.
    pub(crate) codes: Vec<Code>,
    /// The corners of what is a code to all appearances, but could not be read.
    pub(crate) unread: Vec<[Point; 4]>,
    /// The corners of codes that need not be read again.
    pub(crate) known: Vec<[Point; 4]>,
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
    /// Without the first looks.
    pub(crate) fn after(self, looks: usize) -> Self {
        Self {
            looks: self.looks.get(looks..).unwrap_or_default(),
            ..self
        }
    }

    /// Whether it goes through all pixels of a picture.
    pub(crate) fn is_fine(self) -> bool {
        matches!(self.size, Size::Same | Size::Doubled)
    }

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
        let size = self
            .size
            .within(area.picture.area(), most_area.unwrap_or(usize::MAX));
        let Some((picture, factor)) = rendered(
            area,
            size,
            self.inverted,
            (resized, inverted),
            most_doubled,
            budget,
        ) else {
            return;
        };
        let picture = &picture;
        let origin = area.origin;
        known.clear();
        let in_codes = finds.codes.iter().map(|code| &code.corners);
        let all = in_codes.chain(&finds.known).take(MOST_KNOWN);
        known.extend(all.map(|corners| corners.map(|p| p.moved(-origin.x, -origin.y).scaled(factor))));
        modules.votes.look_at(origin, factor);
        search.bitmap_reach = None;
        sums.fill(picture, budget);
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
            Self::DataMatrix(..) => "Data Matrix",
            Self::RxingDataMatrix => "Data Matrix by rxing",
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
                binarise::by_surroundings(scene.picture, scene.sums, reach, scene.budget, bitmap);
                *bitmap_reach = Some(reach);
            }
        };
        match self {
            Self::Qr(reaches) => {
                eyes.clear();
                for reach in reaches {
                    binarise(*reach, bitmap);
                    let row_step = (*reach / PIXELS_TO_A_ROW).max(LEAST_ROW_STEP);
                    finder::find(bitmap, row_step, scene.budget, ends, eyes);
                }
                qr::read(scene, eyes, candidates, modules, known, finds);
            }
            Self::DataMatrix(reaches, gaps) => {
                for reach in reaches {
                    if scene.budget.is_spent() {
                        break;
                    }
                    binarise(*reach, bitmap);
                    datamatrix::read(scene, bitmap, gaps, patches, modules, known, finds);
                }
            }
            Self::RxingDataMatrix => {
                let image = third_party::hybrid(scene.picture);
                let found = image.as_ref().map(third_party::rxing_data_matrix);
                finds.codes.extend(found.unwrap_or_default());
            }
            Self::Rqrr => {
                let sampled = third_party::rqrr(scene.picture);
                qr::read_sampled(scene, &sampled, modules, known, finds);
            }
        }
    }
}
