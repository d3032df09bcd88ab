//! A gain that goes in a straight line to where it should be.

#[derive(Debug, Clone, Copy)]
pub(super) struct Ramp {
    pub(super) gain: f32,
    goal: f32,
    step: f32,
}

impl Ramp {
    pub(super) const fn at(gain: f32) -> Self {
        Self {
            gain,
            goal: gain,
            step: 0.0,
        }
    }

    pub(super) fn go(&mut self, goal: f32, frames: u32) {
        self.goal = goal;
        self.step = (goal - self.gain).abs() / frames.max(1) as f32;
    }

    /// Whether it is where it should be, at 1: then nothing has to be multiplied.
    pub(super) fn is_open(&self) -> bool {
        self.gain == 1.0 && self.goal == 1.0
    }

    pub(super) fn next(&mut self) -> f32 {
        self.gain = if self.gain < self.goal {
            (self.gain + self.step).min(self.goal)
        } else {
            (self.gain - self.step).max(self.goal)
        };
        self.gain
    }
}
