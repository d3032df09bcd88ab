//! What can be typed, explained in French and English. Reading what was typed; nothing is done here.

mod keys;

use crate::commands::{listen, simulate, walk};
use crate::words::Ui;
use alloclap_core::catalogue::model::Language;
use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, value_parser};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// The whole command line.
pub fn command(ui: Ui) -> Command {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    let command = Command::new("alloclap")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t(
            "Films where they were shot: scan a panel, hear its story, walk its trail, also without network",
            "Les films là où ils ont été tournés : scanner un panneau, écouter son histoire, suivre son parcours, même sans réseau",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true).help(t("this help", "cette aide")),
        )
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version).help(t("the version", "la version")))
        .arg(
            Arg::new("ui")
                .long("ui")
                .value_name("fr|en")
                .hide_possible_values(true)
                .global(true)
                .value_parser(PossibleValuesParser::new(["fr", "en"]))
                .help(t("language of what is shown here", "langue de ce qui s’affiche ici")),
        )
        .arg(flag("json", t("one JSON object a line, for machines", "un objet JSON par ligne, pour les machines")).global(true))
        .arg(
            path("data", "DIR", t("folder with the guide [default: the user's own]", "dossier du guide [par défaut : celui de l’utilisateur]"))
                .long("data")
                .global(true),
        )
        .arg(
            Arg::new("lang")
                .long("lang")
                .value_name("fr,en,…")
                .value_delimiter(',')
                .global(true)
                .help(t("languages of texts and commentaries, the preferred one first", "langues des textes et commentaires, la préférée d’abord")),
        )
        .arg(
            Arg::new("audience")
                .long("audience")
                .value_name("WHO")
                .hide_possible_values(true)
                .value_parser(PossibleValuesParser::new(["standard", "children", "easy", "described"]))
                .global(true)
                .help(t("for whom texts and commentaries are made: standard, children, easy, described", "à qui s’adressent textes et commentaires : standard, children, easy, described")),
        )
        .subcommands(visitor(ui))
        .subcommand(publish(ui));
    in_words(command, ui)
}

/// The headings of the help in the interface's language; clap itself has them in English only.
fn in_words(command: Command, ui: Ui) -> Command {
    let (template, commands, command_name) = match ui {
        Ui::En => (
            "{about-with-newline}\nUsage: {usage}\n\n{all-args}",
            "Commands",
            "COMMAND",
        ),
        Ui::Fr => (
            "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}",
            "Commandes",
            "COMMANDE",
        ),
    };
    command
        .help_template(template)
        .subcommand_help_heading(commands)
        .subcommand_value_name(command_name)
        .mut_subcommands(|sub| in_words(sub, ui))
}

/// Words separated by commas.
fn listed(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_delimiter(',')
        .help(help)
}

