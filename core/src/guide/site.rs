//! The ground of each stop: where its story may begin, and which stretches of the trail lie on that ground.

use super::GuideStop;
use crate::catalogue::model::Zone;
use crate::geo::{NVector, Plane, Point, Position};
use crate::nearby::Nearby;
use crate::trail::{Direction, Trail};
use std::ops::Range;

/// Bounds in metres of a default zone: wide enough for a phone's noise, and no wider than one can see a panel.
const RADIUS_M: std::ops::RangeInclusive<f64> = 12.0..=30.0;

/// Stops closer than this in metres are at the same spot; no zone tells them apart.
pub(super) const SAME_SPOT_M: f64 = 8.0;

/// A panel further than this in metres from the trail is not on it: the walker has to leave the trail for it.
const BESIDE_TRAIL_M: f64 = 60.0;

/// Another stretch of the trail counts as passing the stop if it comes so close as the closest one, give or take, in metres.
const AS_CLOSE_M: f64 = 10.0;

/// How many times the trail may pass a stop and be weighed against the order of stops.
const MAX_PASSES: usize = 16;

/// A stop on the ground.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) panel: NVector,
    /// Where its story should begin: at the panel, or in the middle of a zone away from it.
    pub(super) told_at: NVector,
    pub(super) position: Position,
    pub(super) ground: Ground,
    /// Stretches of the trail that lie in the zone and pass the stop closely.
    pub(super) passes: Vec<Pass>,
    /// Where the trail passes in the order of its stops, in metres from the start.
    pub(super) along_m: Option<f64>,
}

/// A stretch of the trail in the zone of a stop.
#[derive(Debug, Clone)]
pub(super) struct Pass {
    pub(super) cells: Range<u32>,
    /// Where it is closest to the panel, or to the middle of a zone away from it, in metres from the start, and how close.
    pub(super) along_m: f64,
    closest_m: f64,
}

/// Where standing is safe.
#[derive(Debug, Clone)]
pub(super) enum Ground {
    Circle {
        centre: NVector,
        radius_m: f64,
        chord2: f64,
    },
    Polygon {
        plane: Plane,
        corners: Vec<Point>,
        middle: NVector,
        radius_m: f64,
    },
}

impl Site {
    /// Whether the story belongs to this pass: the one of the order of stops, or a later one if that was missed.
    pub(super) fn may_be_told_at(&self, pass: &Pass, direction: Direction) -> bool {
        let Some(along_m) = self.along_m else { return true };
        pass.along_m == along_m
            || match direction {
                Direction::Forward => pass.along_m > along_m,
                Direction::Backward => pass.along_m < along_m,
                Direction::Unknown => false,
            }
    }
}

impl Ground {
    fn circle(centre: NVector, radius_m: f64) -> Self {
        Self::Circle {
            centre,
            radius_m,
            chord2: NVector::chord2_of(radius_m),
        }
    }

    /// The ground that a publisher drew, if it is one: a radius above 0, or three corners and more.
    fn drawn(zone: &Zone) -> Option<Self> {
        match zone {
            Zone::Circle { centre, radius_m } => {
                (radius_m.is_finite() && *radius_m > 0.0).then(|| Self::circle((*centre).into(), *radius_m))
            }
            Zone::Polygon { corners } => {
                let plane = Plane::at(*corners.first()?);
                let points: Vec<_> = corners.iter().map(|&corner| plane.project(corner)).collect();
                let count = points.len() as f64;
                let middle = Point {
                    east_m: points.iter().map(|p| p.east_m).sum::<f64>() / count,
                    north_m: points.iter().map(|p| p.north_m).sum::<f64>() / count,
                };
                let away = |p: &Point| {
                    Point {
                        east_m: p.east_m - middle.east_m,
                        north_m: p.north_m - middle.north_m,
                    }
                    .length_m()
                };
                let radius_m = points.iter().map(away).fold(0.0, f64::max);
                (points.len() >= 3).then(|| Self::Polygon {
                    plane,
                    middle: plane.vector(middle),
                    corners: points,
                    radius_m,
                })
            }
        }
    }

    pub(super) fn contains(&self, there: NVector) -> bool {
        match self {
            Self::Circle { centre, chord2, .. } => centre.chord2(there) <= *chord2,
            Self::Polygon { plane, corners, .. } => {
                let point = plane.project_vector(there);
                let next = corners.iter().cycle().skip(1);
                // Even–odd rule: an odd number of sides to the east is inside.
                let sides = corners.iter().zip(next).filter(|(a, b)| {
                    (a.north_m > point.north_m) != (b.north_m > point.north_m)
                        && point.east_m
                            < (b.east_m - a.east_m) * (point.north_m - a.north_m) / (b.north_m - a.north_m)
                                + a.east_m
                });
                sides.count() % 2 == 1
            }
        }
    }

