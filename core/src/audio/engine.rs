//! Does what the machine decides: opens recordings, hands their frames to the output, fades, watches the output. One turn at a
//! time; `player` turns it on a thread, a test turns it by hand.

use super::clock::Clock;
use super::command::Item;
use super::loudness::factor;
use super::machine::{Effect, Input, Machine};
use super::output::{Output, OutputError};
use super::policy::DUCKED_DB;
use super::rendering::Rendering;
use super::snapshot::{PlayerEvent, PlayerSnapshot};
use super::{HOUSE_CHANNELS, HOUSE_RATE_HZ};
use std::collections::VecDeque;
use std::path::Path;

/// Makes an output; asked again after one was lost. Must not wait for a device.
pub type OutputMaker = Box<dyn FnMut() -> Result<Box<dyn Output>, OutputError> + Send>;

/// Frames that are kept written ahead of what is heard: 120 ms, enough for a thread that is woken late, and short enough that a
/// pause is felt as one.
const LEAD_FRAMES: u32 = HOUSE_RATE_HZ * 12 / 100;
/// Frames that are rendered at once: 10 ms.
const BLOCK_FRAMES: u32 = HOUSE_RATE_HZ / 100;
/// Blocks in one turn, so that an output that takes everything does not keep commands waiting.
const BLOCKS_A_TURN: u32 = 50;
/// Fade at pause and resume, in frames: 40 ms.
const PAUSE_FADE_FRAMES: u32 = HOUSE_RATE_HZ / 25;
/// Fade at a jump, in frames: 10 ms.
const JUMP_FADE_FRAMES: u32 = HOUSE_RATE_HZ / 100;
/// How long becoming quieter for another app takes, in frames: 200 ms.
const DUCK_FRAMES: u32 = HOUSE_RATE_HZ / 5;
/// An output that nobody uses is let go after this long, in milliseconds: an open one keeps a phone awake.
const IDLE_OUTPUT_MS: u64 = 30_000;

/// A gain that goes in a straight line to where it should be.
#[derive(Debug, Clone, Copy)]
struct Ramp {
    gain: f32,
    goal: f32,
    step: f32,
}

impl Ramp {
    const fn at(gain: f32) -> Self {
        Self {
            gain,
            goal: gain,
            step: 0.0,
        }
    }

    fn go(&mut self, goal: f32, frames: u32) {
        self.goal = goal;
        self.step = (goal - self.gain).abs() / frames.max(1) as f32;
    }

    fn next(&mut self) -> f32 {
        self.gain = if self.gain < self.goal {
            (self.gain + self.step).min(self.goal)
        } else {
            (self.gain - self.step).max(self.goal)
        };
        self.gain
    }
}

/// How soon an engine wants its next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// At once: the output takes everything.
    Now,
    /// In 10 ms: sound is on its way.
    Sounding,
    /// In a while: only clocks run.
    Idle,
}

pub(super) struct Engine {
    machine: Machine,
    clock: Box<dyn Clock>,
    make_output: OutputMaker,
    output: Option<Box<dyn Output>>,
    rendering: Option<Rendering>,
    sounding: bool,
    /// Every frame was written; with something to follow it is opened at once, else what is pending is waited for.
    draining: bool,
    fade: Ramp,
    duck: Ramp,
    /// Whether the slow fade of the sleep timer runs.
    falling_asleep: bool,
    /// Frames that were written since the last jump: only these tell where the recording is heard.
    since_jump: u32,
    idle_since_ms: Option<u64>,
    speed: f32,
    block: Vec<f32>,
    events: Vec<PlayerEvent>,
}

