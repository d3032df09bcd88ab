//! Running other programs: what is run is shown, and a failure names the command.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What went wrong, in one line for the person at the terminal.
pub type Outcome<T = ()> = Result<T, String>;

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The `alloclap` command, where cargo puts it.
pub fn alloclap() -> PathBuf {
    target()
        .join("debug")
        .join(format!("alloclap{}", std::env::consts::EXE_SUFFIX))
}

/// The folder with the public test data, if it is there.
pub fn data() -> Option<PathBuf> {
    let dir = match std::env::var_os("ALLOCLAP_DATA") {
        Some(dir) => PathBuf::from(dir),
        None => root().join("../shared/data"),
    };
    dir.canonicalize().ok()
}

/// `cargo` with these arguments, from the root of the repository.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs it in this terminal; an error unless it ends with 0.
pub fn run(command: &mut Command) -> Outcome {
    let shown = shown(command);
    eprintln!("$ {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed ({status})")),
        Err(error) => Err(format!("`{shown}` could not be started: {error}")),
    }
}

/// Runs it as [`run`] does, and lets each line of its standard output be heard as well.
pub fn run_heard(command: &mut Command, mut hear: impl FnMut(&str)) -> Outcome {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let failed = |error: std::io::Error| format!("`{shown}` could not be started: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    for line in child
        .stdout
        .take()
        .into_iter()
        .flat_map(|out| BufReader::new(out).split(b'\n'))
    {
        let line = line.map_err(|error| format!("`{shown}`: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        hear(&line);
    }
    match child.wait().map_err(failed)? {
        status if status.success() => Ok(()),
        status => Err(format!("`{shown}` failed ({status})")),
    }
}

/// Whether a program answers to being called with this argument.
pub fn answers(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let mut line = words.join(" ");
    if let Some(name) = Path::new(command.get_program()).file_name() {
        line = line.replacen(
            &*command.get_program().to_string_lossy(),
            &name.to_string_lossy(),
            1,
        );
    }
    line
}
