//! The terminal while something plays: keys as in mpv, the words as they are spoken, and a line that says where it is. Where
//! there is no terminal, the words alone.

use crate::output::Output;
use crate::say;
use alloclap_core::audio::{Command, PlayerSnapshot, PlayerState, SPEEDS};
use alloclap_core::companion::Listening;
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// How often it is looked for keys and at the player.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Seconds and minutes of the arrows, in milliseconds: those of mpv.
const ARROW_MS: i64 = 5_000;
const LONG_ARROW_MS: i64 = 60_000;
/// How much one key changes the speed: that of mpv.
const SPEED_STEP: f32 = 1.1;
/// Columns of the bar, at most.
const BAR_COLUMNS: usize = 40;
/// Columns that the times and signs beside the bar need.
const BESIDE_COLUMNS: usize = 40;

/// What a key asks for.
#[derive(Debug, Clone, PartialEq)]
enum Wish {
    Nothing,
    Quit,
    Do(Command),
    /// Multiply the speed.
    Speed(f32),
    /// The words without sound, or back.
    Text,
}

/// The terminal while something plays.
pub struct Desk {
    out: Output,
    /// Whether keys are read one by one.
    keys: bool,
    /// Whether the line is drawn.
    bar: bool,
    shown_cue: Option<u32>,
    shown_chapter: Option<u32>,
    last: PlayerSnapshot,
}

impl Desk {
    /// Takes the terminal, if there is one.
    pub fn open(out: Output) -> Self {
        let keys = !out.json && std::io::stdin().is_terminal() && terminal::enable_raw_mode().is_ok();
        Self {
            out: if keys { out.beside_keys() } else { out },
            keys,
            bar: !out.json && std::io::stderr().is_terminal(),
            shown_cue: None,
            shown_chapter: None,
            last: PlayerSnapshot::default(),
        }
    }

    /// Waits a moment for keys and hands them on; says whether the listener wants to end.
    pub fn keys(&mut self, player: &Listening) -> bool {
        if !self.keys {
            std::thread::sleep(LOOK_EVERY);
            return false;
        }
        let mut wait = LOOK_EVERY;
        while event::poll(wait).unwrap_or(false) {
            wait = Duration::ZERO;
            let Ok(Event::Key(key)) = event::read() else {
                continue;
            };
            match wish(key) {
                Wish::Nothing => {}
                Wish::Quit => return true,
                Wish::Do(command) => player.command(command),
                Wish::Speed(factor) => {
                    let speed = (self.last.speed * factor).clamp(*SPEEDS.start(), *SPEEDS.end());
                    self.last.speed = speed;
                    player.command(Command::SetSpeed { speed });
                }
                Wish::Text => {
                    self.last.text_only = !self.last.text_only;
                    let on = self.last.text_only;
                    player.command(Command::SetTextOnly { on });
                }
            }
        }
        false
    }

    /// Shows what is new.
    pub fn show(&mut self, now: &PlayerSnapshot) {
        let chapter = now
            .chapter
            .as_ref()
            .filter(|c| Some(c.number) != self.shown_chapter);
        if let Some(chapter) = chapter {
            self.shown_chapter = Some(chapter.number);
            self.above(&self.out.strong(&chapter.title));
            self.out.object(&json!({
                "event": "chapter",
                "title": chapter.title,
                "start_ms": chapter.start_ms,
            }));
        }
        let sounding = matches!(now.state, PlayerState::Playing | PlayerState::Ended);
        let cue = now
            .cue
            .as_ref()
            .filter(|c| sounding && Some(c.number) != self.shown_cue);
        if let Some(cue) = cue {
            self.shown_cue = Some(cue.number);
            self.above(&spoken(cue.speaker.as_deref(), &cue.text));
            self.out.object(&json!({
                "event": "cue",
                "start_ms": cue.start_ms,
                "end_ms": cue.end_ms,
                "text": cue.text,
                "speaker": cue.speaker,
            }));
        }
        if self.bar {
            let columns = terminal::size().map_or(80, |(columns, _)| usize::from(columns));
            self.draw(&line(self.out, now, columns));
        }
        self.last = now.clone();
    }

    /// Gives the terminal back.
    pub fn close(&mut self) {
        if self.bar {
            self.draw("");
        }
        if std::mem::take(&mut self.keys) {
            // A terminal that cannot be set back has gone.
            let _ = terminal::disable_raw_mode();
        }
        self.bar = false;
    }

    /// A line of words above the bar.
    fn above(&self, text: &str) {
        if self.bar {
            self.draw("");
        }
        self.out.line(text);
    }

    fn draw(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        // What cannot be drawn is seen by nobody.
        let _ = write!(err, "\r\u{1b}[K{text}");
        let _ = err.flush();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.close();
    }
}

