//! `alloclap panel`, `film`, `nearby`, `search`: asking the guide.

use super::{Done, Failure, Visiting, elsewhere, scan, show};
use crate::json;
use crate::say;
use alloclap_core::catalogue::Key;
use alloclap_core::catalogue::model::Id;
use alloclap_core::code::{CodeError, PanelCode};
use alloclap_core::companion::{Answer, CompanionError, NearbyFilter};
use alloclap_core::geo::Position;
use serde_json::json;

/// A panel by its code, or by what its flashcode says.
pub fn panel(visiting: &Visiting, code: &str) -> Done {
    let answer = visiting
        .companion
        .answer(code)
        .map_err(|error| visiting.failed(&error))?;
    // What was typed with an O for a 0 is a code all the same.
    let answer = match (answer, PanelCode::parse_typed(code)) {
        (Answer::Text { .. }, Ok(code)) => Answer::UnknownCode {
            code: code.to_string(),
            host: None,
        },
        (answer, _) => answer,
    };
    let meant = elsewhere::ask(visiting, answer);
    if visiting.out.json {
        match &meant.answer {
            Answer::Panel { panel } => {
                let view = visiting
                    .companion
                    .panel(panel)
                    .map_err(|error| visiting.failed(&error))?;
                visiting.out.object(&json::panel(&view));
            }
            _ => visiting.out.object(&meant.json()),
        }
    }
    match &meant.answer {
        Answer::Panel { .. } | Answer::Choice { .. } | Answer::Withdrawn { .. } => {
            if visiting.out.json {
                Ok(())
            } else {
                scan::show_answer(visiting, &meant)
            }
        }
        // A code of an old kind may be typed with anything around it: what is no code at all is a slip of the typist.
        Answer::Text { .. } => Err(match PanelCode::parse_typed(code) {
            Err(CodeError::Check) => mistyped(visiting, code),
            _ => no_code(visiting, code),
        }),
        _ => Err(Failure(meant.no_panel(visiting.out.ui))),
    }
}

/// That this would be a panel code but for a slip.
fn mistyped(visiting: &Visiting, code: &str) -> Failure {
    let code = code.trim();
    Failure(say!(
        visiting.out.ui,
        "\"{code}\": one of the eight characters is mistyped or two are swapped; compare with the code printed under the flashcode",
        "« {code} » : un des huit caractères est faux, ou deux sont échangés ; comparer avec le code imprimé sous le flashcode"
    ))
}

/// That this is no panel code.
pub fn no_code(visiting: &Visiting, code: &str) -> Failure {
    let code = code.trim();
    Failure(say!(
        visiting.out.ui,
        "\"{code}\" is no panel code: it has eight characters in two groups, such as YKW3-QPT9, printed under the flashcode",
        "« {code} » n’est pas un code de panneau : il a huit caractères en deux groupes, comme YKW3-QPT9, imprimés sous le flashcode"
    ))
}

/// A film by its id.
pub fn film(visiting: &Visiting, id: &str) -> Done {
    let mut shown = 0;
    for key in keys(visiting, "film", id)? {
        match visiting.companion.film(&key) {
            Ok(film) => {
                shown += 1;
                visiting.out.object(&json::film(&film));
                if !visiting.out.json {
                    show::film(visiting.out, &film);
                }
            }
            // The id may name something else than a film in another guide.
            Err(CompanionError::NotFound { .. }) => {}
            Err(error) => return Err(visiting.failed(&error)),
        }
    }
    if shown == 0 {
        Err(missing(visiting, "film", id))
    } else {
        Ok(())
    }
}

/// The records of an id in all guides.
pub fn keys(visiting: &Visiting, kind: &str, id: &str) -> Result<Vec<Key>, Failure> {
    let parsed: Id = id.parse().map_err(|_| missing(visiting, kind, id))?;
    let keys = visiting
        .companion
        .keys_of(&parsed)
        .map_err(|error| visiting.failed(&error))?;
    if keys.is_empty() {
        Err(missing(visiting, kind, id))
    } else {
        Ok(keys)
    }
}

/// That there is no such thing.
pub fn missing(visiting: &Visiting, kind: &str, id: &str) -> Failure {
    visiting.failed(&CompanionError::NotFound {
        kind: kind.to_owned(),
        id: id.to_owned(),
    })
}

/// How much of what is around a position is asked for.
pub struct Around {
    /// At most so many places.
    pub count: u32,
    /// Within so many metres.
    pub within_m: Option<f64>,
    /// So many regions instead of places.
    pub regions: Option<u32>,
}

/// A position that was typed.
fn place(visiting: &Visiting, position: &str) -> Result<Position, Failure> {
    let ui = visiting.out.ui;
    position.parse().map_err(|_| {
        Failure(say!(
            ui,
            "\"{position}\" is no position: write latitude and longitude in degrees, such as 48.8848,2.3336",
            "« {position} » n’est pas une position : écrire latitude et longitude en degrés, comme 48.8848,2.3336"
        ))
    })
}

