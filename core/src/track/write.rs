//! Lines, waypoints and fixes as files that every map program opens, and that [`super::read_route`] and
//! [`super::read_trace`] read back to the same data.

use super::Route;
use crate::geo::{Fix, Position};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A format of trails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// GPX 1.1.
    Gpx,
    /// GeoJSON (RFC 7946).
    GeoJson,
    /// KML 2.2.
    Kml,
}

impl Format {
    /// The format that a file of that name should have; `None` if its ending says none.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "gpx" => Some(Self::Gpx),
            "geojson" | "json" => Some(Self::GeoJson),
            "kml" => Some(Self::Kml),
            _ => None,
        }
    }
}

/// Writes a trail: its line, and its waypoints in order.
pub fn write_route(route: &Route, format: Format) -> String {
    match format {
        Format::Gpx => gpx(route),
        Format::GeoJson => geojson(route),
        Format::Kml => kml(route),
    }
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const GPX: &str = "<gpx version=\"1.1\" creator=\"AlloClap\" xmlns=\"http://www.topografix.com/GPX/1/1\" \
                   xmlns:a=\"https://alloclap.fr/gpx/1\">\n";

fn gpx(route: &Route) -> String {
    let mut text = format!("{XML}{GPX}");
    let name = route
        .name
        .as_deref()
        .map(|name| format!("<name>{}</name>", escape(name)))
        .unwrap_or_default();
    if !name.is_empty() {
        let _ = writeln!(text, "<metadata>{name}</metadata>");
    }
    for waypoint in &route.waypoints {
        let Position { lat_deg, lon_deg } = waypoint.position;
        let name = escape(&waypoint.name);
        let _ = writeln!(
            text,
            "<wpt lat=\"{lat_deg}\" lon=\"{lon_deg}\"><name>{name}</name></wpt>"
        );
    }
    if !route.line.is_empty() {
        let _ = writeln!(text, "<trk>{name}<trkseg>");
        for Position { lat_deg, lon_deg } in &route.line {
            let _ = writeln!(text, "<trkpt lat=\"{lat_deg}\" lon=\"{lon_deg}\"/>");
        }
        text.push_str("</trkseg></trk>\n");
    }
    text.push_str("</gpx>\n");
    text
}

fn kml(route: &Route) -> String {
    let mut text = format!("{XML}<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n");
    let name = route
        .name
        .as_deref()
        .map(|name| format!("<name>{}</name>", escape(name)))
        .unwrap_or_default();
    let _ = writeln!(text, "{name}");
    for waypoint in &route.waypoints {
        let Position { lat_deg, lon_deg } = waypoint.position;
        let name = escape(&waypoint.name);
        let _ = writeln!(
            text,
            "<Placemark><name>{name}</name><Point><coordinates>{lon_deg},{lat_deg}</coordinates></Point></Placemark>"
        );
    }
    if !route.line.is_empty() {
        let _ = writeln!(text, "<Placemark>{name}<LineString><coordinates>");
        for Position { lat_deg, lon_deg } in &route.line {
            let _ = writeln!(text, "{lon_deg},{lat_deg}");
        }
        text.push_str("</coordinates></LineString></Placemark>\n");
    }
    text.push_str("</Document></kml>\n");
    text
}

fn geojson(route: &Route) -> String {
    let at = |position: &Position| json!([position.lon_deg, position.lat_deg]);
    let feature = |name: Option<&str>, geometry: Value| json!({ "type": "Feature", "properties": { "name": name }, "geometry": geometry });
    let points = route.waypoints.iter().map(|waypoint| {
        feature(
            Some(&waypoint.name),
            json!({ "type": "Point", "coordinates": at(&waypoint.position) }),
        )
    });
    let mut features: Vec<Value> = points.collect();
    if !route.line.is_empty() {
        let line: Vec<Value> = route.line.iter().map(at).collect();
        features.push(feature(
            route.name.as_deref(),
            json!({ "type": "LineString", "coordinates": line }),
        ));
    }
    let mut text =
        json!({ "type": "FeatureCollection", "name": route.name, "features": features }).to_string();
    text.push('\n');
    text
}

/// Writes a walk as GPX 1.1, each fix with what is to be said of it, if anything (`<desc>`, shown by map programs).
///
/// [`super::read_trace`] reads the same fixes back, bit for bit, as long as they came from it or from the simulator: times
/// from 0 on within the years that a calendar has. The day is not kept: times count from the first hour of 2000.
pub fn write_trace<'a>(name: &str, fixes: impl IntoIterator<Item = (&'a Fix, Option<&'a str>)>) -> String {
    let mut text = format!(
        "{XML}{GPX}<metadata><name>{}</name></metadata>\n<trk><trkseg>\n",
        escape(name)
    );
    for (fix, said) in fixes {
        let Position { lat_deg, lon_deg } = fix.position;
        let time = time(fix.t_ms);
        let _ = write!(
            text,
            "<trkpt lat=\"{lat_deg}\" lon=\"{lon_deg}\"><time>{time}</time>"
        );
        if let Some(said) = said {
            let _ = write!(text, "<desc>{}</desc>", escape(said));
        }
        let _ = write!(text, "<extensions><a:accuracy>{}</a:accuracy>", fix.accuracy_m);
        if let Some(speed_m_s) = fix.speed_m_s {
            let _ = write!(text, "<a:speed>{speed_m_s}</a:speed>");
        }
        if let Some(course_deg) = fix.course_deg {
            let _ = write!(text, "<a:course>{course_deg}</a:course>");
        }
        text.push_str("</extensions></trkpt>\n");
    }
    text.push_str("</trkseg></trk></gpx>\n");
    text
}

