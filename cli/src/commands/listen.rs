//! `alloclap listen`: a panel's commentary on the speaker, or the same samples in a file.

use super::{Done, Visiting};
use std::path::Path;

pub fn run(_visiting: &Visiting, _code: &str, _out: Option<&Path>, _text: bool) -> Done {
    Ok(())
}
