use super::super::testkit::{CHIRP_MS, CHIRPS, bytes_of, chirp, correlation, lag, testdata, true_wav, wav};
use super::*;
use proptest::prelude::*;

fn all(decoder: &mut Decoder) -> Vec<f32> {
    let mut samples = Vec::new();
    while let Some(block) = decoder.next_block().unwrap() {
        samples.extend_from_slice(block.samples);
    }
    samples
}

#[test]
fn every_format_is_heard_from_its_first_frame_to_its_last() {
    let expected = [
        Codec::Opus,
        Codec::Mp3,
        Codec::AacLc,
        Codec::Flac,
        Codec::Vorbis,
        Codec::Pcm,
    ];
    for (name, codec) in CHIRPS.iter().zip(expected) {
        let mut decoder = Decoder::open(&testdata(name)).unwrap();
        let probe = decoder.probe();
        assert_eq!((probe.codec, probe.channels), (codec, 1), "{name}");
        assert!(
            probe.duration_ms.abs_diff(CHIRP_MS) <= 1,
            "{name} lasts {} ms",
            probe.duration_ms
        );
        let rate = probe.sample_rate_hz;
        let heard = all(&mut decoder);
        let (late, fit) = lag(&heard, rate, 0, i64::from(rate / 50));
        assert!(
            late.unsigned_abs() <= u64::from(rate / 2000),
            "{name} is {late} frames of {rate} Hz late"
        );
        assert!(fit > 0.97, "{name} is heard with a likeness of {fit}");
        assert_eq!(decoder.damage(), None, "{name}");
        let length_ms = heard.len() as u64 * 1000 / u64::from(rate);
        assert!(
            length_ms.abs_diff(CHIRP_MS) <= 1,
            "{name}: {length_ms} ms were heard"
        );
    }
}

#[test]
fn a_seek_lands_on_the_frame() {
    for name in CHIRPS {
        let whole = all(&mut Decoder::open(&testdata(name)).unwrap());
        let mut decoder = Decoder::open(&testdata(name)).unwrap();
        let rate = decoder.probe().sample_rate_hz;
        for position_ms in [640, 0, 1, 333, 1100, 20, 960, 500] {
            decoder.seek(position_ms).unwrap();
            let from = decoder.next_frame();
            let mut heard = Vec::new();
            while heard.len() < rate as usize / 20
                && let Some(block) = decoder.next_block().unwrap()
            {
                assert_eq!(
                    block.start_frame,
                    from + heard.len() as u64,
                    "{name} after a seek to {position_ms} ms"
                );
                heard.extend_from_slice(block.samples);
            }
            let fit = correlation(&heard, &whole[from as usize..]);
            assert!(
                fit > 0.98,
                "{name} at {position_ms} ms is another sound than when played through: {fit}"
            );
        }
        decoder.seek(CHIRP_MS * 10).unwrap();
        assert_eq!(
            decoder.next_block().unwrap(),
            None,
            "{name}: behind the end there is nothing"
        );
        decoder.seek(0).unwrap();
        let again = all(&mut decoder);
        let fit = correlation(&again, &whole);
        assert_eq!(
            again.len(),
            whole.len(),
            "{name} from the beginning again: {:?}",
            decoder.damage()
        );
        assert!(
            fit > 0.99,
            "{name} from the beginning again is another sound: {fit}"
        );
        assert_eq!(decoder.damage(), None, "{name}: seeking is no damage");
    }
}

/// Its frames are of any length, and nothing says where they lie. After the chirp it is silent for three seconds.
#[test]
fn a_seek_in_an_mp3_of_a_variable_bit_rate_lands_on_the_frame() {
    let whole = all(&mut Decoder::open(&testdata("vbr-without-index.mp3")).unwrap());
    let mut decoder = Decoder::open(&testdata("vbr-without-index.mp3")).unwrap();
    let end_ms = decoder.probe().duration_ms;
    for position_ms in [end_ms - 900, 0, 1_100, 700, end_ms - 30, 333, 2_500, 20] {
        decoder.seek(position_ms).unwrap();
        let from = decoder.next_frame() as usize;
        let heard = all(&mut decoder);
        let end = from + heard.len();
        assert_eq!(end, whole.len(), "from {position_ms} ms it ends elsewhere");
        let off = heard.iter().zip(&whole[from..]).map(|(a, b)| (a - b).abs());
        let off = off.fold(0.0, f32::max);
        assert!(off < 0.01, "from {position_ms} ms it is off by {off}");
        assert_eq!(decoder.damage(), None, "from {position_ms} ms");
    }
}

