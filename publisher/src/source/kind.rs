//! The kinds of records of a source folder, and the names under which people find them there.

use alloclap_core::catalogue::model::Record;

/// A kind of record, with its own folder, table and fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each kind is documented by the record of that name")]
pub enum Kind {
    Publisher,
    Film,
    Person,
    Company,
    Place,
    Shooting,
    Panel,
    Commentary,
    Clip,
    Picture,
    Trail,
    Notice,
    Tombstone,
}

impl Kind {
    /// All kinds, in the order in which tables and documentation list them.
    pub const ALL: [Self; 13] = [
        Self::Publisher,
        Self::Film,
        Self::Person,
        Self::Company,
        Self::Place,
        Self::Shooting,
        Self::Panel,
        Self::Commentary,
        Self::Clip,
        Self::Picture,
        Self::Trail,
        Self::Notice,
        Self::Tombstone,
    ];

    /// The name of its folder, of its table (`films.csv`) and of its sheet in a workbook. The publisher and the tombstones
    /// have no folder but one file each: `publication.toml`, `removed.toml`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Publisher => "publication",
            Self::Film => "films",
            Self::Person => "people",
            Self::Company => "companies",
            Self::Place => "places",
            Self::Shooting => "shootings",
            Self::Panel => "panels",
            Self::Commentary => "commentaries",
            Self::Clip => "clips",
            Self::Picture => "pictures",
            Self::Trail => "trails",
            Self::Notice => "notices",
            Self::Tombstone => "removed",
        }
    }

    /// The name that begins a record where a file holds several: `[[film]]`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Publisher => "publication",
            Self::Film => "film",
            Self::Person => "person",
            Self::Company => "company",
            Self::Place => "place",
            Self::Shooting => "shooting",
            Self::Panel => "panel",
            Self::Commentary => "commentary",
            Self::Clip => "clip",
            Self::Picture => "picture",
            Self::Trail => "trail",
            Self::Notice => "notice",
            Self::Tombstone => "removed",
        }
    }

    /// The kind of that folder, table or sheet, in whatever case it is written.
    pub fn of_folder(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|k| k.folder().eq_ignore_ascii_case(name.trim()))
    }

    /// The kind whose records begin with that key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// The kind of a record.
    pub fn of(record: &Record) -> Self {
        match record {
            Record::Publisher(_) => Self::Publisher,
            Record::Film(_) => Self::Film,
            Record::Person(_) => Self::Person,
            Record::Company(_) => Self::Company,
            Record::Place(_) => Self::Place,
            Record::Shooting(_) => Self::Shooting,
            Record::Panel(_) => Self::Panel,
            Record::Commentary(_) => Self::Commentary,
            Record::Clip(_) => Self::Clip,
            Record::Picture(_) => Self::Picture,
            Record::Trail(_) => Self::Trail,
            Record::Notice(_) => Self::Notice,
            Record::Tombstone(_) => Self::Tombstone,
        }
    }
}
