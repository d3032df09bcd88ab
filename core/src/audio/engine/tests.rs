use super::super::output::{PullOutput, Puller, WavOutput};
use super::super::rendering::Rendering;
use super::super::snapshot::PlayerState;
use super::super::testkit::{CHIRP_MS, chirp, correlation, lag, testdata};
use super::super::{Command, Interruption, Item};
use super::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

mod words;

const RATE: u32 = HOUSE_RATE_HZ;

#[derive(Clone, Default)]
struct HandClock(Arc<AtomicU64>);

impl Clock for HandClock {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// An engine whose time and whose listener's ear are moved by hand.
struct Bench {
    engine: Engine,
    clock: HandClock,
    puller: Arc<Mutex<Option<Puller>>>,
    device_is_there: Arc<Mutex<bool>>,
    /// The left ear, from the beginning.
    heard: Vec<f32>,
}

impl Bench {
    fn new() -> Self {
        let puller = Arc::new(Mutex::new(None));
        let device_is_there = Arc::new(Mutex::new(true));
        let clock = HandClock::default();
        let (for_maker, there) = (Arc::clone(&puller), Arc::clone(&device_is_there));
        let maker: OutputMaker = Box::new(move || {
            if !*there.lock().unwrap() {
                return Err(OutputError::NoDevice {
                    reason: "a test".to_owned(),
                });
            }
            let (output, puller) = PullOutput::new();
            *for_maker.lock().unwrap() = Some(puller);
            Ok(Box::new(output))
        });
        let engine = Engine::new(maker, Box::new(clock.clone()));
        Self {
            engine,
            clock,
            puller,
            device_is_there,
            heard: Vec::new(),
        }
    }

    fn playing(name: &str) -> Self {
        let mut bench = Self::new();
        bench.command(Command::Play { item: item(name) });
        bench
    }

    fn command(&mut self, command: Command) {
        self.engine.take(Input::Command(command));
    }

    /// Lets time pass and hears what comes.
    fn hear_ms(&mut self, ms: u64) -> &[f32] {
        let from = self.heard.len();
        for _ in 0..ms / 10 {
            self.engine.turn();
            self.clock.0.fetch_add(10, Ordering::Relaxed);
            let mut frames = [0.0; 960];
            if let Some(puller) = &mut *self.puller.lock().unwrap() {
                puller.pull(&mut frames);
            }
            self.heard.extend(frames.iter().step_by(2));
        }
        self.engine.turn();
        &self.heard[from..]
    }

    fn lose_device(&mut self) {
        *self.device_is_there.lock().unwrap() = false;
        *self.puller.lock().unwrap() = None;
    }

    fn state(&self) -> PlayerState {
        self.engine.snapshot().state
    }
}

fn item(name: &str) -> Item {
    Item {
        id: name.to_owned(),
        file: testdata(name).display().to_string(),
        ..Item::default()
    }
}

fn rendered(name: &str) -> Vec<f32> {
    let mut rendering = Rendering::open(&testdata(name), None).unwrap();
    let mut all = vec![0.0; RATE as usize * 4];
    let frames = rendering.render(&mut all).unwrap();
    all.truncate(frames * 2);
    all.into_iter().step_by(2).collect()
}

fn loudest(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |loudest, s| loudest.max(s.abs()))
}

#[test]
fn every_output_gets_the_same_samples() {
    let whole = rendered("chirp.mp3");
    let mut bench = Bench::playing("chirp.mp3");
    let heard = bench.hear_ms(2000).to_vec();
    assert_eq!(
        heard[..whole.len()],
        whole,
        "a shell that pulls hears what is rendered, sample for sample"
    );
    assert_eq!(loudest(&heard[whole.len()..]), 0.0);
    assert_eq!(bench.state(), PlayerState::Ended);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heard.wav");
    let mut output = WavOutput::create(&file).unwrap();
    Rendering::open(&testdata("chirp.mp3"), None)
        .unwrap()
        .render_all(&mut output)
        .unwrap();
    output.finish().unwrap();
    let mut reader = hound::WavReader::open(&file).unwrap();
    let left: Vec<i16> = reader.samples::<i16>().step_by(2).map(Result::unwrap).collect();
    assert_eq!(left.len(), whole.len());
    let same = left
        .iter()
        .zip(&whole)
        .all(|(file, sample)| (f32::from(*file) / 32767.0 - sample).abs() < 1.0 / 32000.0);
    assert!(same, "the file holds other samples than were played");
}

