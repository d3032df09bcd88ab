//! `alloclap listen`: a panel's commentary on the speaker, or the very same samples in a file, or its words. What keys do and
//! what a terminal shows meanwhile is in `desk`.

mod desk;

use super::{Done, Failure, Visiting, scan, show};
use crate::json;
use crate::say;
use crate::whole::UnderWay;
use alloclap_core::audio::output::{WavOutput, device::DeviceOutput};
use alloclap_core::audio::{
    Command, Item, OutputError, PlayerError, PlayerSnapshot, PlayerState, SPEEDS, Transcript,
};
use alloclap_core::catalogue::{CommentaryView, PanelView};
use alloclap_core::companion::{Answer, CompanionError, Listening};
use desk::Desk;
pub use desk::spoken;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// What the player has handed over is still on its way through a sound server for about this long.
const RUN_OUT: Duration = Duration::from_millis(400);
/// How long a player may take to say where it stopped.
const LEAVING: Duration = Duration::from_secs(1);

/// How a visitor wants to listen.
pub struct How<'a> {
    /// Into this file instead of the speaker.
    pub to: Option<&'a Path>,
    /// The words alone, at once.
    pub text_only: bool,
    /// The speed, within what is played.
    pub speed: f32,
    /// Where to begin, in milliseconds; nothing: where it was left.
    pub from_ms: Option<u64>,
    /// When to stop by itself.
    pub sleep: Option<Sleep>,
}

/// When to stop by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sleep {
    /// After so many minutes.
    Minutes(u32),
    /// At the end of the commentary.
    AtEnd,
}

/// A speed as it is typed.
///
/// # Errors
/// What would be one.
pub fn speed(text: &str) -> Result<f32, String> {
    let typed = text.trim_end_matches(['x', '×']).replace(',', ".");
    let speed = typed.parse::<f32>().ok().filter(|speed| SPEEDS.contains(speed));
    speed.ok_or_else(|| format!("{}–{}", SPEEDS.start(), SPEEDS.end()))
}

/// A position as it is typed, `90`, `1:30` or `1:02:03`, in milliseconds.
///
/// # Errors
/// What would be one.
pub fn position(text: &str) -> Result<u64, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let digits =
        |part: &&str| !part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(digits) {
        return Err("1:30".to_owned());
    }
    let seconds = parts
        .iter()
        .filter_map(|part| part.parse::<u64>().ok())
        .fold(0, |total, part| total * 60 + part);
    Ok(seconds * 1000)
}

/// A sleep timer as it is typed: minutes, or `end`.
///
/// # Errors
/// What would be one.
pub fn sleep(text: &str) -> Result<Sleep, String> {
    match text {
        "end" | "fin" => Ok(Sleep::AtEnd),
        minutes => match minutes.parse() {
            Ok(minutes @ 1..=1440) => Ok(Sleep::Minutes(minutes)),
            _ => Err("1–1440, end".to_owned()),
        },
    }
}

/// Plays, or writes a file, or shows the words.
pub fn run(visiting: &Visiting, code: &str, how: &How<'_>) -> Done {
    let panel = panel(visiting, code)?;
    let (out, ui) = (visiting.out, visiting.out.ui);
    let Some(commentary) = panel.commentaries.first() else {
        return anecdote(visiting, &panel, how);
    };
    out.line(&out.strong(&format!(
        "{} · {}",
        commentary.title.text,
        show::commentary_line(ui, commentary)
    )));
    if let Some(wanted) = &commentary.instead_of {
        out.line(&out.faint(&format!("({})", show::fallback(ui, &commentary.language, wanted))));
    }
    if !commentary.credit.is_empty() {
        out.line(&out.faint(&commentary.credit));
    }
    let failed = |error: CompanionError| visiting.failed(&error);
    if how.text_only {
        let transcript = visiting.companion.transcript(&commentary.key).map_err(failed)?;
        show_words(
            visiting,
            &transcript,
            &commentary.transcript,
            json::commentary(commentary),
        );
        return Ok(());
    }
    match how.to {
        Some(file) => render(visiting, commentary, file, how)?,
        None => {
            let item = visiting.companion.item(&commentary.key).map_err(failed)?;
            play(visiting, item, how).map_err(failed)?;
        }
    }
    out.object(&json!({
        "event": "done",
        "commentary": json::commentary(commentary),
        "out": how.to.map(|file| file.to_string_lossy()),
        "duration_ms": commentary.duration_ms,
    }));
    Ok(())
}

