//! A small disk of its own for faults of disks: a tmpfs, which only root may mount.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The file that takes up room.
const FILLING: &str = "filling";

/// A small disk of its own, until dropped.
pub struct Disk(TempDir);

impl Disk {
    /// A disk of so many bytes. `None`, said aloud, where nobody may mount.
    pub fn of(bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let options = format!("size={bytes}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        println!("skipped: no small disk can be mounted here (only root may)");
        None
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes up all of its room but so many bytes. Emptied again by [`Self::free`].
    pub fn fill(&self, but: u64) {
        self.free();
        let free = available(self.path());
        let file = File::create(self.path().join(FILLING)).expect("a file");
        let mut left = free.saturating_sub(but);
        // The last pages may not be had: what a file system says is free is an estimate.
        let zeros = [1; 65_536];
        while left > 0 {
            let piece = usize::try_from(left.min(zeros.len() as u64)).unwrap_or(zeros.len());
            if (&file).write_all(zeros.get(..piece).unwrap_or_default()).is_err() {
                break;
            }
            left -= piece as u64;
        }
    }

    /// Gives the room back.
    pub fn free(&self) {
        let _ = fs::remove_file(self.path().join(FILLING));
    }

    /// Mounts it again with other options: `ro`, `rw`.
    pub fn remount(&self, how: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{how}")])
            .arg(self.0.path())
            .status();
        assert!(done.is_ok_and(|status| status.success()), "remounting {how}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily, so that nothing keeps the temporary folder from being removed.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Bytes that may still be written, as `df` tells.
fn available(folder: &Path) -> u64 {
    let output = Command::new("df")
        .args(["--output=avail", "-B1"])
        .arg(folder)
        .output()
        .expect("df answers");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.lines().last().unwrap_or_default();
    last.trim().parse().unwrap_or_default()
}
