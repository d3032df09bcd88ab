//! How long an anecdote may be to be read on its panel.
//!
//! A panel is read standing, from further away the larger it is. Letters must be large enough for that, and the text has
//! only its share of the panel, beside title, still and flashcode.

use alloclap_core::catalogue::model::PanelFormat;

/// The smallest letters on a sign, in millimetres: French rule for signs (arrêté du 20 avril 2017, annexe 3).
const SMALLEST_LETTER_MM: f64 = 4.5;
/// Millimetres of capital height for each metre of distance: 1/200, a usual rule for signs.
const LETTER_MM_PER_M: f64 = 5.0;
/// Capital height of a plain sans-serif as a share of its size.
const CAPITAL_SHARE: f64 = 0.7;
/// Average width of a French letter, spaces included, as a share of the type's size.
const WIDTH_SHARE: f64 = 0.5;
/// Distance of lines as a share of the type's size.
const LEADING: f64 = 1.35;
/// The text's share of the panel's width and of its height.
const SHARE_OF_WIDTH: f64 = 0.85;
const SHARE_OF_HEIGHT: f64 = 0.3;
/// Lines are filled to this share, since words are not cut.
const FILLED: f64 = 0.9;

/// The most characters of an anecdote that can be read on a panel of that format; none if its size is not known.
///
/// 15×20 cm, read from 0.7 m: 210; 40×60 cm from 1.5 m: 680; 60×80 cm from 2 m: 766.
pub fn limit(format: PanelFormat) -> Option<usize> {
    let (width_mm, height_mm, distance_m) = match format {
        PanelFormat::Small => (150.0, 200.0, 0.7),
        PanelFormat::Medium => (400.0, 600.0, 1.5),
        PanelFormat::Large => (600.0, 800.0, 2.0),
        PanelFormat::Other => return None,
    };
    let size_mm = SMALLEST_LETTER_MM.max(distance_m * LETTER_MM_PER_M) / CAPITAL_SHARE;
    let letters: f64 = (width_mm * SHARE_OF_WIDTH / (size_mm * WIDTH_SHARE)).floor();
    let lines: f64 = (height_mm * SHARE_OF_HEIGHT / (size_mm * LEADING)).floor();
    Some((letters * lines * FILLED) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_panel_takes_a_longer_text() {
        let limits = [PanelFormat::Small, PanelFormat::Medium, PanelFormat::Large].map(limit);
        assert_eq!(
            limits,
            [Some(210), Some(680), Some(766)],
            "the numbers in the documentation"
        );
    }
}
