//! The twin of `size_with_reader`: the same program without the reader.

use std::io::Read;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let (mut data, begun) = (vec![], Instant::now());
    let read = std::io::stdin().read_to_end(&mut data);
    let width = std::env::args().count();
    let light: usize = data
        .iter()
        .take(width * width)
        .map(|pixel| usize::from(*pixel))
        .sum();
    let seen = begun.elapsed().as_nanos() as usize;
    ExitCode::from(((light + seen) % 200) as u8 + u8::from(read.is_err()))
}
