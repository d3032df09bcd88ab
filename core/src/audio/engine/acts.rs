//! What the machine decided, done: recordings opened, sought and let go, sound begun and hushed.

use super::super::HOUSE_RATE_HZ;
use super::super::command::Item;
use super::super::loudness::factor;
use super::super::machine::{Effect, Input};
use super::super::policy::DUCKED_DB;
use super::ramp::Ramp;
use super::source::Source;
use super::{BLOCK_FRAMES, Engine};
use std::sync::Arc;

/// Fade at pause and resume, in frames: 40 ms.
const PAUSE_FADE_FRAMES: u32 = HOUSE_RATE_HZ / 25;
/// Fade at a jump, in frames: 10 ms.
const JUMP_FADE_FRAMES: u32 = HOUSE_RATE_HZ / 100;
/// How long becoming quieter for another app takes, in frames: 200 ms.
const DUCK_FRAMES: u32 = HOUSE_RATE_HZ / 5;

impl Engine {
    pub(super) fn act(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Open {
                item,
                at_ms,
                text_only,
            } => return Some(self.open(&item, at_ms, text_only)),
            Effect::Close => self.let_go_of_source(),
            Effect::Sound => return self.sound(),
            Effect::Hush => {
                if let Some(reading) = self.source.words_mut() {
                    reading.stop();
                    self.hear_words();
                }
                self.fade_out(PAUSE_FADE_FRAMES);
                self.complete_output();
                self.sounding = false;
                self.draining = false;
            }
            Effect::FadeOut { ms } if self.source.words().is_some() => {
                self.asleep_at_ms = Some(self.clock.now_ms().saturating_add(u64::from(ms)));
            }
            Effect::FadeOut { ms } => {
                self.falling_asleep = true;
                self.fade.go(0.0, ms * (HOUSE_RATE_HZ / 1000));
            }
            Effect::FadeIn => {
                self.falling_asleep = false;
                self.asleep_at_ms = None;
                self.fade.go(1.0, PAUSE_FADE_FRAMES);
            }
            Effect::Seek { position_ms } => return self.seek(position_ms),
            Effect::Speed(speed) => {
                self.speed = speed;
                match &mut self.source {
                    Source::Recording(rendering) => rendering.set_speed(speed),
                    Source::Words(reading) => reading.set_speed(speed, self.clock.now_ms()),
                    Source::Nothing => {}
                }
                self.hear_words();
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

    fn let_go_of_source(&mut self) {
        self.source = Source::Nothing;
        self.transcript = Arc::default();
        self.ahead = None;
    }

    fn open(&mut self, item: &Item, at_ms: u64, text_only: bool) -> Input {
        // What follows by itself follows without a gap; what a listener chose cuts off what was there.
        let gapless = self.draining;
        if self.sounding && !gapless {
            self.fade_out(JUMP_FADE_FRAMES);
            self.complete_output();
            self.sounding = false;
        }
        if let Some(reading) = self.source.words_mut() {
            reading.stop();
            self.hear_words();
        }
        self.draining = false;
        self.since_jump = 0;
        let (now_ms, ahead) = (self.clock.now_ms(), self.ahead.take());
        let opened = Source::open(item, text_only, ahead, self.utterance).and_then(|(mut source, words)| {
            match &mut source {
                Source::Recording(rendering) => {
                    rendering.set_speed(self.speed);
                    if at_ms > 0 {
                        rendering.seek(at_ms)?;
                    }
                }
                Source::Words(reading) => {
                    reading.set_speed(self.speed, now_ms);
                    reading.seek(at_ms, now_ms);
                }
                Source::Nothing => {}
            }
            Ok((source, words))
        });
        match opened {
            Ok((source, transcript)) => {
                let duration_ms = match &source {
                    Source::Recording(rendering) => rendering.probe().duration_ms,
                    Source::Words(reading) => reading.duration_ms(),
                    Source::Nothing => 0,
                };
                if !matches!(source, Source::Recording(_)) {
                    self.sounding = false;
                }
                self.source = source;
                self.transcript = transcript;
                Input::Opened {
                    duration_ms,
                    chapters_ms: self.transcript.chapters.iter().map(|c| c.start_ms).collect(),
                    cues_ms: self.transcript.cues.iter().map(|c| c.start_ms).collect(),
                }
            }
            Err(error) => {
                self.let_go_of_source();
                Input::Broken(error)
            }
        }
    }

    fn sound(&mut self) -> Option<Input> {
        let now_ms = self.clock.now_ms();
        if let Some(reading) = self.source.words_mut() {
            reading.start(now_ms);
            self.hear_words();
            return None;
        }
        if self.output.is_none() {
            match (self.make_output)() {
                Ok(output) => self.output = Some(output),
                Err(error) => return Some(Input::OutputLost(error)),
            }
        }
        if !self.sounding {
            self.sounding = true;
            // The beginning of a recording is not faded: it may begin with its first word.
            let in_the_middle = self.source.recording().is_some_and(|r| r.position_ms() > 0);
            self.fade = Ramp::at(if in_the_middle { 0.0 } else { 1.0 });
            self.fade.go(1.0, PAUSE_FADE_FRAMES);
        }
        None
    }

    fn seek(&mut self, position_ms: u64) -> Option<Input> {
        let now_ms = self.clock.now_ms();
        if let Some(reading) = self.source.words_mut() {
            reading.seek(position_ms, now_ms);
            self.hear_words();
            return None;
        }
        if self.sounding {
            self.fade_out(JUMP_FADE_FRAMES);
            if !self.falling_asleep {
                self.fade.go(1.0, JUMP_FADE_FRAMES);
            }
        }
        self.draining = false;
        self.since_jump = 0;
        let rendering = self.source.recording_mut()?;
        rendering
            .seek(position_ms)
            .err()
            .map(|error| Input::Broken(error.into()))
    }

    /// Writes a short fade at once; the output keeps room for it.
    pub(super) fn fade_out(&mut self, frames: u32) {
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
}
