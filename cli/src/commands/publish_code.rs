//! `alloclap publish code`: the flashcode of a panel → an SVG or PNG file, or the reason why there is none.

use super::{Done, Failure};
use crate::json;
use crate::output::Output;
use crate::say;
use crate::words::Ui;
use alloclap_core::code::{CodeError, PanelCode};
use alloclap_publisher::code::{
    CodeRefused, DISTANCE_M, Made, Order, SIZE_MM, Symbology, View, host_of, make, panel_of,
};
use alloclap_publisher::source;
use clap::ArgMatches;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What a file is to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
}

/// Makes the code and writes its file.
pub fn run(out: Output, words: &ArgMatches) -> Done {
    let ui = out.ui;
    let text = |name: &str| words.get_one::<String>(name).map(String::as_str);
    let number = |name: &str| words.get_one::<f64>(name).copied().unwrap_or_default();
    let file = words.get_one::<PathBuf>("out").cloned().unwrap_or_default();
    let format = format_of(ui, &file)?;
    let (code, host) = panel(
        ui,
        text("code").unwrap_or_default(),
        words.get_one::<PathBuf>("source").map(PathBuf::as_path),
        text("host"),
    )?;
    let order = Order {
        code,
        host,
        symbology: match text("symbology") {
            Some("data-matrix") => Symbology::DataMatrix,
            _ => Symbology::QrCode,
        },
        size_mm: number("size-mm"),
        distance_m: number("distance-m"),
    };
    let made = make(&order).map_err(|why| Failure(explain(ui, &why)))?;
    let with_text = text("with-text") != Some("no") && format == Format::Svg;
    let bytes = match format {
        Format::Svg => made.svg(with_text).into_bytes(),
        Format::Png => made.png().map_err(|why| Failure(explain(ui, &why)))?,
    };
    std::fs::write(&file, bytes).map_err(|why| {
        let name = file.display();
        Failure(say!(
            ui,
            "cannot write {name}: {why}; choose another place",
            "impossible d’écrire {name} : {why} ; choisir un autre endroit"
        ))
    })?;
    tell(out, &order, &made, &file, with_text);
    Ok(())
}

fn format_of(ui: Ui, file: &Path) -> Result<Format, Failure> {
    let extension = file.extension().map(|extension| extension.to_ascii_lowercase());
    match extension.as_deref().and_then(|extension| extension.to_str()) {
        Some("svg") => Ok(Format::Svg),
        Some("png") => Ok(Format::Png),
        _ => {
            let name = file.display();
            Err(Failure(say!(
                ui,
                "{name} names no format: end it in .svg or .png",
                "{name} n’indique pas de format : terminer par .svg ou .png"
            )))
        }
    }
}

/// The panel's code and the host of its address, from a source folder if there is one.
fn panel(
    ui: Ui,
    wanted: &str,
    folder: Option<&Path>,
    host: Option<&str>,
) -> Result<(PanelCode, String), Failure> {
    let refused = |why: CodeRefused| Failure(explain(ui, &why));
    let Some(folder) = folder else {
        let code = PanelCode::parse_typed(wanted).map_err(|why| {
            refused(CodeRefused::Code {
                wanted: wanted.to_owned(),
                why,
            })
        })?;
        // The command line asks for one of both.
        return Ok((code, host.unwrap_or_default().to_owned()));
    };
    let (source, _) = source::read(folder).map_err(|why| Failure(why.to_string()))?;
    let code = panel_of(&source, wanted).map_err(refused)?;
    let host = match host {
        Some(host) => host.to_owned(),
        None => host_of(&source).map_err(refused)?,
    };
    Ok((code, host))
}

fn tell(out: Output, order: &Order, made: &Made, file: &Path, with_text: bool) {
    let ui = out.ui;
    let symbology = match order.symbology {
        Symbology::QrCode => "qr_code",
        Symbology::DataMatrix => "data_matrix",
    };
    out.object(&json!({
        "event": "done",
        "code": made.code.to_string(),
        "address": made.address,
        "symbology": symbology,
        "level": made.level.map(|level| level.letter().to_string()),
        "modules": made.modules,
        "quiet_modules": made.quiet_modules,
        "module_mm": json::rounded(made.module_mm, 3),
        "drawing_mm": json::rounded(made.drawing_mm, 2),
        "pixels_per_module": json::rounded(made.pixels_per_module, 2),
        "text": with_text,
        "out": file.to_string_lossy(),
    }));
    let (name, address, modules) = (file.display(), &made.address, made.modules);
    let kind = match made.level {
        Some(level) => {
            let (letter, percent) = (level.letter(), level.percent());
            say!(
                ui,
                "QR Code, error correction {letter} ({percent} %)",
                "QR Code, correction d’erreurs {letter} ({percent} %)"
            )
        }
        None => "Data Matrix".to_owned(),
    };
    let module = ui.decimal(made.module_mm, 2);
    let (drawing, pixels) = (
        ui.decimal(made.drawing_mm, 1),
        ui.decimal(made.pixels_per_module, 1),
    );
    out.line(&out.good(&say!(ui, "{name} opens {address}", "{name} ouvre {address}")));
    out.line(&say!(
        ui,
        "{kind}; {modules} × {modules} modules of {module} mm; {drawing} mm with its quiet zone, which stays empty",
        "{kind} ; {modules} × {modules} modules de {module} mm ; {drawing} mm avec sa marge blanche, à laisser vide"
    ));
    out.line(&say!(
        ui,
        "Read back from straight in front, out of focus, turned by 45° and from 45° aside, at {pixels} pixels to a module",
        "Relu de face, flou, tourné de 45° et à 45° de côté, à {pixels} pixels par module"
    ));
}

