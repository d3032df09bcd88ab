//! Codes that are encoded, distorted as a camera distorts them, and read back: the same text or nothing, never another.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use alloclap_flashcode::{Code, LumaView, Reader, Session, Symbology};
use proptest::prelude::*;
use rxing::{BarcodeFormat, Writer};
use std::cell::Cell;
use std::time::Duration;

const WIDTH: usize = 320;
const HEIGHT: usize = 240;

/// How a code is seen.
#[derive(Debug, Clone, Copy)]
struct View {
    /// Turned, in degrees.
    turn_deg: f32,
    /// Pixels to a module in the middle.
    module: f32,
    /// How much the far side is smaller, as a part.
    tilt: f32,
    /// Light of dark and light modules.
    ink: (f32, f32),
    /// The most that noise adds or takes away.
    noise: f32,
    seed: u64,
}

const FRONT: View = View {
    turn_deg: 0.0,
    module: 4.0,
    tilt: 0.0,
    ink: (40.0, 220.0),
    noise: 0.0,
    seed: 1,
};

/// A frame of a code on grey ground, by four samples a pixel.
fn frame(text: &str, symbology: Symbology, view: View) -> Vec<u8> {
    let encoded = match symbology {
        Symbology::QrCode => rxing::qrcode::QRCodeWriter.encode(text, &BarcodeFormat::QR_CODE, 0, 0),
        Symbology::DataMatrix => {
            rxing::datamatrix::DataMatrixWriter.encode(text, &BarcodeFormat::DATA_MATRIX, 0, 0)
        }
    };
    let bits = encoded.expect("the text fits into a code");
    let (columns, rows) = (bits.getWidth() as f32, bits.getHeight() as f32);
    let (sin, cos) = view.turn_deg.to_radians().sin_cos();
    let mut state = view.seed | 1;
    let mut data = Vec::with_capacity(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let mut sum = 0.0;
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let (px, py) = (
                    x as f32 + dx - WIDTH as f32 / 2.0,
                    y as f32 + dy - HEIGHT as f32 / 2.0,
                );
                let depth = 1.0 - view.tilt * py / HEIGHT as f32;
                let (px, py) = (px / depth / view.module, py / depth / view.module);
                let (u, v) = (
                    px * cos + py * sin + columns / 2.0,
                    py * cos - px * sin + rows / 2.0,
                );
                let quiet = 3.0;
                let inside = (-quiet..columns + quiet).contains(&u) && (-quiet..rows + quiet).contains(&v);
                let dark = u >= 0.0 && v >= 0.0 && u < columns && v < rows && bits.get(u as u32, v as u32);
                sum += if dark {
                    view.ink.0
                } else if inside {
                    view.ink.1
                } else {
                    110.0
                };
            }
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let noise = ((state >> 40) as f32 / (1 << 23) as f32 - 1.0) * view.noise;
            data.push((sum / 4.0 + noise).clamp(0.0, 255.0) as u8);
        }
    }
    data
}

fn view_of(data: &[u8]) -> LumaView<'_> {
    LumaView {
        data,
        width: WIDTH as u32,
        height: HEIGHT as u32,
        row_stride: WIDTH as u32,
    }
}

fn read(data: &[u8]) -> Vec<Code> {
    Reader::new().read(&view_of(data)).expect("the sizes fit")
}

#[test]
fn a_code_is_read_at_every_angle_with_its_corners_around_it() {
    for symbology in [Symbology::QrCode, Symbology::DataMatrix] {
        for turn_deg in [0.0, 20.0, 137.0, 270.0] {
            let view = View {
                turn_deg,
                tilt: 0.3,
                noise: 12.0,
                ..FRONT
            };
            let codes = read(&frame("https://alloclap.example/p/K7QM-2FXR", symbology, view));
            let texts: Vec<_> = codes
                .iter()
                .map(|code| (code.symbology, code.text.as_deref()))
                .collect();
            assert_eq!(
                texts,
                [(symbology, Some("https://alloclap.example/p/K7QM-2FXR"))],
                "turned by {turn_deg}°"
            );
            for corner in codes[0].corners {
                let off = (corner.x - WIDTH as f32 / 2.0).hypot(corner.y - HEIGHT as f32 / 2.0);
                assert!(
                    (30.0..110.0).contains(&off),
                    "turned by {turn_deg}° it has a corner at {corner:?}"
                );
            }
        }
    }
}

#[test]
fn light_codes_on_a_dark_ground_are_read() {
    for symbology in [Symbology::QrCode, Symbology::DataMatrix] {
        let codes = read(&frame(
            "K7QM-2FXR",
            symbology,
            View {
                ink: (230.0, 25.0),
                ..FRONT
            },
        ));
        assert_eq!(
            codes.iter().map(|code| code.text.as_deref()).collect::<Vec<_>>(),
            [Some("K7QM-2FXR")],
            "{symbology:?}"
        );
    }
}

#[test]
fn a_camera_reports_a_code_once_until_it_leaves() {
    let shown = frame("K7QM-2FXR", Symbology::QrCode, FRONT);
    let empty = vec![128; WIDTH * HEIGHT];
    let mut session = Session::new(|| Duration::ZERO, 12);
    let mut reports = |data: &[u8], frames: usize| -> (usize, usize) {
        let sightings: Vec<_> = (0..frames)
            .map(|_| session.frame(&view_of(data)).expect("the sizes fit").clone())
            .collect();
        (
            sightings.iter().map(|s| s.new.len()).sum(),
            sightings.last().map_or(0, |s| s.present.len()),
        )
    };
    assert_eq!(
        reports(&shown, 20),
        (1, 1),
        "a visitor holds still and the app opens the panel over and over"
    );
    assert_eq!(
        reports(&empty, 5),
        (0, 1),
        "a shaking hand makes the code go and come"
    );
    assert_eq!(
        reports(&shown, 10),
        (0, 1),
        "a shaking hand makes the app open the panel twice"
    );
    assert_eq!(reports(&empty, 20), (0, 0), "the code never leaves");
    assert_eq!(
        reports(&shown, 10),
        (1, 1),
        "a code that comes back is not noticed"
    );
}

#[test]
fn a_camera_stops_when_its_time_is_over_and_still_gets_there() {
    let shown = frame("K7QM-2FXR", Symbology::QrCode, View { noise: 10.0, ..FRONT });
    let now = Cell::new(Duration::ZERO);
    // Every look at the clock takes two milliseconds: a few pieces of work fit into a frame.
    let clock = || {
        now.set(now.get() + Duration::from_millis(2));
        now.get()
    };
    let mut session = Session::new(clock, 12);
    let mut found = 0;
    for _ in 0..40 {
        found += session.frame(&view_of(&shown)).expect("the sizes fit").new.len();
    }
    assert_eq!(found, 1, "the ladder is not climbed over the frames");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn the_same_text_or_nothing(
        text in "[ -~]{1,60}",
        matrix: bool,
        turn_deg in 0.0_f32..360.0,
        module in 1.3_f32..5.0,
        tilt in 0.0_f32..0.9,
        dark in 0.0_f32..120.0,
        contrast in 15.0_f32..130.0,
        noise in 0.0_f32..90.0,
        seed: u64,
    ) {
        let symbology = if matrix { Symbology::DataMatrix } else { Symbology::QrCode };
        let view = View { turn_deg, module, tilt, ink: (dark, dark + contrast), noise, seed };
        for code in read(&frame(&text, symbology, view)) {
            prop_assert_eq!(code.text.as_deref(), Some(text.as_str()), "another text was made up");
        }
    }
}
