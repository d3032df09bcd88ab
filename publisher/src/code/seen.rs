//! A code as a phone sees it, and whether the reader of the visitors' app reads it there.
//!
//! The light of each pixel is the mean of a few points of the printed plane; blur comes on top. Noise, glare and damage are left to
//! the error correction.

use super::CodeRefused;
use super::sight::focal_px;
use super::symbol::Symbol;
use alloclap_flashcode::{LumaView, Reader};
use std::fmt;

/// More pixels to a module make a larger picture that is no harder to read.
const MOST_PIXELS_PER_MODULE: f64 = 5.0;
/// How far from upright, and how far from straight in front, a code is read back, in degrees.
const OBLIQUE_DEG: f64 = 45.0;
/// Blur of a hand that shakes or a lens out of focus: the standard deviation of a Gauss curve in modules. An edge then takes a whole
/// module to go from dark to light.
const BLUR_MODULES: f64 = 0.4;
/// The least blur in pixels: a lens and a sensor blur by that much at best.
const LENS_BLUR_PX: f64 = 0.3;
/// Points along each side of a pixel.
const POINTS: u32 = 4;
/// Pixels of ground around the drawing.
const GROUND_PX: f64 = 12.0;
/// Light of ink, paper and what is around, of 255.
const INK: f64 = 40.0;
const PAPER: f64 = 220.0;
const GROUND: f64 = 110.0;

/// From where a code is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Straight in front, upright.
    Front,
    /// The same out of focus.
    Blurred,
    /// With the phone turned by 45°.
    Turned,
    /// From 45° aside.
    Aside,
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Front => "from straight in front",
            Self::Blurred => "out of focus",
            Self::Turned => "turned by 45°",
            Self::Aside => "from 45° aside",
        })
    }
}

/// A picture of 8-bit luma.
struct Picture {
    light: Vec<f64>,
    side: u32,
}

/// Reads a symbol from everywhere that it must be read from.
///
/// # Errors
/// [`CodeRefused::NotReadBack`] with the first view in which its text is not all that is read.
pub(super) fn read_back(symbol: &Symbol, pixels_per_module: f64) -> Result<(), CodeRefused> {
    let pixels_per_module = pixels_per_module.min(MOST_PIXELS_PER_MODULE);
    for view in [View::Front, View::Blurred, View::Turned, View::Aside] {
        if !is_read(symbol, pixels_per_module, view) {
            return Err(CodeRefused::NotReadBack(view));
        }
    }
    Ok(())
}

fn is_read(symbol: &Symbol, pixels_per_module: f64, view: View) -> bool {
    let blur_px = match view {
        View::Blurred => BLUR_MODULES * pixels_per_module,
        View::Front | View::Turned | View::Aside => LENS_BLUR_PX,
    };
    let picture = blurred(seen(symbol, pixels_per_module, view), blur_px);
    // From a float to a whole number `as` stays within bounds.
    let data: Vec<u8> = picture.light.iter().map(|light| light.round() as u8).collect();
    let codes = Reader::new().read(&LumaView {
        data: &data,
        width: picture.side,
        height: picture.side,
        row_stride: picture.side,
    });
    let codes = codes.unwrap_or_default();
    !codes.is_empty()
        && codes
            .iter()
            .all(|code| code.symbology == symbol.symbology && code.text.as_ref() == Some(&symbol.text))
}

