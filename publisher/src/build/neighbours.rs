//! `directory.toml` of a source → the directory of other publications.
//!
//! ```toml
//! [[publication]]
//! id = "saint-bonnet"
//! name = "Ville de Saint-Bonnet-le-Château"
//! area = { fr = "Loire" }
//! address = "https://cinema.example.org/guide/"
//! root = "9f86d0…"
//! ```

use super::BuildError;
use alloclap_core::publication::Neighbour;
use serde::Deserialize;
use std::fs;
use std::io;
use std::path::Path;

const NAME: &str = "directory.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    publication: Vec<Neighbour>,
}

/// The directory of a source; empty if it has none.
///
/// # Errors
/// [`BuildError::Io`] with the line that cannot be read.
pub(super) fn read(folder: &Path) -> Result<Vec<Neighbour>, BuildError> {
    let path = folder.join(NAME);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BuildError::io(&path, error)),
    };
    let mut listed: Listed =
        toml::from_str(&text).map_err(|error| BuildError::io(&path, io::Error::other(error.to_string())))?;
    listed.publication.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(listed.publication)
}
