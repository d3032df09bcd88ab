//! What a phone's camera makes of a printed code at a distance: pixels to a module, and whether they are enough.
//!
//! A pinhole camera of focal length `f` pixels shows what is `m` wide at distance `d` on `f · m / d` pixels; a picture `w` pixels wide over a
//! field of `φ` has `f = w / (2 · tan(φ / 2))`.

use super::CodeRefused;
use super::symbol::Symbol;

/// The long and the short side of the camera's picture in pixels: full HD, which every phone's preview reaches.
const PICTURE_PX: (f64, f64) = (1_920.0, 1_080.0);
/// The camera's field along the long side in degrees: main cameras have a focal length of about 26 mm in terms of 35 mm film, by its
/// diagonal of 43.3 mm; of that a 4:3 sensor's long side is 34.6 mm, `2 · atan(34.6 / 2 / 26)`.
const FIELD_DEG: f64 = 67.3;
/// Pixels that a module has to cover. Our choice: two samples a module are the least that sampling theory asks for, and what is
/// made is read back at this resolution before it is handed out.
const LEAST_PIXELS: f64 = 2.0;
/// How many more pixels than the least are advised: at the very limit it depends on where the pixels fall whether a code that is a
/// little out of focus is read back.
const ADVISED_MARGIN: f64 = 1.1;
/// The smallest module in millimetres: four dots of a printer of 300 dots an inch, so that ink that spreads by half a dot on each side
/// changes its width by a quarter at most.
const LEAST_MODULE_MM: f64 = 0.34;

/// How a code is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sight {
    pub(super) module_mm: f64,
    /// The symbol with its quiet zone.
    pub(super) drawing_mm: f64,
    pub(super) pixels_per_module: f64,
}

/// The camera's focal length in pixels.
pub(super) fn focal_px() -> f64 {
    PICTURE_PX.0 / (2.0 * (FIELD_DEG / 2.0).to_radians().tan())
}

/// How a symbol of a size is seen from a distance.
///
/// # Errors
/// When it could not be printed, is too fine to be seen, or larger than what is seen.
pub(super) fn at(size_mm: f64, distance_m: f64, symbol: &Symbol) -> Result<Sight, CodeRefused> {
    let modules = f64::from(symbol.side);
    let module_mm = size_mm / modules;
    let drawing_mm = module_mm * f64::from(symbol.side_with_quiet());
    let distance_mm = distance_m * 1_000.0;
    if module_mm < LEAST_MODULE_MM {
        return Err(CodeRefused::TooFineToPrint {
            module_mm,
            least_mm: LEAST_MODULE_MM,
            needed_mm: whole(modules * LEAST_MODULE_MM),
        });
    }
    let pixels_per_module = focal_px() * module_mm / distance_mm;
    if pixels_per_module < LEAST_PIXELS {
        let advised_pixels = LEAST_PIXELS * ADVISED_MARGIN;
        let advised_module_mm = advised_pixels * distance_mm / focal_px();
        return Err(CodeRefused::TooFineToSee {
            distance_m,
            module_mm,
            pixels: pixels_per_module,
            least_pixels: LEAST_PIXELS,
            needed_mm: whole(modules * advised_module_mm),
            // Down to whole centimetres, so that what is advised and shown is near enough.
            within_m: (focal_px() * module_mm / advised_pixels / 10.0).floor() / 100.0,
        });
    }
    let view_mm = PICTURE_PX.1 / focal_px() * distance_mm;
    if drawing_mm > view_mm {
        return Err(CodeRefused::LargerThanView {
            distance_m,
            view_mm,
            drawing_mm,
            from_m: (drawing_mm * focal_px() / PICTURE_PX.1 / 10.0).ceil() / 100.0,
        });
    }
    Ok(Sight {
        module_mm,
        drawing_mm,
        pixels_per_module,
    })
}

/// Whole millimetres that are at least so many.
fn whole(mm: f64) -> u32 {
    // From a float to a whole number `as` stays within bounds.
    mm.ceil() as u32
}
