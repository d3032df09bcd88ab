//! Lays the grid of a symbol's modules onto the picture, and reads the light of each module.
//!
//! A perspective first, then two bends for a symbol on a post, then a mesh for paper that is not flat. Each is moved in small steps as
//! long as the picture agrees better with the patterns that the standard puts into every symbol, and as long as the modules stand out more clearly.

use crate::budget::Budget;
use crate::geometry::{Perspective, Vector, at};
use crate::pattern::{Known, Module, Pattern};
use crate::picture::{BoxSums, Picture};
use std::ops::Range;

/// A picture and how dark a place in it is compared with its surroundings.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) picture: &'a Picture<'a>,
    pub(crate) sums: &'a BoxSums,
    /// How long the work on it may take.
    pub(crate) budget: Budget<'a>,
}

/// Half the side of the square that a place is compared with, in modules: as wide as an eye, so that none fills it.
const SURROUNDINGS_MODULES: f32 = 4.5;
/// Light levels, of 255, that count as one step of darkness when a grid is fitted.
const FIT_CONTRAST: f32 = 40.0;
/// The least darkness that counts as contrast when agreement is judged.
const LEAST_CONTRAST: f32 = 0.1;
/// How much the clearness of data modules counts beside the agreement of known ones.
const CLEARNESS: f32 = 0.5;
/// How far from its expected place an alignment pattern is looked for, in modules.
const ALIGNMENT_REACH: i32 = 8;

/// A grid on a picture.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// Modules along the upper and the left side.
    width: f32,
    height: f32,
    /// Where the outer corners are: upper left, upper right, lower right, lower left.
    corners: [Vector; 4],
    perspective: Perspective,
    /// How far the middle is off, along and across: a parabola each.
    bends: [Vector; 2],
    mesh: Option<Mesh>,
    /// Whether it is more than a perspective.
    bent: bool,
}

/// Displacements at the knots of a square net over the symbol, interpolated between them.
#[derive(Debug, Clone)]
struct Mesh {
    knots: usize,
    shifts: [Vector; MOST_KNOTS * MOST_KNOTS],
}

/// The most knots along a side.
const MOST_KNOTS: usize = 13;

impl Mesh {
    fn shift(&self, u: f32, v: f32) -> Vector {
        let last = self.knots - 1;
        let (x, y) = (u.clamp(0.0, 1.0) * last as f32, v.clamp(0.0, 1.0) * last as f32);
        let (i, j) = ((x as usize).min(last - 1), (y as usize).min(last - 1));
        let (fx, fy) = (x - i as f32, y - j as f32);
        let knot = |i: usize, j: usize| self.shifts.get(j * self.knots + i).copied().unwrap_or_default();
        let upper = knot(i, j) * (1.0 - fx) + knot(i + 1, j) * fx;
        let lower = knot(i, j + 1) * (1.0 - fx) + knot(i + 1, j + 1) * fx;
        upper * (1.0 - fy) + lower * fy
    }
}

