//! GeoJSON (RFC 7946): lines and points, wherever they are in a feature collection.

use super::{Route, TrackError, Waypoint};
use crate::geo::Position;
use serde_json::Value;

pub(super) fn route(text: &str) -> Result<Route, TrackError> {
    let value: Value = serde_json::from_str(text).map_err(|error| TrackError::Json(error.to_string()))?;
    let mut route = Route {
        name: name_of(&value),
        ..Route::default()
    };
    object(&value, None, &mut route)?;
    Ok(route)
}

/// Reads one GeoJSON object. The depth is bounded by the JSON parser, which refuses more than 128 levels.
fn object(value: &Value, name: Option<&str>, route: &mut Route) -> Result<(), TrackError> {
    match value.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => list(value, "features").try_for_each(|feature| object(feature, None, route)),
        Some("Feature") => {
            let name = value.get("properties").and_then(name_of);
            match value.get("geometry") {
                None | Some(Value::Null) => Ok(()),
                Some(geometry) => object(geometry, name.as_deref(), route),
            }
        }
        Some("GeometryCollection") => {
            list(value, "geometries").try_for_each(|geometry| object(geometry, name, route))
        }
        Some("LineString") => line(value.get("coordinates"), name, route),
        Some("MultiLineString") => {
            list(value, "coordinates").try_for_each(|coordinates| line(Some(coordinates), name, route))
        }
        Some("Point") => waypoint(value.get("coordinates"), name, route),
        Some("MultiPoint") => {
            list(value, "coordinates").try_for_each(|coordinates| waypoint(Some(coordinates), name, route))
        }
        Some("Polygon" | "MultiPolygon") => Err(TrackError::Polygon),
        _ => Err(TrackError::NotGeoJson(
            "the JSON is no GeoJSON: \"type\" must be FeatureCollection, Feature, LineString, MultiLineString or Point"
                .to_owned(),
        )),
    }
}

fn line(coordinates: Option<&Value>, name: Option<&str>, route: &mut Route) -> Result<(), TrackError> {
    if route.name.is_none() {
        route.name = name.map(str::to_owned);
    }
    for coordinates in coordinates.and_then(Value::as_array).into_iter().flatten() {
        let point = position(coordinates, "line point", route.line.len())?;
        route.line.push(point);
    }
    Ok(())
}

fn waypoint(coordinates: Option<&Value>, name: Option<&str>, route: &mut Route) -> Result<(), TrackError> {
    let index = route.waypoints.len();
    let position = position(coordinates.unwrap_or(&Value::Null), "point", index)?;
    let name = name.map_or_else(|| (index + 1).to_string(), str::to_owned);
    route.waypoints.push(Waypoint { name, position });
    Ok(())
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn name_of(properties: &Value) -> Option<String> {
    let named = ["name", "title", "nom"]
        .iter()
        .find_map(|key| properties.get(key)?.as_str());
    named
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|name| !name.is_empty())
}

/// A GeoJSON position: longitude first.
fn position(value: &Value, what: &str, index: usize) -> Result<Position, TrackError> {
    let number = index as u64 + 1;
    let degrees = |at: usize| value.get(at).and_then(Value::as_f64);
    let (Some(lon), Some(lat)) = (degrees(0), degrees(1)) else {
        return Err(TrackError::NoPosition {
            what: what.to_owned(),
            number,
        });
    };
    Position::new(lat, lon).map_err(|source| TrackError::Position {
        what: what.to_owned(),
        number,
        source,
    })
}

#[cfg(test)]
mod tests {
    use crate::track::{TrackError, read_route};

    #[test]
    fn lines_and_points_are_taken_in_file_order() {
        let json = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"Gare"},"geometry":{"type":"Point","coordinates":[4.06,45.42,800]}},
            {"type":"Feature","properties":{"name":"Tour"},"geometry":{"type":"MultiLineString",
                "coordinates":[[[4.0,45.0],[4.1,45.0]],[[4.1,45.1]]]}},
            {"type":"Feature","properties":null,"geometry":null},
            {"type":"Feature","properties":{},"geometry":{"type":"GeometryCollection","geometries":[
                {"type":"Point","coordinates":[4.07,45.43]}]}}]}"#;
        let route = read_route(json.as_bytes()).unwrap();
        assert_eq!(route.name.as_deref(), Some("Tour"));
        assert_eq!(route.line.len(), 3);
        let stops: Vec<_> = route
            .waypoints
            .iter()
            .map(|w| (w.name.as_str(), w.position.lat_deg))
            .collect();
        assert_eq!(stops, [("Gare", 45.42), ("2", 45.43)]);
    }

    #[test]
    fn wrong_files_are_refused_and_say_where() {
        assert!(matches!(read_route(b"{\"type\":"), Err(TrackError::Json(_))));
        assert!(matches!(
            read_route(b"{\"type\":\"Panel\"}"),
            Err(TrackError::NotGeoJson(_))
        ));
        let swapped = r#"{"type":"LineString","coordinates":[[4,45],[4,95]]}"#;
        assert!(matches!(
            read_route(swapped.as_bytes()),
            Err(TrackError::Position { number: 2, .. })
        ));
        let words = r#"{"type":"Point","coordinates":["4","45"]}"#;
        assert!(matches!(
            read_route(words.as_bytes()),
            Err(TrackError::NoPosition { number: 1, .. })
        ));
        let deep = "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(10_000);
        assert!(matches!(read_route(deep.as_bytes()), Err(TrackError::Json(_))));
    }
}
