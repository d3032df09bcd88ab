//! What stands where in a QR Code: the patterns that every symbol of a version shares, and the order of its codewords.
//! ISO/IEC 18004, 6.3 and 7.7.3.

use crate::pattern::{Known, Module, Pattern};
use rxing::qrcode::common::Version;
use std::sync::OnceLock;

/// The layout of a version.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Modules along a side.
    pub(crate) size: usize,
    /// Its modules.
    pub(crate) pattern: Pattern,
    /// The modules of the timing patterns between the eyes: what tells a wrong number of modules.
    pub(crate) timing: Vec<Known>,
    /// The middles of the alignment patterns: column and row.
    pub(crate) alignment: Vec<(usize, usize)>,
    /// The modules of all codewords in their order.
    pub(crate) data_order: Vec<usize>,
}

impl Layout {
    /// The layout of a version from 1 to 40, computed once; nothing for another.
    pub(crate) fn of(version: usize) -> Option<&'static Self> {
        static LAYOUTS: [OnceLock<Option<Layout>>; 41] = [const { OnceLock::new() }; 41];
        LAYOUTS
            .get(version)?
            .get_or_init(|| Self::computed(version))
            .as_ref()
    }

    fn computed(version: usize) -> Option<Self> {
        let known = Version::getVersionForNumber(u32::try_from(version).ok()?).ok()?;
        let size = 17 + 4 * version;
        let centres: Vec<usize> = known
            .getAlignmentPatternCenters()
            .iter()
            .map(|c| *c as usize)
            .collect();
        let (first, last) = (6, size - 7);
        let alignment: Vec<(usize, usize)> = centres
            .iter()
            .flat_map(|row| centres.iter().map(|column| (*column, *row)))
            .filter(|place| ![(first, first), (first, last), (last, first)].contains(place))
            .collect();
        let mut modules: Vec<Module> = (0..size * size)
            .map(|i| module(i % size, i / size, size, version))
            .collect();
        for (column, row) in &alignment {
            paint_alignment(&mut modules, size, *column, *row);
        }
        let pattern = Pattern::new(size, size, modules);
        let between = |i: usize| (8..size - 8).contains(&i);
        let timing = pattern.known_at(|x, y| (y == 6 && between(x)) || (x == 6 && between(y)));
        let data_order = data_order(&pattern).collect();
        Some(Self {
            size,
            pattern,
            timing,
            alignment,
            data_order,
        })
    }
}

/// The modules of all codewords in their order: two columns at a time from the right, upwards and downwards in turn.
fn data_order(pattern: &Pattern) -> impl Iterator<Item = usize> {
    let size = pattern.width;
    let right_columns = (1..size)
        .rev()
        .step_by(2)
        .map(|right| if right <= 6 { right - 1 } else { right });
    right_columns
        .enumerate()
        .flat_map(move |(pair, right)| {
            (0..size).flat_map(move |step| {
                let row = if pair % 2 == 0 { size - 1 - step } else { step };
                [row * size + right, row * size + right - 1]
            })
        })
        .filter(|i| pattern.modules.get(*i) == Some(&Module::Data))
}

fn dark(is: bool) -> Module {
    if is { Module::Dark } else { Module::Light }
}

/// An alignment pattern around its middle; over the timing pattern, where they meet.
fn paint_alignment(modules: &mut [Module], size: usize, column: usize, row: usize) {
    for y in row - 2..=row + 2 {
        for x in column - 2..=column + 2 {
            if let Some(module) = modules.get_mut(y * size + x) {
                *module = dark(x.abs_diff(column).max(y.abs_diff(row)) != 1);
            }
        }
    }
}

/// A module by its place, alignment patterns aside.
fn module(x: usize, y: usize, size: usize, version: usize) -> Module {
    for (middle_x, middle_y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
        let distance = x.abs_diff(middle_x).max(y.abs_diff(middle_y));
        if distance <= 4 {
            return dark(distance == 3 || distance <= 1);
        }
    }
    if x == 6 || y == 6 {
        return dark((x + y).is_multiple_of(2));
    }
    if (x, y) == (8, size - 8) {
        return Module::Dark;
    }
    let format = (y == 8 && (x < 9 || x >= size - 8)) || (x == 8 && (y < 9 || y >= size - 8));
    let versioned = version >= 7
        && ((x < 6 && (size - 11..size - 8).contains(&y)) || (y < 6 && (size - 11..size - 8).contains(&x)));
    if format || versioned {
        Module::Information
    } else {
        Module::Data
    }
}

/// The places of the 15 format bits, the highest first, in both copies: column and row.
pub(crate) fn format_places(size: usize) -> [[(usize, usize); 2]; 15] {
    let last = size - 1;
    std::array::from_fn(|i| {
        let beside = match i {
            0..=5 => (i, 8),
            6 => (7, 8),
            7 => (8, 8),
            8 => (8, 7),
            _ => (8, 14 - i),
        };
        let apart = if i < 7 { (8, last - i) } else { (last + i - 14, 8) };
        [beside, apart]
    })
}

/// Whether the mask (0 to 7) turns the module at this column and row over. ISO/IEC 18004, table 10.
pub(crate) fn masked(mask: u8, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (y / 2 + x / 3).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_room_for_the_standard_s_codewords() {
        for version in 1..=40 {
            let layout = Layout::of(version).expect("a version");
            let known = Version::getVersionForNumber(version as u32).expect("a version");
            assert_eq!(
                layout.data_order.len() / 8,
                known.getTotalCodewords() as usize,
                "version {version}"
            );
        }
        assert!(Layout::of(0).is_none() && Layout::of(41).is_none());
    }
}