#[test]
fn an_mp3_without_a_length_in_its_header_is_counted_and_heard_to_its_end() {
    let mut decoder = Decoder::open(&testdata("vbr-without-index.mp3")).unwrap();
    let probe = decoder.probe();
    assert!(
        probe.duration_counted && probe.length_is_guessed,
        "the publisher must hear that players will guess"
    );
    let heard = all(&mut decoder).len() as u64;
    assert!(
        (4_200..4_350).contains(&probe.duration_ms),
        "{} ms",
        probe.duration_ms
    );
    assert!(
        (heard * 1000 / 44_100).abs_diff(probe.duration_ms) <= 1,
        "{heard} frames of {} ms",
        probe.duration_ms
    );
    assert_eq!(decoder.damage(), None);
}

#[test]
fn a_cover_picture_and_a_wrong_name_change_nothing() {
    let mut plain = Decoder::open(&testdata("chirp.mp3")).unwrap();
    let mut covered = Decoder::open(&testdata("cover.mp3")).unwrap();
    assert!(correlation(&all(&mut plain), &all(&mut covered)) > 0.999);
    let folder = tempfile::tempdir().unwrap();
    let misnamed = folder.path().join("chirp.mp3");
    std::fs::copy(testdata("chirp.opus"), &misnamed).unwrap();
    assert_eq!(probe(&misnamed).unwrap().codec, Codec::Opus);
}

#[test]
fn a_file_that_breaks_off_is_played_up_to_there_and_says_so() {
    for name in CHIRPS {
        let bytes = bytes_of(name);
        let cut = bytes[..bytes.len() * 85 / 100].to_vec();
        let mut decoder = match Decoder::of_bytes(name, cut) {
            Ok(decoder) => decoder,
            // The table that finds the sound stands at the end of an m4a.
            Err(error) => {
                assert!(name.ends_with("m4a"), "{error}");
                continue;
            }
        };
        let rate = decoder.probe().sample_rate_hz;
        let heard = all(&mut decoder);
        let ms = heard.len() as u64 * 1000 / u64::from(rate);
        // The FLAC demuxer gives a frame away only when it has seen the next, and drops what it holds at a sudden end.
        let least = if name.ends_with("flac") { 100 } else { 300 };
        assert!((least..1190).contains(&ms), "of {name}, {ms} ms were heard");
        assert!(lag(&heard, rate, 0, 50).1 > 0.95, "{name}");
        assert!(
            decoder.damage().is_some(),
            "nobody is told that {name} was cut at {ms} ms"
        );
    }
}

#[test]
fn what_is_no_recording_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, bytes: Vec<u8>| Decoder::of_bytes(name, bytes).err().unwrap();
    assert!(matches!(
        probe(&folder.path().join("absent.opus")),
        Err(AudioError::Unreadable { .. })
    ));
    assert!(matches!(probe(folder.path()), Err(AudioError::Unreadable { .. })));
    assert!(matches!(
        refused("empty.mp3", Vec::new()),
        AudioError::Empty { .. }
    ));
    let text = b"Liberte, de Tony Gatlif. ".repeat(400);
    assert!(matches!(
        refused("text.ogg", text),
        AudioError::NotARecording { .. }
    ));
    let telescope = wav(1, 500_000, &[0; 1000], 2000);
    assert!(matches!(
        refused("fast.wav", telescope),
        AudioError::Unsupported {
            what: Unsupported::SampleRate,
            ..
        }
    ));
}

#[test]
fn a_header_that_lies_does_not_stop_the_sound() {
    let samples = vec![1000; 8000];
    let mut longer = Decoder::of_bytes("longer.wav", wav(1, 8000, &samples, 64_000)).unwrap();
    assert!(
        all(&mut longer).len() >= 7000,
        "almost all that is there was played"
    );
    assert!(longer.damage().is_some(), "four seconds were promised, one came");
}

#[test]
fn telephone_and_studio_and_eight_channels_are_heard() {
    for (channels, rate) in [(1, 8_000), (2, 192_000), (8, 48_000)] {
        let sound = chirp(rate, 0, rate as usize);
        let mut decoder = Decoder::of_bytes("made.wav", true_wav(channels, rate, &sound)).unwrap();
        assert_eq!(
            (decoder.probe().channels, decoder.probe().duration_ms),
            (channels, 1000)
        );
        let left: Vec<f32> = all(&mut decoder)
            .into_iter()
            .step_by(usize::from(decoder.channels()))
            .collect();
        assert!(
            correlation(&left, &sound) > 0.999,
            "{channels} channels at {rate} Hz"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn bytes_that_someone_changed_never_hurt(
        which in 0..CHIRPS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
        cut in any::<prop::sample::Index>(),
        seek_ms in 0u64..3000,
    ) {
        let mut bytes = bytes_of(CHIRPS[which]);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(bytes.len() - cut.index(bytes.len() / 2));
        if let Ok(mut decoder) = Decoder::of_bytes("changed", bytes) {
            let mut frames = 0;
            while let Ok(Some(block)) = decoder.next_block() {
                frames += block.samples.len();
                prop_assert!(frames < 192_000 * 60, "a few kilobytes became minutes of sound");
            }
            if decoder.seek(seek_ms).is_ok() {
                let _ = decoder.next_block();
            }
        }
    }
}
