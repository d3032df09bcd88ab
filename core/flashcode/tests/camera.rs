//! A camera's frames one after the other: a code is reported once, followed, and let go.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

mod shared;

use alloclap_flashcode::{LumaView, Session, Sighting, Symbology};
use shared::{FRONT, HEIGHT, View, WIDTH, frame, view_of};
use std::cell::Cell;
use std::time::Duration;

const CODE: &str = "K7QM-2FXR";
const BOTH: [Symbology; 2] = [Symbology::QrCode, Symbology::DataMatrix];

/// A session without an end of time.
fn session() -> Session<fn() -> Duration> {
    Session::new(|| Duration::ZERO, 12)
}

fn seen(session: &mut Session<fn() -> Duration>, data: &[u8]) -> Sighting {
    session.frame(&view_of(data)).expect("the sizes fit").clone()
}

/// How often a code was new in so many frames of the same.
fn reports(session: &mut Session<fn() -> Duration>, data: &[u8], frames: usize) -> usize {
    (0..frames).map(|_| seen(session, data).new.len()).sum()
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

#[test]
fn a_slow_phone_climbs_every_rung_as_well() {
    // Too small to be read at half size, with which every frame begins.
    let small = View { module: 2.2, ..FRONT };
    let shown = frame("K7QM-2FXR", Symbology::QrCode, small);
    for slowness_ms in [0, 3, 4, 5, 6] {
        let now = Cell::new(Duration::ZERO);
        let clock = || {
            now.set(now.get() + Duration::from_millis(slowness_ms));
            now.get()
        };
        let mut session = Session::new(clock, 20);
        let found: usize = (0..60)
            .map(|_| session.frame(&view_of(&shown)).expect("the sizes fit").new.len())
            .sum();
        assert_eq!(
            found, 1,
            "a phone that takes {slowness_ms} ms a step never looks closely"
        );
    }
}

#[test]
fn a_code_is_followed_where_a_hand_moves_it() {
    for symbology in BOTH {
        for ink in [(40.0, 220.0), (225.0, 35.0)] {
            let mut session = session();
            let at = |step: usize| View {
                middle: (4.0 * step as f32 - 30.0, 2.0 * step as f32 - 15.0),
                turn_deg: 2.0 * step as f32,
                ink,
                ..FRONT
            };
            let first = reports(&mut session, &frame(CODE, symbology, at(0)), 12);
            assert_eq!(first, 1, "{symbology:?} in {ink:?} is not read");
            for step in 1..16 {
                let view = at(step);
                let seen = seen(&mut session, &frame(CODE, symbology, view));
                assert_eq!(
                    seen.new,
                    [],
                    "{symbology:?} in {ink:?} is reported again at step {step}"
                );
                assert_eq!(
                    seen.present.len(),
                    1,
                    "{symbology:?} in {ink:?} is lost at step {step}"
                );
                let (x, y) = seen.present[0].corners.iter().fold((0.0, 0.0), |(x, y), corner| {
                    (x + corner.x / 4.0, y + corner.y / 4.0)
                });
                let off =
                    (x - WIDTH as f32 / 2.0 - view.middle.0).hypot(y - HEIGHT as f32 / 2.0 - view.middle.1);
                assert!(
                    off < 4.0,
                    "the mark in the viewfinder is {off} pixels off {symbology:?} in {ink:?} at step {step}"
                );
            }
        }
    }
}

#[test]
fn a_code_that_jumps_is_the_same_code() {
    for symbology in BOTH {
        let mut session = session();
        let at = |x: f32| {
            frame(
                CODE,
                symbology,
                View {
                    middle: (x, 0.0),
                    module: 3.0,
                    ..FRONT
                },
            )
        };
        assert_eq!(
            reports(&mut session, &at(-100.0), 12),
            1,
            "{symbology:?} is not read"
        );
        assert_eq!(
            reports(&mut session, &at(100.0), 12),
            0,
            "a phone that is swung opens the panel of {symbology:?} twice"
        );
    }
}

#[test]
fn another_code_in_the_same_place_is_told_apart() {
    for symbology in BOTH {
        let mut session = session();
        assert_eq!(reports(&mut session, &frame(CODE, symbology, FRONT), 12), 1);
        let other = frame("K7QM-2FXT", symbology, FRONT);
        let new: Vec<_> = (0..40).flat_map(|_| seen(&mut session, &other).new).collect();
        assert_eq!(
            new.iter().map(|code| code.text.as_deref()).collect::<Vec<_>>(),
            [Some("K7QM-2FXT")],
            "the next panel's {symbology:?} is taken for the last one's"
        );
        let left = seen(&mut session, &other);
        assert_eq!(left.present.len(), 1, "the last panel's {symbology:?} stays");
    }
}

#[test]
fn two_codes_in_one_picture_are_both_reported() {
    let left = frame(
        CODE,
        Symbology::QrCode,
        View {
            middle: (-80.0, 0.0),
            ..FRONT
        },
    );
    let right = frame(
        "a film was shot here",
        Symbology::DataMatrix,
        View {
            middle: (80.0, 0.0),
            ..FRONT
        },
    );
    let both: Vec<u8> = (0..WIDTH * HEIGHT)
        .map(|i| if i % WIDTH < WIDTH / 2 { left[i] } else { right[i] })
        .collect();
    let mut session = session();
    assert_eq!(reports(&mut session, &both, 30), 2);
    assert_eq!(
        seen(&mut session, &both).present.len(),
        2,
        "one of two codes is lost"
    );
}

#[test]
fn a_place_is_shown_before_its_code_can_be_read() {
    // The eyes and the timing of a symbol whose other modules are scratched away.
    let whole = frame(CODE, Symbology::QrCode, View { module: 6.0, ..FRONT });
    let side = 21.0 * 6.0;
    let inside = |i: usize| {
        let u = ((i % WIDTH) as f32 - (WIDTH as f32 - side) / 2.0) / 6.0;
        let v = ((i / WIDTH) as f32 - (HEIGHT as f32 - side) / 2.0) / 6.0;
        (9.0..20.0).contains(&u) && (9.0..20.0).contains(&v)
    };
    let scratched: Vec<u8> = (0..whole.len())
        .map(|i| {
            if inside(i) {
                120 + (i * 7919 % 31) as u8
            } else {
                whole[i]
            }
        })
        .collect();
    let mut session = session();
    let mut places = vec![];
    for _ in 0..30 {
        let seen = seen(&mut session, &scratched);
        assert_eq!(seen.new, [], "a text was made up");
        places.extend(seen.unread);
    }
    let corners = places
        .first()
        .expect("the viewfinder shows nothing where a code is");
    for corner in corners {
        let off = (corner.x - WIDTH as f32 / 2.0).hypot(corner.y - HEIGHT as f32 / 2.0);
        assert!((60.0..120.0).contains(&off), "a corner is shown at {corner:?}");
    }
}

#[test]
fn a_frame_larger_than_a_camera_gives_is_read_in_bounds() {
    let small = frame(CODE, Symbology::QrCode, FRONT);
    let factor = 12;
    let (width, height) = (WIDTH * factor, HEIGHT * factor);
    let large: Vec<u8> = (0..width * height)
        .map(|i| small[i / width / factor * WIDTH + i % width / factor])
        .collect();
    let mut session = session();
    let view = LumaView {
        data: &large,
        width: width as u32,
        height: height as u32,
        row_stride: width as u32,
    };
    let mut found = 0;
    for _ in 0..8 {
        found += session.frame(&view).expect("the sizes fit").new.len();
    }
    assert_eq!(found, 1, "a frame of {width} × {height} is not read");
}
