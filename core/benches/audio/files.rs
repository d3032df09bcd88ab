//! Recordings of a voice, made here: ten minutes in each format, three hours of some.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What was made: the name of the format, and the file.
pub struct Made {
    pub formats: Vec<(&'static str, PathBuf)>,
    pub long: Vec<(&'static str, PathBuf)>,
}

const WORDS: &str = "Vous êtes sur la place où le film a été tourné. La maison rouge, à gauche de la mairie, fut construite \
    pour une seule scène. Le metteur en scène voulait la lumière du soir, et l'équipe a attendu onze jours. ";

/// Makes them; nothing if the tools are not there.
pub fn make(folder: &Path) -> Option<Made> {
    let text = folder.join("words.txt");
    std::fs::write(&text, WORDS.repeat(60)).ok()?;
    let speech = folder.join("speech.wav");
    let said = Command::new("espeak-ng")
        .args(["-v", "fr", "-f"])
        .arg(&text)
        .arg("-w")
        .arg(&speech)
        .stderr(Stdio::null())
        .status()
        .ok()?;
    if !said.success() {
        return None;
    }
    let wav = folder.join("ten.wav");
    let ten = [
        "-stream_loop",
        "-1",
        "-i",
        speech.to_str()?,
        "-t",
        "600",
        "-ar",
        "48000",
    ];
    ffmpeg(&[&ten[..], &["-c:a", "pcm_s16le", wav.to_str()?]].concat())?;
    let source = wav.to_str()?.to_owned();
    let encoded = |name: &'static str, ending: &str, options: &[&str]| {
        let file = folder.join(format!("ten.{ending}"));
        ffmpeg(&[&["-i", source.as_str()], options, &[file.to_str()?]].concat())?;
        Some((name, file))
    };
    let formats = vec![
        encoded("opus", "opus", &["-c:a", "libopus", "-b:a", "24k"])?,
        encoded("mp3", "mp3", &["-c:a", "libmp3lame", "-b:a", "64k"])?,
        encoded("m4a", "m4a", &["-c:a", "aac", "-b:a", "64k"])?,
        encoded("flac", "flac", &["-c:a", "flac"])?,
        encoded("vorbis", "ogg", &["-c:a", "libvorbis", "-q:a", "3"])?,
        ("wav", wav),
    ];
    let three_hours = |name: &'static str, ten: &Path, ending: &str| {
        let file = folder.join(format!("three.{ending}"));
        let copy = [
            "-stream_loop",
            "17",
            "-i",
            ten.to_str()?,
            "-c",
            "copy",
            file.to_str()?,
        ];
        ffmpeg(&copy)?;
        Some((name, file))
    };
    let long = vec![
        three_hours("opus, 3 hours", &formats[0].1, "opus")?,
        three_hours("mp3, 3 hours", &formats[1].1, "mp3")?,
        three_hours("m4a, 3 hours", &formats[2].1, "m4a")?,
    ];
    Some(Made { formats, long })
}

fn ffmpeg(arguments: &[&str]) -> Option<()> {
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-nostdin"])
        .args(arguments)
        .status()
        .ok()?;
    done.success().then_some(())
}

/// The processor time that ffmpeg takes to decode a file on one thread, without that of starting.
pub fn ffmpeg_decoding(file: &Path) -> Duration {
    let decoded = benchmark(&["-threads", "1", "-i", file.to_str().unwrap_or_default()]);
    let started = benchmark(&["-f", "lavfi", "-i", "anullsrc=d=0.01"]);
    decoded.saturating_sub(started)
}

fn benchmark(input: &[&str]) -> Duration {
    let output = Command::new("ffmpeg")
        .args(["-v", "info", "-hide_banner", "-nostdin", "-benchmark"])
        .args(input)
        .args(["-map", "0:a", "-c:a", "pcm_f32le", "-f", "null", "-"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let seconds = |name: &str| -> f64 {
        let value = said.rsplit_once(name).map(|(_, rest)| rest).unwrap_or_default();
        let digits: String = value
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        digits.parse().unwrap_or(0.0)
    };
    Duration::from_secs_f64(seconds("utime=") + seconds("stime="))
}