/// What a visitor does.
fn visitor(ui: Ui) -> Vec<Command> {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    vec![
        Command::new("sync")
            .about(t("Download or refresh a guide; without address, all that are here", "Télécharger ou actualiser un guide ; sans adresse, tous ceux présents"))
            .arg(Arg::new("url").value_name("URL").help(t("address of the publication", "adresse de la publication")))
            .arg(
                Arg::new("media")
                    .long("media")
                    .value_name("MEDIA")
                    .hide_possible_values(true)
                    .value_delimiter(',')
                    .value_parser(PossibleValuesParser::new(["audio", "picture", "video", "map"]))
                    .help(t("media to download: audio,picture,video,map [default: all]", "médias à télécharger : audio,picture,video,map [par défaut : tous]")),
            )
            .args(keys::places(ui))
            .arg(
                Arg::new("root").long("root").value_name("FILE|SHA256")
                    .help(t("the publication's root: its file, or the fingerprint that the publisher hands out", "la racine de la publication : son fichier, ou l’empreinte donnée par l’éditeur")),
            )
            .arg(flag("trust-first-seen", t("believe the root that the server shows first", "croire la première racine que montre le serveur")))
            .arg(listed("spoken", "fr,en,…", t("only recordings and clips in these languages", "seulement les enregistrements et extraits dans ces langues")))
            .arg(flag("all", t("everything again, whatever was chosen before", "tout à nouveau, quel qu’ait été le choix précédent")))
            .arg(flag("plan", t("only tell what would be downloaded", "dire seulement ce qui serait téléchargé")))
            .arg(
                Arg::new("quota")
                    .long("quota")
                    .value_name("MB")
                    .value_parser(value_parser!(u64).range(1..=1_000_000))
                    .help(t("most megabytes that the media of all guides may take", "mégaoctets que les médias de tous les guides peuvent occuper")),
            )
            .arg(Arg::new("remove").long("remove").value_name("TRAIL").conflicts_with("forget").help(t("take this trail off the machine instead", "retirer ce parcours de la machine")))
            .arg(flag("forget", t("remove this guide from the folder instead", "retirer ce guide du dossier"))),
        Command::new("ready")
            .about(t("Check that trails can be walked without network: every file is read and compared", "Vérifier que des parcours se font sans réseau : chaque fichier est lu et comparé"))
            .arg(Arg::new("trail").value_name("TRAIL").help(t("one trail [default: all]", "un parcours [par défaut : tous]")))
            .arg(Arg::new("spoken").long("spoken").value_name("fr").value_parser(value_parser!(Language)).help(t("in this language alone", "dans cette langue seulement"))),
        Command::new("guides").about(t("The guides that are on this machine, and their trails", "Les guides présents sur cette machine, et leurs parcours")),
        Command::new("scan")
            .about(t("Read the flashcodes in pictures and show their panels", "Lire les flashcodes d’images et montrer leurs panneaux"))
            .arg(
                path("image", "IMAGE", t("PNG, JPEG or WebP", "PNG, JPEG ou WebP")).num_args(1..).required(true),
            ),
        Command::new("panel")
            .about(t("Show a panel by its code", "Montrer un panneau d’après son code"))
            .arg(needed("code", "CODE", t("the code printed under the flashcode, or what the flashcode says", "le code imprimé sous le flashcode, ou le contenu du flashcode"))),
        Command::new("film")
            .about(t("Show a film and everywhere it was shot", "Montrer un film et tous ses lieux de tournage"))
            .arg(needed("id", "ID", t("the film's id, as `search` shows it", "l’identifiant du film, tel que `search` le montre"))),
        Command::new("nearby")
            .about(t("The places nearest to a position", "Les lieux les plus proches d’une position"))
            .arg(
                needed("position", "LAT,LON", t("degrees, for example 48.8842,2.3336", "degrés, par exemple 48.8842,2.3336"))
                    .allow_hyphen_values(true),
            )
            .arg(
                Arg::new("count").long("count").short('n').value_parser(value_parser!(u32).range(1..=1000)).default_value("10").hide_default_value(true).value_name("N")
                    .help(t("how many [default: 10]", "combien [par défaut : 10]")),
            )
            .arg(Arg::new("within").long("within").value_name("METRES").allow_negative_numbers(true).value_parser(simulate::number).help(t("only within so many metres", "seulement à moins de tant de mètres")))
            .arg(Arg::new("regions").long("regions").value_name("LIMIT").value_parser(value_parser!(u32).range(1..=100)).conflicts_with_all(["within", "film", "spoken", "not-heard"])
                .help(t("instead, the regions a phone would watch: 20 on iOS, 100 on Android", "plutôt les régions qu’un téléphone surveillerait : 20 sur iOS, 100 sur Android")))
            .arg(Arg::new("film").long("film").value_name("ID").help(t("only where this film was shot", "seulement là où ce film a été tourné")))
            .arg(Arg::new("spoken").long("spoken").value_name("fr").value_parser(value_parser!(Language)).help(t("only with a commentary in this language", "seulement avec un commentaire dans cette langue")))
            .arg(flag("not-heard", t("only what you have not heard yet", "seulement ce que vous n’avez pas encore entendu"))),
        Command::new("search")
            .about(t("Search films, places, people and anecdotes; accents and case don't matter", "Chercher films, lieux, personnes et anecdotes ; accents et casse indifférents"))
            .arg(needed("text", "TEXT", t("what to look for", "ce qu’on cherche")).num_args(1..))
            .arg(flag("said", t("where these words are said in commentaries", "où ces mots sont dits dans les commentaires")))
            .arg(
                Arg::new("near").long("near").value_name("LAT,LON").allow_hyphen_values(true).conflicts_with("said")
                    .help(t("of what fits equally well, what is nearest to this position first", "à pertinence égale, le plus proche de cette position d’abord")),
            )
            .arg(
                Arg::new("count").long("count").short('n').value_parser(value_parser!(u32).range(1..=1000)).default_value("10").hide_default_value(true).value_name("N")
                    .help(t("how many [default: 10]", "combien [par défaut : 10]")),
            ),
        Command::new("walk")
            .about(t("Replay a recorded walk along a trail and tell what the guide would do, and why", "Rejouer une marche enregistrée le long d’un parcours et dire ce que ferait le guide, et pourquoi"))
            .arg(needed("trail", "TRAIL", t("a trail's id, or a GPX, GeoJSON or KML file", "l’identifiant d’un parcours, ou un fichier GPX, GeoJSON ou KML")))
            .arg(path("trace", "FILE", t("the walk: GPX with times, or JSON", "la marche : GPX avec heures, ou JSON")).long("trace").required(true))
            .arg(flag("every-fix", t("also tell the progress at every fix", "dire aussi la progression à chaque point")))
            .arg(
                Arg::new("at").long("at").value_name("2026-07-14T10:00").value_parser(walk::began)
                    .help(t("when the walk began, so that opening hours count [default: they don't]", "quand la marche a commencé, pour tenir compte des heures d’ouverture [par défaut : non]")),
            )
            .arg(path("svg", "FILE", t("draw trail, stops, fixes, estimate and triggers", "dessiner parcours, étapes, points, estimation et déclenchements")).long("svg"))
            .arg(path("record", "FILE.gpx", t("write what happened as a walk that can be replayed", "écrire ce qui s’est passé comme une marche à rejouer")).long("record")),
        simulate(ui),
        Command::new("export")
            .about(t("Write a trail for a map program", "Écrire un parcours pour un logiciel de cartes"))
            .arg(needed("trail", "TRAIL", t("a trail's id, or a GPX, GeoJSON or KML file", "l’identifiant d’un parcours, ou un fichier GPX, GeoJSON ou KML")))
            .arg(path("out", "FILE", t(".gpx, .geojson or .kml", ".gpx, .geojson ou .kml")).long("out").required(true)),
        Command::new("listen")
            .about(t("Play a panel's commentary: space pauses, arrows go back and forth, [ and ] change the speed, PgUp and PgDn the chapter, q ends", "Écouter le commentaire d’un panneau : espace met en pause, les flèches avancent et reculent, [ et ] changent la vitesse, PgUp et PgDn le chapitre, q termine"))
            .arg(needed("code", "CODE", t("the panel's code", "le code du panneau")))
            .arg(path("out", "FILE.wav", t("write the same sound to a WAV file instead", "écrire le même son dans un fichier WAV")).long("out"))
            .arg(flag("text", t("only show the transcript", "montrer seulement la transcription")))
            .arg(Arg::new("speed").long("speed").value_name("0.75–2").value_parser(listen::speed).help(t("faster or slower at the same pitch [default: 1]", "plus vite ou plus lentement, à la même hauteur [par défaut : 1]")))
            .arg(Arg::new("from").long("from").value_name("M:SS").value_parser(listen::position).help(t("begin there [default: where you stopped]", "commencer là [par défaut : où l’on s’est arrêté]")))
            .arg(Arg::new("sleep").long("sleep").value_name("MINUTES|end").value_parser(listen::sleep).conflicts_with_all(["out", "text"]).help(t("fade out after so many minutes, or stop at the end", "s’éteindre en fondu après tant de minutes, ou à la fin"))),
        Command::new("visit")
            .about(t("Replay a whole visit and leave a page to look at", "Rejouer une visite entière et en laisser une page à regarder"))
            .arg(needed("trail", "TRAIL", t("the trail's id", "l’identifiant du parcours")))
            .arg(path("trace", "FILE", t("the walk: GPX with times, or JSON", "la marche : GPX avec heures, ou JSON")).long("trace").required(true))
            .arg(path("scan", "IMAGE", t("the photographed flashcode", "le flashcode photographié")).long("scan"))
            .arg(path("out", "FILE.html", t("the page [default: visit.html]", "la page [par défaut : visit.html]")).long("out")),
    ]
}