/// Words on one line, with who says them.
pub fn spoken(speaker: Option<&str>, text: &str) -> String {
    let text = text.replace('\n', " ");
    match speaker {
        Some(speaker) => format!("{speaker} : {text}"),
        None => text,
    }
}

fn wish(key: KeyEvent) -> Wish {
    if key.kind == KeyEventKind::Release {
        return Wish::Nothing;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let skip = |delta_ms| Wish::Do(Command::SkipBy { delta_ms });
    match key.code {
        KeyCode::Char('c') if control => Wish::Quit,
        KeyCode::Left if control => Wish::Do(Command::PreviousCue),
        KeyCode::Right if control => Wish::Do(Command::NextCue),
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => Wish::Quit,
        KeyCode::Char(' ' | 'p') => Wish::Do(Command::Toggle),
        KeyCode::Left => skip(-ARROW_MS),
        KeyCode::Right => skip(ARROW_MS),
        KeyCode::Down => skip(-LONG_ARROW_MS),
        KeyCode::Up => skip(LONG_ARROW_MS),
        KeyCode::Char('[') => Wish::Speed(1.0 / SPEED_STEP),
        KeyCode::Char(']') => Wish::Speed(SPEED_STEP),
        KeyCode::Backspace => Wish::Do(Command::SetSpeed { speed: 1.0 }),
        KeyCode::PageUp => Wish::Do(Command::Next),
        KeyCode::PageDown => Wish::Do(Command::Previous),
        KeyCode::Char('t') => Wish::Text,
        _ => Wish::Nothing,
    }
}

/// Where it is: `▶ 0:12 / 1:32 ━━━━──────── ×1.1`.
fn line(out: Output, now: &PlayerSnapshot, columns: usize) -> String {
    let ui = out.ui;
    let clock = |ms: u64| ui.clock(i64::try_from(ms).unwrap_or(i64::MAX));
    let sign = match now.state {
        PlayerState::Playing => "▶",
        PlayerState::Paused => "⏸",
        PlayerState::WaitingForOutput => ui.pick("no sound output", "pas de sortie sonore"),
        _ => "…",
    };
    let width = columns.saturating_sub(BESIDE_COLUMNS).min(BAR_COLUMNS);
    let done = u64::try_from(width).unwrap_or(0) * now.position_ms / now.duration_ms.max(1);
    let done = usize::try_from(done).unwrap_or(0).min(width);
    let mut line = format!(
        "{sign} {} / {} {}{}",
        clock(now.position_ms),
        clock(now.duration_ms),
        "━".repeat(done),
        "─".repeat(width - done)
    );
    if (now.speed - 1.0).abs() > 0.005 {
        line.push_str(&format!(" ×{}", ui.decimal(f64::from(now.speed), 2)));
    }
    if let Some(left_ms) = now.sleep_left_ms {
        let left = clock(left_ms);
        line.push_str(&say!(ui, " sleep {left}", " arrêt {left}"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Ui;

    #[test]
    fn keys_mean_what_they_mean_in_mpv() {
        let key = |code| wish(KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(key(KeyCode::Char(' ')), Wish::Do(Command::Toggle));
        assert_eq!(key(KeyCode::Left), Wish::Do(Command::SkipBy { delta_ms: -5_000 }));
        assert_eq!(key(KeyCode::Up), Wish::Do(Command::SkipBy { delta_ms: 60_000 }));
        assert_eq!(key(KeyCode::Char(']')), Wish::Speed(1.1));
        assert_eq!(key(KeyCode::PageUp), Wish::Do(Command::Next));
        assert_eq!(key(KeyCode::Char('q')), Wish::Quit);
        assert_eq!(key(KeyCode::Char('x')), Wish::Nothing);
        let control = |code| wish(KeyEvent::new(code, KeyModifiers::CONTROL));
        assert_eq!(control(KeyCode::Char('c')), Wish::Quit, "nobody is locked in");
        assert_eq!(control(KeyCode::Right), Wish::Do(Command::NextCue));
    }

    #[test]
    fn the_line_fits_and_says_where_it_is() {
        let out = Output::new(Ui::Fr, false);
        let mut now = PlayerSnapshot {
            state: PlayerState::Playing,
            position_ms: 46_000,
            duration_ms: 92_000,
            speed: 1.1,
            ..PlayerSnapshot::default()
        };
        let shown = line(out, &now, 80);
        assert!(
            shown.starts_with("▶ 0:46 / 1:32 ") && shown.ends_with("×1,10"),
            "{shown}"
        );
        assert_eq!(shown.matches('━').count(), shown.matches('─').count(), "{shown}");
        now.position_ms = u64::MAX / 100;
        for columns in [0, 10, 41, 300] {
            assert!(
                line(out, &now, columns).chars().count() <= columns.max(60),
                "{columns}"
            );
        }
    }
}
