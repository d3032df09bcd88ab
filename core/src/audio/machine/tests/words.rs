//! Chapters, cues, the words alone; and what the world does to a player that is silent.

use super::*;

/// A machine that plays a recording of 100 s with chapters at 0, 20 and 60 s, and words every 5 s.
fn playing_chapters() -> Machine {
    let mut machine = Machine::new();
    machine.take(Input::Command(Command::Play { item: item("a") }), 0);
    let opened = Input::Opened {
        duration_ms: 100_000,
        chapters_ms: vec![0, 20_000, 60_000],
        cues_ms: (0..20).map(|n| n * 5_000).collect(),
    };
    machine.take(opened, 0);
    machine
}

#[test]
fn next_and_previous_go_by_chapters_and_then_by_recordings() {
    let seeks = |machine: &mut Machine, at_ms: u64, command: Command| {
        machine.take(Input::Progress { position_ms: at_ms }, 0);
        machine.take(Input::Command(command), 0)
    };
    let to = |position_ms| vec![Effect::Seek { position_ms }];
    let mut machine = playing_chapters();
    machine.take(Input::Command(Command::Enqueue { item: item("b") }), 0);
    assert_eq!(seeks(&mut machine, 5_000, Command::Next), to(20_000));
    assert_eq!(seeks(&mut machine, 20_000, Command::Next), to(60_000));
    assert_eq!(
        seeks(&mut machine, 70_000, Command::Previous),
        to(60_000),
        "late in a chapter, back is its beginning"
    );
    assert_eq!(seeks(&mut machine, 61_000, Command::Previous), to(20_000));
    assert_eq!(seeks(&mut machine, 21_000, Command::Previous), to(0));
    let left = seeks(&mut machine, 70_000, Command::Next);
    assert!(
        left.contains(&open(item("b"), 0)),
        "behind the last chapter: {left:?}"
    );

    let mut machine = playing_chapters();
    machine.take(Input::Command(Command::Enqueue { item: item("b") }), 0);
    let left = seeks(&mut machine, 5_000, Command::NextRecording);
    assert!(
        left.contains(&open(item("b"), 0)),
        "chapters are passed over: {left:?}"
    );
}

#[test]
fn words_are_jumped_to() {
    let mut machine = playing_chapters();
    let to = |position_ms| vec![Effect::Seek { position_ms }];
    let mut at = |at_ms, command| {
        machine.take(Input::Progress { position_ms: at_ms }, 0);
        machine.take(Input::Command(command), 0)
    };
    assert_eq!(at(0, Command::JumpToCue { number: 4 }), to(20_000));
    assert_eq!(
        at(0, Command::JumpToCue { number: 20 }),
        [],
        "there is no such cue"
    );
    assert_eq!(at(7_000, Command::NextCue), to(10_000));
    assert_eq!(at(99_000, Command::NextCue), []);
    assert_eq!(at(7_000, Command::PreviousCue), to(5_000));
    assert_eq!(at(5_500, Command::PreviousCue), to(0));
}

#[test]
fn the_words_alone_go_on_where_the_sound_was() {
    let mut machine = playing();
    machine.take(Input::Progress { position_ms: 30_000 }, 0);
    let effects = machine.take(Input::Command(Command::SetTextOnly { on: true }), 0);
    let words = Effect::Open {
        item: item("a"),
        at_ms: 30_000,
        text_only: true,
    };
    assert_eq!(effects, [Effect::Hush, words]);
    assert_eq!(machine.take(opened(90_000), 0), [Effect::Sound]);
    let shown = machine.snapshot(0);
    assert_eq!((shown.position_ms, shown.text_only), (30_000, true));
    machine.take(Input::Interruption(Interruption::HeadphonesPulled), 0);
    assert_eq!(state(&machine), PlayerState::Playing, "nobody was listening");
    machine.take(Input::Interruption(Interruption::Background), 0);
    assert_eq!(state(&machine), PlayerState::Paused, "nobody is reading");
    machine.take(Input::Interruption(Interruption::Foreground), 0);
    assert_eq!(state(&machine), PlayerState::Playing);
    let again = machine.take(Input::Command(Command::SetTextOnly { on: true }), 0);
    assert_eq!(again, [], "it already is");
}

#[test]
fn an_output_that_the_system_stops_during_a_call_and_starts_again_resumes_nothing_twice() {
    let mut machine = playing();
    machine.take(Input::Progress { position_ms: 50_000 }, 0);
    machine.take(Input::Interruption(Interruption::CallBegan), 0);
    let lost = Input::OutputLost(OutputError::Lost {
        reason: "a test".to_owned(),
    });
    assert_eq!(machine.take(lost, 1_000), [Effect::ReleaseOutput]);
    assert_eq!(machine.snapshot(0).error, None, "a call is no error");
    assert_eq!(
        machine.take(Input::OutputBack, 60_000),
        [],
        "the system's stream came back by itself, the commentary did not"
    );
    assert_eq!(state(&machine), PlayerState::Paused);
    let over = Input::Interruption(Interruption::CallEnded { should_resume: true });
    let sounds = machine.take(over, 60_100);
    assert_eq!(sounds.iter().filter(|e| **e == Effect::Sound).count(), 1);
    assert_eq!(machine.take(Input::OutputBack, 60_200), []);
}

#[test]
fn who_needs_memory_gets_the_output_of_a_player_that_is_silent() {
    let low = Input::Interruption(Interruption::LowMemory);
    let mut machine = playing();
    assert_eq!(machine.take(low.clone(), 0), [], "what plays goes on");
    machine.take(Input::Command(Command::Pause), 0);
    assert_eq!(machine.take(low, 0), [Effect::ReleaseOutput]);
}
