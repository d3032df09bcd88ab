//! An address → dark and light modules, by the encoders of others. Its job ends at the matrix.

use alloclap_flashcode::Symbology;
use datamatrix::{DataMatrix, SymbolList};
use qrcode::{Color, EcLevel, QrCode};

/// Modules of quiet zone around a QR Code (ISO/IEC 18004).
const QUIET_QR: u32 = 4;
/// Modules of quiet zone around a Data Matrix: ISO/IEC 16022 asks for one, which the edge of a frame or the drift of a cut takes away.
const QUIET_DATA_MATRIX: u32 = 2;

/// How much damage a QR Code repairs, weaker before stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// L, about 7 % of the symbol.
    Low,
    /// M, about 15 %.
    Medium,
    /// Q, about 25 %.
    Quartile,
    /// H, about 30 %.
    High,
}

impl Level {
    const STRONGEST_FIRST: [Self; 4] = [Self::High, Self::Quartile, Self::Medium, Self::Low];

    /// The standard's letter.
    pub fn letter(self) -> char {
        match self {
            Self::Low => 'L',
            Self::Medium => 'M',
            Self::Quartile => 'Q',
            Self::High => 'H',
        }
    }

    /// The part of the symbol that may be damaged, in percent.
    pub fn percent(self) -> u32 {
        match self {
            Self::Low => 7,
            Self::Medium => 15,
            Self::Quartile => 25,
            Self::High => 30,
        }
    }

    fn of_encoder(self) -> EcLevel {
        match self {
            Self::Low => EcLevel::L,
            Self::Medium => EcLevel::M,
            Self::Quartile => EcLevel::Q,
            Self::High => EcLevel::H,
        }
    }
}

/// A square symbol.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Symbol {
    pub(super) symbology: Symbology,
    pub(super) text: String,
    pub(super) level: Option<Level>,
    /// Modules along a side.
    pub(super) side: u32,
    /// Modules of quiet zone.
    pub(super) quiet: u32,
    /// Whether each module is dark, by rows from above.
    pub(super) dark: Vec<bool>,
}

impl Symbol {
    pub(super) fn side_with_quiet(&self) -> u32 {
        self.side + 2 * self.quiet
    }

    /// Whether a module is dark; what is outside is light.
    pub(super) fn is_dark(&self, column: u32, row: u32) -> bool {
        column < self.side
            && usize::try_from(row * self.side + column)
                .ok()
                .and_then(|at| self.dark.get(at))
                .is_some_and(|dark| *dark)
    }
}

/// The symbols that hold one of the texts, in the order of falling error correction; of each the one with the fewest modules, and of
/// two with as many the one with the earlier text.
pub(super) fn strongest_first(texts: &[String], symbology: Symbology) -> Vec<Symbol> {
    let smallest = |encode: &dyn Fn(&String) -> Option<Symbol>| {
        texts.iter().filter_map(encode).min_by_key(|symbol| symbol.side)
    };
    match symbology {
        Symbology::QrCode => Level::STRONGEST_FIRST
            .iter()
            .filter_map(|level| smallest(&|text| qr(text, *level)))
            .collect(),
        Symbology::DataMatrix => smallest(&|text| data_matrix(text)).into_iter().collect(),
    }
}

fn qr(text: &str, level: Level) -> Option<Symbol> {
    let code = QrCode::with_error_correction_level(text, level.of_encoder()).ok()?;
    Some(Symbol {
        symbology: Symbology::QrCode,
        text: text.to_owned(),
        level: Some(level),
        side: u32::try_from(code.width()).ok()?,
        quiet: QUIET_QR,
        dark: code
            .to_colors()
            .iter()
            .map(|color| *color == Color::Dark)
            .collect(),
    })
}

fn data_matrix(text: &str) -> Option<Symbol> {
    let squares = SymbolList::default().enforce_square();
    let bitmap = DataMatrix::encode(text.as_bytes(), squares).ok()?.bitmap();
    let side = bitmap.width();
    let mut dark = vec![false; side * bitmap.height()];
    for (column, row) in bitmap.pixels() {
        if let Some(module) = dark.get_mut(row * side + column) {
            *module = true;
        }
    }
    Some(Symbol {
        symbology: Symbology::DataMatrix,
        text: text.to_owned(),
        level: None,
        side: u32::try_from(side).ok()?,
        quiet: QUIET_DATA_MATRIX,
        dark,
    })
}
