//! `alloclap scan`: pictures → codes → panels.

use super::elsewhere::{self, Meant};
use super::{Done, Failure, Visiting, show};
use crate::json;
use crate::output::complain;
use crate::picture;
use crate::say;
use crate::words::Ui;
use alloclap_core::companion::{Answer, SeenCode, Symbology};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Reads each picture; one that cannot be read is told, and the rest goes on.
pub fn run(visiting: &Visiting, images: &[PathBuf]) -> Done {
    let mut unread = false;
    for image in images {
        if let Err(why) = one(visiting, image) {
            unread = true;
            visiting
                .out
                .object(&json!({ "file": image.to_string_lossy(), "error": why }));
            let name = image.display();
            complain(&say!(visiting.out.ui, "{name}: {why}", "{name} : {why}"));
        }
    }
    if unread { Err(Failure::said()) } else { Ok(()) }
}

/// The codes in a picture file, and how many milliseconds reading them took.
pub fn read(visiting: &Visiting, image: &Path) -> Result<(Vec<SeenCode>, f64), String> {
    let luma = picture::read(image).map_err(|error| explain(visiting, &error))?;
    let begun = Instant::now();
    let (width, height) = luma.dimensions();
    let codes = visiting
        .companion
        .scan(luma.as_raw(), width, height, width)
        .map_err(|error| visiting.failed(&error).0)?;
    Ok((codes, begun.elapsed().as_secs_f64() * 1000.0))
}

fn one(visiting: &Visiting, image: &Path) -> Result<(), String> {
    let out = visiting.out;
    let (codes, ms) = read(visiting, image)?;
    let mut objects = Vec::new();
    for code in &codes {
        let meant = match &code.text {
            Some(text) => {
                let answer = visiting.companion.answer(text);
                let answer = answer.map_err(|error| visiting.failed(&error).0)?;
                Some(elsewhere::ask(visiting, answer))
            }
            None => None,
        };
        objects.push(object(code, meant.as_ref()));
        if !out.json {
            out.line(&out.faint(&image.display().to_string()));
            tell(visiting, code, meant.as_ref()).map_err(|failure| failure.0)?;
            if code.worn {
                out.line(&out.warn(out.ui.pick(
                    "This code is worn and barely readable: the panel should be replaced soon.",
                    "Ce code est usé et à peine lisible : le panneau est à remplacer bientôt.",
                )));
            }
        }
    }
    if codes.is_empty() {
        let name = image.display();
        out.line(&say!(
            out.ui,
            "{name}: no flashcode found; come closer, hold still, avoid reflections",
            "{name} : aucun flashcode trouvé ; s’approcher, ne pas bouger, éviter les reflets"
        ));
    }
    out.object(&json!({ "file": image.to_string_lossy(), "codes": objects, "ms": json::rounded(ms, 3) }));
    Ok(())
}

fn object(code: &SeenCode, meant: Option<&Meant>) -> Value {
    let symbology = match code.symbology {
        Symbology::QrCode => "qr_code",
        Symbology::DataMatrix => "data_matrix",
    };
    let panel = match meant.map(|meant| &meant.answer) {
        Some(Answer::Panel { panel }) => Some(panel.id.as_str()),
        _ => None,
    };
    let hex = code.text.is_none().then(|| {
        code.bytes.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    });
    json!({
        "symbology": symbology,
        "text": code.text,
        "bytes": hex,
        "corners": code.corners.iter().map(|corner| [json::rounded(f64::from(corner.x), 1), json::rounded(f64::from(corner.y), 1)]).collect::<Vec<_>>(),
        "spare": code.spare.map(|spare| json::rounded(f64::from(spare), 2)),
        "worn": code.worn,
        "panel": panel,
        "answer": meant.map_or(Value::Null, Meant::json),
    })
}

/// What a code that names no panel here is.
pub fn answer(answer: &Answer) -> Value {
    match answer {
        Answer::Panel { panel } => json!({ "is": "panel", "panel": json::key(panel) }),
        Answer::Choice { panels } => {
            json!({ "is": "choice", "panels": panels.iter().map(json::key).collect::<Vec<_>>() })
        }
        Answer::Withdrawn {
            panel,
            text,
            replaced_by,
        } => json!({
            "is": "withdrawn",
            "panel": json::key(panel),
            "text": text.as_ref().map(json::told),
            "replaced_by": replaced_by.as_ref().map(|id| id.as_str()),
        }),
        Answer::NotHere { publication, pack } => {
            json!({ "is": "not_here", "publication": publication.as_str(), "pack": pack.as_str() })
        }
        Answer::UnknownCode { code, host } => json!({ "is": "unknown_code", "code": code, "host": host }),
        Answer::UnknownIndex { digits } => json!({ "is": "unknown_index", "digits": digits }),
        Answer::Link {
            address,
            host,
            imitates,
        } => {
            json!({ "is": "link", "address": address, "host": host, "imitates": imitates })
        }
        Answer::Text { text } => json!({ "is": "text", "text": text }),
    }
}