    pub(super) fn middle(&self) -> NVector {
        match self {
            Self::Circle { centre, .. } => *centre,
            Self::Polygon { middle, .. } => *middle,
        }
    }

    /// The radius in metres of a circle around the middle that holds all of it.
    pub(super) fn radius_m(&self) -> f64 {
        match self {
            Self::Circle { radius_m, .. } | Self::Polygon { radius_m, .. } => *radius_m,
        }
    }
}

/// Puts the stops on the ground.
///
/// A stop without a zone gets a circle with half the distance to its nearest neighbour as radius, at least 12 m and at most
/// 30 m; stops within 8 m of each other are no neighbours but one spot. Where the trail passes a panel at more than that radius, but within
/// 60 m, the circle is around the point of the trail that comes nearest: there the walker sees it across the street.
pub(super) fn sites(trail: &Trail, stops: &[GuideStop]) -> Vec<Site> {
    let index = Nearby::new((0i64..).zip(stops.iter().map(|stop| stop.position)));
    let mut sites: Vec<Site> = stops.iter().map(|stop| site(trail, stop, &index)).collect();
    put_in_order(&mut sites);
    sites
}

fn site(trail: &Trail, stop: &GuideStop, index: &Nearby) -> Site {
    let panel = NVector::from(stop.position);
    let from_trail_m = trail.nearest_m(panel);
    let ground = stop.zone.as_ref().and_then(Ground::drawn).unwrap_or_else(|| {
        let around = index.within(stop.position, 2.0 * RADIUS_M.end());
        let neighbour_m = around
            .iter()
            .map(|near| near.distance_m)
            .find(|&m| m > SAME_SPOT_M);
        let radius_m = neighbour_m.map_or(*RADIUS_M.end(), |m| {
            (m / 2.0).clamp(*RADIUS_M.start(), *RADIUS_M.end())
        });
        let centre = match from_trail_m {
            Some(away_m) if away_m > radius_m && away_m <= BESIDE_TRAIL_M => {
                nearest_cell(trail, panel, away_m)
            }
            _ => None,
        };
        Ground::circle(centre.unwrap_or(panel), radius_m)
    });
    // A zone away from its panel is where one should stand: there its middle is the place to be.
    let told_at = if ground.contains(panel) {
        panel
    } else {
        ground.middle()
    };
    let cells = trail.runs(ground.middle(), ground.radius_m() + 1.0, |cell| {
        ground.contains(cell)
    });
    let mut passes: Vec<Pass> = cells
        .into_iter()
        .filter_map(|cells| pass(trail, cells, told_at))
        .collect();
    let closest_m = passes
        .iter()
        .map(|pass| pass.closest_m)
        .fold(f64::INFINITY, f64::min);
    passes.retain(|pass| pass.closest_m <= closest_m + AS_CLOSE_M);
    Site {
        panel,
        told_at,
        position: stop.position,
        ground,
        passes,
        along_m: None,
    }
}

fn nearest_cell(trail: &Trail, there: NVector, away_m: f64) -> Option<NVector> {
    let nearest = trail.runs(there, away_m + 1.0, |cell| cell.chord_m(there) <= away_m + 0.01);
    nearest
        .into_iter()
        .next()
        .and_then(|run| trail.middles(run).next())
        .map(|(_, cell)| cell)
}

fn pass(trail: &Trail, cells: Range<u32>, told_at: NVector) -> Option<Pass> {
    let distances = trail
        .middles(cells.clone())
        .map(|(along_m, cell)| (along_m, cell.chord_m(told_at)));
    let (along_m, closest_m) = distances.min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Pass {
        cells,
        along_m,
        closest_m,
    })
}

/// Chooses for each stop the pass that follows the stop before it, as far as one does; of several ways to do so, the one
/// that keeps the passes closest (dynamic programming over stops and passes).
fn put_in_order(sites: &mut [Site]) {
    /// What it costs, in metres, to tell a stop out of the order of the line.
    const OUT_OF_ORDER_M: f64 = 100.0;
    let mut before: Vec<(f64, f64)> = vec![(0.0, 0.0)];
    let mut choices: Vec<Vec<(f64, usize)>> = Vec::with_capacity(sites.len());
    for site in sites.iter() {
        let mut row = Vec::new();
        let mut links = Vec::new();
        for pass in site.passes.iter().take(MAX_PASSES) {
            let cost = |&(along_m, cost): &(f64, f64)| {
                // A stop at the same spot as the last one may lie a little before it.
                let backwards = pass.along_m + 2.0 * SAME_SPOT_M < along_m;
                cost + pass.closest_m
                    + if backwards {
                        OUT_OF_ORDER_M
                    } else {
                        1e-6 * (pass.along_m - along_m).abs()
                    }
            };
            let best = before
                .iter()
                .map(cost)
                .enumerate()
                .min_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((from, cost)) = best {
                row.push((pass.along_m, cost));
                links.push((pass.along_m, from));
            }
        }
        if !row.is_empty() {
            before = row;
        }
        choices.push(links);
    }
    let mut at = before
        .iter()
        .enumerate()
        .min_by(|a, b| a.1.1.total_cmp(&b.1.1))
        .map_or(0, |(at, _)| at);
    for (site, links) in sites.iter_mut().zip(choices).rev() {
        if let Some(&(along_m, from)) = links.get(at).or(links.first()) {
            site.along_m = Some(along_m);
            at = from;
        }
    }
}