/// A walk at the desk.
fn simulate(ui: Ui) -> Command {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    let number = |name: &'static str, value: &'static str, range: RangeInclusive<f64>, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .allow_negative_numbers(true)
            .value_parser(simulate::within(range))
            .help(help)
    };
    Command::new("simulate")
        .about(t("Walk a trail at the desk: what a phone would record, with the errors of its position", "Marcher le long d’un parcours à son bureau : ce qu’enregistrerait un téléphone, avec ses erreurs de position"))
        .arg(needed("trail", "TRAIL", t("a trail's id, or a GPX, GeoJSON or KML file", "l’identifiant d’un parcours, ou un fichier GPX, GeoJSON ou KML")))
        .arg(path("out", "FILE.gpx", t("the walk; the true positions come beside it [default: walk.gpx]", "la marche ; les positions vraies viennent à côté [par défaut : walk.gpx]")).long("out"))
        .arg(Arg::new("seed").long("seed").value_name("N").allow_negative_numbers(true).value_parser(value_parser!(u64)).help(t("another number, another walk [default: 1]", "autre nombre, autre marche [par défaut : 1]")))
        .arg(number("sigma", "METRES", 0.0..=1000.0, t("error of the position for each axis: 5 under open sky, 20 in narrow streets [default: 5]", "erreur de position par axe : 5 à ciel ouvert, 20 en rue étroite [par défaut : 5]")))
        .arg(number("bias", "METRES", 0.0..=1000.0, t("greatest shift of a whole street by its walls [default: 10]", "plus grand décalage d’une rue entière par ses murs [par défaut : 10]")))
        .arg(number("jumps", "0–1", 0.0..=1.0, t("share of fixes that leap 50 to 300 m and claim 5 m [default: 0.01]", "part des points qui sautent de 50 à 300 m en annonçant 5 m [par défaut : 0.01]")))
        .arg(number("pace", "M/S", 0.1..=15.0, t("walking pace [default: drawn between 0.5 and 1.6]", "allure de marche [par défaut : tirée entre 0,5 et 1,6]")))
        .arg(Arg::new("gap").long("gap").value_name("FROM,SECONDS").action(ArgAction::Append).value_parser(simulate::gap).help(t("no fixes from so many seconds on, for so many; may be repeated", "aucun point à partir de tant de secondes, pendant tant ; peut se répéter")))
        .arg(Arg::new("detour").long("detour").value_name("AT,AWAY,SECONDS").action(ArgAction::Append).value_parser(simulate::detour).help(t("leave the line at so many metres, so far, for so long; may be repeated", "quitter le tracé à tant de mètres, d’autant, pendant tant ; peut se répéter")))
}

