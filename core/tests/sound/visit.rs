//! What the started copies play, and what they say of it on standard output.

use super::waits::waited_ns;
use alloclap_core::audio::output::device::DeviceOutput;
use alloclap_core::audio::{Command, Interruption, Item, Player, PlayerSnapshot, PlayerState, SystemClock};
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer than any step of these visits takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// No call waits longer than this for anything but a processor.
const CALL_MAX: Duration = Duration::from_millis(50);
/// How soon a device that died must be noticed.
const NOTICED_MAX: Duration = Duration::from_secs(1);

/// Makes calls, and holds each to what was promised: the time in which this thread was ready and got no processor is the
/// machine's, the rest is the call's.
fn timely<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let waited = || waited_ns(Path::new("/proc/thread-self")).unwrap_or(0);
    let (began, waited_before) = (Instant::now(), waited());
    let given = call();
    let took = began.elapsed();
    let busy = Duration::from_nanos(waited().saturating_sub(waited_before));
    assert!(
        took.saturating_sub(busy) <= CALL_MAX,
        "{what} took {took:?}, in {busy:?} of which the machine was busy"
    );
    given
}

fn player() -> Player {
    Player::start(
        Box::new(|| Ok(Box::new(DeviceOutput::open()))),
        Box::new(SystemClock::default()),
    )
    .unwrap()
}

fn item(file: &Path) -> Item {
    Item {
        id: "sound".into(),
        file: file.display().to_string(),
        ..Item::default()
    }
}

fn made(name: &str) -> Item {
    let folder = std::env::var_os("ALLOCLAP_SOUND_TEST_FOLDER").unwrap();
    item(&Path::new(&folder).join(name))
}

fn wait_until(player: &Player, what: &str, reached: impl Fn(&PlayerSnapshot) -> bool) -> PlayerSnapshot {
    let started = Instant::now();
    loop {
        let snapshot = timely("a snapshot", || player.snapshot());
        if reached(&snapshot) {
            return snapshot;
        }
        assert!(started.elapsed() < PATIENCE, "never {what}: {snapshot:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn hear(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}

/// Two chirps that follow each other; a sweep with a seek, a pause and a voice above it; a tone at another speed.
pub fn whole() {
    let player = player();
    let chirp = item(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audio/testdata/chirp.opus"));
    player.command(Command::Play { item: chirp.clone() });
    player.command(Command::Enqueue { item: chirp });
    wait_until(&player, "over", |s| s.state == PlayerState::Ended);
    assert_eq!(player.snapshot().error, None);
    hear(700);

    player.command(Command::Play {
        item: made("sweep.wav"),
    });
    wait_until(&player, "half a second in", |s| {
        s.duration_ms > 15_000 && s.position_ms >= 500
    });
    player.command(Command::SeekTo { position_ms: 10_000 });
    wait_until(&player, "behind its goal", |s| s.position_ms >= 10_500);
    player.command(Command::Pause);
    wait_until(&player, "paused", |s| s.state == PlayerState::Paused);
    hear(700);
    println!("\npaused-at {}", player.snapshot().position_ms);
    player.command(Command::Resume);
    hear(500);
    player.interrupt(Interruption::DuckBegan);
    hear(800);
    player.interrupt(Interruption::DuckEnded);
    hear(800);
    player.command(Command::Stop);
    hear(700);

    player.command(Command::SetSpeed { speed: 1.5 });
    player.command(Command::Play {
        item: made("tone.wav"),
    });
    wait_until(&player, "a second and a half in", |s| s.position_ms >= 1_500);
    player.command(Command::Stop);
    hear(900);
    player.close();
}

/// The sweep, while the sound server dies and comes back.
pub fn through_a_crash() {
    let player = player();
    player.command(Command::Play {
        item: made("sweep.wav"),
    });
    let playing = wait_until(&player, "a second in", |s| s.position_ms >= 1_000);
    println!("\nplaying-at {}", playing.position_ms);
    let mut last_move = (playing.position_ms, Instant::now());
    let lost = loop {
        timely("a command", || {
            player.command(Command::SetSpeed { speed: 1.0 });
        });
        let snapshot = timely("a snapshot", || player.snapshot());
        if snapshot.state == PlayerState::WaitingForOutput {
            break snapshot;
        }
        if snapshot.position_ms != last_move.0 {
            last_move = (snapshot.position_ms, Instant::now());
        }
        assert!(
            last_move.1.elapsed() < NOTICED_MAX,
            "the server is dead and nobody notices: {snapshot:?}"
        );
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(lost.error.is_some(), "nobody is told why it is silent");
    println!("\nlost-at {}", lost.position_ms);
    let again = wait_until(&player, "playing again", |s| s.state == PlayerState::Playing);
    assert_eq!(again.error, None);
    println!("\nagain-at {}", again.position_ms);
    wait_until(&player, "a second and a half further", |s| {
        s.position_ms >= again.position_ms + 1_500
    });
    hear(600);
    player.close();
}
