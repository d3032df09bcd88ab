//! Whatever is written comes back: any record, through every kind of file. Records are generated from the field table, so
//! that a new field is tested as soon as it is listed there.

use super::fields::{self, Field, Type};
use super::*;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;
use serde_json::{Map, Value, json};

/// Words that spreadsheets, XML and CSV are known to change.
const AWKWARD: &[&str] = &[
    "",
    " ",
    "01200",
    "1e5",
    "=SUM(A1)",
    "+33 4 77 50",
    "-",
    "@name",
    "a;b,c\td",
    "deux\nlignes",
    "\r\n",
    "fin \n début",
    " bord ",
    "a  b",
    "\"Liberté\"",
    "\"\"",
    "\"01200\"",
    "\" bord \"",
    "'",
    "a|b",
    "|",
    "🎬 clap",
    "_x0041_",
    "\u{1}",
    "<b>&amp;",
    "31/05/2024",
    "VRAI",
    "#REF!",
    "\u{a0}insécable\u{a0}",
    "\u{feff}bom",
    "null",
    "\u{2028}",
];

fn words() -> BoxedStrategy<String> {
    prop_oneof![
        3 => select(AWKWARD).prop_map(str::to_owned),
        2 => "\\PC{0,12}",
        1 => proptest::collection::vec(any::<char>(), 0..8).prop_map(|c| c.into_iter().collect()),
        1 => Just("long texte ".repeat(CELL_LIMIT / 11 - 1)),
    ]
    .boxed()
}

fn id() -> BoxedStrategy<Value> {
    "[a-z0-9][a-z0-9._-]{0,9}".prop_map(Value::from).boxed()
}

fn language() -> BoxedStrategy<String> {
    select(&["fr", "en", "pt-br", "fsl"][..])
        .prop_map(str::to_owned)
        .boxed()
}

fn position() -> BoxedStrategy<Value> {
    (-90.0..=90.0, -180.0..=180.0)
        .prop_map(|(lat, lon): (f64, f64)| json!([lat, lon]))
        .boxed()
}

fn list(of: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    proptest::collection::vec(of, 0..4).prop_map(Value::from).boxed()
}

fn texts() -> BoxedStrategy<Value> {
    let told = prop_oneof![
        words().prop_map(Value::from),
        (
            words(),
            language(),
            select(&["original", "human", "machine", "reviewed"][..])
        )
            .prop_map(
                |(text, from, translation)| json!({"text": text, "from": from, "translation": translation})
            ),
    ];
    let key = (
        language(),
        select(&["", "_children", "_easy", "_described", "_other"][..]),
    )
        .prop_map(|(l, a)| l + a);
    proptest::collection::btree_map(key, told, 0..4)
        .prop_map(|map| json!(map))
        .boxed()
}

fn value(field: &Field) -> BoxedStrategy<Value> {
    let word = || words().prop_map(Value::from).boxed();
    match field.holds {
        Type::Text if field.name == "blob" => "[0-9a-f]{64}".prop_map(Value::from).boxed(),
        Type::Text => word(),
        Type::Id => id(),
        Type::Whole if field.name == "format" => Just(json!(accept::FORMAT)).boxed(),
        Type::Whole => (1_u8..=120).prop_map(Value::from).boxed(),
        Type::Number => prop::num::f64::NORMAL.prop_map(Value::from).boxed(),
        Type::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Type::Date => (1890_i16..2100, 1_i8..=12, 1_i8..=28)
            .prop_map(|(y, m, d)| Value::from(jiff::civil::date(y, m, d).to_string()))
            .boxed(),
        Type::Position => position(),
        Type::Positions => list(position()),
        Type::Choice(words) => select(words).prop_map(Value::from).boxed(),
        Type::Choices(words) => list(select(words).prop_map(Value::from).boxed()),
        Type::List if field.name == "aliases" => list(id()),
        Type::List => list(word()),
        Type::WholeList => list((1_u8..=12).prop_map(Value::from).boxed()),
        Type::Language => language().prop_map(Value::from).boxed(),
        Type::Languages => list(language().prop_map(Value::from).boxed()),
        Type::Texts => texts(),
        Type::Map => proptest::collection::btree_map(words(), words(), 0..3)
            .prop_map(|m| json!(m))
            .boxed(),
        Type::Table(inner) if fields::is_zone(inner) => prop_oneof![
            (position(), 1.0..500.0)
                .prop_map(|(centre, radius): (_, f64)| json!({"centre": centre, "radius_m": radius})),
            proptest::collection::vec(position(), 3..5).prop_map(|corners| json!({"corners": corners})),
        ]
        .boxed(),
        Type::Table(inner) => object(inner),
        Type::Tables(inner) if fields::is_stop(inner) => list(
            prop_oneof![
                (id(), id()).prop_map(|(id, place)| json!({"id": id, "place": place})),
                (id(), position(), texts())
                    .prop_map(|(id, at, says)| json!({"id": id, "at": at, "direction": says})),
            ]
            .boxed(),
        ),
        Type::Tables(inner) => list(object(inner)),
    }
}

