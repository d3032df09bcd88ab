//! Running a program of this machine, quietly, and taking what it says.

use super::PushError;
use std::io::{ErrorKind, Write};
use std::process::{Command, Output, Stdio};

/// Runs it with some text on its standard input.
pub(super) fn run(program: &'static str, arguments: &[String], input: &str) -> Result<Output, PushError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => PushError::NoProgram(program),
        _ => PushError::Program {
            program,
            said: error.to_string(),
        },
    };
    let mut child = Command::new(program)
        .args(arguments)
        // Its answers are read: they must be in the language that they are read in.
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let stdin = child.stdin.take();
    let input = input.to_owned();
    // In a thread of its own: a program that answers while it is told would otherwise wait for ever.
    let teller = std::thread::spawn(move || {
        if let Some(mut stdin) = stdin {
            // A program that ends early says why by itself.
            let _ = stdin.write_all(input.as_bytes());
        }
    });
    let output = child.wait_with_output().map_err(failed)?;
    let _ = teller.join();
    Ok(output)
}

/// What it printed, if it went well.
pub(super) fn ok(program: &'static str, output: Output) -> Result<String, PushError> {
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(PushError::Program {
            program,
            said: last_words(&output),
        })
    }
}

/// The last line that it complained with.
pub(super) fn last_words(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    let line = complaint.lines().map(str::trim).rfind(|line| !line.is_empty());
    line.map_or_else(|| output.status.to_string(), str::to_owned)
}
