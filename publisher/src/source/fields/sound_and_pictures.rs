//! The fields of commentaries, clips and pictures.

use super::shared::{
    ABOUT, AGE_RATING, AUDIENCE, BLOB, BYTES, FILE, HEIGHT_PX, ID, MEDIA_TYPE, RENDITIONS, RIGHTS_FIELD,
    STATE, WARNING, WIDTH_PX,
};
use super::{Field, Type};

const TITLE: Field = Field::new(
    "title",
    Type::Texts,
    "Its title.",
    "Son titre.",
    "{ fr = \"L’arrivée\", en = \"The arrival\" }",
);

pub(super) const COMMENTARY: &[Field] = &[
    ID,
    STATE,
    ABOUT.required(),
    Field::new(
        "language",
        Type::Language,
        "The language that is spoken.",
        "La langue parlée.",
        "\"fr\"",
    )
    .required(),
    Field::new(
        "audience",
        AUDIENCE,
        "For whom it is made: standard, children, easy (to read), described (for people who do not see).",
        "Pour qui : standard, children (enfants), easy (FALC), described (pour ceux qui ne voient pas).",
        "\"standard\"",
    )
    .or("\"standard\""),
    TITLE,
    Field::new(
        "voice",
        Type::Table(&[
            Field::new(
                "name",
                Type::Text,
                "The speaker's name, or the synthetic voice's.",
                "Le nom de la personne qui parle, ou de la voix de synthèse.",
                "\"Jeanne Martin\"",
            )
            .or("\"\""),
            Field::new(
                "synthetic",
                Type::Boolean,
                "Whether a machine speaks: visitors are told.",
                "Si c’est une machine qui parle : on le dit au visiteur.",
                "false",
            )
            .or("false"),
        ]),
        "Who speaks.",
        "Qui parle.",
        "",
    ),
    Field::new(
        "transcript",
        Type::Text,
        "The words that are spoken.",
        "Les mots prononcés.",
        "\"Vous êtes sur la place…\"",
    )
    .or("\"\""),
    Field::new(
        "transcript_file",
        Type::Text,
        "A file with the words that are spoken, instead of transcript: WebVTT, SRT or LRC with their times, or plain text.",
        "Un fichier avec les mots prononcés, à la place de transcript : WebVTT, SRT ou LRC avec leurs temps, ou texte simple.",
        "\"media/place.vtt\"",
    ),
    Field::new(
        "timed_transcript",
        Type::Text,
        "The words with their times, as WebVTT; written by the build.",
        "Les mots avec leurs temps, en WebVTT ; écrits à la construction.",
        "\"WEBVTT\"",
    ),
    RENDITIONS,
    Field::new(
        "duration_ms",
        Type::Whole,
        "Duration in milliseconds; measured by the build.",
        "Durée en millisecondes ; mesurée à la construction.",
        "92000",
    )
    .or("0"),
    Field::new(
        "loudness_lufs",
        Type::Number,
        "Loudness in LUFS; measured by the build.",
        "Volume sonore en LUFS ; mesuré à la construction.",
        "-16.0",
    ),
    Field::new(
        "waveform",
        Type::Text,
        "Its shape for the screen: 200 peaks, two hexadecimal digits each; measured by the build.",
        "Sa forme pour l’écran : 200 crêtes de deux chiffres hexadécimaux ; mesurée à la construction.",
        "\"00207fff\"",
    ),
    RIGHTS_FIELD,
];

pub(super) const CLIP: &[Field] = &[
    ID,
    STATE,
    Field::new(
        "shows",
        Type::Choice(&["scene", "trailer", "making_of", "interview", "sign_language", "other"]),
        "What it shows: scene, trailer, making_of, interview, sign_language, other.",
        "Ce qu’il montre : scene (extrait), trailer (bande-annonce), making_of, interview (entretien), sign_language (langue des signes), other.",
        "\"trailer\"",
    )
    .or("\"other\""),
    ABOUT.required(),
    TITLE,
    Field::new(
        "language",
        Type::Language,
        "The language that is spoken or signed.",
        "La langue parlée ou signée.",
        "\"fr\"",
    ),
    Field::new(
        "link",
        Type::Text,
        "The address that shows it; opened on a tap only, its host is named before.",
        "L’adresse qui le montre ; ouverte seulement sur un geste, l’hôte est nommé avant.",
        "\"https://example.org/trailer\"",
    ),
    RENDITIONS,
    Field::new(
        "subtitles",
        Type::Tables(&[
            Field::new("language", Type::Language, "Their language.", "Leur langue.", "\"fr\"").required(),
            Field::new(
                "for_deaf",
                Type::Boolean,
                "Whether they also tell sounds and speakers.",
                "S’ils disent aussi les sons et qui parle.",
                "true",
            )
            .or("false"),
            FILE,
            BLOB,
            BYTES,
            MEDIA_TYPE,
            WIDTH_PX,
            HEIGHT_PX,
        ]),
        "Its subtitles (WebVTT files).",
        "Ses sous-titres (fichiers WebVTT).",
        "",
    ),
    Field::new(
        "duration_ms",
        Type::Whole,
        "Duration in milliseconds, if known.",
        "Durée en millisecondes, si on la connaît.",
        "92000",
    ),
    AGE_RATING,
    WARNING,
    RIGHTS_FIELD,
];

pub(super) const PICTURE: &[Field] = &[
    ID,
    STATE,
    Field::new(
        "shows",
        Type::Choice(&["still", "poster", "then", "now", "photo"]),
        "What it is: still (of the film), poster, then (at the time of the shooting), now, photo.",
        "Ce que c’est : still (photo du film), poster (affiche), then (à l’époque du tournage), now (aujourd’hui), photo.",
        "\"now\"",
    )
    .or("\"photo\""),
    ABOUT,
    Field::new(
        "alt",
        Type::Texts,
        "What it shows, for people who do not see it.",
        "Ce qu’elle montre, pour ceux qui ne la voient pas.",
        "{ fr = \"Une place pavée\", en = \"A cobbled square\" }",
    ),
    Field::new(
        "caption",
        Type::Texts,
        "A caption.",
        "Une légende.",
        "{ fr = \"La place en 2026\" }",
    ),
    Field::new(
        "pair",
        Type::Id,
        "The picture to compare it with: the other half of then and now.",
        "L’image à comparer : l’autre moitié d’autrefois et maintenant.",
        "\"place-then\"",
    ),
    RENDITIONS,
    RIGHTS_FIELD,
];
