//! What sound costs: decoding beside ffmpeg, memory over three hours, the wait for the first sample, seeking, and the processor
//! while something plays. Recordings are made with espeak-ng and ffmpeg; without them there is nothing to measure, and it says so.
//!
//! `cargo xtask bench audio`. Times are processor times, so that a busy machine measures the same.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench may stop where it stands"
)]

mod files;
mod measure;

use alloclap_core::audio::output::PullOutput;
use alloclap_core::audio::{Command, Decoder, Item, Player, Rendering, SystemClock};
use files::{Made, make};
use measure::{cpu, median, resident_bytes, threads_cpu};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const MIB: f64 = 1024.0 * 1024.0;
/// How often something is tried whose middle is told.
const TRIES: u32 = 40;
/// How long the processor is watched while something plays.
const WATCHED: Duration = Duration::from_secs(10);

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let Some(made) = make(folder.path()) else {
        println!("skipped: needs ffmpeg and espeak-ng");
        return;
    };
    memory(&made);
    decoding(&made);
    first_sample(&made);
    seeking(&made);
    processor(&made);
}

/// Decodes a file to its end and says how many seconds of sound that was.
fn decode(file: &Path) -> f64 {
    let mut decoder = Decoder::open(file).unwrap();
    let (rate, channels) = (decoder.probe().sample_rate_hz, usize::from(decoder.channels()));
    let mut frames = 0;
    while let Some(block) = decoder.next_block().unwrap() {
        frames += block.samples.len() / channels;
    }
    frames as f64 / f64::from(rate)
}

fn decoding(made: &Made) {
    println!("\ndecoding one thread, × real time        AlloClap   ffmpeg    ratio   wanted");
    for (name, file) in &made.formats {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let before = cpu();
            let seconds = decode(file);
            ours.push(seconds / (cpu() - before).as_secs_f64());
            theirs.push(seconds / files::ffmpeg_decoding(file).as_secs_f64());
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let wanted = if *name == "opus" { 0.7 } else { 0.95 };
        println!(
            "  {name:<36} {ours:>9.0} {theirs:>9.0} {:>8.2} {wanted:>8.2}",
            ours / theirs
        );
    }
}

/// Three hours through the whole chain, as a player renders them.
fn memory(made: &Made) {
    println!("\nmemory of a 3-hour file, MiB            opened  10 min     end   wanted: ≤ 8, no growth");
    for (name, file) in &made.long {
        // What the library keeps for itself is there before it is looked at.
        Rendering::open(&made.formats[0].1, None).unwrap();
        let empty = resident_bytes();
        let mut rendering = Rendering::open(file, Some(-20.0)).unwrap();
        rendering.set_speed(1.5);
        let mut block = vec![0.0; 960];
        let mut beyond = Vec::new();
        let mut looked_ms = [0, 600_000, u64::MAX].into_iter().peekable();
        loop {
            let frames = rendering.render(&mut block).unwrap();
            let due = looked_ms.next_if(|ms| rendering.position_ms() >= *ms).is_some();
            if due || frames == 0 {
                beyond.push((resident_bytes() as f64 - empty as f64) / MIB);
            }
            if frames == 0 {
                break;
            }
        }
        let shown: Vec<String> = beyond.iter().map(|mib| format!("{mib:>7.2}")).collect();
        println!("  {name:<36} {}", shown.join(" "));
    }
}

/// A player on an output that is open, and the end from which it is pulled.
fn player() -> (Player, Arc<Mutex<alloclap_core::audio::output::Puller>>) {
    let (output, puller) = PullOutput::new();
    let mut output = Some(output);
    let maker = Box::new(move || Ok(Box::new(output.take().unwrap()) as Box<_>));
    let player = Player::start(maker, Box::new(SystemClock::default())).unwrap();
    (player, Arc::new(Mutex::new(puller)))
}

fn item(file: &Path) -> Item {
    Item {
        id: "bench".to_owned(),
        file: file.display().to_string(),
        loudness_lufs: Some(-20.0),
        ..Item::default()
    }
}

fn first_sample(made: &Made) {
    println!("\nfrom play to the first sample, ms       middle   worst   wanted: ≤ 40");
    for (name, file) in made.formats.iter().chain(&made.long) {
        let mut waits = Vec::new();
        let (player, puller) = player();
        let mut frames = [0.0; 256];
        for _ in 0..TRIES {
            // What was playing is over and pulled out.
            while puller.lock().unwrap().pull(&mut frames) > 0 {}
            let begun = Instant::now();
            player.command(Command::Play { item: item(file) });
            while puller.lock().unwrap().pull(&mut frames) == 0 {
                std::hint::spin_loop();
            }
            waits.push(begun.elapsed().as_secs_f64() * 1000.0);
            player.command(Command::Load { item: item(file) });
            std::thread::sleep(Duration::from_millis(60));
        }
        let worst = waits.iter().copied().fold(0.0, f64::max);
        println!("  {name:<36} {:>7.2} {worst:>7.2}", median(waits));
    }
}

fn seeking(made: &Made) {
    println!("\nseek, open file, to its first 10 ms, ms  middle   worst   wanted: ≤ 30");
    for (name, file) in made.formats.iter().chain(&made.long) {
        let mut rendering = Rendering::open(file, None).unwrap();
        let duration_ms = rendering.probe().duration_ms;
        let mut block = vec![0.0; 960];
        let mut waits = Vec::new();
        let mut place = 1u64;
        for _ in 0..TRIES {
            place = place
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let begun = Instant::now();
            rendering.seek((place >> 33) % duration_ms).unwrap();
            rendering.render(&mut block).unwrap();
            waits.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        let worst = waits.iter().copied().fold(0.0, f64::max);
        println!("  {name:<36} {:>7.2} {worst:>7.2}", median(waits));
    }
}

/// The player's threads while it plays in real time; who pulls is the device's thread and does not count.
fn processor(made: &Made) {
    println!("\nprocessor while playing, % of one core     used   wanted");
    let wanted_files = made
        .formats
        .iter()
        .filter(|(name, _)| ["opus", "mp3"].contains(name));
    for (name, file) in wanted_files {
        for (speed, wanted) in [(1.0, 1.0), (1.5, 3.0)] {
            let (player, puller) = player();
            let stop = Arc::new(AtomicBool::new(false));
            let (of_thread, stopped) = (Arc::clone(&puller), Arc::clone(&stop));
            let device = std::thread::Builder::new()
                .name("bench-device".to_owned())
                .spawn(move || {
                    let mut frames = [0.0; 960];
                    while !stopped.load(Ordering::Relaxed) {
                        of_thread.lock().unwrap().pull(&mut frames);
                        std::thread::sleep(Duration::from_millis(10));
                    }
                })
                .unwrap();
            player.command(Command::SetSpeed { speed });
            player.command(Command::Play { item: item(file) });
            std::thread::sleep(Duration::from_millis(500));
            let before = threads_cpu("alloclap");
            std::thread::sleep(WATCHED);
            let used = (threads_cpu("alloclap") - before).as_secs_f64() / WATCHED.as_secs_f64();
            stop.store(true, Ordering::Relaxed);
            device.join().unwrap();
            player.close();
            println!(
                "  {:<36} {:>9.2} {wanted:>8.1}",
                format!("{name} at {speed}×"),
                used * 100.0
            );
        }
    }
}