/// The places around a position.
pub fn nearby(visiting: &Visiting, position: &str, asked: &Around, filter: &NearbyFilter) -> Done {
    let ui = visiting.out.ui;
    let position = place(visiting, position)?;
    if let Some(limit) = asked.regions {
        return regions(visiting, position, limit);
    }
    let places = match asked.within_m {
        Some(radius_m) => visiting
            .companion
            .within(position, radius_m, filter)
            .map(|mut places| {
                places.truncate(usize::try_from(asked.count).unwrap_or(usize::MAX));
                places
            }),
        None => visiting.companion.nearby_that(position, asked.count, filter),
    };
    let places = places.map_err(|error| visiting.failed(&error))?;
    for near in &places {
        visiting
            .out
            .object(&json::nearby(&near.place, near.distance_m, near.bearing_deg));
        if !visiting.out.json {
            show::nearby(visiting.out, &near.place, near.distance_m, near.bearing_deg);
        }
    }
    if places.is_empty() && (*filter != NearbyFilter::default() || asked.within_m.is_some()) {
        visiting.out.line(ui.pick(
            "No place around fits: ask for less, or download another guide with `alloclap sync URL`.",
            "Aucun lieu ne correspond : demander moins, ou télécharger un autre guide avec `alloclap sync URL`.",
        ));
    } else if places.is_empty() {
        visiting.out.line(ui.pick(
            "No guide is on this machine yet: download one with `alloclap sync URL`.",
            "Aucun guide sur cette machine pour l’instant : en télécharger un avec `alloclap sync URL`.",
        ));
    }
    Ok(())
}

/// What a phone's system would watch.
fn regions(visiting: &Visiting, position: Position, limit: u32) -> Done {
    let (out, ui) = (visiting.out, visiting.out.ui);
    let regions = visiting
        .companion
        .regions(position, limit)
        .map_err(|error| visiting.failed(&error))?;
    let around = visiting
        .companion
        .nearby(position, limit)
        .map_err(|error| visiting.failed(&error))?;
    let name = |key: &Key| {
        let place = around.iter().find(|near| near.place.key == *key);
        place.map_or_else(|| key.id.to_string(), |near| near.place.name.text.clone())
    };
    for region in &regions {
        let place = region.place.as_ref().map(|place| place.id.as_str());
        out.object(&json!({
            "place": place,
            "centre": json::position(region.centre),
            "radius_m": json::rounded(region.radius_m, 1),
            "on_enter": region.on_enter,
        }));
        let radius = ui.distance(region.radius_m);
        out.line(&match region.place.as_ref().map(name) {
            Some(place) => say!(
                ui,
                "entering {radius} around {place}",
                "entrée à moins de {radius} de {place}"
            ),
            None => say!(
                ui,
                "leaving {radius} around here: regions are chosen anew",
                "sortie de {radius} autour d’ici : les régions sont choisies à nouveau"
            ),
        });
    }
    Ok(())
}

/// What fits a text.
pub fn search(visiting: &Visiting, text: &str, near: Option<&str>, count: u32) -> Done {
    let found = match near {
        Some(near) => visiting
            .companion
            .search_near(text, place(visiting, near)?, count),
        None => visiting.companion.search(text, count),
    };
    let hits = found.map_err(|error| visiting.failed(&error))?;
    for hit in &hits {
        visiting.out.object(&json::search_hit(hit));
        if !visiting.out.json {
            show::search_hit(visiting.out, hit);
        }
    }
    if hits.is_empty() {
        nothing_fits(visiting, text);
    }
    Ok(())
}

/// Where words are said in commentaries: what `listen --from` begins with.
pub fn said(visiting: &Visiting, words: &str, count: u32) -> Done {
    let failed = |error| visiting.failed(&error);
    let out = visiting.out;
    let hits = visiting.companion.search_spoken(words, count).map_err(failed)?;
    for hit in &hits {
        let panel = visiting
            .companion
            .commentary(&hit.commentary)
            .map_err(failed)?
            .panel;
        out.object(&json!({
            "commentary": hit.commentary.id.as_str(),
            "publication": hit.commentary.publication.as_str(),
            "title": hit.title,
            "panel": panel.as_ref().map(|panel| panel.id.as_str()),
            "start_ms": hit.cue.start_ms,
            "end_ms": hit.cue.end_ms,
            "text": hit.cue.text,
            "speaker": hit.cue.speaker,
        }));
        let at = out.ui.clock(i64::try_from(hit.cue.start_ms).unwrap_or(i64::MAX));
        let spoken = super::listen::spoken(hit.cue.speaker.as_deref(), &hit.cue.text);
        out.line(&format!(
            "{:>5}  {} {}",
            at,
            out.strong(&hit.title),
            out.faint(&format!("[{}]", hit.commentary.id))
        ));
        out.line(&format!("       {spoken}"));
    }
    if hits.is_empty() {
        nothing_fits(visiting, words);
    }
    Ok(())
}

fn nothing_fits(visiting: &Visiting, text: &str) {
    visiting.out.line(&say!(
        visiting.out.ui,
        "Nothing fits \"{text}\" in the guides on this machine.",
        "Rien ne correspond à « {text} » dans les guides de cette machine."
    ));
}
