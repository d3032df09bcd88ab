//! `alloclap simulate`: a walk along a trail that nobody has walked yet, as a phone would record it.

use super::{Done, Failure, Visiting, walk};
use crate::say;
use crate::whole;
use alloclap_core::geo::Line;
use alloclap_core::track;
use alloclap_core::trail::simulate::{Detour, Simulated, WalkOptions, simulate};
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Walks the trail at the desk, and writes the walk and the truth beside it.
pub fn run(visiting: &Visiting, trail: &str, mut options: WalkOptions, to: &Path) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let walkable = walk::open(visiting, trail, None)?;
    let line = Line::new(&walkable.line);
    let beyond = options
        .detours
        .iter()
        .find(|detour| detour.at_m > line.length_m());
    if let (Some(detour), true) = (beyond, line.length_m() > 0.0) {
        let (name, at, length) = (
            &walkable.name,
            ui.distance(detour.at_m),
            ui.distance(line.length_m()),
        );
        return Err(Failure(say!(
            ui,
            "{name} is {length} long, and a detour would leave it at {at}: begin the detour before the end",
            "{name} fait {length}, et un détour le quitterait à {at} : commencer le détour avant le bout"
        )));
    }
    options.pauses_at_m = walkable.guide.stops_along_m();
    let seconds = simulate(&line, &options);
    if seconds.is_empty() {
        let name = &walkable.name;
        return Err(Failure(say!(
            ui,
            "{name} has no line to walk along: give its trail a line with two points at least",
            "{name} n’a pas de tracé à suivre : donner au parcours un tracé d’au moins deux points"
        )));
    }
    let seed = options.seed;
    let title = say!(
        ui,
        "{}, simulated walk {seed}",
        "{}, marche simulée {seed}",
        walkable.name
    );
    let recorded = track::write_trace(&title, seconds.iter().map(|second| (&second.fix, None)));
    whole::write(to, recorded).map_err(|error| super::unwritable(ui, to, &error))?;
    let truth = beside(to);
    whole::write(&truth, format!("{}\n", true_walk(&seconds)))
        .map_err(|error| super::unwritable(ui, &truth, &error))?;
    let last_ms = seconds.last().map_or(0, |second| second.fix.t_ms);
    out.object(&json!({
        "event": "done",
        "out": to.to_string_lossy(),
        "truth": truth.to_string_lossy(),
        "fixes": seconds.len(),
        "ms": last_ms,
    }));
    let fixes = ui.count(seconds.len(), ["fix", "fixes"], ["position", "positions"]);
    let (time, walked, truth) = (ui.clock(last_ms), to.display(), truth.display());
    out.line(&out.good(&say!(
        ui,
        "{fixes} in {time}: {walked}; true positions: {truth}",
        "{fixes} en {time} : {walked} ; positions vraies : {truth}"
    )));
    out.line(&out.faint(&say!(
        ui,
        "try it: alloclap walk {trail} --trace {walked}",
        "pour l’essayer : alloclap walk {trail} --trace {walked}"
    )));
    Ok(())
}

/// The file for the true positions: `walk.gpx` → `walk.truth.json`.
fn beside(file: &Path) -> PathBuf {
    file.with_extension("truth.json")
}

/// The true walk as a trace that can be replayed itself, with the true progress.
fn true_walk(seconds: &[Simulated]) -> Value {
    let list = |value: fn(&Simulated) -> Value| seconds.iter().map(value).collect::<Vec<_>>();
    json!({
        "times": list(|second| json!(second.fix.t_ms as f64 / 1000.0)),
        "latlon": list(|second| json!([second.truth.lat_deg, second.truth.lon_deg])),
        "accuracy": list(|_| json!(1.0)),
        "along_m": list(|second| json!(second.along_m)),
    })
}

/// The longest detour in metres, and the longest stay at its end in seconds: farther and longer is another day.
const FARTHEST_M: f64 = 20_000.0;
const LONGEST_S: f64 = 86_400.0;

/// Reads `AT,AWAY,SECONDS`: where the walker leaves the line, how far, and for how long; all in metres and seconds.
pub fn detour(text: &str) -> Result<Detour, String> {
    let [at_m, away_m, stay_s] = numbers(text)?;
    if away_m > FARTHEST_M || stay_s > LONGEST_S {
        return Err(text.to_owned());
    }
    Ok(Detour { at_m, away_m, stay_s })
}

/// Reads `FROM,SECONDS`: when no fix comes, and for how long.
pub fn gap(text: &str) -> Result<(f64, f64), String> {
    let [from_s, lasts_s] = numbers(text)?;
    Ok((from_s, lasts_s))
}

/// Reads a number of that range.
pub fn within(range: RangeInclusive<f64>) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync {
    move |text| number(text).and_then(|n| range.contains(&n).then_some(n).ok_or(text.to_owned()))
}

/// Reads a number that is finite and not negative.
pub fn number(text: &str) -> Result<f64, String> {
    let number = text.trim().parse().map_err(|_| text.to_owned())?;
    if f64::is_finite(number) && number >= 0.0 {
        Ok(number)
    } else {
        Err(text.to_owned())
    }
}

fn numbers<const N: usize>(text: &str) -> Result<[f64; N], String> {
    let numbers: Vec<f64> = text.split(',').map(number).collect::<Result<_, _>>()?;
    <[f64; N]>::try_from(numbers).map_err(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_or_refused() {
        assert_eq!(gap("60,12.5"), Ok((60.0, 12.5)));
        assert!(
            gap("60").is_err() && gap("60,NaN").is_err() && gap("60,-1").is_err() && detour("1,2").is_err()
        );
        assert!(
            detour("500,80,60").is_ok() && detour("500,1e9,60").is_err() && detour("500,80,1e9").is_err()
        );
        let share = within(0.0..=1.0);
        assert!(
            share("0.05").is_ok() && share("1.5").is_err() && share("-0.1").is_err() && share("inf").is_err()
        );
        assert_eq!(beside(Path::new("a/walk.gpx")), Path::new("a/walk.truth.json"));
    }
}
