//! The words of the worked example: an invented film at an invented place. Data only.

use super::Worked;
use super::Written::{Languages, Plain, Words};
use crate::source::Kind;

const DRAFT: super::Written = Plain("\"draft\"");

pub(super) const EXAMPLE: &[Worked] = &[
    Worked {
        kind: Kind::Publisher,
        file: "publication.toml",
        french: "Qui publie. Remplacez l’exemple ; une ligne qui commence par # n’est pas lue.",
        english: "Who publishes. Write over the example; a line that begins with # is not read.",
        values: &[
            ("format", Plain("1")),
            ("id", Plain("\"exemple\"")),
            ("name", Plain("\"Ville d’Exemple\"")),
            (
                "title",
                Words(
                    "Exemple : le cinéma dans notre ville",
                    "Example: cinema in our town",
                ),
            ),
            ("languages", Languages),
            (
                "legal_notice",
                Words("Exemple de mentions légales.", "Example of a legal notice."),
            ),
        ],
    },
    Worked {
        kind: Kind::Film,
        file: "films/exemple.toml",
        french: "Un film. Un fichier par film, ou plusieurs dans un fichier, chacun sous [[film]].",
        english: "A film. One file for each, or several in one file, each under [[film]].",
        values: &[
            ("id", Plain("\"film-exemple\"")),
            ("state", DRAFT),
            (
                "title",
                Words("Exemple : Le Film inventé", "Example: The Invented Film"),
            ),
            ("form", Plain("\"feature\"")),
            ("year", Plain("1999")),
            ("synopsis", Words("Exemple de résumé.", "Example of a summary.")),
            ("credits.1.who", Plain("\"personne-exemple\"")),
            ("credits.1.role", Plain("\"director\"")),
        ],
    },
    Worked {
        kind: Kind::Person,
        file: "people/exemple.toml",
        french: "Une personne qui a fait un film.",
        english: "A person who made a film.",
        values: &[
            ("id", Plain("\"personne-exemple\"")),
            ("state", DRAFT),
            ("name", Plain("\"Camille Exemple\"")),
        ],
    },
    Worked {
        kind: Kind::Place,
        file: "places/exemple.toml",
        french: "Un lieu de tournage, avec ou sans panneau.",
        english: "A place where something was shot, with or without a panel.",
        values: &[
            ("id", Plain("\"lieu-exemple\"")),
            ("state", DRAFT),
            (
                "name",
                Words("Exemple : place du Marché", "Example: market square"),
            ),
            ("position", Plain("\"45.4237, 4.0662\"")),
            ("country", Plain("\"FR\"")),
            ("access.is", Plain("\"public\"")),
            ("access.step_free", Plain("\"unknown\"")),
        ],
    },
    Worked {
        kind: Kind::Shooting,
        file: "shootings/exemple.toml",
        french: "Un tournage : ce film, à ce lieu.",
        english: "A shooting: this film, at this place.",
        values: &[
            ("id", Plain("\"tournage-exemple\"")),
            ("state", DRAFT),
            ("film", Plain("\"film-exemple\"")),
            ("place", Plain("\"lieu-exemple\"")),
            (
                "scene",
                Words(
                    "Exemple : l’arrivée au marché.",
                    "Example: the arrival at the market.",
                ),
            ),
        ],
    },
    Worked {
        kind: Kind::Panel,
        file: "panels/exemple.toml",
        french: "Un panneau, avec son anecdote (InfoClap). Son code se tire une fois et ne change plus.",
        english: "A panel with its anecdote (InfoClap). Its code is drawn once and never changes.",
        values: &[
            ("id", Plain("\"panneau-exemple\"")),
            ("state", DRAFT),
            ("code", Plain("\"K7QM-2FXR\"")),
            ("place", Plain("\"lieu-exemple\"")),
            ("film", Plain("\"film-exemple\"")),
            (
                "infoclap",
                Words(
                    "Exemple d’anecdote : ici, l’équipe a attendu la neige trois jours.",
                    "Example of an anecdote: here the crew waited three days for snow.",
                ),
            ),
            ("infoclap_rights.credit", Plain("\"Ville d’Exemple\"")),
            (
                "infoclap_rights.uses",
                Plain("[\"app\", \"offline\", \"web\", \"print\"]"),
            ),
            ("format", Plain("\"40x60\"")),
            ("mount", Plain("\"post\"")),
            ("condition", Plain("\"planned\"")),
        ],
    },
    Worked {
        kind: Kind::Commentary,
        file: "commentaries/exemple.toml",
        french: "Un commentaire audio. Mettez l’enregistrement dans media/ et écrivez son nom dans « file ».",
        english: "A recording. Put the file into media/ and write its name at \"file\".",
        values: &[
            ("id", Plain("\"commentaire-exemple\"")),
            ("state", DRAFT),
            ("about.panel", Plain("\"panneau-exemple\"")),
            ("language", Plain("\"fr\"")),
            ("voice.name", Plain("\"Camille Exemple\"")),
            (
                "transcript",
                Plain("\"Exemple : vous êtes sur la place du Marché.\""),
            ),
            ("rights.credit", Plain("\"Ville d’Exemple\"")),
            ("rights.uses", Plain("[\"app\", \"offline\", \"web\"]")),
        ],
    },
    Worked {
        kind: Kind::Trail,
        file: "trails/exemple.toml",
        french: "Un parcours. Son tracé est un fichier GPX à côté.",
        english: "A trail. Its line is a GPX file beside it.",
        values: &[
            ("id", Plain("\"parcours-exemple\"")),
            ("state", DRAFT),
            (
                "name",
                Words("Exemple : le tour de la place", "Example: around the square"),
            ),
            ("line_file", Plain("\"trails/exemple.gpx\"")),
            ("difficulty", Plain("\"easy\"")),
            ("stops.1.id", Plain("\"etape-exemple-1\"")),
            ("stops.1.place", Plain("\"lieu-exemple\"")),
            ("stops.2.id", Plain("\"etape-exemple-2\"")),
            ("stops.2.at", Plain("\"45.4240, 4.0666\"")),
            (
                "stops.2.direction",
                Words("Exemple : prenez à gauche.", "Example: turn left."),
            ),
        ],
    },
];

pub(super) const LINE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="AlloClap">
  <trk>
    <name>Exemple</name>
    <trkseg>
      <trkpt lat="45.4237" lon="4.0662"/>
      <trkpt lat="45.4240" lon="4.0666"/>
      <trkpt lat="45.4244" lon="4.0669"/>
    </trkseg>
  </trk>
</gpx>
"#;

pub(super) const MEDIA: &str = "Enregistrements, images et vidéos. / Recordings, pictures and films.\n";

pub(super) const README: &str = "\
# Dossier source / Source folder

Tout ici est un exemple à l’état « draft » : rien n’est mis en ligne tant que `state = \"draft\"`.
Ouvrez les fichiers `.toml` avec un éditeur de texte ; chaque champ y est expliqué.

Everything here is an example in the state \"draft\": nothing is put online as long as it says `state = \"draft\"`.
Open the `.toml` files with a text editor; each field is explained in them.

    alloclap publish check .                  que manque-t-il ? / what is missing?
    alloclap publish build . --out ../public  construire / build
";
