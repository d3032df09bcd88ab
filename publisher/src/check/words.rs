//! Whether everything that visitors read or hear is written, in each of the publication's languages.

use super::{Check, infoclap};
use crate::source::{FindingKind, Severity, Sourced};
use alloclap_core::catalogue::model::{Audience, Language, Record, StopKind, Texts};

/// How much it matters that a text is there.
#[derive(Clone, Copy, PartialEq)]
enum Matters {
    /// A visitor comes for it: all languages, or a warning.
    Much,
    /// It adds to the visit; where it exists in one language it should in all.
    Some,
    /// A proper name: one language is enough, and needed.
    Name,
}

impl Check<'_> {
    pub(super) fn publisher_words(&mut self) {
        let publisher = &self.source.publisher;
        if publisher.languages.is_empty() {
            self.find_in_publication(Severity::Warning, "languages", FindingKind::NoLanguages);
        }
        for (field, texts) in [
            ("title", &publisher.title),
            ("legal_notice", &publisher.legal_notice),
        ] {
            for language in missing(texts, &publisher.languages) {
                let what = FindingKind::MissingLanguage {
                    language: language.to_string(),
                };
                self.find_in_publication(Severity::Info, field, what);
            }
        }
    }

    pub(super) fn words(&mut self, at: &Sourced) {
        use Matters::{Much, Name, Some};
        match &at.record {
            Record::Film(film) => {
                self.texts(at, "title", &film.title, Name);
                self.texts(at, "synopsis", &film.synopsis, Some);
                self.texts(at, "warning", &film.warning, Some);
            }
            Record::Place(place) => {
                self.texts(at, "name", &place.name, Name);
                self.texts(at, "description", &place.description, Some);
                self.texts(at, "access.note", &place.access.note, Some);
            }
            Record::Shooting(shooting) => self.texts(at, "scene", &shooting.scene, Some),
            Record::Panel(panel) => {
                self.texts(at, "infoclap", &panel.infoclap, Much);
                let limit = infoclap::limit(panel.format);
                for text in panel
                    .infoclap
                    .0
                    .iter()
                    .filter(|t| t.audience == Audience::Standard)
                {
                    let characters = text.text.chars().count();
                    if let Option::Some(limit) = limit.filter(|limit| characters > *limit) {
                        let what = FindingKind::InfoClapTooLong {
                            characters,
                            limit,
                            format: panel.format,
                        };
                        self.find(
                            at,
                            Severity::Warning,
                            &format!("infoclap.{}", text.language),
                            what,
                        );
                    }
                }
            }
            Record::Commentary(commentary) => {
                if commentary.transcript.trim().is_empty() && commentary.transcript_file.is_none() {
                    self.find(
                        at,
                        Severity::Warning,
                        "transcript",
                        FindingKind::MissingTranscript,
                    );
                }
            }
            Record::Clip(clip) => {
                self.texts(at, "title", &clip.title, Name);
                self.texts(at, "warning", &clip.warning, Some);
            }
            Record::Picture(picture) => {
                if said(&picture.alt) {
                    self.texts(at, "alt", &picture.alt, Much);
                } else {
                    self.find(at, Severity::Warning, "alt", FindingKind::MissingAlt);
                }
                self.texts(at, "caption", &picture.caption, Some);
            }
            Record::Trail(trail) => {
                self.texts(at, "name", &trail.name, Name);
                self.texts(at, "description", &trail.description, Some);
                self.texts(at, "surface", &trail.surface, Some);
                self.texts(at, "transport", &trail.transport, Some);
                for (n, stop) in trail.stops.iter().enumerate() {
                    if let StopKind::Direction { direction, .. } = &stop.kind {
                        self.texts(at, &format!("stops.{}.direction", n + 1), direction, Much);
                    }
                }
            }
            Record::Notice(notice) => self.texts(at, "text", &notice.text, Much),
            Record::Tombstone(tombstone) => self.texts(at, "text", &tombstone.text, Some),
            Record::Publisher(_) | Record::Person(_) | Record::Company(_) => {}
        }
    }

    fn texts(&mut self, at: &Sourced, field: &str, texts: &Texts, matters: Matters) {
        if !said(texts) {
            if matters != Matters::Some {
                self.find(at, Severity::Warning, field, FindingKind::NothingSaid);
            }
            return;
        }
        if matters == Matters::Name {
            return;
        }
        let severity = if matters == Matters::Much {
            Severity::Warning
        } else {
            Severity::Info
        };
        for language in missing(texts, &self.source.publisher.languages) {
            self.find(
                at,
                severity,
                field,
                FindingKind::MissingLanguage {
                    language: language.to_string(),
                },
            );
        }
    }
}

fn said(texts: &Texts) -> bool {
    texts.0.iter().any(|t| !t.text.trim().is_empty())
}

/// The languages that have no words for everyone, if others have.
fn missing<'a>(texts: &Texts, languages: &'a [Language]) -> Vec<&'a Language> {
    let has = |language: &Language| {
        texts
            .0
            .iter()
            .any(|t| t.language.primary() == language.primary() && !t.text.trim().is_empty())
    };
    languages
        .iter()
        .filter(|language| said(texts) && !has(language))
        .collect()
}
