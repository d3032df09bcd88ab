//! What a visitor wants on the phone. Decides, for a pack or a blob, whether it belongs there; nothing else.

use crate::catalogue::model::{Id, Language, Medium};
use crate::publication::{AreaEntry, Blob, PackEntry};
use serde::{Deserialize, Serialize};

/// What should be on the phone once the sync has ended. It is the whole wish: packs that are installed and not in it are
/// removed. By default everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Areas whose packs are wanted, by the id in the root index.
    pub areas: Option<Vec<Id>>,
    /// Packs that are wanted besides; a trail's pack has the trail's id. All packs if neither this nor another place is given.
    pub packs: Option<Vec<Id>>,
    /// Départements whose packs are wanted, by code: `42`, `2A`, `974`.
    pub departements: Option<Vec<String>>,
    /// Communes whose places are wanted, by INSEE code; a pack comes whole if one of its places is there.
    pub communes: Option<Vec<String>>,
    /// Languages of recordings and clips; media without a language always come. All if not given.
    pub languages: Option<Vec<Language>>,
    /// Media that are wanted; an empty list means text alone. All if not given.
    pub media: Option<Vec<Medium>>,
}

impl Choice {
    /// Whether a part of the publication was chosen, instead of all of it.
    pub fn names_places(&self) -> bool {
        self.areas.is_some() || self.packs.is_some() || self.departements.is_some() || self.communes.is_some()
    }

    /// The places of this choice and those of another; whoever has everything keeps everything. Languages and media stay.
    #[must_use]
    pub fn with_places_of(self, more: &Self) -> Self {
        fn both<T: Clone + PartialEq>(one: Option<Vec<T>>, other: Option<&Vec<T>>) -> Option<Vec<T>> {
            let mut all = one.into_iter().flatten().collect::<Vec<T>>();
            let new: Vec<T> = other
                .into_iter()
                .flatten()
                .filter(|item| !all.contains(item))
                .cloned()
                .collect();
            all.extend(new);
            (!all.is_empty()).then_some(all)
        }
        if !self.names_places() || !more.names_places() {
            return Self {
                languages: self.languages,
                media: self.media,
                ..Self::default()
            };
        }
        Self {
            areas: both(self.areas, more.areas.as_ref()),
            packs: both(self.packs, more.packs.as_ref()),
            departements: both(self.departements, more.departements.as_ref()),
            communes: both(self.communes, more.communes.as_ref()),
            languages: self.languages,
            media: self.media,
        }
    }

    /// Whether an area's packs are wanted because of the area.
    pub fn takes_area(&self, area: &AreaEntry) -> bool {
        let named = |list: &Option<Vec<String>>, code: &String| {
            list.as_ref()
                .is_some_and(|list| list.iter().any(|asked| asked.eq_ignore_ascii_case(code)))
        };
        !self.names_places()
            || self.areas.as_ref().is_some_and(|areas| areas.contains(&area.id))
            || area
                .departement
                .as_ref()
                .is_some_and(|code| named(&self.departements, code))
    }

    /// Whether an area may list packs that are wanted: then it is read.
    pub fn looks_into(&self, area: &AreaEntry) -> bool {
        let has = |commune: &String| {
            let own = area.departement.as_deref();
            own.is_none_or(|own| departement_of(commune).is_some_and(|code| code.eq_ignore_ascii_case(own)))
        };
        self.takes_area(area)
            || self.packs.is_some()
            || self
                .communes
                .as_ref()
                .is_some_and(|communes| communes.iter().any(has))
    }

