//! What a player does next: states that exclude each other, and what each command, interruption and message from the engine
//! makes of them. Pure: no thread, file, device or clock; the same inputs give the same effects.

use super::command::{Command, Interruption, Item};
use super::output::OutputError;
use super::policy::{Answer, Doing, PausedBy, answer};
use super::snapshot::{PlayerError, PlayerEvent, PlayerSnapshot, PlayerState};
use std::collections::VecDeque;

/// Whoever comes back to a commentary, or to it after a call, hears this much again to find the thread, in milliseconds.
const RUN_UP_MS: u64 = 3_000;
/// "Previous" goes to the beginning, and only this early in a recording to the one before, in milliseconds.
const PREVIOUS_WITHIN_MS: u64 = 3_000;
/// The part of a recording after which it counts as heard, in hundredths.
const HEARD_PERCENT: u64 = 90;
/// How long a lost output is waited for before the player counts as paused, in milliseconds. A sound server restarts in less.
const OUTPUT_WAIT_MS: u64 = 10_000;
/// How often a lost output is tried again, in milliseconds.
const OUTPUT_RETRY_MS: u64 = 1_000;
/// How long the sleep timer takes to fade, in milliseconds.
pub(super) const SLEEP_FADE_MS: u32 = 5_000;
/// Recordings that "previous" can go back to.
const PAST_MAX: usize = 32;

/// What happens to a machine.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Input {
    Command(Command),
    Interruption(Interruption),
    /// The recording is open.
    Opened {
        duration_ms: u64,
    },
    /// The recording cannot be opened, or nothing of it can be decoded.
    Broken(PlayerError),
    /// Where it is heard now.
    Progress {
        position_ms: u64,
    },
    /// Every frame of the recording was handed to the output; with nothing to follow, it was heard as well.
    Over,
    /// The output takes no sound.
    OutputLost(OutputError),
    /// The output takes sound again.
    OutputBack,
    /// The slow fade of the sleep timer is done.
    FadedOut,
    /// Time passed.
    Tick,
}

/// What the engine has to do.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// Open a recording at a position, paused.
    Open {
        item: Item,
        at_ms: u64,
    },
    /// Forget the recording.
    Close,
    /// Hand out frames from now on, faded in; with an output, a new one if there is none.
    Sound,
    /// Hand out no more frames, after a short fade.
    Hush,
    /// Fade slowly over this time, then report it.
    FadeOut {
        ms: u32,
    },
    /// Undo a slow fade.
    FadeIn,
    Seek {
        position_ms: u64,
    },
    Speed(f32),
    Duck(bool),
    /// Throw the output away and build a new one.
    RebuildOutput,
    /// Let go of the output: nothing will be played for a while.
    ReleaseOutput,
    Tell(PlayerEvent),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Empty,
    Loading { then_play: bool },
    Playing,
    Paused(PausedBy),
    Waiting { since_ms: u64, tried_ms: u64 },
    Ended,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sleep {
    Off,
    At(u64),
    Fading,
    AtEnd,
}

