//! How long processes had to wait for the machine, as the kernel counts it: the difference between a player that is late and a
//! machine that let it be late.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Waits within this time are added up: a thread that gets a processor again and again for too short is late as well.
const TOGETHER: Duration = Duration::from_millis(200);

/// How long each thread, and the machine, waited so far, in nanoseconds.
type Waited = HashMap<PathBuf, u64>;

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
            let mut looks: VecDeque<(Instant, Waited)> = VecDeque::new();
            while !until.load(Ordering::Relaxed) {
                let waited = waited_by(&folders);
                if let Some((_, before)) = looks.front() {
                    let most = waited
                        .iter()
                        .filter_map(|(who, ns)| Some(ns.saturating_sub(*before.get(who)?)))
                        .max();
                    longest.fetch_max(most.unwrap_or(0), Ordering::Relaxed);
                }
                looks.push_back((Instant::now(), waited));
                while looks.len() > 1 && looks[0].0.elapsed() > TOGETHER {
                    looks.pop_front();
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

    /// The longest wait within a fifth of a second, in milliseconds: of a thread for a processor, or of the machine for its
    /// disks or for the host that it is a guest of.
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

fn waited_by(folders: &[PathBuf]) -> Waited {
    let threads = folders.iter().flat_map(|folder| threads(folder));
    let mut waited: Waited = threads
        .filter_map(|thread| Some((thread.clone(), waited_ns(&thread)?)))
        .collect();
    let [disk_ns, host_ns] = machine_waited_ns();
    waited.insert("disk".into(), disk_ns);
    waited.insert("host".into(), host_ns);
    waited
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
