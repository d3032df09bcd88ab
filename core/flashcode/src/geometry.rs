//! Plane geometry of a seen symbol: from places on the symbol to places in the picture.

/// A place or a direction in the plane.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Vector {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

/// A [`Vector`].
pub(crate) const fn at(x: f32, y: f32) -> Vector {
    Vector { x, y }
}

impl std::ops::Add for Vector {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        at(self.x + other.x, self.y + other.y)
    }
}

impl std::ops::Sub for Vector {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        at(self.x - other.x, self.y - other.y)
    }
}

impl std::ops::Mul<f32> for Vector {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        at(self.x * factor, self.y * factor)
    }
}

impl Vector {
    pub(crate) fn length(self) -> f32 {
        // Places lie within pictures: nothing here can overflow, and `hypot` would guard against it at ten times the price.
        self.dot(self).sqrt()
    }

    pub(crate) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    pub(crate) fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }
}

/// A perspective: `x = (a u + b v + c) / (g u + h v + 1)`, `y = (d u + e v + f) / (g u + h v + 1)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Perspective([f32; 8]);

impl Perspective {
    /// The perspective that takes the places in `pairs` to their partners with the least squares of the (algebraic) error; exact for
    /// four pairs. Nothing if they do not determine one.
    pub(crate) fn fitted(pairs: &[(Vector, Vector)]) -> Option<Self> {
        let scale = pairs
            .iter()
            .map(|(from, _)| from.x.abs().max(from.y.abs()))
            .fold(1e-6, f32::max);
        let reach = pairs
            .iter()
            .map(|(_, to)| to.x.abs().max(to.y.abs()))
            .fold(1e-6, f32::max);
        let mut normal = [[0.0_f64; 9]; 8];
        for (from, to) in pairs {
            let (u, v) = (f64::from(from.x / scale), f64::from(from.y / scale));
            let (x, y) = (f64::from(to.x / reach), f64::from(to.y / reach));
            for row in [
                [u, v, 1.0, 0.0, 0.0, 0.0, -u * x, -v * x, x],
                [0.0, 0.0, 0.0, u, v, 1.0, -u * y, -v * y, y],
            ] {
                for (sums, left) in normal.iter_mut().zip(row) {
                    for (sum, right) in sums.iter_mut().zip(row) {
                        *sum += left * right;
                    }
                }
            }
        }
        let [a, b, c, d, e, f, g, h] = solved(normal)?;
        let (s, r) = (f64::from(scale), f64::from(reach));
        let whole = [
            a * r / s,
            b * r / s,
            c * r,
            d * r / s,
            e * r / s,
            f * r,
            g / s,
            h / s,
        ]
        .map(|p| p as f32);
        whole.iter().all(|p| p.is_finite()).then_some(Self(whole))
    }

    /// The perspective that takes a rectangle of `width` × `height` to four corners: upper left, upper right, lower right, lower left. The
    /// closed form of P. S. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 2.2.3. Nothing if three corners are in line.
    pub(crate) fn of_corners(width: f32, height: f32, corners: &[Vector; 4]) -> Option<Self> {
        let [p0, p1, p2, p3] = *corners;
        let (right, below) = (p1 - p2, p3 - p2);
        let skew = p0 - p1 + p2 - p3;
        let determinant = right.cross(below);
        let (g, h) = (skew.cross(below) / determinant, right.cross(skew) / determinant);
        let (along, down) = (p1 - p0 + p1 * g, p3 - p0 + p3 * h);
        let whole = [
            along.x / width,
            down.x / height,
            p0.x,
            along.y / width,
            down.y / height,
            p0.y,
            g / width,
            h / height,
        ];
        whole.iter().all(|p| p.is_finite()).then_some(Self(whole))
    }

    /// Where a place of the symbol is in the picture.
    pub(crate) fn place(&self, u: f32, v: f32) -> Vector {
        let [a, b, c, d, e, f, g, h] = self.0;
        let w = g * u + h * v + 1.0;
        let share = 1.0 / w;
        at((a * u + b * v + c) * share, (d * u + e * v + f) * share)
    }
}

/// Solves eight linear equations by elimination with the largest pivot; the ninth column is the right side.
#[expect(clippy::indexing_slicing, reason = "fixed bounds of a fixed array")]
fn solved(mut m: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|a, b| m[*a][column].abs().total_cmp(&m[*b][column].abs()))?;
        m.swap(column, pivot);
        let lead = m[column][column];
        if lead.abs() < 1e-12 {
            return None;
        }
        let top = m[column];
        for (row, values) in m.iter_mut().enumerate() {
            if row != column {
                let factor = values[column] / lead;
                for (value, above) in values.iter_mut().zip(top) {
                    *value -= factor * above;
                }
            }
        }
    }
    let mut answer = [0.0; 8];
    for (row, values) in m.iter().enumerate() {
        answer[row] = values[8] / values[row];
    }
    Some(answer)
}

