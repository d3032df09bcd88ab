//! `alloclap walk`: a recorded walk through the same guide that a phone runs.

use super::{Done, Failure, Visiting, lookup};
use crate::draw;
use crate::json;
use crate::output::Output;
use crate::reasons;
use crate::say;
use crate::trouble;
use crate::whole;
use crate::words::Ui;
use alloclap_core::companion::CompanionError;
use alloclap_core::geo::{Fix, Position};
use alloclap_core::guide::{Guide, GuideEvent, GuideEventKind, GuideOptions, GuideTrail};
use alloclap_core::track;
use alloclap_core::trail::Progress;
use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Files larger than this are no walk and no trail; reading stops before memory does.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// A trail that can be walked.
pub struct Walkable {
    /// Its name.
    pub name: String,
    /// Its line.
    pub line: Vec<Position>,
    /// Its stops: id, name, position, in order.
    pub stops: Vec<(String, String, Position)>,
    /// What follows the walker.
    pub guide: Guide,
}

/// What a replay gave.
pub struct Replay {
    /// The fixes of the trace.
    pub fixes: Vec<Fix>,
    /// Where the guide believed the walker to be after each fix.
    pub estimates: Vec<Position>,
    /// What the guide decided, with the index of the fix that decided it.
    pub events: Vec<(usize, GuideEvent)>,
}

/// How a walk is replayed, and what is left of it.
#[derive(Default)]
pub struct Wanted<'a> {
    /// Also tell the progress at every fix.
    pub every_fix: bool,
    /// When the walk began, for opening hours.
    pub began: Option<Zoned>,
    /// A picture of it.
    pub svg: Option<&'a Path>,
    /// What happened, as a trace that replays to the same.
    pub record: Option<&'a Path>,
}

/// Replays, tells, draws and records.
pub fn run(visiting: &Visiting, trail: &str, trace: &Path, wanted: &Wanted<'_>) -> Done {
    let out = visiting.out;
    let mut walkable = open(visiting, trail, wanted.began.as_ref())?;
    let names = walkable.names();
    out.line(&out.strong(&walkable.name));
    let replay = replay(out, &mut walkable, trace, |what| match what {
        Told::Event(event) => {
            out.object(&object(event));
            out.line(&line(out, &names, event));
        }
        Told::Fix(fix, progress) if wanted.every_fix => out.object(&fix_object(fix, progress)),
        Told::Fix(..) => {}
    })?;
    out.line(&summary(out.ui, &walkable, &replay));
    if let Some(file) = wanted.record {
        whole::write(file, record(out.ui, &walkable, &replay))
            .map_err(|error| super::unwritable(out.ui, file, &error))?;
        let name = file.display();
        out.line(&say!(out.ui, "Recorded in {name}", "Enregistré dans {name}"));
    }
    if let Some(file) = wanted.svg {
        whole::write(file, picture(out.ui, &walkable, &replay))
            .map_err(|error| super::unwritable(out.ui, file, &error))?;
        let name = file.display();
        out.line(&say!(out.ui, "Drawn in {name}", "Dessiné dans {name}"));
    }
    Ok(())
}

/// The trail of that id, or the file of that name.
///
/// What is open is known if the walk began at a time.
pub fn open(visiting: &Visiting, trail: &str, began: Option<&Zoned>) -> Result<Walkable, Failure> {
    let file = Path::new(trail);
    if file.is_file() {
        let bytes = read(visiting.out.ui, file)?;
        let route = track::read_route(&bytes)
            .map_err(|error| unusable(visiting.out.ui, file, &trouble::track(visiting.out.ui, &error)))?;
        let trail = GuideTrail::from_route(&route);
        let stops = trail
            .stops
            .iter()
            .map(|stop| (stop.id.clone(), stop.name.clone(), stop.position))
            .collect();
        let name = route.name.clone().unwrap_or_else(|| file.display().to_string());
        return Ok(Walkable {
            name,
            line: route.line,
            stops,
            guide: Guide::new(trail, replayed()),
        });
    }
    for key in lookup::keys(visiting, "trail", trail)? {
        match visiting.companion.trail(&key) {
            Ok(view) => {
                let guide = visiting
                    .companion
                    .guide_replayed(&key, replayed(), began)
                    .map_err(|error| visiting.failed(&error))?;
                let stops = view
                    .stops
                    .iter()
                    .map(|stop| (stop.id.to_string(), stop.name.text.clone(), stop.position))
                    .collect();
                return Ok(Walkable {
                    name: view.name.text,
                    line: view.line,
                    stops,
                    guide,
                });
            }
            Err(CompanionError::NotFound { .. }) => {}
            Err(error) => return Err(visiting.failed(&error)),
        }
    }
    Err(lookup::missing(visiting, "trail", trail))
}

