//! The fields of the publisher, of films, of who made them and of shootings.

use super::shared::{ACCOUNTS, AGE_RATING, ALIASES, ID, PUBLISH_FROM, SAME_AS, STATE, WARNING};
use super::{Field, Type};

pub(super) const PUBLISHER: &[Field] = &[
    Field::new(
        "format",
        Type::Whole,
        "Version of this format: 1.",
        "Version de ce format : 1.",
        "1",
    )
    .or("1"),
    ID,
    Field::new(
        "name",
        Type::Text,
        "The publisher's name.",
        "Le nom de l’éditeur.",
        "\"Ville de Saint-Bonnet-le-Château\"",
    )
    .required(),
    Field::new(
        "title",
        Type::Texts,
        "The publication's title.",
        "Le titre de la publication.",
        "{ fr = \"Le cinéma en ville\", en = \"Cinema in town\" }",
    ),
    Field::new(
        "languages",
        Type::Languages,
        "Languages in which everything should exist; the first is the one to fall back to.",
        "Langues dans lesquelles tout devrait exister ; la première sert de repli.",
        "[\"fr\", \"en\"]",
    ),
    Field::new(
        "hosts",
        Type::List,
        "Hosts of the addresses printed in the codes; former hosts stay listed.",
        "Hôtes des adresses imprimées dans les codes ; les anciens restent.",
        "[\"cinema.example.org\"]",
    ),
    Field::new(
        "mirrors",
        Type::List,
        "Other addresses with the same files, for when the first does not answer; the one to try first in front.",
        "Autres adresses des mêmes fichiers, pour quand la première ne répond pas ; celle à essayer d’abord en tête.",
        "[\"https://mirror.example.org/guide/\"]",
    ),
    Field::new(
        "site",
        Type::Text,
        "The publisher's web site.",
        "Le site web de l’éditeur.",
        "\"https://example.org\"",
    ),
    Field::new(
        "legal_notice",
        Type::Texts,
        "The legal notice.",
        "Les mentions légales.",
        "{ fr = \"Directrice de la publication : …\" }",
    ),
    Field::new(
        "damage_contact",
        Type::Text,
        "Whom to tell of a damaged panel: e-mail, telephone or web address.",
        "À qui signaler un panneau abîmé : courriel, téléphone ou adresse web.",
        "\"voirie@example.org\"",
    ),
    Field::new(
        "accessibility_contact",
        Type::Text,
        "Whom to tell of an obstacle for people with a disability.",
        "À qui signaler un obstacle pour les personnes handicapées.",
        "\"acces@example.org\"",
    ),
    Field::new(
        "supporters",
        Type::Tables(&[
            Field::new(
                "name",
                Type::Text,
                "The name.",
                "Le nom.",
                "\"Département de la Loire\"",
            )
            .required(),
            Field::new(
                "address",
                Type::Text,
                "An address to read more.",
                "Une adresse pour en savoir plus.",
                "\"https://example.org\"",
            ),
            Field::new(
                "logo",
                Type::Id,
                "The picture with the logo.",
                "L’image du logo.",
                "\"logo-loire\"",
            ),
        ]),
        "Who paid, or helped.",
        "Qui a payé, ou aidé.",
        "",
    ),
];

