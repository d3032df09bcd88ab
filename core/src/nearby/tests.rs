//! The index against looking at every point: at the seams of the map, in crowds, and from a file.

use super::*;
use crate::geo::{bearing_deg, distance_m};
use proptest::prelude::*;

/// Positions crowded around the seams of the map, where indexes go wrong.
fn position() -> impl Strategy<Value = Position> {
    let lat = prop_oneof![-90.0..=90.0f64, 89.9..=90.0f64, -90.0..=-89.9f64, 48.8..48.9f64];
    let lon = prop_oneof![
        -180.0..=180.0f64,
        179.9..=180.0f64,
        -180.0..=-179.9f64,
        2.3..2.4f64
    ];
    (lat, lon).prop_map(|(lat, lon)| Position::new(lat, lon).unwrap())
}

proptest! {
    #[test]
    fn the_index_finds_what_looking_at_every_point_finds(
        points in prop::collection::vec(position(), 0..200), here in position(), n in 0usize..20, radius in 0.0..2e6f64,
    ) {
        let index = Nearby::new(points.iter().enumerate().map(|(row, &p)| (row as i64, p)));
        let mut all: Vec<f64> = points.iter().map(|&p| distance_m(here, p)).collect();
        all.sort_by(f64::total_cmp);
        let nearest = index.nearest(here, n);
        prop_assert_eq!(nearest.len(), n.min(points.len()));
        for (found, want) in nearest.iter().zip(&all) {
            prop_assert!((found.distance_m - want).abs() < 0.1, "found {} m, nearest is {} m", found.distance_m, want);
            let there = points[found.row as usize];
            prop_assert!((distance_m(here, there) - found.distance_m).abs() < 0.001);
            // Towards the other side of the Earth every direction is right.
            if (1.0..1.9e7).contains(&found.distance_m) {
                let off = (bearing_deg(here, there) - found.bearing_deg).abs();
                prop_assert!(off.min(360.0 - off) < 1e-3, "{off} degrees off");
            }
        }
        let within = index.within(here, radius);
        prop_assert_eq!(within.len(), all.iter().filter(|&&d| d <= radius).count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// A town on a grid: whole streets share an axis, and several points share a place.
    #[test]
    fn streets_in_a_row_and_places_told_twice_are_all_found(
        points in prop::collection::vec((0u8..12, 0u8..12), 1..3_000), here in (0u8..12, 0u8..12), n in 1usize..60,
    ) {
        let at = |(north, east): (u8, u8)| {
            Position::new(f64::from(north) * 1e-4, f64::from(east) * 1e-4).unwrap()
        };
        let index = Nearby::new((0..).zip(points.iter().map(|&point| at(point))));
        let mut all: Vec<(f64, i64)> = (0..).zip(&points).map(|(row, &point)| (distance_m(at(here), at(point)), row)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (found, (want, _)) in index.nearest(at(here), n).iter().zip(&all) {
            prop_assert!((found.distance_m - want).abs() < 0.001, "found {} m, nearest is {} m", found.distance_m, want);
        }
        let within = index.within(at(here), 40.0);
        let mut rows: Vec<i64> = within.iter().map(|near| near.row).collect();
        rows.sort_unstable();
        let mut want: Vec<i64> = all.iter().filter(|(metres, _)| *metres <= 40.0).map(|(_, row)| *row).collect();
        want.sort_unstable();
        prop_assert_eq!(rows, want);
    }
}

#[test]
fn many_at_one_point_come_in_the_order_of_their_rows() {
    let here = Position::new(48.85, 2.35).unwrap();
    let index = Nearby::new((0..30).rev().map(|row| (row, here)));
    let rows: Vec<_> = index.nearest(here, 5).iter().map(|n| n.row).collect();
    assert_eq!(rows, [0, 1, 2, 3, 4]);
    assert_eq!(index.within(here, 0.0).len(), 30);
    let crowd = Nearby::new((0..5_000).map(|row| (row, here)));
    assert_eq!(crowd.within(here, 1.0).len(), 5_000);
    assert_eq!(crowd.nearest(here, 3).len(), 3);
    assert_eq!(crowd.nearest(here, usize::MAX).len(), 5_000);
    assert!(crowd.nearest(here, 0).is_empty());
    assert!(index.within(here, f64::NAN).is_empty());
    assert!(Nearby::default().nearest(here, 3).is_empty());
}

/// A grid over France, crowded in Paris.
fn points(count: u32) -> Vec<(i64, Position)> {
    let share = |i: u32, by: u32| f64::from(i.wrapping_mul(by) % 65_536) / 65_536.0;
    let at = |i: u32| {
        let (north, east) = (share(i, 40_503), share(i, 30_011));
        let position = if i.is_multiple_of(3) {
            Position::new(48.81 + 0.1 * north, 2.25 + 0.17 * east)
        } else {
            Position::new(42.0 + 9.0 * north, -5.0 + 13.0 * east)
        };
        (i64::from(i), position.unwrap())
    };
    (0..count).map(at).collect()
}

#[test]
fn many_areas_answer_as_one() {
    let points = points(9_000);
    let index = Nearby::new(points.iter().copied());
    for (asker, (_, here)) in points.iter().enumerate().step_by(397) {
        let mut all: Vec<(f64, i64)> = points
            .iter()
            .map(|&(row, there)| (distance_m(*here, there), row))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let found = index.nearest(*here, 12);
        for (found, (want_m, _)) in found.iter().zip(&all) {
            assert!(
                (found.distance_m - want_m).abs() < 0.001,
                "asker {asker}: found {} m, nearest is {want_m} m",
                found.distance_m
            );
        }
        let within = index.within(*here, 20_000.0);
        let want = all.iter().filter(|(metres, _)| *metres <= 20_000.0).count();
        assert_eq!(
            within.len(),
            want,
            "asker {asker}: points within 20 km are missing"
        );
    }
}

#[test]
fn an_index_from_its_file_answers_as_before_and_reads_only_what_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.index");
    let stamp = Stamp {
        generation: 7,
        from_day: 20_261_121,
        until_day: 20_261_201,
    };
    for count in [0, 1, 5, 1_024, 1_025, 9_000] {
        let points = points(count);
        let built = Nearby::new(points.iter().copied());
        built.save(&path, stamp).unwrap();
        let (opened, read) = Nearby::open(&path).expect("what was written is read");
        assert_eq!((read, opened.len()), (stamp, points.len()));
        for (_, here) in points.iter().step_by(997) {
            assert_eq!(opened.nearest(*here, 9), built.nearest(*here, 9));
            assert_eq!(opened.within(*here, 900.0), built.within(*here, 900.0));
        }
        assert!(!opened.is_broken());
    }
    let (opened, _) = Nearby::open(&path).unwrap();
    opened.nearest(Position::new(48.86, 2.33).unwrap(), 10);
    let here = opened.areas.iter().filter(|area| area.is_here()).count();
    assert!(
        here <= 4,
        "{here} of {} areas were read for one question",
        opened.areas.len()
    );
    assert!(stamp.holds(7, 20_261_121) && !stamp.holds(8, 20_261_121) && !stamp.holds(7, 20_261_201));
}

#[test]
fn a_file_that_is_damaged_is_none_or_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.index");
    assert!(Nearby::open(&path).is_none());
    let stamp = Stamp {
        generation: 1,
        from_day: 0,
        until_day: 1,
    };
    Nearby::new(points(3_000).into_iter()).save(&path, stamp).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for cut in [0, 7, 30, 60, whole.len() - 1] {
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert!(
            Nearby::open(&path).is_none(),
            "{cut} bytes were taken for an index"
        );
    }
    let mut huge = whole.clone();
    huge[32..40].copy_from_slice(&u64::MAX.to_le_bytes());
    std::fs::write(&path, &huge).unwrap();
    assert!(Nearby::open(&path).is_none(), "more points than there are bytes");
    let mut damaged = whole.clone();
    let end = damaged.len();
    damaged[end - 8..].copy_from_slice(&f64::NAN.to_le_bytes());
    std::fs::write(&path, &damaged).unwrap();
    let (opened, _) = Nearby::open(&path).unwrap();
    opened.within(Position::new(48.86, 2.33).unwrap(), 3e7);
    assert!(opened.is_broken(), "a point that is none went unnoticed");
}