/// A straight line: the places `p` with `normal · p = offset`, `normal` of length 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    normal: Vector,
    offset: f32,
}

impl Line {
    /// The line with the least squares of distances to the places; fitted again without those that are farther off than
    /// `tolerance`. Nothing for fewer than two places.
    pub(crate) fn fitted(places: &[Vector], tolerance: f32) -> Option<Self> {
        let first = Self::through(places.iter().copied())?;
        let close = places
            .iter()
            .copied()
            .filter(|p| first.distance(*p).abs() < tolerance);
        Self::through(close).or(Some(first))
    }

    fn through(places: impl Iterator<Item = Vector> + Clone) -> Option<Self> {
        let count = places.clone().count();
        if count < 2 {
            return None;
        }
        let middle = places.clone().fold(at(0.0, 0.0), |sum, p| sum + p) * (1.0 / count as f32);
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for p in places {
            let d = p - middle;
            (xx, xy, yy) = (xx + d.x * d.x, xy + d.x * d.y, yy + d.y * d.y);
        }
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        let normal = at(-angle.sin(), angle.cos());
        Some(Self {
            normal,
            offset: normal.dot(middle),
        })
    }

    fn distance(&self, place: Vector) -> f32 {
        self.normal.dot(place) - self.offset
    }

    /// Where two lines meet; nothing if they are nearly parallel.
    pub(crate) fn meets(&self, other: &Self) -> Option<Vector> {
        let cross = self.normal.cross(other.normal);
        let x = (self.offset * other.normal.y - other.offset * self.normal.y) / cross;
        let y = (self.normal.x * other.offset - other.normal.x * self.offset) / cross;
        (cross.abs() > 0.1).then_some(at(x, y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perspective_goes_through_what_it_was_fitted_to() {
        let truth = Perspective([2.0, 0.3, 100.0, -0.2, 1.7, 50.0, 0.004, -0.002]);
        let pairs: Vec<_> = [(0.0, 0.0), (21.0, 0.0), (0.0, 21.0), (21.0, 21.0), (7.0, 3.0)]
            .map(|(u, v)| (at(u, v), truth.place(u, v)))
            .into();
        let fitted = Perspective::fitted(&pairs).expect("five places determine it");
        let (found, real) = (fitted.place(14.0, 9.0), truth.place(14.0, 9.0));
        assert!((found - real).length() < 0.01, "{found:?} for {real:?}");
        assert_eq!(Perspective::fitted(&[(at(0.0, 0.0), at(0.0, 0.0)); 4]), None);
    }

    #[test]
    fn a_perspective_of_corners_goes_through_them() {
        let corners = [
            at(100.0, 50.0),
            at(260.0, 70.0),
            at(230.0, 240.0),
            at(90.0, 190.0),
        ];
        let rectangle = [(0.0, 0.0), (32.0, 0.0), (32.0, 8.0), (0.0, 8.0)];
        let pairs = rectangle.map(|(u, v)| at(u, v)).into_iter().zip(corners);
        let fitted = Perspective::fitted(&pairs.collect::<Vec<_>>()).expect("four places determine it");
        let direct = Perspective::of_corners(32.0, 8.0, &corners).expect("no three are in line");
        for (u, v) in rectangle.into_iter().chain([(11.5, 3.5), (20.0, 7.0)]) {
            let apart = (direct.place(u, v) - fitted.place(u, v)).length();
            assert!(apart < 0.01, "{u}, {v}: {apart} pixels apart");
        }
        assert_eq!(Perspective::of_corners(8.0, 8.0, &[at(3.0, 3.0); 4]), None);
    }

    #[test]
    fn lines_meet_where_they_cross_and_shrug_off_a_stray() {
        let level = Line::fitted(
            &[
                at(0.0, 5.0),
                at(2.0, 5.0),
                at(4.0, 5.0),
                at(6.0, 5.0),
                at(8.0, 6.2),
            ],
            0.4,
        )
        .expect("a line");
        let upright = Line::fitted(&[at(3.0, 0.0), at(3.0, 9.0)], 1.0).expect("a line");
        let place = level.meets(&upright).expect("they cross");
        assert!((place - at(3.0, 5.0)).length() < 0.05, "{place:?}");
    }
}
