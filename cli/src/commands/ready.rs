//! `alloclap ready`: whether trails can be walked without network.

use super::{Done, Failure, Visiting};
use crate::say;
use alloclap_core::catalogue::Key;
use alloclap_core::catalogue::model::Language;
use serde_json::json;

/// One trail, or all that are here.
pub fn run(visiting: &Visiting, trail: Option<&str>, language: Option<&Language>) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let keys: Vec<Key> = match trail {
        Some(trail) => super::lookup::keys(visiting, "trail", trail)?,
        None => {
            let trails = visiting.companion.trails();
            let trails = trails.map_err(|error| visiting.failed(&error))?;
            trails.into_iter().map(|trail| trail.key).collect()
        }
    };
    if keys.is_empty() {
        out.line(ui.pick("there is no trail here", "il n’y a pas de parcours ici"));
    }
    let mut all = true;
    for key in keys {
        let ready = visiting.companion.ready(&key, language);
        let ready = ready.map_err(|error| visiting.failed(&error))?;
        let (id, files) = (&key.id, ready.missing.len());
        out.object(&json!({
            "trail": id.as_str(),
            "publication": key.publication.as_str(),
            "ready": ready.is_ready(),
            "missing_files": files,
            "missing_bytes": ready.missing_bytes,
        }));
        if ready.is_ready() {
            out.line(&out.good(&say!(
                ui,
                "{id} is ready without network",
                "{id} est prêt sans réseau"
            )));
            continue;
        }
        all = false;
        let size = ui.bytes(ready.missing_bytes);
        out.line(&out.warn(&say!(
            ui,
            "{id} is not ready: {files} files are missing ({size}); run `alloclap sync`",
            "{id} n’est pas prêt : il manque {files} fichiers ({size}) ; lancer `alloclap sync`"
        )));
    }
    if all { Ok(()) } else { Err(Failure::said()) }
}
