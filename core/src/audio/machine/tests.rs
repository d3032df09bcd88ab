use super::super::snapshot::PlayerState;
use super::course::SLEEP_FADE_MS;
use super::*;
use proptest::prelude::*;

mod words;

fn item(id: &str) -> Item {
    Item {
        id: id.to_owned(),
        title: id.to_uppercase(),
        file: format!("{id}.opus"),
        ..Item::default()
    }
}

fn told(effects: &[Effect]) -> Vec<&PlayerEvent> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Tell(event) = e {
                Some(event)
            } else {
                None
            }
        })
        .collect()
}

fn opened(duration_ms: u64) -> Input {
    Input::Opened {
        duration_ms,
        chapters_ms: Vec::new(),
        cues_ms: Vec::new(),
    }
}

fn open(item: Item, at_ms: u64) -> Effect {
    Effect::Open {
        item,
        at_ms,
        text_only: false,
    }
}

/// A machine that plays a recording of 100 s.
fn playing() -> Machine {
    let mut machine = Machine::new();
    machine.take(Input::Command(Command::Play { item: item("a") }), 0);
    let effects = machine.take(opened(100_000), 0);
    assert_eq!(effects, [Effect::Sound]);
    machine
}

fn state(machine: &Machine) -> PlayerState {
    machine.snapshot(0).state
}

#[test]
fn who_comes_back_hears_a_little_again() {
    let mut machine = Machine::new();
    let item = Item {
        resume_ms: 42_000,
        ..item("a")
    };
    let effects = machine.take(Input::Command(Command::Play { item: item.clone() }), 0);
    assert_eq!(effects, [open(item, 39_000)]);
}

#[test]
fn a_call_pauses_and_gives_back_once() {
    let mut machine = playing();
    machine.take(Input::Progress { position_ms: 50_000 }, 0);
    let paused = machine.take(Input::Interruption(Interruption::CallBegan), 0);
    assert_eq!(paused[0], Effect::Hush);
    let over = Input::Interruption(Interruption::CallEnded { should_resume: true });
    assert_eq!(
        machine.take(over.clone(), 0),
        [Effect::Seek { position_ms: 47_000 }, Effect::Sound]
    );
    assert_eq!(
        machine.take(over, 0),
        [],
        "a second report of the same call changes nothing"
    );
}

#[test]
fn a_listener_who_pauses_during_a_call_is_not_surprised_by_sound_after_it() {
    let mut machine = playing();
    machine.take(Input::Interruption(Interruption::CallBegan), 0);
    machine.take(Input::Command(Command::Pause), 0);
    machine.take(
        Input::Interruption(Interruption::CallEnded { should_resume: true }),
        0,
    );
    assert_eq!(state(&machine), PlayerState::Paused);
}

#[test]
fn pulled_headphones_never_make_the_loudspeaker_speak() {
    let mut machine = playing();
    machine.take(Input::Interruption(Interruption::HeadphonesPulled), 0);
    machine.take(Input::Interruption(Interruption::RouteBack), 0);
    machine.take(
        Input::Interruption(Interruption::CallEnded { should_resume: true }),
        0,
    );
    assert_eq!(state(&machine), PlayerState::Paused);
    machine.take(Input::Command(Command::Toggle), 0);
    assert_eq!(state(&machine), PlayerState::Playing, "the listener may");
}

#[test]
fn nine_tenths_count_as_heard_once() {
    let mut machine = playing();
    assert!(told(&machine.take(Input::Progress { position_ms: 89_999 }, 0)).is_empty());
    let heard = machine.take(Input::Progress { position_ms: 90_000 }, 0);
    assert_eq!(told(&heard), [&PlayerEvent::Heard { id: "a".to_owned() }]);
    assert!(told(&machine.take(Input::Progress { position_ms: 99_000 }, 0)).is_empty());
    let over = machine.take(Input::Over, 0);
    assert_eq!(
        told(&over),
        [&PlayerEvent::Left {
            id: "a".to_owned(),
            position_ms: 0
        }],
        "next time from the beginning"
    );
    assert_eq!(state(&machine), PlayerState::Ended);
}

#[test]
fn what_was_left_is_remembered_where_it_was_left() {
    let left = PlayerEvent::Left {
        id: "a".to_owned(),
        position_ms: 12_000,
    };
    let ways: [Command; 3] = [Command::Pause, Command::Stop, Command::Play { item: item("b") }];
    for way in ways {
        let mut machine = playing();
        machine.take(Input::Progress { position_ms: 12_000 }, 0);
        let effects = machine.take(Input::Command(way.clone()), 0);
        assert_eq!(told(&effects), [&left], "{way:?}");
    }
}

#[test]
fn the_queue_is_played_in_order_and_back_again() {
    let mut machine = playing();
    for id in ["b", "c"] {
        machine.take(Input::Command(Command::Enqueue { item: item(id) }), 0);
    }
    machine.take(Input::Over, 0);
    assert_eq!(machine.snapshot(0).id.as_deref(), Some("b"));
    machine.take(opened(5_000), 0);
    machine.take(Input::Command(Command::Previous), 0);
    let snapshot = machine.snapshot(0);
    assert_eq!(
        (snapshot.id.as_deref(), snapshot.queue),
        (Some("a"), vec!["b".to_owned(), "c".to_owned()])
    );
    machine.take(opened(100_000), 0);
    machine.take(Input::Progress { position_ms: 50_000 }, 0);
    let late = machine.take(Input::Command(Command::Previous), 0);
    assert_eq!(
        late,
        [Effect::Seek { position_ms: 0 }],
        "late in a recording, back is its beginning"
    );
}

