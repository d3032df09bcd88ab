//! The fields of places, panels, trails, notices and of what was removed.

use super::shared::{ALIASES, ID, KNOWN, PUBLISH_FROM, RIGHTS, STATE};
use super::{Field, Type};

pub(super) const PLACE: &[Field] = &[
    ID,
    STATE,
    PUBLISH_FROM,
    ALIASES,
    Field::new("name", Type::Texts, "Its name.", "Son nom.", "{ fr = \"Place du Commandant-Marey\" }").required(),
    Field::new(
        "position",
        Type::Position,
        "Where it is: latitude, longitude.",
        "Où il est : latitude, longitude.",
        "\"45.4237, 4.0662\"",
    )
    .required(),
    Field::new("address", Type::Text, "Street and number.", "Rue et numéro.", "\"1 place du Commandant-Marey\""),
    Field::new("postcode", Type::Text, "Postcode.", "Code postal.", "\"42380\""),
    Field::new(
        "commune",
        Type::Text,
        "INSEE code of the commune, five characters.",
        "Code INSEE de la commune, cinq caractères.",
        "\"42204\"",
    ),
    Field::new(
        "commune_name",
        Type::Text,
        "The commune's name.",
        "Le nom de la commune.",
        "\"Saint-Bonnet-le-Château\"",
    ),
    Field::new("departement", Type::Text, "The département.", "Le département.", "\"Loire\""),
    Field::new("region", Type::Text, "The région.", "La région.", "\"Auvergne-Rhône-Alpes\""),
    Field::new("country", Type::Text, "The country, two letters.", "Le pays, deux lettres.", "\"FR\""),
    Field::new(
        "access",
        Type::Table(&[
            Field::new(
                "is",
                Type::Choice(&["public", "hours", "outside", "private", "unknown"]),
                "How it may be visited: public, hours (open at certain hours), outside (seen from outside), private, unknown.",
                "Comment on y accède : public, hours (à certaines heures), outside (à voir de l’extérieur), private (privé), unknown (inconnu).",
                "\"public\"",
            )
            .or("\"unknown\""),
            Field::new(
                "opening_hours",
                Type::Text,
                "When, as OpenStreetMap writes opening_hours.",
                "Quand, comme opening_hours d’OpenStreetMap.",
                "\"Mo-Fr 09:00-17:00\"",
            ),
            Field::new(
                "step_free",
                KNOWN,
                "Whether a wheelchair or a pram gets there: yes, no, unknown.",
                "Si un fauteuil ou une poussette y arrive : yes, no, unknown.",
                "\"unknown\"",
            )
            .or("\"unknown\""),
            Field::new("toilets", KNOWN, "Whether toilets are there.", "S’il y a des toilettes.", "\"no\"")
                .or("\"unknown\""),
            Field::new("seating", KNOWN, "Whether one can sit down.", "Si l’on peut s’asseoir.", "\"yes\"")
                .or("\"unknown\""),
            Field::new(
                "note",
                Type::Texts,
                "Anything else to know before coming.",
                "Autre chose à savoir avant de venir.",
                "{ fr = \"Pavés irréguliers\", en = \"Uneven cobblestones\" }",
            ),
        ]),
        "Whether and when it may be visited.",
        "Si et quand on peut y aller.",
        "",
    ),
    Field::new(
        "description",
        Type::Texts,
        "What there is to see.",
        "Ce qu’on y voit.",
        "{ fr = \"Une place sous les remparts.\" }",
    ),
    Field::new(
        "quiet",
        Type::Boolean,
        "Whether people live or pray here: sound never starts by itself.",
        "Si des gens habitent ou prient ici : le son ne démarre jamais seul.",
        "true",
    )
    .or("false"),
    Field::new(
        "zone",
        Type::Table(&[
            Field::new(
                "centre",
                Type::Position,
                "The middle of a circle where standing is safe.",
                "Le centre d’un cercle où l’on peut s’arrêter sans danger.",
                "\"45.4238, 4.0660\"",
            ),
            Field::new(
                "radius_m",
                Type::Number,
                "The circle's radius in metres.",
                "Le rayon du cercle en mètres.",
                "25",
            ),
            Field::new(
                "corners",
                Type::Positions,
                "Instead of a circle: the corners of a polygon, at least three.",
                "À la place d’un cercle : les coins d’un polygone, au moins trois.",
                "[\"45.4237, 4.0660\", \"45.4239, 4.0660\", \"45.4238, 4.0664\"]",
            ),
        ]),
        "The ground on which its story may begin: a circle or a polygon.",
        "Le sol où son histoire peut commencer : un cercle ou un polygone.",
        "",
    ),
];

