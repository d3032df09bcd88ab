//! What is wanted of a guide: what was typed, and what was chosen before.

use super::Asked;
use crate::commands::{Failure, Visiting};
use crate::say;
use crate::words::Ui;
use alloclap_core::catalogue::Followed;
use alloclap_core::catalogue::model::{Id, Language, Medium};
use alloclap_core::companion::CompanionError;
use alloclap_core::sync::Choice;

/// The choice that was typed.
pub fn wished(ui: Ui, asked: &Asked) -> Result<Choice, Failure> {
    let ids = |listed: &Option<Vec<String>>| -> Result<Option<Vec<Id>>, Failure> {
        let id = |text: &String| {
            text.parse::<Id>().map_err(|_| {
                Failure(say!(
                    ui,
                    "\"{text}\" is no id",
                    "« {text} » n’est pas un identifiant"
                ))
            })
        };
        listed
            .as_ref()
            .map(|listed| listed.iter().map(id).collect())
            .transpose()
    };
    let language = |text: &String| {
        text.parse::<Language>().map_err(|_| {
            Failure(say!(
                ui,
                "\"{text}\" is no language: write fr,en,pt-br",
                "« {text} » n’est pas une langue : écrire fr,en,pt-br"
            ))
        })
    };
    let spoken = asked.spoken.as_ref();
    Ok(Choice {
        areas: ids(&asked.areas)?,
        packs: ids(&asked.packs)?,
        communes: asked.communes.clone(),
        departements: asked.departements.clone(),
        languages: spoken
            .map(|listed| listed.iter().map(language).collect())
            .transpose()?,
        media: asked
            .media
            .as_ref()
            .map(|media| media.iter().map(|word| medium(word)).collect()),
    })
}

/// What was typed, and for what was not said what was chosen the last time.
pub fn choice(
    visiting: &Visiting,
    known: Option<&Followed>,
    asked: &Asked,
    wished: &Choice,
) -> Result<Choice, CompanionError> {
    let kept = match known {
        Some(guide) if !asked.all => visiting.companion.choice(&guide.publication)?,
        _ => Choice::default(),
    };
    let added;
    let places = match wished.names_places() {
        true if asked.add && known.is_some() => {
            added = kept.clone().with_places_of(wished);
            &added
        }
        true => wished,
        false => &kept,
    };
    Ok(Choice {
        areas: places.areas.clone(),
        packs: places.packs.clone(),
        communes: places.communes.clone(),
        departements: places.departements.clone(),
        languages: wished.languages.clone().or(kept.languages.clone()),
        media: wished.media.clone().or(kept.media.clone()),
    })
}

fn medium(word: &str) -> Medium {
    match word {
        "audio" => Medium::Audio,
        "picture" => Medium::Picture,
        "video" => Medium::Video,
        "map" => Medium::Map,
        _ => Medium::Other,
    }
}
