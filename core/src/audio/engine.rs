//! Does what the machine decides: opens recordings, hands their frames to the output, fades, watches the output. One turn at a
//! time; `player` turns it on a thread, a test turns it by hand.

mod acts;
mod ramp;
mod source;

use super::clock::Clock;
use super::command::VoiceReport;
use super::machine::{Input, Machine};
use super::output::{LEAD_FRAMES, Output, OutputError};
use super::reading::Turn;
use super::snapshot::{ChapterNow, CueNow, PlayerEvent, PlayerSnapshot};
use super::transcript::Transcript;
use super::{HOUSE_CHANNELS, HOUSE_RATE_HZ};
use ramp::Ramp;
use source::{Ahead, Source};
use std::collections::VecDeque;
use std::sync::Arc;

/// Makes an output; asked again after one was lost. Must not wait for a device.
pub type OutputMaker = Box<dyn FnMut() -> Result<Box<dyn Output>, OutputError> + Send>;

/// Frames that are rendered at once: 10 ms.
const BLOCK_FRAMES: u32 = HOUSE_RATE_HZ / 100;
/// Blocks in one turn, so that an output that takes everything does not keep commands waiting.
const BLOCKS_A_TURN: u32 = 50;
/// An output that nobody uses is let go after this long, in milliseconds: an open one keeps a phone awake.
const IDLE_OUTPUT_MS: u64 = 30_000;
/// How long an output that is let go of still plays what was written, in milliseconds: what is kept ahead, and the device's own
/// stock.
const RUN_OUT_MS: u64 = 400;
/// What follows is opened this long before its turn, in milliseconds: a long mp3 without a length in its header is read once.
const AHEAD_MS: u64 = 10_000;

/// How soon an engine wants its next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// At once: the output takes everything.
    Now,
    /// In 30 ms: sound is on its way.
    Sounding,
    /// In 50 ms: words run.
    Reading,
    /// In a while: only clocks run.
    Idle,
}

pub(super) struct Engine {
    machine: Machine,
    clock: Box<dyn Clock>,
    make_output: OutputMaker,
    output: Option<Box<dyn Output>>,
    source: Source,
    transcript: Arc<Transcript>,
    /// What follows, while it is being opened.
    ahead: Option<Ahead>,
    /// The last number that was given to the system's own voice.
    utterance: u64,
    /// Whether frames of a recording are handed out.
    sounding: bool,
    /// Every frame was written; with something to follow it is opened at once, else what is pending is waited for.
    draining: bool,
    fade: Ramp,
    duck: Ramp,
    /// Whether the slow fade of the sleep timer runs.
    falling_asleep: bool,
    /// When words that run have faded out: there is nothing in them to fade.
    asleep_at_ms: Option<u64>,
    /// Frames that were written since the last jump: only these tell where the recording is heard.
    since_jump: u32,
    idle_since_ms: Option<u64>,
    /// Since when the output is being let go of: a fade that is cut off is a click.
    releasing_since_ms: Option<u64>,
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
            source: Source::Nothing,
            transcript: Arc::default(),
            ahead: None,
            utterance: 0,
            sounding: false,
            draining: false,
            fade: Ramp::at(1.0),
            duck: Ramp::at(1.0),
            falling_asleep: false,
            asleep_at_ms: None,
            since_jump: 0,
            idle_since_ms: None,
            releasing_since_ms: None,
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

