//! What is to be said of a recording, in French and English.

use super::SoundNote;
use crate::source::UiLanguage;
use crate::words::audio;
use alloclap_core::audio::AudioError;

impl SoundNote {
    /// What it is, and what to do.
    pub fn message(&self, ui: UiLanguage, file: &str) -> String {
        let (en, fr) = match self {
            Self::Damaged { at_ms, reason } => {
                let error = AudioError::Damaged {
                    file: file.to_owned(),
                    at_ms: *at_ms,
                    reason: reason.clone(),
                };
                return audio(ui, &error);
            }
            Self::FrayedEnd => (
                format!(
                    "{file} breaks off in its last tenth of a second: if its last word is cut, export it again"
                ),
                format!(
                    "{file} s’interrompt dans son dernier dixième de seconde : si le dernier mot est coupé, exportez-le à nouveau"
                ),
            ),
            Self::LengthIsGuessed => (
                format!(
                    "{file} is an mp3 with a variable bit rate that does not say how long it is, so that players guess wrongly: export it with a Xing header (or at a constant bit rate), or build with --opus"
                ),
                format!(
                    "{file} est un mp3 à débit variable qui ne dit pas sa durée, que les lecteurs devinent mal : exportez-le avec un en-tête Xing (ou à débit constant), ou construisez avec --opus"
                ),
            ),
            Self::Clipped { times } => (
                format!("{file} is too loud and distorted {times} times: record or export it more softly"),
                format!(
                    "{file} est trop fort et saturé {times} fois : enregistrez-le ou exportez-le moins fort"
                ),
            ),
            Self::Silent => (
                format!("there is nothing to hear in {file}: check that the right file was exported"),
                format!("on n’entend rien dans {file} : vérifiez que le bon fichier a été exporté"),
            ),
        };
        match ui {
            UiLanguage::English => en,
            UiLanguage::French => fr,
        }
    }
}