/// Unix time of 2000-01-01T00:00:00Z in seconds.
const FIRST_HOUR_S: i64 = 946_684_800;

/// The time of a fix; times that no calendar has become the nearest that one does.
fn time(t_ms: i64) -> Timestamp {
    let start = Timestamp::constant(FIRST_HOUR_S, 0);
    let bound = if t_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    start
        .checked_add(SignedDuration::from_millis(t_ms))
        .unwrap_or(bound)
}

/// Text for XML. Characters that XML 1.0 does not know are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::{Waypoint, read_route, read_trace};
    use proptest::prelude::*;

    fn position() -> impl Strategy<Value = Position> {
        (-90.0..=90.0f64, -180.0..=180.0f64).prop_map(|(lat, lon)| Position::new(lat, lon).unwrap())
    }

    fn waypoint() -> impl Strategy<Value = Waypoint> {
        ("[a-zé<&\"']{1,8}( [a-z>]{1,5})?", position())
            .prop_map(|(name, position)| Waypoint { name, position })
    }

    fn fix() -> impl Strategy<Value = Fix> {
        let maybe = |range| prop::option::of(range);
        (
            0..1_000_000_000i64,
            position(),
            0.0..500.0f64,
            maybe(0.0..40.0f64),
            maybe(0.0..359.9f64),
        )
            .prop_map(|(t_ms, position, accuracy_m, speed_m_s, course_deg)| Fix {
                t_ms,
                position,
                accuracy_m,
                speed_m_s,
                course_deg,
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_trail_comes_back_as_it_was_written(
            name in prop::option::of("[A-Zé&<]{1,9}"),
            line in prop::collection::vec(position(), 0..20),
            waypoints in prop::collection::vec(waypoint(), 1..6),
        ) {
            let route = Route { name, line, waypoints };
            for format in [Format::Gpx, Format::Kml] {
                let text = write_route(&route, format);
                prop_assert_eq!(&read_route(text.as_bytes()).unwrap(), &route, "{:?} is not read back: {}", format, text);
            }
            // The JSON parser may miss the last bit of a number: a millionth of a millimetre.
            let read = read_route(write_route(&route, Format::GeoJson).as_bytes()).unwrap();
            prop_assert_eq!((&read.name, read.line.len()), (&route.name, route.line.len()));
            let pairs = read.waypoints.iter().zip(&route.waypoints).map(|(a, b)| (a.position, b.position));
            for (a, b) in pairs.chain(read.line.iter().copied().zip(route.line.iter().copied())) {
                prop_assert!((a.lat_deg - b.lat_deg).abs() < 1e-12 && (a.lon_deg - b.lon_deg).abs() < 1e-12);
            }
        }

        #[test]
        fn a_recorded_walk_replays_to_the_bit(mut fixes in prop::collection::vec(fix(), 1..30)) {
            let first_ms = fixes[0].t_ms;
            fixes.iter_mut().for_each(|fix| fix.t_ms -= first_ms);
            let text = write_trace("a < b", fixes.iter().map(|fix| (fix, Some("told: \u{1}Gare & co"))));
            prop_assert_eq!(read_trace(text.as_bytes()).unwrap(), fixes);
        }
    }

    #[test]
    fn times_beyond_the_calendar_are_held_at_its_edge() {
        assert_eq!(time(i64::MAX), Timestamp::MAX);
        assert_eq!(time(i64::MIN), Timestamp::MIN);
        assert_eq!(time(1_500).to_string(), "2000-01-01T00:00:01.5Z");
    }
}
