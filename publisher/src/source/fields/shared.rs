//! Fields that several kinds have in common.

use super::{Field, Type};

pub(super) const KNOWN: Type = Type::Choice(&["yes", "no", "unknown"]);
pub(super) const AUDIENCE: Type = Type::Choice(super::AUDIENCES);

pub(super) const ID: Field = Field::new(
    "id",
    Type::Id,
    "Its name for machines: a–z, 0–9, \"-\", \"_\" and \".\". Written once, never changed, never used again.",
    "Son nom pour les machines : a–z, 0–9, « - », « _ » et « . ». Écrit une fois, jamais changé, jamais réutilisé.",
    "\"liberte-2009\"",
)
.required();
pub(super) const STATE: Field = Field::new(
    "state",
    Type::Choice(&["draft", "published", "withdrawn", "other"]),
    "draft: being written, never put online; published; withdrawn: taken back, its code answers \"no longer shown\".",
    "draft : en cours d’écriture, jamais mis en ligne ; published : publié ; withdrawn : retiré, son code répond « n’est plus montré ».",
    "\"draft\"",
)
.or("\"published\"");
pub(super) const PUBLISH_FROM: Field = Field::new(
    "publish_from",
    Type::Date,
    "First day on which it is shown.",
    "Premier jour où il est montré.",
    "2026-07-01",
);
pub(super) const ALIASES: Field = Field::new(
    "aliases",
    Type::List,
    "Other ids that mean this: of an open-data table, of a record that was merged into it.",
    "Autres identifiants qui désignent la même chose : d’un tableau de données ouvertes, d’une fiche fusionnée.",
    "[\"2019-601\"]",
);
pub(super) const SAME_AS: Field = Field::new(
    "same_as",
    Type::Map,
    "Its ids elsewhere: allocine, wikidata, isan, imdb, isni, siren.",
    "Ses identifiants ailleurs : allocine, wikidata, isan, imdb, isni, siren.",
    "{ wikidata = \"Q3237830\" }",
);

pub(super) const ACCOUNTS: Field = Field::new(
    "accounts",
    Type::Tables(ACCOUNT),
    "Where to follow them.",
    "Où les suivre.",
    "",
);
const ACCOUNT: &[Field] = &[
    Field::new(
        "network",
        Type::Text,
        "The network in lower case: instagram, youtube, mastodon, web.",
        "Le réseau en minuscules : instagram, youtube, mastodon, web.",
        "\"instagram\"",
    )
    .required(),
    Field::new(
        "handle",
        Type::Text,
        "The handle there.",
        "Le nom du compte.",
        "\"@name\"",
    ),
    Field::new(
        "address",
        Type::Text,
        "The full address.",
        "L’adresse complète.",
        "\"https://example.org\"",
    ),
    Field::new(
        "official",
        KNOWN,
        "Whether it is their own account.",
        "Si c’est leur propre compte.",
        "\"yes\"",
    )
    .or("\"unknown\""),
    Field::new(
        "checked",
        Type::Date,
        "The day on which somebody looked.",
        "Le jour où quelqu’un a vérifié.",
        "2026-05-31",
    ),
    Field::new(
        "closed",
        Type::Boolean,
        "Whether it was closed: kept, no longer offered.",
        "Si le compte est fermé : gardé, plus proposé.",
        "false",
    )
    .or("false"),
];

pub(super) const AGE_RATING: Field = Field::new(
    "age_rating",
    Type::Table(RATING),
    "The age from which it may be seen.",
    "L’âge à partir duquel on peut le voir.",
    "",
);
const RATING: &[Field] = &[
    Field::new(
        "from_age",
        Type::Whole,
        "The youngest age in years; 0: for all.",
        "L’âge minimal en années ; 0 : tous publics.",
        "12",
    )
    .required(),
    Field::new(
        "by",
        Type::Text,
        "Who rated it: CNC, FSK, BBFC.",
        "Qui l’a classé : CNC, FSK, BBFC.",
        "\"CNC\"",
    )
    .or("\"\""),
];
pub(super) const WARNING: Field = Field::new(
    "warning",
    Type::Texts,
    "A warning that is shown before playing.",
    "Un avertissement montré avant la lecture.",
    "{ fr = \"Scènes de violence\", en = \"Violence\" }",
);