/// A panel without a commentary: its anecdote, word by word as a voice would read it.
fn anecdote(visiting: &Visiting, panel: &PanelView, how: &How<'_>) -> Done {
    let (out, ui, code) = (visiting.out, visiting.out.ui, &panel.code);
    let failed = |error: CompanionError| visiting.failed(&error);
    let none = || {
        Failure(say!(
            ui,
            "panel {code} has no commentary",
            "le panneau {code} n’a pas de commentaire"
        ))
    };
    if how.to.is_some() {
        return Err(none());
    }
    let item = match visiting.companion.item_at(&panel.key) {
        Err(CompanionError::NoWords { .. }) => return Err(none()),
        item => item.map_err(failed)?,
    };
    out.line(&out.strong(&item.title));
    out.line(&out.faint(ui.pick(
        "(no commentary was recorded: these are its words)",
        "(aucun commentaire n’est enregistré : voici ses mots)",
    )));
    let transcript = Transcript::read(&item.transcript, 0);
    if how.text_only {
        show_words(visiting, &transcript, &item.transcript, serde_json::Value::Null);
        return Ok(());
    }
    play(visiting, item, how).map_err(failed)?;
    out.object(&json!({
        "event": "done",
        "commentary": null,
        "out": null,
        "duration_ms": transcript.end_ms(),
    }));
    Ok(())
}

/// All words at once: cue by cue under the chapters' titles if somebody wrote down the times, else as they were written.
fn show_words(visiting: &Visiting, transcript: &Transcript, written: &str, commentary: serde_json::Value) {
    let out = visiting.out;
    let mut chapters = transcript.chapters.iter().peekable();
    if !transcript.timed && !written.trim().is_empty() {
        out.line(written);
    }
    for cue in transcript.cues.iter().filter(|_| transcript.timed) {
        while let Some(chapter) = chapters.next_if(|chapter| chapter.start_ms <= cue.start_ms) {
            out.line(&out.strong(&chapter.title));
        }
        out.line(&spoken(cue.speaker.as_deref(), &cue.text));
    }
    let cue = |cue: &alloclap_core::audio::Cue| {
        json!({
            "start_ms": cue.start_ms,
            "end_ms": cue.end_ms,
            "text": cue.text,
            "speaker": cue.speaker,
        })
    };
    let chapter = |chapter: &alloclap_core::audio::Chapter| {
        json!({
            "start_ms": chapter.start_ms,
            "title": chapter.title,
        })
    };
    out.object(&json!({
        "event": "text",
        "commentary": commentary,
        "timed": transcript.timed,
        "chapters": transcript.chapters.iter().map(chapter).collect::<Vec<_>>(),
        "cues": transcript.cues.iter().map(cue).collect::<Vec<_>>(),
    }));
}

fn panel(visiting: &Visiting, code: &str) -> Result<PanelView, Failure> {
    let answer = visiting
        .companion
        .answer(code)
        .map_err(|error| visiting.failed(&error))?;
    match &answer {
        Answer::Panel { panel } => visiting
            .companion
            .panel(panel)
            .map_err(|error| visiting.failed(&error)),
        Answer::Text { .. } => Err(super::lookup::no_code(visiting, code)),
        other => Err(Failure(scan::no_panel(visiting.out.ui, other))),
    }
}

