//! Where answers go: text for a person (colours on a terminal only) or one JSON object a line for a machine. Texts of others
//! pass here last, and lose what a terminal would obey.

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
    /// Whether the terminal takes keys one by one, and no longer begins a line by itself.
    raw: bool,
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
            raw: false,
        }
    }

    /// The same on a terminal that takes keys one by one.
    pub fn beside_keys(self) -> Self {
        Self { raw: true, ..self }
    }

    /// One line for a person; nothing when a machine reads.
    pub fn line(self, text: &str) {
        if !self.json {
            let text = harmless(text, self.colours);
            if self.raw {
                write_line(&format!("{}\r", text.replace('\n', "\r\n")));
            } else {
                write_line(&text);
            }
        }
    }

    /// One object for a machine; nothing when a person reads.
    pub fn object(self, object: &Value) {
        if self.json {
            write_line(&escaped(&object.to_string()));
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
        let text = harmless(text, false);
        if self.colours {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text
        }
    }
}

/// A complaint on standard error: one line, whatever it quotes.
pub fn complain(why: &str) {
    let words: Vec<&str> = why.split_whitespace().collect();
    eprintln!("alloclap: {}", harmless(&words.join(" "), false));
}

/// The styles of [`Output`], as they stand in a text after an escape character.
const OWN_STYLES: [&str; 5] = ["[0m", "[1m", "[2m", "[32m", "[33m"];

/// A text without what a terminal would obey or reorder: a publication, a code or a file's name may hold anything. With
/// `styled`, the styles of [`Output`] stay: nobody else's text can do more with them than be bold.
fn harmless(text: &str, styled: bool) -> String {
    let own = |rest: &str| styled && OWN_STYLES.iter().any(|style| rest.starts_with(style));
    let kept = text.char_indices().filter(|(at, c)| match c {
        '\n' | '\t' => true,
        '\u{1b}' => text.get(at + 1..).is_some_and(own),
        // Embeddings, overrides and isolates of bidirectional text, by which one host can be made to look like another.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        c => !c.is_control(),
    });
    kept.map(|(_, c)| c).collect()
}

/// JSON whose strings hold no raw control character: DEL and those of ISO 6429 are allowed in JSON, but a terminal obeys some.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_control() {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nobody_but_this_command() {
        let hostile = "a\u{1b}[2Jb\u{9b}31mc\u{7}d\u{202e}e\r\u{1b}[1mf";
        assert_eq!(harmless(hostile, false), "a[2Jb31mcde[1mf");
        let coloured = Output {
            ui: Ui::En,
            json: false,
            colours: true,
            raw: false,
        }
        .strong(hostile);
        assert_eq!(harmless(&coloured, true), "\u{1b}[1ma[2Jb31mcde[1mf\u{1b}[0m");
    }

    #[test]
    fn json_holds_no_raw_control_character() {
        let object = serde_json::json!({ "text": "\u{1b}[2J\u{9b}\u{7f}é" });
        let line = escaped(&object.to_string());
        assert!(!line.contains(char::is_control), "{line:?}");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), object);
    }
}
