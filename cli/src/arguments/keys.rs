//! What can be typed about keys and signatures, and about the part of a publication that is wanted.

use super::path;
use crate::words::Ui;
use alloclap_publisher::keys::VALID_DAYS;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};

/// Where keys lie, and how long signatures are valid.
pub fn signing(ui: Ui) -> [Arg; 2] {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    [
        path(
            "keys",
            "DIR",
            t(
                "folder with the keys; may be repeated, for a stick with root keys [default: the user's own]",
                "dossier des clés ; peut se répéter, pour une clé USB de clés racine [par défaut : celui de l’utilisateur]",
            ),
        )
        .long("keys")
        .action(ArgAction::Append),
        Arg::new("valid-days")
            .long("valid-days")
            .value_name("DAYS")
            .value_parser(value_parser!(u32).range(1..=3650))
            .help(match ui {
                Ui::En => format!("how long signatures are valid [default: {VALID_DAYS}]"),
                Ui::Fr => format!("durée de validité des signatures, en jours [par défaut : {VALID_DAYS}]"),
            }),
    ]
}

/// Which part of a publication is wanted.
pub fn places(ui: Ui) -> [Arg; 5] {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    let list = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .value_delimiter(',')
            .help(help)
    };
    [
        list(
            "trail",
            "ID",
            t(
                "only these trails or packs [default: everything]",
                "seulement ces parcours ou paquets [par défaut : tout]",
            ),
        ),
        list(
            "area",
            "ID",
            t(
                "only these areas, as the plan names them",
                "seulement ces zones, telles que le plan les nomme",
            ),
        ),
        list(
            "commune",
            "INSEE",
            t(
                "only what lies in these communes: 42204",
                "seulement ce qui se trouve dans ces communes : 42204",
            ),
        ),
        list(
            "departement",
            "CODE",
            t(
                "only these départements: 42,2A,974",
                "seulement ces départements : 42,2A,974",
            ),
        ),
        Arg::new("add")
            .long("add")
            .action(ArgAction::SetTrue)
            .conflicts_with("all")
            .help(t(
                "these besides what was chosen before",
                "ceux-là en plus de ce qui avait été choisi",
            )),
    ]
}

/// `publish refresh`.
pub fn refresh(ui: Ui) -> Command {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    Command::new("refresh")
        .about(t(
            "Renew the signatures of a publication, once a year; nothing else changes",
            "Renouveler les signatures d’une publication, une fois par an ; rien d’autre ne change",
        ))
        .arg(path("dir", "DIR", t("the publication", "la publication")).required(true))
        .args(signing(ui))
}

/// `publish keys`.
pub fn keys(ui: Ui) -> Command {
    let t = |en: &'static str, fr: &'static str| ui.pick(en, fr);
    let source = || path("source", "SOURCE", t("the source folder", "le dossier source")).required(true);
    let number = |name: &'static str, help: String| {
        Arg::new(name)
            .long(name)
            .value_name("N")
            .value_parser(value_parser!(u64).range(1..=16))
            .help(help)
    };
    let usual = |en: &str, fr: &str, usual: u64| match ui {
        Ui::En => format!("{en} [default: {usual}]"),
        Ui::Fr => format!("{fr} [par défaut : {usual}]"),
    };
    let key = || {
        Arg::new("key").value_name("KEY").required(true).help(t(
            "the key's name, or the beginning of its id",
            "le nom de la clé, ou le début de son identifiant",
        ))
    };
    Command::new("keys")
        .about(t(
            "The keys that sign a publication: make, list, replace, revoke",
            "Les clés qui signent une publication : créer, lister, remplacer, révoquer",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("new")
                .about(t(
                    "Make the first keys of a publication, or with --role one more",
                    "Créer les premières clés d’une publication, ou avec --role une de plus",
                ))
                .arg(source())
                .args(signing(ui))
                .arg(number("root-keys", usual("root keys", "clés racine", 2)))
                .arg(number(
                    "root-threshold",
                    usual(
                        "root keys that must agree",
                        "clés racine qui doivent s’accorder",
                        1,
                    ),
                ))
                .arg(number(
                    "signing-keys",
                    usual("signing keys", "clés de signature", 1),
                ))
                .arg(number(
                    "signing-threshold",
                    usual(
                        "signing keys that must sign",
                        "clés de signature qui doivent signer",
                        1,
                    ),
                ))
                .arg(
                    Arg::new("role")
                        .long("role")
                        .value_name("ROLE")
                        .value_parser(PossibleValuesParser::new(["root", "signing"]))
                        .help(t("add one key of this kind", "ajouter une clé de cette sorte")),
                ),
        )
        .subcommand(
            Command::new("list")
                .about(t(
                    "Which keys may sign, and until when",
                    "Quelles clés signent, et jusqu’à quand",
                ))
                .arg(source())
                .args(signing(ui)),
        )
        .subcommand(
            Command::new("rotate")
                .about(t(
                    "Replace a key by a new one",
                    "Remplacer une clé par une nouvelle",
                ))
                .arg(source())
                .arg(key())
                .args(signing(ui)),
        )
        .subcommand(
            Command::new("revoke")
                .about(t(
                    "Take a key's leave to sign: lost, stolen, or its holder has left",
                    "Retirer à une clé le droit de signer : perdue, volée, ou son détenteur est parti",
                ))
                .arg(source())
                .arg(key())
                .args(signing(ui)),
        )
}
