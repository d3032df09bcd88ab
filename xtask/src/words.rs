//! What is said about each field, put into the code that is generated for the languages. The facade declares core's records a second
//! time with `remote`, names and types only; the words stand once, where the records are, and are carried over here. (The generator
//! for Python leaves out even those that it knows.)

use crate::bindings::{read, rust_files};
use crate::run::{Outcome, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The words for fields, by the name of a type and of a field; for a kind of an enumeration, the type is `Type.Kind`. A name stands
/// once for each type that has it somewhere.
#[derive(Default)]
pub struct Words(BTreeMap<String, Vec<Fields>>);

type Fields = BTreeMap<String, String>;

impl Words {
    /// Those of the facade and of core.
    pub fn of_sources() -> Outcome<Self> {
        let mut words = Self::default();
        for folder in ["bindings/src", "core/src", "core/flashcode/src"] {
            for path in rust_files(&root().join(folder))? {
                words.take(&read(&path)?);
            }
        }
        Ok(words)
    }

    /// Takes those of a source file, formatted as rustfmt does it.
    fn take(&mut self, source: &str) {
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            let kind = ["pub struct ", "pub enum "]
                .into_iter()
                .find_map(|kind| line.trim_start().strip_prefix(kind));
            if let Some(name) = kind.and_then(|rest| rest.strip_suffix(" {")) {
                let name = name.split('<').next().unwrap_or(name);
                let end = format!("{}}}", indent_of(line));
                self.take_type(name, lines.by_ref().take_while(|line| *line != end));
            }
        }
    }

    fn take_type<'a>(&mut self, name: &str, lines: impl Iterator<Item = &'a str>) {
        let (mut own, mut of_kind) = (Fields::new(), None::<(String, Fields)>);
        let mut said = String::new();
        for line in lines.map(str::trim) {
            if let Some(more) = line.strip_prefix("///") {
                let gap = if said.is_empty() { "" } else { " " };
                let _ = write!(said, "{gap}{}", more.trim());
            } else if let Some(kind) = line.strip_suffix(" {") {
                of_kind = Some((format!("{name}.{kind}"), Fields::new()));
                said.clear();
            } else if line == "}," {
                let (kind, fields) = of_kind.take().unwrap_or_default();
                self.0.entry(kind).or_default().push(fields);
            } else if !line.starts_with("#[") {
                let field = line.strip_prefix("pub ").unwrap_or(line);
                if let Some((field, _)) = field.split_once(": ") {
                    let fields = of_kind.as_mut().map_or(&mut own, |(_, fields)| fields);
                    fields.insert(plain_name(field), without_links(&said));
                }
                said.clear();
            }
        }
        self.0.entry(name.to_owned()).or_default().push(own);
    }

    /// One line for each type: its name, then fields and what is said about them in turn, a tab between.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for (name, fields) in self
            .0
            .iter()
            .flat_map(|(name, types)| types.iter().map(move |fields| (name, fields)))
        {
            if fields.values().any(|said| !said.is_empty()) {
                let cells = fields.iter().map(|(field, said)| format!("\t{field}\t{said}"));
                let _ = writeln!(table, "{name}{}", cells.collect::<String>());
            }
        }
        table
    }

    /// Generated code with the words that it lacks.
    pub fn put_into(&self, generated: &str, shape: &RecordShape) -> Outcome<String> {
        let mut whole = String::with_capacity(generated.len());
        let mut lines = generated.lines();
        let mut records = 0;
        while let Some(line) = lines.next() {
            let _ = writeln!(whole, "{line}");
            let Some(name) = between(line, shape.record) else {
                continue;
            };
            records += 1;
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != shape.end).collect();
            let fields: Vec<&str> = body
                .iter()
                .filter_map(|line| between(line, shape.field))
                .collect();
            let mut is_documented = false;
            for line in &body {
                if let Some(field) = between(line, shape.field).filter(|_| !is_documented) {
                    let (indent, said) = (indent_of(line), self.about(name, &fields, field)?);
                    let _ = writeln!(whole, "{indent}/**\n{indent} * {said}\n{indent} */");
                }
                is_documented = line.trim() == "*/";
                let _ = writeln!(whole, "{line}");
            }
            let _ = writeln!(whole, "{}", shape.end);
        }
        if records == 0 {
            let (begin, _) = shape.record;
            return Err(format!(
                "no \"{begin}\" in the generated code any more: look how its records begin now"
            ));
        }
        Ok(whole)
    }

    /// The words for a field of generated code: of the type of that name that has all of these fields.
    fn about(&self, name: &str, fields: &[&str], field: &str) -> Outcome<&str> {
        let types = self.0.get(name).into_iter().flatten();
        let cased = |said: &Fields| {
            said.keys()
                .map(|field| camel_case(field))
                .collect::<BTreeSet<_>>()
        };
        types
            .filter(|said| fields.iter().all(|field| cased(said).contains(*field)))
            .flat_map(|said| said.iter().find(|(name, _)| camel_case(name) == field))
            .map(|(_, said)| said.as_str())
            .find(|said| !said.is_empty())
            .ok_or_else(|| {
                format!("{name}.{field}: nothing is said about it; document the field where it is declared")
            })
    }
}

