//! Why nothing was pushed, in words, French and English. Decides nothing.

use super::PushError;
use crate::source::UiLanguage;
use crate::words::{self, english_display, say};

english_display!(PushError);

impl std::error::Error for PushError {}

impl PushError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::Address(text) => say!(
                ui,
                "\"{text}\" is no destination: write a folder, HOST:FOLDER (rsync), sftp://HOST/FOLDER or s3://BUCKET/PREFIX",
                "« {text} » n’est pas une destination : écrivez un dossier, HÔTE:DOSSIER (rsync), sftp://HÔTE/DOSSIER ou s3://BUCKET/PRÉFIXE"
            ),
            Self::NoPublication(folder) => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder}: there is no publication to push: build one first with `alloclap publish build`",
                    "{folder} : il n’y a pas de publication à envoyer : construisez-la d’abord avec `alloclap publish build`"
                )
            }
            Self::Local { path, error } => {
                let (path, why) = (path.display(), words::system(ui, error));
                say!(ui, "{path}: {why}", "{path} : {why}")
            }
            Self::NoProgram(program) => say!(
                ui,
                "the program {program} is not installed: install it, or choose another kind of destination",
                "le programme {program} n’est pas installé : installez-le, ou choisissez une autre sorte de destination"
            ),
            Self::Program { program, said } => say!(
                ui,
                "{program} failed (\"{said}\"): check the address and that you may write there; what was sent is kept, push again to go on",
                "{program} a échoué (« {said} ») : vérifiez l’adresse et vos droits d’écriture ; ce qui est envoyé est gardé, relancez pour continuer"
            ),
            Self::Store(said) => say!(
                ui,
                "the object store refused (\"{said}\"): check the bucket, --endpoint, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; what was sent is kept, push again to go on",
                "le stockage objet a refusé (« {said} ») : vérifiez le bucket, --endpoint, AWS_REGION, AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY ; ce qui est envoyé est gardé, relancez pour continuer"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::tests::both_languages;
    use std::io::ErrorKind;

    #[test]
    fn every_reason_is_said_in_both_languages() {
        let reasons = vec![
            PushError::Address("x://".into()),
            PushError::NoPublication("site".into()),
            PushError::Local {
                path: "site".into(),
                error: ErrorKind::PermissionDenied.into(),
            },
            PushError::NoProgram("rsync"),
            PushError::Program {
                program: "rsync",
                said: "no".into(),
            },
            PushError::Store("no".into()),
        ];
        both_languages(&reasons, PushError::message);
    }
}