pub(super) const PANEL: &[Field] = &[
    ID,
    STATE,
    PUBLISH_FROM,
    ALIASES,
    Field::new(
        "code",
        Type::Text,
        "The panel code that is printed. Drawn once, never used again.",
        "Le code imprimé sur le panneau. Tiré une fois, jamais réutilisé.",
        "\"K7QM-2FXR\"",
    )
    .required(),
    Field::new(
        "old_codes",
        Type::List,
        "Codes of older signs that mean this panel.",
        "Codes d’anciens panneaux qui désignent celui-ci.",
        "[\"1204\"]",
    ),
    Field::new(
        "place",
        Type::Id,
        "The place that it tells about.",
        "Le lieu dont il parle.",
        "\"place-du-commandant\"",
    )
    .required(),
    Field::new(
        "position",
        Type::Position,
        "Where it stands, if not at its place's position.",
        "Où il se trouve, si ce n’est pas à la position du lieu.",
        "\"45.4237, 4.0663\"",
    ),
    Field::new(
        "facing_deg",
        Type::Number,
        "The direction to look, in degrees clockwise from north.",
        "La direction à regarder, en degrés depuis le nord dans le sens horaire.",
        "135",
    ),
    Field::new(
        "film",
        Type::Id,
        "The film that it headlines.",
        "Le film qu’il met en avant.",
        "\"liberte-2009\"",
    )
    .required(),
    Field::new(
        "infoclap",
        Type::Texts,
        "The anecdote.",
        "L’anecdote.",
        "{ fr = \"Ici, les roulottes entrent dans le village.\", en = { text = \"Here the caravans enter the village.\", from = \"fr\", translation = \"human\" } }",
    )
    .required(),
    Field::new(
        "infoclap_rights",
        Type::Table(RIGHTS),
        "Who wrote the anecdote and what may be done with it.",
        "Qui a écrit l’anecdote et ce qu’on peut en faire.",
        "",
    ),
    Field::new(
        "format",
        Type::Choice(&["15x20", "40x60", "60x80", "other"]),
        "Its size in centimetres: 15x20, 40x60, 60x80, other.",
        "Sa taille en centimètres : 15x20, 40x60, 60x80, other.",
        "\"40x60\"",
    )
    .or("\"other\""),
    Field::new(
        "mount",
        Type::Choice(&["screwed", "post", "other"]),
        "How it is fixed: screwed (to a wall), post, other.",
        "Comment il est fixé : screwed (vissé au mur), post (sur poteau), other.",
        "\"post\"",
    )
    .or("\"other\""),
    Field::new(
        "condition",
        Type::Choice(&["planned", "standing", "damaged", "removed", "other"]),
        "The state of the sign: planned, standing, damaged, removed.",
        "L’état du panneau : planned (prévu), standing (en place), damaged (abîmé), removed (enlevé).",
        "\"standing\"",
    )
    .or("\"planned\""),
];

