//! How a player answers the world: one table. A shell reports what happens and decides nothing.

use super::command::Interruption;

/// How much quieter we are while another app speaks, in decibels: clearly behind, still there.
pub const DUCKED_DB: f64 = -15.0;

/// Why a player is paused; it decides whether the world may make it go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PausedBy {
    /// The listener: only the listener goes on.
    Listener,
    /// A call or another app, which gives the sound back.
    Call,
    /// The output went away: out of the loudspeaker it would be heard by people who did not ask for it.
    Route,
    /// The sleep timer.
    SleepTimer,
    /// The screen on which words were being read was left.
    Away,
}

/// What a player is doing, as far as the table asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It plays, or will as soon as it can.
    Playing,
    /// Words run without sound.
    Reading,
    /// It is paused.
    Paused(PausedBy),
    /// Nothing is loaded, or it is over.
    Nothing,
}

/// What a player does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing.
    Stay,
    /// Pause for this reason.
    Pause(PausedBy),
    /// Go on, a little before where it stopped.
    Resume,
    /// Become quieter.
    Duck,
    /// Be as loud as before.
    Unduck,
    /// Let go of the output and of what it holds, since nothing is being heard.
    LetGo,
}

/// The table, row by row; the first row that fits counts.
///
/// A system that lets sound go on by itself after a call (cpal does, on iOS) finds a player that still thinks it is paused: it
/// holds back its samples until its own `CallEnded` comes, so nothing is resumed twice.
pub fn answer(what: Interruption, doing: Doing) -> Answer {
    use Answer::{Duck, LetGo, Pause, Resume, Stay, Unduck};
    use Doing::{Paused, Playing, Reading};
    use Interruption as I;
    match (what, doing) {
        // Who takes a call does not read on either.
        (I::CallBegan, Playing | Reading) => Pause(PausedBy::Call),
        (I::CallEnded { should_resume: true }, Paused(PausedBy::Call)) => Resume,
        // The system gives the sound back but advises against: from now on it is the listener's pause.
        (I::CallEnded { should_resume: false }, Paused(PausedBy::Call)) => Pause(PausedBy::Listener),
        (I::HeadphonesPulled | I::RouteLost, Playing | Paused(PausedBy::Call)) => Pause(PausedBy::Route),
        // A route that is back may be the loudspeaker: the listener decides.
        (I::RouteBack, _) => Stay,
        (I::FocusLost, Playing | Paused(PausedBy::Call)) => Pause(PausedBy::Listener),
        (I::DuckBegan, _) => Duck,
        (I::DuckEnded, _) => Unduck,
        // Commentary is made for a phone in a pocket; words are made for eyes.
        (I::Background, Reading) => Pause(PausedBy::Away),
        (I::Foreground, Paused(PausedBy::Away)) => Resume,
        // An open output keeps a phone awake and costs memory. A player that plays holds less than half a second of sound.
        (I::Background | I::LowMemory, Paused(_) | Doing::Nothing) => LetGo,
        (I::Background | I::LowMemory, Playing) | (I::LowMemory, Reading) | (I::Foreground, _) => Stay,
        // What is not heard needs no headphones and no other app's leave.
        (I::CallBegan | I::CallEnded { .. } | I::HeadphonesPulled | I::RouteLost | I::FocusLost, _) => Stay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_answered_row_by_row() {
        use Answer::{Duck, LetGo, Pause, Resume, Stay, Unduck};
        use Doing::{Nothing, Paused, Playing, Reading};
        use Interruption as I;
        use PausedBy::{Away, Call, Listener, Route, SleepTimer};
        let back = I::CallEnded { should_resume: true };
        let over = I::CallEnded { should_resume: false };
        let doings = [
            Playing,
            Reading,
            Paused(Listener),
            Paused(Call),
            Paused(Route),
            Paused(SleepTimer),
            Paused(Away),
            Nothing,
        ];
        #[rustfmt::skip]
        let table = [
            // Playing, reading; paused by the listener, a call, the route, the sleep timer, leaving; nothing there.
            (I::CallBegan, [Pause(Call), Pause(Call), Stay, Stay, Stay, Stay, Stay, Stay]),
            (back, [Stay, Stay, Stay, Resume, Stay, Stay, Stay, Stay]),
            (over, [Stay, Stay, Stay, Pause(Listener), Stay, Stay, Stay, Stay]),
            (I::HeadphonesPulled, [Pause(Route), Stay, Stay, Pause(Route), Stay, Stay, Stay, Stay]),
            (I::RouteLost, [Pause(Route), Stay, Stay, Pause(Route), Stay, Stay, Stay, Stay]),
            (I::RouteBack, [Stay; 8]),
            (I::FocusLost, [Pause(Listener), Stay, Stay, Pause(Listener), Stay, Stay, Stay, Stay]),
            (I::DuckBegan, [Duck; 8]),
            (I::DuckEnded, [Unduck; 8]),
            (I::Background, [Stay, Pause(Away), LetGo, LetGo, LetGo, LetGo, LetGo, LetGo]),
            (I::Foreground, [Stay, Stay, Stay, Stay, Stay, Stay, Resume, Stay]),
            (I::LowMemory, [Stay, Stay, LetGo, LetGo, LetGo, LetGo, LetGo, LetGo]),
        ];
        for (what, answers) in table {
            for (doing, expected) in doings.into_iter().zip(answers) {
                assert_eq!(answer(what, doing), expected, "{what:?} while {doing:?}");
            }
        }
    }
}
