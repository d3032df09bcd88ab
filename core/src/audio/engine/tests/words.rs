//! Words instead of sound, under the same buttons.

use super::*;

/// What the system's own voice was asked since the last time.
fn asked(bench: &mut Bench) -> Vec<(u64, String)> {
    let events = bench.engine.take_events().into_iter();
    events
        .filter_map(|event| match event {
            PlayerEvent::Speak { utterance, text, .. } => Some((utterance, text)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_panel_without_a_recording_is_read_aloud_under_the_same_buttons() {
    let mut bench = Bench::new();
    let story = Item {
        id: "story".into(),
        transcript: "Vous êtes sur la place où le film commence. Regardez bien la maison rouge, à gauche de la mairie.\nElle a été construite pour le tournage.".into(),
        language: "fr".into(),
        ..Item::default()
    };
    bench.command(Command::Play { item: story });
    let shown = bench.engine.snapshot();
    assert_eq!((shown.state, shown.spoken), (PlayerState::Playing, true));
    let first = asked(&mut bench);
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].1.starts_with("Vous êtes"));
    bench.hear_ms(500);
    let cue = bench.engine.snapshot().cue.unwrap();
    assert_eq!((cue.number, cue.text.as_str()), (0, first[0].1.as_str()));
    bench.command(Command::Pause);
    assert!(bench.engine.take_events().contains(&PlayerEvent::StopSpeaking));
    bench.command(Command::Resume);
    let again = asked(&mut bench);
    assert_eq!(again[0].1, first[0].1, "a sentence begins again after a pause");
    let mut said = again;
    let mut all = Vec::new();
    while let Some((utterance, text)) = said.pop() {
        all.push(text);
        bench.engine.voice(&VoiceReport::Done { utterance });
        said = asked(&mut bench);
    }
    assert_eq!(all.len(), 3, "{all:?}");
    bench.engine.turn();
    assert_eq!(bench.state(), PlayerState::Ended);
    assert_eq!(loudest(&bench.heard), 0.0, "no output of ours was opened");
}

#[test]
fn the_words_alone_run_at_the_pace_of_the_recording() {
    let mut bench = Bench::new();
    let words = Item {
        transcript: "WEBVTT\n\n00:00.000 --> 00:00.600\nUn\n\nDeux\n00:00.600 --> 00:01.200\nDeux\n".into(),
        duration_ms: CHIRP_MS,
        ..item("chirp.opus")
    };
    bench.command(Command::SetTextOnly { on: true });
    bench.command(Command::Play { item: words });
    let seen = |bench: &Bench| bench.engine.snapshot().cue.map(|cue| cue.text);
    bench.hear_ms(300);
    assert_eq!(seen(&bench).as_deref(), Some("Un"));
    bench.hear_ms(500);
    assert_eq!(seen(&bench).as_deref(), Some("Deux"));
    assert_eq!(bench.engine.snapshot().chapter.unwrap().title, "Deux");
    assert_eq!(
        loudest(&bench.heard),
        0.0,
        "it is heard by someone who asked for silence"
    );
    bench.command(Command::SetTextOnly { on: false });
    let sound = bench.hear_ms(300).to_vec();
    assert!(loudest(&sound) > 0.3, "the sound comes back in the middle");
    bench.hear_ms(400);
    assert_eq!(bench.state(), PlayerState::Ended);
}

#[test]
fn the_sleep_timer_silences_a_voice_that_cannot_fade() {
    let mut bench = Bench::new();
    bench.command(Command::Play {
        item: Item {
            id: "long".into(),
            transcript: "Une phrase qui est assez longue pour tenir toute seule. ".repeat(40),
            ..Item::default()
        },
    });
    bench.command(Command::SleepAfter { minutes: 1 });
    bench.hear_ms(60_000);
    assert_eq!(bench.state(), PlayerState::Playing);
    bench.hear_ms(6_000);
    assert_eq!(bench.state(), PlayerState::Paused);
    assert!(bench.engine.take_events().contains(&PlayerEvent::StopSpeaking));
}
