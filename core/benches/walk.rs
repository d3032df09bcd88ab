//! What following a walker costs: one step of the guide, and the nearest of a million points.

use alloclap_core::geo::{Line, Position, destination};
use alloclap_core::guide::{Guide, GuideOptions, GuideStop, GuideTrail};
use alloclap_core::nearby::Nearby;
use alloclap_core::trail::simulate::{WalkOptions, simulate};
use alloclap_core::trail::{Trail, TrailState, step};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn start() -> Position {
    Position {
        lat_deg: 45.4237,
        lon_deg: 4.0662,
    }
}

/// 20 km of bends through 10,000 points, with 100 stops.
fn trail() -> GuideTrail {
    let mut line = vec![start()];
    for i in 0..9_999 {
        let bend_deg = 60.0 + f64::from(i % 400 - 200) / 2.0;
        line.extend(line.last().map(|&last| destination(last, bend_deg, 2.0)));
    }
    let measured = Line::new(&line);
    let stop = |i: u32| {
        Some(GuideStop::at(
            &i.to_string(),
            measured.point_at(f64::from(i) * 198.0)?,
        ))
    };
    GuideTrail {
        stops: (0..100).filter_map(stop).collect(),
        line,
    }
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn guide_2000_steps_on_20_km(bencher: Bencher) {
    let trail = trail();
    let walk = simulate(
        &Line::new(&trail.line),
        &WalkOptions {
            sigma_m: 10.0,
            ..WalkOptions::default()
        },
    );
    bencher
        .counter(divan::counter::ItemsCount::new(2_000u32))
        .with_inputs(|| Guide::new(trail.clone(), GuideOptions::default()))
        .bench_values(|mut guide| {
            for second in walk.iter().skip(3_000).take(2_000) {
                black_box(guide.step(second.fix));
            }
        });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn trail_2000_steps_on_20_km(bencher: Bencher) {
    let trail = trail();
    let walk = simulate(
        &Line::new(&trail.line),
        &WalkOptions {
            sigma_m: 10.0,
            ..WalkOptions::default()
        },
    );
    let prepared = Trail::new(&trail.line);
    bencher
        .counter(divan::counter::ItemsCount::new(2_000u32))
        .with_inputs(TrailState::default)
        .bench_values(|mut state| {
            for second in walk.iter().skip(3_000).take(2_000) {
                black_box(step(&prepared, &mut state, second.fix));
            }
        });
}

/// A million points over France, evenly.
fn million() -> Vec<Position> {
    let at = |i: u64| {
        let hash = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let share = |bits: u64| (bits & 0xFF_FFFF) as f64 / f64::from(1 << 24);
        Position {
            lat_deg: 42.0 + 9.0 * share(hash >> 40),
            lon_deg: -5.0 + 13.0 * share(hash >> 16),
        }
    };
    (0..1_000_000).map(at).collect()
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn nearest_10_of_a_million(bencher: Bencher) {
    let index = Nearby::new((0..).zip(million()));
    let askers: Vec<_> = million().into_iter().step_by(997).collect();
    bencher
        .counter(divan::counter::ItemsCount::new(askers.len()))
        .bench(|| {
            for &here in &askers {
                black_box(index.nearest(here, 10));
            }
        });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn index_a_million(bencher: Bencher) {
    bencher
        .with_inputs(million)
        .bench_values(|points| Nearby::new((0..).zip(points)));
}
