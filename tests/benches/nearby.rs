//! The ten nearest of ten thousand and of a million points: ours, kiddo alone (which it is built on) and rstar, which tell neither
//! rows nor bearings, and looking at every point. Then how long it takes until the first question is answered: built from
//! points, and opened from the file that a phone keeps.

mod measure;

use alloclap_core::geo::{NVector, Position};
use alloclap_core::nearby::{Nearby, Stamp};
use kiddo::{ImmutableKdTree, SquaredEuclidean};
use measure::{Outcome, Seeded, Spread, Table, time, timed};
use rstar::RTree;
use std::hint::black_box;
use std::num::NonZero;
use std::time::Duration;

/// How many are asked for.
const WANTED: NonZero<usize> = NonZero::new(10).unwrap();
/// Questions of one sample; one alone is shorter than the clock can tell.
const ASKED: u32 = 1_000;
/// Samples of the indexes.
const SAMPLES: usize = 21;
/// Questions to which every point is looked at.
const ASKED_OF_ALL: usize = 5;

fn main() -> Outcome {
    let mut asking = Table::new(&[
        "points",
        "ours",
        "kiddo",
        "rstar",
        "every point",
        "ours : kiddo",
        "ours : rstar",
    ]);
    let mut building = Table::new(&["points", "ours", "kiddo", "rstar", "opened", "opened and asked"]);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("places.index");
    for count in [10_000, 1_000_000] {
        let mut seeded = Seeded(7);
        let points: Vec<Position> = (0..count).map(|_| somewhere(&mut seeded)).collect();
        let askers: Vec<Position> = (0..ASKED).map(|_| somewhere(&mut seeded)).collect();
        let vectors: Vec<[f64; 3]> = points.iter().map(|&point| NVector::from(point).0).collect();

        let (ours, ours_built) = timed(|| Nearby::new((0..).zip(points.iter().copied())));
        let (peer, peer_built) = timed(|| ImmutableKdTree::<f64, 3>::new_from_slice(&vectors));
        let peer = peer?;
        let (other, other_built) = timed(|| RTree::bulk_load(vectors.clone()));
        let stamp = Stamp {
            generation: 1,
            from_day: 0,
            until_day: 1,
        };
        ours.save(&file, stamp)?;
        let opened = Spread::calls(SAMPLES, |_| Nearby::open(&file).is_some());
        let opened_and_asked = Spread::calls(SAMPLES, |n| {
            let (opened, _) = Nearby::open(&file)?;
            Some(opened.nearest(*askers.get(n)?, WANTED.get()).len())
        });
        building.row(&[
            &count,
            &time(ours_built),
            &time(peer_built),
            &time(other_built),
            &time(opened.median),
            &time(opened_and_asked.median),
        ]);

        let by_ours = |here: Position| ours.nearest(here, WANTED.get());
        let by_peer = |here: Position| {
            peer.query(&NVector::from(here).0)
                .nearest_n::<SquaredEuclidean<f64>>(WANTED)
                .execute()
        };
        let by_other = |here: Position| {
            let here = NVector::from(here).0;
            let near = other.nearest_neighbor_iter_with_distance_2(&here);
            near.take(WANTED.get()).collect::<Vec<_>>()
        };
        // What is compared must answer alike.
        for &here in askers.iter().take(ASKED_OF_ALL) {
            let ours: Vec<f64> = by_ours(here).iter().map(|near| near.distance_m).collect();
            let all: Vec<f64> = by_every(&vectors, here)
                .iter()
                .map(|&(chord2, _)| metres(chord2))
                .collect();
            let peer: Vec<f64> = by_peer(here).iter().map(|near| metres(near.distance)).collect();
            let other: Vec<f64> = by_other(here).iter().map(|&(_, chord2)| metres(chord2)).collect();
            if !alike(&ours, &all) || !alike(&peer, &all) || !alike(&other, &all) {
                return Err(format!(
                    "around {here}: ours {ours:?}, kiddo {peer:?}, rstar {other:?}, and looking at all {all:?}"
                )
                .into());
            }
        }
        let every = Spread::calls(ASKED_OF_ALL, |n| {
            askers.get(n).map(|&here| by_every(&vectors, here))
        });
        let ours = each(Spread::calls(SAMPLES, |_| {
            askers.iter().for_each(|&here| drop(black_box(by_ours(here))))
        }));
        let peer = each(Spread::calls(SAMPLES, |_| {
            askers.iter().for_each(|&here| drop(black_box(by_peer(here))))
        }));
        let other = each(Spread::calls(SAMPLES, |_| {
            askers.iter().for_each(|&here| drop(black_box(by_other(here))))
        }));
        asking.row(&[
            &count,
            &time(ours.median),
            &time(peer.median),
            &time(other.median),
            &time(every.median),
            &ours.against(peer),
            &ours.against(other),
        ]);
    }
    asking.print("nearby: the ten nearest, median of one question");
    building.print("nearby: building the index, once; or opening the file of it");
    Ok(())
}

/// Within metropolitan France; half of them in Paris, where filming places crowd.
fn somewhere(seeded: &mut Seeded) -> Position {
    let (north, east) = (seeded.share(), seeded.share());
    if seeded.below(2) == 0 {
        Position {
            lat_deg: 48.81 + 0.1 * north,
            lon_deg: 2.25 + 0.17 * east,
        }
    } else {
        Position {
            lat_deg: 42.0 + 9.0 * north,
            lon_deg: -5.0 + 13.0 * east,
        }
    }
}

/// Looks at every point: squares of chords, and which points, nearest first.
fn by_every(vectors: &[[f64; 3]], here: Position) -> Vec<(f64, usize)> {
    let here = NVector::from(here);
    let mut all: Vec<(f64, usize)> = vectors
        .iter()
        .enumerate()
        .map(|(n, &vector)| (here.chord2(NVector(vector)), n))
        .collect();
    let nearer = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0);
    all.select_nth_unstable_by(WANTED.get(), nearer);
    all.truncate(WANTED.get());
    all.sort_unstable_by(nearer);
    all
}

fn metres(chord2: f64) -> f64 {
    alloclap_core::geo::EARTH_RADIUS_M * 2.0 * (chord2.sqrt() / 2.0).asin()
}

/// To a centimetre.
fn alike(some: &[f64], others: &[f64]) -> bool {
    some.len() == others.len() && some.iter().zip(others).all(|(a, b)| (a - b).abs() < 0.01)
}

/// Of one question, from those of a whole sample.
fn each(whole: Spread) -> Spread {
    let one = |time: Duration| time / ASKED;
    Spread {
        min: one(whole.min),
        median: one(whole.median),
        max: one(whole.max),
    }
}