    /// Takes what the system's own voice reports.
    pub(super) fn voice(&mut self, report: &VoiceReport) {
        let now_ms = self.clock.now_ms();
        if let Some(reading) = self.source.words_mut() {
            let turn = reading.report(report, now_ms);
            self.read_on(turn);
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
        let now_ms = self.clock.now_ms();
        if let Some(reading) = self.source.words_mut() {
            let turn = reading.turn(now_ms);
            self.read_on(turn);
        }
        if self.asleep_at_ms.is_some_and(|at_ms| now_ms >= at_ms) {
            self.asleep_at_ms = None;
            self.take(Input::FadedOut);
        }
        if let Some(position_ms) = self.position_ms() {
            self.take(Input::Progress { position_ms });
        }
        self.take(Input::Tick);
        self.open_ahead();
        self.release_idle_output();
        let reading = self.source.words().is_some_and(|reading| reading.is_running());
        match (hungry, self.sounding || self.pending() > 0) {
            (true, _) => Pace::Now,
            (_, true) => Pace::Sounding,
            _ if reading => Pace::Reading,
            _ => Pace::Idle,
        }
    }

    fn read_on(&mut self, turn: Turn) {
        match turn {
            Turn::On => {}
            Turn::Over => self.take(Input::Over),
            Turn::Broken(error) => self.take(Input::Broken(error)),
        }
        self.hear_words();
    }

    /// What words have for the system's own voice comes before what follows from it.
    fn hear_words(&mut self) {
        if let Some(reading) = self.source.words_mut() {
            self.utterance = self.utterance.max(reading.utterance());
            self.events.extend(reading.take_events());
        }
    }

    /// Opens what follows soon, beside what plays.
    fn open_ahead(&mut self) {
        let Some(rendering) = self.source.recording() else {
            return;
        };
        let left_ms = rendering
            .probe()
            .duration_ms
            .saturating_sub(rendering.position_ms());
        let next = self
            .machine
            .up_next()
            .filter(|_| self.sounding && left_ms < AHEAD_MS);
        match (next, &self.ahead) {
            (Some(next), Some(ahead)) if ahead.is_of(next) => {}
            (Some(next), _) => self.ahead = Ahead::start(next),
            (None, _) => self.ahead = None,
        }
    }

    /// The state for a shell.
    pub(super) fn snapshot(&self) -> PlayerSnapshot {
        let shown = self.machine.snapshot(self.clock.now_ms());
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let cue = self.transcript.number_at(shown.position_ms).and_then(|at| {
            let cue = self.transcript.cues.get(at)?;
            Some(CueNow {
                number: number(at),
                start_ms: cue.start_ms,
                end_ms: cue.end_ms,
                text: cue.text.clone(),
                speaker: cue.speaker.clone(),
            })
        });
        let chapter = self.transcript.chapter_at(shown.position_ms);
        PlayerSnapshot {
            cue,
            chapter: chapter.map(|(at, chapter)| ChapterNow {
                number: number(at),
                count: number(self.transcript.chapters.len()),
                title: chapter.title.clone(),
                start_ms: chapter.start_ms,
            }),
            output: self.output.as_ref().map(|o| o.name()).unwrap_or_default(),
            damage: self.source.recording().and_then(|r| r.damage().cloned()),
            ..shown
        }
    }

    /// What happened since the last time this was asked.
    pub(super) fn take_events(&mut self) -> Vec<PlayerEvent> {
        std::mem::take(&mut self.events)
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
                if self.draining {
                    self.complete_output();
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
        let (Some(output), Source::Recording(rendering)) = (&mut self.output, &mut self.source) else {
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
        if !(self.fade.is_open() && self.duck.is_open()) {
            for frame in written.chunks_exact_mut(channels) {
                let gain = self.fade.next() * self.duck.next();
                frame.iter_mut().for_each(|sample| *sample *= gain);
            }
        }
        output.write(written)?;
        let frames = u32::try_from(frames).unwrap_or(BLOCK_FRAMES);
        self.since_jump = self.since_jump.saturating_add(frames);
        Ok(frames)
    }

    /// What was written is to be heard, however little it is.
    fn complete_output(&mut self) {
        if let Some(output) = &mut self.output {
            output.complete();
        }
    }

    fn pending(&self) -> u32 {
        self.output.as_ref().map_or(0, |output| output.pending_frames())
    }

    /// Where the recording is heard: what is written and not yet heard does not count.
    fn position_ms(&self) -> Option<u64> {
        let pending = self.pending().min(self.since_jump);
        let pending_ms =
            (f64::from(pending) * 1000.0 / f64::from(HOUSE_RATE_HZ) * f64::from(self.speed)) as u64;
        match &self.source {
            Source::Recording(rendering) => Some(rendering.position_ms().saturating_sub(pending_ms)),
            Source::Words(reading) => Some(reading.position_ms()),
            Source::Nothing => None,
        }
    }

    /// The output is gone with what was pending in it: the recording goes back to what was heard.
    fn lose_output(&mut self, error: OutputError) {
        let heard_ms = self.position_ms();
        self.output = None;
        self.sounding = false;
        self.draining = false;
        self.since_jump = 0;
        if let (Source::Recording(rendering), Some(heard_ms)) = (&mut self.source, heard_ms)
            && let Err(error) = rendering.seek(heard_ms)
        {
            self.take(Input::Broken(error.into()));
        }
        self.take(Input::OutputLost(error));
    }

    fn release_idle_output(&mut self) {
        let now_ms = self.clock.now_ms();
        let over = |since_ms: u64, kept_ms: u64| now_ms.saturating_sub(since_ms) >= kept_ms;
        if self
            .releasing_since_ms
            .is_some_and(|since_ms| over(since_ms, RUN_OUT_MS))
        {
            self.output = None;
            self.releasing_since_ms = None;
        }
        if self.sounding || self.output.is_none() || self.pending() > 0 {
            self.idle_since_ms = None;
        } else if over(*self.idle_since_ms.get_or_insert(now_ms), IDLE_OUTPUT_MS) {
            self.output = None;
            self.idle_since_ms = None;
        }
    }
}

#[cfg(test)]
mod tests;