#[test]
fn a_pause_is_silent_and_loses_nothing() {
    let mut bench = Bench::playing("chirp.opus");
    bench.hear_ms(500);
    bench.command(Command::Pause);
    bench.hear_ms(200);
    assert_eq!(loudest(bench.hear_ms(1000)), 0.0, "it is heard through the pause");
    let at_ms = bench.engine.snapshot().position_ms;
    assert!((600..720).contains(&at_ms), "paused at {at_ms} ms");
    bench.command(Command::Resume);
    let heard = bench.hear_ms(200).to_vec();
    let (late, fit) = lag(&heard[1920..], RATE, at_ms * 48 + 1920, 96);
    assert!(
        late.abs() <= 48 && fit > 0.9,
        "it goes on {late} frames off, likeness {fit}"
    );
}

#[test]
fn a_stop_fades_before_the_output_is_let_go_of() {
    let mut bench = Bench::playing("chirp.opus");
    bench.hear_ms(500);
    bench.command(Command::Stop);
    bench.hear_ms(300);
    let steepest = bench
        .heard
        .windows(2)
        .fold(0.0f32, |most, w| most.max((w[1] - w[0]).abs()));
    assert!(
        steepest < 0.2,
        "a jump of {steepest} between two samples is a click"
    );
    assert_eq!(loudest(bench.hear_ms(300)), 0.0);
    assert_eq!(bench.engine.snapshot().output, "", "the device is kept awake");
    bench.command(Command::Play {
        item: item("chirp.opus"),
    });
    assert!(loudest(bench.hear_ms(300)) > 0.4, "nothing is heard any more");
}

#[test]
fn a_seek_is_heard_where_it_should_be_and_does_not_click() {
    let mut bench = Bench::playing("chirp.opus");
    bench.hear_ms(300);
    bench.command(Command::SeekTo { position_ms: 800 });
    bench.hear_ms(150);
    let from = bench.engine.snapshot().position_ms;
    let heard = bench.hear_ms(100).to_vec();
    let (late, fit) = lag(&heard, RATE, from * 48, 960);
    assert!(
        late.abs() <= 480 && fit > 0.95,
        "{late} frames off the position that is shown, likeness {fit}"
    );
    let steepest = bench
        .heard
        .windows(2)
        .fold(0.0f32, |most, w| most.max((w[1] - w[0]).abs()));
    assert!(
        steepest < 0.2,
        "a jump of {steepest} between two samples is a click"
    );
    bench.command(Command::SkipBy { delta_ms: -15_000 });
    bench.hear_ms(10);
    assert!(bench.engine.snapshot().position_ms < 30);
}

#[test]
fn what_follows_in_the_queue_follows_without_a_gap() {
    let mut bench = Bench::playing("chirp.opus");
    bench.command(Command::Enqueue {
        item: item("chirp.flac"),
    });
    let heard = bench.hear_ms(3000).to_vec();
    let expected = [rendered("chirp.opus"), rendered("chirp.flac")].concat();
    assert_eq!(heard[..expected.len()], expected);
    assert_eq!(bench.engine.snapshot().id.as_deref(), Some("chirp.flac"));
}

#[test]
fn speed_changes_the_time_that_it_takes() {
    let mut bench = Bench::playing("chirp.opus");
    bench.command(Command::SetSpeed { speed: 1.5 });
    bench.hear_ms(400);
    let position_ms = bench.engine.snapshot().position_ms;
    assert!(
        (570..=630).contains(&position_ms),
        "at {position_ms} ms after 400 ms at 1.5"
    );
    bench.hear_ms(600);
    assert_eq!(bench.state(), PlayerState::Ended);
}

#[test]
fn an_output_that_dies_costs_nothing_but_the_time() {
    let mut bench = Bench::playing("chirp.opus");
    bench.hear_ms(400);
    bench.lose_device();
    bench.hear_ms(3000);
    let snapshot = bench.engine.snapshot();
    assert_eq!(snapshot.state, PlayerState::WaitingForOutput);
    assert!(
        snapshot.position_ms.abs_diff(400) <= 10,
        "{} ms were kept",
        snapshot.position_ms
    );
    assert!(snapshot.error.is_some());
    *bench.device_is_there.lock().unwrap() = true;
    bench.hear_ms(1100);
    assert_eq!(bench.state(), PlayerState::Playing);
    assert_eq!(bench.engine.snapshot().error, None);
    bench.hear_ms(1200);
    assert_eq!(bench.state(), PlayerState::Ended, "it was heard to its end");
    assert!(correlation(&chirp(RATE, 0, 19_200), &bench.heard) > 0.9);

    bench.lose_device();
    bench.command(Command::Resume);
    bench.hear_ms(11_000);
    let snapshot = bench.engine.snapshot();
    assert_eq!(snapshot.state, PlayerState::Paused, "it does not wait for ever");
    assert!(snapshot.error.is_some());
}

