//! A camera session makes its room with the first frames: after them this crate's own code takes no more memory.

#![allow(unsafe_code, reason = "an allocator that counts is one by an unsafe trait")]
#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test may stop where it stands"
)]

mod shared;

use alloclap_flashcode::{LumaView, Reader, Session, Symbology};
use shared::{FRONT, View, frame, view_of};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

struct Counting;

thread_local! {
    static MADE: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    /// Bytes that are held now, and the most that were.
    static HELD: Cell<(i64, i64)> = const { Cell::new((0, 0)) };
}

fn hold(bytes: i64) {
    let _ = HELD.try_with(|held| {
        let (now, most) = held.get();
        held.set((now + bytes, most.max(now + bytes)));
    });
}

fn note(bytes: usize) {
    // A thread that ends has no count left; nobody asks for it either.
    let _ = MADE.try_with(|made| {
        let (times, sum) = made.get();
        made.set((times + 1, sum + bytes as u64));
    });
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        hold(layout.size() as i64);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        hold(-(layout.size() as i64));
        unsafe { System.dealloc(place, layout) }
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size.saturating_sub(layout.size()));
        // Old and new stand side by side while one is copied to the other.
        hold(size as i64);
        hold(-(layout.size() as i64));
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const WIDTH: usize = 640;
const HEIGHT: usize = 360;

/// A scene that keeps all rungs busy: noise, dark patches, and three eyes with noise between them, which are a symbol to all appearances.
fn busy(seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u32
    };
    let mut data: Vec<u8> = (0..WIDTH * HEIGHT).map(|_| 150 + (random() % 60) as u8).collect();
    let mut paint = |left: usize, top: usize, side: usize, light: u8| {
        for y in top..top + side {
            data[y * WIDTH + left..][..side].fill(light);
        }
    };
    let (left, top, module) = (100 + (random() % 30) as usize, 60, 5);
    for y in 0..25 {
        for x in 0..25 {
            let light = if random() % 2 == 0 { 30 } else { 220 };
            paint(left + x * module, top + y * module, module, light);
        }
    }
    for x in 0..25 {
        let light = if x % 2 == 0 { 30 } else { 220 };
        paint(left + x * module, top + 6 * module, module, light);
        paint(left + 6 * module, top + x * module, module, light);
    }
    for (column, row) in [(0, 0), (18, 0), (0, 18)] {
        for (inset, size, light) in [(0, 8, 220), (0, 7, 30), (1, 5, 220), (2, 3, 30)] {
            let (left, top) = (left + (column + inset) * module, top + (row + inset) * module);
            paint(left, top, size * module, light);
        }
    }
    for at in 0..6 {
        paint(320 + 45 * at, 250, 30, 40);
    }
    data
}

#[test]
fn a_camera_takes_no_memory_after_the_first_frame() {
    let frames: Vec<Vec<u8>> = (0..6).map(|seed| busy(seed * 977 + 5)).collect();
    let view = |data| LumaView {
        data,
        width: WIDTH as u32,
        height: HEIGHT as u32,
        row_stride: WIDTH as u32,
    };
    // What is computed once in a process is computed here.
    let mut other = Session::new(|| Duration::ZERO, 12);
    for frame in frames.iter().cycle().take(60) {
        other.frame(&view(frame)).expect("the sizes fit");
    }
    let mut session = Session::new(|| Duration::ZERO, 12);
    MADE.set((0, 0));
    session.frame(&view(&frames[0])).expect("the sizes fit");
    let (_, first) = MADE.get();
    assert!(
        first < 40 * (WIDTH * HEIGHT) as u64 + 4_000_000,
        "{first} bytes for a frame of {WIDTH} × {HEIGHT} are more than is promised"
    );
    MADE.set((0, 0));
    let (mut unread, mut read) = (0, 0);
    for frame in frames.iter().cycle().take(90) {
        let seen = session.frame(&view(frame)).expect("the sizes fit");
        unread += seen.unread.len();
        read += seen.present.len();
    }
    assert_eq!(read, 0, "a text was made up");
    assert!(
        unread > 0,
        "no rung had to work on a symbol: the test sees too little"
    );
    assert_eq!(
        MADE.get(),
        (0, 0),
        "a visitor's phone collects garbage with every frame (times, bytes)"
    );
}

#[test]
fn a_code_in_the_picture_takes_no_memory_either() {
    for symbology in [Symbology::QrCode, Symbology::DataMatrix] {
        let frames: Vec<Vec<u8>> = (0..8)
            .map(|step| {
                let view = View {
                    middle: (step as f32 * 3.0, 0.0),
                    noise: 8.0,
                    seed: step + 1,
                    ..FRONT
                };
                frame("https://alloclap.example/p/K7QM-2FXR", symbology, view)
            })
            .collect();
        let there_and_back: Vec<&Vec<u8>> = frames.iter().chain(frames.iter().rev()).collect();
        let mut session = Session::new(|| Duration::ZERO, 12);
        for frame in there_and_back.iter().cycle().take(48) {
            session.frame(&view_of(frame)).expect("the sizes fit");
        }
        MADE.set((0, 0));
        for frame in there_and_back.iter().cycle().take(64) {
            let seen = session.frame(&view_of(frame)).expect("the sizes fit");
            assert_eq!(
                seen.present.len(),
                1,
                "{symbology:?} is lost: the test sees too little"
            );
        }
        assert_eq!(
            MADE.get(),
            (0, 0),
            "a {symbology:?} that is held in view is read again and again (times, bytes)"
        );
    }
}

/// The most bytes that are held at a time while a still of 4000 × 3000 is read.
fn peak_of_still(light: impl FnMut(usize) -> u8) -> i64 {
    let (width, height) = (4000, 3000);
    let data: Vec<u8> = (0..width * height).map(light).collect();
    let view = LumaView {
        data: &data,
        width: width as u32,
        height: height as u32,
        row_stride: width as u32,
    };
    HELD.set((0, 0));
    let codes = Reader::new().read(&view).expect("the sizes fit");
    assert_eq!(codes, [], "a text was made up");
    HELD.get().1
}

#[test]
fn a_still_of_12_megapixels_takes_less_than_256_mb() {
    // Stripes have as many edges as a picture can have.
    let mut most = peak_of_still(|i| if i % 4000 / 2 % 2 == 0 { 40 } else { 200 });
    if std::env::var_os("ALLOCLAP_LONG").is_some() {
        let mut state = 88_172_645_463_325_252_u64;
        let noise = peak_of_still(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as u8
        });
        most = most.max(noise);
    }
    println!(
        "a still of 12 megapixels takes {} MB at most, beside its own 12",
        most / 1_000_000
    );
    assert!(
        most < 256_000_000,
        "{most} bytes: an older phone would kill the app"
    );
}