    /// Whether a pack is wanted of an area that is, or is not, wanted itself.
    pub fn takes_pack(&self, area_taken: bool, pack: &PackEntry) -> bool {
        let there = |communes: &Vec<String>| communes.iter().any(|commune| pack.communes.contains(commune));
        area_taken
            || self.packs.as_ref().is_some_and(|packs| packs.contains(&pack.id))
            || self.communes.as_ref().is_some_and(there)
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

/// The département of a commune, by its INSEE code: `42` of `42204`, `2A` of `2A004`, `974` of `97411`.
fn departement_of(commune: &str) -> Option<&str> {
    let digits = if commune.starts_with("97") || commune.starts_with("98") {
        3
    } else {
        2
    };
    commune.get(..digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn area(id: &str, departement: Option<&str>) -> AreaEntry {
        let corner = [45.0, 4.0];
        serde_json::from_value(
            json!({"id": id, "name": {}, "bounds": {"south_west": corner, "north_east": corner},
            "places": 1, "departement": departement, "hash": "a".repeat(64), "bytes": 1}),
        )
        .unwrap()
    }

    fn pack(id: &str, communes: &[&str]) -> PackEntry {
        let corner = [45.0, 4.0];
        serde_json::from_value(
            json!({"id": id, "kind": "area", "name": {}, "places": 1, "panels": 0,
            "bounds": {"south_west": corner, "north_east": corner}, "communes": communes,
            "hash": "a".repeat(64), "bytes": 1, "unpacked_bytes": 1}),
        )
        .unwrap()
    }

    #[test]
    fn one_trail_is_one_pack_and_an_area_is_all_of_its_packs() {
        let id = |text: &str| text.parse::<Id>().unwrap();
        let takes = |choice: &Choice, of: &str, asked: &str| {
            choice.takes_pack(choice.takes_area(&area(of, None)), &pack(asked, &[]))
        };
        let everything = Choice::default();
        assert!(takes(&everything, "loire", "trail"));
        let trail = Choice {
            packs: Some(vec![id("trail")]),
            ..Choice::default()
        };
        assert!(takes(&trail, "loire", "trail"));
        assert!(
            !takes(&trail, "loire", "rest"),
            "one trail was asked for, the area came"
        );
        let area = Choice {
            areas: Some(vec![id("loire")]),
            ..trail
        };
        assert!(takes(&area, "loire", "rest") && takes(&area, "paris", "trail"));
        assert!(!takes(&area, "paris", "rest"));
    }

    #[test]
    fn a_commune_is_the_packs_that_reach_into_it_and_only_its_departement_is_read() {
        let commune = Choice {
            communes: Some(vec!["42204".into(), "97411".into()]),
            ..Choice::default()
        };
        let (loire, corse, reunion) = (
            area("l", Some("42")),
            area("c", Some("2A")),
            area("r", Some("974")),
        );
        assert!(commune.looks_into(&loire) && commune.looks_into(&reunion) && !commune.looks_into(&corse));
        assert!(
            commune.looks_into(&area("elsewhere", None)),
            "a place without département was not found"
        );
        assert!(!commune.takes_area(&loire));
        assert!(commune.takes_pack(false, &pack("a", &["42001", "42204"])));
        assert!(!commune.takes_pack(false, &pack("b", &["42001"])));
        let departement = Choice {
            departements: Some(vec!["2a".into()]),
            ..Choice::default()
        };
        assert!(departement.takes_area(&corse) && !departement.looks_into(&loire));
    }

    #[test]
    fn what_is_added_joins_what_was_chosen_and_everything_stays_everything() {
        let id = |text: &str| text.parse::<Id>().unwrap();
        let trail = |name: &str| Choice {
            packs: Some(vec![id(name)]),
            ..Choice::default()
        };
        let both = trail("a").with_places_of(&trail("b")).with_places_of(&trail("a"));
        assert_eq!(both.packs, Some(vec![id("a"), id("b")]));
        assert_eq!(both.areas, None);
        assert!(
            !Choice::default().with_places_of(&trail("a")).names_places(),
            "a visitor who has everything lost the rest"
        );
        // All trails were taken away: nothing is chosen, which is not everything.
        let nothing = Choice {
            areas: Some(Vec::new()),
            packs: Some(Vec::new()),
            ..Choice::default()
        };
        assert_eq!(nothing.with_places_of(&trail("a")).packs, Some(vec![id("a")]));
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
