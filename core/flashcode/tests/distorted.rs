//! Codes that are encoded, distorted as a camera distorts them, and read back: the same text or nothing, never another.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

mod shared;

use alloclap_flashcode::{Code, Reader, Symbology};
use proptest::prelude::*;
use shared::{FRONT, HEIGHT, View, WIDTH, frame, view_of};

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
        let view = View { middle: (0.0, 0.0), turn_deg, module, tilt, ink: (dark, dark + contrast), noise, seed };
        for code in read(&frame(&text, symbology, view)) {
            prop_assert_eq!(code.text.as_deref(), Some(text.as_str()), "another text was made up");
        }
    }
}