pub(super) const TRAIL: &[Field] = &[
    ID,
    STATE,
    PUBLISH_FROM,
    ALIASES,
    Field::new(
        "name",
        Type::Texts,
        "Its name.",
        "Son nom.",
        "{ fr = \"Sur les pas de Liberté\" }",
    )
    .required(),
    Field::new(
        "description",
        Type::Texts,
        "What it is about.",
        "De quoi il parle.",
        "{ fr = \"Une heure dans la vieille ville.\" }",
    ),
    Field::new(
        "line_file",
        Type::Text,
        "The GPX file with its line, relative to the source folder.",
        "Le fichier GPX de son tracé, relatif au dossier source.",
        "\"trails/liberte.gpx\"",
    ),
    Field::new(
        "line",
        Type::Positions,
        "Its line, if there is no GPX file.",
        "Son tracé, s’il n’y a pas de fichier GPX.",
        "[\"45.4237, 4.0662\", \"45.4241, 4.0670\"]",
    ),
    Field::new(
        "stops",
        Type::Tables(&[
            ID,
            Field::new(
                "place",
                Type::Id,
                "The place, if the stop is one.",
                "Le lieu, si l’étape en est un.",
                "\"place-du-commandant\"",
            ),
            Field::new(
                "at",
                Type::Position,
                "Where a direction is spoken, if the stop is one.",
                "Où une direction est dite, si l’étape en est une.",
                "\"45.4240, 4.0666\"",
            ),
            Field::new(
                "direction",
                Type::Texts,
                "What is said there.",
                "Ce qui y est dit.",
                "{ fr = \"Prenez la rue à gauche.\", en = \"Take the street on the left.\" }",
            ),
        ]),
        "Its stops in the order of walking: a place, or a spoken direction.",
        "Ses étapes dans l’ordre de la marche : un lieu, ou une direction dite.",
        "",
    ),
    Field::new(
        "length_m",
        Type::Number,
        "Length in metres; measured on the line where it is missing.",
        "Longueur en mètres ; mesurée sur le tracé si elle manque.",
        "1850",
    ),
    Field::new(
        "ascent_m",
        Type::Number,
        "Metres upwards in all.",
        "Dénivelé positif en mètres.",
        "64",
    ),
    Field::new(
        "duration_min",
        Type::Whole,
        "Walking time in minutes, without the stops.",
        "Temps de marche en minutes, sans les arrêts.",
        "45",
    ),
    Field::new(
        "difficulty",
        Type::Choice(&["easy", "medium", "hard", "unknown"]),
        "How hard it is: easy, medium, hard, unknown.",
        "Sa difficulté : easy (facile), medium (moyenne), hard (difficile), unknown (inconnue).",
        "\"easy\"",
    )
    .or("\"unknown\""),
    Field::new(
        "surface",
        Type::Texts,
        "What one walks on.",
        "Sur quoi l’on marche.",
        "{ fr = \"Pavés et terre\", en = \"Cobblestones and earth\" }",
    ),
    Field::new(
        "steps",
        Type::Whole,
        "How many steps there are.",
        "Le nombre de marches.",
        "32",
    ),
    Field::new(
        "steepest_percent",
        Type::Number,
        "The steepest slope in percent.",
        "La pente la plus forte en pour cent.",
        "12",
    ),
    Field::new(
        "step_free",
        KNOWN,
        "Whether a wheelchair or a pram gets along: yes, no, unknown.",
        "Si un fauteuil ou une poussette passe : yes, no, unknown.",
        "\"no\"",
    )
    .or("\"unknown\""),
    Field::new(
        "transport",
        Type::Texts,
        "How to get there without a car.",
        "Comment venir sans voiture.",
        "{ fr = \"Car depuis Saint-Étienne\" }",
    ),
    Field::new(
        "months",
        Type::WholeList,
        "Months in which it is open, 1 to 12; empty: all year.",
        "Mois d’ouverture, 1 à 12 ; vide : toute l’année.",
        "[4, 5, 6, 7, 8, 9, 10]",
    ),
];

pub(super) const NOTICE: &[Field] = &[
    ID,
    Field::new(
        "place",
        Type::Id,
        "The place it concerns.",
        "Le lieu concerné.",
        "\"place-du-commandant\"",
    ),
    Field::new(
        "trail",
        Type::Id,
        "The trail it concerns.",
        "Le parcours concerné.",
        "\"trail-1\"",
    ),
    Field::new(
        "commune",
        Type::Text,
        "INSEE code of the commune it concerns.",
        "Code INSEE de la commune concernée.",
        "\"42204\"",
    ),
    Field::new(
        "from",
        Type::Date,
        "First day on which it is valid.",
        "Premier jour de validité.",
        "2026-06-01",
    ),
    Field::new(
        "until",
        Type::Date,
        "Last day on which it is valid.",
        "Dernier jour de validité.",
        "2026-06-30",
    ),
    Field::new(
        "effect",
        Type::Choice(&["inform", "skip_stop", "trail_closed", "other"]),
        "What it changes: inform, skip_stop (the stop is skipped), trail_closed.",
        "Ce qu’il change : inform (informer), skip_stop (étape sautée), trail_closed (parcours fermé).",
        "\"inform\"",
    )
    .or("\"inform\""),
    Field::new(
        "text",
        Type::Texts,
        "What it says.",
        "Ce qu’il dit.",
        "{ fr = \"Travaux rue du Rempart.\", en = \"Works in rue du Rempart.\" }",
    )
    .required(),
];

pub(super) const TOMBSTONE: &[Field] = &[
    Field::new(
        "id",
        Type::Id,
        "The id of the record that was removed.",
        "L’identifiant de la fiche supprimée.",
        "\"panel-9\"",
    )
    .required(),
    Field::new(
        "code",
        Type::Text,
        "The panel code it had, if it was a panel.",
        "Le code du panneau, si c’en était un.",
        "\"K7QM-2FXR\"",
    ),
    Field::new(
        "replaced_by",
        Type::Id,
        "The record that took its place.",
        "La fiche qui la remplace.",
        "\"panel-1\"",
    ),
    Field::new(
        "text",
        Type::Texts,
        "What to tell a visitor who asks for it.",
        "Ce qu’on dit au visiteur qui la demande.",
        "{ fr = \"Ce panneau a été déplacé.\", en = \"This panel was moved.\" }",
    ),
];
