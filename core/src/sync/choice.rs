//! What a visitor wants on the phone. Decides, for a pack or a blob, whether it belongs there; nothing else.

use crate::catalogue::model::{Id, Language, Medium};
use crate::publication::Blob;
use serde::{Deserialize, Serialize};

/// What should be on the phone once the sync has ended. It is the whole wish: packs that are installed and not in it are
/// removed. By default everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Areas whose packs are wanted, by the id in the root index.
    pub areas: Option<Vec<Id>>,
    /// Packs that are wanted besides; a trail's pack has the trail's id. All packs if neither this nor `areas` is given.
    pub packs: Option<Vec<Id>>,
    /// Languages of recordings and clips; media without a language always come. All if not given.
    pub languages: Option<Vec<Language>>,
    /// Media that are wanted; an empty list means text alone. All if not given.
    pub media: Option<Vec<Medium>>,
}

impl Choice {
    /// Whether an area's packs are wanted because of the area.
    pub fn takes_area(&self, area: &Id) -> bool {
        match (&self.areas, &self.packs) {
            (Some(areas), _) => areas.contains(area),
            (None, packs) => packs.is_none(),
        }
    }

    /// Whether a pack of an area is wanted.
    pub fn takes_pack(&self, area: &Id, pack: &Id) -> bool {
        self.takes_area(area) || self.packs.as_ref().is_some_and(|packs| packs.contains(pack))
    }

    /// Whether media of this kind are wanted. A language stands for its regions too: `fr` takes `fr-ca`, and the other
    /// way round, because hearing a neighbour's French beats hearing nothing.
    pub fn takes_media(&self, medium: Medium, language: Option<&Language>) -> bool {
        let spoken = match (&self.languages, language) {
            (Some(wanted), Some(language)) => wanted.iter().any(|l| l.primary() == language.primary()),
            _ => true,
        };
        spoken && self.media.as_ref().is_none_or(|media| media.contains(&medium))
    }

    /// Whether a blob is wanted.
    pub fn takes_blob(&self, blob: &Blob) -> bool {
        self.takes_media(blob.medium, blob.language.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_trail_is_one_pack_and_an_area_is_all_of_its_packs() {
        let id = |text: &str| text.parse::<Id>().unwrap();
        let everything = Choice::default();
        assert!(everything.takes_pack(&id("loire"), &id("trail")));
        let trail = Choice {
            packs: Some(vec![id("trail")]),
            ..Choice::default()
        };
        assert!(trail.takes_pack(&id("loire"), &id("trail")));
        assert!(
            !trail.takes_pack(&id("loire"), &id("rest")),
            "one trail was asked for, the area came"
        );
        let area = Choice {
            areas: Some(vec![id("loire")]),
            ..trail
        };
        assert!(area.takes_pack(&id("loire"), &id("rest")) && area.takes_pack(&id("paris"), &id("trail")));
        assert!(!area.takes_pack(&id("paris"), &id("rest")));
    }

    #[test]
    fn french_takes_what_quebec_speaks_and_pictures_have_no_language() {
        let language = |text: &str| text.parse::<Language>().unwrap();
        let french = Choice {
            languages: Some(vec![language("fr")]),
            ..Choice::default()
        };
        assert!(french.takes_media(Medium::Audio, Some(&language("fr-ca"))));
        assert!(!french.takes_media(Medium::Audio, Some(&language("en"))));
        assert!(french.takes_media(Medium::Picture, None));
        let text_alone = Choice {
            media: Some(Vec::new()),
            ..Choice::default()
        };
        assert!(
            !text_alone.takes_media(Medium::Picture, None),
            "text alone was asked for"
        );
    }
}
