//! Why the guide decided so, as a sentence for a person.

use crate::say;
use crate::words::Ui;
use alloclap_core::guide::{GuideEventKind, Reason};

/// What happened, without its stop.
pub fn happened(ui: Ui, kind: GuideEventKind) -> &'static str {
    match kind {
        GuideEventKind::Trigger => ui.pick("story told", "histoire racontée"),
        GuideEventKind::Offer => ui.pick("story offered", "histoire proposée"),
        GuideEventKind::Wait => ui.pick("waited", "attente"),
        GuideEventKind::Left => ui.pick("left", "quitté"),
        GuideEventKind::OffTrail => ui.pick("off the trail", "hors du parcours"),
        GuideEventKind::OnTrail => ui.pick("back on the trail", "de retour sur le parcours"),
        GuideEventKind::Completed => ui.pick("trail completed", "parcours terminé"),
    }
}

/// The reason in one sentence, with the figures that decided.
pub fn because(ui: Ui, reason: &Reason) -> String {
    let m = |metres: f64| ui.distance(metres);
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    match *reason {
        Reason::AtStop {
            distance_m,
            accuracy_m,
            probability,
            fixes,
            next_in_order,
        } => {
            let (distance, accuracy, likely) = (m(distance_m), m(accuracy_m), percent(probability));
            let order = if next_in_order {
                ui.pick(", next stop on the trail", ", prochaine étape du parcours")
            } else {
                ""
            };
            say!(
                ui,
                "{distance} away, accuracy {accuracy}, in the zone with {likely}, {fixes} fixes in a row{order}",
                "à {distance}, précision {accuracy}, dans la zone à {likely}, {fixes} positions de suite{order}"
            )
        }
        Reason::AfterCommentary { distance_m } => {
            let distance = m(distance_m);
            say!(
                ui,
                "the story before it has ended and you are still here, {distance} away",
                "l’histoire précédente est finie et vous êtes encore là, à {distance}"
            )
        }
        Reason::Scanned => ui
            .pick("the panel was scanned", "le panneau a été scanné")
            .to_owned(),
        Reason::Chosen => ui.pick("chosen by hand", "choisie à la main").to_owned(),
        Reason::SeveralFit { count, nearest_m } => {
            let nearest = m(nearest_m);
            say!(
                ui,
                "{count} panels fit, the nearest {nearest} away: choose",
                "{count} panneaux conviennent, le plus proche à {nearest} : à vous de choisir"
            )
        }
        Reason::CommentaryPlaying {
            remaining_ms,
            distance_m,
        } => {
            let (left, distance) = (
                ui.clock(i64::try_from(remaining_ms).unwrap_or(i64::MAX)),
                m(distance_m),
            );
            say!(
                ui,
                "{distance} away, but another story plays for {left} more",
                "à {distance}, mais une autre histoire dure encore {left}"
            )
        }
        Reason::NoHeadphones { distance_m } => {
            let distance = m(distance_m);
            say!(
                ui,
                "{distance} away; without headphones nothing starts by itself",
                "à {distance} ; sans casque rien ne démarre tout seul"
            )
        }
        Reason::QuietPlace { distance_m } => {
            let distance = m(distance_m);
            say!(
                ui,
                "{distance} away, a quiet place: nothing starts by itself",
                "à {distance}, un lieu calme : rien ne démarre tout seul"
            )
        }
        Reason::SoundOnRequest { distance_m } => {
            let distance = m(distance_m);
            say!(
                ui,
                "{distance} away; you want to start sound yourself",
                "à {distance} ; vous préférez lancer le son vous-même"
            )
        }
        Reason::WalkedBackwards { along_m } => {
            let along = m(along_m);
            say!(
                ui,
                "you walk the trail backwards, {along} from its start; the guide follows",
                "vous suivez le parcours à rebours, à {along} du départ ; le guide suit"
            )
        }
        Reason::PoorAccuracy {
            accuracy_m,
            distance_m,
        } => {
            let (accuracy, distance) = (m(accuracy_m), m(distance_m));
            say!(
                ui,
                "accuracy {accuracy} is too poor, {distance} away",
                "précision de {accuracy} insuffisante, à {distance}"
            )
        }
        Reason::UnlikelyFix { jump_m, accuracy_m } => {
            let (jump, accuracy) = (m(jump_m), m(accuracy_m));
            say!(
                ui,
                "a jump of {jump} that nobody can walk, whatever the claimed accuracy of {accuracy}",
                "un saut de {jump} que personne ne marche, malgré une précision annoncée de {accuracy}"
            )
        }
        Reason::Unsure {
            probability,
            distance_m,
        } => {
            let (likely, distance) = (percent(probability), m(distance_m));
            say!(
                ui,
                "only {likely} sure to be there, {distance} away",
                "présence sûre à {likely} seulement, à {distance}"
            )
        }
        Reason::TooFast { speed_m_s } => {
            let speed = ui.decimal(speed_m_s * 3.6, 0);
            say!(
                ui,
                "{speed} km/h: nobody listens on a ride",
                "{speed} km/h : on n’écoute pas en roulant"
            )
        }
        Reason::Closed { distance_m } => {
            let distance = m(distance_m);
            say!(
                ui,
                "the stop is closed today, {distance} away",
                "l’étape est fermée aujourd’hui, à {distance}"
            )
        }
        Reason::Shut {
            distance_m,
            opens_in_ms,
        } => {
            let distance = m(distance_m);
            match opens_in_ms {
                Some(opens_in_ms) => {
                    let opens_in = ui.clock(i64::try_from(opens_in_ms).unwrap_or(i64::MAX));
                    say!(
                        ui,
                        "the stop is shut at this hour and opens in {opens_in}, {distance} away",
                        "l’étape est fermée à cette heure et ouvre dans {opens_in}, à {distance}"
                    )
                }
                None => say!(
                    ui,
                    "the stop is shut at this hour, {distance} away",
                    "l’étape est fermée à cette heure, à {distance}"
                ),
            }
        }
        Reason::OutOfZone { distance_m, for_ms } => {
            let (distance, seconds) = (m(distance_m), for_ms / 1000);
            say!(
                ui,
                "{distance} away since {seconds} s",
                "à {distance} depuis {seconds} s"
            )
        }
        Reason::AwayFromTrail { distance_m } => {
            let distance = m(distance_m);
            say!(ui, "{distance} from the line", "à {distance} du tracé")
        }
        Reason::BackOnTrail { away_ms } => {
            let seconds = away_ms / 1000;
            say!(ui, "after {seconds} s", "après {seconds} s")
        }
        Reason::LastStop => ui
            .pick("the last stop was reached", "la dernière étape est atteinte")
            .to_owned(),
        Reason::EndOfTrail => ui
            .pick("the end of the line was reached", "le bout du tracé est atteint")
            .to_owned(),
    }
}