pub(super) const RIGHTS: &[Field] = &[
    Field::new(
        "credit",
        Type::Text,
        "The credit to be shown.",
        "La mention à afficher.",
        "\"Photo : Jeanne Martin\"",
    )
    .or("\"\""),
    Field::new(
        "licence",
        Type::Text,
        "The licence: an SPDX identifier or a short text.",
        "La licence : un identifiant SPDX ou un texte court.",
        "\"CC-BY-4.0\"",
    ),
    Field::new(
        "holder",
        Type::Text,
        "Who holds the rights.",
        "Qui détient les droits.",
        "\"Ville de Saint-Bonnet-le-Château\"",
    ),
    Field::new(
        "from",
        Type::Date,
        "First day on which it may be used.",
        "Premier jour où l’usage est permis.",
        "2026-01-01",
    ),
    Field::new(
        "until",
        Type::Date,
        "Last day on which it may be used.",
        "Dernier jour où l’usage est permis.",
        "2031-12-31",
    ),
    Field::new(
        "territories",
        Type::List,
        "Territories of the panel in which it may be used (FR, FR-42); empty: everywhere.",
        "Territoires du panneau où l’usage est permis (FR, FR-42) ; vide : partout.",
        "[\"FR\"]",
    ),
    Field::new(
        "uses",
        Type::Choices(&["app", "offline", "web", "print", "other"]),
        "The uses that are granted; what is not named is forbidden: app, offline, web, print.",
        "Les usages accordés ; ce qui n’est pas nommé est interdit : app, offline, web, print.",
        "[\"app\", \"offline\", \"web\", \"print\"]",
    ),
];
pub(super) const RIGHTS_FIELD: Field = Field::new(
    "rights",
    Type::Table(RIGHTS),
    "Who made it and what may be done with it.",
    "Qui l’a fait et ce qu’on peut en faire.",
    "",
);

pub(super) const FILE: Field = Field::new(
    "file",
    Type::Text,
    "The file, relative to the source folder.",
    "Le fichier, relatif au dossier source.",
    "\"media/example.ogg\"",
);
pub(super) const BLOB: Field = Field::new(
    "blob",
    Type::Text,
    "SHA-256 of a file that is already in the publication; written by machines.",
    "SHA-256 d’un fichier déjà dans la publication ; écrit par la machine.",
    "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
);
pub(super) const BYTES: Field = Field::new(
    "bytes",
    Type::Whole,
    "Size in bytes; measured by the build.",
    "Taille en octets ; mesurée à la construction.",
    "186000",
)
.or("0");
pub(super) const MEDIA_TYPE: Field = Field::new(
    "media_type",
    Type::Text,
    "Media type; found by the build where it is missing.",
    "Type de média ; trouvé à la construction s’il manque.",
    "\"audio/ogg; codecs=opus\"",
)
.or("\"\"");
pub(super) const WIDTH_PX: Field = Field::new(
    "width_px",
    Type::Whole,
    "Width in pixels.",
    "Largeur en pixels.",
    "1280",
);
pub(super) const HEIGHT_PX: Field = Field::new(
    "height_px",
    Type::Whole,
    "Height in pixels.",
    "Hauteur en pixels.",
    "720",
);
pub(super) const RENDITIONS: Field = Field::new(
    "renditions",
    Type::Tables(&[FILE, BLOB, BYTES, MEDIA_TYPE, WIDTH_PX, HEIGHT_PX]),
    "The files.",
    "Les fichiers.",
    "",
);

pub(super) const ABOUT: Field = Field::new(
    "about",
    Type::Table(&[
        Field::new(
            "panel",
            Type::Id,
            "The panel it is about.",
            "Le panneau dont il s’agit.",
            "\"panel-1\"",
        ),
        Field::new(
            "place",
            Type::Id,
            "The place it is about.",
            "Le lieu dont il s’agit.",
            "\"place-1\"",
        ),
        Field::new(
            "film",
            Type::Id,
            "The film it is about.",
            "Le film dont il s’agit.",
            "\"liberte-2009\"",
        ),
        Field::new(
            "trail",
            Type::Id,
            "The trail it introduces.",
            "Le parcours qu’il présente.",
            "\"trail-1\"",
        ),
        Field::new(
            "stop",
            Type::Id,
            "The stop of a trail whose direction it speaks.",
            "L’étape d’un parcours dont il dit la direction.",
            "\"stop-2\"",
        ),
    ]),
    "What it is about: exactly one of panel, place, film, trail, stop.",
    "Ce dont il s’agit : un seul parmi panel, place, film, trail, stop.",
    "",
);
