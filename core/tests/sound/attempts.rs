//! One attempt after the other: sound in real time asks for a machine that keeps up. Where the kernel says that it did not, that
//! the sound server or the player was kept waiting, a failed attempt says nothing of the product and is made again, aloud; on a
//! machine that keeps up the first failure is one.

use super::ear::{RATE, write_recordings};
use super::server::missing;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const ATTEMPTS_MAX: u32 = 3;
/// Whoever waited this long at one time was late: half of what the device has in stock (two periods of 43 ms).
const WAITED_MAX_MS: u64 = 40;

/// Only one at a time: listening costs as much as playing.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What came of an attempt.
pub struct Heard {
    /// What was wrong.
    pub judged: Result<(), String>,
    /// What was recorded.
    pub sound: Vec<f32>,
    /// How long the server or the player had to wait for the machine at the most, in milliseconds.
    pub waited_ms: u64,
}

/// Attempts until one succeeds; nothing can be attempted, said aloud, where the tools are missing.
pub fn attempts(test: &str, attempt: impl Fn(&str, &Path) -> Option<Heard>) {
    if let Some(package) = missing() {
        println!("skipped: the Debian package {package} is not installed");
        return;
    }
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    for number in 1..=ATTEMPTS_MAX {
        let folder = folder();
        let Some(heard) = attempt(test, folder.path()) else {
            println!("skipped: pulseaudio does not start here");
            return;
        };
        let Err(wrong) = heard.judged else { return };
        let kept = keep(test, number, &heard.sound);
        let of_machine = format!(
            "the machine let it wait up to {} ms at a time; what was heard is in {}",
            heard.waited_ms,
            kept.display()
        );
        assert!(heard.waited_ms > WAITED_MAX_MS, "{wrong} ({of_machine})");
        println!("attempt {number} of {ATTEMPTS_MAX} fails on a busy machine: {wrong} ({of_machine})");
    }
    println!("skipped: this machine is too busy for sound in real time, {ATTEMPTS_MAX} times in a row");
}

/// A folder with everything that leads ALSA to a server of its own, and the recordings.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("asound.conf"),
        "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n",
    )
    .unwrap();
    write_recordings(folder.path());
    folder
}

/// Keeps what was heard, for whoever wants to know what went wrong.
fn keep(test: &str, number: u32, sound: &[f32]) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{number}.wav"));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&file, spec).unwrap();
    for sample in sound {
        writer.write_sample((sample * 32767.0) as i16).unwrap();
    }
    writer.finalize().unwrap();
    file
}