/// The state of a player.
#[derive(Debug)]
pub(super) struct Machine {
    phase: Phase,
    item: Option<Item>,
    queue: VecDeque<Item>,
    past: Vec<Item>,
    position_ms: u64,
    duration_ms: u64,
    heard: bool,
    speed: f32,
    repeat: bool,
    sleep: Sleep,
    ducked: bool,
    error: Option<PlayerError>,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Empty,
            item: None,
            queue: VecDeque::new(),
            past: Vec::new(),
            position_ms: 0,
            duration_ms: 0,
            heard: false,
            speed: 1.0,
            repeat: false,
            sleep: Sleep::Off,
            ducked: false,
            error: None,
        }
    }

    /// Whether something follows without a listener's hand: then the engine reports the end as soon as it has written it.
    pub(super) fn goes_on(&self) -> bool {
        self.sleep != Sleep::AtEnd && (self.repeat || !self.queue.is_empty())
    }

    /// Takes an input at a time of the player's clock and says what is to be done, in this order.
    pub(super) fn take(&mut self, input: Input, now_ms: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Command(command) => self.command(command, now_ms, &mut effects),
            Input::Interruption(what) => self.interrupt(what, &mut effects),
            Input::Opened { duration_ms } => self.opened(duration_ms, &mut effects),
            Input::Broken(error) => self.broken(error, &mut effects),
            Input::Progress { position_ms } => self.progress(position_ms, &mut effects),
            Input::Over => self.over(&mut effects),
            Input::OutputLost(error) => self.output_lost(error, now_ms, &mut effects),
            Input::OutputBack => self.output_back(&mut effects),
            Input::FadedOut => {
                self.sleep = Sleep::Off;
                self.pause(PausedBy::SleepTimer, &mut effects);
                effects.push(Effect::FadeIn);
            }
            Input::Tick => {}
        }
        self.watch_time(now_ms, &mut effects);
        effects
    }

    fn command(&mut self, command: Command, now_ms: u64, effects: &mut Vec<Effect>) {
        match command {
            Command::Play { item } => self.replace(item, true, effects),
            Command::Load { item } => self.replace(item, false, effects),
            Command::Enqueue { item } => self.queue.push_back(item),
            Command::Resume => self.resume(0, effects),
            Command::Pause => self.pause(PausedBy::Listener, effects),
            Command::Toggle if self.wants_sound() => self.pause(PausedBy::Listener, effects),
            Command::Toggle => self.resume(0, effects),
            Command::Stop => {
                self.leave(effects);
                let (speed, ducked) = (self.speed, self.ducked);
                *self = Self {
                    speed,
                    ducked,
                    ..Self::new()
                };
                effects.extend([Effect::Hush, Effect::Close, Effect::ReleaseOutput]);
            }
            Command::SeekTo { position_ms } => self.seek(position_ms, effects),
            Command::SkipBy { delta_ms } => {
                self.seek(self.position_ms.saturating_add_signed(delta_ms), effects)
            }
            Command::Next => self.next(effects),
            Command::Previous => self.previous(effects),
            Command::SetSpeed { speed } if speed.is_finite() => {
                self.speed = speed.clamp(*super::SPEEDS.start(), *super::SPEEDS.end());
                effects.push(Effect::Speed(self.speed));
            }
            Command::SetSpeed { .. } => {}
            Command::SetRepeat { on } => self.repeat = on,
            Command::SleepAfter { minutes } => {
                self.sleep_off(effects);
                self.sleep = Sleep::At(now_ms.saturating_add(u64::from(minutes) * 60_000));
            }
            Command::SleepAtEnd => {
                self.sleep_off(effects);
                self.sleep = Sleep::AtEnd;
            }
            Command::SleepOff => self.sleep_off(effects),
        }
    }

    fn sleep_off(&mut self, effects: &mut Vec<Effect>) {
        if self.sleep == Sleep::Fading {
            effects.push(Effect::FadeIn);
        }
        self.sleep = Sleep::Off;
    }

    fn interrupt(&mut self, what: Interruption, effects: &mut Vec<Effect>) {
        match answer(what, self.doing()) {
            Answer::Stay => {}
            Answer::Pause(by) => self.pause(by, effects),
            Answer::Resume => self.resume(RUN_UP_MS, effects),
            Answer::Duck => self.duck(true, effects),
            Answer::Unduck => self.duck(false, effects),
        }
    }

    fn duck(&mut self, on: bool, effects: &mut Vec<Effect>) {
        if self.ducked != on {
            self.ducked = on;
            effects.push(Effect::Duck(on));
        }
    }

    fn wants_sound(&self) -> bool {
        matches!(
            self.phase,
            Phase::Playing | Phase::Waiting { .. } | Phase::Loading { then_play: true }
        )
    }

    fn doing(&self) -> Doing {
        match self.phase {
            _ if self.wants_sound() => Doing::Playing,
            Phase::Paused(by) => Doing::Paused(by),
            _ => Doing::Nothing,
        }
    }

    fn replace(&mut self, item: Item, then_play: bool, effects: &mut Vec<Effect>) {
        self.leave(effects);
        self.queue.clear();
        if !then_play {
            effects.push(Effect::Hush);
        }
        let at_ms = item.resume_ms.saturating_sub(RUN_UP_MS);
        self.open(item, at_ms, then_play, effects);
    }

    fn open(&mut self, item: Item, at_ms: u64, then_play: bool, effects: &mut Vec<Effect>) {
        if let Some(left) = self.item.replace(item.clone()).filter(|left| left.id != item.id) {
            self.past.push(left);
            if self.past.len() > PAST_MAX {
                self.past.remove(0);
            }
        }
        self.phase = Phase::Loading { then_play };
        self.position_ms = at_ms;
        self.duration_ms = 0;
        self.heard = false;
        self.error = None;
        effects.push(Effect::Open { item, at_ms });
    }

    fn opened(&mut self, duration_ms: u64, effects: &mut Vec<Effect>) {
        let Phase::Loading { then_play } = self.phase else {
            return;
        };
        self.duration_ms = duration_ms;
        self.position_ms = self.position_ms.min(duration_ms);
        if then_play {
            self.phase = Phase::Playing;
            effects.push(Effect::Sound);
        } else {
            self.phase = Phase::Paused(PausedBy::Listener);
        }
    }

    fn broken(&mut self, error: PlayerError, effects: &mut Vec<Effect>) {
        let Some(item) = &self.item else { return };
        effects.push(Effect::Tell(PlayerEvent::Failed {
            id: item.id.clone(),
            error: error.clone(),
        }));
        let wanted = self.wants_sound();
        self.phase = Phase::Failed;
        self.error = Some(error);
        effects.extend([Effect::Hush, Effect::Close]);
        // One bad recording is not the end of a walk.
        if wanted && let Some(next) = self.queue.pop_front() {
            let error = self.error.take();
            self.open(next, 0, true, effects);
            self.error = error;
        }
    }

    fn pause(&mut self, by: PausedBy, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Loading { then_play: true } => {
                self.phase = Phase::Loading { then_play: false };
                effects.push(Effect::Hush);
            }
            Phase::Playing | Phase::Waiting { .. } => {
                self.phase = Phase::Paused(by);
                effects.push(Effect::Hush);
                self.leave(effects);
            }
            // A listener's pause during a call outlives the call.
            Phase::Paused(PausedBy::Call) => self.phase = Phase::Paused(by),
            _ => {}
        }
    }

    fn resume(&mut self, run_up_ms: u64, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Paused(_) => {
                let again = self.position_ms.saturating_sub(run_up_ms);
                if again != self.position_ms {
                    self.position_ms = again;
                    effects.push(Effect::Seek { position_ms: again });
                }
                self.phase = Phase::Playing;
                self.error = None;
                effects.push(Effect::Sound);
            }
            Phase::Ended => {
                self.position_ms = 0;
                self.heard = false;
                self.phase = Phase::Playing;
                effects.extend([Effect::Seek { position_ms: 0 }, Effect::Sound]);
            }
            Phase::Loading { .. } => self.phase = Phase::Loading { then_play: true },
            Phase::Failed => {
                if let Some(item) = self.item.clone() {
                    self.open(item, self.position_ms, true, effects);
                }
            }
            Phase::Waiting { .. } => effects.push(Effect::RebuildOutput),
            Phase::Empty => {
                if let Some(item) = self.queue.pop_front() {
                    self.open(item, 0, true, effects);
                }
            }
            Phase::Playing => {}
        }
    }

    fn seek(&mut self, position_ms: u64, effects: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Empty | Phase::Failed | Phase::Loading { .. }) {
            return;
        }
        let position_ms = position_ms.min(self.duration_ms);
        self.position_ms = position_ms;
        if self.phase == Phase::Ended && position_ms < self.duration_ms {
            self.phase = Phase::Paused(PausedBy::Listener);
        }
        effects.push(Effect::Seek { position_ms });
    }

    fn next(&mut self, effects: &mut Vec<Effect>) {
        if let Some(item) = self.queue.pop_front() {
            let then_play = self.wants_sound() || self.phase == Phase::Ended;
            self.leave(effects);
            self.open(item, 0, then_play, effects);
        }
    }

    fn previous(&mut self, effects: &mut Vec<Effect>) {
        let early = self.position_ms < PREVIOUS_WITHIN_MS;
        match if early { self.past.pop() } else { None } {
            Some(item) => {
                let then_play = self.wants_sound();
                self.leave(effects);
                if let Some(current) = self.item.take() {
                    self.queue.push_front(current);
                }
                self.open(item, 0, then_play, effects);
            }
            None => self.seek(0, effects),
        }
    }

    fn progress(&mut self, position_ms: u64, effects: &mut Vec<Effect>) {
        if !matches!(
            self.phase,
            Phase::Playing | Phase::Paused(_) | Phase::Waiting { .. }
        ) {
            return;
        }
        self.position_ms = position_ms;
        let enough = self.duration_ms > 0 && position_ms * 100 >= self.duration_ms * HEARD_PERCENT;
        if enough && self.phase == Phase::Playing {
            self.tell_heard(effects);
        }
    }

    fn tell_heard(&mut self, effects: &mut Vec<Effect>) {
        if let Some(item) = self.item.as_ref().filter(|_| !self.heard) {
            self.heard = true;
            effects.push(Effect::Tell(PlayerEvent::Heard { id: item.id.clone() }));
        }
    }

    fn over(&mut self, effects: &mut Vec<Effect>) {
        if self.phase != Phase::Playing {
            return;
        }
        self.tell_heard(effects);
        self.position_ms = self.duration_ms;
        self.phase = Phase::Ended;
        let goes_on = self.goes_on();
        if self.sleep == Sleep::AtEnd {
            self.sleep = Sleep::Off;
        }
        let next = match (&self.item, self.repeat) {
            (Some(item), true) if goes_on => Some(item.clone()),
            _ if goes_on => self.queue.pop_front(),
            _ => None,
        };
        self.leave(effects);
        match next {
            Some(item) => self.open(item, 0, true, effects),
            None => effects.push(Effect::Hush),
        }
    }

    /// Remembers where the listener leaves what is loaded.
    fn leave(&self, effects: &mut Vec<Effect>) {
        let position_ms = match self.phase {
            Phase::Empty | Phase::Failed | Phase::Loading { .. } => return,
            Phase::Ended => 0,
            _ => self.position_ms,
        };
        if let Some(item) = &self.item {
            effects.push(Effect::Tell(PlayerEvent::Left {
                id: item.id.clone(),
                position_ms,
            }));
        }
    }

    fn output_lost(&mut self, error: OutputError, now_ms: u64, effects: &mut Vec<Effect>) {
        self.error = Some(error.into());
        match self.phase {
            Phase::Playing => {
                self.phase = Phase::Waiting {
                    since_ms: now_ms,
                    tried_ms: now_ms,
                };
                self.leave(effects);
                effects.push(Effect::RebuildOutput);
            }
            Phase::Waiting { .. } => {}
            _ => effects.push(Effect::ReleaseOutput),
        }
    }

    fn output_back(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.phase = Phase::Playing;
            self.error = None;
            effects.push(Effect::Sound);
        }
    }

    fn watch_time(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
        if let Sleep::At(at_ms) = self.sleep
            && now_ms >= at_ms
        {
            if self.phase == Phase::Playing {
                self.sleep = Sleep::Fading;
                effects.push(Effect::FadeOut { ms: SLEEP_FADE_MS });
            } else {
                self.sleep = Sleep::Off;
                self.pause(PausedBy::SleepTimer, effects);
            }
        }
        if let Phase::Waiting { since_ms, tried_ms } = self.phase {
            if now_ms.saturating_sub(since_ms) >= OUTPUT_WAIT_MS {
                self.phase = Phase::Paused(PausedBy::Route);
                effects.extend([Effect::Hush, Effect::ReleaseOutput]);
            } else if now_ms.saturating_sub(tried_ms) >= OUTPUT_RETRY_MS {
                self.phase = Phase::Waiting {
                    since_ms,
                    tried_ms: now_ms,
                };
                effects.push(Effect::RebuildOutput);
            }
        }
    }

    /// The state for a shell; the engine adds the name of the output and what is damaged.
    pub(super) fn snapshot(&self, now_ms: u64) -> PlayerSnapshot {
        PlayerSnapshot {
            state: match self.phase {
                Phase::Empty => PlayerState::Empty,
                Phase::Loading { .. } => PlayerState::Loading,
                Phase::Playing => PlayerState::Playing,
                Phase::Paused(_) => PlayerState::Paused,
                Phase::Waiting { .. } => PlayerState::WaitingForOutput,
                Phase::Ended => PlayerState::Ended,
                Phase::Failed => PlayerState::Failed,
            },
            id: self.item.as_ref().map(|item| item.id.clone()),
            title: self
                .item
                .as_ref()
                .map(|item| item.title.clone())
                .unwrap_or_default(),
            position_ms: self.position_ms,
            duration_ms: self.duration_ms,
            speed: self.speed,
            repeat: self.repeat,
            queue: self.queue.iter().map(|item| item.id.clone()).collect(),
            sleep_left_ms: match self.sleep {
                Sleep::At(at_ms) => Some(at_ms.saturating_sub(now_ms)),
                Sleep::Fading => Some(0),
                Sleep::Off | Sleep::AtEnd => None,
            },
            sleep_at_end: self.sleep == Sleep::AtEnd,
            ducked: self.ducked,
            output: String::new(),
            error: self.error.clone(),
            damage: None,
        }
    }
}

#[cfg(test)]
mod tests;
