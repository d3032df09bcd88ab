//! Words instead of a recording: they run by the clock for those who cannot hear, or are given sentence by sentence to the
//! system's own voice where nobody recorded them. Knows what is said when; what to do about it is `machine`'s, as with sound.

use super::command::{Item, VoiceReport};
use super::snapshot::{PlayerError, PlayerEvent};
use super::transcript::Transcript;
use std::sync::Arc;

/// A voice that reports nothing for twice the time that its words should take, and this long beyond, in milliseconds, is taken
/// to have said them: an app without a voice still shows them.
const UNANSWERED_MS: u64 = 3_000;

/// What became of a reading.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Turn {
    /// It goes on.
    On,
    /// The last words are over.
    Over,
    /// It cannot go on.
    Broken(PlayerError),
}

/// One text that is read.
#[derive(Debug)]
pub(super) struct Reading {
    transcript: Arc<Transcript>,
    duration_ms: u64,
    /// Whether the system's own voice says it.
    aloud: bool,
    language: String,
    position_ms: f64,
    speed: f32,
    /// The clock at the last look, while it runs.
    running_since_ms: Option<u64>,
    /// The words that the voice is saying: their number in the transcript, and when they were asked for.
    saying: Option<(usize, u64)>,
    /// Counts up with every request to the voice, over all readings.
    utterance: u64,
    events: Vec<PlayerEvent>,
}

impl Reading {
    /// Gets a text ready. `utterance` is the last number that was given to the voice.
    ///
    /// # Errors
    /// [`PlayerError::NoWords`].
    pub(super) fn open(
        item: &Item,
        transcript: Arc<Transcript>,
        aloud: bool,
        utterance: u64,
    ) -> Result<Self, PlayerError> {
        if transcript.cues.is_empty() {
            return Err(PlayerError::NoWords);
        }
        Ok(Self {
            duration_ms: transcript.end_ms().max(item.duration_ms),
            transcript,
            aloud,
            language: item.language.clone(),
            position_ms: 0.0,
            speed: 1.0,
            running_since_ms: None,
            saying: None,
            utterance,
            events: Vec::new(),
        })
    }

    pub(super) fn duration_ms(&self) -> u64 {
        self.duration_ms
    }

    pub(super) fn position_ms(&self) -> u64 {
        (self.position_ms as u64).min(self.duration_ms)
    }

    /// The last number that was given to the voice.
    pub(super) fn utterance(&self) -> u64 {
        self.utterance
    }

    pub(super) fn is_running(&self) -> bool {
        self.running_since_ms.is_some()
    }

    /// What the voice is to be told.
    pub(super) fn take_events(&mut self) -> Vec<PlayerEvent> {
        std::mem::take(&mut self.events)
    }

    pub(super) fn start(&mut self, now_ms: u64) {
        self.running_since_ms = Some(now_ms);
        self.say_from_here(now_ms);
    }

    pub(super) fn stop(&mut self) {
        self.running_since_ms = None;
        if self.saying.take().is_some() {
            self.events.push(PlayerEvent::StopSpeaking);
        }
    }

    pub(super) fn seek(&mut self, position_ms: u64, now_ms: u64) {
        self.position_ms = position_ms.min(self.duration_ms) as f64;
        if self.is_running() {
            self.say_from_here(now_ms);
        }
    }

    pub(super) fn set_speed(&mut self, speed: f32, now_ms: u64) {
        let changed = self.speed != speed;
        self.speed = speed;
        if changed && self.saying.is_some() {
            self.say_from_here(now_ms);
        }
    }

    /// Lets time pass.
    pub(super) fn turn(&mut self, now_ms: u64) -> Turn {
        let Some(since_ms) = self.running_since_ms.replace(now_ms) else {
            return Turn::On;
        };
        let passed_ms = now_ms.saturating_sub(since_ms) as f64 * f64::from(self.speed);
        if !self.aloud {
            self.position_ms += passed_ms;
            return self.over_at_the_end();
        }
        let Some((number, asked_ms)) = self.saying else {
            return self.over_at_the_end();
        };
        let (start_ms, end_ms) = self.times(number);
        // The voice has its own pace: the position waits for it at the end of the words.
        self.position_ms = (self.position_ms + passed_ms).min(end_ms.saturating_sub(1) as f64);
        let expected_ms = (end_ms.saturating_sub(start_ms) as f32 / self.speed) as u64;
        if now_ms.saturating_sub(asked_ms) > 2 * expected_ms + UNANSWERED_MS {
            return self.said(number, now_ms);
        }
        Turn::On
    }

    /// Takes what the voice reports; of words that it was not asked for last, nothing.
    pub(super) fn report(&mut self, report: &VoiceReport, now_ms: u64) -> Turn {
        match (report, self.saying) {
            (VoiceReport::Done { utterance }, Some((number, _))) if *utterance == self.utterance => {
                self.said(number, now_ms)
            }
            (VoiceReport::Failed { utterance, reason }, Some(_)) if *utterance == self.utterance => {
                self.saying = None;
                self.running_since_ms = None;
                Turn::Broken(PlayerError::Voice {
                    reason: reason.clone(),
                })
            }
            _ => Turn::On,
        }
    }

    fn said(&mut self, number: usize, now_ms: u64) -> Turn {
        self.saying = None;
        if self.transcript.cues.get(number + 1).is_none() {
            self.position_ms = self.duration_ms as f64;
            return Turn::Over;
        }
        self.say(number + 1, now_ms);
        Turn::On
    }

    fn over_at_the_end(&self) -> Turn {
        if self.position_ms >= self.duration_ms as f64 {
            Turn::Over
        } else {
            Turn::On
        }
    }

    /// From the beginning of the words of this position: nobody understands half a sentence.
    fn say_from_here(&mut self, now_ms: u64) {
        if !self.aloud {
            return;
        }
        let here = self.position_ms();
        match self.transcript.cues.iter().position(|cue| here < cue.end_ms) {
            Some(number) => self.say(number, now_ms),
            None => {
                self.saying = None;
                self.events.push(PlayerEvent::StopSpeaking);
                self.position_ms = self.duration_ms as f64;
            }
        }
    }

    fn say(&mut self, number: usize, now_ms: u64) {
        let Some(cue) = self.transcript.cues.get(number) else {
            return;
        };
        self.position_ms = cue.start_ms as f64;
        self.utterance += 1;
        self.saying = Some((number, now_ms));
        self.events.push(PlayerEvent::Speak {
            utterance: self.utterance,
            text: cue.text.replace('\n', " "),
            language: self.language.clone(),
            speed: self.speed,
        });
    }

    fn times(&self, number: usize) -> (u64, u64) {
        let cue = self.transcript.cues.get(number);
        cue.map_or((0, 0), |cue| (cue.start_ms, cue.end_ms))
    }
}

#[cfg(test)]
mod tests;
