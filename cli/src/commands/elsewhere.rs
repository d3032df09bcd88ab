//! A panel that somebody stands before and whose part of the guide is not on this machine: which part, and what it costs.

use super::{Visiting, scan};
use crate::say;
use crate::words::Ui;
use alloclap_core::companion::{Answer, Offered};
use serde_json::{Value, json};

/// What a text means, and what could be downloaded for it.
pub struct Meant {
    /// What it means here.
    pub answer: Answer,
    /// The pack that would answer, if one is known.
    pub offered: Option<Offered>,
}

/// Asks what is known of a code that leads to no panel here: of lists on this machine, then of the publishers of large guides, if
/// there is network. Without it a code is as unknown as before.
pub fn ask(visiting: &Visiting, answer: Answer) -> Meant {
    let companion = &visiting.companion;
    let asked = match &answer {
        Answer::NotHere { publication, pack } => companion.offer(publication, pack),
        Answer::UnknownCode { code, host } => companion.locate(code, host.as_deref()),
        Answer::UnknownIndex { digits } => companion.locate(digits, None),
        _ => Ok(None),
    };
    let offered = asked.ok().flatten();
    let answer = match &offered {
        Some(found) => Answer::NotHere {
            publication: found.publication.clone(),
            pack: found.pack.clone(),
        },
        None => answer,
    };
    Meant { answer, offered }
}

impl Meant {
    /// As an object for machines.
    pub fn json(&self) -> Value {
        let mut object = scan::answer(&self.answer);
        if let (Some(found), Some(fields)) = (&self.offered, object.as_object_mut()) {
            fields.insert("name".into(), json!(found.name));
            fields.insert("area".into(), json!(found.area.as_str()));
            fields.insert("url".into(), json!(found.address));
            fields.insert("text_bytes".into(), json!(found.text_bytes));
            fields.insert("media_bytes".into(), json!(found.media_bytes));
        }
        object
    }

    /// That it leads to no panel that is here, and what to do.
    pub fn no_panel(&self, ui: Ui) -> String {
        let Some(found) = &self.offered else {
            return scan::no_panel(ui, &self.answer);
        };
        let (publication, name, pack, url) = (&found.publication, &found.name, &found.pack, &found.address);
        let (text, media) = (ui.bytes(found.text_bytes), ui.bytes(found.media_bytes));
        say!(
            ui,
            "This panel is in the guide {publication}, in its part \"{name}\", which is not on this machine ({text} of text, {media} of media): run `alloclap sync {url} --trail {pack} --add`.",
            "Ce panneau est dans le guide {publication}, partie « {name} », absente de cette machine ({text} de texte, {media} de médias) : lancer `alloclap sync {url} --trail {pack} --add`."
        )
    }
}
