//! Processor time and memory of this process, as Linux tells them.

use std::fs;
use std::time::Duration;

/// The processor time of this thread.
pub fn cpu() -> Duration {
    schedstat("/proc/thread-self/schedstat")
}

/// The processor time of all threads whose name begins like this.
pub fn threads_cpu(name: &str) -> Duration {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let of = |task: fs::DirEntry| {
        let path = task.path();
        let called = fs::read_to_string(path.join("comm")).unwrap_or_default();
        called
            .starts_with(name)
            .then(|| schedstat(&path.join("schedstat").display().to_string()))
    };
    tasks.flatten().filter_map(of).sum()
}

/// The first number of a schedstat file: nanoseconds on a processor.
fn schedstat(path: &str) -> Duration {
    let text = fs::read_to_string(path).unwrap_or_default();
    let ns = text.split_whitespace().next().and_then(|ns| ns.parse().ok());
    Duration::from_nanos(ns.unwrap_or(0))
}

/// Memory of this process that is in use.
pub fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    let kib: u64 = line.trim().trim_end_matches(" kB").trim().parse().unwrap();
    kib * 1024
}

/// The middle of some values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
