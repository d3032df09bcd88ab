//! What the benchmarks of this folder share: seeded numbers, times, and a table for a person. Its job ends at printing.
#![allow(dead_code, reason = "each benchmark takes its own part of it")]

use std::fmt::Display;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Why a benchmark could not be run.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The least, the middle and the most of some times.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spread {
    pub min: Duration,
    pub median: Duration,
    pub max: Duration,
}

impl Spread {
    /// Of times in any order; all zero without any.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |n: usize| times.get(n).copied().unwrap_or_default();
        Self {
            min: at(0),
            median: at(times.len() / 2),
            max: at(times.len().saturating_sub(1)),
        }
    }

    /// Of `samples` calls, each with its number, after one that is not counted.
    pub fn calls<T>(samples: usize, mut call: impl FnMut(usize) -> T) -> Self {
        black_box(call(0));
        Self::of((0..samples).map(|n| timed(|| call(n)).1).collect())
    }

    /// How many times as long as the other one this took: `0.5×` is twice as fast.
    pub fn against(self, other: Self) -> String {
        ratio(self.median, other.median)
    }
}

/// The answer, and how long it took.
pub fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let answer = black_box(call());
    (answer, begun.elapsed())
}

/// How many times as long the first took as the second.
pub fn ratio(first: Duration, second: Duration) -> String {
    if second.is_zero() {
        return "–".to_owned();
    }
    format!("{:.2}×", first.as_secs_f64() / second.as_secs_f64())
}

/// A time in the unit that suits it.
pub fn time(time: Duration) -> String {
    let us = time.as_secs_f64() * 1e6;
    match us {
        us if us < 1e3 => format!("{us:.2} µs"),
        us if us < 1e6 => format!("{:.2} ms", us / 1e3),
        us => format!("{:.2} s", us / 1e6),
    }
}

/// A table with its columns aligned: the first to the left, the others to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(columns: &[&str]) -> Self {
        Self {
            rows: vec![columns.iter().map(ToString::to_string).collect()],
        }
    }

    pub fn row(&mut self, cells: &[&dyn Display]) {
        self.rows.push(cells.iter().map(ToString::to_string).collect());
    }

    pub fn print(&self, title: &str) {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            for (n, cell) in row.iter().enumerate() {
                let length = cell.chars().count();
                match widths.get_mut(n) {
                    Some(width) => *width = length.max(*width),
                    None => widths.push(length),
                }
            }
        }
        println!("\n{title}");
        for row in &self.rows {
            let cells = row.iter().zip(&widths).enumerate();
            let line: Vec<String> = cells
                .map(|(n, (cell, &width))| {
                    if n == 0 {
                        format!("{cell:<width$}")
                    } else {
                        format!("{cell:>width$}")
                    }
                })
                .collect();
            println!("  {}", line.join("  "));
        }
    }
}

/// Numbers that are the same on every machine (SplitMix64).
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 to below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}
