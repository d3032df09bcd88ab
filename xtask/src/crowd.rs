//! The samples' guide with a crowd of further places around the start of its trail, as in the middle of Paris: what a page of a
//! list costs is measured on a full page.

use crate::bindings::{copy_folder, make_empty, write};
use crate::run::{Outcome, root, target};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Places of the crowd, each with a panel and two films; a page has 50.
const PLACES: usize = 60;
/// Films of the samples.
const FILMS: [&str; 5] = [
    "film-amelie",
    "film-adieu-monsieur-haffmann",
    "film-john-wick-4",
    "film-liberte",
    "film-hotel-du-nord",
];

/// Makes the source under the target folder.
pub fn source(alloclap: &Path) -> Outcome<PathBuf> {
    let folder = target().join("bench/crowd");
    make_empty(&folder)?;
    copy_folder(&root().join("samples/saint-bonnet"), &folder)?;
    let drawn = Command::new(alloclap)
        .args(["publish", "draw-code"])
        .arg(&folder)
        .args(["--count", &PLACES.to_string()])
        .output()
        .map_err(|error| format!("{}: {error}", alloclap.display()))?;
    let codes = String::from_utf8_lossy(&drawn.stdout);
    // A page that is not full would be measured as a quick one.
    if codes.lines().count() != PLACES {
        let why = String::from_utf8_lossy(&drawn.stderr);
        return Err(format!(
            "{PLACES} panel codes were asked for, these came: {codes}{why}"
        ));
    }
    let mut text = String::new();
    for (number, code) in codes.lines().enumerate() {
        let film = |shift: usize| {
            FILMS
                .get((number + shift) % FILMS.len())
                .copied()
                .unwrap_or_default()
        };
        // A spiral of some hundred metres around the start of the trail; no two panels stand in one spot.
        let (angle, reach) = (number as f64 * 2.4, 0.0004 + number as f64 * 0.0001);
        let (lat, lon) = (48.8835 + reach * angle.sin(), 2.3327 + 1.5 * reach * angle.cos());
        let (panel_film, other_film) = (film(0), film(1));
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "[[place]]
id = \"crowd-{number}\"
name = {{ fr = \"Rue de la Foule, {number}\", en = \"{number} Crowd Street\" }}
position = \"{lat:.6}, {lon:.6}\"
commune = \"75118\"
commune_name = \"Paris\"
country = \"FR\"
access = {{ is = \"outside\" }}

[[shooting]]
id = \"crowd-shooting-{number}\"
film = \"{other_film}\"
place = \"crowd-{number}\"
scene = {{ fr = \"On y court, on y crie.\", en = \"People run here, and shout.\" }}

[[panel]]
id = \"crowd-panel-{number}\"
code = \"{code}\"
place = \"crowd-{number}\"
position = \"{lat:.6}, {lon:.6}\"
film = \"{panel_film}\"
format = \"15x20\"
mount = \"screwed\"
condition = \"standing\"
infoclap_rights = {{ credit = \"AlloClap\", licence = \"CC-BY-4.0\", uses = [\"app\", \"offline\", \"web\", \"print\"] }}
infoclap = {{ fr = \"Ici, la foule a joué son propre rôle.\", en = \"Here, the crowd played itself.\" }}

"
        );
    }
    write(&folder.join("places/crowd.toml"), &text)?;
    Ok(folder)
}
