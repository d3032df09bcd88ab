//! What both benchmarks of the reader share: pictures with their truth, the readers, and time that other work does not disturb.
#![allow(dead_code, reason = "each benchmark takes its own part of it")]

pub mod pictures;
pub mod readers;

use std::time::Duration;

/// The processor time of this thread since a fixed moment: the machine's other work does not count.
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

/// The time below which so large a part of some times lies.
pub fn quantile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    let at = (times.len() as f64 * part) as usize;
    times
        .get(at.min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// In milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
