//! KML 2.2 and the `gx` tracks that map services export: lines and points of its placemarks.

use super::xml::{children, text_of};
use super::{PointKind, Route, TrackError, Waypoint};
use crate::geo::Position;
use roxmltree::{Document, Node};

pub(super) fn route(document: &Document<'_>) -> Result<Route, TrackError> {
    let mut route = Route::default();
    let placemarks = document
        .descendants()
        .filter(|node| node.tag_name().name() == "Placemark");
    for placemark in placemarks {
        let name = text_of(placemark, &["name"]);
        for shape in placemark.descendants().filter(Node::is_element) {
            match shape.tag_name().name() {
                "Point" => point(shape, name.as_deref(), &mut route)?,
                "LineString" => {
                    let text = children(shape, "coordinates")
                        .find_map(|node| node.text())
                        .unwrap_or_default();
                    for tuple in text.split_whitespace() {
                        let position = position(tuple.split(','), PointKind::Line, route.line.len())?;
                        route.line.push(position);
                    }
                    name_line(&mut route, name.as_deref());
                }
                "Track" => {
                    for coord in children(shape, "coord") {
                        let text = coord.text().unwrap_or_default();
                        let position = position(text.split_whitespace(), PointKind::Track, route.line.len())?;
                        route.line.push(position);
                    }
                    name_line(&mut route, name.as_deref());
                }
                "Polygon" => {
                    return Err(TrackError::Polygon);
                }
                _ => {}
            }
        }
    }
    if route.name.is_none() {
        route.name = children(document.root_element(), "Document").find_map(|node| text_of(node, &["name"]));
    }
    Ok(route)
}

/// The first line that has a name names the trail.
fn name_line(route: &mut Route, name: Option<&str>) {
    if route.name.is_none() {
        route.name = name.map(str::to_owned);
    }
}

fn point(shape: Node<'_, '_>, name: Option<&str>, route: &mut Route) -> Result<(), TrackError> {
    let index = route.waypoints.len();
    let text = children(shape, "coordinates")
        .find_map(|node| node.text())
        .unwrap_or_default();
    let position = position(text.trim().split(','), PointKind::Point, index)?;
    let name = name.map_or_else(|| (index + 1).to_string(), str::to_owned);
    route.waypoints.push(Waypoint { name, position });
    Ok(())
}

/// A KML position: longitude first, an altitude after it is passed over.
fn position<'a>(
    mut parts: impl Iterator<Item = &'a str>,
    what: PointKind,
    index: usize,
) -> Result<Position, TrackError> {
    let number = index as u64 + 1;
    let mut degrees = || parts.next().and_then(|text| text.trim().parse::<f64>().ok());
    let (Some(lon), Some(lat)) = (degrees(), degrees()) else {
        return Err(TrackError::NoPosition { what, number });
    };
    Position::new(lat, lon).map_err(|source| TrackError::Position { what, number, source })
}

#[cfg(test)]
mod tests {
    use crate::track::{TrackError, read_route};

    #[test]
    fn paths_tracks_and_points_are_taken_in_file_order() {
        let kml = r#"<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
            <name>Carte</name><Folder><Placemark><name>Gare</name><Point><coordinates> 4.06,45.42,0 </coordinates></Point></Placemark>
            <Placemark><name>Tour</name><MultiGeometry><LineString><coordinates>
                4.0,45.0,800
                4.1,45.0</coordinates></LineString></MultiGeometry></Placemark></Folder>
            <Placemark><gx:Track><when>2026-05-01T10:00:00Z</when><gx:coord>4.1 45.1 3</gx:coord></gx:Track></Placemark>
            <Placemark><Point><coordinates>4.07,45.43</coordinates></Point></Placemark></Document></kml>"#;
        let route = read_route(kml.as_bytes()).unwrap();
        assert_eq!((route.name.as_deref(), route.line.len()), (Some("Tour"), 3));
        let stops: Vec<_> = route
            .waypoints
            .iter()
            .map(|w| (w.name.as_str(), w.position.lat_deg))
            .collect();
        assert_eq!(stops, [("Gare", 45.42), ("2", 45.43)]);
    }

    #[test]
    fn wrong_files_are_refused_and_say_where() {
        let line = |text: &str| {
            format!(
                "<kml><Placemark><LineString><coordinates>{text}</coordinates></LineString></Placemark></kml>"
            )
        };
        let off = read_route(line("4,45 4,95").as_bytes());
        assert!(
            matches!(off, Err(TrackError::Position { number: 2, .. })),
            "{off:?}"
        );
        let words = read_route(line("4,45 north").as_bytes());
        assert!(
            matches!(words, Err(TrackError::NoPosition { number: 2, .. })),
            "{words:?}"
        );
        let area = read_route(b"<kml><Placemark><Polygon/></Placemark></kml>");
        assert!(matches!(area, Err(TrackError::Polygon)), "{area:?}");
        assert_eq!(read_route(b"<kml/>"), Err(TrackError::Nothing));
    }
}