#[test]
fn another_app_that_speaks_is_heard_above_us() {
    let mut bench = Bench::playing("chirp.opus");
    let before = loudest(bench.hear_ms(300));
    bench.engine.take(Input::Interruption(Interruption::DuckBegan));
    bench.hear_ms(330);
    let during = loudest(bench.hear_ms(100));
    let lower_db = 20.0 * (during / before).log10();
    assert!((-16.5..-13.5).contains(&lower_db), "{lower_db} dB");
    bench.engine.take(Input::Interruption(Interruption::DuckEnded));
    bench.hear_ms(330);
    assert!(loudest(bench.hear_ms(60)) > before * 0.85);
}

#[test]
fn the_sleep_timer_fades_before_it_pauses() {
    let mut bench = Bench::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.wav");
    let tone = [0.5, 0.5, -0.5, -0.5].repeat(8_000 * 70 / 4);
    std::fs::write(&file, super::super::testkit::true_wav(1, 8_000, &tone)).unwrap();
    bench.command(Command::Play {
        item: Item {
            id: "long".into(),
            file: file.display().to_string(),
            ..Item::default()
        },
    });
    bench.command(Command::SleepAfter { minutes: 1 });
    bench.hear_ms(60_000);
    let fading = bench.hear_ms(3_000).to_vec();
    let levels: Vec<f32> = fading
        .chunks(48_000)
        .map(|second| loudest(&second[40_000..]))
        .collect();
    assert!(
        levels.windows(2).all(|w| w[1] < w[0] * 0.9),
        "it does not get quieter: {levels:?}"
    );
    bench.hear_ms(3_000);
    assert_eq!(
        (bench.state(), loudest(bench.hear_ms(500))),
        (PlayerState::Paused, 0.0)
    );
    bench.command(Command::Resume);
    assert!(
        loudest(bench.hear_ms(500)) > 0.4,
        "in the morning it is as loud as before"
    );
}

#[test]
fn a_recording_that_is_gone_is_named_and_the_next_is_heard() {
    let mut bench = Bench::new();
    bench.command(Command::Play {
        item: Item {
            id: "gone".into(),
            file: "nowhere/gone.opus".into(),
            ..Item::default()
        },
    });
    assert_eq!(bench.state(), PlayerState::Failed);
    let error = bench.engine.snapshot().error.unwrap().to_string();
    assert!(error.contains("nowhere/gone.opus"), "{error}");
    assert_eq!(bench.engine.take_events().len(), 1);
    bench.command(Command::Play {
        item: item("chirp.ogg"),
    });
    bench.hear_ms(CHIRP_MS + 300);
    assert_eq!(bench.state(), PlayerState::Ended);
    let heard = PlayerEvent::Heard {
        id: "chirp.ogg".to_owned(),
    };
    assert!(bench.engine.take_events().contains(&heard));
}

#[test]
fn recordings_of_different_loudness_are_equally_loud() {
    let measured = super::super::measure(&testdata("chirp.opus")).unwrap();
    let lufs = measured.integrated_lufs.unwrap();
    let mut meter = ebur128::EbuR128::new(2, RATE, ebur128::Mode::I | ebur128::Mode::TRUE_PEAK).unwrap();
    let mut rendering = Rendering::open(&testdata("chirp.opus"), Some(lufs)).unwrap();
    let mut all = vec![0.0; RATE as usize * 4];
    let frames = rendering.render(&mut all).unwrap();
    meter.add_frames_f32(&all[..frames * 2]).unwrap();
    // Mono on both ears is 3 dB more than mono on one (BS.1770 adds the power of the channels).
    let played = meter.loudness_global().unwrap() - 3.01;
    assert!(
        (played - super::super::PLAYED_LUFS).abs() < 0.2,
        "{lufs} LUFS became {played}"
    );

    let mut shouting = Rendering::open(&testdata("chirp.opus"), Some(lufs - 20.0)).unwrap();
    let frames = shouting.render(&mut all).unwrap();
    let mut meter = ebur128::EbuR128::new(2, RATE, ebur128::Mode::TRUE_PEAK).unwrap();
    meter.add_frames_f32(&all[..frames * 2]).unwrap();
    let peak_dbtp = 20.0 * meter.true_peak(0).unwrap().log10();
    assert!(peak_dbtp <= super::super::PEAK_MAX_DBTP, "{peak_dbtp} dBTP");
}
