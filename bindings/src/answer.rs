//! What a flashcode says, told to uniffi.

use alloclap_core::catalogue::model::Id;
use alloclap_core::catalogue::{Key, Told};
use alloclap_core::companion::{Answer, Corner, SeenCode, SeenFrame, SeenPlace, Symbology};

/// The kind of a code.
#[uniffi::remote(Enum)]
pub enum Symbology {
    /// QR Code.
    QrCode,
    /// Data Matrix.
    DataMatrix,
}

/// A code seen in a frame: its text or bytes, and its four corners in pixels.
#[uniffi::remote(Record)]
pub struct SeenCode {
    symbology: Symbology,
    text: Option<String>,
    bytes: Vec<u8>,
    corners: Vec<Corner>,
    spare: Option<f32>,
    worn: bool,
}

/// What a frame of the camera showed: codes that came into the picture, all that are in it, and what cannot be read yet.
#[uniffi::remote(Record)]
pub struct SeenFrame {
    new: Vec<SeenCode>,
    present: Vec<SeenCode>,
    unread: Vec<SeenPlace>,
}

/// The place of what looks like a code and cannot be read yet: for the viewfinder.
#[uniffi::remote(Record)]
pub struct SeenPlace {
    corners: Vec<Corner>,
}

/// A point in a frame, in pixels from its top left.
#[uniffi::remote(Record)]
pub struct Corner {
    x: f32,
    y: f32,
}

/// What a text from a flashcode, or a typed code, means on this phone.
#[uniffi::remote(Enum)]
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
