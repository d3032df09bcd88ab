//! GPX 1.0 and 1.1. Elements are known by their local names, so that both namespaces, and files with none, are read.

use super::xml::{children, text_of};
use super::{DEFAULT_ACCURACY_M, PointKind, Route, TrackError, Waypoint, course, plausible};
use crate::geo::{Fix, Position};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use roxmltree::{Document, Node};

/// Metres of accuracy for each unit of horizontal dilution of precision: the user-equivalent range error of a phone.
const METRES_PER_HDOP: f64 = 5.0;

pub(super) fn route(document: &Document<'_>) -> Result<Route, TrackError> {
    let root = gpx(document)?;
    let mut route = Route::default();
    for (index, point) in children(root, "wpt").enumerate() {
        let name = text_of(point, &["name", "desc", "cmt"]).unwrap_or_else(|| (index + 1).to_string());
        route.waypoints.push(Waypoint {
            name,
            position: position(point, PointKind::Waypoint, index)?,
        });
    }
    let tracks = children(root, "trk")
        .flat_map(|track| children(track, "trkseg"))
        .flat_map(|s| children(s, "trkpt"));
    for (index, point) in tracks.enumerate() {
        route.line.push(position(point, PointKind::Track, index)?);
    }
    let mut line_name = children(root, "trk").find_map(|track| text_of(track, &["name"]));
    if route.line.is_empty() {
        for (index, point) in children(root, "rte")
            .flat_map(|route| children(route, "rtept"))
            .enumerate()
        {
            route.line.push(position(point, PointKind::Route, index)?);
        }
        line_name = children(root, "rte").find_map(|route| text_of(route, &["name"]));
    }
    route.name = line_name
        .or_else(|| children(root, "metadata").find_map(|metadata| text_of(metadata, &["name"])))
        .or_else(|| text_of(root, &["name"]));
    Ok(route)
}

pub(super) fn trace(document: &Document<'_>) -> Result<Vec<Fix>, TrackError> {
    let root = gpx(document)?;
    let points = children(root, "trk")
        .flat_map(|track| children(track, "trkseg"))
        .flat_map(|s| children(s, "trkpt"));
    let mut fixes: Vec<Fix> = Vec::new();
    let (mut start_ms, mut seen) = (None, false);
    for (index, point) in points.enumerate() {
        seen = true;
        let position = position(point, PointKind::Track, index)?;
        let Some(time) = text_of(point, &["time"]) else {
            continue;
        };
        let unix_ms = unix_ms(&time).ok_or(TrackError::Time {
            number: index as u64 + 1,
            text: time,
        })?;
        let start_ms = *start_ms.get_or_insert(unix_ms);
        let accuracy_m = plausible(number(
            point,
            &["accuracy", "hacc", "horizontalaccuracy", "horizontal_accuracy"],
        ))
        .or_else(|| plausible(number(point, &["hdop"])).map(|hdop| hdop * METRES_PER_HDOP));
        fixes.push(Fix {
            t_ms: unix_ms.saturating_sub(start_ms),
            position,
            accuracy_m: accuracy_m.unwrap_or(DEFAULT_ACCURACY_M),
            speed_m_s: plausible(number(point, &["speed"])),
            course_deg: course(number(point, &["course"])),
        });
    }
    match (fixes.is_empty(), seen) {
        (true, true) => Err(TrackError::NoTimes),
        (true, false) => Err(TrackError::Nothing),
        (false, _) => Ok(fixes),
    }
}

fn gpx<'a, 'input>(document: &'a Document<'input>) -> Result<Node<'a, 'input>, TrackError> {
    let root = document.root_element();
    if root.tag_name().name() == "gpx" {
        Ok(root)
    } else {
        Err(TrackError::NotGpx(
            root.tag_name().name().chars().take(40).collect(),
        ))
    }
}

/// A number in the point itself or anywhere in its extensions, by local name without regard to case.
fn number(point: Node<'_, '_>, names: &[&str]) -> Option<f64> {
    point
        .descendants()
        .filter(|node| {
            names
                .iter()
                .any(|name| node.tag_name().name().eq_ignore_ascii_case(name))
        })
        .find_map(|node| node.text()?.trim().parse().ok())
}

