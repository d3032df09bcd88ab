//! `alloclap`: the visit from a terminal, and the publisher's tool. A thin shell: it reads what was typed, asks core or the
//! publisher, and puts the answer into words or JSON. No threshold, retry or fallback is decided here.

mod arguments;
mod commands;
mod draw;
mod json;
mod output;
mod page;
mod picture;
mod reasons;
mod trouble;
mod whole;
mod words;

use alloclap_core::catalogue::model::{Audience, Language};
use alloclap_core::companion::{Companion, NearbyFilter, Preferences, SystemClock};
use alloclap_core::trail::simulate::WalkOptions;
use clap::ArgMatches;
use clap::error::ErrorKind;
use commands::{Done, Failure, Visiting};
use output::Output;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use words::Ui;

fn main() -> ExitCode {
    let typed: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let ui = arguments::wanted_ui(&typed);
    let matches = match arguments::command(ui).try_get_matches() {
        Ok(matches) => matches,
        // Nothing was asked for yet: the help says what can be.
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            return ExitCode::from(2);
        }
        Err(error) if error.use_stderr() => {
            let (why, help) = (
                arguments::explain(ui, &error),
                ui.pick(
                    "`alloclap --help` shows what there is",
                    "`alloclap --help` montre ce qu’il y a",
                ),
            );
            output::complain(&format!("{why}; {help}"));
            return ExitCode::from(2);
        }
        Err(help) => {
            // Help and version; a reader that has gone is no failure.
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    let out = Output::new(ui, matches.get_flag("json"));
    match run(&matches, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(why)) => {
            if !why.is_empty() {
                output::complain(&why);
            }
            ExitCode::FAILURE
        }
    }
}

fn run(matches: &ArgMatches, out: Output) -> Done {
    let Some((command, words)) = matches.subcommand() else {
        return Ok(());
    };
    if command == "publish" {
        return commands::publish::run(words, out);
    }
    let visiting = open(words, out)?;
    let count = || words.get_one::<u32>("count").copied().unwrap_or(10);
    let text = |name: &str| {
        words
            .get_one::<String>(name)
            .map(String::as_str)
            .unwrap_or_default()
    };
    let path = |name: &str| words.get_one::<PathBuf>(name).cloned();
    match command {
        "sync" => {
            let list = |name: &str| -> Option<Vec<String>> {
                words
                    .get_many::<String>(name)
                    .map(|listed| listed.cloned().collect())
            };
            let asked = commands::sync::Asked {
                url: words.get_one::<String>("url").cloned(),
                media: list("media"),
                areas: list("area"),
                packs: list("trail"),
                communes: list("commune"),
                departements: list("departement"),
                spoken: list("spoken"),
                add: words.get_flag("add"),
                all: words.get_flag("all"),
                plan: words.get_flag("plan"),
                quota_mb: words.get_one::<u64>("quota").copied(),
                remove: words.get_one::<String>("remove").cloned(),
                forget: words.get_flag("forget"),
                root: commands::sync::root(words, visiting.out.ui)?,
            };
            commands::sync::run(&visiting, asked)
        }
        "ready" => commands::ready::run(
            &visiting,
            words.get_one::<String>("trail").map(String::as_str),
            words.get_one::<Language>("spoken"),
        ),
        "guides" => commands::guides::run(&visiting),
        "scan" => {
            let images: Vec<PathBuf> = words
                .get_many::<PathBuf>("image")
                .into_iter()
                .flatten()
                .cloned()
                .collect();
            commands::scan::run(&visiting, &images)
        }
        "panel" => commands::lookup::panel(&visiting, text("code")),
        "film" => commands::lookup::film(&visiting, text("id")),
        "nearby" => {
            let films = match words.get_one::<String>("film") {
                Some(id) => commands::lookup::keys(&visiting, "film", id)?,
                None => Vec::new(),
            };
            let language = words.get_one::<Language>("spoken").cloned();
            let filter = NearbyFilter {
                language,
                films,
                not_heard: words.get_flag("not-heard"),
            };
            let asked = commands::lookup::Around {
                count: count(),
                within_m: words.get_one::<f64>("within").copied(),
                regions: words.get_one::<u32>("regions").copied(),
            };
            commands::lookup::nearby(&visiting, text("position"), &asked, &filter)
        }
        "search" => {
            let wanted: Vec<&str> = words
                .get_many::<String>("text")
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            let (text, near) = (
                wanted.join(" "),
                words.get_one::<String>("near").map(String::as_str),
            );
            if words.get_flag("said") {
                commands::lookup::said(&visiting, &text, count())
            } else {
                commands::lookup::search(&visiting, &text, near, count())
            }
        }
        "walk" => {
            let trace = path("trace").unwrap_or_default();
            let (svg, record) = (path("svg"), path("record"));
            let wanted = commands::walk::Wanted {
                every_fix: words.get_flag("every-fix"),
                began: words.get_one("at").cloned(),
                svg: svg.as_deref(),
                record: record.as_deref(),
            };
            commands::walk::run(&visiting, text("trail"), &trace, &wanted)
        }
        "simulate" => {
            let out = path("out").unwrap_or_else(|| "walk.gpx".into());
            commands::simulate::run(&visiting, text("trail"), simulated(words), &out)
        }
        "export" => commands::export::run(&visiting, text("trail"), &path("out").unwrap_or_default()),
        "listen" => {
            let to = path("out");
            let how = commands::listen::How {
                to: to.as_deref(),
                text_only: words.get_flag("text"),
                speed: words.get_one::<f32>("speed").copied().unwrap_or(1.0),
                from_ms: words.get_one::<u64>("from").copied(),
                sleep: words.get_one::<commands::listen::Sleep>("sleep").copied(),
            };
            commands::listen::run(&visiting, text("code"), &how)
        }
        "visit" => {
            let (trace, page) = (
                path("trace").unwrap_or_default(),
                path("out").unwrap_or_else(|| "visit.html".into()),
            );
            commands::visit::run(&visiting, text("trail"), &trace, path("scan").as_deref(), &page)
        }
        _ => Ok(()),
    }
}

