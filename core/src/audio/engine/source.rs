//! What an engine plays: a recording or words, opened when it is wanted, or ahead of its turn on a thread of its own.

use super::super::command::Item;
use super::super::error::AudioError;
use super::super::reading::Reading;
use super::super::rendering::Rendering;
use super::super::snapshot::PlayerError;
use super::super::transcript::Transcript;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// What is loaded.
pub(super) enum Source {
    /// Nothing.
    Nothing,
    /// A recording.
    Recording(Box<Rendering>),
    /// Words, by the clock or through the system's own voice.
    Words(Reading),
}

impl Source {
    pub(super) fn recording(&self) -> Option<&Rendering> {
        match self {
            Self::Recording(rendering) => Some(rendering),
            _ => None,
        }
    }

    pub(super) fn recording_mut(&mut self) -> Option<&mut Rendering> {
        match self {
            Self::Recording(rendering) => Some(rendering),
            _ => None,
        }
    }

    pub(super) fn words(&self) -> Option<&Reading> {
        match self {
            Self::Words(reading) => Some(reading),
            _ => None,
        }
    }

    pub(super) fn words_mut(&mut self) -> Option<&mut Reading> {
        match self {
            Self::Words(reading) => Some(reading),
            _ => None,
        }
    }

    /// Opens an item, with what is said in it. `utterance` is the last number that was given to the voice.
    pub(super) fn open(
        item: &Item,
        text_only: bool,
        ahead: Option<Ahead>,
        utterance: u64,
    ) -> Result<(Self, Arc<Transcript>), PlayerError> {
        if text_only || item.file.is_empty() {
            let transcript = Arc::new(Transcript::read(&item.transcript, item.duration_ms));
            let reading = Reading::open(item, Arc::clone(&transcript), !text_only, utterance)?;
            return Ok((Self::Words(reading), transcript));
        }
        let rendering = match ahead.filter(|ahead| ahead.is_of(item)).and_then(Ahead::wait) {
            Some(opened) => opened?,
            None => open_recording(item)?,
        };
        let transcript = Transcript::read(&item.transcript, rendering.probe().duration_ms);
        Ok((Self::Recording(Box::new(rendering)), Arc::new(transcript)))
    }
}

fn open_recording(item: &Item) -> Result<Rendering, AudioError> {
    Rendering::open(Path::new(&item.file), item.loudness_lufs)
}

/// A recording that is being opened before its turn: what takes its time there would be a gap between two recordings.
pub(super) struct Ahead {
    item: Item,
    opened: Receiver<Result<Rendering, AudioError>>,
}

impl Ahead {
    /// Begins; nothing if there is no recording, or the system gives no thread.
    pub(super) fn start(item: &Item) -> Option<Self> {
        if item.file.is_empty() {
            return None;
        }
        let (tell, opened) = sync_channel(1);
        let of_thread = item.clone();
        thread::Builder::new()
            .name("alloclap-ahead".to_owned())
            .spawn(move || {
                // Nobody waits for it any more if the listener chose something else.
                let _ = tell.send(open_recording(&of_thread));
            })
            .ok()?;
        Some(Self {
            item: item.clone(),
            opened,
        })
    }

    /// Whether it is this item that is being opened.
    pub(super) fn is_of(&self, item: &Item) -> bool {
        self.item.file == item.file && self.item.loudness_lufs == item.loudness_lufs
    }

    fn wait(self) -> Option<Result<Rendering, AudioError>> {
        self.opened.recv().ok()
    }
}