pub(super) const FILM: &[Field] = &[
    ID,
    STATE,
    PUBLISH_FROM,
    ALIASES,
    SAME_AS,
    Field::new(
        "title",
        Type::Texts,
        "Its titles, by language.",
        "Ses titres, par langue.",
        "{ fr = \"Liberté\", en = \"Korkoro\" }",
    )
    .required(),
    Field::new(
        "original_title",
        Type::Text,
        "Its title in the language it was made in.",
        "Son titre dans sa langue d’origine.",
        "\"Liberté\"",
    ),
    Field::new(
        "original_language",
        Type::Language,
        "The language it was made in.",
        "Sa langue d’origine.",
        "\"fr\"",
    ),
    Field::new(
        "form",
        Type::Choice(&[
            "feature",
            "short",
            "series",
            "tv_film",
            "web_series",
            "documentary",
            "music_video",
            "advert",
            "other",
        ]),
        "Its form: feature, short, series, tv_film, web_series, documentary, music_video, advert, other.",
        "Sa forme : feature (long métrage), short (court), series (série), tv_film (téléfilm), web_series, documentary, music_video (clip), advert (publicité), other.",
        "\"feature\"",
    )
    .or("\"other\""),
    Field::new(
        "year",
        Type::Whole,
        "The year in which it was first shown.",
        "L’année de sa première sortie.",
        "2009",
    ),
    Field::new(
        "credits",
        Type::Tables(&[
            Field::new("who", Type::Id, "The person or company.", "La personne ou société.", "\"tony-gatlif\"")
                .required(),
            Field::new(
                "role",
                Type::Choice(&[
                    "director",
                    "writer",
                    "actor",
                    "composer",
                    "cinematographer",
                    "producer",
                    "distributor",
                    "other",
                ]),
                "What they did: director, writer, actor, composer, cinematographer, producer, distributor, other.",
                "Leur rôle : director (réalisation), writer (scénario), actor (interprétation), composer (musique), cinematographer (image), producer (production), distributor (distribution), other.",
                "\"director\"",
            )
            .or("\"other\""),
            Field::new(
                "character",
                Type::Text,
                "The character that an actor played.",
                "Le personnage interprété.",
                "\"Mademoiselle Lundi\"",
            ),
        ]),
        "Who made it, in the order in which they are named.",
        "Qui l’a fait, dans l’ordre du générique.",
        "",
    ),
    Field::new(
        "synopsis",
        Type::Texts,
        "What it tells.",
        "Ce qu’il raconte.",
        "{ fr = \"Une famille tsigane arrive dans un village.\" }",
    ),
    Field::new(
        "episodes",
        Type::Tables(&[
            Field::new("season", Type::Whole, "Its season, from 1.", "Sa saison, à partir de 1.", "1").required(),
            Field::new(
                "number",
                Type::Whole,
                "Its number in the season, from 1.",
                "Son numéro dans la saison, à partir de 1.",
                "3",
            )
            .required(),
            Field::new("title", Type::Texts, "Its title.", "Son titre.", "{ fr = \"Le départ\" }"),
            Field::new(
                "year",
                Type::Whole,
                "The year in which it was first shown.",
                "L’année de sa première diffusion.",
                "2021",
            ),
        ]),
        "Its episodes, if it is a series.",
        "Ses épisodes, si c’est une série.",
        "",
    ),
    Field::new(
        "watch",
        Type::Tables(&[
            Field::new("service", Type::Text, "The service's name.", "Le nom du service.", "\"Arte\"").required(),
            Field::new(
                "address",
                Type::Text,
                "Its address.",
                "Son adresse.",
                "\"https://example.org/liberte\"",
            )
            .required(),
            Field::new(
                "countries",
                Type::List,
                "Countries in which it is offered; empty: not said.",
                "Pays où il est proposé ; vide : non précisé.",
                "[\"FR\", \"BE\"]",
            ),
            Field::new(
                "checked",
                Type::Date,
                "The day on which somebody looked.",
                "Le jour où quelqu’un a vérifié.",
                "2026-05-31",
            ),
        ]),
        "Where to see it now.",
        "Où le voir aujourd’hui.",
        "",
    ),
    AGE_RATING,
    WARNING,
];

const NAME: Field = Field::new(
    "name",
    Type::Text,
    "The name as it is credited.",
    "Le nom tel qu’au générique.",
    "\"Tony Gatlif\"",
)
.required();

pub(super) const PERSON: &[Field] = &[ID, STATE, ALIASES, SAME_AS, NAME, ACCOUNTS];
pub(super) const COMPANY: &[Field] = &[ID, STATE, ALIASES, SAME_AS, NAME, ACCOUNTS];

pub(super) const SHOOTING: &[Field] = &[
    ID,
    STATE,
    PUBLISH_FROM,
    ALIASES,
    Field::new("film", Type::Id, "The film.", "Le film.", "\"liberte-2009\"").required(),
    Field::new(
        "place",
        Type::Id,
        "The place.",
        "Le lieu.",
        "\"place-du-commandant\"",
    )
    .required(),
    Field::new(
        "from",
        Type::Date,
        "First day of the shooting.",
        "Premier jour du tournage.",
        "2008-10-01",
    ),
    Field::new(
        "until",
        Type::Date,
        "Last day of the shooting.",
        "Dernier jour du tournage.",
        "2008-10-03",
    ),
    Field::new(
        "scene",
        Type::Texts,
        "The scene that was shot.",
        "La scène tournée.",
        "{ fr = \"L’arrivée des roulottes\" }",
    ),
    Field::new(
        "season",
        Type::Whole,
        "The season it belongs to, if it is a series.",
        "La saison, si c’est une série.",
        "1",
    ),
    Field::new(
        "episode",
        Type::Whole,
        "The episode it belongs to, if it is a series.",
        "L’épisode, si c’est une série.",
        "3",
    ),
    Field::new(
        "source",
        Type::Text,
        "Where this is known from: a table and its row, a book, a witness.",
        "D’où on le sait : un tableau et sa ligne, un livre, un témoin.",
        "\"Archives municipales, 4R12\"",
    ),
];