#[test]
fn a_broken_recording_is_reported_and_the_next_is_played() {
    let mut machine = playing();
    machine.take(Input::Command(Command::Enqueue { item: item("b") }), 0);
    let error = PlayerError::Output(OutputError::Lost {
        reason: "a test".to_owned(),
    });
    let effects = machine.take(Input::Broken(error.clone()), 0);
    assert_eq!(
        told(&effects),
        [&PlayerEvent::Failed {
            id: "a".to_owned(),
            error
        }]
    );
    assert_eq!(machine.snapshot(0).id.as_deref(), Some("b"));
}

#[test]
fn a_lost_output_is_waited_for_and_then_given_up() {
    let mut machine = playing();
    machine.take(Input::Progress { position_ms: 30_000 }, 1_000);
    let lost = || {
        Input::OutputLost(OutputError::Lost {
            reason: "a test".to_owned(),
        })
    };
    assert!(machine.take(lost(), 1_000).contains(&Effect::RebuildOutput));
    assert_eq!(state(&machine), PlayerState::WaitingForOutput);
    assert_eq!(machine.take(Input::Tick, 1_500), [], "not tried all the time");
    assert_eq!(machine.take(Input::Tick, 2_000), [Effect::RebuildOutput]);
    machine.take(Input::Tick, 12_000);
    let snapshot = machine.snapshot(12_000);
    assert_eq!(
        (snapshot.state, snapshot.position_ms),
        (PlayerState::Paused, 30_000)
    );
    assert!(snapshot.error.is_some(), "the listener is told why it is silent");

    let mut machine = playing();
    machine.take(lost(), 1_000);
    assert_eq!(machine.take(Input::OutputBack, 2_000), [Effect::Sound]);
    assert_eq!(machine.snapshot(0).error, None);
}

#[test]
fn the_sleep_timer_fades_or_waits_for_the_end() {
    let mut machine = playing();
    machine.take(Input::Command(Command::SleepAfter { minutes: 1 }), 5_000);
    assert_eq!(machine.snapshot(35_000).sleep_left_ms, Some(30_000));
    assert_eq!(
        machine.take(Input::Tick, 65_000),
        [Effect::FadeOut { ms: SLEEP_FADE_MS }]
    );
    let effects = machine.take(Input::FadedOut, 70_000);
    assert!(effects.contains(&Effect::Hush) && effects.contains(&Effect::FadeIn));
    assert_eq!(state(&machine), PlayerState::Paused);

    let mut machine = playing();
    machine.take(Input::Command(Command::Enqueue { item: item("b") }), 0);
    machine.take(Input::Command(Command::SleepAtEnd), 0);
    assert!(!machine.goes_on());
    machine.take(Input::Over, 0);
    assert_eq!(state(&machine), PlayerState::Ended, "the next one does not begin");
}

fn inputs() -> impl Strategy<Value = Input> {
    prop_oneof![
        (0..3u8).prop_map(|n| Input::Command(Command::Play {
            item: item(&n.to_string())
        })),
        (0..3u8).prop_map(|n| Input::Command(Command::Enqueue {
            item: item(&n.to_string())
        })),
        Just(Input::Command(Command::Resume)),
        Just(Input::Command(Command::Pause)),
        Just(Input::Command(Command::Toggle)),
        Just(Input::Command(Command::Stop)),
        Just(Input::Command(Command::Next)),
        Just(Input::Command(Command::Previous)),
        Just(Input::Command(Command::NextCue)),
        any::<bool>().prop_map(|on| Input::Command(Command::SetTextOnly { on })),
        Just(Input::Interruption(Interruption::Background)),
        Just(Input::Interruption(Interruption::Foreground)),
        any::<u64>().prop_map(|position_ms| Input::Command(Command::SeekTo { position_ms })),
        any::<i64>().prop_map(|delta_ms| Input::Command(Command::SkipBy { delta_ms })),
        any::<f32>().prop_map(|speed| Input::Command(Command::SetSpeed { speed })),
        any::<bool>().prop_map(|on| Input::Command(Command::SetRepeat { on })),
        (0..3u32).prop_map(|minutes| Input::Command(Command::SleepAfter { minutes })),
        Just(Input::Interruption(Interruption::CallBegan)),
        any::<bool>()
            .prop_map(|should_resume| Input::Interruption(Interruption::CallEnded { should_resume })),
        Just(Input::Interruption(Interruption::HeadphonesPulled)),
        (1..100_000u64).prop_map(opened),
        Just(Input::Over),
        Just(Input::OutputLost(OutputError::Lost {
            reason: "a test".to_owned()
        })),
        Just(Input::OutputBack),
        Just(Input::FadedOut),
        Just(Input::Tick),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_it_sounds_only_when_it_says_that_it_plays(steps in prop::collection::vec((inputs(), 0u64..20_000), 0..60)) {
        let mut machine = Machine::new();
        let (mut now_ms, mut sounding) = (0, false);
        for (input, passed_ms) in steps {
            now_ms += passed_ms;
            for effect in machine.take(input, now_ms) {
                match effect {
                    Effect::Sound => sounding = true,
                    Effect::Hush => sounding = false,
                    _ => {}
                }
            }
            let snapshot = machine.snapshot(now_ms);
            let silent = matches!(snapshot.state, PlayerState::Paused | PlayerState::Ended | PlayerState::Failed | PlayerState::Empty);
            prop_assert!(!(silent && sounding), "it still sounds while {:?}", snapshot.state);
            prop_assert!(snapshot.state != PlayerState::Playing || sounding, "it says that it plays and is silent");
            prop_assert!(snapshot.duration_ms == 0 || snapshot.position_ms <= snapshot.duration_ms);
            prop_assert!((0.75..=2.0).contains(&snapshot.speed));
            prop_assert!(snapshot.state == PlayerState::Empty || snapshot.id.is_some());
        }
    }
}
