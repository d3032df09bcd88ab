//! How long processes had to wait for the machine, as the kernel counts it: the difference between a player that is late and a
//! machine that let it be late.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Watches processes until it is dropped.
pub struct Waits {
    longest_ns: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Waits {
    pub fn watch(processes: &[u32]) -> Self {
        let (longest_ns, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (longest, until) = (Arc::clone(&longest_ns), Arc::clone(&over));
        let folders: Vec<PathBuf> = processes
            .iter()
            .map(|id| PathBuf::from(format!("/proc/{id}/task")))
            .collect();
        let thread = std::thread::spawn(move || {
            let mut before = HashMap::new();
            let mut machine_before = machine_waited_ns();
            while !until.load(Ordering::Relaxed) {
                let machine = machine_waited_ns();
                for (now, earlier) in machine.iter().zip(machine_before) {
                    longest.fetch_max(now.saturating_sub(earlier), Ordering::Relaxed);
                }
                machine_before = machine;
                for thread in folders.iter().flat_map(|folder| threads(folder)) {
                    let Some(waited_ns) = waited_ns(&thread) else {
                        continue;
                    };
                    if let Some(earlier) = before.insert(thread, waited_ns) {
                        longest.fetch_max(waited_ns.saturating_sub(earlier), Ordering::Relaxed);
                    }
                }
                std::thread::sleep(LOOK_EVERY);
            }
        });
        Self {
            longest_ns,
            over,
            thread: Some(thread),
        }
    }

    /// The longest wait between two looks, in milliseconds: of a thread for a processor, or of the machine for its disks or for
    /// the host that it is a guest of.
    pub fn longest_ms(&self) -> u64 {
        self.longest_ns.load(Ordering::Relaxed) / 1_000_000
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn threads(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path()).collect()
}

/// How long a thread was ready and did not run: the second number of `schedstat`.
pub fn waited_ns(thread: &Path) -> Option<u64> {
    let numbers = std::fs::read_to_string(thread.join("schedstat")).ok()?;
    numbers.split_whitespace().nth(1)?.parse().ok()
}

/// How long something had to wait for a disk so far, and how long the host gave the processors to others; zero where the kernel
/// does not tell.
fn machine_waited_ns() -> [u64; 2] {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let pressure = read("/proc/pressure/io");
    let disk_us = pressure
        .lines()
        .next()
        .and_then(|some| some.rsplit_once("total="))
        .and_then(|(_, us)| us.parse::<u64>().ok());
    // The eighth number behind "cpu", in hundredths of a second.
    let stat = read("/proc/stat");
    let stolen = stat.split_whitespace().nth(8).and_then(|n| n.parse::<u64>().ok());
    [disk_us.unwrap_or(0) * 1_000, stolen.unwrap_or(0) * 10_000_000]
}
