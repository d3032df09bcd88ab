//! `docs/source-format.md`, the field table and the model say the same.

use super::fields::{self, Type};
use super::*;
use alloclap_core::catalogue::model;
use serde::de::{Deserialize, Deserializer, Visitor, value::Error};
use serde::forward_to_deserialize_any;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/source-format.md");
/// Set to write the tables of fields into the page instead of comparing them.
const WRITE: &str = "ALLOCLAP_WRITE_DOCS";

/// Asks a type which fields it reads.
struct Names<'a>(&'a mut BTreeSet<&'static str>);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.0.extend(fields);
        Err(serde::de::Error::custom("only the names were wanted"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom("not a struct"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn names<'de, T: Deserialize<'de>>() -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    let _ = T::deserialize(Names(&mut names));
    assert!(!names.is_empty(), "a struct has fields");
    names
}

fn listed(fields: &'static [fields::Field]) -> BTreeSet<&'static str> {
    fields.iter().map(|f| f.name).collect()
}

fn inner(kind: Kind, name: &str) -> BTreeSet<&'static str> {
    match fields::named(fields::of(kind), name).unwrap().holds {
        Type::Table(inner) | Type::Tables(inner) => listed(inner),
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn every_field_of_the_model_can_be_written_in_a_source() {
    let kinds = [
        (Kind::Publisher, names::<Publisher>()),
        (Kind::Film, names::<model::Film>()),
        (Kind::Person, names::<model::Person>()),
        (Kind::Company, names::<model::Company>()),
        (Kind::Place, names::<model::Place>()),
        (Kind::Shooting, names::<model::Shooting>()),
        (Kind::Panel, names::<model::Panel>()),
        (Kind::Commentary, names::<model::Commentary>()),
        (Kind::Clip, names::<model::Clip>()),
        (Kind::Picture, names::<model::Picture>()),
        (Kind::Trail, names::<model::Trail>()),
        (Kind::Notice, names::<model::Notice>()),
        (Kind::Tombstone, names::<model::Tombstone>()),
    ];
    for (kind, names) in kinds {
        assert_eq!(listed(fields::of(kind)), names, "{kind:?}");
    }
    let parts = [
        (Kind::Publisher, "supporters", names::<model::Supporter>()),
        (Kind::Film, "credits", names::<model::Credit>()),
        (Kind::Film, "episodes", names::<model::Episode>()),
        (Kind::Film, "watch", names::<model::WatchLink>()),
        (Kind::Film, "age_rating", names::<model::AgeRating>()),
        (Kind::Person, "accounts", names::<model::Account>()),
        (Kind::Place, "access", names::<model::Access>()),
        (Kind::Panel, "infoclap_rights", names::<model::Rights>()),
        (Kind::Commentary, "about", names::<model::Subject>()),
        (Kind::Commentary, "voice", names::<model::Voice>()),
        (Kind::Clip, "renditions", names::<model::Rendition>()),
    ];
    for (kind, name, names) in parts {
        assert_eq!(inner(kind, name), names, "{kind:?}.{name}");
    }
}

/// The fields of a kind as a table in Markdown.
fn table(kind: Kind) -> String {
    let mut table = String::from("| field | what it is | example |\n| --- | --- | --- |\n");
    for (name, field) in fields::dotted(kind) {
        let mut what = field.english.to_owned();
        if field.required {
            what.push_str(" **Needed.**");
        }
        if let Some(default) = field.default.filter(|d| d.len() > 2 || d.parse::<u8>().is_ok()) {
            let _ = write!(what, " Left out: `{default}`.");
        }
        let _ = writeln!(table, "| `{name}` | {what} | `{}` |", field.example);
    }
    table
}

#[test]
fn the_page_lists_every_field() {
    let mut page = fs::read_to_string(PAGE).unwrap();
    for kind in Kind::ALL {
        let (begin, end) = (format!("<!-- fields: {} -->\n", kind.folder()), "<!-- end -->");
        let from = page.find(&begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
        let to = from + page[from..].find(end).unwrap();
        if std::env::var_os(WRITE).is_some() {
            page.replace_range(from..to, &table(kind));
        } else {
            assert_eq!(
                &page[from..to],
                table(kind),
                "write the page anew: {WRITE}=1 cargo test -p alloclap-publisher"
            );
        }
    }
    if std::env::var_os(WRITE).is_some() {
        fs::write(PAGE, page).unwrap();
    }
}

#[test]
fn the_examples_of_the_page_are_a_source_folder() {
    let page = fs::read_to_string(PAGE).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut files = 0;
    for block in page
        .split("\n```")
        .filter(|b| b.starts_with("toml\n") || b.starts_with("csv\n"))
    {
        // The first line of an example says which file it is: `# films/liberte.toml`, in a table before it.
        let (_, text) = block.split_once('\n').unwrap();
        let (first, rest) = text.split_once('\n').unwrap();
        let file = first
            .strip_prefix("# ")
            .unwrap_or_else(|| panic!("no file name: {first}"));
        let text = if file.ends_with(".csv") { rest } else { text };
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        files += 1;
    }
    assert!(files > 10, "examples were found");
    let (source, findings) = read(dir.path()).unwrap();
    assert_eq!(
        findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
    for kind in Kind::ALL.into_iter().skip(1) {
        assert!(
            source.records.iter().any(|s| Kind::of(&s.record) == kind),
            "an example of {kind:?}"
        );
    }
}

#[test]
fn every_example_of_a_field_can_be_read() {
    for kind in Kind::ALL {
        for (name, field) in fields::dotted(kind) {
            let text = format!("value = {}", field.example);
            assert!(text.parse::<toml::Table>().is_ok(), "{kind:?} {name}: {text}");
        }
    }
}
