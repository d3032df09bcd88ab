//! `alloclap listen`: a panel's commentary on the speaker, or the very same samples in a file.

use super::{Done, Failure, Visiting, scan, show};
use crate::json;
use crate::say;
use crate::whole::UnderWay;
use alloclap_core::audio::output::{WavOutput, device::DeviceOutput};
use alloclap_core::audio::{Command, OutputError, PlayerError, PlayerState};
use alloclap_core::catalogue::{CommentaryView, PanelView};
use alloclap_core::companion::{Answer, CompanionError};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// How often the position is shown.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Plays, or writes a file, or shows the words.
pub fn run(visiting: &Visiting, code: &str, to: Option<&Path>, text_only: bool) -> Done {
    let panel = panel(visiting, code)?;
    let (out, ui) = (visiting.out, visiting.out.ui);
    let Some(commentary) = panel.commentaries.first() else {
        let code = &panel.code;
        return Err(Failure(say!(
            ui,
            "panel {code} has no commentary",
            "le panneau {code} n’a pas de commentaire"
        )));
    };
    out.line(&out.strong(&format!(
        "{} · {}",
        commentary.title.text,
        show::commentary_line(ui, commentary)
    )));
    if let Some(wanted) = &commentary.instead_of {
        out.line(&out.faint(&format!("({})", show::fallback(ui, &commentary.language, wanted))));
    }
    if !commentary.transcript.is_empty() {
        out.line(&commentary.transcript);
    }
    if !commentary.credit.is_empty() {
        out.line(&out.faint(&commentary.credit));
    }
    if text_only {
        out.object(&json!({ "event": "text", "commentary": json::commentary(commentary) }));
        return Ok(());
    }
    match to {
        Some(file) => render(visiting, commentary, file)?,
        None => play(visiting, commentary).map_err(|error| visiting.failed(&error))?,
    }
    out.object(&json!({
        "event": "done",
        "commentary": json::commentary(commentary),
        "out": to.map(|file| file.to_string_lossy()),
        "duration_ms": commentary.duration_ms,
    }));
    Ok(())
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
fn render(visiting: &Visiting, commentary: &CommentaryView, to: &Path) -> Done {
    let (out, ui, name) = (visiting.out, visiting.out.ui, to.display());
    let mut rendering = visiting
        .companion
        .open_commentary(&commentary.key)
        .map_err(|error| visiting.failed(&error))?;
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

/// On the speaker, until it is over.
fn play(visiting: &Visiting, commentary: &CommentaryView) -> Result<(), CompanionError> {
    let player = visiting
        .companion
        .player(Box::new(|| Ok(Box::new(DeviceOutput::open()))))?;
    let item = visiting.companion.item(&commentary.key)?;
    player.command(Command::Play { item });
    let bar = if visiting.out.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(commentary.duration_ms)
    };
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40}") {
        bar.set_style(style);
    }
    let outcome = loop {
        std::thread::sleep(LOOK_EVERY);
        let snapshot = player.snapshot()?;
        bar.set_position(snapshot.position_ms);
        let position = i64::try_from(snapshot.position_ms).unwrap_or(i64::MAX);
        bar.set_message(visiting.out.ui.clock(position));
        match snapshot.state {
            PlayerState::Ended => break Ok(()),
            PlayerState::Failed | PlayerState::WaitingForOutput => {
                // Nobody would plug in a loudspeaker while a command waits: say what is missing and end.
                let why = snapshot.error.map(CompanionError::from);
                break Err(why.unwrap_or(CompanionError::NoSoundOutput { why: snapshot.output }));
            }
            _ => {}
        }
    };
    bar.finish_and_clear();
    outcome
}