fn position(point: Node<'_, '_>, what: PointKind, index: usize) -> Result<Position, TrackError> {
    let number = index as u64 + 1;
    let degrees = |name| {
        point
            .attribute(name)
            .and_then(|text| text.trim().parse::<f64>().ok())
    };
    let (Some(lat), Some(lon)) = (degrees("lat"), degrees("lon")) else {
        return Err(TrackError::NoPosition { what, number });
    };
    Position::new(lat, lon).map_err(|source| TrackError::Position { what, number, source })
}

/// Milliseconds since the Unix epoch; a time without a zone is taken as UTC, as GPX prescribes.
fn unix_ms(text: &str) -> Option<i64> {
    let timestamp = text.parse::<Timestamp>().or_else(|_| {
        let local: DateTime = text.parse()?;
        local.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
    });
    timestamp.ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use crate::track::{TrackError, read_route, read_trace};

    const WALK: &str = r#"<?xml version="1.0"?>
        <gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="urn:x">
        <wpt lat="45.42" lon="4.06"><name> Place
            de l'église </name></wpt><wpt lat="45.43" lon="4.07"/>
        <trk><name>Liberté</name><trkseg>
          <trkpt lat="45.42" lon="4.06"><time>2026-05-01T10:00:00Z</time><hdop>1.6</hdop></trkpt>
          <trkpt lat="45.421" lon="4.061"/>
          <trkpt lat="45.422" lon="4.062"><time>2026-05-01T12:00:10.5+02:00</time>
            <extensions><x:Accuracy>4.5</x:Accuracy><x:speed>1.2</x:speed><x:course>360</x:course></extensions></trkpt>
        </trkseg><trkseg>
          <trkpt lat="45.423" lon="4.063"><time>2026-05-01T10:00:05</time><extensions><x:accuracy>-3</x:accuracy></extensions></trkpt>
        </trkseg></trk></gpx>"#;

    #[test]
    fn a_trail_is_its_track_and_its_waypoints_in_file_order() {
        let route = read_route(WALK.as_bytes()).unwrap();
        assert_eq!(route.name.as_deref(), Some("Liberté"));
        assert_eq!(route.line.len(), 4, "both segments");
        let names: Vec<_> = route.waypoints.iter().map(|w| w.name.as_str()).collect();
        assert_eq!(names, ["Place de l'église", "2"]);
    }

    #[test]
    fn a_route_is_read_where_there_is_no_track_also_in_gpx_1_0() {
        let gpx = r#"<gpx version="1.0"><name>File</name><rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte></gpx>"#;
        let route = read_route(gpx.as_bytes()).unwrap();
        assert_eq!((route.line.len(), route.name.as_deref()), (2, Some("File")));
    }

    #[test]
    fn accuracy_comes_from_the_extension_then_hdop_then_the_default() {
        let fixes = read_trace(WALK.as_bytes()).unwrap();
        let read: Vec<_> = fixes
            .iter()
            .map(|f| (f.t_ms, f.accuracy_m, f.speed_m_s, f.course_deg))
            .collect();
        assert_eq!(
            read,
            [
                (0, 8.0, None, None),
                (10_500, 4.5, Some(1.2), Some(0.0)),
                (5_000, 10.0, None, None)
            ],
            "the point without a time is left out, times stay as they are"
        );
    }

    #[test]
    fn wrong_files_are_refused_and_say_where() {
        let drawn = r#"<gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>"#;
        assert_eq!(read_trace(drawn.as_bytes()), Err(TrackError::NoTimes));
        let off_earth =
            r#"<gpx><trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="NaN" lon="2"/></trkseg></trk></gpx>"#;
        let message = read_route(off_earth.as_bytes()).unwrap_err().to_string();
        assert!(message.starts_with("track point 2:"), "{message}");
        let bomb = r#"<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><gpx>&b;</gpx>"#;
        assert!(matches!(read_route(bomb.as_bytes()), Err(TrackError::Xml(_))));
        assert_eq!(read_route(b"<svg/>"), Err(TrackError::NotGpx("svg".to_owned())));
        assert_eq!(read_route(b"\xff\xfe<\0"), Err(TrackError::NotUtf8 { byte: 0 }));
        assert_eq!(read_route(b"<gpx/>"), Err(TrackError::Nothing));
        assert!(matches!(
            read_trace(
                br#"<gpx><trk><trkseg><trkpt lat="1" lon="2"><time>noon</time></trkpt></trkseg></trk></gpx>"#
            ),
            Err(TrackError::Time { number: 1, .. })
        ));
    }
}
