//! What stands where in a Data Matrix symbol (ECC 200): its sizes, its borders and the places of its codewords.
//! ISO/IEC 16022, 5.5 to 5.8 and annex F.

use crate::pattern::{Module, Pattern};

/// A size of symbol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Modules along the upper and the left side, borders included.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Modules along the sides of each of its regions, borders not included.
    region_width: usize,
    region_height: usize,
    /// Data codewords, check codewords and the blocks into which both are dealt out in turn.
    pub(crate) data: usize,
    pub(crate) checks: usize,
    pub(crate) blocks: usize,
}

const fn size(
    width: usize,
    height: usize,
    region: (usize, usize),
    codewords: (usize, usize),
    blocks: usize,
) -> Size {
    Size {
        width,
        height,
        region_width: region.0,
        region_height: region.1,
        data: codewords.0,
        checks: codewords.1,
        blocks,
    }
}

/// All sizes of ISO/IEC 16022, table 7, but 144 × 144, whose blocks differ in length and which no sign carries.
pub(crate) const SIZES: [Size; 29] = [
    size(10, 10, (8, 8), (3, 5), 1),
    size(12, 12, (10, 10), (5, 7), 1),
    size(14, 14, (12, 12), (8, 10), 1),
    size(16, 16, (14, 14), (12, 12), 1),
    size(18, 18, (16, 16), (18, 14), 1),
    size(20, 20, (18, 18), (22, 18), 1),
    size(22, 22, (20, 20), (30, 20), 1),
    size(24, 24, (22, 22), (36, 24), 1),
    size(26, 26, (24, 24), (44, 28), 1),
    size(32, 32, (14, 14), (62, 36), 1),
    size(36, 36, (16, 16), (86, 42), 1),
    size(40, 40, (18, 18), (114, 48), 1),
    size(44, 44, (20, 20), (144, 56), 1),
    size(48, 48, (22, 22), (174, 68), 1),
    size(52, 52, (24, 24), (204, 84), 2),
    size(64, 64, (14, 14), (280, 112), 2),
    size(72, 72, (16, 16), (368, 144), 4),
    size(80, 80, (18, 18), (456, 192), 4),
    size(88, 88, (20, 20), (576, 224), 4),
    size(96, 96, (22, 22), (696, 272), 4),
    size(104, 104, (24, 24), (816, 336), 6),
    size(120, 120, (18, 18), (1050, 408), 6),
    size(132, 132, (20, 20), (1304, 496), 8),
    size(18, 8, (16, 6), (5, 7), 1),
    size(32, 8, (14, 6), (10, 11), 1),
    size(26, 12, (24, 10), (16, 14), 1),
    size(36, 12, (16, 10), (22, 18), 1),
    size(36, 16, (16, 14), (32, 24), 1),
    size(48, 16, (22, 14), (49, 28), 1),
];

impl Size {
    /// The modules that are known: each region has a solid dark left and lower border, and an upper and right one that alternate.
    pub(crate) fn pattern(&self) -> Pattern {
        let modules = (0..self.width * self.height)
            .map(|i| self.module(i % self.width, i / self.width))
            .collect();
        Pattern::new(self.width, self.height, modules)
    }

    fn module(&self, x: usize, y: usize) -> Module {
        let (across, down) = (self.region_width + 2, self.region_height + 2);
        let (column, row) = (x % across, y % down);
        let dark = |is: bool| if is { Module::Dark } else { Module::Light };
        if column == 0 || row == down - 1 {
            Module::Dark
        } else if row == 0 {
            dark(column % 2 == 0)
        } else if column == across - 1 {
            dark(row % 2 == 1)
        } else {
            Module::Data
        }
    }

    /// For each codeword the places of its modules in the symbol, row after row, the highest bit first.
    pub(crate) fn codewords(&self) -> Vec<[usize; 8]> {
        let across = self.width / (self.region_width + 2);
        let down = self.height / (self.region_height + 2);
        let matrix = Placement::filled(self.region_width * across, self.region_height * down);
        let place = |i: usize| {
            let (x, y) = (i % matrix.width, i / matrix.width);
            let column = x + 1 + 2 * (x / self.region_width);
            let row = y + 1 + 2 * (y / self.region_height);
            row * self.width + column
        };
        matrix
            .codewords
            .iter()
            .take(self.data + self.checks)
            .map(|bits| bits.map(place))
            .collect()
    }
}

