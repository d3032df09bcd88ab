//! Whether recordings and their words can be used: each is listened to from beginning to end, which takes its time.

use super::{Check, files::refused};
use crate::sound;
use crate::source::{Finding, FindingKind, Severity, Source, inside, read_words};
use alloclap_core::audio::AudioError;
use alloclap_core::catalogue::model::{Commentary, Record};
use std::collections::HashMap;

/// What was found in a file: notes, or why it cannot be played.
type Heard = Result<Vec<sound::SoundNote>, AudioError>;

/// Listens to all recordings of a source folder, and reads what is said in them. Takes some seconds an hour of sound.
pub fn recordings(source: &Source) -> Vec<Finding> {
    let mut check = Check::of(source);
    let mut heard: HashMap<&str, Heard> = HashMap::new();
    for sourced in &source.records {
        let Record::Commentary(commentary) = &sourced.record else {
            continue;
        };
        for (n, rendition) in commentary.renditions.iter().enumerate() {
            let Some(name) = rendition.file.as_deref() else {
                continue;
            };
            // A file that is missing or outside was found by the check of names.
            let Ok(path) = inside(&source.folder, name) else {
                continue;
            };
            let found = heard
                .entry(name)
                .or_insert_with(|| sound::listen(&path, name).map(|(_, notes)| notes));
            let field = format!("renditions.{}.file", n + 1);
            match found {
                Err(why) => {
                    let what = FindingKind::BadRecording { why: why.clone() };
                    check.find(sourced, Severity::Error, &field, what);
                }
                Ok(notes) => {
                    for note in notes.clone() {
                        let severity = match note.is_grave(false) {
                            true => Severity::Error,
                            false => Severity::Warning,
                        };
                        let path = name.to_owned();
                        check.find(sourced, severity, &field, FindingKind::Recording { path, note });
                    }
                }
            }
        }
    }
    check.findings
}

impl Check<'_> {
    /// The file with the words of a commentary.
    pub(super) fn spoken_words(&mut self, at: &crate::source::Sourced, commentary: &Commentary) {
        let Some(file) = &commentary.transcript_file else {
            return;
        };
        let what = match inside(&self.source.folder, file) {
            Err(refusal) => refused(refusal),
            Ok(path) => match read_words(&path) {
                Ok(words) if words.plain.trim().is_empty() => FindingKind::NoWords { path: file.clone() },
                Ok(_) => return,
                Err(error) => FindingKind::UnreadableFile {
                    why: error.to_string(),
                },
            },
        };
        self.find(at, Severity::Error, "transcript_file", what);
    }
}
