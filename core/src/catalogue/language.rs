//! Which of several texts a visitor is told. Pure; its job ends at the choice.
//!
//! Language first, then audience:
//! 1. for each of the visitor's languages in order: the exact tag (`fr-ca`), the language alone (`fr`), another region of
//!    it (`fr-be`);
//! 2. English, which most visitors from afar read;
//! 3. the publisher's first language;
//! 4. any language.
//!
//! Within a language: the audience that is wanted, else everyone's, else any. A story for adults in the visitor's own
//! language is worth more than one for children in a language that the child does not speak.

use super::model::{Audience, Language, Text, Texts};
use super::{Told, Visitor};

/// Steps that each of the visitor's languages takes: exact, without region, another region.
const STEPS: usize = 3;

/// The text that comes closest to what the visitor asked for; `None` if nothing is said in any language.
pub fn tell(texts: &Texts, visitor: &Visitor, publisher: &[Language]) -> Option<Told> {
    let said = texts.0.iter().filter(|text| !text.text.trim().is_empty());
    let best = said.min_by_key(|text| {
        (
            language_rank(&text.language, visitor, publisher),
            audience_rank(text.audience, visitor.audience),
        )
    })?;
    Some(told(best, visitor))
}

/// How far a language is from what the visitor asked for: 0 is the first language exactly, and smaller is better.
pub fn language_rank(language: &Language, visitor: &Visitor, publisher: &[Language]) -> usize {
    let asked = visitor
        .languages
        .iter()
        .enumerate()
        .filter_map(|(place, wanted)| {
            let step = if language == wanted {
                0
            } else if language.primary() != wanted.primary() {
                return None;
            } else if language.as_str() == wanted.primary() {
                1
            } else {
                2
            };
            Some(place * STEPS + step)
        });
    let after_asked = visitor.languages.len() * STEPS;
    asked.min().unwrap_or_else(|| {
        after_asked
            + if language.primary() == "en" {
                usize::from(language.as_str() != "en")
            } else if publisher.first() == Some(language) {
                2
            } else {
                3
            }
    })
}

/// How far an audience is from the wanted one: 0 wanted, 1 everyone's, 2 another.
pub fn audience_rank(audience: Audience, wanted: Audience) -> usize {
    if audience == wanted {
        0
    } else if audience == Audience::Standard {
        1
    } else {
        2
    }
}

/// The visitor's first language, if `language` is another one.
pub fn instead_of(language: &Language, visitor: &Visitor) -> Option<Language> {
    let first = visitor.languages.first()?;
    (first.primary() != language.primary()).then(|| first.clone())
}

fn told(text: &Text, visitor: &Visitor) -> Told {
    Told {
        text: text.text.clone(),
        language: text.language.clone(),
        audience: text.audience,
        instead_of: instead_of(&text.language, visitor),
        translation: text.translation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn visitor(languages: &[&str], audience: Audience) -> Visitor {
        Visitor {
            languages: languages.iter().map(|l| l.parse().unwrap()).collect(),
            audience,
            today: jiff::civil::date(2026, 6, 1),
        }
    }

    fn texts(keys: &[&str]) -> Texts {
        let table: serde_json::Map<_, _> = keys.iter().map(|k| ((*k).to_owned(), (*k).into())).collect();
        serde_json::from_value(table.into()).unwrap()
    }

    #[test]
    fn language_comes_first_then_audience() {
        use Audience::{Children, Easy, Standard};
        for (asked, audience, there, want) in [
            (&["fr-ca", "de"][..], Standard, &["fr", "de", "en"][..], "fr"),
            (&["fr"], Standard, &["fr-ca", "en"], "fr-ca"),
            (&["fr", "de"], Standard, &["de", "en"], "de"),
            (&["pl"], Standard, &["de", "en", "fr"], "en"),
            (&["pl"], Standard, &["de", "it"], "it"),
            (&["pl"], Standard, &["de"], "de"),
            (
                &["fr"],
                Children,
                &["fr", "fr_children", "en_children"],
                "fr_children",
            ),
            (&["fr"], Children, &["fr", "en_children"], "fr"),
            (&["fr"], Easy, &["fr_children", "en"], "fr_children"),
            (&[], Standard, &["de", "en"], "en"),
        ] {
            let visitor = visitor(asked, audience);
            let publisher = ["it".parse().unwrap()];
            let told = tell(&texts(there), &visitor, &publisher).unwrap();
            assert_eq!(told.text, want, "a visitor asking for {asked:?} of {there:?}");
            let foreign = asked.first().is_some_and(|l| !want.starts_with(&l[..2]));
            assert_eq!(
                told.instead_of.is_some(),
                foreign,
                "{asked:?} of {there:?}: is the visitor told?"
            );
        }
    }

    #[test]
    fn nothing_is_told_where_nothing_is_said() {
        let visitor = visitor(&["fr"], Audience::Standard);
        assert_eq!(tell(&Texts::default(), &visitor, &[]), None);
        let blank: Texts = serde_json::from_str(r#"{"fr":" ","en":"Hello"}"#).unwrap();
        assert_eq!(tell(&blank, &visitor, &[]).unwrap().text, "Hello");
    }

    proptest! {
        /// Whatever else a publisher adds, a visitor who asked for a language that is there gets it.
        #[test]
        fn a_language_that_is_there_is_told(
            mut others in proptest::collection::vec("[a-e]{2}(_children|_easy)?", 0..6),
            wanted in "[a-e]{2}",
        ) {
            others.push(wanted.clone());
            let keys: Vec<&str> = others.iter().map(String::as_str).collect();
            let told = tell(&texts(&keys), &visitor(&[&wanted], Audience::Standard), &[]).unwrap();
            prop_assert_eq!(told.text, wanted);
            prop_assert_eq!(told.instead_of, None);
        }
    }
}