/// What a publisher does.
fn publish(ui: Ui) -> Command {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    let source = || path("source", "SOURCE", t("the source folder", "le dossier source")).required(true);
    Command::new("publish")
        .about(t("Write, check and publish panels and trails", "Écrire, vérifier et publier panneaux et parcours"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("new")
                .about(t("Make a first source folder with explanations in it", "Créer un premier dossier source, avec des explications"))
                .arg(path("source", "DIR", t("the folder to make", "le dossier à créer")).required(true)),
        )
        .subcommand(Command::new("check").about(t("Check a source folder and say what to do", "Vérifier un dossier source et dire quoi faire")).arg(source())
            .arg(flag("links", t("also ask the web whether its addresses lead anywhere", "demander aussi au web si ses adresses mènent quelque part"))))
        .subcommand(
            Command::new("build")
                .about(t("Make a publication of a source folder: plain files for any web server", "Faire d’un dossier source une publication : de simples fichiers pour tout serveur web"))
                .arg(source())
                .arg(path("out", "DIR", t("the folder to write", "le dossier à écrire")).long("out").required(true))
                .arg(flag("opus", t("make recordings in other formats into Ogg Opus, 24 kbit/s mono; the originals stay in the source", "convertir en Ogg Opus, 24 kbit/s mono, les enregistrements d’autres formats ; les originaux restent dans la source")))
                .args(keys::signing(ui)),
        )
        .subcommand(keys::refresh(ui))
        .subcommand(keys::keys(ui))
        .subcommand(
            Command::new("serve")
                .about(t("Serve a publication on this machine, to try it", "Servir une publication sur cette machine, pour l’essayer"))
                .arg(path("dir", "DIR", t("the publication", "la publication")).required(true))
                .arg(
                    Arg::new("address").long("address").value_name("HOST:PORT").value_parser(value_parser!(std::net::SocketAddr)).default_value("127.0.0.1:8080").hide_default_value(true)
                        .help(t("where to listen; port 0 takes a free one [default: 127.0.0.1:8080]", "où écouter ; le port 0 en prend un libre [par défaut : 127.0.0.1:8080]")),
                ),
        )
        .subcommand(
            Command::new("push")
                .about(t("Send a publication to the host that serves it", "Envoyer une publication à l’hôte qui la sert"))
                .arg(path("dir", "DIR", t("the publication", "la publication")).required(true))
                .arg(needed("to", "DEST", t("a folder, HOST:FOLDER (rsync), sftp://HOST/FOLDER or s3://BUCKET/PREFIX", "un dossier, HÔTE:DOSSIER (rsync), sftp://HÔTE/DOSSIER ou s3://BUCKET/PRÉFIXE")))
                .arg(
                    Arg::new("grace").long("grace").value_name("DAYS").value_parser(value_parser!(u32).range(0..=3650))
                        .help(t("days for which what is no longer referenced stays [default: 30]", "jours pendant lesquels reste ce qui n’est plus référencé [par défaut : 30]")),
                )
                .arg(
                    Arg::new("endpoint").long("endpoint").value_name("URL")
                        .help(t("the object store's address, if it is not Amazon's", "l’adresse du stockage objet, si ce n’est pas celui d’Amazon")),
                ),
        )
        .subcommand(
            Command::new("import")
                .about(t("Bring records from elsewhere into a source folder", "Apporter des fiches d’ailleurs dans un dossier source"))
                .subcommand_required(true)
                .arg_required_else_help(true)
                .disable_help_subcommand(true)
                .subcommand(
                    Command::new("opendatasoft")
                        .about(t("An open-data table of filming locations (CSV)", "Un tableau open data de lieux de tournage (CSV)"))
                        .arg(path("file", "FILE.csv", t("the table", "le tableau")).required(true))
                        .arg(path("into", "SOURCE", t("the source folder, made if it is missing", "le dossier source, créé s’il manque")).long("into").required(true))
                        .arg(
                            Arg::new("name").long("name").value_name("NAME")
                                .help(t("short name of the table, part of the ids [default: the file's name up to the first hyphen]", "nom court du tableau, repris dans les identifiants [par défaut : le nom du fichier jusqu’au premier tiret]")),
                        )
                        .arg(
                            Arg::new("publisher").long("publisher").value_name("NAME")
                                .help(t("who publishes, for a new source folder [default: the table's name]", "qui publie, pour un nouveau dossier source [par défaut : le nom du tableau]")),
                        )
                        .arg(
                            Arg::new("country").long("country").value_name("FR").default_value("FR").hide_default_value(true)
                                .help(t("country of the places, two letters [default: FR]", "pays des lieux, deux lettres [par défaut : FR]")),
                        )
                        .arg(
                            Arg::new("language").long("language").value_name("fr").default_value("fr").hide_default_value(true)
                                .help(t("language of the titles in the table [default: fr]", "langue des titres du tableau [par défaut : fr]")),
                        )
                        .arg(path("columns", "FILE.toml", t("which column holds what, for an unknown table", "quelle colonne contient quoi, pour un tableau inconnu")).long("columns")),
                )
                .subcommand(
                    Command::new("table")
                        .about(t("A spreadsheet written by `publish export`, or filled in by hand", "Un classeur écrit par `publish export`, ou rempli à la main"))
                        .arg(path("file", "FILE", t(".xlsx, .ods, or a folder of .csv", ".xlsx, .ods, ou un dossier de .csv")).required(true))
                        .arg(path("into", "SOURCE", t("the source folder, made if it is missing", "le dossier source, créé s’il manque")).long("into").required(true)),
                ),
        )
        .subcommand(
            Command::new("export")
                .about(t("Write a source folder as a spreadsheet", "Écrire un dossier source comme classeur"))
                .arg(source())
                .arg(path("out", "FILE", t(".xlsx, .ods, or a folder for .csv", ".xlsx, .ods, ou un dossier pour des .csv")).long("out").required(true)),
        )
        .subcommand(code(ui))
        .subcommand(
            Command::new("draw-code")
                .about(t("Draw new panel codes that the source does not use yet", "Tirer de nouveaux codes de panneau, inutilisés dans la source"))
                .arg(source())
                .arg(
                    Arg::new("count").long("count").short('n').value_parser(value_parser!(u32).range(1..=1000)).default_value("1").hide_default_value(true).value_name("N")
                        .help(t("how many [default: 1]", "combien [par défaut : 1]")),
                ),
        )
}

/// `publish code`.
fn code(ui: Ui) -> Command {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    let number = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .value_parser(value_parser!(f64))
            // So that one that makes no sense is refused for what it is.
            .allow_negative_numbers(true)
            .required(true)
            .help(help)
    };
    Command::new("code")
        .about(t(
            "Make the flashcode of a panel, read back as a phone sees it from the distance",
            "Créer le flashcode d’un panneau, relu comme un téléphone le voit à la distance donnée",
        ))
        .arg(needed(
            "code",
            "CODE",
            t(
                "the panel's code; with --source also its id",
                "le code du panneau ; avec --source aussi son identifiant",
            ),
        ))
        .arg(number(
            "size-mm",
            "MM",
            t(
                "side of the code in millimetres, without the quiet zone around it",
                "côté du code en millimètres, sans la marge blanche autour",
            ),
        ))
        .arg(number(
            "distance-m",
            "M",
            t(
                "from how far it is to be read, in metres",
                "distance de lecture en mètres",
            ),
        ))
        .arg(
            Arg::new("symbology")
                .long("symbology")
                .value_parser(PossibleValuesParser::new(["qr", "data-matrix"]))
                .default_value("qr")
                .help(t("kind of code", "type de code")),
        )
        .arg(
            Arg::new("host")
                .long("host")
                .value_name("HOST")
                .required_unless_present("source")
                .help(t(
                    "host in the address https://HOST/p/CODE [default: the source's first]",
                    "hôte de l’adresse https://HOST/p/CODE [par défaut : le premier de la source]",
                )),
        )
        .arg(
            path(
                "source",
                "SOURCE",
                t(
                    "the source folder that has the panel",
                    "le dossier source où est le panneau",
                ),
            )
            .long("source"),
        )
        .arg(
            Arg::new("with-text")
                .long("with-text")
                .value_name("yes|no")
                .value_parser(PossibleValuesParser::new(["yes", "no"]))
                .default_value("yes")
                .help(t(
                    "panel code in letters under an SVG",
                    "code du panneau en lettres sous un SVG",
                )),
        )
        .arg(
            path("out", "FILE", t(".svg or .png", ".svg ou .png"))
                .long("out")
                .required(true),
        )
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .value_name(value)
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

fn needed(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).help(help)
}

