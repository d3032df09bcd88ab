//! What a player does next: states that exclude each other, and what each command, interruption and message from the engine
//! makes of them. Pure: no thread, file, device or clock; the same inputs give the same effects.
//!
//! `moves` are steps that a listener takes, `course` is what happens while it plays, `shown` is what a shell sees.

mod course;
mod moves;
mod shown;

use super::command::{Command, Interruption, Item};
use super::output::OutputError;
use super::policy::{Answer, Doing, PausedBy, answer};
use super::snapshot::{PlayerError, PlayerEvent};
use std::collections::VecDeque;

/// Whoever comes back to a commentary, or to it after a call, hears this much again to find the thread, in milliseconds.
const RUN_UP_MS: u64 = 3_000;

/// What happens to a machine.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Input {
    Command(Command),
    Interruption(Interruption),
    /// The recording, or what is read instead of it, is open.
    Opened {
        duration_ms: u64,
        /// When its chapters begin, in order.
        chapters_ms: Vec<u64>,
        /// When its cues begin, in order.
        cues_ms: Vec<u64>,
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
    /// Open a recording at a position, paused; with `text_only`, its words alone.
    Open {
        item: Item,
        at_ms: u64,
        text_only: bool,
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
    chapters_ms: Vec<u64>,
    cues_ms: Vec<u64>,
    heard: bool,
    speed: f32,
    repeat: bool,
    text_only: bool,
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
            chapters_ms: Vec::new(),
            cues_ms: Vec::new(),
            heard: false,
            speed: 1.0,
            repeat: false,
            text_only: false,
            sleep: Sleep::Off,
            ducked: false,
            error: None,
        }
    }

    /// Whether something follows without a listener's hand: then the engine reports the end as soon as it has written it.
    pub(super) fn goes_on(&self) -> bool {
        self.sleep != Sleep::AtEnd && (self.repeat || !self.queue.is_empty())
    }

    /// What will follow without a listener's hand, so that it can be opened before its turn.
    pub(super) fn up_next(&self) -> Option<&Item> {
        if !self.goes_on() || self.text_only {
            return None;
        }
        if self.repeat {
            self.item.as_ref()
        } else {
            self.queue.front()
        }
    }

    /// Takes an input at a time of the player's clock and says what is to be done, in this order.
    pub(super) fn take(&mut self, input: Input, now_ms: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Command(command) => self.command(command, now_ms, &mut effects),
            Input::Interruption(what) => self.interrupt(what, &mut effects),
            Input::Opened {
                duration_ms,
                chapters_ms,
                cues_ms,
            } => {
                (self.chapters_ms, self.cues_ms) = (chapters_ms, cues_ms);
                self.opened(duration_ms, &mut effects);
            }
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
            Command::Stop => self.stop(effects),
            Command::SeekTo { position_ms } => self.seek(position_ms, effects),
            Command::SkipBy { delta_ms } => {
                self.seek(self.position_ms.saturating_add_signed(delta_ms), effects)
            }
            Command::Next => self.next(effects),
            Command::Previous => self.previous(effects),
            Command::NextRecording => self.next_recording(effects),
            Command::JumpToCue { number } => self.jump_to_cue(number, effects),
            Command::NextCue => self.next_cue(effects),
            Command::PreviousCue => self.previous_cue(effects),
            Command::SetTextOnly { on } => self.set_text_only(on, effects),
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
            Answer::LetGo => effects.push(Effect::ReleaseOutput),
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
            _ if self.wants_sound() && self.text_only => Doing::Reading,
            _ if self.wants_sound() => Doing::Playing,
            Phase::Paused(by) => Doing::Paused(by),
            _ => Doing::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;