/// Into a WAV file, as fast as it goes.
fn render(visiting: &Visiting, commentary: &CommentaryView, to: &Path, how: &How<'_>) -> Done {
    let (out, ui, name) = (visiting.out, visiting.out.ui, to.display());
    let mut rendering = visiting
        .companion
        .open_commentary(&commentary.key)
        .map_err(|error| visiting.failed(&error))?;
    rendering.set_speed(how.speed);
    rendering
        .seek(how.from_ms.unwrap_or(0))
        .map_err(|error| visiting.failed(&error.into()))?;
    let file = UnderWay::to(to);
    let written = WavOutput::create(file.path())
        .map_err(PlayerError::from)
        .and_then(|mut wav| {
            rendering.render_all(&mut wav)?;
            Ok(wav.finish()?)
        });
    match written {
        Ok(()) => file.keep().map_err(|error| super::unwritable(ui, to, &error))?,
        // The file that is named is the one asked for, not the one beside it.
        Err(PlayerError::Output(OutputError::File { reason, .. })) => {
            return Err(Failure(say!(
                ui,
                "{name} could not be written ({reason}); free some room, or choose another place",
                "{name} n’a pas pu être écrit ({reason}) ; libérer de la place, ou choisir un autre endroit"
            )));
        }
        Err(other) => return Err(visiting.failed(&other.into())),
    }
    out.line(&out.good(&say!(ui, "Written to {name}", "Écrit dans {name}")));
    Ok(())
}

/// On the speaker, until it is over or the listener ends it.
fn play(visiting: &Visiting, item: Item, how: &How<'_>) -> Result<(), CompanionError> {
    let player = visiting
        .companion
        .player(Box::new(|| Ok(Box::new(DeviceOutput::open()))))?;
    player.command(Command::SetSpeed { speed: how.speed });
    match how.sleep {
        Some(Sleep::Minutes(minutes)) => player.command(Command::SleepAfter { minutes }),
        Some(Sleep::AtEnd) => player.command(Command::SleepAtEnd),
        None => {}
    }
    // A terminal has no voice of its own.
    if item.file.is_empty() {
        player.command(Command::SetTextOnly { on: true });
    }
    match how.from_ms {
        Some(position_ms) => {
            player.command(Command::Load { item });
            player.command(Command::SeekTo { position_ms });
            player.command(Command::Resume);
        }
        None => player.command(Command::Play { item }),
    }
    let mut desk = Desk::open(visiting.out);
    let (mut was_open, mut falling_asleep) = (false, false);
    let outcome = loop {
        if desk.keys(&player) {
            break Ok(());
        }
        let snapshot = player.snapshot()?;
        desk.show(&snapshot);
        was_open |= !snapshot.output.is_empty();
        match snapshot.state {
            PlayerState::Ended => {
                std::thread::sleep(RUN_OUT);
                break Ok(());
            }
            PlayerState::Paused if falling_asleep => break Ok(()),
            PlayerState::Failed => break Err(why(snapshot)),
            // Nobody would plug in a loudspeaker while a command waits: say what is missing and end. One that was there comes
            // back, and the player waits for it.
            PlayerState::WaitingForOutput if !was_open => break Err(why(snapshot)),
            PlayerState::Paused if snapshot.error.is_some() => break Err(why(snapshot)),
            _ => falling_asleep = snapshot.sleep_left_ms == Some(0),
        }
    };
    desk.close();
    leave(&player)?;
    outcome
}

fn why(snapshot: PlayerSnapshot) -> CompanionError {
    let error = snapshot.error.map(CompanionError::from);
    error.unwrap_or(CompanionError::NoSoundOutput { why: snapshot.output })
}

/// Ends the sound, and waits until the place where it was left is written down.
fn leave(player: &Listening) -> Result<(), CompanionError> {
    player.command(Command::Stop);
    let begun = Instant::now();
    while player.snapshot()?.state != PlayerState::Empty && begun.elapsed() < LEAVING {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_speeds_are_read_as_people_write_them() {
        assert_eq!(position("90"), Ok(90_000));
        assert_eq!(position("1:30"), Ok(90_000));
        assert_eq!(position("1:02:03"), Ok(3_723_000));
        for wrong in ["", ":", "1:", "-5", "1:2:3:4", "a", "1.5"] {
            assert!(position(wrong).is_err(), "{wrong} is a position");
        }
        assert_eq!((speed("1,5"), speed("2x")), (Ok(1.5), Ok(2.0)));
        for wrong in ["0.5", "3", "NaN", "fast"] {
            assert!(speed(wrong).is_err(), "{wrong} is a speed");
        }
        assert_eq!(
            (sleep("20"), sleep("end")),
            (Ok(Sleep::Minutes(20)), Ok(Sleep::AtEnd))
        );
        assert!(sleep("0").is_err() && sleep("soon").is_err());
    }
}
