//! Where answers go: text for a person (colours on a terminal only) or one JSON object a line for a machine.

use crate::words::Ui;
use serde_json::Value;
use std::io::{self, IsTerminal, Write};

/// The way in which a command answers.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// The language for a person.
    pub ui: Ui,
    /// Whether a machine reads.
    pub json: bool,
    colours: bool,
}

impl Output {
    /// An output to standard output, coloured if that is a terminal that wants colours.
    pub fn new(ui: Ui, json: bool) -> Self {
        // https://no-color.org: any value but an empty one.
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            ui,
            json,
            colours: io::stdout().is_terminal() && !plain && !json,
        }
    }

    /// One line for a person; nothing when a machine reads.
    pub fn line(self, text: &str) {
        if !self.json {
            write_line(text);
        }
    }

    /// One object for a machine; nothing when a person reads.
    pub fn object(self, object: &Value) {
        if self.json {
            write_line(&object.to_string());
        }
    }

    /// What matters in a line.
    pub fn strong(self, text: &str) -> String {
        self.styled("1", text)
    }

    /// What matters less.
    pub fn faint(self, text: &str) -> String {
        self.styled("2", text)
    }

    /// What went well or begins here.
    pub fn good(self, text: &str) -> String {
        self.styled("32", text)
    }

    /// What a person should look at.
    pub fn warn(self, text: &str) -> String {
        self.styled("33", text)
    }

    fn styled(self, code: &str, text: &str) -> String {
        // Text of a publication may hold control characters; a terminal must not obey them.
        let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
        if self.colours {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text
        }
    }
}

fn write_line(text: &str) {
    let mut out = io::stdout().lock();
    // A reader that has gone (`| head`) is no failure of the command.
    if out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(b"\n"))
        .is_err()
    {
        std::process::exit(0);
    }
}
