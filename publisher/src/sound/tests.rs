use super::*;
use crate::source::UiLanguage;
use alloclap_core::audio::{Codec, Decoder, probe};
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../core/src/audio/testdata")
        .join(name)
}

fn samples(path: &Path) -> Vec<f32> {
    let mut decoder = Decoder::open(path).unwrap();
    let mut all = Vec::new();
    while let Some(block) = decoder.next_block().unwrap() {
        all.extend_from_slice(block.samples);
    }
    all
}

#[test]
fn a_recording_becomes_opus_as_long_and_with_the_same_sound() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["chirp.mp3", "chirp.wav", "chirp.flac"] {
        let bytes = to_opus(&golden(name)).unwrap();
        assert!(bytes.len() < 7_000, "{name}: 1.2 s became {} bytes", bytes.len());
        assert_eq!(
            bytes,
            to_opus(&golden(name)).unwrap(),
            "{name} is another file each time"
        );
        let file = folder.path().join("made.opus");
        std::fs::write(&file, bytes).unwrap();
        let made = probe(&file).unwrap();
        assert_eq!(
            (made.codec, made.channels, made.sample_rate_hz),
            (Codec::Opus, 1, 48_000)
        );
        assert!(
            made.duration_ms.abs_diff(1_200) <= 1,
            "{name} lasts {} ms",
            made.duration_ms
        );
        let (heard, notes) = listen(&file, name).unwrap();
        assert_eq!(notes, [], "{name}");
        let before = listen(&golden(name), name).unwrap().0.integrated_lufs.unwrap();
        let after = heard.integrated_lufs.unwrap();
        assert!(
            (before - after).abs() < 1.0,
            "{name} was {before} LUFS and is {after}"
        );
    }
    // The chirp of the golden Opus sample, against that of the one made here from a file without loss.
    let expected = samples(&golden("chirp.opus"));
    std::fs::write(
        folder.path().join("made.opus"),
        to_opus(&golden("chirp.wav")).unwrap(),
    )
    .unwrap();
    let made = samples(&folder.path().join("made.opus"));
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let likeness = dot(&expected, &made) / (dot(&expected, &expected) * dot(&made, &made)).sqrt();
    assert!(likeness > 0.9, "its sound is another one: {likeness}");
}

#[test]
fn a_cut_recording_a_guessed_length_and_a_frayed_end_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cut");
    for name in ["chirp.opus", "chirp.mp3", "chirp.flac", "chirp.ogg", "chirp.wav"] {
        let bytes = std::fs::read(golden(name)).unwrap();
        std::fs::write(&file, &bytes[..bytes.len() * 7 / 10]).unwrap();
        // The Vorbis sample has all its sound on one page: cut, nothing is left of it.
        let told = match listen(&file, name) {
            Ok((_, notes)) => notes.iter().any(|note| note.is_grave(true)),
            Err(error) => name == "chirp.ogg" && error.to_string().contains("breaks off"),
        };
        assert!(told, "nobody is told that {name} was cut");
        assert_eq!(listen(&golden(name), name).unwrap().1, [], "{name} is whole");
    }
    let notes = listen(&golden("vbr-without-index.mp3"), "a.mp3").unwrap().1;
    assert_eq!(notes, [SoundNote::LengthIsGuessed]);
    assert!(notes[0].is_grave(false) && !notes[0].is_grave(true));
}

#[test]
fn errors_name_the_file_as_its_source_does() {
    let error = listen(Path::new("/nowhere/at/all.mp3"), "media/all.mp3").unwrap_err();
    assert!(error.to_string().starts_with("media/all.mp3"), "{error}");
}

#[test]
fn each_note_is_told_in_both_languages() {
    let notes = [
        SoundNote::Damaged {
            at_ms: 61_000,
            reason: "it breaks off".into(),
        },
        SoundNote::FrayedEnd,
        SoundNote::LengthIsGuessed,
        SoundNote::Clipped { times: 3 },
        SoundNote::Silent,
    ];
    for note in notes {
        let [en, fr] = [UiLanguage::English, UiLanguage::French].map(|ui| note.message(ui, "media/a.mp3"));
        assert!(
            en.contains("media/a.mp3") && fr.contains("media/a.mp3") && en != fr,
            "{en} {fr}"
        );
    }
}
