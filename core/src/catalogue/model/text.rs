//! Text in several languages, for several audiences, each saying where it comes from.

use super::Audience;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// A BCP 47 language tag in lower case: `fr`, `en`, `pt-br`, `fsl` (French Sign Language).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

impl Language {
    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `und`: the language of a text that nobody named.
    pub fn undetermined() -> Self {
        Self("und".to_owned())
    }

    /// The tag without script and region: `pt` of `pt-br`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

impl FromStr for Language {
    type Err = String;

    /// Takes `fr`, `FR`, `fr-CA`, `fr_FR.UTF-8`: what people and operating systems write.
    fn from_str(text: &str) -> Result<Self, String> {
        let tag = text
            .split(['.', '@'])
            .next()
            .unwrap_or_default()
            .replace('_', "-")
            .to_ascii_lowercase();
        let fits = tag.split('-').enumerate().all(|(i, part)| {
            let enough = if i == 0 {
                (2..=8).contains(&part.len())
            } else {
                (1..=8).contains(&part.len())
            };
            enough
                && part.chars().all(|c| {
                    if i == 0 {
                        c.is_ascii_lowercase()
                    } else {
                        c.is_ascii_alphanumeric()
                    }
                })
        });
        if fits {
            Ok(Self(tag))
        } else {
            Err(format!("\"{text}\" is no language: write fr, en, de, pt-br …"))
        }
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a text came from its source language into this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Translation {
    /// Written in this language.
    #[default]
    Original,
    /// Translated by a person.
    Human,
    /// Translated by a machine and read by nobody: visitors are told.
    Machine,
    /// Translated by a machine and corrected by a person.
    Reviewed,
    /// A value of a later version of this format.
    #[serde(other)]
    Other,
}

/// One text in one language for one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The language it is written in.
    pub language: Language,
    /// For whom it is written.
    pub audience: Audience,
    /// The words.
    pub text: String,
    /// The language it was translated from, if it was.
    pub from: Option<Language>,
    /// How it was translated.
    pub translation: Translation,
}

/// The same thing said in several languages and for several audiences.
///
/// Written as a table whose keys are a language, or a language and an audience: `fr = "…"`, `fr_children = "…"`,
/// `en = { text = "…", from = "fr", translation = "machine" }`. Which of them a visitor gets is decided by
/// [`crate::catalogue`]'s language rules: language first, then audience.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts(pub Vec<Text>);

impl Texts {
    /// Whether nothing is said in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One text in one language, written in it, for everyone.
    pub fn in_language(language: Language, text: impl Into<String>) -> Self {
        Self(vec![Text {
            language,
            audience: Audience::Standard,
            text: text.into(),
            from: None,
            translation: Translation::Original,
        }])
    }
}

/// The value beside a key: the words alone, or the words and where they come from.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Plain(String),
    Told {
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Language>,
        #[serde(default)]
        translation: Translation,
    },
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|t| {
            let key = match t.audience {
                Audience::Standard => t.language.to_string(),
                audience => format!("{}_{}", t.language, audience.as_str()),
            };
            let plain = t.from.is_none() && t.translation == Translation::Original;
            let value = if plain {
                Written::Plain(t.text.clone())
            } else {
                Written::Told {
                    text: t.text.clone(),
                    from: t.from.clone(),
                    translation: t.translation,
                }
            };
            (key, value)
        }))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = BTreeMap::<String, Written>::deserialize(deserializer)?;
        let texts = table.into_iter().map(|(key, written)| {
            let (language, audience) = match key.split_once('_') {
                Some((language, audience)) => (language, Audience::named(audience)),
                None => (key.as_str(), Audience::Standard),
            };
            let language = language.parse().map_err(de::Error::custom)?;
            Ok(match written {
                Written::Plain(text) => Text {
                    language,
                    audience,
                    text,
                    from: None,
                    translation: Translation::Original,
                },
                Written::Told {
                    text,
                    from,
                    translation,
                } => Text {
                    language,
                    audience,
                    text,
                    from,
                    translation,
                },
            })
        });
        texts.collect::<Result<Vec<_>, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_survive_being_written_and_read() {
        let json = r#"{"en":{"text":"Hello","from":"fr","translation":"machine"},"fr":"Bonjour","fr_children":"Coucou"}"#;
        let texts: Texts = serde_json::from_str(json).unwrap();
        assert_eq!(texts.0.len(), 3);
        assert_eq!(serde_json::to_string(&texts).unwrap(), json);
    }

    #[test]
    fn languages_are_read_as_people_and_systems_write_them() {
        for (text, want) in [
            ("fr", "fr"),
            ("FR", "fr"),
            ("fr_FR.UTF-8", "fr-fr"),
            ("pt-BR", "pt-br"),
        ] {
            assert_eq!(text.parse::<Language>().unwrap().as_str(), want);
        }
        for text in ["", "f", "C", "français", "fr--x"] {
            assert!(text.parse::<Language>().is_err(), "{text}");
        }
    }
}