/// The standard's way of laying codewords diagonally through the matrix of data modules.
struct Placement {
    width: usize,
    height: usize,
    taken: Vec<bool>,
    codewords: Vec<[usize; 8]>,
}

/// The modules of a codeword relative to its last one: column, row.
const SHAPE: [(i32, i32); 8] = [
    (-2, -2),
    (-1, -2),
    (-2, -1),
    (-1, -1),
    (0, -1),
    (-2, 0),
    (-1, 0),
    (0, 0),
];

impl Placement {
    fn filled(width: usize, height: usize) -> Self {
        let mut matrix = Self {
            width,
            height,
            taken: vec![false; width * height],
            codewords: vec![],
        };
        let (columns, rows) = (width as i32, height as i32);
        let (mut column, mut row) = (0, 4);
        loop {
            matrix.corner(column, row);
            while row >= 0 && column < columns {
                if row < rows && column >= 0 && !matrix.is_taken(column, row) {
                    matrix.put(SHAPE.map(|(dx, dy)| (column + dx, row + dy)));
                }
                (column, row) = (column + 2, row - 2);
            }
            (column, row) = (column + 3, row + 1);
            while row < rows && column >= 0 {
                if row >= 0 && column < columns && !matrix.is_taken(column, row) {
                    matrix.put(SHAPE.map(|(dx, dy)| (column + dx, row + dy)));
                }
                (column, row) = (column - 2, row + 2);
            }
            (column, row) = (column + 1, row + 3);
            if row >= rows && column >= columns {
                return matrix;
            }
        }
    }

    /// The codewords that are wrapped around the corners.
    fn corner(&mut self, column: i32, row: i32) {
        let (columns, rows) = (self.width as i32, self.height as i32);
        let (right, bottom) = (columns - 1, rows - 1);
        if row == rows && column == 0 {
            self.put([
                (0, bottom),
                (1, bottom),
                (2, bottom),
                (right - 1, 0),
                (right, 0),
                (right, 1),
                (right, 2),
                (right, 3),
            ]);
        }
        if row == rows - 2 && column == 0 && columns % 4 != 0 {
            self.put([
                (0, bottom - 2),
                (0, bottom - 1),
                (0, bottom),
                (right - 3, 0),
                (right - 2, 0),
                (right - 1, 0),
                (right, 0),
                (right, 1),
            ]);
        }
        if row == rows - 2 && column == 0 && columns % 8 == 4 {
            self.put([
                (0, bottom - 2),
                (0, bottom - 1),
                (0, bottom),
                (right - 1, 0),
                (right, 0),
                (right, 1),
                (right, 2),
                (right, 3),
            ]);
        }
        if row == rows + 4 && column == 2 && columns % 8 == 0 {
            self.put([
                (0, bottom),
                (right, bottom),
                (right - 2, 0),
                (right - 1, 0),
                (right, 0),
                (right - 2, 1),
                (right - 1, 1),
                (right, 1),
            ]);
        }
    }

    fn is_taken(&self, column: i32, row: i32) -> bool {
        self.taken
            .get(row as usize * self.width + column as usize)
            .copied()
            .unwrap_or(true)
    }

    /// Lays down a codeword; what is beyond the left or upper edge comes back at the other, moved as the standard says.
    fn put(&mut self, modules: [(i32, i32); 8]) {
        let (columns, rows) = (self.width as i32, self.height as i32);
        let codeword = modules.map(|(mut x, mut y)| {
            if y < 0 {
                (x, y) = (x + 4 - (rows + 4) % 8, y + rows);
            }
            if x < 0 {
                (x, y) = (x + columns, y + 4 - (columns + 4) % 8);
            }
            let place = y as usize * self.width + x as usize;
            if let Some(taken) = self.taken.get_mut(place) {
                *taken = true;
            }
            place
        });
        self.codewords.push(codeword);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_size_has_its_own_place_for_every_bit() {
        for size in SIZES {
            let pattern = size.pattern();
            let places: Vec<usize> = size.codewords().into_iter().flatten().collect();
            assert_eq!(places.len(), 8 * (size.data + size.checks), "{size:?}");
            assert_eq!(
                places.iter().collect::<HashSet<_>>().len(),
                places.len(),
                "{size:?}: two bits in one module"
            );
            assert!(
                places.iter().all(|p| pattern.modules[*p] == Module::Data),
                "{size:?}: a bit in a border"
            );
        }
    }
}
