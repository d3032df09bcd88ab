//! The player that a shell holds: commands in, snapshots and events out. Everything that may take time happens on a thread of its
//! own; no call of this file waits for a disk or a device.

use super::clock::Clock;
use super::command::{Command, Interruption, VoiceReport};
use super::engine::{Engine, OutputMaker, Pace};
use super::machine::Input;
use super::output::OutputError;
use super::snapshot::{PlayerEvent, PlayerSnapshot, PlayerState};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Between two snapshots that differ in nothing but the time, in milliseconds: ten a second.
const SNAPSHOT_EVERY_MS: u64 = 100;
/// A quarter of what is kept ahead of the device: soon enough that it never runs dry, and seldom enough that a phone may rest between.
const SOUNDING_TURN: Duration = Duration::from_millis(30);
const READING_TURN: Duration = Duration::from_millis(50);
const IDLE_TURN: Duration = Duration::from_millis(200);

/// An event with its number: numbers count from 1, so that a gap would be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberedEvent {
    /// Its number.
    pub number: u64,
    /// What happened.
    pub event: PlayerEvent,
}

/// Told of each new snapshot, on the player's thread; must return soon. No lock is held.
pub type SnapshotListener = Box<dyn FnMut(PlayerSnapshot) + Send>;

enum Message {
    Take(Input),
    Voice(VoiceReport),
    Listen(SnapshotListener),
    Quit,
}

#[derive(Default)]
struct Shared {
    snapshot: PlayerSnapshot,
    events: VecDeque<NumberedEvent>,
    events_so_far: u64,
}

/// Plays commentaries. Dropping it stops the sound.
pub struct Player {
    messages: Sender<Message>,
    shared: Arc<Mutex<Shared>>,
    thread: Option<JoinHandle<()>>,
}

impl Player {
    /// Starts a player on its own thread. `make_output` is asked for an output when the first sound comes, and again after one
    /// was lost.
    ///
    /// # Errors
    /// [`OutputError::NoDevice`] if the system gives no thread.
    pub fn start(make_output: OutputMaker, clock: Box<dyn Clock>) -> Result<Self, OutputError> {
        let (messages, inbox) = channel();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("alloclap-player".to_owned())
            .spawn(move || run(make_output, clock, &inbox, &of_thread))
            .map_err(|error| OutputError::NoDevice {
                reason: error.to_string(),
            })?;
        Ok(Self {
            messages,
            shared,
            thread: Some(thread),
        })
    }

    /// Hands over a command; what comes of it is in a later snapshot. Returns at once.
    pub fn command(&self, command: Command) {
        self.send(Message::Take(Input::Command(command)));
    }

    /// Reports what the world does. Returns at once.
    pub fn interrupt(&self, what: Interruption) {
        self.send(Message::Take(Input::Interruption(what)));
    }

    /// Reports what the system's own voice did. Returns at once.
    pub fn voice(&self, report: VoiceReport) {
        self.send(Message::Voice(report));
    }

    /// The state now. Returns at once.
    pub fn snapshot(&self) -> PlayerSnapshot {
        lock(&self.shared).snapshot.clone()
    }

    /// What happened since the last time this was asked, the oldest first. Returns at once.
    pub fn take_events(&self) -> Vec<NumberedEvent> {
        lock(&self.shared).events.drain(..).collect()
    }

    /// From now on, tells this listener of each snapshot, beginning with the present one; instead of the one before.
    pub fn listen(&self, listener: SnapshotListener) {
        self.send(Message::Listen(listener));
    }

    /// Stops and waits until everything is closed: for programs that end, not for screens.
    pub fn close(mut self) {
        self.send(Message::Quit);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has closed as well.
            let _ = thread.join();
        }
    }

    fn send(&self, message: Message) {
        // A player whose thread is gone has nothing left to do; its last snapshot stays.
        let _ = self.messages.send(message);
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.send(Message::Quit);
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(make_output: OutputMaker, clock: Box<dyn Clock>, inbox: &Receiver<Message>, shared: &Mutex<Shared>) {
    let started = std::time::Instant::now();
    let mut engine = Engine::new(make_output, clock);
    let mut listener: Option<SnapshotListener> = None;
    let mut told_ms = 0;
    let mut pace = Pace::Now;
    loop {
        let wait = match pace {
            Pace::Now => Duration::ZERO,
            Pace::Sounding => SOUNDING_TURN,
            Pace::Reading => READING_TURN,
            Pace::Idle => IDLE_TURN,
        };
        let mut fresh_listener = false;
        let mut message = inbox.recv_timeout(wait);
        loop {
            match message {
                Ok(Message::Take(input)) => engine.take(input),
                Ok(Message::Voice(report)) => engine.voice(&report),
                Ok(Message::Listen(new)) => {
                    listener = Some(new);
                    fresh_listener = true;
                }
                Ok(Message::Quit) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => break,
            }
            message = inbox.recv_timeout(Duration::ZERO);
        }
        pace = engine.turn();
        let now_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = now_ms.saturating_sub(told_ms) >= SNAPSHOT_EVERY_MS;
        if let Some(snapshot) = publish(&mut engine, shared, due, fresh_listener) {
            told_ms = now_ms;
            if let Some(listener) = &mut listener {
                listener(snapshot);
            }
        }
    }
}

/// Stores what is new; gives a snapshot if a listener should hear of it.
fn publish(engine: &mut Engine, shared: &Mutex<Shared>, due: bool, asked: bool) -> Option<PlayerSnapshot> {
    let snapshot = engine.snapshot();
    let events = engine.take_events();
    let mut shared = lock(shared);
    for event in events {
        shared.events_so_far += 1;
        let number = shared.events_so_far;
        shared.events.push_back(NumberedEvent { number, event });
    }
    let before = std::mem::replace(&mut shared.snapshot, snapshot);
    let is_told = asked | worth_telling(before, &shared.snapshot, due);
    is_told.then(|| shared.snapshot.clone())
}

/// Whether a listener should hear of a snapshot: at once if more changed than the time, else when its turn has come.
fn worth_telling(before: PlayerSnapshot, now: &PlayerSnapshot, due: bool) -> bool {
    let moved = before.position_ms != now.position_ms;
    let jumped = moved && before.state != PlayerState::Playing;
    let time_passed = moved || before.sleep_left_ms != now.sleep_left_ms;
    let but_for_the_time = PlayerSnapshot {
        position_ms: now.position_ms,
        sleep_left_ms: now.sleep_left_ms,
        ..before
    };
    jumped || (due && time_passed) || but_for_the_time != *now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_at_once_and_the_time_ten_times_a_second() {
        let at = |position_ms| PlayerSnapshot {
            state: PlayerState::Playing,
            position_ms,
            ..PlayerSnapshot::default()
        };
        assert!(!worth_telling(at(0), &at(10), false), "only time passed");
        assert!(worth_telling(at(0), &at(10), true));
        assert!(!worth_telling(at(10), &at(10), true), "nothing passed at all");
        let paused = PlayerSnapshot {
            state: PlayerState::Paused,
            ..at(10)
        };
        assert!(
            worth_telling(at(10), &paused, false),
            "a pause is no matter of time"
        );
        let sought = PlayerSnapshot {
            position_ms: 9_000,
            ..paused.clone()
        };
        assert!(
            worth_telling(paused, &sought, false),
            "a seek in a pause is seen at once"
        );
        let asleep_soon = PlayerSnapshot {
            sleep_left_ms: Some(500),
            ..at(10)
        };
        assert!(!worth_telling(at(10), &asleep_soon, false));
    }
}
