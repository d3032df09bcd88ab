//! What happens while it plays: time passes, recordings end, outputs die, the sleep timer runs out.

use super::super::output::OutputError;
use super::super::policy::PausedBy;
use super::super::snapshot::PlayerEvent;
use super::{Effect, Machine, Phase, Sleep};

/// The part of a recording after which it counts as heard, in hundredths.
const HEARD_PERCENT: u64 = 90;
/// How long a lost output is waited for before the player counts as paused, in milliseconds. A sound server restarts in less.
const OUTPUT_WAIT_MS: u64 = 10_000;
/// How often a lost output is tried again, in milliseconds.
const OUTPUT_RETRY_MS: u64 = 1_000;
/// How long the sleep timer takes to fade, in milliseconds.
pub(super) const SLEEP_FADE_MS: u32 = 5_000;

impl Machine {
    pub(super) fn progress(&mut self, position_ms: u64, effects: &mut Vec<Effect>) {
        if !matches!(
            self.phase,
            Phase::Playing | Phase::Paused(_) | Phase::Waiting { .. }
        ) {
            return;
        }
        self.position_ms = position_ms;
        let enough = self.duration_ms > 0
            && u128::from(position_ms) * 100 >= u128::from(self.duration_ms) * u128::from(HEARD_PERCENT);
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

    pub(super) fn over(&mut self, effects: &mut Vec<Effect>) {
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
    pub(super) fn leave(&self, effects: &mut Vec<Effect>) {
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

    pub(super) fn output_lost(&mut self, error: OutputError, now_ms: u64, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Playing => {
                self.error = Some(error.into());
                self.phase = Phase::Waiting {
                    since_ms: now_ms,
                    tried_ms: now_ms,
                };
                self.leave(effects);
                effects.push(Effect::RebuildOutput);
            }
            Phase::Waiting { .. } => self.error = Some(error.into()),
            // During a call the system stops the output: nobody is missing it, and the next sound gets a new one.
            _ => effects.push(Effect::ReleaseOutput),
        }
    }

    pub(super) fn output_back(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.phase = Phase::Playing;
            self.error = None;
            effects.push(Effect::Sound);
        }
    }

    pub(super) fn watch_time(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
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
}