/// Why there is no code, in the language of the interface.
fn explain(ui: Ui, why: &CodeRefused) -> String {
    if ui == Ui::En {
        return why.to_string();
    }
    match why {
        CodeRefused::Code { wanted, why } => {
            let reason = match why {
                CodeError::Length { found } => {
                    format!("un code a 8 caractères, celui-ci {found} ; le recopier comme K7QM-2FXR")
                }
                CodeError::Character { character } => {
                    format!("aucun code n’a de « {character} » ; le recopier comme K7QM-2FXR")
                }
                CodeError::Check => "un des 8 caractères est faux, ou deux sont échangés ; comparer avec la source".to_owned(),
                CodeError::OnlyDigits => "un code a au moins une lettre ; des chiffres seuls sont le numéro d’un ancien Flashcode".to_owned(),
            };
            format!("« {wanted} » ne désigne aucun panneau : {reason}")
        }
        CodeRefused::NoSuchPanel { wanted } => format!(
            "la source n’a pas de panneau « {wanted} » : donner le code ou l’identifiant d’un de ses panneaux"
        ),
        CodeRefused::NoHost => {
            "publication.toml n’indique aucun hôte : y écrire celui des flashcodes (hosts), ou le donner par --host".to_owned()
        }
        CodeRefused::Host { host } => format!(
            "« {host} » n’est pas un hôte de flashcodes : donner un nom seul, comme guide.exemple.fr"
        ),
        CodeRefused::Size { size_mm } => {
            let (least, most) = SIZE_MM;
            format!("{size_mm} mm n’est pas une taille de flashcode : donner de {least} à {most} mm")
        }
        CodeRefused::Distance { distance_m } => {
            let (least, most) = (ui.decimal(DISTANCE_M.0, 1), DISTANCE_M.1);
            format!("{distance_m} m n’est pas une distance de lecture : donner de {least} à {most} m")
        }
        CodeRefused::TooLong { chars } => format!(
            "une adresse de {chars} caractères ne tient pas dans un code : prendre un hôte plus court"
        ),
        CodeRefused::TooFineToPrint {
            module_mm,
            least_mm,
            needed_mm,
        } => {
            let (module, least) = (ui.decimal(*module_mm, 2), ui.decimal(*least_mm, 2));
            format!(
                "des modules de {module} mm sont trop fins pour l’impression, {least} mm est le minimum : agrandir le code à {needed_mm} mm"
            )
        }
        CodeRefused::TooFineToSee {
            distance_m,
            module_mm,
            pixels,
            least_pixels,
            needed_mm,
            within_m,
        } => {
            let (module, pixels) = (ui.decimal(*module_mm, 2), ui.decimal(*pixels, 2));
            let (distance, within) = (french(*distance_m), ui.decimal(*within_m, 2));
            format!(
                "à {distance} m un module de {module} mm couvre {pixels} pixels de l’appareil photo d’un téléphone, il en faut {least_pixels} : agrandir le code à {needed_mm} mm, ou le faire lire à {within} m au plus"
            )
        }
        CodeRefused::LargerThanView {
            distance_m,
            view_mm,
            drawing_mm,
            from_m,
        } => {
            let (view, drawing) = (ui.decimal(*view_mm, 0), ui.decimal(*drawing_mm, 0));
            let (distance, from) = (french(*distance_m), ui.decimal(*from_m, 2));
            format!(
                "à {distance} m l’appareil photo d’un téléphone voit {view} mm, moins que les {drawing} mm du code avec sa marge : le réduire, ou le faire lire à {from} m au moins"
            )
        }
        CodeRefused::NotReadBack(view) => {
            let seen = match view {
                View::Front => "de face",
                View::Blurred => "flou",
                View::Turned => "tourné de 45°",
                View::Aside => "à 45° de côté",
            };
            format!("le code créé ne se relit pas {seen} à cette distance : l’agrandir")
        }
        CodeRefused::Picture(why) => format!("impossible d’écrire l’image : {why}"),
    }
}

/// A number as it was given, with the decimal sign of French.
fn french(number: f64) -> String {
    number.to_string().replace('.', ",")
}
