//! The steps that a listener takes: another recording, pause, go on, to a position, a chapter, a cue.

use super::super::command::Item;
use super::super::policy::PausedBy;
use super::super::snapshot::{PlayerError, PlayerEvent};
use super::{Effect, Machine, Phase, RUN_UP_MS};

/// "Previous" goes to the beginning, and only this early in a chapter or recording to the one before, in milliseconds.
const PREVIOUS_WITHIN_MS: u64 = 3_000;
/// Of words that are read, "previous" goes to those before only this early in them, in milliseconds.
const PREVIOUS_CUE_WITHIN_MS: u64 = 1_000;
/// Recordings that "previous" can go back to.
const PAST_MAX: usize = 32;

impl Machine {
    pub(super) fn replace(&mut self, item: Item, then_play: bool, effects: &mut Vec<Effect>) {
        self.leave(effects);
        self.queue.clear();
        if !then_play {
            effects.push(Effect::Hush);
        }
        let at_ms = item.resume_ms.saturating_sub(RUN_UP_MS);
        self.open(item, at_ms, then_play, effects);
    }

    pub(super) fn open(&mut self, item: Item, at_ms: u64, then_play: bool, effects: &mut Vec<Effect>) {
        if let Some(left) = self.item.replace(item.clone()).filter(|left| left.id != item.id) {
            self.past.push(left);
            if self.past.len() > PAST_MAX {
                self.past.remove(0);
            }
        }
        self.phase = Phase::Loading { then_play };
        self.position_ms = at_ms;
        self.duration_ms = 0;
        self.chapters_ms.clear();
        self.cues_ms.clear();
        self.heard = false;
        self.error = None;
        effects.push(Effect::Open {
            item,
            at_ms,
            text_only: self.text_only,
        });
    }

    pub(super) fn opened(&mut self, duration_ms: u64, effects: &mut Vec<Effect>) {
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

    pub(super) fn broken(&mut self, error: PlayerError, effects: &mut Vec<Effect>) {
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

    pub(super) fn stop(&mut self, effects: &mut Vec<Effect>) {
        self.leave(effects);
        let (speed, ducked, text_only) = (self.speed, self.ducked, self.text_only);
        *self = Self {
            speed,
            ducked,
            text_only,
            ..Self::new()
        };
        effects.extend([Effect::Hush, Effect::Close, Effect::ReleaseOutput]);
    }

    pub(super) fn pause(&mut self, by: PausedBy, effects: &mut Vec<Effect>) {
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
            // A listener's pause during a call outlives the call, and one before the app was left outlives that.
            Phase::Paused(PausedBy::Call | PausedBy::Away) => self.phase = Phase::Paused(by),
            _ => {}
        }
    }

    pub(super) fn resume(&mut self, run_up_ms: u64, effects: &mut Vec<Effect>) {
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

    pub(super) fn seek(&mut self, position_ms: u64, effects: &mut Vec<Effect>) {
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

    pub(super) fn next(&mut self, effects: &mut Vec<Effect>) {
        let chapter = self.chapters_ms.iter().find(|start| **start > self.position_ms);
        match chapter.copied() {
            Some(start_ms) if self.phase != Phase::Ended => self.seek(start_ms, effects),
            _ => self.next_recording(effects),
        }
    }

    pub(super) fn next_recording(&mut self, effects: &mut Vec<Effect>) {
        if let Some(item) = self.queue.pop_front() {
            let then_play = self.wants_sound() || self.phase == Phase::Ended;
            self.leave(effects);
            self.open(item, 0, then_play, effects);
        }
    }

    pub(super) fn previous(&mut self, effects: &mut Vec<Effect>) {
        // In the first seconds of a chapter the one before is meant, and what is before the first is the beginning.
        let meant_ms = self.position_ms.saturating_sub(PREVIOUS_WITHIN_MS);
        let early = self.position_ms < PREVIOUS_WITHIN_MS;
        let chapter_ms = self.chapters_ms.iter().rfind(|start| **start <= meant_ms);
        match if early { self.past.pop() } else { None } {
            Some(item) => {
                let then_play = self.wants_sound();
                self.leave(effects);
                if let Some(current) = self.item.take() {
                    self.queue.push_front(current);
                }
                self.open(item, 0, then_play, effects);
            }
            None => self.seek(chapter_ms.copied().filter(|_| !early).unwrap_or(0), effects),
        }
    }

    pub(super) fn jump_to_cue(&mut self, number: u32, effects: &mut Vec<Effect>) {
        let start_ms = usize::try_from(number).ok().and_then(|n| self.cues_ms.get(n));
        if let Some(start_ms) = start_ms.copied() {
            self.seek(start_ms, effects);
        }
    }

    pub(super) fn next_cue(&mut self, effects: &mut Vec<Effect>) {
        let start_ms = self.cues_ms.iter().find(|start| **start > self.position_ms);
        if let Some(start_ms) = start_ms.copied() {
            self.seek(start_ms, effects);
        }
    }

    pub(super) fn previous_cue(&mut self, effects: &mut Vec<Effect>) {
        let meant_ms = self.position_ms.saturating_sub(PREVIOUS_CUE_WITHIN_MS);
        let start_ms = self.cues_ms.iter().rfind(|start| **start <= meant_ms);
        self.seek(start_ms.copied().unwrap_or(0), effects);
    }

    /// The same recording at the same position, with or without its sound.
    pub(super) fn set_text_only(&mut self, on: bool, effects: &mut Vec<Effect>) {
        if self.text_only == on {
            return;
        }
        self.text_only = on;
        let (then_play, position_ms, heard) = (self.wants_sound(), self.position_ms, self.heard);
        if self.phase == Phase::Empty {
            return;
        }
        if let Some(item) = self.item.clone() {
            effects.push(Effect::Hush);
            self.open(item, position_ms, then_play, effects);
            self.heard = heard;
        }
    }
}
