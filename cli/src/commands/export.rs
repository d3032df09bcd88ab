//! `alloclap export`: a trail as a file for a map program.

use super::{Done, Failure, Visiting, walk};
use crate::say;
use crate::whole;
use alloclap_core::track::{self, Format, Route, Waypoint};
use serde_json::json;
use std::path::Path;

/// Writes the trail's line and stops in the format that the file's ending says.
pub fn run(visiting: &Visiting, trail: &str, to: &Path) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let file = to.display();
    let Some(format) = Format::of_name(&to.to_string_lossy()) else {
        return Err(Failure(say!(
            ui,
            "{file}: which format? end the name with .gpx, .geojson or .kml",
            "{file} : quel format ? terminer le nom par .gpx, .geojson ou .kml"
        )));
    };
    let walkable = walk::open(visiting, trail, None)?;
    let waypoint = |(_, name, position): &(String, String, _)| Waypoint {
        name: name.clone(),
        position: *position,
    };
    let route = Route {
        name: Some(walkable.name.clone()),
        waypoints: walkable.stops.iter().map(waypoint).collect(),
        line: walkable.line,
    };
    let text = track::write_route(&route, format);
    whole::write(to, &text).map_err(|error| super::unwritable(ui, to, &error))?;
    let (points, stops) = (route.line.len(), route.waypoints.len());
    out.object(&json!({
        "event": "done",
        "out": to.to_string_lossy(),
        "points": points,
        "stops": stops,
        "bytes": text.len(),
    }));
    let name = &walkable.name;
    out.line(&out.good(&say!(
        ui,
        "{name}: a line of {points} points and {stops} stops in {file}",
        "{name} : un tracé de {points} points et {stops} étapes dans {file}"
    )));
    Ok(())
}