/// Directions of the points by which a normal distribution in the plane is sampled: 45° apart.
const DIRECTIONS: [(f64, f64); 8] = {
    const D: f64 = std::f64::consts::FRAC_1_SQRT_2;
    [
        (1.0, 0.0),
        (D, D),
        (0.0, 1.0),
        (-D, D),
        (-1.0, 0.0),
        (-D, -D),
        (0.0, -1.0),
        (D, -D),
    ]
};

/// Radii of six rings that hold equally much of a standard normal distribution: √(−2 ln(1 − u)), u = 1⁄12, 3⁄12 … 11⁄12.
const RINGS: [f64; 6] = [0.417_17, 0.758_53, 1.038_27, 1.323_20, 1.665_11, 2.229_53];

/// Points that stand for where a walker may be.
pub(super) struct Cloud(Vec<NVector>);

impl Cloud {
    /// 48 points around `middle` for a standard deviation of `sigma_m` for each axis.
    pub(super) fn new(middle: Position, sigma_m: f64) -> Self {
        let plane = Plane::at(middle);
        let point = |ring: f64, (east, north): (f64, f64)| {
            plane.vector(Point {
                east_m: east * ring * sigma_m,
                north_m: north * ring * sigma_m,
            })
        };
        Self(
            RINGS
                .iter()
                .flat_map(|&ring| DIRECTIONS.iter().map(move |&way| point(ring, way)))
                .collect(),
        )
    }

    /// The probability of being on a ground.
    pub(super) fn probability(&self, ground: &Ground) -> f64 {
        self.0.iter().filter(|&&point| ground.contains(point)).count() as f64 / self.0.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::destination;

    fn stop(position: Position, zone: Option<Zone>) -> GuideStop {
        GuideStop {
            zone,
            ..GuideStop::at("x", position)
        }
    }

    fn here() -> Position {
        Position::new(48.8867, 2.3431).unwrap()
    }

    #[test]
    fn default_zones_leave_room_for_the_neighbours() {
        let stops: Vec<_> = [0.0, 2.0, 40.0, 55.0, 300.0]
            .into_iter()
            .map(|east| stop(destination(here(), 90.0, east), None))
            .collect();
        let radii: Vec<_> = sites(&Trail::new(&[]), &stops)
            .iter()
            .map(|site| site.ground.radius_m().round())
            .collect();
        assert_eq!(radii, [20.0, 19.0, 12.0, 12.0, 30.0]);
    }

    #[test]
    fn a_polygon_is_the_ground_that_was_drawn_also_at_the_antimeridian() {
        let corner = |lat, lon| Position::new(lat, lon).unwrap();
        let corners = vec![
            corner(-16.0, 179.999),
            corner(-16.0, -179.999),
            corner(-16.002, -179.999),
            corner(-16.002, 179.999),
        ];
        let ground = Ground::drawn(&Zone::Polygon { corners }).unwrap();
        assert!(ground.contains(corner(-16.001, 180.0).into()));
        assert!(!ground.contains(corner(-16.001, -179.9985).into()));
        assert!(!ground.contains(corner(-16.0021, 180.0).into()));
        assert!(
            Ground::drawn(&Zone::Polygon {
                corners: vec![here(), here()]
            })
            .is_none()
        );
        assert!(
            Ground::drawn(&Zone::Circle {
                centre: here(),
                radius_m: f64::NAN
            })
            .is_none()
        );
    }

    #[test]
    fn stops_of_an_out_and_back_follow_its_line() {
        let end = destination(here(), 0.0, 500.0);
        let trail = Trail::new(&[here(), end, here()]);
        let at = |m| stop(destination(here(), 0.0, m), None);
        let alongs: Vec<_> = sites(&trail, &[at(100.0), at(400.0), at(250.0)])
            .iter()
            .map(|site| (site.along_m.unwrap() / 10.0).round() as i32)
            .collect();
        assert_eq!(alongs, [10, 40, 75], "the third stop is told on the way back");
    }
}
