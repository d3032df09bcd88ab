//! Just enough of ELF to know to which pages a library's segments are aligned.

use crate::run::Outcome;
use std::path::Path;

const LOAD: u32 = 1;

/// The least alignment, in bytes, of the segments of a library that are loaded.
pub fn least_alignment(library: &Path) -> Outcome<u64> {
    let bytes = std::fs::read(library).map_err(|error| format!("{}: {error}", library.display()))?;
    least_of(&bytes).ok_or_else(|| format!("{}: no ELF library", library.display()))
}

fn least_of(file: &[u8]) -> Option<u64> {
    if file.get(..4)? != b"\x7fELF" || *file.get(5)? != 1 {
        return None;
    }
    let wide = *file.get(4)? == 2;
    // Where the program headers begin, how long each is, and how many there are; then type and alignment in each.
    let (at, length, count) = if wide {
        (0x20, 0x36, 0x38)
    } else {
        (0x1c, 0x2a, 0x2c)
    };
    let word = |at: usize| {
        if wide {
            number(file, at, 8)
        } else {
            number(file, at, 4)
        }
    };
    let (begin, length, count) = (word(at)?, number(file, length, 2)?, number(file, count, 2)?);
    let headers = (0..count).map(|index| usize::try_from(begin + index * length).ok());
    let mut least = None;
    for header in headers {
        let header = header?;
        if number(file, header, 4)? == u64::from(LOAD) {
            let alignment = word(header + if wide { 0x30 } else { 0x1c })?;
            least = Some(least.map_or(alignment, |before: u64| before.min(alignment)));
        }
    }
    least
}

/// A number of so many bytes, the least significant first.
fn number(file: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let bytes = file.get(at..at.checked_add(bytes)?)?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_is_read_as_the_loader_reads_it() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        if cfg!(target_os = "linux") {
            assert!(least_of(&own).is_some_and(|least| least.is_power_of_two() && least >= 4096));
        }
        assert_eq!(least_of(b"no library"), None);
        assert_eq!(least_of(own.get(..100).unwrap()), None, "a file that was cut");
        // One 64-bit header of two segments: 16 KB, and one that is not loaded.
        let mut made = vec![0; 64 + 2 * 56];
        made[..6].copy_from_slice(b"\x7fELF\x02\x01");
        made[0x20] = 64;
        made[0x36] = 56;
        made[0x38] = 2;
        made[64] = 1;
        made[64 + 0x30 + 1] = 0x40;
        made[64 + 56] = 6;
        made[64 + 56 + 0x30] = 8;
        assert_eq!(least_of(&made), Some(16_384));
    }
}