/// Reads when a walk began: `2026-07-14T10:00`, on the clocks of this machine.
pub fn began(text: &str) -> Result<Zoned, String> {
    let civil: DateTime = text.trim().parse().map_err(|_| text.to_owned())?;
    civil.to_zoned(TimeZone::system()).map_err(|_| text.to_owned())
}

/// In a replay headphones are on, so that stories begin and are not only offered.
fn replayed() -> GuideOptions {
    GuideOptions {
        headphones: true,
        ..GuideOptions::default()
    }
}

/// Something to tell while replaying.
pub enum Told<'a> {
    /// A decision.
    Event(&'a GuideEvent),
    /// A fix, with the progress after it.
    Fix(&'a Fix, Option<&'a Progress>),
}

/// Feeds a trace to the guide.
pub fn replay(
    out: Output,
    walkable: &mut Walkable,
    trace: &Path,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Replay, Failure> {
    let bytes = read(out.ui, trace)?;
    let fixes = track::read_trace(&bytes)
        .map_err(|error| unusable(out.ui, trace, &trouble::track(out.ui, &error)))?;
    let (mut events, mut estimates) = (Vec::new(), Vec::new());
    for (index, fix) in fixes.iter().enumerate() {
        for event in walkable.guide.step(*fix) {
            tell(Told::Event(&event));
            events.push((index, event));
        }
        tell(Told::Fix(fix, walkable.guide.progress()));
        estimates.extend(walkable.guide.estimate().map(|(position, _)| position));
    }
    Ok(Replay {
        fixes,
        estimates,
        events,
    })
}

impl Walkable {
    /// The names of the stops by their ids.
    pub fn names(&self) -> HashMap<String, String> {
        self.stops
            .iter()
            .map(|(id, name, _)| (id.clone(), name.clone()))
            .collect()
    }
}

/// The walk as a picture.
pub fn picture(ui: Ui, walkable: &Walkable, replay: &Replay) -> String {
    let fixes: Vec<Position> = replay.fixes.iter().map(|fix| fix.position).collect();
    let triggers = replay.events.iter().flat_map(|(index, event)| {
        let offered = event.kind == GuideEventKind::Offer;
        let shown = offered || event.kind == GuideEventKind::Trigger;
        let stops = event.stops.iter().filter(move |_| shown);
        stops.filter_map(move |id| {
            let stop = walkable.stops.iter().position(|(stop, _, _)| stop == id)?;
            Some(draw::Trigger {
                position: replay.fixes.get(*index)?.position,
                stop,
                offered,
                t_ms: event.t_ms,
            })
        })
    });
    draw::svg(&draw::Walk {
        ui,
        name: &walkable.name,
        line: &walkable.line,
        stops: walkable
            .stops
            .iter()
            .map(|(_, name, position)| draw::Stop {
                name,
                position: *position,
            })
            .collect(),
        fixes: &fixes,
        estimates: &replay.estimates,
        triggers: triggers.collect(),
    })
}

/// The fixes, each with what the guide made of it: a GPX that map programs show and that replays to the same decisions.
fn record(ui: Ui, walkable: &Walkable, replay: &Replay) -> String {
    let names = walkable.names();
    let mut events = replay.events.iter().peekable();
    let said: Vec<Option<String>> = (0..replay.fixes.len())
        .map(|index| {
            let mut told = Vec::new();
            while let Some((_, event)) = events.next_if(|(at, _)| *at == index) {
                told.push(format!(
                    "{} ({})",
                    what(ui, &names, event),
                    reasons::because(ui, &event.reason)
                ));
            }
            (!told.is_empty()).then(|| told.join("; "))
        })
        .collect();
    track::write_trace(
        &walkable.name,
        replay.fixes.iter().zip(said.iter().map(Option::as_deref)),
    )
}

/// What was walked, in one line.
pub fn summary(ui: Ui, walkable: &Walkable, replay: &Replay) -> String {
    let of = |kind| {
        replay
            .events
            .iter()
            .filter(|(_, event)| event.kind == kind)
            .count()
    };
    let (told, offered) = (of(GuideEventKind::Trigger), of(GuideEventKind::Offer));
    let fixes = ui.count(replay.fixes.len(), ["fix", "fixes"], ["position", "positions"]);
    let stops = ui.count(walkable.stops.len(), ["stop", "stops"], ["étape", "étapes"]);
    let told = ui.count(
        told,
        ["story told", "stories told"],
        ["histoire racontée", "histoires racontées"],
    );
    let offered = ui.count(offered, ["offered", "offered"], ["proposée", "proposées"]);
    let first = replay.fixes.first().map_or(0, |fix| fix.t_ms);
    let time = ui.clock(replay.fixes.last().map_or(0, |fix| fix.t_ms - first));
    say!(
        ui,
        "{fixes} in {time}: {told}, {offered}, {stops} on the trail",
        "{fixes} en {time} : {told}, {offered}, {stops} sur le parcours"
    )
}

/// A decision in one line for a person.
fn line(out: Output, names: &HashMap<String, String>, event: &GuideEvent) -> String {
    let ui = out.ui;
    let what = what(ui, names, event);
    let what = match event.kind {
        GuideEventKind::Trigger => out.good(&what),
        GuideEventKind::Offer | GuideEventKind::OffTrail => out.warn(&what),
        _ => what,
    };
    format!(
        "{:>8}  {what} {}",
        ui.clock(event.t_ms),
        out.faint(&format!("({})", reasons::because(ui, &event.reason)))
    )
}

/// What happened, with the stops it is about.
pub fn what(ui: Ui, names: &HashMap<String, String>, event: &GuideEvent) -> String {
    let stops: Vec<&str> = event
        .stops
        .iter()
        .map(|id| names.get(id).map_or(id.as_str(), String::as_str))
        .collect();
    let happened = reasons::happened(ui, event.kind);
    if stops.is_empty() {
        happened.to_owned()
    } else {
        say!(ui, "{happened}: {}", "{happened} : {}", stops.join(", "))
    }
}

fn object(event: &GuideEvent) -> Value {
    json!({
        "t_ms": event.t_ms,
        "event": event.kind,
        "stop": event.stops.first(),
        "stops": event.stops,
        "panels": event.panels.iter().map(|panel| panel.id.as_str()).collect::<Vec<_>>(),
        "progress_m": event.progress_m.map(|metres| json::rounded(metres, 1)),
        "reason": event.reason,
    })
}

fn fix_object(fix: &Fix, progress: Option<&Progress>) -> Value {
    json!({
        "t_ms": fix.t_ms,
        "event": "fix",
        "progress_m": progress.map(|progress| json::rounded(progress.along_m, 1)),
        "offset_m": progress.map(|progress| json::rounded(progress.offset_m, 1)),
        "on_trail": progress.map(|progress| progress.on_trail),
    })
}

fn read(ui: Ui, file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| super::unreadable(ui, file, &error);
    let size = fs::metadata(file).map_err(failed)?.len();
    if size > MAX_FILE_BYTES {
        let (size, most) = (ui.bytes(size), ui.bytes(MAX_FILE_BYTES));
        return Err(unusable(
            ui,
            file,
            &say!(
                ui,
                "{size} are too much, {most} at most",
                "{size}, c’est trop : {most} au plus"
            ),
        ));
    }
    fs::read(file).map_err(failed)
}

fn unusable(ui: Ui, file: &Path, why: &str) -> Failure {
    let file = file.display();
    Failure(say!(
        ui,
        "{file} cannot be used: {why}",
        "{file} est inutilisable : {why}"
    ))
}
