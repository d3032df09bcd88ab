//! Speed in camera mode on frames of 1280 × 720: what a frame without a code costs, and how long a readable code takes from its first frame
//! to its report. One thread's processor time; the others read the same frames as their own helpers call them.
//!
//! By default a quarter of the frames with a code; all with `ALLOCLAP_LONG=1`. `--only NAME` runs one reader, `--each` lists the frames.

#[path = "shared/mod.rs"]
mod shared;

use alloclap_flashcode::{DEFAULT_BUDGET_MS, Session};
use image::GrayImage;
use image::imageops::{FilterType, crop_imm, resize};
use shared::pictures::{self, Truth};
use shared::readers::{self, READERS, content, safely, view};
use shared::{ms, processor_time, quantile};
use std::error::Error;
use std::panic::set_hook;
use std::time::Duration;

/// The frame of a phone's preview.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
/// Frames of an empty scene: all rungs of the camera's ladder come in turn, several times.
const EMPTY_FRAMES: usize = 24;
/// Frames before a code comes into view: at least as many, and less than twice as many.
const FRAMES_BEFORE: usize = 8;
/// Frames within which a code that stands still has to be read: a second and a half.
const FRAMES: usize = 45;
/// Of so many pictures with a code one is taken by default.
const SAMPLE: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    // Third-party readers panic on some pictures; that is a picture not read, and no news.
    set_hook(Box::new(|_| {}));
    let all = std::env::var_os("ALLOCLAP_LONG").is_some();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let only = words
        .iter()
        .position(|word| word == "--only")
        .and_then(|at| words.get(at + 1));
    let each = words.iter().any(|word| word == "--each");
    let others: Vec<_> = READERS
        .iter()
        .filter(|(name, _)| *name != "alloclap" && only.is_none_or(|only| only == name))
        .collect();
    let listed = pictures::listed()?;
    let empty: Vec<GrayImage> = listed
        .iter()
        .filter(|picture| picture.set.starts_with("empty"))
        .map(|picture| picture.luma().map(|luma| frame(&luma)))
        .collect::<Result<_, _>>()?;
    if empty.is_empty() {
        return Ok(());
    }
    println!("{} frames of 1280 × 720 without a code: ms a frame", empty.len());
    println!(
        "{:17} {:>8} {:>8} {:>8} {:>8}",
        "reader", "median", "mean", "p95", "longest"
    );
    let mut times = vec![];
    for picture in &empty {
        let mut session = Session::new(processor_time, DEFAULT_BUDGET_MS);
        session.frame(&view(picture))?; // the first frame makes room
        for _ in 0..EMPTY_FRAMES {
            let begun = processor_time();
            let seen = session.frame(&view(picture))?;
            times.push(processor_time() - begun);
            assert!(seen.new.is_empty(), "a code was made up on an empty frame");
        }
    }
    row("alloclap camera", &mut times);
    for (name, read) in &others {
        let mut times: Vec<Duration> = empty
            .iter()
            .chain(&empty)
            .map(|picture| timed(*read, picture).1)
            .collect();
        row(name, &mut times);
    }

    println!(
        "\nframes of 1280 × 720 with a code, from the first frame to the code: ms, of the frames that each reader reads"
    );
    println!(
        "{:17} {:>8} {:>8} {:>8} {:>6}  {:>23}",
        "reader", "median", "p95", "longest", "read", "alloclap there, median"
    );
    let of_size = |picture: &&pictures::Listed| {
        matches!(picture.truth, Truth::AnyOf(_)) && picture.set.starts_with("syn-")
    };
    let mut frames = vec![];
    for (at, picture) in listed.iter().filter(of_size).enumerate() {
        let luma = picture.luma()?;
        if (all || at % SAMPLE == 0) && luma.dimensions() == (WIDTH, HEIGHT) {
            frames.push((picture, luma));
        }
    }
    // Of each frame, where it was read.
    let mut ours = vec![None; frames.len()];
    for ((at, (picture, luma)), ours) in frames.iter().enumerate().zip(&mut ours) {
        let mut session = Session::new(processor_time, DEFAULT_BUDGET_MS);
        // The room that the first frames make is made once in a visit; and a code comes into view at any step of the ladder.
        for _ in 0..FRAMES_BEFORE + at % FRAMES_BEFORE {
            session.frame(&view(&GrayImage::new(WIDTH, HEIGHT)))?;
        }
        let begun = processor_time();
        for count in 1..=FRAMES {
            let seen = session.frame(&view(luma))?;
            if let Some(code) = seen.new.first().cloned() {
                let time = processor_time() - begun;
                if each {
                    println!("{}: {:.2} ms, {count} frames", picture.name(), ms(time));
                }
                if picture.truth.admits(&content(code)) {
                    *ours = Some(time);
                }
                break;
            }
        }
    }
    let mut times: Vec<Duration> = ours.iter().flatten().copied().collect();
    row_with_count("alloclap camera", &mut times.clone(), &mut times);
    for (name, read) in &others {
        let (mut times, mut ours_there) = (vec![], vec![]);
        for ((picture, luma), ours) in frames.iter().zip(&ours) {
            let (contents, time) = timed(*read, luma);
            if contents.iter().any(|content| picture.truth.admits(content)) {
                times.push(time);
                ours_there.extend(*ours);
            }
        }
        row_with_count(name, &mut times, &mut ours_there);
    }
    println!("of {} frames", frames.len());
    Ok(())
}

/// The middle of a picture at the size of a frame.
fn frame(picture: &GrayImage) -> GrayImage {
    let scale =
        (f64::from(WIDTH) / f64::from(picture.width())).max(f64::from(HEIGHT) / f64::from(picture.height()));
    let (width, height) = (
        ((f64::from(picture.width()) * scale).ceil() as u32).max(WIDTH),
        ((f64::from(picture.height()) * scale).ceil() as u32).max(HEIGHT),
    );
    let scaled = resize(picture, width, height, FilterType::Triangle);
    crop_imm(&scaled, (width - WIDTH) / 2, (height - HEIGHT) / 2, WIDTH, HEIGHT).to_image()
}

fn timed(read: readers::Read, picture: &GrayImage) -> (Vec<readers::Content>, Duration) {
    let begun = processor_time();
    let contents = std::hint::black_box(safely(read, picture));
    (contents, processor_time() - begun)
}

fn row(name: &str, times: &mut [Duration]) {
    println!(
        "{name:17} {:8.2} {:8.2} {:8.2} {:8.2}",
        ms(quantile(times, 0.5)),
        ms(times.iter().sum()) / times.len().max(1) as f64,
        ms(quantile(times, 0.95)),
        ms(quantile(times, 1.0)),
    );
}

/// With the middle time of our own on the frames that this reader reads: who reads more of the hard ones has the slower middle.
fn row_with_count(name: &str, times: &mut [Duration], ours_there: &mut [Duration]) {
    println!(
        "{name:17} {:8.2} {:8.2} {:8.2} {:6}  {:23.2}",
        ms(quantile(times, 0.5)),
        ms(quantile(times, 0.95)),
        ms(quantile(times, 1.0)),
        times.len(),
        ms(quantile(ours_there, 0.5)),
    );
}