impl Grid {
    /// A grid through known places: (place on the symbol in modules, place in the picture).
    pub(crate) fn through(width: usize, height: usize, pairs: &[(Vector, Vector)]) -> Option<Self> {
        let perspective = Perspective::fitted(pairs)?;
        let (width, height) = (width as f32, height as f32);
        let corners =
            [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)].map(|(u, v)| perspective.place(u, v));
        Self::with_corners(width, height, corners)
    }

    /// A grid with given corners: upper left, upper right, lower right, lower left.
    pub(crate) fn with_corners(width: f32, height: f32, corners: [Vector; 4]) -> Option<Self> {
        let [a, b, c, d] = corners;
        // A symbol seen from the front turns the same way at every corner.
        let turns = [
            (b - a).cross(c - b),
            (c - b).cross(d - c),
            (d - c).cross(a - d),
            (a - d).cross(b - a),
        ];
        let convex = turns.iter().all(|t| *t > 0.0) || turns.iter().all(|t| *t < 0.0);
        let perspective = convex.then(|| Perspective::of_corners(width, height, &corners))??;
        Some(Self {
            width,
            height,
            corners,
            perspective,
            bends: [Vector::default(); 2],
            mesh: None,
            bent: false,
        })
    }

    pub(crate) fn corners(&self) -> [Vector; 4] {
        self.corners
    }

    /// Modules along the upper and the left side, of a grid that is flat.
    pub(crate) fn modules(&self) -> Option<(u16, u16)> {
        (!self.bent).then_some((self.width as u16, self.height as u16))
    }

    /// The mean side of a module in pixels.
    pub(crate) fn module(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        ((b - a).length() + (c - b).length() + (d - c).length() + (a - d).length())
            / (2.0 * (self.width + self.height))
    }

    fn place(&self, u: f32, v: f32) -> Vector {
        let flat = self.perspective.place(u, v);
        if !self.bent {
            return flat;
        }
        let (s, t) = (u / self.width, v / self.height);
        let [along, across] = self.bends;
        let bent = flat + along * (4.0 * s * (1.0 - s)) + across * (4.0 * t * (1.0 - t));
        self.mesh.as_ref().map_or(bent, |mesh| bent + mesh.shift(s, t))
    }

    fn darkness(&self, scene: Scene<'_>, reach: usize, u: f32, v: f32) -> f32 {
        let place = self.place(u, v);
        let darker = scene.sums.mean(place.x, place.y, reach) - scene.picture.light(place.x, place.y);
        (darker / FIT_CONTRAST).clamp(-1.0, 1.0)
    }

    fn reach(&self) -> usize {
        (self.module() * SURROUNDINGS_MODULES).clamp(3.0, 400.0) as usize
    }

    /// How well the picture agrees with the grid over the modules in some columns and rows: the known ones, and how clear the others are.
    fn agreement(
        &self,
        scene: Scene<'_>,
        pattern: &Pattern,
        columns: Range<usize>,
        rows: Range<usize>,
    ) -> f32 {
        let reach = self.reach();
        // Large symbols have modules to spare.
        let every = if pattern.modules.len() > 41 * 41 { 2 } else { 1 };
        let (mut known, mut count, mut clear, mut data) = (0.0, 0.0_f32, 0.0, 0.0_f32);
        for y in rows {
            for x in columns.clone() {
                let Some(module) = pattern.modules.get(y * pattern.width + x) else {
                    continue;
                };
                if *module == Module::Data && (x + y) % every != 0 {
                    continue;
                }
                let darkness = self.darkness(scene, reach, x as f32 + 0.5, y as f32 + 0.5);
                match module {
                    Module::Dark => (known, count) = (known + darkness, count + 1.0),
                    Module::Light => (known, count) = (known - darkness, count + 1.0),
                    Module::Information | Module::Data => {
                        (clear, data) = (clear + darkness.abs(), data + 1.0)
                    }
                }
            }
        }
        known / count.max(1.0) + CLEARNESS * clear / data.max(1.0)
    }

    fn whole(&self, scene: Scene<'_>, pattern: &Pattern) -> f32 {
        self.agreement(scene, pattern, 0..pattern.width, 0..pattern.height)
    }

    /// How well known modules agree, from −1 to 1, whatever the contrast.
    pub(crate) fn known(&self, scene: Scene<'_>, known: &[Known]) -> f32 {
        let reach = self.reach();
        // An even surface has no contrast at all: what it has then is noise.
        let (mut sum, mut contrast) = (0.0, 1e-6_f32);
        for module in known {
            let darkness = self.darkness(scene, reach, module.u, module.v);
            sum += module.sign * darkness;
            contrast += darkness.abs().max(LEAST_CONTRAST);
        }
        sum / contrast
    }

    /// Where an alignment pattern around these modules really is, if one can be seen.
    pub(crate) fn alignment(&self, scene: Scene<'_>, column: usize, row: usize) -> Option<(Vector, f32)> {
        let reach = self.reach();
        let (middle_u, middle_v) = (column as f32 + 0.5, row as f32 + 0.5);
        let mut best = (0.35, None);
        for j in -ALIGNMENT_REACH..=ALIGNMENT_REACH {
            for i in -ALIGNMENT_REACH..=ALIGNMENT_REACH {
                let (u, v) = (middle_u + i as f32 * 0.5, middle_v + j as f32 * 0.5);
                let mut sum = 0.0;
                for dy in -2_i32..=2 {
                    for dx in -2_i32..=2 {
                        let sign = if dx.abs().max(dy.abs()) == 1 { -1.0 } else { 1.0 };
                        sum += sign * self.darkness(scene, reach, u + dx as f32, v + dy as f32);
                    }
                }
                // Of two that look alike, the nearer one.
                let score = sum / 25.0 - 0.01 * (i as f32).hypot(j as f32);
                if score > best.0 {
                    best = (score, Some(self.place(u, v)));
                }
            }
        }
        best.1.map(|place| (place, best.0))
    }

    /// Moves the corners as long as the known modules agree better: quick, and enough to see whether there is a symbol at all.
    pub(crate) fn seize(&mut self, scene: Scene<'_>, pattern: &Pattern) {
        self.move_corners(scene, &[0.8, 0.4, 0.2], |grid| grid.known(scene, &pattern.known));
    }

    /// Moves the corners as long as the picture agrees better.
    pub(crate) fn settle(&mut self, scene: Scene<'_>, pattern: &Pattern) {
        self.move_corners(scene, &[0.8, 0.4, 0.2, 0.1], |grid| grid.whole(scene, pattern));
    }

    /// Moves the corners by steps, in modules, as long as that is better.
    fn move_corners(&mut self, scene: Scene<'_>, steps: &[f32], goodness: impl Fn(&Self) -> f32) {
        let module = self.module();
        let mut best = goodness(self);
        for step in steps {
            for _ in 0..3 {
                let before = best;
                for corner in [2, 1, 3, 0] {
                    if scene.budget.is_spent() {
                        return;
                    }
                    for direction in [at(1.0, 0.0), at(-1.0, 0.0), at(0.0, 1.0), at(0.0, -1.0)] {
                        let mut corners = self.corners;
                        if let Some(place) = corners.get_mut(corner) {
                            *place = *place + direction * (step * module);
                        }
                        let Some(moved) = Self::with_corners(self.width, self.height, corners) else {
                            continue;
                        };
                        let good = goodness(&moved);
                        if good > best {
                            (best, *self) = (good, moved);
                        }
                    }
                }
                if best - before < 0.002 {
                    break;
                }
            }
        }
    }

    /// Bends the grid as long as the picture agrees better.
    pub(crate) fn bend(&mut self, scene: Scene<'_>, pattern: &Pattern) {
        let module = self.module();
        let mut best = self.whole(scene, pattern);
        for step in [1.5, 0.7, 0.3, 0.15] {
            for _ in 0..3 {
                let before = best;
                for axis in 0..2 {
                    if scene.budget.is_spent() {
                        return;
                    }
                    for direction in [at(1.0, 0.0), at(-1.0, 0.0), at(0.0, 1.0), at(0.0, -1.0)] {
                        let mut moved = self.clone();
                        moved.bent = true;
                        if let Some(bend) = moved.bends.get_mut(axis) {
                            *bend = *bend + direction * (step * module);
                        }
                        let agreement = moved.whole(scene, pattern);
                        if agreement > best {
                            (best, *self) = (agreement, moved);
                        }
                    }
                }
                if best - before < 0.002 {
                    break;
                }
            }
        }
    }

    /// Moves the knots of a net of about eight modules' width, each as long as its surroundings agree better; a knot that strays from its
    /// neighbours pays for it.
    pub(crate) fn mesh(&mut self, scene: Scene<'_>, pattern: &Pattern) {
        const STRAYING: f32 = 0.25;
        let module = self.module();
        let knots = (pattern.width.max(pattern.height) / 8).clamp(3, MOST_KNOTS - 1) + 1;
        self.bent = true;
        self.mesh = Some(Mesh {
            knots,
            shifts: [Vector::default(); MOST_KNOTS * MOST_KNOTS],
        });
        for step in [0.5, 0.25, 0.25, 0.12, 0.12] {
            for knot in 0..knots * knots {
                if knot % knots == 0 && scene.budget.is_spent() {
                    return;
                }
                let (i, j) = (knot % knots, knot / knots);
                let span = |k: usize, size: usize| {
                    let spacing = size as f32 / (knots - 1) as f32;
                    let middle = k as f32 * spacing;
                    (middle - spacing).max(0.0) as usize..((middle + spacing) as usize).min(size)
                };
                let (columns, rows) = (span(i, pattern.width), span(j, pattern.height));
                let mut best = self.agreement(scene, pattern, columns.clone(), rows.clone())
                    - STRAYING * self.strays(knot, module);
                for direction in [at(1.0, 0.0), at(-1.0, 0.0), at(0.0, 1.0), at(0.0, -1.0)] {
                    self.push(knot, direction * (step * module));
                    let agreement = self.agreement(scene, pattern, columns.clone(), rows.clone())
                        - STRAYING * self.strays(knot, module);
                    if agreement > best {
                        best = agreement;
                    } else {
                        self.push(knot, direction * (-step * module));
                    }
                }
            }
        }
    }

    fn push(&mut self, knot: usize, by: Vector) {
        if let Some(shift) = self.mesh.as_mut().and_then(|mesh| mesh.shifts.get_mut(knot)) {
            *shift = *shift + by;
        }
    }

    /// How far a knot is from the middle of its neighbours, in modules, squared.
    fn strays(&self, knot: usize, module: f32) -> f32 {
        let Some(mesh) = &self.mesh else { return 0.0 };
        let (i, j) = (knot % mesh.knots, knot / mesh.knots);
        let (mut sum, mut count) = (Vector::default(), 0.0);
        for (di, dj) in [(0, 1), (2, 1), (1, 0), (1, 2)] {
            let (Some(x), Some(y)) = ((i + di).checked_sub(1), (j + dj).checked_sub(1)) else {
                continue;
            };
            if x < mesh.knots
                && let Some(shift) = mesh.shifts.get(y * mesh.knots + x)
            {
                (sum, count) = (sum + *shift, count + 1.0);
            }
        }
        let own = mesh.shifts.get(knot).copied().unwrap_or_default();
        let off = (own - sum * (1.0 / f32::max(count, 1.0))).length() / module;
        off * off
    }

    /// The light of every module, row after row: the mean of nine places around its middle.
    pub(crate) fn lights(&self, picture: &Picture<'_>, lights: &mut Vec<f32>) {
        const APART: f32 = 0.22;
        let (width, height) = (self.width as usize, self.height as usize);
        lights.clear();
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0.0;
                for dv in [-APART, 0.0, APART] {
                    for du in [-APART, 0.0, APART] {
                        let place = self.place(x as f32 + 0.5 + du, y as f32 + 0.5 + dv);
                        sum += picture.light(place.x, place.y);
                    }
                }
                lights.push(sum / 9.0);
            }
        }
    }
}
