use super::*;

const TEXT: &str = "WEBVTT\n\n00:00.000 --> 00:04.000\nUn.\n\n00:04.000 --> 00:08.000\nDeux.\n\n00:10.000 --> 00:12.000\nTrois.\n";

fn reading(aloud: bool) -> Reading {
    let item = Item {
        language: "fr".to_owned(),
        ..Item::default()
    };
    Reading::open(&item, Arc::new(Transcript::read(TEXT, 0)), aloud, 7).unwrap()
}

fn asked(reading: &mut Reading) -> Vec<(u64, String)> {
    let events = reading.take_events().into_iter();
    events
        .filter_map(|event| match event {
            PlayerEvent::Speak {
                utterance,
                text,
                language,
                ..
            } => {
                assert_eq!(language, "fr");
                Some((utterance, text))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn silent_words_run_by_the_clock_at_their_speed() {
    let mut reading = reading(false);
    assert_eq!(reading.turn(500), Turn::On, "nothing runs before it is started");
    reading.start(1_000);
    reading.turn(3_000);
    assert_eq!(reading.position_ms(), 2_000);
    reading.set_speed(2.0, 3_000);
    reading.turn(4_000);
    assert_eq!(reading.position_ms(), 4_000);
    reading.stop();
    reading.turn(60_000);
    assert_eq!(reading.position_ms(), 4_000, "it ran on through the pause");
    reading.start(60_000);
    assert_eq!(reading.turn(64_000), Turn::Over);
    assert_eq!(reading.take_events(), [], "nobody asked for a voice");
}

#[test]
fn the_voice_is_given_sentence_after_sentence() {
    let mut reading = reading(true);
    reading.start(0);
    assert_eq!(asked(&mut reading), [(8, "Un.".to_owned())]);
    reading.turn(3_900);
    assert_eq!(reading.position_ms(), 3_900);
    let done = |utterance| VoiceReport::Done { utterance };
    assert_eq!(reading.report(&done(8), 3_950), Turn::On);
    assert_eq!(asked(&mut reading), [(9, "Deux.".to_owned())]);
    assert_eq!(reading.position_ms(), 4_000);
    reading.report(&done(8), 4_000);
    assert_eq!(asked(&mut reading), [], "an old report is of words that are over");
    reading.turn(9_000);
    assert_eq!(
        reading.position_ms(),
        7_999,
        "a slow voice is waited for at the end of its words"
    );
    reading.seek(9_000, 9_000);
    assert_eq!(asked(&mut reading), [(10, "Trois.".to_owned())]);
    assert_eq!(reading.report(&done(10), 11_000), Turn::Over);
    assert_eq!(reading.position_ms(), 12_000);
}

#[test]
fn a_pause_silences_the_voice_and_it_begins_its_sentence_again() {
    let mut reading = reading(true);
    reading.start(0);
    reading.turn(5_000);
    reading.take_events();
    reading.stop();
    assert_eq!(reading.take_events(), [PlayerEvent::StopSpeaking]);
    reading.start(6_000);
    assert_eq!(asked(&mut reading), [(9, "Un.".to_owned())]);
    assert_eq!(reading.position_ms(), 0);
}

#[test]
fn a_voice_that_cannot_speak_is_named_and_one_that_says_nothing_is_passed_by() {
    let mut failing = reading(true);
    failing.start(0);
    let report = VoiceReport::Failed {
        utterance: 8,
        reason: "no French voice".to_owned(),
    };
    let Turn::Broken(error) = failing.report(&report, 10) else {
        panic!("a voice that fails went unnoticed");
    };
    assert!(error.to_string().contains("no French voice"), "{error}");

    let mut mute = reading(true);
    mute.start(0);
    mute.turn(11_000);
    mute.take_events();
    mute.turn(11_001);
    assert_eq!(asked(&mut mute), [(9, "Deux.".to_owned())]);
}

#[test]
fn nothing_to_read_is_said() {
    let transcript = Arc::new(Transcript::default());
    let refused = Reading::open(&Item::default(), transcript, true, 0).unwrap_err();
    assert_eq!(refused, PlayerError::NoWords);
}