/// The walk that was asked for; what was not said stays as the simulator has it.
fn simulated(words: &ArgMatches) -> WalkOptions {
    let usual = WalkOptions::default();
    let number = |name: &str, usual: f64| words.get_one::<f64>(name).copied().unwrap_or(usual);
    WalkOptions {
        seed: words.get_one::<u64>("seed").copied().unwrap_or(usual.seed),
        sigma_m: number("sigma", usual.sigma_m),
        jumps: number("jumps", usual.jumps),
        street_bias_m: number("bias", usual.street_bias_m),
        pace_m_s: words.get_one::<f64>("pace").copied(),
        pauses_at_m: usual.pauses_at_m,
        detours: words.get_many("detour").into_iter().flatten().copied().collect(),
        gaps_s: words.get_many("gap").into_iter().flatten().copied().collect(),
    }
}

/// Opens the guide in the data folder, for this visitor.
fn open(words: &ArgMatches, out: Output) -> Result<Visiting, Failure> {
    let ui = out.ui;
    let folder = match words.get_one::<PathBuf>("data").cloned().or_else(own_folder) {
        Some(folder) => folder,
        None => {
            return Err(ui
                .pick(
                    "where is the guide? name its folder with --data",
                    "où est le guide ? indiquer son dossier avec --data",
                )
                .to_owned()
                .into());
        }
    };
    let preferences = Preferences {
        languages: languages(words, ui)?,
        audience: words
            .get_one::<String>("audience")
            .map_or(Audience::Standard, |name| Audience::named(name)),
    };
    match Companion::open(&folder, preferences, Arc::new(SystemClock)) {
        Ok(companion) => {
            if let Some(rebuilt) = companion.rebuilt() {
                output::complain(&trouble::rebuilt(ui, &folder, rebuilt));
            }
            Ok(Visiting { companion, out })
        }
        Err(error) => Err(Failure(trouble::explain(ui, &error))),
    }
}

/// The languages asked for; else the system's, and the interface's after it.
fn languages(words: &ArgMatches, ui: Ui) -> Result<Vec<Language>, Failure> {
    if let Some(asked) = words.get_many::<String>("lang") {
        let parsed: Result<Vec<Language>, String> = asked.map(|text| text.parse()).collect();
        return parsed.map_err(|_| {
            let asked: Vec<_> = words
                .get_many::<String>("lang")
                .into_iter()
                .flatten()
                .cloned()
                .collect();
            let asked = asked.join(",");
            Failure(say!(
                ui,
                "--lang {asked}: write languages as fr,en,de,pt-br",
                "--lang {asked} : écrire les langues comme fr,en,de,pt-br"
            ))
        });
    }
    let own = ui.pick("en", "fr").parse().ok();
    let system = words::system_language()
        .filter(|language| Some(language.primary()) == own.as_ref().map(Language::primary));
    Ok(system.or(own).into_iter().collect())
}

/// The user's own data folder, as each system has it.
pub(crate) fn own_folder() -> Option<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(folder) = set("ALLOCLAP_HOME") {
        return Some(folder);
    }
    let base = if cfg!(target_os = "windows") {
        set("APPDATA")?
    } else if cfg!(target_os = "macos") {
        set("HOME")?.join("Library/Application Support")
    } else {
        set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share")))?
    };
    Some(base.join("alloclap"))
}
