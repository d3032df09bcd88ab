//! The address of a publication: what people type or a flashcode carries → the addresses of its files.

use super::SyncError;
use crate::catalogue::model::BlobHash;
use crate::publication::{FileKind, METADATA_FOLDER, TARGETS_FOLDER};
use url::Host;
use url::Url;

/// The folder of a publication on a web server. Its path ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    base: Url,
}

impl Source {
    /// Takes the folder's address, with or without its last slash, or that of its metadata.
    pub(super) fn parse(address: &str) -> Result<Self, SyncError> {
        let wrong = |why: &str| SyncError::Address {
            address: address.to_owned(),
            why: why.to_owned(),
        };
        let mut base = Url::parse(address.trim()).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(wrong("only https and http are followed"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(wrong(
                "it carries a name or password, and publications are public",
            ));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(wrong(
                "it has a \"?\" or \"#\", and files cannot be found below that",
            ));
        }
        let path = base.path();
        let folder = [
            "/metadata/timestamp.json",
            "/metadata/",
            "/metadata",
            "/index.json",
        ]
        .iter()
        .find_map(|end| path.strip_suffix(end))
        .unwrap_or(path)
        .to_owned();
        let slash = if folder.ends_with('/') { "" } else { "/" };
        base.set_path(&format!("{folder}{slash}"));
        Ok(Self { base })
    }

    /// The folder of its metadata.
    pub(super) fn metadata(&self) -> Url {
        self.file(&format!("{METADATA_FOLDER}/"))
    }

    /// A metadata file.
    pub(super) fn metadata_file(&self, name: &str) -> Url {
        self.file(&format!("{METADATA_FOLDER}/{name}"))
    }

    /// The folder of the signed target.
    pub(super) fn targets(&self) -> Url {
        self.file(&format!("{TARGETS_FOLDER}/"))
    }

    /// Whether this machine itself serves it: nobody in between can show another root.
    pub(super) fn is_this_machine(&self) -> bool {
        match self.base.host() {
            Some(Host::Ipv4(at)) => at.is_loopback(),
            Some(Host::Ipv6(at)) => at.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }

    /// A file that is named by its hash.
    pub(super) fn hashed(&self, kind: FileKind, hash: &BlobHash) -> Url {
        self.file(&kind.path(hash))
    }

    /// The folder's address.
    pub(super) fn as_str(&self) -> &str {
        self.base.as_str()
    }

    fn file(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path()));
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_its_slash_and_its_index_are_the_same_publication() {
        for address in [
            "https://h/a%20b",
            "https://h/a%20b/",
            " https://h/a%20b/index.json\n",
            "https://h/a%20b/metadata/timestamp.json",
        ] {
            assert_eq!(
                Source::parse(address)
                    .unwrap()
                    .metadata_file("timestamp.json")
                    .as_str(),
                "https://h/a%20b/metadata/timestamp.json"
            );
        }
        assert_eq!(
            Source::parse("http://127.0.0.1:80").unwrap().as_str(),
            "http://127.0.0.1/"
        );
    }

    #[test]
    fn only_this_machine_is_this_machine() {
        let is = |address| Source::parse(address).unwrap().is_this_machine();
        assert!(is("http://127.0.0.1:8080/") && is("http://localhost/") && is("http://[::1]/"));
        assert!(
            !is("http://192.168.1.2/")
                && !is("https://localhost.example.org/")
                && !is("http://127.example.org/")
        );
    }

    #[test]
    fn what_cannot_be_followed_is_told() {
        for address in [
            "",
            "paris",
            "file:///etc",
            "https://me:pw@h/",
            "https://h/?a=b",
            "javascript:alert(1)",
        ] {
            let error = Source::parse(address).unwrap_err();
            assert!(matches!(error, SyncError::Address { .. }), "{address}: {error}");
        }
    }
}
