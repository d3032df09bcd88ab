//! From what a flashcode says, or what somebody typed, to what the visitor is shown. Decides nothing about screens.

use crate::catalogue::model::Id;
use crate::catalogue::{Key, Told};
use alloclap_flashcode::{Code, Point, Symbology};

/// A code seen in a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenCode {
    /// Its kind.
    pub symbology: Symbology,
    /// Its text, if it is text.
    pub text: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its four corners in pixels of the frame, clockwise as the code is read, the top left first.
    pub corners: Vec<Corner>,
    /// The share of its error correction that was not needed, from 0 to 1; nothing where the reader did not say.
    pub spare: Option<f32>,
    /// Whether so little of it is left that the panel should be replaced soon.
    pub worn: bool,
}

/// A point in a frame, in pixels from its top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corner {
    /// Pixels to the right.
    pub x: f32,
    /// Pixels down.
    pub y: f32,
}

impl From<Code> for SeenCode {
    fn from(code: Code) -> Self {
        let worn = code.is_worn();
        let Code {
            symbology,
            text,
            bytes,
            corners,
            spare,
            ..
        } = code;
        Self {
            symbology,
            text,
            bytes,
            corners: corners_of(corners),
            spare,
            worn,
        }
    }
}

pub(super) fn corners_of(corners: [Point; 4]) -> Vec<Corner> {
    corners
        .map(|point| Corner {
            x: point.x,
            y: point.y,
        })
        .into()
}

/// What a text from a flashcode, or a typed code, means on this phone.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// This panel, which is on this phone.
    Panel {
        /// The panel.
        panel: Key,
    },
    /// Several followed publications know the code: the visitor chooses.
    Choice {
        /// The panels.
        panels: Vec<Key>,
    },
    /// A panel that was taken back.
    Withdrawn {
        /// The panel.
        panel: Key,
        /// What its publisher has to say.
        text: Option<Told>,
        /// The record that took its place.
        replaced_by: Option<Id>,
    },
    /// A panel of a followed publication whose pack is not on this phone.
    NotHere {
        /// The publication.
        publication: Id,
        /// The pack to download.
        pack: Id,
    },
    /// A well-formed panel code that no followed publication knows.
    UnknownCode {
        /// The code as it is printed.
        code: String,
        /// The host of the address it came in, if it came in one.
        host: Option<String>,
    },
    /// The number of an old Flashcode that no followed publication maps to a panel.
    UnknownIndex {
        /// Its digits.
        digits: String,
    },
    /// Somebody else's link: shown with its host, never opened.
    Link {
        /// The address.
        address: String,
        /// Its host, in Punycode if it could imitate another.
        host: String,
        /// Whether it looks like another host.
        imitates: bool,
    },
    /// Text.
    Text {
        /// The text, without control characters.
        text: String,
    },
}
