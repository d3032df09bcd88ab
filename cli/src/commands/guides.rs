//! `alloclap guides`: what is on this machine.

use super::{Done, Visiting, show};
use crate::json;
use crate::say;
use serde_json::json;

/// Every guide with its trails.
pub fn run(visiting: &Visiting) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let guides = visiting
        .companion
        .guides()
        .map_err(|error| visiting.failed(&error))?;
    let trails = visiting
        .companion
        .trails()
        .map_err(|error| visiting.failed(&error))?;
    let known = visiting
        .companion
        .neighbours()
        .map_err(|error| visiting.failed(&error))?;
    for guide in &guides {
        let own: Vec<_> = trails
            .iter()
            .filter(|trail| trail.key.publication == guide.publication)
            .collect();
        out.object(&json!({
            "publication": guide.publication.as_str(),
            "name": guide.name,
            "url": guide.source,
            "version": guide.version,
            "built": guide.built,
            "places": guide.places,
            "panels": guide.panels,
            "trails": own.iter().map(|trail| json::trail(trail)).collect::<Vec<_>>(),
        }));
        let (places, panels) = (guide.places, guide.panels);
        let day = ui.day(guide.built.split('T').next().unwrap_or_default());
        out.line(&say!(
            ui,
            "{}: {places} places, {panels} panels, of {day}",
            "{} : {places} lieux, {panels} panneaux, du {day}",
            out.strong(&guide.name)
        ));
        out.line(&out.faint(&format!("  {}", guide.source)));
        for trail in own {
            show::trail(out, trail);
        }
    }
    for other in &known {
        if guides.iter().any(|guide| guide.publication == other.id) {
            continue;
        }
        out.object(&json!({
            "introduced": other.id.as_str(),
            "name": other.name,
            "url": other.address,
            "root": other.root.as_str(),
        }));
        let (name, url) = (&other.name, &other.address);
        out.line(&say!(
            ui,
            "Also, vouched for by a guide that is here: {name}, `alloclap sync {url}`",
            "Aussi, garanti par un guide présent ici : {name}, `alloclap sync {url}`"
        ));
    }
    if guides.is_empty() {
        out.line(ui.pick(
            "No guide yet: `alloclap sync URL` downloads one.",
            "Pas encore de guide : `alloclap sync URL` en télécharge un.",
        ));
    }
    Ok(())
}