fn object(fields: &'static [Field]) -> BoxedStrategy<Value> {
    let each: Vec<_> = fields
        .iter()
        .map(|field| {
            let present = if field.required {
                Just(true).boxed()
            } else {
                any::<bool>().boxed()
            };
            (Just(field.name), present, value(field))
        })
        .collect();
    each.prop_map(|fields| {
        let kept = fields.into_iter().filter(|(_, present, _)| *present);
        Value::Object(
            kept.map(|(name, _, value)| (name.to_owned(), value))
                .collect::<Map<_, _>>(),
        )
    })
    .boxed()
}

fn record_of(kind: Kind) -> BoxedStrategy<Record> {
    object(fields::of(kind))
        .prop_map(move |fields| accept::record(kind, fields).unwrap())
        .boxed()
}

/// A source with a record or two of every kind, each with an id of its own.
fn source() -> BoxedStrategy<(Publisher, Vec<Record>)> {
    let kinds: Vec<_> = Kind::ALL
        .into_iter()
        .skip(1)
        .flat_map(|k| [record_of(k), record_of(k)])
        .collect();
    (record_of(Kind::Publisher), kinds)
        .prop_map(|(publisher, records)| {
            let Record::Publisher(mut publisher) = publisher else {
                panic!("a publisher")
            };
            publisher.id = "publication".parse().unwrap();
            let mut next = 0;
            let mut fresh = || {
                next += 1;
                json!(format!("r{next}"))
            };
            let records = records.iter().map(|record| {
                let mut fields = plain::fields(record);
                fields.insert("id".into(), fresh());
                if let Some(stops) = fields.get_mut("stops").and_then(Value::as_array_mut) {
                    stops.iter_mut().for_each(|stop| stop["id"] = fresh());
                }
                accept::record(Kind::of(record), Value::Object(fields)).unwrap()
            });
            (publisher, records.collect())
        })
        .boxed()
}

fn sorted<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<&'a Record> {
    let mut records: Vec<_> = records.into_iter().collect();
    records.sort_by_key(|r| r.id().clone());
    records
}