impl Engine {
    pub(super) fn new(make_output: OutputMaker, clock: Box<dyn Clock>) -> Self {
        Self {
            machine: Machine::new(),
            clock,
            make_output,
            output: None,
            rendering: None,
            sounding: false,
            draining: false,
            fade: Ramp::at(1.0),
            duck: Ramp::at(1.0),
            falling_asleep: false,
            since_jump: 0,
            idle_since_ms: None,
            speed: 1.0,
            block: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Takes an input and does what comes of it.
    pub(super) fn take(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.machine.take(input, self.clock.now_ms()) {
                inputs.extend(self.act(effect));
            }
        }
    }

    /// One turn: hands out what the output takes, tells the machine what happened.
    pub(super) fn turn(&mut self) -> Pace {
        let hungry = match self.feed() {
            Ok(hungry) => hungry,
            Err(error) => {
                self.lose_output(error);
                false
            }
        };
        if !self.sounding && self.output.as_ref().is_some_and(|o| o.is_open()) {
            self.take(Input::OutputBack);
        }
        if let Some(position_ms) = self.position_ms() {
            self.take(Input::Progress { position_ms });
        }
        self.take(Input::Tick);
        self.release_idle_output();
        match (hungry, self.sounding || self.pending() > 0) {
            (true, _) => Pace::Now,
            (_, true) => Pace::Sounding,
            _ => Pace::Idle,
        }
    }

    /// The state for a shell.
    pub(super) fn snapshot(&self) -> PlayerSnapshot {
        PlayerSnapshot {
            output: self.output.as_ref().map(|o| o.name()).unwrap_or_default(),
            damage: self.rendering.as_ref().and_then(|r| r.damage().cloned()),
            ..self.machine.snapshot(self.clock.now_ms())
        }
    }

    /// What happened since the last time this was asked.
    pub(super) fn take_events(&mut self) -> Vec<PlayerEvent> {
        std::mem::take(&mut self.events)
    }

    fn act(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Open { item, at_ms } => return Some(self.open(&item, at_ms)),
            Effect::Close => self.rendering = None,
            Effect::Sound => return self.sound(),
            Effect::Hush => {
                self.fade_out(PAUSE_FADE_FRAMES);
                self.sounding = false;
                self.draining = false;
            }
            Effect::FadeOut { ms } => {
                self.falling_asleep = true;
                self.fade.go(0.0, ms * (HOUSE_RATE_HZ / 1000));
            }
            Effect::FadeIn => {
                self.falling_asleep = false;
                self.fade.go(1.0, PAUSE_FADE_FRAMES);
            }
            Effect::Seek { position_ms } => return self.seek(position_ms),
            Effect::Speed(speed) => {
                self.speed = speed;
                if let Some(rendering) = &mut self.rendering {
                    rendering.set_speed(speed);
                }
            }
            Effect::Duck(on) => self
                .duck
                .go(if on { factor(DUCKED_DB) } else { 1.0 }, DUCK_FRAMES),
            Effect::RebuildOutput => {
                self.output = None;
                self.output = (self.make_output)().ok();
            }
            Effect::ReleaseOutput => self.output = None,
            Effect::Tell(event) => self.events.push(event),
        }
        None
    }

    fn open(&mut self, item: &Item, at_ms: u64) -> Input {
        // What follows by itself follows without a gap; what a listener chose cuts off what was there.
        let gapless = self.draining;
        if self.sounding && !gapless {
            self.fade_out(JUMP_FADE_FRAMES);
            self.sounding = false;
        }
        self.draining = false;
        self.since_jump = 0;
        let opened = Rendering::open(Path::new(&item.file), item.loudness_lufs).and_then(|mut rendering| {
            rendering.set_speed(self.speed);
            if at_ms > 0 {
                rendering.seek(at_ms)?;
            }
            Ok(rendering)
        });
        match opened {
            Ok(rendering) => {
                let duration_ms = rendering.probe().duration_ms;
                self.rendering = Some(rendering);
                Input::Opened { duration_ms }
            }
            Err(error) => {
                self.rendering = None;
                Input::Broken(error.into())
            }
        }
    }

    fn sound(&mut self) -> Option<Input> {
        if self.output.is_none() {
            match (self.make_output)() {
                Ok(output) => self.output = Some(output),
                Err(error) => return Some(Input::OutputLost(error)),
            }
        }
        if !self.sounding {
            self.sounding = true;
            // The beginning of a recording is not faded: it may begin with its first word.
            let in_the_middle = self.rendering.as_ref().is_some_and(|r| r.position_ms() > 0);
            self.fade = Ramp::at(if in_the_middle { 0.0 } else { 1.0 });
            self.fade.go(1.0, PAUSE_FADE_FRAMES);
        }
        None
    }

