//! Whether the files that are named are there, inside the folder, and of a type that phones play or show.

use super::Check;
use crate::source::{FindingKind, PathRefusal, Severity, Sourced, inside};
use alloclap_core::catalogue::model::{Record, Rendition};

const SOUNDS: &[&str] = &["opus", "ogg", "oga", "mp3", "m4a", "aac", "flac", "wav"];
const PICTURES: &[&str] = &["jpg", "jpeg", "png", "webp"];
const FILMS: &[&str] = &["mp4", "webm"];
const SUBTITLES: &[&str] = &["vtt"];

impl Check<'_> {
    pub(super) fn files(&mut self, at: &Sourced) {
        match &at.record {
            Record::Commentary(commentary) => {
                self.renditions(at, &commentary.renditions, SOUNDS, true);
                self.spoken_words(at, commentary);
            }
            Record::Picture(picture) => self.renditions(at, &picture.renditions, PICTURES, true),
            Record::Clip(clip) => {
                self.renditions(at, &clip.renditions, FILMS, clip.link.is_none());
                for (n, subtitles) in clip.subtitles.iter().enumerate() {
                    self.file(
                        at,
                        &format!("subtitles.{}.file", n + 1),
                        &subtitles.rendition,
                        SUBTITLES,
                    );
                }
            }
            _ => {}
        }
    }

    fn renditions(
        &mut self,
        at: &Sourced,
        renditions: &[Rendition],
        known: &'static [&'static str],
        needed: bool,
    ) {
        let named = |r: &Rendition| r.file.is_some() || r.blob.is_some();
        if needed && !renditions.iter().any(named) {
            self.find(at, Severity::Warning, "renditions", FindingKind::NoFile);
        }
        for (n, rendition) in renditions.iter().enumerate() {
            self.file(at, &format!("renditions.{}.file", n + 1), rendition, known);
        }
    }

    fn file(&mut self, at: &Sourced, field: &str, rendition: &Rendition, known: &'static [&'static str]) {
        let Some(path) = &rendition.file else { return };
        if let Err(refusal) = inside(&self.source.folder, path) {
            self.find(at, Severity::Error, field, refused(refusal));
            return;
        }
        let ending = path
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        if !ending.is_some_and(|e| known.contains(&e.as_str())) {
            let what = FindingKind::UnknownFileType {
                path: path.clone(),
                known,
            };
            self.find(at, Severity::Error, field, what);
        }
    }
}

pub(super) fn refused(refusal: PathRefusal) -> FindingKind {
    match refusal {
        PathRefusal::Outside(path) => FindingKind::Outside { path },
        PathRefusal::Missing(path) => FindingKind::MissingFile { path },
    }
}