#[track_caller]
fn same(publisher: &Publisher, records: &[Record], folder: &Path, through: &str) {
    let (read, findings) = read(folder).unwrap();
    let grave: Vec<_> = findings
        .iter()
        .filter(|f| f.severity > Severity::Info)
        .map(ToString::to_string)
        .collect();
    assert_eq!(grave, Vec::<String>::new(), "through {through}");
    assert_eq!(&read.publisher, publisher, "through {through}");
    let read = sorted(read.records.iter().map(|s| &s.record));
    let wrote = sorted(records);
    assert_eq!(read.len(), wrote.len(), "records were lost through {through}");
    for (read, wrote) in read.iter().zip(&wrote) {
        assert_eq!(read, wrote, "a record changed through {through}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn records_survive_text_files_and_every_kind_of_table((publisher, records) in source()) {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("toml");
        fs::create_dir(&folder).unwrap();
        toml_write::add(&folder, &Record::Publisher(publisher.clone())).unwrap();
        for record in &records {
            toml_write::add(&folder, record).unwrap();
        }
        same(&publisher, &records, &folder, "text files");
        let (source, _) = read(&folder).unwrap();
        for name in ["tables.xlsx", "tables.ods", "tables"] {
            // Read where they stand, as a folder that holds nothing but tables.
            let kept = outer.path().join(format!("kept-{name}"));
            fs::create_dir(&kept).unwrap();
            export_tables(&source, &if name == "tables" { kept.clone() } else { kept.join(name) }).unwrap();
            same(&publisher, &records, &kept, name);
        }
    }
}

#[test]
fn tables_are_taken_into_text_files() {
    let outer = tempfile::tempdir().unwrap();
    let (from, into) = (outer.path().join("from"), outer.path().join("into"));
    crate::scaffold::new(&from, &[]).unwrap();
    let (source, _) = read(&from).unwrap();
    let table = outer.path().join("all.ods");
    export_tables(&source, &table).unwrap();
    let count = source.records.len() + 1;
    let (done, findings) = import_tables(&table, &into).unwrap();
    assert_eq!(findings, []);
    assert_eq!(
        done,
        Imported {
            added: count,
            ..Imported::default()
        }
    );
    let (done, _) = import_tables(&table, &into).unwrap();
    assert_eq!(
        done,
        Imported {
            unchanged: count,
            ..Imported::default()
        },
        "the second time nothing is new"
    );
}

#[test]
fn a_text_that_no_cell_holds_is_refused_not_cut() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("source");
    crate::scaffold::new(&folder, &[]).unwrap();
    let (mut source, _) = read(&folder).unwrap();
    for sourced in &mut source.records {
        if let Record::Commentary(commentary) = &mut sourced.record {
            commentary.transcript = "x".repeat(CELL_LIMIT + 1);
        }
    }
    let to = outer.path().join("all.xlsx");
    let error = export_tables(&source, &to).unwrap_err().to_string();
    assert!(
        error.contains("commentaire-exemple: transcript") && error.contains("32767"),
        "{error}"
    );
    assert!(!to.exists(), "nothing was written");
}

#[test]
fn a_change_keeps_the_comments_of_a_file_written_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("publication.toml"),
        "id = \"t\"\nname = \"T\"\nlanguages = [\"fr\"]\n",
    )
    .unwrap();
    let text = "# our films\n[[film]]\nid = \"a\"   # never changed\ntitle.fr = \"A\"\n\n[[film]]\nyear = 1999 # to be checked\nid = \"b\"\n\n# both languages\n[film.title]\nfr = \"B\" # working title\nen = \"B\"\n";
    fs::create_dir(dir.path().join("films")).unwrap();
    fs::write(dir.path().join("films/ours.toml"), text).unwrap();
    let (source, _) = read(dir.path()).unwrap();
    let Record::Film(mut film) = source.find("b").unwrap().record.clone() else {
        panic!("a film")
    };
    film.year = Some(2001);
    film.title.0.retain(|t| t.language.as_str() == "fr");
    film.title.0.iter_mut().for_each(|t| t.text = "Bé".to_owned());
    let record = Record::Film(film);
    assert_eq!(
        save(&source, &record).unwrap(),
        Saved::Changed("films/ours.toml".into())
    );
    let written = fs::read_to_string(dir.path().join("films/ours.toml")).unwrap();
    let want = text
        .replace("1999", "2001")
        .replace("\"B\" # working", "\"Bé\" # working")
        .replace("en = \"B\"\n", "");
    assert_eq!(written, want, "only the changed values are touched");
    let (again, _) = read(dir.path()).unwrap();
    assert_eq!(again.find("b").unwrap().record, record);
    assert_eq!(save(&again, &record).unwrap(), Saved::Unchanged);
}
