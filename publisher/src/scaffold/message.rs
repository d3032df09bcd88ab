//! Why a first folder cannot be made, in words, French and English. Decides nothing.

use super::ScaffoldError;
use crate::source::UiLanguage;
use crate::words::{english_display, say, system};

english_display!(ScaffoldError);

impl ScaffoldError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::NotEmpty(folder) => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder} is not empty: name a folder that does not exist yet, so that nothing is written over",
                    "{folder} n’est pas vide : nommez un dossier qui n’existe pas encore, pour que rien ne soit écrasé"
                )
            }
            Self::File { path, why } => {
                let (path, why) = (path.display(), system(ui, why));
                say!(
                    ui,
                    "{path} cannot be written: {why}",
                    "{path} ne peut pas être écrit : {why}"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::tests::both_languages;
    use std::io;

    #[test]
    fn every_reason_is_said_in_both_languages() {
        let reasons = [
            ScaffoldError::NotEmpty("guide".into()),
            ScaffoldError::File {
                path: "guide".into(),
                why: io::ErrorKind::PermissionDenied.into(),
            },
        ];
        both_languages(&reasons, ScaffoldError::message);
    }
}