/// The language asked for by `--ui`, looked for before anything is parsed, so that errors too are in it.
pub fn wanted_ui(arguments: &[String]) -> Ui {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--ui=") {
            Some(value) => Some(value),
            None if word == "--ui" => words.next().map(String::as_str),
            None => None,
        };
        match value {
            Some("fr") => return Ui::Fr,
            Some("en") => return Ui::En,
            _ => {}
        }
    }
    Ui::of_system()
}

/// Why what was typed cannot be done, in one line of the interface's language.
pub fn explain(ui: Ui, error: &clap::Error) -> String {
    let of = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let argument = of(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            crate::say!(ui, "missing: {argument}", "il manque : {argument}")
        }
        ErrorKind::UnknownArgument => crate::say!(ui, "unknown: {argument}", "inconnu : {argument}"),
        ErrorKind::InvalidSubcommand => {
            let word = of(ContextKind::InvalidSubcommand);
            crate::say!(
                ui,
                "there is no command \"{word}\"",
                "il n’y a pas de commande « {word} »"
            )
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (value, valid) = (of(ContextKind::InvalidValue), of(ContextKind::ValidValue));
            let choice = if valid.is_empty() {
                String::new()
            } else {
                format!(" ({valid})")
            };
            crate::say!(
                ui,
                "\"{value}\" does not fit {argument}{choice}",
                "« {value} » ne convient pas pour {argument}{choice}"
            )
        }
        ErrorKind::MissingSubcommand => crate::say!(ui, "which command?", "quelle commande ?"),
        ErrorKind::ArgumentConflict => {
            let other = match error.get(ContextKind::PriorArg) {
                Some(ContextValue::String(other)) => Some(other),
                Some(ContextValue::Strings(others)) => others.first(),
                _ => None,
            };
            match other.filter(|other| **other != argument) {
                Some(other) => crate::say!(
                    ui,
                    "{argument} does not go with {other}",
                    "{argument} ne va pas avec {other}"
                ),
                None => crate::say!(ui, "{argument} is given twice", "{argument} est donné deux fois"),
            }
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            crate::say!(
                ui,
                "{argument} has too many or too few values",
                "{argument} a trop ou trop peu de valeurs"
            )
        }
        ErrorKind::InvalidUtf8 => ui
            .pick("a word is no UTF-8", "un mot n’est pas en UTF-8")
            .to_owned(),
        _ => error
            .to_string()
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent_in_both_languages() {
        command(Ui::En).debug_assert();
        command(Ui::Fr).debug_assert();
    }

    #[test]
    fn a_wrong_word_is_explained_in_the_language_asked_for() {
        let error = command(Ui::Fr)
            .try_get_matches_from(["alloclap", "fly"])
            .unwrap_err();
        assert_eq!(explain(Ui::Fr, &error), "il n’y a pas de commande « fly »");
        let error = command(Ui::En)
            .try_get_matches_from(["alloclap", "panel"])
            .unwrap_err();
        assert_eq!(explain(Ui::En, &error), "missing: <CODE>");
    }
}