/// The printed plane through a pinhole.
fn seen(symbol: &Symbol, pixels_per_module: f64, view: View) -> Picture {
    let aside = if view == View::Aside { OBLIQUE_DEG } else { 0.0 };
    let turn = if view == View::Turned { OBLIQUE_DEG } else { 0.0 };
    let ((sin_aside, cos_aside), (sin_turn, cos_turn)) =
        (aside.to_radians().sin_cos(), turn.to_radians().sin_cos());
    let focal = focal_px();
    let distance = focal / pixels_per_module;
    let drawing = f64::from(symbol.side_with_quiet());
    // Turned by 45° a square is √2 as wide; from aside its near edge comes nearer and looks larger.
    let widest = std::f64::consts::SQRT_2 * pixels_per_module * drawing;
    let side = (widest + 2.0 * GROUND_PX).ceil() as u32;
    let (middle, step) = (f64::from(side) / 2.0, 1.0 / f64::from(POINTS));
    let light_at = |x: f64, y: f64| {
        let (x, y) = (x * cos_turn + y * sin_turn, y * cos_turn - x * sin_turn);
        let along = distance * x / focal / (cos_aside - sin_aside * x / focal);
        let down = (distance + along * sin_aside) * y / focal;
        let (column, row) = (along + drawing / 2.0, down + drawing / 2.0);
        if !(0.0..drawing).contains(&column) || !(0.0..drawing).contains(&row) {
            return GROUND;
        }
        let module = |place: f64| (place as u32).checked_sub(symbol.quiet);
        match (module(column), module(row)) {
            (Some(column), Some(row)) if symbol.is_dark(column, row) => INK,
            _ => PAPER,
        }
    };
    let mut light = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let mut sum = 0.0;
            for point in 0..POINTS * POINTS {
                let within = |n: u32| (f64::from(n) + 0.5) * step;
                sum += light_at(
                    f64::from(column) + within(point % POINTS) - middle,
                    f64::from(row) + within(point / POINTS) - middle,
                );
            }
            light.push(sum / f64::from(POINTS * POINTS));
        }
    }
    Picture { light, side }
}

/// Blurred by a Gauss curve, along the rows and then along the columns.
fn blurred(picture: Picture, deviation_px: f64) -> Picture {
    let Picture { light, side } = picture;
    let width = usize::try_from(side).unwrap_or_default();
    let reach = (3.0 * deviation_px).ceil() as usize;
    let weights: Vec<f64> = (0..=2 * reach)
        .map(|at| {
            let off = at as f64 - reach as f64;
            (-off * off / (2.0 * deviation_px * deviation_px)).exp()
        })
        .collect();
    let total: f64 = weights.iter().sum();
    // Each pass writes what it reads by rows into columns, so that two passes bring them back.
    let pass = |from: &[f64]| -> Vec<f64> {
        let mut to = vec![0.0; from.len()];
        for (y, row) in from.chunks(width.max(1)).enumerate() {
            for x in 0..row.len() {
                let sum: f64 = weights
                    .iter()
                    .enumerate()
                    .map(|(at, weight)| {
                        let place = (x + at).saturating_sub(reach).min(row.len() - 1);
                        weight * row.get(place).copied().unwrap_or_default()
                    })
                    .sum();
                if let Some(pixel) = to.get_mut(x * width + y) {
                    *pixel = sum / total;
                }
            }
        }
        to
    };
    Picture {
        light: pass(&pass(&light)),
        side,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::symbol::strongest_first;
    use alloclap_flashcode::Symbology;

    #[test]
    fn a_code_that_was_spoilt_on_the_way_is_not_handed_out() {
        let text = ["https://alloclap.example/p/K7QM2FXR".to_owned()];
        for symbology in [Symbology::QrCode, Symbology::DataMatrix] {
            let mut symbol = strongest_first(&text, symbology).remove(0);
            assert_eq!(read_back(&symbol, 4.0), Ok(()), "a good code is refused");
            let half = symbol.dark.len() / 2;
            for dark in symbol.dark.iter_mut().skip(half) {
                *dark = !*dark;
            }
            assert!(
                read_back(&symbol, 4.0).is_err(),
                "a spoilt {symbology:?} would be printed"
            );
            symbol.text.push('V');
            assert!(read_back(&symbol, 4.0).is_err());
        }
    }

    #[test]
    fn a_code_that_says_something_else_is_not_handed_out() {
        let text = ["https://alloclap.example/p/K7QM2FXR".to_owned()];
        let mut symbol = strongest_first(&text, Symbology::QrCode).remove(0);
        symbol.text = "https://alloclap.example/p/00000000".to_owned();
        assert_eq!(
            read_back(&symbol, 4.0),
            Err(CodeRefused::NotReadBack(View::Front)),
            "a panel would open another panel"
        );
    }
}
