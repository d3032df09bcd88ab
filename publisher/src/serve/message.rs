//! Why nothing is served, in words, French and English. Decides nothing.

use super::ServeError;
use crate::source::UiLanguage;
use crate::words::{english_display, say};
use std::io;

english_display!(ServeError);

impl ServeError {
    /// What was wrong, where, and what to do.
    pub fn message(&self, ui: UiLanguage) -> String {
        match self {
            Self::NoFolder(folder) => {
                let folder = folder.display();
                say!(
                    ui,
                    "{folder}: there is no publication to serve: build one first with `alloclap publish build`",
                    "{folder} : il n’y a pas de publication à servir : construisez-la d’abord avec `alloclap publish build`"
                )
            }
            Self::Address { address, error } => match error.kind() {
                io::ErrorKind::AddrInUse => say!(
                    ui,
                    "{address} is already taken by another program: choose another port, or 0 for any that is free",
                    "{address} est déjà pris par un autre programme : choisissez un autre port, ou 0 pour un port libre"
                ),
                io::ErrorKind::AddrNotAvailable => say!(
                    ui,
                    "{address} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for the whole network",
                    "{address} n’est pas une adresse de cette machine : utilisez 127.0.0.1, ou 0.0.0.0 pour tout le réseau"
                ),
                io::ErrorKind::PermissionDenied => say!(
                    ui,
                    "{address} may not be used: choose a port above 1023",
                    "{address} n’est pas autorisé : choisissez un port au-dessus de 1023"
                ),
                _ => say!(
                    ui,
                    "{address} cannot be used ({error}): choose another port, or 0 for any that is free",
                    "{address} est inutilisable ({error}) : choisissez un autre port, ou 0 pour un port libre"
                ),
            },
            Self::Runtime(error) => say!(
                ui,
                "the server cannot be started ({error}): close other programs and try again",
                "le serveur ne peut pas démarrer ({error}) : fermez d’autres programmes et réessayez"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::tests::both_languages;
    use std::net::{Ipv4Addr, SocketAddr};

    #[test]
    fn every_reason_is_said_in_both_languages() {
        use io::ErrorKind as K;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let mut reasons = vec![
            ServeError::NoFolder("site".into()),
            ServeError::Runtime(K::OutOfMemory.into()),
        ];
        for kind in [K::AddrInUse, K::AddrNotAvailable, K::PermissionDenied, K::Other] {
            reasons.push(ServeError::Address {
                address,
                error: kind.into(),
            });
        }
        both_languages(&reasons, ServeError::message);
    }
}