    fn seek(&mut self, position_ms: u64) -> Option<Input> {
        if self.sounding {
            self.fade_out(JUMP_FADE_FRAMES);
            if !self.falling_asleep {
                self.fade.go(1.0, JUMP_FADE_FRAMES);
            }
        }
        self.draining = false;
        self.since_jump = 0;
        let rendering = self.rendering.as_mut()?;
        rendering
            .seek(position_ms)
            .err()
            .map(|error| Input::Broken(error.into()))
    }

    /// Writes a short fade at once; the output keeps room for it.
    fn fade_out(&mut self, frames: u32) {
        if !self.sounding || self.draining {
            return;
        }
        self.fade.go(0.0, frames);
        // An output or a recording that fails here fails again, and is reported, when it is used next.
        for _ in 0..frames / BLOCK_FRAMES {
            if self.write_block().is_err() {
                break;
            }
        }
    }

    /// Hands out blocks as long as the output takes them; says whether it would take more.
    fn feed(&mut self) -> Result<bool, OutputError> {
        let now_ms = self.clock.now_ms();
        for _ in 0..BLOCKS_A_TURN {
            let Some(output) = &mut self.output else {
                return Ok(false);
            };
            let room = output.room_frames(now_ms)?;
            if !self.sounding {
                return Ok(false);
            }
            if self.draining {
                if self.pending() == 0 {
                    self.take(Input::Over);
                }
                return Ok(false);
            }
            if self.pending() >= LEAD_FRAMES || room < BLOCK_FRAMES {
                return Ok(false);
            }
            if self.write_block()? < BLOCK_FRAMES {
                self.draining = true;
                if self.machine.goes_on() {
                    self.take(Input::Over);
                }
            }
            if self.falling_asleep && self.fade.gain == 0.0 {
                self.falling_asleep = false;
                self.take(Input::FadedOut);
            }
        }
        Ok(self.sounding)
    }

    /// Renders a block and writes it; says how many frames it was.
    fn write_block(&mut self) -> Result<u32, OutputError> {
        let (Some(output), Some(rendering)) = (&mut self.output, &mut self.rendering) else {
            return Ok(0);
        };
        let channels = usize::from(HOUSE_CHANNELS);
        self.block.resize(BLOCK_FRAMES as usize * channels, 0.0);
        let frames = match rendering.render(&mut self.block) {
            Ok(frames) => frames,
            Err(error) => {
                self.take(Input::Broken(error.into()));
                return Ok(BLOCK_FRAMES);
            }
        };
        let written = self.block.get_mut(..frames * channels).unwrap_or_default();
        for frame in written.chunks_exact_mut(channels) {
            let gain = self.fade.next() * self.duck.next();
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
        output.write(written)?;
        let frames = u32::try_from(frames).unwrap_or(BLOCK_FRAMES);
        self.since_jump = self.since_jump.saturating_add(frames);
        Ok(frames)
    }

    fn pending(&self) -> u32 {
        self.output.as_ref().map_or(0, |output| output.pending_frames())
    }

    /// Where the recording is heard: what is written and not yet heard does not count.
    fn position_ms(&self) -> Option<u64> {
        let pending = self.pending().min(self.since_jump);
        let pending_ms =
            (f64::from(pending) * 1000.0 / f64::from(HOUSE_RATE_HZ) * f64::from(self.speed)) as u64;
        self.rendering
            .as_ref()
            .map(|rendering| rendering.position_ms().saturating_sub(pending_ms))
    }

    /// The output is gone with what was pending in it: the recording goes back to what was heard.
    fn lose_output(&mut self, error: OutputError) {
        let heard_ms = self.position_ms();
        self.output = None;
        self.sounding = false;
        self.draining = false;
        self.since_jump = 0;
        if let (Some(rendering), Some(heard_ms)) = (&mut self.rendering, heard_ms)
            && let Err(error) = rendering.seek(heard_ms)
        {
            self.take(Input::Broken(error.into()));
        }
        self.take(Input::OutputLost(error));
    }

    fn release_idle_output(&mut self) {
        let now_ms = self.clock.now_ms();
        if self.sounding || self.output.is_none() || self.pending() > 0 {
            self.idle_since_ms = None;
        } else if now_ms.saturating_sub(*self.idle_since_ms.get_or_insert(now_ms)) >= IDLE_OUTPUT_MS {
            self.output = None;
            self.idle_since_ms = None;
        }
    }
}

#[cfg(test)]
mod tests;
