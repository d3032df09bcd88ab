//! A line on the Earth: its length, the point after so many metres, and the point that is nearest to a position.

use super::{NVector, Position};

/// Points closer together than this are one point: a thousandth of a metre is below what a file's decimals mean.
const SAME_POINT_M: f64 = 0.001;

/// A line through positions, each stretch along a great circle, with the length up to every point.
#[derive(Debug, Clone, Default)]
pub struct Line {
    points: Vec<NVector>,
    along_m: Vec<f64>,
}

/// The point of a line that is nearest to a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    /// Metres from the start of the line.
    pub along_m: f64,
    /// Metres from the position to the line.
    pub offset_m: f64,
    /// The point of the line.
    pub position: Position,
}

impl Line {
    /// The line through `positions`. Repeated points are taken once; no point, or one, makes a line of length 0.
    pub fn new(positions: &[Position]) -> Self {
        let mut line = Self {
            points: Vec::with_capacity(positions.len()),
            along_m: Vec::with_capacity(positions.len()),
        };
        for &position in positions {
            let point = NVector::from(position);
            match (line.points.last(), line.along_m.last()) {
                (Some(last), Some(along_m)) => {
                    let step_m = last.distance_m(point);
                    if step_m > SAME_POINT_M {
                        let along_m = along_m + step_m;
                        line.points.push(point);
                        line.along_m.push(along_m);
                    }
                }
                _ => {
                    line.points.push(point);
                    line.along_m.push(0.0);
                }
            }
        }
        line
    }

    /// Whether it has no point at all.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Its length in metres.
    pub fn length_m(&self) -> f64 {
        self.along_m.last().copied().unwrap_or(0.0)
    }

    /// Its points, without repetitions, each with the metres from the start.
    pub fn points(&self) -> impl Iterator<Item = (f64, Position)> + '_ {
        self.along_m
            .iter()
            .copied()
            .zip(self.points.iter().map(|&p| p.into()))
    }

    /// The point `along_m` metres from the start, clamped to the line's ends; `None` on an empty line.
    pub fn point_at(&self, along_m: f64) -> Option<Position> {
        self.vector_at(along_m).map(Into::into)
    }

    /// As [`Line::point_at`], as an n-vector.
    pub fn vector_at(&self, along_m: f64) -> Option<NVector> {
        let next = self.along_m.partition_point(|&a| a <= along_m);
        let (Some(&end), Some(&end_m)) = (self.points.get(next), self.along_m.get(next)) else {
            return self.points.last().copied();
        };
        let before = next.checked_sub(1);
        let (Some(&start), Some(&start_m)) = (
            before.and_then(|i| self.points.get(i)),
            before.and_then(|i| self.along_m.get(i)),
        ) else {
            return Some(end);
        };
        let share = (along_m - start_m) / (end_m - start_m);
        // Spherical interpolation: exact also on stretches of thousands of kilometres.
        let angle = libm::atan2(start.cross(end).length(), start.dot(end));
        let sin_angle = libm::sin(angle);
        if sin_angle < 1e-12 {
            return Some(start);
        }
        let (k, l) = (
            libm::sin((1.0 - share) * angle) / sin_angle,
            libm::sin(share * angle) / sin_angle,
        );
        start.combine(k, end, l).unit()
    }

    /// The point of the line that is nearest to `position`, the first of several; `None` on an empty line.
    ///
    /// Where a line crosses itself or comes back, the nearest point says little about a walker's progress: see `trail`.
    pub fn project(&self, position: Position) -> Option<Projection> {
        let there = NVector::from(position);
        let mut best: Option<(f64, usize, NVector)> = None;
        let mut offer = |index: usize, point: NVector| {
            let chord2 = point.chord2(there);
            if best.is_none_or(|(least, ..)| chord2 < least) {
                best = Some((chord2, index, point));
            }
        };
        if let Some(&first) = self.points.first() {
            offer(0, first);
        }
        for (index, (&start, &end)) in self.points.iter().zip(self.points.iter().skip(1)).enumerate() {
            offer(index, foot(start, end, there));
        }
        best.map(|(_, index, point)| {
            let start = self.points.get(index).copied().unwrap_or(point);
            let start_m = self.along_m.get(index).copied().unwrap_or(0.0);
            Projection {
                along_m: start_m + start.distance_m(point),
                offset_m: there.distance_m(point),
                position: point.into(),
            }
        })
    }
}

/// The point of the great-circle stretch from `start` to `end` that is nearest to `there`.
fn foot(start: NVector, end: NVector, there: NVector) -> NVector {
    let nearer_end = if there.chord2(start) <= there.chord2(end) {
        start
    } else {
        end
    };
    let Some(normal) = start.cross(end).unit() else {
        return nearer_end;
    };
    let Some(on_circle) = there.combine(1.0, normal, -there.dot(normal)).unit() else {
        return nearer_end;
    };
    let after_start = start.cross(on_circle).dot(normal) >= 0.0;
    let before_end = on_circle.cross(end).dot(normal) >= 0.0;
    if after_start && before_end {
        on_circle
    } else {
        nearer_end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{destination, distance_m};
    use proptest::prelude::*;

    fn at(lat_deg: f64, lon_deg: f64) -> Position {
        Position::new(lat_deg, lon_deg).unwrap()
    }

    #[test]
    fn lines_of_nothing_and_of_one_point() {
        assert!(Line::new(&[]).project(at(1.0, 1.0)).is_none());
        assert!(Line::new(&[]).point_at(3.0).is_none());
        let one = Line::new(&[at(45.0, 4.0), at(45.0, 4.0)]);
        assert_eq!(one.length_m(), 0.0);
        assert_eq!(one.points().count(), 1, "a repeated point counts once");
        let projection = one.project(at(45.001, 4.0)).unwrap();
        assert_eq!(projection.along_m, 0.0);
        assert!((projection.offset_m - 111.195).abs() < 0.01);
        assert!(one.point_at(f64::NAN).is_some());
    }

    #[test]
    fn a_line_over_the_antimeridian_is_short() {
        let line = Line::new(&[at(10.0, 179.999), at(10.0, -179.999)]);
        assert!((line.length_m() - 219.0).abs() < 1.0, "{}", line.length_m());
        assert!(line.project(at(10.0, 180.0)).unwrap().offset_m < 0.01);
    }

    proptest! {
        #[test]
        fn a_point_of_the_line_projects_onto_itself(
            lat in -89.0..89.0f64, lon in -180.0..180.0f64, bearing in 0.0..360.0f64,
            length in 10.0..50_000.0f64, share in 0.0..1.0f64, side in -200.0..200.0f64,
        ) {
            let start = at(lat, lon);
            let end = destination(start, bearing, length);
            let line = Line::new(&[start, end]);
            prop_assert!((line.length_m() - length).abs() < 0.001);
            let on_line = line.point_at(share * length).unwrap();
            prop_assert!((distance_m(start, on_line) - share * length).abs() < 0.01);
            let beside = destination(on_line, crate::geo::bearing_deg(on_line, end) + 90.0, side);
            let projection = line.project(beside).unwrap();
            prop_assert!((projection.along_m - share * length).abs() < 0.1 + side.abs() * 0.01, "{projection:?}");
            prop_assert!((projection.offset_m - side.abs()).abs() < 0.1, "{projection:?}");
        }
    }
}
