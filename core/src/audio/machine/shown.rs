//! What a shell sees of a machine.

use super::super::snapshot::{PlayerSnapshot, PlayerState};
use super::{Machine, Phase, Sleep};

impl Machine {
    /// The state for a shell; the engine adds the words, the name of the output and what is damaged.
    pub(in super::super) fn snapshot(&self, now_ms: u64) -> PlayerSnapshot {
        let item = self.item.as_ref();
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
            id: item.map(|item| item.id.clone()),
            title: item.map(|item| item.title.clone()).unwrap_or_default(),
            panel: item.and_then(|item| item.panel.clone()),
            text_only: self.text_only,
            spoken: !self.text_only && item.is_some_and(|item| item.file.is_empty()),
            position_ms: self.position_ms,
            duration_ms: self.duration_ms,
            cue: None,
            chapter: None,
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