/// How a language's generated code has its records: what stands in a line before and after a record's name, before and after a
/// field's, and the line after the last field.
pub struct RecordShape {
    record: (&'static str, &'static str),
    field: (&'static str, &'static str),
    end: &'static str,
}

/// Records in Kotlin.
pub const KOTLIN: RecordShape = RecordShape {
    record: ("data class ", " ("),
    field: ("    val ", ": "),
    end: "){",
};

/// Records in Swift.
pub const SWIFT: RecordShape = RecordShape {
    record: ("public struct ", ": Equatable, Hashable {"),
    field: ("    public var ", ": "),
    end: "",
};

/// The name that a line has after one text, which begins it, and before another; without the ticks around a language's own words.
fn between<'a>(line: &'a str, (before, after): (&str, &str)) -> Option<&'a str> {
    let (name, _) = line.strip_prefix(before)?.split_once(after)?;
    Some(name.trim_matches('`'))
}

fn indent_of(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

fn plain_name(field: &str) -> String {
    field.strip_prefix("r#").unwrap_or(field).to_owned()
}

/// `eta_s` as Kotlin and Swift have it: `etaS`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut cased, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        cased += &initial.to_uppercase();
        cased += rest;
        cased
    })
}

/// Links to items of Rust lead nowhere in other languages.
fn without_links(said: &str) -> String {
    said.replace("[`super::", "[`")
        .replace("[`", "`")
        .replace("`]", "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
/// A fix.
#[derive(Debug)]
pub struct Fix {
    /// When, in milliseconds;
    /// see [`super::Guide::step`].
    #[serde(rename = \"t\")]
    pub t_ms: u64,
    /// Which one.
    pub r#type: u8,
}

pub enum Trouble {
    /// It is full.
    Full {
        /// Bytes that are missing.
        bytes: u64,
    },
    /// Nobody knows.
    Unknown,
}
";

    fn words() -> Words {
        let mut words = Words::default();
        words.take(SOURCE);
        words
    }

    #[test]
    fn fields_have_the_words_of_their_source() {
        let expected = "Fix\tt_ms\tWhen, in milliseconds; see `Guide::step`.\ttype\tWhich one.\nTrouble.Full\tbytes\tBytes that are missing.\n";
        assert_eq!(words().table(), expected);
    }

    #[test]
    fn kotlin_and_swift_get_the_words_that_they_lack() {
        let kotlin = "data class Fix (\n    val `tMs`: kotlin.ULong\n    , \n    /**\n     * Said.\n     */\n    val `type`: kotlin.UByte\n    \n){\n}\n";
        let said = words().put_into(kotlin, &KOTLIN).unwrap();
        let begin = "data class Fix (\n    /**\n     * When, in milliseconds; see `Guide::step`.\n     */\n    val `tMs`: kotlin.ULong\n";
        assert!(said.starts_with(begin), "{said}");
        assert!(said.contains("Said.") && !said.contains("Which one."), "{said}");
        let swift = "public struct Fix: Equatable, Hashable {\n    public var `type`: UInt8\n\n    public init() {\n    }\n}\n";
        let said = words().put_into(swift, &SWIFT).unwrap();
        assert!(
            said.contains("     * Which one.\n     */\n    public var `type`: UInt8\n\n    public init"),
            "{said}"
        );
    }

    #[test]
    fn a_field_that_nobody_speaks_of_stops_the_build() {
        let swift = "public struct Fix: Equatable, Hashable {\n    public var speedMS: Double\n\n}\n";
        let why = words().put_into(swift, &SWIFT).unwrap_err();
        assert!(why.starts_with("Fix.speedMS: nothing is said about it"), "{why}");
    }
}
