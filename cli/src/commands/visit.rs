//! `alloclap visit`: a whole visit replayed, left as one page to look at.

use super::{Done, Failure, Visiting, lookup, scan, walk};
use crate::page::{self, Embedded, Moment, Visit};
use crate::say;
use crate::whole;
use crate::words::Ui;
use alloclap_core::catalogue::{MediaFile, PanelView, TrailView};
use alloclap_core::companion::{Answer, CompanionError};
use serde_json::json;
use std::fs;
use std::path::Path;

/// Walks the trail, scans the photograph, and writes the page.
pub fn run(visiting: &Visiting, trail: &str, trace: &Path, photo: Option<&Path>, to: &Path) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let view = trail_view(visiting, trail)?;
    let mut walkable = walk::open(visiting, trail, None)?;
    let names = walkable.names();
    let replay = walk::replay(out, &mut walkable, trace, |_| {})?;
    let panel = match photo {
        Some(photo) => Some(scanned(visiting, photo)?),
        None => None,
    };
    let commentary = panel.as_ref().and_then(|panel| {
        panel
            .commentaries
            .iter()
            .find(|commentary| commentary.file.present)
    });
    let sound = match commentary {
        Some(commentary) => Some((commentary, embed(visiting, &commentary.file)?)),
        None => None,
    };
    let mut pictures = Vec::new();
    for picture in panel
        .iter()
        .flat_map(|panel| &panel.pictures)
        .filter(|picture| picture.file.present)
    {
        pictures.push((picture, embed(visiting, &picture.file)?));
    }
    let moments = replay.events.iter().map(|(_, event)| Moment {
        clock: ui.clock(event.t_ms),
        what: walk::what(ui, &names, event),
        why: crate::reasons::because(ui, &event.reason),
    });
    let visit = Visit {
        ui,
        trail: &view.name,
        about: view.description.as_ref(),
        facts: walk::summary(ui, &walkable, &replay),
        map: walk::picture(ui, &walkable, &replay),
        moments: moments.collect(),
        panel: panel.as_ref(),
        photo: photo.map(|photo| photograph(ui, photo)).transpose()?,
        pictures,
        commentary: sound,
    };
    let page = page::html(&visit);
    whole::write(to, &page).map_err(|error| super::unwritable(ui, to, &error))?;
    let bytes = page.len();
    out.object(&json!({ "event": "done", "out": to.to_string_lossy(), "bytes": bytes }));
    let name = to.display();
    out.line(&out.good(&say!(
        ui,
        "The visit is in {name}: open it in a browser.",
        "La visite est dans {name} : l’ouvrir dans un navigateur."
    )));
    Ok(())
}

fn trail_view(visiting: &Visiting, trail: &str) -> Result<TrailView, Failure> {
    for key in lookup::keys(visiting, "trail", trail)? {
        match visiting.companion.trail(&key) {
            Ok(view) => return Ok(view),
            Err(CompanionError::NotFound { .. }) => {}
            Err(error) => return Err(visiting.failed(&error)),
        }
    }
    Err(lookup::missing(visiting, "trail", trail))
}

/// The first panel in a photograph.
fn scanned(visiting: &Visiting, photo: &Path) -> Result<PanelView, Failure> {
    let (codes, _) = scan::read(visiting, photo).map_err(|why| {
        let name = photo.display();
        Failure(say!(visiting.out.ui, "{name}: {why}", "{name} : {why}"))
    })?;
    for text in codes.iter().filter_map(|code| code.text.as_deref()) {
        if let Answer::Panel { panel } = visiting
            .companion
            .answer(text)
            .map_err(|error| visiting.failed(&error))?
        {
            return visiting
                .companion
                .panel(&panel)
                .map_err(|error| visiting.failed(&error));
        }
    }
    let name = photo.display();
    Err(Failure(say!(
        visiting.out.ui,
        "{name}: no flashcode of a panel that is on this machine; `alloclap scan` tells more",
        "{name} : aucun flashcode d’un panneau présent sur cette machine ; `alloclap scan` en dit plus"
    )))
}

fn embed(visiting: &Visiting, file: &MediaFile) -> Result<Embedded, Failure> {
    let path = visiting.companion.folder().join(&file.path);
    let bytes = fs::read(&path).map_err(|error| super::unreadable(visiting.out.ui, &path, &error))?;
    Ok(Embedded {
        media_type: file.media_type.clone(),
        bytes,
    })
}

fn photograph(ui: Ui, photo: &Path) -> Result<Embedded, Failure> {
    let bytes = fs::read(photo).map_err(|error| super::unreadable(ui, photo, &error))?;
    // The scan before has read it as one of these three.
    let media_type = match bytes.get(..4) {
        Some([0x89, b'P', b'N', b'G']) => "image/png",
        Some([b'R', b'I', b'F', b'F']) => "image/webp",
        _ => "image/jpeg",
    };
    Ok(Embedded {
        media_type: media_type.to_owned(),
        bytes,
    })
}