fn tell(visiting: &Visiting, code: &SeenCode, meant: Option<&Meant>) -> Done {
    match meant {
        Some(meant) => show_answer(visiting, meant),
        None => {
            let bytes = code.bytes.len();
            visiting.out.line(&say!(
                visiting.out.ui,
                "{bytes} bytes that are not text",
                "{bytes} octets qui ne sont pas du texte"
            ));
            Ok(())
        }
    }
}

/// Shows what a text means: the panel, or why there is none.
pub fn show_answer(visiting: &Visiting, meant: &Meant) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    match &meant.answer {
        Answer::Panel { panel } => {
            let view = visiting
                .companion
                .panel(panel)
                .map_err(|error| visiting.failed(&error))?;
            show::panel(out, &view);
        }
        Answer::Choice { panels } => {
            out.line(ui.pick(
                "Several guides know this code:",
                "Plusieurs guides connaissent ce code :",
            ));
            for panel in panels {
                let view = visiting
                    .companion
                    .panel(panel)
                    .map_err(|error| visiting.failed(&error))?;
                // Two editions of one guide may agree in all but its id.
                out.line(&format!(
                    "  {} · {} · {} ({})",
                    show::film_title(&view.film.brief),
                    show::where_it_is(&view.place),
                    view.publisher,
                    panel.publication
                ));
            }
        }
        Answer::Withdrawn { text, .. } => {
            out.line(&out.warn(ui.pick(
                "This panel is no longer shown.",
                "Ce panneau n’est plus présenté.",
            )));
            if let Some(text) = text {
                out.line(&show::told(out, text));
            }
        }
        _ => out.line(&meant.no_panel(ui)),
    }
    Ok(())
}

/// That a code leads to no panel that is here, and what to do.
pub fn no_panel(ui: Ui, answer: &Answer) -> String {
    match answer {
        Answer::Withdrawn { text: Some(text), .. } => {
            let text = &text.text;
            say!(
                ui,
                "This panel is no longer shown. {text}",
                "Ce panneau n’est plus présenté. {text}"
            )
        }
        Answer::Panel { .. } | Answer::Withdrawn { .. } => ui
            .pick(
                "This panel is no longer shown.",
                "Ce panneau n’est plus présenté.",
            )
            .to_owned(),
        Answer::Choice { .. } => ui
            .pick(
                "Several guides know this code; remove one with `alloclap sync URL --forget`.",
                "Plusieurs guides connaissent ce code ; en retirer un avec `alloclap sync URL --forget`.",
            )
            .to_owned(),
        Answer::NotHere { publication, pack } => say!(
            ui,
            "This panel is in the guide {publication}, in its part {pack}, which is not on this machine: run `alloclap sync`.",
            "Ce panneau est dans le guide {publication}, partie {pack}, absente de cette machine : lancer `alloclap sync`."
        ),
        Answer::UnknownCode {
            code,
            host: Some(host),
        } => say!(
            ui,
            "Panel {code} of {host}: no guide on this machine knows it. Refresh with `alloclap sync`.",
            "Panneau {code} de {host} : aucun guide de cette machine ne le connaît. Actualiser avec `alloclap sync`."
        ),
        Answer::UnknownCode { code, host: None } => say!(
            ui,
            "Panel {code}: no guide on this machine knows it. Download its guide with `alloclap sync URL`.",
            "Panneau {code} : aucun guide de cette machine ne le connaît. Télécharger son guide avec `alloclap sync URL`."
        ),
        Answer::UnknownIndex { digits } => say!(
            ui,
            "An old Flashcode, number {digits}; no guide on this machine says which panel it means.",
            "Un ancien Flashcode, numéro {digits} ; aucun guide de cette machine ne dit de quel panneau il s’agit."
        ),
        Answer::Link {
            address,
            host,
            imitates,
        } => {
            let careful = if *imitates {
                ui.pick(" (imitates another host!)", " (imite un autre site !)")
            } else {
                ""
            };
            say!(
                ui,
                "Not a panel: a link to {host}{careful}, not opened: {address}",
                "Pas un panneau : un lien vers {host}{careful}, non ouvert : {address}"
            )
        }
        Answer::Text { text } => say!(
            ui,
            "Not a panel, but this text: {text}",
            "Pas un panneau, mais ce texte : {text}"
        ),
    }
}

fn explain(visiting: &Visiting, error: &picture::PictureError) -> String {
    let ui = visiting.out.ui;
    match error {
        picture::PictureError::Unreadable(why) => crate::trouble::file(ui, why),
        picture::PictureError::NotAPicture(why) => say!(
            ui,
            "not a picture that can be read ({why}); PNG, JPEG and WebP are",
            "pas une image lisible ({why}) ; PNG, JPEG et WebP le sont"
        ),
        picture::PictureError::CutShort => ui
            .pick(
                "the file ends before the picture does; copy it again",
                "le fichier s’arrête avant la fin de l’image ; le copier à nouveau",
            )
            .to_owned(),
        picture::PictureError::TooLarge { width, height } => say!(
            ui,
            "{width} × {height} pixels are too many; make the picture smaller, 4,000 a side are plenty",
            "{width} × {height} pixels, c’est trop ; réduire l’image, 4 000 par côté suffisent largement"
        ),
    }
}
