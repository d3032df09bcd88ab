//! Recordings as people make them, made here with ffmpeg and espeak-ng: whole ones, odd ones and broken ones. Each is heard, or
//! refused with what is wrong. Skipped with a line where the tools are missing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails where these panic"
)]

use alloclap_core::audio::{AudioError, Codec, Decoder, Unsupported, probe};
use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How long the sound lasts that most are made of, in milliseconds: a sweep whose every moment sounds different.
const SWEEP_MS: u64 = 9_000;
const SWEEP: &str = "aevalsrc='0.4*sin(2*PI*(300*t+60*t*t))':s=44100:d=9";
/// How exactly a seek has to land, in milliseconds.
const EXACT_MS: f64 = 20.0;

struct Workshop(tempfile::TempDir);

impl Workshop {
    /// Nothing, said aloud, where the tools are missing.
    fn open() -> Option<Self> {
        for (tool, package) in [("ffmpeg", "ffmpeg"), ("espeak-ng", "espeak-ng")] {
            let there = Command::new(tool)
                .arg(if tool == "ffmpeg" { "-version" } else { "--version" })
                .stdout(Stdio::null())
                .status();
            if !there.is_ok_and(|status| status.success()) {
                println!("skipped: the Debian package {package} is not installed");
                return None;
            }
        }
        Some(Self(tempfile::tempdir().unwrap()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn ffmpeg(&self, arguments: &[&str]) {
        let done = Command::new("ffmpeg")
            .current_dir(self.0.path())
            .args(["-v", "error", "-y", "-nostdin"])
            .args(arguments)
            .status()
            .unwrap();
        assert!(done.success(), "ffmpeg does not take {arguments:?}");
    }

    /// The sweep in a file of that name.
    fn sweep(&self, name: &str, options: &[&str]) -> PathBuf {
        self.ffmpeg(&[&["-f", "lavfi", "-i", SWEEP], options, &[name]].concat());
        self.path(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// The sweep in every format, as different programs write it.
    fn formats(&self) -> Vec<PathBuf> {
        let opus = ["-c:a", "libopus", "-b:a", "24k"];
        vec![
            self.sweep("house.opus", &opus),
            self.sweep("constant.mp3", &["-c:a", "libmp3lame", "-b:a", "64k"]),
            self.sweep("variable.mp3", &["-c:a", "libmp3lame", "-q:a", "5"]),
            self.sweep(
                "plain.mp3",
                &[
                    "-c:a",
                    "libmp3lame",
                    "-b:a",
                    "64k",
                    "-write_xing",
                    "0",
                    "-id3v2_version",
                    "0",
                ],
            ),
            self.sweep(
                "half-rate.mp3",
                &["-c:a", "libmp3lame", "-ar", "22050", "-b:a", "32k"],
            ),
            self.sweep("end.m4a", &["-c:a", "aac", "-b:a", "64k"]),
            self.sweep(
                "start.m4a",
                &["-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart"],
            ),
            self.sweep("plain.flac", &["-c:a", "flac"]),
            self.sweep("plain.ogg", &["-c:a", "libvorbis", "-q:a", "3"]),
            self.sweep("flac.oga", &["-c:a", "flac"]),
            self.sweep("plain.wav", &["-c:a", "pcm_s16le"]),
            self.sweep("float.wav", &["-c:a", "pcm_f32le"]),
            self.sweep("deep.wav", &["-c:a", "pcm_s24le"]),
        ]
    }
}

fn shown(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// All of a recording: the left channel.
fn heard(decoder: &mut Decoder) -> Vec<f32> {
    try_heard(decoder).unwrap()
}

fn try_heard(decoder: &mut Decoder) -> Result<Vec<f32>, AudioError> {
    let channels = usize::from(decoder.channels());
    let mut all = Vec::new();
    while let Some(block) = decoder.next_block()? {
        all.extend(block.samples.iter().step_by(channels));
    }
    Ok(all)
}

fn sweep(rate_hz: u32, from_ms: f64, frames: usize) -> Vec<f32> {
    let value = |n: usize| {
        let t = from_ms / 1000.0 + n as f64 / f64::from(rate_hz);
        (TAU * (300.0 * t + 60.0 * t * t)).sin() as f32
    };
    (0..frames).map(value).collect()
}

fn likeness(a: &[f32], b: &[f32]) -> f64 {
    let dot = |x: &[f32], y: &[f32]| {
        x.iter()
            .zip(y)
            .map(|(x, y)| f64::from(*x) * f64::from(*y))
            .sum::<f64>()
    };
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-12)
}

/// By how many milliseconds a sound comes too late or too early; nothing if it is another sound.
fn off_ms(sound: &[f32], rate_hz: u32, from_ms: u64) -> Option<f64> {
    let tenths = -400..=400;
    let best = tenths
        .map(|tenth| f64::from(tenth) / 10.0)
        .filter(|off| from_ms as f64 + off >= 0.0)
        .map(|off| {
            (
                off,
                likeness(sound, &sweep(rate_hz, from_ms as f64 + off, sound.len())),
            )
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    (best.1 > 0.9).then_some(best.0)
}

#[test]
fn every_format_is_whole_and_sought_exactly() {
    let Some(workshop) = Workshop::open() else { return };
    for file in workshop.formats() {
        let name = shown(&file);
        let mut decoder = Decoder::open(&file).unwrap();
        let found = decoder.probe();
        assert!(
            found.duration_ms.abs_diff(SWEEP_MS) <= 60,
            "{name} lasts {} ms",
            found.duration_ms
        );
        let whole = heard(&mut decoder);
        assert_eq!(decoder.damage(), None, "{name}");
        let whole_ms = whole.len() as u64 * 1000 / u64::from(found.sample_rate_hz);
        assert!(
            whole_ms.abs_diff(found.duration_ms) <= 1,
            "{name} promised {} ms and lasted {whole_ms}",
            found.duration_ms
        );
        for position_ms in [5_000, 123, 8_700, 0, 4_999, 2_500] {
            decoder.seek(position_ms).unwrap();
            let mut sound = Vec::new();
            while sound.len() < found.sample_rate_hz as usize / 8
                && let Some(block) = decoder.next_block().unwrap()
            {
                sound.extend_from_slice(block.samples);
            }
            sound.truncate(found.sample_rate_hz as usize / 8);
            let off = off_ms(&sound, found.sample_rate_hz, position_ms);
            // Without a LAME header nobody knows the run-in of the encoder, 25 ms that are part of the file.
            assert!(
                name == "plain.mp3" || off.is_some_and(|off| off.abs() <= EXACT_MS),
                "{name} sought to {position_ms} ms is off by {off:?} ms"
            );
            let alike = likeness(
                &sound,
                &whole[(position_ms * u64::from(found.sample_rate_hz) / 1000) as usize..],
            );
            assert!(
                alike > 0.97,
                "{name} at {position_ms} ms is another sound than when played through: {alike}"
            );
        }
    }
}

#[test]
fn odd_ones_are_heard() {
    let Some(workshop) = Workshop::open() else { return };
    let rates = [
        ("telephone.wav", "8000", "pcm_s16le"),
        ("studio.flac", "192000", "flac"),
        ("studio.wav", "192000", "pcm_s24le"),
    ];
    for (name, rate, codec) in rates {
        let file = workshop.sweep(name, &["-ar", rate, "-c:a", codec]);
        let mut decoder = Decoder::open(&file).unwrap();
        assert_eq!(decoder.probe().sample_rate_hz.to_string(), rate, "{name}");
        let sound = heard(&mut decoder);
        let rate_hz = decoder.probe().sample_rate_hz;
        let part = &sound[rate_hz as usize..rate_hz as usize + rate_hz as usize / 8];
        assert!(
            off_ms(part, rate_hz, 1_000).is_some_and(|off| off.abs() < 1.0),
            "{name}"
        );
    }
    for (name, codec) in [("eight.wav", "pcm_s16le"), ("eight.flac", "flac")] {
        let file = workshop.sweep(
            name,
            &[
                "-af",
                "pan=7.1|FL=c0|FR=c0|FC=c0|BL=c0|BR=c0|SL=c0|SR=c0",
                "-c:a",
                codec,
            ],
        );
        let mut decoder = Decoder::open(&file).unwrap();
        assert_eq!((decoder.probe().channels, decoder.channels()), (8, 2), "{name}");
        let sound = heard(&mut decoder);
        assert!(off_ms(&sound[44_100..50_000], 44_100, 1_000).is_some(), "{name}");
    }
    // Eight channels in Opus are refused with what to do.
    let surround = workshop.sweep(
        "eight.opus",
        &[
            "-af",
            "pan=7.1|FL=c0|FR=c0|FC=c0|BL=c0|BR=c0|SL=c0|SR=c0",
            "-c:a",
            "libopus",
            "-b:a",
            "256k",
        ],
    );
    let refused = probe(&surround).unwrap_err();
    assert!(
        matches!(
            refused,
            AudioError::Unsupported {
                what: Unsupported::Channels,
                ..
            }
        ),
        "{refused}"
    );

    // A voice with a cover picture before it.
    let said = Command::new("espeak-ng")
        .args(["-v", "fr", "-w"])
        .arg(workshop.path("voice.wav"))
        .arg("Vous êtes sur la place où le film a été tourné.")
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(said.success());
    workshop.ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        "color=red:s=600x600:d=1",
        "-frames:v",
        "1",
        "cover.png",
    ]);
    let covered = [
        "-i",
        "cover.png",
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-disposition:v",
        "attached_pic",
    ];
    let cover = |name: &str, codec: &str| {
        let voice = [&["-i", "voice.wav"][..], &covered, &["-c:a", codec, name]].concat();
        workshop.ffmpeg(&voice);
        let mut decoder = Decoder::open(&workshop.path(name)).unwrap();
        let (found, sound) = (decoder.probe(), heard(&mut decoder));
        assert!(
            found.duration_ms > 1_500 && decoder.damage().is_none(),
            "{name}: {found:?}"
        );
        assert!(sound.iter().any(|s| s.abs() > 0.1), "{name} is silent");
    };
    cover("cover.mp3", "libmp3lame");
    cover("cover.m4a", "aac");
    cover("cover.flac", "flac");
}

#[test]
fn left_stays_left_in_every_format() {
    let Some(workshop) = Workshop::open() else { return };
    let formats = [
        ("stereo.opus", "libopus"),
        ("stereo.mp3", "libmp3lame"),
        ("stereo.m4a", "aac"),
        ("stereo.flac", "flac"),
        ("stereo.ogg", "libvorbis"),
        ("stereo.wav", "pcm_s16le"),
    ];
    for (name, codec) in formats {
        workshop.ffmpeg(&[
            "-f",
            "lavfi",
            "-i",
            "aevalsrc='0.4*sin(2*PI*440*t)|0':s=48000:d=2",
            "-c:a",
            codec,
            "-b:a",
            "96k",
            name,
        ]);
        let mut decoder = Decoder::open(&workshop.path(name)).unwrap();
        assert_eq!(decoder.channels(), 2, "{name}");
        let (mut left, mut right) = (0.0f64, 0.0f64);
        while let Some(block) = decoder.next_block().unwrap() {
            for frame in block.samples.chunks_exact(2) {
                left += f64::from(frame[0] * frame[0]);
                right += f64::from(frame[1] * frame[1]);
            }
        }
        assert!(
            left > 1000.0 && right < left / 100.0,
            "{name}: left {left}, right {right}"
        );
    }
}

#[test]
fn broken_ones_are_heard_as_far_as_they_go_or_refused_with_a_reason() {
    let Some(workshop) = Workshop::open() else { return };
    for file in workshop.formats() {
        let name = shown(&file);
        let bytes = std::fs::read(&file).unwrap();
        // In the middle.
        let cut = workshop.write(&format!("cut-{name}"), &bytes[..bytes.len() / 2]);
        let played = Decoder::open(&cut).and_then(|mut decoder| {
            let sound = try_heard(&mut decoder)?;
            Ok((decoder, sound))
        });
        match played {
            Ok((decoder, sound)) => {
                let rate = decoder.probe().sample_rate_hz;
                let ms = sound.len() as u64 * 1000 / u64::from(rate);
                assert!(
                    (3_000..6_500).contains(&ms),
                    "of half of {name}, {ms} ms were heard"
                );
                // A file that never said how long it is, cut between two frames, is whole as far as anybody knows.
                let known = !decoder.probe().duration_counted;
                assert!(
                    !known || decoder.damage().is_some(),
                    "nobody is told that {name} was cut"
                );
                let part = &sound[rate as usize..rate as usize + rate as usize / 8];
                assert!(
                    name == "plain.mp3" || off_ms(part, rate, 1_000).is_some(),
                    "what is left of {name} is another sound"
                );
            }
            Err(error) => {
                // Only the index of an m4a stands at its end, where it was cut off.
                let without_index = name == "end.m4a" && error.to_string().contains("its index is missing");
                assert!(without_index, "half of {name} is refused: {error}");
                assert!(error.to_string().contains(&format!("cut-{name}")), "{error}");
            }
        }
        // Under a wrong name.
        let wrong = workshop.write(&format!("{name}.txt"), &bytes);
        assert_eq!(
            probe(&wrong).unwrap(),
            probe(&file).unwrap(),
            "{name} under another name"
        );
        // Nothing of it.
        let empty = workshop.write(&format!("empty-{name}"), &[]);
        assert!(matches!(probe(&empty), Err(AudioError::Empty { .. })), "{name}");
    }
}

#[test]
fn headers_that_lie_are_not_believed() {
    let Some(workshop) = Workshop::open() else { return };
    // A WAV that claims ten times its length, and a FLAC that claims twice as many samples.
    let wav = std::fs::read(workshop.sweep("plain.wav", &["-c:a", "pcm_s16le", "-bitexact"])).unwrap();
    let at = wav.windows(4).position(|w| w == b"data").unwrap() + 4;
    let mut longer = wav.clone();
    longer[at..at + 4].copy_from_slice(&(wav.len() as u32 * 10).to_le_bytes());
    longer[4..8].copy_from_slice(&(wav.len() as u32 * 10 + 36).to_le_bytes());
    let flac = std::fs::read(workshop.sweep("plain.flac", &["-c:a", "flac"])).unwrap();
    let mut twice = flac.clone();
    let total = u32::from_be_bytes(twice[22..26].try_into().unwrap());
    twice[22..26].copy_from_slice(&(total * 2).to_be_bytes());
    for (name, bytes) in [("longer.wav", longer), ("twice.flac", twice)] {
        let mut decoder = Decoder::of_bytes(name, bytes).unwrap();
        let sound = heard(&mut decoder);
        let ms = sound.len() as u64 * 1000 / 44_100;
        assert!(ms.abs_diff(SWEEP_MS) < 300, "{name}: {ms} ms were heard");
        assert!(
            decoder.damage().is_some(),
            "nobody is told that {name} promised more"
        );
    }
    // A WAV that says it is at another rate plays at that rate: nobody can know better.
    let mut slow = wav;
    slow[24..28].copy_from_slice(&22_050u32.to_le_bytes());
    let found = Decoder::of_bytes("slow.wav", slow).unwrap().probe();
    assert!(found.duration_ms.abs_diff(SWEEP_MS * 2) < 10 && found.codec == Codec::Pcm);
}
